/* tuned.h - the entries of a tuning in a plan, and what they did in a run.
 *
 * An entry that suppresses rows is a step of a program (or, where the suppressed rows are the
 * answer, an output that is true of its rows); one that changes rows has an output that is true of
 * them. So the counters of steps and flags are all that is counted. */
#ifndef TRAWL_ENGINE_TUNED_H
#define TRAWL_ENGINE_TUNED_H

#include "engine/base/buffer.h"
#include "engine/hunt/tally.h"
#include "engine/trawl.h"

struct trawl_plan;

/* Owns its strings. */
struct plan_tuned {
    char *name, *reason;
    char *does;    /* for a person: "clears a, b" */
    char *idle;    /* why it cannot act; NULL: it can */
    bool records;  /* it acts on records that are gathered later */
    char **fields; /* of its conditions */
    size_t field_count;
    size_t stage;          /* of the plan, where it acts */
    size_t step;           /* of the stage's program, that takes its rows; SIZE_MAX: none */
    size_t taken, changed; /* outputs: flags of its rows; SIZE_MAX: none */
};

void tuned_clear(struct plan_tuned *tuned);
/* The later stage that entries act on; 0: none does. Its counters are a tally of its own. */
size_t tuned_stage(const struct trawl_plan *plan);
/* list[plan->tuned_count], from the counters of the first stage and of the later one. Strings
 * belong to the plan. */
void tuned_tell(const struct trawl_plan *plan, const struct tally *first, const struct tally *later,
                struct trawl_tuned *list);
/* And fields that no record had, nor has the nearest name its strings from elsewhere than `names`.
 * present: [fields of the first program], how many records had each. */
void tuned_tell_absent(const struct trawl_plan *plan, const uint64_t *present,
                       const struct names *names, struct trawl_tuned *list);
void tuned_explain(const struct trawl_plan *plan, struct buffer *out);

#endif
