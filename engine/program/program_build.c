/* The builder: leaves, texts and flags. Every call checks its operands; what can be known without a
 * row becomes a constant, and a question to a choice a choice of answers (program_map). */
#include <math.h>
#include <stdlib.h>

#include "engine/base/fold.h"
#include "engine/program/program_internal.h"

/* ---- leaves ------------------------------------------------------------------------------- */

static bool add_field(struct program *program, const char *name) {
    struct program_field *fields =
        program_room(program->fields, program->field_count, sizeof *fields);
    if (!fields) return false;
    program->fields = fields;
    char *copy = strdup(name);
    if (!copy) return false;
    program->fields[program->field_count++] = (struct program_field){copy, false};
    return true;
}

node_id program_field_weak(struct program *program, const char *name) {
    if (!program_open(program) || !program_given(program, name, "the name of a field"))
        return NO_NODE;
    struct node node = node_leaf(NODE_FIELD, TYPE_TEXT);
    node.index = (uint32_t)program->field_count;
    node_id field = program_add_with_text(program, node, text_of(name));
    if (field == NO_NODE) return NO_NODE;
    bool is_new = program->nodes[field].index == program->field_count;
    if (is_new && !add_field(program, name)) return program_memory(program);
    return field;
}

node_id program_field(struct program *program, const char *name) {
    node_id field = program_field_weak(program, name);
    if (field != NO_NODE) program->fields[program->nodes[field].index].wanted = true;
    return field;
}

node_id program_text(struct program *program, struct text value) {
    if (!program_open(program)) return NO_NODE;
    if (value.length && !program_given(program, value.data, "a text")) return NO_NODE;
    return program_add_with_text(program, node_leaf(NODE_TEXT, TYPE_TEXT), value);
}

node_id program_number(struct program *program, double value) {
    if (!program_open(program)) return NO_NODE;
    if (!isfinite(value)) return program_refuse(program, "a number must be finite");
    struct node node = node_leaf(NODE_NUMBER, TYPE_NUMBER);
    node.number = value == 0 ? 0 : value; /* no -0 */
    char printed[NUMBER_TEXT];
    return program_add_with_text(program, node,
                                 (struct text){printed, number_print(node.number, printed)});
}

node_id program_flag(struct program *program, bool value) {
    if (!program_open(program)) return NO_NODE;
    struct node node = node_leaf(NODE_FLAG, TYPE_FLAG);
    node.index = value;
    return program_add(program, node);
}

node_id program_missing(struct program *program, enum value_type type) {
    if (!program_open(program)) return NO_NODE;
    if (type == TYPE_FLAG) return program_refuse(program, "a flag is never missing");
    return program_add(program, node_leaf(NODE_MISSING, type));
}

/* ---- conversions -------------------------------------------------------------------------- */

static node_id lower_constant(struct program *program, struct text text) {
    struct buffer lowered = {0};
    node_id node = text_fold(text, &lowered)
                       ? program_text(program, (struct text){lowered.data, lowered.length})
                       : program_memory(program);
    buffer_free(&lowered);
    return node;
}

node_id program_lower(struct program *program, node_id text) {
    if (!program_open(program) || !program_takes(program, text, TYPE_TEXT, "lower")) return NO_NODE;
    switch (program_op(program, text)) {
        case NODE_LOWER:
        case NODE_TO_TEXT: /* a printed number has only small letters */
        case NODE_MISSING:
            return text;
        case NODE_SELECT:
            return program_map_unary(program, text, program_lower);
        case NODE_TEXT:
            return lower_constant(program, program->nodes[text].values[0]);
        default:
            break;
    }
    return program_add(program, node_unary(NODE_LOWER, TYPE_TEXT, text));
}

