#include "engine/operator/group.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/operator/aggregate.h"
#include "tests/unit/columns.h"
#include "tests/unit/group_model.h"

/* ---- rows ----------------------------------------------------------------------------------- */

struct test_batch {
    struct rows rows;
    struct rows_column columns[COLUMNS];
    struct column texts[COLUMNS];
    uint64_t *bits; /* selection, flags, validity */
    double *numbers;
    struct origin *origins;
};

static void make_texts(struct test_batch *batch, size_t column, const struct event *events,
                       size_t count, enum column_encoding encoding) {
    static char times[1000][32];
    const char *values[1000];
    for (size_t i = 0; i < count; i++) {
        const struct event *event = &events[i];
        unsigned second = event->second_of_day;
        sprintf(times[i], "2026-03-11T%02u:%02u:%02u", second / 3600 % 24, second / 60 % 60,
                second % 60);
        values[i] = column == FIRST      ? event->first
                    : column == SECOND   ? event->second
                    : column == VALUE    ? event->value
                    : second != UINT_MAX ? times[i]
                                         : NULL;
    }
    batch->texts[column] = column_of_values(encoding, values, (uint32_t)count);
    batch->columns[column] = (struct rows_column){.type = column == TIME ? TYPE_TIME : TYPE_TEXT,
                                                  .text = &batch->texts[column]};
}

static void make_batch(struct test_batch *batch, const struct event *events, size_t count,
                       uint64_t *seed) {
    size_t words = BITMAP_WORDS(count);
    *batch = (struct test_batch){
        .bits = calloc(3 * words + 1, sizeof(uint64_t)),
        .numbers = calloc(count + 1, sizeof(double)),
        .origins = calloc(count + 1, sizeof(struct origin)),
    };
    cr_assert(count <= 1000 && batch->bits && batch->numbers && batch->origins);
    const size_t texts[] = {FIRST, SECOND, VALUE, TIME};
    for (size_t i = 0; i < 4; i++)
        make_texts(batch, texts[i], events, count,
                   random_below(seed, 2) ? COLUMN_DICTIONARY : COLUMN_PLAIN);
    for (size_t row = 0; row < count; row++) {
        if (events[row].selected) bitmap_set(batch->bits, row);
        if (events[row].flag) bitmap_set(batch->bits + words, row);
        if (events[row].has_number) bitmap_set(batch->bits + 2 * words, row);
        batch->numbers[row] = events[row].has_number ? events[row].number : NAN;
        batch->origins[row] = events[row].origin;
    }
    batch->columns[FLAG] = (struct rows_column){.type = TYPE_FLAG, .flags = batch->bits + words};
    batch->columns[NUMBER] = (struct rows_column){
        .type = TYPE_NUMBER, .numbers = batch->numbers, .validity = batch->bits + 2 * words};
    batch->rows = (struct rows){
        .row_count = count,
        .selection = batch->bits,
        .selected = bitmap_count(batch->bits, count),
        .origins = batch->origins,
        .column_count = COLUMNS,
        .columns = batch->columns,
    };
}

static void free_batch(struct test_batch *batch) {
    const size_t texts[] = {FIRST, SECOND, VALUE, TIME};
    for (size_t i = 0; i < 4; i++) column_free(&batch->texts[texts[i]]);
    free(batch->bits);
    free(batch->numbers);
    free(batch->origins);
}

/* ---- the operator --------------------------------------------------------------------------- */

struct lines {
    struct buffer text;
    uint64_t count, stop_after;
};

static size_t outputs_of(const struct group_spec *spec) {
    size_t outputs = spec->key_count;
    for (size_t i = 0; i < spec->aggregate_count; i++)
        outputs += aggregate_outputs(&spec->aggregates[i]);
    return outputs;
}

static const struct group_spec *sink_spec;

static enum trawl_status take_row(void *context, const struct datum *cells, struct origin origin,
                                  struct trawl_error *error) {
    (void)error;
    struct lines *lines = context;
    cr_assert_eq(origin.input, 0);
    cr_assert_eq(origin.member, 0);
    cr_assert_eq(origin.offset, lines->count, "rows are numbered in their order");
    for (size_t i = 0; i < outputs_of(sink_spec); i++) model_append(&lines->text, &cells[i]);
    buffer_append_char(&lines->text, '\n');
    return ++lines->count == lines->stop_after ? TRAWL_CANCELLED : TRAWL_OK;
}

