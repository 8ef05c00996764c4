/* functions_number.c - functions of numbers. */
#include "engine/query/compile.h"
#include "engine/scalar/number.h"

#define GROUP "functions: numbers"

/* Every parameter up to as= read as a number. */
static struct operand value_of_numbers(struct compiler *c, struct flow *flow,
                                       const struct arguments *arguments) {
    const struct parameter *parameters = arguments->function->parameters;
    struct operand operands[8];
    size_t count = 0;
    (void)flow;
    for (size_t i = 0; parameters[i].name && strcmp(parameters[i].name, "as") != 0; i++)
        operands[count++] =
            operand_of(operand_number(c, arguments_operand(arguments, parameters[i].name)));
    return call_scalar(c, arguments->function->scalar, NULL, text_of(""), operands, count);
}

/* round(x, how=) writes over its field. */
static void step_round(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text how = arguments_text(arguments, "how");
    const struct scalar *scalar = text_equal(how, text_of("ceil"))       ? &scalar_ceil
                                  : text_equal(how, text_of("floor"))    ? &scalar_floor
                                  : text_equal(how, text_of("truncate")) ? &scalar_truncate
                                                                         : &scalar_round;
    struct operand number = operand_of(operand_number(c, arguments_operand(arguments, "field")));
    struct text as = arguments_as(arguments);
    flow_assign(c, flow, as.data ? as : arguments_text(arguments, "field"),
                call_scalar(c, scalar, NULL, text_of(""), &number, 1));
}

static struct operand value_round(struct compiler *c, struct flow *flow,
                                  const struct arguments *arguments) {
    struct flow aside = *flow;
    struct text name = text_of("_round");
    struct arguments renamed = *arguments;
    renamed.as = name;
    step_round(c, &aside, &renamed);
    return scope_get(c, aside.scope, name, false);
}

static void step_unit(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct trawl_error error = {0};
    struct text from = arguments_text(arguments, "from");
    struct text to = arguments_text(arguments, "to");
    void *data = unit_new(from.data, to.data, arguments_flag(arguments, "binary"), &error);
    if (!data) {
        if (error.status == TRAWL_MEMORY) compile_no_memory(c);
        diagnose_error(c->diagnostics, arguments->call->span, NULL, "%s", error.message);
        return;
    }
    scalar_data(c, &scalar_unit, data);
    struct operand value = arguments_operand(arguments, "field");
    struct text as = arguments_as(arguments);
    struct text identity =
        compile_printf(c, "%s %s", from.data ? from.data : "", to.data ? to.data : "");
    flow_assign(c, flow, as.data ? as : arguments_text(arguments, "field"),
                call_scalar(c, &scalar_unit, data, identity, &value, 1));
}

static struct operand value_parse_int(struct compiler *c, struct flow *flow,
                                      const struct arguments *arguments) {
    struct text endian = arguments_text(arguments, "endian");
    double radix = arguments_number(arguments, "radix");
    (void)flow;
    if (!(radix >= 2 && radix <= 36)) {
        diagnose_error(c->diagnostics, arguments_span(arguments, "radix"), NULL,
                       "a radix is 2 to 36");
        return operand_missing(c);
    }
    bool little = text_equal(endian, text_of("little"));
    void *data = parse_int_new((unsigned)radix, little ? LITTLE_END_FIRST : BIG_END_FIRST);
    scalar_data(c, &scalar_parse_int, data);
    struct operand text = operand_of(operand_text(c, arguments_operand(arguments, "field")));
    return call_scalar(c, &scalar_parse_int, data, compile_printf(c, "%g %s", radix, endian.data),
                       &text, 1);
}

/* bitfield:extractFlags(field=, output=[[0, name], ...]): a flag a bit. */
static void step_bits(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    const struct value *output = arguments_value(arguments, "output");
    struct operand number = operand_of(operand_number(c, arguments_operand(arguments, "field")));
    for (size_t i = 0; output->kind == VALUE_ARRAY && i < output->count; i++) {
        const struct value *pair = output->items[i];
        double bit;
        bool good = pair->kind == VALUE_ARRAY && pair->count == 2 &&
                    number_parse(value_literal(pair->items[0]), &bit) && bit >= 0 && bit < 64 &&
                    value_literal(pair->items[1]).data;
        if (!good) {
            diagnose_error(c->diagnostics, pair->span, "output=[[0, first], [1, second]]",
                           "expected a pair of a bit and a name");
            continue;
        }
        void *data = bit_new((unsigned)bit);
        scalar_data(c, &scalar_bit, data);
        struct operand flag =
            call_scalar(c, &scalar_bit, data, compile_printf(c, "%g", bit), &number, 1);
        flag.known = operand_known(c, number);
        flow_bind(c, flow, compile_text(c, value_literal(pair->items[1])), flag);
    }
}

#define UNARY(name_of, as_name)                 \
    static const struct parameter name_of[] = { \
        REQUIRED("value", PARAM_VALUE), OPTIONAL("as", PARAM_TEXT, as_name), {0}}
UNARY(unary_parameters, "_math");
static const struct parameter binary_parameters[] = {REQUIRED("value", PARAM_VALUE),
                                                     REQUIRED("divisor", PARAM_VALUE),
                                                     OPTIONAL("as", PARAM_TEXT, "_math"),
                                                     {0}};
static const struct parameter power_parameters[] = {REQUIRED("value", PARAM_VALUE),
                                                    REQUIRED("exponent", PARAM_VALUE),
                                                    OPTIONAL("as", PARAM_TEXT, "_math"),
                                                    {0}};
