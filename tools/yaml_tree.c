#include "tools/yaml_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct yaml_tree {
    struct yaml_node **nodes; /* all of them, to free */
    size_t node_count, node_capacity;
    struct yaml_node **documents;
    size_t document_count, document_capacity;
};

/* A list or map that is open, and what the map waits for. */
struct level {
    struct yaml_node *node;
    struct yaml_node *name; /* of a map: its value comes next */
    size_t capacity;
};

struct reading {
    struct yaml_tree *yaml;
    struct yaml_error *error;
    yaml_parser_t parser;
    struct level levels[YAML_DEEPEST];
    size_t depth;
};

/* ---- errors ------------------------------------------------------------------------------- */

/* On one line, whatever the file says. */
static void set_error(struct yaml_error *error, size_t line, size_t column, const char *format,
                      va_list arguments) {
    error->line = line;
    error->column = column;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    for (char *at = error->message; *at; at++)
        if (*at == '\n' || *at == '\r') *at = ' ';
}

__attribute__((format(printf, 4, 5))) static bool fail_at(struct yaml_error *error, size_t line,
                                                          size_t column, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set_error(error, line, column, format, arguments);
    va_end(arguments);
    return false;
}

void yaml_tree_fail(struct yaml_error *error, const struct yaml_node *at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set_error(error, at->line, at->column, format, arguments);
    va_end(arguments);
}

static bool fail_event(const struct reading *reading, const yaml_event_t *event, const char *why) {
    return fail_at(reading->error, event->start_mark.line + 1, event->start_mark.column + 1, "%s",
                   why);
}

static bool no_memory(const struct reading *reading) {
    return fail_at(reading->error, 1, 1, "out of memory");
}

/* What the parser says, where it says it. */
static bool fail_parser(const struct reading *reading) {
    const yaml_parser_t *parser = &reading->parser;
    const char *problem = parser->problem ? parser->problem : "cannot be read";
    yaml_mark_t mark = parser->problem_mark;
    switch (parser->error) {
        case YAML_MEMORY_ERROR:
            return no_memory(reading);
        case YAML_READER_ERROR: /* it knows a byte only; the mark is where it was reading */
            return fail_at(reading->error, parser->mark.line + 1, parser->mark.column + 1,
                           "is no text: %s (byte %zu)", problem, parser->problem_offset);
        default:
            return fail_at(reading->error, mark.line + 1, mark.column + 1, "%s%s%s", problem,
                           parser->context ? " " : "", parser->context ? parser->context : "");
    }
}

/* ---- the tree ----------------------------------------------------------------------------- */

/* The list with room for one more. NULL: out of memory, and it is as it was. */
static struct yaml_node **with_room(struct yaml_node **items, size_t count, size_t *capacity) {
    if (count < *capacity) return items;
    size_t wanted = *capacity ? 2 * *capacity : 4;
    struct yaml_node **grown = reallocarray(items, wanted, sizeof *grown);
    if (grown) *capacity = wanted;
    return grown;
}

static struct yaml_node *new_node(struct reading *reading, enum yaml_kind kind,
                                  const yaml_event_t *event) {
    struct yaml_tree *yaml = reading->yaml;
    struct yaml_node **nodes = with_room(yaml->nodes, yaml->node_count, &yaml->node_capacity);
    struct yaml_node *node = nodes ? calloc(1, sizeof *node) : NULL;
    if (nodes) yaml->nodes = nodes;
    if (!node) {
        no_memory(reading);
        return NULL;
    }
    node->kind = kind;
    node->line = event->start_mark.line + 1;
    node->column = event->start_mark.column + 1;
    return yaml->nodes[yaml->node_count++] = node;
}

static bool add_document(struct reading *reading, struct yaml_node *node) {
    struct yaml_tree *yaml = reading->yaml;
    if (yaml_tree_is_null(node)) return true;
    struct yaml_node **documents =
        with_room(yaml->documents, yaml->document_count, &yaml->document_capacity);
    if (!documents) return no_memory(reading);
    yaml->documents = documents;
    documents[yaml->document_count++] = node;
    return true;
}

/* A map's name: the value is the next node. */
static bool add_name(struct reading *reading, struct level *level, struct yaml_node *node) {
    if (node->kind != YAML_TEXT) {
        yaml_tree_fail(reading->error, node, "a name is a text");
        return false;
    }
    if (level->node->count == YAML_WIDEST) {
        yaml_tree_fail(reading->error, node, "the map has over %d names", YAML_WIDEST);
        return false;
    }
    for (size_t i = 0; i < level->node->count; i++) {
        if (strcmp(level->node->names[i]->text, node->text) != 0) continue;
        yaml_tree_fail(reading->error, node, "\"%.100s\" is there twice: first in line %zu",
                       node->text, level->node->names[i]->line);
        return false;
    }
    level->name = node;
    return true;
}

