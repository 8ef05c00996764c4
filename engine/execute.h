/* execute.h - runs a plan over batches. One executor per thread. */
#ifndef TRAWL_ENGINE_EXECUTE_H
#define TRAWL_ENGINE_EXECUTE_H

#include "engine/batch.h"
#include "engine/tally.h"
#include "engine/top.h"

struct executor;

struct executor *executor_new(const struct trawl_plan *plan, uint64_t limit);
void executor_free(struct executor *executor);
/* Steps, flags and scores over all rows of the batch; counts into tally; offers the rows that pass
 * every step to the executor's top. */
enum trawl_status executor_run(struct executor *executor, const struct batch *batch,
                               struct tally *tally, struct trawl_error *error);
struct top *executor_top(struct executor *executor);

#endif
