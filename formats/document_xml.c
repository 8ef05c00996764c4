/* document_xml.c - XML in a value. libxml2 reads it without network, files or entities of its own:
 * a text costs at most what it is long. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>

#include "engine/document.h"

/* One step of a path: a name, and which of that name. */
struct step {
    struct text name;
    size_t index; /* from 1 */
    bool attribute;
};

/* Takes name, name[2] or @name and the point behind it; false: malformed. */
static bool take_step(struct text *path, struct step *step) {
    size_t i = 0;
    *step = (struct step){.index = 1, .attribute = path->length && path->data[0] == '@'};
    size_t start = step->attribute;
    for (i = start; i < path->length && path->data[i] != '.' && path->data[i] != '[';) i++;
    step->name = (struct text){path->data + start, i - start};
    if (i < path->length && path->data[i] == '[') {
        step->index = 0;
        for (i++; i < path->length && path->data[i] >= '0' && path->data[i] <= '9'; i++)
            if (step->index < INT_MAX / 10)
                step->index = step->index * 10 + (size_t)(path->data[i] - '0');
        if (i == path->length || path->data[i++] != ']') return false;
    }
    bool more = i < path->length;
    if (step->name.length == 0 || (more && (path->data[i] != '.' || i + 1 == path->length)))
        return false;
    path->data += i + more;
    path->length -= i + more;
    return true;
}

static bool is_named(const xmlChar *name, struct text wanted) {
    return text_equal(text_of((const char *)name), wanted);
}

static const xmlNode *find_element(const xmlNode *siblings, const struct step *step) {
    size_t index = 0;
    for (const xmlNode *node = siblings; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && is_named(node->name, step->name) &&
            ++index == step->index)
            return node;
    return NULL;
}

/* The node after this one in the order of the text, inside `top`; NULL: there is none. Without
 * recursion: the parser limits depth, but not to what a small stack holds. */
static const xmlNode *next_inside(const xmlNode *node, const xmlNode *top) {
    bool enters = node->type == XML_ELEMENT_NODE && node->children;
    if (enters) return node->children;
    while (node != top && !node->next) node = node->parent;
    return node == top ? NULL : node->next;
}

/* Appends all text inside. References to entities that the text declares are left out. */
static void append_content(const xmlNode *top, struct buffer *out) {
    for (const xmlNode *node = top->children; node; node = next_inside(node, top)) {
        bool text = node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
        if (text && node->content)
            buffer_append(out, node->content, strlen((const char *)node->content));
    }
}

static bool append_attribute(const xmlNode *element, struct text name, struct buffer *out) {
    for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next) {
        if (!is_named(attribute->name, name)) continue;
        append_content((const xmlNode *)attribute, out);
        return true;
    }
    return false;
}

static bool find(xmlDoc *document, struct text path, struct buffer *out) {
    const xmlNode *element = NULL, *siblings = xmlDocGetRootElement(document);
    while (path.length) {
        struct step step;
        if (!take_step(&path, &step)) return false;
        if (step.attribute)
            return element && path.length == 0 && append_attribute(element, step.name, out);
        element = find_element(siblings, &step);
        if (!element) return false;
        siblings = element->children;
    }
    if (element) append_content(element, out);
    return element != NULL;
}

bool document_xml(struct text xml, struct text path, struct buffer *out, struct text *value) {
    if (xml.length == 0 || xml.length > INT_MAX) return false;
    size_t start = out->length;
    xmlDoc *document = xmlReadMemory(xml.data, (int)xml.length, NULL, "UTF-8",
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                         XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
    if (!document) return false;
    bool found = find(document, path, out) && !out->failed && buffer_reserve(out, 0);
    xmlFreeDoc(document);
    if (found) *value = (struct text){out->data + start, out->length - start};
    return found;
}
