#include "engine/hunt/crew.h"

#include <stdlib.h>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/program/execute.h"

/* Chunks longer than this are of unusual text: their memory is not kept. */
#define SPARE_MOST ((size_t)4 << 20)

/* ---- one worker's feed -------------------------------------------------------------------- */

static void feed_lane_close(struct feed_lane *lane) {
    pipeline_free(lane->pipeline);
    executor_free(lane->executor);
    keeper_free(lane->keeper);
    tally_free(&lane->tally);
    free(lane->cells);
}

static void feed_close(struct feed *feed) {
    if (feed->reader) feed->crew->source->reader_free(feed->reader);
    for (size_t i = 0; feed->lanes && i < feed->crew->lane_count; i++)
        feed_lane_close(&feed->lanes[i]);
    free(feed->lanes);
    batch_free(&feed->batch);
    tally_free(&feed->tally);
    faults_free(&feed->faults);
}

static enum trawl_status put_in_order(void *context, const struct datum *cells,
                                      struct origin origin, struct trawl_error *error) {
    (void)origin;
    struct feed_lane *lane = context;
    memcpy(lane->cells + 1, cells, lane->column_count * sizeof *cells);
    return segment_row(lane->feed->segment, lane->cells, error);
}

enum trawl_status crew_ordered_row(void *context, const struct datum *cells, struct origin origin,
                                   struct trawl_error *error) {
    struct lane *const *lanes = context;
    const struct row_sink *rows = &lanes[(size_t)cells[0].number]->rows;
    return rows->row(rows->context, cells + 1, origin, error);
}

static enum trawl_status open_keeper(struct feed_lane *lane, const struct lane *of,
                                     const struct operator_resources *resources,
                                     struct trawl_error *error) {
    const struct program *program = of->setup.plan->stages[0].program;
    lane->executor = executor_new(program, of->columns);
    lane->keeper = keeper_new(resources->spill, resources->budget, program->field_count);
    return lane->executor && lane->keeper ? TRAWL_OK : error_memory(error);
}

static enum trawl_status feed_lane_open(struct feed_lane *lane, struct feed *feed, size_t index,
                                        struct trawl_error *error) {
    const struct crew *crew = feed->crew;
    const struct lane *of = crew->lanes[index];
    const struct trawl_plan *plan = of->setup.plan;
    size_t cells = 1 + crew->longest_row;
    lane->feed = feed;
    lane->column_count = plan_last(plan)->column_count;
    lane->cells = calloc(cells, sizeof *lane->cells);
    if (!lane->cells || !tally_init(&lane->tally, plan->stages[0].program))
        return error_memory(error);
    lane->cells[0] = datum_number((double)index);
    for (size_t i = 1; i < cells; i++) lane->cells[i] = datum_missing();
    if (lane_keeps(of)) return open_keeper(lane, of, &crew->resources[index], error);
    bool in_order = crew->ordered && !of->at_once;
    struct row_sink rows = in_order ? (struct row_sink){put_in_order, lane} : of->rows;
    struct trawl_error trouble = {0};
    lane->pipeline = pipeline_new(&of->setup, 0, &crew->resources[index], &rows, &trouble);
    return lane->pipeline ? TRAWL_OK : error_set(error, trouble.status, "%s", trouble.message);
}

/* Fields whose values the source knows all are looked at. */
static void know_values(struct values *values, const struct source *source,
                        const struct program *program) {
    for (size_t f = 0; source->values && f < program->field_count; f++)
        if (program->fields[f].wanted)
            values->fields[f].known = source->values(program->fields[f].name);
}

static enum trawl_status feed_open(struct feed *feed, struct crew *crew,
                                   struct trawl_error *error) {
    const struct program *program = crew->config.program;
    *feed = (struct feed){.crew = crew};
    feed->lanes = calloc(crew->lane_count, sizeof *feed->lanes);
    if (!feed->lanes || !tally_init(&feed->tally, program) ||
        !batch_init(&feed->batch, (uint32_t)program->field_count))
        return error_memory(error);
    know_values(&feed->tally.values, crew->source, program);
    for (size_t i = 0; i < crew->lane_count; i++) {
        enum trawl_status status = feed_lane_open(&feed->lanes[i], feed, i, error);
        if (status != TRAWL_OK) return status;
    }
    struct trawl_error trouble = {0};
    feed->reader = crew->source->reader_new(&crew->config, &trouble);
    return feed->reader ? TRAWL_OK : error_set(error, trouble.status, "%s", trouble.message);
}

/* ---- what a worker does next -------------------------------------------------------------- */

/* A chunk, an input, or neither: leave. */
struct task {
    struct offer offer;
    size_t input; /* SIZE_MAX: none */
    struct segment *segment;
};

/* How many offers more would be taken soon. As long as there are inputs to begin with, and where
 * rows are ordered (see there), only those by resting workers. Else each worker that reads no input
 * has one to go on with when it is done with its own: it need not be woken for each. Called with
 * the lock held, after any of the counts changed. */
