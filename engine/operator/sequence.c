#include "engine/operator/sequence.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/grouped.h"
#include "engine/base/time.h"
#include "engine/operator/sequence_internal.h"
#include "engine/operator/sorter.h"
#include "engine/operator/sortkey.h"

/* Rows between two looks at the cancelled flag. */
#define CANCEL_ROWS 4096
#define TIME_BYTES sizeof(uint64_t) /* of sortkey_time */

/* Rows wait in a sorter. Key: the key's cells as texts, time where rows are ordered by it, origin.
 * Payload: time, then all outputs. */
struct sequence {
    const struct sequence_spec *spec;
    struct operator_resources resources;
    struct sorter *sorter;
    size_t cell_count; /* of a row; 0: there was none */
    struct datum *cells;
    struct buffer key, row;
};

static const struct {
    const char *name;
    enum trawl_status (*row)(struct sequence_walk *walk, const struct sequence_row *row,
                             struct trawl_error *error);
    enum trawl_status (*end)(struct sequence_walk *walk, struct trawl_error *error);
} KINDS[] = {
    [SEQUENCE_NEIGHBOR] = {"neighbors", neighbor_row, neighbor_end},
    [SEQUENCE_WINDOW] = {"windows", windowed_row, windowed_end},
    [SEQUENCE_PARTS] = {"parts", part_row, part_end},
};

/* ---- gathering ---------------------------------------------------------------------------- */

static void sequence_close(void *state) {
    struct sequence *sequence = state;
    if (!sequence) return;
    sorter_free(sequence->sorter);
    buffer_free(&sequence->key);
    buffer_free(&sequence->row);
    free(sequence->cells);
    free(sequence);
}

static void *sequence_open(const void *spec, const struct operator_resources *resources,
                           const struct row_sink *next, struct trawl_error *error) {
    struct sequence *sequence = calloc(1, sizeof *sequence);
    (void)next;
    if (sequence) {
        sequence->spec = spec;
        sequence->resources = *resources;
        sequence->sorter = sorter_new(resources->spill, resources->budget / 2, SORTER_NO_LIMIT);
        if (sequence->sorter) return sequence;
    }
    sequence_close(sequence);
    error_memory(error);
    return NULL;
}

static int64_t row_time(const struct sequence_spec *spec, const struct rows *rows, size_t row) {
    return spec->time_column == SIZE_MAX ? TIME_NONE : rows_time(rows, spec->time_column, row);
}

/* False: the row has not all of the key. */
static bool make_key(struct sequence *sequence, const struct rows *rows, size_t row, int64_t time) {
    const struct sequence_spec *spec = sequence->spec;
    struct buffer *key = &sequence->key;
    buffer_clear(key, SIZE_MAX);
    for (size_t i = 0; i < spec->key_count; i++) {
        const struct datum *cell = &sequence->cells[spec->keys[i]];
        if (cell->kind == DATUM_MISSING) return false;
        sortkey_value(key, cell, SORT_TEXT, false);
    }
    if (spec->by_time) sortkey_time(key, time, false);
    sortkey_origin(key, rows->origins[row]);
    return true;
}

static enum trawl_status add_row(struct sequence *sequence, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    int64_t time = row_time(sequence->spec, rows, row);
    for (size_t i = 0; i < sequence->cell_count; i++) sequence->cells[i] = rows_cell(rows, i, row);
    if (!make_key(sequence, rows, row, time)) return TRAWL_OK;
    buffer_clear(&sequence->row, SIZE_MAX);
    buffer_append(&sequence->row, &time, sizeof time);
    row_encode(&sequence->row, sequence->cells, sequence->cell_count);
    if (sequence->key.failed || sequence->row.failed) return error_memory(error);
    return sorter_add(sequence->sorter, (struct text){sequence->key.data, sequence->key.length},
                      (struct text){sequence->row.data, sequence->row.length}, error);
}

static bool have_cells(struct sequence *sequence, size_t count) {
    if (!sequence->cells) sequence->cells = calloc(count + 1, sizeof *sequence->cells);
    sequence->cell_count = count;
    return sequence->cells != NULL;
}

