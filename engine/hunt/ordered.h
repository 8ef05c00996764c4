/* ordered.h - rows of many workers in input order, as soon as possible and in bounded memory.
 *
 * What is read is cut into segments, one for each stretch of the archive that one worker reads from
 * its begin to its end: an input, or a chunk of one. Segments stand in input order. Rows of the
 * foremost open segment go straight on to the sink; rows of the others wait in blocks. When the
 * foremost one ends, the rows that wait behind it go out, up to and with those of the next open
 * segment, which is foremost now.
 *
 * Once the blocks take more than the budget, a worker that has another one to add waits until its
 * segment is foremost or there is room. This cannot lock up, as the worker of the foremost segment
 * never waits here, and is always at work: an input is begun by the worker that reads it, and a
 * chunk is only offered while a resting worker will take it (crew.c). It also must not wait for
 * what a waiting worker holds: whoever takes a share of something scarce (the gate's memory) does
 * so while it is foremost (segment_wait_foremost), so that only one worker holds any, and the
 * segments that come to stand before its own are chunks, whose readers ask for none.
 *
 * Thread-safe; a segment belongs to one thread at a time. */
#ifndef TRAWL_ENGINE_ORDERED_H
#define TRAWL_ENGINE_ORDERED_H

#include "engine/operator/operator.h"

struct ordered;
struct segment;

/* Rows of `columns` cells go to *sink (copied), without their origins, one call at a time. */
struct ordered *ordered_new(const struct row_sink *sink, size_t columns, uint64_t budget);
void ordered_free(struct ordered *ordered); /* after all segments have ended; NULL is fine */

/* A segment behind all others. NULL: out of memory. */
struct segment *segment_begin(struct ordered *ordered);
/* A segment for rows that come behind those that `segment` has given and before those that it will
 * give. NULL: see the error, TRAWL_CANCELLED too; `segment` goes on as it was and must end. */
struct segment *segment_split(struct segment *segment, struct trawl_error *error);
/* TRAWL_CANCELLED: the sink wants no more rows; its other failures are given to whoever met them.
 */
enum trawl_status segment_row(struct segment *segment, const struct datum *cells,
                              struct trawl_error *error);
/* Makes the rows given so far go out when their turn comes, however few they are. */
enum trawl_status segment_flush(struct segment *segment, struct trawl_error *error);
/* Blocks until all that stands before the segment has gone out. */
void segment_wait_foremost(struct segment *segment);
/* No more rows; frees the segment. Every segment must end, also where the run failed. */
enum trawl_status segment_end(struct segment *segment, struct trawl_error *error);

#endif
