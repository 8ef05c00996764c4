#include "engine/operator/sort.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "engine/base/time.h"
#include "engine/operator/notices.h"
#include "tests/unit/text_rows.h"

/* Columns of the rows that are fed; the result has the first two. */
enum { NAME, RANK, TIME, COLUMNS };
#define RESULT 2
#define ROW(name, rank, time) name, rank, time

/* How rows are fed: to how many states, in what order, and how much memory there is. */
struct shape {
    unsigned states;
    bool backwards;
    uint64_t budget;
};
static const struct shape shapes[] = {
    {1, false, 1 << 20}, {3, true, 1 << 20}, {1, false, 0}, {2, true, 0}};
#define SHAPES (sizeof shapes / sizeof *shapes)

struct session {
    struct spill *spill;
    struct notices *notices;
    atomic_bool cancelled;
    struct operator_resources resources;
    void *states[4];
};

static void session_open(struct session *session, const struct sort_spec *spec,
                         struct shape shape) {
    *session = (struct session){.spill = spill_new(NULL), .notices = notices_new()};
    session->resources = (struct operator_resources){session->spill, shape.budget,
                                                     &session->cancelled, session->notices};
    for (unsigned i = 0; i < shape.states; i++) {
        session->states[i] = operator_sort.open(spec, &session->resources, NULL, NULL);
        cr_assert(session->states[i]);
    }
}

static void session_close(struct session *session) {
    for (unsigned i = 0; i < 4; i++) operator_sort.close(session->states[i]);
    notices_free(session->notices);
    spill_free(session->spill);
}

static void feed(struct session *session, const char *const *cells, size_t count,
                 struct shape shape) {
    for (size_t i = 0; i < count; i++) {
        size_t row = shape.backwards ? count - 1 - i : i;
        struct text_rows rows;
        text_rows_make(&rows, cells + row * COLUMNS, 1, COLUMNS, TIME, row);
        void *state = session->states[i % shape.states];
        cr_assert_eq(operator_sort.add(state, &rows.rows, NULL), TRAWL_OK);
        text_rows_free(&rows);
    }
    for (unsigned i = 1; i < shape.states; i++)
        cr_assert_eq(operator_sort.merge(session->states[0], session->states[i], NULL), TRAWL_OK);
}

static enum trawl_status finish(struct session *session, struct text_sink *sink) {
    struct row_sink next = {text_sink_row, sink};
    struct trawl_error error = {0};
    return operator_sort.finish(session->states[0], &next, &error);
}

/* notice NULL: none. */
static void expect(const struct sort_spec *spec, const char *const *cells, size_t count,
                   const char *wanted, const char *notice) {
    for (size_t i = 0; i < SHAPES; i++) {
        struct session session;
        struct text_sink sink = {.columns = RESULT};
        session_open(&session, spec, shapes[i]);
        feed(&session, cells, count, shapes[i]);
        cr_assert_eq(finish(&session, &sink), TRAWL_OK);
        cr_expect_str_eq(text_sink_text(&sink), wanted, "shape %zu", i);
        for (size_t r = 0; r < sink.count && r < TEXT_ORIGINS; r++)
            cr_expect_eq(sink.origins[r].offset, r, "the order of rows is told by their places");
        size_t told;
        const char *const *lines = notices_list(session.notices, &told);
        cr_expect_eq(told, notice != NULL);
        if (notice && told) cr_expect_str_eq(lines[0], notice);
        buffer_free(&sink.text);
        session_close(&session);
    }
}
#define EXPECT(spec, cells, ...) \
    expect(spec, cells, sizeof(cells) / sizeof *(cells) / COLUMNS, __VA_ARGS__)

static struct sort_key by_rank[] = {{RANK, SORT_AUTO, true}};

static struct sort_spec best(uint64_t limit) {
    return (struct sort_spec){.keys = by_rank,
                              .key_count = 1,
                              .time_column = TIME,
                              .column_count = RESULT,
                              .limit = limit,
                              .advice = (char *)"add limit="};
}

static const char *const rows[] = {
    ROW("a", "9", "1700000001"),    ROW("b", "10", "1700000001"),  ROW("c", NULL, "1700000009"),
    ROW("d", "word", "1700000001"), ROW("e", "10", "1700000002"),  ROW("f", "10", NULL),
    ROW("g", "10.0", "1700000002"), ROW(NULL, "-3", "1700000001"),
};

Test(sort, numbers_then_texts_then_missing_and_ties_newest_first) {
    struct sort_spec spec = best(UINT64_MAX);
    EXPECT(&spec, rows, "e|10\ng|10.0\nb|10\nf|10\na|9\n-|-3\nd|word\nc|-\n", NULL);
}

