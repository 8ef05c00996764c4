/* top.h - the best k rows of a stream of rows, in bounded memory, mergeable.
 *
 * Order: score descending, then time descending, then origin ascending: a total order, so that the
 * same rows in any grouping and order of adding give the same result. Rows are held with their
 * cells; when twice k have gathered, or many bytes of cells, a partial select keeps the k best and
 * the threshold below which a row need not be offered at all. What is held is at most twice k rows,
 * or the k best and 8 MiB, whatever is less. */
#ifndef TRAWL_ENGINE_TOP_H
#define TRAWL_ENGINE_TOP_H

#include "engine/batch.h"
#include "engine/trawl.h"

struct top_key {
    int64_t score;
    int64_t time; /* TIME_NONE (time.h): none */
    struct origin origin;
};

struct top;

struct top *top_new(uint64_t limit, size_t columns);
void top_free(struct top *top);
/* False: the row cannot be among the best any more. */
bool top_wants(const struct top *top, const struct top_key *key);
/* Copies key and cells[columns]. False: out of memory. */
bool top_add(struct top *top, const struct top_key *key, const struct trawl_cell *cells);
/* Moves the rows of `from` into `to`; `from` is left empty. Both have the same limit and columns.
 */
bool top_merge(struct top *to, struct top *from);
/* Cuts to the limit and sorts. After this row 0 is the best. */
void top_finish(struct top *top);
size_t top_count(const struct top *top);
struct trawl_cell top_cell(const struct top *top, size_t row, size_t column);
const struct top_key *top_key_at(const struct top *top, size_t row);

#endif
