/* compile.c - pipelines: step after step, from the archive to the rows. */
#include "engine/query/compile.h"

#include <stdio.h>
#include <stdlib.h>

#define LABEL_LENGTH 100 /* of a step in the ledger, in bytes */

struct program *compile_program(struct compiler *c) {
    return c->stage->program;
}

bool compile_inside_folder(struct text name) {
    return name.length && name.data[0] != '/' && !memmem(name.data, name.length, "..", 2);
}

/* ---- names -------------------------------------------------------------------------------- */

void compile_mention(struct compiler *c, struct text text) {
    struct name *name = compile_name(c, text);
    if (name->mentioned == c->plan_number) return;
    name->mentioned = c->plan_number;
    c->mentioned = compile_grow(c, c->mentioned, c->mentioned_count, sizeof *c->mentioned);
    c->mentioned[c->mentioned_count++] = name->text;
}

struct operand compile_field(struct compiler *c, struct flow *flow, struct text name) {
    compile_mention(c, name);
    return scope_get(c, flow->scope, name, true);
}

/* ---- flows -------------------------------------------------------------------------------- */

void flow_filter(struct compiler *c, struct flow *flow, node_id flag) {
    flow->alive =
        flow->alive == NO_NODE ? flag : program_and(compile_program(c), flow->alive, flag);
}

void flow_bind(struct compiler *c, struct flow *flow, struct text name, struct operand value) {
    compile_mention(c, name);
    if (c->tune) value = tune_set(c, name, value);
    flow->scope = scope_bind(c, flow->scope, name, value);
}

void flow_assign(struct compiler *c, struct flow *flow, struct text name, struct operand value) {
    struct program *p = compile_program(c);
    node_id known = operand_known(c, value);
    if (!program_is_flag(p, known, true) &&
        !(operand_type(c, value) != TYPE_FLAG && program_always(p, value.node))) {
        struct operand older = scope_get(c, flow->scope, name, false);
        value = operand_select(c, known, value, older);
    }
    flow_bind(c, flow, name, value);
}

void flow_replace(struct compiler *c, struct flow *flow, struct text name, struct operand value) {
    if (scope_makes(c, flow->scope, name))
        flow_assign(c, flow, name, value);
    else
        flow_bind(c, flow, name, value);
}

/* ---- stages ------------------------------------------------------------------------------- */

struct operand compile_archive_field(struct compiler *c, struct text name, bool wanted) {
    struct program *p = compile_program(c);
    bool is_time = text_equal(name, text_of("@timestamp"));
    const char *field = is_time ? "timestamp" : compile_text(c, name).data;
    node_id node = wanted ? program_field(p, field) : program_field_weak(p, field);
    if (is_time) return operand_of(program_millis(p, program_time(p, node)));
    return operand_of(node);
}

static struct operand archive_field(struct compiler *c, void *context, struct text name,
                                    bool wanted) {
    (void)context;
    return compile_archive_field(c, name, wanted);
}

struct operand compile_column(struct compiler *c, const struct stage *before, size_t column) {
    struct program *p = compile_program(c);
    node_id node = program_field(p, before->columns[column].data);
    if (before->types[column] == TYPE_NUMBER) return operand_of(program_to_number(p, node));
    return operand_of(node);
}

/* A column of the operator before the stage; there is nothing else. */
static struct operand column_field(struct compiler *c, void *context, struct text name,
                                   bool wanted) {
    const struct stage *before = context;
    (void)wanted;
    for (size_t i = 0; i < before->column_count; i++)
        if (text_equal(before->columns[i], name)) return compile_column(c, before, i);
    return operand_missing(c);
}

static void destroy_program(void *program) {
    program_free(program);
}

static struct stage *stage_new(struct compiler *c, struct stage *before) {
    struct stage *stage = compile_alloc(c, sizeof *stage);
    stage->before = before;
    stage->program = compile_own(c, program_new(), destroy_program);
    return stage;
}

void compile_begin(struct compiler *c, struct flow *flow) {
    c->stage = stage_new(c, NULL);
    *flow = (struct flow){
        .scope = scope_bottom(c, archive_field, NULL, NULL, 0), .alive = NO_NODE, .top = true};
}

size_t compile_output(struct compiler *c, node_id node) {
    struct program *p = compile_program(c);
    char name[32];
    for (size_t i = 0; i < p->output_count; i++)
        if (p->outputs[i].node == node) return i;
    snprintf(name, sizeof name, "#%zu", p->output_count); /* no column of the result */
    size_t output = program_output(p, name, node);
    compile_check(c);
    return output;
}

