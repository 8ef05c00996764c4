/* group_table.h - a hash table from byte keys to payloads of a size of the caller's choice, with
 * memory that is counted and given back at once.
 *
 * Entries lie in chunks and do not move, so pointers hold until group_table_clear. Slots are open
 * addressed and hold 32 bits of the key's hash beside the entry's place: a look-up touches one
 * entry. A plain value: zero-initialised is empty. */
#ifndef TRAWL_ENGINE_GROUP_TABLE_H
#define TRAWL_ENGINE_GROUP_TABLE_H

#include "engine/base/buffer.h"

struct group_entry {
    uint32_t key_length, payload_size;
    /* payload_size bytes, aligned to 8, rounded up to 8; then the key */
};

static inline void *group_entry_payload(const struct group_entry *entry) {
    return (void *)(entry + 1);
}
static inline struct text group_entry_key(const struct group_entry *entry) {
    size_t payload = ((size_t)entry->payload_size + 7) & ~(size_t)7;
    return (struct text){(const char *)(entry + 1) + payload, entry->key_length};
}

struct group_slot {
    uint32_t hash;
    uint32_t place; /* of the entry, in units of 8 bytes over all chunks; 0: empty */
};

struct group_table {
    struct group_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count;      /* entries */
    char **chunks;
    size_t chunk_count, chunk_capacity;
    size_t open;      /* the chunk that is being filled, where there is one */
    size_t open_used; /* bytes of it */
    size_t bytes;     /* of entries and rooms */
};

/* The entry of a key, made with a payload of zero bytes where there is none. NULL: no memory. */
struct group_entry *group_table_get(struct group_table *table, struct text key, size_t payload_size,
                                    bool *created);
/* Bytes that live as long as the entries, aligned to 8. NULL: no memory. */
void *group_table_room(struct group_table *table, size_t size);
/* What the table holds, and what it needs to grow or to be sorted. */
size_t group_table_bytes(const struct group_table *table);
/* The next entry in no particular order; start with *at 0. NULL: no more. */
struct group_entry *group_table_next(const struct group_table *table, size_t *at);
/* Puts the entries into byte order of keys: from now on, until it is cleared, group_table_next
 * gives them in that order and nothing can be looked up. */
void group_table_sort(struct group_table *table);
/* Cheap where the table is small. */
void group_table_clear(struct group_table *table);
void group_table_free(struct group_table *table);

#endif
