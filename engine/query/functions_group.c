/* functions_group.c - aggregates, alone and in groups. */
#include <math.h>
#include <stdlib.h>

#include "engine/operator/share.h"
#include "engine/query/aggregates.h"
#include "engine/query/sequence_stage.h"
#include "engine/scalar/time.h"

#define GROUP "functions: aggregates"
#define DEFAULT_GROUPS 20000 /* of groupBy in the language itself */

/* ---- aggregates --------------------------------------------------------------------------- */

static void add_count(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                      struct aggregates *aggregates) {
    (void)flow;
    struct text name = arguments_as(arguments);
    bool distinct = arguments_flag(arguments, "distinct");
    if (distinct && !arguments_has(arguments, "field"))
        diagnose_error(c->diagnostics, arguments->call->span, "count(field, distinct=true)",
                       "distinct values of which field?");
    struct aggregate *aggregate =
        aggregates_add(c, aggregates, distinct ? AGGREGATE_DISTINCT : AGGREGATE_COUNT, name);
    if (arguments_has(arguments, "field"))
        aggregates_input(c, aggregate, arguments_operand(arguments, "field"));
    aggregates_column(c, aggregates, name, TYPE_NUMBER);
}

static void add_number(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                       struct aggregates *aggregates) {
    (void)flow;
    struct text name = arguments_as(arguments);
    enum aggregate_kind kind = (enum aggregate_kind)arguments->function->which;
    struct aggregate *aggregate = aggregates_add(c, aggregates, kind, name);
    aggregates_input(c, aggregate, arguments_operand(arguments, "field"));
    aggregates_column(c, aggregates, name, TYPE_NUMBER);
}

static void add_percentile(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                           struct aggregates *aggregates) {
    struct text *levels;
    size_t count = arguments_texts(arguments, "percentiles", &levels);
    struct text defaults[] = {text_of("50"), text_of("75"), text_of("99")};
    if (!count) {
        levels = defaults;
        count = 3;
    }
    struct text as = arguments_as(arguments);
    struct operand field = arguments_operand(arguments, "field");
    (void)flow;
    for (size_t i = 0; i < count; i++) {
        double level;
        if (!number_parse(levels[i], &level) || level < 0 || level > 100) {
            diagnose_error(c->diagnostics, arguments_span(arguments, "percentiles"),
                           "percentiles=[50, 95, 99]", "a percentile is a number from 0 to 100");
            continue;
        }
        struct text name = compile_printf(c, "%s_%s", as.data ? as.data : "", levels[i].data);
        struct aggregate *aggregate = aggregates_add(c, aggregates, AGGREGATE_PERCENTILE, name);
        aggregate->parameter = level;
        aggregates_input(c, aggregate, field);
        aggregates_column(c, aggregates, name, TYPE_NUMBER);
    }
}

static void add_collect(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                        struct aggregates *aggregates) {
    struct text *fields;
    size_t count = arguments_fields(arguments, "fields", &fields);
    struct text separator = arguments_text(arguments, "separator");
    for (size_t i = 0; i < count; i++) {
        struct aggregate *aggregate = aggregates_add(c, aggregates, AGGREGATE_COLLECT, fields[i]);
        aggregate->limit = arguments_limit(arguments, "limit");
        aggregate->separator = (char *)separator.data;
        aggregates_input(c, aggregate, compile_field(c, flow, fields[i]));
        aggregates_column(c, aggregates, fields[i], TYPE_TEXT);
    }
}

/* The named fields of one row of the group; everything for `*` or nothing named. */
static void add_row(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                    struct aggregates *aggregates, enum aggregate_kind kind, const char *names_of,
                    const char *extreme) {
    struct text *names;
    size_t count = arguments_fields(arguments, names_of, &names);
    if (count == 0 || (count == 1 && text_equal(names[0], text_of("*"))))
        count = aggregates_all_fields(c, &names);
    struct aggregate *aggregate = aggregates_add(c, aggregates, kind, text_of("row"));
    if (extreme) aggregates_input(c, aggregate, arguments_operand(arguments, extreme));
    for (size_t i = 0; i < count; i++) {
        bool key = false;
        for (size_t k = 0; k < aggregates->key_count; k++)
            key = key || text_equal(aggregates->keys[k], names[i]);
        if (key) continue;
        struct operand value = scope_get(c, flow->scope, names[i], false);
        aggregates_input(c, aggregate, value);
        aggregates_column(c, aggregates, names[i], operand_type(c, value));
    }
}

