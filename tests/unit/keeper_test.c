/* Rows that were kept come back as they were, whatever was selected and however little memory. */
#include "engine/hunt/keeper.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/columns.h"

#define COLUMNS 5
#define BATCHES 12

/* What the columns hold: nothing, one value, few, many; the last turns plain. In some batches they
 * have it in all rows, in some in none. */
static void fill(struct batch *batch, uint64_t *seed, unsigned number) {
    unsigned rows = number == 3 ? 1 : random_below(seed, 3000) + 1;
    unsigned missing[COLUMNS]; /* of four rows */
    for (unsigned i = 0; i < COLUMNS; i++)
        missing[i] = number % 2 ? 1 : random_below(seed, 2) ? 0 : 4;
    for (unsigned row = 0; row < rows; row++) {
        char text[COLUMNS][32];
        snprintf(text[1], sizeof text[1], "only");
        snprintf(text[2], sizeof text[2], "few %u", random_below(seed, 5));
        snprintf(text[3], sizeof text[3], "%u", random_below(seed, 600));
        snprintf(text[4], sizeof text[4], "%u-%u", number, row);
        for (uint32_t i = 1; i < COLUMNS; i++)
            cr_assert(random_below(seed, 4) >= missing[i] ? batch_append(batch, i, text_of(text[i]))
                                                          : batch_missing(batch, i));
        struct origin origin = {number / 2, number % 3 ? 0 : random_below(seed, 2),
                                row * UINT64_C(100)};
        if (number == 5) origin.offset = row * (UINT64_C(1) << 33);
        batch_commit(batch, origin);
    }
    cr_assert(batch_complete(batch));
}

static void select_rows(uint64_t *selection, const struct batch *batch, uint64_t *seed) {
    unsigned kind = random_below(seed, 3);
    bitmap_zero(selection, batch->rows);
    for (uint32_t row = 0; row < batch->rows; row++)
        if (kind == 0 || random_below(seed, kind == 1 ? 2 : 50) == 0) bitmap_set(selection, row);
    bitmap_set(selection, random_below(seed, batch->rows));
}

/* The rows as text, by the columns given. */
static void write_down(struct buffer *to, const struct batch *batch, const uint32_t *columns,
                       size_t count, const uint64_t *selection) {
    for (uint32_t row = 0; row < batch->rows; row++) {
        if (selection && !bitmap_get(selection, row)) continue;
        const struct origin *origin = &batch->origins[row];
        buffer_printf(to, "%u %u %llu:", origin->input, origin->member,
                      (unsigned long long)origin->offset);
        for (size_t i = 0; i < count; i++) {
            const struct column *column = &batch->columns[columns ? columns[i] : i];
            struct text value = column_value(column, row);
            buffer_printf(to, " %s%.*s", column_present(column, row) ? "=" : "-", (int)value.length,
                          value.data);
        }
        buffer_append_char(to, '\n');
    }
}

Test(keeper, rows_come_back_in_the_order_of_adding) {
    static const uint32_t columns[] = {4, 0, 2, 1, 3, 2};
    enum { KEPT = sizeof columns / sizeof *columns };
    static uint64_t selection[BITMAP_WORDS(COLUMN_ROWS)];
    struct spill *spill = spill_new(NULL);
    uint64_t seed = 20261125;
    for (uint64_t budget = 0; budget <= 64 << 20; budget = budget * 1000 + 1000) {
        struct keeper *keeper = keeper_new(spill, budget, KEPT);
        struct buffer expected = {0}, found = {0};
        struct batch batch;
        cr_assert(batch_init(&batch, COLUMNS));
        for (unsigned number = 0; number < BATCHES; number++) {
            fill(&batch, &seed, number);
            select_rows(selection, &batch, &seed);
            write_down(&expected, &batch, columns, KEPT, selection);
            cr_assert_eq(keeper_add(keeper, &batch, columns, selection, NULL), TRAWL_OK);
            batch_reset(&batch);
        }
        cr_expect_gt(keeper_bytes(keeper), 0);
        enum trawl_status status;
        const struct batch *kept;
        unsigned count = 0;
        for (; (kept = keeper_next(keeper, &status, NULL)); count++)
            write_down(&found, kept, NULL, KEPT, NULL);
        cr_expect_eq(status, TRAWL_OK);
        cr_expect_eq(count, BATCHES);
        buffer_append_char(&expected, '\0');
        buffer_append_char(&found, '\0');
        cr_expect_str_eq(found.data, expected.data);
        buffer_free(&expected);
        buffer_free(&found);
        batch_free(&batch);
        keeper_free(keeper);
    }
    cr_expect_gt(spill_bytes(spill), 0);
    spill_free(spill);
}
