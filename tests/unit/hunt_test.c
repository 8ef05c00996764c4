/* Hunts over an archive that is made up while it is read: what reaches the sink must not depend on
 * who read what. */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "engine/operator/sort.h"
#include "engine/source.h"
#include "hand_plan.h"

/* ---- the archive -------------------------------------------------------------------------- */

/* An input's path is what it holds: "1000 rows", "1000 rows, long window", "50 rows, fails". Row r
 * of input i has the fields name (i:r), parts (i:r;more) and none called gone. */
#define PART 50 /* rows that may be given to another worker */

struct reader {
    const struct program *program;
    unsigned seed;
};

static const char *const shape_names[] = {"none", "row", NULL};
static const char *const encoding_names[] = {NULL};

static bool fake_has_field(unsigned shape, const char *field) {
    (void)shape;
    return strcmp(field, "gone") != 0;
}

static enum trawl_status fake_list(const char *path, struct input_list *list,
                                   void (*fault)(void *context, enum trawl_fault_kind kind,
                                                 const char *path, const char *message),
                                   void *context, struct trawl_error *error) {
    (void)fault;
    (void)context;
    bool later = strstr(path, "size later");
    return input_list_add(list, path, later ? INPUT_SIZE_LATER : strlen(path))
               ? TRAWL_OK
               : error_memory(error);
}

static uint64_t fake_size(const char *path) {
    return strlen(path);
}

static struct reader *fake_reader_new(const struct reader_config *config,
                                      struct trawl_error *error) {
    (void)error;
    struct reader *reader = calloc(1, sizeof *reader);
    reader->program = config->program;
    reader->seed = 12345;
    return reader;
}

static void fake_reader_free(struct reader *reader) {
    free(reader);
}

static enum trawl_status read_rows(struct reader *reader, uint32_t input, uint64_t from,
                                   uint64_t to, struct feed *feed, struct trawl_error *error) {
    struct batch *batch = feed_batch(feed);
    struct tally *tally = feed_tally(feed);
    for (uint64_t row = from; row < to; row++) {
        char name[32], parts[64];
        snprintf(name, sizeof name, "%u:%u", input, (unsigned)row);
        snprintf(parts, sizeof parts, "%s;more", name);
        for (size_t f = 0; f < reader->program->field_count; f++) {
            const char *field = reader->program->fields[f].name;
            struct column *column = &batch->columns[f];
            const char *value = strcmp(field, "name") == 0    ? name
                                : strcmp(field, "parts") == 0 ? parts
                                                              : NULL;
            bool stored =
                value ? column_append(column, text_of(value)) : column_append_missing(column);
            if (!stored) return error_memory(error);
            tally->present[tally->field_count + f] += value != NULL;
        }
        tally->shape_records[1]++;
        batch_commit(batch, (struct origin){input, 0, row});
        enum trawl_status status = feed_row(feed, error);
        if (status != TRAWL_OK) return status;
        if (rand_r(&reader->seed) % 64 == 0) sched_yield();
    }
    feed_progress(feed, 0, to - from, to - from);
    return TRAWL_OK;
}

