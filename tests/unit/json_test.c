/* json_test.c - projection and texts, on every ISA level that this machine has. */
#include "formats/json/json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- helpers --------------------------------------------------------------------------------- */

/* A text in memory of its own, so that reading past the padding is seen. */
static struct text padded(const char *bytes, size_t length) {
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

static void add_paths(struct json_paths *paths, const char *const *names) {
    for (uint32_t i = 0; names[i]; i++) {
        struct text segments[8];
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

static void bench_open(struct bench *bench, enum isa isa, const char *const *names) {
    *bench = (struct bench){.paths = json_paths_new(), .parser = json_parser_new(isa)};
    cr_assert_not_null(bench->paths);
    cr_assert_not_null(bench->parser);
    add_paths(bench->paths, names);
    cr_assert(json_row_init(&bench->row, bench->paths));
}

static void bench_close(struct bench *bench) {
    free((char *)bench->text.data);
    json_row_free(&bench->row);
    json_parser_free(bench->parser);
    json_paths_free(bench->paths);
}

static enum json_outcome project(struct bench *bench, const char *json, bool validate) {
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
static void check(const char *const *names, const char *json, const char *const *texts) {
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

static void check_outcome(const char *json, bool validate, enum json_outcome expected) {
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

/* ---- projection ------------------------------------------------------------------------------ */

Test(json, values_come_out_of_their_places) {
    check(NAMES("a", "b", "c/d", "c", "e", "missing", "c/missing/deeper"),
          "{\"x\":[{\"a\":9}],\"a\":\"one\",\"b\":-1.50e+7,\"c\":{\"a\":8,\"d\":true},\"e\":null}",
          NAMES("one", "-1.50e+7", "true", "{\"a\":\"8\",\"d\":true}", "null", "-", "-"));
}

Test(json, white_space_is_free) {
    check(NAMES("a", "c/d"), " \t\r\n{ \"a\" \n:\t\"x\" ,\r\n \"c\" : { \"d\" : 12 } } \n , , \n",
          NAMES("x", "12"));
}

Test(json, empty_object_has_nothing) {
    check(NAMES("a"), "{}", NAMES("-"));
    check(NAMES("a"), " { } ", NAMES("-"));
}

Test(json, first_of_duplicates_wins) {
    check(NAMES("a", "c/d"), "{\"a\":1,\"a\":2,\"c\":{\"d\":3,\"d\":4},\"c\":{\"d\":5}}",
          NAMES("1", "3"));
    check(NAMES("a", "c/d"), "{\"a\":null,\"a\":2,\"c\":null,\"c\":{\"d\":5}}", NAMES("null", "-"));
    check(NAMES("c/d"), "{\"c\":{},\"c\":{\"d\":5}}", NAMES("-"));
}

Test(json, keys_spelled_with_escapes_are_the_keys_they_mean) {
    check(NAMES("riskState", "c/d"),
          "{\"\\u0072iskState\":1,\"riskState\":2,\"\\u0063\":{\"\\u0064\":3}}", NAMES("1", "3"));
    check(NAMES("a\"b", "a\\", "\xc3\xa9"), "{\"a\\\"b\":1,\"a\\\\\":2,\"\\u00E9\":3}",
          NAMES("1", "2", "3"));
    /* A wanted name that looks like an escape is no match for what the escape means. */
    check(NAMES("\\u0061", "a"), "{\"\\u0061\":1}", NAMES("-", "1"));
}

Test(json, decoys_are_passed_over) {
    check(NAMES("riskState", "p/riskState"),
          "{\"note\":\"\\\"riskState\\\":\\\"atRisk\\\",\",\"x\":{\"riskState\":1},"
          "\"l\":[{\"riskState\":2},[\"riskState\",\"]}\"]],\"RiskState\":3,\"riskState \":4,"
          "\"p\":{\"q\":{\"riskState\":5},\"riskState\":6}}",
          NAMES("-", "6"));
}

Test(json, the_empty_key_is_a_key) {
    check(NAMES("", "a/"), "{\"a\":{\"\":2},\"\":1}", NAMES("1", "2"));
}

Test(json, long_keys_are_compared_whole) {
    size_t length = 70000;
    char *name = malloc(length + 1), *json = malloc(2 * length + 100);
    memset(name, 'k', length);
    name[length] = '\0';
    name[length / 2] = 'x';
    /* Same length, first and last byte. */
    int at = sprintf(json, "{\"%s\":1,", name);
    json[2 + length / 2] = 'y';
    sprintf(json + at, "\"%s\":2}", name);
    check((const char *const[]){name, NULL}, json, NAMES("2"));
    free(name);
    free(json);
}

Test(json, many_paths_are_kept_apart) {
    static char names[500][24];
    const char *list[501] = {0};
    for (int i = 0; i < 500; i++) {
        snprintf(names[i], sizeof names[i], i % 2 ? "k%04dk" : "k%04dk/k%04dk", i, i);
        list[i] = names[i];
    }
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, list);
    cr_assert_eq(json_paths_slots(bench.paths), 500);
    for (int i = 0; i < 500; i++) {
        char json[100];
        snprintf(json, sizeof json, i % 2 ? "{\"k%04dk\":7}" : "{\"k%04dk\":{\"k%04dk\":7}}", i, i);
        cr_assert_eq(project(&bench, json, false), JSON_OK);
        cr_assert_eq(bench.row.found_count, 1);
        cr_assert_eq(bench.row.found[0], (uint32_t)i);
        cr_assert_str_eq(text_at(&bench, (uint32_t)i), "7");
    }
    bench_close(&bench);
}

Test(json, a_row_forgets_the_record_before) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, NAMES("a", "b/c"));
    cr_assert_eq(project(&bench, "{\"a\":1,\"b\":{\"c\":2}}", false), JSON_OK);
    cr_assert_eq(project(&bench, "{\"b\":{\"c\":3}}", false), JSON_OK);
    cr_assert_str_eq(text_at(&bench, 0), "-");
    cr_assert_str_eq(text_at(&bench, 1), "3");
    cr_assert_eq(project(&bench, "{\"a\":1,\"b\":", false), JSON_MALFORMED);
    bench.row.generation = UINT32_MAX; /* the number of the record wraps */
    cr_assert_eq(project(&bench, "{\"a\":4,\"a\":5}", false), JSON_OK);
    cr_assert_str_eq(text_at(&bench, 0), "4");
    cr_assert_str_eq(text_at(&bench, 1), "-");
    bench_close(&bench);
}

/* ---- JSON text in strings -------------------------------------------------------------------- */

Test(json, an_object_in_a_string_is_read_where_paths_go_on) {
    check(NAMES("p/a", "p", "p/s/e"), "{\"p\":\"{\\\"a\\\":1,\\\"s\\\":{\\\"e\\\":2}}\"}",
          NAMES("1", "{\"a\":1,\"s\":{\"e\":2}}", "2"));
    check(NAMES("p/a"), "{\"p\":\" \\n\\u007b\\\"a\\\":\\\"\\\\u0041\\\"}\\t\"}", NAMES("A"));
    check(NAMES("p/s/e"), "{\"p\":\"{\\\"s\\\":\\\"{\\\\\\\"e\\\\\\\":5}\\\"}\"}", NAMES("5"));
    check(NAMES("p/a"), "{\"p\":\"                    \\u007b\\\"a\\\":1}\"}", NAMES("1"));
}

Test(json, a_string_that_is_not_quite_an_object_is_a_string) {
    check(NAMES("p/a", "p"), "{\"p\":\"{\\\"a\\\":1\"}", NAMES("-", "{\"a\":1"));
    check(NAMES("p/a", "p"), "{\"p\":\"{\\\"a\\\":1},\"}", NAMES("-", "{\"a\":1},"));
    check(NAMES("p/a", "p"), "{\"p\":\"{\\\"a\\\":1}{}\"}", NAMES("-", "{\"a\":1}{}"));
    check(NAMES("p/a", "p"), "{\"p\":\"{\\\"x\\\":nul,\\\"a\\\":1}\"}",
          NAMES("-", "{\"x\":nul,\"a\":1}"));
    check(NAMES("p/a", "p"), "{\"p\":\"[{\\\"a\\\":1}]\"}", NAMES("-", "[{\"a\":1}]"));
    check(NAMES("p/a", "p"), "{\"p\":\"\"}", NAMES("-", ""));
    /* What a broken text gave before it broke is taken back; flattened elements too. */
    check(NAMES("p/a", "*p/l", "p/s/e"),
          "{\"p\":\"{\\\"a\\\":1,\\\"l[0]\\\":2,\\\"s\\\":\\\"{\\\\\\\"e\\\\\\\":5}\\\",\"}",
          NAMES("-", "-", "-"));
}

Test(json, texts_in_texts_end_at_a_depth) {
    /* {"p":"{\"p\":\"...\"}"}: each level doubles the backslashes and adds one. */
    struct buffer json = {0}, next = {0};
    const char *const names[] = {"p/p/p/p/v", "p/p/p/p/p/p/v", NULL};
    for (int levels = 4; levels <= 6; levels += 2) {
        buffer_clear(&json, SIZE_MAX);
        buffer_append(&json, "{\"v\":1}", 7);
        for (int i = 0; i < levels; i++) {
            buffer_clear(&next, SIZE_MAX);
            buffer_append(&next, "{\"p\":\"", 6);
            for (size_t k = 0; k < json.length; k++) {
                if (json.data[k] == '"' || json.data[k] == '\\') buffer_append_char(&next, '\\');
                buffer_append_char(&next, json.data[k]);
            }
            buffer_append(&next, "\"}", 2);
            struct buffer swap = json;
            json = next;
            next = swap;
        }
        buffer_append_char(&json, '\0');
        check(names, json.data, levels == 4 ? NAMES("1", "-") : NAMES("-", "-"));
    }
    buffer_free(&json);
    buffer_free(&next);
}

/* ---- flattened arrays ------------------------------------------------------------------------ */

Test(json, flattened_keys_make_an_array_up_to_the_first_gap) {
    check(NAMES("*l", "l"), "{\"l[1]\":\"b\",\"l[0]\":\"a\",\"l[3]\":\"d\"}", NAMES("a,b", "-"));
    check(NAMES("*l", "l"), "{\"l[1]\":\"b\"}", NAMES("-", "-"));
    check(NAMES("*l", "l"), "{\"l[0]\":null,\"l\":7}", NAMES("", "7"));
    check(NAMES("*l"), "{\"l[0]\":{\"x\":1},\"l[1]\":[2,[3]],\"l[2]\":\"q\\\"\\\\\"}",
          NAMES("{\"x\":\"1\"},2,3,q\"\\"));
    check(NAMES("*l"),
          "{\"l[00]\":1,\"l[ 0]\":1,\"l[+0]\":1,\"l[]\":1,\"l[a]\":1,\"[0]\":1,\"]\":2}",
          NAMES("-"));
    check(NAMES("*l"), "{\"l[0]\":1,\"l[0]\":2,\"\\u006c[1]\":3}", NAMES("1,3"));
    check(NAMES("*p/l"), "{\"l[0]\":1,\"p\":{\"l[0]\":2},\"p\":{\"l[1]\":3}}", NAMES("2"));
    check(NAMES("l[0]", "*l"), "{\"l[0]\":1,\"l[1]\":2}", NAMES("1", "1,2"));
    check(NAMES("*l"), "{\"l[0]\":0,\"l[99999999999999999999]\":1,\"l[4294967297]\":2}",
          NAMES("0"));
}

Test(json, a_million_flattened_keys_cost_no_more_than_sorting) {
    struct buffer json = {0};
    buffer_append_char(&json, '{');
    for (int i = 200000; i-- > 0;) buffer_printf(&json, "\"l[%d]\":\"x\"%s", i, i ? "," : "}");
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, NAMES("*l"));
    buffer_append_char(&json, '\0');
    cr_assert_eq(project(&bench, json.data, false), JSON_OK);
    cr_assert_eq(strlen(text_at(&bench, 0)), 2 * 200000 - 1);
    bench_close(&bench);
    buffer_free(&json);
}

/* ---- what is not a record -------------------------------------------------------------------- */

Test(json, a_record_that_is_broken_is_malformed) {
    static const char *const broken[] = {
        "",
        " ",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "[1}",
        "[1",
        "{\"a\":tru}",
        "{\"a\":True}",
        "{\"a\":nulll}",
        "{\"a\":NaN}",
        "{\"a\":-Infinity}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":0x1}",
        "{\"a\":1 2}",
        "{\"a\":\"x\"\"y\"}",
        "{\"a\":\"x\" y}",
        "{\"a\":'x'}",
        "{\"a\":\"x}",
        "{\"a\":\"x\\\"}",
        "{\"a\":\"\x01\"}",
        "{\"a\":\"\n\"}",
        "{\"x\":[1}}",
        "{\"x\":{\"y\":[}]}",
        "{\"x\":[[1]}",
        "garbage",
        "{\"b\":{\"c\":1}",
        "{\"b\":{\"c\":1,}}",
        "{\"a\":1\f}",
        "{\"z\":nope,\"a\":1}",
        "{\"\\x\":1}",
        "{\"\\u12\":1}",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        check_outcome(broken[i], false, JSON_MALFORMED);
        check_outcome(broken[i], true, JSON_MALFORMED);
    }
}

Test(json, what_is_skipped_is_checked_on_demand) {
    static const char *const broken[] = {
        "{\"x\":[1,]}",        "{\"x\":[tru]}",       "{\"x\":{\"y\" 1}}",     "{\"x\":\"\\q\"}",
        "{\"x\":[\"\\u12\"]}", "{\"x\":{\"\\q\":1}}", "{\"x\":{1:2}}",         "{\"x\":[1 2]}",
        "{\"x\":[,1]}",        "{\"x\":[01]}",        "{\"x\":[\"a\" \"b\"]}", "{\"x\":{\"a\":1,}}",
        "{\"x\":{\"a\":1 2}}", "{\"x\":[{]}]}",       "{\"x\":{\"y\":}}",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        check_outcome(broken[i], true, JSON_MALFORMED);
    check_outcome("{\"x\":[{\"y\":[[],{},\"\\ud800\\/\",-0.5E-3,null]}]}", true, JSON_OK);
}

Test(json, an_escape_that_is_none_is_found_when_the_text_is_wanted) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, NAMES("a"));
    struct buffer to = {0};
    cr_assert_eq(project(&bench, "{\"a\":\"\\q\"}", false), JSON_OK);
    cr_assert_not(json_text(&bench.row.values[0], &to));
    cr_assert_not(to.failed);
    cr_assert_eq(project(&bench, "{\"a\":[1,,2]}", false), JSON_OK);
    cr_assert_not(json_text(&bench.row.values[0], &to));
    cr_assert_eq(project(&bench, "{\"a\":[\"x\" 2]}", false), JSON_OK);
    cr_assert_not(json_text(&bench.row.values[0], &to));
    cr_assert_eq(project(&bench, "{\"a\":[{\"k\":1,}]}", false), JSON_OK);
    cr_assert_not(json_text(&bench.row.values[0], &to));
    buffer_free(&to);
    bench_close(&bench);
}

