/* container.h - a file as a sequence of text streams, whatever it is packed in.
 *
 * What a file is, is told by its first bytes, never by its name, and again for what comes out of
 * each layer: zstd, gzip (ISA-L), plain; zip, tar, xz, bzip2 and others through libarchive; tar in
 * any of them; a .json.gz in a zip. Layers nest up to CONTAINER_DEPTH.
 *
 *   container_open(c, path) -> while container_next(c, &more), more: container_read ... ->
 * container_close
 *
 * A file that is not an archive has one member without a name. Damage: the bytes before it are
 * given out first; then container_read returns TRAWL_DAMAGED (or TRAWL_REFUSED) once, with the
 * reason and the offset in the file; the caller may go on reading: the stream ends, or continues
 * after a gap at the next frame or member that can be decoded. Frames with checksums are verified.
 */
#ifndef TRAWL_FORMATS_CONTAINER_H
#define TRAWL_FORMATS_CONTAINER_H

#include "engine/source.h"

#define CONTAINER_DEPTH 8

struct container;

/* window_log: largest zstd window accepted, as a power of two. */
struct container *container_new(unsigned window_log);
void container_free(struct container *container);

/* `feed` lends memory for long windows (feed_reserve) and is told of compressed bytes consumed
 * (feed_progress); NULL: no gate and no progress (tests, fuzzing). input->path "-" is standard
 * input. TRAWL_IO: it cannot be opened. */
enum trawl_status container_open(struct container *container, const struct input *input,
                                 struct feed *feed, struct trawl_error *error);
/* The same over bytes in memory: for tests and fuzz targets. */
enum trawl_status container_open_memory(struct container *container, struct text bytes,
                                        struct trawl_error *error);

/* Moves to the next text stream; skips what is left of the current one. *more false: no other.
 * Not TRAWL_OK: the archive cannot be read on from here (the reason), *more is false. */
enum trawl_status container_next(struct container *container, bool *more,
                                 struct trawl_error *error);
/* Name inside the archives, outermost first, joined by "!"; NULL where there is no archive. */
const char *container_member(const struct container *container);
/* Up to `room` bytes of the current stream; *got 0 with TRAWL_OK is its end. */
enum trawl_status container_read(struct container *container, char *to, size_t room, size_t *got,
                                 struct trawl_error *error);
/* The same without a copy, where that can be done: *text is what comes next, where it was decoded,
 * valid until the next call; the `keep` bytes that came last stand before it, whatever the status
 * is, and TEXT_PADDING bytes behind it can be read; length 0 with TRAWL_OK is the end. data NULL:
 * it cannot be done, or not for so much: container_read goes on from here. */
enum trawl_status container_lend(struct container *container, size_t keep, struct text *text,
                                 struct trawl_error *error);
/* Compressed bytes taken from the file so far. */
uint64_t container_consumed(const struct container *container);
/* Closes the file. TRAWL_DAMAGED: a regular file changed size, or was truncated or replaced, while
 * it was read: the message says which. */
enum trawl_status container_close(struct container *container, struct trawl_error *error);

#endif
