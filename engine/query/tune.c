/* tune.c - where entries act, and the steps that they become. */
#include "engine/query/tune.h"

#include <stdlib.h>

#include "engine/hunt/tuned.h"
#include "engine/operator/sieve.h"
#include "engine/operator/unique.h"

const struct text tune_marks[TUNE_MARKS] = {{"@suppressed_by", 14}, {"@reason", 7}};

/* ---- the first compilation ---------------------------------------------------------------- */

bool tune_facts_init(struct tune_facts *facts, size_t count) {
    *facts = (struct tune_facts){.on_rows = calloc(count + 1, sizeof *facts->on_rows)};
    return facts->on_rows != NULL;
}

void tune_facts_free(struct tune_facts *facts) {
    free(facts->on_rows);
    free(facts->score);
}

static bool is_own(const struct compiler *c) {
    return c->tune && c->plan_number == 1;
}

void tune_note_operator(struct compiler *c, const struct operator_kind *kind) {
    bool passes = kind == &operator_sort || kind == &operator_unique || kind == &operator_sieve ||
                  kind == &operator_expand;
    if (is_own(c) && !passes) c->tune->gathered = true;
}

void tune_note_score(struct compiler *c, struct text field) {
    if (!is_own(c) || c->tune->weaving) return;
    char *score = strndup(field.data, field.length);
    if (!score) compile_no_memory(c);
    free(c->tune->facts->score);
    c->tune->facts->score = score;
}

static bool has_fields(struct compiler *c, struct scope *scope, const struct trawl_tuning *entry) {
    bool all = true;
    for (size_t i = 0; !scope_open(scope) && i < entry->condition_count; i++)
        all = all && scope_makes(c, scope, text_of(entry->conditions[i].field));
    return all;
}

/* Rows are whole where the last operator that gathers is behind them. */
static void note_place(struct compiler *c, struct flow *flow, unsigned place) {
    struct tune *tune = c->tune;
    if (!tune->gathered) return;
    tune->facts->rows_place = place;
    for (size_t i = 0; i < tune->count; i++) {
        const struct trawl_tuning *entry = &tune->entries[i];
        bool may = entry->act == TRAWL_EXCLUDE || entry->act == TRAWL_LOWER;
        tune->facts->on_rows[i] =
            may && entry->place != TRAWL_ON_RECORDS && has_fields(c, flow->scope, entry);
    }
}

/* ---- rows that are taken ------------------------------------------------------------------ */

/* The answer, or the rows that are missing from it. */
struct weaving {
    bool listing;              /* the rows are those that are taken */
    struct scope *own, *scope; /* of the query itself; with the entries so far */
    node_id left;              /* listing: rows that no entry took so far */
    node_id by, reason;        /* listing: of the row, whose entry took it, and why */
};

static struct weaving begin(struct compiler *c, const struct flow *flow, bool listing) {
    struct program *p = compile_program(c);
    node_id missing = operand_missing(c).node;
    return (struct weaving){.listing = listing,
                            .own = flow->scope,
                            .scope = flow->scope,
                            .left = program_flag(p, true),
                            .by = missing,
                            .reason = missing};
}

/* Rows without the flag are the entry's. */
static void take(struct compiler *c, struct weaving *weaving, struct woven *woven, node_id flag) {
    struct program *p = compile_program(c);
    if (weaving->listing) {
        const struct trawl_tuning *entry = woven->entry;
        node_id taken = program_and(p, weaving->left, program_not(p, flag));
        weaving->left = program_and(p, weaving->left, flag);
        weaving->by = program_select(p, taken, program_text(p, text_of(entry->name)), weaving->by);
        weaving->reason =
            program_select(p, taken, program_text(p, text_of(entry->reason)), weaving->reason);
        woven->taken = taken;
        return;
    }
    /* What a step takes is told by what the step before it left. */
    if (!p->step_count) program_keep(p, program_flag(p, true), "all");
    program_keep(p, flag, compile_printf(c, "tuned: %s", woven->entry->name).data);
    compile_check(c);
    woven->step = p->step_count - 1;
}

static void end(struct compiler *c, struct flow *flow, const struct weaving *weaving) {
    struct program *p = compile_program(c);
    flow->scope = weaving->scope;
    if (!weaving->listing) return;
    program_keep(p, program_not(p, weaving->left), "suppressed by tuning");
    flow->scope = scope_bind(c, weaving->own, tune_marks[0], operand_of(weaving->by));
    flow->scope = scope_bind(c, flow->scope, tune_marks[1], operand_of(weaving->reason));
    c->tune->marked = true;
}

