/* syntax_print.h - a query's tree as one line, for tests: operators first, in parentheses; steps
 * joined by |. Words stand bare, numbers after #, texts in quotes; ~ marks an extension. */
#ifndef TRAWL_TESTS_UNIT_SYNTAX_PRINT_H
#define TRAWL_TESTS_UNIT_SYNTAX_PRINT_H

#include "engine/query/syntax.h"

void print_pipeline(struct buffer *out, const struct pipeline *pipeline);

#endif
