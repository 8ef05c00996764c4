/* Nodes that are flags. */
#include <stdlib.h>
#include <xxhash.h>

#include "engine/base/time.h"
#include "engine/column/passes.h"
#include "engine/program/evaluate.h"
#include "engine/program/program_internal.h"

/* ---- questions to one text ---------------------------------------------------------------- */

void evaluate_spread(const struct executor *executor, const struct column *column,
                     const uint64_t *values, uint64_t *bits) {
    pass_spread(bits, values, column->distinct, column->codes, column->validity, executor->rows);
}

/* Whether a present text has a property; `context` is the asker's. */
typedef bool property(const void *context, struct text text);

/* Every question to one text goes through here: once per value of a dictionary, or once per row
 * that is selected. Inline, so that the property is, too. */
static inline __attribute__((always_inline)) void ask(const struct executor *executor,
                                                      const struct column *column, property *holds,
                                                      const void *context, uint64_t *bits) {
    if (by_value(executor, column)) {
        bitmap_zero(executor->by_value, column->distinct);
        for (size_t i = 0; i < column->distinct; i++)
            if (holds(context, column_stored(column, i))) bitmap_set(executor->by_value, i);
        evaluate_spread(executor, column, executor->by_value, bits);
        return;
    }
    bitmap_zero(bits, executor->rows);
    FOR_ROWS(row, executor->rows, executor->selection[w] & column->validity[w]) {
        if (holds(context, present_value(column, row))) bits[w] |= left & -left;
    }
}

static bool is_time(const void *context, struct text text) {
    (void)context;
    int64_t ignored;
    return time_parse(text, &ignored);
}

static bool is_value(const void *context, struct text text) {
    const struct node *node = context;
    return text_equal(node->values[0], text);
}

static bool is_inside(const void *context, struct text text) {
    const struct networks *networks = context;
    return networks_find(networks, text) != NETWORKS_NONE;
}

