/* The executor against a naive evaluation, a row at a time, of random programs over random
 * batches. */
#include "engine/program/execute.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/time.h"
#include "tests/unit/columns.h"
#include "tests/unit/naive.h"

/* ---- batches of known values --------------------------------------------------------------- */

enum { FIELDS = 7, ROWS_MOST = COLUMN_ROWS };

/* values[field][row]; NULL: missing. */
struct table {
    uint32_t rows;
    const char **values[FIELDS];
    struct batch batch;
};

/* Fields 0 and 1 share a few values, 2 is nearly unique text, 3 are times, 4 is always missing, 5
 * are numbers and what nearly is, 6 are addresses. */
static const char *const few[] = {"red",     "Red",      "RED",   "blue",        "",
                                  "reddish", "b\nlue",   "green", "gr\303\234n", "GR\303\274N",
                                  "x",       "infrared", "blue ", "Blue"};
static const char *const times[] = {"2026-03-11T05:00:02Z",
                                    "2026-03-11T05:00:03Z",
                                    "2026-03-11T07:00:02+02:00",
                                    "yesterday",
                                    "",
                                    "1970-01-01T00:00:00.5Z",
                                    "1969-12-31T23:59:59.9999Z"};
static const char *const numbers[] = {"1", "01", "2.5", "-3", "0", "1e1", "10", "abc", "", "1e999"};
static const char *const addresses[] = {"10.1.2.3", "10.2.3.4",  "192.0.2.1", "2001:db8::1",
                                        "::1",      "10.1.2.03", "x",         "10.1.2.3 "};

static const char *unique_text(uint64_t *seed) {
    static const char *const parts[] = {"red", "blue", "@", ".", "Z", "q", "x\n", "\303\251"};
    char text[80] = "";
    for (uint32_t k = random_below(seed, 8); k > 0; k--) strcat(text, parts[random_below(seed, 8)]);
    snprintf(text + strlen(text), 12, "%u", random_below(seed, 1000));
    return strdup(text); /* freed with the table */
}

