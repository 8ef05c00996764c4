#include "engine/query/aggregates.h"

#include <stdlib.h>
#include <strings.h>

void aggregates_key(struct compiler *c, struct aggregates *aggregates, struct text name,
                    struct operand value) {
    size_t count = aggregates->key_count;
    for (size_t i = 0; i < count; i++)
        if (text_equal(aggregates->keys[i], name)) return;
    aggregates->keys = compile_grow(c, aggregates->keys, count, sizeof *aggregates->keys);
    aggregates->key_values =
        compile_grow(c, aggregates->key_values, count, sizeof *aggregates->key_values);
    aggregates->keys[count] = compile_text(c, name);
    aggregates->key_values[count] = value;
    aggregates->key_count++;
}

struct aggregate *aggregates_add(struct compiler *c, struct aggregates *aggregates,
                                 enum aggregate_kind kind, struct text name) {
    aggregates->items =
        compile_grow(c, aggregates->items, aggregates->count, sizeof *aggregates->items);
    struct aggregate *aggregate = &aggregates->items[aggregates->count++];
    *aggregate = (struct aggregate){.kind = kind,
                                    .where = SIZE_MAX,
                                    .limit = UINT64_MAX,
                                    .separator = "",
                                    .name = (char *)compile_text(c, name).data};
    if (aggregates->where != NO_NODE) aggregate->where = compile_output(c, aggregates->where);
    return aggregate;
}

void aggregates_input(struct compiler *c, struct aggregate *aggregate, struct operand value) {
    node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
    aggregate->inputs =
        compile_grow(c, aggregate->inputs, aggregate->input_count, sizeof *aggregate->inputs);
    aggregate->inputs[aggregate->input_count++] = compile_output(c, node);
}

void aggregates_column(struct compiler *c, struct aggregates *aggregates, struct text name,
                       enum value_type type) {
    size_t count = aggregates->column_count;
    aggregates->names = compile_grow(c, aggregates->names, count, sizeof *aggregates->names);
    aggregates->types = compile_grow(c, aggregates->types, count, sizeof *aggregates->types);
    aggregates->names[count] = compile_text(c, name);
    aggregates->types[count] = type;
    aggregates->column_count++;
}

/* ---- function= ---------------------------------------------------------------------------- */

static void add_call(struct compiler *c, struct flow *flow, const struct call *call, struct text as,
                     struct aggregates *aggregates) {
    const struct function *function = function_find(call->name);
    struct arguments arguments;
    if (!function)
        diagnose_error(c->diagnostics, call->name_span, function_nearest(c, call->name),
                       "there is no function %.*s", (int)call->name.length, call->name.data);
    else if (function->instead)
        diagnose_error(c->diagnostics, call->name_span, function->instead,
                       "trawl does not have %s()", function->name);
    else if (!function->aggregate)
        diagnose_error(c->diagnostics, call->name_span, "count(), sum(), collect(), ...",
                       "%s() is no aggregate of a group", function->name);
    else if (arguments_bind(c, flow, function, call, as, &arguments))
        function->aggregate(c, flow, &arguments, aggregates);
}

/* The call of a step that has one. */
static const struct call *call_of(const struct step *step) {
    if (step->kind == STEP_CALL) return step->call;
    return step->kind == STEP_ASSIGN && step->value->kind == VALUE_CALL ? step->value->call : NULL;
}

static bool is_aggregate(const struct step *step) {
    const struct call *call = call_of(step);
    const struct function *function = call ? function_find(call->name) : NULL;
    return step->kind == STEP_STATS || (function && function->aggregate);
}

/* rename(a, as=b) and b := rename(a) of what the aggregate gives. */
static bool rename_output(struct compiler *c, const struct step *step,
                          struct aggregates *aggregates, size_t first) {
    const struct call *call = call_of(step);
    const struct function *function = call ? function_find(call->name) : NULL;
    struct arguments arguments;
    if (!function || strcmp(function->name, "rename") != 0) return false;
    struct text as = step->kind == STEP_ASSIGN ? step->name : (struct text){NULL, 0};
    if (!arguments_bind(c, NULL, function, call, as, &arguments)) return true;
    struct text from = value_literal(arguments_value(&arguments, "field"));
    struct text to = arguments_as(&arguments);
    if (!from.data || !to.data) return false;
    for (size_t i = first; i < aggregates->column_count; i++)
        if (text_equal(aggregates->names[i], from)) aggregates->names[i] = compile_text(c, to);
    return true;
}

static bool ends_rows(const struct step *step) {
    const struct call *call = call_of(step);
    const struct function *function = call ? function_find(call->name) : NULL;
    return step->kind == STEP_STATS || (function && (function->ends || function->aggregate));
}

/* What follows the aggregate is computed of the rows of the groups. */
static void add_after(struct compiler *c, struct aggregates *aggregates, const struct step *step) {
    if (ends_rows(step)) {
        diagnose_error(c->diagnostics, step->span, "put it behind the groupBy",
                       "in a group no second aggregate may follow, and no order");
        return;
    }
    aggregates->after =
        compile_grow(c, aggregates->after, aggregates->after_count, sizeof *aggregates->after);
    aggregates->after[aggregates->after_count++] =
        (struct pipeline){(struct step *)step, 1, step->span};
}

