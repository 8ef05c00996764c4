#include "engine/operator/sequence.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "engine/operator/notices.h"
#include "tests/unit/text_rows.h"

/* Columns of the rows that are fed. */
enum { KEY, TIME, VALUE, FLAG, COLUMNS };
#define ROW(key, time, value, flag) key, time, value, flag

/* How rows are fed: which are in whose hands, and how much memory there is. */
struct shape {
    unsigned states;
    bool backwards; /* batches and, where order is by time, places do not tell the order */
    uint64_t budget;
};
static const struct shape shapes[] = {{1, false, 1 << 20}, {3, true, 1 << 20}, {2, true, 4096}};
#define SHAPES (sizeof shapes / sizeof *shapes)

static enum trawl_status run(const struct sequence_spec *spec, const char *const *cells,
                             size_t count, struct shape shape, struct text_sink *sink,
                             struct notices *notices, struct trawl_error *error) {
    atomic_bool cancelled = false;
    struct spill *spill = spill_new(NULL);
    struct operator_resources resources = {spill, shape.budget, &cancelled, notices};
    void *states[4] = {NULL};
    for (unsigned i = 0; i < shape.states; i++)
        cr_assert(states[i] = operator_sequence.open(spec, &resources, NULL, error));
    for (size_t i = 0; i < count; i++) {
        size_t row = shape.backwards ? count - 1 - i : i;
        struct text_rows rows;
        text_rows_make(&rows, cells + row * COLUMNS, 1, COLUMNS, TIME, row);
        cr_assert_eq(operator_sequence.add(states[i % shape.states], &rows.rows, error), TRAWL_OK);
        text_rows_free(&rows);
    }
    for (unsigned i = 1; i < shape.states; i++)
        cr_assert_eq(operator_sequence.merge(states[0], states[i], error), TRAWL_OK);
    struct row_sink next = {text_sink_row, sink};
    enum trawl_status status = operator_sequence.finish(states[0], &next, error);
    for (unsigned i = 0; i < shape.states; i++) operator_sequence.close(states[i]);
    spill_free(spill);
    return status;
}

static void expect_shape(const struct sequence_spec *spec, size_t columns, const char *const *cells,
                         size_t count, struct shape shape, const char *wanted,
                         size_t notice_count) {
    struct text_sink sink = {.columns = columns};
    struct notices *notices = notices_new();
    struct trawl_error error = {0};
    cr_assert_eq(run(spec, cells, count, shape, &sink, notices, &error), TRAWL_OK, "%s",
                 error.message);
    cr_expect_str_eq(text_sink_text(&sink), wanted);
    for (size_t i = 0; i < sink.count && i < TEXT_ORIGINS; i++)
        cr_expect_eq(sink.origins[i].offset, i);
    size_t told;
    notices_list(notices, &told);
    cr_expect_eq(told, notice_count);
    buffer_free(&sink.text);
    notices_free(notices);
}

static void expect(const struct sequence_spec *spec, size_t columns, const char *const *cells,
                   size_t count, const char *wanted, size_t notice_count) {
    for (size_t i = 0; i < SHAPES; i++)
        expect_shape(spec, columns, cells, count, shapes[i], wanted, notice_count);
}
#define EXPECT(spec, columns, cells, ...) \
    expect(spec, columns, cells, sizeof(cells) / sizeof *(cells) / COLUMNS, __VA_ARGS__)

static size_t key_column[] = {KEY}, value_column[] = {VALUE}, key_and_value[] = {KEY, VALUE};

static struct sequence_spec plain(enum sequence_kind kind) {
    return (struct sequence_spec){.kind = kind,
                                  .by_time = true,
                                  .time_column = TIME,
                                  .before = SIZE_MAX,
                                  .after = SIZE_MAX,
                                  .separator = (char *)"+"};
}

/* ---- neighbors ---------------------------------------------------------------------------- */

static const char *const walk[] = {
    ROW("a", "1700000003", "3", NULL), ROW("b", "1700000001", "1", NULL),
    ROW("a", "1700000002", "2", NULL), ROW(NULL, "1700000000", "0", NULL),
    ROW("a", NULL, "9", NULL),         ROW("b", "1700000001", "1b", NULL),
};