Test(json, something_behind_the_object_is_trailing) {
    check_outcome("{\"a\":1} ,\t,\n", false, JSON_OK);
    check_outcome("{\"a\":1}{\"a\":2}", false, JSON_TRAILING);
    check_outcome("{\"a\":1},{\"a\":2}", true, JSON_TRAILING);
    check_outcome("{\"a\":1}]", false, JSON_TRAILING);
    check_outcome("{\"a\":1}x", false, JSON_TRAILING);
    check_outcome("{\"a\":1}\f", false, JSON_TRAILING);
    check_outcome("{}}", false, JSON_TRAILING);
}

Test(json, other_values_are_not_objects) {
    check_outcome("[]", false, JSON_NOT_OBJECT);
    check_outcome("[{\"a\":1}] ", false, JSON_NOT_OBJECT);
    check_outcome("\"text\"", false, JSON_NOT_OBJECT);
    check_outcome("-12.5", true, JSON_NOT_OBJECT);
    check_outcome("null", false, JSON_NOT_OBJECT);
    check_outcome("[1] [2]", false, JSON_TRAILING);
}

Test(json, bad_utf8_is_told_apart) {
    check_outcome("{\"a\":\"\xff\"}", false, JSON_BAD_UTF8);
    check_outcome("{\"x\":\"\xed\xa0\x80\"}", true, JSON_BAD_UTF8);
    check_outcome("{\"x\":\"\xc3\xa9\xf0\x9f\x98\x80\"}", false, JSON_OK);
}

