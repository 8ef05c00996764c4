/* outfile.h - a result that is there whole or not at all.
 *
 * A regular file is written beside its final name and renamed once its bytes are on disk; until
 * then an older file of that name stays as it was. Devices, pipes and standard output cannot be
 * renamed over: they are written to directly. */
#ifndef TRAWL_TOOLS_OUTFILE_H
#define TRAWL_TOOLS_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

struct outfile {
    const char *name; /* as given; the caller's */
    char *final;      /* where the file goes, links followed; NULL: written to directly */
    char *temporary;  /* beside it; NULL: written to directly */
    int fd;           /* -1: not open */
    int error;        /* errno of the first failure; 0: none */
};

/* name NULL or "-": standard output. False: outfile->error says why; nothing is open. */
bool outfile_open(struct outfile *file, const char *name);
/* False after the first failure, then and ever after. */
bool outfile_write(struct outfile *file, const char *bytes, size_t length);
/* Closes, and where all went well puts the file under its name; otherwise removes it. True: every
 * byte has arrived. */
bool outfile_commit(struct outfile *file);
/* Closes and leaves nothing behind. */
void outfile_discard(struct outfile *file);

/* Whether outfile_open would work, found out before hours of reading. 0, or an errno. */
int outfile_check(const char *name);

#endif
