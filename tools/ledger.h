/* ledger.h - the summary of a hunt for whoever reads it at three in the morning: what came out,
 * what was read, what could not be judged, what was not read. */
#ifndef TRAWL_TOOLS_LEDGER_H
#define TRAWL_TOOLS_LEDGER_H

#include <stdio.h>

#include "tools/told.h"

void ledger_write(FILE *to, const char *hunt, const struct trawl_summary *summary,
                  const struct tuning *tuning, bool color);
/* Of the hunts of one run: what all share first, then a section for each. */
void ledger_write_all(FILE *to, const struct hunt_told *hunts, size_t count, bool color);

#endif
