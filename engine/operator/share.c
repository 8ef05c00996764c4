#include "engine/operator/share.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/operator/exact_sum.h"
#include "engine/operator/sortkey.h"

struct share {
    const struct share_spec *spec;
    struct buffer rows; /* encoded, one behind the other */
    size_t *ends;       /* of the rows that are held */
    size_t count, capacity;
    uint64_t others;
    struct exact_sum total, other_total;
    double greatest; /* of the others */
    struct datum *cells;
};

static void share_close(void *state) {
    struct share *share = state;
    if (!share) return;
    buffer_free(&share->rows);
    free(share->ends);
    free(share->cells);
    free(share);
}

static void *share_open(const void *spec, const struct operator_resources *resources,
                        const struct row_sink *next, struct trawl_error *error) {
    struct share *share = calloc(1, sizeof *share);
    (void)resources, (void)next;
    if (share) {
        share->spec = spec;
        share->cells = calloc(share->spec->column_count + 1, sizeof *share->cells);
    }
    if (share && share->cells) return share;
    share_close(share);
    error_memory(error);
    return NULL;
}

static bool hold(struct share *share) {
    if (share->count == share->capacity) {
        size_t wanted = share->capacity ? share->capacity * 2 : 16;
        size_t *grown = reallocarray(share->ends, wanted, sizeof *grown);
        if (!grown) return false;
        share->ends = grown;
        share->capacity = wanted;
    }
    row_encode(&share->rows, share->cells, share->spec->column_count);
    share->ends[share->count++] = share->rows.length;
    return !share->rows.failed;
}

static enum trawl_status add_row(struct share *share, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    double value = 0;
    for (size_t i = 0; i < share->spec->column_count; i++)
        share->cells[i] = rows_cell(rows, i, row);
    bool counts = datum_as_number(&share->cells[share->spec->value], &value);
    if (counts) exact_sum_add(&share->total, value);
    if (share->count < share->spec->limit) return hold(share) ? TRAWL_OK : error_memory(error);
    if (counts && (share->others == 0 || value > share->greatest)) share->greatest = value;
    if (counts) exact_sum_add(&share->other_total, value);
    share->others++;
    return TRAWL_OK;
}

static enum trawl_status share_add(void *state, const struct rows *rows,
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

static enum trawl_status share_merge(void *to, void *from, struct trawl_error *error) {
    (void)to, (void)from;
    return error_set(error, TRAWL_INVALID, "a share is taken of rows in an order");
}

/* Missing where a value was too large to be summed. */
static struct datum sum_of(const struct exact_sum *sum) {
    double value;
    return exact_sum_result(sum, &value) ? datum_number(value) : datum_missing();
}

/* The cells, and the percentage behind them. */
static enum trawl_status give(struct share *share, uint64_t index, const struct row_sink *next,
                              struct trawl_error *error) {
    struct datum *percent = &share->cells[share->spec->column_count];
    double value, total;
    bool counts = datum_as_number(&share->cells[share->spec->value], &value) &&
                  exact_sum_result(&share->total, &total) && total != 0;
    *percent = counts ? datum_number(value / total * 100) : datum_missing();
    return next->row(next->context, share->cells, (struct origin){0, 0, index}, error);
}

static enum trawl_status give_rest(struct share *share, const struct row_sink *next,
                                   struct trawl_error *error) {
    const struct share_spec *spec = share->spec;
    if (!spec->rest || share->others == 0) return TRAWL_OK;
    for (size_t i = 0; i < spec->column_count; i++) share->cells[i] = datum_missing();
    share->cells[spec->label] = datum_text(text_of(spec->rest));
    share->cells[spec->value] =
        spec->greatest ? datum_number(share->greatest) : sum_of(&share->other_total);
    return give(share, share->count, next, error);
}

static enum trawl_status share_finish(void *state, const struct row_sink *next,
                                      struct trawl_error *error) {
    struct share *share = state;
    size_t begin = 0;
    for (size_t i = 0; i < share->count; begin = share->ends[i++]) {
        struct text row = {share->rows.data + begin, share->ends[i] - begin};
        if (!row_decode(row, share->cells, share->spec->column_count))
            return error_set(error, TRAWL_INVALID, "a row that is held cannot be read");
        enum trawl_status status = give(share, i, next, error);
        if (status != TRAWL_OK) return status;
    }
    return give_rest(share, next, error);
}

static void share_spec_free(void *specification) {
    struct share_spec *spec = specification;
    if (!spec) return;
    free(spec->rest);
    free(spec);
}

static void share_explain(const void *specification, struct buffer *out) {
    const struct share_spec *spec = specification;
    buffer_printf(out, "the first %" PRIu64 "%s%s", spec->limit,
                  spec->percent ? ", their share of all" : "",
                  spec->rest ? ", and one row for the others" : "");
}

const struct operator_kind operator_share = {
    .name = "share",
    .barrier = true,
    .open = share_open,
    .add = share_add,
    .merge = share_merge,
    .finish = share_finish,
    .close = share_close,
    .spec_free = share_spec_free,
    .explain = share_explain,
};