static bool add_item(struct reading *reading, struct level *level, struct yaml_node *node) {
    struct yaml_node *parent = level->node;
    size_t capacity = level->capacity;
    struct yaml_node **items = with_room(parent->items, parent->count, &capacity);
    if (!items) return no_memory(reading);
    parent->items = items;
    if (level->name) {
        struct yaml_node **names = with_room(parent->names, parent->count, &level->capacity);
        if (!names) return no_memory(reading);
        parent->names = names;
        names[parent->count] = level->name;
        level->name = NULL;
    }
    level->capacity = capacity;
    items[parent->count++] = node;
    return true;
}

static bool add(struct reading *reading, struct yaml_node *node) {
    if (!node) return false;
    if (!reading->depth) return add_document(reading, node);
    struct level *level = &reading->levels[reading->depth - 1];
    if (level->node->kind == YAML_MAP && !level->name) return add_name(reading, level, node);
    return add_item(reading, level, node);
}

/* ---- events ------------------------------------------------------------------------------- */

static bool take_text(struct reading *reading, const yaml_event_t *event) {
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (event->data.scalar.anchor) return fail_event(reading, event, "anchors (&) are not read");
    if (event->data.scalar.tag) return fail_event(reading, event, "tags (!) are not read");
    if (memchr(value, '\0', length)) return fail_event(reading, event, "a text holds a NUL");
    struct yaml_node *node = new_node(reading, YAML_TEXT, event);
    if (!node) return false;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = strndup(value, length);
    return node->text ? add(reading, node) : no_memory(reading);
}

static bool take_start(struct reading *reading, const yaml_event_t *event, enum yaml_kind kind,
                       const void *anchor, const void *tag) {
    if (anchor) return fail_event(reading, event, "anchors (&) are not read");
    if (tag) return fail_event(reading, event, "tags (!) are not read");
    if (reading->depth == YAML_DEEPEST)
        return fail_event(reading, event, "lists and maps stand too deep in one another");
    struct yaml_node *node = new_node(reading, kind, event);
    if (!add(reading, node)) return false;
    reading->levels[reading->depth++] = (struct level){.node = node};
    return true;
}

static bool take(struct reading *reading, const yaml_event_t *event) {
    switch (event->type) {
        case YAML_SCALAR_EVENT:
            return take_text(reading, event);
        case YAML_SEQUENCE_START_EVENT:
            return take_start(reading, event, YAML_LIST, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag);
        case YAML_MAPPING_START_EVENT:
            return take_start(reading, event, YAML_MAP, event->data.mapping_start.anchor,
                              event->data.mapping_start.tag);
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            reading->depth--;
            return true;
        case YAML_ALIAS_EVENT:
            return fail_event(reading, event, "aliases (*) are not read: in a text * needs quotes");
        default:
            return true;
    }
}

static bool read_events(struct reading *reading) {
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reading->parser, &event)) return fail_parser(reading);
        more = event.type != YAML_STREAM_END_EVENT;
        bool good = take(reading, &event);
        yaml_event_delete(&event);
        if (!good) return false;
    }
    return true;
}

struct yaml_tree *yaml_tree_read(const char *text, size_t length, struct yaml_error *error) {
    struct reading reading = {.error = error, .yaml = calloc(1, sizeof *reading.yaml)};
    if (length > YAML_LONGEST) {
        fail_at(error, 1, 1, "is over %zu bytes long", YAML_LONGEST);
        yaml_tree_free(reading.yaml);
        return NULL;
    }
    if (!reading.yaml || !yaml_parser_initialize(&reading.parser)) {
        no_memory(&reading);
        yaml_tree_free(reading.yaml);
        return NULL;
    }
    yaml_parser_set_input_string(&reading.parser, (const unsigned char *)text, length);
    bool good = read_events(&reading);
    yaml_parser_delete(&reading.parser);
    if (good) return reading.yaml;
    yaml_tree_free(reading.yaml);
    return NULL;
}

void yaml_tree_free(struct yaml_tree *yaml) {
    if (!yaml) return;
    for (size_t i = 0; i < yaml->node_count; i++) {
        struct yaml_node *node = yaml->nodes[i];
        free((char *)node->text);
        free(node->items);
        free(node->names);
        free(node);
    }
    free(yaml->nodes);
    free(yaml->documents);
    free(yaml);
}

/* ---- looking ------------------------------------------------------------------------------ */

size_t yaml_tree_count(const struct yaml_tree *yaml) {
    return yaml->document_count;
}

const struct yaml_node *yaml_tree_document(const struct yaml_tree *yaml, size_t index) {
    return yaml->documents[index];
}

const struct yaml_node *yaml_tree_find(const struct yaml_node *map, const char *name) {
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++)
        if (strcmp(map->names[i]->text, name) == 0) return map->items[i];
    return NULL;
}

bool yaml_tree_is_null(const struct yaml_node *node) {
    if (node->kind != YAML_TEXT || !node->plain) return false;
    return !*node->text || strcmp(node->text, "~") == 0 || strcasecmp(node->text, "null") == 0;
}
