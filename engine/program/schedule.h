/* schedule.h - what an executor runs when.
 *
 * Every step is split at its ands: each conjunct is a stage of its own, cheapest first, and the
 * selection narrows after each, so that a dear conjunct sees few rows. A stage holds the nodes that
 * its flag needs and that no stage before it has computed; the outputs are the last stage. So a
 * batch from which the first conjunct keeps nothing costs what that conjunct costs.
 *
 * The selection only shrinks: a node need be right only in the rows selected when its stage begins.
 *
 * Bitmaps and numbers are in slots, which a node leaves to others after its last use. */
#ifndef TRAWL_ENGINE_SCHEDULE_H
#define TRAWL_ENGINE_SCHEDULE_H

#include "engine/program/program.h"

#define NO_SLOT UINT32_MAX

struct stage {
    size_t end;    /* of its nodes, in nodes[] */
    node_id flag;  /* NO_NODE: the outputs */
    size_t step;   /* that ends with this stage; SIZE_MAX: none does */
    node_id known; /* flag to be counted behind it: program.h; NO_NODE: none */
};

struct schedule {
    node_id *nodes; /* stage by stage, operands first */
    size_t node_count;
    struct stage *stages;
    size_t stage_count;
    size_t early_count;                 /* stages before the first that calls a scalar */
    uint32_t *bit_slots, *number_slots; /* by node; NO_SLOT: needs none */
    uint32_t bit_slot_count, number_slot_count;
};

/* False: out of memory; schedule_free takes what is there. */
bool schedule_init(struct schedule *schedule, const struct program *program);
void schedule_free(struct schedule *schedule);

#endif
