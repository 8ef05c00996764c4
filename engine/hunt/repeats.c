#include "engine/hunt/repeats.h"

#include <stdlib.h>
#include <xxhash.h>

/* Never 0. */
static uint64_t hash_cells(const struct trawl_cell *cells, size_t count) {
    uint64_t hash = 1;
    for (size_t i = 0; i < count; i++) {
        const uint64_t head[2] = {hash, cells[i].kind == TRAWL_MISSING};
        hash = XXH3_64bits_withSeed(cells[i].text ? cells[i].text : "", cells[i].length,
                                    XXH3_64bits(head, sizeof head));
    }
    return hash | 1;
}

/* Where the hash stands, or could. */
static uint64_t *place(const struct repeats *repeats, uint64_t hash) {
    size_t at = hash >> 1 & (repeats->capacity - 1);
    while (repeats->seen[at] && repeats->seen[at] != hash) at = (at + 1) & (repeats->capacity - 1);
    return &repeats->seen[at];
}

/* At most half full. */
static bool make_room(struct repeats *repeats) {
    if (repeats->count * 2 < repeats->capacity || repeats->count == REPEATS_MOST) return true;
    struct repeats grown = *repeats;
    grown.capacity = repeats->capacity ? repeats->capacity * 2 : 256;
    grown.seen = calloc(grown.capacity, sizeof *grown.seen);
    if (!grown.seen) return false;
    for (size_t i = 0; i < repeats->capacity; i++)
        if (repeats->seen[i]) *place(&grown, repeats->seen[i]) = repeats->seen[i];
    free(repeats->seen);
    *repeats = grown;
    return true;
}

bool repeats_meet(struct repeats *repeats, const struct trawl_cell *cells, size_t count) {
    if (repeats->failed || !make_room(repeats)) {
        repeats->failed = true;
        return false;
    }
    uint64_t hash = hash_cells(cells, count), *found = place(repeats, hash);
    if (*found) {
        repeats->repeated++;
        return true;
    }
    if (repeats->count == REPEATS_MOST) return false;
    *found = hash;
    repeats->count++;
    return false;
}

void repeats_free(struct repeats *repeats) {
    free(repeats->seen);
    *repeats = (struct repeats){0};
}
