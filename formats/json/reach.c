/* reach.c - what lies inside a projected value: elements of arrays, members of these, and so on.
 * For the few fields that ask for it; projections go by keys alone. */
#include "formats/json/cursor.h"

/* A place inside a value, and the path from there on. */
struct reach {
    struct json_arena *arena;
    struct json_value value;
    struct text path;
};

/* A key that is spelled longer than this, with escapes, is none that a path asks for. */
#define ESCAPED_KEY_MOST 1024

static void advance(struct text *path, size_t length) {
    path->data += length;
    path->length -= length;
}

/* The length of the step at the path's start if it is [3] or the like; *element is its number. */
static size_t element_step(struct text path, uint32_t *element) {
    size_t i = 1;
    *element = 0;
    for (; i < path.length && i <= 9 && path.data[i] >= '0' && path.data[i] <= '9'; i++)
        *element = *element * 10 + (uint32_t)(path.data[i] - '0');
    if (i == 1 || i == path.length || path.data[i] != ']') return 0;
    return i + 1;
}

/* The length of the key if the path starts with it, as a whole step or several; else SIZE_MAX. */
static size_t key_step(struct text path, struct text key) {
    if (key.length > path.length || memcmp(path.data, key.data, key.length) != 0) return SIZE_MAX;
    bool whole =
        key.length == path.length || path.data[key.length] == '.' || path.data[key.length] == '[';
    return whole ? key.length : SIZE_MAX;
}

/* A string that holds an object or an array becomes that; any other one is nothing to go into. */
static enum json_outcome open_string(struct reach *r) {
    struct text text = r->value.raw;
    if (r->value.escaped) {
        char *plain = json_arena_take(r->arena, text.length);
        if (!plain) return JSON_NO_MEMORY;
        text = (struct text){plain, json_unescape(text, plain)};
    }
    r->value.type = JSON_ABSENT;
    if (text.length == SIZE_MAX) return JSON_MALFORMED;
    struct json_cursor cursor = json_cursor_of(text, NULL);
    struct json_value inside;
    json_skip_space(&cursor);
    bool nested = cursor.at < cursor.end && (*cursor.at == '{' || *cursor.at == '[');
    if (!nested || !json_take_value(&cursor, &inside) || !json_at_end(&cursor)) return JSON_OK;
    r->value = inside;
    return JSON_OK;
}

static enum json_outcome enter_array(struct reach *r) {
    uint32_t element;
    size_t length = element_step(r->path, &element);
    struct json_cursor cursor = json_cursor_of(r->value.raw, NULL);
    struct json_value found;
    bool first = true, good = true;
    r->value.type = JSON_ABSENT;
    if (length == 0) return JSON_OK;
    advance(&r->path, length);
    json_take(&cursor, '[');
    for (uint32_t i = 0; json_next_element(&cursor, &first, &good); i++) {
        if (!json_take_value(&cursor, &found)) return JSON_MALFORMED;
        if (i != element) continue;
        r->value = found;
        return JSON_OK;
    }
    return good ? JSON_OK : JSON_MALFORMED;
}

static enum json_outcome enter_object(struct reach *r) {
    struct json_cursor cursor = json_cursor_of(r->value.raw, NULL);
    struct json_value value;
    struct text key;
    char plain[ESCAPED_KEY_MOST];
    size_t best = SIZE_MAX;
    bool first = true, good = true;
    r->value.type = JSON_ABSENT;
    json_take(&cursor, '{');
    while (json_next_member(&cursor, &first, &key, &good)) {
        if (!json_take_value(&cursor, &value)) return JSON_MALFORMED;
        if (memchr(key.data, '\\', key.length)) {
            if (key.length > sizeof plain) continue;
            key = (struct text){plain, json_unescape(key, plain)};
        }
        size_t length = key_step(r->path, key);
        if (length == SIZE_MAX || (best != SIZE_MAX && length <= best)) continue;
        best = length;
        r->value = value;
    }
    if (best != SIZE_MAX) advance(&r->path, best);
    return good ? JSON_OK : JSON_MALFORMED;
}

/* The array itself. Its text goes out as it stands, so it is looked at from end to end. */
static enum json_outcome whole_array(struct reach *r) {
    struct json_cursor cursor = json_cursor_of(r->value.raw, NULL);
    struct json_value array;
    if (r->value.type == JSON_ARRAY && !json_take_value(&cursor, &array)) return JSON_MALFORMED;
    if (r->value.type != JSON_ARRAY) r->value.type = JSON_ABSENT;
    advance(&r->path, r->path.length);
    return JSON_OK;
}

/* One step along the path, which is not at its end. */
static enum json_outcome step(struct reach *r) {
    if (r->value.type == JSON_STRING) {
        enum json_outcome outcome = open_string(r);
        if (outcome != JSON_OK || r->value.type == JSON_ABSENT) return outcome;
    }
    if (text_equal(r->path, text_of("[]"))) return whole_array(r);
    if (r->path.data[0] == '.') advance(&r->path, 1);
    if (r->value.type == JSON_ARRAY && r->path.length && r->path.data[0] == '[')
        return enter_array(r);
    if (r->value.type == JSON_OBJECT) return enter_object(r);
    r->value.type = JSON_ABSENT;
    return JSON_OK;
}

enum json_outcome json_reach_from(struct json_arena *arena, struct json_value value,
                                  struct text path, struct json_value *out) {
    struct reach reach = {.arena = arena, .value = value, .path = path};
    enum json_outcome outcome = JSON_OK;
    while (outcome == JSON_OK && reach.path.length && reach.value.type > JSON_NULL)
        outcome = step(&reach);
    *out = reach.value;
    return outcome;
}

enum json_outcome json_split_into(struct json_arena *arena, struct json_value value,
                                  struct json_value *out) {
    struct buffer text = {0};
    struct json_value piece = value;
    const char *at = value.raw.data, *end = at + value.raw.length;
    buffer_append_char(&text, '[');
    for (const char *comma = at; comma && value.raw.length > 0; at = comma + 1) {
        comma = memchr(at, ',', (size_t)(end - at));
        piece.raw = (struct text){at, (size_t)((comma ? comma : end) - at)};
        json_write_raw(&piece, &text);
        if (!comma) break;
        buffer_append_char(&text, ',');
    }
    buffer_append_char(&text, ']');
    *out = (struct json_value){.type = JSON_ARRAY};
    if (!text.failed) out->raw = json_arena_copy(arena, text.data, text.length);
    buffer_free(&text);
    return out->raw.data ? JSON_OK : JSON_NO_MEMORY;
}
