#include "engine/source.h"

#include <stdlib.h>
#include <string.h>

bool input_list_add(struct input_list *list, const char *path, uint64_t size) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        struct input *items = realloc(list->items, capacity * sizeof *items);
        if (!items) return false;
        list->items = items;
        list->capacity = capacity;
    }
    char *copy = strdup(path);
    if (!copy) return false;
    list->items[list->count++] = (struct input){copy, size, false};
    return true;
}

struct chunk *chunk_around(const char *path, const char *member, struct origin origin,
                           struct text text, struct memory memory) {
    struct chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk) {
        free(memory.data);
        return NULL;
    }
    *chunk = (struct chunk){.origin = origin, .memory = memory, .text = text};
    chunk->path = strdup(path);
    chunk->member = member ? strdup(member) : NULL;
    if (chunk->path && (!member || chunk->member)) return chunk;
    chunk_free(chunk);
    return NULL;
}

struct chunk *chunk_new(const char *path, const char *member, struct origin origin,
                        struct text text) {
    char *data = malloc(text.length + TEXT_PADDING);
    if (!data) return NULL;
    memcpy(data, text.data, text.length);
    memset(data + text.length, 0, TEXT_PADDING);
    return chunk_around(path, member, origin, (struct text){data, text.length},
                        (struct memory){data, text.length});
}

void chunk_free(struct chunk *chunk) {
    if (!chunk) return;
    free(chunk->path);
    free(chunk->member);
    free(chunk->memory.data);
    free(chunk);
}
