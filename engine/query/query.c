/* query.c - a query as a whole: its text to a plan, sub-queries. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/error.h"
#include "engine/query/tune.h"

#define MOST_PLANS 1000 /* sub-queries, each as often as it is used */

/* ---- the end of a pipeline ---------------------------------------------------------------- */

struct columns {
    const struct text *names;
    size_t count;
};

static bool is_pseudo(struct text name) {
    return text_equal(name, text_of("@timestamp")) || text_equal(name, text_of("@rawstring"));
}

/* What is added at the end. */
static bool is_hidden(const struct compiler *c, struct text name) {
    return scope_is_origin(c, name) || tune_is_mark(c, name);
}

/* Of records that nothing gathered: when, what the query speaks of, and the record itself. */
static struct columns record_columns(struct compiler *c, struct flow *flow) {
    struct text *names = compile_alloc(c, (c->mentioned_count + 2) * sizeof *names);
    size_t count = 0;
    node_id missing = operand_missing(c).node;
    names[count++] = text_of("@timestamp");
    for (size_t i = 0; i < c->mentioned_count; i++) {
        struct text name = c->mentioned[i];
        bool dropped = scope_get(c, flow->scope, name, false).node == missing;
        if (!is_pseudo(name) && !is_hidden(c, name) && !dropped) names[count++] = name;
    }
    names[count++] = text_of("@rawstring");
    return (struct columns){names, count};
}

static struct columns own_columns(struct compiler *c, struct flow *flow) {
    struct text *names;
    if (scope_open(flow->scope)) return record_columns(c, flow);
    size_t count = scope_names(c, flow->scope, &names), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_hidden(c, names[i])) names[kept++] = names[i];
    return (struct columns){names, kept};
}

static bool has_column(struct compiler *c, struct text name) {
    return compile_name(c, name)->column == c->plan_number;
}

/* Once for each name. */
static void add_column(struct compiler *c, struct text column, node_id node) {
    struct stage *stage = c->stage;
    struct name *name = compile_name(c, column);
    if (name->column == c->plan_number) return;
    name->column = c->plan_number;
    size_t output = program_output(stage->program, name->text.data, node);
    compile_check(c);
    stage->columns[stage->column_count] = name->text;
    stage->types[stage->column_count++] =
        compile_printed(stage, stage->program->outputs[output].node);
}

/* Where each row comes from: file, or @file where the row has a column of that name; and whether
 * it is a copy, which result.c finds out. */
static void add_origins(struct compiler *c, struct flow *flow) {
    enum { OFFSET = 2, LENGTH }; /* numbers */
    if (!c->options->evidence) return;
    if (!scope_has_origin(c, flow->scope)) {
        diagnose_warning(c->diagnostics, (struct span){0, 0}, NULL,
                         "rows of this query are no single records: they have no evidence");
        return;
    }
    size_t before = c->stage->column_count;
    for (size_t i = 0; i < ORIGINS; i++) {
        struct text name = text_of(scope_origins[i]), plain = text_of(scope_origins[i] + 1);
        node_id node = scope_get(c, flow->scope, name, false).node;
        if (i == OFFSET || i == LENGTH) node = program_to_number(c->stage->program, node);
        add_column(c, has_column(c, plain) ? name : plain, node);
    }
    if (c->stage->column_count < before + ORIGINS) return; /* the query has such columns itself */
    struct text copy = text_of("@copy"), plain = text_of("copy");
    add_column(c, has_column(c, plain) ? copy : plain, program_flag(c->stage->program, false));
    c->plan->evidence = before + 1;
}

/* Who suppressed the row, and why: @ before the name where the row has a column of it. */
static void add_marks(struct compiler *c, struct flow *flow) {
    for (size_t i = 0; tune_marks_rows(c) && i < TUNE_MARKS; i++) {
        struct text plain = text_of(tune_marks[i].data + 1);
        node_id node = scope_get(c, flow->scope, tune_marks[i], false).node;
        add_column(c, has_column(c, plain) ? tune_marks[i] : plain, node);
    }
}

