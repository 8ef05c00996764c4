/* --explain: the nodes that steps and outputs rest on, each with its number, before the line that
 * needs them first. Fields and constants stand for themselves. */
#include <stdlib.h>

#include "engine/program/program_internal.h"

#define VALUES_SHOWN 8

static void put(struct buffer *out, const char *text) {
    buffer_append(out, text, strlen(text));
}

static void put_quoted(struct buffer *out, struct text text) {
    buffer_append_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '\n') {
            put(out, "\\n");
        } else if ((unsigned char)c < 0x20 || c == 0x7F) {
            buffer_printf(out, "\\x%02x", (unsigned)(unsigned char)c);
        } else {
            if (c == '"' || c == '\\') buffer_append_char(out, '\\');
            buffer_append_char(out, c);
        }
    }
    buffer_append_char(out, '"');
}

/* Whether the node is written where it is used. */
static bool stands_for_itself(const struct node *node) {
    return node->op == NODE_FIELD || node->op == NODE_TEXT || node->op == NODE_NUMBER ||
           node->op == NODE_FLAG || node->op == NODE_MISSING;
}

static void put_operand(const struct program *program, node_id id, struct buffer *out) {
    const struct node *node = &program->nodes[id];
    switch (node->op) {
        case NODE_FIELD:
            put(out, program->fields[node->index].name);
            break;
        case NODE_TEXT:
            put_quoted(out, node->values[0]);
            break;
        case NODE_NUMBER:
            buffer_append(out, node->values[0].data, node->values[0].length);
            break;
        case NODE_FLAG:
            put(out, node->index ? "true" : "false");
            break;
        case NODE_MISSING:
            put(out, "missing");
            break;
        default:
            buffer_printf(out, "#%u", id);
    }
}

static void put_call(const struct program *program, const char *name, const struct node *node,
                     struct buffer *out) {
    put(out, name);
    buffer_append_char(out, '(');
    for (size_t i = 0; i < node_operand_count(node); i++) {
        if (i) put(out, ", ");
        put_operand(program, node_operand(node, i), out);
    }
    buffer_append_char(out, ')');
}

static void put_equals(const struct program *program, const struct node *node, struct buffer *out) {
    put_operand(program, node->a, out);
    if (node->count == 1) {
        put(out, " = ");
        put_quoted(out, node->values[0]);
        return;
    }
    put(out, " in (");
    for (size_t i = 0; i < node->count && i < VALUES_SHOWN; i++) {
        if (i) put(out, ", ");
        put_quoted(out, node->values[i]);
    }
    if (node->count > VALUES_SHOWN) buffer_printf(out, ", %zu more", node->count - VALUES_SHOWN);
    buffer_append_char(out, ')');
}

static void put_matches(const struct program *program, const struct node *node,
                        struct buffer *out) {
    const struct matcher *matcher = program->matchers[node->matcher].matcher;
    put_operand(program, node->a, out);
    put(out, " matches ");
    put_quoted(out, text_of(matcher_regex(matcher, node->index)));
    buffer_printf(out, " (%s)", matcher_kind(matcher, node->index));
}

static void put_select(const struct program *program, const struct node *node, struct buffer *out) {
    put(out, "if ");
    put_operand(program, node->operands[0], out);
    put(out, " then ");
    put_operand(program, node->operands[1], out);
    put(out, " else ");
    put_operand(program, node->operands[2], out);
}

/* The word between two operands; NULL: the operation is written otherwise. */
static const char *infix_of(enum node_op op) {
    static const char *const words[] = {
        [NODE_ADD] = "+",          [NODE_SUBTRACT] = "-",    [NODE_MULTIPLY] = "*",
        [NODE_DIVIDE] = "/",       [NODE_REMAINDER] = "%",   [NODE_SAME] = "is",
        [NODE_DIFFERS] = "is not", [NODE_EQUIVALENT] = "==", [NODE_LESS] = "<",
        [NODE_LESS_EQUAL] = "<=",  [NODE_EQUAL] = "=",       [NODE_AND] = "and",
        [NODE_OR] = "or"};
    return (size_t)op < sizeof words / sizeof *words ? words[op] : NULL;
}

static const char *function_of(const struct node *node) {
    static const char *const names[] = {
        [NODE_LOWER] = "lower",   [NODE_TO_TEXT] = "text",    [NODE_TO_NUMBER] = "number",
        [NODE_NEGATE] = "negate", [NODE_SUM] = "sum",         [NODE_MILLIS] = "milliseconds",
        [NODE_TIME] = "time",     [NODE_PRESENT] = "present", [NODE_INSIDE] = "inside",
        [NODE_NOT] = "not"};
    if (node->op == NODE_CALL) return node->scalar->name;
    return (size_t)node->op < sizeof names / sizeof *names ? names[node->op] : NULL;
}

static void put_node(const struct program *program, node_id id, struct buffer *out) {
    const struct node *node = &program->nodes[id];
    const char *infix = infix_of(node->op), *function = function_of(node);
    if (infix) {
        put_operand(program, node->a, out);
        buffer_printf(out, " %s ", infix);
        put_operand(program, node->b, out);
    } else if (function) {
        put_call(program, function, node, out);
    } else if (node->op == NODE_EQUALS) {
        put_equals(program, node, out);
    } else if (node->op == NODE_MATCHES) {
        put_matches(program, node, out);
    } else if (node->op == NODE_SELECT) {
        put_select(program, node, out);
    } else {
        put_operand(program, id, out);
    }
}

enum mark { UNSEEN, WANTED, WRITTEN };

/* Writes the nodes that `root` rests on and that are not written yet. */
static void put_below(const struct program *program, node_id root, unsigned char *marks,
                      struct buffer *out) {
    for (node_id i = root + 1; i-- > 0;) {
        if (i != root && marks[i] != WANTED) continue;
        const struct node *node = &program->nodes[i];
        for (size_t k = 0; k < node_operand_count(node); k++) {
            unsigned char *mark = &marks[node_operand(node, k)];
            if (*mark == UNSEEN) *mark = WANTED;
        }
    }
    for (node_id i = 0; i < root; i++) {
        if (marks[i] != WANTED) continue;
        marks[i] = WRITTEN;
        if (stands_for_itself(&program->nodes[i])) continue;
        buffer_printf(out, "#%u ", i);
        put_node(program, i, out);
        buffer_append_char(out, '\n');
    }
}

/* keep "label" = #7 and #9 */
static void put_root(const struct program *program, const char *what, const char *name,
                     node_id root, unsigned char *marks, struct buffer *out) {
    if (marks[root] != WRITTEN) put_below(program, root, marks, out);
    put(out, what);
    buffer_append_char(out, ' ');
    put_quoted(out, text_of(name));
    put(out, " = ");
    if (marks[root] == WRITTEN)
        put_operand(program, root, out);
    else
        put_node(program, root, out);
    buffer_append_char(out, '\n');
}

void program_explain(const struct program *program, struct buffer *out) {
    unsigned char *marks = calloc(program->node_count + 1, 1);
    if (!marks) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < program->step_count; i++)
        put_root(program, "keep", program->steps[i].label, program->steps[i].flag, marks, out);
    for (size_t i = 0; i < program->output_count; i++)
        put_root(program, "output", program->outputs[i].name, program->outputs[i].node, marks, out);
    free(marks);
}