static const char *random_value(uint64_t *seed, uint32_t field) {
    switch (field) {
        case 2:
            return unique_text(seed);
        case 3:
            return times[random_below(seed, 7)];
        case 5:
            return numbers[random_below(seed, 10)];
        case 6:
            return addresses[random_below(seed, 8)];
        default:
            return few[random_below(seed, 14)];
    }
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
            if (f == 4 || (missing && random_below(seed, missing) == 0)) continue;
            table.values[f][row] = random_value(seed, f);
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

/* ---- random programs ---------------------------------------------------------------------- */

enum { STEPS = 3, COLUMNS = 8 };

/* What is filtered and given out, as expressions. */
struct chosen {
    uint32_t steps[STEPS], columns[COLUMNS];
    size_t step_count;
};

static void choose(struct naive *naive, uint64_t *seed, struct chosen *chosen) {
    static const enum value_type types[] = {TYPE_TEXT, TYPE_TEXT,   TYPE_TEXT,   TYPE_NUMBER,
                                            TYPE_FLAG, TYPE_NUMBER, TYPE_NUMBER, TYPE_TIME};
    struct program *program = naive->program;
    chosen->step_count = random_below(seed, STEPS + 1);
    for (size_t s = 0; s < chosen->step_count; s++) {
        chosen->steps[s] = naive_pick(naive, seed, TYPE_FLAG);
        program_keep(program, naive->expressions[chosen->steps[s]].node, "step");
    }
    for (uint32_t i = 0; i < COLUMNS; i++) {
        char name[20];
        snprintf(name, sizeof name, "column%u", i);
        chosen->columns[i] = naive_pick(naive, seed, types[i]);
        cr_assert_eq(program_output(program, name, naive->expressions[chosen->columns[i]].node), i);
    }
    struct trawl_error error;
    cr_assert_eq(program_finish(program, &error), TRAWL_OK, "%s", error.message);
}

/* ---- what is expected --------------------------------------------------------------------- */

struct counts {
    uint64_t kept[STEPS], flag_rows[COLUMNS], matched;
};

static bool passes(const struct chosen *chosen, const struct naive_value *values,
                   struct counts *counts) {
    for (size_t s = 0; s < chosen->step_count; s++) {
        if (!values[chosen->steps[s]].flag) return false;
        counts->kept[s]++;
    }
    counts->matched++;
    return true;
}

static void check_cell(const struct rows *rows, size_t column, size_t row, enum value_type type,
                       const struct naive_value *value, struct counts *counts) {
    const struct rows_column *cells = &rows->columns[column];
    struct datum cell = rows_cell(rows, column, row);
    if (cells->type == TYPE_FLAG) {
        /* a flag, or a text that is true or false in every row */
        bool flag = type == TYPE_FLAG ? value->flag : text_equal(value->text, text_of("true"));
        cr_assert(type == TYPE_FLAG || type == TYPE_TEXT);
        cr_assert(value->present);
        cr_assert(text_equal(cell.text, text_of(flag ? "true" : "false")));
        counts->flag_rows[column] += flag;
        return;
    }
    cr_assert_eq(cells->type, type);
    cr_assert_eq(cell.kind != DATUM_MISSING, value->present, "column %zu row %zu", column, row);
    if (!value->present) return;
    switch (type) {
        case TYPE_TEXT:
            cr_assert(text_equal(cell.text, value->text), "column %zu: <%.*s> <%.*s>", column,
                      (int)cell.text.length, cell.text.data, (int)value->text.length,
                      value->text.data);
            break;
        case TYPE_NUMBER:
            cr_assert_eq(cell.number, value->number, "column %zu: %g %g", column, cell.number,
                         value->number);
            break;
        default:
            cr_assert_eq(rows_time(rows, column, row), value->time);
            break;
    }
}

static void check_table(struct executor *executor, const struct naive *naive,
                        const struct chosen *chosen, const struct table *table, struct tally *tally,
                        struct counts *counts) {
    struct trawl_error error;
    struct rows rows;
    cr_assert_eq(executor_run(executor, &table->batch, tally, &rows, &error), TRAWL_OK);
    cr_assert_eq(rows.row_count, table->rows);
    cr_assert_eq(rows.column_count, COLUMNS);
    uint64_t matched = counts->matched;
    for (uint32_t row = 0; row < table->rows; row++) {
        const char *fields[FIELDS];
        for (uint32_t f = 0; f < FIELDS; f++) fields[f] = table->values[f][row];
        const struct naive_value *values = naive_row(naive, fields);
        bool passed = passes(chosen, values, counts);
        cr_assert_eq(bitmap_get(rows.selection, row), passed);
        for (size_t i = 0; passed && i < COLUMNS; i++)
            check_cell(&rows, i, row, naive->expressions[chosen->columns[i]].type,
                       &values[chosen->columns[i]], counts);
    }
    cr_assert_eq(rows.selected, counts->matched - matched);
    cr_assert_eq(bitmap_count(rows.selection, table->rows), rows.selected);
}

/* One executor over all tables, as a worker has it. */
static void check_program(uint64_t *seed, const struct table *tables, size_t table_count) {
    static struct naive naive;
    struct chosen chosen;
    naive_init(&naive, FIELDS);
    while (naive.count < NAIVE_MOST) naive_grow(&naive, seed);
    choose(&naive, seed, &chosen);
    struct counts counts = {0}, counted = {0};
    struct tally tally = {.step_count = chosen.step_count,
                          .output_count = COLUMNS,
                          .kept = counted.kept,
                          .flag_rows = counted.flag_rows};
    struct executor *executor = executor_new(naive.program, NULL);
    cr_assert(executor);
    for (size_t t = 0; t < table_count; t++)
        check_table(executor, &naive, &chosen, &tables[t], &tally, &counts);
    for (size_t s = 0; s < STEPS; s++)
        cr_assert_eq(counted.kept[s], counts.kept[s], "step %zu: %lu, not %lu", s, counted.kept[s],
                     counts.kept[s]);
    for (size_t i = 0; i < COLUMNS; i++)
        cr_assert_eq(counted.flag_rows[i], counts.flag_rows[i], "column %zu", i);
    cr_assert_eq(tally.matched, counts.matched);
    executor_free(executor);
    naive_free(&naive);
}

/* ---- tests -------------------------------------------------------------------------------- */

Test(execute, random_programs_as_row_at_a_time, .timeout = 120) {
    static const uint32_t sizes[] = {65, 0, 1, 63, 64, 300, 128, 0, 129};
    uint64_t seed = 88172645463325252u;
    for (unsigned round = 0; round < 300; round++) {
        struct table tables[9];
        for (uint32_t t = 0; t < 9; t++)
            tables[t] = table_new(&seed, sizes[t], random_below(&seed, 5), t);
        check_program(&seed, tables, 9);
        for (uint32_t t = 0; t < 9; t++) table_free(&tables[t]);
    }
}

Test(execute, full_batches, .timeout = 120) {
    uint64_t seed = 362436069;
    for (unsigned round = 0; round < 4; round++) {
        struct table table = table_new(&seed, COLUMN_ROWS, round, 7);
        check_program(&seed, &table, 1);
        table_free(&table);
    }
}

/* A batch of one column. */
struct single {
    struct column column;
    struct origin *origins;
    struct batch batch;
};

static void single_init(struct single *single, enum column_encoding encoding,
                        const char *const *values, uint32_t count) {
    single->column = column_of_values(encoding, values, count);
    single->origins = calloc(count + 1, sizeof *single->origins);
    single->batch = (struct batch){count, 1, &single->column, single->origins, 0};
}

static void single_free(struct single *single) {
    column_free(&single->column);
    free(single->origins);
}

/* A pattern that gives up is the run's error, but only where a step lets its rows through. */
Test(execute, a_refused_pattern_is_an_error) {
    const char *values[] = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"};
    for (int reached = 0; reached < 2; reached++) {
        struct single single;
        single_init(&single, COLUMN_PLAIN, values, 1);
        struct program *p = program_new();
        node_id field = program_field(p, "f");
        if (!reached) program_keep(p, program_equals(p, field, "b"), "none");
        program_keep(p, program_matches(p, field, "\\A(a+)+\\z", 0), "hard");
        program_output(p, "f", field);
        cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
        struct executor *executor = executor_new(p, NULL);
        struct trawl_error error = {0};
        struct rows rows;
        cr_expect_eq(executor_run(executor, &single.batch, NULL, &rows, &error),
                     reached ? TRAWL_REFUSED : TRAWL_OK);
        executor_free(executor);
        program_free(p);
        single_free(&single);
    }
}

/* The dear conjunct is written first, and sees only the rows that the cheap ones leave: a pattern
 * that would be refused on the others is never asked there. */
Test(execute, cheap_conjuncts_come_first) {
    const char *values[] = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "aaa", "aaaaa"};
    for (enum column_encoding encoding = COLUMN_DICTIONARY; encoding <= COLUMN_PLAIN; encoding++) {
        struct single single;
        single_init(&single, encoding, values, 3);
        struct program *p = program_new();
        node_id field = program_field(p, "f");
        static const struct text wanted[] = {{"aaa", 3}, {"b", 1}};
        program_keep(p,
                     program_and(p, program_matches(p, field, "\\A(a+)+\\z", 0),
                                 program_in(p, field, wanted, 2)),
                     "both");
        program_output(p, "f", field);
        cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
        struct executor *executor = executor_new(p, NULL);
        struct trawl_error error = {0};
        struct rows rows;
        cr_expect_eq(executor_run(executor, &single.batch, NULL, &rows, &error), TRAWL_OK, "%s",
                     error.message);
        cr_expect_eq(rows.selection[0], 2);
        executor_free(executor);
        program_free(p);
        single_free(&single);
    }
}

