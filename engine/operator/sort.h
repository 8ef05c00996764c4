/* sort.h - the operator behind sort, table, head and tail: rows in an order, perhaps only the
 * first. */
#ifndef TRAWL_ENGINE_SORT_H
#define TRAWL_ENGINE_SORT_H

#include "engine/operator/operator.h"
#include "engine/operator/sortkey.h"

struct sort_key {
    size_t column; /* of the program's outputs */
    enum sort_type type;
    bool descending;
};

/* Ties of all keys: newest first by the time column (missing last), then input order. */
struct sort_spec {
    struct sort_key *keys;
    size_t key_count;
    size_t time_column;  /* TYPE_TIME or TYPE_NUMBER; SIZE_MAX: none */
    size_t column_count; /* the first outputs are the result's columns; keys may use later ones */
    uint64_t limit;      /* UINT64_MAX: none */
    /* What the notice says when rows were cut: "shown 200 of 41,213" and this; NULL: no notice. */
    char *advice;
    /* head and tail: sorted newest first, then given oldest first. */
    bool reversed;
};

extern const struct operator_kind operator_sort;

#endif
