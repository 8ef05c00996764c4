/* arguments.c - what a call was given, by the parameters of its function. */
#include <ctype.h>
#include <math.h>
#include <strings.h>

#include "engine/base/nearest.h"
#include "engine/query/compile.h"
#include "engine/scalar/time.h"

static size_t parameter_count(const struct function *function) {
    size_t count = 0;
    while (function->parameters && function->parameters[count].name) count++;
    return count;
}

/* SIZE_MAX: there is none of that name. */
static size_t parameter_find(const struct function *function, struct text name) {
    for (size_t i = 0; i < parameter_count(function); i++)
        if (text_equal(text_of(function->parameters[i].name), name)) return i;
    /* People write it in any case. */
    for (size_t i = 0; i < parameter_count(function); i++)
        if (strlen(function->parameters[i].name) == name.length &&
            strncasecmp(function->parameters[i].name, name.data, name.length) == 0)
            return i;
    return SIZE_MAX;
}

/* The compiler asks only for parameters that the function has. */
static size_t index_of(const struct arguments *arguments, const char *name) {
    return parameter_find(arguments->function, text_of(name));
}

/* ---- checks ------------------------------------------------------------------------------- */

static const char *const wanted[] = {
    [PARAM_FIELD] = "the name of a field",
    [PARAM_FIELDS] = "a field or [fields]",
    [PARAM_TEXT] = "a text",
    [PARAM_TEXTS] = "a text or [texts]",
    [PARAM_NUMBER] = "a number",
    [PARAM_LIMIT] = "a whole number above 0, or max",
    [PARAM_FLAG] = "true or false",
    [PARAM_REGEX] = "a /regular expression/ or \"text\"",
    [PARAM_SPAN] = "a length of time like 15m or \"1 hour\"",
    [PARAM_CHOICE] = "one of",
    [PARAM_CHOICES] = "one or [some] of",
    [PARAM_VALUE] = "an expression",
    [PARAM_CONDITION] = "a condition",
    [PARAM_FUNCTIONS] = "an aggregate function or [functions]",
    [PARAM_PIPELINE] = "a sub-query in { }",
    [PARAM_ANY] = "a value",
};

static bool is_literal(const struct value *value) {
    return value_literal(value).data && value->kind != VALUE_STAR;
}

static bool all_literal(const struct value *value) {
    if (value->kind != VALUE_ARRAY) return value_literal(value).data != NULL;
    for (size_t i = 0; i < value->count; i++)
        if (!value_literal(value->items[i]).data && value->items[i]->kind != VALUE_PARAMETER)
            return false;
    return true;
}

static bool chosen(const char *choices, struct text word) {
    for (const char *at = choices; *at;) {
        size_t length = strcspn(at, "|");
        if (length == word.length && strncasecmp(at, word.data, length) == 0) return true;
        at += length + (at[length] == '|');
    }
    return false;
}

static bool all_chosen(const char *choices, const struct value *value) {
    if (value->kind != VALUE_ARRAY)
        return value_literal(value).data && chosen(choices, value_literal(value));
    for (size_t i = 0; i < value->count; i++)
        if (!all_chosen(choices, value->items[i])) return false;
    return value->count > 0;
}

static bool whole_number(struct text text) {
    double number;
    return number_parse(text, &number) && number > 0 && number == floor(number);
}

static bool fits(const struct parameter *parameter, const struct value *value) {
    struct text literal = value_literal(value);
    struct time_span span;
    double number;
    switch (parameter->kind) {
        case PARAM_TEXT:
            return literal.data;
        case PARAM_FIELDS:
        case PARAM_TEXTS:
            return all_literal(value);
        case PARAM_NUMBER:
            if (value->kind == VALUE_UNARY && value->op == OP_NEGATE)
                return value->items[0]->kind == VALUE_NUMBER;
            return literal.data && number_parse(literal, &number);
        case PARAM_LIMIT:
            return literal.data && (text_equal(literal, text_of("max")) || whole_number(literal));
        case PARAM_FLAG:
            return literal.data && chosen("true|false", literal);
        case PARAM_REGEX:
            return value->kind == VALUE_REGEX || literal.data;
        case PARAM_SPAN:
            return literal.data &&
                   (span_parse(literal, &span) || text_equal(literal, text_of("auto")));
        case PARAM_CHOICE:
            return literal.data && chosen(parameter->choices, literal);
        case PARAM_CHOICES:
            return all_chosen(parameter->choices, value);
        case PARAM_PIPELINE:
            return value->kind == VALUE_PIPELINE;
        case PARAM_FUNCTIONS:
            return value->kind == VALUE_CALL || value->kind == VALUE_ARRAY ||
                   value->kind == VALUE_PIPELINE;
        case PARAM_FIELD:
        case PARAM_VALUE:
        case PARAM_CONDITION:
        case PARAM_ANY:
            return true;
    }
    return true;
}