static node_id number_to_text(struct program *program, node_id number) {
    switch (program_op(program, number)) {
        case NODE_NUMBER:
            return program_text(program, program->nodes[number].values[0]);
        case NODE_MISSING:
            return program_missing(program, TYPE_TEXT);
        case NODE_SELECT:
            return program_map_unary(program, number, program_to_text);
        default:
            return program_add(program, node_unary(NODE_TO_TEXT, TYPE_TEXT, number));
    }
}

node_id program_to_text(struct program *program, node_id any) {
    if (!program_open(program) || !program_has(program, any, "a conversion to text"))
        return NO_NODE;
    switch (program->nodes[any].type) {
        case TYPE_TEXT:
            return any;
        case TYPE_FLAG:
            return program_select(program, any, program_text(program, text_of("true")),
                                  program_text(program, text_of("false")));
        case TYPE_NUMBER:
            return number_to_text(program, any);
        case TYPE_TIME:
            break;
    }
    return program_to_text(program, program_millis(program, any));
}

static node_id text_to_number(struct program *program, node_id text) {
    double number;
    switch (program_op(program, text)) {
        case NODE_TEXT:
            if (number_parse(program->nodes[text].values[0], &number))
                return program_number(program, number);
            return program_missing(program, TYPE_NUMBER);
        case NODE_MISSING:
            return program_missing(program, TYPE_NUMBER);
        case NODE_TO_TEXT: /* a printed number reads back as it was */
            return program->nodes[text].a;
        case NODE_SELECT:
            return program_map_unary(program, text, program_to_number);
        default:
            return program_add(program, node_unary(NODE_TO_NUMBER, TYPE_NUMBER, text));
    }
}

node_id program_to_number(struct program *program, node_id any) {
    if (!program_open(program) || !program_has(program, any, "a conversion to a number"))
        return NO_NODE;
    switch (program->nodes[any].type) {
        case TYPE_TEXT:
            return text_to_number(program, any);
        case TYPE_NUMBER:
            return any;
        case TYPE_TIME:
            return program_millis(program, any);
        case TYPE_FLAG:
            break;
    }
    return program_missing(program, TYPE_NUMBER);
}

node_id program_time(struct program *program, node_id text) {
    if (!program_open(program) || !program_takes(program, text, TYPE_TEXT, "time")) return NO_NODE;
    if (program_op(program, text) == NODE_MISSING) return program_missing(program, TYPE_TIME);
    return program_add(program, node_unary(NODE_TIME, TYPE_TIME, text));
}

node_id program_millis(struct program *program, node_id time) {
    if (!program_open(program) || !program_takes(program, time, TYPE_TIME, "millis"))
        return NO_NODE;
    switch (program_op(program, time)) {
        case NODE_MISSING:
            return program_missing(program, TYPE_NUMBER);
        case NODE_SELECT:
            return program_map_unary(program, time, program_millis);
        default:
            return program_add(program, node_unary(NODE_MILLIS, TYPE_NUMBER, time));
    }
}

/* ---- flags of texts ----------------------------------------------------------------------- */

node_id program_present(struct program *program, node_id any) {
    if (!program_open(program) || !program_has(program, any, "present")) return NO_NODE;
    if (program_always(program, any)) return program_flag(program, true);
    switch (program_op(program, any)) {
        case NODE_MISSING:
            return program_flag(program, false);
        case NODE_LOWER:
        case NODE_TO_TEXT:
        case NODE_NEGATE:
            return program_present(program, program->nodes[any].a);
        case NODE_SELECT:
            return program_map_unary(program, any, program_present);
        default:
            return program_add(program, node_unary(NODE_PRESENT, TYPE_FLAG, any));
    }
}

/* The texts that a node is compared with. */
struct candidates {
    const struct text *values;
    size_t count;
};

static bool is_candidate(struct text text, const struct candidates *candidates) {
    for (size_t i = 0; i < candidates->count; i++)
        if (text_equal(text, candidates->values[i])) return true;
    return false;
}

static int compare_values(const void *a, const void *b) {
    return text_compare_by_length(*(const struct text *)a, *(const struct text *)b);
}

