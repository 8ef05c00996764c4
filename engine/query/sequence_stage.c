#include "engine/query/sequence_stage.h"

#include <stdlib.h>

#include "engine/operator/sequence.h"
#include "engine/operator/sieve.h"
#include "engine/operator/unique.h"
#include "engine/query/aggregates.h"

#define DISTANCE_MOST 10000
#define EVENTS_MOST 1000000

/* A sequence in the making. */
struct making {
    struct compiler *c;
    struct flow *flow;
    const struct arguments *arguments; /* of the function */
    const struct arguments *group;     /* of the groupBy around it; NULL: none */
    const struct value *const *others; /* functions beside it in the group */
    size_t other_count;
    struct sequence_spec *spec;
    struct text *names; /* columns that the operator makes */
    enum value_type *types;
    size_t count;
};

static void destroy_sequence(void *spec) {
    operator_sequence.spec_free(spec);
}

static void complain(const struct making *making, const char *hint, const char *what) {
    diagnose_error(making->c->diagnostics, making->arguments->call->name_span, hint, "%s() %s",
                   making->arguments->function->name, what);
}

static void add_name(struct making *making, struct text name, enum value_type type) {
    struct compiler *c = making->c;
    making->names = compile_grow(c, making->names, making->count, sizeof *making->names);
    making->types = compile_grow(c, making->types, making->count, sizeof *making->types);
    making->names[making->count] = compile_text(c, name);
    making->types[making->count++] = type;
}

static void add_index(struct compiler *c, size_t **list, size_t *count, size_t index) {
    size_t *grown = reallocarray(*list, *count + 1, sizeof *grown);
    if (!grown) compile_no_memory(c);
    *list = grown;
    grown[(*count)++] = index;
}

static size_t output_of(struct compiler *c, struct operand value, enum value_type *type) {
    node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
    *type = program_type(compile_program(c), node);
    return compile_output(c, node);
}

/* ---- order -------------------------------------------------------------------------------- */

/* Whether the rows come in an order that somebody made. */
static bool is_ordered(const struct compiler *c) {
    for (const struct stage *stage = c->stage->before; stage; stage = stage->before)
        if (stage->kind->barrier && stage->kind != &operator_unique &&
            stage->kind != &operator_sieve)
            return true;
    return false;
}

static void set_time(struct making *making) {
    struct compiler *c = making->c;
    making->spec->by_time = true;
    if (!arguments_has(making->arguments, "timestampfield")) {
        making->spec->time_column = compile_time_column(c, making->flow);
        return;
    }
    struct operand time = arguments_operand(making->arguments, "timestampfield");
    making->spec->time_column = compile_output(c, operand_number(c, time));
}

static void need_time(struct making *making) {
    set_time(making);
    if (making->spec->time_column == SIZE_MAX)
        complain(making, "head(max), or a @timestamp among the columns",
                 "goes by time, and these rows have no @timestamp");
}

/* Rows of the records by time; else as they come. Aggregates may ask for time in any case. */
static void set_order(struct making *making) {
    bool ordered = is_ordered(making->c);
    set_time(making);
    making->spec->by_time = !ordered;
}

/* ---- parts of the specs ------------------------------------------------------------------- */

static void set_keys(struct making *making, bool columns) {
    struct text *fields;
    size_t count = making->group ? arguments_fields(making->group, "field", &fields) : 0;
    for (size_t i = 0; i < count; i++) {
        enum value_type type;
        struct operand value = compile_field(making->c, making->flow, fields[i]);
        add_index(making->c, &making->spec->keys, &making->spec->key_count,
                  output_of(making->c, value, &type));
        if (columns) add_name(making, fields[i], type);
    }
}

static void add_included(struct making *making, struct text field, struct text name, bool joined) {
    enum value_type type;
    struct operand value = compile_field(making->c, making->flow, field);
    add_index(making->c, &making->spec->included, &making->spec->included_count,
              output_of(making->c, value, &type));
    add_name(making, name, joined ? TYPE_TEXT : type);
}

/* function=, a count where there is none and it may be left out, and what stands beside. */
static void set_aggregates(struct making *making, bool counts) {
    struct compiler *c = making->c;
    struct sequence_spec *spec = making->spec;
    struct aggregates aggregates = {.where = NO_NODE};
    const struct value *functions = making->arguments->function->which == FUNCTION_SERIES
                                        ? NULL
                                        : arguments_value(making->arguments, "function");
    if (functions) {
        aggregates_compile(c, making->flow, functions, &aggregates);
    } else if (counts) {
        aggregates_add(c, &aggregates, AGGREGATE_COUNT, text_of("_count"));
        aggregates_column(c, &aggregates, text_of("_count"), TYPE_NUMBER);
    }
    for (size_t i = 0; i < making->other_count; i++)
        aggregates_compile(c, making->flow, making->others[i], &aggregates);
    spec->aggregates = calloc(aggregates.count + 1, sizeof *spec->aggregates);
    if (!spec->aggregates) compile_no_memory(c);
    for (size_t i = 0; i < aggregates.count; i++)
        aggregate_copy(c, &spec->aggregates[spec->aggregate_count++], &aggregates.items[i]);
    for (size_t i = 0; i < aggregates.column_count; i++)
        add_name(making, aggregates.names[i], aggregates.types[i]);
}

