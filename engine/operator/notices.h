/* notices.h - the lines of a run that the user should hear at the end: see operator.h. */
#ifndef TRAWL_ENGINE_NOTICES_H
#define TRAWL_ENGINE_NOTICES_H

#include "engine/operator/operator.h"

struct notices *notices_new(void); /* NULL: out of memory */
void notices_free(struct notices *notices);
/* All of them, each once, in byte order. Belongs to the notices; valid until the next notices_add.
 */
const char *const *notices_list(struct notices *notices, size_t *count);

#endif
