/* wrap.h - words in lines of a width. */
#ifndef TRAWL_TOOLS_WRAP_H
#define TRAWL_TOOLS_WRAP_H

#include <stdio.h>

/* Prints words from column `indent` on, breaking lines before `width`; ends the line. */
void wrap(FILE *to, const char *text, int indent, unsigned width);

#endif
