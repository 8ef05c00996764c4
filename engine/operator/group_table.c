#include "engine/operator/group_table.h"

#include <stdlib.h>
#include <xxhash.h>

#define UNIT 8
#define CHUNK_BYTES ((size_t)64 << 10)
#define CHUNK_UNITS (CHUNK_BYTES / UNIT)
/* So that a place fits 32 bits. */
#define CHUNKS_MOST (((size_t)UINT32_MAX + 1) / CHUNK_UNITS)
#define SLOTS_SMALLEST 16

static size_t round_up(size_t size) {
    return (size + UNIT - 1) & ~(size_t)(UNIT - 1);
}

static struct group_entry *entry_at(const struct group_table *table, uint32_t place) {
    return (struct group_entry *)(table->chunks[place / CHUNK_UNITS] + place % CHUNK_UNITS * UNIT);
}

/* ---- memory --------------------------------------------------------------------------------- */

/* Adds a chunk; its number is chunk_count - 1. */
static bool add_chunk(struct group_table *table, size_t size) {
    if (table->chunk_count == CHUNKS_MOST) return false;
    if (table->chunk_count == table->chunk_capacity) {
        size_t capacity = table->chunk_capacity ? table->chunk_capacity * 2 : 8;
        char **chunks = reallocarray(table->chunks, capacity, sizeof *chunks);
        if (!chunks) return false;
        table->chunks = chunks;
        table->chunk_capacity = capacity;
    }
    char *chunk = malloc(size);
    if (!chunk) return false;
    table->chunks[table->chunk_count++] = chunk;
    return true;
}

/* The first unit of the first chunk stays unused: place 0 means none. */
static bool open_chunk(struct group_table *table) {
    if (!add_chunk(table, CHUNK_BYTES)) return false;
    bool first = table->chunk_count == 1;
    if (!first) table->bytes += CHUNK_BYTES - table->open_used; /* the end that is left */
    table->open = table->chunk_count - 1;
    table->open_used = first ? UNIT : 0;
    return true;
}

/* What is longer than a chunk gets one of its own. *place is 0 where there is no memory. */
static void *allocate(struct group_table *table, size_t size, uint32_t *place) {
    *place = 0;
    if (size > PTRDIFF_MAX) return NULL;
    size = round_up(size);
    if (table->chunk_count == 0 && !open_chunk(table)) return NULL;
    size_t chunk, at = 0;
    if (size > CHUNK_BYTES) {
        if (!add_chunk(table, size)) return NULL;
        chunk = table->chunk_count - 1;
    } else {
        if (size > CHUNK_BYTES - table->open_used && !open_chunk(table)) return NULL;
        chunk = table->open;
        at = table->open_used;
        table->open_used += size;
    }
    table->bytes += size;
    *place = (uint32_t)(chunk * CHUNK_UNITS + at / UNIT);
    return table->chunks[chunk] + at;
}

void *group_table_room(struct group_table *table, size_t size) {
    uint32_t place;
    return allocate(table, size, &place);
}

size_t group_table_bytes(const struct group_table *table) {
    return table->bytes + 2 * table->slot_count * sizeof *table->slots;
}

/* ---- slots ---------------------------------------------------------------------------------- */

static bool grow(struct group_table *table) {
    size_t count = table->slot_count ? table->slot_count * 2 : SLOTS_SMALLEST;
    struct group_slot *slots = calloc(count, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i].place == 0) continue;
        size_t at = table->slots[i].hash & (count - 1);
        while (slots[at].place) at = (at + 1) & (count - 1);
        slots[at] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return true;
}

static struct group_entry *make_entry(struct group_table *table, struct text key,
                                      size_t payload_size, struct group_slot *slot) {
    size_t size = sizeof(struct group_entry) + round_up(payload_size);
    if (key.length > UINT32_MAX || payload_size > UINT32_MAX) return NULL;
    struct group_entry *entry = allocate(table, size + key.length, &slot->place);
    if (!entry) return NULL;
    *entry = (struct group_entry){(uint32_t)key.length, (uint32_t)payload_size};
    memset(entry + 1, 0, size - sizeof *entry);
    if (key.length) memcpy((char *)entry + size, key.data, key.length);
    table->count++;
    return entry;
}