/* How a run is cut into batches, states and budgets. */
struct shape {
    size_t batch_most; /* rows of a batch */
    unsigned states;
    uint64_t budget;
    uint64_t stop_after; /* rows that the sink takes; 0: all */
};

static enum trawl_status run(const struct group_spec *spec, const struct event *events,
                             size_t count, struct shape shape, uint64_t seed, struct lines *lines) {
    atomic_bool cancelled = false;
    struct operator_resources resources = {
        .spill = spill_new(NULL), .budget = shape.budget, .cancelled = &cancelled};
    void *states[8];
    struct trawl_error error = {0};
    for (unsigned i = 0; i < shape.states; i++)
        cr_assert(states[i] = operator_group.open(spec, &resources, NULL, &error));
    for (size_t at = 0; at < count;) {
        size_t rows = 1 + random_below(&seed, (uint32_t)shape.batch_most);
        if (rows > count - at) rows = count - at;
        struct test_batch batch;
        make_batch(&batch, events + at, rows, &seed);
        cr_assert_eq(
            operator_group.add(states[random_below(&seed, shape.states)], &batch.rows, &error),
            TRAWL_OK, "%s", error.message);
        free_batch(&batch);
        at += rows;
    }
    for (unsigned left = shape.states; left > 1; left--) {
        unsigned to = random_below(&seed, left - 1);
        cr_assert_eq(operator_group.merge(states[to], states[left - 1], &error), TRAWL_OK);
        operator_group.close(states[left - 1]);
    }
    *lines = (struct lines){.stop_after = shape.stop_after};
    sink_spec = spec;
    const struct row_sink sink = {take_row, lines};
    enum trawl_status status = operator_group.finish(states[0], &sink, &error);
    operator_group.close(states[0]);
    spill_free(resources.spill);
    return status;
}

static void assert_answer(const struct group_spec *spec, const struct event *events, size_t count,
                          struct shape shape, uint64_t seed, const char *expected) {
    struct lines lines;
    cr_assert_eq(run(spec, events, count, shape, seed, &lines), TRAWL_OK);
    buffer_append_char(&lines.text, '\0');
    cr_assert_str_eq(lines.text.data, expected,
                     "batches to %zu rows, %u states, budget %llu, seed %llu", shape.batch_most,
                     shape.states, (unsigned long long)shape.budget, (unsigned long long)seed);
    buffer_free(&lines.text);
}

/* ---- specs and events ----------------------------------------------------------------------- */

#define NO_FLAG SIZE_MAX

static size_t in_value[] = {VALUE}, in_number[] = {NUMBER}, in_second[] = {SECOND};
static size_t in_value_first[] = {VALUE, FIRST}, in_number_all[] = {NUMBER, VALUE, TIME, FLAG};

