#include "engine/hunt/pipeline.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hand_plan.h"

/* ---- rows in and out ---------------------------------------------------------------------- */

/* Rows as text: "input/offset cell cell\n", a missing cell as "-", a number as "#1". */
struct transcript {
    struct buffer text;
    size_t rows, refuse_at; /* refuse_at 0: never */
};

static enum trawl_status write_down(void *context, const struct datum *cells, struct origin origin,
                                    struct trawl_error *error) {
    (void)error;
    struct transcript *to = context;
    if (to->refuse_at && to->rows == to->refuse_at) return TRAWL_CANCELLED;
    to->rows++;
    buffer_printf(&to->text, "%u/%u", origin.input, (unsigned)origin.offset);
    for (size_t i = 0; i < 2; i++) {
        char digits[NUMBER_TEXT];
        struct text text = {"-", 1};
        datum_as_text(&cells[i], digits, &text);
        buffer_printf(&to->text, " %s%.*s", cells[i].kind == DATUM_NUMBER ? "#" : "",
                      (int)text.length, text.data);
    }
    buffer_append_char(&to->text, '\n');
    return TRAWL_OK;
}

static struct row_sink sink_of(struct transcript *transcript) {
    return (struct row_sink){write_down, transcript};
}

static void expect_transcript(struct transcript *transcript, const char *expected) {
    buffer_append_char(&transcript->text, '\0');
    cr_expect_str_eq(transcript->text.data, expected);
    buffer_free(&transcript->text);
    transcript->rows = 0;
}

/* values[row][column], NULL: missing. */
static void fill_batch(struct batch *batch, uint32_t input, size_t rows, size_t columns,
                       const char *const *values) {
    cr_assert(batch_init(batch, (uint32_t)columns));
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++) {
            const char *value = values[row * columns + i];
            cr_assert(value ? column_append(&batch->columns[i], text_of(value))
                            : column_append_missing(&batch->columns[i]));
        }
        batch_commit(batch, (struct origin){input, 0, row});
    }
}

static struct pipeline *open_pipeline(const struct pipeline_setup *setup, size_t first,
                                      const struct row_sink *rows) {
    static const struct operator_resources resources = {.budget = 1 << 20};
    struct trawl_error error = {0};
    struct pipeline *pipeline = pipeline_new(setup, first, &resources, rows, &error);
    cr_assert_not_null(pipeline, "%s", error.message);
    return pipeline;
}

/* ---- plans -------------------------------------------------------------------------------- */

/* Keeps rows that have an a; gives a and b. */
static struct program *passing(const char *first, const char *second) {
    struct program *program = program_new();
    node_id a = program_field(program, first), b = program_field(program, second);
    program_keep(program, program_present(program, a), "has a first");
    program_output(program, first, a);
    program_output(program, second, b);
    return program;
}

static struct program *copying(const char *first, const char *second) {
    struct program *program = program_new();
    node_id a = program_field(program, first), b = program_field(program, second);
    program_output(program, first, a);
    program_output(program, second, b);
    return program;
}

/* ---- tests -------------------------------------------------------------------------------- */

Test(pipeline, gives_the_outputs_of_rows_that_pass) {
    struct trawl_plan *plan = hand_plan(1);
    hand_stage(plan, 0, passing("a", "b"), NULL, NULL, "a,b");
    const struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    struct transcript transcript = {0};
    const struct row_sink sink = sink_of(&transcript);
    struct pipeline *pipeline = open_pipeline(&setup, 0, &sink);
    cr_expect_eq(pipeline_end(pipeline), 1);
    cr_expect_not(pipeline_holds_barrier(pipeline));
    struct batch batch;
    fill_batch(&batch, 7, 3, 2, (const char *[]){"x", "1", NULL, "2", "y", NULL});
    struct tally tally;
    cr_assert(tally_init(&tally, plan->stages[0].program));
    cr_expect_eq(pipeline_run(pipeline, &batch, &tally, NULL), TRAWL_OK);
    cr_expect_eq(pipeline_flush(pipeline, NULL), TRAWL_OK);
    expect_transcript(&transcript, "7/0 x 1\n7/2 y -\n");
    cr_expect_eq(tally.matched, 2);
    cr_expect_eq(tally.kept[0], 2);
    cr_expect_eq(tally.untimed, 0);
    tally_free(&tally);
    batch_free(&batch);
    pipeline_free(pipeline);
    trawl_plan_free(plan);
}