static enum trawl_status read_input(struct reader *reader, uint32_t index, uint64_t rows,
                                    struct feed *feed, struct trawl_error *error) {
    for (uint64_t row = 0; row < rows; row += PART) {
        if (feed_cancelled(feed)) return error_set(error, TRAWL_CANCELLED, "interrupted");
        uint64_t end = row + PART < rows ? row + PART : rows;
        if (feed_wants_chunk(feed)) {
            char range[100];
            int length = snprintf(range, sizeof range, "%u %u", (unsigned)row, (unsigned)end);
            struct chunk *chunk = chunk_new("", NULL, (struct origin){index, 0, row},
                                            (struct text){range, (size_t)length + 1});
            if (feed_offer(feed, chunk)) continue;
            chunk_free(chunk);
        }
        enum trawl_status status = read_rows(reader, index, row, end, feed, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static enum trawl_status fake_read(struct reader *reader, const struct input *input, uint32_t index,
                                   struct feed *feed, struct trawl_error *error) {
    char *after;
    uint64_t rows = strtoull(input->path, &after, 10);
    feed_names(feed, text_of("gont"));
    feed_names(feed, text_of("name"));
    bool window = strstr(after, "long window");
    if (window && !feed_reserve(feed, feed_budget(feed)))
        return error_set(error, TRAWL_REFUSED, "no memory for a window");
    enum trawl_status status = read_input(reader, index, rows, feed, error);
    if (window) feed_release(feed, feed_budget(feed));
    if (status == TRAWL_OK && strstr(after, "fails"))
        return error_set(error, TRAWL_MEMORY, "made to fail");
    if (status == TRAWL_OK) feed_tally(feed)->files_whole++;
    feed_progress(feed, strlen(input->path), 0, 0);
    return status;
}

static enum trawl_status fake_read_chunk(struct reader *reader, const struct chunk *chunk,
                                         struct feed *feed, struct trawl_error *error) {
    char *after;
    uint64_t from = strtoull(chunk->text.data, &after, 10), to = strtoull(after, NULL, 10);
    return read_rows(reader, chunk->origin.input, from, to, feed, error);
}

static const struct source made_up = {
    .shape_names = shape_names,
    .encoding_names = encoding_names,
    .has_field = fake_has_field,
    .list = fake_list,
    .size = fake_size,
    .reader_new = fake_reader_new,
    .reader_free = fake_reader_free,
    .read = fake_read,
    .read_chunk = fake_read_chunk,
};

/* ---- running ------------------------------------------------------------------------------ */

struct taken {
    struct buffer text;                 /* a row's first cells, one a line */
    size_t count, refuse_at, cancel_at; /* 0: never */
    struct trawl_hunt *hunt;
};

static bool take(void *context, const struct trawl_cell *cells, size_t count) {
    struct taken *taken = context;
    if (taken->refuse_at && taken->count == taken->refuse_at) return false;
    cr_assert_geq(count, 1);
    buffer_append(&taken->text, cells[0].text, cells[0].length);
    buffer_append_char(&taken->text, '\n');
    taken->count++;
    if (taken->count == taken->cancel_at) trawl_hunt_cancel(taken->hunt);
    return true;
}

static struct trawl_hunt *open_hunt(const struct trawl_plan *plan,
                                    const struct trawl_options *options, const char *const *paths) {
    struct trawl_error error = {0};
    struct trawl_hunt *hunt = hunt_new_with(&made_up, plan, options, &error);
    cr_assert_not_null(hunt, "%s", error.message);
    for (; *paths; paths++) cr_assert_eq(trawl_hunt_add(hunt, *paths, NULL), TRAWL_OK);
    return hunt;
}

static enum trawl_status run_hunt_into(struct trawl_hunt *hunt, struct taken *taken,
                                       struct trawl_error *error) {
    taken->hunt = hunt;
    const struct trawl_rows rows = {take, taken};
    enum trawl_status status = trawl_hunt_run(hunt, &rows, error);
    buffer_append_char(&taken->text, '\0');
    return status;
}

/* The text that all rows give, or the first `most` of them. */
static void expect_rows(const struct taken *taken, const char *const *paths, size_t most,
                        const char *suffix) {
    struct buffer expected = {0};
    size_t count = 0;
    for (unsigned input = 0; paths[input]; input++) {
        unsigned rows = (unsigned)strtoul(paths[input], NULL, 10);
        for (unsigned row = 0; row < rows && count < most; row++) {
            count++;
            buffer_printf(&expected, "%u:%u\n", input, row);
            if (suffix && count < most) {
                count++;
                buffer_printf(&expected, "%s\n", suffix);
            }
        }
    }
    buffer_append_char(&expected, '\0');
    cr_assert_eq(taken->count, count);
    cr_assert_str_eq(taken->text.data, expected.data);
    buffer_free(&expected);
}

static const char *const paths[] = {"3000 rows",
                                    "0 rows",
                                    "2500 rows, long window",
                                    "10 rows",
                                    "1 rows, long window",
                                    "0 rows, long window",
                                    "4000 rows",
                                    "3500 rows, long window",
                                    "6000 rows",
                                    NULL};
#define ALL_ROWS (3000 + 2500 + 10 + 1 + 4000 + 3500 + 6000)

/* Workers' own needs and so much more. */
static uint64_t memory_for(unsigned threads, uint64_t more) {
    return ((uint64_t)8 << 20) + threads * ((uint64_t)11 << 20) + more;
}

/* ---- plans -------------------------------------------------------------------------------- */

static struct program *giving(const char *first, const char *second) {
    struct program *program = program_new();
    program_output(program, first, program_field(program, first));
    if (second) program_output(program, second, program_field(program, second));
    return program;
}

static struct trawl_plan *streaming_plan(void) {
    struct trawl_plan *plan = hand_plan(1);
    hand_stage(plan, 0, giving("name", "gone"), NULL, NULL, "name,gone");
    return plan;
}

static struct trawl_plan *splitting_plan(void) {
    struct trawl_plan *plan = hand_plan(2);
    hand_stage(plan, 0, giving("parts", NULL), &hand_split, NULL, "part,number:number");
    hand_stage(plan, 1, giving("part", "number"), NULL, NULL, "part,number:number");
    return plan;
}

static struct trawl_plan *gathering_plan(void) {
    struct trawl_plan *plan = hand_plan(2);
    hand_stage(plan, 0, giving("name", NULL), &hand_gather, hand_gather_spec(1, 0), "name");
    hand_stage(plan, 1, giving("name", NULL), NULL, NULL, "name");
    return plan;
}

/* ---- rows --------------------------------------------------------------------------------- */

Test(hunt, rows_come_in_input_order_whoever_read_them, .timeout = 120) {
    struct trawl_plan *streaming = streaming_plan(), *splitting = splitting_plan(),
                      *gathering = gathering_plan();
    const struct {
        const struct trawl_plan *plan;
        const char *suffix;
    } cases[] = {{streaming, NULL}, {splitting, "more"}, {gathering, NULL}};
    for (size_t c = 0; c < 3; c++) {
        for (unsigned threads = 1; threads <= 9; threads *= 3) {
            for (uint64_t more = 16; more <= 16 << 20; more <<= 20) {
                struct trawl_options options = {.threads = threads,
                                                .memory = memory_for(threads, more)};
                struct trawl_hunt *hunt = open_hunt(cases[c].plan, &options, paths);
                struct taken taken = {0};
                struct trawl_error error = {0};
                cr_assert_eq(run_hunt_into(hunt, &taken, &error), TRAWL_OK, "%s", error.message);
                expect_rows(&taken, paths, SIZE_MAX, cases[c].suffix);
                const struct trawl_summary *summary = trawl_hunt_summary(hunt);
                cr_expect(summary->complete);
                cr_expect_eq(summary->matched, ALL_ROWS);
                cr_expect_eq(summary->shown, taken.count);
                cr_expect_eq(summary->files, 9);
                cr_expect_eq(summary->files_whole, 9);
                cr_expect_eq(summary->notice_count, 0);
                cr_expect_eq(summary->derived, c > 0);
                buffer_free(&taken.text);
                trawl_hunt_free(hunt);
            }
        }
    }
    trawl_plan_free(streaming);
    trawl_plan_free(splitting);
    trawl_plan_free(gathering);
}

Test(hunt, cells_have_the_kinds_of_their_columns) {
    struct program *program = program_new();
    node_id name = program_field(program, "name");
    program_output(program, "flag", program_present(program, name));
    program_output(program, "number", program_number(program, 1.5));
    program_output(program, "gone", program_field(program, "gone"));
    program_output(program, "text", name);
    struct trawl_plan *plan = hand_plan(1);
    hand_stage(plan, 0, program, NULL, NULL, "flag:flag,number:number,gone,text");
    struct trawl_options options = {.threads = 1};
    struct trawl_hunt *hunt = open_hunt(plan, &options, (const char *[]){"1 rows", NULL});
    cr_expect_eq(trawl_plan_column_count(plan), 4);
    cr_expect_str_eq(trawl_plan_column_name(plan, 1), "number");
    cr_expect_eq(trawl_hunt_run(hunt, NULL, NULL), TRAWL_OK);
    cr_expect_eq(trawl_hunt_summary(hunt)->shown, 1, "counted without a sink");
    cr_expect_eq(trawl_hunt_run(hunt, NULL, NULL), TRAWL_INVALID, "once");
    cr_expect_eq(trawl_hunt_summary(hunt)->flag_count, 1);
    cr_expect_eq(trawl_hunt_summary(hunt)->flags[0].count, 1);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

/* ---- ends --------------------------------------------------------------------------------- */

Test(hunt, a_limit_ends_the_run_with_the_row_that_reaches_it, .timeout = 60) {
    struct trawl_plan *streaming = streaming_plan(), *gathering = gathering_plan();
    for (unsigned threads = 1; threads <= 4; threads *= 4) {
        struct trawl_options options = {.threads = threads, .limit = 3100};
        struct trawl_hunt *hunt = open_hunt(streaming, &options, paths);
        struct taken taken = {0};
        cr_expect_eq(run_hunt_into(hunt, &taken, NULL), TRAWL_OK);
        expect_rows(&taken, paths, 3100, NULL);
        const struct trawl_summary *summary = trawl_hunt_summary(hunt);
        cr_expect(summary->complete);
        cr_assert_eq(summary->notice_count, 1);
        cr_expect_str_eq(summary->notices[0],
                         "stopped after 3100 rows (--limit): the rest was not read");
        buffer_free(&taken.text);
        trawl_hunt_free(hunt);

        hunt = open_hunt(gathering, &options, paths);
        taken = (struct taken){0};
        cr_expect_eq(run_hunt_into(hunt, &taken, NULL), TRAWL_OK);
        expect_rows(&taken, paths, 3100, NULL);
        summary = trawl_hunt_summary(hunt);
        cr_expect_eq(summary->files_whole, 9);
        cr_assert_eq(summary->notice_count, 1);
        cr_expect_str_eq(summary->notices[0], "only the first 3100 rows are shown (--limit)");
        buffer_free(&taken.text);
        trawl_hunt_free(hunt);
    }
    trawl_plan_free(streaming);
    trawl_plan_free(gathering);
}

Test(hunt, a_limit_takes_the_place_of_a_sorts_at_the_end) {
    for (int filtered = 0; filtered < 2; filtered++) {
        struct trawl_plan *plan = hand_plan(2);
        struct sort_spec *sort = calloc(1, sizeof *sort); /* without keys: input order */
        *sort = (struct sort_spec){.time_column = SIZE_MAX, .column_count = 1, .limit = 7};
        hand_stage(plan, 0, giving("name", NULL), &operator_sort, sort, "name");
        struct program *behind = giving("name", NULL);
        if (filtered)
            program_keep(behind, program_present(behind, program_field(behind, "name")), "named");
        hand_stage(plan, 1, behind, NULL, NULL, "name");
        const size_t sorted = plan_limiting_sort(plan);
        cr_expect_eq(sorted, filtered ? SIZE_MAX : 0);
        cr_expect_eq(plan_barrier(plan, 0), 0);
        cr_expect_eq(plan_barrier(plan, 1), 2);
        cr_expect_not(plan_holds_state(plan), "seven rows");
        for (uint64_t limit = 0; limit <= 20; limit += 5) {
            struct trawl_options options = {.threads = 2, .limit = limit};
            struct trawl_hunt *hunt = open_hunt(plan, &options, paths);
            struct taken taken = {0};
            struct trawl_error error = {0};
            cr_expect_eq(run_hunt_into(hunt, &taken, &error), TRAWL_OK, "%s", error.message);
            bool replaces = limit && sorted == 0;
            expect_rows(&taken, paths, replaces ? limit : limit && limit < 7 ? limit : 7, NULL);
            cr_expect_not(trawl_hunt_summary(hunt)->derived);
            buffer_free(&taken.text);
            trawl_hunt_free(hunt);
        }
        trawl_plan_free(plan);
    }
}

Test(hunt, a_limit_that_cuts_nothing_is_not_told_of) {
    struct trawl_plan *plan = streaming_plan();
    struct trawl_options options = {.threads = 1, .limit = 10};
    const char *const ten[] = {"10 rows", NULL};
    struct trawl_hunt *hunt = open_hunt(plan, &options, ten);
    struct taken taken = {0};
    cr_expect_eq(run_hunt_into(hunt, &taken, NULL), TRAWL_OK);
    expect_rows(&taken, ten, 10, NULL);
    cr_expect_eq(trawl_hunt_summary(hunt)->notice_count, 0);
    buffer_free(&taken.text);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

Test(hunt, a_sink_that_has_enough_is_no_interruption, .timeout = 60) {
    struct trawl_plan *streaming = streaming_plan(), *gathering = gathering_plan();
    const struct trawl_plan *plans[] = {streaming, gathering};
    for (size_t p = 0; p < 2; p++) {
        for (unsigned threads = 1; threads <= 4; threads *= 4) {
            struct trawl_options options = {.threads = threads};
            struct trawl_hunt *hunt = open_hunt(plans[p], &options, paths);
            struct taken taken = {.refuse_at = 3002};
            cr_expect_eq(run_hunt_into(hunt, &taken, NULL), TRAWL_CANCELLED);
            expect_rows(&taken, paths, 3002, NULL);
            cr_expect(trawl_hunt_summary(hunt)->complete);
            cr_expect_eq(trawl_hunt_summary(hunt)->notice_count, p == 0 ? 1 : 0);
            buffer_free(&taken.text);
            trawl_hunt_free(hunt);
        }
    }
    trawl_plan_free(streaming);
    trawl_plan_free(gathering);
}

Test(hunt, an_interrupted_hunt_gives_what_was_found, .timeout = 60) {
    struct trawl_plan *plan = streaming_plan();
    for (unsigned threads = 1; threads <= 4; threads *= 4) {
        struct trawl_options options = {.threads = threads};
        struct trawl_hunt *hunt = open_hunt(plan, &options, paths);
        struct taken taken = {.cancel_at = 3005};
        cr_expect_eq(run_hunt_into(hunt, &taken, NULL), TRAWL_CANCELLED);
        cr_expect_not(trawl_hunt_summary(hunt)->complete);
        cr_expect_geq(taken.count, 3005);
        cr_expect_eq(taken.count, trawl_hunt_summary(hunt)->shown);
        cr_expect_eq(taken.count, trawl_hunt_summary(hunt)->matched);
        buffer_free(&taken.text);
        trawl_hunt_free(hunt);
    }
    trawl_plan_free(plan);
}

Test(hunt, an_interrupted_aggregate_is_made_of_what_was_read) {
    struct trawl_plan *plan = gathering_plan();
    struct trawl_options options = {.threads = 2};
    struct trawl_hunt *hunt = open_hunt(plan, &options, paths);
    trawl_hunt_cancel(hunt);
    struct taken taken = {0};
    cr_expect_eq(run_hunt_into(hunt, &taken, NULL), TRAWL_CANCELLED);
    cr_expect_not(trawl_hunt_summary(hunt)->complete);
    cr_expect_eq(taken.count, trawl_hunt_summary(hunt)->matched);
    buffer_free(&taken.text);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

Test(hunt, a_worker_that_fails_ends_the_run, .timeout = 60) {
    struct trawl_plan *streaming = streaming_plan(), *gathering = gathering_plan();
    const struct trawl_plan *plans[] = {streaming, gathering};
    const char *const failing[] = {"2000 rows", "60 rows, fails", "5000 rows, long window",
                                   "5000 rows", NULL};
    for (size_t p = 0; p < 2; p++) {
        for (unsigned threads = 1; threads <= 4; threads *= 4) {
            struct trawl_options options = {.threads = threads, .memory = memory_for(threads, 16)};
            struct trawl_hunt *hunt = open_hunt(plans[p], &options, failing);
            struct taken taken = {0};
            struct trawl_error error = {0};
            cr_expect_eq(run_hunt_into(hunt, &taken, &error), TRAWL_MEMORY);
            cr_expect_str_eq(error.message, "made to fail");
            buffer_free(&taken.text);
            trawl_hunt_free(hunt);
        }
    }
    trawl_plan_free(streaming);
    trawl_plan_free(gathering);
}

/* ---- the summary -------------------------------------------------------------------------- */

Test(hunt, tells_what_a_field_that_never_occurred_may_have_been) {
    struct program *program = program_new();
    program_output(program, "name", program_field(program, "name"));
    program_output(program, "gone", program_field(program, "gone"));
    program_output(program, "weak", program_field_weak(program, "weak"));
    program_output(program, "nothing like it", program_field(program, "nothing like it"));
    struct trawl_plan *plan = hand_plan(1);
    hand_stage(plan, 0, program, NULL, NULL, "name,gone,weak,nothing like it");
    struct trawl_options options = {.threads = 2};
    struct trawl_hunt *hunt = open_hunt(plan, &options, (const char *[]){"5 rows", "7 rows", NULL});
    cr_expect_eq(trawl_hunt_run(hunt, NULL, NULL), TRAWL_OK);
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    cr_assert_eq(summary->field_count, 3, "what was not asked for is not told of");
    cr_expect_str_eq(summary->fields[0].name, "name");
    cr_expect_eq(summary->fields[0].count, 12);
    cr_expect_null(summary->nearest[0]);
    cr_expect_str_eq(summary->fields[1].name, "gone");
    cr_expect_eq(summary->fields[1].count, 0);
    cr_expect_str_eq(summary->nearest[1], "gont");
    cr_expect_null(summary->nearest[2]);
    cr_assert_eq(summary->shape_count, 1);
    cr_expect_eq(summary->shapes[0].present[0], 12);
    cr_expect_eq(summary->shapes[0].present[2], 0);
    cr_expect_not(summary->shapes[0].expected[1]);
    cr_expect(summary->shapes[0].expected[2]);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

/* ---- tables ------------------------------------------------------------------------------- */

/* A plan with a table of names, and a table that this table's plan needs. */
static struct trawl_plan *plan_with_tables(void) {
    struct trawl_plan *plan = streaming_plan(), *middle = gathering_plan(),
                      *inner = splitting_plan();
    middle->tables = calloc(1, sizeof *middle->tables);
    middle->table_count = 1;
    middle->tables[0] =
        (struct plan_table){inner, lookup_new(LOOKUP_EXACT, false, 1, 2, 2, LOOKUP_FIRST), NULL};
    plan->tables = calloc(1, sizeof *plan->tables);
    plan->table_count = 1;
    plan->tables[0] =
        (struct plan_table){middle, lookup_new(LOOKUP_EXACT, false, 1, 1, 1, LOOKUP_FIRST), NULL};
    return plan;
}

static uint64_t rows_of_key(const struct lookup *lookup, const char *key) {
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    struct datum cell = datum_text(text_of(key));
    uint64_t rows = 0;
    cr_expect_eq(lookup_find(cursor, &cell, &rows, NULL), TRAWL_OK);
    lookup_cursor_free(cursor);
    return rows;
}

Test(hunt, tables_are_filled_before_the_archive_is_read_for_the_result, .timeout = 60) {
    for (unsigned threads = 1; threads <= 8; threads *= 8) {
        struct trawl_plan *plan = plan_with_tables();
        cr_expect_eq(trawl_plan_passes(plan), 2, "the inner table is made beside the middle one");
        struct trawl_options options = {.threads = threads};
        struct trawl_hunt *hunt = open_hunt(plan, &options, paths);
        struct taken taken = {0};
        struct trawl_error error = {0};
        cr_expect_eq(run_hunt_into(hunt, &taken, &error), TRAWL_OK, "%s", error.message);
        expect_rows(&taken, paths, SIZE_MAX, NULL);
        cr_expect_eq(lookup_rows(plan->tables[0].lookup), ALL_ROWS);
        cr_expect_eq(rows_of_key(plan->tables[0].lookup, "6:3999"), 1);
        cr_expect_eq(rows_of_key(plan->tables[0].lookup, "6:4000"), 0);
        const struct lookup *inner = plan->tables[0].plan->tables[0].lookup;
        cr_expect_eq(lookup_rows(inner), ALL_ROWS + 2);
        cr_expect_eq(rows_of_key(inner, "more"), 2);
        const struct trawl_summary *summary = trawl_hunt_summary(hunt);
        cr_expect_eq(summary->records, ALL_ROWS, "of the last pass only");
        cr_expect_eq(summary->files_whole, 9);
        struct trawl_progress progress;
        trawl_hunt_progress(hunt, &progress);
        cr_expect_eq(progress.bytes_read, progress.bytes_total);
        cr_expect_eq(progress.records, 2 * ALL_ROWS);
        cr_expect_eq(progress.files_done, 9);
        buffer_free(&taken.text);
        trawl_hunt_free(hunt);

        hunt = open_hunt(plan, &options, paths);
        cr_expect_eq(trawl_hunt_run(hunt, NULL, &error), TRAWL_INVALID, "its tables are full");
        trawl_hunt_free(hunt);
        trawl_plan_free(plan);
    }
}

/* More inputs than sizes are asked for at once. */
Test(hunt, sizes_are_found_out_little_by_little) {
    enum { INPUTS = 5000 };
    struct trawl_plan *plan = streaming_plan();
    struct trawl_options options = {.threads = 1};
    struct trawl_hunt *hunt = open_hunt(plan, &options, (const char *[]){"2 rows", NULL});
    for (unsigned i = 0; i < INPUTS; i++)
        cr_assert_eq(trawl_hunt_add(hunt, "1 row, size later", NULL), TRAWL_OK);
    struct trawl_progress progress;
    unsigned calls = 0;
    do trawl_hunt_progress(hunt, &progress);
    while (++calls < 100 && progress.bytes_total == 0);
    cr_expect_eq(calls, 3);
    cr_expect_eq(progress.bytes_total, 6 + INPUTS * 17);
    cr_expect_eq(trawl_hunt_run(hunt, NULL, NULL), TRAWL_OK);
    trawl_hunt_progress(hunt, &progress);
    cr_expect_eq(progress.bytes_read, progress.bytes_total);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

Test(hunt, what_can_be_read_once_is_refused_where_it_is_read_twice) {
    struct trawl_plan *plan = plan_with_tables();
    struct trawl_options options = {.threads = 1};
    struct trawl_hunt *hunt = open_hunt(plan, &options, (const char *[]){"5 rows", "-", NULL});
    struct trawl_error error = {0};
    cr_expect_eq(trawl_hunt_run(hunt, NULL, &error), TRAWL_INVALID);
    cr_expect(strstr(error.message, "standard input can be read once"), "%s", error.message);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
}

/* ---- memory ------------------------------------------------------------------------------- */

Test(hunt, too_little_memory_is_refused) {
    struct trawl_plan *plan = streaming_plan();
    struct trawl_options options = {.threads = 4, .memory = memory_for(4, 0) - 1};
    struct trawl_error error = {0};
    cr_expect_null(hunt_new_with(&made_up, plan, &options, &error));
    cr_expect_eq(error.status, TRAWL_INVALID);
    cr_expect(strstr(error.message, "4 workers need at least 52 MiB"), "%s", error.message);
    trawl_plan_free(plan);
}
