#include "engine/operator/sieve.h"

#include <inttypes.h>
#include <stdlib.h>
#include <xxhash.h>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "engine/operator/row_queue.h"
#include "engine/operator/sorter.h"
#include "engine/operator/sortkey.h"

/* Counters, of one byte each. */
#define SLOTS (UINT64_C(1) << 20)
/* Rows between two looks at the cancelled flag. */
#define CANCEL_ROWS 4096

/* What one worker gathered. */
struct gathered {
    struct row_queue rows;    /* the hash of the key, the place, the cells */
    struct row_queue flagged; /* the hash, of those that count, where `after` matters */
};
#define HASH_BYTES sizeof(uint64_t)

struct sieve {
    const struct sieve_spec *spec;
    struct operator_resources resources;
    uint8_t *counts; /* [SLOTS] of keys; with a span, of a key in two parts of the span's length */
    uint8_t *marks;  /* [SLOTS] of a key in a part of the length of `after`: its rows go on */
    struct gathered *gathered;
    size_t gathered_count;
    struct datum *cells; /* [column_count] */
    struct buffer row;
};

/* ---- life --------------------------------------------------------------------------------- */

static void sieve_close(void *state) {
    struct sieve *sieve = state;
    if (!sieve) return;
    for (size_t i = 0; i < sieve->gathered_count; i++) {
        row_queue_clear(&sieve->gathered[i].rows);
        row_queue_clear(&sieve->gathered[i].flagged);
    }
    free(sieve->gathered);
    free(sieve->counts);
    free(sieve->marks);
    free(sieve->cells);
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
        sieve->marks = calloc(spec->after ? SLOTS : 1, 1);
        sieve->gathered = calloc(1, sizeof *sieve->gathered);
        sieve->cells = calloc(spec->column_count + 1, sizeof *sieve->cells);
        if (sieve->counts && sieve->marks && sieve->gathered && sieve->cells) {
            sieve->gathered_count = 1;
            sieve->gathered[0].rows.spill = sieve->gathered[0].flagged.spill = resources->spill;
            sieve->gathered[0].rows.most = sieve->gathered[0].flagged.most = resources->budget / 4;
            return sieve;
        }
    }
    sieve_close(sieve);
    error_memory(error);
    return NULL;
}

/* ---- counters ----------------------------------------------------------------------------- */

/* Of rows without a time. */
#define NO_PART INT64_MIN

/* The counter of a key in a part of time. */
static uint64_t slot_of(uint64_t hash, int64_t part) {
    const uint64_t both[2] = {hash, (uint64_t)part};
    return XXH3_64bits(both, sizeof both) % SLOTS;
}

/* Which part of that length the time is in. */
static int64_t part_of(int64_t time, int64_t length) {
    return time / length - (time % length < 0);
}

static void count(struct sieve *sieve, uint64_t slot, unsigned more) {
    unsigned sum = sieve->counts[slot] + more;
    sieve->counts[slot] = (uint8_t)(sum < UINT8_MAX ? sum : UINT8_MAX);
}

/* A span that begins in one part ends in the next one at the latest: parts count in pairs. */
static void count_row(struct sieve *sieve, uint64_t hash, int64_t time) {
    const struct sieve_spec *spec = sieve->spec;
    if (!spec->span) {
        count(sieve, hash % SLOTS, 1);
    } else if (time == TIME_NONE) {
        count(sieve, slot_of(hash, NO_PART), 1);
    } else {
        int64_t part = part_of(time, spec->span);
        count(sieve, slot_of(hash, part), 1);
        count(sieve, slot_of(hash, part + 1), 1);
    }
}

/* Whether there may be rows enough with the key, around the time. */
static bool has_enough(const struct sieve *sieve, uint64_t hash, int64_t time) {
    const struct sieve_spec *spec = sieve->spec;
    if (!spec->span) return sieve->counts[hash % SLOTS] >= spec->least;
    if (time == TIME_NONE) return sieve->counts[slot_of(hash, NO_PART)] >= spec->least;
    int64_t part = part_of(time, spec->span);
    return sieve->counts[slot_of(hash, part)] >= spec->least ||
           sieve->counts[slot_of(hash, part + 1)] >= spec->least;
}

static bool goes_on(const struct sieve *sieve, uint64_t hash, int64_t time) {
    int64_t after = sieve->spec->after;
    if (has_enough(sieve, hash, time)) return true;
    return after && sieve->marks[slot_of(hash, part_of(time, after))];
}

/* ---- gathering ---------------------------------------------------------------------------- */

/* False: the row has not all of the key. */
static bool hash_key(const struct sieve *sieve, const struct rows *rows, size_t row,
                     uint64_t *hash) {
    *hash = 0;
    for (size_t i = 0; i < sieve->spec->key_count; i++) {
        struct datum cell = rows_cell(rows, sieve->spec->keys[i], row);
        char room[NUMBER_TEXT];
        struct text text;
        if (!datum_as_text(&cell, room, &text)) return false;
        *hash = XXH3_64bits_withSeed(text.length ? text.data : "", text.length, *hash);
    }
    return true;
}

