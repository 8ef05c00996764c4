/* json.c - one record, projected on every ISA level, lazily and validated.
 *
 * Holds: all levels give the same outcome and the same values; validation accepts exactly what the
 * small strict parser below accepts; what validation accepts, the lazy walk accepts and reads the
 * same values from; the text of every value is valid UTF-8. */
#include "formats/json/json.h"

#include <stdlib.h>

#include "formats/framing/utf.h"

/* ---- a second opinion: RFC 8259, recursive, nothing skipped ---------------------------------- */

struct strict {
    const char *at, *end;
    unsigned depth;
};

static bool strict_value(struct strict *s);

static void strict_space(struct strict *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

static bool strict_char(struct strict *s, char c) {
    if (s->at == s->end || *s->at != c) return false;
    s->at++;
    return true;
}

static bool strict_string(struct strict *s) {
    if (!strict_char(s, '"')) return false;
    while (s->at < s->end) {
        unsigned char c = (unsigned char)*s->at++;
        if (c == '"') return true;
        if (c < 0x20) return false;
        if (c != '\\') continue;
        if (s->at == s->end) return false;
        char escape = *s->at++;
        if (escape == 'u') {
            for (int i = 0; i < 4; i++, s->at++)
                if (s->at == s->end || !memchr("0123456789abcdefABCDEF", *s->at, 22)) return false;
        } else if (!memchr("\"\\/bfnrt", escape, 8)) {
            return false;
        }
    }
    return false;
}

static bool strict_digits(struct strict *s) {
    const char *start = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') s->at++;
    return s->at > start;
}

static bool strict_number(struct strict *s) {
    (void)strict_char(s, '-');
    if (!strict_char(s, '0') && !strict_digits(s)) return false;
    if (strict_char(s, '.') && !strict_digits(s)) return false;
    if (strict_char(s, 'e') || strict_char(s, 'E')) {
        if (!strict_char(s, '+')) (void)strict_char(s, '-');
        return strict_digits(s);
    }
    return true;
}

static bool strict_word(struct strict *s, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, word, length) != 0) return false;
    s->at += length;
    return true;
}

static bool strict_members(struct strict *s, bool object) {
    char close = object ? '}' : ']';
    s->at++;
    if (++s->depth > JSON_DEPTH) return false;
    strict_space(s);
    if (!strict_char(s, close)) {
        do {
            strict_space(s);
            if (object) {
                if (!strict_string(s)) return false;
                strict_space(s);
                if (!strict_char(s, ':')) return false;
            }
            if (!strict_value(s)) return false;
        } while (strict_char(s, ','));
        if (!strict_char(s, close)) return false;
    }
    s->depth--;
    return true;
}

static bool strict_value(struct strict *s) {
    strict_space(s);
    if (s->at == s->end) return false;
    bool good;
    switch (*s->at) {
        case '{':
        case '[':
            good = strict_members(s, *s->at == '{');
            break;
        case '"':
            good = strict_string(s);
            break;
        case 't':
            good = strict_word(s, "true");
            break;
        case 'f':
            good = strict_word(s, "false");
            break;
        case 'n':
            good = strict_word(s, "null");
            break;
        default:
            good = strict_number(s);
    }
    strict_space(s);
    return good;
}

/* One object, then white space and commas. */
static bool strict_record(struct text text) {
    struct strict s = {text.data, text.data + text.length, 0};
    if (!utf8_valid(text)) return false;
    strict_space(&s);
    if (s.at == s.end || *s.at != '{' || !strict_value(&s)) return false;
    while (strict_char(&s, ',')) strict_space(&s);
    return s.at == s.end;
}

/* ---- the target ------------------------------------------------------------------------------ */

static void require(bool condition) {
    if (!condition) abort();
}

static struct text text_in(const struct buffer *buffer) {
    return (struct text){buffer->length ? buffer->data : "", buffer->length};
}

static struct json_paths *make_paths(void) {
    static const char *const keys[] = {"a", "b", "p", "", "a\"b", "\xc3\xa9", "l"};
    struct json_paths *paths = json_paths_new();
    require(paths != NULL);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct text path[] = {text_of("p"), text_of("p"), text_of(keys[i])};
        for (size_t skip = 0; skip < 3; skip++)
            require(json_paths_add(paths, path + skip, 3 - skip) != UINT32_MAX);
        require(json_paths_add_flattened(paths, path + 2, 1) != UINT32_MAX);
    }
    return paths;
}

/* The values as bytes that can be compared; both texts of each are tried. */
static void describe(const struct json_row *row, uint32_t slots, struct buffer *to) {
    struct buffer text = {0};
    for (uint32_t i = 0; i < slots; i++) {
        const struct json_value *value = &row->values[i];
        bool array = false;
        buffer_printf(to, "%u:%d:", i, value->type);
        if (value->type == JSON_ABSENT) continue;
        buffer_append(to, value->raw.data, value->raw.length);
        text.length = 0;
        bool good = json_text(value, &text);
        if (good) require(utf8_valid(text_in(&text)));
        buffer_printf(to, "|%d|", good);
        buffer_append(to, text.data, text.length);
        text.length = 0;
        if (json_list_text(value, &text, &array)) require(utf8_valid(text_in(&text)));
        buffer_append(to, text.data, text.length);
    }
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + TEXT_PADDING);
    require(copy != NULL);
    if (size) memcpy(copy, data, size);
    memset(copy + size, '"', TEXT_PADDING);
    struct text text = {copy, size};
    struct json_paths *paths = make_paths();
    uint32_t slots = json_paths_slots(paths);
    bool expected = strict_record(text);
    enum json_outcome first_lazy = JSON_OK, first_strict = JSON_OK;
    struct buffer first = {0};

    for (enum isa isa = ISA_WESTMERE, best = isa_best(); isa <= best; isa++) {
        struct json_parser *parser = json_parser_new(isa);
        struct json_row row;
        struct buffer lazy = {0}, strict = {0};
        const char *message = NULL;
        require(parser && json_row_init(&row, paths));

        enum json_outcome outcome = json_project(parser, paths, text, true, &row, &message);
        require((outcome == JSON_OK) == expected);
        require(outcome == JSON_OK || message != NULL);
        if (isa == ISA_WESTMERE) first_strict = outcome;
        require(outcome == first_strict);
        if (outcome == JSON_OK) describe(&row, slots, &strict);

        outcome = json_project(parser, paths, text, false, &row, &message);
        if (expected) require(outcome == JSON_OK);
        if (isa == ISA_WESTMERE) first_lazy = outcome;
        require(outcome == first_lazy);
        if (outcome == JSON_OK) describe(&row, slots, &lazy);
        if (expected) require(text_equal(text_in(&lazy), text_in(&strict)));
        if (isa == ISA_WESTMERE) {
            first = lazy;
            lazy = (struct buffer){0};
        } else if (outcome == JSON_OK) {
            require(text_equal(text_in(&lazy), text_in(&first)));
        }
        buffer_free(&lazy);
        buffer_free(&strict);
        json_row_free(&row);
        json_parser_free(parser);
    }
    buffer_free(&first);
    json_paths_free(paths);
    free(copy);
    return 0;
}