static bool is_among_few(const void *context, struct text text) {
    const struct node *node = context;
    size_t low = 0, high = node->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare_by_length(node->values[middle], text);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* ---- one of many values ------------------------------------------------------------------- */

/* With fewer values a search is as fast as a hash. */
#define SET_LEAST 4

bool value_set_init(struct value_set *set, const struct node *node) {
    if (node->count < SET_LEAST) return true;
    size_t size = 2 * SET_LEAST;
    while (size < node->count * 2) size *= 2;
    set->slots = calloc(size, sizeof *set->slots);
    if (!set->slots) return false;
    set->mask = size - 1;
    for (uint32_t i = 0; i < node->count; i++) {
        uint64_t hash = XXH3_64bits(node->values[i].data, node->values[i].length);
        size_t at = hash;
        while (set->slots[at & set->mask].index_plus_one) at++;
        set->slots[at & set->mask] = (struct value_slot){(uint32_t)(hash >> 32), i + 1};
    }
    return true;
}

struct membership {
    const struct node *node;
    const struct value_set *set;
};

static bool is_among_many(const void *context, struct text text) {
    const struct membership *membership = context;
    const struct text *values = membership->node->values;
    /* Sorted by length: the ends tell what lengths there are. */
    if (text.length < values[0].length || text.length > values[membership->node->count - 1].length)
        return false;
    const struct value_set *set = membership->set;
    uint64_t hash = XXH3_64bits(text.data, text.length);
    for (size_t at = hash;; at++) {
        struct value_slot slot = set->slots[at & set->mask];
        if (!slot.index_plus_one) return false;
        if (slot.hash == hash >> 32 && text_equal(values[slot.index_plus_one - 1], text))
            return true;
    }
}

static void evaluate_equals(const struct executor *executor, const struct node *node,
                            const struct value *value) {
    const struct column *column = column_of(executor, node->a);
    if (node->count == 1) {
        ask(executor, column, is_value, node, value->bits);
    } else if (!value->set.slots) {
        ask(executor, column, is_among_few, node, value->bits);
    } else {
        struct membership membership = {node, &value->set};
        ask(executor, column, is_among_many, &membership, value->bits);
    }
}

/* ---- presence ----------------------------------------------------------------------------- */

static void evaluate_present(const struct executor *executor, const struct node *node,
                             uint64_t *bits) {
    const struct value *of = &executor->values[node->a];
    const uint64_t *present = of->bits;
    switch (executor->program->nodes[node->a].type) {
        case TYPE_TIME:
            ask(executor, of->column, is_time, NULL, bits);
            return;
        case TYPE_TEXT:
            present = of->column->validity;
            break;
        default:
            break;
    }
    memcpy(bits, present, BITMAP_WORDS(executor->rows) * sizeof *bits);
}

/* ---- two texts ---------------------------------------------------------------------------- */

static bool equivalent(struct text a, struct text b) {
    double x, y;
    if (text_equal(a, b)) return true;
    return number_parse(a, &x) && number_parse(b, &y) && x == y;
}

static void evaluate_two_texts(const struct executor *executor, const struct node *node,
                               uint64_t *bits) {
    const struct column *a = column_of(executor, node->a), *b = column_of(executor, node->b);
    bitmap_zero(bits, executor->rows);
    FOR_ROWS(row, executor->rows, executor->selection[w] & a->validity[w] & b->validity[w]) {
        struct text x = present_value(a, row), y = present_value(b, row);
        bool holds = node->op == NODE_EQUIVALENT ? equivalent(x, y)
                                                 : text_equal(x, y) == (node->op == NODE_SAME);
        if (holds) bits[w] |= left & -left;
    }
}

/* ---- two numbers -------------------------------------------------------------------------- */

static void evaluate_two_numbers(const struct executor *executor, const struct node *node,
                                 uint64_t *bits) {
    const struct value *a = &executor->values[node->a], *b = &executor->values[node->b];
    bitmap_zero(bits, executor->rows);
    FOR_ROWS(row, executor->rows, executor->selection[w] & a->bits[w] & b->bits[w]) {
        if (node_compare(node->op, number_at(a, row), number_at(b, row))) bits[w] |= left & -left;
    }
}

/* ---- patterns ----------------------------------------------------------------------------- */

/* The stored values that selected rows have; NULL: taken as all. */
static const uint64_t *wanted_values(const struct executor *executor, const struct column *column) {
    uint64_t *wanted = executor->wanted;
    if (by_value(executor, column)) return NULL;
    if (column->encoding == COLUMN_PLAIN) {
        bitmap_and(wanted, executor->selection, column->validity, executor->rows);
        return wanted;
    }
    bitmap_zero(wanted, column->distinct);
    FOR_ROWS(row, executor->rows, executor->selection[w] & column->validity[w]) {
        bitmap_set(wanted, column->codes[row]);
    }
    return wanted;
}

static enum trawl_status evaluate_matches(struct executor *executor, const struct node *node,
                                          uint64_t *bits, struct trawl_error *error) {
    const struct column *column = column_of(executor, node->a);
    struct match_state *state = &executor->matches[node->matcher];
    if (!state->scanned) { /* later stages select fewer rows: the answers stay good */
        enum trawl_status status =
            matcher_scan_wanted(executor->program->matchers[node->matcher].matcher, state->scratch,
                                column, wanted_values(executor, column), state->hits, error);
        if (status != TRAWL_OK) return status;
        state->scanned = true;
    }
    const uint64_t *hits = state->hits[node->index];
    if (column->encoding == COLUMN_DICTIONARY)
        evaluate_spread(executor, column, hits, bits);
    else
        memcpy(bits, hits, BITMAP_WORDS(executor->rows) * sizeof *bits);
    return TRAWL_OK;
}

enum trawl_status evaluate_flag(struct executor *executor, node_id id, struct trawl_error *error) {
    const struct node *node = &executor->program->nodes[id];
    const struct value *values = executor->values;
    uint64_t *bits = values[id].bits;
    switch (node->op) {
        case NODE_PRESENT:
            evaluate_present(executor, node, bits);
            break;
        case NODE_EQUALS:
            evaluate_equals(executor, node, &values[id]);
            break;
        case NODE_INSIDE:
            ask(executor, column_of(executor, node->a), is_inside, node->networks, bits);
            break;
        case NODE_SAME:
        case NODE_DIFFERS:
        case NODE_EQUIVALENT:
            evaluate_two_texts(executor, node, bits);
            break;
        case NODE_LESS:
        case NODE_LESS_EQUAL:
        case NODE_EQUAL:
            evaluate_two_numbers(executor, node, bits);
            break;
        case NODE_MATCHES:
            return evaluate_matches(executor, node, bits, error);
        case NODE_AND:
            bitmap_and(bits, values[node->a].bits, values[node->b].bits, executor->rows);
            break;
        case NODE_OR:
            bitmap_or(bits, values[node->a].bits, values[node->b].bits, executor->rows);
            break;
        case NODE_NOT:
            bitmap_not(bits, values[node->a].bits, executor->rows);
            break;
        default:
            break;
    }
    return TRAWL_OK;
}
