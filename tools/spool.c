#include "tools/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fail(struct spool *spool, int error) {
    if (!spool->error) spool->error = error;
    return false;
}

static bool open_file(struct spool *spool) {
    const char *folder = spool->folder ? spool->folder : getenv("TMPDIR");
    char *name;
    if (!folder || !*folder) folder = "/tmp";
    if (asprintf(&name, "%s/trawl.XXXXXX", folder) < 0) return fail(spool, ENOMEM);
    spool->fd = mkostemp(name, O_CLOEXEC);
    if (spool->fd < 0)
        fail(spool, errno);
    else
        unlink(name);
    free(name);
    spool->filed = spool->fd >= 0;
    return spool->filed;
}

static bool add_to_file(struct spool *spool, const char *bytes, size_t length) {
    while (length) {
        ssize_t written = write(spool->fd, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return fail(spool, written ? errno : EIO);
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool add_to_memory(struct spool *spool, const char *bytes, size_t length) {
    size_t need = spool->length + length;
    if (need > spool->capacity) {
        size_t capacity = need < SPOOL_MEMORY / 2 ? need * 2 : SPOOL_MEMORY;
        char *grown = realloc(spool->bytes, capacity);
        if (!grown) return fail(spool, ENOMEM);
        spool->bytes = grown;
        spool->capacity = capacity;
    }
    memcpy(spool->bytes + spool->length, bytes, length);
    spool->length = need;
    return true;
}

bool spool_add(struct spool *spool, const char *bytes, size_t length) {
    if (spool->error) return false;
    if (!length) return true;
    if (!spool->filed && length <= SPOOL_MEMORY - spool->length)
        return add_to_memory(spool, bytes, length);
    return (spool->filed || open_file(spool)) && add_to_file(spool, bytes, length);
}

bool spool_give(struct spool *spool, bool (*take)(void *context, const char *bytes, size_t length),
                void *context) {
    if (spool->error) return false;
    if (spool->length && !take(context, spool->bytes, spool->length)) return false;
    spool->length = 0;
    if (!spool->filed) return true;
    char block[65536];
    for (off_t at = 0;;) {
        ssize_t got = pread(spool->fd, block, sizeof block, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(spool, errno);
        if (got == 0) break;
        if (!take(context, block, (size_t)got)) return false;
        at += got;
    }
    close(spool->fd);
    spool->filed = false;
    return true;
}

void spool_free(struct spool *spool) {
    if (spool->filed) close(spool->fd);
    free(spool->bytes);
    *spool = (struct spool){.folder = spool->folder};
}
