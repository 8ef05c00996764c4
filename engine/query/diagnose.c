#include "engine/query/diagnose.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/buffer.h"

#define MOST_ERRORS 100
#define MOST_WARNINGS 100

struct entry {
    struct span span;
    bool warning;
    char *message, *hint;
};

struct trawl_diagnostics {
    char *text;  /* as given */
    char *lines; /* the same with every line ended by a NUL: lines of entries are given out */
    size_t length;
    struct entry *entries; /* by place */
    size_t count, capacity;
    size_t errors, warnings; /* among the entries */
    size_t uncounted_errors;
    struct span uncounted; /* the first of them */
    char rest[80];         /* the message of the entry that stands for them */
    bool failed;
};

static char *copy(const char *text, size_t length) {
    char *bytes = malloc(length + 1);
    if (!bytes) return NULL;
    if (length) memcpy(bytes, text, length);
    bytes[length] = '\0';
    return bytes;
}

static void terminate_lines(char *at, size_t length) {
    const char *limit = at + length;
    for (char *end; (end = memchr(at, '\n', (size_t)(limit - at))); at = end + 1) {
        *end = '\0';
        if (end > at && end[-1] == '\r') end[-1] = '\0';
    }
}

struct trawl_diagnostics *diagnostics_new(const char *text, size_t length) {
    struct trawl_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (!diagnostics) return NULL;
    if (length >= UINT32_MAX) length = UINT32_MAX - 1; /* places are 32 bits */
    diagnostics->length = length;
    diagnostics->text = copy(text, length);
    diagnostics->lines = copy(text, length);
    if (!diagnostics->text || !diagnostics->lines) {
        trawl_diagnostics_free(diagnostics);
        return NULL;
    }
    terminate_lines(diagnostics->lines, length);
    return diagnostics;
}

void trawl_diagnostics_free(struct trawl_diagnostics *diagnostics) {
    if (!diagnostics) return;
    for (size_t i = 0; i < diagnostics->count; i++) {
        free(diagnostics->entries[i].message);
        free(diagnostics->entries[i].hint);
    }
    free(diagnostics->entries);
    free(diagnostics->lines);
    free(diagnostics->text);
    free(diagnostics);
}

bool diagnostics_failed(const struct trawl_diagnostics *diagnostics) {
    return diagnostics->failed;
}

/* The first entry at `offset` or behind it. */
static size_t first_from(const struct trawl_diagnostics *diagnostics, uint32_t offset) {
    size_t low = 0, high = diagnostics->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (diagnostics->entries[middle].span.offset < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool has_error_at(const struct trawl_diagnostics *diagnostics, uint32_t offset) {
    for (size_t i = first_from(diagnostics, offset); i < diagnostics->count; i++) {
        if (diagnostics->entries[i].span.offset != offset) return false;
        if (!diagnostics->entries[i].warning) return true;
    }
    return false;
}

static bool has_warning(const struct trawl_diagnostics *diagnostics, const char *message) {
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct entry *entry = &diagnostics->entries[i];
        if (entry->warning && strcmp(entry->message, message) == 0) return true;
    }
    return false;
}

/* A place for an entry, behind all that are at `offset` or before it. NULL: out of memory. */
static struct entry *insert(struct trawl_diagnostics *diagnostics, uint32_t offset) {
    if (diagnostics->count == diagnostics->capacity) {
        size_t capacity = diagnostics->capacity ? diagnostics->capacity * 2 : 8;
        struct entry *entries = realloc(diagnostics->entries, capacity * sizeof *entries);
        if (!entries) return NULL;
        diagnostics->entries = entries;
        diagnostics->capacity = capacity;
    }
    size_t at = diagnostics->count++;
    for (; at > 0 && diagnostics->entries[at - 1].span.offset > offset; at--) {
        diagnostics->entries[at] = diagnostics->entries[at - 1];
    }
    return &diagnostics->entries[at];
}

/* False: out of memory. */
__attribute__((format(printf, 5, 0))) static bool add(struct trawl_diagnostics *diagnostics,
                                                      struct span span, const char *hint,
                                                      bool warning, const char *format,
                                                      va_list arguments) {
    char *message = NULL;
    if (vasprintf(&message, format, arguments) < 0) return false;
    bool again = warning && has_warning(diagnostics, message);
    char *own_hint = hint && !again ? strdup(hint) : NULL;
    struct entry *entry = again || (hint && !own_hint) ? NULL : insert(diagnostics, span.offset);
    if (!entry) {
        free(message);
        free(own_hint);
        return again;
    }
    *entry = (struct entry){span, warning, message, own_hint};
    diagnostics->warnings += warning;
    return true;
}

void diagnose_error(struct trawl_diagnostics *diagnostics, struct span span, const char *hint,
                    const char *format, ...) {
    diagnostics->failed = true;
    if (has_error_at(diagnostics, span.offset)) return;
    if (diagnostics->errors == MOST_ERRORS) {
        if (diagnostics->uncounted_errors++ == 0) diagnostics->uncounted = span;
        snprintf(diagnostics->rest, sizeof diagnostics->rest, "and %zu more errors",
                 diagnostics->uncounted_errors);
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    bool added = add(diagnostics, span, hint, false, format, arguments);
    va_end(arguments);
    diagnostics->errors += added;
    if (added || diagnostics->uncounted_errors++ > 0) return;
    diagnostics->uncounted = span;
    snprintf(diagnostics->rest, sizeof diagnostics->rest, "out of memory");
}

void diagnose_warning(struct trawl_diagnostics *diagnostics, struct span span, const char *hint,
                      const char *format, ...) {
    if (diagnostics->warnings == MOST_WARNINGS) return;
    va_list arguments;
    va_start(arguments, format);
    add(diagnostics, span, hint, true, format, arguments);
    va_end(arguments);
}

size_t trawl_diagnostics_count(const struct trawl_diagnostics *diagnostics) {
    return diagnostics->count + (diagnostics->uncounted_errors > 0);
}

/* Bytes of UTF-8 that begin a character. */
static size_t count_characters(const char *bytes, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return count;
}

static void locate(const struct trawl_diagnostics *diagnostics, struct span span,
                   struct trawl_diagnostic *result) {
    size_t offset = span.offset < diagnostics->length ? span.offset : diagnostics->length;
    const char *start = diagnostics->text, *place = start + offset, *end;
    for (; (end = memchr(start, '\n', (size_t)(place - start))); start = end + 1) result->line++;
    result->source = diagnostics->lines + (start - diagnostics->text);
    result->column = 1 + count_characters(start, (size_t)(place - start));
    size_t left = strlen(diagnostics->lines + offset); /* a span ends with its first line */
    result->length = count_characters(place, span.length < left ? span.length : left);
    if (result->length == 0) result->length = 1;
}

struct trawl_diagnostic trawl_diagnostics_get(const struct trawl_diagnostics *diagnostics,
                                              size_t index) {
    struct trawl_diagnostic result = {.line = 1, .column = 1, .length = 1, .source = ""};
    if (index >= trawl_diagnostics_count(diagnostics)) return result;
    if (index == diagnostics->count) {
        locate(diagnostics, diagnostics->uncounted, &result);
        result.message = diagnostics->rest;
        return result;
    }
    const struct entry *entry = &diagnostics->entries[index];
    locate(diagnostics, entry->span, &result);
    result.warning = entry->warning;
    result.message = entry->message;
    result.hint = entry->hint;
    return result;
}