size_t compile_time_column(struct compiler *c, struct flow *flow) {
    struct program *p = compile_program(c);
    struct operand time = scope_get(c, flow->scope, text_of("@timestamp"), false);
    if (time.node == NO_NODE || time.node >= p->node_count) return SIZE_MAX;
    /* What select() left out is no column any more, and rows are still ranked by it. */
    if (p->nodes[time.node].op == NODE_MISSING && !c->stage->before)
        time = compile_archive_field(c, text_of("@timestamp"), false);
    if (time.node == NO_NODE || p->nodes[time.node].op == NODE_MISSING) return SIZE_MAX;
    /* In full precision where it is the record's own. */
    if (p->nodes[time.node].op == NODE_MILLIS) time.node = p->nodes[time.node].a;
    if (program_type(p, time.node) == TYPE_TEXT) time.node = program_to_number(p, time.node);
    return compile_output(c, time.node);
}

void compile_flush(struct compiler *c, struct flow *flow) {
    if (flow->alive == NO_NODE || !flow->top) return;
    struct text source = syntax_source(c->syntax, c->filters);
    char label[LABEL_LENGTH + 4];
    size_t length = 0;
    for (size_t i = 0; i < source.length && length < LABEL_LENGTH; i++) {
        bool space = source.data[i] == ' ' || source.data[i] == '\n' || source.data[i] == '\t' ||
                     source.data[i] == '\r';
        if (space && (length == 0 || label[length - 1] == ' ')) continue;
        label[length++] = space ? ' ' : source.data[i];
    }
    if (length == LABEL_LENGTH) {
        while (length && ((unsigned char)label[length - 1] & 0xC0) == 0x80) length--;
        if (length && (unsigned char)label[length - 1] >= 0xC0) length--;
        memcpy(label + length, "...", 3);
        length += 3;
    }
    label[length] = '\0';
    program_keep(compile_program(c), flow->alive, label);
    flow->alive = NO_NODE;
    c->filters = (struct span){0, 0};
}

/* Rows are about to leave for an operator. */
static void compile_leave(struct compiler *c, struct flow *flow) {
    compile_flush(c, flow);
    compile_tune(c, flow);
    compile_dedupe(c, flow);
}

static void note_filter(struct compiler *c, struct span span) {
    if (c->filters.length == 0) {
        c->filters = span;
        return;
    }
    c->filters.length = span.offset + span.length - c->filters.offset;
}

/* A number, or an older value where there is none. */
static bool is_number_or_older(const struct program *p, node_id node) {
    while (p->nodes[node].op == NODE_SELECT) node = p->nodes[node].operands[1];
    return p->nodes[node].op == NODE_TO_TEXT && program_type(p, p->nodes[node].a) == TYPE_NUMBER;
}

enum value_type compile_printed(const struct stage *stage, node_id node) {
    enum value_type type = program_type(stage->program, node);
    if (type != TYPE_TEXT || node == NO_NODE) return type;
    const struct node *leaf = &stage->program->nodes[node];
    if (is_number_or_older(stage->program, node)) return TYPE_NUMBER;
    if (leaf->op != NODE_FIELD || !stage->before) return type;
    const char *name = stage->program->fields[leaf->index].name;
    for (size_t i = 0; i < stage->before->column_count; i++)
        if (text_equal(stage->before->columns[i], text_of(name))) return stage->before->printed[i];
    return type;
}

void compile_end_stage(struct compiler *c, struct flow *flow, const struct operator_kind *kind,
                       void *spec, const struct text *names, const enum value_type *types,
                       size_t count) {
    compile_flush(c, flow);
    struct stage *stage = c->stage;
    stage->flow = *flow;
    stage->kind = kind;
    stage->spec = spec;
    tune_note_operator(c, kind);
    stage->columns = compile_alloc(c, (count + 1) * sizeof *stage->columns);
    stage->types = compile_alloc(c, (count + 1) * sizeof *stage->types);
    stage->printed = compile_alloc(c, (count + 1) * sizeof *stage->printed);
    for (size_t i = 0; i < count; i++) {
        stage->columns[i] = compile_text(c, names[i]);
        stage->types[i] = stage->printed[i] = types[i];
    }
    stage->column_count = count;
    c->stage = stage_new(c, stage);
    *flow = (struct flow){.scope = scope_bottom(c, column_field, stage, stage->columns, count),
                          .alive = NO_NODE,
                          .top = true,
                          .aggregated = true};
}

