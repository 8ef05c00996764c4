/* buffer.h - a growable run of bytes: every arena and scratch text in trawl.
 *
 * A plain value: zero-initialised is empty, buffer_free makes it so again. Growth doubles. A failed
 * growth leaves the buffer as it was and sets `failed`, so that a caller may append many times and
 * look once at the end. */
#ifndef TRAWL_ENGINE_BUFFER_H
#define TRAWL_ENGINE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes that may be read past the end of any text handed to a decoder or kernel: every text buffer
 * keeps this much allocated behind its end (simdjson asks for 64). The bytes' values are free. */
#define TEXT_PADDING 64

struct buffer {
    char *data;
    size_t length, capacity;
    bool failed;
    size_t most; /* growth beyond so many bytes fails; 0: none does */
};

/* A piece of somebody else's bytes. */
struct text {
    const char *data;
    size_t length;
};

static inline struct text text_of(const char *terminated) {
    return (struct text){terminated, strlen(terminated)};
}
static inline bool text_equal(struct text a, struct text b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* Makes room for `more` bytes plus TEXT_PADDING behind the end. */
bool buffer_reserve(struct buffer *buffer, size_t more);
bool buffer_append(struct buffer *buffer, const void *bytes, size_t length);
bool buffer_append_char(struct buffer *buffer, char c);
bool buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Empties; keeps the memory unless it is more than `keep` bytes. */
void buffer_clear(struct buffer *buffer, size_t keep);
void buffer_free(struct buffer *buffer);

#endif
