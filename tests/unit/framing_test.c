#include <criterion/criterion.h>

#include "tests/fuzz/framing_caller.h"

/* Frames `text`, whole, byte by byte, in pieces, lent and cut into chunks; all must give
 * `expected`. */
static void expect_frames(struct text text, uint64_t max_record, size_t gap, struct text source,
                          const char *expected) {
    static const struct {
        size_t piece, block;
        bool cut, lends;
        size_t keeps;
    } ways[] = {
        {1 << 30, 0, false, false, 0}, {1, 16, false, false, 0},      {0, 100, false, false, 0},
        {0, 64, true, false, 0},       {7, 0, true, false, 0},        {1, 0, false, true, SIZE_MAX},
        {0, 0, false, true, SIZE_MAX}, {1 << 30, 0, false, true, 10}, {1, 16, false, true, 20},
        {7, 64, true, true, 100},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct caller caller = {.max_record = max_record, .source = source};
        caller.block = ways[i].block;
        caller.cut = ways[i].cut;
        caller_run(&caller, ways[i].lends ? pieces_lent(text, ways[i].piece, gap, ways[i].keeps)
                                          : pieces_of(text, ways[i].piece, gap));
        buffer_append_char(&caller.log, 0);
        cr_expect_str_eq(caller.log.data, expected, "way %zu gave\n%s", i, caller.log.data);
        cr_expect_null(caller.wrong, "way %zu: %s", i, caller.wrong);
        caller_free(&caller);
    }
}

#define MAX (UINT64_C(1) << 26)
#define BYTES(literal) ((struct text){literal, sizeof literal - 1})
#define EXPECT(literal, expected) \
    expect_frames(BYTES(literal), MAX, SIZE_MAX, BYTES(literal), expected)
#define EXPECT_LIMITED(literal, most, expected) \
    expect_frames(BYTES(literal), most, SIZE_MAX, BYTES(literal), expected)
#define EXPECT_GAP(literal, gap, expected) \
    expect_frames(BYTES(literal), MAX, gap, BYTES(literal), expected)

Test(framing, lines) {
    EXPECT("", "");
    EXPECT("{\"a\":1}", "record 0 {\"a\":1}\n");
    EXPECT("{\"a\":1}\n{\"a\":2}\r\n\n \t\r\n,\n{\"a\":3} , \n",
           "record 0 {\"a\":1}\nrecord 8 {\"a\":2}\nrecord 24 {\"a\":3}\n");
    EXPECT("{\"a\":1}\ngarbage\n}\n123\n{\"a\":2}\n",
           "record 0 {\"a\":1}\nmalformed 8 garbage (no JSON object or array)\n"
           "malformed 16 } (no JSON object or array)\nmalformed 18 123 (no JSON object or array)\n"
           "record 22 {\"a\":2}\n");
}

Test(framing, marks_and_padding) {
    EXPECT("\xEF\xBB\xBF{\"a\":1}\n\xEF\xBB\xBF{\"a\":2}\xEF\xBB\xBF{\"a\":3}\n\0\0\0{\"a\":4}\0\0",
           "record 3 {\"a\":1}\nrecord 14 {\"a\":2}\nrecord 24 {\"a\":3}\nrecord 35 {\"a\":4}\n");
    struct framer *framer = framer_new(MAX, isa_best());
    struct pieces pieces =
        pieces_of(BYTES("{\"a\":1}\n\0\0\0\0\0\0\0\0\0\0{\"a\":2}\0\n\0"), 3, SIZE_MAX);
    struct frame frame;
    framer_start(framer, pieces_fill, NULL, &pieces);
    do {
        cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    } while (frame.kind != FRAME_END);
    cr_expect_eq(framer_padding_bytes(framer), 12);
    cr_expect_eq(framer_text_bytes(framer), 28);
    framer_free(framer);
}

Test(framing, values_one_after_another) {
    EXPECT(
        "{\"a\":1}{\"a\":2} {\"a\":3},{\"a\":\"}{\"}\n",
        "record 0 {\"a\":1}\nrecord 7 {\"a\":2}\nrecord 15 {\"a\":3}\nrecord 23 {\"a\":\"}{\"}\n");
    /* One object and something else is no record; what comes behind more of them costs itself. */
    EXPECT("{\"a\":1} x\n{\"a\":2}{\"a\":3}]\n{\"a\":4}\n",
           "malformed 0 {\"a\":1} x (text that is no JSON object or array)\n"
           "record 10 {\"a\":2}\nrecord 17 {\"a\":3}\n"
           "malformed 24 ] (no JSON object or array)\n"
           "record 26 {\"a\":4}\n");
    /* A value with the right brackets and the wrong rest is the caller's to judge. */
    EXPECT("{\"a\" 1}\n", "malformed 0 {\"a\" 1}\n");
}

