/* functions_order.c - rows in an order, or only some of them: table, sort, head, tail. */
#include <stdlib.h>
#include <strings.h>

#include "engine/query/aggregates.h"

#define GROUP "functions: order"
#define ADVICE "add limit="

/* ---- the operator ------------------------------------------------------------------------- */

struct order {
    const struct text *names; /* result columns */
    size_t count;
    struct sort_spec *spec;
};

static void destroy_sort(void *spec) {
    operator_sort.spec_free(spec);
}

static char *copied(struct compiler *c, const char *text) {
    char *copy = strdup(text);
    if (!copy) compile_no_memory(c);
    return copy;
}

/* The names, what marks the rows, and where they come from as long as each is one record's. */
static size_t with_hidden(struct compiler *c, struct flow *flow, const struct text **names,
                          size_t count) {
    bool marked = tune_marks_rows(c), placed = scope_has_origin(c, flow->scope);
    if (!marked && !placed) return count;
    struct text *all = compile_alloc(c, (count + TUNE_MARKS + ORIGINS) * sizeof *all);
    for (size_t i = 0; i < count; i++) all[i] = (*names)[i];
    for (size_t i = 0; marked && i < TUNE_MARKS; i++) all[count++] = tune_marks[i];
    for (size_t i = 0; placed && i < ORIGINS; i++) all[count++] = text_of(scope_origins[i]);
    *names = all;
    return count;
}

/* The columns as the first outputs, each name once. */
static void order_begin(struct compiler *c, struct flow *flow, const struct text *names,
                        size_t count, struct order *order) {
    struct program *p = compile_program(c);
    count = with_hidden(c, flow, &names, count);
    struct text *kept = compile_alloc(c, (count + 1) * sizeof *kept);
    size_t kept_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t k = 0; k < kept_count; k++) again = again || text_equal(kept[k], names[i]);
        if (again) continue;
        struct operand value = scope_get(c, flow->scope, names[i], false);
        node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
        kept[kept_count++] = compile_text(c, names[i]);
        program_output(p, kept[kept_count - 1].data, node);
    }
    struct sort_spec *spec = compile_own(c, calloc(1, sizeof *spec), destroy_sort);
    spec->column_count = kept_count;
    spec->time_column = SIZE_MAX;
    spec->limit = UINT64_MAX;
    *order = (struct order){kept, kept_count, spec};
}

static void order_key(struct compiler *c, struct order *order, struct operand value,
                      enum sort_type type, bool descending) {
    struct sort_spec *spec = order->spec;
    struct sort_key *keys = reallocarray(spec->keys, spec->key_count + 1, sizeof *keys);
    if (!keys) compile_no_memory(c);
    node_id node = value.known == NO_NODE ? value.node : operand_text(c, value);
    spec->keys = keys;
    keys[spec->key_count++] = (struct sort_key){compile_output(c, node), type, descending};
}

static void order_end(struct compiler *c, struct flow *flow, struct order *order) {
    struct program *p = compile_program(c);
    enum value_type *types = compile_alloc(c, (order->count + 1) * sizeof *types);
    for (size_t i = 0; i < order->count && i < p->output_count; i++)
        types[i] = program_type(p, p->outputs[i].node);
    compile_end_stage(c, flow, &operator_sort, order->spec, order->names, types, order->count);
    struct stage *ended = c->stage->before;
    for (size_t i = 0; i < order->count && i < p->output_count; i++)
        ended->printed[i] = compile_printed(ended, p->outputs[i].node);
}

/* All columns of rows that have some, all fields that matter of records. */
static size_t all_names(struct compiler *c, struct flow *flow, struct text **names) {
    return scope_open(flow->scope) ? aggregates_all_fields(c, names)
                                   : scope_names(c, flow->scope, names);
}

static bool is_descending(struct text order) {
    return strncasecmp(order.data, "asc", order.length) != 0;
}

static enum sort_type sort_type_of(struct text type) {
    if (text_equal(type, text_of("string"))) return SORT_TEXT;
    return text_equal(type, text_of("hex")) ? SORT_HEX : SORT_AUTO;
}

/* ---- sort --------------------------------------------------------------------------------- */

/* The keys of a sort; a key that is no column of the rows is missing in all of them. */
static void add_sort_keys(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                          const char *parameter, struct order *order, bool columns) {
    struct text *fields, *orders, *types;
    size_t count = arguments_fields(arguments, parameter, &fields);
    size_t order_count = arguments_texts(arguments, "order", &orders);
    size_t type_count = arguments_texts(arguments, "type", &types);
    bool turned = arguments_flag(arguments, "reverse");
    for (size_t i = 0; i < count; i++) {
        bool known = !columns;
        for (size_t k = 0; k < order->count; k++)
            known = known || text_equal(order->names[k], fields[i]);
        struct operand value = known ? compile_field(c, flow, fields[i]) : operand_missing(c);
        if (!known)
            diagnose_warning(c->diagnostics, arguments_span(arguments, parameter),
                             "add it to the table", "rows are sorted by what is no column of them");
        struct text direction = orders[i < order_count ? i : order_count - 1];
        struct text type = types[i < type_count ? i : type_count - 1];
        if (i == 0) tune_note_score(c, fields[0]);
        order_key(c, order, value, sort_type_of(type), is_descending(direction) != turned);
    }
}

static void step_sort(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct order order;
    struct text *names, *keys;
    size_t key_count =
        arguments_has(arguments, "field") ? arguments_fields(arguments, "field", &keys) : 0;
    for (size_t i = 0; i < key_count; i++) compile_mention(c, keys[i]);
    size_t count = all_names(c, flow, &names);
    order_begin(c, flow, names, count, &order);
    add_sort_keys(c, flow, arguments, "field", &order, false);
    order.spec->time_column = compile_time_column(c, flow);
    order.spec->limit = arguments_limit(arguments, "limit");
    if (!arguments_has(arguments, "limit")) order.spec->advice = copied(c, ADVICE);
    order_end(c, flow, &order);
}