static void check_in(enum column_encoding encoding, uint32_t value_count, uint32_t row_count) {
    struct text *wanted = calloc(value_count, sizeof *wanted);
    const char **values = calloc(row_count, sizeof *values);
    for (uint32_t i = 0; i < value_count; i++) {
        char *text = NULL;
        cr_assert(asprintf(&text, "value %u", i * 3) > 0);
        wanted[i] = text_of(text);
    }
    for (uint32_t row = 0; row < row_count; row++) {
        char *text = NULL;
        cr_assert(asprintf(&text, "value %u", row) > 0);
        values[row] = text;
    }
    struct single single;
    single_init(&single, encoding, values, row_count);
    struct program *p = program_new();
    program_output(p, "in", program_in(p, program_field(p, "f"), wanted, value_count));
    cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
    struct executor *executor = executor_new(p, NULL);
    struct rows rows;
    cr_assert_eq(executor_run(executor, &single.batch, NULL, &rows, NULL), TRAWL_OK);
    for (uint32_t row = 0; row < row_count; row++)
        cr_assert_eq(bitmap_get(rows.columns[0].flags, row), row % 3 == 0 && row / 3 < value_count);
    executor_free(executor);
    program_free(p);
    single_free(&single);
    for (uint32_t i = 0; i < value_count; i++) free((void *)wanted[i].data);
    for (uint32_t row = 0; row < row_count; row++) free((void *)values[row]);
    free(wanted);
    free(values);
}

