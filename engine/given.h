/* given.h - rows that a query brings along itself, in place of the archive: createEvents, readFile.
 *
 * Filled when the query is compiled, then read any number of times. Held in memory, as part of the
 * plan. */
#ifndef TRAWL_ENGINE_GIVEN_H
#define TRAWL_ENGINE_GIVEN_H

#include "engine/pipeline.h"

struct plan_given {
    char **names; /* of the columns; owned */
    size_t column_count;
    struct buffer rows; /* of each its length and how many cells it has, then row_encode of them */
    struct buffer row;  /* scratch of given_add_row */
};

struct plan_given *given_new(void); /* NULL: out of memory */
void given_free(struct plan_given *given);
/* SIZE_MAX: there is no such column. */
size_t given_column(const struct plan_given *given, struct text name);
/* A column behind the others; one that is there already stays where it is. Rows that were added
 * before do not have it. False: out of memory. */
bool given_add_column(struct plan_given *given, struct text name);
/* cells[column_count]; data NULL: missing. False: out of memory. */
bool given_add_row(struct plan_given *given, const struct text *cells);

/* Runs all rows through a pipeline that begins with the plan's first stage; their origins are their
 * numbers. Does not flush. The tally counts which fields were present, under no shape. */
enum trawl_status given_run(const struct plan_given *given, const struct program *program,
                            struct pipeline *pipeline, struct tally *tally, const atomic_bool *stop,
                            struct trawl_error *error);

#endif
