/* hunt.c - the public life of a hunt: options, paths, run, progress, summary. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "engine/base/error.h"
#include "engine/base/grouped.h"
#include "engine/hunt/reading.h"
#include "engine/hunt/result.h"
#include "engine/hunt/sizes.h"
#include "engine/hunt/summary.h"
#include "engine/operator/notices.h"
#include "engine/operator/sort.h"
#include "engine/operator/unique.h"

#define MIB (UINT64_C(1) << 20)
#define DEFAULT_MAX_RECORD (64 * MIB)
#define MOST_MAX_RECORD (512 * MIB) /* so that a batch of one record stays under COLUMN_ARENA */
#define DEFAULT_WINDOW_LOG 27
#define DEFAULT_LATE (24 * HOUR_MS)

/* What the hunt keeps of each plan beside its lane. */
struct task {
    struct sort_spec sort; /* the plan's last sort with the limit of the options */
    uint64_t limit;        /* of rows, where no sort has it; UINT64_MAX: none */
    struct notices *notices;
    struct result result;
    struct summary summary;
};

struct trawl_hunt {
    const struct trawl_plan **plans; /* [count], as all that follow; owned */
    struct task *tasks;
    struct lane *lanes;
    size_t count;
    struct program *fields; /* what is read of a record: the union of the lanes' */
    struct archive archive;
    struct results results;
    struct input_list inputs;
    struct faults faults;
    struct tally tally;   /* of what was read, by `fields` */
    struct range arrival; /* of inputs that may hold records of the plans' ranges */
    struct sizes *sizes;
    uint64_t bytes_skipped;
    bool ran;
    bool days;  /* counts of fields by day are wanted */
    char *temp; /* archive.temp, owned */
    struct buffer explanation;
};

/* ---- options ------------------------------------------------------------------------------ */

static bool plan_finished(const struct trawl_plan *plan) {
    if (!plan) return false;
    for (size_t i = 0; i < plan->stage_count; i++)
        if (!plan->stages[i].program->finished) return false;
    return plan->stage_count > 0;
}

static enum trawl_status make_config(struct reader_config *config,
                                     const struct trawl_options *options,
                                     struct trawl_error *error) {
    *config = (struct reader_config){
        .isa = options->isa ? isa_by_name(options->isa) : isa_best(),
        .validate = options->validate,
        .hours = options->gaps,
        .range = range_all,
        .no_fast_path = options->no_fast_path,
        .max_record = options->max_record ? options->max_record : DEFAULT_MAX_RECORD,
        .window_log = options->window_log ? options->window_log : DEFAULT_WINDOW_LOG,
    };
    if (config->isa == ISA_COUNT)
        return error_set(error, TRAWL_INVALID, "this machine has no instruction set \"%s\"",
                         options->isa);
    if (config->window_log < 10 || config->window_log > 31)
        return error_set(error, TRAWL_INVALID, "a zstd window is 2^10 to 2^31 bytes, not 2^%u",
                         config->window_log);
    if (config->max_record > MOST_MAX_RECORD)
        return error_set(error, TRAWL_INVALID, "a record may have at most %" PRIu64 " MiB",
                         MOST_MAX_RECORD / MIB);
    return TRAWL_OK;
}

/* Where the limit of the options takes the place of a sort's. */
static struct pipeline_setup set_limit(const struct trawl_plan *plan, struct task *task,
                                       uint64_t limit) {
    struct pipeline_setup setup = {.plan = plan, .limited_stage = SIZE_MAX};
    task->limit = limit ? limit : UINT64_MAX;
    size_t stage = plan_limiting_sort(plan);
    if (!limit || stage == SIZE_MAX) return setup;
    const struct sort_spec *sort = plan->stages[stage].spec;
    task->sort = *sort;
    task->sort.limit = limit;
    task->limit = UINT64_MAX;
    setup.limited_stage = stage;
    setup.limited_spec = &task->sort;
    return setup;
}

