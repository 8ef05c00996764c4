/* share.h - the operator behind top(rest=, percent=): of rows that come greatest first, the first
 * ones, what share of all each has, and one row for all others.
 *
 * It stands behind a ranked group, so one thread feeds it, in order. Holds the first rows only. */
#ifndef TRAWL_ENGINE_SHARE_H
#define TRAWL_ENGINE_SHARE_H

#include "engine/operator/operator.h"

struct share_spec {
    size_t column_count; /* the program's outputs, and the first columns of the result */
    size_t value;        /* the column that rows are ranked by: a number */
    size_t label;        /* the column that says `rest` in the row of the others */
    uint64_t limit;      /* rows */
    char *rest;          /* NULL: no row for the others */
    bool percent;        /* a last column: the share of the total in percent */
    bool greatest;       /* the others' value is their greatest, not their sum */
};

extern const struct operator_kind operator_share;

#endif
