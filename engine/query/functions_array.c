/* functions_array.c - functions of arrays: name[] is the array as JSON text. */
#include "engine/query/compile.h"
#include "engine/scalar/array.h"

#define GROUP "functions: arrays"

/* (array, ...): a value of the array. */
static struct operand value_array(struct compiler *c, struct flow *flow,
                                  const struct arguments *arguments) {
    struct operand array = compile_array(c, flow, arguments_text(arguments, "array"),
                                         arguments_span(arguments, "array"));
    return call_scalar(c, arguments->function->scalar, NULL, text_of(""), &array, 1);
}

static struct text target(const struct arguments *arguments) {
    struct text as = arguments_as(arguments);
    if (!as.data) as = arguments_text(arguments, "asArray");
    return as.data ? as : arguments_text(arguments, "array");
}

/* (array): an array again. */
static void step_array(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    bind_array(c, flow, target(arguments), value_array(c, flow, arguments));
}

static void step_sort(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct operand operands[] = {
        compile_array(c, flow, arguments_text(arguments, "array"),
                      arguments_span(arguments, "array")),
        operand_of(program_text(compile_program(c), arguments_text(arguments, "order")))};
    bind_array(c, flow, target(arguments),
               call_scalar(c, &scalar_array_sort, NULL, text_of(""), operands, 2));
}

static void step_drop(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text name = arguments_text(arguments, "array");
    if (name.length > 2 && memcmp(name.data + name.length - 2, "[]", 2) == 0) name.length -= 2;
    bind_array(c, flow, name, operand_missing(c));
    flow->scope = scope_drop(c, flow->scope, compile_text(c, name));
}

static void step_append(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    const struct value *values = arguments_value(arguments, "values");
    size_t count = values->kind == VALUE_ARRAY ? values->count : 1;
    struct operand *operands = compile_alloc(c, (count + 1) * sizeof *operands);
    operands[0] = compile_array(c, flow, arguments_text(arguments, "array"),
                                arguments_span(arguments, "array"));
    for (size_t i = 0; i < count; i++)
        operands[i + 1] =
            compile_value(c, flow, values->kind == VALUE_ARRAY ? values->items[i] : values);
    bind_array(c, flow, target(arguments),
               call_scalar(c, &scalar_array_append, NULL, text_of(""), operands, count + 1));
}

/* Several arrays to one. */
static void step_together(struct compiler *c, struct flow *flow,
                          const struct arguments *arguments) {
    struct text *names;
    size_t count = arguments_texts(arguments, "arrays", &names);
    if (count == 0) return;
    struct operand together = compile_array(c, flow, names[0], arguments_span(arguments, "arrays"));
    for (size_t i = 1; i < count; i++) {
        struct operand operands[] = {
            together, compile_array(c, flow, names[i], arguments_span(arguments, "arrays"))};
        together = call_scalar(c, arguments->function->scalar, NULL, text_of(""), operands, 2);
    }
    bind_array(c, flow, arguments_as(arguments), together);
}

static struct operand value_concat_array(struct compiler *c, struct flow *flow,
                                         const struct arguments *arguments) {
    struct program *p = compile_program(c);
    double from = arguments_number(arguments, "from"), to = arguments_number(arguments, "to");
    struct operand operands[4] = {
        compile_array(c, flow, arguments_text(arguments, "field"),
                      arguments_span(arguments, "field")),
        operand_of(program_text(p, arguments_text(arguments, "separator"))),
        operand_of(program_number(p, from))};
    size_t count = 3;
    if (to >= 0) operands[count++] = operand_of(program_number(p, to));
    return call_scalar(c, &scalar_array_join, NULL, text_of(""), operands, count);
}

static const struct parameter length_parameters[] = {
    REQUIRED("array", PARAM_TEXT), OPTIONAL("as", PARAM_TEXT, "_length"), {0}};
