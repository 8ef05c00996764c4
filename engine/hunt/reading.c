#include "engine/hunt/reading.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/hunt/given.h"
#include "engine/operator/sortkey.h"

/* ---- behind the first barrier ------------------------------------------------------------- */

/* The rows of the barrier at the end of `from` run through the next pipeline. Frees `from`;
 * *next: the pipeline to go on with, NULL: all rows are out. */
static enum trawl_status run_next(struct archive *archive, const struct pipeline_setup *setup,
                                  struct pipeline *from, const struct row_sink *rows,
                                  struct pipeline **next, struct trawl_error *error) {
    struct operator_resources resources = {archive->spill,
                                           budget_tail_state(&archive->budget, setup->plan),
                                           &archive->stop, archive->notices};
    struct trawl_error trouble = {0};
    *next = pipeline_new(setup, pipeline_end(from), &resources, rows, &trouble);
    enum trawl_status status = trouble.status;
    if (*next) {
        struct row_sink input = pipeline_input(*next);
        status = pipeline_finish(from, &input, &trouble);
        if (status == TRAWL_OK) status = pipeline_flush(*next, &trouble);
    }
    pipeline_free(from);
    if (status != TRAWL_OK || !pipeline_holds_barrier(*next)) {
        pipeline_free(*next);
        *next = NULL;
    }
    return status == TRAWL_OK ? TRAWL_OK : error_set(error, status, "%s", trouble.message);
}

/* Frees the pipeline. */
static enum trawl_status run_tail(struct archive *archive, const struct pipeline_setup *setup,
                                  struct pipeline *pipeline, const struct row_sink *rows,
                                  struct trawl_error *error) {
    while (pipeline && pipeline_end(pipeline) < setup->plan->stage_count) {
        enum trawl_status status = run_next(archive, setup, pipeline, rows, &pipeline, error);
        if (status != TRAWL_OK) return status;
    }
    if (!pipeline) return TRAWL_OK;
    enum trawl_status status = pipeline_finish(pipeline, rows, error);
    pipeline_free(pipeline);
    return status;
}

/* ---- one reading -------------------------------------------------------------------------- */

/* The rows that the query brings along run in the place of the archive's. */
static enum trawl_status read_given(struct archive *archive, const struct pipeline_setup *setup,
                                    const struct row_sink *rows, struct tally *tally,
                                    struct trawl_error *error) {
    const struct trawl_plan *plan = setup->plan;
    struct operator_resources resources = {archive->spill,
                                           budget_tail_state(&archive->budget, plan),
                                           &archive->stop, archive->notices};
    struct pipeline *pipeline = pipeline_new(setup, 0, &resources, rows, error);
    if (!pipeline) return error ? error->status : TRAWL_MEMORY;
    enum trawl_status status =
        given_run(plan->given, plan->stages[0].program, pipeline, tally, &archive->stop, error);
    if (status == TRAWL_OK) status = pipeline_flush(pipeline, error);
    if (status == TRAWL_OK && pipeline_holds_barrier(pipeline))
        return run_tail(archive, setup, pipeline, rows, error);
    pipeline_free(pipeline);
    return status;
}

/* How rows of a plan without barrier go to the sink. */
enum delivery {
    IN_ORDER, /* of input, and soon */
    AT_ONCE,  /* by any worker at any time */
};

static enum trawl_status read_archive(struct archive *archive, const struct pipeline_setup *setup,
                                      const struct row_sink *rows, enum delivery delivery,
                                      struct tally *tally, struct faults *faults,
                                      struct trawl_error *error) {
    const struct trawl_plan *plan = setup->plan;
    if (plan->given) return read_given(archive, setup, rows, tally, error);
    struct crew crew = {
        .source = archive->source,
        .setup = setup,
        .resources = {archive->spill, budget_worker_state(&archive->budget, plan), &archive->stop,
                      archive->notices},
        .rows = *rows,
        .config = archive->config,
        .threads = archive->budget.threads,
        .inputs = archive->inputs,
        .gate = archive->gate,
        .counters = &archive->counters,
        .stop = &archive->stop,
    };
    crew.config.program = plan->stages[0].program;
    crew.config.range = plan->ranged ? plan->range : range_all;
    if (delivery == IN_ORDER && plan_barrier(plan, 0) == plan->stage_count) {
        crew.prompt = true;
        if (crew.threads > 1) {
            crew.ordered =
                ordered_new(rows, plan_last(plan)->column_count, archive->budget.ordered);
            if (!crew.ordered) return error_memory(error);
        }
    }
    atomic_store(&archive->counters.files_done, 0);
    tally->files = archive->inputs->count - archive->skipped;
    struct pipeline *merged;
    enum trawl_status status = crew_run(&crew, tally, faults, &merged, error);
    ordered_free(crew.ordered);
    if (status != TRAWL_OK || !merged) {
        pipeline_free(merged);
        return status;
    }
    atomic_store(&archive->stop, false);
    return run_tail(archive, setup, merged, rows, error);
}