static unsigned count_hungry(struct crew *crew) {
    bool resting_only = crew->ordered || crew->next_input < crew->inputs->count;
    unsigned takers = resting_only ? crew->resting : crew->threads - crew->reading;
    unsigned offers = (unsigned)crew->offer_count;
    unsigned hungry = takers > offers ? takers - offers : 0;
    atomic_store_explicit(&crew->hungry, hungry, memory_order_relaxed);
    return hungry;
}

bool crew_offer(struct crew *crew, struct offer offer) {
    pthread_mutex_lock(&crew->lock);
    bool wanted = count_hungry(crew) > 0;
    if (wanted) {
        crew->offers[crew->offer_count++] = offer;
        count_hungry(crew);
        pthread_cond_signal(&crew->wake);
    }
    pthread_mutex_unlock(&crew->lock);
    return wanted;
}

struct memory crew_spare(struct crew *crew, size_t capacity) {
    struct memory memory = {NULL, 0};
    pthread_mutex_lock(&crew->lock);
    if (crew->spare_count) memory = crew->spares[--crew->spare_count];
    pthread_mutex_unlock(&crew->lock);
    if (memory.capacity >= capacity) return memory;
    free(memory.data);
    return (struct memory){malloc(capacity + TEXT_PADDING), capacity};
}

void crew_keep(struct crew *crew, struct memory *memory) {
    pthread_mutex_lock(&crew->lock);
    if (memory->capacity <= SPARE_MOST && crew->spare_count <= crew->threads) {
        crew->spares[crew->spare_count++] = *memory;
        *memory = (struct memory){NULL, 0};
    }
    pthread_mutex_unlock(&crew->lock);
}

/* Called with the lock held, so that segments begin in the order of their inputs. */
static struct task take(struct crew *crew) {
    for (;;) {
        if (crew->offer_count) {
            struct offer offer = crew->offers[--crew->offer_count];
            count_hungry(crew);
            return (struct task){offer, SIZE_MAX, offer.segment};
        }
        while (crew->next_input < crew->inputs->count &&
               crew->inputs->items[crew->next_input].skipped)
            crew->next_input++;
        if (!atomic_load(crew->stop) && crew->next_input < crew->inputs->count) {
            crew->reading++;
            size_t input = crew->next_input++;
            count_hungry(crew);
            return (struct task){.input = input,
                                 .segment = crew->ordered ? segment_begin(crew->ordered) : NULL};
        }
        if (crew->reading == 0) return (struct task){.input = SIZE_MAX};
        crew->resting++;
        count_hungry(crew);
        pthread_cond_wait(&crew->wake, &crew->lock);
        crew->resting--;
        count_hungry(crew);
    }
}

/* ---- the work ----------------------------------------------------------------------------- */

/* What is not OK ends the run for all; that no more rows are wanted is no failure. */
static void end_run(struct crew *crew, enum trawl_status status, const struct trawl_error *error) {
    pthread_mutex_lock(&crew->lock);
    if (status != TRAWL_CANCELLED && crew->failure.status == TRAWL_OK) crew->failure = *error;
    atomic_store(crew->stop, true);
    pthread_mutex_unlock(&crew->lock);
}

static enum trawl_status read_task(struct feed *feed, const struct task *task,
                                   struct trawl_error *error) {
    struct crew *crew = feed->crew;
    if (crew->ordered && !task->segment) return error_memory(error);
    enum trawl_status status =
        task->offer.chunk ? crew->source->read_chunk(feed->reader, task->offer.chunk, feed, error)
                          : crew->source->read(feed->reader, &crew->inputs->items[task->input],
                                               (uint32_t)task->input, feed, error);
    return status == TRAWL_OK && crew->prompt ? feed_settle(feed, error) : status;
}

static void do_task(struct feed *feed, const struct task *task) {
    struct crew *crew = feed->crew;
    struct trawl_error error = {0};
    feed->segment = task->segment;
    enum trawl_status status = read_task(feed, task, &error);
    if (status != TRAWL_OK) end_run(crew, status, &error);
    if (feed->segment) {
        /* Rows read until the user stopped the run still belong to the answer. */
        if (status == TRAWL_CANCELLED) {
            status = feed_settle(feed, &error);
            if (status != TRAWL_OK) end_run(crew, status, &error);
        }
        batch_reset(&feed->batch);
        status = segment_end(feed->segment, &error);
        if (status != TRAWL_OK) end_run(crew, status, &error);
        feed->segment = NULL;
    }
    if (task->offer.chunk)
        feed_read(feed, task->offer.chunk);
    else
        atomic_fetch_add_explicit(&crew->counters->files_done, 1, memory_order_relaxed);
}

