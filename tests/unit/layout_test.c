/* layout_test.c - records read by their layout, each surprise on its own: the parser alone is the
 * measure, on every ISA level and with the twin. */
#include "formats/json/layout.h"

#include "tests/unit/json_bench.h"

#define PATHS NAMES("a", "b", "p", "p/a", "p/q/b", "v/a", "*l", "s", "s/a")

/* A layout beside a parser without one. */
struct pair {
    struct bench plain, fast;
    struct json_layout *layout;
};

static void pair_open(struct pair *pair, enum isa isa, bool twin) {
    bench_open(&pair->plain, isa, PATHS);
    bench_open(&pair->fast, isa, PATHS);
    pair->layout = json_layout_new(pair->fast.paths, isa);
    cr_assert_not_null(pair->layout);
    if (twin) pair->layout->kernel = &layout_kernel_plain;
}

static void pair_close(struct pair *pair) {
    json_layout_free(pair->layout);
    bench_close(&pair->plain);
    bench_close(&pair->fast);
}

/* Reads a record both ways; whether the layout read it. */
static bool both(struct pair *pair, const char *json, size_t length) {
    struct bench *plain = &pair->plain, *fast = &pair->fast;
    free((char *)plain->text.data);
    plain->text = padded(json, length);
    uint64_t before = json_layout_counted(pair->layout).read;
    enum json_outcome expected =
        json_project(plain->parser, plain->paths, plain->text, false, &plain->row, &plain->message);
    enum json_outcome outcome =
        json_project_alike(fast->parser, pair->layout, plain->text, &fast->row, &fast->message);
    cr_assert_eq(outcome, expected, "%s", json);
    bool read = json_layout_counted(pair->layout).read > before;
    if (outcome != JSON_OK) {
        cr_assert(!read, "%s", json);
        if (plain->message) cr_assert_str_eq(fast->message, plain->message);
        return false;
    }
    cr_assert_eq(fast->row.found_count, plain->row.found_count, "%s", json);
    for (uint32_t i = 0; i < fast->row.found_count; i++) {
        uint32_t slot = plain->row.found[i];
        cr_assert_eq(fast->row.found[i], slot, "%s", json);
        struct json_value a = fast->row.values[slot], b = plain->row.values[slot];
        cr_assert(a.type == b.type && a.escaped == b.escaped && text_equal(a.raw, b.raw), "%s",
                  json);
    }
    return read;
}

/* However many were declined. */
static bool both_tried(struct pair *pair, const char *json, size_t length) {
    pair->layout->pause = 0;
    pair->layout->trust = 16;
    return both(pair, json, length);
}

/* Whether each record of a stream is read by the layout: one character each, y or n. */
static void stream(const char *const *records, const char *expected) {
    EACH_ISA(isa) {
        for (int twin = 0; twin < 2; twin++) {
            struct pair pair;
            pair_open(&pair, isa, twin);
            for (size_t i = 0; records[i]; i++)
                cr_assert_eq(both_tried(&pair, records[i], strlen(records[i])) ? 'y' : 'n',
                             expected[i], "%zu: %s", i, records[i]);
            pair_close(&pair);
        }
    }
}

Test(layout, alike_records_are_read_without_the_parser) {
    stream(NAMES("{\"a\":\"x\",\"n\":1,\"p\":{\"a\":2.5,\"z\":[1,{\"a\":3}]},\"b\":true}",
                 "{\"a\":\"a longer one\",\"n\":-1e9,\"p\":{\"a\":7,\"z\":[\"]}\"]},\"b\":true}",
                 "{\"a\":\"\",\"n\":0,\"p\":{\"a\":0,\"z\":[[[{}]]]},\"b\":true} , \r\n"),
           "nyy");
}

Test(layout, key_twice) {
    stream(NAMES("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":1,\"b\":2,\"a\":3}",
                 "{\"a\":1,\"a\":2,\"b\":3}", "{\"a\":1,\"a\":2,\"b\":3}"),
           "nnyny");
    /* Of an object that is entered the second is crossed, not entered: that is for the parser. */
    stream(NAMES("{\"p\":{\"a\":1}}", "{\"p\":{\"a\":1},\"p\":{\"a\":2}}",
                 "{\"p\":{\"a\":1},\"p\":{\"a\":2}}"),
           "nnn");
}

Test(layout, key_at_another_depth) {
    stream(NAMES("{\"x\":{\"k\":1},\"a\":2}", "{\"x\":{\"a\":1},\"a\":2}", "{\"x\":{\"a\":1}}",
                 "{\"x\":{\"k\":1,\"a\":2}}", "{\"x\":[{\"a\":2}],\"a\":3}", "{\"p\":{\"a\":1}}"),
           "nynynn");
}

