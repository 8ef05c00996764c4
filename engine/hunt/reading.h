/* reading.h - one reading of the whole archive through the lanes: the crew, what comes behind each
 * plan's first barrier, and where the rows go. A run is one reading for each table of its plans and
 * then one for all their results. */
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
    atomic_bool stop;
    /* Set from outside, with stop: stop is cleared between reading and what comes behind it, so
     * that an interrupted run still gives the answer over what was read. */
    atomic_bool interrupted;
    atomic_bool refused; /* a sink wants no more rows: nothing is made for any */
};

/* Rows of each lane come in input order, or in that of its plan's last barrier; those of lanes that
 * stream while the archive is read, the others' behind that, lane after lane. fields: of
 * lanes_unite; tally: of the records, by these fields. TRAWL_CANCELLED: interrupted
 * while rows were made from what was read, or a sink wanted no more. */
enum trawl_status reading_results(struct archive *archive, struct lane *lanes, size_t count,
                                  const struct program *fields, struct tally *tally,
                                  struct faults *faults, struct trawl_error *error);
/* Fills the tables of a plan that does not keep, and those of their plans before them.
 * TRAWL_CANCELLED: interrupted, the tables are not whole. */
enum trawl_status reading_tables(struct archive *archive, const struct trawl_plan *plan,
                                 struct notices *notices, struct trawl_error *error);

#endif
