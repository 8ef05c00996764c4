/* ledger.h - the summary of a hunt for whoever reads it at three in the morning: what came out,
 * what was read, what could not be judged, what was not read. */
#ifndef TRAWL_TOOLS_LEDGER_H
#define TRAWL_TOOLS_LEDGER_H

#include <stdio.h>

#include "engine/trawl.h"

void ledger_write(FILE *to, const char *hunt, const struct trawl_summary *summary, bool color);

#endif
