#include "engine/hunt/ordered.h"

#include <pthread.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/operator/sortkey.h"

/* Rows of a segment that is not foremost gather to so many bytes before others can see them. */
#define BLOCK_BYTES ((size_t)64 << 10)

/* Rows, each as its length and its bytes. */
struct block {
    struct block *next;
    struct buffer rows;
};

struct segment {
    struct ordered *ordered;
    struct buffer pending; /* the worker's own: rows not in a block yet */
    /* Set under the lock and read without it by the worker, whose rows then need none. */
    atomic_bool foremost;
    /* under the lock */
    struct segment *before, *behind;
    struct block *first, *last;
    bool ended; /* with no worker any more: only its blocks are left */
};

/* The right to call the sink is the foremost segment's, or that of the worker that ended the last
 * one and gives out what waited behind it. */
struct ordered {
    struct row_sink sink;
    size_t columns;
    struct datum *cells; /* a row that waited; of whoever has the right to call the sink */
    uint64_t budget;
    atomic_bool stopped; /* the sink takes no more */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t moved; /* there is room, another foremost segment, or no more need to wait */
    struct segment *head, *tail;
    bool advancing; /* somebody gives out what waits */
    uint64_t held;  /* bytes of blocks */
};

struct ordered *ordered_new(const struct row_sink *sink, size_t columns, uint64_t budget) {
    struct ordered *ordered = calloc(1, sizeof *ordered);
    if (!ordered) return NULL;
    ordered->sink = *sink;
    ordered->columns = columns;
    ordered->budget = budget;
    ordered->cells = calloc(columns + 1, sizeof *ordered->cells);
    if (!ordered->cells) {
        free(ordered);
        return NULL;
    }
    pthread_mutex_init(&ordered->lock, NULL);
    pthread_cond_init(&ordered->moved, NULL);
    return ordered;
}

void ordered_free(struct ordered *ordered) {
    if (!ordered) return;
    pthread_mutex_destroy(&ordered->lock);
    pthread_cond_destroy(&ordered->moved);
    free(ordered->cells);
    free(ordered);
}

/* ---- to the sink, by whoever may call it -------------------------------------------------- */

static enum trawl_status enough(struct trawl_error *error) {
    return error_set(error, TRAWL_CANCELLED, "no more rows are wanted");
}

static enum trawl_status give(struct ordered *ordered, const struct datum *cells,
                              struct trawl_error *error) {
    if (atomic_load_explicit(&ordered->stopped, memory_order_relaxed)) return enough(error);
    enum trawl_status status =
        ordered->sink.row(ordered->sink.context, cells, (struct origin){0}, error);
    if (status == TRAWL_OK) return TRAWL_OK;
    pthread_mutex_lock(&ordered->lock);
    atomic_store(&ordered->stopped, true);
    pthread_cond_broadcast(&ordered->moved);
    pthread_mutex_unlock(&ordered->lock);
    return status;
}

static enum trawl_status give_rows(struct ordered *ordered, const struct buffer *rows,
                                   struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    for (size_t at = 0; status == TRAWL_OK && at < rows->length;) {
        struct text row = {rows->data + at + sizeof row.length, 0};
        memcpy(&row.length, rows->data + at, sizeof row.length);
        row_decode(row, ordered->cells, ordered->columns);
        status = give(ordered, ordered->cells, error);
        at += sizeof row.length + row.length;
    }
    return status;
}

static uint64_t block_bytes(const struct block *block) {
    return sizeof *block + block->rows.capacity;
}

/* Frees the blocks, whether or not the sink took them. Returns what they took. */
static uint64_t give_blocks(struct ordered *ordered, struct block *block, enum trawl_status *status,
                            struct trawl_error *error) {
    uint64_t bytes = 0;
    while (block) {
        struct block *next = block->next;
        if (*status == TRAWL_OK) *status = give_rows(ordered, &block->rows, error);
        bytes += block_bytes(block);
        buffer_free(&block->rows);
        free(block);
        block = next;
    }
    return bytes;
}

/* ---- the list, under the lock ------------------------------------------------------------- */

static void unlink_segment(struct segment *segment) {
    struct ordered *ordered = segment->ordered;
    *(segment->before ? &segment->before->behind : &ordered->head) = segment->behind;
    *(segment->behind ? &segment->behind->before : &ordered->tail) = segment->before;
}

/* behind NULL: at the end. */
static void link_before(struct segment *segment, struct segment *behind) {
    struct ordered *ordered = segment->ordered;
    segment->behind = behind;
    segment->before = behind ? behind->before : ordered->tail;
    *(segment->before ? &segment->before->behind : &ordered->head) = segment;
    *(behind ? &behind->before : &ordered->tail) = segment;
}

static void move_blocks(struct segment *to, struct segment *from) {
    if (!from->first) return;
    *(to->first ? &to->last->next : &to->first) = from->first;
    to->last = from->last;
    from->first = from->last = NULL;
}

/* Ended neighbours are kept as one, so there are never more segments than a few for each worker. */
static void join(struct segment *ended) {
    struct segment *before = ended->before, *behind = ended->behind;
    if (behind && behind->ended) {
        move_blocks(ended, behind);
        unlink_segment(behind);
        free(behind);
    }
    if (before && before->ended) {
        move_blocks(before, ended);
        unlink_segment(ended);
        free(ended);
    }
}

/* Gives out what waits, up to and with the rows of the next open segment. Others may go on adding
 * segments and blocks meanwhile: nothing is remembered of the list while the lock is open. */
