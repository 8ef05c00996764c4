/* tuning_told.h - what the tuning did in a run: for the ledger, and for --stats. */
#ifndef TRAWL_TOOLS_TUNING_TOLD_H
#define TRAWL_TOOLS_TUNING_TOLD_H

#include "tools/json_put.h"
#include "tools/paint.h"
#include "tools/tuning.h"

/* Nothing where there is no tuning. query: the name of the plan. */
void tuning_write(const struct paper *paper, const struct tuning *tuning, const char *query,
                  const struct trawl_summary *summary);
void tuning_put(struct json_put *json, const struct tuning *tuning, const char *query,
                const struct trawl_summary *summary);

#endif
