#include "engine/operator/correlate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/grouped.h"
#include "engine/base/time.h"
#include "engine/operator/correlate_internal.h"
#include "engine/operator/sorter.h"
#include "engine/operator/sortkey.h"

#define MIB (UINT64_C(1) << 20)
#define NS_PER_MS 1000000
/* Rows between two looks at the cancelled flag. */
#define CANCEL_ROWS 4096
/* Behind the key's cells in the sorter: time, place, part. */
#define TAIL_BYTES (sizeof(uint64_t) + SORTKEY_ORIGIN + 1)

/* Payload in the sorter: the time, then what the part includes. */
struct correlate {
    const struct correlate_spec *spec;
    struct operator_resources resources;
    struct sorter *sorter;
    struct datum *cells; /* room for a part's keys or inclusions, or all that comes out */
    size_t cell_count;
    struct buffer key, row;
    uint64_t untimed;
    /* Of the key that goes by. */
    struct members members;
    uint64_t bytes; /* of its members */
    size_t next;    /* the first member that may be a root and was not looked at */
    uint64_t given;
};

/* ---- life --------------------------------------------------------------------------------- */

static void forget_members(struct correlate *correlate, size_t count) {
    struct members *members = &correlate->members;
    for (size_t i = 0; i < count; i++) {
        correlate->bytes -= sizeof *members->items + members->items[i].length;
        free(members->items[i].encoded);
    }
    members->count -= count;
    if (members->count)
        memmove(members->items, members->items + count, members->count * sizeof *members->items);
    for (size_t p = 0; p < correlate->spec->part_count; p++) {
        size_t gone = 0, *of_part = members->of_part[p];
        while (gone < members->part_counts[p] && of_part[gone] < count) gone++;
        members->part_counts[p] -= gone;
        for (size_t i = 0; i < members->part_counts[p]; i++) of_part[i] = of_part[i + gone] - count;
    }
    correlate->next -= correlate->next < count ? correlate->next : count;
}

static void correlate_close(void *state) {
    struct correlate *correlate = state;
    if (!correlate) return;
    forget_members(correlate, correlate->members.count);
    for (size_t p = 0; p < CORRELATE_MOST; p++) free(correlate->members.of_part[p]);
    free(correlate->members.items);
    sorter_free(correlate->sorter);
    buffer_free(&correlate->key);
    buffer_free(&correlate->row);
    free(correlate->cells);
    free(correlate);
}

static void *correlate_open(const void *specification, const struct operator_resources *resources,
                            const struct row_sink *next, struct trawl_error *error) {
    const struct correlate_spec *spec = specification;
    struct correlate *correlate = calloc(1, sizeof *correlate);
    (void)next;
    if (correlate) {
        correlate->spec = spec;
        correlate->resources = *resources;
        correlate->sorter = sorter_new(resources->spill, resources->budget / 2, SORTER_NO_LIMIT);
        correlate->cell_count = 1 + spec->part_count;
        for (size_t p = 0; p < spec->part_count; p++)
            correlate->cell_count += spec->parts[p].included_count;
        correlate->cells = calloc(correlate->cell_count, sizeof *correlate->cells);
        if (correlate->sorter && correlate->cells) return correlate;
    }
    correlate_close(correlate);
    error_memory(error);
    return NULL;
}

/* ---- gathering ---------------------------------------------------------------------------- */

static bool has_flag(const struct rows *rows, size_t flag, size_t row) {
    struct datum cell = rows_cell(rows, flag, row);
    return cell.kind == DATUM_TEXT && text_equal(cell.text, text_of("true"));
}

/* False: the row has not all of the key. */
static bool make_key(struct correlate *correlate, size_t part, const struct rows *rows, size_t row,
                     int64_t time) {
    struct buffer *key = &correlate->key;
    buffer_clear(key, SIZE_MAX);
    for (size_t i = 0; i < correlate->spec->key_count; i++) {
        struct datum cell = rows_cell(rows, correlate->spec->parts[part].keys[i], row);
        if (cell.kind == DATUM_MISSING) return false;
        sortkey_value(key, &cell, SORT_TEXT, false);
    }
    sortkey_time(key, time, false);
    sortkey_origin(key, rows->origins[row]);
    buffer_append_char(key, (char)part);
    return true;
}