Test(framing, pretty_printed) {
    EXPECT("{\n  \"a\": {\n    \"b\": []\n  }\n}\n{\r\n  \"a\": 2\r\n}\r\n",
           "record 0 {\n  \"a\": {\n    \"b\": []\n  }\n}\nrecord 29 {\r\n  \"a\": 2\r\n}\n");
    EXPECT("{\"a\": 1,\n \"b\": 2} {\"a\":2,\n\"b\":\n{\n\"c\":3}}\n",
           "record 0 {\"a\": 1,\n \"b\": 2}\nrecord 18 {\"a\":2,\n\"b\":\n{\n\"c\":3}}\n");
    EXPECT("[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n[]\n[\n{\"a\":3}\n,\n{\"a\":4}]",
           "record 4 {\n    \"a\": 1\n  }\nrecord 24 {\n    \"a\": 2\n  }\nrecord 48 "
           "{\"a\":3}\nrecord 58 {\"a\":4}\n");
}

Test(framing, cut_off_lines_cost_themselves) {
    EXPECT(
        "{\"a\":1,\n{\"b\":2}\n{\"c\":[{\"d\":1},\n{\"e\":3}\n{\"f\":\n{\"g\":4}\n{\"h\":\"x\n{"
        "\"i\":5}\n"
        "{\"j\":{\"k\":1}\n{\"l\":6}\n{\"m\":[1,\n{\"n\":[2,\n{\"o\":7}\n{\"p\":tru\n",
        "malformed 0 {\"a\":1, (the record is cut off)\nrecord 8 {\"b\":2}\n"
        "malformed 16 {\"c\":[{\"d\":1}, (the record is cut off)\nrecord 31 {\"e\":3}\n"
        "malformed 39 {\"f\": (the record is cut off)\nrecord 45 {\"g\":4}\n"
        "malformed 53 {\"h\":\"x (a string is not closed on its line)\nrecord 61 {\"i\":5}\n"
        "malformed 69 {\"j\":{\"k\":1} (the record is cut off)\nrecord 82 {\"l\":6}\n"
        "malformed 90 {\"m\":[1, (the record is cut off)\n"
        "malformed 99 {\"n\":[2 (the record is cut off)\nrecord 108 {\"o\":7}\n"
        "malformed 116 {\"p\":tru (the record is cut off)\n");
}

Test(framing, cut_off_pretty_printed_values_cost_themselves) {
    EXPECT("{\n  \"a\": \"x\n}\n{\n  \"a\": [\n    1,\n{\n  \"a\": 3\n}\n",
           "malformed 0 {\n  \"a\": \"x (a string is not closed on its line)\n"
           "malformed 14 {\n  \"a\": [\n    1,\n (the record is cut off)\nrecord 32 {\n  \"a\": "
           "3\n}\n");
    /* A record written without indentation may hold what looks like a record of its own. */
    EXPECT("{\n\"a\": [\n{\n\"b\": 1\n}\n]\n}\n{\n\"a\": 2\n}\n",
           "record 0 {\n\"a\": [\n{\n\"b\": 1\n}\n]\n}\nrecord 24 {\n\"a\": 2\n}\n");
}

Test(framing, arrays_and_envelopes) {
    EXPECT("[{\"a\":1},[{\"a\":2},[{\"a\":3}]],[]]\n",
           "record 1 {\"a\":1}\nrecord 10 {\"a\":2}\nrecord 19 {\"a\":3}\n");
    EXPECT(
        "{\"records\":[{\"a\":1},{\"a\":2}]}\n{\"x\":{\"value\":[1]},\"Records\" : "
        "[{\"a\":3}],\"n\":[\"]}\"]}\n"
        "{\"@odata.context\":\"c\",\"value\":[\n{\"a\":4},\n{\"a\":5}\n],\n\"next\":\"n\"}\n{\"a\":"
        "6}\n",
        "record 12 {\"a\":1}\nrecord 20 {\"a\":2}\nrecord 62 {\"a\":3}\nrecord 115 {\"a\":4}\n"
        "record 124 {\"a\":5}\nrecord 147 {\"a\":6}\n");
    /* Elements of an array are unwrapped, elements of an envelope are records. */
    EXPECT("[{\"value\":[{\"a\":1}]},{\"records\":[{\"value\":[2]},[3],\"x\",4]}]\n",
           "record 11 {\"a\":1}\nrecord 33 {\"value\":[2]}\nother 47 [3]\nother 51 \"x\"\nother 55 "
           "4\n");
    /* Not the key of an array of records. */
    EXPECT("{\"a\":\",\\\"records\\\":\",\"records\":{\"value\":[1]},\"xvalue\":[2]}\n",
           "record 0 {\"a\":\",\\\"records\\\":\",\"records\":{\"value\":[1]},\"xvalue\":[2]}\n");
}

