/* aggregate.h - what is remembered of one aggregate over one group, and what comes of it.
 *
 * A state is aggregate_state_size bytes that may be copied and stored; all zero is the state of no
 * row. Two kinds of memory come on top:
 *
 *   a carried row   the values of the newest, oldest or extreme row. The state points at it; where
 *                   the state is stored, the row is stored behind it.
 *   elements        one per distinct value: a set of texts, or numbers with how often each came.
 *                   They are kept by the group (group_internal.h) and at the end shown to a
 *                   struct aggregate_elements in ascending order.
 *
 * Merging is associative and commutative: the order of rows and of states has no influence. */
#ifndef TRAWL_ENGINE_AGGREGATE_H
#define TRAWL_ENGINE_AGGREGATE_H

#include "engine/operator/group.h"
#include "engine/operator/group_table.h"

/* ---- states ------------------------------------------------------------------------------- */

size_t aggregate_state_size(enum aggregate_kind kind); /* a multiple of 8, maybe 0 */
size_t aggregate_outputs(const struct aggregate *aggregate);
bool aggregate_carries(enum aggregate_kind kind);
const char *aggregate_kind_name(enum aggregate_kind kind);

/* A row to add, and where to put what must be remembered of it. */
struct aggregate_row {
    const struct rows *rows;
    size_t row;
    size_t time_column;        /* TYPE_TIME; SIZE_MAX: none */
    struct group_table *table; /* gives room for carried rows */
    struct buffer *scratch;
    struct datum *cells; /* room for the inputs of one aggregate */
};

/* Whether the row counts for this aggregate. */
static inline bool aggregate_wants(const struct aggregate *aggregate, const struct rows *rows,
                                   size_t row) {
    return aggregate->where == SIZE_MAX || bitmap_get(rows->columns[aggregate->where].flags, row);
}
/* Adds a row that is wanted. False: no memory. */
bool aggregate_add(const struct aggregate *aggregate, void *state, const struct aggregate_row *row);

/* The row a state points at; empty: none, or not a kind that carries one. */
struct text aggregate_carried(enum aggregate_kind kind, const void *state);
/* Merges a stored state, of any alignment, whose carried row is at *rows; moves *rows behind it.
 * False: no memory. */
bool aggregate_merge(enum aggregate_kind kind, void *to, const char *from, const char **rows,
                     struct group_table *table);

/* ---- elements ----------------------------------------------------------------------------- */

enum element_type {
    ELEMENT_NONE,
    ELEMENT_TEXT,   /* the bytes of a text; no payload */
    ELEMENT_NUMBER, /* ELEMENT_NUMBER_BYTES in the order of the numbers; payload: uint64_t count */
};
#define ELEMENT_NUMBER_BYTES 8
enum element_type aggregate_elements(enum aggregate_kind kind);
size_t element_payload_size(enum element_type type);
/* Appends the element of a row that is wanted to `out`. False: the row has none. */
bool aggregate_element(const struct aggregate *aggregate, const struct rows *rows, size_t row,
                       struct buffer *out);

/* What has been seen of the elements of one group. Zero-initialised is empty. */
struct aggregate_elements {
    uint64_t count; /* texts: how many; numbers: with how often each came */
    bool found;     /* PERCENTILE */
    double number;
    struct buffer joined; /* COLLECT */
};
/* The next element, each text once. */
void aggregate_take(const struct aggregate *aggregate, const void *state,
                    struct aggregate_elements *elements, struct text value, uint64_t count);

/* ---- results ------------------------------------------------------------------------------ */

enum aggregate_outcome {
    OUTCOME_WHOLE,
    OUTCOME_CUT,       /* COLLECT: more values than the limit */
    OUTCOME_TOO_LARGE, /* a value too large to be summed: no result */
};
/* Sets aggregate_outputs cells; texts lie in the state's row and in `elements`. */
enum aggregate_outcome aggregate_result(const struct aggregate *aggregate, const void *state,
                                        const struct aggregate_elements *elements,
                                        struct datum *cells);

#endif