static enum trawl_status add_part(struct correlate *correlate, size_t part, const struct rows *rows,
                                  size_t row, int64_t time, struct trawl_error *error) {
    const struct correlate_part *of = &correlate->spec->parts[part];
    if (!make_key(correlate, part, rows, row, time)) return TRAWL_OK;
    for (size_t i = 0; i < of->included_count; i++)
        correlate->cells[i] = rows_cell(rows, of->included[i], row);
    buffer_clear(&correlate->row, SIZE_MAX);
    buffer_append(&correlate->row, &time, sizeof time);
    row_encode(&correlate->row, correlate->cells, of->included_count);
    if (correlate->key.failed || correlate->row.failed) return error_memory(error);
    return sorter_add(correlate->sorter, (struct text){correlate->key.data, correlate->key.length},
                      (struct text){correlate->row.data, correlate->row.length}, error);
}

static enum trawl_status add_row(struct correlate *correlate, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    const struct correlate_spec *spec = correlate->spec;
    int64_t time = rows_time(rows, spec->time_column, row);
    enum trawl_status status = TRAWL_OK;
    if (time == TIME_NONE) {
        correlate->untimed++;
        return TRAWL_OK;
    }
    for (size_t p = 0; p < spec->part_count && status == TRAWL_OK; p++)
        if (has_flag(rows, spec->parts[p].flag, row))
            status = add_part(correlate, p, rows, row, time, error);
    return status;
}

