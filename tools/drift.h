/* drift.h - fields that fall away or change their form, and values that no list has, in words. */
#ifndef TRAWL_TOOLS_DRIFT_H
#define TRAWL_TOOLS_DRIFT_H

#include "engine/trawl.h"
#include "tools/section.h"

/* Falls and values, as warnings. */
void drift_warnings(struct section *section, const struct trawl_summary *summary);
/* What --drift asks for: for each shape and field, the days with their shares and forms. */
void drift_days(const struct paper *paper, const struct trawl_summary *summary);
/* A fall in one line, without its end: "x stops on 2026-03-14 10:00:00: ...". */
void drift_say(FILE *to, const struct trawl_drift *drift);

#endif
