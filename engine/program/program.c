#include "engine/program/program.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/program/program_internal.h"

struct program *program_new(void) {
    struct program *program = calloc(1, sizeof *program);
    if (program) program->first_known = NO_NODE;
    return program;
}

void program_free(struct program *program) {
    if (!program) return;
    for (size_t i = 0; i < program->node_count; i++) program_node_free(&program->nodes[i]);
    for (size_t i = 0; i < program->field_count; i++) free(program->fields[i].name);
    for (size_t i = 0; i < program->step_count; i++) free(program->steps[i].label);
    for (size_t i = 0; i < program->output_count; i++) free(program->outputs[i].name);
    for (size_t i = 0; i < program->matcher_count; i++) matcher_free(program->matchers[i].matcher);
    free(program->nodes);
    free(program->slots);
    free(program->fields);
    free(program->steps);
    free(program->outputs);
    free(program->matchers);
    free(program);
}

/* ---- filters and outputs ------------------------------------------------------------------ */

void program_keep(struct program *program, node_id flag, const char *label) {
    if (!program_open(program) || !program_takes(program, flag, TYPE_FLAG, "a step") ||
        !program_given(program, label, "the label of a step"))
        return;
    struct program_step *steps = program_room(program->steps, program->step_count, sizeof *steps);
    if (steps) program->steps = steps;
    char *copy = steps ? strdup(label) : NULL;
    if (!copy) {
        program_memory(program);
        return;
    }
    program->steps[program->step_count++] = (struct program_step){flag, copy};
}

void program_keep_first(struct program *program, node_id flag, node_id known, const char *label) {
    size_t before = program->step_count;
    if (!program_open(program) || !program_takes(program, known, TYPE_FLAG, "what a step rests on"))
        return;
    program_keep(program, flag, label);
    if (program->step_count == before) return;
    struct program_step first = program->steps[before];
    memmove(program->steps + 1, program->steps, before * sizeof first);
    program->steps[0] = first;
    program->first_known = known;
}

size_t program_output(struct program *program, const char *name, node_id node) {
    if (!program_open(program) || !program_given(program, name, "the name of a column") ||
        !program_has(program, node, "a column of the result"))
        return SIZE_MAX;
    for (size_t i = 0; i < program->output_count; i++) {
        if (strcmp(program->outputs[i].name, name) == 0) {
            program_refuse(program, "two columns are named \"%s\"", name);
            return SIZE_MAX;
        }
    }
    if (program_traits(program, node) & ARM_TRUTH) node = program_flag_of(program, node);
    struct program_output *outputs =
        program_room(program->outputs, program->output_count, sizeof *outputs);
    if (outputs) program->outputs = outputs;
    char *copy = outputs ? strdup(name) : NULL;
    if (!copy) {
        program_memory(program);
        return SIZE_MAX;
    }
    program->outputs[program->output_count] = (struct program_output){copy, node};
    return program->output_count++;
}

enum trawl_status program_finish(struct program *program, struct trawl_error *error) {
    if (!program) return error_memory(error);
    if (program_open(program)) {
        for (size_t i = 0; i < program->matcher_count && program->failure.status == TRAWL_OK; i++)
            matcher_compile(program->matchers[i].matcher, &program->failure);
        program->finished = program->failure.status == TRAWL_OK;
    }
    if (program->finished) return TRAWL_OK;
    if (error) *error = program->failure;
    return program->failure.status;
}

/* ---- what a shape could raise ------------------------------------------------------------- */

static bool can_all(const struct node *node, const bool *can) {
    for (size_t i = 0; i < node_operand_count(node); i++)
        if (!can[node_operand(node, i)]) return false;
    return true;
}

/* Of a flag: can be true; of others: can be present. available NULL: all fields are, and it is
 * tables that may be empty. */
static bool node_can(const struct node *node, const bool *can, const bool *available) {
    switch (node->op) {
        case NODE_FIELD:
            return !available || available[node->index];
        case NODE_FLAG:
            return node->index;
        case NODE_MISSING:
            return false;
        case NODE_OR:
            return can[node->a] || can[node->b];
        case NODE_SELECT:
            return (can[node->operands[0]] && can[node->operands[1]]) || can[node->operands[2]];
        case NODE_NOT:
        case NODE_SUM:
            return true;
        case NODE_CALL:
            return available || !node->scalar->never || !node->scalar->never(node->data);
        default: /* constants have no operands; all others need all of theirs */
            return can_all(node, can);
    }
}

bool program_can_be_true(const struct program *program, node_id flag, const bool *available) {
    bool *can = malloc((size_t)flag + 1);
    if (!can) return true;
    for (node_id i = 0; i <= flag; i++) /* operands come first */
        can[i] = node_can(&program->nodes[i], can, available);
    bool result = can[flag];
    free(can);
    return result;
}

bool program_is_idle(const struct program *program) {
    for (size_t i = 0; i < program->step_count; i++)
        if (!program_can_be_true(program, program->steps[i].flag, NULL)) return true;
    return false;
}
