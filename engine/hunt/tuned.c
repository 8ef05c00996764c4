#include "engine/hunt/tuned.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/nearest.h"
#include "engine/hunt/plan.h"

void tuned_clear(struct plan_tuned *tuned) {
    for (size_t i = 0; i < tuned->field_count; i++) free(tuned->fields[i]);
    free(tuned->fields);
    free(tuned->name);
    free(tuned->reason);
    free(tuned->does);
    free(tuned->idle);
}

size_t tuned_stage(const struct trawl_plan *plan) {
    size_t stage = 0;
    for (size_t i = 0; i < plan->tuned_count; i++)
        if (!plan->tuned[i].idle && plan->tuned[i].stage > stage) stage = plan->tuned[i].stage;
    return stage;
}

static uint64_t flagged(const struct tally *tally, size_t output) {
    return output == SIZE_MAX ? 0 : tally->flag_rows[output];
}

/* Of equally near names the first in byte order. */
static const char *nearest_name(const struct names *names, const char *word) {
    struct nearest nearest = {.word = word};
    for (size_t i = 0; i < names->count; i++) {
        struct nearest one = {.word = word};
        nearest_consider(&one, names_at(names, i));
        if (one.best && (!nearest.best || one.distance < nearest.distance ||
                         (one.distance == nearest.distance && strcmp(one.best, nearest.best) < 0)))
            nearest = one;
    }
    return nearest.best && strcmp(nearest.best, word) != 0 ? nearest.best : NULL;
}

static void tell_absent(const struct program *program, const uint64_t *present,
                        const struct names *names, const struct plan_tuned *tuned,
                        struct trawl_tuned *told) {
    for (size_t i = 0; !told->absent && i < tuned->field_count; i++) {
        for (size_t f = 0; f < program->field_count; f++) {
            if (present[f] || strcmp(program->fields[f].name, tuned->fields[i]) != 0) continue;
            told->absent = tuned->fields[i];
            told->nearest = nearest_name(names, tuned->fields[i]);
        }
    }
}

void tuned_tell_absent(const struct trawl_plan *plan, const uint64_t *present,
                       const struct names *names, struct trawl_tuned *list) {
    for (size_t i = 0; i < plan->tuned_count; i++)
        if (!plan->tuned[i].idle)
            tell_absent(plan->stages[0].program, present, names, &plan->tuned[i], &list[i]);
}

void tuned_tell(const struct trawl_plan *plan, const struct tally *first, const struct tally *later,
                struct trawl_tuned *list) {
    for (size_t i = 0; i < plan->tuned_count; i++) {
        const struct plan_tuned *tuned = &plan->tuned[i];
        list[i] = (struct trawl_tuned){.name = tuned->name,
                                       .reason = tuned->reason,
                                       .idle = tuned->idle,
                                       .records = tuned->records};
        if (tuned->idle) continue;
        const struct tally *tally = tuned->stage ? later : first;
        list[i].changed = flagged(tally, tuned->changed);
        list[i].suppressed = flagged(tally, tuned->taken);
        /* The step of a range of time stands before all others of the first stage. */
        size_t step = tuned->step + (tuned->stage == 0 && plan->ranged);
        if (tuned->step != SIZE_MAX)
            list[i].suppressed += tally->kept[step - 1] - tally->kept[step];
    }
}

void tuned_explain(const struct trawl_plan *plan, struct buffer *out) {
    for (size_t i = 0; i < plan->tuned_count; i++) {
        const struct plan_tuned *tuned = &plan->tuned[i];
        buffer_printf(out, "%s \"%s\": ", i ? "     " : "tuned", tuned->name);
        if (tuned->idle)
            buffer_printf(out, "does nothing: %s\n", tuned->idle);
        else
            buffer_printf(out, "%s in stage %zu%s (%s)\n", tuned->does, tuned->stage + 1,
                          tuned->records ? ", on records before they are gathered" : "",
                          tuned->reason);
    }
}
