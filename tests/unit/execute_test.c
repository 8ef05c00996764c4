/* The executor against a naive evaluation, a row at a time, of random plans over random batches. */
#include "engine/execute.h"
#include "engine/time.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <time.h>

#include "engine/passes.h"
#include "tests/unit/columns.h"

/* ---- batches of known values --------------------------------------------------------------- */

enum { FIELDS = 5, ROWS_MOST = COLUMN_ROWS };

/* values[field][row]; NULL: missing. */
struct table {
    uint32_t rows;
    const char **values[FIELDS];
    struct batch batch;
};

/* Fields 0 and 1 share a few values, 2 is nearly unique text, 3 are times, 4 is always missing. */
static const char *const few[] = {"red",     "Red",      "RED",   "blue",        "",
                                  "reddish", "b\nlue",   "green", "gr\303\234n", "GR\303\274N",
                                  "x",       "infrared", "blue ", "Blue"};
static const char *const times[] = {
    "2026-03-11T05:00:02Z",   "2026-03-11T05:00:03Z", "2026-03-11T07:00:02+02:00", "yesterday", "",
    "1970-01-01T00:00:00.5Z", "1969-12-31T23:59:59Z"};
static const int64_t instants[] = {1773205202000000000, 1773205203000000000, 1773205202000000000,
                                   TIME_NONE,           TIME_NONE,           500000000,
                                   -1000000000};

static const char *unique_text(uint64_t *seed) {
    static const char *const parts[] = {"red", "blue", "@", ".", "Z", "q", "x\n", "\303\251"};
    char text[80] = "";
    for (uint32_t k = random_below(seed, 8); k > 0; k--) strcat(text, parts[random_below(seed, 8)]);
    snprintf(text + strlen(text), 12, "%u", random_below(seed, 1000));
    return strdup(text); /* freed with the table */
}

/* `missing`: one row in so many has no value; 0: none. */
static struct table table_new(uint64_t *seed, uint32_t rows, uint32_t missing, uint32_t input) {
    struct table table = {.rows = rows};
    table.batch.rows = rows;
    table.batch.column_count = FIELDS;
    table.batch.columns = calloc(FIELDS, sizeof(struct column));
    table.batch.origins = calloc(ROWS_MOST, sizeof(struct origin));
    cr_assert(table.batch.columns && table.batch.origins);
    for (uint32_t f = 0; f < FIELDS; f++) {
        table.values[f] = calloc(rows + 1, sizeof *table.values[f]);
        cr_assert(table.values[f]);
        for (uint32_t row = 0; row < rows; row++) {
            const char *value = f == 2   ? unique_text(seed)
                                : f == 3 ? times[random_below(seed, 7)]
                                         : few[random_below(seed, 14)];
            if (f == 4 || (missing && random_below(seed, missing) == 0)) {
                if (f == 2) free((void *)value);
                value = NULL;
            }
            table.values[f][row] = value;
        }
        /* A dictionary of the unique field would take the test too long to build. */
        enum column_encoding encoding =
            f == 2 ? COLUMN_PLAIN : (enum column_encoding)random_below(seed, 2);
        table.batch.columns[f] = column_of_values(encoding, table.values[f], rows);
    }
    for (uint32_t row = 0; row < rows; row++)
        table.batch.origins[row] = (struct origin){input, row / 1000, row};
    return table;
}

static void table_free(struct table *table) {
    for (uint32_t row = 0; row < table->rows; row++) free((void *)table->values[2][row]);
    for (uint32_t f = 0; f < FIELDS; f++) {
        free(table->values[f]);
        column_free(&table->batch.columns[f]);
    }
    free(table->batch.columns);
    free(table->batch.origins);
}

/* ---- plans and their naive meaning --------------------------------------------------------- */

enum kind { FIELD, LOWER, PRESENT, IN, SAME, DIFFERS, CONTAINS, STARTS, AND, OR, NOT };

struct expression {
    enum kind kind;
    uint32_t a, b; /* expressions; FIELD: a is the field */
    const char *words[4];
    size_t word_count;
    trawl_node node;
};