/* The outputs of the last stage, and with them its columns. */
static void end_plan(struct compiler *c, struct flow *flow, struct columns columns, bool whole) {
    struct stage *stage = c->stage;
    size_t most = columns.count + TUNE_MARKS + ORIGINS + 1;
    stage->columns = compile_alloc(c, most * sizeof *stage->columns);
    stage->types = compile_alloc(c, most * sizeof *stage->types);
    for (size_t i = 0; i < columns.count; i++) {
        if (has_column(c, columns.names[i])) continue;
        struct operand value = scope_get(c, flow->scope, columns.names[i], false);
        add_column(c, columns.names[i],
                   value.known == NO_NODE ? value.node : operand_text(c, value));
    }
    if (whole) add_marks(c, flow);
    if (whole) add_origins(c, flow);
}

/* ---- stages to a plan --------------------------------------------------------------------- */

static bool finish_stage(struct compiler *c, struct plan_stage *to, struct stage *from) {
    struct trawl_error error = {0};
    *to = (struct plan_stage){.program = from->program, .kind = from->kind, .spec = from->spec};
    compile_disown(c, from->program);
    compile_disown(c, from->spec);
    if (program_finish(to->program, &error) == TRAWL_MEMORY) compile_no_memory(c);
    if (error.status != TRAWL_OK) {
        diagnose_error(c->diagnostics, (struct span){0, 0}, NULL, "%s", error.message);
        return false;
    }
    to->columns = calloc(from->column_count + 1, sizeof *to->columns);
    if (!to->columns) compile_no_memory(c);
    for (; to->column_count < from->column_count; to->column_count++) {
        struct plan_column *column = &to->columns[to->column_count];
        column->type = from->types[to->column_count];
        column->name = strdup(from->columns[to->column_count].data);
        if (!column->name) compile_no_memory(c);
    }
    return true;
}

/* What the ledger counts of the first stage: the score and the time that rows are ranked by. */
static void note_ranking(struct trawl_plan *plan) {
    const struct plan_stage *first = &plan->stages[0];
    plan->score_column = plan->time_column = SIZE_MAX;
    if (first->kind != &operator_sort) return;
    const struct sort_spec *spec = first->spec;
    const struct program *p = first->program;
    if (spec->time_column != SIZE_MAX &&
        program_type(p, p->outputs[spec->time_column].node) == TYPE_TIME)
        plan->time_column = spec->time_column;
    if (spec->key_count && program_type(p, p->outputs[spec->keys[0].column].node) == TYPE_NUMBER)
        plan->score_column = spec->keys[0].column;
}

/* Rows out of the range go no further, before anything else is asked. Those whose time cannot be
 * read stay: what is not looked at is not found. The program is the archive's. */
static void keep_range(struct compiler *c, struct trawl_plan *plan, struct program *p) {
    struct buffer label = {0};
    if (range_is_all(c->range) || plan->given) return;
    plan->ranged = true;
    plan->range = c->range;
    node_id time = program_millis(p, program_time(p, program_field_weak(p, "timestamp")));
    node_id flag = program_flag(p, true);
    if (c->range.since != INT64_MIN)
        flag = program_not(
            p, program_compare(p, NODE_LESS, time, program_number(p, (double)c->range.since)));
    if (c->range.until != INT64_MAX)
        flag = program_and(
            p, flag,
            program_not(p, program_compare(p, NODE_LESS_EQUAL,
                                           program_number(p, (double)c->range.until), time)));
    buffer_printf(&label, "event time ");
    range_print(c->range, &label);
    buffer_append_char(&label, '\0');
    if (!label.failed) program_keep_first(p, flag, program_present(p, time), label.data);
    bool failed = label.failed;
    buffer_free(&label);
    if (failed) compile_no_memory(c);
}