static bool check(struct compiler *c, const struct function *function,
                  const struct parameter *parameter, const struct value *value) {
    if (fits(parameter, value)) return true;
    diagnose_error(c->diagnostics, value->span, NULL, "%s(%s=): expected %s%s%s", function->name,
                   parameter->name, wanted[parameter->kind], parameter->choices ? " " : "",
                   parameter->choices ? parameter->choices : "");
    return false;
}

/* ---- matching ----------------------------------------------------------------------------- */

static bool unknown_parameter(struct compiler *c, const struct function *function,
                              const struct argument *argument) {
    struct nearest nearest = {.word = compile_text(c, argument->name).data};
    for (size_t i = 0; i < parameter_count(function); i++)
        nearest_consider(&nearest, function->parameters[i].name);
    struct text hint = nearest.best ? compile_printf(c, "did you mean %s=?", nearest.best)
                                    : compile_printf(c, "%s", function->synopsis);
    diagnose_error(c->diagnostics, argument->span, hint.data, "%s() has no parameter %.*s",
                   function->name, (int)argument->name.length, argument->name.data);
    return false;
}

/* The one that field =~ call() gives: the parameter called field, else the first. */
static size_t field_parameter(const struct function *function) {
    size_t index = parameter_find(function, text_of("field"));
    return index == SIZE_MAX ? 0 : index;
}

/* The parameter of an argument; SIZE_MAX: reported. */
static size_t place(struct compiler *c, const struct arguments *arguments,
                    const struct argument *argument, size_t *unnamed) {
    const struct function *function = arguments->function;
    const struct call *call = arguments->call;
    if (argument->name.length) {
        size_t index = parameter_find(function, argument->name);
        if (index == SIZE_MAX) unknown_parameter(c, function, argument);
        return index;
    }
    size_t count = parameter_count(function);
    /* Where field =~ gave the first parameter, the second is the one without a name. */
    size_t first = call->field.data && field_parameter(function) == 0;
    size_t index = first;
    while (function->many_unnamed && index < count && arguments->values[index]) index++;
    if (index < count && (!(*unnamed)++ || function->many_unnamed)) return index;
    diagnose_error(c->diagnostics, argument->span, function->synopsis,
                   count ? "%s() takes one argument without a name" : "%s() takes no arguments",
                   function->name);
    return SIZE_MAX;
}

static bool wants_literals(enum parameter_kind kind) {
    return kind == PARAM_TEXT || kind == PARAM_TEXTS || kind == PARAM_FIELDS;
}

/* foo-bar and 2024-01-01 read as subtractions; where a literal is wanted they are what is written.
 */
static const struct value *as_written(struct compiler *c, const struct value *value) {
    bool computed = value->kind == VALUE_BINARY || value->kind == VALUE_UNARY;
    if (!computed && value->kind != VALUE_ARRAY) return value;
    struct value *literal = compile_alloc(c, sizeof *literal);
    *literal = *value;
    if (computed) {
        *literal = (struct value){.kind = VALUE_WORD, .span = value->span};
        literal->text = compile_text(c, syntax_source(c->syntax, value->span));
        return literal;
    }
    literal->items = compile_alloc(c, (value->count + 1) * sizeof *literal->items);
    for (size_t i = 0; i < value->count; i++)
        literal->items[i] = (struct value *)as_written(c, value->items[i]);
    return literal;
}

static bool set(struct compiler *c, struct arguments *arguments, size_t index,
                const struct value *value, struct span span) {
    const struct parameter *parameter = &arguments->function->parameters[index];
    if (arguments->values[index]) {
        diagnose_error(c->diagnostics, span, NULL, "%s() is given %s= twice",
                       arguments->function->name, parameter->name);
        return false;
    }
    if (parameter->ignored)
        diagnose_warning(c->diagnostics, span, NULL, "%s= of %s() has no effect in trawl",
                         parameter->name, arguments->function->name);
    if (wants_literals(parameter->kind)) value = as_written(c, value);
    arguments->values[index] = value;
    return check(c, arguments->function, parameter, value);
}

