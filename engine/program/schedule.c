#include "engine/program/schedule.h"

#include <stdlib.h>

#include "engine/program/program_internal.h"

/* Everything that is needed only while a schedule is made. */
struct planner {
    const struct program *program;
    struct schedule *schedule;
    bool *scheduled; /* by node */
    uint32_t *seen;  /* by node: the walk that came by last */
    uint32_t walk;
    node_id *stack; /* capacity: the power of two at or above count */
    size_t count;
};

static bool push(struct planner *planner, node_id node) {
    node_id *stack = program_room(planner->stack, planner->count, sizeof *stack);
    if (!stack) return false;
    planner->stack = stack;
    stack[planner->count++] = node;
    return true;
}

/* ---- what a conjunct costs ---------------------------------------------------------------- */

/* In rough proportion to the time for a row. */
static uint32_t cost_of(enum node_op op) {
    switch (op) {
        case NODE_FIELD:
        case NODE_TEXT:
        case NODE_NUMBER:
        case NODE_FLAG:
        case NODE_MISSING:
        case NODE_TIME:
            return 0;
        case NODE_PRESENT:
        case NODE_AND:
        case NODE_OR:
        case NODE_NOT:
            return 1;
        case NODE_EQUALS:
            return 4;
        case NODE_LOWER:
        case NODE_SAME:
        case NODE_DIFFERS:
        case NODE_EQUIVALENT:
            return 8;
        case NODE_INSIDE:
            return 64;
        case NODE_CALL:
            return 128;
        case NODE_MATCHES:
            return 512;
        default: /* numbers, and choices */
            return 16;
    }
}

/* Beyond this all are alike; it also bounds the work of comparing very many conjuncts. */
#define COST_MOST 4096

/* The sum over what `root` needs and is not computed yet. False: out of memory. */
static bool measure(struct planner *planner, node_id root, uint32_t *cost) {
    *cost = 0;
    planner->walk++;
    planner->count = 0;
    if (!push(planner, root)) return false;
    while (planner->count > 0 && *cost < COST_MOST) {
        node_id id = planner->stack[--planner->count];
        if (planner->scheduled[id] || planner->seen[id] == planner->walk) continue;
        planner->seen[id] = planner->walk;
        const struct node *node = &planner->program->nodes[id];
        *cost += cost_of(node->op);
        for (size_t i = 0; i < node_operand_count(node); i++)
            if (!push(planner, node_operand(node, i))) return false;
    }
    return true;
}

/* ---- stages ------------------------------------------------------------------------------- */

static int by_index(const void *a, const void *b) {
    node_id x = *(const node_id *)a, y = *(const node_id *)b;
    return x < y ? -1 : x > y;
}

/* Schedules what the root needs and is not computed yet. */
static bool need(struct planner *planner, node_id root) {
    struct schedule *schedule = planner->schedule;
    planner->count = 0;
    if (!push(planner, root)) return false;
    while (planner->count > 0) {
        node_id id = planner->stack[--planner->count];
        if (planner->scheduled[id]) continue;
        planner->scheduled[id] = true;
        schedule->nodes[schedule->node_count++] = id;
        const struct node *node = &planner->program->nodes[id];
        for (size_t i = 0; i < node_operand_count(node); i++)
            if (!push(planner, node_operand(node, i))) return false;
    }
    return true;
}

/* Closes a stage: operands have lower indices, so sorted they come first. */
static bool close_stage(struct schedule *schedule, node_id flag, size_t step) {
    struct stage *stages = program_room(schedule->stages, schedule->stage_count, sizeof *stages);
    if (!stages) return false;
    schedule->stages = stages;
    size_t begin = schedule->stage_count ? stages[schedule->stage_count - 1].end : 0;
    qsort(schedule->nodes + begin, schedule->node_count - begin, sizeof *schedule->nodes, by_index);
    stages[schedule->stage_count++] = (struct stage){schedule->node_count, flag, step, NO_NODE};
    return true;
}

struct conjunct {
    node_id flag;
    uint32_t cost;
};

static int by_cost(const void *a, const void *b) {
    const struct conjunct *x = a, *y = b;
    if (x->cost != y->cost) return x->cost < y->cost ? -1 : 1;
    return x->flag < y->flag ? -1 : x->flag > y->flag;
}

