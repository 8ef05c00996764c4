/* packing.h - for the tests of formats/container: packing bytes with the libraries that write each
 * format, and unpacking them through a container into one text and one log. */
#ifndef TRAWL_TESTS_PACKING_H
#define TRAWL_TESTS_PACKING_H

#include <archive.h>
#include <archive_entry.h>

#include "engine/base/buffer.h"
#include "formats/container/container.h"

#define WINDOW_LOG 27

struct text span(const struct buffer *buffer);
bool same(const struct buffer *a, const struct buffer *b);

/* ---- packing: each appends to the buffer ---------------------------------------------------- */

void add(struct buffer *to, const void *bytes, size_t length);
void add_text(struct buffer *to, struct text text);
/* `lines` lines of log that compress, but not to nothing. */
void add_lines(struct buffer *to, size_t lines);
/* One frame with a checksum; window_log 0: as libzstd chooses. */
void add_zstd(struct buffer *to, struct text text, int window_log);
void add_gzip(struct buffer *to, struct text text);
void add_filtered(struct buffer *to, struct text text, int filter); /* ARCHIVE_FILTER_XZ, ... */

struct pack {
    struct archive *archive;
    struct buffer bytes;
};
/* With options the archive's password is "secret". */
void pack_open(struct pack *pack, int format, const char *options);
void pack_add(struct pack *pack, const char *name, unsigned type, struct text text);
void pack_close(struct pack *pack);

/* ---- unpacking ----------------------------------------------------------------------------- */

struct outcome {
    struct buffer text; /* of all streams, joined */
    struct buffer log;  /* "name=bytes;" a stream, "!D message;" or "!R message;" a trouble */
    size_t streams, troubles;
};
void outcome_free(struct outcome *outcome);
const char *log_of(struct outcome *outcome); /* terminated */

/* Instead of a room: what is lent, with more and more kept, and read where nothing is. */
#define LENT SIZE_MAX
/* Everything in the container that is open, `room` bytes at a time. */
struct outcome read_all(struct container *container, size_t room);
struct outcome unpack_with(struct container *container, struct text bytes, size_t room);
struct outcome unpack(struct text bytes, size_t room);
/* `packed` is one stream that holds exactly `text`, however it is read. */
void expect_text(struct text packed, struct text text);
/* `packed` unpacks to this log, and to the same text with all rooms. */
void expect_log(struct text packed, const char *log);

#endif
