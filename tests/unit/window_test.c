#include "engine/operator/window.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "engine/base/time.h"
#include "engine/operator/notices.h"
#include "tests/unit/columns.h"

/* Aggregates of every kind over the cells (value, other, flag). */
enum { VALUE, OTHER, FLAG, CELLS };
static size_t value_input[] = {VALUE}, rows_input[] = {OTHER, VALUE},
              extreme_input[] = {VALUE, OTHER};

#define ON_VALUE(of) \
    { .kind = of, .inputs = value_input, .input_count = 1, .where = SIZE_MAX }
static const struct aggregate kinds[] = {
    {.kind = AGGREGATE_COUNT, .where = SIZE_MAX},
    {.kind = AGGREGATE_COUNT, .inputs = value_input, .input_count = 1, .where = FLAG},
    ON_VALUE(AGGREGATE_DISTINCT),
    ON_VALUE(AGGREGATE_SUM),
    ON_VALUE(AGGREGATE_AVERAGE),
    ON_VALUE(AGGREGATE_MINIMUM),
    ON_VALUE(AGGREGATE_MAXIMUM),
    ON_VALUE(AGGREGATE_RANGE),
    ON_VALUE(AGGREGATE_DEVIATION),
    {.kind = AGGREGATE_PERCENTILE,
     .inputs = value_input,
     .input_count = 1,
     .where = SIZE_MAX,
     .parameter = 75},
    {.kind = AGGREGATE_COLLECT,
     .inputs = value_input,
     .input_count = 1,
     .where = SIZE_MAX,
     .limit = 3,
     .separator = (char *)","},
    {.kind = AGGREGATE_NEWEST, .inputs = rows_input, .input_count = 2, .where = SIZE_MAX},
    {.kind = AGGREGATE_OLDEST, .inputs = rows_input, .input_count = 2, .where = SIZE_MAX},
    {.kind = AGGREGATE_AT_MAXIMUM, .inputs = extreme_input, .input_count = 2, .where = SIZE_MAX},
    {.kind = AGGREGATE_AT_MINIMUM, .inputs = extreme_input, .input_count = 2, .where = SIZE_MAX},
};
#define KINDS (sizeof kinds / sizeof *kinds)
#define COLUMNS (KINDS + 2)

/* ---- the same, computed anew from all rows of the window ---------------------------------- */

struct event {
    int value; /* -1: missing; from 90 on: a text that is no number */
    int other;
    bool flag;
    int64_t time;
};

static void value_text(const struct event *event, char text[16]) {
    snprintf(text, 16, event->value >= 90 ? "x%d" : "%d", event->value);
}

static int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}
static int compare_texts(const void *a, const void *b) {
    return strcmp(a, b);
}

/* The row that is best by `rank`, the later of equals; NULL: no row has a rank. */
static const struct event *best(const struct event *events, size_t count,
                                double (*rank)(const struct event *event)) {
    const struct event *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (!isnan(rank(&events[i])) && (!found || rank(&events[i]) >= rank(found)))
            found = &events[i];
    return found;
}
static bool is_number(const struct event *event) {
    return event->value >= 0 && event->value < 90;
}
static double by_maximum(const struct event *event) {
    return is_number(event) ? (double)event->value : (double)NAN;
}
static double by_minimum(const struct event *event) {
    return is_number(event) ? -(double)event->value : (double)NAN;
}
static double by_newest(const struct event *event) {
    return event->time == TIME_NONE ? -1e300 : (double)event->time;
}
static double by_oldest(const struct event *event) {
    return event->time == TIME_NONE ? -1e300 : -(double)event->time;
}

static void put_number(struct buffer *out, bool there, double number) {
    if (there)
        buffer_printf(out, "%.9g|", number);
    else
        buffer_printf(out, "-|");
}