Test(json, deep_nesting_overflows_nothing) {
    size_t depth = 100000;
    struct buffer json = {0};
    buffer_append(&json, "{\"a\":", 5);
    for (size_t i = 0; i < depth; i++) buffer_append_char(&json, i % 2 ? '{' : '[');
    buffer_append_char(&json, '\0');
    check_outcome(json.data, false, JSON_MALFORMED);
    check_outcome(json.data, true, JSON_MALFORMED);

    json.length = 5;
    for (size_t i = 0; i < depth; i++) buffer_append_char(&json, '[');
    for (size_t i = 0; i < depth; i++) buffer_append_char(&json, ']');
    buffer_append(&json, "}", 2);
    check_outcome(json.data, true, JSON_MALFORMED);
    struct bench bench;
    struct buffer to = {0};
    bench_open(&bench, ISA_WESTMERE, NAMES("a"));
    cr_assert_eq(project(&bench, json.data, false), JSON_OK);
    cr_assert_not(json_text(&bench.row.values[0], &to));
    bench_close(&bench);

    json.length = 5;
    for (size_t i = 0; i < JSON_DEPTH - 1; i++) buffer_append_char(&json, '[');
    for (size_t i = 0; i < JSON_DEPTH - 1; i++) buffer_append_char(&json, ']');
    buffer_append(&json, "}", 2);
    check_outcome(json.data, true, JSON_OK);
    check(NAMES("a"), json.data, NAMES(""));
    buffer_free(&json);
    buffer_free(&to);
}

