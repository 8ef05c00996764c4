/* functions_value.c - values chosen among others, and what serves all functions of values. */
#include "engine/query/compile.h"
#include "engine/scalar/array.h"
#include "engine/scalar/text.h"

#define GROUP "functions: values"

/* ---- scalars ------------------------------------------------------------------------------ */

void scalar_data(struct compiler *c, const struct scalar *scalar, void *data) {
    if (!data) compile_no_memory(c);
    if (scalar->data_free) compile_own(c, data, scalar->data_free);
}

struct operand call_scalar(struct compiler *c, const struct scalar *scalar, void *data,
                           struct text identity, const struct operand *operands, size_t count) {
    node_id *nodes = compile_alloc(c, (count + 1) * sizeof *nodes);
    for (size_t i = 0; i < count; i++)
        nodes[i] = operands[i].known == NO_NODE ? operands[i].node : operand_text(c, operands[i]);
    if (data) compile_disown(c, data);
    return operand_of(program_call(compile_program(c), scalar, data, identity, nodes, count));
}

struct operand value_of_scalar(struct compiler *c, struct flow *flow,
                               const struct arguments *arguments) {
    const struct parameter *parameters = arguments->function->parameters;
    struct operand operands[8];
    size_t count = 0;
    (void)flow;
    for (size_t i = 0; parameters[i].name && strcmp(parameters[i].name, "as") != 0; i++) {
        bool given = arguments->values[i] || parameters[i].fallback;
        if (!given) break;
        operands[count++] = arguments_operand(arguments, parameters[i].name);
    }
    return call_scalar(c, arguments->function->scalar, NULL, text_of(""), operands, count);
}

/* Appends, where there is an array of its own, what the language calls the array: name[]. */
struct operand compile_array(struct compiler *c, struct flow *flow, struct text name,
                             struct span span) {
    if (memmem(name.data, name.length, "[].", 3))
        diagnose_error(c->diagnostics, span, "split() gives a row for each object",
                       "trawl does not have arrays of the fields of objects");
    bool marked = name.length > 2 && memcmp(name.data + name.length - 2, "[]", 2) == 0;
    struct text array = marked ? name : compile_printf(c, "%.*s[]", (int)name.length, name.data);
    return scope_get(c, flow->scope, array, true);
}

/* ---- if, coalesce, default ---------------------------------------------------------------- */

static struct operand value_if(struct compiler *c, struct flow *flow,
                               const struct arguments *arguments) {
    (void)flow;
    node_id flag = operand_truth(c, arguments_operand(arguments, "condition"));
    struct operand then = arguments_has(arguments, "then") ? arguments_operand(arguments, "then")
                                                           : operand_missing(c);
    struct operand other = arguments_has(arguments, "else") ? arguments_operand(arguments, "else")
                                                            : operand_missing(c);
    return operand_select(c, flag, then, other);
}

/* The first that is there and, unless empty ones are wanted, not empty. */
static struct operand value_coalesce(struct compiler *c, struct flow *flow,
                                     const struct arguments *arguments) {
    struct program *p = compile_program(c);
    const struct value *list = arguments_value(arguments, "expressions");
    bool ignore_empty =
        !arguments_has(arguments, "ignoreEmpty") || arguments_flag(arguments, "ignoreEmpty");
    size_t count = list->kind == VALUE_ARRAY ? list->count : 1;
    struct operand chosen = operand_missing(c);
    for (size_t i = count; i-- > 0;) {
        const struct value *item = list->kind == VALUE_ARRAY ? list->items[i] : list;
        struct operand value = compile_value(c, flow, item);
        node_id good = operand_known(c, value);
        if (ignore_empty && operand_type(c, value) == TYPE_TEXT)
            good = program_and(p, good, program_not(p, program_equals(p, value.node, "")));
        chosen = operand_select(c, good, value, chosen);
    }
    return chosen;
}