static void put_numbers(struct buffer *out, const struct event *events, size_t count) {
    int numbers[1000];
    size_t n = 0;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (is_number(&events[i])) {
            numbers[n++] = events[i].value;
            sum += events[i].value;
        }
    qsort(numbers, n, sizeof *numbers, compare_ints);
    for (size_t i = 0; i < n; i++) squares += pow(numbers[i] - sum / (double)n, 2);
    size_t rank = (size_t)ceil(0.75 * (double)n);
    put_number(out, n, sum);
    put_number(out, n, sum / (double)n);
    put_number(out, n, n ? numbers[0] : 0);
    put_number(out, n, n ? numbers[n - 1] : 0);
    put_number(out, n, n ? numbers[n - 1] - numbers[0] : 0);
    put_number(out, n, sqrt(squares / (double)n));
    put_number(out, n, n ? numbers[rank - 1] : 0);
}

/* The different texts; *joined: the first three. */
static size_t distinct(const struct event *events, size_t count, struct buffer *joined) {
    static char texts[1000][16];
    size_t n = 0, different = 0;
    for (size_t i = 0; i < count; i++)
        if (events[i].value >= 0) value_text(&events[i], texts[n++]);
    qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 0; i < n; i++) {
        if (i && strcmp(texts[i], texts[i - 1]) == 0) continue;
        if (different++ < 3) buffer_printf(joined, "%s%s", different > 1 ? "," : "", texts[i]);
    }
    if (!different) buffer_printf(joined, "-");
    return different;
}

static void put_row(struct buffer *out, const struct event *event, bool value) {
    char text[16];
    if (!event) {
        buffer_printf(out, value ? "-|-|" : "-|");
        return;
    }
    buffer_printf(out, "%d|", event->other);
    if (!value) return;
    value_text(event, text);
    buffer_printf(out, "%s|", event->value < 0 ? "-" : text);
}

static void model(struct buffer *out, const struct event *events, size_t count) {
    size_t flagged = 0;
    struct buffer joined = {0};
    for (size_t i = 0; i < count; i++) flagged += events[i].flag && events[i].value >= 0;
    size_t different = distinct(events, count, &joined);
    buffer_printf(out, "%zu|%zu|%zu|", count, flagged, different);
    put_numbers(out, events, count);
    buffer_append(out, joined.data, joined.length);
    buffer_printf(out, "|");
    put_row(out, best(events, count, by_newest), true);
    put_row(out, best(events, count, by_oldest), true);
    put_row(out, best(events, count, by_maximum), false);
    put_row(out, best(events, count, by_minimum), false);
    buffer_append_char(out, '\0');
    buffer_free(&joined);
}

/* ---- the window --------------------------------------------------------------------------- */

static enum trawl_status push(struct row_window *window, const struct event *event,
                              struct trawl_error *error) {
    char text[16];
    value_text(event, text);
    struct datum cells[CELLS] = {event->value < 0 ? datum_missing() : datum_text(text_of(text)),
                                 datum_number(event->other),
                                 datum_text(text_of(event->flag ? "true" : "false"))};
    return row_window_push(window, cells, event->time, error);
}

static void print(struct row_window *window, struct notices *notices, struct buffer *out) {
    struct datum cells[COLUMNS];
    cr_assert_eq(row_window_result(window, cells, notices, NULL), TRAWL_OK);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (cells[i].kind == DATUM_TEXT) {
            buffer_append(out, cells[i].text.data, cells[i].text.length);
            buffer_append_char(out, '|');
        } else {
            put_number(out, cells[i].kind == DATUM_NUMBER, cells[i].number);
        }
    }
    buffer_append_char(out, '\0');
}

static struct event random_event(uint64_t *seed, int64_t *time) {
    *time += random_below(seed, 3);
    return (struct event){.value = (int)random_below(seed, 12) * 9 - 1,
                          .other = (int)random_below(seed, 1000),
                          .flag = random_below(seed, 2),
                          .time = random_below(seed, 10) ? *time : TIME_NONE};
}

static void check(struct row_window *window, struct notices *notices, const struct event *events,
                  size_t count, const char *what) {
    struct buffer got = {0}, wanted = {0};
    print(window, notices, &got);
    model(&wanted, events, count);
    cr_assert_str_eq(got.data, wanted.data, "%s, %zu rows", what, count);
    buffer_free(&got);
    buffer_free(&wanted);
}

