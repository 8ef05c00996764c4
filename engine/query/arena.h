/* arena.h - memory that is given back all at once: the nodes and texts of a tree. */
#ifndef TRAWL_ENGINE_QUERY_ARENA_H
#define TRAWL_ENGINE_QUERY_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/* A plain value: zero-initialised is empty, arena_free makes it so again. */
struct arena {
    struct arena_block *blocks; /* newest first */
    bool failed;                /* some allocation was refused */
};

/* Zeroed, aligned for anything. NULL: out of memory, `failed` is set. */
void *arena_alloc(struct arena *arena, size_t size);
/* NULL also where size is 0. */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
void arena_free(struct arena *arena);

#endif
