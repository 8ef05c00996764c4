#include "engine/hunt/pipeline.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "engine/program/execute.h"

/* One stage at work. */
struct work {
    const struct trawl_plan *plan;
    const struct plan_stage *stage;
    struct executor *executor;
    struct batch batch;   /* rows of the stage before; the first stage of a plan has none */
    size_t *sources;      /* [field] its column among those of the stage before; SIZE_MAX: none */
    void *state;          /* the operator's */
    struct row_sink next; /* the next stage, or the result */
    struct datum *cells;  /* [columns of the stage], to hand on a row */
    struct tally *counts, *later; /* of the stage, and where they go; NULL: nothing is counted */
};

struct pipeline {
    size_t first, end; /* stages of the plan */
    struct work works[];
};

/* ---- what is counted of the archive's rows ------------------------------------------------ */

/* A missing score counts as 0: it ranks behind them all. */
static size_t score_bucket(const struct rows *rows, size_t column, size_t row) {
    struct datum cell = rows_cell(rows, column, row);
    double score;
    if (!datum_as_number(&cell, &score) || !(score >= 0)) return 0;
    return score < TALLY_SCORES ? (size_t)score : TALLY_SCORES - 1;
}

static void count_ranks(const struct trawl_plan *plan, const struct rows *rows,
                        struct tally *tally) {
    bool scored = plan->score_column != SIZE_MAX, timed = plan->time_column != SIZE_MAX;
    if (!scored && !timed) return;
    for (size_t w = 0; w < BITMAP_WORDS(rows->row_count); w++) {
        for (uint64_t word = rows->selection[w]; word; word &= word - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(word);
            if (scored) tally->scores[score_bucket(rows, plan->score_column, row)]++;
            if (timed) tally->untimed += rows_time(rows, plan->time_column, row) == TIME_NONE;
        }
    }
}

/* ---- one stage ---------------------------------------------------------------------------- */

static enum trawl_status hand_on(struct work *work, const struct rows *rows,
                                 struct trawl_error *error) {
    for (size_t w = 0; w < BITMAP_WORDS(rows->row_count); w++) {
        for (uint64_t word = rows->selection[w]; word; word &= word - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(word);
            for (size_t i = 0; i < work->stage->column_count; i++)
                work->cells[i] = rows_cell(rows, i, row);
            enum trawl_status status =
                work->next.row(work->next.context, work->cells, rows->origins[row], error);
            if (status != TRAWL_OK) return status;
        }
    }
    return TRAWL_OK;
}

static enum trawl_status run_stage(struct work *work, const struct batch *batch,
                                   struct tally *tally, struct trawl_error *error) {
    if (batch->rows == 0) return TRAWL_OK;
    struct rows rows;
    enum trawl_status status = executor_run(work->executor, batch, tally, &rows, error);
    if (status != TRAWL_OK || rows.selected == 0) return status;
    if (tally && work->stage == work->plan->stages) count_ranks(work->plan, &rows, tally);
    return work->stage->kind ? work->stage->kind->add(work->state, &rows, error)
                             : hand_on(work, &rows, error);
}

static enum trawl_status run_gathered(struct work *work, struct trawl_error *error) {
    enum trawl_status status = batch_complete(&work->batch)
                                   ? run_stage(work, &work->batch, work->counts, error)
                                   : error_memory(error);
    batch_reset(&work->batch);
    return status;
}

/* False: out of memory, or of room in the batch. Some columns may have the row then. */
static bool append(struct work *work, const struct datum *cells) {
    for (uint32_t i = 0; i < work->batch.column_count; i++) {
        char digits[NUMBER_TEXT];
        struct text text;
        bool present =
            work->sources[i] != SIZE_MAX && datum_as_text(&cells[work->sources[i]], digits, &text);
        if (!(present ? batch_append(&work->batch, i, text) : batch_missing(&work->batch, i)))
            return false;
    }
    return true;
}

/* A row of the stage before. */
static enum trawl_status gather(void *context, const struct datum *cells, struct origin origin,
                                struct trawl_error *error) {
    struct work *work = context;
    struct batch *batch = &work->batch;
    if (!append(work, cells)) {
        batch_rollback(batch, batch->rows);
        if (batch->rows == 0) return error_memory(error);
        enum trawl_status status = run_gathered(work, error);
        if (status != TRAWL_OK) return status;
        if (!append(work, cells)) {
            batch_rollback(batch, 0);
            return error_memory(error);
        }
    }
    batch_commit(batch, origin);
    return batch_full(batch) ? run_gathered(work, error) : TRAWL_OK;
}

/* Finds the fields of a later stage among the columns of the stage before. */
static bool make_batch(struct work *work) {
    const struct program *program = work->stage->program;
    const struct plan_stage *before = work->stage - 1;
    work->sources = calloc(program->field_count + 1, sizeof *work->sources);
    if (!work->sources || !batch_init(&work->batch, (uint32_t)program->field_count)) return false;
    for (size_t f = 0; f < program->field_count; f++) {
        size_t c = 0;
        while (c < before->column_count &&
               strcmp(before->columns[c].name, program->fields[f].name) != 0)
            c++;
        work->sources[f] = c < before->column_count ? c : SIZE_MAX;
    }
    return true;
}

