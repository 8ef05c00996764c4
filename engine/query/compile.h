/* compile.h - from the tree of a query to a plan: what the compiler's files share.
 *
 *   compile.c      pipelines and steps, stages, the end of a query
 *   scope.c        what a name means at a place of the pipeline
 *   filter.c       filters to flags
 *   expression.c   expressions to operands
 *   arguments.c    the arguments of a call, by the function's parameters
 *   functions.c    the table of functions; one file per family: functions_*.c
 *
 * A pipeline is followed step by step with a flow: which rows are still there (a flag) and what
 * each name means (a scope). Nothing is computed: every step adds nodes to the program of the
 * current stage, and only what later steps ask for is ever added. An operator (sort, group, ...)
 * ends a stage.
 *
 * Memory of the compiler lives in a list that is freed at the end; running out of it, or of what a
 * program may have, unwinds to trawl_query_compile. Errors go to the diagnostics; a function that
 * reported one returns something harmless, so that the rest of the query is checked too. */
#ifndef TRAWL_ENGINE_QUERY_COMPILE_H
#define TRAWL_ENGINE_QUERY_COMPILE_H

#include <setjmp.h>

#include "engine/hunt/plan.h"
#include "engine/operator/expand.h"
#include "engine/operator/group.h"
#include "engine/operator/sort.h"
#include "engine/query/arena.h"
#include "engine/query/syntax.h"

struct compiler;
struct scope;
struct arguments;
struct function;

/* ---- operands ----------------------------------------------------------------------------- */

/* The value of an expression. Texts and numbers are null where they are missing. A flag is false
 * where it is null, and `known` tells where it is not; NO_NODE: nowhere. */
struct operand {
    node_id node;
    node_id known;
};

static inline struct operand operand_of(node_id node) {
    return (struct operand){node, NO_NODE};
}
enum value_type operand_type(const struct compiler *c, struct operand operand);
node_id operand_text(struct compiler *c, struct operand operand);
node_id operand_number(struct compiler *c, struct operand operand);
node_id operand_known(struct compiler *c, struct operand operand); /* flag: where it is not null */
/* As a condition: the flag, or the text true, or a number that is not 0. */
node_id operand_truth(struct compiler *c, struct operand operand);
/* flag ? a : b, in the one type that both have or else as texts. */
struct operand operand_select(struct compiler *c, node_id flag, struct operand a, struct operand b);
struct operand operand_missing(struct compiler *c);

/* ---- the flow of a pipeline --------------------------------------------------------------- */

struct flow {
    struct scope *scope;
    node_id alive;   /* flag: rows that are there; NO_NODE: all */
    bool top;        /* the query's own pipeline: stages may end here */
    bool alone;      /* the step is one call and nothing else: it may end the stage */
    bool aggregated; /* behind an operator: free text has nothing to search */
};

void flow_filter(struct compiler *c, struct flow *flow, node_id flag);
void flow_bind(struct compiler *c, struct flow *flow, struct text name, struct operand value);
/* As functions with as= do: where there is no value an older one stays that the query itself made;
 * a field of the record by that name does not show through. */
void flow_replace(struct compiler *c, struct flow *flow, struct text name, struct operand value);
/* As := does: where the value is null the older one stays, the record's own too. */
void flow_assign(struct compiler *c, struct flow *flow, struct text name, struct operand value);

/* ---- scopes ------------------------------------------------------------------------------- */

/* Scopes are immutable layers over one another; a clause of a case starts from the layers it found
 * and what it adds is merged behind it. Look-ups are remembered per layer. */
struct scope *scope_bind(struct compiler *c, struct scope *below, struct text name,
                         struct operand value);
struct scope *scope_drop(struct compiler *c, struct scope *below, struct text name);
/* Only these names are left; columns in this order. */
struct scope *scope_only(struct compiler *c, struct scope *below, const struct text *names,
                         size_t count);
/* Names that a function makes of its data (parseJson): asked for each name. make gives false for a
 * name that is not its own; where the value is missing the older one stays. */
struct scope *scope_provide(struct compiler *c, struct scope *below,
                            bool (*make)(struct compiler *c, void *context, struct text name,
                                         struct operand *value),
                            void *context);
/* Clause i holds in the rows of taken[i] (disjoint); in no other row is there anything to see. */
struct scope *scope_merge(struct compiler *c, struct scope *below, struct scope *const *clauses,
                          const node_id *taken, size_t count);
