/* sequence_neighbor.c - rows with fields of the one so many before or behind them. */
#include "engine/base/error.h"
#include "engine/operator/sequence_internal.h"
#include "engine/operator/sortkey.h"

static enum trawl_status give_pair(struct sequence_walk *walk, const struct datum *row,
                                   const struct datum *neighbor, struct trawl_error *error) {
    const struct sequence_spec *spec = walk->spec;
    for (size_t i = 0; i < spec->included_count; i++)
        walk->made[i] = neighbor ? neighbor[spec->included[i]] : datum_missing();
    sequence_pass(walk, spec->included_count, row);
    return sequence_give(walk, error);
}

static enum trawl_status decode_first(struct sequence_walk *walk, struct trawl_error *error) {
    return row_decode(queued_text(walk->queue.first), walk->other, walk->cell_count)
               ? TRAWL_OK
               : error_memory(error);
}

/* The queue holds the last rows, `distance` of them at most: those that are still without their
 * neighbour, or those that rows to come have for theirs. */
enum trawl_status neighbor_row(struct sequence_walk *walk, const struct sequence_row *row,
                               struct trawl_error *error) {
    const struct sequence_spec *spec = walk->spec;
    struct row_queue *queue = &walk->queue;
    bool full = queue->count == spec->distance;
    enum trawl_status status = full ? decode_first(walk, error) : TRAWL_OK;
    if (status == TRAWL_OK && spec->succeeding && full)
        status = give_pair(walk, walk->other, row->cells, error);
    if (status == TRAWL_OK && !spec->succeeding)
        status = give_pair(walk, row->cells, full ? walk->other : NULL, error);
    if (status != TRAWL_OK) return status;
    if (full) status = row_queue_pop(queue, error);
    return status == TRAWL_OK ? row_queue_push(queue, row->encoded, row->time, error) : status;
}

enum trawl_status neighbor_end(struct sequence_walk *walk, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    while (walk->spec->succeeding && status == TRAWL_OK && walk->queue.first) {
        status = decode_first(walk, error);
        if (status == TRAWL_OK) status = give_pair(walk, walk->other, NULL, error);
        if (status == TRAWL_OK) status = row_queue_pop(&walk->queue, error);
    }
    row_queue_clear(&walk->queue);
    return status;
}
