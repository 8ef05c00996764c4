/* reading.h - one reading of the whole archive through one plan: the crew, what comes behind the
 * plan's first barrier, and where the rows go. A run is one reading for each table of its plan and
 * then one for its result. */
#ifndef TRAWL_ENGINE_READING_H
#define TRAWL_ENGINE_READING_H

#include "engine/hunt/budget.h"
#include "engine/hunt/crew.h"

/* What all readings of a run share. */
struct archive {
    const struct source *source;
    const struct input_list *inputs;
    uint64_t skipped;            /* how many of them are not read */
    struct reader_config config; /* program: set for each reading */
    struct budget budget;
    struct gate *gate;
    struct counters counters;
    const char *temp;    /* folder for temporary files; NULL: the usual one */
    struct spill *spill; /* of operators; each table has its own */
    struct notices *notices;
    atomic_bool stop;
    /* Set from outside, with stop: stop is cleared between reading and what comes behind it, so
     * that an interrupted run still gives the answer over what was read. */
    atomic_bool interrupted;
};

/* Rows come in input order, or in that of the plan's last barrier. TRAWL_CANCELLED: interrupted
 * while rows were made from what was read, or the sink wanted no more. */
enum trawl_status reading_result(struct archive *archive, const struct pipeline_setup *setup,
                                 const struct row_sink *rows, struct tally *tally,
                                 struct faults *faults, struct trawl_error *error);
/* Fills the tables of the plan, and those of their plans before them. TRAWL_CANCELLED:
 * interrupted, the tables are not whole. */
enum trawl_status reading_tables(struct archive *archive, const struct trawl_plan *plan,
                                 struct trawl_error *error);

#endif
