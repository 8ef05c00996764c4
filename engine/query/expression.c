/* expression.c - the right sides of assignments, conditions, arguments that are computed. */
#include "engine/query/compile.h"

/* ---- parameters --------------------------------------------------------------------------- */

/* data NULL: not given. */
static struct text given_parameter(const struct compiler *c, struct text name) {
    for (size_t i = 0; i < c->argument_count; i++)
        if (text_equal(c->arguments[i].name, name)) return c->arguments[i].value;
    for (size_t i = 0; i < c->options->parameter_count; i++)
        if (text_equal(text_of(c->options->parameters[i].name), name)) {
            c->used[i] = true;
            return text_of(c->options->parameters[i].value);
        }
    return (struct text){NULL, 0};
}

const struct value *compile_resolve(struct compiler *c, const struct value *value) {
    if (!value || value->kind != VALUE_PARAMETER) return value;
    struct text given = given_parameter(c, value->text);
    if (!given.data && value->count) return compile_resolve(c, value->items[0]);
    struct value *resolved = compile_alloc(c, sizeof *resolved);
    resolved->kind = VALUE_TEXT;
    resolved->span = value->span;
    resolved->text = given.data ? given : text_of("*");
    if (!given.data)
        diagnose_warning(c->diagnostics, value->span, "give it with -D name=value",
                         "?%.*s has no value: it matches everything, as * does",
                         (int)value->text.length, value->text.data);
    return resolved;
}

struct text value_literal(const struct value *value) {
    static const struct text none = {NULL, 0};
    switch (value->kind) {
        case VALUE_WORD:
        case VALUE_TEXT:
        case VALUE_NUMBER:
            return value->text;
        case VALUE_STAR:
            return text_of("*");
        default:
            return none;
    }
}

/* ---- operators ---------------------------------------------------------------------------- */

/* A flag that is false where it is not known. */
static struct operand known_flag(struct compiler *c, node_id flag, node_id known) {
    struct program *p = compile_program(c);
    if (program_is_flag(p, known, true)) return operand_of(flag);
    return (struct operand){program_and(p, flag, known), known};
}

static node_id both_known(struct compiler *c, struct operand a, struct operand b) {
    return program_and(compile_program(c), operand_known(c, a), operand_known(c, b));
}

/* a == b: as numbers where both are, else as texts. */
static node_id equal(struct compiler *c, struct operand a, struct operand b) {
    struct program *p = compile_program(c);
    if (operand_type(c, a) == TYPE_FLAG && operand_type(c, b) == TYPE_FLAG)
        return program_not(p, program_or(p, program_and(p, a.node, program_not(p, b.node)),
                                         program_and(p, b.node, program_not(p, a.node))));
    if (operand_type(c, a) == TYPE_NUMBER && operand_type(c, b) == TYPE_NUMBER)
        return program_compare(p, NODE_EQUAL, a.node, b.node);
    return program_equivalent(p, operand_text(c, a), operand_text(c, b));
}

static struct operand compare(struct compiler *c, enum syntax_op op, struct operand a,
                              struct operand b) {
    struct program *p = compile_program(c);
    if (op == OP_EQUAL) return known_flag(c, equal(c, a, b), both_known(c, a, b));
    if (op == OP_NOT_EQUAL)
        return known_flag(c, program_not(p, equal(c, a, b)), both_known(c, a, b));
    a = operand_of(operand_number(c, a));
    b = operand_of(operand_number(c, b));
    bool turned = op == OP_GREATER || op == OP_GREATER_EQUAL;
    enum node_op node_op = op == OP_LESS || op == OP_GREATER ? NODE_LESS : NODE_LESS_EQUAL;
    node_id flag = turned ? program_compare(p, node_op, b.node, a.node)
                          : program_compare(p, node_op, a.node, b.node);
    return known_flag(c, flag, both_known(c, a, b));
}

static struct operand arithmetic(struct compiler *c, enum syntax_op op, struct operand a,
                                 struct operand b) {
    static const enum node_op ops[] = {[OP_ADD] = NODE_ADD,
                                       [OP_SUBTRACT] = NODE_SUBTRACT,
                                       [OP_MULTIPLY] = NODE_MULTIPLY,
                                       [OP_DIVIDE] = NODE_DIVIDE,
                                       [OP_REMAINDER] = NODE_REMAINDER};
    return operand_of(program_arithmetic(compile_program(c), ops[op], operand_number(c, a),
                                         operand_number(c, b)));
}

