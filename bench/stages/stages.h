/* stages.h - the stages of a hunt, each on its own, in one thread: the modules that a hunt runs,
 * over an archive of NDJSON.
 *
 * What a stage works on is made by the stage before it, outside of its clock, a piece of 1 MiB of
 * text or a batch of rows at a time, so that it is as warm in the caches as it is in a hunt. Clocks
 * count CPU time of the thread. */
#ifndef STAGES_STAGES_H
#define STAGES_STAGES_H

#include "engine/trawl.h"

enum stage {
    STAGE_DECODE,    /* a file's bytes to text */
    STAGE_FRAMING,   /* text to lines, by the framer alone */
    STAGE_LAYOUT,    /* a line to the values that the plan reads, by the layout of those before */
    STAGE_PARSER,    /* the same, by the parser alone */
    STAGE_VALIDATED, /* the same, to the last byte */
    STAGE_ROWS,      /* a line to a row of columns: STAGE_LAYOUT, shape, names, columns */
    STAGE_READING,   /* text to rows, as a hunt does it: the layout finds where most lines end */
    STAGE_MATCH,     /* patterns, over all rows of a batch */
    STAGE_PROGRAM,   /* filters, patterns, flags and score */
    STAGE_TOP,       /* the rows that are left to those that are shown */
    STAGES
};
extern const char *const stage_names[STAGES];

/* Of one pass over an archive. */
struct pass {
    double seconds[STAGES];
    uint64_t files, text_bytes, records;
    uint64_t by_layout; /* records that STAGE_READING read by their layout */
    uint64_t matched, shown;
};

struct stages;

/* The plan, which outlives the stages, reads one archive and begins with filters and a sort. NULL:
 * see the error. */
struct stages *stages_new(const struct trawl_plan *plan, struct trawl_error *error);
void stages_free(struct stages *stages);
/* Runs all stages over a file or folder. What is learned from records stays for the next pass. Any
 * record that is not one line is an error. */
enum trawl_status stages_pass(struct stages *stages, const char *path, struct pass *pass,
                              struct trawl_error *error);

#endif