struct naive {
    struct expression expressions[400];
    uint32_t count;
    uint32_t texts[FIELDS * 2], text_count;
    uint32_t flags[400], flag_count;
    struct trawl_plan *plan;
};

/* A text of a row, NULL when it is missing. `lowered` holds the copy of a lowered one. */
static const char *naive_text(const struct naive *naive, uint32_t index, const struct table *table,
                              uint32_t row, char lowered[100]) {
    const struct expression *e = &naive->expressions[index];
    if (e->kind == FIELD) return table->values[e->a][row];
    const char *text = naive_text(naive, e->a, table, row, lowered);
    if (!text) return NULL;
    size_t i = 0;
    for (; text[i]; i++) {
        unsigned char c = (unsigned char)text[i];
        lowered[i] = c < 0x80 ? (char)tolower(c) : text[i];
    }
    lowered[i] = '\0';
    return lowered;
}

static bool naive_flag(const struct naive *naive, uint32_t index, const struct table *table,
                       uint32_t row) {
    const struct expression *e = &naive->expressions[index];
    char lowered_a[100], lowered_b[100];
    const char *a = NULL, *b = NULL;
    if (e->kind < AND) a = naive_text(naive, e->a, table, row, lowered_a);
    if (e->kind == SAME || e->kind == DIFFERS) b = naive_text(naive, e->b, table, row, lowered_b);
    switch (e->kind) {
        case PRESENT:
            return a != NULL;
        case IN:
            for (size_t i = 0; a && i < e->word_count; i++)
                if (strcmp(a, e->words[i]) == 0) return true;
            return false;
        case SAME:
            return a && b && strcmp(a, b) == 0;
        case DIFFERS:
            return a && b && strcmp(a, b) != 0;
        case CONTAINS:
            return a && strstr(a, e->words[0]);
        case STARTS:
            return a && strncmp(a, e->words[0], strlen(e->words[0])) == 0;
        case AND:
            return naive_flag(naive, e->a, table, row) && naive_flag(naive, e->b, table, row);
        case OR:
            return naive_flag(naive, e->a, table, row) || naive_flag(naive, e->b, table, row);
        default:
            return !naive_flag(naive, e->a, table, row);
    }
}

static uint32_t naive_add(struct naive *naive, struct expression e) {
    cr_assert_neq(e.node, TRAWL_NO_NODE, "%s", naive->plan->failure.message);
    naive->expressions[naive->count] = e;
    if (e.kind > LOWER) naive->flags[naive->flag_count++] = naive->count;
    if (e.kind <= LOWER) naive->texts[naive->text_count++] = naive->count;
    return naive->count++;
}

/* A random flag over what is there already. */
static void naive_grow(struct naive *naive, uint64_t *seed) {
    static const char *const words[] = {"red", "blue", "", "x", "gr\303\234n", "Red", "lu", "zzz"};
    struct trawl_plan *plan = naive->plan;
    struct expression e = {.kind = (enum kind)(PRESENT + random_below(seed, 9))};
    bool of_texts = e.kind < AND;
    const uint32_t *from = of_texts ? naive->texts : naive->flags;
    uint32_t count = of_texts ? naive->text_count : naive->flag_count;
    if (count == 0) return;
    e.a = from[random_below(seed, count)];
    e.b = from[random_below(seed, count)];
    trawl_node a = naive->expressions[e.a].node, b = naive->expressions[e.b].node;
    e.word_count = random_below(seed, 5);
    for (size_t i = 0; i < 4; i++) e.words[i] = words[random_below(seed, 8)];
    char regex[40];
    switch (e.kind) {
        case PRESENT:
            e.node = trawl_plan_present(plan, a);
            break;
        case IN:
            e.node = e.word_count == 1 ? trawl_plan_equals(plan, a, e.words[0])
                                       : trawl_plan_in(plan, a, e.words, e.word_count);
            break;
        case SAME:
            e.node = trawl_plan_same(plan, a, b);
            break;
        case DIFFERS:
            e.node = trawl_plan_differs(plan, a, b);
            break;
        case CONTAINS:
            e.node = trawl_plan_matches(plan, a, e.words[0], 0);
            break;
        case STARTS: /* by Hyperscan and PCRE2, or by PCRE2 alone */
            snprintf(regex, sizeof regex, "%s%s", random_below(seed, 2) ? "^" : "\\A", e.words[0]);
            e.node = trawl_plan_matches(plan, a, regex, 0);
            break;
        case AND:
            e.node = trawl_plan_and(plan, a, b);
            break;
        case OR:
            e.node = trawl_plan_or(plan, a, b);
            break;
        default:
            e.node = trawl_plan_not(plan, a);
    }
    naive_add(naive, e);
}

