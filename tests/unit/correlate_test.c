/* correlate_test.c - against every choice of rows that there is. */
#include "engine/operator/correlate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/operator/notices.h"
#include "tests/unit/text_rows.h"

enum { ROWS = 60, KEYS = 3, PARTS = 3, KEY = 0, TIME, NUMBER, FLAG, COLUMNS = FLAG + PARTS };

struct row {
    int key, second;
    bool flags[PARTS];
};
static struct row table[ROWS];

static size_t key_column[] = {KEY}, number_column[] = {NUMBER};
static struct correlate_part parts[PARTS];
static struct correlate_spec spec_of(size_t root, bool sequence, int seconds) {
    for (size_t p = 0; p < PARTS; p++)
        parts[p] = (struct correlate_part){FLAG + p, key_column, number_column, 1};
    return (struct correlate_spec){.parts = parts,
                                   .part_count = PARTS,
                                   .key_count = 1,
                                   .root = root,
                                   .sequence = sequence,
                                   .within = seconds * INT64_C(1000000000),
                                   .time_column = TIME};
}

/* ---- every choice ------------------------------------------------------------------------- */

/* Rows are in input order, so those of one time go by their number. */
static bool is_later(size_t a, size_t b) {
    return table[a].second > table[b].second || (table[a].second == table[b].second && a > b);
}

static bool is_good(const struct correlate_spec *spec, const size_t chosen[PARTS]) {
    int first = table[chosen[0]].second, last = first;
    for (size_t p = 0; p < PARTS; p++) {
        const struct row *row = &table[chosen[p]];
        if (!row->flags[p] || row->key != table[chosen[0]].key || row->second < 0) return false;
        for (size_t q = 0; q < p; q++)
            if (chosen[q] == chosen[p] || (spec->sequence && !is_later(chosen[p], chosen[q])))
                return false;
        if (row->second < first) first = row->second;
        if (row->second > last) last = row->second;
    }
    return !spec->within || last - first <= spec->within / 1000000000;
}

static bool has_result(const struct correlate_spec *spec, size_t root) {
    size_t chosen[PARTS];
    for (size_t i = 0; i < ROWS * ROWS; i++) {
        size_t others[2] = {i / ROWS, i % ROWS}, next = 0;
        for (size_t p = 0; p < PARTS; p++) chosen[p] = p == spec->root ? root : others[next++];
        if (is_good(spec, chosen)) return true;
    }
    return false;
}

/* ---- the operator ------------------------------------------------------------------------- */

struct results {
    const struct correlate_spec *spec;
    bool found[ROWS];
};

static enum trawl_status check_result(void *context, const struct datum *cells,
                                      struct origin origin, struct trawl_error *error) {
    struct results *results = context;
    size_t chosen[PARTS];
    (void)origin;
    (void)error;
    for (size_t p = 0; p < PARTS; p++) {
        struct text name = cells[2 + 2 * p].text; /* ends without a NUL */
        char digits[8] = "";
        cr_assert_lt(name.length, sizeof digits);
        memcpy(digits, name.data, name.length);
        chosen[p] = strtoul(digits, NULL, 10);
        cr_assert_eq(cells[1 + 2 * p].number, 1700000000000.0 + 1000 * table[chosen[p]].second);
    }
    size_t root = chosen[results->spec->root];
    cr_assert(is_good(results->spec, chosen));
    cr_assert_not(results->found[root], "one result for each root");
    cr_assert_eq(cells[0].number, 1700000000000.0 + 1000 * table[root].second);
    results->found[root] = true;
    return TRAWL_OK;
}

static void add_rows(void *state, size_t from, size_t count) {
    static char texts[ROWS][3][32];
    const char *cells[ROWS * COLUMNS];
    struct text_rows rows;
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &table[from + i];
        const char **out = &cells[i * COLUMNS];
        snprintf(texts[i][0], 32, "key %d", row->key);
        snprintf(texts[i][1], 32, "%lld", 1700000000000LL + 1000 * row->second);
        snprintf(texts[i][2], 32, "%zu", from + i);
        out[KEY] = texts[i][0];
        out[TIME] = row->second < 0 ? NULL : texts[i][1];
        out[NUMBER] = texts[i][2];
        for (size_t p = 0; p < PARTS; p++) out[FLAG + p] = row->flags[p] ? "true" : "false";
    }
    text_rows_make(&rows, cells, count, COLUMNS, TIME, from);
    cr_assert_eq(operator_correlate.add(state, &rows.rows, NULL), TRAWL_OK);
    text_rows_free(&rows);
}