/* Records arrive at their time or up to `late` behind it. */
static struct range arrival_of(struct range range, int64_t late) {
    late = late == 0 ? DEFAULT_LATE : late < 0 ? 0 : late;
    if (range.until != INT64_MAX && __builtin_add_overflow(range.until, late, &range.until))
        range.until = INT64_MAX;
    return range;
}

static enum trawl_status add_plans(struct trawl_hunt *hunt, const struct trawl_plan *const *plans,
                                   size_t count, const struct trawl_options *options,
                                   struct trawl_error *error) {
    hunt->plans = calloc(count, sizeof *hunt->plans);
    hunt->tasks = calloc(count, sizeof *hunt->tasks);
    hunt->lanes = calloc(count, sizeof *hunt->lanes);
    if (!hunt->plans || !hunt->tasks || !hunt->lanes) return error_memory(error);
    for (; hunt->count < count; hunt->count++) {
        const struct trawl_plan *plan = plans[hunt->count];
        struct task *task = &hunt->tasks[hunt->count];
        if (plan->needs) return error_set(error, TRAWL_INVALID, "the query needs %s", plan->needs);
        const struct pipeline_setup setup = set_limit(plan, task, options->limit);
        hunt->plans[hunt->count] = plan;
        task->notices = notices_new();
        if (!lane_init(&hunt->lanes[hunt->count], &setup, task->notices) || !task->notices) {
            lane_free(&hunt->lanes[hunt->count]);
            notices_free(task->notices);
            return error_memory(error);
        }
    }
    hunt->fields = lanes_unite(hunt->lanes, count);
    return hunt->fields && tally_init(&hunt->tally, hunt->fields) ? TRAWL_OK : error_memory(error);
}

static enum trawl_status hunt_init(struct trawl_hunt *hunt, const struct source *source,
                                   const struct trawl_plan *const *plans, size_t count,
                                   const struct trawl_options *options, struct trawl_error *error) {
    struct archive *archive = &hunt->archive;
    hunt->days = options->drift;
    archive->source = source;
    archive->inputs = &hunt->inputs;
    pthread_mutex_init(&hunt->results.turn, NULL);
    hunt->results.refused = &archive->refused;
    hunt->results.stop = &archive->stop;
    enum trawl_status status = add_plans(hunt, plans, count, options, error);
    if (status == TRAWL_OK) status = make_config(&archive->config, options, error);
    if (status == TRAWL_OK)
        status = budget_divide(&archive->budget, plans, count, options, archive->config.window_log,
                               error);
    if (status != TRAWL_OK) return status;
    hunt->arrival = arrival_of(lanes_range(hunt->lanes, count), options->late);
    hunt->sizes = sizes_new();
    archive->gate = gate_new(archive->budget.gate);
    archive->spill = spill_new(options->temp);
    hunt->temp = options->temp ? strdup(options->temp) : NULL;
    archive->temp = hunt->temp;
    if (!hunt->sizes || !archive->gate || !archive->spill || (options->temp && !hunt->temp))
        return error_memory(error);
    return TRAWL_OK;
}

struct trawl_hunt *hunt_new_all_with(const struct source *source,
                                     const struct trawl_plan *const *plans, size_t count,
                                     const struct trawl_options *options,
                                     struct trawl_error *error) {
    static const struct trawl_options defaults;
    bool finished = count > 0;
    for (size_t i = 0; i < count; i++) finished = finished && plan_finished(plans[i]);
    if (!finished) {
        error_set(error, TRAWL_INVALID, count ? "the plan is not finished" : "there is no plan");
        return NULL;
    }
    struct trawl_hunt *hunt = calloc(1, sizeof *hunt);
    if (!hunt) {
        error_memory(error);
        return NULL;
    }
    if (hunt_init(hunt, source, plans, count, options ? options : &defaults, error) != TRAWL_OK) {
        trawl_hunt_free(hunt);
        return NULL;
    }
    return hunt;
}