/* What can be asked for its truth: true and false as flags or texts, and numbers. */
static struct operand boolean(struct compiler *c, struct operand a) {
    struct program *p = compile_program(c);
    if (operand_type(c, a) == TYPE_FLAG) return a;
    node_id known = program_present(p, operand_number(c, a));
    if (operand_type(c, a) == TYPE_TEXT) {
        static const struct text words[] = {{"true", 4}, {"false", 5}};
        known = program_or(p, program_in(p, a.node, words, 2), known);
    }
    return known_flag(c, operand_truth(c, a), known);
}

static struct operand negated(struct compiler *c, struct operand a) {
    struct program *p = compile_program(c);
    a = boolean(c, a);
    return known_flag(c, program_not(p, a.node), operand_known(c, a));
}

/* Kleene's and, or: known where either side decides. */
static struct operand connect(struct compiler *c, enum syntax_op op, struct operand a,
                              struct operand b) {
    struct program *p = compile_program(c);
    a = boolean(c, a);
    b = boolean(c, b);
    node_id both = both_known(c, a, b);
    if (op == OP_OR) {
        node_id either = program_or(p, a.node, b.node);
        return known_flag(c, either, program_or(p, both, either));
    }
    node_id a_false = program_and(p, operand_known(c, a), program_not(p, a.node));
    node_id b_false = program_and(p, operand_known(c, b), program_not(p, b.node));
    node_id known = program_or(p, both, program_or(p, a_false, b_false));
    return known_flag(c, program_and(p, a.node, b.node), known);
}

static struct operand binary(struct compiler *c, struct flow *flow, const struct value *value) {
    struct operand a = compile_value(c, flow, value->items[0]);
    struct operand b = compile_value(c, flow, value->items[1]);
    switch (value->op) {
        case OP_ADD:
        case OP_SUBTRACT:
        case OP_MULTIPLY:
        case OP_DIVIDE:
        case OP_REMAINDER:
            return arithmetic(c, value->op, a, b);
        case OP_AND:
        case OP_OR:
            return connect(c, value->op, a, b);
        default:
            return compare(c, value->op, a, b);
    }
}

/* ---- leaves ------------------------------------------------------------------------------- */

static struct operand call_value(struct compiler *c, struct flow *flow, const struct call *call) {
    const struct function *function = function_find(call->name);
    if (!function) {
        diagnose_error(c->diagnostics, call->name_span, function_nearest(c, call->name),
                       "there is no function %.*s", (int)call->name.length, call->name.data);
        return operand_missing(c);
    }
    if (function->instead) {
        diagnose_error(c->diagnostics, call->name_span, function->instead,
                       "trawl does not have %s()", function->name);
        return operand_missing(c);
    }
    if (!function->value && !function->test) {
        diagnose_error(c->diagnostics, call->span, NULL,
                       "%s() gives no value of a row: it cannot stand in an expression",
                       function->name);
        return operand_missing(c);
    }
    struct arguments arguments;
    struct text none = {NULL, 0};
    if (!arguments_bind(c, flow, function, call, none, &arguments)) return operand_missing(c);
    struct operand value = function->value ? function->value(c, flow, &arguments)
                                           : operand_of(function->test(c, flow, &arguments, true));
    return call->negated ? negated(c, value) : value;
}

static struct operand number_value(struct compiler *c, const struct value *value) {
    double number;
    if (number_parse(value->text, &number))
        return operand_of(program_number(compile_program(c), number));
    diagnose_error(c->diagnostics, value->span, NULL, "%.*s is not a number",
                   (int)value->text.length, value->text.data);
    return operand_missing(c);
}

struct operand compile_value(struct compiler *c, struct flow *flow, const struct value *value) {
    struct program *p = compile_program(c);
    value = compile_resolve(c, value);
    switch (value->kind) {
        case VALUE_WORD:
            if (text_equal(value->text, text_of("true"))) return operand_of(program_flag(p, true));
            if (text_equal(value->text, text_of("false")))
                return operand_of(program_flag(p, false));
            return compile_field(c, flow, value->text);
        case VALUE_TEXT:
            return operand_of(program_text(p, value->text));
        case VALUE_NUMBER:
            return number_value(c, value);
        case VALUE_CALL:
            return call_value(c, flow, value->call);
        case VALUE_UNARY: {
            struct operand a = compile_value(c, flow, value->items[0]);
            if (value->op == OP_NOT) return negated(c, a);
            return operand_of(program_negate(p, operand_number(c, a)));
        }
        case VALUE_BINARY:
            return binary(c, flow, value);
        case VALUE_REGEX:
            diagnose_error(c->diagnostics, value->span, "regex(\"...\", field=...)",
                           "a regular expression is no value: an expression asks with a function");
            return operand_missing(c);
        default:
            diagnose_error(c->diagnostics, value->span, NULL,
                           "expected a field, a \"text\", a number or a function");
            return operand_missing(c);
    }
}