static int64_t span_ns(const struct making *making, const char *name) {
    return arguments_span_ns(making->arguments, name);
}

size_t sequence_flag(struct compiler *c, struct flow *flow, const struct value *condition) {
    node_id flag = NO_NODE;
    if (condition->kind == VALUE_PIPELINE) {
        struct flow inner = {
            .scope = flow->scope, .alive = NO_NODE, .aggregated = flow->aggregated};
        compile_clause(c, &inner, condition->pipeline);
        flag = inner.alive;
    } else if (condition->kind == VALUE_CALL) {
        struct filter filter = {
            .kind = FILTER_CALL, .span = condition->span, .call = condition->call};
        flag = compile_filter(c, flow, &filter, true);
    } else {
        diagnose_error(c->diagnostics, condition->span, "{ filter }", "expected a filter in { }");
    }
    return compile_output(c, flag == NO_NODE ? program_flag(compile_program(c), true) : flag);
}

/* SIZE_MAX: there is no such argument. */
static size_t flag_of(struct making *making, const char *name) {
    const struct value *condition = arguments_value(making->arguments, name);
    return condition ? sequence_flag(making->c, making->flow, condition) : SIZE_MAX;
}

/* ---- the ends of the stage ---------------------------------------------------------------- */

static void pass_on(struct compiler *c, void *context, struct text name, enum passing_claim claim,
                    size_t older) {
    struct sequence_spec *spec = context;
    (void)name;
    (void)claim;
    add_index(c, &spec->passed, &spec->passed_count, older);
}

static void end_rows(struct making *making) {
    compile_expand_stage(making->c, making->flow,
                         &(struct passing){.kind = &operator_sequence,
                                           .spec = making->spec,
                                           .names = making->names,
                                           .types = making->types,
                                           .count = making->count,
                                           .add = pass_on,
                                           .context = making->spec});
}

static void end_parts(struct making *making) {
    compile_end_stage(making->c, making->flow, &operator_sequence, making->spec, making->names,
                      making->types, making->count);
}

/* ---- the functions ------------------------------------------------------------------------ */

static void make_neighbor(struct making *making) {
    struct compiler *c = making->c;
    struct sequence_spec *spec = making->spec;
    struct text *fields, prefix = arguments_text(making->arguments, "prefix");
    size_t count = arguments_fields(making->arguments, "include", &fields);
    spec->kind = SEQUENCE_NEIGHBOR;
    spec->distance = arguments_limit(making->arguments, "distance");
    spec->succeeding =
        text_equal(arguments_text(making->arguments, "direction"), text_of("succeeding"));
    if (spec->distance < 1 || spec->distance > DISTANCE_MOST) {
        complain(making, "distance=1", "looks 1 to 10000 rows away");
        spec->distance = 1;
    }
    set_order(making);
    set_keys(making, false);
    for (size_t i = 0; i < count; i++)
        add_included(
            making, fields[i],
            prefix.length ? compile_printf(c, "%s.%s", prefix.data, fields[i].data) : fields[i],
            false);
    end_rows(making);
}

static void make_window(struct making *making) {
    struct sequence_spec *spec = making->spec;
    enum sequence_function which = (enum sequence_function)making->arguments->function->which;
    spec->kind = SEQUENCE_WINDOW;
    spec->excludes = text_equal(arguments_text(making->arguments, "current"), text_of("exclude"));
    if (which == FUNCTION_SLIDING_TIME_WINDOW) {
        need_time(making);
        spec->span = span_ns(making, "span");
    } else {
        set_order(making);
    }
    if (which == FUNCTION_SLIDING_WINDOW) {
        spec->events = arguments_limit(making->arguments, "events");
        if (spec->events < 1 || spec->events > EVENTS_MOST) {
            complain(making, "events=10", "looks at 1 to 1000000 rows");
            spec->events = 1;
        }
    }
    set_keys(making, false);
    set_aggregates(making, false);
    end_rows(making);
}

static void make_session(struct making *making) {
    making->spec->kind = SEQUENCE_PARTS;
    need_time(making);
    making->spec->pause = span_ns(making, "maxpause");
    set_keys(making, true);
    set_aggregates(making, true);
    end_parts(making);
}

static void make_partition(struct making *making) {
    struct sequence_spec *spec = making->spec;
    size_t flag = flag_of(making, "condition");
    spec->kind = SEQUENCE_PARTS;
    set_order(making);
    if (text_equal(arguments_text(making->arguments, "split"), text_of("after")))
        spec->after = flag;
    else
        spec->before = flag;
    set_keys(making, true);
    set_aggregates(making, true);
    end_parts(making);
}

