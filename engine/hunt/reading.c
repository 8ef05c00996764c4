#include "engine/hunt/reading.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/hunt/given.h"
#include "engine/operator/sortkey.h"

/* ---- rows of tables ------------------------------------------------------------------------ */

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

static struct filler filler_of(const struct trawl_plan *plan, size_t table) {
    const struct plan_table *of = &plan->tables[table];
    return (struct filler){.lookup = of->lookup,
                           .given = of->lookup ? NULL : plan->given,
                           .table = table,
                           .by_origin = plan_barrier(of->plan, 0) == of->plan->stage_count};
}

/* Where the table keeps its rows. */
static enum trawl_status open_table(struct archive *archive, const struct trawl_plan *plan,
                                    size_t index, struct trawl_error *error) {
    struct plan_table *table = &plan->tables[index];
    table->spill = spill_new(archive->temp);
    if (!table->spill) return error_memory(error);
    if (table->lookup)
        lookup_use(table->lookup, table->spill, archive->budget.lookup);
    else if (!given_gather_into(plan->given, table->spill, archive->budget.lookup))
        return error_memory(error);
    return TRAWL_OK;
}

/* Of operators that stand behind the workers, or run without them. */
static struct operator_resources tail_resources(struct archive *archive, const struct lane *lane) {
    return (struct operator_resources){archive->spill,
                                       budget_tail_state(&archive->budget, lane->setup.plan),
                                       &archive->stop, lane->notices};
}

/* ---- behind the first barrier ------------------------------------------------------------- */

/* The rows of the barrier at the end of `from` run through the next pipeline. Frees `from`;
 * *next: the pipeline to go on with, NULL: all rows are out. */