static bool has_flag(const struct sieve *sieve, const struct rows *rows, size_t row) {
    struct datum flag = rows_cell(rows, sieve->spec->flag, row);
    return flag.kind == DATUM_TEXT && text_equal(flag.text, text_of("true"));
}

static enum trawl_status push_row(struct sieve *sieve, const struct rows *rows, size_t row,
                                  uint64_t hash, int64_t time, struct trawl_error *error) {
    const struct sieve_spec *spec = sieve->spec;
    struct buffer *out = &sieve->row;
    for (size_t i = 0; i < spec->column_count; i++)
        sieve->cells[i] = rows_cell(rows, spec->columns[i], row);
    buffer_clear(out, SIZE_MAX);
    buffer_append(out, &hash, sizeof hash);
    sortkey_origin(out, rows->origins[row]);
    row_encode(out, sieve->cells, spec->column_count);
    if (out->failed) return error_memory(error);
    struct text text = {out->data, out->length};
    return row_queue_push(&sieve->gathered[0].rows, text, time, error);
}

static enum trawl_status add_row(struct sieve *sieve, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    const struct sieve_spec *spec = sieve->spec;
    enum trawl_status status = TRAWL_OK;
    uint64_t hash;
    if (!hash_key(sieve, rows, row, &hash)) return TRAWL_OK;
    int64_t time = spec->span ? rows_time(rows, spec->time_column, row) : TIME_NONE;
    if (has_flag(sieve, rows, row)) {
        struct text text = {(const char *)&hash, sizeof hash};
        count_row(sieve, hash, time);
        if (spec->after) status = row_queue_push(&sieve->gathered[0].flagged, text, time, error);
    }
    return status == TRAWL_OK ? push_row(sieve, rows, row, hash, time, error) : status;
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
    size_t both = into->gathered_count + other->gathered_count;
    struct gathered *gathered = reallocarray(into->gathered, both, sizeof *gathered);
    if (!gathered) return error_memory(error);
    into->gathered = gathered;
    memcpy(gathered + into->gathered_count, other->gathered,
           other->gathered_count * sizeof *gathered);
    into->gathered_count = both;
    other->gathered_count = 0;
    for (uint64_t slot = 0; slot < SLOTS; slot++) count(into, slot, other->counts[slot]);
    return TRAWL_OK;
}

/* ---- what goes on ------------------------------------------------------------------------- */

static bool any_goes_on(const struct sieve *sieve) {
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

static uint64_t hash_of(const struct queued_row *row) {
    uint64_t hash;
    memcpy(&hash, row->bytes, sizeof hash);
    return hash;
}

/* Marks where rows go on behind those that count. */
static enum trawl_status take_flagged(struct sieve *sieve, struct row_queue *queue,
                                      struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    uint64_t rows = 0;
    for (; status == TRAWL_OK && queue->count; status = row_queue_pop(queue, error)) {
        uint64_t hash = hash_of(queue->first);
        int64_t time = queue->first->time;
        status = look_around(sieve, &rows, error);
        if (status != TRAWL_OK) return status;
        if (time == TIME_NONE || !has_enough(sieve, hash, time)) continue;
        int64_t part = part_of(time, sieve->spec->after);
        sieve->marks[slot_of(hash, part)] = sieve->marks[slot_of(hash, part + 1)] = 1;
    }
    return status;
}

/* Moves the rows of a queue that go on to `kept`. */
static enum trawl_status take_rows(struct sieve *sieve, struct row_queue *queue,
                                   struct sorter *kept, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    uint64_t rows = 0;
    for (; status == TRAWL_OK && queue->count; status = row_queue_pop(queue, error)) {
        const size_t head = HASH_BYTES + SORTKEY_ORIGIN;
        struct text row = queued_text(queue->first);
        status = look_around(sieve, &rows, error);
        if (status == TRAWL_OK && goes_on(sieve, hash_of(queue->first), queue->first->time))
            status = sorter_add(kept, (struct text){row.data + HASH_BYTES, SORTKEY_ORIGIN},
                                (struct text){row.data + head, row.length - head}, error);
        if (status != TRAWL_OK) return status;
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
    if (!any_goes_on(sieve)) return TRAWL_OK;
    struct sorter *kept =
        sorter_new(sieve->resources.spill, sieve->resources.budget / 2, SORTER_NO_LIMIT);
    if (!kept) return error_memory(error);
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; i < sieve->gathered_count && status == TRAWL_OK; i++)
        status = take_flagged(sieve, &sieve->gathered[i].flagged, error);
    for (size_t i = 0; i < sieve->gathered_count && status == TRAWL_OK; i++)
        status = take_rows(sieve, &sieve->gathered[i].rows, kept, error);
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
    if (spec->span) buffer_printf(out, ", within %" PRId64 " ms", spec->span / 1000000);
    if (spec->after) buffer_printf(out, ", and %" PRId64 " ms after", spec->after / 1000000);
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
