/* Groups in a temporary file: blocks of whole groups in key order. In memory is, of each block, the
 * shortest text that tells its keys from those of the block before. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/lookup/lookup_internal.h"

#define BLOCK_SIZE ((size_t)8 << 10) /* a block is larger only if one group is */
#define CACHE_BLOCKS 8
#define BLOCK_KEEP (4 * BLOCK_SIZE) /* what a larger block took is given back */

struct block {
    uint64_t offset;
    size_t separator; /* in separators, up to the next block's */
};

struct disk {
    struct spill_file *file;
    struct filter filter;
    struct block *blocks; /* behind the last one stands, once frozen, where it ends */
    size_t count, capacity;
    struct buffer separators; /* the least texts that are above all keys before the block */
    struct buffer group;      /* while adding */
    struct buffer last_key;   /* while adding */
};

struct disk *disk_new(struct spill *spill, uint64_t keys, uint64_t filter_most,
                      struct trawl_error *error) {
    struct disk *disk = calloc(1, sizeof *disk);
    if (!disk || !filter_open(&disk->filter, keys, filter_most))
        error_memory(error);
    else
        disk->file = spill_create(spill, error);
    if (disk && disk->file) return disk;
    disk_free(disk);
    return NULL;
}

void disk_free(struct disk *disk) {
    if (!disk) return;
    spill_close(disk->file);
    filter_free(&disk->filter);
    free(disk->blocks);
    buffer_free(&disk->separators);
    buffer_free(&disk->group);
    buffer_free(&disk->last_key);
    free(disk);
}

enum trawl_status disk_damaged(struct trawl_error *error) {
    return error_set(error, TRAWL_IO, "a temporary file does not hold what was written to it");
}

/* ---- adding ------------------------------------------------------------------------------- */

/* The next block begins where the file ends. */
static bool add_block(struct disk *disk) {
    if (disk->count == disk->capacity) {
        size_t capacity = disk->capacity ? disk->capacity * 2 : 64;
        struct block *blocks = reallocarray(disk->blocks, capacity, sizeof *blocks);
        if (!blocks) return false;
        disk->blocks = blocks;
        disk->capacity = capacity;
    }
    disk->blocks[disk->count] = (struct block){spill_size(disk->file), disk->separators.length};
    return true;
}

/* Of the key as many bytes as differ from the key before it: keys are no prefixes of each other. */
static bool add_separator(struct disk *disk, struct text key) {
    struct text last = buffer_text(&disk->last_key);
    size_t same = 0;
    while (same < last.length && same < key.length && last.data[same] == key.data[same]) same++;
    return buffer_append(&disk->separators, key.data, same < key.length ? same + 1 : same);
}

static bool begin_block(struct disk *disk, struct text key) {
    if (!add_block(disk)) return false;
    disk->count++;
    return add_separator(disk, key);
}

static bool fits_block(const struct disk *disk) {
    if (disk->count == 0) return false;
    uint64_t used = spill_size(disk->file) - disk->blocks[disk->count - 1].offset;
    return used + disk->group.length <= BLOCK_SIZE;
}

enum trawl_status disk_add(struct disk *disk, const struct group *group,
                           struct trawl_error *error) {
    buffer_clear(&disk->group, SIZE_MAX);
    if (!group_write(&disk->group, group)) return error_memory(error);
    if (!fits_block(disk) && !begin_block(disk, group->key)) return error_memory(error);
    filter_add(&disk->filter, group->key);
    disk->last_key.length = 0;
    if (!buffer_append(&disk->last_key, group->key.data, group->key.length))
        return error_memory(error);
    return spill_write(disk->file, disk->group.data, disk->group.length, error);
}

enum trawl_status disk_freeze(struct disk *disk, struct trawl_error *error) {
    buffer_free(&disk->group);
    buffer_free(&disk->last_key);
    return add_block(disk) ? spill_flush(disk->file, error) : error_memory(error);
}

/* ---- the cache ---------------------------------------------------------------------------- */

struct cached {
    size_t block;  /* SIZE_MAX: none */
    uint64_t used; /* when */
    struct buffer bytes;
};

struct disk_cache {
    struct cached blocks[CACHE_BLOCKS];
    uint64_t now;
};

struct disk_cache *disk_cache_new(void) {
    struct disk_cache *cache = calloc(1, sizeof *cache);
    for (size_t i = 0; cache && i < CACHE_BLOCKS; i++) cache->blocks[i].block = SIZE_MAX;
    return cache;
}

void disk_cache_free(struct disk_cache *cache) {
    if (!cache) return;
    for (size_t i = 0; i < CACHE_BLOCKS; i++) buffer_free(&cache->blocks[i].bytes);
    free(cache);
}

static enum trawl_status read_block(const struct disk *disk, size_t block, struct cached *cached,
                                    struct trawl_error *error) {
    const struct block *from = &disk->blocks[block];
    size_t size = (size_t)(from[1].offset - from->offset);
    cached->block = SIZE_MAX;
    buffer_clear(&cached->bytes, BLOCK_KEEP);
    if (!buffer_reserve(&cached->bytes, size)) return error_memory(error);
    enum trawl_status status =
        spill_read(disk->file, from->offset, cached->bytes.data, size, error);
    if (status != TRAWL_OK) return status;
    cached->bytes.length = size;
    cached->block = block;
    return TRAWL_OK;
}

/* The block, read in place of the one not used for the longest time unless it is there. */
static enum trawl_status get_block(const struct disk *disk, struct disk_cache *cache, size_t block,
                                   struct text *bytes, struct trawl_error *error) {
    struct cached *cached = &cache->blocks[0];
    for (size_t i = 0; i < CACHE_BLOCKS && cached->block != block; i++) {
        struct cached *other = &cache->blocks[i];
        if (other->block == block || other->used < cached->used) cached = other;
    }
    enum trawl_status status =
        cached->block == block ? TRAWL_OK : read_block(disk, block, cached, error);
    cached->used = ++cache->now;
    *bytes = buffer_text(&cached->bytes);
    return status;
}

/* ---- finding ------------------------------------------------------------------------------ */

static struct text separator(const struct disk *disk, size_t block) {
    const struct block *from = &disk->blocks[block];
    return (struct text){disk->separators.data + from->separator,
                         from[1].separator - from->separator};
}

/* The only block that can hold the key; SIZE_MAX: none. */
static size_t block_of(const struct disk *disk, struct text key) {
    size_t low = 0, high = disk->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_compare(separator(disk, middle), key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? SIZE_MAX : low - 1;
}

enum trawl_status disk_find(const struct disk *disk, struct disk_cache *cache, struct text key,
                            struct group *group, bool *found, struct trawl_error *error) {
    struct text bytes;
    *found = false;
    if (!filter_passes(&disk->filter, key)) return TRAWL_OK;
    size_t block = block_of(disk, key);
    if (block == SIZE_MAX) return TRAWL_OK;
    enum trawl_status status = get_block(disk, cache, block, &bytes, error);
    if (status != TRAWL_OK) return status;
    while (bytes.length > 0) {
        if (!group_read(&bytes, group)) return disk_damaged(error);
        int order = text_compare(group->key, key);
        *found = order == 0;
        if (order >= 0) return TRAWL_OK;
    }
    return TRAWL_OK;
}
