#include "tests/twin/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool bytes_equal(struct bytes a, struct bytes b) {
    return a.data && b.data && a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

int bytes_compare(struct bytes a, struct bytes b) {
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = memcmp(a.data, b.data, shorter);
    if (order != 0) return order;
    return (a.length > b.length) - (a.length < b.length);
}

bool bytes_start_with(struct bytes a, struct bytes prefix) {
    return a.length >= prefix.length && memcmp(a.data, prefix.data, prefix.length) == 0;
}

static void string_room(struct string *to, size_t more) {
    if (to->capacity - to->length >= more) return;
    size_t capacity = to->capacity ? to->capacity * 2 : 256;
    while (capacity < to->length + more) capacity *= 2;
    to->data = realloc(to->data, capacity);
    if (!to->data) abort();
    to->capacity = capacity;
}

void string_add(struct string *to, const char *data, size_t length) {
    if (length == 0) return;
    string_room(to, length);
    memcpy(to->data + to->length, data, length);
    to->length += length;
}

void string_put(struct string *to, char byte) {
    string_add(to, &byte, 1);
}

void string_text(struct string *to, const char *text) {
    string_add(to, text, strlen(text));
}

void string_format(struct string *to, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text) abort();
    string_add(to, text, (size_t)length);
}

void string_code_point(struct string *to, unsigned c) {
    if (c < 0x80) {
        string_put(to, (char)c);
    } else if (c < 0x800) {
        string_put(to, (char)(0xc0 | c >> 6));
        string_put(to, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        string_put(to, (char)(0xe0 | c >> 12));
        string_put(to, (char)(0x80 | (c >> 6 & 0x3f)));
        string_put(to, (char)(0x80 | (c & 0x3f)));
    } else {
        string_put(to, (char)(0xf0 | c >> 18));
        string_put(to, (char)(0x80 | (c >> 12 & 0x3f)));
        string_put(to, (char)(0x80 | (c >> 6 & 0x3f)));
        string_put(to, (char)(0x80 | (c & 0x3f)));
    }
}

void string_free(struct string *string) {
    free(string->data);
    *string = (struct string){0};
}

struct pool_block {
    struct pool_block *next;
    size_t used, size;
    max_align_t data[];
};

void *pool_take(struct pool *arena, size_t size) {
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct pool_block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        size_t room = size > 65536 ? size : 65536;
        block = malloc(sizeof *block + room);
        if (!block) abort();
        *block = (struct pool_block){.next = arena->blocks, .size = room};
        arena->blocks = block;
    }
    void *taken = (char *)block->data + block->used;
    block->used += size;
    return taken;
}

struct bytes pool_copy(struct pool *arena, struct bytes bytes) {
    if (!bytes.data) return bytes;
    char *copy = pool_take(arena, bytes.length + 1);
    memcpy(copy, bytes.data, bytes.length);
    copy[bytes.length] = '\0';
    return (struct bytes){copy, bytes.length};
}

void pool_free(struct pool *arena) {
    while (arena->blocks) {
        struct pool_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
}
