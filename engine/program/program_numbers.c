/* The builder: numbers, and flags of numbers. */
#include <math.h>
#include <stdlib.h>

#include "engine/program/program_internal.h"

/* Sums of more flags than this stay sums of sums: each partial sum keeps its list of flags. */
#define SUM_MOST 256

static bool is_number(const struct program *program, node_id node) {
    return program_op(program, node) == NODE_NUMBER;
}

static bool is_missing(const struct program *program, node_id node) {
    return program_op(program, node) == NODE_MISSING;
}

static bool is_choice(const struct program *program, node_id node) {
    return program_op(program, node) == NODE_SELECT && program_traits(program, node) & ARM_CHOICE;
}

/* An operation of which one operand goes to the arms of a choice. */
struct binary {
    enum node_op op;
    node_id other;
    bool other_first;
};

/* ---- comparisons -------------------------------------------------------------------------- */

static node_id compare_arm(struct program *program, node_id arm, const void *context) {
    const struct binary *binary = context;
    return binary->other_first ? program_compare(program, binary->op, binary->other, arm)
                               : program_compare(program, binary->op, arm, binary->other);
}

node_id program_compare(struct program *program, enum node_op op, node_id a, node_id b) {
    if (!program_takes_both(program, a, b, TYPE_NUMBER, "a comparison of numbers")) return NO_NODE;
    if (op != NODE_LESS && op != NODE_LESS_EQUAL && op != NODE_EQUAL)
        return program_refuse(program, "a comparison of numbers is none");
    if (is_missing(program, a) || is_missing(program, b)) return program_flag(program, false);
    if (a == b) return op == NODE_LESS ? program_flag(program, false) : program_present(program, a);
    const struct node *x = &program->nodes[a], *y = &program->nodes[b];
    if (x->op == NODE_NUMBER && y->op == NODE_NUMBER)
        return program_flag(program, node_compare(op, x->number, y->number));
    if (x->op == NODE_SELECT && y->op == NODE_NUMBER)
        return program_map(program, a, compare_arm, &(struct binary){op, b, false});
    if (x->op == NODE_NUMBER && y->op == NODE_SELECT)
        return program_map(program, b, compare_arm, &(struct binary){op, a, true});
    if (op == NODE_EQUAL) return program_add_symmetric(program, op, a, b);
    struct node node = node_unary(op, TYPE_FLAG, a);
    node.b = b;
    return program_add(program, node);
}

/* ---- arithmetic --------------------------------------------------------------------------- */

static node_id finite_or_missing(struct program *program, double number) {
    if (isfinite(number)) return program_number(program, number);
    return program_missing(program, TYPE_NUMBER);
}

static node_id calculate_arm(struct program *program, node_id arm, const void *context) {
    const struct binary *binary = context;
    return binary->other_first ? program_arithmetic(program, binary->op, binary->other, arm)
                               : program_arithmetic(program, binary->op, arm, binary->other);
}

/* How many flags a number is the sum of; 0: of none. */
static size_t flags_in(const struct program *program, node_id node) {
    if (program_op(program, node) == NODE_SUM) return program->nodes[node].count;
    return program_traits(program, node) & ARM_COUNT ? 1 : 0;
}

static node_id *put_flags(struct program *program, node_id node, node_id *to) {
    const struct node *sum = &program->nodes[node];
    if (sum->op != NODE_SUM) {
        *to++ = program_flag_of(program, node);
        return to;
    }
    memcpy(to, sum->operands, sum->count * sizeof *to);
    return to + sum->count;
}

static node_id add_sums(struct program *program, node_id a, node_id b) {
    node_id flags[SUM_MOST];
    node_id *end = put_flags(program, b, put_flags(program, a, flags));
    return program_sum(program, flags, (size_t)(end - flags));
}

node_id program_arithmetic(struct program *program, enum node_op op, node_id a, node_id b) {
    if (!program_takes_both(program, a, b, TYPE_NUMBER, "arithmetic")) return NO_NODE;
    if (op < NODE_ADD || op > NODE_REMAINDER)
        return program_refuse(program, "an operation of arithmetic is none");
    if (is_missing(program, a) || is_missing(program, b))
        return program_missing(program, TYPE_NUMBER);
    double x = program->nodes[a].number, y = program->nodes[b].number;
    bool a_constant = is_number(program, a), b_constant = is_number(program, b);
    if (a_constant && b_constant) return finite_or_missing(program, node_calculate(op, x, y));
    if (op == NODE_ADD && a_constant && x == 0) return b;
    if ((op == NODE_ADD || op == NODE_SUBTRACT) && b_constant && y == 0) return a;
    if (op == NODE_ADD) {
        size_t of_a = flags_in(program, a), of_b = flags_in(program, b);
        if (of_a && of_b && of_a + of_b <= SUM_MOST) return add_sums(program, a, b);
    }
    if (b_constant && is_choice(program, a))
        return program_map(program, a, calculate_arm, &(struct binary){op, b, false});
    if (a_constant && is_choice(program, b))
        return program_map(program, b, calculate_arm, &(struct binary){op, a, true});
    struct node node = node_unary(op, TYPE_NUMBER, a);
    node.b = b;
    return program_add(program, node);
}

node_id program_negate(struct program *program, node_id a) {
    if (!program_open(program) || !program_takes(program, a, TYPE_NUMBER, "negation"))
        return NO_NODE;
    const struct node *node = &program->nodes[a];
    if (node->op == NODE_NUMBER) return program_number(program, -node->number);
    if (node->op == NODE_MISSING) return a;
    if (node->op == NODE_NEGATE) return node->a;
    if (is_choice(program, a)) return program_map_unary(program, a, program_negate);
    return program_add(program, node_unary(NODE_NEGATE, TYPE_NUMBER, a));
}

node_id program_sum(struct program *program, const node_id *flags, size_t count) {
    if (!program_open(program) ||
        (count && !program_given(program, flags, "the list of flags to sum")))
        return NO_NODE;
    for (size_t i = 0; i < count; i++)
        if (!program_takes(program, flags[i], TYPE_FLAG, "sum")) return NO_NODE;
    struct node node = node_leaf(NODE_SUM, TYPE_NUMBER);
    node.operands = program_copy_operands(flags, count);
    if (!node.operands) return program_memory(program);
    size_t constants = 0;
    for (size_t i = 0; i < count; i++) {
        constants += program_is_flag(program, flags[i], true);
        if (!program_is_flag(program, flags[i], false)) node.operands[node.count++] = flags[i];
    }
    if (constants < node.count) return program_add(program, node);
    free(node.operands);
    return program_number(program, (double)constants);
}
