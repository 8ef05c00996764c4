#include "engine/operator/sieve.h"

#include <stdlib.h>
#include <xxhash.h>

#include "engine/base/error.h"
#include "engine/operator/row_queue.h"
#include "engine/operator/sorter.h"
#include "engine/operator/sortkey.h"

/* Counters, of one byte each. */
#define SLOTS (UINT64_C(1) << 18)
/* Rows between two looks at the cancelled flag. */
#define CANCEL_ROWS 4096

/* Rows wait in queues, one from each worker; the time of a queued row is its counter. A row is its
 * place, then its cells. */
struct sieve {
    const struct sieve_spec *spec;
    struct operator_resources resources;
    uint8_t *counts; /* [SLOTS] */
    struct row_queue *queues;
    size_t queue_count;
    struct datum *cells; /* [column_count] */
    struct buffer key, row;
};

/* ---- life --------------------------------------------------------------------------------- */

static void sieve_close(void *state) {
    struct sieve *sieve = state;
    if (!sieve) return;
    for (size_t i = 0; i < sieve->queue_count; i++) row_queue_clear(&sieve->queues[i]);
    free(sieve->queues);
    free(sieve->counts);
    free(sieve->cells);
    buffer_free(&sieve->key);
    buffer_free(&sieve->row);
    free(sieve);
}

static void *sieve_open(const void *specification, const struct operator_resources *resources,
                        const struct row_sink *next, struct trawl_error *error) {
    const struct sieve_spec *spec = specification;
    struct sieve *sieve = calloc(1, sizeof *sieve);
    (void)next;
    if (sieve) {
        sieve->spec = spec;
        sieve->resources = *resources;
        sieve->counts = calloc(SLOTS, 1);
        sieve->queues = calloc(1, sizeof *sieve->queues);
        sieve->cells = calloc(spec->column_count + 1, sizeof *sieve->cells);
        if (sieve->counts && sieve->queues && sieve->cells) {
            sieve->queue_count = 1;
            sieve->queues[0].spill = resources->spill;
            sieve->queues[0].most = resources->budget / 2;
            return sieve;
        }
    }
    sieve_close(sieve);
    error_memory(error);
    return NULL;
}

/* ---- gathering ---------------------------------------------------------------------------- */

static void count(struct sieve *sieve, uint64_t slot, unsigned more) {
    unsigned sum = sieve->counts[slot] + more;
    sieve->counts[slot] = (uint8_t)(sum < UINT8_MAX ? sum : UINT8_MAX);
}

/* False: the row has not all of the key. */
static bool make_key(struct sieve *sieve, const struct rows *rows, size_t row) {
    buffer_clear(&sieve->key, SIZE_MAX);
    for (size_t i = 0; i < sieve->spec->key_count; i++) {
        struct datum cell = rows_cell(rows, sieve->spec->keys[i], row);
        if (cell.kind == DATUM_MISSING) return false;
        sortkey_value(&sieve->key, &cell, SORT_TEXT, false);
    }
    return true;
}

static bool has_flag(const struct sieve *sieve, const struct rows *rows, size_t row) {
    struct datum flag = rows_cell(rows, sieve->spec->flag, row);
    return flag.kind == DATUM_TEXT && text_equal(flag.text, text_of("true"));
}

static enum trawl_status add_row(struct sieve *sieve, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    const struct sieve_spec *spec = sieve->spec;
    if (!make_key(sieve, rows, row)) return TRAWL_OK;
    if (sieve->key.failed) return error_memory(error);
    uint64_t slot = XXH3_64bits(sieve->key.data, sieve->key.length) % SLOTS;
    if (has_flag(sieve, rows, row)) count(sieve, slot, 1);
    for (size_t i = 0; i < spec->column_count; i++)
        sieve->cells[i] = rows_cell(rows, spec->columns[i], row);
    buffer_clear(&sieve->row, SIZE_MAX);
    sortkey_origin(&sieve->row, rows->origins[row]);
    row_encode(&sieve->row, sieve->cells, spec->column_count);
    if (sieve->row.failed) return error_memory(error);
    struct text text = {sieve->row.data, sieve->row.length};
    return row_queue_push(&sieve->queues[0], text, (int64_t)slot, error);
}

static enum trawl_status sieve_add(void *state, const struct rows *rows,
                                   struct trawl_error *error) {
    for (size_t w = 0; w < BITMAP_WORDS(rows->row_count); w++) {
        for (uint64_t left = rows->selection[w]; left; left &= left - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(left);
            enum trawl_status status = add_row(state, rows, row, error);
            if (status != TRAWL_OK) return status;
        }
    }
    return TRAWL_OK;
}