Test(json, a_giant_record_leaves_the_parser_usable) {
    struct buffer json = {0};
    buffer_append(&json, "{\"x\":\"", 6);
    for (size_t i = 0; i < 5u << 20; i++) buffer_append_char(&json, 'y');
    buffer_append(&json, "\",\"a\":\"end\"}", 13);
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, NAMES("a"));
        for (int i = 0; i < 2; i++) {
            cr_assert_eq(project(&bench, json.data, true), JSON_OK);
            cr_assert_str_eq(text_at(&bench, 0), "end");
            cr_assert_eq(project(&bench, "{\"a\":1}", true), JSON_OK);
            cr_assert_str_eq(text_at(&bench, 0), "1");
        }
        bench_close(&bench);
    }
    buffer_free(&json);
}

/* ---- tables ---------------------------------------------------------------------------------- */

Test(json, a_row_of_a_table_is_read_by_its_columns) {
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, NAMES("a", "p/q", "*l"));
        struct json_column columns[] = {
            json_paths_column(bench.paths, text_of("unknown")),
            json_paths_column(bench.paths, text_of("p")),
            json_paths_column(bench.paths, text_of("a")),
            json_paths_column(bench.paths, text_of("l[0]")),
            json_paths_column(bench.paths, text_of("a")),
        };
        const char *json = "[[1,{}], \"{\\\"q\\\":3}\", \"x\", 4, 5, 6]";
        bench.text = padded(json, strlen(json));
        cr_assert_eq(json_project_array(bench.parser, bench.paths, bench.text, columns, 5, true,
                                        &bench.row, &bench.message),
                     JSON_OK);
        cr_assert_str_eq(text_at(&bench, 0), "x");
        cr_assert_str_eq(text_at(&bench, 1), "3");
        cr_assert_str_eq(text_at(&bench, 2), "4");
        static const struct {
            const char *json;
            enum json_outcome outcome;
        } others[] = {{"[]", JSON_OK},         {"[1,]", JSON_MALFORMED}, {"[1", JSON_MALFORMED},
                      {"[1}", JSON_MALFORMED}, {"{}", JSON_NOT_OBJECT},  {"[1][2]", JSON_TRAILING}};
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            free((char *)bench.text.data);
            bench.text = padded(others[i].json, strlen(others[i].json));
            cr_assert_eq(json_project_array(bench.parser, bench.paths, bench.text, columns, 5,
                                            false, &bench.row, &bench.message),
                         others[i].outcome, "%s", others[i].json);
        }
        bench_close(&bench);
    }
}

