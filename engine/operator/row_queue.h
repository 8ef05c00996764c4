/* row_queue.h - encoded rows that leave in the order in which they came.
 *
 * The oldest rows are in memory. Those that come when that holds `most` bytes go to temporary files
 * and are read back when the ones before them have left. */
#ifndef TRAWL_ENGINE_ROW_QUEUE_H
#define TRAWL_ENGINE_ROW_QUEUE_H

#include "engine/operator/spill.h"

struct queued_row {
    struct queued_row *next;
    int64_t time;    /* ns, or TIME_NONE */
    uint64_t number; /* of rows that ever came */
    size_t length;
    char bytes[];
};

struct row_queue_file;

/* Zero-initialised is empty and stays in memory; spill and most are the owner's to set. */
struct row_queue {
    struct spill *spill; /* NULL: all stay in memory */
    uint64_t most;       /* bytes of memory */
    struct queued_row *first, *last;
    uint64_t count;   /* rows in it */
    uint64_t arrived; /* ever */
    uint64_t bytes;   /* of memory */
    struct row_queue_file *oldest, *newest;
    uint64_t offset;      /* in the oldest file: what was read back */
    struct buffer gather; /* a row on its way to a file, rows on their way back */
};

/* The row becomes the last one. */
enum trawl_status row_queue_push(struct row_queue *queue, struct text row, int64_t time,
                                 struct trawl_error *error);
/* The oldest leaves; there is one. The next is read back if it must be. */
enum trawl_status row_queue_pop(struct row_queue *queue, struct trawl_error *error);
void row_queue_clear(struct row_queue *queue);

static inline struct text queued_text(const struct queued_row *row) {
    return (struct text){row->bytes, row->length};
}

#endif
