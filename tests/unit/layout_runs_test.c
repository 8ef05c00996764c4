/* layout_runs_test.c - records that are compared with a template, and records whose end their
 * layout finds: the parser alone is the measure, on every ISA level and with the twin. */
#include "tests/unit/layout_pair.h"

#define PATHS NAMES("a", "b", "p", "p/a", "p/q", "n", "s/a", "*l", "z")

/* %s: what differs from record to record. */
static const char form[] =
    "{\"a\":\"%s\",\"b\":\"always\",\"p\":{\"a\":true,\"x\":[1,{\"y\":\"]}\"},[]],\"q\":{\"k\":12}}"
    ","
    "\"n\":31,\"l[0]\":\"one\",\"l[1]\":\"two\",\"s\":\"{\\\"a\\\":1}\",\"z\":\"%s\",\"w\":"
    "\"\xc3\xa9\","
    "\"c\":null,\"d\":\"\",\"p2\":{}}";

/* The text, with the worst behind it, at the end of its memory. */
static struct text keep(struct bench *bench, const char *bytes, size_t length) {
    free((char *)bench->text.data);
    bench->text = padded(bytes, length);
    memset((char *)bench->text.data + length, '"', TEXT_PADDING);
    return bench->text;
}

static void both(struct pair *pair, const char *json, size_t length) {
    struct bench *plain = &pair->plain, *fast = &pair->fast;
    struct text text = keep(plain, json, length);
    pair->layout->pause = 0;
    pair->layout->trust = 16;
    enum json_outcome expected =
        json_project(plain->parser, plain->paths, text, false, &plain->row, &plain->message);
    enum json_outcome outcome =
        json_project_alike(fast->parser, pair->layout, text, &fast->row, &fast->message);
    cr_assert_eq(outcome, expected, "%s", json);
    if (outcome == JSON_OK) assert_same(pair, json);
}

static int print(char *to, size_t room, unsigned i) {
    static const char *const values[] = {"", "x", "longer than before", "\\\"", "\xe2\x82\xac"};
    return snprintf(to, room, form, values[i % 5], values[i * 7 % 4]);
}

/* Records until the layout has a template of them. */
static void make_template(struct pair *pair) {
    char json[600];
    for (unsigned i = 0; i < 40; i++) {
        pair->layout->study_pause = 0;
        both(pair, json, (size_t)print(json, sizeof json, i));
    }
    cr_assert_gt(pair->layout->mark_count, 1);
    bool run = false;
    for (uint32_t i = 0; i < pair->layout->step_count; i++) run |= pair->layout->steps[i].run > 0;
    cr_assert(run);
}

static void with_template(void (*test)(struct pair *pair)) {
    EACH_ISA(isa) {
        for (int twin = 0; twin < 2; twin++) {
            struct pair pair;
            pair_open(&pair, PATHS, isa, twin);
            make_template(&pair);
            test(&pair);
            pair_close(&pair);
        }
    }
}

/* Another byte at every place, and every byte dropped; no more is learned of them. */
static void change_bytes(struct pair *pair) {
    char json[600], changed[600];
    size_t length = (size_t)print(json, sizeof json, 1);
    for (size_t at = 0; at < length; at++) {
        for (const char *byte = "\"\\{}[]:,x1 \n\x01\xc3"; *byte; byte++) {
            memcpy(changed, json, length);
            changed[at] = *byte;
            pair->layout->allowance = 0;
            both(pair, changed, length);
        }
        memmove(changed + at, json + at + 1, length - at - 1);
        both(pair, changed, length - 1);
        memcpy(changed, json, length);
    }
}

Test(layout_runs, every_byte_changed) {
    with_template(change_bytes);
}

static void cut(struct pair *pair) {
    char json[600];
    size_t length = (size_t)print(json, sizeof json, 2);
    for (size_t at = 0; at < length; at++) both(pair, json, at);
}

Test(layout_runs, cut_at_every_byte) {
    with_template(cut);
}

/* What was constant is not any more, one member after the other; then it is again. */
static void change_habits(struct pair *pair) {
    static const char *const from[] = {"always", "true", "31", "one", "null", "k", "12"};
    static const char *const to[] = {"never", "false", "310", "eins", "[]", "kk", "1e9"};
    char json[600], changed[600];
    for (unsigned i = 0; i < 400; i++) {
        print(json, sizeof json, i);
        const char *place = strstr(json, from[i / 40 % 7]);
        if (i % 3 == 0 || !place) place = json + strlen(json);
        size_t before = (size_t)(place - json);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)before, json,
                 *place ? to[i / 40 % 7] : "", *place ? place + strlen(from[i / 40 % 7]) : "");
        if (i % 2) pair->layout->study_pause = 0;
        both(pair, changed, strlen(changed));
    }
}

