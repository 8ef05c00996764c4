/* spill.h - temporary files: where state goes that does not fit in memory.
 *
 * Files are made in one folder (the option, or TMPDIR, or /tmp) and unlinked at once, so nothing
 * is left behind however the process ends. Opened on first use. Thread-safe; one spill_file belongs
 * to one thread at a time. */
#ifndef TRAWL_ENGINE_SPILL_H
#define TRAWL_ENGINE_SPILL_H

#include "engine/base/buffer.h"
#include "engine/trawl.h"

struct spill;
struct spill_file;

/* folder NULL: TMPDIR or /tmp. NULL: out of memory. */
struct spill *spill_new(const char *folder);
void spill_free(struct spill *spill);            /* after all its files */
uint64_t spill_bytes(const struct spill *spill); /* written so far, for the ledger */

/* Sequential writing, then any number of readers. Errors name the folder and the system's reason,
 * and for a full disk say that the answer would have been incomplete and how to give another
 * folder (--temp). */
struct spill_file *spill_create(struct spill *spill, struct trawl_error *error);
void spill_close(struct spill_file *file); /* NULL is fine */
enum trawl_status spill_write(struct spill_file *file, const void *bytes, size_t length,
                              struct trawl_error *error);
enum trawl_status spill_flush(struct spill_file *file, struct trawl_error *error);
uint64_t spill_size(const struct spill_file *file);
/* Reads exactly `length` bytes at `offset`; after spill_flush. */
enum trawl_status spill_read(const struct spill_file *file, uint64_t offset, void *to,
                             size_t length, struct trawl_error *error);

#endif
