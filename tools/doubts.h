/* doubts.h - the part of the ledger that says what its other numbers do not rest on: flags that
 * could not be evaluated, fields that drift, input that was not read. */
#ifndef TRAWL_TOOLS_DOUBTS_H
#define TRAWL_TOOLS_DOUBTS_H

#include "engine/trawl.h"
#include "tools/paint.h"

#define DOUBTS_FAULTS 20 /* files not read whole that are listed; --stats has all */

void doubts_write(const struct paper *paper, const struct trawl_summary *summary);
/* The same in two: what all hunts of a run share, and what is one's own. */
void doubts_of_run(const struct paper *paper, const struct trawl_summary *summary);
void doubts_of_hunt(const struct paper *paper, const struct trawl_summary *summary);

#endif
