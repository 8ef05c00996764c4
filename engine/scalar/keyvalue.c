/* keyvalue.c - key=value pairs in a text. */
#include <stdlib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/structure.h"

struct kv_get {
    char *key;
    bool separates[256];
    char pair;
};

static void kv_get_free(void *data) {
    struct kv_get *get = data;
    if (!get) return;
    free(get->key);
    free(get);
}

void *kv_get_new(const char *key, const char *separators, char pair) {
    struct kv_get *get = calloc(1, sizeof *get);
    if (!get || !(get->key = strdup(key))) {
        kv_get_free(get);
        return NULL;
    }
    if (!separators) separators = " \t\r\n\v\f,;";
    for (; *separators; separators++) get->separates[(unsigned char)*separators] = true;
    get->pair = pair ? pair : '=';
    return get;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reader {
    const struct kv_get *get;
    const char *at, *end;
};

static bool separates(const struct reader *r, char c) {
    return r->get->separates[(unsigned char)c];
}
static bool is_quote(char c) {
    return c == '"' || c == '\'';
}
static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct reader *r) {
    while (r->at < r->end && is_blank(*r->at)) r->at++;
}

/* Whether the pair character is next; passes over it. */
static bool take_pair(struct reader *r) {
    if (r->at == r->end || *r->at != r->get->pair) return false;
    r->at++;
    return true;
}

/* Up to a separator or the pair character. */
static struct text take_word(struct reader *r) {
    const char *start = r->at;
    while (r->at < r->end && !separates(r, *r->at) && *r->at != r->get->pair) r->at++;
    return (struct text){start, (size_t)(r->at - start)};
}

/* From a quote to the next that no backslash stands before, or to the end; without quotes. */
static struct text take_quoted(struct reader *r) {
    char quote = *r->at++;
    const char *start = r->at;
    while (r->at < r->end && *r->at != quote) r->at += *r->at == '\\' && r->at + 1 < r->end ? 2 : 1;
    struct text inside = {start, (size_t)(r->at - start)};
    if (r->at < r->end) r->at++;
    return inside;
}

/* Whether what is next is another key: then the value before it is empty. */
static bool at_key(struct reader r) {
    struct text word = take_word(&r);
    skip_blanks(&r);
    return word.length > 0 && r.at < r.end && *r.at == r.get->pair;
}

/* The value behind the pair character. Only where blanks stand in between can it be the next key.
 */
static struct text take_value(struct reader *r, bool *quoted) {
    const char *before = r->at;
    skip_blanks(r);
    *quoted = r->at < r->end && is_quote(*r->at);
    if (*quoted) return take_quoted(r);
    if (r->at > before && at_key(*r)) return (struct text){before, 0};
    const char *start = r->at;
    while (r->at < r->end && !separates(r, *r->at)) r->at++;
    return (struct text){start, (size_t)(r->at - start)};
}

/* Finds the next pair; false: there is none. */
static bool take_next(struct reader *r, struct text *key, struct text *value, bool *quoted) {
    while (r->at < r->end) {
        if (separates(r, *r->at)) {
            r->at++;
            continue;
        }
        if (take_pair(r)) continue; /* without a key */
        *key = is_quote(*r->at) ? take_quoted(r) : take_word(r);
        skip_blanks(r);
        if (!take_pair(r) || key->length == 0) continue;
        *value = take_value(r, quoted);
        return true;
    }
    return false;
}

/* ---- the scalar ------------------------------------------------------------------------------ */

/* A quoted value, in `out` where backslashes are taken off. */
static enum trawl_status result_quoted(const struct scalar_call *call, struct text value,
                                       struct datum *result, struct trawl_error *error) {
    if (!memchr(value.data, '\\', value.length)) return result_piece(call, 0, value, result, error);
    for (size_t i = 0; i < value.length; i++) {
        char next = i + 1 < value.length ? value.data[i + 1] : '\0';
        if (value.data[i] == '\\' && (next == '\\' || is_quote(next))) i++;
        buffer_append_char(call->out, value.data[i]);
    }
    return result_out(call, result, error);
}

static enum trawl_status run_kv_get(const struct scalar_call *call, struct datum *result,
                                    struct trawl_error *error) {
    const struct kv_get *get = call->data;
    char room[NUMBER_TEXT];
    struct text text, key, value, wanted = text_of(get->key);
    bool quoted;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    struct reader reader = {get, text.data, text.data + text.length};
    while (take_next(&reader, &key, &value, &quoted)) {
        if (!text_equal(key, wanted)) continue;
        return quoted ? result_quoted(call, value, result, error)
                      : result_piece(call, 0, value, result, error);
    }
    return TRAWL_OK;
}

const struct scalar scalar_kv_get = {
    .name = "kv_get", .type = TYPE_TEXT, .run = run_kv_get, .data_free = kv_get_free};
