#include "engine/column/column.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void assert_valid(const struct column *column) {
    const char *why;
    cr_assert(column_validate(column, &why), "%s", why);
    cr_assert_null(why);
}

static void append(struct column *column, const char *value) {
    cr_assert(column_append(column, text_of(value)));
}

static void append_number(struct column *column, unsigned number) {
    char value[32];
    snprintf(value, sizeof value, "value %u", number);
    append(column, value);
}

static void assert_row(const struct column *column, size_t row, const char *expected) {
    struct text value = column_value(column, row);
    cr_assert(column_present(column, row));
    cr_assert(text_equal(value, text_of(expected)), "row %zu is '%.*s', not '%s'", row,
              (int)value.length, value.data, expected);
}

static void assert_number(const struct column *column, size_t row, unsigned number) {
    char value[32];
    snprintf(value, sizeof value, "value %u", number);
    assert_row(column, row, value);
}

/* Makes the column plain: values that never repeat. Returns the rows it took. */
static uint32_t turn_plain(struct column *column) {
    while (column->encoding == COLUMN_DICTIONARY) append_number(column, column->rows);
    return column->rows;
}

Test(column, starts_empty_and_valid) {
    struct column column;
    cr_assert(column_init(&column));
    cr_assert_eq(column.encoding, COLUMN_DICTIONARY);
    cr_assert_eq(column.rows, 0);
    cr_assert_eq(column.distinct, 0);
    cr_assert_eq(column.offsets[0], 0);
    cr_assert_not_null(column.arena.data);
    assert_valid(&column);
    column_free(&column);
    column_free(&column); /* as after a failed init */
}

Test(column, dictionary_holds_each_value_once) {
    struct column column;
    cr_assert(column_init(&column));
    const char *values[] = {"high", "low", "low", "", "high", "low", "", "medium"};
    for (size_t i = 0; i < 8; i++) append(&column, values[i]);
    assert_valid(&column);
    cr_assert_eq(column.encoding, COLUMN_DICTIONARY);
    cr_assert_eq(column.rows, 8);
    cr_assert_eq(column.distinct, 4);
    cr_assert_eq(column.arena.length, strlen("highlowmedium"));
    for (size_t i = 0; i < 8; i++) assert_row(&column, i, values[i]);
    column_free(&column);
}

Test(column, missing_is_not_empty) {
    struct column column;
    cr_assert(column_init(&column));
    cr_assert(column_append_missing(&column));
    append(&column, "");
    append(&column, "x");
    cr_assert(column_append_missing(&column));
    assert_valid(&column);
    cr_assert_not(column_present(&column, 0));
    cr_assert_eq(column_value(&column, 0).length, 0);
    assert_row(&column, 1, "");
    assert_row(&column, 2, "x");
    cr_assert_not(column_present(&column, 3));
    column_free(&column);
}

Test(column, empty_text_may_be_null) {
    struct column column;
    cr_assert(column_init(&column));
    cr_assert(column_append(&column, (struct text){NULL, 0}));
    cr_assert(column_append(&column, (struct text){NULL, 0}));
    cr_assert_eq(column.distinct, 1);
    turn_plain(&column);
    cr_assert(column_append(&column, (struct text){NULL, 0}));
    assert_row(&column, column.rows - 1, "");
    assert_valid(&column);
    column_free(&column);
}

Test(column, values_with_nul_and_shared_prefixes_differ) {
    struct column column;
    cr_assert(column_init(&column));
    struct text values[] = {{"a", 1}, {"a\0", 2}, {"a\0b", 3}, {"a\0c", 3}, {"ab", 2}};
    for (size_t i = 0; i < 5; i++) cr_assert(column_append(&column, values[i]));
    cr_assert_eq(column.distinct, 5);
    for (size_t i = 0; i < 5; i++) cr_assert(text_equal(column_value(&column, i), values[i]));
    assert_valid(&column);
    column_free(&column);
}

Test(column, values_that_repeat_stay_a_dictionary) {
    struct column column;
    cr_assert(column_init(&column));
    uint64_t seed = 1, again = 1;
    for (unsigned row = 0; row < COLUMN_ROWS; row++)
        append_number(&column, (unsigned)(random_next(&seed) % 1000));
    cr_assert_eq(column.encoding, COLUMN_DICTIONARY);
    cr_assert_eq(column.distinct, 1000);
    for (unsigned row = 0; row < COLUMN_ROWS; row++)
        assert_number(&column, row, (unsigned)(random_next(&again) % 1000));
    assert_valid(&column);
    column_free(&column);
}