Test(layout, other_order_and_missing_keys) {
    stream(NAMES("{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":1,\"a\":2,\"c\":3}",
                 "{\"b\":1,\"a\":2,\"c\":3}", "{\"a\":1,\"c\":3}", "{\"a\":1,\"c\":3}", "{\"c\":3}",
                 "{\"a\":1,\"b\":2,\"c\":3}", "{}", "{}"),
           "nnynynyny");
}

Test(layout, keys_spelled_with_escapes) {
    stream(NAMES("{\"a\":1,\"x\":2}", "{\"\\u0061\":1,\"x\":2}", "{\"\\u0061\":4,\"x\":2}",
                 "{\"\\u0061\":1,\"a\":2}", "{\"\\u006\":1,\"x\":2}"),
           "nnynn");
}

Test(layout, values_with_escapes) {
    stream(NAMES("{\"a\":\"x\",\"b\":1}", "{\"a\":\"\\\"b\\\":2,\",\"b\":1}",
                 "{\"a\":\"\\\\\",\"b\":1}", "{\"a\":\"\\\\\\\"\",\"b\":1}",
                 "{\"a\":\"\\\",\"b\":1}", "{\"a\":\"\\q\",\"b\":1}"),
           "nyyyny");
}

Test(layout, key_text_inside_a_string) {
    stream(NAMES("{\"n\":\"x\",\"a\":\"y\"}", "{\"n\":\",a:\",\"a\":\"y\"}",
                 "{\"n\":\"\\\",\\\"a\\\":\\\"no\",\"a\":\"y\"}",
                 "{\"n\":\"x\",\"z\":\",\\\"a\\\":\",\"a\":\"y\"}"),
           "nyyn");
}

Test(layout, odd_white_space) {
    stream(NAMES("{\"a\":1,\"b\":\"x\"}", "{\"a\": 1,\"b\":\"x\"}", "{\"a\" :1,\"b\":\"x\"}",
                 "{ \"a\":1,\"b\":\"x\"}", "{\"a\":1 ,\"b\":\"x\"}", "{\"a\":1,\"b\":\"x\" }",
                 "{\"a\":1,\n\t\"b\":\"x\"}\n", "{\"a\":1,\n\t\"b\":\"x\"}",
                 "  {\"a\":1,\"b\":\"x\"}"),
           "nnnnnnnyn");
}

Test(layout, value_of_another_type) {
    stream(NAMES("{\"a\":1,\"b\":2}", "{\"a\":\"1\",\"b\":2}", "{\"a\":\"2\",\"b\":2}",
                 "{\"a\":null,\"b\":2}", "{\"a\":true,\"b\":2}", "{\"a\":{},\"b\":2}",
                 "{\"a\":[1],\"b\":2}", "{\"a\":[1,2,3],\"b\":2}", "{\"a\":5,\"b\":2}"),
           "nnynnnnyy");
    stream(NAMES("{\"p\":{\"a\":1}}", "{\"p\":\"{\\\"a\\\":2}\"}", "{\"p\":\"{\\\"a\\\":3}\"}",
                 "{\"p\":[{\"a\":2}]}", "{\"p\":{}}", "{\"p\":null}", "{\"p\":{\"a\":2}}"),
           "nnynnny");
}

Test(layout, a_number_that_is_the_start_of_something_else) {
    stream(NAMES("{\"a\":1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":1x}", "{\"a\":-}", "{\"a\":1 2}",
                 "{\"a\":1e}", "{\"a\":-0.1e+2}", "{\"a\":1\"}", "{\"a\":tru}"),
           "nnnnnnnynn");
}

Test(layout, the_layout_changes_and_comes_back) {
    stream(NAMES("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2}", "{\"v\":{\"a\":1},\"x\":[]}",
                 "{\"v\":{\"a\":1},\"x\":[]}", "{\"a\":1,\"b\":2}", "{\"v\":{\"a\":1},\"x\":[]}",
                 "{\"a\":1,\"b\":2}"),
           "nynyyyy");
}

Test(layout, broken_records_are_the_parsers) {
    stream(NAMES("{\"a\":\"x\",\"z\":[{}],\"b\":1}", "{\"a\":\"x\",\"z\":[{],\"b\":1}",
                 "{\"a\":\"x\",\"z\":[{]},\"b\":1}", "{\"a\":\"x\",\"z\":[{}]],\"b\":1}",
                 "{\"a\":\"x\",\"z\":[\"\t\"],\"b\":1}", "{\"a\":\"\t\",\"z\":[{}],\"b\":1}",
                 "{\"a\":\"x\",\"z\":[\"\xff\"],\"b\":1}", "{\"a\":\"\xc3\",\"z\":[{}],\"b\":1}",
                 "{\"a\":\"x\",\"z\":[\xc3\xa9],\"b\":1}", "{\"a\":\"x\",\"z\":[{]}[],\"b\":1}",
                 "{\"a\":\"x\",\"z\":[{}],\"b\":1}x", "{\"a\":\"x\",\"z\":[{}],\"b\":1}{}",
                 "{\"a\":\"x\",\"z\":[\"],\"b\":1}", "{\"a\":\"x\",\"z\":[{}],\"b\":1"),
           "nnnnnnnnynnnnn");
}

