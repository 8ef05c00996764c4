#include "engine/operator/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/error.h"

/* Bytes gathered before a write. */
#define WRITE_SIZE ((size_t)64 << 10)

struct spill {
    char *folder;
    atomic_uint_least64_t bytes;
};

struct spill_file {
    struct spill *spill;
    int descriptor;
    uint64_t written; /* in the file */
    size_t waiting;   /* in the buffer */
    char *buffer;     /* WRITE_SIZE; NULL: nothing waits */
};

struct spill *spill_new(const char *folder) {
    if (!folder) folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    struct spill *spill = calloc(1, sizeof *spill);
    if (!spill) return NULL;
    spill->folder = strdup(folder);
    if (!spill->folder) {
        free(spill);
        return NULL;
    }
    return spill;
}

void spill_free(struct spill *spill) {
    if (!spill) return;
    free(spill->folder);
    free(spill);
}

uint64_t spill_bytes(const struct spill *spill) {
    return atomic_load_explicit(&spill->bytes, memory_order_relaxed);
}

/* A file that has no name, or loses it at once. */
static int open_unnamed(const char *folder) {
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor >= 0) return descriptor;
    /* Not every file system and kernel has O_TMPFILE. */
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/trawl-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0) (void)unlink(path);
    return descriptor;
}

struct spill_file *spill_create(struct spill *spill, struct trawl_error *error) {
    struct spill_file *file = calloc(1, sizeof *file);
    if (!file) {
        error_memory(error);
        return NULL;
    }
    file->spill = spill;
    file->descriptor = open_unnamed(spill->folder);
    if (file->descriptor < 0) {
        error_set(error, TRAWL_IO,
                  "cannot make a temporary file in %s: %s; name another folder with --temp",
                  spill->folder, strerrordesc_np(errno));
        free(file);
        return NULL;
    }
    return file;
}

void spill_close(struct spill_file *file) {
    if (!file) return;
    (void)close(file->descriptor); /* what is lost by a failing close is not wanted any more */
    free(file->buffer);
    free(file);
}

/* ---- writing ------------------------------------------------------------------------------ */

static enum trawl_status write_failed(const struct spill_file *file, int reason,
                                      struct trawl_error *error) {
    if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
        return error_set(error, TRAWL_IO,
                         "temporary folder %s is full: %s; stopped, because the answer would have "
                         "been incomplete; name a folder with more room with --temp, or give more "
                         "memory with --memory",
                         file->spill->folder, strerrordesc_np(reason));
    return error_set(error, TRAWL_IO, "cannot write a temporary file in %s: %s",
                     file->spill->folder, strerrordesc_np(reason));
}

static enum trawl_status write_out(struct spill_file *file, const char *bytes, size_t length,
                                   struct trawl_error *error) {
    while (length > 0) {
        ssize_t done = pwrite(file->descriptor, bytes, length, (off_t)file->written);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return write_failed(file, done < 0 ? errno : ENOSPC, error);
        bytes += done;
        length -= (size_t)done;
        file->written += (uint64_t)done;
        atomic_fetch_add_explicit(&file->spill->bytes, (uint64_t)done, memory_order_relaxed);
    }
    return TRAWL_OK;
}

static enum trawl_status write_waiting(struct spill_file *file, struct trawl_error *error) {
    enum trawl_status status = write_out(file, file->buffer, file->waiting, error);
    if (status == TRAWL_OK) file->waiting = 0;
    return status;
}

enum trawl_status spill_write(struct spill_file *file, const void *bytes, size_t length,
                              struct trawl_error *error) {
    if (length > WRITE_SIZE - file->waiting) {
        enum trawl_status status = write_waiting(file, error);
        if (status != TRAWL_OK) return status;
    }
    if (length >= WRITE_SIZE) return write_out(file, bytes, length, error);
    if (length == 0) return TRAWL_OK;
    if (!file->buffer) {
        file->buffer = malloc(WRITE_SIZE);
        if (!file->buffer) return error_memory(error);
    }
    memcpy(file->buffer + file->waiting, bytes, length);
    file->waiting += length;
    return TRAWL_OK;
}

enum trawl_status spill_flush(struct spill_file *file, struct trawl_error *error) {
    enum trawl_status status = write_waiting(file, error);
    if (status != TRAWL_OK) return status;
    free(file->buffer);
    file->buffer = NULL;
    return TRAWL_OK;
}

uint64_t spill_size(const struct spill_file *file) {
    return file->written + file->waiting;
}

/* ---- reading ------------------------------------------------------------------------------ */

enum trawl_status spill_read(const struct spill_file *file, uint64_t offset, void *to,
                             size_t length, struct trawl_error *error) {
    char *at = to;
    while (length > 0) {
        ssize_t done = pread(file->descriptor, at, length, (off_t)offset);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0)
            return error_set(error, TRAWL_IO, "cannot read a temporary file in %s: %s",
                             file->spill->folder, strerrordesc_np(errno));
        if (done == 0)
            return error_set(error, TRAWL_IO, "a temporary file in %s ends too early",
                             file->spill->folder);
        at += done;
        offset += (uint64_t)done;
        length -= (size_t)done;
    }
    return TRAWL_OK;
}
