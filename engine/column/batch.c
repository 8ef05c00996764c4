#include "engine/column/batch.h"

#include <stdlib.h>

/* What a batch's values may take before it is run: large enough that the fixed cost of a run is
 * nothing, small enough to stay in the last-level cache and in a worker's share of the memory. */
#define BATCH_BYTES (UINT64_C(2) << 20)

bool batch_init(struct batch *batch, uint32_t column_count) {
    *batch = (struct batch){
        .columns = calloc(column_count ? column_count : 1, sizeof(struct column)),
        .origins = malloc(COLUMN_ROWS * sizeof(struct origin)),
    };
    if (!batch->columns || !batch->origins) {
        batch_free(batch);
        return false;
    }
    for (; batch->column_count < column_count; batch->column_count++) {
        if (!column_init(&batch->columns[batch->column_count])) {
            batch_free(batch);
            return false;
        }
    }
    return true;
}

void batch_free(struct batch *batch) {
    for (uint32_t i = 0; i < batch->column_count; i++) column_free(&batch->columns[i]);
    free(batch->columns);
    free(batch->origins);
    *batch = (struct batch){0};
}

void batch_reset(struct batch *batch) {
    for (uint32_t i = 0; i < batch->column_count; i++) column_reset(&batch->columns[i]);
    batch->rows = 0;
    batch->bytes = 0;
}

bool batch_complete(struct batch *batch) {
    for (uint32_t i = 0; i < batch->column_count; i++)
        if (!column_pad(&batch->columns[i], batch->rows)) return false;
    return true;
}

void batch_commit(struct batch *batch, struct origin origin) {
    batch->origins[batch->rows++] = origin;
}

void batch_rollback(struct batch *batch, uint32_t rows) {
    for (uint32_t i = 0; i < batch->column_count; i++) column_truncate(&batch->columns[i], rows);
    if (rows < batch->rows) batch->rows = rows;
}

/* Values that repeat are held once: what was appended is counted anew before it decides. */
bool batch_full(struct batch *batch) {
    if (batch->rows >= COLUMN_ROWS) return true;
    if (batch->bytes < BATCH_BYTES) return false;
    batch->bytes = 0;
    for (uint32_t i = 0; i < batch->column_count; i++)
        batch->bytes += column_padded_bytes(&batch->columns[i], batch->rows);
    return batch->bytes >= BATCH_BYTES;
}

bool batch_validate(const struct batch *batch, const char **why) {
    *why = NULL;
    if (batch->rows > COLUMN_ROWS) *why = "more rows than a batch can hold";
    for (uint32_t i = 0; !*why && i < batch->column_count; i++) {
        if (batch->columns[i].rows != batch->rows)
            *why = "a column's length is not the batch's";
        else
            (void)column_validate(&batch->columns[i], why);
    }
    return !*why;
}