enum { STEPS = 3, FLAG_COLUMNS = 4, SCORED = 5, COLUMNS = 1 + FIELDS + FLAG_COLUMNS + 2 };

/* Steps, flag columns and scored flags, as expressions. */
struct chosen {
    uint32_t steps[STEPS], columns[FLAG_COLUMNS], scored[SCORED];
    size_t step_count;
};

static struct naive *naive_new(uint64_t *seed, struct chosen *chosen, uint64_t limit) {
    struct naive *naive = calloc(1, sizeof *naive);
    cr_assert(naive);
    struct trawl_plan *plan = naive->plan = trawl_plan_new("random");
    char name[20];
    for (uint32_t f = 0; f < FIELDS; f++) {
        snprintf(name, sizeof name, "field%u", f);
        struct expression field = {.kind = FIELD, .a = f, .node = trawl_plan_field(plan, name)};
        naive_add(naive, field);
    }
    for (uint32_t f = 0; f < FIELDS; f++)
        naive_add(
            naive,
            (struct expression){
                .kind = LOWER, .a = f, .node = trawl_plan_lower(plan, naive->expressions[f].node)});
    while (naive->flag_count < 40) naive_grow(naive, seed);

    chosen->step_count = random_below(seed, STEPS + 1);
    for (size_t s = 0; s < chosen->step_count; s++) {
        chosen->steps[s] = naive->flags[random_below(seed, naive->flag_count)];
        trawl_plan_keep(plan, naive->expressions[chosen->steps[s]].node, "step");
    }
    trawl_plan_output(plan, "lower", naive->expressions[FIELDS].node);
    for (uint32_t f = 0; f < FIELDS; f++) {
        snprintf(name, sizeof name, "column%u", f);
        trawl_plan_output(plan, name, naive->expressions[f].node);
    }
    for (uint32_t i = 0; i < FLAG_COLUMNS; i++) {
        chosen->columns[i] = naive->flags[random_below(seed, naive->flag_count)];
        snprintf(name, sizeof name, "flag%u", i);
        trawl_plan_output(plan, name, naive->expressions[chosen->columns[i]].node);
    }
    trawl_node flags[SCORED];
    for (size_t i = 0; i < SCORED; i++) {
        chosen->scored[i] = naive->flags[random_below(seed, naive->flag_count)];
        flags[i] = naive->expressions[chosen->scored[i]].node;
    }
    trawl_node score = trawl_plan_sum(plan, flags, SCORED);
    trawl_node time = trawl_plan_time(plan, naive->expressions[3].node);
    trawl_plan_output(plan, "score", score);
    trawl_plan_output(plan, "time", time);
    trawl_plan_rank(plan, score, time, limit);
    struct trawl_error error;
    cr_assert_eq(trawl_plan_finish(plan, &error), TRAWL_OK, "%s", error.message);
    return naive;
}

static int64_t naive_time(const char *text) {
    for (size_t i = 0; text && i < sizeof times / sizeof *times; i++)
        if (strcmp(text, times[i]) == 0) return instants[i];
    return TIME_NONE;
}

/* ---- what is expected --------------------------------------------------------------------- */

struct expected_row {
    int64_t score, time;
    struct origin origin;
    const struct table *table;
    uint32_t row;
};

