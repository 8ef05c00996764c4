/* feed.c - what readers call: see source.h. */
#include <stdarg.h>
#include <stdio.h>

#include "engine/base/error.h"
#include "engine/hunt/crew.h"
#include "engine/program/execute.h"

/* A lane whose rows hold so much, and more than this part of the text, is read for again instead.
 */
#define KEPT_LEAST (UINT64_C(64) << 20)
#define KEPT_PART 2

static bool keeps_too_much(const struct feed *feed, const struct keeper *keeper) {
    uint64_t bytes = keeper_bytes(keeper);
    return feed->crew->rereadable && bytes > KEPT_LEAST &&
           bytes > feed->tally.text_bytes / KEPT_PART;
}

static enum trawl_status keep(struct feed_lane *lane, struct lane *of, struct trawl_error *error) {
    const struct batch *batch = &lane->feed->batch;
    struct rows rows;
    if (batch->rows == 0 || atomic_load_explicit(&of->gave_up, memory_order_relaxed))
        return TRAWL_OK;
    enum trawl_status status =
        executor_run_early(lane->executor, batch, &lane->tally, &rows, error);
    if (status != TRAWL_OK || !rows.selected) return status;
    if (keeps_too_much(lane->feed, lane->keeper)) {
        atomic_store(&of->gave_up, true);
        return TRAWL_OK;
    }
    return keeper_add(lane->keeper, batch, of->columns, rows.selection, error);
}

static enum trawl_status run_lanes(struct feed *feed, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < feed->crew->lane_count; i++) {
        struct feed_lane *lane = &feed->lanes[i];
        status = lane->pipeline ? pipeline_run(lane->pipeline, &feed->batch, &lane->tally, error)
                                : keep(lane, feed->crew->lanes[i], error);
    }
    return status;
}

static enum trawl_status flush_lanes(struct feed *feed, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < feed->crew->lane_count; i++)
        if (feed->lanes[i].pipeline) status = pipeline_flush(feed->lanes[i].pipeline, error);
    return status;
}

enum trawl_status feed_run(struct feed *feed, struct trawl_error *error) {
    if (!batch_complete(&feed->batch)) return error_memory(error);
#ifndef NDEBUG
    const char *why;
    if (!batch_validate(&feed->batch, &why))
        return error_set(error, TRAWL_INVALID, "a batch breaks its own rules: %s", why);
#endif
    values_look(&feed->tally.values, &feed->batch);
    enum trawl_status status = run_lanes(feed, error);
    batch_reset(&feed->batch);
    return status;
}

enum trawl_status feed_settle(struct feed *feed, struct trawl_error *error) {
    if (feed->failure.status != TRAWL_OK)
        return error_set(error, feed->failure.status, "%s", feed->failure.message);
    enum trawl_status status = feed_run(feed, error);
    if (status == TRAWL_OK) status = flush_lanes(feed, error);
    if (status == TRAWL_OK && feed->segment) status = segment_flush(feed->segment, error);
    return status;
}

struct batch *feed_batch(struct feed *feed) {
    return &feed->batch;
}

struct tally *feed_tally(struct feed *feed) {
    return &feed->tally;
}

enum trawl_status feed_row(struct feed *feed, struct trawl_error *error) {
    if (feed->failure.status != TRAWL_OK)
        return error_set(error, feed->failure.status, "%s", feed->failure.message);
    return batch_full(&feed->batch) ? feed_run(feed, error) : TRAWL_OK;
}

bool feed_cancelled(const struct feed *feed) {
    return atomic_load_explicit(feed->crew->stop, memory_order_relaxed);
}

void feed_progress(struct feed *feed, uint64_t bytes, uint64_t text, uint64_t records) {
    struct counters *counters = feed->crew->counters;
    feed->tally.bytes_read += bytes;
    feed->tally.text_bytes += text;
    if (bytes) atomic_fetch_add_explicit(&counters->bytes_read, bytes, memory_order_relaxed);
    if (text) atomic_fetch_add_explicit(&counters->text_bytes, text, memory_order_relaxed);
    if (records) atomic_fetch_add_explicit(&counters->records, records, memory_order_relaxed);
}

void feed_fault(struct feed *feed, enum trawl_fault_kind kind, const char *path, const char *member,
                struct origin origin, const char *format, ...) {
    char message[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    faults_add(&feed->faults, kind, path, member, origin, message);
}

void feed_names(struct feed *feed, struct text name) {
    names_add(&feed->tally.names, name);
}

/* Where rows are ordered, only the foremost worker holds any: see ordered.h. */
bool feed_reserve(struct feed *feed, uint64_t bytes) {
    if (feed->segment && bytes <= feed_budget(feed)) segment_wait_foremost(feed->segment);
    return gate_acquire(feed->crew->gate, bytes);
}

void feed_release(struct feed *feed, uint64_t bytes) {
    gate_release(feed->crew->gate, bytes);
}

uint64_t feed_budget(const struct feed *feed) {
    return gate_budget(feed->crew->gate);
}

bool feed_wants_chunk(const struct feed *feed) {
    return atomic_load_explicit(&feed->crew->hungry, memory_order_relaxed) > 0;
}

struct memory feed_spare(struct feed *feed, size_t capacity) {
    return crew_spare(feed->crew, capacity);
}

void feed_read(struct feed *feed, struct chunk *chunk) {
    crew_keep(feed->crew, &chunk->memory);
    chunk_free(chunk);
}

/* The rows read so far stand before those of the chunk, and those to come behind them. */
static bool offer_ordered(struct feed *feed, struct chunk *chunk) {
    if (feed_settle(feed, &feed->failure) != TRAWL_OK) return false;
    struct segment *segment = segment_split(feed->segment, &feed->failure);
    if (!segment) return false;
    if (crew_offer(feed->crew, (struct offer){chunk, segment})) return true;
    segment_end(segment, &feed->failure);
    return false;
}

bool feed_offer(struct feed *feed, struct chunk *chunk) {
    return feed->segment ? offer_ordered(feed, chunk)
                         : crew_offer(feed->crew, (struct offer){chunk, NULL});
}
