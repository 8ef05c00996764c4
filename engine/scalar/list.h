/* list.h - scalars over lists that are one text: elements with commas between them. */
#ifndef TRAWL_ENGINE_SCALAR_LIST_H
#define TRAWL_ENGINE_SCALAR_LIST_H

#include "engine/scalar.h"

/* For scalar_without: copies the elements. NULL: out of memory. */
void *without_new(const struct text *elements, size_t count);
/* data: without_new. (list): the list without these elements, ASCII letters in either case and
 * spaces around an element aside; the others stay as they are. */
extern const struct scalar scalar_without;

#endif
