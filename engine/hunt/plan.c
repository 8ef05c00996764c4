#include "engine/hunt/plan.h"

#include <stdlib.h>

#include "engine/hunt/given.h"
#include "engine/operator/sort.h"

/* A sort that keeps at most so many rows holds no state that grows with the archive. */
#define FEW_ROWS 100000

static void stage_clear(struct plan_stage *stage) {
    program_free(stage->program);
    if (stage->kind && stage->kind->spec_free) stage->kind->spec_free(stage->spec);
    for (size_t i = 0; i < stage->column_count; i++) free(stage->columns[i].name);
    free(stage->columns);
}

static void table_clear(struct plan_table *table) {
    trawl_plan_free(table->plan);
    lookup_free(table->lookup);
    spill_free(table->spill);
}

/* Programs before lookups: what they prepared may point into them. */
void trawl_plan_free(struct trawl_plan *plan) {
    if (!plan) return;
    for (size_t i = 0; i < plan->stage_count; i++) stage_clear(&plan->stages[i]);
    given_free(plan->given); /* before the spill that it may use */
    for (size_t i = 0; i < plan->table_count; i++) table_clear(&plan->tables[i]);
    for (size_t i = 0; i < plan->lookup_count; i++) lookup_free(plan->lookups[i]);
    for (size_t i = 0; i < plan->tuned_count; i++) tuned_clear(&plan->tuned[i]);
    free(plan->tuned);
    free(plan->stages);
    free(plan->tables);
    free(plan->lookups);
    free(plan->needs);
    free(plan->explanation);
    free(plan->name);
    free(plan);
}

const char *trawl_plan_name(const struct trawl_plan *plan) {
    return plan->name;
}

size_t trawl_plan_column_count(const struct trawl_plan *plan) {
    return plan_last(plan)->column_count;
}

const char *trawl_plan_column_name(const struct trawl_plan *plan, size_t column) {
    return plan_last(plan)->columns[column].name;
}

bool plan_keeps(const struct trawl_plan *plan) {
    if (plan->given || !plan->table_count || plan_barrier(plan, 0) == plan->stage_count)
        return false;
    for (size_t i = 0; i < plan->table_count; i++) {
        const struct plan_table *table = &plan->tables[i];
        if (!table->lookup || table->plan->given || table->plan->table_count) return false;
    }
    return true;
}

unsigned plan_passes(const struct trawl_plan *plan) {
    if (plan_keeps(plan)) return 1;
    unsigned passes = plan->given ? 0 : 1;
    for (size_t i = 0; i < plan->table_count; i++) passes += plan_passes(plan->tables[i].plan);
    return passes;
}

unsigned trawl_plan_passes(const struct trawl_plan *plan) {
    return plan_passes(plan);
}

bool trawl_plan_reads(const struct trawl_plan *plan) {
    if (!plan->given) return true;
    for (size_t i = 0; i < plan->table_count; i++)
        if (trawl_plan_reads(plan->tables[i].plan)) return true;
    return false;
}

struct range plan_range(const struct trawl_plan *plan) {
    struct range range = {INT64_MAX, INT64_MIN};
    if (!plan->given) range = plan->ranged ? plan->range : range_all;
    for (size_t i = 0; i < plan->table_count; i++)
        range = range_hull(range, plan_range(plan->tables[i].plan));
    return range;
}

static bool holds_state(const struct plan_stage *stage) {
    if (!stage->kind || !stage->kind->barrier) return false;
    if (stage->kind != &operator_sort) return true;
    const struct sort_spec *sort = stage->spec;
    return sort->limit > FEW_ROWS;
}

bool plan_holds_state(const struct trawl_plan *plan) {
    if (plan->table_count) return true;
    for (size_t i = 0; i < plan->stage_count; i++)
        if (holds_state(&plan->stages[i])) return true;
    return false;
}

size_t plan_barrier(const struct trawl_plan *plan, size_t from) {
    size_t stage = from;
    while (stage < plan->stage_count &&
           !(plan->stages[stage].kind && plan->stages[stage].kind->barrier))
        stage++;
    return stage;
}

size_t plan_limiting_sort(const struct trawl_plan *plan) {
    for (size_t i = plan->stage_count; i-- > 0;) {
        const struct plan_stage *stage = &plan->stages[i];
        if (stage->kind) return stage->kind == &operator_sort ? i : SIZE_MAX;
        if (stage->program->step_count) return SIZE_MAX; /* not all rows pass */
    }
    return SIZE_MAX;
}

/* ---- for a person ------------------------------------------------------------------------- */

static void explain_columns(const struct plan_stage *stage, struct buffer *out) {
    buffer_printf(out, "  gives ");
    for (size_t i = 0; i < stage->column_count; i++)
        buffer_printf(out, "%s%s", i ? ", " : "", stage->columns[i].name);
    buffer_append_char(out, '\n');
}

static void explain_stage(const struct plan_stage *stage, struct buffer *out) {
    program_explain(stage->program, out);
    if (stage->kind) {
        buffer_printf(out, "  %s ", stage->kind->name);
        if (stage->kind->explain) stage->kind->explain(stage->spec, out);
        buffer_append_char(out, '\n');
    }
    explain_columns(stage, out);
}

/* What is read of the archive, and how. */
static void explain_reading(const struct program *program, struct buffer *out) {
    buffer_printf(out, "read");
    for (size_t i = 0; i < program->field_count; i++)
        buffer_printf(out, "%s %s", i ? "," : "", program->fields[i].name);
    buffer_printf(out, "%s\n", program->field_count ? "" : " no fields");
    buffer_printf(out,
                  "  fast path: a record like those before it is read by their layout, what they "
                  "have in common\n  by comparing, its end too; its row is made by copying; "
                  "others by the parser\n");
}

void plan_explain(const struct trawl_plan *plan, struct buffer *out) {
    for (size_t i = 0; i < plan->table_count; i++) {
        buffer_printf(out, "table %zu, made %s\n", i + 1,
                      plan_keeps(plan) ? "in the same pass; the rows of stage 1 wait for it"
                                       : "first in a pass of its own");
        plan_explain(plan->tables[i].plan, out);
    }
    for (size_t i = 0; i < plan->stage_count; i++) {
        buffer_printf(out, "stage %zu, over %s\n", i + 1,
                      i             ? "the rows of the stage before"
                      : plan->given ? "the rows of the query"
                                    : "the archive");
        if (i == 0 && !plan->given) explain_reading(plan->stages[0].program, out);
        explain_stage(&plan->stages[i], out);
    }
    tuned_explain(plan, out);
}

const char *trawl_plan_explain(const struct trawl_plan *plan) {
    return plan->explanation ? plan->explanation : "";
}