Test(framing, envelopes_are_marked) {
    struct framer *framer = framer_new(MAX, isa_best());
    struct pieces pieces =
        pieces_of(BYTES("[{\"a\":1}]\n{\"value\":[{\"a\":2}]}\n"), 100, SIZE_MAX);
    struct frame frame;
    framer_start(framer, pieces_fill, NULL, &pieces);
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect(frame.kind == FRAME_VALUE && !frame.in_envelope);
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect(frame.kind == FRAME_VALUE && frame.in_envelope);
    framer_free(framer);
}

Test(framing, damaged_elements) {
    /* A bracket is lost; the list inside starts with the records' own first key. */
    EXPECT(
        "[{\"id\":1,\"t\":2,\"l\":[{\"id\":7,\"n\":8}]},{\"id\":2,\"t\":3,\"l\":[{\"id\":7,\"n\":8}"
        ",{\"id\":9,\"n\":8},"
        "{\"id\":3,\"t\":4},{\"id\":4,\"t\":5}]",
        "record 1 {\"id\":1,\"t\":2,\"l\":[{\"id\":7,\"n\":8}]}\n"
        "malformed 37 {\"id\":2,\"t\":3,\"l\":[{\"id\":7,\"n\":8},{\"id\":9,\"n\":8}, (the record "
        "is cut off)\n"
        "record 86 {\"id\":3,\"t\":4}\nrecord 101 {\"id\":4,\"t\":5}\n");
    EXPECT("{\"records\":[{\"a\":1},{\"a\":\"2},{\"a\":3},{\"a\":4}]}\n{\"a\":5}\n",
           "record 12 {\"a\":1}\nmalformed 20 {\"a\":\"2}, (the record is cut off)\n"
           "record 29 {\"a\":3}\nrecord 37 {\"a\":4}\nrecord 47 {\"a\":5}\n");
    /* The brackets fit, the rest does not: what follows was taken for a part of it. */
    EXPECT("[{\"a\":1},{\"a\":[2,{\"a\":3},{\"a\":4}]},{\"a\":5}]\n",
           "record 1 {\"a\":1}\nrecord 9 {\"a\":[2,{\"a\":3},{\"a\":4}]}\nrecord 35 {\"a\":5}\n");
    EXPECT("[{\"a\":1},{\"a\":{2,{\"a\":3}}},{\"a\":4}]\n",
           "record 1 {\"a\":1}\nmalformed 9 {\"a\":{2,\nrecord 17 {\"a\":3}\n"
           "malformed 24 } (a bracket does not fit the one it closes)\nrecord 27 {\"a\":4}\n");
    /* Over lines. */
    EXPECT("[\n {\n  \"a\": 1\n },\n {\n  \"a\": \"2\n },\n {\n  \"a\": 3\n }\n]\n",
           "record 3 {\n  \"a\": 1\n }\nmalformed 19 {\n  \"a\": \"2 (a string is not closed on "
           "its line)\n"
           "record 36 {\n  \"a\": 3\n }\n");
    EXPECT("[{\"a\":1},\n{\"a\":2}\n{\"a\":3}\n",
           "record 1 {\"a\":1}\nrecord 10 {\"a\":2}\nmalformed 18  (the array is cut off)\nrecord "
           "18 {\"a\":3}\n");
    EXPECT("[{\"a\":1},nonsense,{\"a\":2}}{\"a\":3}]\n",
           "record 1 {\"a\":1}\nmalformed 9 nonsense\nrecord 18 {\"a\":2}\n"
           "malformed 25 } (a bracket does not fit the one it closes)\n");
}

Test(framing, damage_behind_good_values_costs_itself) {
    EXPECT("{\"records\":[{\"a\":1},{\"a\":2}]} # end\n{\"a\":3}\n",
           "record 12 {\"a\":1}\nrecord 20 {\"a\":2}\n"
           "malformed 30 # end (no JSON object or array)\nrecord 36 {\"a\":3}\n");
    EXPECT("{\"records\":[{\"a\":1}]}}\n{\"a\":3}\n",
           "record 12 {\"a\":1}\nmalformed 21 } (no JSON object or array)\nrecord 23 {\"a\":3}\n");
    EXPECT("[{\"a\":1},{\"a\":2}]]\n",
           "record 1 {\"a\":1}\nrecord 9 {\"a\":2}\nmalformed 17 ] (no JSON object or array)\n");
    EXPECT("[{\"a\":1},{\"a\":2}]{\"categ\n{\"a\":3}\n",
           "record 1 {\"a\":1}\nrecord 9 {\"a\":2}\n"
           "malformed 17 {\"categ (a string is not closed on its line)\nrecord 25 {\"a\":3}\n");
    EXPECT("{\"a\":1}{\"a\":2}{\"a\":\"3}{\"a\":4}\n{\"a\":5}\n",
           "record 0 {\"a\":1}\nrecord 7 {\"a\":2}\n"
           "malformed 14 {\"a\":\"3}{\"a\":4} (a string is not closed on its line)\n"
           "record 30 {\"a\":5}\n");
    /* A closing bracket too many inside an array. */
    EXPECT("[{\"a\":1},{\"a\":2}],{\"a\":3},{\"a\":4}]\n{\"a\":5}\n",
           "record 1 {\"a\":1}\nrecord 9 {\"a\":2}\nrecord 18 {\"a\":3}\nrecord 26 {\"a\":4}\n"
           "malformed 33 ] (no JSON object or array)\nrecord 35 {\"a\":5}\n");
    EXPECT("[{\"a\":1},{\"a\":2}}}],{\"a\":3},{\"a\":4}]\n{\"a\":5}\n",
           "record 1 {\"a\":1}\nrecord 9 {\"a\":2}\n"
           "malformed 16 } (a bracket does not fit the one it closes)\nrecord 20 {\"a\":3}\n"
           "record 28 {\"a\":4}\nrecord 37 {\"a\":5}\n");
    EXPECT("{\"a\":1}\"junk\n\"junk{\"a\":1}\n",
           "malformed 0 {\"a\":1}\"junk (text that is no JSON object or array)\n"
           "malformed 13 \"junk{\"a\":1} (no JSON object or array)\n");
}