Test(json, cells_are_plain_texts) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, NAMES("a", "p/q", "*l"));
    struct json_column columns[] = {
        json_paths_column(bench.paths, text_of("l[1]")),
        json_paths_column(bench.paths, text_of("a")),
        json_paths_column(bench.paths, text_of("p")),
        json_paths_column(bench.paths, text_of("l[0]")),
        json_paths_column(bench.paths, text_of("a")),
        json_paths_column(bench.paths, text_of("a")),
    };
    const char *row = "q\"\\\n|one\\u0041|{\"q\":[1, 2]}|two|last|";
    struct text whole = padded(row, strlen(row));
    struct text cells[6];
    const char *at = whole.data;
    for (int i = 0; i < 6; i++) {
        const char *end = memchr(at, '|', (size_t)(whole.data + whole.length - at));
        cells[i] = (struct text){at, end ? (size_t)(end - at) : 0};
        if (end) at = end + 1;
    }
    cr_assert_eq(json_project_cells(bench.parser, bench.paths, cells, columns, 6, &bench.row),
                 JSON_OK);
    cr_assert_str_eq(text_at(&bench, 0), "last");
    cr_assert_str_eq(text_at(&bench, 1), "1,2");
    cr_assert_str_eq(text_at(&bench, 2), "two,q\"\\\n");
    free((char *)whole.data);
    bench_close(&bench);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* json is the value of a key; expected its text, or NULL for "not JSON". */
