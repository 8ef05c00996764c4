/* window.h - aggregates over a run of rows that grows at its end and, where it slides, shrinks at
 * its begin.
 *
 * Results are exact and the same as a group over the rows that are in the window would give: sums
 * are taken back without error, extremes and distinct values are kept in order with how often each
 * is there. A push or a pop costs the logarithm of the window's size. Rows of the window, of their
 * inputs only, are in memory up to half of the budget, the others in temporary files; extremes and
 * distinct values are in memory. A window that does not slide keeps what its results need and no
 * rows. */
#ifndef TRAWL_ENGINE_WINDOW_H
#define TRAWL_ENGINE_WINDOW_H

#include "engine/operator/group.h"

struct row_window_spec {
    const struct aggregate *aggregates; /* inputs and `where`: indices of the row's cells */
    size_t count;
    size_t cell_count;   /* of a row */
    bool slides;         /* rows leave */
    uint64_t budget;     /* bytes it may hold */
    struct spill *spill; /* where rows of a window go that slides; NULL: all stay in memory */
};

struct row_window;

struct row_window *row_window_new(const struct row_window_spec *spec); /* NULL: out of memory */
void row_window_free(struct row_window *window);                       /* NULL is fine */
/* Columns of the result: each aggregate's, as in group.h. */
size_t row_window_outputs(const struct row_window_spec *spec);

/* A row at the end; `where` cells are the texts true and false. TRAWL_MEMORY: over the budget. */
enum trawl_status row_window_push(struct row_window *window, const struct datum *cells,
                                  int64_t time, struct trawl_error *error);
/* Takes the oldest row out of a window that slides and has one. */
enum trawl_status row_window_pop(struct row_window *window, struct trawl_error *error);
/* Takes all rows out. */
void row_window_clear(struct row_window *window);
uint64_t row_window_rows(const struct row_window *window); /* of a window that slides */
int64_t row_window_begin(const struct row_window *window); /* the oldest row's time; there is one */
/* Sets the cells; texts are valid until the window changes or is asked again. What was cut by a
 * limit or is too large to be summed becomes a notice. */
enum trawl_status row_window_result(struct row_window *window, struct datum *cells,
                                    struct notices *notices, struct trawl_error *error);

#endif