static void step_default(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct program *p = compile_program(c);
    struct text *fields;
    size_t count = arguments_fields(arguments, "field", &fields);
    struct operand value = arguments_operand(arguments, "value");
    for (size_t i = 0; i < count; i++) {
        struct operand older = compile_field(c, flow, fields[i]);
        node_id there = operand_known(c, older);
        if (arguments_flag(arguments, "replaceEmpty"))
            there = program_and(p, there,
                                program_not(p, program_equals(p, operand_text(c, older), "")));
        flow_bind(c, flow, fields[i], operand_select(c, there, older, value));
    }
}

static void step_eval(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    const struct call *call = arguments->call;
    for (size_t i = 0; i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (!argument->name.length) {
            diagnose_error(c->diagnostics, argument->span, "eval(name = expression)",
                           "eval() takes assignments");
            continue;
        }
        flow_assign(c, flow, argument->name, compile_value(c, flow, argument->value));
    }
}

static struct operand value_now(struct compiler *c, struct flow *flow,
                                const struct arguments *arguments) {
    (void)flow, (void)arguments;
    return operand_of(program_number(compile_program(c), (double)c->now));
}

static struct operand value_field(struct compiler *c, struct flow *flow,
                                  const struct arguments *arguments) {
    if (arguments_value(arguments, "field")->kind == VALUE_WORD)
        diagnose_error(c->diagnostics, arguments_span(arguments, "field"), "getField(\"name\")",
                       "trawl does not have fields named by a field's value: the name must be "
                       "quoted");
    return compile_field(c, flow, arguments_text(arguments, "field"));
}

static void step_set_field(struct compiler *c, struct flow *flow,
                           const struct arguments *arguments) {
    flow_assign(c, flow, arguments_text(arguments, "target"),
                arguments_operand(arguments, "value"));
}

/* ---- concat, format ----------------------------------------------------------------------- */

static struct operand value_concat(struct compiler *c, struct flow *flow,
                                   const struct arguments *arguments) {
    const struct value *list = arguments_value(arguments, "field");
    size_t count = list->kind == VALUE_ARRAY ? list->count : 1;
    struct operand *operands = compile_alloc(c, (count + 1) * sizeof *operands);
    for (size_t i = 0; i < count; i++) {
        const struct value *item =
            compile_resolve(c, list->kind == VALUE_ARRAY ? list->items[i] : list);
        struct text name = value_literal(item);
        operands[i] = name.data && item->kind != VALUE_NUMBER ? compile_field(c, flow, name)
                                                              : compile_value(c, flow, item);
    }
    return call_scalar(c, &scalar_concat, NULL, text_of(""), operands, count);
}

static struct operand value_format(struct compiler *c, struct flow *flow,
                                   const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text format = arguments_text(arguments, "format");
    struct text zone = arguments_text(arguments, "timezone");
    struct format *data = format_new(format.data, zone.data, &error);
    if (!data) {
        diagnose_error(c->diagnostics, arguments_span(arguments, "format"), NULL, "%s",
                       error.message);
        return operand_missing(c);
    }
    scalar_data(c, &scalar_format, data);
    const struct value *list = arguments_value(arguments, "field");
    size_t given = !list ? 0 : list->kind == VALUE_ARRAY ? list->count : 1;
    size_t needed = format_arguments(data);
    if (needed > given)
        diagnose_error(c->diagnostics, arguments_span(arguments, "format"), NULL,
                       "format() reads %zu fields and is given %zu", needed, given);
    struct operand *operands = compile_alloc(c, (given + 1) * sizeof *operands);
    for (size_t i = 0; i < given; i++) {
        const struct value *item =
            compile_resolve(c, list->kind == VALUE_ARRAY ? list->items[i] : list);
        struct text name = value_literal(item);
        operands[i] = name.data ? compile_field(c, flow, name) : compile_value(c, flow, item);
    }
    struct text identity = compile_printf(c, "%s|%s", zone.data ? zone.data : "", format.data);
    return call_scalar(c, &scalar_format, data, identity, operands, given);
}

