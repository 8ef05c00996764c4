/* functions_fields.c - which fields there are, and what they are called. */
#include "engine/query/compile.h"

#define GROUP "functions: fields"

static void step_select(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text *names;
    size_t count = arguments_fields(arguments, "fields", &names);
    if (arguments_refuse_star(arguments, names, count)) return;
    for (size_t i = 0; i < count; i++) compile_field(c, flow, names[i]);
    flow->scope = scope_only(c, flow->scope, names, count);
}

static void step_drop(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text *names;
    size_t count = arguments_fields(arguments, "fields", &names);
    for (size_t i = 0; i < count; i++) flow->scope = scope_drop(c, flow->scope, names[i]);
}

/* Where the field is missing the target keeps what it has. */
static void rename_one(struct compiler *c, struct flow *flow, struct text from, struct text to) {
    if (text_equal(from, to)) return;
    flow_assign(c, flow, compile_text(c, to), compile_field(c, flow, from));
    flow->scope = scope_drop(c, flow->scope, compile_text(c, from));
}

/* rename(a, as=b), b := rename(a), rename([[a, b], [c, d]]) */
static void step_rename(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    const struct value *field = arguments_value(arguments, "field");
    struct text as = arguments_as(arguments);
    if (field->kind != VALUE_ARRAY) {
        struct text from = value_literal(field);
        if (from.data && as.data)
            rename_one(c, flow, from, as);
        else
            diagnose_error(c->diagnostics, arguments->call->span, "rename(old, as=new)",
                           "rename() needs the old name and the new one");
        return;
    }
    for (size_t i = 0; i < field->count; i++) {
        const struct value *pair = field->items[i];
        bool good = pair->kind == VALUE_ARRAY && pair->count == 2 &&
                    value_literal(pair->items[0]).data && value_literal(pair->items[1]).data;
        if (good)
            rename_one(c, flow, value_literal(pair->items[0]), value_literal(pair->items[1]));
        else if (as.data && field->count == 1 && value_literal(pair).data)
            rename_one(c, flow, value_literal(pair), as);
        else
            diagnose_error(c->diagnostics, pair->span, "rename([[old, new], [old, new]])",
                           "expected a pair of the old name and the new one");
    }
}

/* Rows go on as they are: what the function adds is for a screen. */
static void step_display(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    (void)c;
    (void)flow;
    (void)arguments;
}

/* One end of the interval. False: it is relative to now, or no time. */
static bool read_limit(const struct arguments *arguments, const char *name, int64_t *ms) {
    const struct value *value = arguments_value(arguments, name);
    struct text text = value ? value_literal(value) : (struct text){NULL, 0};
    if (!text.data) return !value;
    return text.length && text.data[0] != '-' && !text_equal(text, text_of("now")) &&
           range_read(text, false, 0, ms);
}

/* An archive is older than the query was meant for: "7d" would leave nothing of it. */
static void step_interval(struct compiler *c, struct flow *flow,
                          const struct arguments *arguments) {
    struct range range = range_all;
    struct span span = arguments->call->span;
    (void)flow;
    if (!read_limit(arguments, "start", &range.since) ||
        !read_limit(arguments, "end", &range.until))
        diagnose_warning(c->diagnostics, span, "--since and --until say which time is meant",
                         "the time interval of the query has no effect: it is not one of dates");
    else if (c->range_given)
        diagnose_warning(c->diagnostics, span, NULL,
                         "the time interval of the query has no effect: another one was asked for");
    else if (range.until <= range.since)
        diagnose_error(c->diagnostics, span, NULL, "the interval ends before it begins");
    else
        c->range = range;
}

static const struct parameter fields_parameters[] = {REQUIRED("fields", PARAM_FIELDS), {0}};
static const struct parameter rename_parameters[] = {
    REQUIRED("field", PARAM_ANY), OPTIONAL("as", PARAM_TEXT, NULL), {0}};
static const struct parameter sankey_parameters[] = {REQUIRED("source", PARAM_ANY),
                                                     REQUIRED("target", PARAM_ANY),
                                                     OPTIONAL("weight", PARAM_ANY, NULL),
                                                     {0}};
static const struct parameter world_parameters[] = {
    OPTIONAL("ip", PARAM_ANY, NULL),        OPTIONAL("lat", PARAM_ANY, NULL),
    OPTIONAL("lon", PARAM_ANY, NULL),       OPTIONAL("magnitude", PARAM_ANY, NULL),
    OPTIONAL("precision", PARAM_ANY, NULL), {0}};
static const struct parameter interval_parameters[] = {OPTIONAL("start", PARAM_ANY, NULL),
                                                       OPTIONAL("end", PARAM_ANY, NULL),
                                                       OPTIONAL("timezone", PARAM_ANY, NULL),
                                                       {0}};

const struct function functions_fields[] = {
    {.name = "select",
     .group = GROUP,
     .synopsis = "select([fields])",
     .summary = "only these fields go on",
     .parameters = fields_parameters,
     .step = step_select},
    {.name = "drop",
     .group = GROUP,
     .synopsis = "drop([fields])",
     .summary = "these fields go no further",
     .parameters = fields_parameters,
     .step = step_drop},
    {.name = "rename",
     .group = GROUP,
     .synopsis = "rename(old, as=new), rename([[old, new], ...])",
     .summary = "gives a field another name",
     .parameters = rename_parameters,
     .step = step_rename},
    {.name = "sankey",
     .group = GROUP,
     .synopsis = "sankey(source=, target=, weight=)",
     .summary = "a picture",
     .differs = "rows go on as they are",
     .parameters = sankey_parameters,
     .step = step_display},
    {.name = "worldMap",
     .group = GROUP,
     .synopsis = "worldMap(ip=, magnitude=)",
     .summary = "a picture",
     .differs = "rows go on as they are",
     .parameters = world_parameters,
     .step = step_display},
    {.name = "setTimeInterval",
     .group = GROUP,
     .synopsis = "setTimeInterval(start=\"2026-03-07T00:00:00Z\", end=)",
     .summary = "the time that is searched",
     .differs = "dates and milliseconds count, times relative to now do not: --since, --until",
     .parameters = interval_parameters,
     .step = step_interval},
    {0}};
