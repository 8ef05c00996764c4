/* cursor.c - the grammar of raw tokens, and values of JSON text one after another. */
#include "formats/json/cursor.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

size_t json_number_length(const char *text, size_t length) {
    size_t i = 0;
    if (i < length && text[i] == '-') i++;
    size_t digits = i;
    while (i < length && is_digit(text[i])) i++;
    if (i == digits || (text[digits] == '0' && i > digits + 1)) return 0;
    if (i < length && text[i] == '.') {
        size_t fraction = ++i;
        while (i < length && is_digit(text[i])) i++;
        if (i == fraction) return 0;
    }
    if (i < length && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (i < length && (text[i] == '+' || text[i] == '-')) i++;
        size_t exponent = i;
        while (i < length && is_digit(text[i])) i++;
        if (i == exponent) return 0;
    }
    return i;
}

bool json_number_valid(const char *text, size_t length) {
    return json_number_length(text, length) == length && length > 0;
}

enum json_type json_atom(const char *text, size_t length) {
    if (length == 4 && memcmp(text, "null", 4) == 0) return JSON_NULL;
    if (length == 4 && memcmp(text, "true", 4) == 0) return JSON_TRUE;
    if (length == 5 && memcmp(text, "false", 5) == 0) return JSON_FALSE;
    return JSON_ABSENT;
}

bool json_take_string(struct json_cursor *r, struct text *raw) {
    if (!json_take(r, '"')) return false;
    const char *start = r->at;
    for (; r->at < r->end && *r->at != '"'; r->at++) {
        if ((unsigned char)*r->at < 0x20) return false;
        if (*r->at == '\\' && ++r->at == r->end) return false;
    }
    if (r->at == r->end) return false;
    *raw = (struct text){start, (size_t)(r->at++ - start)};
    return true;
}

bool json_take_scalar(struct json_cursor *r, enum json_type *type, struct text *raw) {
    size_t left = (size_t)(r->end - r->at);
    size_t length = json_number_length(r->at, left);
    *type = JSON_NUMBER;
    for (size_t atom = 4; length == 0 && atom <= 5 && atom <= left; atom++) {
        *type = json_atom(r->at, atom);
        if (*type != JSON_ABSENT) length = atom;
    }
    *raw = (struct text){r->at, length};
    r->at += length;
    return length > 0;
}

bool json_at_end(struct json_cursor *r) {
    json_skip_space(r);
    return r->at == r->end;
}

/* Past the comma before another item, or past the closing bracket. */
static bool next_item(struct json_cursor *r, char bracket, bool *first, bool *good) {
    bool ended = json_take(r, bracket);
    *good = ended || *first || json_take(r, ',');
    *first = false;
    return !ended && *good;
}

bool json_next_member(struct json_cursor *r, bool *first, struct text *key, bool *good) {
    if (!next_item(r, '}', first, good)) return false;
    *good =
        json_take_string(r, key) && json_escapes_valid(key->data, key->length) && json_take(r, ':');
    return *good;
}

bool json_next_element(struct json_cursor *r, bool *first, bool *good) {
    return next_item(r, ']', first, good);
}

/* Past the object or array that starts here. */
static bool skip_nested(struct json_cursor *r, bool object) {
    struct json_value inside;
    struct text key;
    bool first = true, good = true;
    r->at++;
    if (++r->depth > JSON_DEPTH) return false;
    while (object ? json_next_member(r, &first, &key, &good) : json_next_element(r, &first, &good))
        if (!json_take_value(r, &inside)) return false;
    r->depth--;
    return good;
}

bool json_take_value(struct json_cursor *r, struct json_value *value) {
    json_skip_space(r);
    *value = (struct json_value){.type = JSON_ABSENT};
    if (r->at == r->end) return false;
    const char *start = r->at;
    if (*start == '"') {
        value->type = JSON_STRING;
        if (!json_take_string(r, &value->raw)) return false;
        value->escaped = memchr(value->raw.data, '\\', value->raw.length) != NULL;
        return !value->escaped || json_escapes_valid(value->raw.data, value->raw.length);
    }
    if (*start != '{' && *start != '[') return json_take_scalar(r, &value->type, &value->raw);
    value->type = *start == '{' ? JSON_OBJECT : JSON_ARRAY;
    if (!skip_nested(r, value->type == JSON_OBJECT)) return false;
    value->raw = (struct text){start, (size_t)(r->at - start)};
    return true;
}
