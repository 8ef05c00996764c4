/* repeats_test.c - rows that were there before. */
#include "engine/hunt/repeats.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct trawl_cell cell(const char *text) {
    return text ? (struct trawl_cell){TRAWL_TEXT, text, strlen(text)}
                : (struct trawl_cell){TRAWL_MISSING, NULL, 0};
}

Test(repeats, a_row_is_like_one_with_the_same_cells) {
    struct repeats repeats = {0};
    const char *const rows[][2] = {{"a", "b"},   {"ab", ""}, {"", "ab"}, {"ab", NULL},
                                   {NULL, "ab"}, {"", ""},   {NULL, ""}, {"b", "a"}};
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            const struct trawl_cell cells[] = {cell(rows[i][0]), cell(rows[i][1])};
            cr_expect_eq(repeats_meet(&repeats, cells, 2), round > 0, "%zu", i);
        }
    cr_expect_eq(repeats.repeated, 16);
    repeats_free(&repeats);
}

Test(repeats, many_rows_are_told_apart_up_to_a_limit) {
    struct repeats repeats = {0};
    char text[32];
    for (uint64_t i = 0; i < REPEATS_MOST + 100; i++) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)i);
        const struct trawl_cell cells[] = {cell(text)};
        cr_assert_not(repeats_meet(&repeats, cells, 1));
    }
    const struct trawl_cell known[] = {cell("7")}, beyond[] = {cell("524300")};
    cr_expect(repeats_meet(&repeats, known, 1));
    cr_expect_not(repeats_meet(&repeats, beyond, 1));
    cr_expect_leq(repeats.capacity, 2 * REPEATS_MOST);
    repeats_free(&repeats);
}
