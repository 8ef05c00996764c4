#include "tests/unit/scarce.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

static _Thread_local struct {
    bool counting;
    unsigned long asked, first, count;
} scarce;

void scarce_begin(unsigned long first, unsigned long count) {
    scarce.asked = 0;
    scarce.first = first;
    scarce.count = count;
    scarce.counting = true;
}

unsigned long scarce_end(void) {
    scarce.counting = false;
    return scarce.asked;
}

static bool fails(void) {
    if (!scarce.counting) return false;
    scarce.asked++;
    if (scarce.asked < scarce.first || scarce.asked - scarce.first >= scarce.count) return false;
    errno = ENOMEM;
    return true;
}

/* A function that the linker calls in place of `name`. */
#define WRAPPED(result, failure, name, parameters, arguments) \
    result __real_##name parameters;                          \
    result __wrap_##name parameters;                          \
    result __wrap_##name parameters {                         \
        return fails() ? failure : __real_##name arguments;   \
    }

WRAPPED(void *, NULL, malloc, (size_t size), (size))
WRAPPED(void *, NULL, calloc, (size_t count, size_t size), (count, size))
WRAPPED(void *, NULL, realloc, (void *old, size_t size), (old, size))
WRAPPED(void *, NULL, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAPPED(void *, NULL, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
WRAPPED(char *, NULL, strdup, (const char *text), (text))
WRAPPED(char *, NULL, strndup, (const char *text, size_t length), (text, length))
WRAPPED(int, -1, vasprintf, (char **to, const char *format, va_list list), (to, format, list))