struct expected {
    uint64_t kept[STEPS], flag_rows[FLAG_COLUMNS], scores[TALLY_SCORES], matched, untimed;
    struct expected_row *rows;
};

static int by_rank(const void *x, const void *y) {
    const struct expected_row *a = x, *b = y;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    if (a->time != b->time) return a->time > b->time ? -1 : 1;
    return origin_compare(&a->origin, &b->origin);
}

static void expect_table(struct expected *expected, const struct naive *naive,
                         const struct chosen *chosen, const struct table *table) {
    for (uint32_t row = 0; row < table->rows; row++) {
        size_t s = 0;
        for (; s < chosen->step_count; s++) {
            if (!naive_flag(naive, chosen->steps[s], table, row)) break;
            expected->kept[s]++;
        }
        if (s < chosen->step_count) continue;
        for (size_t i = 0; i < FLAG_COLUMNS; i++)
            expected->flag_rows[i] += naive_flag(naive, chosen->columns[i], table, row);
        struct expected_row kept = {
            .origin = table->batch.origins[row], .table = table, .row = row};
        for (size_t i = 0; i < SCORED; i++)
            kept.score += naive_flag(naive, chosen->scored[i], table, row);
        kept.time = naive_time(table->values[3][row]);
        expected->untimed += kept.time == TIME_NONE;
        expected->scores[kept.score]++;
        expected->rows[expected->matched++] = kept;
    }
}

static void check_text(struct trawl_cell cell, const char *text) {
    cr_assert_eq(cell.kind, text ? TRAWL_TEXT : TRAWL_MISSING);
    if (text)
        cr_assert(text_equal((struct text){cell.text, cell.length}, text_of(text)), "<%.*s> <%s>",
                  (int)cell.length, cell.text, text);
}

static void check_row(struct top *top, size_t at, const struct naive *naive,
                      const struct chosen *chosen, const struct expected_row *row) {
    char lowered[100];
    const struct top_key *key = top_key_at(top, at);
    cr_assert_eq(key->score, row->score);
    cr_assert_eq(key->time, row->time);
    cr_assert_eq(origin_compare(&key->origin, &row->origin), 0);
    check_text(top_cell(top, at, 0), naive_text(naive, FIELDS, row->table, row->row, lowered));
    for (uint32_t f = 0; f < FIELDS; f++)
        check_text(top_cell(top, at, 1 + f), row->table->values[f][row->row]);
    for (size_t i = 0; i < FLAG_COLUMNS; i++) {
        struct trawl_cell cell = top_cell(top, at, 1 + FIELDS + i);
        bool flag = naive_flag(naive, chosen->columns[i], row->table, row->row);
        cr_assert_eq(cell.kind, TRAWL_FLAG);
        cr_assert(
            text_equal((struct text){cell.text, cell.length}, text_of(flag ? "true" : "false")));
    }
    struct trawl_cell cell = top_cell(top, at, COLUMNS - 2);
    cr_assert_eq(cell.kind, TRAWL_NUMBER);
    cr_assert_eq(cell.number, row->score);
    cell = top_cell(top, at, COLUMNS - 1);
    cr_assert_eq(cell.kind, row->time == TIME_NONE ? TRAWL_MISSING : TRAWL_NUMBER);
    if (cell.kind == TRAWL_NUMBER) cr_assert_eq(cell.number, row->time);
}

