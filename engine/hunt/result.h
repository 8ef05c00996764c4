/* result.h - the end of a run's rows: cells as the user sees them, counted and limited. */
#ifndef TRAWL_ENGINE_RESULT_H
#define TRAWL_ENGINE_RESULT_H

#include "engine/hunt/plan.h"

struct result {
    const struct plan_stage *stage; /* whose columns the rows have */
    const struct trawl_rows *rows;  /* NULL: only counted */
    uint64_t limit;                 /* UINT64_MAX: none */
    bool early; /* the row that reaches the limit ends the run; else the first one beyond it */
    uint64_t shown;
    bool cut;                 /* the limit ended the run */
    bool refused;             /* the user's sink wants no more */
    struct trawl_cell *cells; /* [columns], with room for */
    char (*digits)[NUMBER_TEXT];
};

/* False: out of memory. */
bool result_init(struct result *result, const struct trawl_plan *plan,
                 const struct trawl_rows *rows, uint64_t limit, bool early);
void result_free(struct result *result);
/* Used by one thread at a time. After it gave TRAWL_CANCELLED it always does. */
struct row_sink result_sink(struct result *result);

#endif
