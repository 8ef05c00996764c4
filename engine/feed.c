/* feed.c - what readers call: see source.h. */
#include <stdarg.h>
#include <stdio.h>

#include "engine/crew.h"

struct batch *feed_batch(struct feed *feed) {
    return &feed->batch;
}

struct tally *feed_tally(struct feed *feed) {
    return &feed->tally;
}

enum trawl_status feed_row(struct feed *feed, struct trawl_error *error) {
    return batch_full(&feed->batch) ? feed_run(feed, error) : TRAWL_OK;
}

bool feed_cancelled(const struct feed *feed) {
    return atomic_load_explicit(&feed->crew->cancelled, memory_order_relaxed);
}

void feed_progress(struct feed *feed, uint64_t bytes, uint64_t text, uint64_t records) {
    struct crew *crew = feed->crew;
    feed->tally.bytes_read += bytes;
    feed->tally.text_bytes += text;
    if (bytes) atomic_fetch_add_explicit(&crew->bytes_read, bytes, memory_order_relaxed);
    if (text) atomic_fetch_add_explicit(&crew->text_bytes, text, memory_order_relaxed);
    if (records) atomic_fetch_add_explicit(&crew->records, records, memory_order_relaxed);
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

bool feed_reserve(struct feed *feed, uint64_t bytes) {
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

bool feed_offer(struct feed *feed, struct chunk *chunk) {
    return crew_offer(feed->crew, chunk);
}