static void *work(void *argument) {
    struct feed *feed = argument;
    struct crew *crew = feed->crew;
    uint64_t begun = clock_thread();
    pthread_mutex_lock(&crew->lock);
    for (;;) {
        struct task task = take(crew);
        if (!task.offer.chunk && task.input == SIZE_MAX) break;
        pthread_mutex_unlock(&crew->lock);
        do_task(feed, &task);
        pthread_mutex_lock(&crew->lock);
        if (task.offer.chunk) continue;
        if (--crew->reading == 0) pthread_cond_broadcast(&crew->wake);
        count_hungry(crew);
    }
    pthread_mutex_unlock(&crew->lock);
    struct trawl_error error = {0};
    enum trawl_status status = crew->ordered ? TRAWL_OK : feed_settle(feed, &error);
    if (status != TRAWL_OK) end_run(crew, status, &error);
    feed->tally.work_time += clock_thread() - begun;
    return NULL;
}

/* ---- the crew ----------------------------------------------------------------------------- */

/* The calling thread is a worker too, so the run goes on where no thread can be started. */
static void work_together(struct crew *crew, struct feed *feeds, pthread_t *threads) {
    unsigned started = 0;
    for (unsigned i = 1; i < crew->threads; i++) {
        if (pthread_create(&threads[i], NULL, work, &feeds[i])) break;
        started = i;
    }
    work(&feeds[0]);
    for (unsigned i = 1; i <= started; i++) pthread_join(threads[i], NULL);
}

static enum trawl_status gather_keepers(struct crew *crew, struct feed *feeds, size_t index,
                                        struct trawl_error *error) {
    struct lane *lane = crew->lanes[index];
    lane->keepers = calloc(crew->threads, sizeof *lane->keepers);
    if (!lane->keepers) return error_memory(error);
    for (unsigned i = 0; i < crew->threads; i++) {
        lane->keepers[lane->keeper_count++] = feeds[i].lanes[index].keeper;
        feeds[i].lanes[index].keeper = NULL;
    }
    return TRAWL_OK;
}

/* *merged: what the workers' barriers of a lane held; NULL: it has none. */
static enum trawl_status merge_lane(struct crew *crew, struct feed *feeds, size_t lane,
                                    struct pipeline **merged, struct trawl_error *error) {
    if (lane_keeps(crew->lanes[lane])) return gather_keepers(crew, feeds, lane, error);
    if (!pipeline_holds_barrier(feeds[0].lanes[lane].pipeline)) return TRAWL_OK;
    *merged = feeds[0].lanes[lane].pipeline;
    feeds[0].lanes[lane].pipeline = NULL;
    enum trawl_status status = TRAWL_OK;
    for (unsigned i = 1; status == TRAWL_OK && i < crew->threads; i++) {
        struct pipeline **from = &feeds[i].lanes[lane].pipeline;
        status = pipeline_merge(*merged, *from, error);
        pipeline_free(*from);
        *from = NULL;
    }
    return status;
}

static enum trawl_status merge(struct crew *crew, struct feed *feeds, struct tally *tally,
                               struct faults *faults, struct pipeline **merged,
                               struct trawl_error *error) {
    for (unsigned i = 0; i < crew->threads; i++) {
        tally_settle(&feeds[i].tally);
        tally_merge(tally, &feeds[i].tally);
        faults_merge(faults, &feeds[i].faults);
        for (size_t lane = 0; lane < crew->lane_count; lane++)
            tally_merge(&crew->lanes[lane]->tally, &feeds[i].lanes[lane].tally);
    }
    faults_sort(faults);
    if (crew->failure.status != TRAWL_OK)
        return error_set(error, crew->failure.status, "%s", crew->failure.message);
    enum trawl_status status = TRAWL_OK;
    for (size_t lane = 0; status == TRAWL_OK && lane < crew->lane_count; lane++)
        status = merge_lane(crew, feeds, lane, &merged[lane], error);
    return status;
}

enum trawl_status crew_run(struct crew *crew, struct tally *tally, struct faults *faults,
                           struct pipeline **merged, struct trawl_error *error) {
    for (size_t i = 0; i < crew->lane_count; i++) merged[i] = NULL;
    struct feed *feeds = calloc(crew->threads, sizeof *feeds);
    pthread_t *threads = calloc(crew->threads, sizeof *threads);
    crew->offers = calloc(crew->threads, sizeof *crew->offers);
    crew->spares = calloc(crew->threads + 1, sizeof *crew->spares);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->wake, NULL);
    enum trawl_status status =
        feeds && threads && crew->offers && crew->spares ? TRAWL_OK : error_memory(error);
    unsigned opened = 0;
    while (status == TRAWL_OK && opened < crew->threads)
        status = feed_open(&feeds[opened++], crew, error);
    if (status == TRAWL_OK) {
        work_together(crew, feeds, threads);
        status = merge(crew, feeds, tally, faults, merged, error);
    }
    for (unsigned i = 0; i < opened; i++) feed_close(&feeds[i]);
    free(feeds);
    free(threads);
    for (size_t i = 0; i < crew->spare_count; i++) free(crew->spares[i].data);
    free(crew->spares);
    free(crew->offers);
    crew->spares = NULL;
    crew->offers = NULL;
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->wake);
    return status;
}