Test(column, values_that_do_not_repeat_turn_plain) {
    struct column column;
    cr_assert(column_init(&column));
    uint32_t rows = turn_plain(&column);
    cr_assert_leq(rows, 1024, "the proof is late, at row %u", rows);
    cr_assert_eq(column.distinct, column.rows);
    assert_valid(&column);
    cr_assert(column_append_missing(&column));
    append_number(&column, 5);
    append_number(&column, 5);
    assert_valid(&column);
    for (unsigned row = 0; row < rows; row++) assert_number(&column, row, row);
    cr_assert_not(column_present(&column, rows));
    assert_number(&column, rows + 1, 5);
    assert_number(&column, rows + 2, 5);
    cr_assert_eq(column.distinct, rows + 3);
    column_free(&column);
}

Test(column, turning_plain_keeps_missing_and_repeated_rows) {
    struct column column;
    cr_assert(column_init(&column));
    unsigned rows = 0;
    while (column.encoding == COLUMN_DICTIONARY) {
        if (rows % 5 == 0)
            cr_assert(column_append_missing(&column));
        else if (rows % 5 == 1)
            append(&column, "the same long value, again and again");
        else
            append_number(&column, rows);
        rows++;
    }
    assert_valid(&column);
    for (unsigned row = 0; row < rows; row++) {
        if (row % 5 == 0)
            cr_assert_not(column_present(&column, row));
        else if (row % 5 == 1)
            assert_row(&column, row, "the same long value, again and again");
        else
            assert_number(&column, row, row);
    }
    column_free(&column);
}

Test(column, long_values_that_repeat_are_not_written_out) {
    struct column column;
    cr_assert(column_init(&column));
    char *value = malloc(100000);
    memset(value, 'v', 100000);
    for (unsigned row = 0; row < 2000; row++) /* 200 MB if plain */
        cr_assert(column_append(&column, (struct text){value, 100000}));
    for (unsigned i = 0; i < 5000; i++) append_number(&column, i);
    cr_assert_eq(column.encoding, COLUMN_DICTIONARY);
    cr_assert_lt(column.arena.capacity, 1u << 20);
    assert_valid(&column);
    free(value);
    column_free(&column);
}

Test(column, plain_for_some_batches_then_a_dictionary_again) {
    struct column column;
    cr_assert(column_init(&column));
    turn_plain(&column);
    unsigned batches = 0;
    for (; batches < 100; batches++) {
        column_reset(&column);
        assert_valid(&column);
        if (column.encoding == COLUMN_DICTIONARY) break;
        column_reset(&column); /* an empty batch proves nothing */
        append(&column, "same");
        append(&column, "same");
        cr_assert_eq(column.distinct, 2);
        assert_valid(&column);
    }
    cr_assert_gt(batches, 2);
    cr_assert_lt(batches, 100);
    append(&column, "same");
    append(&column, "same");
    cr_assert_eq(column.distinct, 1);
    assert_valid(&column);
    column_free(&column);
}

Test(column, holds_just_so_many_rows) {
    struct column column;
    cr_assert(column_init(&column));
    for (int plain = 0; plain < 2; plain++) {
        if (plain) turn_plain(&column);
        while (column.rows < COLUMN_ROWS) append(&column, "x");
        cr_assert_eq(column.encoding, plain ? COLUMN_PLAIN : COLUMN_DICTIONARY);
        cr_assert_not(column_append(&column, text_of("x")));
        cr_assert_not(column_append(&column, text_of("y")));
        cr_assert_not(column_append_missing(&column));
        cr_assert_eq(column.rows, COLUMN_ROWS);
        assert_valid(&column);
        column_reset(&column);
    }
    column_free(&column);
}

Test(column, a_value_too_long_for_the_arena_changes_nothing) {
    struct column column;
    cr_assert(column_init(&column));
    append(&column, "kept");
    const struct text huge = {"", (size_t)COLUMN_ARENA + 1}; /* refused unread */
    turn_plain(&column);
    uint32_t rows = column.rows;
    cr_assert_not(column_append(&column, huge));
    cr_assert_not(column_append(&column, (struct text){"", SIZE_MAX}));
    cr_assert_eq(column.rows, rows);
    assert_row(&column, 0, "kept");
    append(&column, "more");
    assert_valid(&column);
    column_free(&column);
}

