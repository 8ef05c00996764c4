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

struct chunk *chunk_new(const char *path, const char *member, struct origin origin,
                        const char *data, size_t length) {
    struct chunk *chunk = calloc(1, sizeof *chunk);
    if (!chunk) return NULL;
    *chunk = (struct chunk){.origin = origin, .length = length};
    chunk->path = strdup(path);
    chunk->member = member ? strdup(member) : NULL;
    chunk->data = malloc(length + TEXT_PADDING);
    if (!chunk->path || (member && !chunk->member) || !chunk->data) {
        chunk_free(chunk);
        return NULL;
    }
    memcpy(chunk->data, data, length);
    memset(chunk->data + length, 0, TEXT_PADDING);
    return chunk;
}

void chunk_free(struct chunk *chunk) {
    if (!chunk) return;
    free(chunk->path);
    free(chunk->member);
    free(chunk->data);
    free(chunk);
}
