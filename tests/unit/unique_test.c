/* unique_test.c - the first of each key, in input order, within any budget. */
#include "engine/operator/unique.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "engine/operator/notices.h"
#include "tests/unit/text_rows.h"

enum { ROWS = 20000, BATCH = 500 };

static size_t columns[] = {1, 0};
static const struct unique_spec spec = {.key = 0, .columns = columns, .column_count = 2};

static void *open_unique(const struct operator_resources *resources) {
    struct trawl_error error = {0};
    void *state = operator_unique.open(&spec, resources, NULL, &error);
    cr_assert(state, "%s", error.message);
    return state;
}

Test(unique, the_first_of_each_key_stays) {
    static const char *const cells[] = {"b", "1", "a",  "2", "b", "3", NULL, "4",
                                        "",  "5", NULL, "6", "a", "7", "",   "8"};
    atomic_bool cancelled = false;
    struct notices *notices = notices_new();
    struct operator_resources resources = {
        .budget = 1 << 20, .cancelled = &cancelled, .notices = notices};
    struct text_rows rows;
    struct text_sink sink = {.columns = 2};
    struct row_sink next = {text_sink_row, &sink};
    void *state = open_unique(&resources);
    text_rows_make(&rows, cells, 8, 2, SIZE_MAX, 70);
    cr_assert_eq(operator_unique.add(state, &rows.rows, NULL), TRAWL_OK);
    cr_assert_eq(operator_unique.finish(state, &next, NULL), TRAWL_OK);
    cr_expect_str_eq(text_sink_text(&sink), "1|b\n2|a\n4|-\n5|\n6|-\n");
    cr_expect_eq(sink.origins[0].offset, 70);
    cr_expect_eq(sink.origins[4].offset, 75);
    size_t count;
    const char *const *lines = notices_list(notices, &count);
    cr_assert_eq(count, 1);
    cr_expect_str_eq(lines[0], "3 copies of an event shown before were left out");
    operator_unique.close(state);
    text_rows_free(&rows);
    buffer_free(&sink.text);
    notices_free(notices);
}

/* Rows that come back: in order, each key once. */
struct check {
    const unsigned *keys; /* [ROWS] */
    bool seen[ROWS];
    uint64_t next;
    size_t count;
};

static enum trawl_status check_row(void *context, const struct datum *cells, struct origin origin,
                                   struct trawl_error *error) {
    struct check *check = context;
    (void)error;
    cr_assert_geq(origin.offset, check->next);
    check->next = origin.offset + 1;
    unsigned key = check->keys[origin.offset];
    cr_assert_not(check->seen[key]);
    check->seen[key] = true;
    check->count++;
    cr_assert_eq(strtoul(cells[0].text.data, NULL, 10), origin.offset);
    return TRAWL_OK;
}

/* Two workers that read pieces in turn, backwards, with hardly any memory. */
Test(unique, workers_and_budgets_do_not_matter) {
    static unsigned keys[ROWS];
    static struct check check;
    bool there[ROWS] = {false};
    size_t distinct = 0;
    atomic_bool cancelled = false;
    struct spill *spill = spill_new(NULL);
    struct notices *notices = notices_new();
    struct operator_resources resources = {spill, 20000, &cancelled, notices};
    void *states[2] = {open_unique(&resources), open_unique(&resources)};
    uint64_t first[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        keys[i] = (unsigned)rand() % 7000;
        if (!there[keys[i]]) first[distinct++] = i;
        there[keys[i]] = true;
    }
    check.keys = keys;
    for (size_t batch = ROWS / BATCH; batch-- > 0;) {
        static char texts[BATCH * 2][32];
        const char *cells[BATCH * 2];
        struct text_rows rows;
        for (size_t i = 0; i < BATCH; i++) {
            snprintf(texts[2 * i], 32, "key %u", keys[batch * BATCH + i]);
            snprintf(texts[2 * i + 1], 32, "%zu", batch * BATCH + i);
            cells[2 * i] = texts[2 * i];
            cells[2 * i + 1] = texts[2 * i + 1];
        }
        text_rows_make(&rows, cells, BATCH, 2, SIZE_MAX, batch * BATCH);
        cr_assert_eq(operator_unique.add(states[batch % 2], &rows.rows, NULL), TRAWL_OK);
        text_rows_free(&rows);
    }
    cr_assert_eq(operator_unique.merge(states[0], states[1], NULL), TRAWL_OK);
    struct row_sink next = {check_row, &check};
    cr_assert_eq(operator_unique.finish(states[0], &next, NULL), TRAWL_OK);
    cr_expect_eq(check.count, distinct);
    cr_expect_eq(check.next, first[distinct - 1] + 1);
    cr_expect_gt(spill_bytes(spill), 0);
    operator_unique.close(states[0]);
    operator_unique.close(states[1]);
    spill_free(spill);
    notices_free(notices);
}