/* Filters and assignments say which rows count and what is counted; behind the aggregate its
 * outputs may be renamed. */
static void add_pipeline(struct compiler *c, struct flow *flow, const struct pipeline *pipeline,
                         struct aggregates *aggregates) {
    struct program *p = compile_program(c);
    if (pipeline->count == 0) return;
    size_t at = 0, first = aggregates->column_count;
    while (at + 1 < pipeline->count && !is_aggregate(&pipeline->steps[at])) at++;
    struct flow inner = {.scope = flow->scope, .alive = NO_NODE, .aggregated = flow->aggregated};
    struct pipeline before = {pipeline->steps, at, pipeline->span};
    const struct step *last = &pipeline->steps[at];
    compile_clause(c, &inner, &before);
    node_id outer = aggregates->where;
    if (inner.alive != NO_NODE)
        aggregates->where = outer == NO_NODE ? inner.alive : program_and(p, outer, inner.alive);
    struct text none = {NULL, 0};
    if (last->kind == STEP_CALL)
        add_call(c, &inner, last->call, none, aggregates);
    else if (last->kind == STEP_ASSIGN && last->value->kind == VALUE_CALL)
        add_call(c, &inner, last->value->call, last->name, aggregates);
    else if (last->kind == STEP_STATS)
        aggregates_compile(c, &inner, last->value, aggregates);
    else
        diagnose_error(c->diagnostics, last->span, "function={ filter | count() }",
                       "the pipeline of a group needs an aggregate");
    aggregates->where = outer;
    for (size_t i = at + 1; i < pipeline->count; i++) {
        const struct step *step = &pipeline->steps[i];
        if (rename_output(c, step, aggregates, first)) continue;
        add_after(c, aggregates, step);
    }
}

void aggregates_compile(struct compiler *c, struct flow *flow, const struct value *functions,
                        struct aggregates *aggregates) {
    struct text none = {NULL, 0};
    switch (functions->kind) {
        case VALUE_CALL:
            add_call(c, flow, functions->call, none, aggregates);
            break;
        case VALUE_PIPELINE:
            add_pipeline(c, flow, functions->pipeline, aggregates);
            break;
        case VALUE_ARRAY:
            for (size_t i = 0; i < functions->count; i++)
                aggregates_compile(c, flow, functions->items[i], aggregates);
            break;
        default:
            diagnose_error(c->diagnostics, functions->span, "function=[count(), sum(x)]",
                           "expected an aggregate function");
    }
}

/* ---- the end of the stage ----------------------------------------------------------------- */

static void destroy_group(void *spec) {
    operator_group.spec_free(spec);
}

static void *copied(struct compiler *c, const void *bytes, size_t size) {
    void *copy = malloc(size + 1);
    if (!copy) compile_no_memory(c);
    if (size) memcpy(copy, bytes, size);
    ((char *)copy)[size] = '\0';
    return copy;
}

void aggregate_copy(struct compiler *c, struct aggregate *to, const struct aggregate *from) {
    *to = *from;
    to->inputs = NULL;
    to->separator = to->name = NULL;
    to->inputs = copied(c, from->inputs, from->input_count * sizeof *from->inputs);
    to->separator = copied(c, from->separator, strlen(from->separator));
    to->name = copied(c, from->name, strlen(from->name));
}

void aggregates_end(struct compiler *c, struct flow *flow, const struct aggregates *aggregates,
                    struct group_order order) {
    size_t keys = aggregates->key_count, columns = aggregates->column_count;
    struct text *names = compile_alloc(c, (keys + columns + 1) * sizeof *names);
    enum value_type *types = compile_alloc(c, (keys + columns + 1) * sizeof *types);
    struct group_spec *spec = compile_own(c, calloc(1, sizeof *spec), destroy_group);
    spec->keys = calloc(keys + 1, sizeof *spec->keys);
    spec->aggregates = calloc(aggregates->count + 1, sizeof *spec->aggregates);
    if (!spec->keys || !spec->aggregates) compile_no_memory(c);
    for (size_t i = 0; i < keys; i++) {
        struct operand value = aggregates->key_values[i];
        node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
        spec->keys[i] = compile_output(c, node);
        names[i] = aggregates->keys[i];
        types[i] = program_type(compile_program(c), node);
    }
    spec->key_count = keys;
    for (size_t i = 0; i < aggregates->count; i++)
        aggregate_copy(c, &spec->aggregates[spec->aggregate_count++], &aggregates->items[i]);
    for (size_t i = 0; i < columns; i++) {
        names[keys + i] = aggregates->names[i];
        types[keys + i] = aggregates->types[i];
    }
    spec->time_column = compile_time_column(c, flow);
    spec->limit = order.limit;
    spec->ranked = order.ranked;
    if (order.advice) spec->advice = copied(c, order.advice, strlen(order.advice));
    compile_end_stage(c, flow, &operator_group, spec, names, types, keys + columns);
    struct stage *ended = c->stage->before;
    for (size_t i = 0; i < keys; i++)
        ended->printed[i] = compile_printed(ended, ended->program->outputs[spec->keys[i]].node);
    /* These are steps of the group, not of the query's own pipeline. */
    struct compiler outer = *c;
    for (size_t i = 0; i < aggregates->after_count; i++)
        compile_steps(c, flow, &aggregates->after[i]);
    c->first = outer.first;
    c->at = outer.at;
    c->last = outer.last;
    c->next = outer.next;
}