static enum trawl_status run_next(struct archive *archive, const struct lane *lane,
                                  struct pipeline *from, struct pipeline **next,
                                  struct trawl_error *error) {
    struct operator_resources resources = tail_resources(archive, lane);
    struct trawl_error trouble = {0};
    *next = pipeline_new(&lane->setup, pipeline_end(from), &resources, &lane->rows, &trouble);
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
static enum trawl_status run_tail(struct archive *archive, const struct lane *lane,
                                  struct pipeline *pipeline, struct trawl_error *error) {
    while (pipeline && pipeline_end(pipeline) < lane->setup.plan->stage_count) {
        enum trawl_status status = run_next(archive, lane, pipeline, &pipeline, error);
        if (status != TRAWL_OK) return status;
    }
    if (!pipeline) return TRAWL_OK;
    enum trawl_status status = pipeline_finish(pipeline, &lane->rows, error);
    pipeline_free(pipeline);
    return status;
}

/* ---- one reading -------------------------------------------------------------------------- */

/* The rows that the query brings along run in the place of the archive's. */
static enum trawl_status read_given(struct archive *archive, struct lane *lane,
                                    struct trawl_error *error) {
    const struct trawl_plan *plan = lane->setup.plan;
    struct operator_resources resources = tail_resources(archive, lane);
    struct pipeline *pipeline = pipeline_new(&lane->setup, 0, &resources, &lane->rows, error);
    if (!pipeline) return error ? error->status : TRAWL_MEMORY;
    enum trawl_status status = given_run(plan->given, plan->stages[0].program, pipeline,
                                         &lane->tally, &archive->stop, error);
    if (status == TRAWL_OK) status = pipeline_flush(pipeline, error);
    if (status == TRAWL_OK && pipeline_holds_barrier(pipeline))
        return run_tail(archive, lane, pipeline, error);
    pipeline_free(pipeline);
    return status;
}

/* How rows of a plan without barrier go to the sink. */
enum delivery {
    IN_ORDER, /* of input, and soon */
    AT_ONCE,  /* by any worker at any time */
};

/* Lanes that read the archive: those of plans, and of the tables that are made meanwhile. */
struct readers {
    struct lane **lanes;
    size_t count;
    bool stream;                          /* any of them does */
    size_t longest_row;                   /* the most cells that a row of any has */
    struct operator_resources *resources; /* [count] */
    struct pipeline **barriers; /* [count], what their first barriers hold; NULL: it has none */
    struct filler *fillers;     /* of tables, in the order of their lanes */
    size_t filler_count;
};

static void add_reader(struct readers *readers, struct archive *archive, struct lane *lane) {
    const struct trawl_plan *plan = lane->setup.plan;
    size_t cells = plan_last(plan)->column_count;
    if (cells > readers->longest_row) readers->longest_row = cells;
    readers->resources[readers->count] = (struct operator_resources){
        archive->spill, budget_worker_state(&archive->budget, plan), &archive->stop, lane->notices};
    readers->lanes[readers->count++] = lane;
}

static enum trawl_status add_table_readers(struct readers *readers, struct archive *archive,
                                           struct lane *lane, struct trawl_error *error) {
    for (size_t i = 0; i < lane->table_count; i++) {
        struct filler *filler = &readers->fillers[readers->filler_count++];
        *filler = filler_of(lane->setup.plan, i);
        pthread_mutex_init(&filler->lock, NULL);
        lane->tables[i].rows = (struct row_sink){fill, filler};
        lane->tables[i].at_once = true;
        add_reader(readers, archive, &lane->tables[i]);
        enum trawl_status status = open_table(archive, lane->setup.plan, i, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static enum trawl_status readers_init(struct readers *readers, struct archive *archive,
                                      struct lane *lanes, size_t count, struct trawl_error *error) {
    size_t tables = 0;
    for (size_t i = 0; i < count; i++) tables += lanes[i].table_count;
    *readers = (struct readers){.lanes = calloc(count + tables, sizeof *readers->lanes),
                                .resources = calloc(count + tables, sizeof *readers->resources),
                                .barriers = calloc(count + tables, sizeof(struct pipeline *)),
                                .fillers = calloc(tables + 1, sizeof *readers->fillers)};
    if (!readers->lanes || !readers->resources || !readers->barriers || !readers->fillers)
        return error_memory(error);
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < count; i++) {
        if (!lane_reads(&lanes[i])) continue;
        if (lane_streams(&lanes[i])) readers->stream = true;
        add_reader(readers, archive, &lanes[i]);
        status = add_table_readers(readers, archive, &lanes[i], error);
    }
    return status;
}

static void readers_free(struct readers *readers) {
    for (size_t i = 0; readers->barriers && i < readers->count; i++)
        pipeline_free(readers->barriers[i]);
    for (size_t i = 0; i < readers->filler_count; i++) {
        pthread_mutex_destroy(&readers->fillers[i].lock);
        buffer_free(&readers->fillers[i].order);
    }
    free(readers->fillers);
    free(readers->lanes);
    free(readers->resources);
    free(readers->barriers);
}

static bool rereadable(const struct input_list *inputs) {
    for (size_t i = 0; i < inputs->count; i++)
        if (!input_rereadable(&inputs->items[i])) return false;
    return true;
}

static enum trawl_status read_archive(struct archive *archive, struct readers *readers,
                                      const struct program *fields, struct range range,
                                      enum delivery delivery, struct tally *tally,
                                      struct faults *faults, struct trawl_error *error) {
    struct crew crew = {
        .source = archive->source,
        .lanes = readers->lanes,
        .lane_count = readers->count,
        .longest_row = readers->longest_row,
        .resources = readers->resources,
        .rereadable = rereadable(archive->inputs),
        .prompt = delivery == IN_ORDER && readers->stream,
        .config = archive->config,
        .threads = archive->budget.threads,
        .inputs = archive->inputs,
        .gate = archive->gate,
        .counters = &archive->counters,
        .stop = &archive->stop,
    };
    crew.config.program = fields;
    crew.config.range = range;
    if (crew.prompt && crew.threads > 1) {
        const struct row_sink sorted_out = {crew_ordered_row, readers->lanes};
        crew.ordered = ordered_new(&sorted_out, 1 + readers->longest_row, archive->budget.ordered);
        if (!crew.ordered) return error_memory(error);
    }
    atomic_store(&archive->counters.files_done, 0);
    tally->files = archive->inputs->count - archive->skipped;
    enum trawl_status status = crew_run(&crew, tally, faults, readers->barriers, error);
    ordered_free(crew.ordered);
    return status;
}

static enum trawl_status read_for(struct archive *archive, struct lane *lane,
                                  struct trawl_error *error);

/* The rows that waited, into a pipeline of the plan. */
static enum trawl_status run_kept(struct archive *archive, struct lane *lane,
                                  struct pipeline *pipeline, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    /* Where a table is empty no row may be able to pass. */
    bool idle = program_is_idle(lane->setup.plan->stages[0].program);
    for (size_t i = 0; status == TRAWL_OK && i < lane->keeper_count; i++) {
        const struct batch *batch;
        while (status == TRAWL_OK && !idle && !atomic_load(&archive->stop) &&
               (batch = keeper_next(lane->keepers[i], &status, error)))
            status = pipeline_run(pipeline, batch, &lane->tally, error);
        keeper_free(lane->keepers[i]);
        lane->keepers[i] = NULL;
    }
    return status == TRAWL_OK ? pipeline_flush(pipeline, error) : status;
}

/* The tables are made, but what waited for them would have been too much: once more. */
static enum trawl_status read_again(struct archive *archive, struct lane *lane,
                                    struct trawl_error *error) {
    struct lane again;
    struct pipeline_setup setup = lane->setup;
    setup.columns = NULL;
    for (size_t i = 0; i < lane->keeper_count; i++) keeper_free(lane->keepers[i]);
    lane->keeper_count = 0;
    bool good = lane_init_again(&again, &setup, lane->notices);
    again.rows = lane->rows;
    enum trawl_status status = good ? read_for(archive, &again, error) : error_memory(error);
    struct tally counted = lane->tally; /* until it gave up */
    lane->tally = again.tally;
    again.tally = counted;
    counted = lane->later;
    lane->later = again.later;
    again.later = counted;
    lane_free(&again);
    return status;
}

/* The rows that waited for the tables, which are made. */
static enum trawl_status end_kept(struct archive *archive, struct lane *lane,
                                  struct trawl_error *error) {
    struct operator_resources resources = tail_resources(archive, lane);
    struct pipeline_setup setup = lane->setup;
    struct trawl_error trouble = {0};
    setup.columns = NULL; /* what waited has the plan's columns alone */
    struct pipeline *pipeline = pipeline_new(&setup, 0, &resources, &lane->rows, &trouble);
    if (!pipeline) return error_set(error, trouble.status, "%s", trouble.message);
    pipeline_go_on(pipeline);
    enum trawl_status status = run_kept(archive, lane, pipeline, error);
    if (status == TRAWL_OK) return run_tail(archive, lane, pipeline, error);
    pipeline_free(pipeline);
    return status;
}

/* *barrier is taken. */
static enum trawl_status end_table(struct archive *archive, struct lane *lane, size_t index,
                                   struct pipeline **barrier, struct trawl_error *error) {
    struct pipeline *taken = *barrier;
    *barrier = NULL;
    enum trawl_status status =
        taken ? run_tail(archive, &lane->tables[index], taken, error) : TRAWL_OK;
    return status == TRAWL_OK ? lookup_freeze(lane->setup.plan->tables[index].lookup, error)
                              : status;
}

/* What is left to do for a lane when the archive is read. barriers: its own, and behind it those of
 * its tables; taken. */
static enum trawl_status end_reader(struct archive *archive, struct lane *lane,
                                    struct pipeline **barriers, struct trawl_error *error) {
    struct pipeline *barrier = barriers[0];
    barriers[0] = NULL;
    if (!lane_keeps(lane)) return barrier ? run_tail(archive, lane, barrier, error) : TRAWL_OK;
    if (atomic_load(&archive->interrupted)) return TRAWL_OK; /* the tables are not whole */
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < lane->table_count; i++)
        status = end_table(archive, lane, i, &barriers[1 + i], error);
    if (status != TRAWL_OK) return status;
    return atomic_load(&lane->gave_up) ? read_again(archive, lane, error)
                                       : end_kept(archive, lane, error);
}

static enum trawl_status end_lanes(struct archive *archive, struct lane *lanes, size_t count,
                                   struct readers *readers, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0, r = 0; status == TRAWL_OK && i < count; i++) {
        struct lane *lane = &lanes[i];
        if (lane_reads(lane)) {
            status = end_reader(archive, lane, &readers->barriers[r], error);
            r += 1 + lane->table_count;
        } else {
            status = read_given(archive, lane, error);
        }
        bool over = atomic_load(&archive->refused) || atomic_load(&archive->stop);
        if (status == TRAWL_CANCELLED && !over) status = TRAWL_OK; /* it has rows enough */
    }
    return status;
}

static enum trawl_status read_and_end(struct archive *archive, struct lane *lanes, size_t count,
                                      struct readers *readers, const struct program *fields,
                                      struct tally *tally, struct faults *faults,
                                      struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    if (readers->count)
        status = read_archive(archive, readers, fields, lanes_range(lanes, count), IN_ORDER, tally,
                              faults, error);
    if (status == TRAWL_OK && atomic_load(&archive->refused))
        return error_set(error, TRAWL_CANCELLED, "no more rows are wanted");
    if (readers->count) atomic_store(&archive->stop, false);
    return status == TRAWL_OK ? end_lanes(archive, lanes, count, readers, error) : status;
}

enum trawl_status reading_results(struct archive *archive, struct lane *lanes, size_t count,
                                  const struct program *fields, struct tally *tally,
                                  struct faults *faults, struct trawl_error *error) {
    struct readers readers;
    enum trawl_status status = readers_init(&readers, archive, lanes, count, error);
    if (status == TRAWL_OK)
        status = read_and_end(archive, lanes, count, &readers, fields, tally, faults, error);
    readers_free(&readers);
    return status;
}

/* Reads the archive for one lane alone, whose rows go to its sink at once. */
static enum trawl_status read_for(struct archive *archive, struct lane *lane,
                                  struct trawl_error *error) {
    if (!lane_reads(lane)) return read_given(archive, lane, error);
    struct tally tally = {0};
    struct faults faults = {0};
    struct readers readers = {0};
    struct program *fields = lanes_unite(lane, 1);
    enum trawl_status status =
        fields && tally_init(&tally, fields) ? TRAWL_OK : error_memory(error);
    if (status == TRAWL_OK) status = readers_init(&readers, archive, lane, 1, error);
    if (status == TRAWL_OK)
        status = read_archive(archive, &readers, fields, plan_range(lane->setup.plan), AT_ONCE,
                              &tally, &faults, error);
    if (status == TRAWL_OK && (readers.barriers[0] || lane_keeps(lane))) {
        atomic_store(&archive->stop, false);
        status = end_reader(archive, lane, readers.barriers, error);
    }
    readers_free(&readers);
    faults_free(&faults);
    tally_free(&tally);
    program_free(fields);
    return status;
}

static enum trawl_status fill_table(struct archive *archive, const struct trawl_plan *plan,
                                    size_t index, struct notices *notices,
                                    struct trawl_error *error) {
    struct lookup *lookup = plan->tables[index].lookup;
    const struct pipeline_setup setup = {.plan = plan->tables[index].plan,
                                         .limited_stage = SIZE_MAX};
    struct filler filler = filler_of(plan, index);
    struct lane lane;
    if (!lane_init(&lane, &setup, notices)) {
        lane_free(&lane);
        return error_memory(error);
    }
    lane.rows = (struct row_sink){fill, &filler};
    pthread_mutex_init(&filler.lock, NULL);
    enum trawl_status status = read_for(archive, &lane, error);
    pthread_mutex_destroy(&filler.lock);
    buffer_free(&filler.order);
    lane_free(&lane);
    if (status != TRAWL_OK) return status;
    if (atomic_load(&archive->interrupted)) return error_set(error, TRAWL_CANCELLED, "interrupted");
    return lookup ? lookup_freeze(lookup, error) : TRAWL_OK;
}

enum trawl_status reading_tables(struct archive *archive, const struct trawl_plan *plan,
                                 struct notices *notices, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < plan->table_count && !plan_keeps(plan); i++) {
        status = reading_tables(archive, plan->tables[i].plan, notices, error);
        if (status == TRAWL_OK) status = open_table(archive, plan, i, error);
        if (status == TRAWL_OK) status = fill_table(archive, plan, i, notices, error);
    }
    return status;
}