struct trawl_hunt *hunt_new_with(const struct source *source, const struct trawl_plan *plan,
                                 const struct trawl_options *options, struct trawl_error *error) {
    return hunt_new_all_with(source, &plan, 1, options, error);
}

struct trawl_hunt *trawl_hunt_new_all(const struct trawl_plan *const *plans, size_t count,
                                      const struct trawl_options *options,
                                      struct trawl_error *error) {
    return hunt_new_all_with(&source_files, plans, count, options, error);
}

struct trawl_hunt *trawl_hunt_new(const struct trawl_plan *plan,
                                  const struct trawl_options *options, struct trawl_error *error) {
    return trawl_hunt_new_all(&plan, 1, options, error);
}

static void free_task(struct task *task) {
    summary_free(&task->summary);
    result_free(&task->result);
    notices_free(task->notices);
}

void trawl_hunt_free(struct trawl_hunt *hunt) {
    if (!hunt) return;
    for (size_t i = 0; i < hunt->count; i++) {
        free_task(&hunt->tasks[i]);
        lane_free(&hunt->lanes[i]);
    }
    free(hunt->plans);
    free(hunt->tasks);
    free(hunt->lanes);
    tally_free(&hunt->tally);
    program_free(hunt->fields);
    faults_free(&hunt->faults);
    sizes_free(hunt->sizes);
    gate_free(hunt->archive.gate);
    spill_free(hunt->archive.spill);
    pthread_mutex_destroy(&hunt->results.turn);
    free(hunt->temp);
    buffer_free(&hunt->explanation);
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

/* Whether the input's name says that it cannot hold what is asked for. */
static bool arrived_elsewhen(const struct trawl_hunt *hunt, const struct input *input,
                             size_t named) {
    const struct source *source = hunt->archive.source;
    struct range arrival;
    if (range_is_all(hunt->arrival) || !source->arrival) return false;
    if (!source->arrival(input->path, named, &arrival)) return false;
    arrival = range_meet(arrival, hunt->arrival);
    return arrival.until <= arrival.since;
}

enum trawl_status trawl_hunt_add(struct trawl_hunt *hunt, const char *path,
                                 struct trawl_error *error) {
    size_t before = hunt->inputs.count;
    enum trawl_status status =
        hunt->archive.source->list(path, &hunt->inputs, list_fault, hunt, error);
    for (size_t i = before; i < hunt->inputs.count; i++) {
        struct input *input = &hunt->inputs.items[i];
        input->skipped = arrived_elsewhen(hunt, input, strlen(path));
        hunt->archive.skipped += input->skipped;
        if (input->skipped) hunt->bytes_skipped += size_now(hunt->archive.source, input);
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

/* ---- the run ------------------------------------------------------------------------------ */

static enum trawl_status refuse_again(const struct trawl_plan *plan, struct trawl_error *error) {
    for (size_t i = 0; i < plan->table_count; i++)
        if (plan->tables[i].spill)
            return error_set(error, TRAWL_INVALID,
                             "this plan has run already, and its tables hold another archive: "
                             "compile the query again");
    return TRAWL_OK;
}

/* What is read more than once must be there more than once, and a table is filled once. */
static enum trawl_status check_passes(const struct trawl_hunt *hunt, struct trawl_error *error) {
    unsigned passes = lanes_passes(hunt->lanes, hunt->count);
    for (size_t i = 0; passes > 1 && i < hunt->inputs.count; i++) {
        const struct input *input = &hunt->inputs.items[i];
        bool standard = strcmp(input->path, "-") == 0;
        if (input_rereadable(input)) continue;
        return error_set(error, TRAWL_INVALID,
                         "%s can be read once, and %s everything %u times: write it to a file "
                         "first",
                         standard ? "standard input" : input->path,
                         hunt->count > 1 ? "these queries read" : "this query reads", passes);
    }
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < hunt->count; i++)
        status = refuse_again(hunt->plans[i], error);
    return status;
}

static bool make_results(struct trawl_hunt *hunt, const struct trawl_rows *rows) {
    for (size_t i = 0; i < hunt->count; i++) {
        struct task *task = &hunt->tasks[i];
        enum result_limit at_limit = !lane_streams(&hunt->lanes[i]) ? LIMIT_CUTS
                                     : hunt->count == 1             ? LIMIT_ENDS
                                                                    : LIMIT_PASSES;
        if (!result_init(&task->result, &hunt->results, hunt->plans[i], rows ? &rows[i] : NULL,
                         task->limit, at_limit))
            return false;
        hunt->lanes[i].rows = result_sink(&task->result);
    }
    return true;
}

static enum trawl_status run(struct trawl_hunt *hunt, struct trawl_error *error) {
    struct archive *archive = &hunt->archive;
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < hunt->count; i++)
        status = reading_tables(archive, hunt->plans[i], hunt->tasks[i].notices, error);
    if (status != TRAWL_OK) return status;
    status = reading_results(archive, hunt->lanes, hunt->count, hunt->fields, &hunt->tally,
                             &hunt->faults, error);
    const struct result *first = &hunt->tasks[0].result;
    if (status != TRAWL_OK && status != TRAWL_CANCELLED) return status;
    if (first->at_limit == LIMIT_ENDS && first->cut) return TRAWL_OK;
    if (atomic_load(&archive->interrupted)) return error_set(error, TRAWL_CANCELLED, "interrupted");
    if (atomic_load(&archive->refused))
        return error_set(error, TRAWL_CANCELLED, "whoever takes the rows wants no more");
    return TRAWL_OK;
}

/* Copies of events are left out already. */
static bool is_deduped(const struct trawl_plan *plan) {
    for (size_t s = 0; s < plan->stage_count; s++)
        if (plan->stages[s].kind == &operator_unique) return true;
    return false;
}

static void notice_copies(struct notices *notices, const struct trawl_plan *plan,
                          const struct result *result) {
    char digits[GROUPED_DIGITS];
    uint64_t copies = result->repeats.repeated;
    if (copies)
        notices_add(notices, "%s row%s like one before: %s", grouped(copies, digits),
                    copies == 1 ? " is" : "s are",
                    is_deduped(plan) ? "of other events, with ids of their own"
                                     : "of events that were delivered twice, most likely (--dedupe "
                                       "shows each once, --evidence says which)");
}

/* Rows that are left out, and why. */
static void notice_end(struct trawl_hunt *hunt, size_t plan) {
    const struct result *result = &hunt->tasks[plan].result;
    struct notices *notices = hunt->tasks[plan].notices;
    bool streamed = result->at_limit != LIMIT_CUTS;
    notice_copies(notices, hunt->plans[plan], result);
    bool all_read = !streamed || hunt->tally.files_whole == hunt->tally.files;
    bool more = !streamed || result->stage->kind || hunt->lanes[plan].tally.matched > result->shown;
    if (result->at_limit == LIMIT_ENDS && result->cut && !all_read)
        notices_add(notices, "stopped after %" PRIu64 " rows (--limit): the rest was not read",
                    result->shown);
    else if (result->cut && more)
        notices_add(notices, "only the first %" PRIu64 " rows are shown (--limit)", result->shown);
    else if (atomic_load(&hunt->archive.refused) && !all_read)
        notices_add(notices,
                    "stopped after %" PRIu64
                    " rows, when their reader wanted no more: the rest was not read",
                    result->shown);
}

static uint64_t tables_spilled(const struct trawl_plan *plan) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < plan->table_count; i++) {
        const struct plan_table *table = &plan->tables[i];
        if (table->spill) bytes += spill_bytes(table->spill);
        bytes += tables_spilled(table->plan);
    }
    return bytes;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* How the run went, as each of its summaries says. */