/* The lowest layer: what a stage reads. find adds the field to the stage's program. `names` are its
 * columns in order, where they are known. */
struct scope *scope_bottom(struct compiler *c,
                           struct operand (*find)(struct compiler *c, void *context,
                                                  struct text name, bool wanted),
                           void *context, const struct text *names, size_t count);
/* What the name means. wanted: the query names it (and its absence from all records is news). */
struct operand scope_get(struct compiler *c, struct scope *scope, struct text name, bool wanted);
/* Whether the name is not the record's own: a step made it, or it is a column of an operator. */
bool scope_makes(struct compiler *c, const struct scope *scope, struct text name);
/* Whether there may be more names than scope_names knows: those of the records. */
bool scope_open(const struct scope *scope);
/* Where a row comes from: @file, @member, @offset, @length. No step of the query changes them when
 * evidence is asked for: the lowest layer answers. */
#define ORIGINS 5
extern const char *const scope_origins[ORIGINS];
bool scope_is_origin(const struct compiler *c, struct text name);
/* Whether each row of the scope is still one record's. */
bool scope_has_origin(struct compiler *c, struct scope *scope);
/* The lowest layer: names as the stage reads them. */
struct scope *scope_lowest(struct scope *scope);
/* The columns that are known to be there, in the order they came to be. */
size_t scope_names(struct compiler *c, struct scope *scope, struct text **names);

/* ---- names -------------------------------------------------------------------------------- */

/* A name that the query has or makes: one of a spelling. */
struct name {
    struct text text; /* NUL-terminated */
    uint32_t hash;
    unsigned mentioned, column; /* the plan, by number, that names it, or has it as a column */
};

/* Open addressing, at most half full. */
struct name_table {
    struct name **slots; /* [capacity], a power of two, or none */
    size_t count, capacity;
};

/* ---- the compiler ------------------------------------------------------------------------- */

/* A stage in the making. */
struct stage {
    struct program *program;
    struct flow flow; /* at its end, for stages behind that pass rows on */
    const struct operator_kind *kind;
    void *spec;
    struct text *columns;
    enum value_type *types; /* what the columns hold */
    enum value_type
        *printed; /* as what they are printed: a text may be a number or an older value */
    size_t column_count;
    struct stage *before; /* NULL: the archive */
};

struct parameter_value {
    struct text name;
    struct text value;
};

/* The steps behind the saved query that is being inlined. */
struct rest {
    struct text name; /* of the query */
    const struct step *next, *last;
    const struct rest *outer; /* NULL: it stands in the query itself */
};

/* A table that a call made: the same one when the call is followed again. */
struct made_table;
struct tune;
struct tune_facts;

struct compiler {
    struct name_table names;
    jmp_buf leave;       /* to trawl_query_compile */
    const char *gave_up; /* why */
    struct arena arena;
    struct owned *owned; /* objects that are freed with the compiler unless they are handed over */
    struct trawl_diagnostics *diagnostics;
    const struct trawl_query_options *options;
    struct syntax *syntax;
    struct trawl_plan *plan; /* tables and lookups are added as they are met */
    struct stage *stage;     /* the current one */
    struct text *mentioned;  /* names in the order the query has them */
    size_t mentioned_count, mentioned_capacity;
    struct named_table *tables;              /* of defineTable: functions_table.c */
    bool *used;                              /* [options->parameter_count]: the query asks for it */
    const struct parameter_value *arguments; /* of the saved query that is being inlined */
    size_t argument_count;
    unsigned depth;                 /* of saved queries in one another */
    unsigned saved_count;           /* saved queries so far */
    unsigned plan_count;            /* plans begun: the query and its sub-queries */
    unsigned plan_number;           /* the current one's, from 1 */
    const struct step *first, *at;  /* of the query's own pipeline: its begin, the current step */
    const struct step *next;        /* the step behind the one that is compiled; NULL: none */
    const struct step *last;        /* behind the last step of the query's own pipeline */
    const struct rest *rest;        /* NULL: no saved query is being inlined */
    bool took_next;                 /* set by a step that compiled the next one too */
    struct expansion *expansion;    /* the last that the step asked for; NULL: none */
    struct span filters;            /* source of the filters that were not yet made a step */
    struct text needs;              /* the first of compile_need; data NULL: nothing */
    int64_t now;                    /* ms since 1970: when the query was compiled */
    struct range range;             /* of the records that count */
    bool range_given;               /* by the options: the query's own does not count */
    struct tune_facts *tuning;      /* NULL: nothing is tuned */
    bool weaving;                   /* the second of two compilations */
    struct tune *tune;              /* NULL: nothing is tuned */
    struct made_table *made_tables; /* while something is tuned */
};