static void add_last(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                     struct aggregates *aggregates) {
    enum aggregate_kind kind = (enum aggregate_kind)arguments->function->which;
    add_row(c, flow, arguments, aggregates, kind, "fields", NULL);
}

static void add_extreme(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                        struct aggregates *aggregates) {
    enum aggregate_kind kind = (enum aggregate_kind)arguments->function->which;
    add_row(c, flow, arguments, aggregates, kind, "include", "field");
}

/* head(1) and tail(1) as an aggregate of a group: see functions_order.c. */
void add_end_row(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                 struct aggregates *aggregates) {
    enum aggregate_kind kind = (enum aggregate_kind)arguments->function->which;
    if (arguments_limit(arguments, "limit") != 1) {
        diagnose_error(c->diagnostics, arguments->call->span, "selectLast([fields])",
                       "in a group %s() takes one row: %s(1)", arguments->function->name,
                       arguments->function->name);
        return;
    }
    add_row(c, flow, arguments, aggregates, kind, "fields", NULL);
}

/* ---- groups ------------------------------------------------------------------------------- */

static void add_keys(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                     struct aggregates *aggregates) {
    struct text *fields;
    size_t count = arguments_fields(arguments, "field", &fields);
    for (size_t i = 0; i < count; i++)
        aggregates_key(c, aggregates, fields[i], compile_field(c, flow, fields[i]));
    if (!arguments_has(arguments, "series")) return;
    count = arguments_fields(arguments, "series", &fields);
    for (size_t i = 0; i < count; i++)
        aggregates_key(c, aggregates, fields[i], compile_field(c, flow, fields[i]));
}

/* function=, or a count where none is given. */
static void add_functions(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                          struct aggregates *aggregates) {
    const struct value *functions = arguments_value(arguments, "function");
    if (functions) {
        aggregates_compile(c, flow, functions, aggregates);
        return;
    }
    aggregates_add(c, aggregates, AGGREGATE_COUNT, text_of("_count"));
    aggregates_column(c, aggregates, text_of("_count"), TYPE_NUMBER);
}

static void add_stats(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                      struct aggregates *aggregates) {
    add_functions(c, flow, arguments, aggregates);
}

/* groupBy inside a group: one group by the keys of both. */
static void add_group(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                      struct aggregates *aggregates) {
    add_keys(c, flow, arguments, aggregates);
    add_functions(c, flow, arguments, aggregates);
}

static void step_group(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    if (sequence_of_group(c, flow, arguments)) return;
    struct aggregates aggregates = {.where = NO_NODE};
    struct group_order order = {.limit = UINT64_MAX};
    add_keys(c, flow, arguments, &aggregates);
    add_functions(c, flow, arguments, &aggregates);
    if (arguments_has(arguments, "limit"))
        order.limit = arguments_limit(arguments, "limit");
    else if (c->options->strict)
        order.limit = DEFAULT_GROUPS;
    order.advice = "the groups of the greatest first aggregate; give groupBy a higher limit=";
    aggregates_end(c, flow, &aggregates, order);
}

static void destroy_share(void *spec) {
    operator_share.spec_free(spec);
}

