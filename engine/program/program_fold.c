/* What is known without a row: constants, what one flag says of another, and choices, through which
 * a question goes to the arms. */
#include <stdlib.h>

#include "engine/program/program_internal.h"

/* ---- what is known of a node -------------------------------------------------------------- */

enum value_type program_type(const struct program *program, node_id node) {
    return node < program->node_count ? program->nodes[node].type : TYPE_TEXT;
}

bool program_is_flag(const struct program *program, node_id node, bool value) {
    return node < program->node_count && program_op(program, node) == NODE_FLAG &&
           program->nodes[node].index == value;
}

bool program_constant(const struct program *program, node_id node, struct text *value) {
    if (node >= program->node_count) return false;
    switch (program_op(program, node)) {
        case NODE_TEXT:
        case NODE_NUMBER:
            *value = program->nodes[node].values[0];
            return true;
        case NODE_FLAG:
            *value = text_of(program->nodes[node].index ? "true" : "false");
            return true;
        default:
            return false;
    }
}

static unsigned text_traits(struct text text) {
    bool truth = text_equal(text, text_of("true")) || text_equal(text, text_of("false"));
    return ARM_ALWAYS | ARM_CHOICE | (truth ? ARM_TRUTH : 0);
}

static unsigned number_traits(double number) {
    return ARM_ALWAYS | ARM_CHOICE | (number == 0 || number == 1 ? ARM_COUNT : 0);
}

unsigned program_traits(const struct program *program, node_id id) {
    const struct node *node = &program->nodes[id];
    if (node->type == TYPE_FLAG) return ARM_ALWAYS;
    switch (node->op) {
        case NODE_TEXT:
            return text_traits(node->values[0]);
        case NODE_NUMBER:
            return number_traits(node->number);
        case NODE_MISSING:
            return ARM_CHOICE;
        case NODE_SELECT:
            return node->index;
        case NODE_SUM:
            return ARM_ALWAYS;
        case NODE_LOWER: /* these three do not stand on one another for long: they fold */
        case NODE_TO_TEXT:
        case NODE_NEGATE:
            return program_traits(program, node->a) & ARM_ALWAYS;
        default:
            return 0;
    }
}

bool program_always(const struct program *program, node_id node) {
    return node < program->node_count && program_traits(program, node) & ARM_ALWAYS;
}

/* ---- choices ------------------------------------------------------------------------------ */

/* The walk over a choice. Without recursion: choices may be nested as deep as a query is long. */
struct map {
    struct program *program;
    program_mapping *made;
    const void *context;
    node_id *results; /* by node, plus one; 0: not yet */
    node_id *stack;   /* capacity: the power of two at or above count */
    size_t count;
};

static bool map_push(struct map *map, node_id node) {
    node_id *stack = program_room(map->stack, map->count, sizeof *stack);
    if (!stack) return false;
    map->stack = stack;
    stack[map->count++] = node;
    return true;
}

/* Settles the node on top of the stack, or pushes what must be settled before. */
static bool map_step(struct map *map) {
    struct program *program = map->program;
    node_id top = map->stack[map->count - 1], made;
    if (map->results[top]) {
        map->count--;
        return true;
    }
    if (program_op(program, top) == NODE_SELECT) {
        const node_id *operands = program->nodes[top].operands;
        bool have_a = map->results[operands[1]], have_b = map->results[operands[2]];
        if (!have_a && !map_push(map, operands[1])) return false;
        if (!have_b && !map_push(map, operands[2])) return false;
        if (!have_a || !have_b) return true;
        made = program_select(program, operands[0], map->results[operands[1]] - 1,
                              map->results[operands[2]] - 1);
    } else {
        made = map->made(program, top, map->context);
    }
    map->results[top] = made + 1;
    map->count--;
    return made != NO_NODE;
}

