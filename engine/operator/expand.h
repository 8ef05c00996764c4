/* expand.h - the operator behind split, and behind join and match where they give several rows: one
 * row for each element of an array, or for each row of a table that has the key.
 *
 * Rows keep the place of the record they are made of: their origins lie between the record's own
 * and the next one's, all different, in the order in which they are given. To make room for them an
 * offset is taken times 2^20; where a record gives more rows than that the numbers run on into what
 * the following bytes of the record itself would have. Behind another expander the room is there
 * already. */
#ifndef TRAWL_ENGINE_EXPAND_H
#define TRAWL_ENGINE_EXPAND_H

#include "engine/lookup/lookup.h"
#include "engine/operator/operator.h"

enum expand_kind {
    EXPAND_ARRAY,
    EXPAND_LOOKUP,
};

enum expand_source {
    EXPAND_PASSED,  /* the program's output `column` */
    EXPAND_ELEMENT, /* of the array: the element, or what is at `path` in it */
    EXPAND_INDEX,   /* of the element, from 0 */
    EXPAND_CELL,    /* column `column` of the table's row */
};

/* What a column of the result is made of; the program's output `older`, SIZE_MAX: nothing, where
 * that is missing. */
struct expand_column {
    enum expand_source source;
    size_t column;
    char *path; /* EXPAND_ELEMENT, as document.h reads it; NULL: the element itself; owned */
    size_t older;
    bool filled; /* EXPAND_CELL: missing in a row that is there is the empty text */
};

struct expand_spec {
    enum expand_kind kind;
    bool again; /* the rows come from an expander */
    struct expand_column *columns;
    size_t column_count;
    size_t array; /* EXPAND_ARRAY: the output that holds JSON text; no array: no row */
    const struct lookup *lookup; /* EXPAND_LOOKUP; of the plan */
    size_t *keys;                /* outputs, as many as the lookup has key columns */
    size_t key_count;
    bool keep; /* EXPAND_LOOKUP: a row that the table does not have goes on, once */
};

extern const struct operator_kind operator_expand;

#endif
