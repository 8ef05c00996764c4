/* budget.h - how the memory of a run is divided.
 *
 *   fixed     the program itself, and each worker's buffers, batch, parser
 *   state     a third of the rest, where a plan holds state that grows with the archive; half of
 *             it for tables, where there are any; the same share of it for each such plan, and
 *             each table that is made while it reads
 *   ordered   rows that wait for their turn, where they come in input order from several workers
 *   gate      what is left: long decompression windows
 *
 * Without a limit from the user there is room for a window of 2^27 bytes beside the rest. */
#ifndef TRAWL_ENGINE_BUDGET_H
#define TRAWL_ENGINE_BUDGET_H

#include "engine/hunt/plan.h"

struct budget {
    unsigned threads;
    uint64_t gate, ordered;
    uint64_t state;  /* of all operators of a pass together; 0: none grows with the archive */
    uint64_t small;  /* of each operator whose state does not */
    size_t sharers;  /* plans that hold state: each has its share of it */
    uint64_t lookup; /* of each table */
};

/* options->threads 0: one per processor. TRAWL_INVALID: the limit is too low for the workers. */
enum trawl_status budget_divide(struct budget *budget, const struct trawl_plan *const *plans,
                                size_t count, const struct trawl_options *options,
                                unsigned window_log, struct trawl_error *error);
/* Of one worker's operator while the archive is read for `plan`, and of an operator behind its
 * first barrier, when the workers have gone. */
uint64_t budget_worker_state(const struct budget *budget, const struct trawl_plan *plan);
uint64_t budget_tail_state(const struct budget *budget, const struct trawl_plan *plan);

#endif