static const struct parameter if_parameters[] = {REQUIRED("condition", PARAM_CONDITION),
                                                 OPTIONAL("then", PARAM_VALUE, NULL),
                                                 OPTIONAL("else", PARAM_VALUE, NULL),
                                                 OPTIONAL("as", PARAM_TEXT, "_if"),
                                                 {0}};
static const struct parameter coalesce_parameters[] = {REQUIRED("expressions", PARAM_ANY),
                                                       OPTIONAL("ignoreEmpty", PARAM_FLAG, "true"),
                                                       OPTIONAL("as", PARAM_TEXT, "_coalesce"),
                                                       {0}};
static const struct parameter default_parameters[] = {REQUIRED("field", PARAM_FIELDS),
                                                      REQUIRED("value", PARAM_VALUE),
                                                      OPTIONAL("replaceEmpty", PARAM_FLAG, "false"),
                                                      {0}};
static const struct parameter now_parameters[] = {OPTIONAL("as", PARAM_TEXT, "_now"), {0}};
static const struct parameter field_parameters[] = {
    REQUIRED("field", PARAM_TEXT), OPTIONAL("as", PARAM_TEXT, "_getField"), {0}};
static const struct parameter set_field_parameters[] = {
    REQUIRED("target", PARAM_TEXT), REQUIRED("value", PARAM_VALUE), {0}};
static const struct parameter concat_parameters[] = {
    REQUIRED("field", PARAM_ANY), OPTIONAL("as", PARAM_TEXT, "_concat"), {0}};
static const struct parameter format_parameters[] = {REQUIRED("format", PARAM_TEXT),
                                                     OPTIONAL("field", PARAM_ANY, NULL),
                                                     OPTIONAL("as", PARAM_TEXT, "_format"),
                                                     OPTIONAL("timezone", PARAM_TEXT, NULL),
                                                     {0}};

const struct function functions_value[] = {
    {.name = "if",
     .group = GROUP,
     .synopsis = "if(condition, then=, else=, as=_if)",
     .summary = "one value or the other; a condition that is null chooses else",
     .differs = "then and else may stand without names (an extension)",
     .parameters = if_parameters,
     .value = value_if,
     .keeps = true,
     .many_unnamed = true},
    {.name = "coalesce",
     .group = GROUP,
     .synopsis = "coalesce([a, b, \"text\"], as=_coalesce, ignoreEmpty=true)",
     .summary = "the first that is there and not empty",
     .parameters = coalesce_parameters,
     .value = value_coalesce},
    {.name = "default",
     .group = GROUP,
     .synopsis = "default(field=, value=, replaceEmpty=false)",
     .summary = "gives the field a value where it has none",
     .parameters = default_parameters,
     .many_unnamed = true,
     .step = step_default},
    {.name = "eval",
     .group = GROUP,
     .synopsis = "eval(a = expression, b = expression)",
     .summary = "assignments, from left to right",
     .step = step_eval},
    {.name = "now",
     .group = GROUP,
     .synopsis = "now(as=_now)",
     .summary = "when the query was compiled, in milliseconds since 1970",
     .parameters = now_parameters,
     .value = value_now},
    {.name = "getField",
     .group = GROUP,
     .synopsis = "getField(\"odd name\")",
     .summary = "a field whose name is no word",
     .differs = "the name is a constant",
     .parameters = field_parameters,
     .value = value_field},
    {.name = "setField",
     .group = GROUP,
     .synopsis = "setField(target=, value=)",
     .summary = "as target := value",
     .differs = "the target is a constant",
     .parameters = set_field_parameters,
     .step = step_set_field,
     .many_unnamed = true},
    {.name = "concat",
     .group = GROUP,
     .synopsis = "concat([a, b], as=_concat)",
     .summary = "the texts of fields one after the other; missing ones are skipped",
     .parameters = concat_parameters,
     .value = value_concat},
    {.name = "format",
     .group = GROUP,
     .synopsis = "format(\"%s\", field=[a, b], as=_format, timezone=)",
     .summary = "printf: %s %d %i %f %e %g %x %o %b %c %n %% and dates %tY; null on a wrong type",
     .parameters = format_parameters,
     .value = value_format},
    {0}};
