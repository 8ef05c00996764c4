/* query.h - the query of a run: where its text comes from, what is wrong with it, its plan. */
#ifndef TRAWL_TOOLS_QUERY_H
#define TRAWL_TOOLS_QUERY_H

#include <stdio.h>

#include "tools/flags.h"

/* Compiles what the settings name: --hunt, --file, --query or the default hunt. NULL: said why, on
 * standard error. Warnings are said there too, but for the built-in hunts, unless quiet. */
struct trawl_plan *query_plan(const struct settings *settings);

/* --check: the query, or the query files that are among the paths. A line for each on standard
 * output, errors on standard error. False: one has an error or cannot be read. */
bool query_check(const struct settings *settings);
/* --explain: the plan on standard output. False: said why. */
bool query_explain(const struct settings *settings);
/* --help-query */
void query_help(FILE *to, unsigned width);

#endif
