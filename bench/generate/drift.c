#include "drift.h"

#include <stdio.h>
#include <strings.h>

const char *const drift_names[DRIFT_KINDS] = {
    [DRIFT_GONE] = "gone",
    [DRIFT_TEXT] = "text",
    [DRIFT_VALUE] = "value",
};

/* ---- the option ------------------------------------------------------------------------------ */

/* 2026-03-14, 2026-03-14T10:23 */
static bool parse_time(const char *text, ticks *time) {
    char day[11];
    unsigned hour = 0, minute = 0;
    int used = 0;
    if (strlen(text) < sizeof day - 1) return false;
    memcpy(day, text, sizeof day - 1);
    day[sizeof day - 1] = 0;
    if (!calendar_parse(day, time)) return false;
    text += sizeof day - 1;
    if (!*text) return true;
    if (sscanf(text, "T%2u:%2u%n", &hour, &minute, &used) != 2 || text[used] || hour > 23 ||
        minute > 59)
        return false;
    *time += hour * TICKS_HOUR + minute * TICKS_MINUTE;
    return true;
}

bool drift_parse(const char *text, struct drift *drift) {
    const char *equals = strchr(text, '='), *at = equals ? strchr(equals, '@') : NULL;
    if (!at || equals == text || equals - text >= DRIFT_FIELD) return false;
    *drift = (struct drift){.kind = DRIFT_KINDS};
    memcpy(drift->field, text, (size_t)(equals - text));
    size_t length = (size_t)(at - equals - 1);
    for (unsigned i = 0; i < DRIFT_KINDS; i++)
        if (strlen(drift_names[i]) == length && !memcmp(drift_names[i], equals + 1, length))
            drift->kind = (enum drift_kind)i;
    return drift->kind < DRIFT_KINDS && parse_time(at + 1, &drift->from);
}

/* ---- the text -------------------------------------------------------------------------------- */

/* A member of an object, as places in the text. */
struct member {
    size_t key, value, end; /* the key's first quote; the value, and what is behind it */
};

/* Behind the string that begins at `at`. */
static size_t string_end(const char *text, size_t at) {
    for (at++; text[at] != '"'; at++) at += text[at] == '\\';
    return at + 1;
}

/* Behind the value that begins at `at`, of compact JSON. */
static size_t value_end(const char *text, size_t at) {
    unsigned depth = 0;
    do {
        char c = text[at];
        if (c == '"') {
            at = string_end(text, at);
            continue;
        }
        depth += c == '{' || c == '[';
        if (c == '}' || c == ']') depth--;
        at++;
    } while (depth || (text[at] != ',' && text[at] != '}' && text[at] != ']'));
    return at;
}

static bool is_key(const struct drift *drift, const char *key, size_t length) {
    size_t field = strlen(drift->field);
    return length >= field && !strncasecmp(key + length - field, drift->field, field) &&
           (length == field || key[length - field - 1] == '.');
}

/* The next member of the field at or behind `at`. */
static bool find(const struct drift *drift, const struct builder *text, size_t at,
                 struct member *member) {
    while (at < text->length) {
        if (text->data[at] != '"') {
            at++;
            continue;
        }
        size_t end = string_end(text->data, at);
        if (end < text->length && text->data[end] == ':' &&
            is_key(drift, text->data + at + 1, end - at - 2)) {
            *member = (struct member){at, end + 1, value_end(text->data, end + 1)};
            return true;
        }
        at = end;
    }
    return false;
}

/* Puts other text in the place of some. */
static bool replace(struct builder *text, size_t from, size_t end, const char *with,
                    size_t length) {
    if (!builder_reserve(text, length)) return false;
    memmove(text->data + from + length, text->data + end, text->length - end);
    if (length) memcpy(text->data + from, with, length);
    text->length = text->length - (end - from) + length;
    return true;
}

/* With the comma behind it, or else before. */
static bool take_away(struct builder *text, struct member *member) {
    size_t from = member->key, end = member->end;
    if (text->data[end] == ',')
        end++;
    else if (text->data[from - 1] == ',')
        from--;
    member->end = from;
    return replace(text, from, end, NULL, 0);
}

/* As the JSON it is, in a string. Strings and numbers stay. */
static bool put_in_string(struct builder *text, struct member *member) {
    char first = text->data[member->value];
    if (first != '[' && first != '{') return true;
    struct builder string = {0};
    size_t length = member->end - member->value;
    bool done = builder_reserve(&string, 2 * length + 2);
    if (done) {
        builder_put(&string, text->data + member->value, length);
        done = builder_escape_json(&string, 0) && builder_reserve(&string, 2);
    }
    if (done) {
        memmove(string.data + 1, string.data, string.length);
        string.data[0] = string.data[string.length + 1] = '"';
        string.length += 2;
        done = replace(text, member->value, member->end, string.data, string.length);
        member->end = member->value + string.length;
    }
    builder_free(&string);
    return done;
}

static bool put_new(struct builder *text, struct member *member) {
    static const char value[] = "\"" DRIFT_NEW "\"", element[] = "[\"" DRIFT_NEW "\"",
                      first[] = "[\"" DRIFT_NEW "\",";
    const char *at = text->data + member->value, *with = value;
    size_t end = member->end;
    if (*at == '[') {
        with = at[1] == ']' ? element : first;
        end = member->value + 1;
    }
    size_t length = strlen(with);
    member->end += length - (end - member->value);
    return replace(text, member->value, end, with, length);
}

bool drift_apply(const struct drift *drift, uint64_t number, struct builder *text, size_t start) {
    struct member member = {.end = start};
    bool done = true;
    while (done && find(drift, text, member.end, &member)) {
        switch (drift->kind) {
            case DRIFT_GONE:
                done = take_away(text, &member);
                break;
            case DRIFT_TEXT:
                done = put_in_string(text, &member);
                break;
            case DRIFT_VALUE:
                done = number % 10 != 0 || put_new(text, &member);
                break;
            case DRIFT_KINDS:
                break;
        }
    }
    return done;
}