static void exclude(struct compiler *c, struct weaving *weaving, struct woven *woven) {
    take(c, weaving, woven, program_not(compile_program(c), woven->when));
}

/* ---- rows that rank lower ----------------------------------------------------------------- */

static void lower(struct compiler *c, struct weaving *weaving, struct woven *woven) {
    struct program *p = compile_program(c);
    const struct trawl_tuning *entry = woven->entry;
    const char *name = entry->target_count ? entry->targets[0].name : c->tune->facts->score;
    if (!name) {
        woven->idle = "rows of the query are sorted by no score";
        return;
    }
    struct operand value = scope_get(c, weaving->scope, text_of(name), false);
    if (value.node == operand_missing(c).node) {
        woven->idle = compile_printf(c, "rows of the query have no %s", name).data;
        return;
    }
    node_id score = operand_number(c, value), zero = program_number(p, 0);
    node_id less = program_arithmetic(p, NODE_SUBTRACT, score, program_number(p, entry->by));
    less = program_select(p, program_compare(p, NODE_LESS, less, zero), zero, less);
    woven->changed = program_and(p, woven->when, program_compare(p, NODE_LESS, zero, score));
    weaving->scope = scope_bind(c, weaving->scope, text_of(name),
                                operand_of(program_select(p, woven->changed, less, score)));
}

/* ---- rows that are seen otherwise --------------------------------------------------------- */

/* Flag: some name that was true is not any more. */
static node_id lost_truth(struct compiler *c, const struct woven *woven, struct scope *before,
                          struct scope *behind) {
    struct program *p = compile_program(c);
    node_id any = program_flag(p, false);
    for (size_t t = 0; t < woven->entry->target_count; t++) {
        struct text name = text_of(woven->entry->targets[t].name);
        node_id was = operand_truth(c, scope_get(c, before, name, false));
        node_id is = operand_truth(c, scope_get(c, behind, name, false));
        any = program_or(p, any, program_and(p, was, program_not(p, is)));
    }
    return any;
}

static const char *no_target(struct compiler *c, const struct woven *woven) {
    const char *names = woven->entry->targets[0].name;
    for (size_t t = 1; t < woven->entry->target_count; t++)
        names = compile_printf(c, "%s or %s", names, woven->entry->targets[t].name).data;
    return compile_printf(c, "%s no %s%s", woven->entry->act == TRAWL_CLEAR ? "sets" : "reads",
                          names, woven->records ? " before rows are gathered" : "")
        .data;
}

static void see_otherwise(struct compiler *c, struct weaving *weaving, struct woven *woven) {
    struct tune *tune = c->tune;
    node_id alive;
    struct scope *before = weaving->scope;
    struct scope *behind = tune_again(c, (size_t)(woven - tune->woven) + 1, &alive);
    bool later = woven->records && woven->entry->act == TRAWL_FORGET;
    if (!woven->acted && !later) {
        woven->idle = compile_printf(c, "the query %s", no_target(c, woven)).data;
        return;
    }
    weaving->scope = behind;
    if (woven->entry->act == TRAWL_CLEAR) woven->changed = lost_truth(c, woven, before, behind);
    if (woven->acted) take(c, weaving, woven, alive);
}

/* Rows that are records print the field as the record has it. */
static void show_forgotten(struct compiler *c, struct weaving *weaving, const struct woven *woven) {
    for (size_t t = 0; woven->entry->act == TRAWL_FORGET && t < woven->entry->target_count; t++) {
        struct text name = text_of(woven->entry->targets[t].name);
        node_id left = woven->left[t];
        if (left != NO_NODE && (scope_get(c, weaving->scope, name, true).node == left ||
                                scope_get(c, weaving->scope, name, false).node == left))
            weaving->scope =
                scope_bind(c, weaving->scope, name, compile_archive_field(c, name, false));
    }
}

/* ---- the second compilation --------------------------------------------------------------- */

static bool acts_on_rows(const struct tune *tune, size_t entry) {
    return tune->facts->rows_place && tune->facts->on_rows[entry];
}

static void prepare(struct compiler *c, struct woven *woven, struct scope *own) {
    woven->stage = c->stage;
    woven->when = tune_when(c, own, woven->entry);
}

