/* tune_again.c - the pipeline of the first stage, followed again as entries would have it. */
#include <stdlib.h>
#include <strings.h>

#include "engine/query/tune.h"
#include "engine/scalar/list.h"

static struct tune *tune_of(const struct compiler *c) {
    return c->tune;
}

/* ---- what is forgotten -------------------------------------------------------------------- */

static struct operand without(struct compiler *c, struct operand list,
                              const struct trawl_target *target) {
    struct text *elements = compile_alloc(c, (target->value_count + 1) * sizeof *elements);
    struct text identity = tune_identity(c, target->values, target->value_count);
    for (size_t i = 0; i < target->value_count; i++) elements[i] = text_of(target->values[i]);
    void *data = without_new(elements, target->value_count);
    scalar_data(c, &scalar_without, data);
    return call_scalar(c, &scalar_without, data, identity, &list, 1);
}

/* Entries in force that forget the same elements of one field are one choice, however many there
 * are. */
struct forgetting {
    const struct trawl_target *target;
    node_id when;
    struct forgetting *next; /* in the order of the entries */
};

static bool same_elements(const struct trawl_target *a, const struct trawl_target *b) {
    bool same = a->value_count == b->value_count;
    for (size_t i = 0; same && i < a->value_count; i++)
        same = strcasecmp(a->values[i], b->values[i]) == 0;
    return same;
}

static struct forgetting *forgetting_of(struct compiler *c, struct forgetting **all,
                                        const struct trawl_target *target) {
    while (*all && !same_elements((*all)->target, target)) all = &(*all)->next;
    if (*all) return *all;
    struct forgetting *added = compile_alloc(c, sizeof *added);
    *added = (struct forgetting){target, program_flag(compile_program(c), false), NULL};
    return *all = added;
}

/* Whether the target is a field that the entry forgets something of. */
static bool forgets(const struct woven *woven, size_t target, struct text name) {
    return woven->entry->act == TRAWL_FORGET && !woven->idle &&
           text_equal(text_of(woven->entry->targets[target].name), name);
}

/* What the entries forget, with the flag of the rows in which each is the first to do so. */
static struct forgetting *gather(struct compiler *c, size_t in_force, struct text name,
                                 node_id field) {
    struct program *p = compile_program(c);
    struct tune *tune = tune_of(c);
    struct forgetting *all = NULL;
    for (size_t i = 0; i < in_force; i++) {
        struct woven *woven = &tune->woven[i];
        for (size_t t = 0; t < woven->entry->target_count; t++) {
            const struct trawl_target *target = &woven->entry->targets[t];
            if (!forgets(woven, t, name)) continue;
            struct forgetting *forgetting = forgetting_of(c, &all, target);
            node_id first = program_and(p, woven->when, program_not(p, forgetting->when));
            node_id less = without(c, operand_of(field), target).node;
            woven->acted = true;
            woven->lost[t] = program_and(p, first, program_differs(p, field, less));
            forgetting->when = program_or(p, forgetting->when, woven->when);
        }
    }
    return all;
}

/* The record's field without what the entries in force make it forget. */
static struct operand remembered_field(struct compiler *c, void *context, struct text name,
                                       bool wanted) {
    struct program *p = compile_program(c);
    struct tune *tune = tune_of(c);
    const size_t *in_force = context;
    struct operand value = compile_archive_field(c, name, wanted);
    node_id field = operand_text(c, value);
    const struct forgetting *all = gather(c, *in_force, name, field);
    if (!all) return value;
    node_id left = field;
    for (const struct forgetting *one = all; one; one = one->next) {
        node_id where = program_and(p, program_present(p, left), one->when);
        left = program_select(p, where, without(c, operand_of(left), one->target).node, left);
    }
    for (size_t i = 0; i < *in_force; i++)
        for (size_t t = 0; t < tune->woven[i].entry->target_count; t++)
            if (forgets(&tune->woven[i], t, name)) tune->woven[i].left[t] = left;
    return operand_of(left);
}