static void explain(struct compiler *c, struct trawl_plan *plan) {
    struct buffer out = {0};
    plan_explain(plan, &out);
    buffer_append_char(&out, '\0');
    if (out.failed) {
        buffer_free(&out);
        compile_no_memory(c);
    }
    plan->explanation = out.data;
}

static void finish_plan(struct compiler *c, struct trawl_plan *plan) {
    size_t count = 0;
    for (struct stage *stage = c->stage; stage; stage = stage->before) count++;
    plan->stages = calloc(count, sizeof *plan->stages);
    if (!plan->stages) compile_no_memory(c);
    plan->stage_count = count;
    struct stage **stages = compile_alloc(c, count * sizeof *stages);
    for (struct stage *stage = c->stage; stage; stage = stage->before) stages[--count] = stage;
    tune_finish(c, plan, stages);
    keep_range(c, plan, stages[0]->program);
    bool good = true;
    for (size_t i = 0; i < plan->stage_count; i++)
        good = finish_stage(c, &plan->stages[i], stages[i]) && good;
    if (!good || diagnostics_failed(c->diagnostics)) return;
    note_ranking(plan);
    explain(c, plan);
}

/* ---- compiling ---------------------------------------------------------------------------- */

static void destroy_plan(void *plan) {
    trawl_plan_free(plan);
}

/* What a query ends with. */
struct ending {
    const struct text *columns; /* NULL: its own */
    size_t count;
    void (*tail)(struct compiler *c, struct flow *flow, void *context);
    void *context;
};

static struct trawl_plan *compile_ending(struct compiler *c, const struct pipeline *pipeline,
                                         struct ending ending) {
    struct compiler outer = *c;
    struct trawl_plan *plan = compile_own(c, calloc(1, sizeof *plan), destroy_plan);
    struct flow flow;
    c->plan = plan;
    c->plan_number = ++c->plan_count;
    c->mentioned = NULL;
    c->mentioned_count = 0;
    c->filters = (struct span){0, 0};
    c->expansion = NULL;
    c->rest = NULL;
    compile_begin(c, &flow);
    if (c->plan_count <= MOST_PLANS)
        compile_steps(c, &flow, pipeline);
    else
        diagnose_error(c->diagnostics, pipeline->span, NULL,
                       "the query makes more than %d sub-queries", MOST_PLANS);
    if (ending.tail) ending.tail(c, &flow, ending.context);
    compile_flush(c, &flow);
    compile_tune(c, &flow);
    compile_dedupe(c, &flow);
    end_plan(
        c, &flow,
        ending.columns ? (struct columns){ending.columns, ending.count} : own_columns(c, &flow),
        outer.plan == NULL);
    finish_plan(c, plan);
    c->plan = outer.plan;
    c->plan_number = outer.plan_number;
    c->stage = outer.stage;
    c->mentioned = outer.mentioned;
    c->mentioned_count = outer.mentioned_count;
    c->filters = outer.filters;
    c->expansion = outer.expansion;
    compile_back_to(c, &outer);
    return plan;
}

struct trawl_plan *compile_plan(struct compiler *c, const struct pipeline *pipeline,
                                const struct text *columns, size_t count) {
    return compile_ending(c, pipeline, (struct ending){.columns = columns, .count = count});
}

struct trawl_plan *compile_plan_with(struct compiler *c, const struct pipeline *pipeline,
                                     void (*tail)(struct compiler *c, struct flow *flow,
                                                  void *context),
                                     void *context) {
    return compile_ending(c, pipeline, (struct ending){.tail = tail, .context = context});
}

void compile_need(struct compiler *c, struct span span, const char *hint, const char *what) {
    diagnose_warning(c->diagnostics, span, hint, "to run it the query needs %s", what);
    if (!c->needs.data) c->needs = compile_text(c, text_of(what));
}

static void destroy_syntax(void *syntax) {
    syntax_free(syntax);
}

