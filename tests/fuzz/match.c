/* Many values laid end to end must give what PCRE2 gives on each value alone.
 *
 * Input: one byte of flags (bit 3: a dictionary instead of a plain column; bit 4: the bare letter
 * patterns a and b|c beside it), the pattern up to \x01, then values, each ended by \x02; a value
 * that is not UTF-8 is a missing row. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/match/match.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#define VALUES_MOST 200
#define PATTERN_MOST 100

static bool is_utf8(const char *bytes, size_t length) {
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    for (size_t i = 0; i < length;) {
        unsigned char lead = (unsigned char)bytes[i++];
        if (lead < 0x80) continue;
        unsigned size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || length - i < size - 1) return false;
        unsigned character = lead & (0x7Fu >> size);
        for (unsigned k = 1; k < size; k++) {
            unsigned char c = (unsigned char)bytes[i++];
            if ((c & 0xC0) != 0x80) return false;
            character = character << 6 | (c & 0x3F);
        }
        if (character < smallest[size] || character > 0x10FFFF || (character & ~0x7FFu) == 0xD800)
            return false;
    }
    return true;
}

static void fail(const char *what, const char *pattern, const char *kind, size_t value) {
    fprintf(stderr, "%s: pattern <%s> (%s), value %zu\n", what, pattern, kind, value);
    abort();
}

struct twin {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

static bool twin_init(struct twin *twin, const char *pattern, unsigned flags) {
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (flags & TRAWL_IGNORE_CASE) options |= PCRE2_CASELESS;
    if (flags & TRAWL_MULTILINE) options |= PCRE2_MULTILINE;
    if (flags & TRAWL_DOTALL) options |= PCRE2_DOTALL;
    int error;
    PCRE2_SIZE offset;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    twin->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &error, &offset,
                               context);
    pcre2_compile_context_free(context);
    if (!twin->code) return false;
    pcre2_jit_compile(twin->code, PCRE2_JIT_COMPLETE);
    twin->data = pcre2_match_data_create_from_pattern(twin->code, NULL);
    twin->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(twin->limits, 100000);
    return true;
}

static void twin_free(struct twin *twin) {
    pcre2_match_data_free(twin->data);
    pcre2_match_context_free(twin->limits);
    pcre2_code_free(twin->code);
}

/* 1 match, 0 none, -1 not for us to judge: over the limits, or JIT and interpreter of PCRE2 10.42
 * disagree, as they do about some possessive repeats of groups that can be empty. */
static int twin_search(struct twin *twin, struct text value) {
    int results[2];
    for (int jit = 0; jit < 2; jit++) {
        int result = pcre2_match(twin->code, (PCRE2_SPTR)value.data, value.length, 0,
                                 jit ? 0 : PCRE2_NO_JIT, twin->data, twin->limits);
        results[jit] = result > 0 ? 1 : result == PCRE2_ERROR_NOMATCH ? 0 : -1;
    }
    return results[0] == results[1] ? results[0] : -1;
}

/* A plain column by hand: a column decides its encoding by itself. */
struct plain {
    struct column column;
    uint64_t validity[BITMAP_WORDS(VALUES_MOST)];
    uint32_t offsets[VALUES_MOST + 1];
};

static void plain_append(struct plain *plain, struct text value, bool present) {
    struct column *column = &plain->column;
    if (!buffer_append(&column->arena, value.data, present ? value.length : 0)) abort();
    if (present) bitmap_set(plain->validity, column->rows);
    plain->offsets[++column->rows] = (uint32_t)column->arena.length;
    column->distinct = column->rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *end_of_pattern = size > 1 ? memchr(data + 1, 1, size - 1) : NULL;
    if (!end_of_pattern || end_of_pattern - data > PATTERN_MOST) return 0;
    char pattern[PATTERN_MOST + 1] = "";
    memcpy(pattern, data + 1, (size_t)(end_of_pattern - data) - 1);
    unsigned flags = data[0] & 7;
    bool as_dictionary = data[0] & 8, with_company = data[0] & 16;

    struct matcher *matcher = matcher_new();
    struct twin twin;
    bool valid = twin_init(&twin, pattern, flags);
    struct trawl_error error;
    uint32_t p = matcher_add(matcher, pattern, flags, &error);
    if (valid != (p == 0)) fail("one accepts what the other refuses", pattern, "", 0);
    if (!valid) {
        matcher_free(matcher);
        return 0;
    }
    /* An equal pattern is the same pattern: these may be 0. */
    uint32_t company_a = with_company ? matcher_add(matcher, "a", 0, NULL) : 0;
    uint32_t company_bc = with_company ? matcher_add(matcher, "b|c", 0, NULL) : 0;
    if (matcher_compile(matcher, &error) != TRAWL_OK) abort();
    struct match_scratch *scratch = match_scratch_new(matcher);

    struct plain plain = {.column = {.encoding = COLUMN_PLAIN}};
    plain.column.offsets = plain.offsets;
    plain.column.validity = plain.validity;
    if (!buffer_reserve(&plain.column.arena, 0)) abort();
    struct column dictionary;
    if (!column_init(&dictionary)) abort();
    const char *at = (const char *)end_of_pattern + 1, *end = (const char *)data + size;
    while (at < end && plain.column.rows < VALUES_MOST) {
        const char *stop = memchr(at, 2, (size_t)(end - at));
        if (!stop) stop = end;
        struct text value = {at, (size_t)(stop - at)};
        bool present = is_utf8(value.data, value.length);
        plain_append(&plain, value, present);
        if (!(present ? column_append(&dictionary, value) : column_append_missing(&dictionary)))
            abort();
        at = stop + 1;
    }

    const struct column *column = as_dictionary ? &dictionary : &plain.column;
    uint64_t hits[3][BITMAP_WORDS(VALUES_MOST)];
    memset(hits, 0xFF, sizeof hits);
    uint64_t *const rows[3] = {hits[0], hits[1], hits[2]};
    enum trawl_status status = matcher_scan(matcher, scratch, column, rows, &error);
    if (status != TRAWL_OK && status != TRAWL_REFUSED) abort();
    const char *kind = matcher_kind(matcher, 0);
    for (size_t i = 0; status == TRAWL_OK && i < column->distinct; i++) {
        if (!as_dictionary && !column_present(column, i)) {
            if (bitmap_get(hits[0], i)) fail("a missing row matches", pattern, kind, i);
            continue;
        }
        struct text value = column_stored(column, i);
        int found = twin_search(&twin, value);
        if (found >= 0 && found != (int)bitmap_get(hits[0], i))
            fail(found ? "a match is lost" : "a match is made up", pattern, kind, i);
        if (!with_company) continue;
        bool a = memchr(value.data, 'a', value.length);
        bool bc = memchr(value.data, 'b', value.length) || memchr(value.data, 'c', value.length);
        if (a != bitmap_get(hits[company_a], i) || bc != bitmap_get(hits[company_bc], i))
            fail("company disturbs", pattern, kind, i);
    }

    column_free(&dictionary);
    buffer_free(&plain.column.arena);
    match_scratch_free(scratch);
    matcher_free(matcher);
    twin_free(&twin);
    return 0;
}
