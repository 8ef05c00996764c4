/* layout_test.c - records read by their layout, each surprise on its own: the parser alone is the
 * measure, on every ISA level and with the twin. */
#include "tests/unit/layout_pair.h"

/* Objects in objects, more than a layout has room for. */
#define FIVE "d/d/d/d/d/"
#define DEEP FIVE FIVE FIVE FIVE FIVE FIVE FIVE FIVE "a"
#define PATHS NAMES("a", "b", "p", "p/a", "p/q/b", "v/a", "*l", "s", "s/a", "p/q", "p/b", DEEP)

/* Reads a record both ways, with `behind` behind it; whether the layout read it. */
static bool both_before(struct pair *pair, const char *json, size_t length, struct text behind) {
    struct bench *plain = &pair->plain, *fast = &pair->fast;
    free((char *)plain->text.data);
    plain->text = padded(json, length);
    if (behind.length > TEXT_PADDING) behind.length = TEXT_PADDING;
    memcpy((char *)plain->text.data + length, behind.data, behind.length);
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
    assert_same(pair, json);
    return read;
}

static bool both(struct pair *pair, const char *json, size_t length) {
    return both_before(pair, json, length, text_of(""));
}

/* However many were declined. */
static bool both_tried(struct pair *pair, const char *json, size_t length) {
    pair->layout->pause = 0;
    pair->layout->trust = 16;
    return both(pair, json, length);
}

/* The same, and nothing is learned of it. */
static bool both_tested(struct pair *pair, const char *json, size_t length, struct text behind) {
    pair->layout->pause = 0;
    pair->layout->trust = 16;
    pair->layout->allowance = 0;
    bool read = both_before(pair, json, length, behind);
    pair->layout->allowance = 1 << 20;
    return read;
}