/* One executor over all tables, as a worker has it. */
static void check_plan(uint64_t *seed, const struct table *tables, size_t table_count) {
    struct chosen chosen;
    uint64_t limit = random_below(seed, 4) ? random_below(seed, 200) : UINT64_MAX;
    struct naive *naive = naive_new(seed, &chosen, limit);
    size_t rows = 0;
    for (size_t t = 0; t < table_count; t++) rows += tables[t].rows;
    struct expected expected = {.rows = calloc(rows + 1, sizeof *expected.rows)};
    struct tally tally;
    cr_assert(tally_init(&tally, naive->plan));
    struct executor *executor = executor_new(naive->plan, limit);
    cr_assert(executor);
    for (size_t t = 0; t < table_count; t++) {
        struct trawl_error error;
        cr_assert_eq(executor_run(executor, &tables[t].batch, &tally, &error), TRAWL_OK);
        expect_table(&expected, naive, &chosen, &tables[t]);
    }
    for (size_t s = 0; s < chosen.step_count; s++) cr_assert_eq(tally.kept[s], expected.kept[s]);
    for (size_t i = 0; i < COLUMNS; i++) {
        bool is_flag = i >= 1 + FIELDS && i < COLUMNS - 2;
        cr_assert_eq(tally.flag_rows[i], is_flag ? expected.flag_rows[i - 1 - FIELDS] : 0);
    }
    cr_assert_arr_eq(tally.scores, expected.scores, sizeof expected.scores);
    cr_assert_eq(tally.matched, expected.matched);
    cr_assert_eq(tally.untimed, expected.untimed);

    struct top *top = executor_top(executor);
    top_finish(top);
    qsort(expected.rows, expected.matched, sizeof *expected.rows, by_rank);
    cr_assert_eq(top_count(top), expected.matched < limit ? expected.matched : limit);
    for (size_t i = 0; i < top_count(top); i++)
        check_row(top, i, naive, &chosen, &expected.rows[i]);

    executor_free(executor);
    tally_free(&tally);
    free(expected.rows);
    trawl_plan_free(naive->plan);
    free(naive);
}

/* ---- tests -------------------------------------------------------------------------------- */

Test(execute, random_plans_as_row_at_a_time, .timeout = 120) {
    static const uint32_t sizes[] = {65, 0, 1, 63, 64, 300, 128, 0, 129};
    uint64_t seed = 88172645463325252u;
    for (unsigned round = 0; round < 100; round++) {
        struct table tables[9];
        for (uint32_t t = 0; t < 9; t++)
            tables[t] = table_new(&seed, sizes[t], random_below(&seed, 5), t);
        check_plan(&seed, tables, 9);
        for (uint32_t t = 0; t < 9; t++) table_free(&tables[t]);
    }
}

Test(execute, full_batches, .timeout = 120) {
    uint64_t seed = 362436069;
    for (unsigned round = 0; round < 4; round++) {
        struct table table = table_new(&seed, COLUMN_ROWS, round, 7);
        check_plan(&seed, &table, 1);
        table_free(&table);
    }
}

Test(execute, without_rank_every_row_counts_as_zero) {
    uint64_t seed = 5;
    struct table table = table_new(&seed, 100, 0, 0);
    struct trawl_plan *plan = trawl_plan_new("p");
    for (uint32_t f = 0; f < FIELDS; f++) {
        char name[2] = {(char)('a' + f), '\0'};
        trawl_plan_output(plan, name, trawl_plan_field(plan, name));
    }
    cr_assert_eq(trawl_plan_finish(plan, NULL), TRAWL_OK);
    struct tally tally;
    cr_assert(tally_init(&tally, plan));
    struct executor *executor = executor_new(plan, plan->limit);
    cr_assert_eq(executor_run(executor, &table.batch, &tally, NULL), TRAWL_OK);
    cr_expect_eq(tally.matched, 100);
    cr_expect_eq(tally.scores[0], 100);
    cr_expect_eq(tally.untimed, 0);
    top_finish(executor_top(executor));
    cr_assert_eq(top_count(executor_top(executor)), 100);
    for (size_t i = 0; i < 100; i++) {
        const struct top_key *key = top_key_at(executor_top(executor), i);
        cr_expect_eq(key->origin.offset, i);
        cr_expect_eq(key->time, TIME_NONE);
    }
    executor_free(executor);
    tally_free(&tally);
    trawl_plan_free(plan);
    table_free(&table);
}

