/* batch.h - columns of equal length, and where each row came from. What formats fill and plans run
 * over.
 *
 * Filling a row: batch_append to the columns that have a value and batch_missing to those that have
 * none, each once and in any order, then batch_commit. A column that is left out has what it had in
 * the row before, in the first row nothing. Behind the last row batch_complete: until then columns
 * may be shorter than the batch. To give up on rows already appended or committed, batch_rollback.
 */
#ifndef TRAWL_ENGINE_BATCH_H
#define TRAWL_ENGINE_BATCH_H

#include "engine/column/column.h"

/* A row's place, which is also input order: compare input, then member, then offset. */
struct origin {
    uint32_t input;  /* index of the file in the hunt */
    uint32_t member; /* number of the text stream inside the file (tar and zip have many) */
    uint64_t offset; /* of the record in that stream's decompressed text */
};

static inline int origin_compare(const struct origin *a, const struct origin *b) {
    if (a->input != b->input) return a->input < b->input ? -1 : 1;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    if (a->offset != b->offset) return a->offset < b->offset ? -1 : 1;
    return 0;
}

struct batch {
    uint32_t rows;
    uint32_t column_count;
    struct column *columns; /* [column_count], in the order of the plan's fields */
    struct origin *origins; /* [COLUMN_ROWS] */
    uint64_t bytes;         /* of values, no fewer than the columns hold */
};

bool batch_init(struct batch *batch, uint32_t column_count);
void batch_free(struct batch *batch);
void batch_reset(struct batch *batch);
/* The value of a column for the next row. False: out of memory, or of room; nothing has changed. */
static inline bool batch_append(struct batch *batch, uint32_t column, struct text value) {
    struct column *to = &batch->columns[column];
    if (to->rows < batch->rows && !column_pad(to, batch->rows)) return false;
    batch->bytes += value.length;
    return column_append(to, value);
}
/* As column_append_padded. */
static inline bool batch_append_padded(struct batch *batch, uint32_t column, struct text value) {
    struct column *to = &batch->columns[column];
    if (to->rows < batch->rows && !column_pad(to, batch->rows)) return false;
    batch->bytes += value.length;
    return column_append_padded(to, value);
}
static inline bool batch_missing(struct batch *batch, uint32_t column) {
    struct column *to = &batch->columns[column];
    if (to->rows == 0 || !column_present(to, to->rows - 1)) return true;
    return column_pad(to, batch->rows) && column_append_missing(to);
}
/* For columns that are left out: the bytes of their values, no fewer. */
static inline void batch_repeat(struct batch *batch, uint64_t bytes) {
    batch->bytes += bytes;
}
/* Makes all columns as long as the batch. False: out of memory. */
bool batch_complete(struct batch *batch);
void batch_commit(struct batch *batch, struct origin origin);
void batch_rollback(struct batch *batch, uint32_t rows);
/* True when the batch should be run before another record goes in: no row left, or enough bytes. */
bool batch_full(struct batch *batch);
bool batch_validate(const struct batch *batch, const char **why);

#endif
