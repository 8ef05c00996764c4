/* help.h - what -h and --help print, made from the table of flags. */
#ifndef TRAWL_TOOLS_HELP_H
#define TRAWL_TOOLS_HELP_H

#include <stdio.h>

/* A line per flag. */
void help_short(FILE *to);
/* Everything, grouped, wrapped to `width` columns. */
void help_long(FILE *to, unsigned width);

#endif
