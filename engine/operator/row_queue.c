#include "engine/operator/row_queue.h"

#include <stdlib.h>

struct queued_row *row_queue_push(struct row_queue *queue, struct text row, int64_t time) {
    struct queued_row *queued = malloc(sizeof *queued + row.length);
    if (!queued) return NULL;
    *queued = (struct queued_row){.time = time, .number = queue->arrived++, .length = row.length};
    if (row.length) memcpy(queued->bytes, row.data, row.length);
    if (queue->last)
        queue->last->next = queued;
    else
        queue->first = queued;
    queue->last = queued;
    queue->count++;
    queue->bytes += sizeof *queued + row.length;
    return queued;
}

void row_queue_pop(struct row_queue *queue) {
    struct queued_row *row = queue->first;
    queue->first = row->next;
    if (!queue->first) queue->last = NULL;
    queue->count--;
    queue->bytes -= sizeof *row + row->length;
    free(row);
}

void row_queue_clear(struct row_queue *queue) {
    while (queue->first) row_queue_pop(queue);
}