Test(framing, an_element_without_its_bracket) {
    EXPECT(
        "{\"records\":[{\"a\":1,\"p\":{\"x\":1}},\"a\":2,\"p\":{\"x\":2}},{\"a\":3,\"p\":{\"x\":"
        "3}},{\"a\":4,\"p\":5}]}\n{\"b\":1}\n",
        "record 12 {\"a\":1,\"p\":{\"x\":1}}\nother 32 \"a\"\n"
        "malformed 35 :2 (text that is no JSON)\nrecord 51 {\"a\":3,\"p\":{\"x\":3}}\n"
        "record 71 {\"a\":4,\"p\":5}\nrecord 87 {\"b\":1}\n");
    /* The first one; and the bracket has become another. */
    EXPECT("[\"a\":2,\"p\":{\"x\":2}},{\"a\":3,\"p\":{\"x\":3}},{\"a\":4,\"p\":5}]\n",
           "other 1 \"a\"\nmalformed 4 :2 (text that is no JSON)\n"
           "record 20 {\"a\":3,\"p\":{\"x\":3}}\nrecord 40 {\"a\":4,\"p\":5}\n");
    EXPECT("{\"value\":[[\"a\":2,\"p\":{\"x\":2}},{\"a\":3,\"p\":{\"x\":3}}]}\n{\"b\":1}\n",
           "malformed 10 [\"a\":2,\"p\":{\"x\":2} (a bracket does not fit the one it closes)\n"
           "record 30 {\"a\":3,\"p\":{\"x\":3}}\nrecord 52 {\"b\":1}\n");
    /* What stands right behind damage is not what others are compared with. */
    EXPECT("[{\"a\":1,\"p\":2},\"a\",{\"x\":2}},{\"a\":3,\"p\":{\"x\":3}}]\n",
           "record 1 {\"a\":1,\"p\":2}\nother 15 \"a\"\nrecord 19 {\"x\":2}\n"
           "malformed 26 } (a bracket does not fit the one it closes)\n"
           "record 28 {\"a\":3,\"p\":{\"x\":3}}\n");
}

Test(framing, a_bracket_too_many_before_an_element) {
    EXPECT("{\"value\":[[{\"a\":1},{\"a\":2}]}\n{\"b\":1}\n",
           "malformed 10 [ (a bracket too many before an element)\nrecord 11 {\"a\":1}\n"
           "record 19 {\"a\":2}\nrecord 29 {\"b\":1}\n");
    EXPECT("{\"value\":[{\"a\":1},[{\"a\":2},{\"a\":3}],\"n\":1}\n{\"b\":1}\n",
           "record 10 {\"a\":1}\nmalformed 18 [ (a bracket too many before an element)\n"
           "record 19 {\"a\":2}\nrecord 27 {\"a\":3}\nrecord 43 {\"b\":1}\n");
    EXPECT_LIMITED("{\"value\":[[{\"a\":1},{\"a\":2},{\"a\":3},{\"a\":4}]}\n", 20,
                   "malformed 10 [ (the record is cut off)\nrecord 11 {\"a\":1}\n"
                   "record 19 {\"a\":2}\nrecord 27 {\"a\":3}\nrecord 35 {\"a\":4}\n");
    /* The other one, behind an element; a quote. */
    EXPECT("{\"value\":[{\"a\":1}],{\"a\":2},{\"a\":3}],\"n\":1}\n{\"b\":1}\n",
           "record 10 {\"a\":1}\nmalformed 17 ] (a bracket too many before an element)\n"
           "record 19 {\"a\":2}\nrecord 27 {\"a\":3}\nrecord 43 {\"b\":1}\n");
    EXPECT("[{\"a\":1},\"{\"a\":2},{\"a\":3},{\"a\":4}]\n",
           "record 1 {\"a\":1}\nother 9 \"{\"\nmalformed 12 a (text that is no JSON)\n"
           "record 18 {\"a\":3}\nrecord 26 {\"a\":4}\n");
    /* An element cut short is not what others are compared with. */
    EXPECT("[{\"a\":1,\"b\":2},{\"a\":3},\"b\":{\"l\":[{\"a\":4,\"c\":5}]}},{\"a\":6,\"b\":7}]\n",
           "record 1 {\"a\":1,\"b\":2}\nrecord 15 {\"a\":3}\nother 23 \"b\"\n"
           "malformed 26 : (text that is no JSON)\nrecord 50 {\"a\":6,\"b\":7}\n");
    /* Arrays that are closed are elements. */
    EXPECT("{\"value\":[[{\"a\":1}],{\"a\":2},[{\"a\":3}]]}\n",
           "other 10 [{\"a\":1}]\nrecord 20 {\"a\":2}\nother 28 [{\"a\":3}]\n");
}