static const struct parameter atan2_parameters[] = {REQUIRED("y", PARAM_VALUE),
                                                    REQUIRED("x", PARAM_VALUE),
                                                    OPTIONAL("as", PARAM_TEXT, "_math"),
                                                    {0}};
static const struct parameter round_parameters[] = {
    REQUIRED("field", PARAM_FIELD),
    ONE_OF("how", "round", "round|ceil|floor|truncate"),
    OPTIONAL("as", PARAM_TEXT, NULL),
    {0}};
static const struct parameter unit_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                   OPTIONAL("from", PARAM_TEXT, NULL),
                                                   OPTIONAL("to", PARAM_TEXT, NULL),
                                                   OPTIONAL("binary", PARAM_FLAG, "false"),
                                                   IGNORED("keepUnit", PARAM_FLAG),
                                                   OPTIONAL("as", PARAM_TEXT, NULL),
                                                   {0}};
static const struct parameter parse_int_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                        OPTIONAL("as", PARAM_TEXT, "_parseInt"),
                                                        OPTIONAL("radix", PARAM_NUMBER, "10"),
                                                        ONE_OF("endian", "big", "big|little"),
                                                        {0}};
static const struct parameter bits_parameters[] = {
    REQUIRED("field", PARAM_FIELD), REQUIRED("output", PARAM_ANY), {0}};
static const struct parameter geo_parameters[] = {
    REQUIRED("lat1", PARAM_VALUE),           REQUIRED("lon1", PARAM_VALUE),
    REQUIRED("lat2", PARAM_VALUE),           REQUIRED("lon2", PARAM_VALUE),
    OPTIONAL("as", PARAM_TEXT, "_distance"), {0}};

#define MATH(name_of, what, of)                                                                   \
    {                                                                                             \
        .name = "math:" name_of, .group = GROUP, .synopsis = "math:" name_of "(value, as=)",      \
        .summary = what, .parameters = unary_parameters, .value = value_of_numbers, .scalar = &of \
    }

const struct function functions_number[] = {
    {.name = "round",
     .group = GROUP,
     .synopsis = "round(field, how=round|ceil|floor, as=field)",
     .summary = "to a whole number",
     .parameters = round_parameters,
     .step = step_round,
     .value = value_round},
    {.name = "unit:convert",
     .group = GROUP,
     .synopsis = "unit:convert(field, from=, to=, as=field)",
     .summary = "between units of bytes, bits and times",
     .parameters = unit_parameters,
     .step = step_unit},
    {.name = "parseInt",
     .group = GROUP,
     .synopsis = "parseInt(field, radix=10, endian=big, as=)",
     .summary = "a whole number written in another radix",
     .parameters = parse_int_parameters,
     .value = value_parse_int},
    {.name = "bitfield:extractFlags",
     .group = GROUP,
     .synopsis = "bitfield:extractFlags(field, output=[[0, name], ...])",
     .summary = "a field true or false for each bit",
     .parameters = bits_parameters,
     .step = step_bits},
    {.name = "geography:distance",
     .group = GROUP,
     .synopsis = "geography:distance(lat1=, lon1=, lat2=, lon2=, as=_distance)",
     .summary = "metres between two places",
     .parameters = geo_parameters,
     .value = value_of_numbers,
     .scalar = &scalar_distance},
    {.name = "math:mod",
     .group = GROUP,
     .synopsis = "math:mod(value, divisor=)",
     .summary = "the remainder, with the divisor's sign",
     .parameters = binary_parameters,
     .value = value_of_numbers,
     .scalar = &scalar_mod,
     .many_unnamed = true},
    {.name = "math:pow",
     .group = GROUP,
     .synopsis = "math:pow(value, exponent=)",
     .summary = "a power",
     .parameters = power_parameters,
     .value = value_of_numbers,
     .scalar = &scalar_pow,
     .many_unnamed = true},
    {.name = "math:arctan2",
     .group = GROUP,
     .synopsis = "math:arctan2(y=, x=)",
     .summary = "the angle of a point",
     .parameters = atan2_parameters,
     .value = value_of_numbers,
     .scalar = &scalar_atan2},
    MATH("abs", "without its sign", scalar_abs),
    MATH("ceil", "up to a whole number", scalar_ceil),
    MATH("floor", "down to a whole number", scalar_floor),
    MATH("sqrt", "the square root", scalar_sqrt),
    MATH("exp", "e to the power", scalar_exp),
    MATH("expm1", "exp - 1", scalar_expm1),
    MATH("log", "the natural logarithm", scalar_log),
    MATH("log1p", "log of 1 + value", scalar_log1p),
    MATH("log2", "the logarithm of base 2", scalar_log2),
    MATH("log10", "the logarithm of base 10", scalar_log10),
    MATH("sin", "the sine", scalar_sin),
    MATH("cos", "the cosine", scalar_cos),
    MATH("tan", "the tangent", scalar_tan),
    MATH("arcsin", "the arc sine", scalar_asin),
    MATH("arccos", "the arc cosine", scalar_acos),
    MATH("arctan", "the arc tangent", scalar_atan),
    MATH("sinh", "the hyperbolic sine", scalar_sinh),
    MATH("cosh", "the hyperbolic cosine", scalar_cosh),
    MATH("tanh", "the hyperbolic tangent", scalar_tanh),
    MATH("deg2rad", "degrees to radians", scalar_radians),
    MATH("rad2deg", "radians to degrees", scalar_degrees),
    {0}};
