/* execute.h - runs a program over batches. One executor belongs to one thread. */
#ifndef TRAWL_ENGINE_EXECUTE_H
#define TRAWL_ENGINE_EXECUTE_H

#include "engine/column/rows.h"
#include "engine/hunt/tally.h"
#include "engine/program/program.h"

struct executor;

/* The program outlives the executor. columns: [fields of the program], which column of the batches
 * each is, where these hold more than the program's fields; it outlives the executor too. NULL:
 * each is the column of its own number. NULL is returned: out of memory. */
struct executor *executor_new(const struct program *program, const uint32_t *columns);
void executor_free(struct executor *executor);

/* *rows is what passed every filter,
 * with the program's outputs; valid until the next run or until the batch changes. tally NULL: not
 * counted; else what each step kept, and of every flag among the outputs how often it was true. A
 * pattern that exceeds its match limit is TRAWL_REFUSED. */
enum trawl_status executor_run(struct executor *executor, const struct batch *batch,
                               struct tally *tally, struct rows *rows, struct trawl_error *error);

/* The filters that come before any call of a scalar, so that they need no table. *rows has the rows
 * that pass them, without columns. */
enum trawl_status executor_run_early(struct executor *executor, const struct batch *batch,
                                     struct tally *tally, struct rows *rows,
                                     struct trawl_error *error);
/* From now on executor_run is given rows that passed these filters, and were counted there. */
void executor_go_on(struct executor *executor);

#endif
