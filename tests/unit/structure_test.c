#include "formats/framing/structure.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* A random text of what matters to the scanner, from a seed. */
static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void random_text(uint32_t seed, char *text, size_t length) {
    static const char letters[] = "{}[]\"\"\\\\\n\n ,:a{}[]xxxxxxxxxxxx";
    for (size_t i = 0; i < length; i++)
        text[i] = letters[next_random(&seed) % (sizeof letters - 1)];
    text[0] = '{';
}

/* Scans to the first event that ends the value, in pieces, and writes down what happened. */
static size_t trace(structure_scan scan, const char *text, size_t length, size_t piece,
                    size_t *places, size_t most) {
    struct structure *s = malloc(sizeof *s);
    size_t at = 0, end = 0, count = 0;
    structure_start(s);
    s->watch_arrays = s->watch_columns = true;
    for (;;) {
        enum structure_event event = scan(s, text, &at, end);
        if (event == STRUCTURE_MORE) {
            cr_assert_eq(at, end);
            if (end == length) break;
            end = length - end < piece ? length : end + piece;
            continue;
        }
        cr_assert_lt(count + 1, most);
        places[count++] = at * 16 + event;
        if (event != STRUCTURE_ARRAY && event != STRUCTURE_COLUMN) break;
    }
    places[count++] = s->depth * 2 + s->in_string;
    free(s);
    return count;
}

static void compare(const char *text, size_t length) {
    static const size_t pieces[] = {1000000, 1, 3, 64, 65, 100};
    enum { MOST = 4096 };
    size_t *expected = calloc(MOST, sizeof *expected), *got = calloc(MOST, sizeof *got);
    size_t count = trace(structure_scan_plain, text, length, length, expected, MOST);
    for (int isa = ISA_WESTMERE; isa <= (int)isa_best(); isa++) {
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
            size_t other =
                trace(structure_scan_for((enum isa)isa), text, length, pieces[i], got, MOST);
            cr_assert_eq(other, count);
            cr_assert_eq(memcmp(expected, got, count * sizeof *got), 0,
                         "isa %d, pieces of %zu: %.*s", isa, pieces[i], (int)length, text);
        }
    }
    free(expected);
    free(got);
}

Test(structure, kernels_equal_their_twin) {
    char text[400 + TEXT_PADDING];
    for (uint32_t seed = 1; seed < 3000; seed++) {
        size_t length = 1 + seed % 400;
        memset(text, seed % 2 ? '{' : '"', sizeof text);
        random_text(seed * 2654435761u, text, length);
        compare(text, length);
    }
}

Test(structure, backslashes_across_blocks) {
    char text[300 + TEXT_PADDING];
    for (size_t start = 50; start < 70; start++) {
        for (size_t run = 1; run < 140; run++) {
            memset(text, 'x', sizeof text);
            text[0] = '{';
            text[1] = '"';
            memset(text + start, '\\', run);
            memcpy(text + start + run, "\"}\"}", 4);
            compare(text, 300);
        }
    }
}

static enum structure_event scan(const char *text, size_t *at) {
    char copy[256];
    struct structure *s = malloc(sizeof *s);
    size_t length = strlen(text);
    memset(copy, 0, sizeof copy);
    memcpy(copy, text, length);
    structure_start(s);
    s->watch_columns = true;
    *at = 0;
    enum structure_event event = structure_scan_for(isa_best())(s, copy, at, length);
    free(s);
    return event;
}

Test(structure, events) {
    static const struct {
        const char *text;
        enum structure_event event;
        size_t at;
    } cases[] = {
        {"{\"a\":\"}\\\"]\"} x", STRUCTURE_END, 12},
        {"{\"a\":[1,{}]", STRUCTURE_MORE, 11},
        {"{\"a\":[1}", STRUCTURE_MISFIT, 7},
        {"[{\"a\":1]", STRUCTURE_MISFIT, 7},
        {"{\"a\":\"x\ny\"}", STRUCTURE_NEWLINE, 7},
        {"{\"a\":\"x\\\ny\"}", STRUCTURE_NEWLINE, 8},
        {"{\"a\":{\"b\":1}\n{\"c\":1}", STRUCTURE_BOUNDARY, 13},
        {"{\"a\":{\"b\":1} \t\r\n \n{\"c\":1}", STRUCTURE_BOUNDARY, 18},
        {"{\"a\":{\"b\":1}\n {\"c\":1}", STRUCTURE_MISPLACED, 14},
        {"{\"a\":1,\n{\"c\":1}}", STRUCTURE_MISPLACED, 8},
        {"{\"a\":tru\n[1]}", STRUCTURE_MISPLACED, 9},
        {"{\"a\":\n[1]}", STRUCTURE_END, 10},
        {"{\"a\":\n{\"b\":1}}", STRUCTURE_COLUMN, 6},
        {"[1,\n {\"b\":1},\n [2]]", STRUCTURE_END, 19},
        {"[[1]\n,[2]\r\n]", STRUCTURE_END, 12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at;
        cr_expect_eq(scan(cases[i].text, &at), cases[i].event, "%s", cases[i].text);
        cr_expect_eq(at, cases[i].at, "%s: %zu", cases[i].text, at);
    }
}

Test(structure, depth) {
    const size_t depth = 100000;
    char *text = malloc(4 * depth + TEXT_PADDING);
    for (size_t i = 0; i < depth; i++) text[i] = i % 3 ? '[' : '{';
    for (size_t i = 0; i < depth; i++) text[2 * depth - 1 - i] = i % 3 ? ']' : '}';
    struct structure *s = malloc(sizeof *s);
    size_t at = 0;
    structure_start(s);
    cr_expect_eq(structure_scan_for(isa_best())(s, text, &at, 2 * depth), STRUCTURE_END);
    cr_expect_eq(at, 2 * depth);
    memset(text, '[', 4 * depth);
    at = 0;
    structure_start(s);
    cr_expect_eq(structure_scan_for(isa_best())(s, text, &at, 4 * depth), STRUCTURE_DEEP);
    cr_expect_eq(at, STRUCTURE_DEPTH);
    free(s);
    free(text);
}
