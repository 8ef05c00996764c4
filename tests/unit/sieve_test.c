/* sieve_test.c - what must go on goes on, whoever read it and within any budget; what has no chance
 * does not. */
#include "engine/operator/sieve.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/operator/notices.h"
#include "tests/unit/text_rows.h"

enum { ROWS = 6000, BATCH = 500, KEYS = 60, KEY = 0, FLAG, TIME, NUMBER, COLUMNS };
#define SECOND INT64_C(1000000000)

struct row {
    int key, seconds; /* -1: missing */
    bool flag, out;
};
static struct row table[ROWS];

static size_t keys[] = {KEY}, passed[] = {NUMBER, KEY};
static const struct sieve_spec by_key = {.keys = keys,
                                         .key_count = 1,
                                         .flag = FLAG,
                                         .least = 3,
                                         .time_column = TIME,
                                         .columns = passed,
                                         .column_count = 2};

static void fill(unsigned seed, int last_second) {
    srand(seed);
    for (size_t i = 0; i < ROWS; i++) {
        table[i] = (struct row){.key = rand() % KEYS, .seconds = rand() % last_second};
        /* The greater the key, the rarer a flag. */
        table[i].flag = rand() % (1 + table[i].key) == 0;
        if (rand() % 50 == 0) table[i].key = -1;
        if (rand() % 50 == 0) table[i].seconds = -1;
    }
}

static enum trawl_status take(void *context, const struct datum *cells, struct origin origin,
                              struct trawl_error *error) {
    uint64_t *next = context;
    (void)error;
    cr_assert_geq(origin.offset, *next, "in input order, each once");
    *next = origin.offset + 1;
    cr_assert_eq(strtoul(cells[0].text.data, NULL, 10), origin.offset);
    table[origin.offset].out = true;
    return TRAWL_OK;
}

static void add_batch(void *state, size_t batch) {
    static char texts[BATCH][3][32];
    static const char *cells[BATCH * COLUMNS];
    struct text_rows rows;
    for (size_t i = 0; i < BATCH; i++) {
        const struct row *row = &table[batch * BATCH + i];
        snprintf(texts[i][0], 32, "key %d", row->key);
        snprintf(texts[i][1], 32, "%lld", 1000 * (1700000000LL + row->seconds));
        snprintf(texts[i][2], 32, "%zu", batch * BATCH + i);
        cells[i * COLUMNS + KEY] = row->key < 0 ? NULL : texts[i][0];
        cells[i * COLUMNS + FLAG] = row->flag ? "true" : "false";
        cells[i * COLUMNS + TIME] = row->seconds < 0 ? NULL : texts[i][1];
        cells[i * COLUMNS + NUMBER] = texts[i][2];
    }
    text_rows_make(&rows, cells, BATCH, COLUMNS, TIME, batch * BATCH);
    cr_assert_eq(operator_sieve.add(state, &rows.rows, NULL), TRAWL_OK);
    text_rows_free(&rows);
}

/* table[].out of `workers` who take the batches in turn, backwards. How many rows came. */
static size_t run(const struct sieve_spec *spec, size_t workers, uint64_t budget) {
    atomic_bool cancelled = false;
    struct spill *spill = spill_new(NULL);
    struct notices *notices = notices_new();
    struct operator_resources resources = {spill, budget, &cancelled, notices};
    struct trawl_error error = {0};
    void *states[3];
    uint64_t next = 0;
    struct row_sink sink = {take, &next};
    for (size_t i = 0; i < ROWS; i++) table[i].out = false;
    for (size_t w = 0; w < workers; w++)
        cr_assert(states[w] = operator_sieve.open(spec, &resources, NULL, &error));
    for (size_t batch = ROWS / BATCH; batch-- > 0;) add_batch(states[batch % workers], batch);
    for (size_t w = 1; w < workers; w++) {
        cr_assert_eq(operator_sieve.merge(states[0], states[w], &error), TRAWL_OK);
        operator_sieve.close(states[w]);
    }
    cr_assert_eq(operator_sieve.finish(states[0], &sink, &error), TRAWL_OK, "%s", error.message);
    operator_sieve.close(states[0]);
    spill_free(spill);
    notices_free(notices);
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) count += table[i].out;
    return count;
}

Test(sieve, rows_of_keys_with_enough_flags_go_on) {
    size_t flags[KEYS] = {0}, wanted = 0;
    fill(1, 1000);
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].key >= 0) flags[table[i].key] += table[i].flag;
    for (size_t i = 0; i < ROWS; i++) wanted += table[i].key >= 0 && flags[table[i].key] >= 3;
    cr_assert(wanted > ROWS / 10 && wanted < ROWS * 9 / 10);
    for (size_t workers = 1; workers <= 3; workers++) {
        for (uint64_t budget = 2000; budget <= 2000000; budget *= 1000) {
            cr_expect_eq(run(&by_key, workers, budget), wanted, "no two keys share a counter here");
            for (size_t i = 0; i < ROWS; i++)
                cr_assert_eq(table[i].out, table[i].key >= 0 && flags[table[i].key] >= 3);
        }
    }
}

/* Whether `least` flags of the key are in the span that begins with row `first`, a flagged one. */
static bool begins_span(const struct sieve_spec *spec, size_t first) {
    unsigned count = 0;
    for (size_t i = 0; i < ROWS; i++)
        count += table[i].flag && table[i].key == table[first].key &&
                 table[i].seconds >= table[first].seconds &&
                 table[i].seconds - table[first].seconds <= spec->span / SECOND;
    return count >= spec->least;
}

static void expect_spans(const struct sieve_spec *spec) {
    for (size_t first = 0; first < ROWS; first++) {
        const struct row *from = &table[first];
        if (!from->flag || from->key < 0 || from->seconds < 0 || !begins_span(spec, first))
            continue;
        for (size_t i = 0; i < ROWS; i++) {
            int later = table[i].seconds - from->seconds;
            bool must = table[i].key == from->key && later >= 0 &&
                        (later <= spec->span / SECOND || later <= spec->after / SECOND);
            cr_assert(!must || table[i].out, "row %zu because of %zu", i, first);
        }
    }
    for (int key = 0; key < KEYS; key++) {
        size_t count = 0;
        for (size_t i = 0; i < ROWS; i++)
            count += table[i].key == key && table[i].seconds < 0 && table[i].flag;
        for (size_t i = 0; i < ROWS; i++)
            if (table[i].key == key && table[i].seconds < 0)
                cr_assert_eq(table[i].out, count >= spec->least, "no time");
    }
}

Test(sieve, rows_of_a_span_and_behind_it_go_on) {
    struct sieve_spec spec = by_key;
    for (unsigned seed = 2; seed < 6; seed++) {
        fill(seed, 20000);
        spec.span = (int64_t)(seed * 97) * SECOND;
        for (spec.after = 0; spec.after < 4000 * SECOND; spec.after += 1999 * SECOND) {
            size_t count = run(&spec, 1, 1 << 20);
            cr_assert(count > 50 && count < ROWS / 2, "%zu", count);
            expect_spans(&spec);
            cr_expect_eq(run(&spec, 3, 3000), count, "whoever reads them");
        }
    }
}

Test(sieve, no_flag_no_rows) {
    fill(9, 1000);
    for (size_t i = 0; i < ROWS; i++) table[i].flag = false;
    cr_expect_eq(run(&by_key, 2, 1 << 20), 0);
}