/* What of the entries can only act on rows is known now. */
static bool prepare_records(struct compiler *c, struct woven *woven, struct scope *own) {
    struct tune *tune = c->tune;
    if (acts_on_rows(tune, (size_t)(woven - tune->woven))) return false;
    woven->records = tune->facts->rows_place != 0;
    if (woven->records &&
        (woven->entry->act == TRAWL_LOWER || woven->entry->place == TRAWL_ON_ROWS)) {
        woven->idle = "rows of the query lack fields of its conditions";
        return false;
    }
    prepare(c, woven, own);
    return true;
}

static void weave_records(struct compiler *c, struct flow *flow) {
    struct tune *tune = c->tune;
    compile_flush(c, flow);
    tune->woven_records = true;
    tune->first_step = c->stage->program->step_count;
    struct weaving weaving = begin(c, flow, tune->suppressed && !tune->facts->rows_place);
    bool *here = compile_alloc(c, tune->count + 1);
    for (size_t i = 0; i < tune->count; i++)
        here[i] = prepare_records(c, &tune->woven[i], weaving.own);
    for (size_t i = 0; i < tune->count; i++) {
        struct woven *woven = &tune->woven[i];
        if (!here[i] || woven->entry->act == TRAWL_LOWER) continue;
        if (woven->entry->act == TRAWL_EXCLUDE)
            exclude(c, &weaving, woven);
        else
            see_otherwise(c, &weaving, woven);
    }
    for (size_t i = 0; !tune->facts->rows_place && i < tune->count; i++)
        show_forgotten(c, &weaving, &tune->woven[i]);
    for (size_t i = 0; !weaving.listing && i < tune->count; i++)
        if (here[i] && tune->woven[i].entry->act == TRAWL_LOWER)
            lower(c, &weaving, &tune->woven[i]);
    end(c, flow, &weaving);
    tune->last_step = c->stage->program->step_count;
}

static void weave_rows(struct compiler *c, struct flow *flow) {
    struct tune *tune = c->tune;
    compile_flush(c, flow);
    struct weaving weaving = begin(c, flow, tune->suppressed);
    for (size_t i = 0; i < tune->count; i++) {
        if (!acts_on_rows(tune, i)) continue;
        prepare(c, &tune->woven[i], weaving.own);
        if (tune->woven[i].entry->act == TRAWL_EXCLUDE) exclude(c, &weaving, &tune->woven[i]);
    }
    for (size_t i = 0; !weaving.listing && i < tune->count; i++)
        if (acts_on_rows(tune, i) && tune->woven[i].entry->act == TRAWL_LOWER)
            lower(c, &weaving, &tune->woven[i]);
    end(c, flow, &weaving);
}

void compile_tune(struct compiler *c, struct flow *flow) {
    struct tune *tune = c->tune;
    if (!is_own(c) || !flow->top) return;
    unsigned place = ++tune->places;
    if (!tune->weaving)
        note_place(c, flow, place);
    else if (!c->stage->before && !tune->woven_records)
        weave_records(c, flow);
    else if (place == tune->facts->rows_place)
        weave_rows(c, flow);
    tune->gathered = false;
}

bool tune_is_mark(const struct compiler *c, struct text name) {
    bool mark = false;
    for (size_t i = 0; is_own(c) && c->tune->marked && i < TUNE_MARKS; i++)
        mark = mark || text_equal(name, tune_marks[i]);
    return mark;
}

bool tune_marks_rows(const struct compiler *c) {
    return is_own(c) && c->tune->marked;
}

struct tune *tune_new(struct compiler *c, struct tune_facts *facts, bool weaving) {
    struct tune *tune = compile_alloc(c, sizeof *tune);
    *tune = (struct tune){.entries = c->options->tuning,
                          .count = c->options->tuning_count,
                          .suppressed = c->options->suppressed,
                          .weaving = weaving,
                          .facts = facts,
                          .in_force = SIZE_MAX};
    tune->woven = compile_alloc(c, (tune->count + 1) * sizeof *tune->woven);
    for (size_t i = 0; i < tune->count; i++) {
        struct woven *woven = &tune->woven[i];
        size_t targets = tune->entries[i].target_count;
        *woven = (struct woven){
            .entry = &tune->entries[i], .step = SIZE_MAX, .taken = NO_NODE, .changed = NO_NODE};
        woven->left = compile_alloc(c, (targets + 1) * sizeof *woven->left);
        woven->lost = compile_alloc(c, (targets + 1) * sizeof *woven->lost);
        for (size_t t = 0; t < targets; t++) woven->left[t] = woven->lost[t] = NO_NODE;
    }
    return tune;
}