node_id program_map(struct program *program, node_id root, program_mapping *made,
                    const void *context) {
    struct map map = {.program = program, .made = made, .context = context};
    map.results = calloc((size_t)root + 1, sizeof *map.results);
    bool good = map.results && map_push(&map, root);
    while (good && map.count > 0) good = ++program->mapped < PROGRAM_MAPPED && map_step(&map);
    if (program->mapped >= PROGRAM_MAPPED)
        program_refuse(program, "too many choices between choices to compute of a row");
    node_id result = good ? map.results[root] - 1 : NO_NODE;
    free(map.results);
    free(map.stack);
    return good ? result : program_memory(program); /* an earlier failure stays */
}

typedef node_id unary_call(struct program *program, node_id operand);

static node_id call_on_arm(struct program *program, node_id arm, const void *context) {
    unary_call *const *call = context;
    return (*call)(program, arm);
}

node_id program_map_unary(struct program *program, node_id root, unary_call *made) {
    return program_map(program, root, call_on_arm, &made);
}

static node_id flag_of_arm(struct program *program, node_id arm) {
    const struct node *node = &program->nodes[arm];
    bool value =
        node->op == NODE_NUMBER ? node->number == 1 : text_equal(node->values[0], text_of("true"));
    return program_flag(program, value);
}

node_id program_flag_of(struct program *program, node_id node) {
    if (program_op(program, node) == NODE_SELECT)
        return program_map_unary(program, node, flag_of_arm);
    return flag_of_arm(program, node);
}

static node_id select_flag(struct program *program, node_id flag, node_id a, node_id b) {
    return program_or(program, program_and(program, flag, a),
                      program_and(program, program_not(program, flag), b));
}

/* An arm that asks the same flag again: what it gives there. */
static node_id settled_arm(const struct program *program, node_id flag, node_id arm, size_t which) {
    const struct node *node = &program->nodes[arm];
    return node->op == NODE_SELECT && node->operands[0] == flag ? node->operands[which] : arm;
}

node_id program_select(struct program *program, node_id flag, node_id a, node_id b) {
    if (!program_open(program) || !program_takes(program, flag, TYPE_FLAG, "a choice") ||
        !program_has(program, a, "a choice") ||
        !program_takes(program, b, program_type(program, a), "the other side of a choice"))
        return NO_NODE;
    if (program_is_flag(program, flag, true)) return a;
    if (program_is_flag(program, flag, false)) return b;
    if (program_op(program, flag) == NODE_NOT)
        return program_select(program, program->nodes[flag].a, b, a);
    a = settled_arm(program, flag, a, 1);
    b = settled_arm(program, flag, b, 2);
    if (a == b) return a;
    if (program_type(program, a) == TYPE_FLAG) return select_flag(program, flag, a, b);

    const node_id operands[] = {flag, a, b};
    struct node node = node_leaf(NODE_SELECT, program_type(program, a));
    node.index = program_traits(program, a) & program_traits(program, b);
    node.count = 3;
    node.operands = program_copy_operands(operands, 3);
    return node.operands ? program_add(program, node) : program_memory(program);
}

node_id program_coalesce(struct program *program, node_id a, node_id b) {
    if (!program_open(program) || !program_has(program, a, "a default") ||
        !program_takes(program, b, program_type(program, a), "a default"))
        return NO_NODE;
    if (program_op(program, b) == NODE_MISSING) return a;
    return program_select(program, program_present(program, a), a, b);
}

/* ---- flags of flags ----------------------------------------------------------------------- */

/* Whether a flag is false in every row where `any` is missing. What is asked of a lowered or
 * converted value is asked of the value: so the presence of it folds, too. */