/* ---- what is cleared ---------------------------------------------------------------------- */

static struct operand cleared(struct compiler *c, struct operand value, node_id when) {
    struct program *p = compile_program(c);
    switch (operand_type(c, value)) {
        case TYPE_FLAG:
            value.node = program_and(p, value.node, program_not(p, when));
            return value;
        case TYPE_NUMBER:
            when = program_and(p, when, program_present(p, value.node));
            return operand_of(program_select(p, when, program_number(p, 0), value.node));
        default:
            value.node = operand_text(c, value);
            when = program_and(p, when, program_present(p, value.node));
            return operand_of(
                program_select(p, when, program_text(p, text_of("false")), value.node));
    }
}

struct operand tune_set(struct compiler *c, struct text name, struct operand value) {
    struct tune *tune = tune_of(c);
    if (!tune || tune->in_force == SIZE_MAX || c->plan_number != 1) return value;
    struct program *p = compile_program(c);
    node_id when = program_flag(p, false);
    for (size_t i = 0; i < tune->in_force; i++) {
        struct woven *woven = &tune->woven[i];
        if (woven->entry->act != TRAWL_CLEAR || woven->idle) continue;
        for (size_t t = 0; t < woven->entry->target_count; t++) {
            if (!text_equal(text_of(woven->entry->targets[t].name), name)) continue;
            woven->acted = true;
            when = program_or(p, when, woven->when);
        }
    }
    return program_is_flag(p, when, false) ? value : cleared(c, value, when);
}

/* ---- following ---------------------------------------------------------------------------- */

void tune_note_step(struct compiler *c, const struct flow *before, const struct flow *flow,
                    const struct step *step) {
    struct tune *tune = tune_of(c);
    if (!tune || !tune->weaving || c->plan_number != 1 || !flow->top || tune->woven_records ||
        c->stage->before)
        return;
    /* Definitions change nothing here, and are not made again. */
    if (step->kind == STEP_CALL && before->scope == flow->scope && before->alive == flow->alive)
        return;
    /* Its steps were noted one by one. */
    if (step->kind == STEP_SAVED) return;
    tune->steps = compile_grow(c, tune->steps, tune->step_count, sizeof *tune->steps);
    tune->steps[tune->step_count++] =
        (struct followed){step, c->syntax, c->arguments, c->argument_count, c->depth};
}

static void destroy_diagnostics(void *diagnostics) {
    trawl_diagnostics_free(diagnostics);
}

/* As a clause would: without operators, and what is wrong was said the first time. */
struct scope *tune_again(struct compiler *c, size_t in_force, node_id *alive) {
    struct tune *tune = tune_of(c);
    const struct compiler outer = *c;
    size_t *bound = compile_alloc(c, sizeof *bound);
    struct flow flow = {.scope = scope_bottom(c, remembered_field, bound, NULL, 0),
                        .alive = NO_NODE};
    *bound = tune->in_force = in_force;
    c->diagnostics = compile_own(c, diagnostics_new("", 0), destroy_diagnostics);
    c->next = NULL;
    for (size_t i = 0; i < tune->step_count; i++) {
        const struct followed *followed = &tune->steps[i];
        c->syntax = followed->syntax;
        c->arguments = followed->arguments;
        c->argument_count = followed->argument_count;
        c->depth = followed->depth;
        compile_step(c, &flow, followed->step);
        compile_check(c);
    }
    c->diagnostics = outer.diagnostics;
    c->syntax = outer.syntax;
    c->arguments = outer.arguments;
    c->argument_count = outer.argument_count;
    c->depth = outer.depth;
    c->filters = outer.filters;
    c->expansion = outer.expansion;
    c->next = outer.next;
    c->took_next = outer.took_next;
    tune->in_force = SIZE_MAX;
    /* Rows that are records print their fields as they are. */
    if (!tune->facts->rows_place) *bound = 0;
    *alive = flow.alive == NO_NODE ? program_flag(compile_program(c), true) : flow.alive;
    return flow.scope;
}