/* ---- steps -------------------------------------------------------------------------------- */

static void unknown_function(struct compiler *c, const struct call *call) {
    diagnose_error(c->diagnostics, call->name_span, function_nearest(c, call->name),
                   "there is no function %.*s", (int)call->name.length, call->name.data);
}

static void compile_filter_step(struct compiler *c, struct flow *flow, node_id flag,
                                struct span span) {
    note_filter(c, span);
    flow_filter(c, flow, flag);
}

void compile_call(struct compiler *c, struct flow *flow, const struct call *call, struct text as,
                  struct span span) {
    const struct function *function = function_find(call->name);
    struct arguments arguments;
    if (!function) {
        unknown_function(c, call);
        return;
    }
    if (function->instead) {
        diagnose_error(c->diagnostics, call->name_span, function->instead,
                       "trawl does not have %s()", function->name);
        return;
    }
    if ((function->ends || (function->aggregate && !function->step)) && !flow->top) {
        diagnose_error(c->diagnostics, call->name_span, "put it behind the case",
                       "%s() ends the stream of records: it cannot stand inside a clause",
                       function->name);
        return;
    }
    if (!arguments_bind(c, flow, function, call, as, &arguments)) return;
    if (function->step) {
        if (function->ends) compile_leave(c, flow);
        function->step(c, flow, &arguments);
    } else if (function->aggregate) {
        compile_leave(c, flow);
        group_all(c, flow, function, &arguments);
    } else if (function->test && !as.data) {
        flow->alone = flow->top && !call->negated;
        node_id flag = function->test(c, flow, &arguments, call->negated);
        flow->alone = false;
        if (call->negated) flag = program_not(compile_program(c), flag);
        compile_filter_step(c, flow, flag, span);
    } else if (function->value) {
        struct operand value = function->value(c, flow, &arguments);
        struct text name = arguments_as(&arguments);
        bool asks =
            operand_type(c, value) == TYPE_FLAG && !as.data && !arguments_has(&arguments, "as");
        if (asks)
            compile_filter_step(
                c, flow, call->negated ? program_not(compile_program(c), value.node) : value.node,
                span);
        else if (!name.data)
            diagnose_error(c->diagnostics, call->span, "name := function(...)",
                           "%s() computes a value: it needs a name for it", function->name);
        else if (function->keeps)
            flow_assign(c, flow, name, value);
        else
            flow_replace(c, flow, name, value);
    } else {
        struct operand value = operand_of(function->test(c, flow, &arguments, true));
        flow_bind(c, flow, as, value);
    }
}

/* `field` := value: in each row another field, the one that the text of `field` names. */
struct indirect {
    node_id target;
    struct operand value;
};

static bool make_indirect(struct compiler *c, void *context, struct text name,
                          struct operand *value) {
    const struct indirect *indirect = context;
    node_id named = program_in(compile_program(c), indirect->target, &name, 1);
    if (program_is_flag(compile_program(c), named, false)) return false;
    *value = operand_select(c, named, indirect->value, operand_missing(c));
    return true;
}

static void compile_indirect(struct compiler *c, struct flow *flow, const struct step *step) {
    struct indirect *indirect = compile_alloc(c, sizeof *indirect);
    indirect->target = operand_text(c, compile_field(c, flow, step->name));
    indirect->value = compile_value(c, flow, step->value);
    flow->scope = scope_provide(c, flow->scope, make_indirect, indirect);
}

static void compile_assign(struct compiler *c, struct flow *flow, const struct step *step) {
    if (step->indirect) {
        compile_indirect(c, flow, step);
        return;
    }
    if (step->value->kind == VALUE_CALL) {
        compile_call(c, flow, step->value->call, step->name, step->span);
        return;
    }
    flow_assign(c, flow, step->name, compile_value(c, flow, step->value));
}

static node_id guard_flag(struct compiler *c, struct flow *flow, const struct step *step,
                          const struct value *guard) {
    struct program *p = compile_program(c);
    if (guard->kind == VALUE_STAR ||
        (guard->kind == VALUE_WORD && text_equal(guard->text, text_of("true"))))
        return program_flag(p, true);
    if (guard->kind == VALUE_CALL) {
        struct call call = *guard->call;
        call.field = step->name;
        struct filter filter = {.kind = FILTER_CALL, .span = guard->span, .call = &call};
        return compile_filter(c, flow, &filter, false);
    }
    return compile_pattern(c, flow, compile_field(c, flow, step->name), guard, false);
}