/* Behind the groups, greatest first: how much of all each has, and the others as one row. */
static void end_with_share(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                           const struct aggregates *aggregates, bool greatest) {
    struct text *names, rest = arguments_text(arguments, "rest");
    size_t count = scope_names(c, flow->scope, &names);
    struct text *columns = compile_alloc(c, (count + 2) * sizeof *columns);
    enum value_type *types = compile_alloc(c, (count + 2) * sizeof *types);
    struct share_spec *spec = compile_own(c, calloc(1, sizeof *spec), destroy_share);
    for (size_t i = 0; i < count; i++) {
        node_id node = scope_get(c, flow->scope, names[i], false).node;
        program_output(compile_program(c), compile_text(c, names[i]).data, node);
        columns[i] = names[i];
        types[i] = program_type(compile_program(c), node);
    }
    spec->column_count = count;
    spec->value = aggregates->key_count;
    spec->limit = arguments_limit(arguments, "limit");
    spec->percent = arguments_flag(arguments, "percent");
    spec->greatest = greatest;
    if (rest.data && !(spec->rest = strdup(rest.data))) compile_no_memory(c);
    if (spec->percent) {
        columns[count] = text_of("percent");
        types[count++] = TYPE_NUMBER;
    }
    compile_end_stage(c, flow, &operator_share, spec, columns, types, count);
}

static void step_top(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct aggregates aggregates = {.where = NO_NODE};
    struct text as = arguments_as(arguments);
    add_keys(c, flow, arguments, &aggregates);
    const char *by = arguments_has(arguments, "sum")   ? "sum"
                     : arguments_has(arguments, "max") ? "max"
                                                       : NULL;
    enum aggregate_kind kind = !by                      ? AGGREGATE_COUNT
                               : strcmp(by, "sum") == 0 ? AGGREGATE_SUM
                                                        : AGGREGATE_MAXIMUM;
    if (!as.data) as = compile_printf(c, "_%s", by ? by : "count");
    struct aggregate *aggregate = aggregates_add(c, &aggregates, kind, as);
    if (by) aggregates_input(c, aggregate, arguments_operand(arguments, by));
    aggregates_column(c, &aggregates, as, TYPE_NUMBER);
    uint64_t limit = arguments_limit(arguments, "limit");
    bool shared = arguments_has(arguments, "rest") || arguments_flag(arguments, "percent");
    aggregates_end(c, flow, &aggregates,
                   (struct group_order){.limit = shared ? UINT64_MAX : limit, .ranked = true});
    if (shared) end_with_share(c, flow, arguments, &aggregates, kind == AGGREGATE_MAXIMUM);
}

/* ---- time --------------------------------------------------------------------------------- */

/* The begin of the bucket that the time is in. */
static struct operand bucket_of(struct compiler *c, struct flow *flow,
                                const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text written = arguments_text(arguments, "span");
    struct text zone = arguments_text(arguments, "timezone");
    struct time_span span;
    if (text_equal(written, text_of("auto"))) {
        diagnose_warning(c->diagnostics, arguments->call->span,
                         "give span=", "buckets without a span are of one hour");
        written = text_of("1h");
    }
    if (!span_parse(written, &span)) span_parse(text_of("1h"), &span);
    void *data = time_floor_new(span, zone.data, &error);
    if (!data) {
        diagnose_error(c->diagnostics, arguments->call->span, NULL, "%s", error.message);
        return operand_missing(c);
    }
    scalar_data(c, &scalar_time_floor, data);
    struct operand time = scope_get(c, flow->scope, text_of("@timestamp"), true);
    time = operand_of(operand_number(c, time));
    struct text identity = compile_printf(c, "%s %s", written.data, zone.data ? zone.data : "");
    return call_scalar(c, &scalar_time_floor, data, identity, &time, 1);
}

static void step_bucket(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct aggregates aggregates = {.where = NO_NODE};
    aggregates_key(c, &aggregates, text_of("_bucket"), bucket_of(c, flow, arguments));
    add_keys(c, flow, arguments, &aggregates);
    add_functions(c, flow, arguments, &aggregates);
    aggregates_end(c, flow, &aggregates, (struct group_order){.limit = UINT64_MAX});
}

/* ---- aggregates as steps ------------------------------------------------------------------ */

void group_all(struct compiler *c, struct flow *flow, const struct function *function,
               const struct arguments *arguments) {
    struct aggregates aggregates = {.where = NO_NODE};
    function->aggregate(c, flow, arguments, &aggregates);
    aggregates_end(c, flow, &aggregates, (struct group_order){.limit = UINT64_MAX});
}

