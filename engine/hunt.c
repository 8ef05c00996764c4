/* hunt.c - the public life of a hunt: options, paths, run, rows, summary. */
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/crew.h"
#include "engine/error.h"
#include "engine/summary.h"

#define MIB (UINT64_C(1) << 20)
#define DEFAULT_MEMORY (160 * MIB)
#define DEFAULT_MAX_RECORD (64 * MIB)
#define MOST_MAX_RECORD (512 * MIB) /* so that a batch of one record stays under COLUMN_ARENA */
#define DEFAULT_WINDOW_LOG 27
/* What a run needs beside the gate: the program itself, and each worker's buffers, batch, parser.
 */
#define BASE_MEMORY (8 * MIB)
#define WORKER_MEMORY (11 * MIB)

struct trawl_hunt {
    struct crew crew;
    struct input_list inputs;
    struct faults faults;
    struct tally tally;
    struct top *top;
    struct summary summary;
    uint64_t bytes_total; /* of the inputs whose size is known */
    bool sizes_known;
};

static unsigned processors(void) {
    cpu_set_t set;
    long count = sched_getaffinity(0, sizeof set, &set) == 0
                     ? CPU_COUNT(&set)
                     : sysconf(_SC_NPROCESSORS_ONLN); /* over CPU_SETSIZE of them */
    return count > 0 ? (unsigned)count : 1;
}

/* What a run needs whatever it reads; the rest of the limit may go to long windows. */
static uint64_t fixed_memory(unsigned threads) {
    return BASE_MEMORY + threads * WORKER_MEMORY;
}

struct trawl_hunt *hunt_new_with(const struct source *source, const struct trawl_plan *plan,
                                 const struct trawl_options *options, struct trawl_error *error) {
    static const struct trawl_options defaults;
    if (!options) options = &defaults;
    if (!plan || !plan->finished) {
        error_set(error, TRAWL_INVALID, "the plan is not finished");
        return NULL;
    }
    enum isa isa = options->isa ? isa_by_name(options->isa) : isa_best();
    if (isa == ISA_COUNT) {
        error_set(error, TRAWL_INVALID, "this machine has no instruction set \"%s\"", options->isa);
        return NULL;
    }
    unsigned window_log = options->window_log ? options->window_log : DEFAULT_WINDOW_LOG;
    if (window_log < 10 || window_log > 31) {
        error_set(error, TRAWL_INVALID, "a zstd window is 2^10 to 2^31 bytes, not 2^%u",
                  window_log);
        return NULL;
    }
    unsigned threads = options->threads ? options->threads : processors();
    uint64_t memory = options->memory;
    if (memory && memory < fixed_memory(threads)) {
        error_set(error, TRAWL_INVALID, "%u workers need at least %" PRIu64 " MiB of memory",
                  threads, fixed_memory(threads) / MIB);
        return NULL;
    }
    if (options->max_record > MOST_MAX_RECORD) {
        error_set(error, TRAWL_INVALID, "a record may have at most %" PRIu64 " MiB",
                  MOST_MAX_RECORD / MIB);
        return NULL;
    }
    struct trawl_hunt *hunt = calloc(1, sizeof *hunt);
    if (!hunt) {
        error_memory(error);
        return NULL;
    }
    if (!memory) {
        memory = DEFAULT_MEMORY + (threads > 2 ? (threads - 2) * WORKER_MEMORY : 0);
        /* Whoever allows a longer window means to read it. */
        if (window_log > DEFAULT_WINDOW_LOG)
            memory += (UINT64_C(1) << window_log) - (UINT64_C(1) << DEFAULT_WINDOW_LOG);
    }
    hunt->sizes_known = true;
    hunt->crew = (struct crew){
        .source = source,
        .plan = plan,
        .config = {plan, isa, options->validate,
                   options->max_record ? options->max_record : DEFAULT_MAX_RECORD, window_log},
        .limit = options->limit ? options->limit : plan->limit,
        .threads = threads,
        .inputs = &hunt->inputs,
        .gate = gate_new(memory - fixed_memory(threads)),
    };
    hunt->top = top_new(hunt->crew.limit, plan->output_count);
    if (!hunt->crew.gate || !hunt->top || !tally_init(&hunt->tally, plan)) {
        error_memory(error);
        trawl_hunt_free(hunt);
        return NULL;
    }
    return hunt;
}