/* Whether each record of a stream is read by the layout: one character each, y or n. */
static void stream(const char *const *records, const char *expected) {
    EACH_ISA(isa) {
        for (int twin = 0; twin < 2; twin++) {
            struct pair pair;
            pair_open(&pair, PATHS, isa, twin);
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
    /* The first counts, also where it is spelled otherwise, another type, or has nothing in it. */
    stream(NAMES("{\"a\":1,\"\\u0061\":2}", "{\"a\":3,\"\\u0061\":4}", "{\"a\":null,\"a\":2}",
                 "{\"a\":null,\"a\":2}", "{\"p\":\"\",\"p\":{\"a\":2}}",
                 "{\"p\":\"x\",\"p\":{\"a\":2}}"),
           "nynynn");
}

Test(layout, key_at_another_depth) {
    stream(NAMES("{\"x\":{\"k\":1},\"a\":2}", "{\"x\":{\"a\":1},\"a\":2}", "{\"x\":{\"a\":1}}",
                 "{\"x\":{\"k\":1,\"a\":2}}", "{\"x\":[{\"a\":2}],\"a\":3}", "{\"p\":{\"a\":1}}"),
           "nynynn");
    /* Members that look alike in two objects are not the same. */
    stream(NAMES("{\"x\":1,\"b\":2,\"p\":{\"x\":3,\"b\":4}}",
                 "{\"x\":5,\"b\":6,\"p\":{\"x\":7,\"b\":8}}",
                 "{\"x\":5,\"p\":{\"x\":7,\"b\":8},\"b\":6}",
                 "{\"x\":5,\"p\":{\"x\":7,\"b\":8},\"b\":6}", "{\"x\":5,\"p\":{\"x\":7},\"b\":8}",
                 "{\"x\":5,\"p\":{\"x\":7},\"b\":8}"),
           "nynyny");
    stream(NAMES("{\"p\":{\"q\":{\"b\":1},\"a\":2}}", "{\"p\":{\"q\":{\"b\":3},\"a\":4}}",
                 "{\"p\":{\"a\":2,\"q\":{\"b\":1}}}", "{\"p\":{\"a\":2,\"q\":{\"b\":1}}}",
                 "{\"p\":{\"q\":{\"b\":1}},\"a\":2}", "{\"p\":{\"q\":{\"b\":1}},\"a\":2}"),
           "nynyny");
}

Test(layout, objects_in_more_objects_than_there_is_room_for) {
    char json[600];
    EACH_ISA(isa) {
        struct pair pair;
        pair_open(&pair, PATHS, isa, false);
        for (int depth = 1; depth <= 41; depth++) {
            int size = 0;
            for (int i = 0; i < depth; i++) size += sprintf(json + size, "{\"d\":");
            size += sprintf(json + size, "{\"a\":1}");
            for (int i = 0; i < depth; i++) json[size++] = '}';
            both_tried(&pair, json, (size_t)size);
            cr_assert_eq(both_tried(&pair, json, (size_t)size), depth <= LAYOUT_DEPTH, "%d", depth);
            both_tried(&pair, json, (size_t)size - 1);
        }
        pair_close(&pair);
    }
}

Test(layout, other_order_of_keys) {
    stream(
        NAMES("{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":1,\"a\":2,\"c\":3}", "{\"b\":1,\"a\":2,\"c\":3}",
              "{\"c\":3,\"b\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"c\":3}"),
        "nnyny");
}

Test(layout, missing_key) {
    stream(NAMES("{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"c\":3}", "{\"a\":1,\"c\":3}", "{\"c\":3}",
                 "{\"a\":1,\"b\":2,\"c\":3}", "{}", "{}"),
           "nnynyny");
}

Test(layout, key_spelled_with_escapes) {
    stream(NAMES("{\"a\":1,\"x\":2}", "{\"\\u0061\":1,\"x\":2}", "{\"\\u0061\":4,\"x\":2}",
                 "{\"\\u0061\":1,\"a\":2}", "{\"\\u006\":1,\"x\":2}"),
           "nnynn");
}

Test(layout, value_with_a_backslash) {
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

Test(layout, white_space_behind_the_colon) {
    stream(NAMES("{\"a\":1,\"b\":\"x\"}", "{\"a\": 1,\"b\":\"x\"}", "{\"a\": 2,\"b\":\"y\"}",
                 "{\"a\":\t1,\"b\":\"x\"}", "{\"a\":1,\"b\": \"x\"}", "{\"a\":1,\"b\":\"x\"}"),
           "nnynny");
}

Test(layout, other_white_space) {
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
                 "{\"a\":1e}", "{\"a\":-0.1e+2}", "{\"a\":1\"}", "{\"a\":tru}", "{\"a\":}",
                 "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":-0}", "{\"a\":1\f}", "{\"a\":.5}"),
           "nnnnnnnynnnnnynn");
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
                 "{\"a\":\"x\",\"z\":[\"],\"b\":1}", "{\"a\":\"x\",\"z\":[{}],\"b\":1",
                 "{\"a\":\"x\",\"z\":[{]],\"b\":1}", "{\"a\":\"x\",\"z\":[}{],\"b\":1}",
                 "{\"a\":\"x\",\"z\":[{}],\"b\":1}}", "{\"a\":\"x\",\"z\":[{}],\"b\":1},}",
                 "{\"a\":\"x\",\"z\":[{}],,\"b\":1}", "{\"a\":\"x\",\"z\":[{}],\"b\":1,}",
                 "\xef\xbb\xbf{\"a\":\"x\",\"z\":[{}],\"b\":1}"),
           "nnnnnnnnynnnnnnnnnnnn");
}