static bool needs(const struct program *program, node_id flag, node_id any) {
    const struct node *node = &program->nodes[flag];
    if (node->op < NODE_PRESENT || node->op > NODE_INSIDE) return false;
    for (size_t i = 0; i < node_operand_count(node); i++) {
        node_id operand = node_operand(node, i);
        enum node_op op = program_op(program, operand);
        while (op == NODE_LOWER || op == NODE_TO_TEXT || op == NODE_TO_NUMBER ||
               op == NODE_NEGATE) {
            if (operand == any) return true;
            operand = program->nodes[operand].a;
            op = program_op(program, operand);
        }
        if (operand == any) return true;
    }
    return false;
}

/* Whether y is true wherever x is, as far as `*steps` comparisons show. */
static bool implies(const struct program *program, node_id x, node_id y, unsigned *steps) {
    if (x == y) return true;
    if (*steps == 0) return false;
    --*steps;
    const struct node *from = &program->nodes[x], *to = &program->nodes[y];
    if (to->op == NODE_PRESENT && needs(program, x, to->a)) return true;
    if (from->op == NODE_NOT && to->op == NODE_NOT) return implies(program, to->a, from->a, steps);
    if (to->op == NODE_AND)
        return implies(program, x, to->a, steps) && implies(program, x, to->b, steps);
    if (from->op == NODE_OR)
        return implies(program, from->a, y, steps) && implies(program, from->b, y, steps);
    if (to->op == NODE_OR &&
        (implies(program, x, to->a, steps) || implies(program, x, to->b, steps)))
        return true;
    return from->op == NODE_AND &&
           (implies(program, from->a, y, steps) || implies(program, from->b, y, steps));
}

#define IMPLICATION_STEPS 100

/* Whether one is the negation of the other. */
static bool opposite(const struct program *program, node_id a, node_id b) {
    return (program_op(program, a) == NODE_NOT && program->nodes[a].a == b) ||
           (program_op(program, b) == NODE_NOT && program->nodes[b].a == a);
}

/* What of b counts beside a: x or (not x and y) is x or y, x and (not x or y) is x and y. */
static node_id beside(const struct program *program, enum node_op op, node_id a, node_id b) {
    const struct node *node = &program->nodes[b];
    if (node->op != (op == NODE_AND ? NODE_OR : NODE_AND)) return b;
    if (opposite(program, a, node->a)) return node->b;
    return opposite(program, a, node->b) ? node->a : b;
}

/* `unit`: the flag that changes nothing; its opposite decides. */
static node_id connect(struct program *program, enum node_op op, bool unit, node_id a, node_id b) {
    if (!program_takes_both(program, a, b, TYPE_FLAG, op == NODE_AND ? "and" : "or"))
        return NO_NODE;
    if (program_is_flag(program, b, unit)) return a;
    if (program_is_flag(program, a, unit)) return b;
    if (program_is_flag(program, a, !unit) || program_is_flag(program, b, !unit) ||
        opposite(program, a, b))
        return program_flag(program, !unit);
    unsigned steps = IMPLICATION_STEPS;
    if (implies(program, a, b, &steps)) return op == NODE_AND ? a : b;
    steps = IMPLICATION_STEPS;
    if (implies(program, b, a, &steps)) return op == NODE_AND ? b : a;
    node_id of_a = beside(program, op, b, a), of_b = beside(program, op, a, b);
    if (of_b != b) return connect(program, op, unit, a, of_b);
    if (of_a != a) return connect(program, op, unit, of_a, b);
    return program_add_symmetric(program, op, a, b);
}

node_id program_and(struct program *program, node_id a, node_id b) {
    return connect(program, NODE_AND, true, a, b);
}

node_id program_or(struct program *program, node_id a, node_id b) {
    return connect(program, NODE_OR, false, a, b);
}

node_id program_not(struct program *program, node_id a) {
    if (!program_open(program) || !program_takes(program, a, TYPE_FLAG, "not")) return NO_NODE;
    const struct node *node = &program->nodes[a];
    if (node->op == NODE_FLAG) return program_flag(program, !node->index);
    if (node->op == NODE_NOT) return node->a;
    return program_add(program, node_unary(NODE_NOT, TYPE_FLAG, a));
}
