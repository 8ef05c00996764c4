/* sequence.h - the operator behind functions that see rows in their order: neighbours, running and
 * sliding aggregates, and rows gathered into parts (sessions, series, partitions).
 *
 * All rows are sorted first, by key, perhaps by time, then by their place; so the answer does not
 * depend on who read what, and what does not fit into half of the budget spills. Then they go by
 * one after the other: the other half holds the rows of one window or of the distance to a
 * neighbour (these spill as well), the values of one window, or one part. Rows come out numbered,
 * in the order in which they went by. */
#ifndef TRAWL_ENGINE_SEQUENCE_H
#define TRAWL_ENGINE_SEQUENCE_H

#include "engine/operator/group.h"

enum sequence_kind {
    SEQUENCE_NEIGHBOR, /* each row with fields of the one so many before or behind it */
    SEQUENCE_WINDOW,   /* each row with aggregates over it and rows before it */
    SEQUENCE_PARTS,    /* one row for each part */
};

struct sequence_spec {
    enum sequence_kind kind;
    size_t *keys; /* outputs; each key has a sequence of its own, a row without one is left out */
    size_t key_count;
    bool by_time;       /* in order of time, missing last, then of place; else of place alone */
    size_t time_column; /* an output, TYPE_TIME or TYPE_NUMBER (ms); SIZE_MAX: none */

    /* NEIGHBOR: what the row gives. PARTS: what its rows give, joined. */
    size_t *included; /* outputs */
    size_t included_count;

    /* NEIGHBOR */
    uint64_t distance; /* at least 1 */
    bool succeeding;

    /* WINDOW and PARTS */
    struct aggregate *aggregates; /* inputs and where are outputs; all owned */
    size_t aggregate_count;

    /* WINDOW */
    uint64_t events; /* at most so many rows; 0: no limit */
    int64_t span;    /* ns: rows that are no older than that; 0: no limit */
    bool excludes;   /* the row itself is not in its window */

    /* PARTS: a row begins a new one ... */
    int64_t pause;    /* ns: where more than that lies between it and the row before; 0: no limit */
    int64_t duration; /* ns: more than that behind the part's first row; 0: no limit */
    size_t before;    /* where this flag is true; SIZE_MAX: none */
    size_t after;     /* behind a row where this flag is true; SIZE_MAX: none */
    bool opened;      /* rows before a row with `before` are in no part, nor those behind `after` */
    bool timed;       /* the part's first time and its duration, both in ms, are columns */
    char *separator;  /* between joined values; missing ones are left out; owned */

    /* NEIGHBOR and WINDOW: outputs that go on as they are. */
    size_t *passed;
    size_t passed_count;
};

/* Columns that come out:
 *   NEIGHBOR   included, passed
 *   WINDOW     the aggregates', passed
 *   PARTS      keys, included, time and duration (timed), the aggregates' */
extern const struct operator_kind operator_sequence;

#endif
