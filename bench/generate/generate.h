/* generate.h - the files of a layout, written by several threads. */
#ifndef GENERATE_GENERATE_H
#define GENERATE_GENERATE_H

#include "layout.h"

/* What was written, counted as the main hunt counts. */
struct counts {
    uint64_t files, bytes, text_bytes;
    uint64_t records, signed_in;
    uint64_t is_high_risk, has_risky_event, cross_tenant_mfa;
    uint64_t score[4]; /* of those signed in; [0] is quiet */
};

/* Writes all files below `options->folder`, and planted[].record. The same bytes for any number of
 * threads. False: `message` (of `room` bytes) says why; some files are then missing or cut short.
 */
bool generate(const struct layout *layout, const struct world *world, const struct options *options,
              struct counts *counts, char *message, size_t room);

#endif
