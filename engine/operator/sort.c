#include "engine/operator/sort.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/grouped.h"
#include "engine/operator/sorter.h"

/* Rows between two looks at the cancelled flag. */
#define CANCEL_ROWS 4096

struct sort {
    const struct sort_spec *spec;
    struct operator_resources resources;
    struct sorter *sorter;
    uint64_t seen; /* rows, those that were turned away too */
    struct buffer key, row;
    struct datum *cells; /* [column_count] */
};

static void sort_close(void *state) {
    struct sort *sort = state;
    if (!sort) return;
    sorter_free(sort->sorter);
    buffer_free(&sort->key);
    buffer_free(&sort->row);
    free(sort->cells);
    free(sort);
}

static void *sort_open(const void *spec, const struct operator_resources *resources,
                       const struct row_sink *next, struct trawl_error *error) {
    struct sort *sort = calloc(1, sizeof *sort);
    (void)next;
    if (!sort) {
        error_memory(error);
        return NULL;
    }
    sort->spec = spec;
    sort->resources = *resources;
    sort->sorter = sorter_new(resources->spill, resources->budget, sort->spec->limit);
    sort->cells = calloc(sort->spec->column_count + 1, sizeof *sort->cells);
    if (sort->sorter && sort->cells) return sort;
    sort_close(sort);
    error_memory(error);
    return NULL;
}

static void invert(struct buffer *key, size_t from) {
    for (size_t i = from; i < key->length; i++) key->data[i] = (char)~key->data[i];
}

static bool wanted(const struct sort *sort) {
    return sorter_wants(sort->sorter, (struct text){sort->key.data, sort->key.length});
}

/* Makes the key part by part, and stops where it is clear that the row is not wanted. */
static bool make_key(struct sort *sort, const struct rows *rows, size_t row) {
    const struct sort_spec *spec = sort->spec;
    buffer_clear(&sort->key, SIZE_MAX);
    for (size_t i = 0; i < spec->key_count; i++) {
        const struct sort_key *key = &spec->keys[i];
        struct datum value = rows_cell(rows, key->column, row);
        sortkey_value(&sort->key, &value, key->type, key->descending);
        if (!sort->key.failed && !wanted(sort)) return false;
    }
    if (spec->time_column != SIZE_MAX) {
        sortkey_time(&sort->key, rows_time(rows, spec->time_column, row), true);
        if (!sort->key.failed && !wanted(sort)) return false;
    }
    size_t before = sort->key.length;
    sortkey_origin(&sort->key, rows->origins[row]);
    /* What comes out backwards has later rows behind earlier ones of the same time. */
    if (spec->reversed) invert(&sort->key, before);
    return sort->key.failed || wanted(sort);
}

static enum trawl_status add_row(struct sort *sort, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    sort->seen++;
    if (!make_key(sort, rows, row)) return TRAWL_OK;
    for (size_t i = 0; i < sort->spec->column_count; i++) sort->cells[i] = rows_cell(rows, i, row);
    buffer_clear(&sort->row, SIZE_MAX);
    row_encode(&sort->row, sort->cells, sort->spec->column_count);
    if (sort->key.failed || sort->row.failed) return error_memory(error);
    return sorter_add(sort->sorter, (struct text){sort->key.data, sort->key.length},
                      (struct text){sort->row.data, sort->row.length}, error);
}

static enum trawl_status sort_add(void *state, const struct rows *rows, struct trawl_error *error) {
    struct sort *sort = state;
    for (size_t w = 0; w < BITMAP_WORDS(rows->row_count); w++) {
        for (uint64_t left = rows->selection[w]; left; left &= left - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(left);
            enum trawl_status status = add_row(sort, rows, row, error);
            if (status != TRAWL_OK) return status;
        }
    }
    return TRAWL_OK;
}

static enum trawl_status sort_merge(void *to, void *from, struct trawl_error *error) {
    struct sort *into = to, *other = from;
    into->seen += other->seen;
    other->seen = 0;
    return sorter_merge(into->sorter, other->sorter, error);
}

