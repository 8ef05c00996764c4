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

/* Whether rows of the result come from several workers and must be put in order. */
static bool orders(const struct trawl_plan *plan, unsigned threads) {
    return threads > 1 && plan_barrier(plan, 0) == plan->stage_count;
}

static uint64_t default_memory(const struct trawl_plan *plan, unsigned threads,
                               unsigned window_log) {
    uint64_t memory = DEFAULT_MEMORY + (threads > 2 ? (threads - 2) * WORKER_MEMORY : 0);
    /* Whoever allows a longer window means to read it. */
    if (window_log > DEFAULT_WINDOW_LOG)
        memory += (UINT64_C(1) << window_log) - (UINT64_C(1) << DEFAULT_WINDOW_LOG);
    if (plan_holds_state(plan)) memory += DEFAULT_STATE;
    if (orders(plan, threads)) memory += ORDERED_MOST;
    return memory;
}

/* Tables share; they fill one after the other and all stay. */
static size_t table_count(const struct trawl_plan *plan) {
    size_t count = plan->table_count;
    for (size_t i = 0; i < plan->table_count; i++) count += table_count(plan->tables[i].plan);
    return count;
}

enum trawl_status budget_divide(struct budget *budget, const struct trawl_plan *plan,
                                const struct trawl_options *options, unsigned window_log,
                                struct trawl_error *error) {
    unsigned threads = options->threads ? options->threads : processors();
    uint64_t memory = options->memory ? options->memory : default_memory(plan, threads, window_log);
    uint64_t fixed = fixed_memory(threads);
    if (memory < fixed)
        return error_set(error, TRAWL_INVALID, "%u workers need at least %" PRIu64 " MiB of memory",
                         threads, fixed / MIB);
    uint64_t rest = memory - fixed;
    *budget = (struct budget){.threads = threads};
    if (orders(plan, threads))
        budget->ordered = rest / 16 < ORDERED_MOST ? rest / 16 : ORDERED_MOST;
    rest -= budget->ordered;
    if (plan_holds_state(plan)) budget->state = rest / 3;
    budget->gate = rest - budget->state;
    if (table_count(plan)) {
        budget->lookup = budget->state / 2 / table_count(plan);
        budget->state -= budget->state / 2;
    }
    return TRAWL_OK;
}

/* While one barrier gives its rows to the next, both hold state: they halve it. */
static unsigned held_at_once(const struct trawl_plan *plan) {
    size_t first = plan_barrier(plan, 0);
    return first < plan->stage_count && plan_barrier(plan, first + 1) < plan->stage_count ? 2 : 1;
}

uint64_t budget_worker_state(const struct budget *budget, const struct trawl_plan *plan) {
    if (!budget->state) return SMALL_STATE;
    return budget->state / held_at_once(plan) / budget->threads;
}

uint64_t budget_tail_state(const struct budget *budget, const struct trawl_plan *plan) {
    return budget->state ? budget->state / held_at_once(plan) : SMALL_STATE;
}
