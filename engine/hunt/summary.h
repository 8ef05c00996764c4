/* summary.h - the ledger of a run, made from its counters. */
#ifndef TRAWL_ENGINE_SUMMARY_H
#define TRAWL_ENGINE_SUMMARY_H

#include "engine/hunt/drifts.h"
#include "engine/hunt/faults.h"
#include "engine/hunt/lane.h"
#include "engine/source.h"

/* A trawl_summary and the memory behind its lists. Names point into the plan, the source and the
 * tallies; faults into the fault list; paths into the inputs: all outlive it. */
struct summary {
    struct trawl_summary public;
    void *lists[15];
    char (*score_names)[24];
    struct drifts drifts;
};

/* Of everything but the result. records: what was read, for all lanes; its hours are sorted. days:
 * see trawl_options.drift. False: out of memory. */
bool summary_make(struct summary *summary, const struct source *source, struct lane *lane,
                  struct tally *records, const struct input_list *inputs,
                  const struct faults *faults, bool days);
void summary_free(struct summary *summary);

#endif
