/* row_queue.h - encoded rows that leave in the order in which they came. */
#ifndef TRAWL_ENGINE_ROW_QUEUE_H
#define TRAWL_ENGINE_ROW_QUEUE_H

#include "engine/base/buffer.h"

struct queued_row {
    struct queued_row *next;
    int64_t time;    /* ns, or TIME_NONE */
    uint64_t number; /* of rows that ever came */
    size_t length;
    char bytes[];
};

/* Zero-initialised is empty. */
struct row_queue {
    struct queued_row *first, *last;
    uint64_t count;   /* rows in it */
    uint64_t arrived; /* ever */
    uint64_t bytes;   /* of memory */
};

/* The row as it stands in the queue, until it leaves. NULL: no memory. */
struct queued_row *row_queue_push(struct row_queue *queue, struct text row, int64_t time);
void row_queue_pop(struct row_queue *queue); /* the oldest; there is one */
void row_queue_clear(struct row_queue *queue);

static inline struct text queued_text(const struct queued_row *row) {
    return (struct text){row->bytes, row->length};
}

#endif