void group_stats(struct compiler *c, struct flow *flow, const struct value *calls) {
    struct aggregates aggregates = {.where = NO_NODE};
    if (!flow->top) {
        diagnose_error(c->diagnostics, calls->span, "put it behind the case",
                       "aggregates end the stream of records: they cannot stand inside a clause");
        return;
    }
    compile_flush(c, flow);
    aggregates_compile(c, flow, calls, &aggregates);
    aggregates_end(c, flow, &aggregates, (struct group_order){.limit = UINT64_MAX});
}

#define NUMBER(name_of, as_name)                \
    static const struct parameter name_of[] = { \
        REQUIRED("field", PARAM_FIELD), OPTIONAL("as", PARAM_TEXT, as_name), {0}}
NUMBER(sum_parameters, "_sum");
NUMBER(avg_parameters, "_avg");
NUMBER(min_parameters, "_min");
NUMBER(max_parameters, "_max");
NUMBER(range_parameters, "_range");
NUMBER(deviation_parameters, "_stddev");
static const struct parameter count_parameters[] = {OPTIONAL("field", PARAM_FIELD, NULL),
                                                    OPTIONAL("as", PARAM_TEXT, "_count"),
                                                    OPTIONAL("distinct", PARAM_FLAG, "false"),
                                                    {0}};
static const struct parameter percentile_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                         OPTIONAL("percentiles", PARAM_TEXTS, NULL),
                                                         OPTIONAL("as", PARAM_TEXT, NULL),
                                                         IGNORED("accuracy", PARAM_NUMBER),
                                                         {0}};
static const struct parameter collect_parameters[] = {REQUIRED("fields", PARAM_FIELDS),
                                                      OPTIONAL("limit", PARAM_LIMIT, "2000"),
                                                      OPTIONAL("separator", PARAM_TEXT, "\n"),
                                                      IGNORED("multival", PARAM_FLAG),
                                                      {0}};
static const struct parameter last_parameters[] = {REQUIRED("fields", PARAM_FIELDS), {0}};
static const struct parameter extreme_parameters[] = {
    REQUIRED("field", PARAM_FIELD), OPTIONAL("include", PARAM_FIELDS, NULL), {0}};
static const struct parameter stats_parameters[] = {OPTIONAL("function", PARAM_FUNCTIONS, NULL),
                                                    {0}};
static const struct parameter group_parameters[] = {REQUIRED("field", PARAM_FIELDS),
                                                    OPTIONAL("function", PARAM_FUNCTIONS, NULL),
                                                    OPTIONAL("limit", PARAM_LIMIT, NULL),
                                                    {0}};
static const struct parameter top_parameters[] = {REQUIRED("field", PARAM_FIELDS),
                                                  OPTIONAL("limit", PARAM_LIMIT, "10"),
                                                  OPTIONAL("sum", PARAM_FIELD, NULL),
                                                  OPTIONAL("max", PARAM_FIELD, NULL),
                                                  OPTIONAL("as", PARAM_TEXT, NULL),
                                                  IGNORED("error", PARAM_NUMBER),
                                                  OPTIONAL("rest", PARAM_TEXT, NULL),
                                                  OPTIONAL("percent", PARAM_FLAG, "false"),
                                                  {0}};
static const struct parameter bucket_parameters[] = {OPTIONAL("span", PARAM_SPAN, "auto"),
                                                     OPTIONAL("field", PARAM_FIELDS, NULL),
                                                     OPTIONAL("function", PARAM_FUNCTIONS, NULL),
                                                     OPTIONAL("timezone", PARAM_TEXT, NULL),
                                                     IGNORED("buckets", PARAM_NUMBER),
                                                     IGNORED("minSpan", PARAM_SPAN),
                                                     IGNORED("limit", PARAM_LIMIT),
                                                     IGNORED("unit", PARAM_ANY),
                                                     {0}};
static const struct parameter chart_parameters[] = {OPTIONAL("field", PARAM_FIELDS, NULL),
                                                    OPTIONAL("series", PARAM_FIELDS, NULL),
                                                    OPTIONAL("span", PARAM_SPAN, "auto"),
                                                    OPTIONAL("function", PARAM_FUNCTIONS, NULL),
                                                    OPTIONAL("timezone", PARAM_TEXT, NULL),
                                                    IGNORED("buckets", PARAM_NUMBER),
                                                    IGNORED("minSpan", PARAM_SPAN),
                                                    IGNORED("limit", PARAM_LIMIT),
                                                    IGNORED("unit", PARAM_ANY),
                                                    {0}};

