/* lane.h - the plans of one run, side by side over the same records.
 *
 * The archive is read once for all of them. What is projected of a record is the union of what
 * their first stages read, each name once; a batch of it goes through the pipeline of one lane
 * after the other. Each lane counts for itself what its plan keeps; what the records were is
 * counted once, by the reader. A plan that brings its rows along has a lane too, and runs alone.
 *
 * Of a plan that keeps (plan_keeps) the rows wait, and beside its lane are those of its tables. */
#ifndef TRAWL_ENGINE_LANE_H
#define TRAWL_ENGINE_LANE_H

#include <stdatomic.h>

#include "engine/hunt/keeper.h"
#include "engine/hunt/pipeline.h"

struct lane {
    struct pipeline_setup setup; /* its columns are those of the union */
    struct row_sink rows;        /* where rows of the result go ... */
    bool at_once; /* ... by any worker as they are found, with their origins: rows of a table */
    struct notices *notices; /* outlives the lane */
    struct tally tally; /* what the plan counts; of rows that it brings along, the fields too */
    struct tally later; /* setup.later, where the plan has such a stage */
    uint32_t *columns;  /* setup.columns, owned */
    /* Of a plan that keeps: */
    struct lane *tables; /* [table_count], owned */
    size_t table_count;
    struct keeper **keepers; /* [keeper_count], of the workers that have read; owned */
    size_t keeper_count;
    atomic_bool gave_up; /* too much would have to wait: the archive is read again for the plan */
};

/* With the setup of a plan without columns. False: out of memory; lane_free takes what is there.
 * The lane must stay where it is. */
bool lane_init(struct lane *lane, const struct pipeline_setup *setup, struct notices *notices);
/* The same of a plan whose tables are made, so that no row need wait. */
bool lane_init_again(struct lane *lane, const struct pipeline_setup *setup,
                     struct notices *notices);
void lane_free(struct lane *lane);

/* Whether the plan reads the archive itself, and not only its tables. */
static inline bool lane_reads(const struct lane *lane) {
    return !lane->setup.plan->given;
}
/* Whether its rows go out as they are found. */
static inline bool lane_streams(const struct lane *lane) {
    return plan_barrier(lane->setup.plan, 0) == lane->setup.plan->stage_count;
}

static inline bool lane_keeps(const struct lane *lane) {
    return lane->tables != NULL;
}

/* The union of the fields of all lanes that read, and of their tables, as a program that does
 * nothing else, and the columns of each lane in it. NULL: out of memory, or there are more fields
 * than a program holds.
 */
struct program *lanes_unite(struct lane *lanes, size_t count);
/* The times of which any lane reads records. */
struct range lanes_range(const struct lane *lanes, size_t count);
/* How often the archive is read: once for all, and once for each table of a plan that does not
 * keep.
 */
unsigned lanes_passes(const struct lane *lanes, size_t count);
/* For a person. fields: of lanes_unite. */
void lanes_explain(const struct lane *lanes, size_t count, const struct program *fields,
                   struct buffer *out);

#endif
