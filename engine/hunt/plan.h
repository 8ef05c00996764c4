/* plan.h - a compiled query: programs with operators between them.
 *
 *   archive -> program -> operator -> program -> operator -> ... -> rows
 *
 * The first stage's program reads the archive's fields; a later one reads, as fields by name, the
 * columns of the operator before it. A stage without operator gives its program's outputs as the
 * rows of the result. Tables are sub-queries that run first, each over the whole archive; their
 * rows fill lookups, which programs reach through scalars (engine/query/tables.c). */
#ifndef TRAWL_ENGINE_PLAN_H
#define TRAWL_ENGINE_PLAN_H

#include "engine/base/range.h"
#include "engine/hunt/tuned.h"
#include "engine/lookup/lookup.h"
#include "engine/operator/operator.h"
#include "engine/program/program.h"

struct plan_column {
    char *name;
    enum value_type type; /* how it is printed: TYPE_NUMBER bare, TYPE_FLAG, else text */
};

struct plan_stage {
    struct program *program;
    const struct operator_kind *kind; /* NULL in the last stage, or where rows simply end */
    void *spec;                       /* of the operator; owned */
    struct plan_column *columns;      /* what the operator gives, or the outputs */
    size_t column_count;
};

/* A table is filled by the one hunt that runs the plan, and stays filled: such a plan runs once. */
struct plan_table {
    struct trawl_plan *plan; /* run first; its columns are the lookup's; owned */
    struct lookup *lookup;   /* owned */
    struct spill *spill;     /* where the lookup keeps what does not fit in memory; made by the
                                hunt, NULL before; owned */
};

struct plan_given; /* given.h */

struct trawl_plan {
    char *name;
    struct plan_stage *stages;
    size_t stage_count; /* at least 1 */
    struct plan_table *tables;
    size_t table_count;
    struct lookup **lookups; /* of files; owned */
    size_t lookup_count;
    struct plan_given
        *given;  /* rows in place of the archive, which is not read; NULL: none; owned */
    bool ranged; /* the archive's rows are those of `range`, and those without a time */
    struct range range;
    /* Outputs of stage 0's program, for the ledger; SIZE_MAX: none. */
    size_t score_column; /* the first sort key, where it is a number */
    /* The first of the columns of where a row comes from: file to length, the event's id, and
     * whether another row has the event too; from 1. 0: there are none. */
    size_t evidence;
    size_t time_column;       /* TYPE_TIME: what rows are ranked by */
    struct plan_tuned *tuned; /* [tuned_count], in order; owned */
    size_t tuned_count;
    size_t tuned_from, tuned_to; /* steps of the first program that are not the query's own */
    bool suppressed;             /* rows are those that the tuning suppressed */
    char *needs;                 /* what a run lacks, for the error of the hunt; NULL: nothing */
    char *explanation;           /* --explain, of plan_explain; NULL: not made */
};

/* The columns of the result. */
static inline const struct plan_stage *plan_last(const struct trawl_plan *plan) {
    return &plan->stages[plan->stage_count - 1];
}
/* Whether any operator or table, those of tables included, holds state that grows with the archive.
 */
bool plan_holds_state(const struct trawl_plan *plan);
/* How often the archive is read: 1, and once per table, those of tables included, unless the plan
 * keeps; rows that are given are not read. */
unsigned plan_passes(const struct trawl_plan *plan);
/* The first stage, from `from` on, whose operator must see all rows before it gives one;
 * stage_count: there is none, rows come as they are found. */
size_t plan_barrier(const struct trawl_plan *plan, size_t from);
/* The stage whose sort decides by its limit how many rows the result has: the last barrier is a
 * sort and all its rows are rows of the result. SIZE_MAX: none does. */
size_t plan_limiting_sort(const struct trawl_plan *plan);
/* Whether the tables are made in the same reading as the result: the rows that pass the first
 * filters wait for them meanwhile (keeper.h). So it is where they go into a barrier, so that their
 * order is no matter, and no table needs another first. */
bool plan_keeps(const struct trawl_plan *plan);
/* The times of which the plan or one of its tables reads records. */
struct range plan_range(const struct trawl_plan *plan);
/* Appends what trawl_plan_explain gives; the compiler keeps it as plan->explanation. */
void plan_explain(const struct trawl_plan *plan, struct buffer *out);

#endif
