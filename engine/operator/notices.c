#include "engine/operator/notices.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct notices {
    pthread_mutex_t lock;
    char **lines; /* in byte order */
    size_t count;
};

struct notices *notices_new(void) {
    struct notices *notices = calloc(1, sizeof *notices);
    if (notices) pthread_mutex_init(&notices->lock, NULL);
    return notices;
}

void notices_free(struct notices *notices) {
    if (!notices) return;
    for (size_t i = 0; i < notices->count; i++) free(notices->lines[i]);
    free(notices->lines);
    pthread_mutex_destroy(&notices->lock);
    free(notices);
}

/* Takes the line. A line that is there already, or for which there is no memory, is dropped. */
static void insert(struct notices *notices, char *line) {
    size_t at = 0;
    int order = 1;
    while (at < notices->count && (order = strcmp(line, notices->lines[at])) > 0) at++;
    char **lines = order == 0 && at < notices->count
                       ? NULL
                       : reallocarray(notices->lines, notices->count + 1, sizeof *lines);
    if (!lines) {
        free(line);
        return;
    }
    memmove(lines + at + 1, lines + at, (notices->count - at) * sizeof *lines);
    lines[at] = line;
    notices->lines = lines;
    notices->count++;
}

void notices_add(struct notices *notices, const char *format, ...) {
    char *line;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    pthread_mutex_lock(&notices->lock);
    insert(notices, line);
    pthread_mutex_unlock(&notices->lock);
}

const char *const *notices_list(struct notices *notices, size_t *count) {
    *count = notices->count;
    return (const char *const *)notices->lines;
}