/* What no byte of a record may be, at the place of each of them. */
Test(layout, broken_at_every_byte) {
    static const char json[] =
        "{\"a\":\"x\xc3\xa9yz\",\"n\":12,\"z\":[1,\"u\xe2\x82\xacv\",[]],\"p\":{\"a\":true},\"b\":{"
        "}}";
    static const char *const wrong[] = {
        "\xff",     "\x80", "\xc3", "\xe2\x82",         "\xf0\x9f", "\xed\xa0\x80",
        "\xc0\x80", "\x01", "\x1f", "\xf4\x90\x80\x80", "\\",       "\""};
    EACH_ISA(isa) {
        struct pair pair;
        char bad[2 * sizeof json];
        pair_open(&pair, PATHS, isa, false);
        both_tried(&pair, json, sizeof json - 1);
        for (size_t at = 0; at < sizeof json - 1; at++) {
            for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                for (size_t cut = 0; cut < 2; cut++) { /* the byte that is there is left out */
                    int size = sprintf(bad, "%.*s%s%s", (int)at, json, wrong[i], json + at + cut);
                    both_tested(&pair, bad, (size_t)size, text_of(""));
                }
            }
        }
        cr_assert(both_tested(&pair, json, sizeof json - 1, text_of("")));
        pair_close(&pair);
    }
}

/* What lies behind a record is not part of it, whatever it would go on with. */
Test(layout, record_cut_at_every_byte) {
    static const char json[] =
        "{\"a\":\"x\",\"n\":12,\"z\":[1,\"\\\"]\"],\"p\":{\"a\":\"\xc3\xa9\",\"q\":{\"b\":null}},"
        "\"b\":true}";
    static const char *const behind[] = {"",     "{\"a\":\"x\"", "\"\"\"\"", "}}}}",
                                         "]]]]", ",\"a\":1}",    "\\\\\\",   "\xa9\xa9"};
    EACH_ISA(isa) {
        struct pair pair;
        pair_open(&pair, PATHS, isa, false);
        both_tried(&pair, json, sizeof json - 1);
        for (size_t length = 0; length < sizeof json; length++) {
            bool whole = length == sizeof json - 1;
            cr_assert_eq(both_tested(&pair, json, length, text_of(json + length)), whole);
            for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
                cr_assert_eq(both_tested(&pair, json, length, text_of(behind[i])), whole);
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
        pair_open(&pair, PATHS, isa, false);
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
        pair_open(&pair, PATHS, isa, false);
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

Test(layout, values_and_pieces_of_any_length) {
    static char json[200000], fill[100000];
    memset(fill, ' ', sizeof fill);
    for (size_t length = 1; length < sizeof fill; length = length * 5 / 4 + 1) {
        struct pair pair;
        int size = sprintf(json, "{\"a\":\"%.*s\",\"z\":[\"%.*s\"],\"b\":1}", (int)length, fill,
                           (int)length / 2, fill);
        pair_open(&pair, PATHS, isa_best(), false);
        both_tried(&pair, "{\"a\":\"x\",\"z\":[\"x\"],\"b\":1}", 25);
        cr_assert(both_tested(&pair, json, (size_t)size, text_of("")), "%zu", length);
        /* White space: beyond some length of it nothing is learned. */
        size = sprintf(json, "{\"a\":%.*s\"x\",\"b\":1}", (int)length, fill);
        both_tried(&pair, json, (size_t)size);
        cr_assert_eq(both_tried(&pair, json, (size_t)size), length < 4090, "%zu", length);
        json[5 + length / 2] = '\t';
        cr_assert(!both_tested(&pair, json, (size_t)size, text_of("")));
        pair_close(&pair);
    }
}

/* One step has only so many that come behind it: of more the last is given up, again and again. */
Test(layout, more_ways_on_than_there_is_room_for) {
    EACH_ISA(isa) {
        struct pair pair;
        char json[100];
        unsigned read = 0;
        pair_open(&pair, PATHS, isa, false);
        for (int i = 0; i < 20 * (LAYOUT_NEXT + 4); i++) {
            int size = sprintf(json, "{\"a\":1,\"k%d\":[%d],\"b\":2}", i % (LAYOUT_NEXT + 4), i);
            read += both_tried(&pair, json, (size_t)size);
        }
        cr_assert_geq(read, 19 * (LAYOUT_NEXT - 1));
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
    pair_open(&pair, PATHS, isa_best(), false);
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
    pair_open(&pair, PATHS, isa_best(), false);
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
