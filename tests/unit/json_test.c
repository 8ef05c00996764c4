/* json_test.c - projection and texts, on every ISA level that this machine has. */
#include "tests/unit/json_bench.h"

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
        cr_assert_eq(bench.row.found[0].slot, (uint32_t)i);
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

Test(json, a_structure_in_a_string_is_read_as_sql_engines_print_it) {
    check(
        NAMES("u/arn", "u/k", "u/s/i/arn", "u/s/at", "u/n"),
        "{\"u\":\"{arn=arn:aws:iam::1:user/a b, k=AK, s={i={arn=x, y}, at=2026-03-07}, n=null}\"}",
        NAMES("arn:aws:iam::1:user/a b", "AK", "x, y", "2026-03-07", "null"));
    check(NAMES("u/a", "u/b", "u/l"), "{\"u\":\"{a=, l=[{b=1, c=2}, {b=3}], b=c=d}\"}",
          NAMES("", "c=d", "[{b=1, c=2}, {b=3}]"));
    check(NAMES("u/a", "u/b"), "{\"u\":\"{a=\\\"q\\\", b=\\u0041}\"}", NAMES("\"q\"", "A"));
    static const char *const none[] = {"{a=1",      "{a=1}}",   "{a=1} x",    "{a}",         "{=1}",
                                       "{a=1, b}}", "{a={b=1}", "{a={b=1}x}", "{a={b=1}, }", NULL};
    for (size_t i = 0; none[i]; i++) {
        char json[100];
        snprintf(json, sizeof json, "{\"u\":\"%s\"}", none[i]);
        check(NAMES("u/a", "u"), json, NAMES("-", none[i]));
    }
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
