/* group.h - the operator behind groupBy, top, count and every other aggregate: one row per key.
 *
 * State is a table from encoded keys to aggregate states; over the budget it is sorted by key and
 * written to a run, and finish merges the runs, so memory is bounded by the budget however many
 * keys there are. What an aggregate must remember per distinct value (distinct counts, collected
 * values, percentiles) is kept as further entries of the same table, (key, aggregate, value), so it
 * spills as keys do. Rows come out in byte order of their keys. Sums are exact, so they do not
 * depend on the order of rows. */
#ifndef TRAWL_ENGINE_GROUP_H
#define TRAWL_ENGINE_GROUP_H

#include "engine/operator/operator.h"

/* A number is a value that reads as one; others are passed over. Over no value count and distinct
 * give 0, all others a missing cell. A number of 2^128 or more (2^64 for the deviation) cannot be
 * summed: the cell is missing and a notice says so. */
enum aggregate_kind {
    AGGREGATE_COUNT,    /* rows where `where` is true and, with an input, the input is present */
    AGGREGATE_DISTINCT, /* distinct texts of the input, exact */
    AGGREGATE_SUM,
    AGGREGATE_AVERAGE,
    AGGREGATE_MINIMUM,
    AGGREGATE_MAXIMUM,
    AGGREGATE_RANGE,
    AGGREGATE_DEVIATION,  /* population standard deviation */
    AGGREGATE_PERCENTILE, /* `parameter` in 0 to 100, nearest rank, exact */
    AGGREGATE_COLLECT,    /* distinct texts in byte order, at most `limit`, joined by `separator` */
    /* One output per input: the values of the row that is newest, oldest, or extreme in inputs[0]
     * (which is then not an output). Ties: the later in input order. A row without a time is
     * neither newest nor oldest unless all are without. */
    AGGREGATE_NEWEST, /* by the spec's time column */
    AGGREGATE_OLDEST,
    AGGREGATE_AT_MAXIMUM,
    AGGREGATE_AT_MINIMUM,
};

struct aggregate {
    enum aggregate_kind kind;
    size_t *inputs; /* columns of the program's outputs */
    size_t input_count;
    size_t where;     /* a TYPE_FLAG column: rows that count; SIZE_MAX: all */
    double parameter; /* AGGREGATE_PERCENTILE */
    uint64_t limit;   /* AGGREGATE_COLLECT */
    char *separator;  /* AGGREGATE_COLLECT */
    char *name;       /* for the notice of a limit that was reached */
};

/* Output columns: the keys, then each aggregate's (one, or input_count for NEWEST and OLDEST, or
 * input_count - 1 for the AT kinds). */
struct group_spec {
    size_t *keys;     /* columns of the program's outputs; a row with a missing key is left out */
    size_t key_count; /* 0: one row for everything, also where there was no row */
    struct aggregate *aggregates;
    size_t aggregate_count;
    size_t time_column; /* TYPE_TIME, or TYPE_NUMBER in ms; SIZE_MAX: none */
    /* Only the `limit` groups whose aggregate `rank` (an index into aggregates) is greatest, ties
     * by key, come out, in that order if `ranked`, else in byte order of keys. UINT64_MAX: all. */
    uint64_t limit;
    size_t rank;
    bool ranked;
    char *advice; /* as sort_spec's */
};

extern const struct operator_kind operator_group;

#endif