/* The conjuncts of a flag, each once; room for as many as there are nodes. */
static bool split(struct planner *planner, node_id flag, struct conjunct *conjuncts,
                  size_t *count) {
    *count = 0;
    planner->walk++;
    planner->count = 0;
    if (!push(planner, flag)) return false;
    while (planner->count > 0) {
        node_id id = planner->stack[--planner->count];
        if (planner->seen[id] == planner->walk) continue;
        planner->seen[id] = planner->walk;
        const struct node *node = &planner->program->nodes[id];
        if (node->op != NODE_AND || planner->scheduled[id])
            conjuncts[(*count)++].flag = id;
        else if (!push(planner, node->a) || !push(planner, node->b))
            return false;
    }
    return true;
}

static bool plan_step(struct planner *planner, size_t step, struct conjunct *conjuncts) {
    size_t count;
    if (!split(planner, planner->program->steps[step].flag, conjuncts, &count)) return false;
    for (size_t i = 0; i < count; i++)
        if (!measure(planner, conjuncts[i].flag, &conjuncts[i].cost)) return false;
    qsort(conjuncts, count, sizeof *conjuncts, by_cost);
    for (size_t i = 0; i < count; i++)
        if (!need(planner, conjuncts[i].flag) ||
            !close_stage(planner->schedule, conjuncts[i].flag, i + 1 == count ? step : SIZE_MAX))
            return false;
    return true;
}

/* The first step has an end at which something more is known. */
static bool plan_first_step(struct planner *planner, struct conjunct *conjuncts) {
    struct schedule *schedule = planner->schedule;
    node_id known = planner->program->first_known;
    if (known != NO_NODE && !need(planner, known)) return false;
    if (!plan_step(planner, 0, conjuncts)) return false;
    schedule->stages[schedule->stage_count - 1].known = known;
    return true;
}

static bool plan_stages(struct planner *planner) {
    const struct program *program = planner->program;
    struct conjunct *conjuncts = calloc(program->node_count + 1, sizeof *conjuncts);
    bool good = conjuncts != NULL;
    for (size_t s = 0; good && s < program->step_count; s++)
        good = s ? plan_step(planner, s, conjuncts) : plan_first_step(planner, conjuncts);
    free(conjuncts);
    for (size_t i = 0; good && i < program->output_count; i++)
        good = need(planner, program->outputs[i].node);
    return good && close_stage(planner->schedule, NO_NODE, SIZE_MAX);
}

static size_t count_early(const struct schedule *schedule, const struct program *program) {
    size_t at = 0, stage = 0;
    for (; stage < schedule->stage_count && schedule->stages[stage].flag != NO_NODE; stage++)
        for (; at < schedule->stages[stage].end; at++)
            if (program->nodes[schedule->nodes[at]].op == NODE_CALL) return stage;
    return stage;
}

/* ---- slots -------------------------------------------------------------------------------- */

#define NEVER SIZE_MAX

/* Where in the schedule each node is used last; NEVER: it is used to the end, or not scheduled. */
static size_t *last_uses(const struct schedule *schedule, const struct program *program) {
    size_t *last = malloc((program->node_count + 1) * sizeof *last);
    if (!last) return NULL;
    for (size_t i = 0; i < program->node_count; i++) last[i] = NEVER;
    size_t at = 0;
    for (size_t s = 0; s < schedule->stage_count; s++) {
        const struct stage *stage = &schedule->stages[s];
        for (; at < stage->end; at++) {
            const struct node *node = &program->nodes[schedule->nodes[at]];
            for (size_t i = 0; i < node_operand_count(node); i++) last[node_operand(node, i)] = at;
        }
        /* The selection narrows before the next stage. */
        if (stage->flag != NO_NODE) last[stage->flag] = stage->end - 1;
        if (stage->known != NO_NODE) last[stage->known] = stage->end - 1;
    }
    for (size_t i = 0; i < program->output_count; i++) last[program->outputs[i].node] = NEVER;
    return last;
}

/* Slots that are free again, and how many there are at all. */
struct slots {
    uint32_t *free_ones;
    size_t free_count;
    uint32_t count;
};