Test(column, truncate_undoes_what_a_dictionary_took) {
    struct column column;
    cr_assert(column_init(&column));
    append(&column, "a");
    append(&column, "b");
    size_t bytes = column.arena.length;
    for (unsigned i = 0; i < 100000; i++) { /* malformed records without end take nothing */
        append_number(&column, i);
        append(&column, i % 2 ? "a" : "c");
        column_truncate(&column, 2);
    }
    cr_assert_eq(column.rows, 2);
    cr_assert_eq(column.distinct, 2);
    cr_assert_eq(column.arena.length, bytes);
    assert_valid(&column);
    append(&column, "b");
    cr_assert_eq(column.distinct, 2);
    assert_row(&column, 2, "b");
    column_truncate(&column, 100); /* more than there are: nothing */
    cr_assert_eq(column.rows, 3);
    column_truncate(&column, 0);
    cr_assert_eq(column.arena.length, 0);
    assert_valid(&column);
    column_free(&column);
}

Test(column, truncate_of_plain_rows) {
    struct column column;
    cr_assert(column_init(&column));
    turn_plain(&column);
    column_truncate(&column, 10);
    assert_valid(&column);
    cr_assert_eq(column.distinct, 10);
    cr_assert(column_append_missing(&column));
    append(&column, "after");
    assert_number(&column, 9, 9);
    cr_assert_not(column_present(&column, 10));
    assert_row(&column, 11, "after");
    assert_valid(&column);
    column_free(&column);
}

Test(column, reset_gives_back_a_grown_arena) {
    struct column column;
    cr_assert(column_init(&column));
    char *value = calloc(1, 8 << 20);
    cr_assert(column_append(&column, (struct text){value, 8 << 20}));
    free(value);
    column_reset(&column);
    cr_assert_leq(column.arena.capacity, 1 << 20);
    append(&column, "next");
    assert_valid(&column);
    column_free(&column);
}

Test(column, steady_state_allocates_nothing) {
    struct column column;
    cr_assert(column_init(&column));
    const void *offsets = NULL, *codes = NULL, *arena = NULL;
    for (int batch = 0; batch < 70; batch++) {
        column_reset(&column);
        for (unsigned row = 0; row < COLUMN_ROWS; row++)
            append_number(&column, batch % 2 ? row : row % 100);
        /* Every way of filling has been met by then, turning plain among them. */
        if (batch == 40) {
            offsets = column.offsets;
            codes = column.codes;
            arena = column.arena.data;
        } else if (batch > 40) {
            cr_assert_eq(column.offsets, offsets);
            cr_assert_eq(column.codes, codes);
            cr_assert_eq(column.arena.data, arena);
        }
    }
    column_free(&column);
}

Test(column, narrow_use_stays_small) {
    struct column column;
    cr_assert(column_init(&column));
    append(&column, "a");
    cr_assert_leq(column.arena.capacity, 4096);
    column_free(&column);
}

Test(column, validate_sees_what_is_broken) {
    struct column column;
    const char *why;
    cr_assert(column_init(&column));
    append(&column, "one");
    append(&column, "two");
    cr_assert(column_append_missing(&column));
    assert_valid(&column);

    column.codes[0] = 2;
    cr_assert_not(column_validate(&column, &why));
    column.codes[0] = 0;
    column.codes[2] = 1;
    cr_assert_not(column_validate(&column, &why));
    column.codes[2] = 0;
    bitmap_set(column.validity, 1000);
    cr_assert_not(column_validate(&column, &why));
    bitmap_clear(column.validity, 1000);
    column.offsets[1] = 7;
    cr_assert_not(column_validate(&column, &why));
    column.offsets[1] = 3;
    memcpy(column.arena.data, "twotwo", 6);
    cr_assert_not(column_validate(&column, &why));
    memcpy(column.arena.data, "onetwo", 6);
    assert_valid(&column);
    column_reset(&column);

    const char *bad[] = {"\x80",
                         "\xc0\xaf",
                         "\xc3",
                         "\xe0\x80\x80",
                         "\xed\xa0\x80",
                         "\xf0\x80\x80\x80",
                         "\xf4\x90\x80\x80",
                         "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        append(&column, bad[i]);
        cr_assert_not(column_validate(&column, &why), "bad text %zu passes", i);
        column_reset(&column);
    }
    append(&column,
           "\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xef\xbf\xbd \xf0\x90\x80\x80 "
           "\xf4\x8f\xbf\xbf");
    assert_valid(&column);
    column_free(&column);
}

