/* summary.h - the ledger of a run, made from its counters. */
#ifndef TRAWL_ENGINE_SUMMARY_H
#define TRAWL_ENGINE_SUMMARY_H

#include "engine/faults.h"
#include "engine/source.h"

/* A trawl_summary and the memory behind its lists. Names point into the plan and the source; faults
 * into the fault list: all three outlive it. */
struct summary {
    struct trawl_summary public;
    void *lists[9];
    char (*score_names)[24];
};

bool summary_make(struct summary *summary, const struct source *source,
                  const struct trawl_plan *plan, const struct tally *tally,
                  const struct faults *faults);
void summary_free(struct summary *summary);

#endif
