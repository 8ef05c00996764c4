#include "engine/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUFFER_SMALLEST 256

bool buffer_reserve(struct buffer *buffer, size_t more) {
    size_t need;
    if (__builtin_add_overflow(buffer->length, more, &need) ||
        __builtin_add_overflow(need, (size_t)TEXT_PADDING, &need) || need > PTRDIFF_MAX ||
        (buffer->most && need > buffer->most)) {
        buffer->failed = true;
        return false;
    }
    if (need <= buffer->capacity) return true;
    size_t capacity = buffer->capacity < BUFFER_SMALLEST ? BUFFER_SMALLEST : buffer->capacity * 2;
    if (capacity < need) capacity = need;
    char *data = realloc(buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
    if (!buffer_reserve(buffer, length)) return false;
    if (length) memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

bool buffer_append_char(struct buffer *buffer, char c) {
    if (!buffer_reserve(buffer, 1)) return false;
    buffer->data[buffer->length++] = c;
    return true;
}

bool buffer_printf(struct buffer *buffer, const char *format, ...) {
    /* Room for the terminator is in the padding. */
    if (!buffer_reserve(buffer, 0)) return false;
    size_t room = buffer->capacity - buffer->length;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer->data + buffer->length, room, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = true;
        return false;
    }
    if (!buffer_reserve(buffer, (size_t)length)) return false;
    if ((size_t)length >= room) {
        va_start(arguments, format);
        (void)vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    buffer->length += (size_t)length;
    return true;
}

void buffer_clear(struct buffer *buffer, size_t keep) {
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->capacity <= keep) return;
    /* Below the padding nothing could be stored: give everything back. */
    if (keep < TEXT_PADDING) {
        buffer_free(buffer);
        return;
    }
    char *data = realloc(buffer->data, keep);
    if (!data) return; /* still the old, larger block */
    buffer->data = data;
    buffer->capacity = keep;
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}