Test(sort, the_first_rows_and_a_notice) {
    struct sort_spec spec = best(3);
    EXPECT(&spec, rows, "e|10\ng|10.0\nb|10\n", "shown 3 of 8; add limit=");
    spec.advice = NULL;
    EXPECT(&spec, rows, "e|10\ng|10.0\nb|10\n", NULL);
    spec = best(8);
    EXPECT(&spec, rows, "e|10\ng|10.0\nb|10\nf|10\na|9\n-|-3\nd|word\nc|-\n", NULL);
    spec = best(0);
    EXPECT(&spec, rows, "", "shown 0 of 8; add limit=");
}

Test(sort, keys_after_keys) {
    struct sort_key keys[] = {{TIME, SORT_TEXT, false}, {NAME, SORT_TEXT, true}};
    struct sort_spec spec = best(UINT64_MAX);
    spec.keys = keys;
    spec.key_count = 2;
    EXPECT(&spec, rows, "d|word\nb|10\na|9\n-|-3\ng|10.0\ne|10\nc|-\nf|10\n", NULL);
}

Test(sort, without_keys_and_time_rows_keep_their_order) {
    struct sort_spec spec = best(3);
    spec.key_count = 0;
    spec.time_column = SIZE_MAX;
    EXPECT(&spec, rows, "a|9\nb|10\nc|-\n", "shown 3 of 8; add limit=");
}

Test(sort, newest_rows_given_oldest_first) {
    struct sort_spec spec = best(3);
    spec.key_count = 0;
    spec.reversed = true;
    /* Of equal times the later row is the newer one. */
    EXPECT(&spec, rows, "e|10\ng|10.0\nc|-\n", "shown 3 of 8; add limit=");
    spec.limit = UINT64_MAX;
    EXPECT(&spec, rows, "f|10\na|9\nb|10\nd|word\n-|-3\ne|10\ng|10.0\nc|-\n", NULL);
}

Test(sort, nothing_was_fed) {
    struct sort_spec spec = best(3);
    expect(&spec, NULL, 0, "", NULL);
}

Test(sort, a_sink_may_stop) {
    struct sort_spec spec = best(UINT64_MAX);
    struct session session;
    struct text_sink sink = {.columns = RESULT, .most = 2};
    session_open(&session, &spec, shapes[0]);
    feed(&session, rows, sizeof rows / sizeof *rows / COLUMNS, shapes[0]);
    cr_assert_eq(finish(&session, &sink), TRAWL_CANCELLED);
    cr_expect_str_eq(text_sink_text(&sink), "e|10\ng|10.0\n");
    buffer_free(&sink.text);
    session_close(&session);
}

/* ---- many rows ---------------------------------------------------------------------------- */

#define BATCH 5000
#define BATCHES 20

struct checked {
    int last_rank, last_time;
    size_t last_row, count;
};

/* Ranks fall; of equal ranks times fall; of both the rows rise. */
static enum trawl_status check_row(void *context, const struct datum *cells, struct origin origin,
                                   struct trawl_error *error) {
    struct checked *checked = context;
    (void)origin;
    (void)error;
    char name[64];
    cr_assert_lt(cells[NAME].text.length, sizeof name);
    memcpy(name, cells[NAME].text.data, cells[NAME].text.length);
    name[cells[NAME].text.length] = '\0';
    int rank, time;
    size_t row;
    cr_assert_eq(sscanf(name, "%d %d %zu", &rank, &time, &row), 3);
    if (checked->count++ > 0) {
        bool follows = rank != checked->last_rank   ? rank < checked->last_rank
                       : time != checked->last_time ? time < checked->last_time
                                                    : row > checked->last_row;
        cr_assert(follows, "row %zu: %s", checked->count, name);
    }
    *checked = (struct checked){rank, time, row, checked->count};
    return TRAWL_OK;
}

/* Every row tells its own place in its name, so that what comes out can be judged by itself. */
static void feed_many(struct session *session, unsigned states) {
    static char names[BATCH][64], ranks[BATCH][16], times[BATCH][16];
    static const char *cells[BATCH * COLUMNS];
    uint64_t seed = 11;
    for (unsigned b = 0; b < BATCHES; b++) {
        for (size_t i = 0; i < BATCH; i++) {
            int rank = (int)random_below(&seed, 1000), time = (int)random_below(&seed, 10);
            sprintf(names[i], "%d %d %zu", rank, time, b * BATCH + i);
            sprintf(ranks[i], "%d", rank);
            sprintf(times[i], "170000000%d", time);
            cells[i * COLUMNS + NAME] = names[i];
            cells[i * COLUMNS + RANK] = ranks[i];
            cells[i * COLUMNS + TIME] = times[i];
        }
        struct text_rows made;
        text_rows_make(&made, cells, BATCH, COLUMNS, TIME, (uint64_t)b * BATCH);
        cr_assert_eq(operator_sort.add(session->states[b % states], &made.rows, NULL), TRAWL_OK);
        text_rows_free(&made);
    }
    for (unsigned i = 1; i < states; i++)
        cr_assert_eq(operator_sort.merge(session->states[0], session->states[i], NULL), TRAWL_OK);
}