static enum trawl_status sequence_add(void *state, const struct rows *rows,
                                      struct trawl_error *error) {
    struct sequence *sequence = state;
    if (!have_cells(sequence, rows->column_count)) return error_memory(error);
    for (size_t w = 0; w < BITMAP_WORDS(rows->row_count); w++) {
        for (uint64_t word = rows->selection[w]; word; word &= word - 1) {
            enum trawl_status status =
                add_row(sequence, rows, w * 64 + (size_t)__builtin_ctzll(word), error);
            if (status != TRAWL_OK) return status;
        }
    }
    return TRAWL_OK;
}

static enum trawl_status sequence_merge(void *to, void *from, struct trawl_error *error) {
    struct sequence *into = to, *other = from;
    if (other->cells && !have_cells(into, other->cell_count)) return error_memory(error);
    return sorter_merge(into->sorter, other->sorter, error);
}

/* ---- going by ----------------------------------------------------------------------------- */

enum trawl_status sequence_give(struct sequence_walk *walk, struct trawl_error *error) {
    const struct row_sink *next = walk->next;
    enum trawl_status status =
        next->row(next->context, walk->made, (struct origin){0, 0, walk->given}, error);
    if (status != TRAWL_OK) return status;
    if (++walk->given % CANCEL_ROWS == 0 && atomic_load(walk->resources->cancelled))
        return error_set(error, TRAWL_CANCELLED, "interrupted");
    return TRAWL_OK;
}

void sequence_pass(struct sequence_walk *walk, size_t count, const struct datum *cells) {
    for (size_t i = 0; i < walk->spec->passed_count; i++)
        walk->made[count + i] = cells[walk->spec->passed[i]];
}

static bool walk_open(struct sequence_walk *walk) {
    const struct sequence_spec *spec = walk->spec;
    const struct row_window_spec window = {
        .aggregates = spec->aggregates,
        .count = spec->aggregate_count,
        .cell_count = walk->cell_count,
        .slides = spec->kind == SEQUENCE_WINDOW && (spec->span || spec->events),
        .budget = walk->budget,
        .spill = walk->resources->spill,
    };
    size_t columns = spec->key_count + 2 + spec->included_count + row_window_outputs(&window) +
                     spec->passed_count;
    walk->made = calloc(columns, sizeof *walk->made);
    walk->other = calloc(walk->cell_count + 1, sizeof *walk->other);
    walk->window = row_window_new(&window);
    walk->part = part_new(spec);
    return walk->made && walk->other && walk->window && walk->part;
}

static void walk_close(struct sequence_walk *walk) {
    row_queue_clear(&walk->queue);
    row_window_free(walk->window);
    part_free(walk->part, walk->spec);
    free(walk->made);
    free(walk->other);
}

/* The bytes of a sorter's key that tell one sequence from another. */
static struct text sequence_key(const struct sequence_spec *spec, struct text key) {
    return (struct text){key.data, key.length - SORTKEY_ORIGIN - (spec->by_time ? TIME_BYTES : 0)};
}

/* False: not a payload of the sorter. */
static bool read_row(struct sequence *sequence, struct text payload, struct sequence_row *row) {
    if (payload.length < sizeof row->time) return false;
    memcpy(&row->time, payload.data, sizeof row->time);
    row->encoded =
        (struct text){payload.data + sizeof row->time, payload.length - sizeof row->time};
    row->cells = sequence->cells;
    return row_decode(row->encoded, sequence->cells, sequence->cell_count);
}

static enum trawl_status take_row(struct sequence *sequence, struct sequence_walk *walk,
                                  struct text key, struct text payload, struct trawl_error *error) {
    enum sequence_kind kind = sequence->spec->kind;
    struct text now = sequence_key(sequence->spec, key);
    struct text before = {sequence->key.data, sequence->key.length};
    struct sequence_row row;
    if (!text_equal(now, before)) {
        enum trawl_status status = KINDS[kind].end(walk, error);
        if (status != TRAWL_OK) return status;
        buffer_clear(&sequence->key, SIZE_MAX);
        if (!buffer_append(&sequence->key, now.data, now.length)) return error_memory(error);
    }
    if (!read_row(sequence, payload, &row))
        return error_set(error, TRAWL_IO, "a temporary file was damaged");
    return KINDS[kind].row(walk, &row, error);
}