Test(pipeline, counts_scores_and_rows_without_a_time) {
    struct program *program = program_new();
    node_id a = program_field(program, "a");
    struct trawl_plan *plan = hand_plan(1);
    program_output(program, "score", program_to_number(program, a));
    program_output(program, "time", program_time(program, program_field(program, "t")));
    hand_stage(plan, 0, program, NULL, NULL, "score:number,time");
    plan->score_column = 0;
    plan->time_column = 1;
    const struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    struct transcript transcript = {0};
    const struct row_sink sink = sink_of(&transcript);
    struct pipeline *pipeline = open_pipeline(&setup, 0, &sink);
    struct batch batch;
    fill_batch(&batch, 0, 6, 2,
               (const char *[]){"3", "2026-03-11T05:00:02Z", "3", "no time", "1000", NULL, "-4",
                                "2026-03-11", NULL, "2026-03-11T05:00:02Z", "0.5",
                                "2026-03-11T05:00:02Z"});
    struct tally tally;
    cr_assert(tally_init(&tally, plan->stages[0].program));
    cr_expect_eq(pipeline_run(pipeline, &batch, &tally, NULL), TRAWL_OK);
    cr_expect_eq(tally.matched, 6);
    cr_expect_eq(tally.untimed, 3);
    cr_expect_eq(tally.scores[3], 2);
    cr_expect_eq(tally.scores[TALLY_SCORES - 1], 1);
    cr_expect_eq(tally.scores[0], 3);
    buffer_free(&transcript.text);
    tally_free(&tally);
    batch_free(&batch);
    pipeline_free(pipeline);
    trawl_plan_free(plan);
}

/* split gives "part" and "number"; the next stage reads them by name, and one that is not there. */
static struct trawl_plan *splitting_plan(void) {
    struct trawl_plan *plan = hand_plan(2);
    hand_stage(plan, 0, passing("a", "b"), &hand_split, NULL, "part,number:number");
    struct program *program = program_new();
    node_id gone = program_field(program, "gone"), number = program_field(program, "number");
    node_id part = program_field(program, "part");
    program_keep(program, program_not(program, program_equals(program, part, "drop")), "step");
    program_output(program, "part", part);
    program_output(program, "second", program_coalesce(program, gone, number));
    hand_stage(plan, 1, program, NULL, NULL, "part,second");
    return plan;
}

Test(pipeline, an_expanders_rows_are_read_by_their_columns_names) {
    struct trawl_plan *plan = splitting_plan();
    const struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    struct transcript transcript = {0};
    const struct row_sink sink = sink_of(&transcript);
    struct pipeline *pipeline = open_pipeline(&setup, 0, &sink);
    cr_expect_eq(pipeline_end(pipeline), 2);
    struct batch batch;
    fill_batch(&batch, 1, 3, 2, (const char *[]){"x;y", NULL, NULL, NULL, "drop;;z", NULL});
    cr_expect_eq(pipeline_run(pipeline, &batch, NULL, NULL), TRAWL_OK);
    cr_expect_eq(transcript.rows, 0, "they gather");
    cr_expect_eq(pipeline_flush(pipeline, NULL), TRAWL_OK);
    expect_transcript(&transcript, "1/0 x 0\n1/0 y 1\n1/2  1\n1/2 z 2\n");
    batch_free(&batch);
    pipeline_free(pipeline);
    trawl_plan_free(plan);
}

Test(pipeline, more_rows_than_a_batch_holds) {
    struct trawl_plan *plan = splitting_plan();
    const struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    struct transcript transcript = {0};
    const struct row_sink sink = sink_of(&transcript);
    struct pipeline *pipeline = open_pipeline(&setup, 0, &sink);
    struct batch batch;
    cr_assert(batch_init(&batch, 2));
    for (size_t row = 0; row < COLUMN_ROWS; row++) {
        column_append(&batch.columns[0], text_of("p;q;r"));
        column_append_missing(&batch.columns[1]);
        batch_commit(&batch, (struct origin){0, 0, row});
    }
    cr_expect_eq(pipeline_run(pipeline, &batch, NULL, NULL), TRAWL_OK);
    cr_expect_eq(transcript.rows, 3 * COLUMN_ROWS, "all batches were full");
    cr_expect_eq(pipeline_flush(pipeline, NULL), TRAWL_OK);
    cr_expect_eq(transcript.rows, 3 * COLUMN_ROWS);
    const char *at = transcript.text.data;
    for (unsigned row = 0; row < COLUMN_ROWS; row++) {
        char expected[100];
        int length =
            snprintf(expected, sizeof expected, "0/%u p 0\n0/%u q 1\n0/%u r 2\n", row, row, row);
        cr_assert_eq(memcmp(at, expected, (size_t)length), 0, "row %u", row);
        at += length;
    }
    buffer_free(&transcript.text);
    batch_free(&batch);
    pipeline_free(pipeline);
    trawl_plan_free(plan);
}