static struct aggregate every_aggregate[] = {
    {.kind = AGGREGATE_COUNT, .where = NO_FLAG},
    {.kind = AGGREGATE_COUNT, .where = FLAG},
    {.kind = AGGREGATE_COUNT, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_DISTINCT, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_SUM, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_SUM, .inputs = in_number, .input_count = 1, .where = FLAG},
    {.kind = AGGREGATE_AVERAGE, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_MINIMUM, .inputs = in_number, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_MAXIMUM, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_RANGE, .inputs = in_number, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_DEVIATION, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_PERCENTILE, .inputs = in_number, .input_count = 1, .where = NO_FLAG},
    {.kind = AGGREGATE_PERCENTILE,
     .inputs = in_number,
     .input_count = 1,
     .where = NO_FLAG,
     .parameter = 50},
    {.kind = AGGREGATE_PERCENTILE,
     .inputs = in_value,
     .input_count = 1,
     .where = FLAG,
     .parameter = 99},
    {.kind = AGGREGATE_PERCENTILE,
     .inputs = in_number,
     .input_count = 1,
     .where = NO_FLAG,
     .parameter = 100},
    {.kind = AGGREGATE_COLLECT,
     .inputs = in_value,
     .input_count = 1,
     .where = NO_FLAG,
     .limit = 10000,
     .separator = (char *)","},
    {.kind = AGGREGATE_COLLECT,
     .inputs = in_second,
     .input_count = 1,
     .where = FLAG,
     .limit = 10000,
     .separator = (char *)";"},
    {.kind = AGGREGATE_NEWEST, .inputs = in_value_first, .input_count = 2, .where = NO_FLAG},
    {.kind = AGGREGATE_OLDEST, .inputs = in_value_first, .input_count = 2, .where = NO_FLAG},
    {.kind = AGGREGATE_NEWEST, .inputs = in_number, .input_count = 1, .where = FLAG},
    {.kind = AGGREGATE_AT_MAXIMUM, .inputs = in_number_all, .input_count = 4, .where = NO_FLAG},
    {.kind = AGGREGATE_AT_MINIMUM, .inputs = in_number_all, .input_count = 4, .where = FLAG},
};
#define EVERY (sizeof every_aggregate / sizeof *every_aggregate)

/* Aggregates of every_aggregate to rank by, which give numbers. */
static const size_t RANKS[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13};

static size_t two_keys[] = {FIRST, SECOND};

static struct group_spec spec_of(size_t key_count) {
    return (struct group_spec){
        .keys = two_keys,
        .key_count = key_count,
        .aggregates = every_aggregate,
        .aggregate_count = EVERY,
        .time_column = TIME,
        .limit = UINT64_MAX,
    };
}

static const char *const KEYS[] = {
    "",  "a", "ab", "abc", "b", "\x01", "a b", "\xc3\xa9", "\xff\xff", "|", "long key of a group",
    NULL};
static const char *const VALUES[] = {"1",   "2",    "10",      "-3",  "0.25", "abc", "",
                                     "1e2", "12.5", "1000000", "two", "2.0",  NULL};
#define PICK(seed, pool) pool[random_below(seed, sizeof(pool) / sizeof *(pool))]

static struct event *make_events(size_t count, uint64_t *seed) {
    struct event *events = calloc(count + 1, sizeof *events);
    for (size_t i = 0; i < count; i++)
        events[i] = (struct event){
            .first = PICK(seed, KEYS),
            .second = PICK(seed, KEYS),
            .value = PICK(seed, VALUES),
            .selected = random_below(seed, 8) > 0,
            .flag = random_below(seed, 2),
            .has_number = random_below(seed, 5) > 0,
            .number = ((double)random_below(seed, 200) - 100) / 4,
            .second_of_day = random_below(seed, 10) ? random_below(seed, 100) : UINT_MAX,
            .origin = {(uint32_t)(i / 100), (uint32_t)(i / 10 % 10), i},
        };
    return events;
}

static struct shape random_shape(uint64_t *seed) {
    static const uint64_t BUDGETS[] = {0, 1000, 10000, 100000, 1 << 20, 64 << 20};
    return (struct shape){
        .batch_most = 1 + random_below(seed, 400),
        .states = 1 + random_below(seed, 5),
        .budget = BUDGETS[random_below(seed, 6)],
    };
}

/* ---- tests ---------------------------------------------------------------------------------- */

Test(group, equals_the_model_however_it_is_cut) {
    uint64_t seed = 42;
    for (int round = 0; round < 60; round++) {
        size_t count = random_below(&seed, 700);
        struct event *events = make_events(count, &seed);
        struct group_spec spec = spec_of(random_below(&seed, 3));
        if (random_below(&seed, 2)) {
            spec.limit = random_below(&seed, 2) ? random_below(&seed, 8) : UINT64_MAX;
            spec.rank = PICK(&seed, RANKS);
            spec.ranked = random_below(&seed, 2);
        }
        char *expected = group_model(&spec, events, count);
        for (int cut = 0; cut < 6; cut++)
            assert_answer(&spec, events, count, random_shape(&seed), seed + cut, expected);
        free(expected);
        free(events);
    }
}

