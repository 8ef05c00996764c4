/* unique.h - the operator that gives of rows with the same key the first in input order.
 *
 * Rows are sorted by key and place, and those that are left by place again: they come out in input
 * order, at their own places. What does not fit into the budget spills. A row without a key has no
 * equal. How many were left out is a notice. */
#ifndef TRAWL_ENGINE_UNIQUE_H
#define TRAWL_ENGINE_UNIQUE_H

#include "engine/operator/operator.h"

struct unique_spec {
    size_t key;      /* an output of the program, text */
    size_t *columns; /* outputs, the columns of the result; owned */
    size_t column_count;
};

extern const struct operator_kind operator_unique;

#endif
