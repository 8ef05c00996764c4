/* given.h - rows that stand in place of the archive: what a query brings along itself
 * (createEvents, readFile of files), and behind that what its tables find (readFile of tables).
 *
 * The first are added when the query is compiled and held in memory, as part of the plan; the
 * others are gathered while the tables are made, within a budget, and read once. */
#ifndef TRAWL_ENGINE_GIVEN_H
#define TRAWL_ENGINE_GIVEN_H

#include "engine/hunt/pipeline.h"
#include "engine/operator/sorter.h"

struct plan_given {
    char **names; /* of the columns; owned */
    size_t column_count;
    struct buffer rows; /* of each its length and how many cells it has, then row_encode of them */
    struct buffer row;  /* scratch of given_add_row */
    struct sorter *gathered; /* rows of tables, by their order; NULL: none */
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

/* Before the first row that is gathered: where what does not fit goes. The spill outlives the rows.
 * False: out of memory. */
bool given_gather_into(struct plan_given *given, struct spill *spill, uint64_t budget);
/* cells[column_count]; order: unique bytes, ascending. One thread at a time. */
enum trawl_status given_gather(struct plan_given *given, const struct datum *cells,
                               struct text order, struct trawl_error *error);

/* Runs all rows through a pipeline that begins with the plan's first stage; their origins are their
 * numbers. Does not flush. The tally counts which fields were present, under no shape. */
enum trawl_status given_run(const struct plan_given *given, const struct program *program,
                            struct pipeline *pipeline, struct tally *tally, const atomic_bool *stop,
                            struct trawl_error *error);

#endif