/* Two workers read pieces in turn, the last one first. */
static void run(const struct correlate_spec *spec, struct results *results) {
    atomic_bool cancelled = false;
    struct spill *spill = spill_new(NULL);
    struct notices *notices = notices_new();
    struct operator_resources resources = {spill, 30000, &cancelled, notices};
    struct trawl_error error = {0};
    struct row_sink sink = {check_result, results};
    void *states[2];
    *results = (struct results){.spec = spec};
    for (size_t w = 0; w < 2; w++)
        cr_assert(states[w] = operator_correlate.open(spec, &resources, NULL, &error));
    for (size_t piece = 6; piece-- > 0;) add_rows(states[piece % 2], piece * 10, 10);
    cr_assert_eq(operator_correlate.merge(states[0], states[1], &error), TRAWL_OK);
    cr_assert_eq(operator_correlate.finish(states[0], &sink, &error), TRAWL_OK, "%s",
                 error.message);
    for (size_t w = 0; w < 2; w++) operator_correlate.close(states[w]);
    spill_free(spill);
    notices_free(notices);
}

Test(correlate, finds_what_belongs_together_and_nothing_else) {
    static struct results results;
    size_t found = 0, roots = 0;
    for (unsigned seed = 1; seed <= 60; seed++) {
        srand(seed);
        for (size_t i = 0; i < ROWS; i++) {
            table[i] = (struct row){.key = rand() % KEYS, .second = rand() % 100};
            if (rand() % 20 == 0) table[i].second = -1;
            for (size_t p = 0; p < PARTS; p++)
                table[i].flags[p] = rand() % (2 + (int)seed % 5) == 0;
        }
        for (int way = 0; way < 2 * PARTS; way++) {
            int seconds = seed % 4 ? rand() % 30 + 1 : 0;
            struct correlate_spec spec = spec_of((size_t)way / 2, way % 2, seconds);
            run(&spec, &results);
            for (size_t i = 0; i < ROWS; i++) {
                if (!table[i].flags[spec.root]) continue;
                cr_assert_eq(results.found[i], has_result(&spec, i), "seed %u, way %d, row %zu",
                             seed, way, i);
                found += results.found[i];
                roots++;
            }
        }
    }
    cr_expect(found > roots / 10 && found < roots * 9 / 10, "%zu of %zu", found, roots);
}

/* A key with many rows: only two spans of them are held, so it fits into little memory. */
Test(correlate, forgets_rows_that_are_too_old) {
    enum { MANY = 20000 };
    static char texts[MANY][32], numbers[MANY][32];
    static const char *cells[MANY * COLUMNS];
    atomic_bool cancelled = false;
    struct spill *spill = spill_new(NULL);
    struct notices *notices = notices_new();
    struct trawl_error error = {0};
    struct text_sink sink = {.columns = 7};
    struct row_sink next = {text_sink_row, &sink};
    for (int tight = 0; tight < 2; tight++) {
        struct correlate_spec spec = spec_of(0, true, tight ? 10 : 100000);
        struct operator_resources resources = {spill, 200000, &cancelled, notices};
        struct text_rows rows;
        void *state = operator_correlate.open(&spec, &resources, NULL, &error);
        for (size_t i = 0; i < MANY; i++) {
            const char **out = &cells[i * COLUMNS];
            snprintf(texts[i], 32, "%zu", 1700000000000 + 1000 * i);
            snprintf(numbers[i], 32, "%zu", i);
            out[KEY] = "k";
            out[TIME] = texts[i];
            out[NUMBER] = numbers[i];
            for (size_t p = 0; p < PARTS; p++)
                out[FLAG + p] = i % 1000 == 3 * p || (p == 1 && i % 2) ? "true" : "false";
        }
        text_rows_make(&rows, cells, MANY, COLUMNS, TIME, 0);
        cr_assert_eq(operator_correlate.add(state, &rows.rows, &error), TRAWL_OK);
        enum trawl_status status = operator_correlate.finish(state, &next, &error);
        cr_expect_eq(status, tight ? TRAWL_OK : TRAWL_MEMORY);
        if (tight) cr_expect_eq(sink.count, MANY / 1000);
        if (!tight) cr_expect(strstr(error.message, "within="));
        operator_correlate.close(state);
        text_rows_free(&rows);
    }
    buffer_free(&sink.text);
    spill_free(spill);
    notices_free(notices);
}
