/* A Bloom filter whose bits for one key are all in one word (F. Putze, P. Sanders, J. Singler,
 * "Cache-, hash- and space-efficient Bloom filters", 2007): about one key in thirty that is not
 * there passes. */
#include <stdlib.h>

#include "engine/lookup/lookup_internal.h"

#define WORD_KEYS 8     /* at most, where the memory allows it */
#define USELESS_KEYS 16 /* with more of them in a word most keys pass */

bool filter_open(struct filter *filter, uint64_t keys, uint64_t most) {
    size_t count = 1;
    while (count < keys / WORD_KEYS && count <= most / (2 * sizeof *filter->words)) count *= 2;
    *filter = (struct filter){0};
    if (count < keys / USELESS_KEYS) return true;
    filter->words = calloc(count, sizeof *filter->words);
    filter->count = filter->words ? count : 0;
    return filter->words != NULL;
}

void filter_free(struct filter *filter) {
    free(filter->words);
    *filter = (struct filter){0};
}

static uint64_t bits_of(uint64_t hash) {
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
           UINT64_C(1) << (hash >> 12 & 63) | UINT64_C(1) << (hash >> 18 & 63);
}

static size_t word_of(const struct filter *filter, uint64_t hash) {
    return hash >> 24 & (filter->count - 1);
}

void filter_add(struct filter *filter, struct text key) {
    if (filter->count == 0) return;
    uint64_t hash = key_hash(key);
    filter->words[word_of(filter, hash)] |= bits_of(hash);
}

bool filter_passes(const struct filter *filter, struct text key) {
    if (filter->count == 0) return true;
    uint64_t hash = key_hash(key), bits = bits_of(hash);
    return (filter->words[word_of(filter, hash)] & bits) == bits;
}
