/* correlate_stage.c - correlate(): several filters with names, linked by fields. */
#include <stdlib.h>
#include <strings.h>

#include "engine/operator/correlate.h"
#include "engine/query/sequence_stage.h"
#include "engine/scalar/time.h"

#define SYNOPSIS                                                                           \
    "correlate(name: { filter | field <=> other.field } include: [fields], ..., within=, " \
    "sequence=false, globalConstraints=[fields], root=name)"

/* A field of one of the queries. Linked ones have one value: they are of one class. */
struct linked {
    size_t query;
    struct text field;
    size_t class;
};

struct correlating {
    struct compiler *c;
    const struct call *call;
    const struct value *queries[CORRELATE_MOST];
    struct flow flows[CORRELATE_MOST]; /* at the ends of the queries */
    size_t count;
    struct linked *linked;
    size_t linked_count;
    struct correlate_spec *spec;
    struct text *names; /* columns */
    enum value_type *types;
    size_t column_count;
};

static void destroy_correlate(void *spec) {
    operator_correlate.spec_free(spec);
}

static void complain(const struct correlating *making, struct span span, const char *hint,
                     const char *what) {
    diagnose_error(making->c->diagnostics, span, hint, "correlate() %s", what);
}

static bool is_word(struct text text, const char *word) {
    return text.length == strlen(word) && strncasecmp(text.data, word, text.length) == 0;
}

/* ---- links -------------------------------------------------------------------------------- */

static size_t find_query(const struct correlating *making, struct text name) {
    for (size_t i = 0; i < making->count; i++)
        if (text_equal(making->queries[i]->text, name)) return i;
    return SIZE_MAX;
}

/* The class of the field, which is a new one unless it is linked already. */
static size_t class_of(struct correlating *making, size_t query, struct text field) {
    for (size_t i = 0; i < making->linked_count; i++)
        if (making->linked[i].query == query && text_equal(making->linked[i].field, field))
            return making->linked[i].class;
    making->linked =
        compile_grow(making->c, making->linked, making->linked_count, sizeof *making->linked);
    making->linked[making->linked_count] =
        (struct linked){query, compile_text(making->c, field), making->linked_count};
    return making->linked[making->linked_count++].class;
}

static void link_fields(struct correlating *making, size_t query, struct text field, size_t other,
                        struct text other_field) {
    size_t a = class_of(making, query, field), b = class_of(making, other, other_field);
    for (size_t i = 0; i < making->linked_count; i++)
        if (making->linked[i].class == b) making->linked[i].class = a;
}

/* field <=> name.field: the longest name of a query that the right side begins with. */
static void add_link(struct correlating *making, size_t query, const struct filter *filter) {
    struct text right = filter->pattern->text;
    for (size_t length = right.length; length-- > 1;) {
        if (right.data[length] != '.' || length + 1 == right.length) continue;
        size_t other = find_query(making, (struct text){right.data, length});
        if (other == SIZE_MAX) continue;
        if (other == query) break;
        link_fields(making, query, filter->field, other,
                    (struct text){right.data + length + 1, right.length - length - 1});
        return;
    }
    complain(making, filter->span, "field <=> name.field, name being another of its queries",
             "links a field to nothing that it has");
}

static bool is_link(const struct filter *filter) {
    return filter->kind == FILTER_FIELD && filter->op == OP_LINK;
}

/* The filter without its links, which are noted. */
static struct filter *without_links(struct correlating *making, size_t query,
                                    const struct filter *filter) {
    struct filter *copy = compile_alloc(making->c, sizeof *copy);
    *copy = *filter;
    if (is_link(filter)) {
        add_link(making, query, filter);
        *copy = (struct filter){.kind = FILTER_CONST, .span = filter->span, .truth = true};
    } else if (filter->kind == FILTER_AND) {
        copy->children = compile_alloc(making->c, (filter->count + 1) * sizeof *copy->children);
        for (size_t i = 0; i < filter->count; i++)
            copy->children[i] = without_links(making, query, filter->children[i]);
    }
    return copy;
}

/* The query's steps, per row, without links: its flow. */
static void compile_query(struct correlating *making, struct flow *flow, size_t query) {
    const struct pipeline *pipeline = making->queries[query]->pipeline;
    struct pipeline plain = {compile_alloc(making->c, (pipeline->count + 1) * sizeof *plain.steps),
                             pipeline->count, pipeline->span};
    for (size_t i = 0; i < pipeline->count; i++) {
        plain.steps[i] = pipeline->steps[i];
        if (plain.steps[i].kind == STEP_FILTER)
            plain.steps[i].filter = without_links(making, query, pipeline->steps[i].filter);
    }
    making->flows[query] =
        (struct flow){.scope = flow->scope, .alive = NO_NODE, .aggregated = flow->aggregated};
    compile_clause(making->c, &making->flows[query], &plain);
}

