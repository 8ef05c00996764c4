/* source.h - files of queries. */
#ifndef TRAWL_TOOLS_SOURCE_H
#define TRAWL_TOOLS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct source_text {
    char *data;
    size_t length;
    bool owned;
};

/* The whole file, or of standard input for "-". False: said why. */
bool source_read(const char *path, struct source_text *text);
void source_free(struct source_text *text);
/* Calls visit for the file, or for each file below the folder whose name ends so, in byte order.
 * False: something cannot be read, said what and why. */
bool source_each(const char *path, const char *ending,
                 void (*visit)(void *context, const char *path), void *context);

#endif
