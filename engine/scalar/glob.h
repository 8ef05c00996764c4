/* glob.h - patterns in which * is any run of bytes, also none: in filters, in(), wildcard(). */
#ifndef TRAWL_ENGINE_SCALAR_GLOB_H
#define TRAWL_ENGINE_SCALAR_GLOB_H

#include "engine/scalar.h"

/* Whether the whole text matches, in time of both lengths for each star at most. */
bool glob_matches(struct text pattern, struct text text);

/* For scalar_glob: matches any of the patterns. ignore_case: both sides folded as lower() does.
 * Copies the patterns. NULL: out of memory. */
void *glob_new(const struct text *patterns, size_t count, bool ignore_case);
/* data: glob_new. (text): flag. */
extern const struct scalar scalar_glob;

#endif
