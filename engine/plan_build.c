/* The builder: every call adds at most one node, checks its operands, and gives an equal node that
 * is there already. */
#include <stdlib.h>
#include <xxhash.h>

#include "engine/error.h"
#include "engine/plan.h"

/* ---- memory and errors -------------------------------------------------------------------- */

/* Room for one more item in an array whose capacity is the power of two at or above its count.
 * NULL: out of memory, and the array is as it was. */
static void *room_for_one(void *items, size_t count, size_t size) {
    if (count & (count - 1)) return items;
    return reallocarray(items, count ? count * 2 : 1, size);
}

/* Where a failure is written: nowhere when there is one already. */
static struct trawl_error *failure_of(struct trawl_plan *plan) {
    return plan->failure.status == TRAWL_OK ? &plan->failure : NULL;
}

static bool open_for_change(const struct trawl_plan *plan) {
    return plan && !plan->finished && plan->failure.status == TRAWL_OK;
}

static trawl_node out_of_memory(struct trawl_plan *plan) {
    error_memory(failure_of(plan));
    return TRAWL_NO_NODE;
}

static const char *const type_names[] = {
    [TYPE_TEXT] = "text", [TYPE_FLAG] = "a flag", [TYPE_NUMBER] = "a number"};

static bool node_exists(struct trawl_plan *plan, trawl_node node, const char *what) {
    if (node < plan->node_count) return true;
    error_set(failure_of(plan), TRAWL_INVALID, "%s: there is no node %u", what, node);
    return false;
}

static bool node_is(struct trawl_plan *plan, trawl_node node, enum node_type type,
                    const char *what) {
    if (!node_exists(plan, node, what)) return false;
    if (plan->nodes[node].type == type) return true;
    error_set(failure_of(plan), TRAWL_INVALID, "%s takes %s, and node %u is %s", what,
              type_names[type], node, type_names[plan->nodes[node].type]);
    return false;
}

static bool given(struct trawl_plan *plan, const void *pointer, const char *what) {
    if (pointer) return true;
    error_set(failure_of(plan), TRAWL_INVALID, "%s is NULL", what);
    return false;
}

/* ---- nodes -------------------------------------------------------------------------------- */

static uint64_t node_hash(const struct node *node) {
    uint64_t scalars[] = {node->op, node->a, node->b, node->index, node->matcher, node->count};
    uint64_t hash = XXH3_64bits(scalars, sizeof scalars);
    if (node->values)
        for (size_t i = 0; i < node->count; i++)
            hash = XXH3_64bits_withSeed(node->values[i].data, node->values[i].length, hash);
    if (node->operands)
        hash = XXH3_64bits_withSeed(node->operands, node->count * sizeof *node->operands, hash);
    return hash;
}

static bool node_equal(const struct node *x, const struct node *y) {
    if (x->op != y->op || x->a != y->a || x->b != y->b || x->index != y->index ||
        x->matcher != y->matcher || x->count != y->count)
        return false;
    if (x->values)
        for (size_t i = 0; i < x->count; i++)
            if (!text_equal(x->values[i], y->values[i])) return false;
    return !x->operands || memcmp(x->operands, y->operands, x->count * sizeof *x->operands) == 0;
}

/* The slot of an equal node, or the free one for it. */
static uint32_t *find_slot(const struct trawl_plan *plan, const struct node *node) {
    size_t mask = plan->slot_count - 1;
    for (size_t i = node_hash(node);; i++) {
        uint32_t *slot = &plan->slots[i & mask];
        if (!*slot || node_equal(&plan->nodes[*slot - 1], node)) return slot;
    }
}

/* Grows the nodes, and the slots to twice as many. */
static bool grow_nodes(struct trawl_plan *plan) {
    size_t capacity = plan->node_capacity ? plan->node_capacity * 2 : 32;
    struct node *nodes = reallocarray(plan->nodes, capacity, sizeof *nodes);
    if (!nodes) return false;
    plan->nodes = nodes;
    uint32_t *slots = calloc(capacity * 2, sizeof *slots);
    if (!slots) return false;
    free(plan->slots);
    plan->slots = slots;
    plan->slot_count = capacity * 2;
    plan->node_capacity = capacity;
    for (uint32_t i = 0; i < plan->node_count; i++) *find_slot(plan, &nodes[i]) = i + 1;
    return true;
}

/* Takes the node's values and operands. */
static trawl_node add_node(struct trawl_plan *plan, struct node node) {
    if (plan->node_count == plan->node_capacity && !grow_nodes(plan)) {
        free(node.values);
        free(node.operands);
        return out_of_memory(plan);
    }
    uint32_t *slot = find_slot(plan, &node);
    if (*slot) {
        free(node.values);
        free(node.operands);
        return *slot - 1;
    }
    plan->nodes[plan->node_count] = node;
    *slot = (uint32_t)++plan->node_count;
    return *slot - 1;
}

