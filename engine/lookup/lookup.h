/* lookup.h - a table that rows are matched with: a CSV file, or what a sub-query found.
 *
 * Filled by one thread at a time, then frozen, then probed by many threads. Rows are kept in memory
 * up to the budget and beyond it in a temporary file sorted by key, with an index of its blocks in
 * memory: a probe that misses the thread's cache then reads a block. Keys that are patterns and
 * networks are in memory always; so are, while they are probed, the rows of one key. */
#ifndef TRAWL_ENGINE_LOOKUP_H
#define TRAWL_ENGINE_LOOKUP_H

#include "engine/column/datum.h"
#include "engine/operator/spill.h"

enum lookup_mode {
    LOOKUP_EXACT,
    LOOKUP_GLOB, /* keys may hold *, which is any run of bytes */
    LOOKUP_CIDR, /* keys are addresses or networks; the longest prefix wins */
};
enum lookup_pick { LOOKUP_FIRST, LOOKUP_LAST }; /* which rows of one key are kept */

struct lookup;
struct lookup_cursor; /* one thread's: cache and scratch */

/* key_columns: the first columns of every row are the key (1 for GLOB and CIDR). Keys are compared
 * as texts, numbers as printed; ignore_case: folded as text_fold does. keep: rows of one key that
 * are kept, the first or last ones in their order (below); with GLOB of all the rows that match,
 * and with CIDR of one network, however it is written. NULL: out of memory. */
struct lookup *lookup_new(enum lookup_mode mode, bool ignore_case, size_t key_columns,
                          size_t column_count, uint64_t keep, enum lookup_pick pick);
void lookup_free(struct lookup *lookup);
/* cells[column_count], which are copied. Rows with a missing key are not kept, nor, with CIDR,
 * those whose key is no network. `order`: where the row stands among rows of its key, ascending
 * bytes, where those are equal by the bytes of the rows; rows may be added in any order. */
enum trawl_status lookup_add(struct lookup *lookup, const struct datum *cells, struct text order,
                             struct trawl_error *error);
/* Sets where and how much before the first lookup_add. Without it, and with NULL: everything in
 * memory. The spill must outlive the lookup. */
void lookup_use(struct lookup *lookup, struct spill *spill, uint64_t budget);
/* Ends adding, once. After a failure only lookup_free is left. */
enum trawl_status lookup_freeze(struct lookup *lookup, struct trawl_error *error);
uint64_t lookup_rows(const struct lookup *lookup); /* that are kept; 0 before lookup_freeze */

/* Of a frozen lookup. NULL: out of memory. */
struct lookup_cursor *lookup_cursor_new(const struct lookup *lookup);
void lookup_cursor_free(struct lookup_cursor *cursor);
/* How many rows the key has (0: none). keys[key_columns]; a missing key finds nothing. With CIDR
 * the key is an address. */
enum trawl_status lookup_find(struct lookup_cursor *cursor, const struct datum *keys,
                              uint64_t *rows, struct trawl_error *error);
/* A cell as it was added; row: below what the last find told. Valid until the next find on the
 * cursor. */
struct datum lookup_cell(struct lookup_cursor *cursor, uint64_t row, size_t column);

#endif