struct trawl_hunt *trawl_hunt_new(const struct trawl_plan *plan,
                                  const struct trawl_options *options, struct trawl_error *error) {
    return hunt_new_with(&source_files, plan, options, error);
}

void trawl_hunt_free(struct trawl_hunt *hunt) {
    if (!hunt) return;
    summary_free(&hunt->summary);
    top_free(hunt->top);
    tally_free(&hunt->tally);
    faults_free(&hunt->faults);
    gate_free(hunt->crew.gate);
    for (size_t i = 0; i < hunt->inputs.count; i++) free(hunt->inputs.items[i].path);
    free(hunt->inputs.items);
    free(hunt);
}

/* A fault met while listing stands behind the inputs found so far. */
static void list_fault(void *context, enum trawl_fault_kind kind, const char *path,
                       const char *message) {
    struct trawl_hunt *hunt = context;
    struct origin origin = {(uint32_t)hunt->inputs.count, 0, UINT64_MAX};
    faults_add(&hunt->faults, kind, path, NULL, origin, message);
}

enum trawl_status trawl_hunt_add(struct trawl_hunt *hunt, const char *path,
                                 struct trawl_error *error) {
    size_t before = hunt->inputs.count;
    enum trawl_status status =
        hunt->crew.source->list(path, &hunt->inputs, list_fault, hunt, error);
    for (size_t i = before; i < hunt->inputs.count; i++) {
        uint64_t size = hunt->inputs.items[i].size;
        if (size == INPUT_SIZE_UNKNOWN)
            hunt->sizes_known = false;
        else
            hunt->bytes_total += size;
    }
    return status;
}

bool trawl_hunt_reads(const struct trawl_hunt *hunt, const char *path) {
    struct stat wanted, each;
    if (stat(path, &wanted) != 0 || !S_ISREG(wanted.st_mode)) return false;
    for (size_t i = 0; i < hunt->inputs.count; i++) {
        if (stat(hunt->inputs.items[i].path, &each) == 0 && each.st_dev == wanted.st_dev &&
            each.st_ino == wanted.st_ino)
            return true;
    }
    return false;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

enum trawl_status trawl_hunt_run(struct trawl_hunt *hunt, struct trawl_error *error) {
    if (hunt->summary.public.steps)
        return error_set(error, TRAWL_INVALID, "this hunt has run already");
    double start = seconds_now();
    hunt->tally.files = hunt->inputs.count;
    enum trawl_status status = crew_run(&hunt->crew, &hunt->tally, hunt->top, &hunt->faults, error);
    if (!summary_make(&hunt->summary, hunt->crew.source, hunt->crew.plan, &hunt->tally,
                      &hunt->faults)) {
        return error_memory(error);
    }
    struct trawl_summary *summary = &hunt->summary.public;
    summary->shown = top_count(hunt->top);
    summary->validated = hunt->crew.config.validate;
    summary->complete = status == TRAWL_OK;
    summary->seconds = seconds_now() - start;
    return status;
}

void trawl_hunt_cancel(struct trawl_hunt *hunt) {
    atomic_store(&hunt->crew.cancelled, true);
}

void trawl_hunt_progress(const struct trawl_hunt *hunt, struct trawl_progress *progress) {
    const struct crew *crew = &hunt->crew;
    *progress = (struct trawl_progress){
        .bytes_total = hunt->sizes_known ? hunt->bytes_total : 0,
        .bytes_read = atomic_load_explicit(&crew->bytes_read, memory_order_relaxed),
        .files_total = hunt->inputs.count,
        .files_done = atomic_load_explicit(&crew->files_done, memory_order_relaxed),
        .text_bytes = atomic_load_explicit(&crew->text_bytes, memory_order_relaxed),
        .records = atomic_load_explicit(&crew->records, memory_order_relaxed),
    };
}

size_t trawl_hunt_column_count(const struct trawl_hunt *hunt) {
    return hunt->crew.plan->output_count;
}

const char *trawl_hunt_column_name(const struct trawl_hunt *hunt, size_t column) {
    return hunt->crew.plan->outputs[column].name;
}

size_t trawl_hunt_row_count(const struct trawl_hunt *hunt) {
    return hunt->summary.public.steps ? top_count(hunt->top) : 0;
}

struct trawl_cell trawl_hunt_cell(const struct trawl_hunt *hunt, size_t row, size_t column) {
    return top_cell(hunt->top, row, column);
}

const struct trawl_summary *trawl_hunt_summary(const struct trawl_hunt *hunt) {
    return &hunt->summary.public;
}