Test(group, one_row_for_everything_also_for_nothing) {
    struct group_spec spec = spec_of(0);
    spec.aggregate_count = 11;
    assert_answer(&spec, NULL, 0, (struct shape){1, 1, 1 << 20, 0}, 1, "0|0|0|0|?|?|?|?|?|?|?|\n");
    struct event event = {.selected = true, .value = "5"};
    assert_answer(&spec, &event, 1, (struct shape){1, 1, 1 << 20, 0}, 1,
                  "1|0|1|1|5|?|5|?|5|?|0|\n");
    event.selected = false;
    assert_answer(&spec, &event, 1, (struct shape){1, 1, 1 << 20, 0}, 1,
                  "0|0|0|0|?|?|?|?|?|?|?|\n");
    spec.key_count = 1;
    assert_answer(&spec, NULL, 0, (struct shape){1, 1, 1 << 20, 0}, 1, "");
}

Test(group, keys_alone) {
    struct event events[] = {{.selected = true, .first = "b"},
                             {.selected = true, .first = "a"},
                             {.selected = true},
                             {.selected = true, .first = "b"}};
    struct group_spec spec = spec_of(1);
    spec.aggregate_count = 0;
    assert_answer(&spec, events, 4, (struct shape){4, 2, 0, 0}, 1, "a|\nb|\n");
    spec.limit = 5; /* nothing to rank by: by key */
    spec.ranked = true;
    assert_answer(&spec, events, 4, (struct shape){4, 2, 1 << 20, 0}, 1, "a|\nb|\n");
}

