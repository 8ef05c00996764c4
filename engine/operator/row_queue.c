#include "engine/operator/row_queue.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"

/* A file is given back when its rows are read: as much of it as that lies idle. */
#define FILE_BYTES (UINT64_C(16) << 20)
/* Read back at a time. */
#define BLOCK_BYTES ((size_t)256 << 10)

struct row_queue_file {
    struct row_queue_file *next;
    struct spill_file *file;
};

/* What stands before a row's bytes in a file. */
struct head {
    int64_t time;
    uint64_t number;
    size_t length;
};

/* ---- in memory ---------------------------------------------------------------------------- */

static bool append(struct row_queue *queue, const struct head *head, const char *bytes) {
    struct queued_row *queued = malloc(sizeof *queued + head->length);
    if (!queued) return false;
    *queued =
        (struct queued_row){.time = head->time, .number = head->number, .length = head->length};
    if (head->length) memcpy(queued->bytes, bytes, head->length);
    if (queue->last)
        queue->last->next = queued;
    else
        queue->first = queued;
    queue->last = queued;
    queue->bytes += sizeof *queued + head->length;
    return true;
}

static void drop_first(struct row_queue *queue) {
    struct queued_row *row = queue->first;
    queue->first = row->next;
    if (!queue->first) queue->last = NULL;
    queue->bytes -= sizeof *row + row->length;
    free(row);
}

/* ---- in files ----------------------------------------------------------------------------- */

static void drop_oldest_file(struct row_queue *queue) {
    struct row_queue_file *file = queue->oldest;
    queue->oldest = file->next;
    if (!queue->oldest) queue->newest = NULL;
    queue->offset = 0;
    spill_close(file->file);
    free(file);
}

static enum trawl_status add_file(struct row_queue *queue, struct trawl_error *error) {
    struct row_queue_file *file = calloc(1, sizeof *file);
    if (!file) return error_memory(error);
    file->file = spill_create(queue->spill, error);
    if (!file->file) {
        free(file);
        return error->status;
    }
    if (queue->newest)
        queue->newest->next = file;
    else
        queue->oldest = file;
    queue->newest = file;
    return TRAWL_OK;
}

static enum trawl_status write_row(struct row_queue *queue, const struct head *head,
                                   const char *bytes, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    if (!queue->newest || spill_size(queue->newest->file) >= FILE_BYTES)
        status = add_file(queue, error);
    if (status == TRAWL_OK) status = spill_write(queue->newest->file, head, sizeof *head, error);
    if (status != TRAWL_OK || !head->length) return status;
    return spill_write(queue->newest->file, bytes, head->length, error);
}

/* Reads `length` bytes from where the oldest file was left. */
static enum trawl_status read_block(struct row_queue *queue, size_t length,
                                    struct trawl_error *error) {
    buffer_clear(&queue->gather, SIZE_MAX);
    if (!buffer_reserve(&queue->gather, length)) {
        queue->gather.failed = false;
        return error_memory(error);
    }
    return spill_read(queue->oldest->file, queue->offset, queue->gather.data, length, error);
}

/* The rows that stand whole in the block; *used: their bytes. *lacking: those of the row behind. */
static bool take_rows(struct row_queue *queue, size_t length, size_t *used, size_t *lacking) {
    struct head head;
    *used = 0;
    *lacking = sizeof head;
    while (length - *used >= sizeof head) {
        const char *at = queue->gather.data + *used;
        memcpy(&head, at, sizeof head);
        *lacking = sizeof head + head.length;
        if (length - *used < *lacking) break;
        if (!append(queue, &head, at + sizeof head)) return false;
        *used += *lacking;
    }
    return true;
}

static enum trawl_status read_back(struct row_queue *queue, struct trawl_error *error) {
    enum trawl_status status = spill_flush(queue->oldest->file, error);
    uint64_t left = spill_size(queue->oldest->file) - queue->offset;
    size_t length = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, used = 0, lacking = 0;
    while (status == TRAWL_OK && used == 0) {
        status = read_block(queue, length, error);
        if (status != TRAWL_OK) break;
        if (!take_rows(queue, length, &used, &lacking)) return error_memory(error);
        length = lacking; /* a row longer than a block */
    }
    if (status != TRAWL_OK) return status;
    queue->offset += used;
    if (queue->offset == spill_size(queue->oldest->file)) drop_oldest_file(queue);
    return TRAWL_OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

enum trawl_status row_queue_push(struct row_queue *queue, struct text row, int64_t time,
                                 struct trawl_error *error) {
    struct head head = {time, queue->arrived, row.length};
    bool waits = queue->spill && queue->first && (queue->oldest || queue->bytes >= queue->most);
    if (waits) {
        enum trawl_status status = write_row(queue, &head, row.data, error);
        if (status != TRAWL_OK) return status;
    } else if (!append(queue, &head, row.data)) {
        return error_memory(error);
    }
    queue->arrived++;
    queue->count++;
    return TRAWL_OK;
}

enum trawl_status row_queue_pop(struct row_queue *queue, struct trawl_error *error) {
    drop_first(queue);
    queue->count--;
    return queue->first || !queue->oldest ? TRAWL_OK : read_back(queue, error);
}

void row_queue_clear(struct row_queue *queue) {
    while (queue->first) drop_first(queue);
    while (queue->oldest) drop_oldest_file(queue);
    queue->count = 0;
    buffer_free(&queue->gather);
    queue->gather = (struct buffer){0};
}
