/* query.h - what is wrong with queries, their plans, the language: for a person. */
#ifndef TRAWL_TOOLS_QUERY_H
#define TRAWL_TOOLS_QUERY_H

#include <stdio.h>

#include "tools/flags.h"

/* --check: the queries, and the query files that are among the paths. A line for each on standard
 * output, errors on standard error. False: one has an error or cannot be read. */
bool query_check(const struct settings *settings);
/* --explain: the plans on standard output. False: said why. */
bool query_explain(const struct settings *settings);
/* --help-query */
void query_help(FILE *to, unsigned width);

#endif
