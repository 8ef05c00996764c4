/* container.h - a file being written, in its container.
 *
 * Two layers: the format (the bytes as they are, or the members of a tar or zip) over the coder
 * (nothing, zstd, gzip, xz, bzip2). A worker keeps one sink for all its files, and with it
 * what it allocates. */
#ifndef GENERATE_CONTAINER_H
#define GENERATE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum format { FORMAT_RAW, FORMAT_TAR, FORMAT_ZIP };
enum coder { CODER_NONE, CODER_ZSTD, CODER_GZIP, CODER_XZ, CODER_BZIP2, CODERS };

struct container {
    const char *name;   /* on the command line */
    const char *suffix; /* of the file's name */
    enum format format;
    enum coder coder;
};

enum { CONTAINERS = 9 };
extern const struct container containers[CONTAINERS];

struct sink;

/* `level` is of zstd. NULL: out of memory. */
struct sink *sink_new(int level);
void sink_free(struct sink *sink);

/* The calls return false after an error, which sink_message then tells; sink_close is due after a
 * sink_open that succeeded, whatever came after. */
bool sink_open(struct sink *sink, const struct container *container, const char *path);
/* FORMAT_RAW: appends to the text. */
bool sink_write(struct sink *sink, const char *data, size_t length);
/* FORMAT_RAW: ends the frame, member or stream, where the coder has any; what is written next
 * starts another one. */
bool sink_end_frame(struct sink *sink);
/* FORMAT_TAR, FORMAT_ZIP: a whole member. */
bool sink_member(struct sink *sink, const char *name, time_t modified, const char *data,
                 size_t length);
/* `bytes` is the size of the file. */
bool sink_close(struct sink *sink, uint64_t *bytes);
const char *sink_message(const struct sink *sink);

#endif
