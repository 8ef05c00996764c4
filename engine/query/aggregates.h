/* aggregates.h - what a group operator computes, in the making. */
#ifndef TRAWL_ENGINE_QUERY_AGGREGATES_H
#define TRAWL_ENGINE_QUERY_AGGREGATES_H

#include "engine/query/compile.h"

struct aggregates {
    struct text *keys; /* fields that rows are grouped by */
    struct operand *key_values;
    size_t key_count;
    struct aggregate *items; /* copied into the spec at the end: their arrays are the compiler's */
    size_t count;
    struct text *names; /* output columns behind the keys, in order */
    enum value_type *types;
    size_t column_count;
    struct pipeline *after; /* steps over the rows of the groups: see add_pipeline */
    size_t after_count;
    node_id where; /* of the aggregates being added; NO_NODE: all rows */
};

void aggregates_key(struct compiler *c, struct aggregates *aggregates, struct text name,
                    struct operand value);
/* Adds one; its outputs are named with aggregates_column. */
struct aggregate *aggregates_add(struct compiler *c, struct aggregates *aggregates,
                                 enum aggregate_kind kind, struct text name);
void aggregates_input(struct compiler *c, struct aggregate *aggregate, struct operand value);
void aggregates_column(struct compiler *c, struct aggregates *aggregates, struct text name,
                       enum value_type type);
/* A call, an array of them, or a pipeline that ends in one. */
void aggregates_compile(struct compiler *c, struct flow *flow, const struct value *functions,
                        struct aggregates *aggregates);

/* For a spec: with arrays and texts of its own. */
void aggregate_copy(struct compiler *c, struct aggregate *to, const struct aggregate *from);

/* head(1) and tail(1) in a group. */
void add_end_row(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                 struct aggregates *aggregates);

/* How many groups are left, and in which order. */
struct group_order {
    uint64_t limit; /* UINT64_MAX: all */
    bool ranked;
    const char *advice; /* NULL: no notice */
};
/* Ends the stage with a group operator. */
void aggregates_end(struct compiler *c, struct flow *flow, const struct aggregates *aggregates,
                    struct group_order order);

/* The fields that the steps behind the current one speak of, and those mentioned so far: for
 * aggregates that take whole rows. */
size_t aggregates_all_fields(struct compiler *c, struct text **names);

#endif
