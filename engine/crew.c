#include "engine/crew.h"

#include <stdlib.h>

#include "engine/error.h"

static void feed_close(struct feed *feed) {
    if (feed->reader) feed->crew->source->reader_free(feed->reader);
    executor_free(feed->executor);
    batch_free(&feed->batch);
    tally_free(&feed->tally);
    faults_free(&feed->faults);
}

static enum trawl_status feed_open(struct feed *feed, struct crew *crew,
                                   struct trawl_error *error) {
    *feed = (struct feed){.crew = crew};
    if (!tally_init(&feed->tally, crew->plan)) return error_memory(error);
    if (!batch_init(&feed->batch, (uint32_t)crew->plan->field_count)) return error_memory(error);
    feed->executor = executor_new(crew->plan, crew->limit);
    if (!feed->executor) return error_memory(error);
    feed->reader = crew->source->reader_new(&crew->config, error);
    return feed->reader ? TRAWL_OK : error ? error->status : TRAWL_MEMORY;
}

/* A worker's failure ends the run for all. */
static void fail(struct crew *crew, const struct trawl_error *error) {
    pthread_mutex_lock(&crew->lock);
    if (crew->failure.status == TRAWL_OK) crew->failure = *error;
    atomic_store(&crew->cancelled, true);
    pthread_mutex_unlock(&crew->lock);
}

/* What a worker does next, with crew->lock held. A chunk, an input index, or neither: leave. */
struct task {
    struct chunk *chunk;
    size_t input; /* SIZE_MAX: none */
};

/* Called with the lock held, after either count changed. */
static void count_hungry(struct crew *crew) {
    unsigned chunks = (unsigned)crew->chunk_count;
    unsigned hungry = crew->resting > chunks ? crew->resting - chunks : 0;
    atomic_store_explicit(&crew->hungry, hungry, memory_order_relaxed);
}

bool crew_offer(struct crew *crew, struct chunk *chunk) {
    pthread_mutex_lock(&crew->lock);
    bool wanted = crew->resting > crew->chunk_count;
    if (wanted) {
        crew->chunks[crew->chunk_count++] = chunk;
        count_hungry(crew);
        pthread_cond_signal(&crew->wake);
    }
    pthread_mutex_unlock(&crew->lock);
    return wanted;
}

static struct task take(struct crew *crew) {
    for (;;) {
        if (crew->chunk_count) {
            struct chunk *chunk = crew->chunks[--crew->chunk_count];
            count_hungry(crew);
            return (struct task){chunk, SIZE_MAX};
        }
        if (!atomic_load(&crew->cancelled) && crew->next_input < crew->inputs->count) {
            crew->reading++;
            return (struct task){NULL, crew->next_input++};
        }
        if (crew->reading == 0) return (struct task){NULL, SIZE_MAX};
        crew->resting++;
        count_hungry(crew);
        pthread_cond_wait(&crew->wake, &crew->lock);
        crew->resting--;
        count_hungry(crew);
    }
}

enum trawl_status feed_run(struct feed *feed, struct trawl_error *error) {
#ifndef NDEBUG
    const char *why;
    if (!batch_validate(&feed->batch, &why))
        return error_set(error, TRAWL_INVALID, "a batch breaks its own rules: %s", why);
#endif
    enum trawl_status status = executor_run(feed->executor, &feed->batch, &feed->tally, error);
    batch_reset(&feed->batch);
    return status;
}

static void *work(void *argument) {
    struct feed *feed = argument;
    struct crew *crew = feed->crew;
    struct trawl_error error = {0};
    pthread_mutex_lock(&crew->lock);
    for (;;) {
        struct task task = take(crew);
        if (!task.chunk && task.input == SIZE_MAX) break;
        pthread_mutex_unlock(&crew->lock);
        enum trawl_status status;
        if (task.chunk) {
            status = crew->source->read_chunk(feed->reader, task.chunk, feed, &error);
            chunk_free(task.chunk);
        } else {
            status = crew->source->read(feed->reader, &crew->inputs->items[task.input],
                                        (uint32_t)task.input, feed, &error);
            atomic_fetch_add_explicit(&crew->files_done, 1, memory_order_relaxed);
        }
        if (status != TRAWL_OK && status != TRAWL_CANCELLED) fail(crew, &error);
        pthread_mutex_lock(&crew->lock);
        if (!task.chunk && --crew->reading == 0) pthread_cond_broadcast(&crew->wake);
    }
    pthread_mutex_unlock(&crew->lock);
    if (feed_run(feed, &error) != TRAWL_OK) fail(crew, &error);
    return NULL;
}

enum trawl_status crew_run(struct crew *crew, struct tally *tally, struct top *top,
                           struct faults *faults, struct trawl_error *error) {
    struct feed *feeds = calloc(crew->threads, sizeof *feeds);
    pthread_t *threads = calloc(crew->threads, sizeof *threads);
    crew->chunks = calloc(crew->threads, sizeof *crew->chunks);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->wake, NULL);
    enum trawl_status status = feeds && threads && crew->chunks ? TRAWL_OK : error_memory(error);
    unsigned opened = 0, started = 0;
    while (status == TRAWL_OK && opened < crew->threads) {
        status = feed_open(&feeds[opened], crew, error);
        opened++;
    }
    if (status == TRAWL_OK) {
        /* The calling thread is a worker too, so the run goes on where no thread can be started. */
        for (unsigned i = 1; i < crew->threads; i++) {
            if (pthread_create(&threads[i], NULL, work, &feeds[i])) break;
            started = i;
        }
        work(&feeds[0]);
        for (unsigned i = 1; i <= started; i++) pthread_join(threads[i], NULL);
        for (unsigned i = 0; i < opened; i++) {
            tally_merge(tally, &feeds[i].tally);
            faults_merge(faults, &feeds[i].faults);
            if (!top_merge(top, executor_top(feeds[i].executor))) status = error_memory(error);
        }
        faults_sort(faults);
        top_finish(top);
        if (crew->failure.status != TRAWL_OK) {
            status = error_set(error, crew->failure.status, "%s", crew->failure.message);
        } else if (status == TRAWL_OK && atomic_load(&crew->cancelled)) {
            status = error_set(error, TRAWL_CANCELLED, "interrupted");
        }
    }
    for (unsigned i = 0; i < opened; i++) feed_close(&feeds[i]);
    free(feeds);
    free(threads);
    free(crew->chunks);
    crew->chunks = NULL;
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->wake);
    return status;
}