/* Sorts and keeps each once. */
static size_t sort_values(struct text *values, size_t count) {
    qsort(values, count, sizeof *values, compare_values);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !text_equal(values[kept - 1], values[i])) values[kept++] = values[i];
    return kept;
}

static node_id arm_in(struct program *program, node_id arm, const void *context) {
    const struct candidates *candidates = context;
    struct node node = node_unary(NODE_EQUALS, TYPE_FLAG, arm);
    switch (program_op(program, arm)) {
        case NODE_TEXT:
            return program_flag(program, is_candidate(program->nodes[arm].values[0], candidates));
        case NODE_MISSING:
            return program_flag(program, false);
        default:
            break;
    }
    node.values = program_copy_texts(candidates->values, candidates->count);
    if (!node.values) return program_memory(program);
    node.count = sort_values(node.values, candidates->count);
    return program_add(program, node);
}

node_id program_in(struct program *program, node_id text, const struct text *values, size_t count) {
    if (!program_open(program) || !program_takes(program, text, TYPE_TEXT, "a comparison"))
        return NO_NODE;
    if (count && !program_given(program, values, "the list of values")) return NO_NODE;
    for (size_t i = 0; i < count; i++)
        if (values[i].length && !program_given(program, values[i].data, "a value to compare with"))
            return NO_NODE;
    if (count == 0) return program_flag(program, false);
    struct candidates candidates = {values, count};
    if (program_op(program, text) == NODE_SELECT)
        return program_map(program, text, arm_in, &candidates);
    return arm_in(program, text, &candidates);
}

node_id program_equals(struct program *program, node_id text, const char *value) {
    if (!program_open(program) || !program_given(program, value, "a value to compare with"))
        return NO_NODE;
    struct text values = text_of(value);
    return program_in(program, text, &values, 1);
}

/* Whether one of them is missing in every row. */
static bool never_both(const struct program *program, node_id a, node_id b) {
    return program_op(program, a) == NODE_MISSING || program_op(program, b) == NODE_MISSING;
}

static bool is_text(const struct program *program, node_id node) {
    return program_op(program, node) == NODE_TEXT;
}

/* Puts a constant text, if there is one, into *b. */
static bool constant_last(const struct program *program, node_id *a, node_id *b) {
    if (is_text(program, *a)) {
        node_id other = *a;
        *a = *b;
        *b = other;
    }
    return is_text(program, *b);
}

/* program_in may grow the nodes, but not move a node's texts. */
static node_id equals_constant(struct program *program, node_id text, node_id constant) {
    struct text value = program->nodes[constant].values[0];
    return program_in(program, text, &value, 1);
}

node_id program_same(struct program *program, node_id a, node_id b) {
    if (!program_takes_both(program, a, b, TYPE_TEXT, "same")) return NO_NODE;
    if (never_both(program, a, b)) return program_flag(program, false);
    if (a == b) return program_present(program, a);
    if (constant_last(program, &a, &b)) return equals_constant(program, a, b);
    return program_add_symmetric(program, NODE_SAME, a, b);
}

node_id program_differs(struct program *program, node_id a, node_id b) {
    if (!program_takes_both(program, a, b, TYPE_TEXT, "differs")) return NO_NODE;
    if (a == b || never_both(program, a, b)) return program_flag(program, false);
    if (constant_last(program, &a, &b))
        return program_and(program, program_present(program, a),
                           program_not(program, equals_constant(program, a, b)));
    return program_add_symmetric(program, NODE_DIFFERS, a, b);
}

