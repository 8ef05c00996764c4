#include "engine/base/bitmap.h"

#include <criterion/criterion.h>

#define MOST 300

/* Bits by an array of bools, which is what a bitmap stands for. */
static void make(uint64_t *bits, bool *model, size_t rows, uint64_t seed) {
    bitmap_zero(bits, rows);
    for (size_t row = 0; row < rows; row++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        model[row] = seed >> 62 == 0;
        if (model[row]) bitmap_set(bits, row);
    }
}

static void check(const uint64_t *bits, const bool *model, size_t rows, const char *what) {
    uint64_t count = 0;
    for (size_t row = 0; row < rows; row++) {
        cr_assert_eq(bitmap_get(bits, row), model[row], "%s, row %zu of %zu", what, row, rows);
        count += model[row];
    }
    cr_assert_eq(bitmap_count(bits, rows), count, "%s, %zu rows", what, rows);
    for (size_t row = rows; row < BITMAP_WORDS(rows) * 64; row++)
        cr_assert_not(bitmap_get(bits, row), "%s: bit %zu beyond %zu rows", what, row, rows);
}

Test(bitmap, words) {
    cr_assert_eq(BITMAP_WORDS(0), 0);
    cr_assert_eq(BITMAP_WORDS(1), 1);
    cr_assert_eq(BITMAP_WORDS(64), 1);
    cr_assert_eq(BITMAP_WORDS(65), 2);
    cr_assert_eq(BITMAP_WORDS(65536), 1024);
}

Test(bitmap, least_significant_bit_first) {
    uint64_t bits[2] = {0};
    bitmap_set(bits, 0);
    bitmap_set(bits, 65);
    cr_assert_eq(bits[0], 1);
    cr_assert_eq(bits[1], 2);
}

Test(bitmap, operations_against_bools_at_every_length) {
    uint64_t a[BITMAP_WORDS(MOST)], b[BITMAP_WORDS(MOST)], to[BITMAP_WORDS(MOST)];
    bool in_a[MOST], in_b[MOST], expected[MOST];
    for (size_t rows = 0; rows <= MOST; rows++) {
        make(a, in_a, rows, rows * 2 + 1);
        make(b, in_b, rows, rows * 2 + 2);
        check(a, in_a, rows, "set");

        uint64_t both = 0;
        for (size_t i = 0; i < rows; i++) both += expected[i] = in_a[i] && in_b[i];
        bitmap_and(to, a, b, rows);
        check(to, expected, rows, "and");
        cr_assert_eq(bitmap_count_and(a, b, rows), both);

        for (size_t i = 0; i < rows; i++) expected[i] = in_a[i] || in_b[i];
        bitmap_or(to, a, b, rows);
        check(to, expected, rows, "or");

        for (size_t i = 0; i < rows; i++) expected[i] = !in_a[i];
        bitmap_not(to, a, rows);
        check(to, expected, rows, "not");

        for (size_t i = 0; i < rows; i++) expected[i] = true;
        bitmap_fill(to, rows);
        check(to, expected, rows, "fill");

        for (size_t i = 0; i < rows; i += 3) bitmap_clear(to, i), expected[i] = false;
        check(to, expected, rows, "clear");

        for (size_t i = 0; i < rows; i++) expected[i] = false;
        bitmap_zero(to, rows);
        check(to, expected, rows, "zero");
    }
}

Test(bitmap, operations_may_write_over_an_operand) {
    uint64_t a[2] = {0xf0f0, 5}, b[2] = {0xff00, 6};
    bitmap_and(a, a, b, 128);
    cr_assert_eq(a[0], 0xf000);
    cr_assert_eq(a[1], 4);
    bitmap_not(a, a, 68);
    cr_assert_eq(a[0], ~UINT64_C(0xf000));
    cr_assert_eq(a[1], 0xb);
}
