/* json_bench.h - a projection of one text, for the tests of formats/json. */
#ifndef TRAWL_TESTS_JSON_BENCH_H
#define TRAWL_TESTS_JSON_BENCH_H

#include "formats/json/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* A text in memory of its own, so that reading past the padding is seen. */
static inline struct text padded(const char *bytes, size_t length) {
    char *copy = malloc(length + TEXT_PADDING);
    memcpy(copy, bytes, length);
    memset(copy + length, '"', TEXT_PADDING);
    return (struct text){copy, length};
}

/* A projection of paths written a/b/c; *a/b/c is flattened. */
struct bench {
    struct json_paths *paths;
    struct json_parser *parser;
    struct json_row row;
    struct text text;
    const char *message;
};

static inline void add_paths(struct json_paths *paths, const char *const *names) {
    for (uint32_t i = 0; names[i]; i++) {
        struct text segments[64];
        size_t count = 0;
        bool flattened = names[i][0] == '*';
        for (const char *at = names[i] + flattened;; at++) {
            const char *end = strchrnul(at, '/');
            segments[count++] = (struct text){at, (size_t)(end - at)};
            if (!*end) break;
            at = end;
        }
        uint32_t slot = flattened ? json_paths_add_flattened(paths, segments, count)
                                  : json_paths_add(paths, segments, count);
        cr_assert_eq(slot, i);
    }
}

static inline void bench_open(struct bench *bench, enum isa isa, const char *const *names) {
    *bench = (struct bench){.paths = json_paths_new(), .parser = json_parser_new(isa)};
    cr_assert_not_null(bench->paths);
    cr_assert_not_null(bench->parser);
    add_paths(bench->paths, names);
    cr_assert(json_row_init(&bench->row, bench->paths));
}

static inline void bench_close(struct bench *bench) {
    free((char *)bench->text.data);
    json_row_free(&bench->row);
    json_parser_free(bench->parser);
    json_paths_free(bench->paths);
}

static inline enum json_outcome project(struct bench *bench, const char *json, bool validate) {
    free((char *)bench->text.data);
    bench->text = padded(json, strlen(json));
    bench->message = NULL;
    return json_project(bench->parser, bench->paths, bench->text, validate, &bench->row,
                        &bench->message);
}

/* The text of a slot, or "-" where it is absent and "null" where it is null. */
static const char *text_at(struct bench *bench, uint32_t slot) {
    static struct buffer texts[8];
    static unsigned turn;
    struct buffer *to = &texts[turn++ % 8];
    const struct json_value *value = &bench->row.values[slot];
    if (value->type == JSON_ABSENT) return "-";
    if (value->type == JSON_NULL) return "null";
    buffer_clear(to, SIZE_MAX);
    cr_assert(json_text(value, to));
    buffer_append_char(to, '\0');
    return to->data;
}

#define EACH_ISA(isa) \
    for (enum isa isa = ISA_WESTMERE, best_ = isa_best(); isa <= best_ && isa < ISA_COUNT; isa++)

/* Projects with the paths and compares all slots' texts. */
static inline void check(const char *const *names, const char *json, const char *const *texts) {
    EACH_ISA(isa) {
        for (int validate = 0; validate < 2; validate++) {
            struct bench bench;
            bench_open(&bench, isa, names);
            enum json_outcome outcome = project(&bench, json, validate);
            cr_assert_eq(outcome, JSON_OK, "%s: %d (%s)", json, outcome, bench.message);
            for (uint32_t i = 0; names[i]; i++)
                cr_assert_str_eq(text_at(&bench, i), texts[i], "%s of %s, %s", names[i], json,
                                 isa_name(isa));
            bench_close(&bench);
        }
    }
}
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline void check_outcome(const char *json, bool validate, enum json_outcome expected) {
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, NAMES("a", "b/c", "*l"));
        enum json_outcome outcome = project(&bench, json, validate);
        cr_assert_eq(outcome, expected, "%s: %d, not %d (%s)", json, outcome, expected,
                     bench.message);
        if (outcome != JSON_OK) cr_assert_not_null(bench.message);
        bench_close(&bench);
    }
}

#endif
