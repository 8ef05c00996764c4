#include "engine/top.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define COLUMNS 4

static uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The order of top.h, written out again. */
static int by_rank(const void *left, const void *right) {
    const struct top_key *a = left, *b = right;
    if (a->score > b->score) return -1;
    if (a->score < b->score) return 1;
    if (a->time > b->time) return -1;
    if (a->time < b->time) return 1;
    if (a->origin.input != b->origin.input) return a->origin.input < b->origin.input ? -1 : 1;
    if (a->origin.member != b->origin.member) return a->origin.member < b->origin.member ? -1 : 1;
    return (a->origin.offset > b->origin.offset) - (a->origin.offset < b->origin.offset);
}

/* A row's cells follow from its origin, so that a mix-up shows. The text is `buffer`'s. */
static void make_cells(const struct top_key *key, struct trawl_cell *cells, char *buffer) {
    uint64_t n = key->origin.offset;
    int length =
        sprintf(buffer, "%.*s%llu", (int)(n % 20), "....................", (unsigned long long)n);
    cells[0] = (struct trawl_cell){TRAWL_TEXT, buffer, (size_t)length, 0};
    cells[1] = (struct trawl_cell){.kind = n % 3 ? TRAWL_NUMBER : TRAWL_MISSING};
    if (n % 3) cells[1].number = -(int64_t)n;
    cells[2] = (struct trawl_cell){TRAWL_FLAG, n % 2 ? "true" : "false", n % 2 ? 4 : 5, 0};
    cells[3] = (struct trawl_cell){TRAWL_TEXT, buffer, n % 4 ? 1 : 0, 0};
}

static void add(struct top *top, const struct top_key *key) {
    struct trawl_cell cells[COLUMNS];
    char buffer[64];
    make_cells(key, cells, buffer);
    cr_assert(top_add(top, key, cells));
    memset(buffer, 'x', sizeof buffer); /* it was copied, or it shows */
}

static void assert_cells(const struct top *top, size_t row) {
    struct trawl_cell expected[COLUMNS];
    char buffer[64];
    make_cells(top_key_at(top, row), expected, buffer);
    for (size_t column = 0; column < COLUMNS; column++) {
        struct trawl_cell cell = top_cell(top, row, column);
        cr_assert_eq(cell.kind, expected[column].kind);
        if (cell.kind == TRAWL_NUMBER) cr_assert_eq(cell.number, expected[column].number);
        if (cell.kind != TRAWL_TEXT && cell.kind != TRAWL_FLAG) continue;
        cr_assert_eq(cell.length, expected[column].length);
        cr_assert_eq(memcmp(cell.text, expected[column].text, cell.length), 0);
    }
}

static void assert_best(struct top *top, const struct top_key *keys, size_t count, uint64_t limit) {
    struct top_key *sorted = malloc((count + 1) * sizeof *sorted);
    memcpy(sorted, keys, count * sizeof *keys);
    qsort(sorted, count, sizeof *sorted, by_rank);
    top_finish(top);
    cr_assert_eq(top_count(top), count < limit ? count : limit);
    for (size_t row = 0; row < top_count(top); row++) {
        cr_assert_eq(by_rank(top_key_at(top, row), &sorted[row]), 0, "row %zu", row);
        assert_cells(top, row);
    }
    free(sorted);
}

enum stream { RANDOM, RISING, FALLING, EQUAL, FEW_SCORES, ORGAN_PIPE, NO_TIMES, STREAMS };

static struct top_key *make_keys(enum stream stream, size_t count, uint64_t seed) {
    struct top_key *keys = calloc(count + 1, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        uint64_t n = random_next(&seed);
        int64_t at = (int64_t)i;
        struct top_key *key = &keys[i];
        key->origin = (struct origin){(uint32_t)(i % 3), (uint32_t)(i % 2), i};
        key->score = 1;
        switch (stream) {
            case RANDOM:
                key->score = (int64_t)n;
                key->time = (int64_t)random_next(&seed);
                break;
            case RISING:
                key->time = at;
                break;
            case FALLING:
                key->time = -at;
                break;
            case EQUAL:
                break;
            case FEW_SCORES:
                key->score = (int64_t)(n % 3);
                key->time = (int64_t)(random_next(&seed) % 50);
                break;
            case ORGAN_PIPE:
                key->time = i < count / 2 ? at : (int64_t)count - at;
                break;
            case NO_TIMES:
                key->time = n % 2 ? INT64_MIN : INT64_MIN + 1;
                break;
            case STREAMS:
                break;
        }
    }
    return keys;
}

Test(top, best_rows_of_every_stream_for_every_limit) {
    const uint64_t limits[] = {0, 1, 2, 3, 10, 64, 100, 999, 1000, 1001, 5000, UINT64_MAX};
    for (enum stream stream = RANDOM; stream < STREAMS; stream++) {
        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
            size_t count = 3000;
            struct top_key *keys = make_keys(stream, count, 7 + i);
            struct top *top = top_new(limits[i], COLUMNS);
            for (size_t row = 0; row < count; row++) add(top, &keys[row]);
            assert_best(top, keys, count, limits[i]);
            top_free(top);
            free(keys);
        }
    }
}