Test(group, ties_of_a_carried_row_go_to_the_later_origin) {
    struct event events[] = {
        {.selected = true, .first = "k", .value = "late", .origin = {2, 0, 0}},
        {.selected = true, .first = "k", .value = "early", .origin = {1, 9, 9}},
        {.selected = true, .first = "k", .value = "untimed", .origin = {9, 9, 9}},
    };
    events[2].second_of_day = UINT_MAX;
    struct group_spec spec = spec_of(1);
    struct aggregate aggregates[] = {
        {.kind = AGGREGATE_NEWEST, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
        {.kind = AGGREGATE_OLDEST, .inputs = in_value, .input_count = 1, .where = NO_FLAG},
    };
    spec.aggregates = aggregates;
    spec.aggregate_count = 2;
    for (unsigned states = 1; states < 4; states++)
        assert_answer(&spec, events, 3, (struct shape){1, states, 0, 0}, states, "k|late|late|\n");
    spec.time_column = SIZE_MAX; /* input order alone */
    assert_answer(&spec, events, 3, (struct shape){1, 2, 0, 0}, 5, "k|untimed|untimed|\n");
}

/* Rows made of one record have one origin: their bytes decide, not which came first. */
Test(group, equal_origins_do_not_depend_on_order) {
    struct event events[] = {{.selected = true, .first = "k", .value = "x"},
                             {.selected = true, .first = "k", .value = "y"}};
    struct event turned[] = {events[1], events[0]};
    struct aggregate newest = {
        .kind = AGGREGATE_NEWEST, .inputs = in_value, .input_count = 1, .where = NO_FLAG};
    struct group_spec spec = spec_of(1);
    spec.aggregates = &newest;
    spec.aggregate_count = 1;
    assert_answer(&spec, events, 2, (struct shape){1, 1, 1 << 20, 0}, 1, "k|y|\n");
    assert_answer(&spec, turned, 2, (struct shape){1, 2, 0, 0}, 1, "k|y|\n");
}

/* Values with a byte 0, the escape's own bytes, and what would collide without escapes. */
Test(group, keys_with_zero_bytes) {
    static const struct text keys[][2] = {
        {{"a", 1}, {"", 0}},    {{"a\0", 2}, {"", 0}},      {{"a", 1}, {"\0", 1}},
        {{"", 0}, {"\0\0", 2}}, {{"\0\xff", 2}, {"b", 1}},  {{"\0", 1}, {"\xff\0b", 3}},
        {{"\0\0", 2}, {"", 0}}, {{"a\0\x01", 3}, {"z", 1}}, {{"a\x01", 2}, {"", 0}},
    };
    static const size_t in_order[] = {3, 5, 6, 4, 0, 2, 1, 7, 8};
    enum { KEY_COUNT = sizeof keys / sizeof *keys };
    struct column columns[2];
    struct rows_column cells[2];
    for (size_t i = 0; i < 2; i++) {
        cr_assert(column_init(&columns[i]));
        for (size_t row = 0; row < KEY_COUNT; row++)
            cr_assert(column_append(&columns[i], keys[row][i]));
        cells[i] = (struct rows_column){.type = TYPE_TEXT, .text = &columns[i]};
    }
    uint64_t selection = (1 << KEY_COUNT) - 1;
    struct origin origins[KEY_COUNT] = {0};
    struct rows rows = {KEY_COUNT, &selection, KEY_COUNT, origins, 2, cells};
    atomic_bool cancelled = false;
    for (uint64_t budget = 0; budget < 1 << 21; budget += 1 << 20) {
        struct operator_resources resources = {
            .spill = spill_new(NULL), .budget = budget, .cancelled = &cancelled};
        struct group_spec spec = spec_of(2);
        spec.aggregate_count = 1;
        struct trawl_error error;
        void *state = operator_group.open(&spec, &resources, NULL, &error);
        cr_assert_eq(operator_group.add(state, &rows, &error), TRAWL_OK);
        struct lines lines = {0};
        sink_spec = &spec;
        cr_assert_eq(operator_group.finish(state, &(struct row_sink){take_row, &lines}, &error),
                     TRAWL_OK);
        struct buffer expected = {0};
        for (size_t i = 0; i < KEY_COUNT; i++) {
            for (size_t k = 0; k < 2; k++) {
                struct datum cell = datum_text(keys[in_order[i]][k]);
                model_append(&expected, &cell);
            }
            buffer_append(&expected, "1|\n", 3);
        }
        cr_assert_eq(lines.text.length, expected.length);
        cr_assert_arr_eq(lines.text.data, expected.data, expected.length);
        buffer_free(&expected);
        buffer_free(&lines.text);
        operator_group.close(state);
        spill_free(resources.spill);
    }
    for (size_t i = 0; i < 2; i++) column_free(&columns[i]);
}

Test(group, a_sink_that_has_enough) {
    uint64_t seed = 9;
    struct event *events = make_events(300, &seed);
    struct group_spec spec = spec_of(1);
    for (int ranked = 0; ranked < 2; ranked++) {
        spec.ranked = ranked;
        struct lines lines;
        cr_assert_eq(run(&spec, events, 300, (struct shape){50, 2, 1000, 3}, seed, &lines),
                     TRAWL_CANCELLED);
        cr_assert_eq(lines.count, 3);
        buffer_free(&lines.text);
    }
    free(events);
}

Test(group, a_cancelled_hunt_gives_no_more_rows) {
    struct group_spec spec = spec_of(0);
    atomic_bool cancelled = true;
    struct operator_resources resources = {
        .spill = spill_new(NULL), .budget = 1 << 20, .cancelled = &cancelled};
    struct trawl_error error;
    void *state = operator_group.open(&spec, &resources, NULL, &error);
    struct lines lines = {0};
    cr_assert_eq(operator_group.finish(state, &(struct row_sink){take_row, &lines}, &error),
                 TRAWL_CANCELLED);
    cr_assert_eq(lines.count, 0);
    operator_group.close(state);
    spill_free(resources.spill);
}

Test(group, collect_stops_at_its_limit) {
    struct aggregate collect = {.kind = AGGREGATE_COLLECT, .limit = 2, .separator = (char *)", "};
    const char *const values[] = {"a", "b", "c"};
    for (size_t count = 0; count <= 3; count++) {
        struct aggregate_elements elements = {0};
        for (size_t i = 0; i < count; i++)
            aggregate_take(&collect, NULL, &elements, text_of(values[i]), 1);
        struct datum cell;
        enum aggregate_outcome outcome = aggregate_result(&collect, NULL, &elements, &cell);
        cr_assert_eq(outcome, count > 2 ? OUTCOME_CUT : OUTCOME_WHOLE);
        cr_assert_eq(cell.kind, count ? DATUM_TEXT : DATUM_MISSING);
        const char *expected = count == 1 ? "a" : "a, b";
        if (count) cr_assert(text_equal(cell.text, text_of(expected)));
        buffer_free(&elements.joined);
    }
}

/* p per cent of n values: the rank is p * n / 100, up to a whole number. */
Test(group, nearest_ranks) {
    static const struct {
        double parameter;
        uint64_t count;
        double expected;
    } cases[] = {{0, 1, 1},     {100, 1, 1},    {50, 2, 1},        {50, 3, 2},
                 {99, 100, 99}, {99, 101, 100}, {99.9, 1000, 999}, {99.9, 1001, 1000},
                 {7, 100, 7},   {29, 100, 29},  {100, 1000, 1000}, {0, 1000, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct aggregate percentile = {.kind = AGGREGATE_PERCENTILE,
                                       .inputs = in_number,
                                       .input_count = 1,
                                       .where = NO_FLAG,
                                       .parameter = cases[i].parameter};
        struct group_spec spec = spec_of(0);
        spec.aggregates = &percentile;
        spec.aggregate_count = 1;
        struct event *events = calloc(cases[i].count, sizeof *events);
        for (uint64_t n = 0; n < cases[i].count; n++)
            events[n] = (struct event){
                .selected = true, .has_number = true, .number = (double)(cases[i].count - n)};
        char expected[32];
        sprintf(expected, "%g|\n", cases[i].expected);
        assert_answer(&spec, events, cases[i].count, (struct shape){100, 3, 1000, 0}, i + 1,
                      expected);
        free(events);
    }
}

/* More keys than a table grows to in one go, and keys longer than its chunks. */
Test(group, many_keys_and_long_ones) {
    enum { COUNT = 20000, KEY_COUNT = 9000, LONG_KEY = 100000, LONG_EVERY = 1999 };
    uint64_t seed = 77;
    struct event *events = calloc(COUNT, sizeof *events);
    char(*keys)[16] = calloc(KEY_COUNT, sizeof *keys);
    char *long_key = malloc(LONG_KEY + 1);
    cr_assert(events && keys && long_key);
    memset(long_key, 'x', LONG_KEY);
    long_key[LONG_KEY] = '\0';
    for (int i = 0; i < KEY_COUNT; i++) sprintf(keys[i], "key-%d", i * 7919);
    for (size_t i = 0; i < COUNT; i++)
        events[i] =
            (struct event){.selected = true,
                           .first = i % LONG_EVERY == 0 ? long_key + random_below(&seed, 4)
                                                        : keys[random_below(&seed, KEY_COUNT)],
                           .value = PICK(&seed, VALUES),
                           .flag = random_below(&seed, 2)};
    struct group_spec spec = spec_of(1);
    spec.aggregate_count = 7;
    char *expected = group_model(&spec, events, COUNT);
    assert_answer(&spec, events, COUNT, (struct shape){900, 2, 64 << 20, 0}, 1, expected);
    assert_answer(&spec, events, COUNT, (struct shape){900, 3, 500000, 0}, 2, expected);
    free(expected);
    free(long_key);
    free(keys);
    free(events);
}

Test(group, temporary_files_that_cannot_be_made) {
    atomic_bool cancelled = false;
    struct operator_resources resources = {
        .spill = spill_new("/nowhere/at/all"), .budget = 1000, .cancelled = &cancelled};
    uint64_t seed = 8;
    struct event *events = make_events(1000, &seed);
    struct test_batch batch;
    make_batch(&batch, events, 1000, &seed);
    struct group_spec spec = spec_of(2);
    struct trawl_error error = {0};
    void *state = operator_group.open(&spec, &resources, NULL, &error);
    cr_assert_eq(operator_group.add(state, &batch.rows, &error), TRAWL_IO);
    cr_assert(strstr(error.message, "/nowhere/at/all"), "%s", error.message);
    operator_group.close(state);
    free_batch(&batch);
    free(events);
    spill_free(resources.spill);
}