Test(pipeline, a_sink_that_wants_no_more_ends_the_run_through_all_stages) {
    struct trawl_plan *plan = splitting_plan();
    const struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    struct transcript transcript = {.refuse_at = 1};
    const struct row_sink sink = sink_of(&transcript);
    struct pipeline *pipeline = open_pipeline(&setup, 0, &sink);
    struct batch batch;
    fill_batch(&batch, 1, 1, 2, (const char *[]){"x;y", NULL});
    cr_expect_eq(pipeline_run(pipeline, &batch, NULL, NULL), TRAWL_OK);
    cr_expect_eq(pipeline_flush(pipeline, NULL), TRAWL_CANCELLED);
    expect_transcript(&transcript, "1/0 x 0\n");
    batch_free(&batch);
    pipeline_free(pipeline);
    trawl_plan_free(plan);
}

/* archive -> gather -> split -> gather -> rows */
static struct trawl_plan *barrier_plan(void) {
    struct trawl_plan *plan = hand_plan(4);
    hand_stage(plan, 0, passing("a", "b"), &hand_gather, hand_gather_spec(2, 0), "a,b");
    hand_stage(plan, 1, copying("a", "b"), &hand_split, NULL, "part,number:number");
    hand_stage(plan, 2, copying("number", "part"), &hand_gather, hand_gather_spec(2, 0),
               "number,part");
    hand_stage(plan, 3, copying("part", "number"), NULL, NULL, "part,number");
    return plan;
}

Test(pipeline, barriers_of_several_workers_merge_and_feed_what_comes_behind) {
    struct trawl_plan *plan = barrier_plan();
    struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    for (int limited = 0; limited < 2; limited++) {
        struct hand_gather two = {2, 3};
        if (limited)
            setup = (struct pipeline_setup){.plan = plan, .limited_stage = 2, .limited_spec = &two};
        struct transcript transcript = {0};
        const struct row_sink sink = sink_of(&transcript);
        struct pipeline *first = open_pipeline(&setup, 0, NULL);
        struct pipeline *other = open_pipeline(&setup, 0, NULL);
        cr_expect_eq(pipeline_end(first), 1);
        cr_expect(pipeline_holds_barrier(first));
        struct batch batch;
        fill_batch(&batch, 2, 1, 2, (const char *[]){"x;y", "1"});
        cr_expect_eq(pipeline_run(first, &batch, NULL, NULL), TRAWL_OK);
        batch_free(&batch);
        fill_batch(&batch, 1, 2, 2, (const char *[]){"p", "2", "q;r", "3"});
        cr_expect_eq(pipeline_run(other, &batch, NULL, NULL), TRAWL_OK);
        batch_free(&batch);
        cr_expect_eq(pipeline_merge(first, other, NULL), TRAWL_OK);
        pipeline_free(other);

        struct pipeline *second = open_pipeline(&setup, pipeline_end(first), &sink);
        cr_expect_eq(pipeline_end(second), 3);
        struct row_sink input = pipeline_input(second);
        cr_expect_eq(pipeline_finish(first, &input, NULL), TRAWL_OK);
        pipeline_free(first);
        cr_expect_eq(pipeline_flush(second, NULL), TRAWL_OK);
        cr_expect_eq(transcript.rows, 0);

        struct pipeline *third = open_pipeline(&setup, pipeline_end(second), &sink);
        cr_expect_eq(pipeline_end(third), 4);
        cr_expect_not(pipeline_holds_barrier(third));
        input = pipeline_input(third);
        cr_expect_eq(pipeline_finish(second, &input, NULL), TRAWL_OK);
        pipeline_free(second);
        cr_expect_eq(pipeline_flush(third, NULL), TRAWL_OK);
        pipeline_free(third);
        expect_transcript(&transcript, limited ? "1/0 p 0\n1/1 q 0\n1/1 r 1\n"
                                               : "1/0 p 0\n1/1 q 0\n1/1 r 1\n2/0 x 0\n2/0 y 1\n");
    }
    trawl_plan_free(plan);
}