static void check_text(const char *json, const char *expected) {
    char record[1000];
    snprintf(record, sizeof record, "{\"a\":%s}", json);
    check(NAMES("a"), record, NAMES(expected));
}

Test(json, strings_are_unescaped) {
    check_text("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"",
               "a\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    check_text("\"\\ud83d\"", "\xef\xbf\xbd");
    check_text("\"\\ude00x\\ud83d\\u0041\"",
               "\xef\xbf\xbdx\xef\xbf\xbd"
               "A");
    check_text("\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80");
    check_text("\"\\\\u0041\"", "\\u0041");
    check_text("\"\"", "");
}

Test(json, arrays_are_joined) {
    check_text("[]", "");
    check_text("[ \"a\" , 1.50 , true , null , [\"b\",[]] , {} ]", "a,1.50,true,,b,,{}");
    check_text("[null]", "");
    check_text("[\"a,b\",\"\\u0063\"]", "a,b,c");
}

Test(json, objects_are_dumped) {
    check_text("{ \"k\" : 1 , \"l\" : [ 2.0 , null , false ] , \"m\" : { } }",
               "{\"k\":\"1\",\"l\":[\"2.0\",null,false],\"m\":{}}");
    check_text("{\"k\":1,\"\\u006b\":2,\"j\":3,\"k\":[{\"x\":1}]}", "{\"k\":\"1\",\"j\":\"3\"}");
    check_text("{\"\\u0001\\u001f\\u007f\\n\\r\\t\\b\\f\\\"\\\\\\/\":\"\\u00e9\xc3\xa9\"}",
               "{\"\\u0001\\u001f\x7f\\n\\r\\t\\b\\f\\\"\\\\/\":\"\xc3\xa9\xc3\xa9\"}");
    check_text("[{\"a\":\"x\"},{\"a\":[]}]", "{\"a\":\"x\"},{\"a\":[]}");
}

