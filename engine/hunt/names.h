/* names.h - the names that occur in records, whether or not the plan reads them: what a field that
 * no record had may have been meant to be. A bounded set; a name beyond the bounds is forgotten. */
#ifndef TRAWL_ENGINE_NAMES_H
#define TRAWL_ENGINE_NAMES_H

#include "engine/base/buffer.h"

#define NAMES_MOST 4096  /* names of one set */
#define NAME_LONGEST 128 /* bytes of a name; nobody mistypes a longer one */

/* A plain value; zero-initialised is empty. */
struct names {
    struct buffer text; /* names, each terminated */
    uint32_t *starts;   /* [NAMES_MOST] of each name in text */
    uint32_t *slots;    /* hash table: index + 1, or 0 */
    size_t count;
};

/* Copies. Names with a NUL, and all once memory runs out, are not remembered. */
void names_add(struct names *names, struct text name);
void names_merge(struct names *to, const struct names *from);
/* The index-th name, in the order of adding. Valid until the next one is added. */
static inline const char *names_at(const struct names *names, size_t index) {
    return names->text.data + names->starts[index];
}
void names_free(struct names *names);

#endif