Test(layout_runs, values_that_change_their_habits) {
    with_template(change_habits);
}

/* Layouts and templates have bounds: many kinds of records in turn. */
Test(layout_runs, more_templates_than_there_is_room_for) {
    struct pair pair;
    pair_open(&pair, PATHS, isa_best(), false);
    char *json = malloc(9000);
    for (unsigned i = 0; i < 600; i++) {
        int at = snprintf(json, 9000, "{\"k%u\":1", i / 20);
        for (unsigned m = 0; m < 60; m++)
            at += snprintf(json + at, 9000 - (size_t)at, ",\"m%u-%u\":\"%0100u\"", m, i / 20, m);
        at += snprintf(json + at, 9000 - (size_t)at, ",\"a\":%u}", i);
        pair.layout->study_pause = 0;
        pair.layout->study_allowance = pair.layout->allowance = 1 << 20;
        both(&pair, json, (size_t)at);
    }
    free(json);
    pair_close(&pair);
}

/* ---- ahead ----------------------------------------------------------------------------------- */

/* The record that starts the text, found or not; then its line, as framing would have it. */
static size_t both_ahead(struct pair *pair, const char *lines, size_t length) {
    struct bench *plain = &pair->plain, *fast = &pair->fast;
    struct text text = keep(plain, lines, length);
    enum json_outcome outcome, expected;
    pair->layout->pause = pair->layout->ahead_pause = 0;
    pair->layout->trust = 16;
    size_t found =
        json_project_ahead(fast->parser, pair->layout, text, &fast->row, &outcome, &fast->message);
    const char *end = memchr(text.data, '\n', length);
    text.length = end ? (size_t)(end - text.data) : length;
    if (text.length > 0 && text.data[text.length - 1] == '\r') text.length--;
    expected = json_project(plain->parser, plain->paths, text, false, &plain->row, &plain->message);
    if (found > 0) {
        cr_assert_eq(found, text.length, "%s", lines);
        cr_assert(end && outcome == JSON_OK && expected == JSON_OK, "%s", lines);
        assert_same(pair, lines);
    }
    outcome = json_project_alike(fast->parser, pair->layout, text, &fast->row, &fast->message);
    cr_assert_eq(outcome, expected, "%s", lines);
    if (outcome == JSON_OK) assert_same(pair, lines);
    return found;
}

static void read_ahead(struct pair *pair) {
    static const char behind[] = "\n{\"a\":\"next\",\"b\":\"always\"}\n";
    char json[600], lines[700], changed[700];
    size_t length = (size_t)print(json, sizeof json, 2);
    snprintf(lines, sizeof lines, "%s%s", json, behind);
    cr_assert_eq(both_ahead(pair, lines, strlen(lines)), length);
    snprintf(lines, sizeof lines, "%s\r%s", json, behind);
    cr_assert_eq(both_ahead(pair, lines, strlen(lines)), length);
    cr_assert_eq(both_ahead(pair, lines, length), 0); /* the line may go on */
    snprintf(lines, sizeof lines, "%s %s", json, behind);
    cr_assert_eq(both_ahead(pair, lines, strlen(lines)), 0);
    snprintf(lines, sizeof lines, "%s%s", json, behind);
    for (size_t at = 0; at < length + 2; at++) {
        for (const char *byte = "\"\\{}[]:,x1 \n\r\t\x01\xc3"; *byte; byte++) {
            memcpy(changed, lines, sizeof lines);
            changed[at] = *byte;
            pair->layout->allowance = 0;
            both_ahead(pair, changed, strlen(changed));
        }
        both_ahead(pair, lines, at);
    }
}

Test(layout_runs, the_end_of_a_record_is_the_end_of_its_line) {
    with_template(read_ahead);
}

/* A line end between tokens: in a container that is crossed, and in a piece. */
static void read_lines_within(struct pair *pair) {
    static const char *const records[] = {"{\"a\":1,\"x\":[1,\n2],\"b\":3}\n{}\n",
                                          "{\"a\":1,\"x\":[1,\t2],\"b\":3}\n{}\n",
                                          "{\"a\":1,\n\"b\":3}\n{}\n"};
    for (unsigned i = 0; i < 60; i++) {
        const char *record = records[i % 3];
        size_t length = strlen(record) - 4; /* the record itself, as one that is known */
        pair->layout->study_pause = 0;
        pair->layout->allowance = pair->layout->study_allowance = 1 << 20;
        both(pair, record, length);
        size_t found = both_ahead(pair, record, strlen(record));
        cr_assert(found == 0 || i % 3 == 1);
    }
}

Test(layout_runs, a_line_end_within_a_record_is_not_passed_over) {
    with_template(read_lines_within);
}
