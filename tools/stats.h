/* stats.h - the summary of a hunt as JSON: every number that the library gives, for programs and
 * for the record. */
#ifndef TRAWL_TOOLS_STATS_H
#define TRAWL_TOOLS_STATS_H

#include <stdio.h>

#include "tools/told.h"

void stats_write(FILE *to, const char *hunt, const struct trawl_summary *summary,
                 const struct tuning *tuning);
/* Of the hunts of one run: what all share, and an object for each in the list "hunts". */
void stats_write_all(FILE *to, const struct hunt_told *hunts, size_t count);

/* What a run without --validate leaves open, in words. */
#define NOT_CHECKED "malformed inside values that no hunt reads"

#endif