/* ---- arguments ---------------------------------------------------------------------------- */

static void take_query(struct correlating *making, const struct value *value) {
    if (value->kind != VALUE_PIPELINE || !value->text.length)
        complain(making, value->span, SYNOPSIS, "takes queries with names: name: { ... }");
    else if (find_query(making, value->text) != SIZE_MAX)
        complain(making, value->span, "another name", "has two queries of one name");
    else if (making->count == CORRELATE_MOST)
        complain(making, value->span, NULL, "takes at most 16 queries");
    else
        making->queries[making->count++] = value;
}

static bool take_flag(const struct correlating *making, const struct argument *argument) {
    const struct value *value = compile_resolve(making->c, argument->value);
    if (is_word(value->text, "true")) return true;
    if (!is_word(value->text, "false"))
        complain(making, argument->span, "true or false", "takes true or false here");
    return false;
}

static int64_t take_span(const struct correlating *making, const struct argument *argument) {
    const struct value *value = compile_resolve(making->c, argument->value);
    struct time_span span;
    int64_t ns;
    if (!value->text.length || !span_parse(value->text, &span)) {
        complain(making, argument->span, "within=1h", "needs a length of time here");
        return 0;
    }
    return __builtin_mul_overflow(span_ms(span), INT64_C(1000000), &ns) ? INT64_MAX : ns;
}

static void take_constraints(struct correlating *making, const struct value *value) {
    size_t count = value->kind == VALUE_ARRAY ? value->count : 1;
    for (size_t i = 0; i < count; i++) {
        struct text field = value->kind == VALUE_ARRAY ? value->items[i]->text : value->text;
        for (size_t q = 1; q < making->count; q++) link_fields(making, 0, field, q, field);
        if (making->count == 1) (void)class_of(making, 0, field);
    }
}

/* What the language has and trawl takes for granted or does not have. */
static void check_other(const struct correlating *making, const struct argument *argument) {
    const struct value *value = compile_resolve(making->c, argument->value);
    bool usual =
        (is_word(argument->name, "maxPerRoot") && is_word(value->text, "1")) ||
        (is_word(argument->name, "includeMatchesOnceOnly") && is_word(value->text, "false")) ||
        is_word(argument->name, "includeConstraintValues") ||
        (is_word(argument->name, "jitterTolerance") && is_word(value->text, "0ms"));
    if (!usual)
        diagnose_error(making->c->diagnostics, argument->span, SYNOPSIS,
                       "trawl's correlate() does not have %.*s=, or not so",
                       (int)argument->name.length, argument->name.data);
}

static void take_arguments(struct correlating *making) {
    const struct argument *arguments = making->call->arguments;
    for (size_t i = 0; i < making->call->count; i++)
        if (!arguments[i].name.length) take_query(making, arguments[i].value);
    for (size_t i = 0; i < making->call->count; i++) {
        const struct argument *argument = &arguments[i];
        if (!argument->name.length) continue;
        if (is_word(argument->name, "sequence")) {
            making->spec->sequence = take_flag(making, argument);
        } else if (is_word(argument->name, "within")) {
            making->spec->within = take_span(making, argument);
        } else if (is_word(argument->name, "globalConstraints")) {
            take_constraints(making, argument->value);
        } else if (is_word(argument->name, "root")) {
            making->spec->root = find_query(making, argument->value->text);
            if (making->spec->root == SIZE_MAX)
                complain(making, argument->span, "root=name", "has no query of that name");
        } else {
            check_other(making, argument);
        }
    }
}

/* ---- the spec ----------------------------------------------------------------------------- */

static size_t output_of(struct correlating *making, size_t query, struct text field,
                        enum value_type *type) {
    struct compiler *c = making->c;
    struct operand value = compile_field(c, &making->flows[query], field);
    node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
    *type = program_type(compile_program(c), node);
    return compile_output(c, node);
}

static void add_index(struct compiler *c, size_t **list, size_t *count, size_t index) {
    size_t *grown = reallocarray(*list, *count + 1, sizeof *grown);
    if (!grown) compile_no_memory(c);
    *list = grown;
    grown[(*count)++] = index;
}

static void add_name(struct correlating *making, struct text name, enum value_type type) {
    struct compiler *c = making->c;
    making->names = compile_grow(c, making->names, making->column_count, sizeof *making->names);
    making->types = compile_grow(c, making->types, making->column_count, sizeof *making->types);
    making->names[making->column_count] = compile_text(c, name);
    making->types[making->column_count++] = type;
}