Test(framing, long_csv_rows_keep_their_quotes) {
    static const char oversized[] =
        "oversized 4  (longer than the largest record accepted; allow it with --max-record)\n";
    char expected[300];
    snprintf(expected, sizeof expected, "header 0|a|b\n%scells 40|2|3\ncells 44|x\ny|4\n",
             oversized);
    EXPECT_LIMITED("a,b\n1,\"a,\na,\na,\na,\na,\na,\na \"\"q\"\"\n\"\"\na\n\"\n2,3\n\"x\ny\",4\n",
                   20, expected);
    /* Too long before its quotes start. */
    snprintf(expected, sizeof expected, "header 0|a|b\n%scells 33|2|3\n", oversized);
    EXPECT_LIMITED("a,b\n12345678901234567890,\"\na\n\"\r\n\n2,3\n", 20, expected);
    /* Never closed: its line alone is lost, whether a row may be as long as the rest or not. */
    EXPECT_LIMITED("a,b\n1,\"open\n2,3\n4,5\n6,7\n8,9\n", 16,
                   "header 0|a|b\nmalformed 4 1,\"open\n (a quote is never closed)\ncells 12|2|3\n"
                   "cells 16|4|5\ncells 20|6|7\ncells 24|8|9\n");
}

Test(framing, cut_off_arrays) {
    EXPECT(
        "[{\"a\":1},{\"a\":2},{\"a\":",
        "record 1 {\"a\":1}\nrecord 9 {\"a\":2}\nmalformed 17 {\"a\": (the record is cut off)\n");
    EXPECT("{\"value\":[{\"a\":1}", "record 10 {\"a\":1}\nmalformed 17  (the array is cut off)\n");
    EXPECT("{\"value\":[{\"a\":1}],\"n\":",
           "record 10 {\"a\":1}\nmalformed 23  (the object around the records is cut off)\n");
}

Test(framing, tables) {
    EXPECT(
        "{\"tables\":[{\"name\":\"P\",\"columns\":[{\"name\":\"A\\u00e9\\\"\",\"type\":\"s\"},{"
        "\"type\":\"t\",\"name\":\"B\"}],"
        "\"rows\":[[\"1\",[\"]\"]],\n[2,3]]},{\"columns\":[{\"name\":\"C\"}],\"rows\":[[4]]}]}\n{"
        "\"a\":1}\n",
        "header 33|A\xC3\xA9\"|B\nrow 99 [\"1\",[\"]\"]]\nrow 112 [2,3]\nheader 131|C\nrow 154 "
        "[4]\n"
        "record 162 {\"a\":1}\n");
    EXPECT("{\"tables\":[{\"rows\":[[1]],\"columns\":[{\"name\":\"C\"}]}]}\n",
           "malformed 19  (rows before columns)\nheader 35|C\n");
    EXPECT("{\"tables\":[{\"columns\":[{\"name\":\"C\"}],\"rows\":[[1],[2",
           "header 22|C\nrow 45 [1]\nmalformed 49 [2 (the record is cut off)\n");
}

Test(framing, csv) {
    EXPECT(
        "A,B,C \r\n1,\"two\nlines\",\"3 \"\"x\"\"\"\r\n\xEF\xBB\xBF"
        "A,B,C \n\n\0\0"
        "4,5\n6,7,8,9",
        "header 0|A|B|C \ncells 8|1|two\nlines|3 \"x\"\ncells 46|4|5\ncells 50|6|7|8|9\n");
    EXPECT(
        "\xEF\xBB\xBF"
        ",\"x y\"\n1,2\n",
        "header 3||x y\ncells 10|1|2\n");
    EXPECT("a,b\n1,\"open\n2,3\n4,5\n",
           "header 0|a|b\nmalformed 4 1,\"open\n (a quote is never closed)\ncells 12|2|3\ncells "
           "16|4|5\n");
    EXPECT("a,b\n1\r2,3\r", "header 0|a|b\ncells 4|1\ncells 6|2|3\n");
    /* A piece of JSON, and words. */
    EXPECT("\"a\":1,\"b\":2}\nwords, many\n",
           "malformed 0 \"a\":1,\"b\":2} (no JSON object or array)\n"
           "malformed 13 words, many (no JSON object or array)\n");
    EXPECT(
        "words\na,b\n",
        "malformed 0 words (no JSON object or array)\nmalformed 6 a,b (no JSON object or array)\n");
    EXPECT_LIMITED("a,b\n1,xxxxxxxxxxxxxxxxxxxxxxxxx\n2,3\n", 20,
                   "header 0|a|b\noversized 4  (longer than the largest record accepted; allow it "
                   "with --max-record)\ncells 32|2|3\n");
}

