/* text.c - what raw tokens of JSON mean, and values as one text.
 *
 * Bytes come from the wrapper: valid UTF-8, strings ended and without control characters. All else
 * is checked here. */
#include <stdlib.h>
#include <xxhash.h>

#include "formats/framing/utf.h"
#include "formats/json/cursor.h"

/* ---- escapes --------------------------------------------------------------------------------- */

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The four digits behind \u; -1: not four digits. */
static int32_t read_unit(const char *at, const char *end) {
    int32_t unit = 0;
    if (end - at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Reads the escape at `at` (its backslash) into a code point; returns where it ends, or NULL. */
static const char *read_escape(const char *at, const char *end, uint32_t *code_point) {
    if (end - at < 2) return NULL;
    switch (at[1]) {
        case '"':
        case '\\':
        case '/':
            *code_point = (unsigned char)at[1];
            return at + 2;
        case 'b':
            *code_point = '\b';
            return at + 2;
        case 'f':
            *code_point = '\f';
            return at + 2;
        case 'n':
            *code_point = '\n';
            return at + 2;
        case 'r':
            *code_point = '\r';
            return at + 2;
        case 't':
            *code_point = '\t';
            return at + 2;
        case 'u':
            break;
        default:
            return NULL;
    }
    int32_t unit = read_unit(at + 2, end);
    if (unit < 0) return NULL;
    *code_point = (uint32_t)unit;
    at += 6;
    if (unit >= 0xd800 && unit < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        int32_t low = read_unit(at + 2, end);
        if (low >= 0xdc00 && low < 0xe000) {
            *code_point = 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
            at += 6;
        }
    }
    return at;
}

bool json_escapes_valid(const char *text, size_t length) {
    const char *at = text, *end = text + length;
    uint32_t unused;
    while ((at = memchr(at, '\\', (size_t)(end - at))))
        if (!(at = read_escape(at, end, &unused))) return false;
    return true;
}

size_t json_unescape(struct text raw, char *to) {
    const char *at = raw.data, *end = raw.data + raw.length;
    char *out = to;
    for (;;) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memmove(out, at, plain);
        out += plain;
        if (!escape) return (size_t)(out - to);
        uint32_t code_point;
        at = read_escape(escape, end, &code_point);
        if (!at) return SIZE_MAX;
        if (code_point < 0x80)
            *out++ = (char)code_point;
        else
            out += utf8_encode(code_point, out);
    }
}

/* Appends what the bytes between quotes mean. */
static bool append_unescaped(struct text raw, struct buffer *to) {
    if (!buffer_reserve(to, raw.length)) return false;
    size_t length = json_unescape(raw, to->data + to->length);
    if (length == SIZE_MAX) return false;
    to->length += length;
    return true;
}

bool json_quote(struct text text, struct buffer *to) {
    static const char digits[] = "0123456789abcdef";
    buffer_append_char(to, '"');
    size_t start = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buffer_append(to, text.data + start, i - start);
        start = i + 1;
        const char *names = "\"\"\\\\\bb\ff\nn\rr\tt";
        const char *name = c ? strchr(names, c) : NULL;
        if (name) {
            buffer_append(to, (char[]){'\\', name[1]}, 2);
        } else {
            buffer_append(to, (char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
        }
    }
    buffer_append(to, text.data + start, text.length - start);
    buffer_append_char(to, '"');
    return !to->failed;
}

bool json_write_raw(const struct json_value *value, struct buffer *to) {
    if (value->type != JSON_STRING) return buffer_append(to, value->raw.data, value->raw.length);
    if (!value->escaped) return json_quote(value->raw, to);
    return buffer_append_char(to, '"') && buffer_append(to, value->raw.data, value->raw.length) &&
           buffer_append_char(to, '"');
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Values are written as they are read: see cursor.h. Every function returns false where the text is
 * not JSON or memory is out. */

static bool write_object(struct json_cursor *r);

/* A value inside an array that is joined: null is nothing. */
static bool write_joined(struct json_cursor *r) {
    struct text raw;
    enum json_type type;
    json_skip_space(r);
    if (r->at == r->end) return false;
    if (*r->at == '"') return json_take_string(r, &raw) && append_unescaped(raw, r->to);
    if (*r->at == '{') return write_object(r);
    if (*r->at != '[') {
        if (!json_take_scalar(r, &type, &raw)) return false;
        return type == JSON_NULL || buffer_append(r->to, raw.data, raw.length);
    }
    r->at++;
    if (++r->depth > JSON_DEPTH) return false;
    if (!json_take(r, ']')) {
        do {
            if (!write_joined(r)) return false;
            json_skip_space(r);
            if (r->at == r->end) return false;
            if (*r->at == ',' && !buffer_append_char(r->to, ',')) return false;
        } while (json_take(r, ','));
        if (!json_take(r, ']')) return false;
    }
    r->depth--;
    return true;
}

/* A string, unescaped and escaped again as the dump does. */
static bool write_string(struct json_cursor *r, struct text raw) {
    struct buffer plain = {0};
    bool good =
        append_unescaped(raw, &plain) && json_quote((struct text){plain.data, plain.length}, r->to);
    r->to->failed |= plain.failed;
    buffer_free(&plain);
    return good;
}

/* A value inside an object: compact JSON, numbers as strings. */
static bool write_dump(struct json_cursor *r) {
    struct text raw;
    enum json_type type;
    json_skip_space(r);
    if (r->at == r->end) return false;
    if (*r->at == '"') return json_take_string(r, &raw) && write_string(r, raw);
    if (*r->at == '{') return write_object(r);
    if (*r->at != '[') {
        if (!json_take_scalar(r, &type, &raw)) return false;
        return type == JSON_NUMBER ? json_quote(raw, r->to)
                                   : buffer_append(r->to, raw.data, raw.length);
    }
    r->at++;
    if (++r->depth > JSON_DEPTH || !buffer_append_char(r->to, '[')) return false;
    if (!json_take(r, ']')) {
        do {
            if (!write_dump(r)) return false;
            json_skip_space(r);
            if (r->at == r->end) return false;
            if (*r->at == ',' && !buffer_append_char(r->to, ',')) return false;
        } while (json_take(r, ','));
        if (!json_take(r, ']')) return false;
    }
    r->depth--;
    return buffer_append_char(r->to, ']');
}

/* The keys written of one object, as ranges of the output (which moves): a hash table with linear
 * probing, so that an object of a million keys costs a million steps. */
struct key_range {
    size_t start, length; /* with quotes; length 0: free */
};
struct key_set {
    struct key_range *ranges;
    size_t capacity, count;
};

/* The key's place: taken by an equal key, or free. */
static struct key_range *set_find(const struct key_set *set, const char *output,
                                  struct key_range key) {
    size_t mask = set->capacity - 1;
    for (size_t i = XXH3_64bits(output + key.start, key.length);; i++) {
        struct key_range *range = &set->ranges[i & mask];
        if (range->length == 0) return range;
        if (range->length == key.length &&
            memcmp(output + range->start, output + key.start, key.length) == 0)
            return range;
    }
}

static bool set_grow(struct key_set *set, const char *output) {
    struct key_set larger = {NULL, set->capacity ? set->capacity * 4 : 16, set->count};
    larger.ranges = calloc(larger.capacity, sizeof *larger.ranges);
    if (!larger.ranges) return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->ranges[i].length) *set_find(&larger, output, set->ranges[i]) = set->ranges[i];
    free(set->ranges);
    *set = larger;
    return true;
}

/* The members up to the closing bracket; a key that was there before leaves no trace. */
static bool write_members(struct json_cursor *r, struct key_set *set) {
    do {
        struct text raw;
        size_t before = r->to->length;
        if (set->count && !buffer_append_char(r->to, ',')) return false;
        struct key_range key = {r->to->length, 0};
        if (!json_take_string(r, &raw) || !write_string(r, raw)) return false;
        key.length = r->to->length - key.start;
        if ((set->count + 1) * 2 > set->capacity && !set_grow(set, r->to->data)) {
            r->to->failed = true;
            return false;
        }
        struct key_range *place = set_find(set, r->to->data, key);
        bool duplicate = place->length > 0;
        if (!duplicate) {
            *place = key;
            set->count++;
        }
        if (!json_take(r, ':') || !buffer_append_char(r->to, ':') || !write_dump(r)) return false;
        if (duplicate) r->to->length = before;
    } while (json_take(r, ','));
    return json_take(r, '}');
}

static bool write_object(struct json_cursor *r) {
    struct key_set set = {0};
    if (++r->depth > JSON_DEPTH || !json_take(r, '{') || !buffer_append_char(r->to, '{'))
        return false;
    bool good = json_take(r, '}') || write_members(r, &set);
    free(set.ranges);
    r->depth--;
    return good && buffer_append_char(r->to, '}');
}

/* A whole text that is one object or array. */
static bool write_whole(struct text text, struct buffer *to) {
    struct json_cursor reader = json_cursor_of(text, to);
    if (!write_joined(&reader)) return false;
    json_skip_space(&reader);
    return reader.at == reader.end;
}

bool json_text(const struct json_value *value, struct buffer *to) {
    switch (value->type) {
        case JSON_ABSENT:
        case JSON_NULL:
            return true;
        case JSON_FALSE:
        case JSON_TRUE:
        case JSON_NUMBER:
            return buffer_append(to, value->raw.data, value->raw.length);
        case JSON_STRING:
            return value->escaped ? append_unescaped(value->raw, to)
                                  : buffer_append(to, value->raw.data, value->raw.length);
        case JSON_OBJECT:
        case JSON_ARRAY:
            return write_whole(value->raw, to);
    }
    return false;
}

bool json_string_is(const struct json_value *value, const char *text) {
    char plain[256];
    size_t length = strlen(text);
    if (value->type != JSON_STRING) return false;
    if (!value->escaped)
        return value->raw.length == length && memcmp(value->raw.data, text, length) == 0;
    if (value->raw.length > sizeof plain) return false;
    size_t meant = json_unescape(value->raw, plain);
    return meant == length && memcmp(plain, text, length) == 0;
}

bool json_truthy(const struct json_value *value) {
    switch (value->type) {
        case JSON_ABSENT:
        case JSON_NULL:
        case JSON_FALSE:
            return false;
        case JSON_TRUE:
        case JSON_NUMBER:
            return true;
        case JSON_STRING:
            return value->raw.length > 0;
        case JSON_OBJECT:
        case JSON_ARRAY:
            for (size_t i = 1; i + 1 < value->raw.length; i++)
                if (!json_is_space(value->raw.data[i])) return true;
            return false;
    }
    return false;
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Length of the white space character at the start of text, as Python's str.strip sees it; 0: none.
 * From the property list of Unicode 15: bidirectional type WS, B or S, or category Zs. */
static size_t space_length(const char *text, size_t length) {
    if (length == 0) return 0;
    const unsigned char *c = (const unsigned char *)text;
    if ((c[0] >= 0x09 && c[0] <= 0x0d) || (c[0] >= 0x1c && c[0] <= 0x20)) return 1;
    if (c[0] == 0xc2 && length >= 2) return c[1] == 0x85 || c[1] == 0xa0 ? 2 : 0;
    if (length < 3 || c[0] < 0xe1 || c[0] > 0xe3) return 0;
    uint32_t code_point = (uint32_t)(c[0] & 15) << 12 | (uint32_t)(c[1] & 63) << 6 | (c[2] & 63);
    bool space = code_point == 0x1680 || (code_point >= 0x2000 && code_point <= 0x200a) ||
                 code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202f ||
                 code_point == 0x205f || code_point == 0x3000;
    return space ? 3 : 0;
}

static struct text strip(struct text text) {
    size_t space;
    while ((space = space_length(text.data, text.length)) > 0) {
        text.data += space;
        text.length -= space;
    }
    while (text.length > 0) {
        size_t start = text.length - 1; /* of the last character */
        while (start > 0 && ((unsigned char)text.data[start] & 0xc0) == 0x80) start--;
        if (space_length(text.data + start, text.length - start) != text.length - start) break;
        text.length = start;
    }
    return text;
}

/* An array in plain text; false, leaving `to` as it was: there is none, or no memory. */
static bool write_text_array(struct text text, struct buffer *to) {
    struct text stripped = strip(text);
    if (stripped.length == 0 || stripped.data[0] != '[') return false;
    size_t before = to->length;
    if (write_whole(stripped, to)) return true;
    to->length = before;
    return false;
}

bool json_list_text(const struct json_value *value, struct buffer *to, bool *array) {
    *array = false;
    if (value->type != JSON_STRING) return json_text(value, to);
    if (!value->escaped) {
        *array = write_text_array(value->raw, to);
        return *array || (!to->failed && json_text(value, to));
    }
    struct buffer plain = {0};
    struct text text;
    bool good = append_unescaped(value->raw, &plain);
    if (good) {
        text = (struct text){plain.data, plain.length};
        *array = write_text_array(text, to);
        good = *array || (!to->failed && buffer_append(to, text.data, text.length));
    }
    to->failed |= plain.failed;
    buffer_free(&plain);
    return good;
}
