#include "engine/hunt/lane.h"

#include <stdlib.h>

static bool add_tables(struct lane *lane) {
    const struct trawl_plan *plan = lane->setup.plan;
    lane->tables = calloc(plan->table_count, sizeof *lane->tables);
    if (!lane->tables) return false;
    for (; lane->table_count < plan->table_count; lane->table_count++) {
        const struct pipeline_setup setup = {.plan = plan->tables[lane->table_count].plan,
                                             .limited_stage = SIZE_MAX};
        struct lane *table = &lane->tables[lane->table_count];
        if (lane_init(table, &setup, lane->notices)) continue;
        lane_free(table);
        return false;
    }
    return true;
}

bool lane_init_again(struct lane *lane, const struct pipeline_setup *setup,
                     struct notices *notices) {
    *lane = (struct lane){.setup = *setup, .notices = notices};
    size_t later = tuned_stage(setup->plan);
    if (later) lane->setup.later = &lane->later;
    return tally_init(&lane->tally, setup->plan->stages[0].program) &&
           (!later || tally_init(&lane->later, setup->plan->stages[later].program));
}

bool lane_init(struct lane *lane, const struct pipeline_setup *setup, struct notices *notices) {
    return lane_init_again(lane, setup, notices) && (!plan_keeps(setup->plan) || add_tables(lane));
}

void lane_free(struct lane *lane) {
    for (size_t i = 0; i < lane->table_count; i++) lane_free(&lane->tables[i]);
    for (size_t i = 0; i < lane->keeper_count; i++) keeper_free(lane->keepers[i]);
    tally_free(&lane->tally);
    tally_free(&lane->later);
    free(lane->tables);
    free(lane->keepers);
    free(lane->columns);
    *lane = (struct lane){0};
}

static bool unite(struct lane *lane, struct program *fields) {
    const struct program *program = lane->setup.plan->stages[0].program;
    lane->columns = calloc(program->field_count + 1, sizeof *lane->columns);
    if (!lane->columns) return false;
    for (size_t f = 0; f < program->field_count; f++) {
        const struct program_field *from = &program->fields[f];
        node_id field = from->wanted ? program_field(fields, from->name)
                                     : program_field_weak(fields, from->name);
        if (field == NO_NODE) return false;
        lane->columns[f] = fields->nodes[field].index;
    }
    lane->setup.columns = lane->columns;
    for (size_t i = 0; i < lane->table_count; i++)
        if (!unite(&lane->tables[i], fields)) return false;
    return true;
}

struct program *lanes_unite(struct lane *lanes, size_t count) {
    struct program *fields = program_new();
    for (size_t i = 0; fields && i < count; i++) {
        if (!lane_reads(&lanes[i]) || unite(&lanes[i], fields)) continue;
        program_free(fields);
        fields = NULL;
    }
    return fields;
}

struct range lanes_range(const struct lane *lanes, size_t count) {
    struct range range = {INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < count; i++) range = range_hull(range, plan_range(lanes[i].setup.plan));
    return range;
}

unsigned lanes_passes(const struct lane *lanes, size_t count) {
    unsigned passes = 0, readers = 0;
    for (size_t i = 0; i < count; i++) {
        readers += lane_reads(&lanes[i]);
        passes += plan_passes(lanes[i].setup.plan) - lane_reads(&lanes[i]);
    }
    return passes + (readers > 0);
}

void lanes_explain(const struct lane *lanes, size_t count, const struct program *fields,
                   struct buffer *out) {
    unsigned passes = lanes_passes(lanes, count);
    buffer_printf(out, "\n%zu plans together; the archive is read %s", count,
                  passes == 1 ? "once" : "");
    if (passes != 1) buffer_printf(out, "%u times", passes);
    buffer_printf(out, "\n  of each record %zu fields: ", fields->field_count);
    for (size_t f = 0; f < fields->field_count; f++)
        buffer_printf(out, "%s%s", f ? ", " : "", fields->fields[f].name);
    buffer_append_char(out, '\n');
}