Test(top, any_order_and_grouping_gives_the_same) {
    uint64_t seed = 99;
    for (int round = 0; round < 60; round++) {
        size_t count = random_next(&seed) % 4000;
        uint64_t limit = 1 + random_next(&seed) % 300;
        struct top_key *keys = make_keys((enum stream)(round % STREAMS), count, 1 + seed);
        struct top *parts[6];
        for (size_t i = 0; i < 6; i++) parts[i] = top_new(limit, COLUMNS);
        for (size_t left = count; left > 0; left--) { /* shuffle */
            size_t pick = random_next(&seed) % left;
            struct top_key key = keys[pick];
            keys[pick] = keys[left - 1];
            keys[left - 1] = key;
            add(parts[random_next(&seed) % 6], &key);
        }
        for (size_t left = 6; left > 1; left--) {
            size_t to = random_next(&seed) % left, from = random_next(&seed) % left;
            if (to == from) from = (from + 1) % left;
            cr_assert(top_merge(parts[to], parts[from]));
            cr_assert_eq(top_count(parts[from]), 0);
            top_free(parts[from]);
            parts[from] = parts[left - 1];
        }
        assert_best(parts[0], keys, count, limit);
        top_free(parts[0]);
        free(keys);
    }
}

Test(top, an_emptied_one_can_be_filled_again) {
    struct top *to = top_new(5, COLUMNS), *from = top_new(5, COLUMNS);
    struct top_key *keys = make_keys(RISING, 1000, 1);
    for (size_t i = 500; i < 1000; i++) add(from, &keys[i]);
    cr_assert(top_merge(to, from));
    for (size_t i = 0; i < 500; i++) add(from, &keys[i]); /* all worse than what it once had */
    assert_best(from, keys, 500, 5);
    cr_assert(top_merge(to, from));
    assert_best(to, keys, 1000, 5);
    top_free(to);
    top_free(from);
    free(keys);
}

Test(top, unwanted_rows_are_known_before_they_are_made) {
    struct top *top = top_new(10, COLUMNS);
    struct top_key *keys = make_keys(RISING, 100000, 1);
    cr_assert(top_wants(top, &keys[0]));
    for (size_t i = 100000; i-- > 1000;) add(top, &keys[i]);
    for (size_t i = 0; i < 1000; i++) cr_assert_not(top_wants(top, &keys[i]));
    struct top_key better = keys[99999];
    better.score++;
    cr_assert(top_wants(top, &better));
    top_free(top);

    top = top_new(0, COLUMNS);
    cr_assert_not(top_wants(top, &better));
    add(top, &better);
    cr_assert_eq(top_count(top), 0);
    top_free(top);
    top_free(NULL);
    free(keys);
}

Test(top, memory_is_bounded_by_the_limit) {
    struct top *top = top_new(100, COLUMNS);
    struct top_key *keys = make_keys(RISING, 100000, 1); /* each better than all before */
    for (size_t i = 0; i < 100000; i++) {
        add(top, &keys[i]);
        cr_assert_leq(top_count(top), 300);
    }
    assert_best(top, keys, 100000, 100);
    top_free(top);
    free(keys);
}

/* Equal keys, an organ pipe and two interleaved halves: orders on which simple quickselects take
 * n * n comparisons, 4 * 10^10 here. */
Test(top, no_stream_is_quadratic, .timeout = 60) {
    size_t count = 200000;
    for (int round = 0; round < 3; round++) {
        struct top_key *keys = make_keys(round == 0 ? EQUAL : ORGAN_PIPE, count, 1);
        if (round == 2) {
            for (size_t i = 0; i < count / 2; i++) {
                keys[i].time = -(int64_t)(i % 2 ? i : count / 2 + i);
                keys[count / 2 + i].time = -(int64_t)(2 * i);
            }
        }
        struct top *top = top_new(count / 2, COLUMNS);
        for (size_t i = 0; i < count; i++) add(top, &keys[i]);
        assert_best(top, keys, count, count / 2);
        top_free(top);
        free(keys);
    }
}

Test(top, no_columns_and_identical_keys) {
    struct top *top = top_new(3, 0);
    struct top_key key = {1, 2, {3, 4, 5}};
    for (int i = 0; i < 1000; i++) cr_assert(top_add(top, &key, NULL));
    top_finish(top);
    cr_assert_eq(top_count(top), 3);
    top_free(top);
}

Test(top, text_stays_where_it_is) {
    struct top *top = top_new(UINT64_MAX, COLUMNS);
    struct top_key *keys = make_keys(RISING, 10, 1);
    for (size_t i = 0; i < 10; i++) add(top, &keys[i]);
    top_finish(top);
    const char *text = top_cell(top, 0, 0).text;
    top_finish(top);
    cr_assert_eq(top_cell(top, 0, 0).text, text);
    top_free(top);
    free(keys);
}