/* ---- what the plan tells of the entries --------------------------------------------------- */

/* Flag: some field is not what it was. */
static node_id lost_elements(struct program *p, const struct woven *woven) {
    node_id any = program_flag(p, false);
    for (size_t t = 0; t < woven->entry->target_count; t++)
        if (woven->lost[t] != NO_NODE) any = program_or(p, any, woven->lost[t]);
    return any;
}

static size_t add_flag(struct compiler *c, struct program *p, const char *what, size_t entry,
                       node_id flag) {
    if (flag == NO_NODE) return SIZE_MAX;
    return program_output(p, compile_printf(c, "#%s %zu", what, entry).data, flag);
}

static char *copied(struct compiler *c, const char *text) {
    char *copy = strdup(text);
    if (!copy) compile_no_memory(c);
    return copy;
}

static const char *describe(struct compiler *c, const struct trawl_tuning *entry) {
    struct text what = {"", 0};
    for (size_t t = 0; t < entry->target_count; t++) {
        const struct trawl_target *target = &entry->targets[t];
        what = compile_printf(c, "%s%s%s", what.data, t ? ", " : "", target->name);
        size_t shown = target->value_count < 5 ? target->value_count : 5;
        for (size_t i = 0; i < shown; i++)
            what = compile_printf(c, "%s%s%s", what.data, i ? " or " : " = ", target->values[i]);
        if (shown < target->value_count) what = compile_printf(c, "%s or others", what.data);
    }
    switch (entry->act) {
        case TRAWL_EXCLUDE:
            return "excludes rows";
        case TRAWL_LOWER:
            return compile_printf(c, "lowers %s by %u",
                                  entry->target_count     ? what.data
                                  : c->tune->facts->score ? c->tune->facts->score
                                                          : "the score",
                                  entry->by)
                .data;
        case TRAWL_CLEAR:
            return compile_printf(c, "clears %s", what.data).data;
        default:
            return compile_printf(c, "forgets %s", what.data).data;
    }
}

static void tell(struct compiler *c, struct plan_tuned *told, struct woven *woven,
                 struct stage *const *stages) {
    const struct trawl_tuning *entry = woven->entry;
    size_t number = (size_t)(woven - c->tune->woven);
    if (!woven->idle && !woven->acted && entry->act != TRAWL_EXCLUDE && entry->act != TRAWL_LOWER)
        woven->idle = compile_printf(c, "the query %s", no_target(c, woven)).data;
    told->name = copied(c, entry->name);
    told->reason = copied(c, entry->reason);
    told->does = copied(c, describe(c, entry));
    if (woven->idle) told->idle = copied(c, woven->idle);
    told->records = woven->records;
    told->step = told->taken = told->changed = SIZE_MAX;
    told->fields = calloc(entry->condition_count + 1, sizeof *told->fields);
    if (!told->fields) compile_no_memory(c);
    for (; told->field_count < entry->condition_count; told->field_count++)
        told->fields[told->field_count] = copied(c, entry->conditions[told->field_count].field);
    if (woven->idle || !woven->stage) return;
    while (stages[told->stage] != woven->stage) told->stage++;
    struct program *p = woven->stage->program;
    if (entry->act == TRAWL_FORGET) woven->changed = lost_elements(p, woven);
    told->step = woven->step;
    told->taken = add_flag(c, p, "taken", number, woven->taken);
    if (!c->tune->suppressed) told->changed = add_flag(c, p, "changed", number, woven->changed);
}

void tune_finish(struct compiler *c, struct trawl_plan *plan, struct stage *const *stages) {
    struct tune *tune = c->tune;
    if (!is_own(c) || !tune->weaving) return;
    plan->tuned = calloc(tune->count + 1, sizeof *plan->tuned);
    if (!plan->tuned) compile_no_memory(c);
    plan->suppressed = tune->suppressed;
    for (size_t i = 0; i < tune->count; i++) {
        plan->tuned_count = i + 1;
        tell(c, &plan->tuned[i], &tune->woven[i], stages);
    }
    plan->tuned_from = tune->first_step;
    plan->tuned_to = tune->last_step;
}