static enum trawl_status advance(struct ordered *ordered, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    ordered->advancing = true;
    for (struct segment *head; (head = ordered->head);) {
        struct block *blocks = head->first;
        if (blocks) {
            head->first = head->last = NULL;
            pthread_mutex_unlock(&ordered->lock);
            uint64_t bytes = give_blocks(ordered, blocks, &status, error);
            pthread_mutex_lock(&ordered->lock);
            ordered->held -= bytes;
            pthread_cond_broadcast(&ordered->moved);
        } else if (head->ended) {
            unlink_segment(head);
            free(head);
        } else {
            atomic_store_explicit(&head->foremost, true, memory_order_release);
            pthread_cond_broadcast(&ordered->moved);
            break;
        }
    }
    ordered->advancing = false;
    return status;
}

/* ---- a worker's rows ---------------------------------------------------------------------- */

static bool is_foremost(const struct segment *segment) {
    return atomic_load_explicit(&segment->foremost, memory_order_acquire);
}

/* The rows that gathered before the segment became foremost. */
static enum trawl_status give_pending(struct segment *segment, struct trawl_error *error) {
    if (!segment->pending.length) return TRAWL_OK;
    enum trawl_status status = give_rows(segment->ordered, &segment->pending, error);
    buffer_clear(&segment->pending, BLOCK_BYTES);
    return status;
}

/* Makes a block of the pending rows, or gives them out. With `wait`, until there is room. */
static enum trawl_status publish(struct segment *segment, bool wait, struct trawl_error *error) {
    struct ordered *ordered = segment->ordered;
    if (is_foremost(segment)) return give_pending(segment, error);
    if (!segment->pending.length) return TRAWL_OK;
    struct block *block = malloc(sizeof *block);
    if (!block) return error_memory(error);
    *block = (struct block){.rows = segment->pending};

    pthread_mutex_lock(&ordered->lock);
    bool foremost = is_foremost(segment);
    if (!foremost) {
        segment->pending = (struct buffer){0};
        *(segment->first ? &segment->last->next : &segment->first) = block;
        segment->last = block;
        ordered->held += block_bytes(block);
        while (wait && !is_foremost(segment) && ordered->held > ordered->budget &&
               !atomic_load(&ordered->stopped))
            pthread_cond_wait(&ordered->moved, &ordered->lock);
    }
    pthread_mutex_unlock(&ordered->lock);
    if (!foremost) return TRAWL_OK;
    free(block);
    return give_pending(segment, error);
}

enum trawl_status segment_row(struct segment *segment, const struct datum *cells,
                              struct trawl_error *error) {
    struct ordered *ordered = segment->ordered;
    if (is_foremost(segment)) {
        enum trawl_status status = give_pending(segment, error);
        return status == TRAWL_OK ? give(ordered, cells, error) : status;
    }
    if (atomic_load_explicit(&ordered->stopped, memory_order_relaxed)) return enough(error);
    struct buffer *pending = &segment->pending;
    size_t start = pending->length, length = 0;
    buffer_append(pending, &length, sizeof length);
    row_encode(pending, cells, ordered->columns);
    if (pending->failed) return error_memory(error);
    length = pending->length - start - sizeof length;
    memcpy(pending->data + start, &length, sizeof length);
    return pending->length >= BLOCK_BYTES ? publish(segment, true, error) : TRAWL_OK;
}

enum trawl_status segment_flush(struct segment *segment, struct trawl_error *error) {
    return publish(segment, true, error);
}

void segment_wait_foremost(struct segment *segment) {
    struct ordered *ordered = segment->ordered;
    pthread_mutex_lock(&ordered->lock);
    while (!is_foremost(segment) && !atomic_load(&ordered->stopped))
        pthread_cond_wait(&ordered->moved, &ordered->lock);
    pthread_mutex_unlock(&ordered->lock);
}

/* ---- segments ----------------------------------------------------------------------------- */

static struct segment *segment_new(struct ordered *ordered) {
    struct segment *segment = calloc(1, sizeof *segment);
    if (segment) segment->ordered = ordered;
    return segment;
}

struct segment *segment_begin(struct ordered *ordered) {
    struct segment *segment = segment_new(ordered);
    if (!segment) return NULL;
    pthread_mutex_lock(&ordered->lock);
    atomic_store(&segment->foremost, !ordered->head && !ordered->advancing);
    link_before(segment, NULL);
    pthread_mutex_unlock(&ordered->lock);
    return segment;
}

struct segment *segment_split(struct segment *segment, struct trawl_error *error) {
    struct ordered *ordered = segment->ordered;
    if (publish(segment, true, error) != TRAWL_OK) return NULL;
    struct segment *given = segment_new(ordered); /* what the segment gave so far */
    struct segment *inner = segment_new(ordered);
    if (!given || !inner) {
        free(given);
        free(inner);
        error_memory(error);
        return NULL;
    }
    pthread_mutex_lock(&ordered->lock);
    link_before(inner, segment);
    if (is_foremost(segment)) { /* all that it gave is out */
        atomic_store(&segment->foremost, false);
        atomic_store(&inner->foremost, true);
        free(given);
    } else {
        given->ended = true;
        move_blocks(given, segment);
        link_before(given, inner);
        join(given);
    }
    pthread_mutex_unlock(&ordered->lock);
    return inner;
}

enum trawl_status segment_end(struct segment *segment, struct trawl_error *error) {
    struct ordered *ordered = segment->ordered;
    enum trawl_status status = publish(segment, false, error);
    buffer_free(&segment->pending);
    pthread_mutex_lock(&ordered->lock);
    segment->ended = true;
    if (is_foremost(segment)) {
        unlink_segment(segment);
        free(segment);
        struct trawl_error *where = status == TRAWL_OK ? error : NULL;
        enum trawl_status later = advance(ordered, where);
        if (status == TRAWL_OK) status = later;
    } else {
        join(segment);
    }
    pthread_mutex_unlock(&ordered->lock);
    return status;
}
