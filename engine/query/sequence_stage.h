/* sequence_stage.h - functions that end a stage with the sequence operator. */
#ifndef TRAWL_ENGINE_QUERY_SEQUENCE_STAGE_H
#define TRAWL_ENGINE_QUERY_SEQUENCE_STAGE_H

#include "engine/query/compile.h"

/* Which function it is: `which` of the table's entries whose step is step_sequence. */
enum sequence_function {
    FUNCTION_NEIGHBOR,
    FUNCTION_ACCUMULATE,
    FUNCTION_SLIDING_WINDOW,
    FUNCTION_SLIDING_TIME_WINDOW,
    FUNCTION_SESSION,
    FUNCTION_SERIES,
    FUNCTION_PARTITION,
};

/* As a step: all rows are one sequence. */
void step_sequence(struct compiler *c, struct flow *flow, const struct arguments *arguments);
/* groupBy(..., function=series(...)): a sequence for each key. False: no such function is in it. */
bool sequence_of_group(struct compiler *c, struct flow *flow, const struct arguments *group);

/* A filter, as { filter } or as a function that filters: the output with its flag. */
size_t sequence_flag(struct compiler *c, struct flow *flow, const struct value *condition);

/* keepGroups(): only rows of keys that have rows enough. */
void step_keep_groups(struct compiler *c, struct flow *flow, const struct arguments *arguments);

/* correlate(): rows of several filters that belong together (correlate_stage.c). */
void step_correlate(struct compiler *c, struct flow *flow, const struct arguments *arguments);

#endif