struct group_entry *group_table_get(struct group_table *table, struct text key, size_t payload_size,
                                    bool *created) {
    *created = false;
    /* At most three quarters full. */
    if (table->count >= table->slot_count / 4 * 3 && !grow(table)) return NULL;
    uint32_t hash = (uint32_t)XXH3_64bits(key.data, key.length);
    size_t mask = table->slot_count - 1;
    size_t at = hash & mask;
    for (; table->slots[at].place; at = (at + 1) & mask) {
        if (table->slots[at].hash != hash) continue;
        struct group_entry *entry = entry_at(table, table->slots[at].place);
        if (text_equal(group_entry_key(entry), key)) return entry;
    }
    table->slots[at].hash = hash;
    *created = true;
    return make_entry(table, key, payload_size, &table->slots[at]);
}

struct group_entry *group_table_next(const struct group_table *table, size_t *at) {
    while (*at < table->slot_count) {
        uint32_t place = table->slots[(*at)++].place;
        if (place) return entry_at(table, place);
    }
    return NULL;
}

/* ---- order ---------------------------------------------------------------------------------- */

/* Four bytes of a key as a number whose order is theirs; what is not there counts as 0. */
static uint32_t key_bytes(struct text key, size_t from) {
    uint32_t bytes = 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes = bytes << 8 | (from + i < key.length ? (unsigned char)key.data[from + i] : 0);
    return bytes;
}

static size_t common_prefix(const struct group_table *table) {
    struct text first = group_entry_key(entry_at(table, table->slots[0].place));
    size_t common = first.length;
    for (size_t i = 1; i < table->count && common > 0; i++) {
        struct text key = group_entry_key(entry_at(table, table->slots[i].place));
        size_t same = 0;
        while (same < common && same < key.length && key.data[same] == first.data[same]) same++;
        common = same;
    }
    return common;
}

static int compare_slots(const void *left, const void *right, void *context) {
    const struct group_slot *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    struct text x = group_entry_key(entry_at(context, a->place));
    struct text y = group_entry_key(entry_at(context, b->place));
    size_t length = x.length < y.length ? x.length : y.length;
    int order = length ? memcmp(x.data, y.data, length) : 0;
    return order ? order : (x.length > y.length) - (x.length < y.length);
}

/* In the sorted table `hash` holds the first bytes in which keys differ, so that most comparisons
 * look at no entry. */
void group_table_sort(struct group_table *table) {
    size_t count = 0;
    for (size_t i = 0; i < table->slot_count; i++)
        if (table->slots[i].place) table->slots[count++] = table->slots[i];
    if (count == 0) return;
    memset(table->slots + count, 0, (table->slot_count - count) * sizeof *table->slots);
    size_t common = common_prefix(table);
    for (size_t i = 0; i < count; i++)
        table->slots[i].hash =
            key_bytes(group_entry_key(entry_at(table, table->slots[i].place)), common);
    qsort_r(table->slots, count, sizeof *table->slots, compare_slots, table);
}

/* ---- emptying ------------------------------------------------------------------------------- */

/* Keeps the first chunk, which is never one of those longer than CHUNK_BYTES. */
void group_table_clear(struct group_table *table) {
    while (table->chunk_count > 1) free(table->chunks[--table->chunk_count]);
    if (table->slot_count > SLOTS_SMALLEST) {
        free(table->slots);
        table->slots = NULL;
        table->slot_count = 0;
    } else if (table->slots) {
        memset(table->slots, 0, table->slot_count * sizeof *table->slots);
    }
    table->count = 0;
    table->open = 0;
    table->open_used = UNIT;
    table->bytes = 0;
}

void group_table_free(struct group_table *table) {
    while (table->chunk_count > 0) free(table->chunks[--table->chunk_count]);
    free(table->chunks);
    free(table->slots);
    *table = (struct group_table){0};
}
