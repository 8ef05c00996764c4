/* rows.h - the rows of a batch that passed every filter, as an operator sees them. */
#ifndef TRAWL_ENGINE_ROWS_H
#define TRAWL_ENGINE_ROWS_H

#include "engine/column/batch.h"
#include "engine/column/datum.h"
#include "engine/scalar.h"

/* One output of a program over a batch. */
struct rows_column {
    enum value_type type;
    const struct column *text; /* TYPE_TEXT; TYPE_TIME: parsed when it is asked for */
    const uint64_t *flags;     /* TYPE_FLAG: bit per row */
    const double *numbers;     /* TYPE_NUMBER: per row */
    const uint64_t *validity;  /* TYPE_NUMBER: bit set = present */
};

struct rows {
    size_t row_count;             /* of the batch; bits beyond are 0 */
    const uint64_t *selection;    /* bit set: the row is there */
    uint64_t selected;            /* how many */
    const struct origin *origins; /* [row_count] */
    size_t column_count;
    const struct rows_column *columns;
};

/* A cell of a selected row. TYPE_FLAG gives the text true or false; TYPE_TIME gives milliseconds as
 * a number (rows_time has the full precision). Texts are valid while the batch is. */
struct datum rows_cell(const struct rows *rows, size_t column, size_t row);
/* A TYPE_TIME cell, or a TYPE_NUMBER one of milliseconds, in ns; TIME_NONE: missing or unreadable.
 */
int64_t rows_time(const struct rows *rows, size_t column, size_t row);

#endif
