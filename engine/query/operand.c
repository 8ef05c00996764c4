/* operand.c - values with the language's null: conversions and choices. */
#include "engine/query/compile.h"

enum value_type operand_type(const struct compiler *c, struct operand operand) {
    return program_type(c->stage->program, operand.node);
}

struct operand operand_missing(struct compiler *c) {
    return operand_of(program_missing(compile_program(c), TYPE_TEXT));
}

node_id operand_known(struct compiler *c, struct operand operand) {
    struct program *p = compile_program(c);
    if (operand_type(c, operand) != TYPE_FLAG) return program_present(p, operand.node);
    return operand.known == NO_NODE ? program_flag(p, true) : operand.known;
}

node_id operand_text(struct compiler *c, struct operand operand) {
    struct program *p = compile_program(c);
    node_id text = program_to_text(p, operand.node);
    if (operand.known == NO_NODE) return text;
    return program_select(p, operand.known, text, program_missing(p, TYPE_TEXT));
}

node_id operand_number(struct compiler *c, struct operand operand) {
    struct program *p = compile_program(c);
    enum value_type type = operand_type(c, operand);
    if (type == TYPE_TIME) return program_millis(p, operand.node);
    return type == TYPE_NUMBER ? operand.node : program_to_number(p, operand.node);
}

node_id operand_truth(struct compiler *c, struct operand operand) {
    struct program *p = compile_program(c);
    if (operand_type(c, operand) == TYPE_FLAG) return operand.node;
    node_id number = operand_number(c, operand);
    node_id zero = program_compare(p, NODE_EQUAL, number, program_number(p, 0));
    node_id counts = program_and(p, program_present(p, number), program_not(p, zero));
    if (operand_type(c, operand) != TYPE_TEXT) return counts;
    return program_or(p, program_equals(p, operand.node, "true"), counts);
}

struct operand operand_select(struct compiler *c, node_id flag, struct operand a,
                              struct operand b) {
    struct program *p = compile_program(c);
    enum value_type type = operand_type(c, a);
    if (type != operand_type(c, b) || type == TYPE_TIME) {
        /* A missing value has whatever type the other has. */
        struct operand missing = operand_missing(c);
        if (b.node == missing.node && type == TYPE_NUMBER)
            b = operand_of(program_missing(p, TYPE_NUMBER));
        else if (a.node == missing.node && operand_type(c, b) == TYPE_NUMBER)
            a = operand_of(program_missing(p, TYPE_NUMBER));
        else
            return operand_of(program_select(p, flag, operand_text(c, a), operand_text(c, b)));
    }
    struct operand chosen = operand_of(program_select(p, flag, a.node, b.node));
    if (type == TYPE_FLAG && (a.known != NO_NODE || b.known != NO_NODE))
        chosen.known = program_select(p, flag, operand_known(c, a), operand_known(c, b));
    return chosen;
}