/* The kept records again, in the opposite order. */
static enum trawl_status turn(struct sort *sort, struct trawl_error *error) {
    struct sorter *turned =
        sorter_new(sort->resources.spill, sort->resources.budget / 2, SORTER_NO_LIMIT);
    if (!turned) return error_memory(error);
    struct text key, row;
    bool found = true;
    enum trawl_status status = TRAWL_OK;
    while (status == TRAWL_OK && found) {
        status = sorter_next(sort->sorter, &key, &row, &found, error);
        if (status != TRAWL_OK || !found) break;
        buffer_clear(&sort->key, SIZE_MAX);
        if (!buffer_append(&sort->key, key.data, key.length)) status = error_memory(error);
        invert(&sort->key, 0);
        if (status == TRAWL_OK)
            status =
                sorter_add(turned, (struct text){sort->key.data, sort->key.length}, row, error);
    }
    if (status == TRAWL_OK) status = sorter_start(turned, error);
    sorter_free(sort->sorter);
    sort->sorter = turned;
    return status;
}

static void tell(const struct sort *sort, uint64_t given) {
    char shown[GROUPED_DIGITS], all[GROUPED_DIGITS];
    if (!sort->spec->advice || sort->seen <= given) return;
    notices_add(sort->resources.notices, "shown %s of %s; %s", grouped(given, shown),
                grouped(sort->seen, all), sort->spec->advice);
}

/* Rows behind a sort keep its order: they are numbered. */
static enum trawl_status give(struct sort *sort, const struct row_sink *next, uint64_t *given,
                              struct trawl_error *error) {
    for (;;) {
        struct text key, row;
        bool found;
        enum trawl_status status = sorter_next(sort->sorter, &key, &row, &found, error);
        if (status != TRAWL_OK || !found) return status;
        if (!row_decode(row, sort->cells, sort->spec->column_count))
            return error_set(error, TRAWL_IO, "a temporary file was damaged");
        status = next->row(next->context, sort->cells, (struct origin){0, 0, *given}, error);
        if (status != TRAWL_OK) return status;
        if (++*given % CANCEL_ROWS == 0 && atomic_load(sort->resources.cancelled))
            return error_set(error, TRAWL_CANCELLED, "interrupted");
    }
}

static enum trawl_status sort_finish(void *state, const struct row_sink *next,
                                     struct trawl_error *error) {
    struct sort *sort = state;
    uint64_t given = 0;
    enum trawl_status status = sorter_start(sort->sorter, error);
    if (status == TRAWL_OK && sort->spec->reversed) status = turn(sort, error);
    if (status == TRAWL_OK) status = give(sort, next, &given, error);
    if (status == TRAWL_OK) tell(sort, given);
    return status;
}

static void sort_spec_free(void *specification) {
    struct sort_spec *spec = specification;
    if (!spec) return;
    free(spec->keys);
    free(spec->advice);
    free(spec);
}

static void sort_explain(const void *specification, struct buffer *out) {
    const struct sort_spec *spec = specification;
    for (size_t i = 0; i < spec->key_count; i++)
        buffer_printf(out, "%sby output %zu %s", i ? ", " : "", spec->keys[i].column,
                      spec->keys[i].descending ? "descending" : "ascending");
    if (spec->time_column != SIZE_MAX)
        buffer_printf(out, "%snewest first", spec->key_count ? ", then " : "");
    if (spec->limit != UINT64_MAX) buffer_printf(out, "; the first %" PRIu64, spec->limit);
    if (spec->reversed) buffer_printf(out, ", backwards");
}

const struct operator_kind operator_sort = {
    .name = "sort",
    .barrier = true,
    .open = sort_open,
    .add = sort_add,
    .merge = sort_merge,
    .finish = sort_finish,
    .close = sort_close,
    .spec_free = sort_spec_free,
    .explain = sort_explain,
};
