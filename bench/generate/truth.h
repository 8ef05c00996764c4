/* truth.h - what is true of an archive, for whoever judges a hunt by it: NDJSON, first a line of
 * counts, then a line for each planted event. bench/README.md has the keys. */
#ifndef GENERATE_TRUTH_H
#define GENERATE_TRUTH_H

#include "generate.h"

/* False: `message` (of `room` bytes) says why. */
bool truth_write(const char *path, const struct counts *counts, const struct plants *plants,
                 const struct layout *layout, const struct options *options, char *message,
                 size_t room);

#endif