/* ---- table -------------------------------------------------------------------------------- */

/* A sort right behind a table ranks the rows before they are cut: the N best by the sort. The
 * language itself keeps the N newest and sorts those. */
static bool take_sort(struct compiler *c, struct flow *flow, struct order *order,
                      const struct arguments *table) {
    const struct step *next = c->next;
    struct text none = {NULL, 0};
    struct arguments sort;
    if (c->options->strict || !next || next->kind != STEP_CALL || arguments_has(table, "sortby"))
        return false;
    const struct function *function = function_find(next->call->name);
    if (!function || function->step != step_sort) return false;
    c->took_next = true;
    if (!arguments_bind(c, flow, function, next->call, none, &sort)) return true;
    add_sort_keys(c, flow, &sort, "field", order, true);
    uint64_t limit = order->spec->limit;
    if (arguments_has(&sort, "limit")) {
        uint64_t sorted = arguments_limit(&sort, "limit");
        limit = arguments_has(table, "limit") && limit < sorted ? limit : sorted;
    }
    order->spec->limit = limit;
    if (arguments_has(&sort, "limit") || arguments_has(table, "limit")) {
        free(order->spec->advice);
        order->spec->advice = NULL;
    }
    return true;
}

/* The order that a table has unless it is told another: that of ties. */
static bool newest_first(const struct arguments *arguments) {
    return !arguments_has(arguments, "sortby") &&
           is_descending(arguments_text(arguments, "order")) !=
               arguments_flag(arguments, "reverse");
}

static void step_table(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct order order;
    struct text *names;
    size_t count = arguments_fields(arguments, "fields", &names);
    if (arguments_refuse_star(arguments, names, count)) return;
    for (size_t i = 0; i < count; i++) compile_field(c, flow, names[i]);
    order_begin(c, flow, names, count, &order);
    order.spec->limit = arguments_limit(arguments, "limit");
    if (!arguments_has(arguments, "limit")) order.spec->advice = copied(c, ADVICE);
    if (!take_sort(c, flow, &order, arguments) && !newest_first(arguments))
        add_sort_keys(c, flow, arguments, "sortby", &order, false);
    order.spec->time_column = compile_time_column(c, flow);
    order_end(c, flow, &order);
}

/* ---- head and tail ------------------------------------------------------------------------ */

static void step_head(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct order order;
    struct text *names;
    bool tail = arguments->function->which == AGGREGATE_NEWEST;
    size_t count = all_names(c, flow, &names);
    order_begin(c, flow, names, count, &order);
    order.spec->limit = arguments_limit(arguments, "limit");
    if (!arguments_has(arguments, "limit")) order.spec->advice = copied(c, "give it a number");
    /* The oldest; of the rows of an aggregate the first ones. */
    if (!tail && !flow->aggregated)
        order_key(c, &order, scope_get(c, flow->scope, text_of("@timestamp"), false), SORT_AUTO,
                  false);
    if (tail && !flow->aggregated) order.spec->time_column = compile_time_column(c, flow);
    order.spec->reversed = tail;
    order_end(c, flow, &order);
}

static const struct parameter table_parameters[] = {
    REQUIRED("fields", PARAM_FIELDS),
    OPTIONAL("limit", PARAM_LIMIT, "200"),
    OPTIONAL("sortby", PARAM_FIELDS, "@timestamp"),
    SOME_OF("order", "desc", "asc|desc"),
    SOME_OF("type", "number", "number|string|hex|any"),
    OPTIONAL("reverse", PARAM_FLAG, "false"),
    {0}};
static const struct parameter sort_parameters[] = {
    OPTIONAL("field", PARAM_FIELDS, "_count"), SOME_OF("order", "desc", "asc|desc"),
    OPTIONAL("limit", PARAM_LIMIT, "200"),     SOME_OF("type", "number", "number|string|hex|any"),
    OPTIONAL("reverse", PARAM_FLAG, "false"),  {0}};
static const struct parameter end_parameters[] = {OPTIONAL("limit", PARAM_LIMIT, "200"), {0}};

const struct function functions_order[] = {
    {.name = "table",
     .group = GROUP,
     .synopsis = "table([fields], limit=200, sortby=@timestamp, order=desc, type=number)",
     .summary = "these columns of the first rows in an order, the newest by default",
     .differs = "a sort right behind it ranks before rows are cut: table(limit=N) | sort(f) are "
                "the N best by f (unless sortby= is given)",
     .parameters = table_parameters,
     .step = step_table,
     .ends = true},
    {.name = "sort",
     .group = GROUP,
     .synopsis = "sort([fields], order=desc, limit=200, type=number, reverse=false)",
     .summary = "the first rows in an order: numbers by value, then texts, missing last",
     .differs = "ties are newest first, then in input order",
     .parameters = sort_parameters,
     .step = step_sort,
     .ends = true},
    {.name = "head",
     .group = GROUP,
     .synopsis = "head(200)",
     .summary = "the oldest rows; behind an aggregate the first ones",
     .parameters = end_parameters,
     .step = step_head,
     .aggregate = add_end_row,
     .ends = true,
     .which = AGGREGATE_OLDEST},
    {.name = "tail",
     .group = GROUP,
     .synopsis = "tail(200)",
     .summary = "the newest rows, oldest first; behind an aggregate the last ones",
     .parameters = end_parameters,
     .step = step_head,
     .aggregate = add_end_row,
     .ends = true,
     .which = AGGREGATE_NEWEST},
    {0}};