Test(framing, a_first_line_before_json_is_no_header) {
    EXPECT("hello, world\n{\"a\":1}\n{\"a\":2}\n",
           "malformed 0 hello, world (no JSON object or array)\nrecord 13 {\"a\":1}\n"
           "record 21 {\"a\":2}\n");
    EXPECT("atRisk\", \"low\"]}\r\n \r\n\n{ \"a\":1}",
           "malformed 0 atRisk\", \"low\"]} (no JSON object or array)\nrecord 22 { \"a\":1}\n");
    EXPECT("x, y\n{\n\"a\":1}\n",
           "malformed 0 x, y (no JSON object or array)\nrecord 5 {\n\"a\":1}\n");
    EXPECT("x, y\n{",
           "malformed 0 x, y (no JSON object or array)\n"
           "malformed 5 { (the record is cut off)\n");
    EXPECT("a,b\n{x},1\n{ x\n", "header 0|a|b\ncells 4|{x}|1\ncells 10|{ x\n");
}

Test(framing, json_behind_csv) {
    EXPECT("a,b\n1,2\n{\"a\":1,\"b\":2}\n{\"a\":3}\n",
           "header 0|a|b\ncells 4|1|2\nrecord 8 {\"a\":1,\"b\":2}\nrecord 22 {\"a\":3}\n");
    EXPECT("a,b\n1,2\n\xEF\xBB\xBF{\"a\":1}\n", "header 0|a|b\ncells 4|1|2\nrecord 11 {\"a\":1}\n");
    EXPECT("a,b\n\"{\"\"a\"\":1}\",2\n", "header 0|a|b\ncells 4|{\"a\":1}|2\n");
}

Test(framing, every_array_of_an_envelope) {
    EXPECT(
        "{\"value\":[{\"a\":1}],\"n\":[5],\"records\":[{\"a\":2}],\"value\" : [{\"a\":3}],"
        "\"x\":{\"value\":[6]}}\n{\"a\":4}\n",
        "record 10 {\"a\":1}\nrecord 38 {\"a\":2}\nrecord 58 {\"a\":3}\n"
        "record 86 {\"a\":4}\n");
}

Test(framing, an_array_alone) {
    char text[] =
        "[{\"value\":[1]},[2],\n{\"a\":3}]"
        "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{";
    struct framer *framer = framer_new(MAX, isa_best());
    struct frame frame;
    const char *expected[] = {"{\"value\":[1]}", "[2]", "{\"a\":3}"};
    const uint64_t offsets[] = {101, 115, 120};
    framer_start_array(framer, (struct text){text, 28}, 100);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
        cr_expect(frame.kind == FRAME_VALUE && frame.in_envelope, "%zu", i);
        cr_expect(text_equal(frame.text, text_of(expected[i])), "%zu", i);
        cr_expect_eq(frame.offset, offsets[i]);
    }
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect_eq(frame.kind, FRAME_END);
    framer_free(framer);
}

Test(framing, utf16) {
    const char *frames = "record 0 {\"a\":\"\xC3\xA9\"}\nrecord 12 {\"b\":2}\n";
    expect_frames(
        BYTES("\xFF\xFE{\0\"\0a\0\"\0:\0\"\0\xE9\0\"\0}\0\r\0\n\0{\0\"\0b\0\"\0:\0002\0}\0"), MAX,
        SIZE_MAX, (struct text){0}, frames);
    expect_frames(
        BYTES("\xFE\xFF\0{\0\"\0a\0\"\0:\0\"\0\xE9\0\"\0}\0\r\0\n\0{\0\"\0b\0\"\0:\0002\0}"), MAX,
        SIZE_MAX, (struct text){0}, frames);
}

Test(framing, binary) {
    char bytes[1000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7919 >> 3);
    struct caller caller = {.max_record = MAX};
    caller_run(&caller, pieces_of((struct text){bytes, sizeof bytes}, 0, SIZE_MAX));
    cr_expect_eq(caller.malformed, 1);
    cr_expect_eq(caller.text_bytes, sizeof bytes);
    caller_free(&caller);
}