static void summarise_run(const struct trawl_hunt *hunt, bool complete, double start,
                          struct trawl_summary *summary) {
    summary->complete = complete;
    summary->spilled = spill_bytes(hunt->archive.spill);
    for (size_t i = 0; i < hunt->count; i++) summary->spilled += tables_spilled(hunt->plans[i]);
    summary->validated = hunt->archive.config.validate;
    summary->gaps = hunt->archive.config.hours;
    summary->files_skipped = hunt->archive.skipped;
    summary->bytes_skipped = hunt->bytes_skipped;
    summary->seconds = seconds_now() - start;
}

static bool summarise(struct trawl_hunt *hunt, bool complete, double start) {
    for (size_t i = 0; i < hunt->count; i++) {
        struct task *task = &hunt->tasks[i];
        struct trawl_summary *summary = &task->summary.public;
        notice_end(hunt, i);
        if (!summary_make(&task->summary, hunt->archive.source, &hunt->lanes[i], &hunt->tally,
                          &hunt->inputs, &hunt->faults, hunt->days))
            return false;
        summary->shown = task->result.shown;
        summary->notices = notices_list(task->notices, &summary->notice_count);
        summarise_run(hunt, complete, start, summary);
    }
    return true;
}

enum trawl_status trawl_hunt_run(struct trawl_hunt *hunt, const struct trawl_rows *rows,
                                 struct trawl_error *error) {
    if (hunt->ran) return error_set(error, TRAWL_INVALID, "this hunt has run already");
    enum trawl_status status = check_passes(hunt, error);
    if (status != TRAWL_OK) return status;
    hunt->ran = true;
    double start = seconds_now();
    if (!make_results(hunt, rows)) return error_memory(error);
    status = run(hunt, error);
    bool interrupted = atomic_load(&hunt->archive.interrupted);
    bool complete = status == TRAWL_OK || (atomic_load(&hunt->archive.refused) && !interrupted);
    return summarise(hunt, complete, start) ? status : error_memory(error);
}