static const struct parameter array_parameters[] = {
    REQUIRED("array", PARAM_TEXT), OPTIONAL("as", PARAM_TEXT, "_array"), {0}};
static const struct parameter same_parameters[] = {REQUIRED("array", PARAM_TEXT),
                                                   OPTIONAL("as", PARAM_TEXT, NULL),
                                                   OPTIONAL("asArray", PARAM_TEXT, NULL),
                                                   {0}};
static const struct parameter sort_parameters[] = {REQUIRED("array", PARAM_TEXT),
                                                   ONE_OF("order", "asc", "asc|desc"),
                                                   OPTIONAL("as", PARAM_TEXT, NULL),
                                                   OPTIONAL("asArray", PARAM_TEXT, NULL),
                                                   {0}};
static const struct parameter append_parameters[] = {REQUIRED("array", PARAM_TEXT),
                                                     REQUIRED("values", PARAM_ANY),
                                                     OPTIONAL("as", PARAM_TEXT, NULL),
                                                     OPTIONAL("asArray", PARAM_TEXT, NULL),
                                                     {0}};
static const struct parameter together_parameters[] = {
    REQUIRED("arrays", PARAM_TEXTS), OPTIONAL("as", PARAM_TEXT, "_array"), {0}};
static const struct parameter concat_parameters[] = {REQUIRED("field", PARAM_TEXT),
                                                     OPTIONAL("separator", PARAM_TEXT, ""),
                                                     OPTIONAL("as", PARAM_TEXT, "_concatArray"),
                                                     OPTIONAL("from", PARAM_NUMBER, "0"),
                                                     OPTIONAL("to", PARAM_NUMBER, NULL),
                                                     {0}};

#define TOGETHER(name_of, what, of)                                                             \
    {                                                                                           \
        .name = "array:" name_of, .group = GROUP,                                               \
        .synopsis = "array:" name_of "(arrays=[\"a[]\", \"b[]\"], as=_array)", .summary = what, \
        .parameters = together_parameters, .step = step_together, .scalar = &of                 \
    }

const struct function functions_array[] = {
    {.name = "array:length",
     .group = GROUP,
     .synopsis = "array:length(\"a[]\", as=_length)",
     .summary = "how many elements",
     .parameters = length_parameters,
     .value = value_array,
     .scalar = &scalar_array_length},
    {.name = "concatArray",
     .group = GROUP,
     .synopsis = "concatArray(a, separator=, from=0, to=, as=_concatArray)",
     .summary = "the elements joined",
     .parameters = concat_parameters,
     .value = value_concat_array},
    {.name = "array:dedup",
     .group = GROUP,
     .synopsis = "array:dedup(\"a[]\", as=)",
     .summary = "each element once",
     .parameters = same_parameters,
     .step = step_array,
     .scalar = &scalar_array_dedup},
    {.name = "array:reverse",
     .group = GROUP,
     .synopsis = "array:reverse(\"a[]\", as=)",
     .summary = "the elements backwards",
     .parameters = same_parameters,
     .step = step_array,
     .scalar = &scalar_array_reverse},
    {.name = "array:sort",
     .group = GROUP,
     .synopsis = "array:sort(\"a[]\", order=asc, as=)",
     .summary = "the elements in order",
     .parameters = sort_parameters,
     .step = step_sort},
    {.name = "array:append",
     .group = GROUP,
     .synopsis = "array:append(\"a[]\", values=[...], as=)",
     .summary = "with values at the end",
     .parameters = append_parameters,
     .step = step_append},
    {.name = "array:drop",
     .group = GROUP,
     .synopsis = "array:drop(\"a[]\")",
     .summary = "the array goes no further",
     .parameters = array_parameters,
     .step = step_drop},
    TOGETHER("union", "what is in any of the arrays", scalar_array_union),
    TOGETHER("intersection", "what is in all of the arrays", scalar_array_intersection),
    TOGETHER("difference", "what is in the first only", scalar_array_difference),
    {0}};
