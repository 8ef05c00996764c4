/* sizes.h - how many bytes the inputs have together: asked of the source little by little, and only
 * where somebody wants to see how far a run has come. */
#ifndef TRAWL_ENGINE_SIZES_H
#define TRAWL_ENGINE_SIZES_H

#include "engine/source.h"

struct sizes;

struct sizes *sizes_new(void); /* NULL: out of memory */
void sizes_free(struct sizes *sizes);
/* Of the inputs that are not skipped; the list must not change between calls. 0: not known, or not
 * yet: each call asks for a limited number of sizes, as that may be slow. Any thread. */
uint64_t sizes_total(struct sizes *sizes, const struct source *source,
                     const struct input_list *inputs);
/* Of one input; 0: not known. */
uint64_t size_now(const struct source *source, const struct input *input);

#endif
