#include "engine/hunt/budget.h"

#include <inttypes.h>
#include <sched.h>
#include <unistd.h>

#include "engine/base/error.h"

#define MIB (UINT64_C(1) << 20)
#define DEFAULT_MEMORY (160 * MIB)
#define DEFAULT_STATE (64 * MIB) /* by how much the default grows for state */
#define DEFAULT_WINDOW_LOG 27
#define BASE_MEMORY (8 * MIB)
#define WORKER_MEMORY (11 * MIB)
#define ORDERED_MOST (8 * MIB)
/* Of an operator whose state does not grow with the archive: within the worker's memory. */
#define SMALL_STATE (8 * MIB)
#define SMALL_LEAST (MIB / 4)

static unsigned processors(void) {
    cpu_set_t set;
    long count = sched_getaffinity(0, sizeof set, &set) == 0
                     ? CPU_COUNT(&set)
                     : sysconf(_SC_NPROCESSORS_ONLN); /* over CPU_SETSIZE of them */
    return count > 0 ? (unsigned)count : 1;
}

static uint64_t fixed_memory(unsigned threads) {
    return BASE_MEMORY + threads * WORKER_MEMORY;
}

/* What the run needs, of all its plans together. */
struct needs {
    bool orders;       /* rows of a result come from several workers and must be put in order */
    size_t state;      /* plans that hold state */
    size_t tables;     /* they share; they fill one after the other and all stay */
    size_t plan_count; /* that read the archive together */
};

static size_t table_count(const struct trawl_plan *plan) {
    size_t count = plan->table_count;
    for (size_t i = 0; i < plan->table_count; i++) count += table_count(plan->tables[i].plan);
    return count;
}

static struct needs needs_of(const struct trawl_plan *const *plans, size_t count,
                             unsigned threads) {
    struct needs needs = {.plan_count = count};
    for (size_t i = 0; i < count; i++) {
        needs.orders |= threads > 1 && plan_barrier(plans[i], 0) == plans[i]->stage_count;
        needs.state += plan_holds_state(plans[i]);
        if (plan_keeps(plans[i])) needs.state += plans[i]->table_count;
        needs.tables += table_count(plans[i]);
    }
    return needs;
}

static uint64_t default_memory(const struct needs *needs, unsigned threads, unsigned window_log) {
    uint64_t memory = DEFAULT_MEMORY + (threads > 2 ? (threads - 2) * WORKER_MEMORY : 0);
    /* Whoever allows a longer window means to read it. */
    if (window_log > DEFAULT_WINDOW_LOG)
        memory += (UINT64_C(1) << window_log) - (UINT64_C(1) << DEFAULT_WINDOW_LOG);
    if (needs->state) memory += DEFAULT_STATE;
    if (needs->orders) memory += ORDERED_MOST;
    return memory;
}

enum trawl_status budget_divide(struct budget *budget, const struct trawl_plan *const *plans,
                                size_t count, const struct trawl_options *options,
                                unsigned window_log, struct trawl_error *error) {
    unsigned threads = options->threads ? options->threads : processors();
    const struct needs needs = needs_of(plans, count, threads);
    uint64_t memory =
        options->memory ? options->memory : default_memory(&needs, threads, window_log);
    uint64_t fixed = fixed_memory(threads);
    if (memory < fixed)
        return error_set(error, TRAWL_INVALID, "%u workers need at least %" PRIu64 " MiB of memory",
                         threads, fixed / MIB);
    uint64_t rest = memory - fixed;
    *budget = (struct budget){.threads = threads,
                              .small = SMALL_STATE / needs.plan_count,
                              .sharers = needs.state ? needs.state : 1};
    if (budget->small < SMALL_LEAST) budget->small = SMALL_LEAST;
    if (needs.orders) budget->ordered = rest / 16 < ORDERED_MOST ? rest / 16 : ORDERED_MOST;
    rest -= budget->ordered;
    if (needs.state) budget->state = rest / 3;
    budget->gate = rest - budget->state;
    if (needs.tables) {
        budget->lookup = budget->state / 2 / needs.tables;
        budget->state -= budget->state / 2;
    }
    return TRAWL_OK;
}

/* While one barrier gives its rows to the next, both hold state: they share it, and with the rows
 * that wait for a table. */
static unsigned held_at_once(const struct trawl_plan *plan) {
    size_t first = plan_barrier(plan, 0);
    bool two = first < plan->stage_count && plan_barrier(plan, first + 1) < plan->stage_count;
    return 1 + two + plan_keeps(plan);
}

uint64_t budget_worker_state(const struct budget *budget, const struct trawl_plan *plan) {
    uint64_t tail = budget_tail_state(budget, plan);
    return plan_holds_state(plan) ? tail / budget->threads : tail;
}

uint64_t budget_tail_state(const struct budget *budget, const struct trawl_plan *plan) {
    if (!plan_holds_state(plan)) return budget->small;
    return budget->state / budget->sharers / held_at_once(plan);
}