static enum trawl_status correlate_add(void *state, const struct rows *rows,
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

static enum trawl_status correlate_merge(void *to, void *from, struct trawl_error *error) {
    struct correlate *into = to, *other = from;
    into->untimed += other->untimed;
    return sorter_merge(into->sorter, other->sorter, error);
}

/* ---- results ------------------------------------------------------------------------------ */

static struct datum milliseconds(int64_t time) {
    return datum_number((double)(time / NS_PER_MS - (time % NS_PER_MS < 0)));
}

static enum trawl_status give(struct correlate *correlate, size_t root,
                              const size_t chosen[CORRELATE_MOST], const struct row_sink *next,
                              struct trawl_error *error) {
    const struct correlate_spec *spec = correlate->spec;
    struct datum *cells = correlate->cells;
    *cells++ = milliseconds(correlate->members.items[root].time);
    for (size_t p = 0; p < spec->part_count; p++) {
        const struct member *member = &correlate->members.items[chosen[p]];
        *cells++ = milliseconds(member->time);
        if (!row_decode((struct text){member->encoded, member->length}, cells,
                        spec->parts[p].included_count))
            return error_set(error, TRAWL_IO, "a temporary file was damaged");
        cells += spec->parts[p].included_count;
    }
    return next->row(next->context, correlate->cells, (struct origin){0, 0, correlate->given++},
                     error);
}

/* Looks at the roots that no row to come can belong to: those of before the time. */
static enum trawl_status look_at_roots(struct correlate *correlate, bool all, int64_t before,
                                       const struct row_sink *next, struct trawl_error *error) {
    const struct correlate_spec *spec = correlate->spec;
    struct members *members = &correlate->members;
    enum trawl_status status = TRAWL_OK;
    for (; correlate->next < members->count && status == TRAWL_OK; correlate->next++) {
        const struct member *root = &members->items[correlate->next];
        size_t chosen[CORRELATE_MOST];
        if (!all && root->time >= before) break;
        if (root->part != spec->root) continue;
        if (correlate_match(spec, members, correlate->next, chosen))
            status = give(correlate, correlate->next, chosen, next, error);
    }
    return status;
}

/* Rows that are too old for every root to come leave, some at a time. */
static void forget_old(struct correlate *correlate) {
    struct members *members = &correlate->members;
    int64_t earliest;
    if (correlate->next == members->count ||
        __builtin_sub_overflow(members->items[correlate->next].time, correlate->spec->within,
                               &earliest))
        return;
    size_t old = 0;
    while (old < correlate->next && members->items[old].time < earliest) old++;
    if (old > members->count / 2) forget_members(correlate, old);
}

static bool grow(struct correlate *correlate) {
    struct members *members = &correlate->members;
    if (members->count < members->capacity) return true;
    size_t capacity = members->capacity ? members->capacity * 2 : 64;
    struct member *items = reallocarray(members->items, capacity, sizeof *items);
    if (!items) return false;
    members->items = items;
    for (size_t p = 0; p < correlate->spec->part_count; p++) {
        size_t *of_part = reallocarray(members->of_part[p], capacity, sizeof *of_part);
        if (!of_part) return false;
        members->of_part[p] = of_part;
    }
    members->capacity = capacity;
    return true;
}

static enum trawl_status take_member(struct correlate *correlate, struct text key, int64_t time,
                                     struct text encoded, struct trawl_error *error) {
    struct members *members = &correlate->members;
    size_t part = (unsigned char)key.data[key.length - 1];
    if (part >= correlate->spec->part_count)
        return error_set(error, TRAWL_IO, "a temporary file was damaged");
    char *copy = malloc(encoded.length + 1);
    if (!copy || !grow(correlate)) {
        free(copy);
        return error_memory(error);
    }
    memcpy(copy, encoded.data, encoded.length);
    members->items[members->count] =
        (struct member){.time = time,
                        .origin = sortkey_origin_read(key.data + key.length - SORTKEY_ORIGIN - 1),
                        .part = part,
                        .encoded = copy,
                        .length = encoded.length};
    members->of_part[part][members->part_counts[part]++] = members->count++;
    correlate->bytes += sizeof *members->items + encoded.length;
    if (correlate->bytes <= correlate->resources.budget / 2) return TRAWL_OK;
    return error_set(error, TRAWL_MEMORY,
                     "rows of one key take more than the %" PRIu64
                     " MiB they may have: give more with --memory, or a shorter within=",
                     correlate->resources.budget / 2 / MIB);
}

static enum trawl_status end_key(struct correlate *correlate, const struct row_sink *next,
                                 struct trawl_error *error) {
    enum trawl_status status = look_at_roots(correlate, true, 0, next, error);
    forget_members(correlate, correlate->members.count);
    return status;
}

static enum trawl_status take_row(struct correlate *correlate, struct text key, struct text payload,
                                  const struct row_sink *next, struct trawl_error *error) {
    struct text now = {key.data, key.length - TAIL_BYTES};
    struct text before = {correlate->key.data, correlate->key.length};
    enum trawl_status status = TRAWL_OK;
    int64_t time, open;
    if (payload.length < sizeof time)
        return error_set(error, TRAWL_IO, "a temporary file was damaged");
    memcpy(&time, payload.data, sizeof time);
    if (!text_equal(now, before)) {
        status = end_key(correlate, next, error);
        buffer_clear(&correlate->key, SIZE_MAX);
        if (!buffer_append(&correlate->key, now.data, now.length)) return error_memory(error);
    } else if (correlate->spec->within &&
               !__builtin_sub_overflow(time, correlate->spec->within, &open)) {
        status = look_at_roots(correlate, false, open, next, error);
        forget_old(correlate);
    }
    if (status != TRAWL_OK) return status;
    struct text encoded = {payload.data + sizeof time, payload.length - sizeof time};
    return take_member(correlate, key, time, encoded, error);
}

static void tell(const struct correlate *correlate) {
    char rows[GROUPED_DIGITS];
    if (correlate->untimed)
        notices_add(correlate->resources.notices, "%s row%s without a time: not correlated",
                    grouped(correlate->untimed, rows), correlate->untimed == 1 ? " is" : "s are");
}

static enum trawl_status correlate_finish(void *state, const struct row_sink *next,
                                          struct trawl_error *error) {
    struct correlate *correlate = state;
    enum trawl_status status = sorter_start(correlate->sorter, error);
    bool found = true;
    buffer_clear(&correlate->key, SIZE_MAX);
    for (uint64_t rows = 1; status == TRAWL_OK; rows++) {
        struct text key, payload;
        status = sorter_next(correlate->sorter, &key, &payload, &found, error);
        if (status != TRAWL_OK || !found) break;
        status = take_row(correlate, key, payload, next, error);
        if (rows % CANCEL_ROWS == 0 && atomic_load(correlate->resources.cancelled))
            status = error_set(error, TRAWL_CANCELLED, "interrupted");
    }
    if (status == TRAWL_OK) status = end_key(correlate, next, error);
    if (status == TRAWL_OK) tell(correlate);
    return status;
}

/* ---- the spec ----------------------------------------------------------------------------- */

static void correlate_spec_free(void *specification) {
    struct correlate_spec *spec = specification;
    if (!spec) return;
    for (size_t p = 0; spec->parts && p < spec->part_count; p++) {
        free(spec->parts[p].keys);
        free(spec->parts[p].included);
    }
    free(spec->parts);
    free(spec);
}

static void correlate_explain(const void *specification, struct buffer *out) {
    const struct correlate_spec *spec = specification;
    buffer_printf(out, "%zu filters by %zu key%s, root %zu%s", spec->part_count, spec->key_count,
                  spec->key_count == 1 ? "" : "s", spec->root,
                  spec->sequence ? ", in their order" : "");
    if (spec->within) buffer_printf(out, ", within %" PRId64 " ms", spec->within / NS_PER_MS);
}

const struct operator_kind operator_correlate = {
    .name = "correlate",
    .barrier = true,
    .open = correlate_open,
    .add = correlate_add,
    .merge = correlate_merge,
    .finish = correlate_finish,
    .close = correlate_close,
    .spec_free = correlate_spec_free,
    .explain = correlate_explain,
};