Test(sequence, neighbors_stand_before_and_behind) {
    static const struct {
        bool keyed, by_time, succeeding;
        uint64_t distance;
        const char *rows;
    } cases[] = {
        {false, true, false, 1, "-|-|0\n0|b|1\n1|b|1b\n1b|a|2\n2|a|3\n3|a|9\n"},
        {false, true, true, 1, "1|-|0\n1b|b|1\n2|b|1b\n3|a|2\n9|a|3\n-|a|9\n"},
        {false, false, false, 2, "-|a|3\n-|b|1\n3|a|2\n1|-|0\n2|a|9\n0|b|1b\n"},
        {false, true, true, 5, "9|-|0\n-|b|1\n-|b|1b\n-|a|2\n-|a|3\n-|a|9\n"},
        {false, true, true, 100, "-|-|0\n-|b|1\n-|b|1b\n-|a|2\n-|a|3\n-|a|9\n"},
        {true, true, false, 1, "-|a|2\n2|a|3\n3|a|9\n-|b|1\n1|b|1b\n"},
        {true, true, true, 1, "3|a|2\n9|a|3\n-|a|9\n1b|b|1\n-|b|1b\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sequence_spec spec = plain(SEQUENCE_NEIGHBOR);
        spec.keys = key_column;
        spec.key_count = cases[i].keyed;
        spec.by_time = cases[i].by_time;
        spec.succeeding = cases[i].succeeding;
        spec.distance = cases[i].distance;
        spec.included = value_column;
        spec.included_count = 1;
        spec.passed = key_and_value;
        spec.passed_count = 2;
        EXPECT(&spec, 3, walk, cases[i].rows, 0);
    }
}

/* ---- windows ------------------------------------------------------------------------------ */

static struct aggregate count_and_collect[] = {
    {.kind = AGGREGATE_COUNT, .where = SIZE_MAX, .name = (char *)"count"},
    {.kind = AGGREGATE_COLLECT,
     .inputs = value_column,
     .input_count = 1,
     .where = SIZE_MAX,
     .limit = 100,
     .separator = (char *)",",
     .name = (char *)"collect"},
};

static struct sequence_spec counting(enum sequence_kind kind) {
    struct sequence_spec spec = plain(kind);
    spec.aggregates = count_and_collect;
    spec.aggregate_count = 2;
    spec.passed = value_column;
    spec.passed_count = 1;
    return spec;
}

static const char *const steps[] = {
    ROW("a", "1700000010", "c", NULL), ROW("a", "1700000000", "a", NULL),
    ROW("b", "1700000005", "b", NULL), ROW("a", "1700000020", "d", NULL),
    ROW("a", NULL, "x", NULL),         ROW("a", NULL, "y", NULL),
    ROW("a", "1700000021", "e", NULL),
};

Test(sequence, windows_of_time_hold_what_is_no_older_than_the_span) {
    struct sequence_spec spec = counting(SEQUENCE_WINDOW);
    spec.span = INT64_C(10000000000);
    EXPECT(&spec, 3, steps, "1|a|a\n2|a,b|b\n3|a,b,c|c\n2|c,d|d\n2|d,e|e\n1|x|x\n1|y|y\n", 0);
    spec.excludes = true;
    EXPECT(&spec, 3, steps, "0|-|a\n1|a|b\n2|a,b|c\n1|c|d\n1|d|e\n0|-|x\n0|-|y\n", 0);
    spec.excludes = false;
    spec.keys = key_column;
    spec.key_count = 1;
    EXPECT(&spec, 3, steps, "1|a|a\n2|a,c|c\n2|c,d|d\n2|d,e|e\n1|x|x\n1|y|y\n1|b|b\n", 0);
}

Test(sequence, windows_of_rows_and_of_all_rows_so_far) {
    struct sequence_spec spec = counting(SEQUENCE_WINDOW);
    spec.events = 2;
    EXPECT(&spec, 3, steps, "1|a|a\n2|a,b|b\n2|b,c|c\n2|c,d|d\n2|d,e|e\n2|e,x|x\n2|x,y|y\n", 0);
    spec.excludes = true;
    EXPECT(&spec, 3, steps, "0|-|a\n1|a|b\n2|a,b|c\n2|b,c|d\n2|c,d|e\n2|d,e|x\n2|e,x|y\n", 0);
    spec.excludes = false;
    spec.events = 0;
    EXPECT(&spec, 3, steps,
           "1|a|a\n2|a,b|b\n3|a,b,c|c\n4|a,b,c,d|d\n5|a,b,c,d,e|e\n6|a,b,c,d,e,x|x\n"
           "7|a,b,c,d,e,x,y|y\n",
           0);
}

Test(sequence, span_at_the_ends_of_time) {
    static const char *const ends[] = {ROW("a", "1600-01-01T00:00:00Z", "a", NULL),
                                       ROW("a", "2300-01-01T00:00:00Z", "b", NULL)};
    struct sequence_spec spec = counting(SEQUENCE_WINDOW);
    spec.span = INT64_MAX;
    EXPECT(&spec, 3, ends, "1|a|a\n1|b|b\n", 0);
}

/* ---- parts -------------------------------------------------------------------------------- */

Test(sequence, sessions_end_where_the_pause_is_longer) {
    struct sequence_spec spec = counting(SEQUENCE_PARTS);
    spec.pause = INT64_C(9000000000);
    EXPECT(&spec, 2, steps, "3|a,b,c\n2|d,e\n", 1);
    spec.keys = key_column;
    spec.key_count = 1;
    EXPECT(&spec, 3, steps, "a|1|a\na|1|c\na|2|d,e\nb|1|b\n", 1);
    spec.pause++;
    spec.pause += 999999999;
    EXPECT(&spec, 3, steps, "a|4|a,c,d,e\nb|1|b\n", 1);
}

static const char *const marked[] = {
    ROW("a", "1700000001", "1", "false"), ROW("a", "1700000002", "2", "true"),
    ROW("a", "1700000003", "2", NULL),    ROW("a", "1700000009", NULL, "false"),
    ROW("a", "1700000010", "3", "true"),  ROW("b", "1700000011", "4", "true"),
};

Test(sequence, parts_are_split_by_a_flag) {
    struct sequence_spec spec = counting(SEQUENCE_PARTS);
    spec.before = FLAG;
    EXPECT(&spec, 2, marked, "1|1\n3|2\n1|3\n1|4\n", 0);
    spec.opened = true;
    EXPECT(&spec, 2, marked, "3|2\n1|3\n1|4\n", 0);
    spec.opened = false;
    spec.before = SIZE_MAX;
    spec.after = FLAG;
    EXPECT(&spec, 2, marked, "2|1,2\n3|2,3\n1|4\n", 0);
}

Test(sequence, series_join_values_in_their_order) {
    struct sequence_spec spec = plain(SEQUENCE_PARTS);
    spec.keys = key_column;
    spec.key_count = 1;
    spec.included = value_column;
    spec.included_count = 1;
    spec.timed = true;
    EXPECT(&spec, 4, marked, "a|1+2+2+3|1700000001000|9000\nb|4|1700000011000|0\n", 0);
    spec.duration = INT64_C(2000000000);
    EXPECT(&spec, 4, marked,
           "a|1+2+2|1700000001000|2000\na|3|1700000009000|1000\nb|4|1700000011000|0\n", 0);
    spec.duration = 0;
    spec.pause = INT64_C(5000000000);
    spec.before = FLAG;
    spec.opened = true;
    EXPECT(&spec, 4, marked, "a|2+2|1700000002000|1000\na|3|1700000010000|0\nb|4|1700000011000|0\n",
           0);
}

/* ---- what does not fit -------------------------------------------------------------------- */

/* As many rows as the sorter must spill, and one window over all of them. */
static const char **many(size_t count, char (*texts)[2][32]) {
    const char **cells = calloc(count * COLUMNS, sizeof *cells);
    cr_assert(cells);
    for (size_t i = 0; i < count; i++) {
        snprintf(texts[i][0], 32, "%zu", 1700000000000 + i * 7919 % count);
        snprintf(texts[i][1], 32, "%zu", i * 7919 % count);
        cells[i * COLUMNS + KEY] = "k";
        cells[i * COLUMNS + TIME] = texts[i][0];
        cells[i * COLUMNS + VALUE] = texts[i][1];
    }
    return cells;
}

Test(sequence, spills_rows_and_refuses_values_that_one_window_cannot_hold) {
    static char texts[3000][2][32];
    const char **cells = many(3000, texts);
    struct buffer wanted = {0};
    struct sequence_spec spec = plain(SEQUENCE_NEIGHBOR);
    spec.distance = 1;
    spec.included = spec.passed = value_column;
    spec.included_count = spec.passed_count = 1;
    for (spec.distance = 1; spec.distance < 3000; spec.distance += 2899) {
        buffer_clear(&wanted, SIZE_MAX);
        for (size_t i = 0; i < 3000; i++)
            i < spec.distance ? buffer_printf(&wanted, "-|%zu\n", i)
                              : buffer_printf(&wanted, "%zu|%zu\n", i - spec.distance, i);
        buffer_append_char(&wanted, '\0');
        expect(&spec, 2, cells, 3000, wanted.data, 0);
    }
    buffer_free(&wanted);

    struct sequence_spec window = counting(SEQUENCE_WINDOW);
    struct sequence_spec series = plain(SEQUENCE_PARTS);
    series.included = value_column;
    series.included_count = 1;
    const struct sequence_spec *const specs[] = {&window, &series};
    for (size_t i = 0; i < 2; i++) {
        struct text_sink sink = {.columns = 1};
        struct trawl_error error = {0};
        cr_expect_eq(run(specs[i], cells, 3000, shapes[2], &sink, NULL, &error), TRAWL_MEMORY,
                     "spec %zu", i);
        cr_expect(strstr(error.message, "--memory"), "%s", error.message);
        buffer_free(&sink.text);
    }
    free(cells);
}

Test(sequence, no_rows_give_none_and_a_sink_may_stop) {
    struct sequence_spec spec = counting(SEQUENCE_WINDOW);
    expect(&spec, 3, NULL, 0, "", 0);
    struct text_sink sink = {.columns = 3, .most = 2};
    struct trawl_error error = {0};
    cr_expect_eq(run(&spec, steps, 7, shapes[1], &sink, NULL, &error), TRAWL_CANCELLED);
    cr_expect_eq(sink.count, 2);
    buffer_free(&sink.text);
}
