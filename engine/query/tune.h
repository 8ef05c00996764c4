/* tune.h - tuning in the compiler: what is known to be harmless, woven into a plan.
 *
 *   tune.c        where entries act, their steps, what is told of them
 *   tune_when.c   conditions to flags
 *   tune_again.c  the pipeline followed once more, with names cleared and fields forgotten
 *
 * The query is compiled twice. The first time tells whether rows are gathered, and where the last
 * of these are whole: behind the last operator that gathers, before anything sorts or cuts. The
 * second time weaves. Entries act on records at the first place where rows may leave the first
 * stage, on rows at the place that was found.
 *
 * Up to such a place the program is the query's own, step by step. There each entry is one more
 * step, in order: of EXCLUDE the negated condition; of CLEAR and FORGET whether the row passes all
 * filters again as the entry and those before it would have it. So the rows that a step takes are
 * those that its entry suppresses, and only rows that the query would give cost anything. */
#ifndef TRAWL_ENGINE_QUERY_TUNE_H
#define TRAWL_ENGINE_QUERY_TUNE_H

#include "engine/query/compile.h"

/* What the first compilation found. */
struct tune_facts {
    unsigned rows_place; /* the place by number, from 1, at which gathered rows are whole; 0: none
                            are gathered */
    bool *on_rows;       /* [entries] EXCLUDE and LOWER act there */
    char *score;         /* what rows are sorted by; NULL: by nothing */
};

/* An entry in the making. */
struct woven {
    const struct trawl_tuning *entry;
    const char *idle;    /* why it cannot act; NULL: it can, or that is not known yet */
    bool records;        /* it acts on records that are gathered later */
    bool acted;          /* CLEAR, FORGET: some target was met */
    node_id when;        /* flag: its conditions */
    struct stage *stage; /* where it acts */
    size_t step;         /* of the stage's program, that takes its rows; SIZE_MAX: none does */
    node_id taken;       /* flag of suppressed rows that are its own, where these are the rows */
    node_id changed;     /* flag of rows it took something from; NO_NODE: not told */
    node_id *left; /* FORGET, [targets]: the field without what is forgotten; NO_NODE: not asked */
    node_id *lost; /* FORGET, [targets]: flag of rows whose field the entry took something from */
};

/* A step of the first stage, to be followed again. */
struct followed {
    const struct step *step;
    struct syntax *syntax;
    const struct parameter_value *arguments;
    size_t argument_count;
    unsigned depth;
};

struct tune {
    const struct trawl_tuning *entries;
    size_t count;
    bool suppressed; /* the rows are those that were suppressed */
    bool weaving;    /* the second compilation */
    struct tune_facts *facts;
    unsigned places; /* met so far */
    bool gathered;   /* an operator gathered rows since the last place */
    bool woven_records;
    size_t first_step, last_step; /* of the first stage's program: those of the entries */
    bool marked;                  /* rows have the marks from here on */
    struct followed *steps;
    size_t step_count;
    struct woven *woven; /* [count] */
    /* Of the pipeline that is being followed again: entries below are in force; SIZE_MAX: it is
     * the query itself. */
    size_t in_force;
};

/* The flag of the entry's conditions, of rows as the scope has them. A name that neither the scope
 * nor a record has is missing. */
node_id tune_when(struct compiler *c, struct scope *scope, const struct trawl_tuning *entry);
/* The value that a condition or an action speaks of: what the query makes of the name, else the
 * record's. */
struct operand tune_field(struct compiler *c, struct scope *scope, struct text name);

/* What tells these values from others. */
struct text tune_identity(struct compiler *c, const char *const *values, size_t count);

/* The pipeline of the first stage with the first `in_force` entries. *alive: the flag of rows that
 * pass. */
struct scope *tune_again(struct compiler *c, size_t in_force, node_id *alive);

/* *facts of the first compilation serve the second. */
struct tune *tune_new(struct compiler *c, struct tune_facts *facts, bool weaving);
bool tune_facts_init(struct tune_facts *facts, size_t count);
void tune_facts_free(struct tune_facts *facts);
/* Turns entries into what the plan tells of them: before the stages are finished. */
void tune_finish(struct compiler *c, struct trawl_plan *plan, struct stage *const *stages);

#endif