/* Against the plainest model: an array of numbers, of which the negative ones are missing. */
Test(column, random_appends_truncates_and_resets_against_a_model) {
    static int model[COLUMN_ROWS];
    struct column column;
    cr_assert(column_init(&column));
    uint64_t seed = 20260311;
    unsigned plain = 0, dictionary = 0;
    for (int batch = 0; batch < 300; batch++) {
        unsigned spread = 1u << random_next(&seed) % 16;
        unsigned steps = (unsigned)(random_next(&seed) % 3000);
        unsigned rows = 0;
        for (unsigned step = 0; step < steps; step++) {
            unsigned what = (unsigned)(random_next(&seed) % 100);
            if (what < 3) {
                rows -= (unsigned)(random_next(&seed) % (rows + 1)) >> random_next(&seed) % 12;
                column_truncate(&column, rows);
            } else if (what < 20) {
                cr_assert(column_append_missing(&column));
                model[rows++] = -1;
            } else {
                unsigned number = (unsigned)(random_next(&seed) % spread);
                append_number(&column, number);
                model[rows++] = (int)number;
            }
        }
        assert_valid(&column);
        cr_assert_eq(column.rows, rows);
        for (unsigned row = 0; row < rows; row++) {
            if (model[row] < 0)
                cr_assert_not(column_present(&column, row));
            else
                assert_number(&column, row, (unsigned)model[row]);
        }
        plain += column.encoding == COLUMN_PLAIN;
        dictionary += column.encoding == COLUMN_DICTIONARY;
        column_reset(&column);
    }
    cr_assert_gt(plain, 10);
    cr_assert_gt(dictionary, 10);
    column_free(&column);
}

/* ---- padded ------------------------------------------------------------------------------- */

/* Appends to both columns, to one of them what is padded: with bytes that must not matter. */
static void append_both(struct column *plain, struct column *padded, struct text value) {
    char *copy = malloc(value.length + TEXT_PADDING);
    cr_assert_not_null(copy);
    memcpy(copy, value.data, value.length);
    memset(copy + value.length, 'x', TEXT_PADDING);
    cr_assert(column_append(plain, value));
    cr_assert(column_append_padded(padded, (struct text){copy, value.length}));
    free(copy);
}

static void assert_same(const struct column *a, const struct column *b) {
    assert_valid(b);
    cr_assert_eq(a->encoding, b->encoding);
    cr_assert_eq(a->distinct, b->distinct);
    for (uint32_t row = 0; row < a->rows; row++) {
        cr_assert_eq(column_present(a, row), column_present(b, row));
        cr_assert(text_equal(column_value(a, row), column_value(b, row)), "row %u", row);
    }
}

/* Values of every length up to 70, of few letters, so that many differ in one byte; and as many of
 * them as make the column stay a dictionary, or turn plain. */
Test(column, padded_values_become_the_same_column) {
    static const unsigned letters[] = {1, 2, 3, 26};
    uint64_t state = 7;
    for (size_t l = 0; l < sizeof letters / sizeof *letters; l++) {
        struct column plain, padded;
        cr_assert(column_init(&plain) && column_init(&padded));
        for (unsigned batch = 0; batch < 3; batch++) {
            for (unsigned i = 0; i < 4000; i++) {
                char value[70];
                size_t length = random_next(&state) % (sizeof value + 1);
                memset(value, 'a', sizeof value);
                if (length)
                    value[random_next(&state) % length] =
                        (char)('a' + random_next(&state) % letters[l]);
                append_both(&plain, &padded, (struct text){value, length});
                if (i % 50 == 0)
                    cr_assert(column_append_missing(&plain) && column_append_missing(&padded));
                if (i % 700 == 699) {
                    column_truncate(&plain, plain.rows - 300);
                    column_truncate(&padded, padded.rows - 300);
                }
            }
            assert_same(&plain, &padded);
            column_reset(&plain);
            column_reset(&padded);
        }
        column_free(&plain);
        column_free(&padded);
    }
}
