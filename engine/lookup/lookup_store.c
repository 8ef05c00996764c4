/* Groups in memory: a hash table with open addresses. */
#include <stdlib.h>

#include "engine/lookup/lookup_internal.h"

/* A slot is the place + 1 in the low bits, and a tag of the hash above. */
#define PLACE_BITS 40
#define PLACE_MOST ((UINT64_C(1) << PLACE_BITS) - 1)
#define SLOTS_SMALLEST 4

void store_free(struct store *store) {
    buffer_free(&store->bytes);
    free(store->slots);
    *store = (struct store){0};
}

bool store_add(struct store *store, const struct group *group) {
    if (store->bytes.length >= PLACE_MOST) return false;
    store->groups++;
    return group_write(&store->bytes, group);
}

/* At most three of four slots are full. */
static size_t slots_for(uint64_t groups) {
    size_t slots = SLOTS_SMALLEST;
    while (slots / 4 * 3 < groups) slots *= 2;
    return slots;
}

uint64_t store_size(const struct store *store) {
    return store->bytes.length + slots_for(store->groups) * sizeof *store->slots;
}

static uint64_t tag_of(uint64_t hash) {
    return hash >> PLACE_BITS << PLACE_BITS;
}

bool store_freeze(struct store *store) {
    size_t count = slots_for(store->groups);
    store->slots = calloc(count, sizeof *store->slots);
    if (!store->slots) return false;
    store->slot_count = count;
    struct text left = buffer_text(&store->bytes);
    struct group group;
    for (uint64_t place = 0; group_read(&left, &group); place = store->bytes.length - left.length) {
        uint64_t hash = key_hash(group.key);
        size_t slot = hash & (count - 1);
        while (store->slots[slot]) slot = (slot + 1) & (count - 1);
        store->slots[slot] = tag_of(hash) | (place + 1);
    }
    return true;
}

bool store_find(const struct store *store, struct text key, struct group *group) {
    if (store->groups == 0) return false;
    uint64_t hash = key_hash(key), held;
    size_t mask = store->slot_count - 1;
    for (size_t slot = hash & mask; (held = store->slots[slot]) != 0; slot = (slot + 1) & mask) {
        if (tag_of(held) != tag_of(hash)) continue;
        size_t place = (size_t)(held & PLACE_MOST) - 1;
        struct text bytes = {store->bytes.data + place, store->bytes.length - place};
        if (group_read(&bytes, group) && text_equal(group->key, key)) return true;
    }
    return false;
}