Test(framing, oversized) {
    const char *expected =
        "record 0 {\"a\":1}\noversized 8  (longer than the largest record accepted; allow it with "
        "--max-record)\n"
        "record 40 {\"a\":3}\n";
    EXPECT_LIMITED("{\"a\":1}\n{\"a\":\"xxxxxxxxxxxxxxxxxxxxxxx\"}\n{\"a\":3}\n", 20, expected);
    EXPECT_LIMITED("[{\"a\":1},{\"b\":[\"xxxxxxxxxxxxxxxxxxxxx]\"]},{\"a\":3}]", 20,
                   "record 1 {\"a\":1}\noversized 9  (longer than the largest record "
                   "accepted; allow it with --max-record)\nrecord 42 {\"a\":3}\n");
    /* A line of any length is read when it is made of values that are not too long. */
    EXPECT_LIMITED(
        "{\"value\":[{\"a\":1},{\"a\":2},{\"a\":3}],\"n\":\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\"}{"
        "\"a\":4}{\"a\":5}{\"a\":6}\n",
        20,
        "record 10 {\"a\":1}\nrecord 18 {\"a\":2}\nrecord 26 {\"a\":3}\nrecord 72 {\"a\":4}\n"
        "record 79 {\"a\":5}\nrecord 86 {\"a\":6}\n");
    /* Too long because it ran into the next ones. */
    EXPECT_LIMITED(
        "[{\"a\":1},{\"a\":[2,{\"a\":3},{\"a\":4},{\"a\":5}]", 20,
        "record 1 {\"a\":1}\nmalformed 9 {\"a\":[2, (the record is cut off)\nrecord 17 {\"a\":3}\n"
        "record 25 {\"a\":4}\nrecord 33 {\"a\":5}\n");
}

Test(framing, gaps) {
    EXPECT_GAP("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", 11,
               "record 0 {\"a\":1}\nmalformed 8 {\"a (cut off by damage)\ngap 11  (damaged)\n"
               "malformed 11 \":2} (no JSON object or array)\nrecord 16 {\"a\":3}\n");
    EXPECT_GAP("{\"a\":1}\n{\"a\":2}\n", 8,
               "record 0 {\"a\":1}\ngap 8  (damaged)\nrecord 8 {\"a\":2}\n");
    EXPECT_GAP(
        "[{\"a\":1},{\"a\":2},{\"a\":3},{\"a\":4}]", 12,
        "record 1 {\"a\":1}\nmalformed 9 {\"a (cut off by damage)\ngap 12  (damaged)\n"
        "malformed 12 \":2}, (cut off by damage)\nrecord 17 {\"a\":3}\nrecord 25 {\"a\":4}\n");
    EXPECT_GAP("a,b\n1,2\n3,4\n5,6\n", 9,
               "header 0|a|b\ncells 4|1|2\nmalformed 8 3 (cut off by damage)\ngap 9  (damaged)\n"
               "malformed 9 ,4\n (cut off by damage)\ncells 12|5|6\n");
    EXPECT_GAP("{\"a\":1}", 7, "record 0 {\"a\":1}\ngap 7  (damaged)\n");
    EXPECT_GAP("{\"a\":1}", 0, "gap 0  (damaged)\nrecord 0 {\"a\":1}\n");
}

/* A stream of `count` times the same text. */
struct repeated {
    struct text text;
    size_t count, at;
};

static enum trawl_status repeated_fill(void *context, char *to, size_t room, size_t *got,
                                       struct trawl_error *error) {
    struct repeated *r = context;
    (void)error;
    for (*got = 0; *got < room && r->count > 0;) {
        size_t some = r->text.length - r->at;
        if (some > room - *got) some = room - *got;
        memcpy(to + *got, r->text.data + r->at, some);
        *got += some;
        r->at += some;
        if (r->at == r->text.length) r->at = 0, r->count--;
    }
    return TRAWL_OK;
}

struct counts {
    size_t values, malformed, oversized, most;
};

static struct counts count_frames(struct framer *framer, struct text text, size_t count) {
    struct repeated repeated = {text, count, 0};
    struct counts counts = {0};
    struct frame frame;
    framer_start(framer, repeated_fill, NULL, &repeated);
    do {
        cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
        counts.values += frame.kind == FRAME_VALUE;
        if (frame.kind == FRAME_LINE) framer_reopen(framer);
        counts.malformed += frame.kind == FRAME_MALFORMED;
        counts.oversized += frame.kind == FRAME_OVERSIZED;
        if (framer->window.capacity > counts.most) counts.most = framer->window.capacity;
    } while (frame.kind != FRAME_END);
    return counts;
}

