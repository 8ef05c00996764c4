/* shuffle.h - the members of objects in another order: JSON means the same, and no two records are
 * laid out alike. */
#ifndef GENERATE_SHUFFLE_H
#define GENERATE_SHUFFLE_H

#include "builder.h"
#include "random.h"

/* Puts the members of the compact JSON object from `start` on, and of the objects in it, into a
 * random order. Elements of arrays stay where they are, and so does what is no object. False: out
 * of memory. */
bool shuffle_members(struct builder *builder, size_t start, struct random *random);

#endif