static const struct row_window_spec sliding = {
    .aggregates = kinds, .count = KINDS, .cell_count = CELLS, .slides = true, .budget = 1 << 24};

Test(window, is_what_its_rows_alone_would_give) {
    static struct event events[1000];
    struct notices *notices = notices_new();
    for (uint64_t round = 1; round <= 20; round++) {
        struct row_window *window = row_window_new(&sliding);
        uint64_t seed = round * 7919;
        int64_t time = 0;
        size_t first = 0, end = 0;
        uint32_t most = 1 + random_below(&seed, 60);
        while (end < 400) {
            events[end] = random_event(&seed, &time);
            cr_assert_eq(push(window, &events[end++], NULL), TRAWL_OK);
            while (end - first > most || (end > first && random_below(&seed, 5) == 0)) {
                cr_assert_eq(row_window_pop(window, NULL), TRAWL_OK);
                first++;
            }
            cr_assert_eq(row_window_rows(window), end - first);
            if (end > first) cr_assert_eq(row_window_begin(window), events[first].time);
            check(window, notices, events + first, end - first, "sliding");
        }
        row_window_clear(window);
        check(window, notices, events, 0, "cleared");
        row_window_free(window);
    }
    notices_free(notices);
}

Test(window, that_grows_only_keeps_no_rows) {
    static struct event events[1000];
    struct row_window_spec spec = sliding;
    spec.slides = false;
    struct notices *notices = notices_new();
    struct row_window *window = row_window_new(&spec);
    uint64_t seed = 4711;
    int64_t time = 0;
    for (size_t round = 0; round < 3; round++) {
        for (size_t end = 0; end < 300; end++) {
            check(window, notices, events, end, "growing");
            events[end] = random_event(&seed, &time);
            cr_assert_eq(push(window, &events[end], NULL), TRAWL_OK);
        }
        row_window_clear(window);
    }
    row_window_free(window);
    notices_free(notices);
}

/* Sums of numbers that a sum of doubles would lose. */
Test(window, takes_numbers_back_without_a_trace) {
    struct aggregate aggregates[] = {ON_VALUE(AGGREGATE_SUM), ON_VALUE(AGGREGATE_DEVIATION)};
    struct row_window_spec spec = {
        .aggregates = aggregates, .count = 2, .cell_count = 1, .slides = true, .budget = 1 << 20};
    struct row_window *window = row_window_new(&spec);
    struct notices *notices = notices_new();
    const double numbers[] = {1e30, 0.1, 1e300, -1e18, 0.2};
    struct datum cell, result[2];
    for (size_t i = 0; i < 5; i++) {
        cell = datum_number(numbers[i]);
        cr_assert_eq(row_window_push(window, &cell, 0, NULL), TRAWL_OK);
    }
    cr_assert_eq(row_window_result(window, result, notices, NULL), TRAWL_OK);
    cr_expect_eq(result[0].kind, DATUM_MISSING, "1e300 cannot be summed");
    for (size_t i = 0; i < 4; i++) cr_assert_eq(row_window_pop(window, NULL), TRAWL_OK);
    cr_assert_eq(row_window_result(window, result, notices, NULL), TRAWL_OK);
    cr_expect_eq(result[0].number, 0.2);
    cr_expect_eq(result[1].number, 0);
    size_t count;
    notices_list(notices, &count);
    cr_expect_eq(count, 2, "one for each aggregate");
    row_window_free(window);
    notices_free(notices);
}

Test(window, over_its_budget_says_so) {
    struct row_window_spec spec = sliding;
    spec.budget = 20000;
    struct row_window *window = row_window_new(&spec);
    struct trawl_error error = {0};
    struct event event = {.value = 1, .time = 1};
    size_t rows = 0;
    while (push(window, &event, &error) == TRAWL_OK) cr_assert_lt(++rows, 1000u);
    cr_expect_eq(error.status, TRAWL_MEMORY);
    cr_expect(strstr(error.message, "--memory"));
    row_window_free(window);
}