/* ---- every field -------------------------------------------------------------------------- */

struct field_set {
    struct text *names;
    size_t count;
    struct text *saved; /* queries that were looked into */
    size_t saved_count;
};

static void add_name(struct compiler *c, struct field_set *set, struct text name) {
    if (name.length == 0 || memchr(name.data, '*', name.length)) return;
    for (size_t i = 0; i < set->count; i++)
        if (text_equal(set->names[i], name)) return;
    set->names = compile_grow(c, set->names, set->count, sizeof *set->names);
    set->names[set->count++] = name;
}

static void from_pipeline(struct compiler *c, struct field_set *set,
                          const struct pipeline *pipeline);

static void from_value(struct compiler *c, struct field_set *set, const struct value *value) {
    value = compile_resolve(c, value);
    if (!value) return;
    if (value->kind == VALUE_WORD || value->kind == VALUE_TEXT) add_name(c, set, value->text);
    for (size_t i = 0; i < value->count; i++) from_value(c, set, value->items[i]);
    if (value->call)
        for (size_t i = 0; i < value->call->count; i++)
            from_value(c, set, value->call->arguments[i].value);
    if (value->pipeline) from_pipeline(c, set, value->pipeline);
}

/* Of the functions that read an array as a whole, whose argument may be written without []. */
static bool reads_array(const struct call *call) {
    static const char *const names[] = {"concatArray", "split"};
    if (call->name.length > 6 && strncasecmp(call->name.data, "array:", 6) == 0) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (call->name.length == strlen(names[i]) &&
            strncasecmp(call->name.data, names[i], call->name.length) == 0)
            return true;
    return false;
}

static void add_array(struct compiler *c, struct field_set *set, struct text name) {
    if (name.length) add_name(c, set, compile_printf(c, "%.*s[]", (int)name.length, name.data));
}

static void from_call(struct compiler *c, struct field_set *set, const struct call *call) {
    if (!call) return;
    bool arrays = reads_array(call);
    add_name(c, set, call->field);
    if (arrays)
        add_array(c, set, call->count || call->field.length ? call->field : text_of("_events"));
    for (size_t i = 0; i < call->count; i++) {
        const struct value *value = call->arguments[i].value;
        from_value(c, set, value);
        if (arrays && (value->kind == VALUE_WORD || value->kind == VALUE_TEXT))
            add_array(c, set, value->text);
    }
}

static void from_filter(struct compiler *c, struct field_set *set, const struct filter *filter) {
    if (!filter) return;
    if (filter->kind == FILTER_FIELD) add_name(c, set, filter->field);
    from_call(c, set, filter->call);
    for (size_t i = 0; i < filter->count; i++) from_filter(c, set, filter->children[i]);
}

/* Each saved query once: they may stand in one another. */
static void from_saved(struct compiler *c, struct field_set *set, const struct call *call) {
    for (size_t i = 0; i < set->saved_count; i++)
        if (text_equal(set->saved[i], call->name)) return;
    set->saved = compile_grow(c, set->saved, set->saved_count, sizeof *set->saved);
    set->saved[set->saved_count++] = call->name;
    const struct pipeline *pipeline = compile_saved_pipeline(c, call);
    if (pipeline) from_pipeline(c, set, pipeline);
}

static void from_step(struct compiler *c, struct field_set *set, const struct step *step) {
    if (step->kind == STEP_SAVED) from_saved(c, set, step->call);
    add_name(c, set, step->name);
    from_filter(c, set, step->filter);
    from_value(c, set, step->value);
    from_call(c, set, step->call);
    for (size_t i = 0; i < step->clause_count; i++) {
        from_value(c, set, step->clauses[i].guard);
        from_pipeline(c, set, step->clauses[i].pipeline);
    }
}

static void from_pipeline(struct compiler *c, struct field_set *set,
                          const struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->count; i++) from_step(c, set, &pipeline->steps[i]);
}

size_t aggregates_all_fields(struct compiler *c, struct text **names) {
    struct field_set set = {NULL, 0, NULL, 0};
    add_name(c, &set, text_of("@timestamp"));
    for (size_t i = 0; i < c->mentioned_count; i++) add_name(c, &set, c->mentioned[i]);
    struct rest here = {{NULL, 0}, c->next, c->last, c->rest};
    for (const struct rest *rest = &here; rest; rest = rest->outer)
        for (const struct step *step = rest->next; step && step < rest->last; step++)
            from_step(c, &set, step);
    add_name(c, &set, text_of("@rawstring"));
    *names = set.names;
    return set.count;
}