static enum trawl_status sieve_merge(void *to, void *from, struct trawl_error *error) {
    struct sieve *into = to, *other = from;
    size_t both = into->queue_count + other->queue_count;
    struct row_queue *queues = reallocarray(into->queues, both, sizeof *queues);
    if (!queues) return error_memory(error);
    into->queues = queues;
    memcpy(queues + into->queue_count, other->queues, other->queue_count * sizeof *queues);
    into->queue_count = both;
    other->queue_count = 0;
    for (uint64_t slot = 0; slot < SLOTS; slot++) count(into, slot, other->counts[slot]);
    return TRAWL_OK;
}

/* ---- what stays --------------------------------------------------------------------------- */

static bool any_stays(const struct sieve *sieve) {
    for (uint64_t slot = 0; slot < SLOTS; slot++)
        if (sieve->counts[slot] >= sieve->spec->least) return true;
    return false;
}

static enum trawl_status look_around(const struct sieve *sieve, uint64_t *rows,
                                     struct trawl_error *error) {
    if (++*rows % CANCEL_ROWS == 0 && atomic_load(sieve->resources.cancelled))
        return error_set(error, TRAWL_CANCELLED, "interrupted");
    return TRAWL_OK;
}

/* Moves the rows of a queue that stay on to `kept`. */
static enum trawl_status take_queue(struct sieve *sieve, struct row_queue *queue,
                                    struct sorter *kept, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    uint64_t rows = 0;
    while (status == TRAWL_OK && queue->count) {
        struct text row = queued_text(queue->first);
        if (sieve->counts[queue->first->time] >= sieve->spec->least)
            status = sorter_add(
                kept, (struct text){row.data, SORTKEY_ORIGIN},
                (struct text){row.data + SORTKEY_ORIGIN, row.length - SORTKEY_ORIGIN}, error);
        if (status == TRAWL_OK) status = row_queue_pop(queue, error);
        if (status == TRAWL_OK) status = look_around(sieve, &rows, error);
    }
    return status;
}

static enum trawl_status give(struct sieve *sieve, struct sorter *kept, const struct row_sink *next,
                              struct trawl_error *error) {
    uint64_t rows = 0;
    enum trawl_status status = sorter_start(kept, error);
    while (status == TRAWL_OK) {
        struct text place, row;
        bool found = false;
        status = sorter_next(kept, &place, &row, &found, error);
        if (status != TRAWL_OK || !found) return status;
        if (!row_decode(row, sieve->cells, sieve->spec->column_count))
            return error_set(error, TRAWL_IO, "a temporary file was damaged");
        status = next->row(next->context, sieve->cells, sortkey_origin_read(place.data), error);
        if (status == TRAWL_OK) status = look_around(sieve, &rows, error);
    }
    return status;
}

static enum trawl_status sieve_finish(void *state, const struct row_sink *next,
                                      struct trawl_error *error) {
    struct sieve *sieve = state;
    if (!any_stays(sieve)) return TRAWL_OK;
    struct sorter *kept =
        sorter_new(sieve->resources.spill, sieve->resources.budget / 2, SORTER_NO_LIMIT);
    if (!kept) return error_memory(error);
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; i < sieve->queue_count && status == TRAWL_OK; i++)
        status = take_queue(sieve, &sieve->queues[i], kept, error);
    if (status == TRAWL_OK) status = give(sieve, kept, next, error);
    sorter_free(kept);
    return status;
}

/* ---- the spec ----------------------------------------------------------------------------- */

static void sieve_spec_free(void *specification) {
    struct sieve_spec *spec = specification;
    if (!spec) return;
    free(spec->keys);
    free(spec->columns);
    free(spec);
}

static void sieve_explain(const void *specification, struct buffer *out) {
    const struct sieve_spec *spec = specification;
    buffer_printf(out, "keys of %zu output%s, with %u rows where output %zu", spec->key_count,
                  spec->key_count == 1 ? "" : "s", spec->least, spec->flag);
}

const struct operator_kind operator_sieve = {
    .name = "sieve",
    .barrier = true,
    .open = sieve_open,
    .add = sieve_add,
    .merge = sieve_merge,
    .finish = sieve_finish,
    .close = sieve_close,
    .spec_free = sieve_spec_free,
    .explain = sieve_explain,
};
