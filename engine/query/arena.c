#include "engine/query/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_BLOCK ((size_t)4 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20) /* but for what is larger by itself */

struct arena_block {
    struct arena_block *next;
    size_t used, size; /* of bytes */
    alignas(max_align_t) char bytes[];
};

static bool add_block(struct arena *arena, size_t need) {
    size_t size = arena->blocks ? arena->blocks->size * 2 : SMALLEST_BLOCK;
    if (size > LARGEST_BLOCK) size = LARGEST_BLOCK;
    if (size < need) size = need;
    struct arena_block *block = calloc(1, sizeof *block + size);
    if (!block) return false;
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    return true;
}

void *arena_alloc(struct arena *arena, size_t size) {
    const size_t step = alignof(max_align_t);
    size_t need = (size + step - 1) / step * step;
    struct arena_block *block = arena->blocks;
    if (need < size || ((!block || block->size - block->used < need) && !add_block(arena, need))) {
        arena->failed = true;
        return NULL;
    }
    block = arena->blocks;
    void *bytes = block->bytes + block->used;
    block->used += need;
    return bytes;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size) {
    if (size == 0) return NULL;
    void *copy = arena_alloc(arena, size);
    if (copy) memcpy(copy, bytes, size);
    return copy;
}

void arena_free(struct arena *arena) {
    for (struct arena_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = (struct arena){0};
}