/* The first clause that lets a row through has it, with what the clause changed. */
static void compile_clauses(struct compiler *c, struct flow *flow, const struct step *step) {
    struct program *p = compile_program(c);
    size_t count = step->clause_count;
    if (count == 0) {
        diagnose_error(c->diagnostics, step->span, "{ pattern => steps; * => steps }",
                       "there is no clause that could let a row through");
        return;
    }
    struct scope **scopes = compile_alloc(c, count * sizeof *scopes);
    node_id *taken = compile_alloc(c, count * sizeof *taken);
    node_id any = program_flag(p, false);
    for (size_t i = 0; i < count; i++) {
        struct flow clause = {
            .scope = flow->scope, .alive = NO_NODE, .aggregated = flow->aggregated};
        const struct expansion *before = c->expansion;
        if (step->kind == STEP_MATCH)
            flow_filter(c, &clause, guard_flag(c, &clause, step, step->clauses[i].guard));
        compile_clause(c, &clause, step->clauses[i].pipeline);
        node_id alive = clause.alive == NO_NODE ? program_flag(p, true) : clause.alive;
        taken[i] = program_and(p, alive, program_not(p, any));
        any = program_or(p, any, alive);
        scopes[i] = clause.scope;
        compile_rows_where(c, before, taken[i]);
    }
    flow->scope = scope_merge(c, flow->scope, scopes, taken, count);
    if (!program_is_flag(p, any, true)) compile_filter_step(c, flow, any, step->span);
}

/* field=/regex/g alone, with named groups: a row for each match. */
static bool compile_repeated(struct compiler *c, struct flow *flow, const struct filter *filter) {
    if (filter->kind != FILTER_FIELD || filter->op != OP_EQUAL || !flow->top) return false;
    const struct value *pattern = filter->pattern;
    bool repeated = pattern->kind == VALUE_REGEX && pattern->regex_flags & REGEX_GLOBAL &&
                    memmem(pattern->text.data, pattern->text.length, "(?<", 3);
    if (!repeated) return false;
    compile_tune(c, flow);
    compile_dedupe(c, flow);
    node_id text = operand_text(c, compile_field(c, flow, filter->field));
    compile_matches(c, flow, text, pattern->text, pattern->regex_flags, 100, true, pattern->span);
    return true;
}

void compile_step(struct compiler *c, struct flow *flow, const struct step *step) {
    switch (step->kind) {
        case STEP_FILTER:
            if (!compile_repeated(c, flow, step->filter))
                compile_filter_step(c, flow, compile_filter(c, flow, step->filter, false),
                                    step->span);
            break;
        case STEP_ASSIGN:
            compile_assign(c, flow, step);
            break;
        case STEP_CALL:
            compile_call(c, flow, step->call, (struct text){NULL, 0}, step->span);
            break;
        case STEP_CASE:
        case STEP_MATCH:
            compile_clauses(c, flow, step);
            break;
        case STEP_STATS:
            if (flow->top) compile_leave(c, flow);
            group_stats(c, flow, step->value);
            break;
        case STEP_SAVED:
            compile_saved(c, flow, step);
            break;
    }
}

void compile_back_to(struct compiler *c, const struct compiler *outer) {
    c->rest = outer->rest;
    c->first = outer->first;
    c->at = outer->at;
    c->last = outer->last;
    c->next = outer->next;
    c->took_next = outer->took_next;
}

/* A step may take the next one with it. */
void compile_steps(struct compiler *c, struct flow *flow, const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->count; i++) {
        const struct step *step = &pipeline->steps[i];
        bool filters = step->kind == STEP_FILTER || step->kind == STEP_CALL ||
                       step->kind == STEP_CASE || step->kind == STEP_MATCH;
        if (!filters) compile_flush(c, flow);
        c->next = i + 1 < pipeline->count ? step + 1 : NULL;
        if (flow->top) {
            c->first = pipeline->steps;
            c->at = step;
            c->last = pipeline->steps + pipeline->count;
        }
        c->took_next = false;
        const struct flow before = *flow;
        compile_step(c, flow, step);
        compile_expansion(c, flow);
        if (c->tune) tune_note_step(c, &before, flow, step);
        i += c->took_next;
        c->took_next = false;
        compile_check(c);
    }
}

void compile_clause(struct compiler *c, struct flow *flow, const struct pipeline *pipeline) {
    struct span filters = c->filters;
    const struct step *next = c->next;
    compile_steps(c, flow, pipeline);
    c->filters = filters;
    c->next = next;
}