void hunt_want(struct trawl_hunt *hunt, struct record_wanted *wanted) {
    hunt->archive.config.wanted = wanted;
}

void trawl_hunt_cancel(struct trawl_hunt *hunt) {
    atomic_store(&hunt->archive.interrupted, true);
    atomic_store(&hunt->archive.stop, true);
}

void trawl_hunt_progress(const struct trawl_hunt *hunt, struct trawl_progress *progress) {
    const struct counters *counters = &hunt->archive.counters;
    unsigned passes = lanes_passes(hunt->lanes, hunt->count);
    *progress = (struct trawl_progress){
        .bytes_total = sizes_total(hunt->sizes, hunt->archive.source, &hunt->inputs) * passes,
        .bytes_read = atomic_load_explicit(&counters->bytes_read, memory_order_relaxed),
        .files_total = hunt->inputs.count - hunt->archive.skipped,
        .files_done = atomic_load_explicit(&counters->files_done, memory_order_relaxed),
        .text_bytes = atomic_load_explicit(&counters->text_bytes, memory_order_relaxed),
        .records = atomic_load_explicit(&counters->records, memory_order_relaxed),
    };
}

const char *trawl_hunt_explain(struct trawl_hunt *hunt) {
    struct buffer *text = &hunt->explanation;
    buffer_clear(text, SIZE_MAX);
    lanes_explain(hunt->lanes, hunt->count, hunt->fields, text);
    buffer_append_char(text, '\0');
    return text->failed ? NULL : text->data;
}

const struct trawl_summary *trawl_hunt_summary(const struct trawl_hunt *hunt) {
    return trawl_hunt_summary_of(hunt, 0);
}

const struct trawl_summary *trawl_hunt_summary_of(const struct trawl_hunt *hunt, size_t plan) {
    return &hunt->tasks[plan].summary.public;
}
