/* program_internal.h - what the parts of the builder share: program_nodes.c keeps the nodes,
 * program_build.c and program_fold.c make them, program.c finishes and answers questions. */
#ifndef TRAWL_ENGINE_PROGRAM_INTERNAL_H
#define TRAWL_ENGINE_PROGRAM_INTERNAL_H

#include <math.h>

#include "engine/program/program.h"

/* A program of more nodes is refused: their values would not fit into memory. */
#define PROGRAM_NODES (UINT32_C(1) << 18)
/* Questions to choices of choices may visit so many nodes, in all: a second or two. */
#define PROGRAM_MAPPED ((size_t)8 * PROGRAM_NODES)

/* What is known of all the values that a node may have; the `index` of a NODE_SELECT keeps what
 * holds of both its arms. */
enum arm_trait {
    ARM_ALWAYS = 1, /* never missing */
    ARM_CHOICE = 2, /* a constant, or missing */
    ARM_TRUTH = 4,  /* the text true or false */
    ARM_COUNT = 8,  /* the number 1 or 0 */
};
unsigned program_traits(const struct program *program, node_id node);

static inline struct node node_unary(enum node_op op, enum value_type type, node_id a) {
    return (struct node){.op = op, .type = type, .a = a, .b = NO_NODE};
}
static inline struct node node_leaf(enum node_op op, enum value_type type) {
    return node_unary(op, type, NO_NODE);
}
static inline enum node_op program_op(const struct program *program, node_id node) {
    return program->nodes[node].op;
}

/* ---- operands ----------------------------------------------------------------------------- */

static inline size_t node_operand_count(const struct node *node) {
    if (node->operands) return node->count;
    return (size_t)(node->a != NO_NODE) + (node->b != NO_NODE);
}
static inline node_id node_operand(const struct node *node, size_t i) {
    if (node->operands) return node->operands[i];
    return i == 0 ? node->a : node->b;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* NODE_ADD to NODE_REMAINDER; the result need not be finite. */
static inline double node_calculate(enum node_op op, double a, double b) {
    switch (op) {
        case NODE_ADD:
            return a + b;
        case NODE_SUBTRACT:
            return a - b;
        case NODE_MULTIPLY:
            return a * b;
        case NODE_DIVIDE:
            return a / b;
        default:
            return fmod(a, b);
    }
}
/* NODE_LESS, NODE_LESS_EQUAL, NODE_EQUAL. */
static inline bool node_compare(enum node_op op, double a, double b) {
    if (op == NODE_LESS) return a < b;
    return op == NODE_LESS_EQUAL ? a <= b : a == b;
}

/* ---- errors ------------------------------------------------------------------------------- */

bool program_open(const struct program *program); /* may still be changed */
node_id program_memory(struct program *program);  /* the failure; NO_NODE */
/* Whether the operand is there, or of the type; else the failure, that `what` was asked of it. */
bool program_has(struct program *program, node_id node, const char *what);
bool program_takes(struct program *program, node_id node, enum value_type type, const char *what);
bool program_takes_both(struct program *program, node_id a, node_id b, enum value_type type,
                        const char *what);
bool program_given(struct program *program, const void *pointer, const char *what);
__attribute__((format(printf, 2, 3))) node_id program_refuse(struct program *program,
                                                             const char *format, ...);

/* ---- memory ------------------------------------------------------------------------------- */

/* Room for one more item in an array whose capacity is the power of two at or above its count.
 * NULL: out of memory, and the array is as it was. */
void *program_room(void *items, size_t count, size_t size);
/* The texts in one block with their bytes, for a node's values. NULL: out of memory. */
struct text *program_copy_texts(const struct text *texts, size_t count);
node_id *program_copy_operands(const node_id *operands, size_t count);

/* ---- nodes -------------------------------------------------------------------------------- */

/* Takes what the node owns, also on failure. Gives an equal node that is there already. */
node_id program_add(struct program *program, struct node node);
/* The same of a node that keeps one text, which is copied. */
node_id program_add_with_text(struct program *program, struct node node, struct text text);
/* Of two operands that may change places: the lower goes first, so that x or y is y or x. */
node_id program_add_symmetric(struct program *program, enum node_op op, node_id a, node_id b);
void program_node_free(struct node *node);

/* ---- folding ------------------------------------------------------------------------------ */

/* The choice `root` (a NODE_SELECT) with `made` of each of its arms in their place, to any depth;
 * each arm is asked for once. */
typedef node_id program_mapping(struct program *program, node_id arm, const void *context);
node_id program_map(struct program *program, node_id root, program_mapping *made,
                    const void *context);
node_id program_map_unary(struct program *program, node_id root,
                          node_id (*made)(struct program *program, node_id arm));
/* The flag that is true where the value of a node with ARM_TRUTH is true, with ARM_COUNT is 1. */
node_id program_flag_of(struct program *program, node_id node);

#endif
