/* diagnostics.h - what is wrong with a query, for a person: place, line, caret, advice. */
#ifndef TRAWL_TOOLS_DIAGNOSTICS_H
#define TRAWL_TOOLS_DIAGNOSTICS_H

#include <stdio.h>

#include "tools/flags.h"

/* All errors, and the warnings if wanted. diagnostics may be NULL. */
void diagnostics_print(FILE *to, const char *name, const struct trawl_diagnostics *diagnostics,
                       bool warnings, enum when color);

#endif
