/* spool.h - bytes that wait for their turn: the first of them in memory, the rest in a temporary
 * file that has no name. */
#ifndef TRAWL_TOOLS_SPOOL_H
#define TRAWL_TOOLS_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#define SPOOL_MEMORY ((size_t)1 << 20)

/* Zero-initialised but for the folder is empty. */
struct spool {
    const char *folder; /* for the file; NULL: TMPDIR or /tmp */
    char *bytes;        /* owned */
    size_t length, capacity;
    int fd; /* behind the bytes; of use where `filed` */
    bool filed;
    int error; /* errno of the first failure; 0: none */
};

/* False after the first failure. */
bool spool_add(struct spool *spool, const char *bytes, size_t length);
/* Calls take with all bytes, piece by piece, until it gives false; then nothing is left. False:
 * take gave false, or see the error. */
bool spool_give(struct spool *spool, bool (*take)(void *context, const char *bytes, size_t length),
                void *context);
void spool_free(struct spool *spool);

#endif
