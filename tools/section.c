#include "tools/section.h"

FILE *section_line(struct section *section) {
    const struct paper *paper = section->paper;
    if (!section->begun) {
        fputc('\n', paper->to);
        paint_line(paper, section->paint, "%s", section->heading);
        section->begun = true;
    }
    fputs("  ", paper->to);
    return paper->to;
}