Test(layout, the_end_may_be_anywhere) {
    static const char json[] =
        "{\"a\":\"x\",\"n\":12,\"z\":[1,\"\\\"]\"],\"p\":{\"a\":\"\xc3\xa9\",\"q\":{\"b\":null}},"
        "\"b\":true}";
    EACH_ISA(isa) {
        struct pair pair;
        pair_open(&pair, isa, false);
        both_tried(&pair, json, sizeof json - 1);
        for (size_t length = 0; length < sizeof json; length++) {
            bool read = both_tried(&pair, json, length);
            cr_assert_eq(read, length == sizeof json - 1);
        }
        pair_close(&pair);
    }
}

/* Long and short values at every place of a block of 64 bytes, and what only a block's end shows.
 */
Test(layout, values_cross_blocks) {
    EACH_ISA(isa) {
        struct pair pair;
        char json[600], fill[260];
        memset(fill, 'x', sizeof fill);
        pair_open(&pair, isa, false);
        both_tried(&pair, "{\"a\":\"x\",\"z\":[\"x\"],\"b\":1}", 25);
        for (int length = 0; length < 200; length++) {
            static const char *const ends[] = {"",         "\\\\", "\\\"", "\xc3\xa9",
                                               "\\\\\\\"", "}",    "]"};
            for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
                int size = sprintf(json, "{\"a\":\"%.*s%s\",\"z\":[\"%.*s%s\",{}],\"b\":1}", length,
                                   fill, ends[i], 199 - length, fill, ends[i]);
                cr_assert(both_tried(&pair, json, (size_t)size), "%s", json);
            }
            int size = sprintf(json, "{\"a\":\"%.*s\x1f\",\"z\":[\"x\"],\"b\":1}", length, fill);
            cr_assert(!both_tried(&pair, json, (size_t)size));
            size = sprintf(json, "{\"a\":\"x\",\"z\":[\"%.*s\xe2\x82\"],\"b\":1}", length, fill);
            cr_assert(!both_tried(&pair, json, (size_t)size));
        }
        pair_close(&pair);
    }
}

Test(layout, long_keys_are_compared_whole) {
    EACH_ISA(isa) {
        struct pair pair;
        char json[1000], key[301] = "";
        memset(key, 'k', 300);
        pair_open(&pair, isa, false);
        for (size_t i = 0; i < 300; i += 7) {
            int size = sprintf(json, "{\"%s\":\"x\",\"a\":1}", key);
            cr_assert_eq(both_tried(&pair, json, (size_t)size), i > 0);
            key[i] = 'j';
            size = sprintf(json, "{\"%s\":\"x\",\"a\":1}", key);
            pair.layout->allowance = 0; /* nothing is learned */
            cr_assert(!both_tried(&pair, json, (size_t)size));
            key[i] = 'k';
            pair.layout->allowance = 10000;
        }
        pair_close(&pair);
    }
}

Test(layout, flattened_arrays) {
    stream(NAMES("{\"l[0]\":\"x\",\"l[1]\":\"y\"}", "{\"l[0]\":\"z\",\"l[1]\":\"w\"}",
                 "{\"l[1]\":\"z\",\"l[0]\":\"w\"}", "{\"l[1]\":\"z\",\"l[0]\":\"w\"}",
                 "{\"l[0]\":\"x\",\"l[0]\":\"y\"}"),
           "nynyn");
}

/* What is never alike is tried less and less. */
Test(layout, trying_ends) {
    struct pair pair;
    char json[100];
    pair_open(&pair, isa_best(), false);
    for (int i = 0; i < 20000; i++) {
        int size = sprintf(json, "{\"k%d\":1,\"a\":2}", i);
        both(&pair, json, (size_t)size);
    }
    struct json_layout_counts counts = json_layout_counted(pair.layout);
    cr_assert_eq(counts.read, 0);
    cr_assert_lt(counts.declined, 100);
    cr_assert_eq(counts.declined + counts.paused, 20000);
    /* And begins again when records are alike. */
    for (int i = 0; i < 20000; i++) both(&pair, "{\"a\":1}", 7);
    cr_assert_gt(json_layout_counted(pair.layout).read, 10000);
    pair_close(&pair);
}

/* More members than there is room for: all is forgotten, and learned again. */
Test(layout, room_ends) {
    struct pair pair;
    char json[100];
    pair_open(&pair, isa_best(), false);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2000; i++) {
            pair.layout->allowance = 1000;
            int size = sprintf(json, "{\"k%d\":1,\"a\":2}", i);
            both_tried(&pair, json, (size_t)size);
            cr_assert_leq(pair.layout->step_count, LAYOUT_STEPS);
        }
    }
    pair_close(&pair);
}
