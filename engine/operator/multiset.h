/* multiset.h - texts in byte order, each with how often it is there, from which any can be taken
 * out again: a treap. Adding, removing and finding by rank take time logarithmic in the number of
 * different texts.
 *
 * A plain value: zero-initialised is empty. */
#ifndef TRAWL_ENGINE_MULTISET_H
#define TRAWL_ENGINE_MULTISET_H

#include "engine/base/buffer.h"

struct multiset_node;

struct multiset {
    struct multiset_node *root;
    uint64_t distinct; /* different texts */
    uint64_t count;    /* all */
    uint64_t bytes;    /* of memory */
    uint64_t random;   /* for priorities: shape only, not content, depends on it */
};

/* payload: kept with a text that is new. False: no memory. */
bool multiset_add(struct multiset *set, struct text text, struct text payload);
/* Takes the text out once; it must be there. */
void multiset_remove(struct multiset *set, struct text text);
/* The text at `rank`, counted from 0 over all, and its payload; false: there are not so many. */
bool multiset_at(const struct multiset *set, uint64_t rank, struct text *text,
                 struct text *payload);
/* Each different text in order, until visit returns false. */
void multiset_each(const struct multiset *set, bool (*visit)(void *context, struct text text),
                   void *context);
void multiset_clear(struct multiset *set); /* frees everything */

#endif