void compile_free(struct compiler *c);                /* what it holds, not the struct */
void *compile_alloc(struct compiler *c, size_t size); /* zeroed; never NULL */
/* Frees the object with the compiler, until it is disowned. NULL: out of memory is reported. */
void *compile_own(struct compiler *c, void *object, void (*destroy)(void *));
void compile_disown(struct compiler *c, void *object);
struct text compile_text(struct compiler *c, struct text text); /* a copy, NUL-terminated */
struct name *compile_name(struct compiler *c, struct text text);
struct text compile_printf(struct compiler *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Leaves for trawl_query_compile. `why` is an error of the query, kept until then. */
_Noreturn void compile_give_up(struct compiler *c, const char *why);
_Noreturn void compile_no_memory(struct compiler *c);
/* Leaves where the current stage's program takes no more: too much of something, or no memory. */
void compile_check(struct compiler *c);
struct program *compile_program(struct compiler *c); /* of the current stage */
/* Room for one more in an array from compile_alloc whose capacity is the next power of two. */
void *compile_grow(struct compiler *c, void *items, size_t count, size_t size);

/* Remembers that the query names the field. */
void compile_mention(struct compiler *c, struct text name);
/* The field as the query names it: scope_get, wanted and mentioned. */
struct operand compile_field(struct compiler *c, struct flow *flow, struct text name);

/* Per-row steps of a clause or of an aggregate's pipeline: no operators. */
void compile_clause(struct compiler *c, struct flow *flow, const struct pipeline *pipeline);
void compile_step(struct compiler *c, struct flow *flow, const struct step *step);
void compile_call(struct compiler *c, struct flow *flow, const struct call *call, struct text as,
                  struct span span);
/* Ends the stage: filters that are pending become its step, `kind` its operator (spec is taken).
 * The flow goes on in a new stage that sees `names`. */
void compile_end_stage(struct compiler *c, struct flow *flow, const struct operator_kind *kind,
                       void *spec, const struct text *names, const enum value_type *types,
                       size_t count);
/* The field as the archive has it. */
struct operand compile_archive_field(struct compiler *c, struct text name, bool wanted);
/* A column of the operator before the current stage, as a value. */
struct operand compile_column(struct compiler *c, const struct stage *before, size_t column);

/* Before the first step that does more than filter and compute: what the options ask for. */
void compile_dedupe(struct compiler *c, struct flow *flow);

/* ---- tuning (tune.h) ---------------------------------------------------------------------- */

/* Before a step that sorts, cuts, gathers or expands rows, and at the end: what entries do there.
 */
void compile_tune(struct compiler *c, struct flow *flow);
/* Behind a step of the query's own pipeline: it is followed again for entries that need that. */
void tune_note_step(struct compiler *c, const struct flow *before, const struct flow *flow,
                    const struct step *step);
/* A stage ended with the operator. */
void tune_note_operator(struct compiler *c, const struct operator_kind *kind);
/* Rows are sorted by the field. */
void tune_note_score(struct compiler *c, struct text field);
/* The value that the pipeline sets the name to, as the entries in force have it. */
struct operand tune_set(struct compiler *c, struct text name, struct operand value);
/* What the suppressed rows say of themselves, where these are the rows: columns that no step takes
 * away. */
#define TUNE_MARKS 2
extern const struct text tune_marks[TUNE_MARKS]; /* begin with @ */
bool tune_is_mark(const struct compiler *c, struct text name);
bool tune_marks_rows(const struct compiler *c); /* from here on they have them */

/* ---- operators that pass rows on (expand_stage.c) ----------------------------------------- */

/* Who makes the column of a name that is asked for. */
enum passing_claim {
    PASSING_NAME, /* nobody: the value of before the operator goes on */
    PASSING_MADE, /* the operator */
    PASSING_OVER, /* the operator, over the value of before */
};
/* What a stage ends with whose operator adds columns to rows and lets all others pass. Columns that
 * pass are found out when a later step asks for them, so the spec grows until the end. */
struct passing {
    const struct operator_kind *kind;
    void *spec;               /* taken */
    const struct text *names; /* columns that the operator makes in any case, the spec's first */
    const enum value_type *types;
    size_t count;
    /* NULL: PASSING_NAME for all. */
    enum passing_claim (*claim)(const void *context, struct text name);
    /* Adds a column to the spec. older: the output that has the value of before; SIZE_MAX: none. */
    void (*add)(struct compiler *c, void *context, struct text name, enum passing_claim claim,
                size_t older);
    void *context;
};
/* As compile_end_stage; names of before stay known, and open where they were open. */
void compile_expand_stage(struct compiler *c, struct flow *flow, const struct passing *passing);

struct expand_spec *compile_expand_spec(struct compiler *c, enum expand_kind kind);
void compile_expand_column(struct compiler *c, struct expand_spec *spec,
                           struct expand_column column);

/* Rows of a table that the step being compiled asks for: the stage ends behind the step. */
struct expansion;
/* Rows of the lookup that have the keys (taken), `names` the columns behind its key columns. keep:
 * rows of the flow without any go on. fill: what is missing in a row of the table is empty. */
void compile_rows_of(struct compiler *c, struct flow *flow, const struct lookup *lookup,
                     struct operand *keys, size_t key_count, const struct text *names, size_t count,
                     bool keep, bool fill, struct span span);
/* What was asked for since `before` was the last holds where the flag is true; other rows go on. */
void compile_rows_where(struct compiler *c, const struct expansion *before, node_id taken);
/* Behind each step. */
void compile_expansion(struct compiler *c, struct flow *flow);

/* How a column of the node is printed: a flag that went through an operator is still one, and a
 * number that stands in for an older value. */
enum value_type compile_printed(const struct stage *stage, node_id node);
/* An output of the current stage; equal (name, node) pairs are one. Returns its column. */
size_t compile_output(struct compiler *c, node_id node);
/* The time that rows are ranked by: a column of TYPE_TIME or TYPE_NUMBER (ms); SIZE_MAX: none. */
size_t compile_time_column(struct compiler *c, struct flow *flow);
/* A text's syntax, for as long as the compiler lives. */
struct syntax *compile_parse(struct compiler *c, struct text text,
                             struct trawl_diagnostics *diagnostics);
/* $name(arguments): the saved query's steps, in place. */
void compile_saved(struct compiler *c, struct flow *flow, const struct step *step);
/* What it consists of; NULL: it is not to be had, of which nothing is said here. */
const struct pipeline *compile_saved_pipeline(struct compiler *c, const struct call *call);
/* A query over the whole archive, with these result columns (NULL: its own). A sub-query's plan is
 * made beside the one that is being compiled. */
struct trawl_plan *compile_plan(struct compiler *c, const struct pipeline *pipeline,
                                const struct text *columns, size_t count);
/* The same with what `tail` adds at the end; its columns are those of the flow then. */
struct trawl_plan *compile_plan_with(struct compiler *c, const struct pipeline *pipeline,
                                     void (*tail)(struct compiler *c, struct flow *flow,
                                                  void *context),
                                     void *context);
/* Whether the name of a file stays below the folder that it is looked for in. */
bool compile_inside_folder(struct text name);
/* Something outside the query that a run needs and that is not there: a warning now, an error of
 * the hunt. */
void compile_need(struct compiler *c, struct span span, const char *hint, const char *what);
/* The flow at the archive, in a stage of its own. */
void compile_begin(struct compiler *c, struct flow *flow);
/* Steps one after the other, at the flow's place. */
void compile_steps(struct compiler *c, struct flow *flow, const struct pipeline *pipeline);
/* Steps of another pipeline have been compiled: on at the step where `outer`, a copy of the
 * compiler made before them, was. */
void compile_back_to(struct compiler *c, const struct compiler *outer);
/* The filters gathered so far become a step of the program. */
void compile_flush(struct compiler *c, struct flow *flow);

/* ---- filters, expressions ----------------------------------------------------------------- */

/* The flag of a filter. Names captured by a regex are bound in the flow, unless `plain` (below an
 * or or a not). */
node_id compile_filter(struct compiler *c, struct flow *flow, const struct filter *filter,
                       bool plain);
/* Whether the text of the field matches the pattern, as = does. */
node_id compile_pattern(struct compiler *c, struct flow *flow, struct operand field,
                        const struct value *pattern, bool plain);
node_id compile_glob(struct compiler *c, node_id text, struct text pattern, bool ignore_case);
/* A regex over the field: the flag; its named groups are bound in the flow unless `plain`. */
node_id compile_regex(struct compiler *c, struct flow *flow, node_id text, struct text regex,
                      unsigned flags, bool plain, struct span span);
/* A row for each match of the regex, with its named groups as columns: the stage ends here. strict:
 * rows without a match are dropped. */
void compile_matches(struct compiler *c, struct flow *flow, node_id text, struct text regex,
                     unsigned flags, uint64_t limit, bool strict, struct span span);
/* As lower() has it. */
struct text compile_folded(struct compiler *c, struct text text);
struct operand compile_value(struct compiler *c, struct flow *flow, const struct value *value);
/* A parameter as what it stands for; any other value as it is. */
const struct value *compile_resolve(struct compiler *c, const struct value *value);

/* ---- functions ---------------------------------------------------------------------------- */

enum parameter_kind {
    PARAM_FIELD,  /* a field's name; in expressions any expression */
    PARAM_FIELDS, /* one or an array of them */
    PARAM_TEXT,   /* a literal */
    PARAM_TEXTS,  /* one or an array of them */
    PARAM_NUMBER,
    PARAM_LIMIT,     /* a whole number, or max */
    PARAM_FLAG,      /* true, false */
    PARAM_REGEX,     /* /regex/flags, or a text */
    PARAM_SPAN,      /* 15m, "1 hour" */
    PARAM_CHOICE,    /* one of `choices`, separated by | */
    PARAM_CHOICES,   /* one or an array of them */
    PARAM_VALUE,     /* an expression */
    PARAM_CONDITION, /* an expression whose truth is asked for */
    PARAM_FUNCTIONS, /* an aggregate, an array of them, a pipeline */
    PARAM_PIPELINE,
    PARAM_ANY, /* the function looks itself */
};

struct parameter {
    const char *name;
    enum parameter_kind kind;
    const char *fallback; /* as it would be written; NULL: none */
    bool required;
    const char *choices;
    bool ignored; /* known, without effect here: a warning where it is given */
};
#define REQUIRED(name, kind) \
    { name, kind, NULL, true, NULL, false }
#define OPTIONAL(name, kind, fallback) \
    { name, kind, fallback, false, NULL, false }
#define ONE_OF(name, fallback, choices) \
    { name, PARAM_CHOICE, fallback, false, choices, false }
#define SOME_OF(name, fallback, choices) \
    { name, PARAM_CHOICES, fallback, false, choices, false }
#define IGNORED(name, kind) \
    { name, kind, NULL, false, NULL, true }

struct aggregates; /* what a group operator computes, in the making: functions_group.c */

struct function {
    const char *name; /* as documented; calls are matched without regard to case */
    const char *group, *synopsis, *summary;
    const char *differs; /* NULL: as the language's owner has it */
    /* The first is the positional one; ended by a NULL name. NULL: the names are the caller's. */
    const struct parameter *parameters;
    /* What the function can be; NULL where it cannot. */
    node_id (*test)(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                    bool plain); /* a filter */
    struct operand (*value)(struct compiler *c, struct flow *flow,
                            const struct arguments *arguments); /* a value; a step with `as` */
    void (*aggregate)(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                      struct aggregates *aggregates); /* of a group; as a step: of all rows */
    void (*step)(struct compiler *c, struct flow *flow, const struct arguments *arguments);
    bool ends;         /* a step that ends a stage: not inside clauses */
    bool keeps;        /* assigned, a null value keeps the older one */
    bool many_unnamed; /* by extension several unnamed arguments, in the order of the parameters */
    const char *instead;         /* the function is known and not supported: what to use */
    const struct scalar *scalar; /* of value_of_scalar */
    int which;                   /* for callbacks that serve several functions */
};

/* An aggregate as a step of its own, and [aggregates]: of all rows. */
void group_all(struct compiler *c, struct flow *flow, const struct function *function,
               const struct arguments *arguments);
void group_stats(struct compiler *c, struct flow *flow, const struct value *calls);

const struct function *function_find(struct text name);
/* A hint: what was meant, or where the functions are listed. */
const char *function_nearest(struct compiler *c, struct text name);
/* For syntax_parse. */
bool function_filters(struct text name);
/* The families, each ended by a NULL name. */
extern const struct function functions_filter[], functions_value[], functions_text[],
    functions_pattern[], functions_time[], functions_number[], functions_array[],
    functions_structure[], functions_fields[], functions_group[], functions_order[],
    functions_table[], functions_place[], functions_sequence[], functions_known[];

/* A node that calls the scalar over these operands. data is taken. identity: what tells the data
 * from another of the scalar. */
struct operand call_scalar(struct compiler *c, const struct scalar *scalar, void *data,
                           struct text identity, const struct operand *operands, size_t count);
/* Keeps the data until call_scalar takes it: what stands between may leave the compiler. NULL: out
 * of memory. */
void scalar_data(struct compiler *c, const struct scalar *scalar, void *data);
/* A value callback for functions whose parameters, up to the one called as, are the arguments of
 * the function's scalar. */
struct operand value_of_scalar(struct compiler *c, struct flow *flow,
                               const struct arguments *arguments);
/* The array as JSON text that is called name[] (name may be written with or without the []). */
struct operand compile_array(struct compiler *c, struct flow *flow, struct text name,
                             struct span span);

/* Binds the array: name[], its elements name[0], name[1], ..., and name, joined with a comma. */
void bind_array(struct compiler *c, struct flow *flow, struct text name, struct operand array);
/* The path of a file in the folder of lookups; data NULL: reported. */
struct text lookup_path(struct compiler *c, struct text file, struct span span);
/* The columns of a table of defineTable; false: there is none of the name. */
bool table_columns(struct compiler *c, struct text name, const struct text **columns,
                   size_t *count);
/* Makes its rows, with these columns, some of those that stand in place of the archive. */
void table_gather(struct compiler *c, struct text name, const struct text *columns, size_t count);
/* cidr(file=, column=): adds the networks of the file. False: reported. */
bool lookup_networks(struct compiler *c, const struct arguments *arguments,
                     struct networks *networks);

/* ---- arguments ---------------------------------------------------------------------------- */

struct arguments {
    struct compiler *c;
    struct flow *flow; /* for fields */
    const struct function *function;
    const struct call *call;
    const struct value **values; /* [parameter]; NULL: not given */
    struct text as;              /* data NULL: not assigned */
};

/* Matches the call's arguments with the parameters and checks each literal; false: reported. `as`:
 * the name the result is assigned to. */
bool arguments_bind(struct compiler *c, struct flow *flow, const struct function *function,
                    const struct call *call, struct text as, struct arguments *arguments);
bool arguments_has(const struct arguments *arguments, const char *name);
/* The value as written, parameters resolved; NULL: not given. */
const struct value *arguments_value(const struct arguments *arguments, const char *name);
struct span arguments_span(const struct arguments *arguments, const char *name);
/* Literals, or the fallback. A text that is not given has data NULL. */
struct text arguments_text(const struct arguments *arguments, const char *name);
bool arguments_flag(const struct arguments *arguments, const char *name);
double arguments_number(const struct arguments *arguments, const char *name);  /* NAN: not given */
uint64_t arguments_limit(const struct arguments *arguments, const char *name); /* max: UINT64_MAX */
int64_t arguments_span_ms(const struct arguments *arguments, const char *name); /* 0: not given */
int64_t arguments_span_ns(const struct arguments *arguments,
                          const char *name); /* no more fits: most */
size_t arguments_texts(const struct arguments *arguments, const char *name, struct text **texts);
/* The pattern and flags of a regex; flags=, given as a text, are added by the caller. */
struct text arguments_regex(const struct arguments *arguments, const char *name, unsigned *flags);
unsigned regex_flags(struct compiler *c, struct span span, struct text letters);
/* The name of the result: as=, the assignment, or the fallback. */
struct text arguments_as(const struct arguments *arguments);
/* Field names: arrays too. */
size_t arguments_fields(const struct arguments *arguments, const char *name, struct text **names);
/* Where the names of fields may hold no *. True: one does, and it is reported. */
bool arguments_refuse_star(const struct arguments *arguments, const struct text *names,
                           size_t count);
/* What a PARAM_FIELD or PARAM_VALUE gives. */
struct operand arguments_operand(const struct arguments *arguments, const char *name);
/* A value with as little as a word, text or number in it, as a text; data NULL: it is none. */
struct text value_literal(const struct value *value);

#endif
