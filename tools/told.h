/* told.h - a hunt as the ledger and the statistics tell of it. */
#ifndef TRAWL_TOOLS_TOLD_H
#define TRAWL_TOOLS_TOLD_H

#include "engine/trawl.h"

struct tuning; /* NULL: nothing is tuned */

struct hunt_told {
    const char *name, *severity, *attack, *title; /* "": not known */
    const struct trawl_summary *summary;
    const struct tuning *tuning;
    const char *query; /* the plan's name, which entries of the tuning are of */
};

#endif