Test(sort, more_rows_than_memory) {
    static const uint64_t limits[] = {1000, 30000, UINT64_MAX};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct sort_spec spec = best(limits[i]);
        struct session session;
        struct checked checked = {0};
        struct row_sink next = {check_row, &checked};
        session_open(&session, &spec, (struct shape){.states = 3, .budget = 1 << 18});
        feed_many(&session, 3);
        cr_assert_eq(operator_sort.finish(session.states[0], &next, NULL), TRAWL_OK);
        size_t all = BATCH * BATCHES;
        cr_expect_eq(checked.count, limits[i] < all ? limits[i] : all);
        if (limits[i] == 1000) cr_expect_eq(spill_bytes(session.spill), 0);
        session_close(&session);
    }
}

Test(sort, the_notice_groups_digits) {
    struct sort_spec spec = best(1000);
    struct session session;
    struct checked checked = {0};
    struct row_sink next = {check_row, &checked};
    session_open(&session, &spec, (struct shape){.states = 1, .budget = 1 << 20});
    feed_many(&session, 1);
    cr_assert_eq(operator_sort.finish(session.states[0], &next, NULL), TRAWL_OK);
    size_t told;
    const char *const *lines = notices_list(session.notices, &told);
    cr_assert_eq(told, 1);
    cr_expect_str_eq(lines[0], "shown 1,000 of 100,000; add limit=");
    session_close(&session);
}

Test(sort, finishing_can_be_interrupted) {
    struct sort_spec spec = best(UINT64_MAX);
    struct session session;
    struct checked checked = {0};
    struct row_sink next = {check_row, &checked};
    session_open(&session, &spec, (struct shape){.states = 1, .budget = 1 << 20});
    feed_many(&session, 1);
    atomic_store(&session.cancelled, true);
    cr_assert_eq(operator_sort.finish(session.states[0], &next, NULL), TRAWL_CANCELLED);
    cr_expect_lt(checked.count, BATCH * BATCHES);
    session_close(&session);
}

/* ---- cells of rows ------------------------------------------------------------------------ */

Test(sort, times_may_be_numbers_of_milliseconds) {
    struct text_rows made;
    text_rows_make(&made, rows, 3, COLUMNS, TIME, 0);
    const double times[] = {5000, 1e300, 7000};
    const uint64_t present[] = {3};
    made.views[TIME] =
        (struct rows_column){.type = TYPE_NUMBER, .numbers = times, .validity = present};
    cr_expect_eq(rows_time(&made.rows, TIME, 0), INT64_C(5000000000));
    cr_expect_eq(rows_time(&made.rows, TIME, 1), TIME_NONE);
    cr_expect_eq(rows_time(&made.rows, TIME, 2), TIME_NONE);
    cr_expect_eq(rows_cell(&made.rows, TIME, 0).number, 5000);
    cr_expect_eq(rows_cell(&made.rows, TIME, 2).kind, DATUM_MISSING);
    text_rows_free(&made);
}

Test(sort, cells_of_each_type) {
    static const char *const cells[] = {ROW("x", "1", "1969-12-31T23:59:59.9995Z"),
                                        ROW(NULL, "2", "never"),
                                        ROW("y", "3", "2026-03-11T05:00:02.123456789Z")};
    struct text_rows made;
    text_rows_make(&made, cells, 3, COLUMNS, TIME, 0);
    const uint64_t flags[] = {4};
    cr_expect_eq(rows_cell(&made.rows, NAME, 1).kind, DATUM_MISSING);
    cr_expect(text_equal(rows_cell(&made.rows, NAME, 2).text, text_of("y")));
    cr_expect_eq(rows_cell(&made.rows, TIME, 0).number, -1, "rounded down");
    cr_expect_eq(rows_cell(&made.rows, TIME, 1).kind, DATUM_MISSING);
    cr_expect_eq(rows_cell(&made.rows, TIME, 2).number, 1773205202123.0);
    cr_expect_eq(rows_time(&made.rows, TIME, 2), INT64_C(1773205202123456789));
    made.views[RANK] = (struct rows_column){.type = TYPE_FLAG, .flags = flags};
    cr_expect(text_equal(rows_cell(&made.rows, RANK, 0).text, text_of("false")));
    cr_expect(text_equal(rows_cell(&made.rows, RANK, 2).text, text_of("true")));
    text_rows_free(&made);
}