static uint32_t take_slot(struct slots *slots) {
    return slots->free_count ? slots->free_ones[--slots->free_count] : slots->count++;
}

static void leave_slot(struct slots *slots, uint32_t slot) {
    if (slot != NO_SLOT) slots->free_ones[slots->free_count++] = slot;
}

/* A chain of the nodes that end at each place of the schedule. */
struct endings {
    node_id *first; /* by place */
    node_id *next;  /* by node */
};

static bool endings_init(struct endings *endings, const struct schedule *schedule,
                         const struct program *program) {
    size_t *last = last_uses(schedule, program);
    endings->first = malloc((schedule->node_count + 1) * sizeof *endings->first);
    endings->next = malloc((program->node_count + 1) * sizeof *endings->next);
    bool good = last && endings->first && endings->next;
    if (good) {
        for (size_t i = 0; i < schedule->node_count; i++) endings->first[i] = NO_NODE;
        for (node_id id = 0; id < program->node_count; id++) {
            if (last[id] == NEVER) continue;
            endings->next[id] = endings->first[last[id]];
            endings->first[last[id]] = id;
        }
    }
    free(last);
    return good;
}

static void give_slots(struct schedule *schedule, const struct program *program,
                       const struct endings *endings, struct slots *bits, struct slots *numbers) {
    for (size_t at = 0; at < schedule->node_count; at++) {
        node_id id = schedule->nodes[at];
        const struct node *node = &program->nodes[id];
        bool constant =
            node->op == NODE_FLAG || node->op == NODE_NUMBER || node->op == NODE_MISSING;
        if (!constant && (node->type == TYPE_FLAG || node->type == TYPE_NUMBER))
            schedule->bit_slots[id] = take_slot(bits);
        if (!constant && node->type == TYPE_NUMBER) schedule->number_slots[id] = take_slot(numbers);
        for (node_id end = endings->first[at]; end != NO_NODE; end = endings->next[end]) {
            leave_slot(bits, schedule->bit_slots[end]);
            leave_slot(numbers, schedule->number_slots[end]);
        }
    }
}

static bool plan_slots(struct schedule *schedule, const struct program *program) {
    size_t nodes = program->node_count + 1;
    struct endings endings = {0};
    struct slots bits = {.free_ones = malloc(nodes * sizeof(uint32_t))};
    struct slots numbers = {.free_ones = malloc(nodes * sizeof(uint32_t))};
    schedule->bit_slots = malloc(nodes * sizeof(uint32_t));
    schedule->number_slots = malloc(nodes * sizeof(uint32_t));
    bool good = bits.free_ones && numbers.free_ones && schedule->bit_slots &&
                schedule->number_slots && endings_init(&endings, schedule, program);
    if (good) {
        for (size_t i = 0; i < nodes; i++)
            schedule->bit_slots[i] = schedule->number_slots[i] = NO_SLOT;
        give_slots(schedule, program, &endings, &bits, &numbers);
        schedule->bit_slot_count = bits.count;
        schedule->number_slot_count = numbers.count;
    }
    free(bits.free_ones);
    free(numbers.free_ones);
    free(endings.first);
    free(endings.next);
    return good;
}

/* ---- all of it ---------------------------------------------------------------------------- */

bool schedule_init(struct schedule *schedule, const struct program *program) {
    *schedule = (struct schedule){0};
    struct planner planner = {.program = program, .schedule = schedule};
    size_t nodes = program->node_count + 1;
    planner.scheduled = calloc(nodes, sizeof *planner.scheduled);
    planner.seen = calloc(nodes, sizeof *planner.seen);
    schedule->nodes = malloc(nodes * sizeof *schedule->nodes);
    bool good = planner.scheduled && planner.seen && schedule->nodes && plan_stages(&planner) &&
                plan_slots(schedule, program);
    if (good) schedule->early_count = count_early(schedule, program);
    free(planner.scheduled);
    free(planner.seen);
    free(planner.stack);
    return good;
}

void schedule_free(struct schedule *schedule) {
    free(schedule->nodes);
    free(schedule->stages);
    free(schedule->bit_slots);
    free(schedule->number_slots);
    *schedule = (struct schedule){0};
}
