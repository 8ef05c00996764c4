#include "engine/column/batch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void assert_valid(const struct batch *batch) {
    const char *why;
    cr_assert(batch_validate(batch, &why), "%s", why);
}

static void add_row(struct batch *batch, const char *first, const char *second) {
    struct origin origin = {1, 2, batch->rows * 10};
    cr_assert(column_append(&batch->columns[0], text_of(first)));
    if (second)
        cr_assert(column_append(&batch->columns[1], text_of(second)));
    else
        cr_assert(column_append_missing(&batch->columns[1]));
    batch_commit(batch, origin);
}

Test(batch, rows_with_their_origins) {
    struct batch batch;
    cr_assert(batch_init(&batch, 2));
    assert_valid(&batch);
    add_row(&batch, "a", "b");
    add_row(&batch, "c", NULL);
    assert_valid(&batch);
    cr_assert_eq(batch.rows, 2);
    cr_assert_eq(batch.origins[1].offset, 10);
    cr_assert_eq(batch.origins[1].member, 2);
    cr_assert(text_equal(column_value(&batch.columns[0], 1), text_of("c")));
    cr_assert_not(column_present(&batch.columns[1], 1));
    batch_reset(&batch);
    cr_assert_eq(batch.rows, 0);
    assert_valid(&batch);
    batch_free(&batch);
    batch_free(&batch);
}

Test(batch, rollback_of_a_row_half_appended) {
    struct batch batch;
    cr_assert(batch_init(&batch, 2));
    add_row(&batch, "a", "b");
    cr_assert(column_append(&batch.columns[0], text_of("half")));
    const char *why;
    cr_assert_not(batch_validate(&batch, &why), "columns of unequal length");
    batch_rollback(&batch, batch.rows);
    assert_valid(&batch);
    cr_assert_eq(batch.rows, 1);
    add_row(&batch, "c", "d");
    cr_assert(text_equal(column_value(&batch.columns[0], 1), text_of("c")));
    batch_free(&batch);
}

Test(batch, rollback_of_committed_rows) {
    struct batch batch;
    cr_assert(batch_init(&batch, 2));
    for (int i = 0; i < 100; i++) add_row(&batch, "a", i % 2 ? "b" : NULL);
    batch_rollback(&batch, 40);
    cr_assert_eq(batch.rows, 40);
    assert_valid(&batch);
    batch_free(&batch);
}

Test(batch, full_when_no_row_is_left) {
    struct batch batch;
    cr_assert(batch_init(&batch, 2));
    while (!batch_full(&batch)) add_row(&batch, "a", "b");
    cr_assert_eq(batch.rows, COLUMN_ROWS);
    assert_valid(&batch);
    batch_reset(&batch);
    cr_assert_not(batch_full(&batch));
    batch_free(&batch);
}

Test(batch, full_when_the_values_are_long) {
    struct batch batch;
    cr_assert(batch_init(&batch, 2));
    char *value = malloc(10001);
    memset(value, 'v', 10000);
    value[10000] = '\0';
    while (!batch_full(&batch)) {
        memcpy(value, &batch.rows, 2);
        value[0] &= 0x7f;
        value[1] &= 0x7f;
        cr_assert(batch_append(&batch, 0, (struct text){value, 10000}));
        batch_commit(&batch, (struct origin){0});
    }
    cr_assert_geq(batch.rows, 100);
    cr_assert_leq(batch.rows, 400);
    free(value);
    batch_free(&batch);
}

Test(batch, without_columns) {
    struct batch batch;
    cr_assert(batch_init(&batch, 0));
    batch_commit(&batch, (struct origin){0});
    cr_assert_eq(batch.rows, 1);
    assert_valid(&batch);
    batch_rollback(&batch, 0);
    batch_reset(&batch);
    batch_free(&batch);
}

Test(batch, origins_are_ordered_by_input_then_member_then_offset) {
    const struct origin rising[] = {{0, 0, 5},          {0, 0, UINT64_MAX}, {0, 1, 0},
                                    {0, UINT32_MAX, 9}, {1, 0, 0},          {UINT32_MAX, 0, 0}};
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++)
            cr_assert_eq(origin_compare(&rising[i], &rising[j]), (i > j) - (i < j));
}

/* Column 0 turns plain on its way and 1 does not; both are left out now and then, 2 has nothing but
 * one value. */
Test(batch, columns_left_out_have_what_they_had) {
    enum { ROWS = 2000, COLUMNS = 3 };
    static char expected[COLUMNS][ROWS][16]; /* "": missing */
    struct batch batch;
    cr_assert(batch_init(&batch, COLUMNS));
    for (unsigned row = 0; row < ROWS; row++) {
        for (uint32_t i = 0; i < COLUMNS; i++) {
            char *text = expected[i][row];
            unsigned what = (row * 2654435761u >> (9 + i)) % 8;
            if (i == 2) what = row == 998 ? 0 : row == 999 ? 1 : 2;
            if (row > 0) strcpy(text, expected[i][row - 1]);
            if (what == 0) snprintf(text, 16, "%u", i == 0 ? row : row % 9);
            if (what == 0) cr_assert(batch_append(&batch, i, text_of(text)));
            if (what == 1) *text = 0;
            if (what == 1) cr_assert(batch_missing(&batch, i));
        }
        batch_commit(&batch, (struct origin){0});
    }
    cr_assert(batch_complete(&batch));
    assert_valid(&batch);
    for (unsigned row = 0; row < ROWS; row++)
        for (uint32_t i = 0; i < COLUMNS; i++) {
            cr_expect_eq(column_present(&batch.columns[i], row), *expected[i][row] != 0);
            cr_expect(text_equal(column_value(&batch.columns[i], row), text_of(expected[i][row])));
        }
    batch_rollback(&batch, 500);
    cr_assert(batch_append(&batch, 2, text_of("again")));
    batch_commit(&batch, (struct origin){0});
    cr_assert(batch_complete(&batch));
    assert_valid(&batch);
    cr_expect(column_present(&batch.columns[2], 500));
    batch_free(&batch);
}

/* Values that will be written out count before they are. */
Test(batch, what_is_left_out_fills_it) {
    struct batch batch;
    char text[10000];
    cr_assert(batch_init(&batch, 1));
    for (unsigned row = 0; row < 600; row++) { /* turns plain */
        snprintf(text, sizeof text, "%u", row);
        cr_assert(batch_append(&batch, 0, text_of(text)));
        batch_commit(&batch, (struct origin){0});
    }
    memset(text, 'x', sizeof text);
    cr_assert(batch_append(&batch, 0, (struct text){text, sizeof text}));
    unsigned rows = 0;
    for (; rows < 1000 && !batch_full(&batch); rows++) {
        batch_repeat(&batch, sizeof text);
        batch_commit(&batch, (struct origin){0});
    }
    cr_expect_lt(rows, 300);
    cr_assert(batch_complete(&batch));
    assert_valid(&batch);
    batch_free(&batch);
}