Test(json, objects_of_many_keys_are_dumped_in_time) {
    struct buffer json = {0}, to = {0};
    buffer_append_char(&json, '{');
    for (int i = 0; i < 400000; i++) buffer_printf(&json, "\"k%d\":1,", i % 200000);
    buffer_append(&json, "\"end\":null}", 11);
    struct json_value value = {JSON_OBJECT, false, {json.data, json.length}};
    cr_assert(json_text(&value, &to));
    size_t keys = 0;
    for (size_t i = 0; i < to.length; i++) keys += to.data[i] == ':';
    cr_assert_eq(keys, 200001);
    buffer_free(&json);
    buffer_free(&to);
}

static void check_list(const char *string, const char *expected, bool is_array) {
    struct json_value value = {JSON_STRING, strchr(string, '\\') != NULL, {string, strlen(string)}};
    struct buffer to = {0};
    bool array;
    cr_assert(json_list_text(&value, &to, &array));
    buffer_append_char(&to, '\0');
    cr_assert_str_eq(to.data, expected, "%s", string);
    cr_assert_eq(array, is_array, "%s", string);
    buffer_free(&to);
}

Test(json, lists_in_strings_are_read) {
    check_list("[\\\"a\\\",\\\"b\\\"]", "a,b", true);
    check_list("[]", "", true);
    check_list("[1,[2,null]]", "1,2,", true);
    check_list(" \t\v\f\x1c\x1f[1] ", "1", true);
    check_list("\xc2\xa0\xc2\x85\xe3\x80\x80\xe2\x80\x83[1]\xe2\x80\xa8\xe1\x9a\x80", "1", true);
    check_list("\\u00a0[1]\\u3000", "1", true);
    check_list("[1] x", "[1] x", false);
    check_list("[1", "[1", false);
    check_list("[1]\xe2\x80\x8b", "[1]\xe2\x80\x8b", false); /* zero width space: none */
    check_list(" a,b ", " a,b ", false);
    check_list("\\u005b\\u0031\\u005d", "1", true);
    check_list("", "", false);
    check_list("\xc3\xa9", "\xc3\xa9", false);
    check_list("{\\\"a\\\":1}", "{\"a\":1}", false);
    check_list("[NaN]", "[NaN]", false);
}

Test(json, list_of_another_type_is_its_text) {
    struct buffer to = {0};
    bool array = true;
    struct json_value value = {JSON_ARRAY, false, {"[\"a\",\"b\"]", 9}};
    cr_assert(json_list_text(&value, &to, &array));
    cr_assert_eq(to.length, 3);
    cr_assert_not(array);
    buffer_free(&to);
}

Test(json, strings_compare_by_meaning) {
    struct json_value value = json_plain(text_of("SignInLogs"));
    cr_assert(json_string_is(&value, "SignInLogs"));
    cr_assert_not(json_string_is(&value, "SignInLog"));
    value = (struct json_value){JSON_STRING, true, text_of("Sign\\u0049nLogs")};
    cr_assert(json_string_is(&value, "SignInLogs"));
    value.raw = text_of("Sign\\qInLogs");
    cr_assert_not(json_string_is(&value, "SignInLogs"));
    value = (struct json_value){JSON_NUMBER, false, text_of("0")};
    cr_assert_not(json_string_is(&value, "0"));
}

Test(json, truth_is_pythons) {
    static const struct {
        enum json_type type;
        const char *raw;
        bool truthy;
    } cases[] = {
        {JSON_ABSENT, "", false},  {JSON_NULL, "null", false},     {JSON_FALSE, "false", false},
        {JSON_TRUE, "true", true}, {JSON_NUMBER, "0", true},       {JSON_STRING, "", false},
        {JSON_STRING, " ", true},  {JSON_OBJECT, "{ \n}", false},  {JSON_OBJECT, "{\"a\":1}", true},
        {JSON_ARRAY, "[]", false}, {JSON_ARRAY, "[ null ]", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_value value = {cases[i].type, false, text_of(cases[i].raw)};
        cr_assert_eq(json_truthy(&value), cases[i].truthy, "%s", cases[i].raw);
    }
}
