/* hand_plan.h - plans made without a query, and operators simple enough to know their answers. */
#ifndef TRAWL_TESTS_HAND_PLAN_H
#define TRAWL_TESTS_HAND_PLAN_H

#include "engine/hunt/plan.h"

/* A plan of empty stages. Free with trawl_plan_free. */
struct trawl_plan *hand_plan(size_t stages);
/* Fills a stage. Takes program and spec; the program is finished here. columns: "a,b:number". */
void hand_stage(struct trawl_plan *plan, size_t stage, struct program *program,
                const struct operator_kind *kind, void *spec, const char *columns);

/* An expander: column 0 split at ';' gives a row for each part: the part, and its number from 0. */
extern const struct operator_kind hand_split;

/* A barrier that keeps every row and gives them by origin, those of one origin as they came. */
struct hand_gather {
    size_t columns;
    uint64_t limit; /* rows given; 0: all */
};
extern const struct operator_kind hand_gather;
struct hand_gather *hand_gather_spec(size_t columns, uint64_t limit);

#endif