Test(execute, in_many_values) {
    static const uint32_t counts[] = {1, 2, 3, 4, 5, 16, 17, 1000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        check_in(COLUMN_PLAIN, counts[i], 3100);
        check_in(COLUMN_DICTIONARY, counts[i], 500);
    }
}

/* A scalar whose texts do not fit into a column. */
static enum trawl_status huge(const struct scalar_call *call, struct datum *result,
                              struct trawl_error *error) {
    (void)error;
    static const char part[1 << 16];
    for (int i = 0; i < 1 << 10; i++) buffer_append(call->out, part, sizeof part);
    *result = datum_text((struct text){call->out->data, call->out->length});
    return TRAWL_OK;
}
static const struct scalar scalar_huge = {"huge", TYPE_TEXT, huge, NULL, NULL, NULL, NULL};

Test(execute, a_column_that_is_too_large_is_an_error, .timeout = 60) {
    const char *values[20];
    for (int i = 0; i < 20; i++) values[i] = "v";
    struct single single;
    single_init(&single, COLUMN_PLAIN, values, 20);
    struct program *p = program_new();
    node_id field = program_field(p, "f");
    program_output(p, "huge", program_call(p, &scalar_huge, NULL, text_of(""), &field, 1));
    cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
    struct executor *executor = executor_new(p, NULL);
    struct rows rows;
    struct trawl_error error = {0};
    cr_expect_eq(executor_run(executor, &single.batch, NULL, &rows, &error), TRAWL_MEMORY);
    cr_expect(strstr(error.message, "texts computed of 20 rows"), "%s", error.message);
    executor_free(executor);
    program_free(p);
    single_free(&single);
}