static bool count_later(struct work *work, const struct pipeline_setup *setup) {
    work->counts = calloc(1, sizeof *work->counts);
    work->later = setup->later;
    return work->counts && tally_init(work->counts, work->stage->program);
}

static enum trawl_status work_open(struct work *work, const struct pipeline_setup *setup,
                                   size_t index, const struct operator_resources *resources,
                                   const struct row_sink *next, struct trawl_error *error) {
    work->plan = setup->plan;
    work->stage = &setup->plan->stages[index];
    if (next) work->next = *next;
    work->cells = calloc(work->stage->column_count + 1, sizeof *work->cells);
    work->executor = executor_new(work->stage->program, index > 0 ? NULL : setup->columns);
    if (!work->cells || !work->executor || (index > 0 && !make_batch(work)))
        return error_memory(error);
    if (setup->later && index && index == tuned_stage(setup->plan) && !count_later(work, setup))
        return error_memory(error);
    const struct operator_kind *kind = work->stage->kind;
    if (!kind) return TRAWL_OK;
    const void *spec = index == setup->limited_stage ? setup->limited_spec : work->stage->spec;
    struct trawl_error trouble = {.status = TRAWL_MEMORY, .message = "out of memory"};
    work->state = kind->open(spec, resources, kind->barrier ? NULL : &work->next, &trouble);
    return work->state ? TRAWL_OK : error_set(error, trouble.status, "%s", trouble.message);
}

static void work_close(struct work *work) {
    if (work->counts) {
        if (work->counts->kept) tally_merge(work->later, work->counts);
        tally_free(work->counts);
        free(work->counts);
    }
    if (work->state) work->stage->kind->close(work->state);
    executor_free(work->executor);
    batch_free(&work->batch);
    free(work->sources);
    free(work->cells);
}

/* ---- the pipeline ------------------------------------------------------------------------- */

static size_t work_count(const struct pipeline *pipeline) {
    return pipeline->end - pipeline->first;
}

struct pipeline *pipeline_new(const struct pipeline_setup *setup, size_t first,
                              const struct operator_resources *resources,
                              const struct row_sink *rows, struct trawl_error *error) {
    const struct trawl_plan *plan = setup->plan;
    size_t end = plan_barrier(plan, first);
    if (end < plan->stage_count) end++;
    struct pipeline *pipeline = calloc(1, sizeof *pipeline + (end - first) * sizeof(struct work));
    if (!pipeline) {
        error_memory(error);
        return NULL;
    }
    *pipeline = (struct pipeline){first, end};
    /* The last one first: each is told where its rows go. */
    struct row_sink later;
    const struct row_sink *next = rows;
    for (size_t i = end; i-- > first;) {
        struct work *work = &pipeline->works[i - first];
        if (work_open(work, setup, i, resources, next, error) != TRAWL_OK) {
            pipeline_free(pipeline);
            return NULL;
        }
        later = (struct row_sink){gather, work};
        next = &later;
    }
    return pipeline;
}

void pipeline_free(struct pipeline *pipeline) {
    if (!pipeline) return;
    for (size_t i = 0; i < work_count(pipeline); i++) work_close(&pipeline->works[i]);
    free(pipeline);
}

size_t pipeline_end(const struct pipeline *pipeline) {
    return pipeline->end;
}

bool pipeline_holds_barrier(const struct pipeline *pipeline) {
    const struct operator_kind *kind = pipeline->works[work_count(pipeline) - 1].stage->kind;
    return kind && kind->barrier;
}

enum trawl_status pipeline_run(struct pipeline *pipeline, const struct batch *batch,
                               struct tally *tally, struct trawl_error *error) {
    return run_stage(&pipeline->works[0], batch, tally, error);
}

void pipeline_go_on(struct pipeline *pipeline) {
    executor_go_on(pipeline->works[0].executor);
}

struct row_sink pipeline_input(struct pipeline *pipeline) {
    return (struct row_sink){gather, &pipeline->works[0]};
}

enum trawl_status pipeline_flush(struct pipeline *pipeline, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < work_count(pipeline); i++)
        status = run_gathered(&pipeline->works[i], error);
    return status;
}

enum trawl_status pipeline_merge(struct pipeline *to, struct pipeline *from,
                                 struct trawl_error *error) {
    struct work *work = &to->works[work_count(to) - 1];
    return work->stage->kind->merge(work->state, from->works[work_count(from) - 1].state, error);
}

enum trawl_status pipeline_finish(struct pipeline *pipeline, const struct row_sink *rows,
                                  struct trawl_error *error) {
    struct work *work = &pipeline->works[work_count(pipeline) - 1];
    return work->stage->kind->finish(work->state, rows, error);
}
