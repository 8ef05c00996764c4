#include "engine/plan.h"

#include <stdlib.h>

#include "engine/error.h"

struct trawl_plan *trawl_plan_new(const char *name) {
    struct trawl_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return NULL;
    plan->name = strdup(name ? name : "");
    if (!plan->name) {
        free(plan);
        return NULL;
    }
    plan->score = plan->time = TRAWL_NO_NODE;
    plan->limit = UINT64_MAX;
    return plan;
}

void trawl_plan_free(struct trawl_plan *plan) {
    if (!plan) return;
    for (size_t i = 0; i < plan->node_count; i++) {
        free(plan->nodes[i].values);
        free(plan->nodes[i].operands);
    }
    for (size_t i = 0; i < plan->field_count; i++) free(plan->fields[i]);
    for (size_t i = 0; i < plan->step_count; i++) free(plan->steps[i].label);
    for (size_t i = 0; i < plan->output_count; i++) free(plan->outputs[i].name);
    for (size_t i = 0; i < plan->matcher_count; i++) matcher_free(plan->matchers[i].matcher);
    free(plan->nodes);
    free(plan->slots);
    free(plan->fields);
    free(plan->steps);
    free(plan->outputs);
    free(plan->matchers);
    free(plan->name);
    free(plan);
}

const char *trawl_plan_name(const struct trawl_plan *plan) {
    return plan->name;
}

enum trawl_status trawl_plan_finish(struct trawl_plan *plan, struct trawl_error *error) {
    if (!plan) return error_memory(error);
    if (plan->failure.status == TRAWL_OK && !plan->finished) {
        if (plan->output_count == 0)
            error_set(&plan->failure, TRAWL_INVALID,
                      "plan \"%s\" has no columns: add one with trawl_plan_output", plan->name);
        for (size_t i = 0; i < plan->matcher_count && plan->failure.status == TRAWL_OK; i++)
            matcher_compile(plan->matchers[i].matcher, &plan->failure);
        plan->finished = plan->failure.status == TRAWL_OK;
    }
    if (plan->finished) return TRAWL_OK;
    if (error) *error = plan->failure;
    return plan->failure.status;
}

bool plan_can_be_true(const struct trawl_plan *plan, trawl_node flag, const bool *available) {
    /* can[i], of text: can be present; of a flag: can be true. Operands come first. */
    bool *can = malloc((size_t)flag + 1);
    if (!can) return true;
    for (trawl_node i = 0; i <= flag; i++) {
        const struct node *node = &plan->nodes[i];
        switch (node->op) {
            case NODE_FIELD:
                can[i] = available[node->index];
                break;
            case NODE_LOWER:
            case NODE_TIME:
            case NODE_PRESENT:
            case NODE_MATCHES:
                can[i] = can[node->a];
                break;
            case NODE_EQUALS:
                can[i] = node->count > 0 && can[node->a];
                break;
            case NODE_SAME:
            case NODE_DIFFERS:
            case NODE_AND:
                can[i] = can[node->a] && can[node->b];
                break;
            case NODE_OR:
                can[i] = can[node->a] || can[node->b];
                break;
            case NODE_NOT:
            case NODE_SUM:
                can[i] = true;
                break;
        }
    }
    bool result = can[flag];
    free(can);
    return result;
}