static trawl_node add_unary(struct trawl_plan *plan, enum node_op op, enum node_type type,
                            trawl_node a, enum node_type takes, const char *what) {
    if (!open_for_change(plan) || !node_is(plan, a, takes, what)) return TRAWL_NO_NODE;
    return add_node(plan, (struct node){.op = op, .type = type, .a = a, .b = TRAWL_NO_NODE});
}

/* All of them are symmetric: the lower operand goes first, so that x or y is y or x. */
static trawl_node add_binary(struct trawl_plan *plan, enum node_op op, trawl_node a, trawl_node b,
                             enum node_type takes, const char *what) {
    if (!open_for_change(plan) || !node_is(plan, a, takes, what) || !node_is(plan, b, takes, what))
        return TRAWL_NO_NODE;
    return add_node(
        plan, (struct node){.op = op, .type = TYPE_FLAG, .a = a < b ? a : b, .b = a < b ? b : a});
}

/* ---- text --------------------------------------------------------------------------------- */

trawl_node trawl_plan_field(struct trawl_plan *plan, const char *name) {
    if (!open_for_change(plan) || !given(plan, name, "the name of a field")) return TRAWL_NO_NODE;
    uint32_t index = 0;
    while (index < plan->field_count && strcmp(plan->fields[index], name) != 0) index++;
    if (index == plan->field_count) {
        char **fields = room_for_one(plan->fields, plan->field_count, sizeof *fields);
        if (!fields) return out_of_memory(plan);
        plan->fields = fields;
        char *copy = strdup(name);
        if (!copy) return out_of_memory(plan);
        plan->fields[plan->field_count++] = copy;
    }
    return add_node(plan, (struct node){.op = NODE_FIELD,
                                        .type = TYPE_TEXT,
                                        .a = TRAWL_NO_NODE,
                                        .b = TRAWL_NO_NODE,
                                        .index = index});
}

trawl_node trawl_plan_lower(struct trawl_plan *plan, trawl_node text) {
    if (open_for_change(plan) && text < plan->node_count && plan->nodes[text].op == NODE_LOWER)
        return text;
    return add_unary(plan, NODE_LOWER, TYPE_TEXT, text, TYPE_TEXT, "lower");
}

trawl_node trawl_plan_time(struct trawl_plan *plan, trawl_node text) {
    return add_unary(plan, NODE_TIME, TYPE_NUMBER, text, TYPE_TEXT, "time");
}

/* ---- flags -------------------------------------------------------------------------------- */

trawl_node trawl_plan_present(struct trawl_plan *plan, trawl_node text) {
    return add_unary(plan, NODE_PRESENT, TYPE_FLAG, text, TYPE_TEXT, "present");
}

trawl_node trawl_plan_equals(struct trawl_plan *plan, trawl_node text, const char *value) {
    return trawl_plan_in(plan, text, &value, 1);
}

static int compare_values(const void *a, const void *b) {
    return text_compare_by_length(*(const struct text *)a, *(const struct text *)b);
}

/* The values sorted, each once, in one block with their bytes. NULL: out of memory. */
static struct text *copy_values(const char *const *values, size_t *count) {
    size_t bytes = 0;
    for (size_t i = 0; i < *count; i++) bytes += strlen(values[i]);
    size_t table = *count * sizeof(struct text);
    struct text *copy = malloc(table + bytes + 1); /* no values: still a block */
    if (!copy) return NULL;
    char *to = (char *)copy + table;
    for (size_t i = 0; i < *count; i++) {
        copy[i] = (struct text){to, strlen(values[i])};
        memcpy(to, values[i], copy[i].length);
        to += copy[i].length;
    }
    qsort(copy, *count, sizeof *copy, compare_values);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || !text_equal(copy[kept - 1], copy[i])) copy[kept++] = copy[i];
    *count = kept;
    return copy;
}

trawl_node trawl_plan_in(struct trawl_plan *plan, trawl_node text, const char *const *values,
                         size_t count) {
    if (!open_for_change(plan) || !node_is(plan, text, TYPE_TEXT, "a comparison"))
        return TRAWL_NO_NODE;
    if (count && !given(plan, values, "the list of values")) return TRAWL_NO_NODE;
    for (size_t i = 0; i < count; i++)
        if (!given(plan, values[i], "a value to compare with")) return TRAWL_NO_NODE;
    struct node node = {
        .op = NODE_EQUALS, .type = TYPE_FLAG, .a = text, .b = TRAWL_NO_NODE, .count = count};
    node.values = copy_values(values, &node.count);
    if (!node.values) return out_of_memory(plan);
    return add_node(plan, node);
}

trawl_node trawl_plan_same(struct trawl_plan *plan, trawl_node a, trawl_node b) {
    return add_binary(plan, NODE_SAME, a, b, TYPE_TEXT, "same");
}

trawl_node trawl_plan_differs(struct trawl_plan *plan, trawl_node a, trawl_node b) {
    return add_binary(plan, NODE_DIFFERS, a, b, TYPE_TEXT, "differs");
}