static bool set_field(struct compiler *c, struct arguments *arguments, const struct call *call) {
    if (!parameter_count(arguments->function)) {
        diagnose_error(c->diagnostics, call->span, NULL, "%s() takes no field",
                       arguments->function->name);
        return false;
    }
    struct value *value = compile_alloc(c, sizeof *value);
    value->kind = VALUE_WORD;
    value->span = call->span;
    value->text = call->field;
    return set(c, arguments, field_parameter(arguments->function), value, call->span);
}

/* By extension several fields may stand without brackets: groupBy(a, b). */
static bool add_to_list(struct compiler *c, struct arguments *arguments,
                        const struct argument *argument, const struct value *value,
                        size_t unnamed) {
    const struct parameter *first = arguments->function->parameters;
    const struct value *before = arguments->values[0];
    if (argument->name.length || !unnamed || !before || first->kind != PARAM_FIELDS ||
        !is_literal(value))
        return false;
    static const char message[] = "several fields without [ ] are an extension of trawl";
    if (c->options->strict)
        diagnose_error(c->diagnostics, argument->span, arguments->function->synopsis, message);
    else
        diagnose_warning(c->diagnostics, argument->span, arguments->function->synopsis, message);
    struct value *list = compile_alloc(c, sizeof *list);
    size_t count = before->kind == VALUE_ARRAY ? before->count : 1;
    *list = (struct value){.kind = VALUE_ARRAY, .span = before->span, .count = count + 1};
    list->items = compile_alloc(c, (count + 1) * sizeof *list->items);
    for (size_t i = 0; i < count; i++)
        list->items[i] = before->kind == VALUE_ARRAY ? before->items[i] : (struct value *)before;
    list->items[count] = (struct value *)value;
    arguments->values[0] = list;
    return true;
}

bool arguments_bind(struct compiler *c, struct flow *flow, const struct function *function,
                    const struct call *call, struct text as, struct arguments *arguments) {
    size_t count = parameter_count(function), unnamed = 0;
    bool free_names = !function->parameters;
    *arguments =
        (struct arguments){.c = c, .flow = flow, .function = function, .call = call, .as = as};
    arguments->values = compile_alloc(c, (count + 1) * sizeof *arguments->values);
    bool good = true;
    if (call->field.data) good = set_field(c, arguments, call);
    for (size_t i = 0; !free_names && i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];
        const struct value *value = compile_resolve(c, argument->value);
        if (add_to_list(c, arguments, argument, value, unnamed)) continue;
        size_t index = place(c, arguments, argument, &unnamed);
        good = index != SIZE_MAX && set(c, arguments, index, value, argument->span) && good;
    }
    for (size_t i = 0; i < count; i++) {
        if (!function->parameters[i].required || arguments->values[i]) continue;
        diagnose_error(c->diagnostics, call->span, function->synopsis,
                       "%s() needs %s=", function->name, function->parameters[i].name);
        good = false;
    }
    return good;
}

/* ---- reading ------------------------------------------------------------------------------ */

const struct value *arguments_value(const struct arguments *arguments, const char *name) {
    size_t index = index_of(arguments, name);
    return index == SIZE_MAX ? NULL : arguments->values[index];
}

bool arguments_has(const struct arguments *arguments, const char *name) {
    return arguments_value(arguments, name) != NULL;
}

struct span arguments_span(const struct arguments *arguments, const char *name) {
    const struct value *value = arguments_value(arguments, name);
    return value ? value->span : arguments->call->span;
}

struct text arguments_text(const struct arguments *arguments, const char *name) {
    size_t index = index_of(arguments, name);
    struct text none = {NULL, 0};
    if (index == SIZE_MAX) return none;
    const struct value *value = arguments->values[index];
    if (value) return compile_text(arguments->c, value_literal(value));
    const char *fallback = arguments->function->parameters[index].fallback;
    return fallback ? text_of(fallback) : none;
}

bool arguments_flag(const struct arguments *arguments, const char *name) {
    struct text text = arguments_text(arguments, name);
    return text.length == 4 && strncasecmp(text.data, "true", 4) == 0;
}