#define AGGREGATE(name_of, text, what, table, of, kind)                                          \
    {                                                                                            \
        .name = name_of, .group = GROUP, .synopsis = text, .summary = what, .parameters = table, \
        .aggregate = of, .which = kind                                                           \
    }

const struct function functions_group[] = {
    {.name = "groupBy",
     .group = GROUP,
     .synopsis = "groupBy([fields], function=count(), limit=)",
     .summary = "one row per combination of the fields' values; rows without one are left out",
     .differs = "all groups unless limit= is given, exact, in byte order of their keys; limit=N "
                "keeps those of the greatest first aggregate",
     .parameters = group_parameters,
     .step = step_group,
     .aggregate = add_group,
     .ends = true},
    {.name = "top",
     .group = GROUP,
     .synopsis = "top([fields], limit=10, sum=, max=, percent=false, rest=, as=_count)",
     .summary = "the groups with the most rows, or the greatest sum or maximum",
     .differs = "exact",
     .parameters = top_parameters,
     .step = step_top,
     .ends = true},
    AGGREGATE("count", "count(field, distinct=false, as=_count)",
              "rows, those that have the field, or its distinct values", count_parameters,
              add_count, 0),
    AGGREGATE("sum", "sum(field, as=_sum)", "the sum of the numbers", sum_parameters, add_number,
              AGGREGATE_SUM),
    AGGREGATE("avg", "avg(field, as=_avg)", "their mean", avg_parameters, add_number,
              AGGREGATE_AVERAGE),
    AGGREGATE("min", "min(field, as=_min)", "the least", min_parameters, add_number,
              AGGREGATE_MINIMUM),
    AGGREGATE("max", "max(field, as=_max)", "the greatest", max_parameters, add_number,
              AGGREGATE_MAXIMUM),
    AGGREGATE("range", "range(field, as=_range)", "greatest minus least", range_parameters,
              add_number, AGGREGATE_RANGE),
    AGGREGATE("stdDev", "stdDev(field, as=_stddev)", "the population's standard deviation",
              deviation_parameters, add_number, AGGREGATE_DEVIATION),
    AGGREGATE("percentile", "percentile(field, percentiles=[50, 75, 99], as=)",
              "values below which that share of the numbers lies, as _50, _75, _99",
              percentile_parameters, add_percentile, 0),
    AGGREGATE("collect", "collect([fields], limit=2000, separator=\"\\n\")",
              "the distinct values of each field, joined, in byte order", collect_parameters,
              add_collect, 0),
    AGGREGATE("selectLast", "selectLast([fields])", "the values of the newest row", last_parameters,
              add_last, AGGREGATE_NEWEST),
    AGGREGATE("selectFromMax", "selectFromMax(field, include=[fields])",
              "the values of the row where the field is greatest", extreme_parameters, add_extreme,
              AGGREGATE_AT_MAXIMUM),
    AGGREGATE("selectFromMin", "selectFromMin(field, include=[fields])",
              "the values of the row where the field is least", extreme_parameters, add_extreme,
              AGGREGATE_AT_MINIMUM),
    AGGREGATE("stats", "stats([functions])", "several aggregates in one row", stats_parameters,
              add_stats, 0),
    {.name = "bucket",
     .group = GROUP,
     .synopsis = "bucket(span=auto, field=, function=count(), timezone=)",
     .summary = "groups by time: _bucket is the begin of each, in milliseconds",
     .differs = "span=auto is one hour",
     .parameters = bucket_parameters,
     .step = step_bucket,
     .ends = true},
    {.name = "timeChart",
     .group = GROUP,
     .synopsis = "timeChart(series, span=auto, function=count(), timezone=)",
     .summary = "groups by time and series, one row each",
     .differs = "span=auto is one hour",
     .parameters = chart_parameters,
     .step = step_bucket,
     .ends = true},
    {0}};