node_id program_equivalent(struct program *program, node_id a, node_id b) {
    if (!program_takes_both(program, a, b, TYPE_TEXT, "equivalent")) return NO_NODE;
    if (never_both(program, a, b)) return program_flag(program, false);
    if (a == b) return program_present(program, a);
    double number;
    bool constant = constant_last(program, &a, &b);
    /* Beside a text that is a number only a number can be equal. */
    bool of_numbers = program_op(program, a) == NODE_TO_TEXT ||
                      program_op(program, b) == NODE_TO_TEXT ||
                      (constant && number_parse(program->nodes[b].values[0], &number));
    if (of_numbers)
        return program_compare(program, NODE_EQUAL, program_to_number(program, a),
                               program_to_number(program, b));
    if (constant) return equals_constant(program, a, b);
    return program_add_symmetric(program, NODE_EQUIVALENT, a, b);
}

/* The matcher over a text node; program->matcher_count: out of memory. */
static uint32_t matcher_of(struct program *program, node_id text) {
    for (uint32_t i = 0; i < program->matcher_count; i++)
        if (program->matchers[i].text == text) return i;
    uint32_t index = (uint32_t)program->matcher_count;
    struct program_matcher *matchers =
        program_room(program->matchers, program->matcher_count, sizeof *matchers);
    if (!matchers) return index;
    program->matchers = matchers;
    struct matcher *matcher = matcher_new();
    if (!matcher) return index;
    program->matchers[program->matcher_count++] = (struct program_matcher){text, matcher};
    return index;
}

node_id program_matches(struct program *program, node_id text, const char *regex, unsigned flags) {
    if (!program_open(program) || !program_takes(program, text, TYPE_TEXT, "matches") ||
        !program_given(program, regex, "a pattern"))
        return NO_NODE;
    size_t before = program->matcher_count;
    uint32_t matcher = matcher_of(program, text);
    if (matcher == before && program->matcher_count == before) return program_memory(program);
    struct node node = node_unary(NODE_MATCHES, TYPE_FLAG, text);
    node.matcher = matcher;
    node.index = matcher_add(program->matchers[matcher].matcher, regex, flags, &program->failure);
    return node.index == UINT32_MAX ? NO_NODE : program_add(program, node);
}

node_id program_inside(struct program *program, node_id text, struct networks *networks) {
    bool sound = program_open(program) && program_takes(program, text, TYPE_TEXT, "inside") &&
                 program_given(program, networks, "the set of networks");
    if (!sound || program_op(program, text) == NODE_MISSING) {
        networks_free(networks);
        return sound ? program_flag(program, false) : NO_NODE;
    }
    if (is_text(program, text)) {
        bool inside = networks_find(networks, program->nodes[text].values[0]) != NETWORKS_NONE;
        networks_free(networks);
        return program_flag(program, inside);
    }
    struct node node = node_unary(NODE_INSIDE, TYPE_FLAG, text);
    node.networks = networks;
    return program_add(program, node);
}

/* ---- calls -------------------------------------------------------------------------------- */

/* What a scalar takes: a text or a number. */
static node_id call_operand(struct program *program, node_id operand) {
    if (!program_has(program, operand, "a call")) return NO_NODE;
    switch (program->nodes[operand].type) {
        case TYPE_FLAG:
            return program_to_text(program, operand);
        case TYPE_TIME:
            return program_millis(program, operand);
        default:
            return operand;
    }
}

static bool call_operands(struct program *program, const node_id *operands, struct node *node) {
    if (node->count && !program_given(program, operands, "the list of operands")) return false;
    node->operands = program_copy_operands(operands, node->count);
    if (!node->operands) {
        program_memory(program);
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        node->operands[i] = call_operand(program, operands[i]);
        if (node->operands[i] == NO_NODE) return false;
    }
    return true;
}

node_id program_call(struct program *program, const struct scalar *scalar, void *data,
                     struct text identity, const node_id *operands, size_t count) {
    struct node node = node_leaf(NODE_CALL, TYPE_TEXT);
    node.scalar = scalar;
    node.data = data;
    node.count = count;
    if (!program_open(program) || !program_given(program, scalar, "the function of a call") ||
        !call_operands(program, operands, &node)) {
        program_node_free(&node);
        return NO_NODE;
    }
    node.type = scalar->type;
    return program_add_with_text(program, node, identity);
}
