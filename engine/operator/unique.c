#include "engine/operator/unique.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/grouped.h"
#include "engine/operator/sorter.h"
#include "engine/operator/sortkey.h"

/* Rows between two looks at the cancelled flag. */
#define CANCEL_ROWS 4096

struct unique {
    const struct unique_spec *spec;
    struct operator_resources resources;
    struct sorter *sorter; /* by key, then by place */
    struct buffer key, row;
    struct datum *cells; /* [column_count] */
};

static void unique_close(void *state) {
    struct unique *unique = state;
    if (!unique) return;
    sorter_free(unique->sorter);
    buffer_free(&unique->key);
    buffer_free(&unique->row);
    free(unique->cells);
    free(unique);
}

static void *unique_open(const void *spec, const struct operator_resources *resources,
                         const struct row_sink *next, struct trawl_error *error) {
    struct unique *unique = calloc(1, sizeof *unique);
    (void)next;
    if (unique) {
        unique->spec = spec;
        unique->resources = *resources;
        unique->sorter = sorter_new(resources->spill, resources->budget / 2, SORTER_NO_LIMIT);
        unique->cells = calloc(unique->spec->column_count + 1, sizeof *unique->cells);
        if (unique->sorter && unique->cells) return unique;
    }
    unique_close(unique);
    error_memory(error);
    return NULL;
}

static enum trawl_status add_row(struct unique *unique, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    const struct unique_spec *spec = unique->spec;
    struct datum key = rows_cell(rows, spec->key, row);
    for (size_t i = 0; i < spec->column_count; i++)
        unique->cells[i] = rows_cell(rows, spec->columns[i], row);
    buffer_clear(&unique->key, SIZE_MAX);
    buffer_clear(&unique->row, SIZE_MAX);
    sortkey_value(&unique->key, &key, SORT_TEXT, false);
    sortkey_origin(&unique->key, rows->origins[row]);
    row_encode(&unique->row, unique->cells, spec->column_count);
    if (unique->key.failed || unique->row.failed) return error_memory(error);
    /* Whether there is a key stands before the row. */
    char present = key.kind != DATUM_MISSING;
    if (!buffer_append(&unique->row, &present, 1)) return error_memory(error);
    return sorter_add(unique->sorter, (struct text){unique->key.data, unique->key.length},
                      (struct text){unique->row.data, unique->row.length}, error);
}

static enum trawl_status unique_add(void *state, const struct rows *rows,
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

static enum trawl_status unique_merge(void *to, void *from, struct trawl_error *error) {
    return sorter_merge(((struct unique *)to)->sorter, ((struct unique *)from)->sorter, error);
}

static enum trawl_status next_row(struct unique *unique, struct sorter *sorter, struct text *key,
                                  struct text *row, bool *found, uint64_t *count,
                                  struct trawl_error *error) {
    if (++*count % CANCEL_ROWS == 0 && atomic_load(unique->resources.cancelled))
        return error_set(error, TRAWL_CANCELLED, "interrupted");
    return sorter_next(sorter, key, row, found, error);
}

/* The first row of each key goes on to `kept`, by its place; its key without the place stays in
 * unique->key. */
static enum trawl_status keep_first(struct unique *unique, struct sorter *kept, uint64_t *dropped,
                                    struct trawl_error *error) {
    bool found = true, before = false;
    uint64_t count = 0;
    for (;;) {
        struct text key, row;
        enum trawl_status status =
            next_row(unique, unique->sorter, &key, &row, &found, &count, error);
        if (status != TRAWL_OK || !found) return status;
        struct text place = {key.data + key.length - SORTKEY_ORIGIN, SORTKEY_ORIGIN};
        struct text last = {unique->key.data, unique->key.length};
        key.length -= SORTKEY_ORIGIN;
        bool keyed = row.data[--row.length];
        if (before && keyed && text_equal(key, last)) {
            ++*dropped;
            continue;
        }
        before = keyed;
        buffer_clear(&unique->key, SIZE_MAX);
        if (!buffer_append(&unique->key, key.data, key.length)) return error_memory(error);
        status = sorter_add(kept, place, row, error);
        if (status != TRAWL_OK) return status;
    }
}

static enum trawl_status give(struct unique *unique, struct sorter *kept,
                              const struct row_sink *next, struct trawl_error *error) {
    bool found = true;
    uint64_t count = 0;
    enum trawl_status status = sorter_start(kept, error);
    while (status == TRAWL_OK) {
        struct text key, row;
        status = next_row(unique, kept, &key, &row, &found, &count, error);
        if (status != TRAWL_OK || !found) return status;
        if (!row_decode(row, unique->cells, unique->spec->column_count))
            return error_set(error, TRAWL_IO, "a temporary file was damaged");
        status = next->row(next->context, unique->cells, sortkey_origin_read(key.data), error);
    }
    return status;
}

static enum trawl_status unique_finish(void *state, const struct row_sink *next,
                                       struct trawl_error *error) {
    struct unique *unique = state;
    uint64_t dropped = 0;
    struct sorter *kept =
        sorter_new(unique->resources.spill, unique->resources.budget / 2, SORTER_NO_LIMIT);
    if (!kept) return error_memory(error);
    enum trawl_status status = sorter_start(unique->sorter, error);
    if (status == TRAWL_OK) status = keep_first(unique, kept, &dropped, error);
    if (status == TRAWL_OK) {
        char digits[GROUPED_DIGITS];
        if (dropped)
            notices_add(unique->resources.notices, "%s %s of an event shown before %s left out",
                        grouped(dropped, digits), dropped == 1 ? "copy" : "copies",
                        dropped == 1 ? "was" : "were");
        status = give(unique, kept, next, error);
    }
    sorter_free(kept);
    return status;
}

static void unique_spec_free(void *specification) {
    struct unique_spec *spec = specification;
    if (!spec) return;
    free(spec->columns);
    free(spec);
}

static void unique_explain(const void *specification, struct buffer *out) {
    const struct unique_spec *spec = specification;
    buffer_printf(out, "by output %zu", spec->key);
}

const struct operator_kind operator_unique = {
    .name = "unique",
    .barrier = true,
    .open = unique_open,
    .add = unique_add,
    .merge = unique_merge,
    .finish = unique_finish,
    .close = unique_close,
    .spec_free = unique_spec_free,
    .explain = unique_explain,
};
