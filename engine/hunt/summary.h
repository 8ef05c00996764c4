/* summary.h - the ledger of a run, made from its counters. */
#ifndef TRAWL_ENGINE_SUMMARY_H
#define TRAWL_ENGINE_SUMMARY_H

#include "engine/hunt/faults.h"
#include "engine/hunt/plan.h"
#include "engine/source.h"

/* A trawl_summary and the memory behind its lists. Names point into the plan, the source and the
 * tally; faults into the fault list: all four outlive it. */
struct summary {
    struct trawl_summary public;
    void *lists[14];
    char (*score_names)[24];
};

/* Of everything but the result. Sorts the tally's hours. False: out of memory. */
bool summary_make(struct summary *summary, const struct source *source,
                  const struct trawl_plan *plan, struct tally *tally, const struct faults *faults);
void summary_free(struct summary *summary);

#endif
