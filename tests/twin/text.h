/* text.h - the twin's reading of a whole text: encodings, CSV, instants. */
#ifndef TRAWL_TESTS_TWIN_TEXT_H
#define TRAWL_TESTS_TWIN_TEXT_H

#include <stdint.h>

#include "tests/twin/memory.h"

/* UTF-8, or UTF-16 with a byte order mark, as UTF-8 without marks in front. What is invalid reads
 * as U+FFFD, one for each maximal subpart. */
struct bytes text_decode(struct pool *arena, struct bytes raw);

/* The next CSV row from text[*at], unquoted; false at the end. A blank line is a row of 0 cells. */
bool twin_csv_row(struct pool *arena, struct bytes text, size_t *at, struct bytes **cells,
                  size_t *count);

/* Nanoseconds since 1970 UTC; false where the text is no instant. Not clamped. */
bool twin_instant(struct bytes text, __int128 *nanoseconds);

#endif
