/* table.h - scalars over lookups: the rows of a table that a row is matched with.
 *
 * scratch is a cursor; two scalars of one row probe the same key one after the other, and the
 * cursor keeps the last one found. */
#ifndef TRAWL_ENGINE_SCALAR_TABLE_H
#define TRAWL_ENGINE_SCALAR_TABLE_H

#include "engine/lookup/lookup.h"
#include "engine/scalar.h"

/* The lookup belongs to the plan and is frozen before the first run. row: of those the key has,
 * from 0. NULL: out of memory. */
void *table_new(const struct lookup *lookup, uint64_t row, size_t column);

/* data: table_new. (key...), as many as the lookup has: whether there is such a row (column is not
 * used). A missing key finds nothing. */
extern const struct scalar scalar_lookup_found;
/* data: table_new. (key...): the cell as a text; missing: no such row, or the cell is. */
extern const struct scalar scalar_lookup_cell;
/* data: table_new. (key...): how many rows the key has. */
extern const struct scalar scalar_lookup_rows;

#endif
