/* sequence_parts.c - rows gathered into parts: sessions, series, partitions. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "engine/operator/sequence_internal.h"
#include "engine/operator/sortkey.h"

#define MIB (UINT64_C(1) << 20)
#define NS_PER_MS 1000000

/* The part that rows are gathered into. */
struct part {
    bool open;             /* it has rows */
    bool waiting;          /* rows are in no part until one begins */
    int64_t first, last;   /* times; TIME_NONE: none */
    struct buffer key;     /* row_encode of the key's cells */
    struct buffer *joined; /* [included_count] */
    bool *found;           /* [included_count]: has a value */
};

struct part *part_new(const struct sequence_spec *spec) {
    struct part *part = calloc(1, sizeof *part);
    if (!part) return NULL;
    part->waiting = spec->opened;
    part->joined = calloc(spec->included_count + 1, sizeof *part->joined);
    part->found = calloc(spec->included_count + 1, sizeof *part->found);
    if (part->joined && part->found) return part;
    part_free(part, spec);
    return NULL;
}

void part_free(struct part *part, const struct sequence_spec *spec) {
    if (!part) return;
    for (size_t i = 0; part->joined && i < spec->included_count; i++) buffer_free(&part->joined[i]);
    buffer_free(&part->key);
    free(part->joined);
    free(part->found);
    free(part);
}

static bool is_true(const struct sequence_row *row, size_t flag) {
    return flag != SIZE_MAX && row->cells[flag].kind == DATUM_TEXT &&
           text_equal(row->cells[flag].text, (struct text){"true", 4});
}

/* More than `limit` from one time to the other. */
static bool is_apart(int64_t from, int64_t to, int64_t limit) {
    int64_t between;
    if (limit == 0 || from == TIME_NONE || to == TIME_NONE) return false;
    return __builtin_sub_overflow(to, from, &between) || between > limit;
}

/* ---- the end of a part -------------------------------------------------------------------- */

static struct datum milliseconds(int64_t time) {
    if (time == TIME_NONE) return datum_missing();
    return datum_number((double)(time / NS_PER_MS - (time % NS_PER_MS < 0)));
}

static struct datum lasted(const struct part *part) {
    int64_t between;
    if (part->first == TIME_NONE || part->last == TIME_NONE ||
        __builtin_sub_overflow(part->last, part->first, &between))
        return datum_missing();
    return milliseconds(between);
}

static enum trawl_status give_part(struct sequence_walk *walk, struct trawl_error *error) {
    const struct sequence_spec *spec = walk->spec;
    struct part *part = walk->part;
    struct datum *cells = walk->made;
    if (!row_decode((struct text){part->key.data, part->key.length}, cells, spec->key_count))
        return error_memory(error);
    cells += spec->key_count;
    for (size_t i = 0; i < spec->included_count; i++) {
        const struct buffer *joined = &part->joined[i];
        struct text text = {joined->data ? joined->data : "", joined->length};
        *cells++ = part->found[i] ? datum_text(text) : datum_missing();
    }
    if (spec->timed) {
        *cells++ = milliseconds(part->first);
        *cells++ = lasted(part);
    }
    enum trawl_status status =
        row_window_result(walk->window, cells, walk->resources->notices, error);
    return status == TRAWL_OK ? sequence_give(walk, error) : status;
}

static enum trawl_status close_part(struct sequence_walk *walk, struct trawl_error *error) {
    struct part *part = walk->part;
    enum trawl_status status = part->open ? give_part(walk, error) : TRAWL_OK;
    for (size_t i = 0; i < walk->spec->included_count; i++) {
        part->joined[i].length = 0;
        part->found[i] = false;
    }
    part->open = false;
    row_window_clear(walk->window);
    return status;
}

/* ---- a row -------------------------------------------------------------------------------- */

static void open_part(struct sequence_walk *walk, const struct sequence_row *row) {
    struct part *part = walk->part;
    part->open = true;
    part->first = part->last = row->time;
    part->key.length = 0;
    for (size_t i = 0; i < walk->spec->key_count; i++)
        row_encode(&part->key, &row->cells[walk->spec->keys[i]], 1);
}

static bool join_values(struct sequence_walk *walk, const struct sequence_row *row) {
    const struct sequence_spec *spec = walk->spec;
    struct part *part = walk->part;
    uint64_t bytes = 0;
    for (size_t i = 0; i < spec->included_count; i++) {
        char room[NUMBER_TEXT];
        struct text value;
        struct buffer *joined = &part->joined[i];
        if (!datum_as_text(&row->cells[spec->included[i]], room, &value)) continue;
        if (part->found[i]) buffer_append(joined, spec->separator, strlen(spec->separator));
        part->found[i] = true;
        buffer_append(joined, value.data, value.length);
        if (joined->failed) return false;
        bytes += joined->capacity;
    }
    return bytes <= walk->budget;
}

/* Adds the row to the open part. */
static enum trawl_status add_row(struct sequence_walk *walk, const struct sequence_row *row,
                                 struct trawl_error *error) {
    if (row->time != TIME_NONE) walk->part->last = row->time;
    if (walk->part->key.failed) return error_memory(error);
    if (!join_values(walk, row))
        return error_set(error, TRAWL_MEMORY,
                         "the values of one series take more than the %" PRIu64
                         " MiB they may have: give more with --memory, or a maxduration=",
                         walk->budget / MIB);
    return row_window_push(walk->window, row->cells, row->time, error);
}

enum trawl_status part_row(struct sequence_walk *walk, const struct sequence_row *row,
                           struct trawl_error *error) {
    const struct sequence_spec *spec = walk->spec;
    struct part *part = walk->part;
    if (row->time == TIME_NONE && (spec->pause || spec->duration)) {
        walk->untimed++;
        return TRAWL_OK;
    }
    bool begins = is_true(row, spec->before);
    bool apart = part->open && (is_apart(part->last, row->time, spec->pause) ||
                                is_apart(part->first, row->time, spec->duration));
    enum trawl_status status = TRAWL_OK;
    if (part->open && (begins || apart)) {
        status = close_part(walk, error);
        part->waiting = spec->opened;
    }
    if (status != TRAWL_OK || (part->waiting && !begins)) return status;
    part->waiting = false;
    if (!part->open) open_part(walk, row);
    status = add_row(walk, row, error);
    if (status != TRAWL_OK || !is_true(row, spec->after)) return status;
    part->waiting = spec->opened;
    return close_part(walk, error);
}

enum trawl_status part_end(struct sequence_walk *walk, struct trawl_error *error) {
    walk->part->waiting = walk->spec->opened;
    return close_part(walk, error);
}