double arguments_number(const struct arguments *arguments, const char *name) {
    const struct value *value = arguments_value(arguments, name);
    double number;
    if (value && value->kind == VALUE_UNARY)
        return number_parse(value->items[0]->text, &number) ? -number : NAN;
    struct text text = arguments_text(arguments, name);
    return text.data && number_parse(text, &number) ? number : NAN;
}

uint64_t arguments_limit(const struct arguments *arguments, const char *name) {
    double number = arguments_number(arguments, name);
    return number >= 0 && number < 9e18 ? (uint64_t)number : UINT64_MAX;
}

int64_t arguments_span_ms(const struct arguments *arguments, const char *name) {
    struct text text = arguments_text(arguments, name);
    struct time_span span;
    return text.data && span_parse(text, &span) ? span_ms(span) : 0;
}

int64_t arguments_span_ns(const struct arguments *arguments, const char *name) {
    int64_t ns;
    return __builtin_mul_overflow(arguments_span_ms(arguments, name), INT64_C(1000000), &ns)
               ? INT64_MAX
               : ns;
}

size_t arguments_texts(const struct arguments *arguments, const char *name, struct text **texts) {
    struct compiler *c = arguments->c;
    const struct value *value = arguments_value(arguments, name);
    *texts = NULL;
    if (!value) {
        struct text fallback = arguments_text(arguments, name);
        if (!fallback.data) return 0;
        *texts = compile_alloc(c, sizeof **texts);
        (*texts)[0] = fallback;
        return 1;
    }
    size_t count = value->kind == VALUE_ARRAY ? value->count : 1;
    *texts = compile_alloc(c, (count + 1) * sizeof **texts);
    for (size_t i = 0; i < count; i++) {
        const struct value *item =
            value->kind == VALUE_ARRAY ? compile_resolve(c, value->items[i]) : value;
        (*texts)[i] = compile_text(c, value_literal(item));
    }
    return count;
}

size_t arguments_fields(const struct arguments *arguments, const char *name, struct text **names) {
    return arguments_texts(arguments, name, names);
}

bool arguments_refuse_star(const struct arguments *arguments, const struct text *names,
                           size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!memchr(names[i].data, '*', names[i].length)) continue;
        diagnose_error(arguments->c->diagnostics, arguments->call->span,
                       "name the fields; without this step the whole record is printed",
                       "%s() takes names of fields, and no patterns", arguments->function->name);
        return true;
    }
    return false;
}

unsigned regex_flags(struct compiler *c, struct span span, struct text letters) {
    unsigned flags = 0;
    for (size_t i = 0; i < letters.length; i++) {
        switch (letters.data[i]) {
            case 'i':
                flags |= TRAWL_IGNORE_CASE;
                break;
            case 'm':
                flags |= TRAWL_MULTILINE;
                break;
            case 'd':
            case 's':
                flags |= TRAWL_DOTALL;
                break;
            case 'g':
                flags |= REGEX_GLOBAL;
                break;
            case 'F':
                break; /* asks for another engine; the answer is the same */
            default:
                diagnose_error(c->diagnostics, span, "flags are i, m, d, g and F",
                               "a regular expression has no flag %c", letters.data[i]);
        }
    }
    return flags;
}

struct text arguments_regex(const struct arguments *arguments, const char *name, unsigned *flags) {
    const struct value *value = arguments_value(arguments, name);
    *flags = 0;
    if (!value || value->kind != VALUE_REGEX) {
        /* What a parameter without a value stands for is in everything. */
        struct text text = arguments_text(arguments, name);
        return text.data && text_equal(text, text_of("*")) ? text_of("") : text;
    }
    *flags = value->regex_flags;
    return compile_text(arguments->c, value->text);
}

struct text arguments_as(const struct arguments *arguments) {
    if (arguments->as.data) return arguments->as;
    return arguments_text(arguments, "as");
}

struct operand arguments_operand(const struct arguments *arguments, const char *name) {
    struct compiler *c = arguments->c;
    size_t index = index_of(arguments, name);
    const struct value *value = index == SIZE_MAX ? NULL : arguments->values[index];
    if (!value) {
        struct text fallback = arguments_text(arguments, name);
        return fallback.data ? compile_field(c, arguments->flow, fallback) : operand_missing(c);
    }
    /* A field may be named by a quoted text. */
    if (arguments->function->parameters[index].kind == PARAM_FIELD && is_literal(value))
        return compile_field(c, arguments->flow, value_literal(value));
    return compile_value(c, arguments->flow, value);
}
