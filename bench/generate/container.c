#include "container.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

const struct container containers[CONTAINERS] = {
    {"plain", "", FORMAT_RAW, CODER_NONE},           {"zst", ".zst", FORMAT_RAW, CODER_ZSTD},
    {"gz", ".gz", FORMAT_RAW, CODER_GZIP},           {"zip", ".zip", FORMAT_ZIP, CODER_NONE},
    {"tar", ".tar", FORMAT_TAR, CODER_NONE},         {"tar.gz", ".tar.gz", FORMAT_TAR, CODER_GZIP},
    {"tar.zst", ".tar.zst", FORMAT_TAR, CODER_ZSTD}, {"xz", ".xz", FORMAT_RAW, CODER_XZ},
    {"bz2", ".bz2", FORMAT_RAW, CODER_BZIP2},
};

enum { ROOM = 1 << 17, GZIP_LEVEL = 1 };

struct sink {
    int fd;
    const struct container *container;
    const char *path;
    uint64_t bytes;
    bool frame_open;
    char message[512];

    /* Both kinds of coders write through `room`. */
    uint8_t *room;
    ZSTD_CCtx *zstd;
    struct isal_zstream gzip;
    uint8_t *gzip_memory;
    /* Members, and the coders that libarchive has. What it makes goes on to the coder. */
    struct archive *archive;
};

struct sink *sink_new(int level) {
    struct sink *sink = calloc(1, sizeof *sink);
    if (!sink) return NULL;
    sink->fd = -1;
    sink->room = malloc(ROOM);
    sink->gzip_memory = malloc(ISAL_DEF_LVL1_DEFAULT);
    sink->zstd = ZSTD_createCCtx();
    if (!sink->room || !sink->gzip_memory || !sink->zstd ||
        ZSTD_isError(ZSTD_CCtx_setParameter(sink->zstd, ZSTD_c_compressionLevel, level)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(sink->zstd, ZSTD_c_checksumFlag, 1))) {
        sink_free(sink);
        return NULL;
    }
    return sink;
}

void sink_free(struct sink *sink) {
    if (!sink) return;
    ZSTD_freeCCtx(sink->zstd);
    free(sink->gzip_memory);
    free(sink->room);
    free(sink);
}

const char *sink_message(const struct sink *sink) {
    return sink->message;
}

static bool fail(struct sink *sink, const char *what) {
    snprintf(sink->message, sizeof sink->message, "%.400s: %.100s", sink->path, what);
    return false;
}

static bool put_bytes(struct sink *sink, const void *data, size_t length) {
    const char *at = data;
    while (length) {
        ssize_t put = write(sink->fd, at, length);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return fail(sink, strerror(errno));
        at += put;
        length -= (size_t)put;
        sink->bytes += (uint64_t)put;
    }
    return true;
}

static bool put_zstd(struct sink *sink, const char *data, size_t length, bool end) {
    ZSTD_inBuffer in = {data, length, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {sink->room, ROOM, 0};
        left = ZSTD_compressStream2(sink->zstd, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left)) return fail(sink, ZSTD_getErrorName(left));
        if (!put_bytes(sink, sink->room, out.pos)) return false;
    } while (end ? left > 0 : in.pos < in.size);
    return true;
}

static bool put_gzip(struct sink *sink, const char *data, size_t length, bool end) {
    struct isal_zstream *gzip = &sink->gzip;
    if (!sink->frame_open) {
        isal_deflate_init(gzip);
        gzip->gzip_flag = IGZIP_GZIP;
        gzip->level = GZIP_LEVEL;
        gzip->level_buf = sink->gzip_memory;
        gzip->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    }
    gzip->end_of_stream = end;
    /* Its lengths are 32 bits wide. */
    do {
        uint32_t chunk = length > 1u << 30 ? 1u << 30 : (uint32_t)length;
        gzip->next_in = (uint8_t *)(uintptr_t)data; /* only read */
        gzip->avail_in = chunk;
        gzip->end_of_stream = end && chunk == length;
        do {
            gzip->next_out = sink->room;
            gzip->avail_out = ROOM;
            if (isal_deflate(gzip) != COMP_OK) return fail(sink, "gzip");
            if (!put_bytes(sink, sink->room, ROOM - gzip->avail_out)) return false;
        } while (gzip->avail_out == 0);
        data += chunk;
        length -= chunk;
    } while (length);
    return true;
}

/* Through the coder; `end` closes its frame. */
static bool put_coded(struct sink *sink, const char *data, size_t length, bool end) {
    bool done;
    switch (sink->container->coder) {
        case CODER_ZSTD:
            done = put_zstd(sink, data, length, end);
            break;
        case CODER_GZIP:
            done = put_gzip(sink, data, length, end);
            break;
        default:
            done = put_bytes(sink, data, length);
    }
    sink->frame_open = !end;
    return done;
}