static void tell(const struct sequence_walk *walk) {
    char rows[GROUPED_DIGITS];
    if (walk->untimed)
        notices_add(walk->resources->notices, "%s row%s without a time: in no session or series",
                    grouped(walk->untimed, rows), walk->untimed == 1 ? " is" : "s are");
}

static enum trawl_status walk_rows(struct sequence *sequence, struct sequence_walk *walk,
                                   struct trawl_error *error) {
    enum trawl_status status = walk_open(walk) ? TRAWL_OK : error_memory(error);
    bool found = true;
    buffer_clear(&sequence->key, SIZE_MAX);
    while (status == TRAWL_OK) {
        struct text key, payload;
        status = sorter_next(sequence->sorter, &key, &payload, &found, error);
        if (status != TRAWL_OK || !found) break;
        status = take_row(sequence, walk, key, payload, error);
    }
    if (status == TRAWL_OK) status = KINDS[sequence->spec->kind].end(walk, error);
    if (status == TRAWL_OK) tell(walk);
    walk_close(walk);
    return status;
}

static enum trawl_status sequence_finish(void *state, const struct row_sink *next,
                                         struct trawl_error *error) {
    struct sequence *sequence = state;
    if (!sequence->cells) return TRAWL_OK;
    struct sequence_walk walk = {.spec = sequence->spec,
                                 .resources = &sequence->resources,
                                 .next = next,
                                 .budget = sequence->resources.budget / 2,
                                 .cell_count = sequence->cell_count};
    walk.queue.spill = walk.resources->spill;
    walk.queue.most = walk.budget;
    enum trawl_status status = sorter_start(sequence->sorter, error);
    return status == TRAWL_OK ? walk_rows(sequence, &walk, error) : status;
}

/* ---- the spec ----------------------------------------------------------------------------- */

static void sequence_spec_free(void *specification) {
    struct sequence_spec *spec = specification;
    if (!spec) return;
    for (size_t i = 0; i < spec->aggregate_count; i++) {
        free(spec->aggregates[i].inputs);
        free(spec->aggregates[i].separator);
        free(spec->aggregates[i].name);
    }
    free(spec->aggregates);
    free(spec->keys);
    free(spec->included);
    free(spec->separator);
    free(spec->passed);
    free(spec);
}

static void explain_length(struct buffer *out, const char *what, int64_t ns) {
    if (ns) buffer_printf(out, ", %s %" PRId64 " ms", what, ns / 1000000);
}

static void sequence_explain(const void *specification, struct buffer *out) {
    const struct sequence_spec *spec = specification;
    buffer_printf(out, "%s by %zu key%s, in order of %s", KINDS[spec->kind].name, spec->key_count,
                  spec->key_count == 1 ? "" : "s", spec->by_time ? "time" : "the rows");
    if (spec->kind == SEQUENCE_NEIGHBOR)
        buffer_printf(out, ", %" PRIu64 " %s", spec->distance,
                      spec->succeeding ? "behind" : "before");
    if (spec->events) buffer_printf(out, ", %" PRIu64 " rows", spec->events);
    explain_length(out, "span", spec->span);
    explain_length(out, "pause", spec->pause);
    explain_length(out, "duration", spec->duration);
    if (spec->aggregate_count) buffer_printf(out, ", %zu aggregates", spec->aggregate_count);
}

const struct operator_kind operator_sequence = {
    .name = "sequence",
    .barrier = true,
    .open = sequence_open,
    .add = sequence_add,
    .merge = sequence_merge,
    .finish = sequence_finish,
    .close = sequence_close,
    .spec_free = sequence_spec_free,
    .explain = sequence_explain,
};