/* A pattern that gives up is the run's error, but only where a step lets its rows through. */
Test(execute, a_refused_pattern_is_an_error) {
    const char *values[] = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"};
    for (int reached = 0; reached < 2; reached++) {
        struct column column = column_of_values(COLUMN_PLAIN, values, 1);
        struct origin origin = {0};
        struct batch batch = {1, 1, &column, &origin};
        struct trawl_plan *plan = trawl_plan_new("p");
        trawl_node field = trawl_plan_field(plan, "f");
        if (!reached) trawl_plan_keep(plan, trawl_plan_equals(plan, field, "b"), "none");
        trawl_plan_keep(plan, trawl_plan_matches(plan, field, "\\A(a+)+\\z", 0), "hard");
        trawl_plan_output(plan, "f", field);
        cr_assert_eq(trawl_plan_finish(plan, NULL), TRAWL_OK);
        struct tally tally;
        cr_assert(tally_init(&tally, plan));
        struct executor *executor = executor_new(plan, 10);
        struct trawl_error error = {0};
        cr_expect_eq(executor_run(executor, &batch, &tally, &error),
                     reached ? TRAWL_REFUSED : TRAWL_OK);
        cr_expect_eq(tally.kept[0], 0);
        executor_free(executor);
        tally_free(&tally);
        trawl_plan_free(plan);
        column_free(&column);
    }
}

Test(execute, scores_over_the_last_bucket) {
    const char *values[] = {"a"};
    struct column column = column_of_values(COLUMN_DICTIONARY, values, 1);
    struct origin origin = {0};
    struct batch batch = {1, 1, &column, &origin};
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node field = trawl_plan_field(plan, "f"), flags[100];
    for (size_t i = 0; i < 100; i++) flags[i] = trawl_plan_present(plan, field);
    trawl_node score = trawl_plan_sum(plan, flags, 100);
    trawl_plan_rank(plan, score, TRAWL_NO_NODE, 1);
    trawl_plan_output(plan, "score", score);
    cr_assert_eq(trawl_plan_finish(plan, NULL), TRAWL_OK);
    struct tally tally;
    cr_assert(tally_init(&tally, plan));
    struct executor *executor = executor_new(plan, 1);
    cr_assert_eq(executor_run(executor, &batch, &tally, NULL), TRAWL_OK);
    cr_expect_eq(tally.scores[TALLY_SCORES - 1], 1);
    top_finish(executor_top(executor));
    cr_expect_eq(top_cell(executor_top(executor), 0, 0).number, 100);
    executor_free(executor);
    tally_free(&tally);
    trawl_plan_free(plan);
    column_free(&column);
}

Test(execute, lower_is_ascii_only) {
    char from[256], to[256];
    for (int i = 0; i < 256; i++) from[i] = (char)i;
    for (size_t length = 0; length <= 256; length++) {
        memset(to, 1, sizeof to);
        pass_lower(to, from, length);
        for (size_t i = 0; i < 256; i++) {
            int expected = i >= length ? 1 : i >= 'A' && i <= 'Z' ? (int)i + 32 : (int)i;
            cr_assert_eq((unsigned char)to[i], expected, "length %zu, byte %zu", length, i);
        }
    }
}

Test(execute, spread_of_every_size) {
    uint64_t seed = 77;
    static uint32_t codes[200];
    for (size_t distinct = 1; distinct < 200; distinct += random_below(&seed, 9) + 1) {
        for (size_t rows = 0; rows <= 200; rows += random_below(&seed, 20) + 1) {
            uint64_t by_value[4] = {0}, validity[4] = {0}, bits[4];
            unsigned density = random_below(&seed, 4);
            for (size_t i = 0; i < distinct; i++)
                if (density == 3 || random_below(&seed, 3) < density) bitmap_set(by_value, i);
            for (size_t row = 0; row < rows; row++) {
                codes[row] = 0;
                if (random_below(&seed, 4) == 0) continue;
                bitmap_set(validity, row);
                codes[row] = random_below(&seed, (uint32_t)distinct);
            }
            memset(bits, 0xFF, sizeof bits);
            pass_spread(bits, by_value, distinct, codes, validity, rows);
            for (size_t row = 0; row < BITMAP_WORDS(rows) * 64; row++)
                cr_assert_eq(bitmap_get(bits, row), row < rows && bitmap_get(validity, row) &&
                                                        bitmap_get(by_value, codes[row]));
        }
    }
}
