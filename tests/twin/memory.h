/* memory.h - memory for the twin: everything of one file is freed at once; running out of memory
 * ends the test. */
#ifndef TRAWL_TESTS_TWIN_MEMORY_H
#define TRAWL_TESTS_TWIN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes with a length; data NULL stands for "missing". */
struct bytes {
    const char *data;
    size_t length;
};

#define BYTES(literal) ((struct bytes){literal, sizeof(literal) - 1})

bool bytes_equal(struct bytes a, struct bytes b);
/* memcmp order, the shorter first among equals. */
int bytes_compare(struct bytes a, struct bytes b);
bool bytes_start_with(struct bytes a, struct bytes prefix);

/* A growing array of bytes. */
struct string {
    char *data;
    size_t length, capacity;
};

void string_add(struct string *to, const char *data, size_t length);
void string_put(struct string *to, char byte);
void string_text(struct string *to, const char *text);
void string_format(struct string *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void string_code_point(struct string *to, unsigned code_point);
void string_free(struct string *string);
static inline struct bytes string_bytes(const struct string *string) {
    return (struct bytes){string->data ? string->data : "", string->length};
}

struct pool {
    struct pool_block *blocks;
};

void *pool_take(struct pool *arena, size_t size);
struct bytes pool_copy(struct pool *arena, struct bytes bytes);
void pool_free(struct pool *arena);

#endif
