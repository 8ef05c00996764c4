/* The nodes of a program: kept once each, found by their content. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#include "engine/base/error.h"
#include "engine/program/program_internal.h"

/* ---- errors ------------------------------------------------------------------------------- */

/* Where a failure is written: nowhere when there is one already. */
static struct trawl_error *failure_of(struct program *program) {
    return program->failure.status == TRAWL_OK ? &program->failure : NULL;
}

bool program_open(const struct program *program) {
    return program && !program->finished && program->failure.status == TRAWL_OK;
}

node_id program_memory(struct program *program) {
    error_memory(failure_of(program));
    return NO_NODE;
}

node_id program_refuse(struct program *program, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    error_set(failure_of(program), TRAWL_INVALID, "%s", message);
    return NO_NODE;
}

static const char *const type_names[] = {[TYPE_TEXT] = "text",
                                         [TYPE_FLAG] = "a flag",
                                         [TYPE_NUMBER] = "a number",
                                         [TYPE_TIME] = "a time"};

bool program_has(struct program *program, node_id node, const char *what) {
    if (node < program->node_count) return true;
    program_refuse(program, "%s: there is no node %u", what, node);
    return false;
}

bool program_takes(struct program *program, node_id node, enum value_type type, const char *what) {
    if (!program_has(program, node, what)) return false;
    if (program->nodes[node].type == type) return true;
    program_refuse(program, "%s takes %s, and node %u is %s", what, type_names[type], node,
                   type_names[program->nodes[node].type]);
    return false;
}

bool program_takes_both(struct program *program, node_id a, node_id b, enum value_type type,
                        const char *what) {
    return program_open(program) && program_takes(program, a, type, what) &&
           program_takes(program, b, type, what);
}

bool program_given(struct program *program, const void *pointer, const char *what) {
    if (pointer) return true;
    program_refuse(program, "%s is NULL", what);
    return false;
}

/* ---- memory ------------------------------------------------------------------------------- */

void *program_room(void *items, size_t count, size_t size) {
    if (count & (count - 1)) return items;
    return reallocarray(items, count ? count * 2 : 1, size);
}

struct text *program_copy_texts(const struct text *texts, size_t count) {
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) bytes += texts[i].length;
    size_t table = count * sizeof *texts;
    struct text *copy = malloc(table + bytes + 1);
    if (!copy) return NULL;
    char *to = (char *)copy + table;
    for (size_t i = 0; i < count; i++) {
        copy[i] = (struct text){to, texts[i].length};
        if (texts[i].length) memcpy(to, texts[i].data, texts[i].length);
        to += texts[i].length;
    }
    return copy;
}

node_id *program_copy_operands(const node_id *operands, size_t count) {
    node_id *copy = calloc(count + 1, sizeof *copy); /* none: still a block */
    if (copy && count) memcpy(copy, operands, count * sizeof *operands);
    return copy;
}

void program_node_free(struct node *node) {
    free(node->values);
    free(node->operands);
    networks_free(node->networks);
    if (node->scalar && node->scalar->data_free && node->data) node->scalar->data_free(node->data);
}

/* ---- finding ------------------------------------------------------------------------------ */

static size_t value_count(const struct node *node) {
    if (!node->values) return 0;
    return node->op == NODE_EQUALS ? node->count : 1;
}

/* A field is its name. */
static uint32_t index_of(const struct node *node) {
    return node->op == NODE_FIELD ? 0 : node->index;
}

static uint64_t node_hash(const struct node *node) {
    uint64_t key[] = {node->op,
                      node->type,
                      node->a,
                      node->b,
                      index_of(node),
                      node->matcher,
                      node->count,
                      (uint64_t)(uintptr_t)node->scalar,
                      node->networks ? networks_hash(node->networks) : 0,
                      0};
    memcpy(&key[9], &node->number, sizeof node->number);
    uint64_t hash = XXH3_64bits(key, sizeof key);
    for (size_t i = 0; i < value_count(node); i++)
        hash = XXH3_64bits_withSeed(node->values[i].data, node->values[i].length, hash);
    if (node->operands)
        hash = XXH3_64bits_withSeed(node->operands, node->count * sizeof *node->operands, hash);
    return hash;
}

static bool networks_same(const struct networks *x, const struct networks *y) {
    return x && y ? networks_equal(x, y) : x == y;
}

static bool node_equal(const struct node *x, const struct node *y) {
    if (x->op != y->op || x->type != y->type || x->a != y->a || x->b != y->b ||
        index_of(x) != index_of(y) || x->matcher != y->matcher || x->count != y->count ||
        x->scalar != y->scalar || x->number != y->number ||
        !networks_same(x->networks, y->networks))
        return false;
    for (size_t i = 0; i < value_count(x); i++)
        if (!text_equal(x->values[i], y->values[i])) return false;
    return !x->operands || memcmp(x->operands, y->operands, x->count * sizeof *x->operands) == 0;
}

/* The slot of an equal node, or the free one for it. */
static uint32_t *find_slot(const struct program *program, const struct node *node) {
    size_t mask = program->slot_count - 1;
    for (size_t i = node_hash(node);; i++) {
        uint32_t *slot = &program->slots[i & mask];
        if (!*slot || node_equal(&program->nodes[*slot - 1], node)) return slot;
    }
}

/* Grows the nodes, and the slots to twice as many. */
static bool grow_nodes(struct program *program) {
    size_t capacity = program->node_capacity ? program->node_capacity * 2 : 32;
    struct node *nodes = reallocarray(program->nodes, capacity, sizeof *nodes);
    if (!nodes) return false;
    program->nodes = nodes;
    uint32_t *slots = calloc(capacity * 2, sizeof *slots);
    if (!slots) return false;
    free(program->slots);
    program->slots = slots;
    program->slot_count = capacity * 2;
    program->node_capacity = capacity;
    for (uint32_t i = 0; i < program->node_count; i++) *find_slot(program, &nodes[i]) = i + 1;
    return true;
}

node_id program_add(struct program *program, struct node node) {
    if (program->node_count == program->node_capacity && !grow_nodes(program)) {
        program_node_free(&node);
        return program_memory(program);
    }
    uint32_t *slot = find_slot(program, &node);
    if (*slot) {
        program_node_free(&node);
        return *slot - 1;
    }
    if (program->node_count == PROGRAM_NODES) {
        program_node_free(&node);
        return program_refuse(program, "too much to compute of a row: more than %u values",
                              PROGRAM_NODES);
    }
    program->nodes[program->node_count] = node;
    *slot = (uint32_t)++program->node_count;
    return *slot - 1;
}

node_id program_add_with_text(struct program *program, struct node node, struct text text) {
    node.values = program_copy_texts(&text, 1);
    if (node.values) return program_add(program, node);
    program_node_free(&node);
    return program_memory(program);
}

node_id program_add_symmetric(struct program *program, enum node_op op, node_id a, node_id b) {
    struct node node = node_unary(op, TYPE_FLAG, a < b ? a : b);
    node.b = a < b ? b : a;
    return program_add(program, node);
}
