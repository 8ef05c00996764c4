/* pipeline.h - stages of a plan at work: from one stage to the next barrier, or to the end.
 *
 *   program -> expander -> program -> expander -> ... -> barrier or rows of the result
 *
 * The first stage runs over batches of the archive, or gathers rows of the barrier before it in a
 * batch of its own, as every later stage does with the rows of the expander before it. A pipeline
 * belongs to one thread. Those of several workers that end in a barrier merge into one, whose
 * barrier then feeds the next pipeline of the plan, and so on to the result. */
#ifndef TRAWL_ENGINE_PIPELINE_H
#define TRAWL_ENGINE_PIPELINE_H

#include "engine/hunt/plan.h"
#include "engine/hunt/tally.h"

/* What the pipelines of one plan share. Outlives them. */
struct pipeline_setup {
    const struct trawl_plan *plan;
    size_t limited_stage;     /* whose operator runs with limited_spec; SIZE_MAX: none */
    const void *limited_spec; /* in place of the plan's */
    const uint32_t *columns;  /* [fields of the plan's first stage] which column of a batch each is;
                                 NULL: that of its own number */
    /* What tuned_stage of the plan, not the first, keeps; counted when pipelines are freed, by one
     * thread at a time. NULL: not counted. */
    struct tally *later;
};

struct pipeline;

/* Stages of the plan from `first` on. resources and *rows are copied; rows: where rows of the
 * result go, not used where a barrier comes first. NULL: see the error. */
struct pipeline *pipeline_new(const struct pipeline_setup *setup, size_t first,
                              const struct operator_resources *resources,
                              const struct row_sink *rows, struct trawl_error *error);
void pipeline_free(struct pipeline *pipeline); /* NULL is fine */
/* The stage that the next pipeline of the plan begins with; stage_count: there is none. */
size_t pipeline_end(const struct pipeline *pipeline);
bool pipeline_holds_barrier(const struct pipeline *pipeline);

/* Runs a batch that has the first stage's fields. The tally counts what the first stage keeps, as
 * far as it is the plan's first; NULL: not counted. TRAWL_CANCELLED: no more rows are wanted. */
enum trawl_status pipeline_run(struct pipeline *pipeline, const struct batch *batch,
                               struct tally *tally, struct trawl_error *error);
/* From now on pipeline_run is given rows that passed the first filters and were counted there:
 * executor_go_on. */
void pipeline_go_on(struct pipeline *pipeline);
/* Takes the rows of the stage before the first one. Valid as long as the pipeline. */
struct row_sink pipeline_input(struct pipeline *pipeline);
/* Runs the rows that have gathered. */
enum trawl_status pipeline_flush(struct pipeline *pipeline, struct trawl_error *error);
/* Moves what the barrier of `from` holds into that of `to`. Both flushed. */
enum trawl_status pipeline_merge(struct pipeline *to, struct pipeline *from,
                                 struct trawl_error *error);
/* Gives the rows of the barrier. Once, flushed before. */
enum trawl_status pipeline_finish(struct pipeline *pipeline, const struct row_sink *rows,
                                  struct trawl_error *error);

#endif
