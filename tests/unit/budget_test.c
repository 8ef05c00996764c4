#include "engine/hunt/budget.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "hand_plan.h"

#define MIB (UINT64_C(1) << 20)

static struct trawl_plan *plan_of(const struct operator_kind *kind) {
    struct trawl_plan *plan = hand_plan(1);
    struct program *program = program_new();
    program_output(program, "a", program_field(program, "a"));
    hand_stage(plan, 0, program, kind, kind ? hand_gather_spec(1, 0) : NULL, "a");
    return plan;
}

static struct budget divided(const struct trawl_plan *plan, unsigned threads, uint64_t memory) {
    struct trawl_options options = {.threads = threads, .memory = memory};
    struct budget budget;
    struct trawl_error error = {0};
    cr_assert_eq(budget_divide(&budget, &plan, 1, &options, 27, &error), TRAWL_OK, "%s",
                 error.message);
    return budget;
}

Test(budget, the_default_has_room_for_a_long_window_beside_the_rest) {
    struct trawl_plan *streaming = plan_of(NULL), *stateful = plan_of(&hand_gather);
    for (unsigned threads = 1; threads <= 256; threads *= 2) {
        struct budget budget = divided(streaming, threads, 0);
        cr_expect_geq(budget.gate, 128 * MIB);
        cr_expect_eq(budget.state, 0);
        cr_expect_eq(budget.ordered, threads > 1 ? 8 * MIB : 0);
        budget = divided(stateful, threads, 0);
        cr_expect_geq(budget.gate, 128 * MIB);
        cr_expect_geq(budget.state, 64 * MIB);
        cr_expect_eq(budget.ordered, 0);
        cr_expect_eq(budget_worker_state(&budget, stateful), budget.state / threads);
        cr_expect_eq(budget_tail_state(&budget, stateful), budget.state);
    }
    trawl_plan_free(streaming);
    trawl_plan_free(stateful);
}

Test(budget, a_limit_is_divided_and_not_exceeded) {
    struct trawl_plan *stateful = plan_of(&hand_gather);
    struct budget budget = divided(stateful, 2, 256 * MIB);
    cr_expect_geq(budget.gate, 128 * MIB);
    cr_expect_leq(budget.gate + budget.state, (256 - 8 - 22) * MIB);
    struct trawl_plan *inner = plan_of(NULL);
    stateful->tables = calloc(1, sizeof *stateful->tables);
    stateful->table_count = 1;
    stateful->tables[0].plan = inner;
    struct budget with_table = divided(stateful, 2, 256 * MIB);
    cr_expect_eq(with_table.gate, budget.gate);
    cr_expect_eq(with_table.state + with_table.lookup, budget.state);
    cr_expect_eq(with_table.lookup, budget.state / 2);
    trawl_plan_free(stateful);
}