static la_ssize_t archive_bytes(struct archive *archive, void *context, const void *data,
                                size_t length) {
    struct sink *sink = context;
    if (put_coded(sink, data, length, false)) return (la_ssize_t)length;
    archive_set_error(archive, EIO, "%s", sink->message);
    return -1;
}

static bool archive_fail(struct sink *sink) {
    const char *what = archive_error_string(sink->archive);
    return sink->message[0] ? false : fail(sink, what ? what : "libarchive");
}

/* xz and bzip2: libarchive around one nameless member, a stream of its own each time. */
static bool archive_open(struct sink *sink) {
    sink->archive = archive_write_new();
    if (!sink->archive) return fail(sink, "out of memory");
    struct archive *archive = sink->archive;
    int status = ARCHIVE_OK;
    switch (sink->container->format) {
        case FORMAT_RAW:
            status = archive_write_set_format_raw(archive);
            break;
        case FORMAT_TAR:
            status = archive_write_set_format_pax_restricted(archive);
            break;
        case FORMAT_ZIP:
            status = archive_write_set_format_zip(archive);
            if (status == ARCHIVE_OK)
                status = archive_write_set_options(archive, "zip:compression-level=1");
            break;
    }
    if (status == ARCHIVE_OK && sink->container->coder == CODER_XZ) {
        status = archive_write_add_filter_xz(archive);
        if (status == ARCHIVE_OK)
            status = archive_write_set_filter_option(archive, "xz", "compression-level", "1");
    }
    if (status == ARCHIVE_OK && sink->container->coder == CODER_BZIP2)
        status = archive_write_add_filter_bzip2(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    if (status == ARCHIVE_OK)
        status = archive_write_open2(archive, sink, NULL, archive_bytes, NULL, NULL);
    return status == ARCHIVE_OK || archive_fail(sink);
}

static bool archive_end(struct sink *sink) {
    if (!sink->archive) return true;
    bool done = archive_write_close(sink->archive) == ARCHIVE_OK || archive_fail(sink);
    archive_write_free(sink->archive);
    sink->archive = NULL;
    return done;
}

/* A member of `length` bytes, or of unknown size for FORMAT_RAW. */
static bool archive_header(struct sink *sink, const char *name, time_t modified, size_t length) {
    struct archive_entry *entry = archive_entry_new();
    if (!entry) return fail(sink, "out of memory");
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, modified, 0);
    if (sink->container->format != FORMAT_RAW) archive_entry_set_size(entry, (la_int64_t)length);
    bool done = archive_write_header(sink->archive, entry) == ARCHIVE_OK || archive_fail(sink);
    archive_entry_free(entry);
    return done;
}

static bool archive_data(struct sink *sink, const char *data, size_t length) {
    while (length) {
        la_ssize_t put = archive_write_data(sink->archive, data, length);
        if (put <= 0) return archive_fail(sink);
        data += put;
        length -= (size_t)put;
    }
    return true;
}

static bool coded_by_archive(const struct container *container) {
    return container->coder == CODER_XZ || container->coder == CODER_BZIP2;
}

bool sink_open(struct sink *sink, const struct container *container, const char *path) {
    sink->container = container;
    sink->path = path;
    sink->bytes = 0;
    sink->frame_open = false;
    sink->message[0] = 0;
    sink->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (sink->fd < 0) return fail(sink, strerror(errno));
    ZSTD_CCtx_reset(sink->zstd, ZSTD_reset_session_only);
    if (container->format == FORMAT_RAW || archive_open(sink)) return true;
    uint64_t bytes;
    sink_close(sink, &bytes);
    return false;
}

bool sink_write(struct sink *sink, const char *data, size_t length) {
    if (!length) return true;
    if (!coded_by_archive(sink->container)) return put_coded(sink, data, length, false);
    if (!sink->archive && !(archive_open(sink) && archive_header(sink, "data", 0, 0))) return false;
    return archive_data(sink, data, length);
}

bool sink_end_frame(struct sink *sink) {
    if (coded_by_archive(sink->container)) return archive_end(sink);
    return !sink->frame_open || put_coded(sink, "", 0, true);
}

bool sink_member(struct sink *sink, const char *name, time_t modified, const char *data,
                 size_t length) {
    return archive_header(sink, name, modified, length) && archive_data(sink, data, length);
}

bool sink_close(struct sink *sink, uint64_t *bytes) {
    bool done = !sink->message[0];
    if (!archive_end(sink)) done = false;
    /* An empty text still is a file of its container: one empty frame. */
    if (done && !coded_by_archive(sink->container) && (sink->frame_open || sink->bytes == 0))
        done = put_coded(sink, "", 0, true);
    if (close(sink->fd) && done) done = fail(sink, strerror(errno));
    sink->fd = -1;
    *bytes = sink->bytes;
    return done;
}
