/* hunt.c - the public life of a hunt: options, paths, run, progress, summary. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "engine/base/error.h"
#include "engine/hunt/reading.h"
#include "engine/hunt/result.h"
#include "engine/hunt/sizes.h"
#include "engine/hunt/summary.h"
#include "engine/operator/notices.h"
#include "engine/operator/sort.h"

#define MIB (UINT64_C(1) << 20)
#define DEFAULT_MAX_RECORD (64 * MIB)
#define MOST_MAX_RECORD (512 * MIB) /* so that a batch of one record stays under COLUMN_ARENA */
#define DEFAULT_WINDOW_LOG 27
#define DEFAULT_LATE (24 * HOUR_MS)

struct trawl_hunt {
    const struct trawl_plan *plan;
    struct archive archive;
    struct pipeline_setup setup;
    struct sort_spec sort; /* the plan's last sort with the limit of the options */
    uint64_t limit;        /* of rows, where no sort has it; UINT64_MAX: none */
    struct input_list inputs;
    struct faults faults;
    struct tally tally;
    struct summary summary;
    struct range arrival; /* of inputs that may hold records of the plan's range */
    struct sizes *sizes;
    uint64_t bytes_skipped;
    bool ran;
    char *temp; /* archive.temp, owned */
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

static void set_limit(struct trawl_hunt *hunt, uint64_t limit) {
    hunt->setup = (struct pipeline_setup){hunt->plan, SIZE_MAX, NULL};
    hunt->limit = limit ? limit : UINT64_MAX;
    size_t stage = plan_limiting_sort(hunt->plan);
    if (!limit || stage == SIZE_MAX) return;
    const struct sort_spec *sort = hunt->plan->stages[stage].spec;
    hunt->sort = *sort;
    hunt->sort.limit = limit;
    hunt->setup.limited_stage = stage;
    hunt->setup.limited_spec = &hunt->sort;
    hunt->limit = UINT64_MAX;
}

/* Records arrive at their time or up to `late` behind it. */
static struct range arrival_of(struct range range, int64_t late) {
    late = late == 0 ? DEFAULT_LATE : late < 0 ? 0 : late;
    if (range.until != INT64_MAX && __builtin_add_overflow(range.until, late, &range.until))
        range.until = INT64_MAX;
    return range;
}

static enum trawl_status hunt_init(struct trawl_hunt *hunt, const struct source *source,
                                   const struct trawl_options *options, struct trawl_error *error) {
    struct archive *archive = &hunt->archive;
    if (hunt->plan->needs)
        return error_set(error, TRAWL_INVALID, "the query needs %s", hunt->plan->needs);
    archive->source = source;
    archive->inputs = &hunt->inputs;
    enum trawl_status status = make_config(&archive->config, options, error);
    if (status == TRAWL_OK)
        status =
            budget_divide(&archive->budget, hunt->plan, options, archive->config.window_log, error);
    if (status != TRAWL_OK) return status;
    set_limit(hunt, options->limit);
    hunt->arrival = arrival_of(plan_range(hunt->plan), options->late);
    hunt->sizes = sizes_new();
    archive->gate = gate_new(archive->budget.gate);
    archive->spill = spill_new(options->temp);
    archive->notices = notices_new();
    hunt->temp = options->temp ? strdup(options->temp) : NULL;
    archive->temp = hunt->temp;
    if (!hunt->sizes || !archive->gate || !archive->spill || !archive->notices ||
        (options->temp && !hunt->temp) || !tally_init(&hunt->tally, hunt->plan->stages[0].program))
        return error_memory(error);
    return TRAWL_OK;
}

struct trawl_hunt *hunt_new_with(const struct source *source, const struct trawl_plan *plan,
                                 const struct trawl_options *options, struct trawl_error *error) {
    static const struct trawl_options defaults;
    if (!plan_finished(plan)) {
        error_set(error, TRAWL_INVALID, "the plan is not finished");
        return NULL;
    }
    struct trawl_hunt *hunt = calloc(1, sizeof *hunt);
    if (!hunt) {
        error_memory(error);
        return NULL;
    }
    hunt->plan = plan;
    if (hunt_init(hunt, source, options ? options : &defaults, error) != TRAWL_OK) {
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
    tally_free(&hunt->tally);
    faults_free(&hunt->faults);
    sizes_free(hunt->sizes);
    gate_free(hunt->archive.gate);
    spill_free(hunt->archive.spill);
    notices_free(hunt->archive.notices);
    free(hunt->temp);
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

/* What is read more than once must be there more than once, and a table is filled once. */
static enum trawl_status check_passes(const struct trawl_hunt *hunt, struct trawl_error *error) {
    unsigned passes = plan_passes(hunt->plan);
    for (size_t i = 0; passes > 1 && i < hunt->inputs.count; i++) {
        const struct input *input = &hunt->inputs.items[i];
        bool standard = strcmp(input->path, "-") == 0;
        if (!standard && input->size != INPUT_SIZE_UNKNOWN) continue;
        return error_set(error, TRAWL_INVALID,
                         "%s can be read once, and this query reads everything %u times: write it "
                         "to a file first",
                         standard ? "standard input" : input->path, passes);
    }
    for (size_t i = 0; i < hunt->plan->table_count; i++)
        if (hunt->plan->tables[i].spill)
            return error_set(error, TRAWL_INVALID,
                             "this plan has run already, and its tables hold another archive: "
                             "compile the query again");
    return TRAWL_OK;
}

static enum trawl_status run(struct trawl_hunt *hunt, struct result *result,
                             struct trawl_error *error) {
    struct archive *archive = &hunt->archive;
    enum trawl_status status = reading_tables(archive, hunt->plan, error);
    if (status != TRAWL_OK) return status;
    const struct row_sink rows = result_sink(result);
    status = reading_result(archive, &hunt->setup, &rows, &hunt->tally, &hunt->faults, error);
    if (status != TRAWL_OK && status != TRAWL_CANCELLED) return status;
    if (result->early && result->cut) return TRAWL_OK;
    if (atomic_load(&archive->interrupted)) return error_set(error, TRAWL_CANCELLED, "interrupted");
    if (result->refused)
        return error_set(error, TRAWL_CANCELLED, "whoever takes the rows wants no more");
    return result->cut ? TRAWL_OK : status;
}

/* Rows that are left out, and why. */
static void notice_end(struct trawl_hunt *hunt, const struct result *result) {
    struct notices *notices = hunt->archive.notices;
    const struct tally *tally = &hunt->tally;
    bool all_read = !result->early || tally->files_whole == tally->files;
    bool more = !result->early || result->stage->kind || tally->matched > result->shown;
    if (result->cut && !all_read)
        notices_add(notices, "stopped after %" PRIu64 " rows (--limit): the rest was not read",
                    result->shown);
    else if (result->cut && more)
        notices_add(notices, "only the first %" PRIu64 " rows are shown (--limit)", result->shown);
    else if (result->refused && !all_read)
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

enum trawl_status trawl_hunt_run(struct trawl_hunt *hunt, const struct trawl_rows *rows,
                                 struct trawl_error *error) {
    if (hunt->ran) return error_set(error, TRAWL_INVALID, "this hunt has run already");
    enum trawl_status status = check_passes(hunt, error);
    if (status != TRAWL_OK) return status;
    hunt->ran = true;
    double start = seconds_now();
    bool early = plan_barrier(hunt->plan, 0) == hunt->plan->stage_count;
    struct result result;
    if (!result_init(&result, hunt->plan, rows, hunt->limit, early)) return error_memory(error);
    status = run(hunt, &result, error);
    notice_end(hunt, &result);
    struct trawl_summary *summary = &hunt->summary.public;
    summary->shown = result.shown;
    summary->complete =
        status == TRAWL_OK || (result.refused && !atomic_load(&hunt->archive.interrupted));
    result_free(&result);
    if (!summary_make(&hunt->summary, hunt->archive.source, hunt->plan, &hunt->tally,
                      &hunt->faults))
        return error_memory(error);
    summary->spilled = spill_bytes(hunt->archive.spill) + tables_spilled(hunt->plan);
    summary->notices = notices_list(hunt->archive.notices, &summary->notice_count);
    summary->validated = hunt->archive.config.validate;
    summary->gaps = hunt->archive.config.hours;
    summary->files_skipped = hunt->archive.skipped;
    summary->bytes_skipped = hunt->bytes_skipped;
    summary->seconds = seconds_now() - start;
    return status;
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
    *progress = (struct trawl_progress){
        .bytes_total =
            sizes_total(hunt->sizes, hunt->archive.source, &hunt->inputs) * plan_passes(hunt->plan),
        .bytes_read = atomic_load_explicit(&counters->bytes_read, memory_order_relaxed),
        .files_total = hunt->inputs.count - hunt->archive.skipped,
        .files_done = atomic_load_explicit(&counters->files_done, memory_order_relaxed),
        .text_bytes = atomic_load_explicit(&counters->text_bytes, memory_order_relaxed),
        .records = atomic_load_explicit(&counters->records, memory_order_relaxed),
    };
}

size_t trawl_hunt_column_count(const struct trawl_hunt *hunt) {
    return plan_last(hunt->plan)->column_count;
}

const char *trawl_hunt_column_name(const struct trawl_hunt *hunt, size_t column) {
    return plan_last(hunt->plan)->columns[column].name;
}

const struct trawl_summary *trawl_hunt_summary(const struct trawl_hunt *hunt) {
    return &hunt->summary.public;
}