Test(framing, memory_is_bounded) {
    struct framer *framer = framer_new(4 << 20, isa_best());
    /* 40 MB each: one line of values, one line of junk, one value, padding. */
    struct counts counts =
        count_frames(framer, text_of("{\"a\":\"0123456789012345678901234567890\"}"), 1000000);
    cr_expect_eq(counts.values, 1000000);
    cr_expect_leq(counts.most, (size_t)6 << 20);
    counts = count_frames(framer, text_of("junk, "), 6000000);
    cr_expect_eq(counts.malformed + counts.oversized, 1);
    cr_expect_leq(counts.most, (size_t)6 << 20);
    counts = count_frames(framer, text_of("[[[[[[[["), 1000000);
    cr_expect_eq(counts.malformed, 1);
    counts = count_frames(framer, text_of("{\"a\":["), 6000000);
    cr_expect_eq(counts.values, 0);
    cr_expect_leq(counts.most, (size_t)6 << 20);
    counts = count_frames(framer, (struct text){"\0\0\0\0\0\0\0\0", 8}, 5000000);
    cr_expect_eq(framer_padding_bytes(framer), 40000000);
    cr_expect_eq(framer_text_bytes(framer), 40000000);
    /* After a giant the memory is given back. */
    cr_expect_leq(framer->window.capacity, (size_t)4 << 20);
    framer_free(framer);
}

Test(framing, long_records) {
    const size_t length = 3 << 20;
    char *text = malloc(2 * length + 64);
    size_t at = (size_t)sprintf(text, "{\"a\":\"");
    memset(text + at, 'x', length);
    at += length + (size_t)sprintf(text + at + length, "\"}\n{\"value\":[{\"b\":\"");
    memset(text + at, 'y', length);
    at += length + (size_t)sprintf(text + at + length, "\"}]}");
    struct caller caller = {.max_record = MAX, .source = {text, at}};
    caller_run(&caller, pieces_of((struct text){text, at}, 100000, SIZE_MAX));
    cr_expect_eq(caller.records, 2);
    cr_expect_eq(caller.malformed, 0);
    caller_free(&caller);
    free(text);
}

Test(framing, cut) {
    struct framer *framer = framer_new(MAX, isa_best());
    struct pieces pieces = pieces_of(
        BYTES("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\r\n \n{\"a\":4}\n{\"a\":5}"), 100, SIZE_MAX);
    struct frame frame;
    struct text text;
    uint64_t offset;
    framer_start(framer, pieces_fill, NULL, &pieces);
    cr_expect(!framer_cut(framer, 1, &text, &offset));
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect(!framer_cut(framer, 1000, &text, &offset));
    cr_assert(framer_cut(framer, 20, &text, &offset));
    cr_expect_eq(offset, 8);
    cr_expect(text_equal(text, text_of("{\"a\":2}\n{\"a\":3}\r\n \n{\"a\":4}\n")));
    cr_expect(!framer_cut(framer, 1, &text, &offset));
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect_eq(frame.offset, 35);
    cr_expect(text_equal(frame.text, text_of("{\"a\":5}")));
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect_eq(frame.kind, FRAME_END);
    cr_expect_eq(framer_text_bytes(framer), 42);
    framer_free(framer);
}

Test(framing, memory_is_exchanged_for_other_memory) {
    struct framer *framer = framer_new(MAX, isa_best());
    struct pieces pieces =
        pieces_of(BYTES("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}"), 100, SIZE_MAX);
    struct memory small = {malloc(3 + TEXT_PADDING), 3}, large = {malloc(7 + TEXT_PADDING), 7};
    const char *own = large.data;
    struct frame frame;
    struct text text;
    uint64_t offset;
    framer_start(framer, pieces_fill, NULL, &pieces);
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_assert(framer_cut(framer, 1, &text, &offset));
    cr_expect(!framer_exchange(framer, &small), "seven bytes are left");
    cr_assert(framer_exchange(framer, &large));
    cr_expect_neq(large.data, own);
    cr_expect_eq(offset, 8);
    cr_expect(text_equal(text, text_of("{\"a\":2}\n{\"a\":3}\n")), "in the memory that we got");
    cr_expect_eq(framer_text_bytes(framer), 24);
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect_eq(frame.text.data, own);
    cr_expect_eq(frame.offset, 24);
    cr_expect(text_equal(frame.text, text_of("{\"a\":4}")));
    cr_assert_eq(framer_next(framer, &frame, NULL), TRAWL_OK);
    cr_expect_eq(frame.kind, FRAME_END);
    cr_expect_eq(framer_text_bytes(framer), 31);
    free(small.data);
    free(large.data);
    framer_free(framer);
}

static enum trawl_status failing_fill(void *context, char *to, size_t room, size_t *got,
                                      struct trawl_error *error) {
    (void)to, (void)room;
    *got = 0;
    return error_set(error, *(enum trawl_status *)context, "no");
}

Test(framing, memory_and_cancellation_are_the_callers) {
    enum trawl_status statuses[] = {TRAWL_MEMORY, TRAWL_CANCELLED};
    struct framer *framer = framer_new(MAX, isa_best());
    for (size_t i = 0; i < 2; i++) {
        struct frame frame;
        struct trawl_error error;
        framer_start(framer, failing_fill, NULL, &statuses[i]);
        cr_expect_eq(framer_next(framer, &frame, &error), statuses[i]);
        cr_expect_str_eq(error.message, "no");
    }
    framer_free(framer);
}
