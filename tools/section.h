/* section.h - a part of the ledger that is there when it has a line. */
#ifndef TRAWL_TOOLS_SECTION_H
#define TRAWL_TOOLS_SECTION_H

#include "tools/paint.h"

/* A section prints its heading with its first line, or never. */
struct section {
    const struct paper *paper;
    const char *heading, *paint;
    bool begun;
};

/* Where the line goes; it is indented by then. */
FILE *section_line(struct section *section);

#endif
