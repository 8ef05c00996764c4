/* keeper.h - rows of the archive that wait until the tables of their plan are made, so that the
 * archive need not be read again for them.
 *
 * Of each batch the selected rows are kept, column by column as they are, in memory up to the
 * budget and beyond it in a temporary file. One thread adds; when the reading is over, one thread
 * has the batches again, in the order in which they were added. */
#ifndef TRAWL_ENGINE_KEEPER_H
#define TRAWL_ENGINE_KEEPER_H

#include "engine/column/batch.h"
#include "engine/operator/spill.h"

struct keeper;

/* column_count: of the batches that come out. NULL: out of memory. */
struct keeper *keeper_new(struct spill *spill, uint64_t budget, size_t column_count);
void keeper_free(struct keeper *keeper); /* NULL is fine */
/* columns: [column_count], which column of the batch each is. selection: at least one row. */
enum trawl_status keeper_add(struct keeper *keeper, const struct batch *batch,
                             const uint32_t *columns, const uint64_t *selection,
                             struct trawl_error *error);
/* Bytes that were kept. */
uint64_t keeper_bytes(const struct keeper *keeper);
/* Ends adding. The next batch, valid until the next call; NULL: there are no more, or see *status.
 */
const struct batch *keeper_next(struct keeper *keeper, enum trawl_status *status,
                                struct trawl_error *error);

#endif