/* A column name.field, unless it is there. */
static void include(struct correlating *making, size_t query, struct text field) {
    struct correlate_part *part = &making->spec->parts[query];
    struct text query_name = making->queries[query]->text;
    struct text name = compile_printf(making->c, "%.*s.%.*s", (int)query_name.length,
                                      query_name.data, (int)field.length, field.data);
    enum value_type type;
    for (size_t i = 0; i < making->column_count; i++)
        if (text_equal(making->names[i], name)) return;
    size_t output = output_of(making, query, field, &type);
    add_index(making->c, &part->included, &part->included_count, output);
    add_name(making, name, type);
}

static void include_all(struct correlating *making, size_t query) {
    const struct value *value = making->queries[query];
    struct text name = value->text;
    add_name(making, compile_printf(making->c, "%.*s.@timestamp", (int)name.length, name.data),
             TYPE_NUMBER);
    for (size_t i = 0; i < making->linked_count; i++)
        if (making->linked[i].query == query) include(making, query, making->linked[i].field);
    if (!value->count) return;
    const struct value *fields = value->items[0];
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i]->kind == VALUE_STAR)
            complain(making, fields->span, "include: [field, field]", "needs the fields' names");
        else
            include(making, query, fields->items[i]->text);
    }
}

/* The keys: of each class one field of each query. */
static void set_keys(struct correlating *making, size_t class) {
    struct text fields[CORRELATE_MOST] = {{NULL, 0}};
    struct correlate_spec *spec = making->spec;
    for (size_t i = 0; i < making->linked_count; i++) {
        const struct linked *linked = &making->linked[i];
        if (linked->class != class) continue;
        if (fields[linked->query].data) {
            complain(making, making->call->span, "test(a == b) in that query",
                     "links two fields of one query with each other: that is not in trawl");
            return;
        }
        fields[linked->query] = linked->field;
    }
    for (size_t q = 0; q < making->count; q++) {
        if (fields[q].data) continue;
        diagnose_error(making->c->diagnostics, making->queries[q]->span,
                       "field <=> name.field in each query, or globalConstraints=[field]",
                       "trawl's correlate() goes by values that all its queries share: %.*s has "
                       "no field that is linked with %s",
                       (int)making->queries[q]->text.length, making->queries[q]->text.data,
                       making->linked[class].field.data);
        return;
    }
    for (size_t q = 0; q < making->count; q++) {
        struct operand key = compile_field(making->c, &making->flows[q], fields[q]);
        size_t count = spec->key_count;
        add_index(making->c, &spec->parts[q].keys, &count,
                  compile_output(making->c, operand_text(making->c, key)));
    }
    spec->key_count++;
}

static void set_parts(struct correlating *making, struct flow *flow) {
    struct compiler *c = making->c;
    struct program *p = compile_program(c);
    node_id any = program_flag(p, false);
    making->spec->time_column = compile_time_column(c, flow);
    if (making->spec->time_column == SIZE_MAX)
        complain(making, making->call->name_span, "it comes before aggregates",
                 "goes by time, and these rows have no @timestamp");
    add_name(making, text_of("@timestamp"), TYPE_NUMBER);
    for (size_t q = 0; q < making->count; q++) {
        node_id alive = making->flows[q].alive;
        if (alive == NO_NODE) alive = program_flag(p, true);
        making->spec->parts[q].flag = compile_output(c, alive);
        any = program_or(p, any, alive);
        include_all(making, q);
    }
    for (size_t i = 0; i < making->linked_count; i++)
        if (making->linked[i].class == i) set_keys(making, i);
    if (!c->filters.length) c->filters = making->call->span;
    flow_filter(c, flow, any);
}

void step_correlate(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct correlating making = {.c = c, .call = arguments->call};
    making.spec = compile_own(c, calloc(1, sizeof *making.spec), destroy_correlate);
    take_arguments(&making);
    if (making.count < 2) {
        complain(&making, making.call->span, SYNOPSIS, "needs two queries at least");
        return;
    }
    if (making.spec->root == SIZE_MAX) return;
    making.spec->parts = calloc(making.count, sizeof *making.spec->parts);
    if (!making.spec->parts) compile_no_memory(c);
    making.spec->part_count = making.count;
    for (size_t q = 0; q < making.count; q++) compile_query(&making, flow, q);
    set_parts(&making, flow);
    compile_end_stage(c, flow, &operator_correlate, making.spec, making.names, making.types,
                      making.column_count);
}