/* Tens of thousands of nested choices and ands: no recursion in any of it. */
Test(execute, deep_programs, .timeout = 60) {
    const char *values[] = {"7", "39999", "x", NULL};
    struct single single;
    single_init(&single, COLUMN_DICTIONARY, values, 4);
    struct program *p = program_new();
    node_id field = program_field(p, "f"), choice = field, all = program_flag(p, true);
    char text[20];
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "%u", i);
        node_id flag = program_equals(p, field, text);
        choice = program_select(p, flag, program_text(p, text_of(i % 2 ? "odd" : "even")), choice);
        all = program_and(p, all, program_not(p, flag));
    }
    program_output(p, "all", all);
    program_output(p, "odd", program_equals(p, choice, "odd"));
    program_output(p, "lower", program_lower(p, choice));
    struct trawl_error error = {0};
    cr_assert_eq(program_finish(p, &error), TRAWL_OK, "%s", error.message);
    struct executor *executor = executor_new(p, NULL);
    cr_assert(executor);
    struct rows rows;
    cr_assert_eq(executor_run(executor, &single.batch, NULL, &rows, NULL), TRAWL_OK);
    cr_expect_eq(rows.columns[0].flags[0], 0xE);
    cr_expect_eq(rows.columns[1].flags[0], 1);
    cr_expect(text_equal(rows_cell(&rows, 2, 0).text, text_of("odd")));
    cr_expect(text_equal(rows_cell(&rows, 2, 2).text, text_of("x")));
    cr_expect_eq(rows_cell(&rows, 2, 3).kind, DATUM_MISSING);
    executor_free(executor);
    program_free(p);
    single_free(&single);
}

Test(execute, a_program_without_outputs_counts) {
    const char *values[] = {"a", "b", "a"};
    struct single single;
    single_init(&single, COLUMN_PLAIN, values, 3);
    struct program *p = program_new();
    program_keep(p, program_equals(p, program_field(p, "f"), "a"), "a");
    cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
    struct executor *executor = executor_new(p, NULL);
    struct rows rows;
    cr_assert_eq(executor_run(executor, &single.batch, NULL, &rows, NULL), TRAWL_OK);
    cr_expect_eq(rows.selected, 2);
    cr_expect_eq(rows.column_count, 0);
    executor_free(executor);
    program_free(p);
    single_free(&single);
}

/* ---- the parts ---------------------------------------------------------------------------- */

/* A scan of few values gives what a scan of all gives there. */
Test(execute, a_scan_of_wanted_values) {
    enum { MANY = 5000 };
    static const char *patterns[] = {"red", "^blue", "\\Ax|q$", "e.*Z", ""};
    uint64_t seed = 31;
    const char **values = calloc(MANY, sizeof *values);
    for (uint32_t i = 0; i < MANY; i++)
        values[i] = random_below(&seed, 5) ? unique_text(&seed) : NULL;
    struct column column = column_of_values(COLUMN_PLAIN, values, MANY);
    struct matcher *matcher = matcher_new();
    for (size_t p = 0; p < 5; p++) cr_assert_eq(matcher_add(matcher, patterns[p], 0, NULL), p);
    cr_assert_eq(matcher_compile(matcher, NULL), TRAWL_OK);
    struct match_scratch *scratch = match_scratch_new(matcher);
    static uint64_t all[5][BITMAP_WORDS(MANY)], some[5][BITMAP_WORDS(MANY)];
    uint64_t *all_hits[5], *some_hits[5], wanted[BITMAP_WORDS(MANY)];
    for (size_t p = 0; p < 5; p++) all_hits[p] = all[p], some_hits[p] = some[p];
    cr_assert_eq(matcher_scan(matcher, scratch, &column, all_hits, NULL), TRAWL_OK);
    for (uint32_t part = 1; part < 6000; part = part * 3 + 1) {
        bitmap_zero(wanted, MANY);
        for (uint32_t i = 0; i < MANY; i++)
            if (random_below(&seed, part) == 0) bitmap_set(wanted, i);
        cr_assert_eq(matcher_scan_wanted(matcher, scratch, &column, wanted, some_hits, NULL),
                     TRAWL_OK);
        for (size_t p = 0; p < 5; p++)
            for (size_t w = 0; w < BITMAP_WORDS(MANY); w++)
                cr_assert_eq(some[p][w], all[p][w] & wanted[w], "pattern %zu of 1/%u", p, part);
    }
    match_scratch_free(scratch);
    matcher_free(matcher);
    column_free(&column);
    for (uint32_t i = 0; i < MANY; i++) free((void *)values[i]);
    free(values);
}