enum trawl_status reading_result(struct archive *archive, const struct pipeline_setup *setup,
                                 const struct row_sink *rows, struct tally *tally,
                                 struct faults *faults, struct trawl_error *error) {
    return read_archive(archive, setup, rows, IN_ORDER, tally, faults, error);
}

/* ---- tables ------------------------------------------------------------------------------- */

/* Takes rows of a table from any worker. Rows that come of one record come from one worker one
 * after the other, and rows from behind a barrier all come one after the other: the place of a row
 * is its origin, as far as input order is its order, and then how many came before it. */
struct filler {
    pthread_mutex_t lock; /* guards what follows */
    struct lookup *lookup;
    struct plan_given *given; /* in the place of the lookup, behind rows of earlier tables */
    size_t table;
    bool by_origin;
    uint64_t count;
    struct buffer order;
};

static void order_append(struct buffer *order, uint64_t count) {
    for (int shift = 56; shift >= 0; shift -= 8)
        buffer_append_char(order, (char)(unsigned char)(count >> shift));
}

static enum trawl_status fill(void *context, const struct datum *cells, struct origin origin,
                              struct trawl_error *error) {
    struct filler *filler = context;
    pthread_mutex_lock(&filler->lock);
    struct buffer *order = &filler->order;
    order->length = 0;
    if (filler->given) order_append(order, filler->table);
    if (filler->by_origin) sortkey_origin(order, origin);
    order_append(order, filler->count++);
    struct text place = {order->data, order->length};
    enum trawl_status status = order->failed   ? error_memory(error)
                               : filler->given ? given_gather(filler->given, cells, place, error)
                                               : lookup_add(filler->lookup, cells, place, error);
    pthread_mutex_unlock(&filler->lock);
    return status;
}

static enum trawl_status fill_table(struct archive *archive, struct plan_table *table,
                                    struct plan_given *given, size_t index,
                                    struct trawl_error *error) {
    const struct trawl_plan *plan = table->plan;
    struct filler filler = {.lookup = table->lookup,
                            .given = table->lookup ? NULL : given,
                            .table = index,
                            .by_origin = plan_barrier(plan, 0) == plan->stage_count};
    const struct row_sink rows = {fill, &filler};
    const struct pipeline_setup setup = {plan, SIZE_MAX, NULL};
    struct tally tally;
    if (!tally_init(&tally, plan->stages[0].program)) return error_memory(error);
    struct faults faults = {0};
    pthread_mutex_init(&filler.lock, NULL);
    enum trawl_status status =
        read_archive(archive, &setup, &rows, AT_ONCE, &tally, &faults, error);
    pthread_mutex_destroy(&filler.lock);
    buffer_free(&filler.order);
    faults_free(&faults);
    tally_free(&tally);
    if (status != TRAWL_OK) return status;
    if (atomic_load(&archive->interrupted)) return error_set(error, TRAWL_CANCELLED, "interrupted");
    return table->lookup ? lookup_freeze(table->lookup, error) : TRAWL_OK;
}

enum trawl_status reading_tables(struct archive *archive, const struct trawl_plan *plan,
                                 struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < plan->table_count; i++) {
        struct plan_table *table = &plan->tables[i];
        status = reading_tables(archive, table->plan, error);
        if (status != TRAWL_OK) return status;
        table->spill = spill_new(archive->temp);
        if (!table->spill) return error_memory(error);
        if (table->lookup)
            lookup_use(table->lookup, table->spill, archive->budget.lookup);
        else if (!given_gather_into(plan->given, table->spill, archive->budget.lookup))
            return error_memory(error);
        status = fill_table(archive, table, plan->given, i, error);
    }
    return status;
}
