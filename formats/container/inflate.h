/* inflate.h - deflate data (RFC 1951) that is small and all there, at once.
 *
 * ISA-L keeps pace with long streams; of a member of a few kilobytes most of the time goes into its
 * tables. This decoder makes smaller ones, and has neither state between calls nor copies. It need
 * not know what is wrong with data: where it gives up, nothing is known, and the decoder of streams
 * says what is there. */
#ifndef TRAWL_FORMATS_INFLATE_H
#define TRAWL_FORMATS_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INFLATE_AHEAD 16   /* bytes behind the input that may be read */
#define INFLATE_MARGIN 320 /* bytes at the end of the room that are not filled */

struct inflate_tables;
struct inflate_tables *inflate_tables_new(void); /* NULL: out of memory; free with free */

/* Inflates what starts at `in` into `to`; INFLATE_MARGIN < room. The data must end at least eight
 * bytes before the input does, where the trailer is. *used and *made: bytes of both. False: given
 * up; the bytes at `to` are of no use. */
bool inflate_small(struct inflate_tables *tables, const unsigned char *in, size_t length,
                   unsigned char *to, size_t room, size_t *used, size_t *made);

#endif