static void make_series(struct making *making) {
    struct sequence_spec *spec = making->spec;
    struct text *fields;
    size_t count = arguments_fields(making->arguments, "collect", &fields);
    spec->kind = SEQUENCE_PARTS;
    set_time(making);
    spec->separator = strdup(arguments_text(making->arguments, "separator").data);
    if (!spec->separator) compile_no_memory(making->c);
    spec->before = flag_of(making, "startmatch");
    spec->after = flag_of(making, "endmatch");
    spec->opened = spec->before != SIZE_MAX;
    spec->pause = span_ns(making, "maxpause");
    spec->duration = span_ns(making, "maxduration");
    bool whole =
        spec->before == SIZE_MAX && spec->after == SIZE_MAX && !spec->pause && !spec->duration;
    if (making->other_count && !whole)
        complain(making, "a groupBy of its own",
                 "that gives several rows of a key cannot stand beside other functions");
    set_keys(making, true);
    for (size_t i = 0; i < count; i++) add_included(making, fields[i], fields[i], true);
    spec->timed = true;
    add_name(making, text_of("@timestamp"), TYPE_NUMBER);
    add_name(making, text_of("_duration"), TYPE_NUMBER);
    set_aggregates(making, false);
    end_parts(making);
}

static void make(struct making *making) {
    enum sequence_function which = (enum sequence_function)making->arguments->function->which;
    struct compiler *c = making->c;
    making->spec = compile_own(c, calloc(1, sizeof *making->spec), destroy_sequence);
    making->spec->time_column = making->spec->before = making->spec->after = SIZE_MAX;
    if (making->other_count && which != FUNCTION_SERIES)
        complain(making, "a groupBy of its own", "cannot stand beside other functions");
    switch (which) {
        case FUNCTION_NEIGHBOR:
            make_neighbor(making);
            break;
        case FUNCTION_ACCUMULATE:
        case FUNCTION_SLIDING_WINDOW:
        case FUNCTION_SLIDING_TIME_WINDOW:
            make_window(making);
            break;
        case FUNCTION_SESSION:
            make_session(making);
            break;
        case FUNCTION_SERIES:
            make_series(making);
            break;
        case FUNCTION_PARTITION:
            make_partition(making);
            break;
    }
}

void step_sequence(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    make(&(struct making){.c = c, .flow = flow, .arguments = arguments});
}

/* ---- in a group --------------------------------------------------------------------------- */

/* The call, where the value is one of a function of sequences, or a pipeline that ends in one. */
static const struct call *sequence_call(const struct value *value) {
    const struct call *call = NULL;
    if (value->kind == VALUE_CALL) call = value->call;
    if (value->kind == VALUE_PIPELINE && value->pipeline->count) {
        const struct step *last = &value->pipeline->steps[value->pipeline->count - 1];
        if (last->kind == STEP_CALL) call = last->call;
    }
    const struct function *function = call ? function_find(call->name) : NULL;
    return function && function->step == step_sequence ? call : NULL;
}

/* The steps of the pipeline before its function hold for all rows. */
static void take_steps(struct compiler *c, struct flow *flow, const struct value *value) {
    if (value->kind != VALUE_PIPELINE) return;
    struct pipeline before = {value->pipeline->steps, value->pipeline->count - 1,
                              value->pipeline->span};
    struct flow inner = {.scope = flow->scope, .alive = NO_NODE, .aggregated = flow->aggregated};
    compile_clause(c, &inner, &before);
    flow->scope = inner.scope;
    if (inner.alive == NO_NODE) return;
    if (!c->filters.length) c->filters = value->span;
    flow_filter(c, flow, inner.alive);
}

bool sequence_of_group(struct compiler *c, struct flow *flow, const struct arguments *group) {
    const struct value *functions = arguments_value(group, "function");
    const struct value *found = NULL;
    if (!functions) return false;
    bool array = functions->kind == VALUE_ARRAY;
    size_t count = array ? functions->count : 1, other_count = 0;
    const struct value **others = compile_alloc(c, (count + 1) * sizeof *others);
    for (size_t i = 0; i < count; i++) {
        const struct value *value = array ? functions->items[i] : functions;
        if (!found && sequence_call(value))
            found = value;
        else
            others[other_count++] = value;
    }
    if (!found) return false;
    if (arguments_has(group, "limit") && arguments_limit(group, "limit") != UINT64_MAX)
        diagnose_warning(c->diagnostics, arguments_span(group, "limit"), "head() behind it",
                         "limit= has no effect on rows of a sequence");
    struct arguments arguments;
    const struct call *call = sequence_call(found);
    take_steps(c, flow, found);
    if (!arguments_bind(c, flow, function_find(call->name), call, (struct text){NULL, 0},
                        &arguments))
        return true;
    make(&(struct making){.c = c,
                          .flow = flow,
                          .arguments = &arguments,
                          .group = group,
                          .others = others,
                          .other_count = other_count});
    return true;
}
