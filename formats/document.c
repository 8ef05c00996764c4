/* document.c - JSON in a value. */
#include "engine/document.h"

#include <stdlib.h>

#include "formats/json/cursor.h"

#define KEEP ((size_t)64 << 10)

struct document_reader {
    struct json_arena arena; /* texts in strings that were opened */
    struct buffer name;      /* of the value that is visited */
    struct buffer value;     /* without its escapes */
};

struct document_reader *document_reader_new(void) {
    return calloc(1, sizeof(struct document_reader));
}

void document_reader_free(struct document_reader *reader) {
    if (!reader) return;
    json_arena_clear(&reader->arena, false);
    buffer_free(&reader->name);
    buffer_free(&reader->value);
    free(reader);
}

bool document_quote(struct buffer *out, struct text value) {
    return json_quote(value, out);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The value as a field's text, in its place or appended to `out`; false: null, or no memory. */
static bool value_text(const struct json_value *value, struct buffer *out, struct text *text) {
    if (value->type == JSON_ABSENT || value->type == JSON_NULL) return false;
    *text = value->raw;
    if (value->type != JSON_STRING || !value->escaped) return true;
    size_t start = out->length;
    if (!json_text(value, out)) return false;
    *text = (struct text){out->data + start, out->length - start};
    return true;
}

/* What the text starts with, unread; false: that begins no container. */
static bool container_at(struct text text, char bracket, struct json_cursor *cursor) {
    *cursor = json_cursor_of(text, NULL);
    return text.length > 0 && json_take(cursor, bracket);
}

/* The text as a value: a container is not read yet. */
static bool root_of(struct text text, struct json_value *root) {
    struct json_cursor cursor = json_cursor_of(text, NULL);
    if (text.length == 0) return false;
    json_skip_space(&cursor);
    if (cursor.at == cursor.end) return false;
    if (*cursor.at != '{' && *cursor.at != '[')
        return json_take_value(&cursor, root) && json_at_end(&cursor);
    *root = (struct json_value){.type = *cursor.at == '{' ? JSON_OBJECT : JSON_ARRAY};
    root->raw = (struct text){cursor.at, (size_t)(cursor.end - cursor.at)};
    return true;
}

bool document_get(struct document_reader *reader, struct text json, struct text path,
                  struct buffer *out, struct text *value) {
    struct json_value root, found;
    if (!root_of(json, &root)) return false;
    if (path.length == 0) { /* the text itself: to its end */
        struct json_cursor cursor = json_cursor_of(json, NULL);
        return json_take_value(&cursor, &found) && json_at_end(&cursor) &&
               value_text(&found, out, value);
    }
    json_arena_clear(&reader->arena, true);
    enum json_outcome outcome = json_reach_from(&reader->arena, root, path, &found);
    if (outcome == JSON_NO_MEMORY) out->failed = true;
    if (outcome != JSON_OK || !value_text(&found, out, value)) return false;
    /* What lies in a string that was opened would go with the arena. */
    bool inside = value->data >= json.data && value->data <= json.data + json.length;
    if (inside || (found.type == JSON_STRING && found.escaped)) return true;
    size_t start = out->length;
    if (!buffer_append(out, value->data, value->length)) return false;
    *value = (struct text){out->data + start, value->length};
    return true;
}

bool document_each(struct document_reader *reader, struct text json,
                   bool (*visit)(void *context, size_t index, struct text value, bool present),
                   void *context) {
    struct json_cursor cursor;
    struct json_value element;
    bool first = true, good = true;
    if (!container_at(json, '[', &cursor)) return false;
    for (size_t i = 0; json_next_element(&cursor, &first, &good); i++) {
        struct text text = {"", 0};
        if (!json_take_value(&cursor, &element)) return false;
        buffer_clear(&reader->value, KEEP);
        bool present = value_text(&element, &reader->value, &text);
        if (!visit(context, i, text, present)) return true;
    }
    return good && json_at_end(&cursor);
}

/* ---- flattening ------------------------------------------------------------------------------ */

struct flatten {
    struct json_cursor cursor;
    struct document_reader *reader;
    bool (*visit)(void *context, struct text name, struct text value);
    void *context;
    bool stopped;
};

static bool flatten_value(struct flatten *flatten);

/* A key as the next part of the name. */
static bool append_key(struct buffer *name, struct text key) {
    struct json_value string = {JSON_STRING, memchr(key.data, '\\', key.length) != NULL, key};
    return (name->length == 0 || buffer_append_char(name, '.')) && json_text(&string, name);
}

static bool flatten_object(struct flatten *flatten) {
    struct buffer *name = &flatten->reader->name;
    struct text key;
    size_t length = name->length;
    bool first = true, good = true;
    while (json_next_member(&flatten->cursor, &first, &key, &good)) {
        if (!append_key(name, key) || !flatten_value(flatten)) return false;
        name->length = length;
    }
    return good;
}

static bool flatten_array(struct flatten *flatten) {
    struct buffer *name = &flatten->reader->name;
    size_t length = name->length;
    bool first = true, good = true;
    for (size_t i = 0; json_next_element(&flatten->cursor, &first, &good); i++) {
        if (!buffer_printf(name, "[%zu]", i) || !flatten_value(flatten)) return false;
        name->length = length;
    }
    return good;
}

static bool flatten_scalar(struct flatten *flatten) {
    struct document_reader *reader = flatten->reader;
    struct json_value value;
    struct text text;
    if (!json_take_value(&flatten->cursor, &value)) return false;
    buffer_clear(&reader->value, KEEP);
    if (!value_text(&value, &reader->value, &text)) return !reader->value.failed;
    struct text name = {reader->name.data, reader->name.length};
    flatten->stopped = !flatten->visit(flatten->context, name, text);
    return !flatten->stopped;
}

static bool flatten_value(struct flatten *flatten) {
    struct json_cursor *cursor = &flatten->cursor;
    bool object = json_take(cursor, '{');
    if (!object && !json_take(cursor, '[')) return flatten_scalar(flatten);
    if (++cursor->depth > JSON_DEPTH) return false;
    bool good = object ? flatten_object(flatten) : flatten_array(flatten);
    cursor->depth--;
    return good;
}

bool document_flatten(struct document_reader *reader, struct text json,
                      bool (*visit)(void *context, struct text name, struct text value),
                      void *context) {
    struct flatten flatten = {json_cursor_of(json, NULL), reader, visit, context, false};
    if (json.length == 0) return false;
    buffer_clear(&reader->name, KEEP);
    if (!buffer_reserve(&reader->name, 0)) return false;
    bool good = flatten_value(&flatten) && json_at_end(&flatten.cursor);
    return good || flatten.stopped;
}

/* ---- for people ------------------------------------------------------------------------------ */

static bool pretty_value(struct json_cursor *cursor);

static bool new_line(const struct json_cursor *cursor) {
    buffer_append_char(cursor->to, '\n');
    for (unsigned i = 0; i < cursor->depth; i++) buffer_append(cursor->to, "  ", 2);
    return !cursor->to->failed;
}

/* The members or elements, from behind the opening bracket to the closing one. */
static bool pretty_items(struct json_cursor *cursor, bool object) {
    struct text key;
    bool first = true, good = true;
    for (size_t i = 0; object ? json_next_member(cursor, &first, &key, &good)
                              : json_next_element(cursor, &first, &good);
         i++) {
        if ((i && !buffer_append_char(cursor->to, ',')) || !new_line(cursor)) return false;
        if (object) {
            buffer_append_char(cursor->to, '"');
            buffer_append(cursor->to, key.data, key.length);
            buffer_append(cursor->to, "\": ", 3);
        }
        if (!pretty_value(cursor)) return false;
    }
    cursor->depth--;
    return good &&
           (cursor->to->data[cursor->to->length - 1] == (object ? '{' : '[') || new_line(cursor));
}

static bool pretty_value(struct json_cursor *cursor) {
    struct json_value value;
    bool object = json_take(cursor, '{');
    if (!object && !json_take(cursor, '['))
        return json_take_value(cursor, &value) && json_write_raw(&value, cursor->to);
    if (++cursor->depth > JSON_DEPTH) return false;
    return buffer_append_char(cursor->to, object ? '{' : '[') && pretty_items(cursor, object) &&
           buffer_append_char(cursor->to, object ? '}' : ']');
}

bool document_pretty(struct text json, struct buffer *out) {
    struct json_cursor cursor = json_cursor_of(json, out);
    return json.length > 0 && pretty_value(&cursor) && json_at_end(&cursor);
}
