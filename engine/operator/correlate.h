/* correlate.h - the operator that finds rows which belong together: one row for each of several
 * filters, all of one key, in any order or in the order of the filters, within a span of time.
 *
 * Rows are sorted by key, time and place, so the answer depends on the rows alone; what does not
 * fit into half of the budget spills. In the other half are the rows of one key: of two spans,
 * where there is a span. */
#ifndef TRAWL_ENGINE_CORRELATE_H
#define TRAWL_ENGINE_CORRELATE_H

#include "engine/operator/operator.h"

#define CORRELATE_MOST 16 /* filters */

struct correlate_part {
    size_t flag;      /* an output: rows of this filter */
    size_t *keys;     /* [key_count] outputs; a row without one has no part in it; owned */
    size_t *included; /* outputs; owned */
    size_t included_count;
};

struct correlate_spec {
    struct correlate_part *parts; /* owned */
    size_t part_count;            /* 2 to CORRELATE_MOST */
    size_t key_count;
    size_t root;        /* the part each of whose rows gives at most one result */
    bool sequence;      /* rows come in the order of the parts, by time and then by place */
    int64_t within;     /* ns from the first to the last; 0: no limit */
    size_t time_column; /* an output; a row without a time has no part in it */
};

/* Columns that come out: the time of the root in ms; then of each part the time, and what it
 * includes. Results come by key, then by root. No row stands for two parts of one result. Where
 * there is a choice, rows next to the root are taken. */
extern const struct operator_kind operator_correlate;

#endif
