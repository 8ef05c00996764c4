/* result.h - the end of a run's rows: cells as the user sees them, counted and limited. */
#ifndef TRAWL_ENGINE_RESULT_H
#define TRAWL_ENGINE_RESULT_H

#include <pthread.h>

#include "engine/hunt/plan.h"
#include "engine/hunt/repeats.h"

/* What happens at the limit. */
enum result_limit {
    LIMIT_ENDS,   /* the row that reaches it ends the run */
    LIMIT_CUTS,   /* the first one beyond it does */
    LIMIT_PASSES, /* rows beyond it are left out, and the run goes on: it is not this result's alone
                   */
};

/* What the results of one run share. */
struct results {
    pthread_mutex_t turn; /* rows of several plans go out one at a time */
    atomic_bool *refused; /* the user wants no more rows of any; then *stop is set too */
    atomic_bool *stop;
};

struct result {
    struct results *all;
    const struct plan_stage *stage; /* whose columns the rows have */
    const struct trawl_rows *rows;  /* NULL: only counted */
    uint64_t limit;                 /* UINT64_MAX: none */
    enum result_limit at_limit;
    uint64_t shown;
    size_t evidence; /* as in the plan */
    bool timed;      /* rows have a time */
    struct repeats repeats;
    bool cut;                 /* the limit left rows out */
    struct trawl_cell *cells; /* [columns], with room for */
    char (*digits)[NUMBER_TEXT];
};

/* False: out of memory. */
bool result_init(struct result *result, struct results *all, const struct trawl_plan *plan,
                 const struct trawl_rows *rows, uint64_t limit, enum result_limit at_limit);
void result_free(struct result *result);
/* One result's is used by one thread at a time. After it gave TRAWL_CANCELLED it always does. */
struct row_sink result_sink(struct result *result);

#endif