/* The matcher over a text node; plan->matcher_count: out of memory. */
static uint32_t matcher_of(struct trawl_plan *plan, trawl_node text) {
    for (uint32_t i = 0; i < plan->matcher_count; i++)
        if (plan->matchers[i].text == text) return i;
    uint32_t index = (uint32_t)plan->matcher_count;
    struct plan_matcher *matchers =
        room_for_one(plan->matchers, plan->matcher_count, sizeof *matchers);
    if (!matchers) return index;
    plan->matchers = matchers;
    struct matcher *matcher = matcher_new();
    if (!matcher) return index;
    plan->matchers[plan->matcher_count++] = (struct plan_matcher){text, matcher};
    return index;
}

trawl_node trawl_plan_matches(struct trawl_plan *plan, trawl_node text, const char *regex,
                              unsigned flags) {
    if (!open_for_change(plan) || !node_is(plan, text, TYPE_TEXT, "matches") ||
        !given(plan, regex, "a pattern"))
        return TRAWL_NO_NODE;
    size_t before = plan->matcher_count;
    uint32_t matcher = matcher_of(plan, text);
    if (matcher == before && plan->matcher_count == before) return out_of_memory(plan);
    uint32_t index = matcher_add(plan->matchers[matcher].matcher, regex, flags, &plan->failure);
    if (index == UINT32_MAX) return TRAWL_NO_NODE;
    return add_node(plan, (struct node){.op = NODE_MATCHES,
                                        .type = TYPE_FLAG,
                                        .a = text,
                                        .b = TRAWL_NO_NODE,
                                        .index = index,
                                        .matcher = matcher});
}

trawl_node trawl_plan_and(struct trawl_plan *plan, trawl_node a, trawl_node b) {
    return add_binary(plan, NODE_AND, a, b, TYPE_FLAG, "and");
}

trawl_node trawl_plan_or(struct trawl_plan *plan, trawl_node a, trawl_node b) {
    return add_binary(plan, NODE_OR, a, b, TYPE_FLAG, "or");
}

trawl_node trawl_plan_not(struct trawl_plan *plan, trawl_node a) {
    return add_unary(plan, NODE_NOT, TYPE_FLAG, a, TYPE_FLAG, "not");
}

/* ---- numbers ------------------------------------------------------------------------------ */

trawl_node trawl_plan_sum(struct trawl_plan *plan, const trawl_node *flags, size_t count) {
    if (!open_for_change(plan) || (count && !given(plan, flags, "the list of flags to sum")))
        return TRAWL_NO_NODE;
    for (size_t i = 0; i < count; i++)
        if (!node_is(plan, flags[i], TYPE_FLAG, "sum")) return TRAWL_NO_NODE;
    struct node node = {.op = NODE_SUM,
                        .type = TYPE_NUMBER,
                        .a = TRAWL_NO_NODE,
                        .b = TRAWL_NO_NODE,
                        .count = count};
    node.operands = calloc(count + 1, sizeof *node.operands); /* no flags: still a block */
    if (!node.operands) return out_of_memory(plan);
    if (count) memcpy(node.operands, flags, count * sizeof *flags);
    return add_node(plan, node);
}

/* ---- what is done with them --------------------------------------------------------------- */

void trawl_plan_keep(struct trawl_plan *plan, trawl_node flag, const char *label) {
    if (!open_for_change(plan) || !node_is(plan, flag, TYPE_FLAG, "a step") ||
        !given(plan, label, "the label of a step"))
        return;
    struct plan_step *steps = room_for_one(plan->steps, plan->step_count, sizeof *steps);
    if (steps) plan->steps = steps;
    char *copy = steps ? strdup(label) : NULL;
    if (!copy) {
        out_of_memory(plan);
        return;
    }
    plan->steps[plan->step_count++] = (struct plan_step){flag, copy};
}

void trawl_plan_output(struct trawl_plan *plan, const char *name, trawl_node node) {
    if (!open_for_change(plan) || !given(plan, name, "the name of a column") ||
        !node_exists(plan, node, "a column of the result"))
        return;
    for (size_t i = 0; i < plan->output_count; i++) {
        if (strcmp(plan->outputs[i].name, name) == 0) {
            error_set(failure_of(plan), TRAWL_INVALID, "two columns are named \"%s\"", name);
            return;
        }
    }
    struct plan_output *outputs = room_for_one(plan->outputs, plan->output_count, sizeof *outputs);
    if (outputs) plan->outputs = outputs;
    char *copy = outputs ? strdup(name) : NULL;
    if (!copy) {
        out_of_memory(plan);
        return;
    }
    plan->outputs[plan->output_count++] = (struct plan_output){copy, node};
}

void trawl_plan_rank(struct trawl_plan *plan, trawl_node score, trawl_node time, uint64_t limit) {
    if (!open_for_change(plan)) return;
    if (score != TRAWL_NO_NODE && !node_is(plan, score, TYPE_NUMBER, "the score")) return;
    if (time != TRAWL_NO_NODE && !node_is(plan, time, TYPE_NUMBER, "the time of the rank")) return;
    plan->score = score;
    plan->time = time;
    plan->limit = limit;
}