struct syntax *compile_parse(struct compiler *c, struct text text,
                             struct trawl_diagnostics *diagnostics) {
    struct syntax *syntax =
        syntax_parse(text.data, text.length, c->options->strict, function_filters, diagnostics);
    return compile_own(c, syntax, destroy_syntax);
}

/* Where the compiler comes back to when it gave up: it has left whatever it was in. Places inside a
 * saved query are in another text. */
static struct trawl_plan *given_up(struct compiler *c, struct trawl_diagnostics *diagnostics) {
    bool own = diagnostics == c->diagnostics && c->at;
    diagnose_error(diagnostics, own ? c->at->span : (struct span){0, 0}, NULL, "%s", c->gave_up);
    return NULL;
}

/* What was given and is not asked for is a slip: the ?name it was meant for has another name. */
static void check_parameters(struct compiler *c) {
    for (size_t i = 0; i < c->options->parameter_count; i++)
        if (c->options->parameters_used)
            c->options->parameters_used[i] |= c->used[i];
        else if (!c->used[i])
            diagnose_warning(c->diagnostics, (struct span){0, 0}, NULL,
                             "the query has no parameter ?%s", c->options->parameters[i].name);
}

static struct trawl_plan *compile(struct compiler *c, const char *name, const char *text,
                                  size_t length) {
    struct trawl_diagnostics *const diagnostics = c->diagnostics;
    if (setjmp(c->leave)) return given_up(c, diagnostics);
    if (c->tuning) c->tune = tune_new(c, c->tuning, c->weaving);
    c->syntax = compile_parse(c, (struct text){text, length}, c->diagnostics);
    c->used = compile_alloc(c, c->options->parameter_count + 1);
    struct trawl_plan *plan = compile_plan(c, syntax_pipeline(c->syntax), NULL, 0);
    check_parameters(c);
    if (diagnostics_failed(c->diagnostics)) return NULL;
    plan->name = strdup(name);
    if (c->needs.data) plan->needs = strdup(c->needs.data);
    if (!plan->name || (c->needs.data && !plan->needs)) compile_no_memory(c);
    compile_disown(c, plan);
    return plan;
}

/* The compiler at its begin. */
static struct compiler compiler_new(const struct trawl_query_options *options,
                                    struct trawl_diagnostics *diagnostics) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct compiler c = {
        .diagnostics = diagnostics,
        .options = options,
        .now = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000,
        .range = range_all,
    };
    c.range_given = options->since || options->until;
    if (options->since) c.range.since = options->since;
    if (options->until) c.range.until = options->until;
    return c;
}

/* Twice: the first plan only shows where the second one is to be tuned. */
static struct trawl_plan *compile_tuned(const char *name, const char *text, size_t length,
                                        const struct trawl_query_options *options,
                                        struct trawl_diagnostics *diagnostics) {
    struct tune_facts facts;
    bool good = tune_facts_init(&facts, options->tuning_count);
    if (!good) diagnose_error(diagnostics, (struct span){0, 0}, NULL, "out of memory");
    struct trawl_plan *plan = NULL;
    for (int weaving = 0; good && weaving <= 1; weaving++) {
        struct compiler c = compiler_new(options, diagnostics);
        trawl_plan_free(plan);
        c.tuning = &facts;
        c.weaving = weaving;
        plan = compile(&c, name, text, length);
        compile_free(&c);
        good = plan != NULL;
    }
    tune_facts_free(&facts);
    return plan;
}

struct trawl_plan *trawl_query_compile(const char *name, const char *text, size_t length,
                                       const struct trawl_query_options *options,
                                       struct trawl_diagnostics **diagnostics) {
    static const struct trawl_query_options defaults;
    *diagnostics = diagnostics_new(text, length);
    if (!*diagnostics) return NULL;
    if (!options) options = &defaults;
    if (options->tuning_count || options->suppressed)
        return compile_tuned(name, text, length, options, *diagnostics);
    struct compiler c = compiler_new(options, *diagnostics);
    struct trawl_plan *plan = compile(&c, name, text, length);
    compile_free(&c);
    return plan;
}
