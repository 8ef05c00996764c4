/* repeats.h - rows of a result that another row was like: of copies of one event, most likely. */
#ifndef TRAWL_ENGINE_REPEATS_H
#define TRAWL_ENGINE_REPEATS_H

#include "engine/trawl.h"

/* So many different rows are remembered; later ones are taken for new. */
#define REPEATS_MOST (UINT64_C(1) << 19)

/* Zero-initialised is empty. */
struct repeats {
    uint64_t *seen; /* [capacity] hashes, 0: free */
    size_t capacity, count;
    uint64_t repeated;
    bool failed; /* no memory: nothing more is told apart */
};

/* Whether a row with these cells came before. */
bool repeats_meet(struct repeats *repeats, const struct trawl_cell *cells, size_t count);
void repeats_free(struct repeats *repeats);

#endif
