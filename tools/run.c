#include "tools/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/drift.h"
#include "tools/ledger.h"
#include "tools/outfile.h"
#include "tools/plans.h"
#include "tools/progress.h"
#include "tools/say.h"
#include "tools/sections.h"
#include "tools/signals.h"
#include "tools/stats.h"
#include "tools/terminal.h"

/* Files that --quiet names at most. */
#define FAULTS_SAID 20

static bool is_stdout(const char *name) {
    return !name || strcmp(name, "-") == 0;
}

static void say_unwritable(const char *name, int error) {
    say("%s: cannot be written: %s", is_stdout(name) ? "standard output" : name, strerror(error));
}

/* ---- before the hunt ---------------------------------------------------------------------- */

/* Whether the result can be written, asked before hours of reading. */
static bool check_result(const char *name) {
    if (is_stdout(name) || sections_in_folder(name)) return true;
    int error = outfile_check(name);
    if (error) say_unwritable(name, error);
    return !error;
}

/* Whether the result would take the place of evidence. */
static bool check_inputs(const struct trawl_hunt *hunt, const char *name) {
    if (is_stdout(name) || !trawl_hunt_reads(hunt, name)) return true;
    say("%s: is read as input, it would be overwritten", name);
    return false;
}

/* The same of each file in a folder of results. */
static bool check_files(const struct settings *settings, const struct trawl_hunt *hunt,
                        const struct plans *plans) {
    bool good = true;
    for (size_t i = 0; good && i < plans->count; i++) {
        char *name = sections_file(settings, plans->labels[i].name);
        if (!name) say("out of memory");
        good = name && check_inputs(hunt, name);
        if (good && settings->stats && strcmp(name, settings->stats) == 0) {
            say("--output and --stats name the same file: %s", name);
            good = false;
        }
        free(name);
    }
    return good;
}

static bool any_reads(const struct plans *plans) {
    for (size_t i = 0; i < plans->count; i++)
        if (trawl_plan_reads(plans->plans[i])) return true;
    return false;
}

static bool check_paths(const struct settings *settings, const struct plans *plans) {
    if (settings->path_count || !any_reads(plans)) return true;
    say("nothing to read: give a file or folder, or - for standard input");
    return false;
}

static bool check_settings(const struct settings *settings) {
    if (!is_stdout(settings->output) && settings->stats &&
        strcmp(settings->output, settings->stats) == 0) {
        say("--output and --stats name the same file: %s", settings->output);
        return false;
    }
    if (is_stdout(settings->output) && settings->stats && is_stdout(settings->stats)) {
        say("rows and --stats both go to standard output: the stats are what comes last");
    }
    return check_result(settings->output) && check_result(settings->stats);
}

static struct trawl_hunt *prepare(const struct settings *settings, const struct plans *plans) {
    struct trawl_options options = settings->engine;
    const char *isa = getenv("TRAWL_ISA");
    if (!options.isa && isa && *isa) options.isa = isa;
    struct trawl_error error = {0};
    struct trawl_hunt *hunt = trawl_hunt_new_all(plans->plans, plans->count, &options, &error);
    if (!hunt) {
        say("%s", error.message);
        return NULL;
    }
    for (size_t i = 0; i < settings->path_count; i++) {
        if (trawl_hunt_add(hunt, settings->paths[i], &error) != TRAWL_OK) {
            say("%s", error.message);
            trawl_hunt_free(hunt);
            return NULL;
        }
    }
    bool folder = sections_in_folder(settings->output);
    bool free_to_write =
        folder ? check_files(settings, hunt, plans) : check_inputs(hunt, settings->output);
    if (!free_to_write || !check_inputs(hunt, settings->stats)) {
        trawl_hunt_free(hunt);
        return NULL;
    }
    return hunt;
}

/* ---- the hunt ----------------------------------------------------------------------------- */

static bool wants_progress(const struct settings *settings) {
    if (settings->progress != WHEN_AUTO) return settings->progress == WHEN_ALWAYS;
    return !settings->quiet && terminal_is(STDERR_FILENO);
}

/* Rows on a terminal and a progress line below them do not go together. */
static void stop_progress(void *context) {
    struct progress **progress = context;
    progress_stop(*progress);
    *progress = NULL;
}

static bool read_all(const struct settings *settings, struct trawl_hunt *hunt,
                     struct sections *sections, struct progress **progress) {
    struct trawl_error error = {0};
    signals_watch(hunt);
    if (wants_progress(settings)) *progress = progress_start(hunt);
    enum trawl_status status = trawl_hunt_run(hunt, sections_rows(sections), &error);
    stop_progress(progress);
    signals_unwatch();
    if (status == TRAWL_OK || status == TRAWL_CANCELLED) return true;
    say("%s", error.message);
    return false;
}

/* Folders without a file in them. A path that cannot be read is a fault, and another matter. */
static bool nothing_to_read(const struct settings *settings, const struct plans *plans,
                            const struct trawl_hunt *hunt) {
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    struct trawl_progress progress;
    trawl_hunt_progress(hunt, &progress);
    if (!any_reads(plans) || progress.files_total || summary->files_skipped || !summary->complete ||
        summary->fault_totals[TRAWL_FAULT_UNREAD])
        return false;
    if (settings->path_count == 1) {
        say("nothing to read in %s", settings->paths[0]);
    } else {
        say("nothing to read in %s and %zu more", settings->paths[0], settings->path_count - 1);
    }
    return true;
}

/* ---- the ledger --------------------------------------------------------------------------- */

/* False: said why. */
static bool finish(struct outfile *file) {
    if (outfile_commit(file) || file->error == EPIPE) return true;
    say_unwritable(file->name, file->error);
    return false;
}

/* [plans->count]; the caller frees it. NULL: out of memory. */
static struct hunt_told *tell(const struct settings *settings, const struct plans *plans,
                              const struct trawl_hunt *hunt) {
    struct hunt_told *told = calloc(plans->count, sizeof *told);
    for (size_t i = 0; told && i < plans->count; i++) {
        const struct plan_label *label = &plans->labels[i];
        told[i] = (struct hunt_told){.name = label->name,
                                     .severity = label->about.severity,
                                     .attack = label->about.attack,
                                     .title = label->about.title,
                                     .summary = trawl_hunt_summary_of(hunt, i),
                                     .tuning = settings->tuning,
                                     .query = trawl_plan_name(plans->plans[i])};
    }
    if (!told) say("out of memory");
    return told;
}

static bool write_stats(const struct settings *settings, const char *name,
                        const struct hunt_told *told, size_t count) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory && count == 1) stats_write(memory, name, told->summary, settings->tuning);
    if (memory && count > 1) stats_write_all(memory, told, count);
    if (!memory || fclose(memory) != 0) {
        free(text);
        say("--stats: out of memory");
        return false;
    }
    struct outfile file;
    bool written = outfile_open(&file, settings->stats);
    if (!written) say_unwritable(settings->stats, file.error);
    if (written) {
        outfile_write(&file, text, length);
        written = finish(&file);
    }
    free(text);
    return written;
}

static void say_fault(const char *before, const struct trawl_fault *fault) {
    char place[32] = "";
    if (fault->offset != UINT64_MAX)
        snprintf(place, sizeof place, "byte %" PRIu64 ": ", fault->offset);
    say("%s%s%s%s: %s%s", before, strcmp(fault->path, "-") == 0 ? "standard input" : fault->path,
        fault->member ? "!" : "", fault->member ? fault->member : "", place, fault->message);
}

static const struct trawl_fault *first_record_fault(const struct trawl_summary *summary) {
    for (size_t i = 0; i < summary->fault_count; i++) {
        const struct trawl_fault *fault = &summary->faults[i];
        if (fault->kind > TRAWL_FAULT_CHANGED && fault->kind < TRAWL_FAULT_NOTE) return fault;
    }
    return NULL;
}

/* What --quiet still says: why the exit status is not 0. */
static void say_errors(const struct trawl_summary *summary) {
    size_t said = 0, files = 0;
    for (size_t i = 0; i < summary->fault_count; i++) {
        const struct trawl_fault *fault = &summary->faults[i];
        if (fault->kind > TRAWL_FAULT_CHANGED || said == FAULTS_SAID) continue;
        said++;
        say_fault("", fault);
    }
    for (size_t kind = 0; kind <= TRAWL_FAULT_CHANGED; kind++) files += summary->fault_totals[kind];
    if (files > said) say("and %zu more not read whole", files - said);
    uint64_t bad = summary->malformed + summary->oversized + summary->repaired;
    if (bad) {
        say("records malformed: %" PRIu64 ", oversized: %" PRIu64 ", with invalid UTF-8: %" PRIu64,
            summary->malformed, summary->oversized, summary->repaired);
        const struct trawl_fault *first = first_record_fault(summary);
        if (first) say_fault("the first: ", first);
    }
    if (!summary->complete) say("interrupted: the rows are those found until then");
}

/* Whether a hunt before this one said the same of the field. */
static bool said_before(const struct hunt_told *told, size_t hunt, const struct trawl_drift *fall) {
    for (size_t i = 0; i < hunt; i++) {
        const struct trawl_summary *summary = told[i].summary;
        for (size_t d = 0; d < summary->drift_count; d++) {
            const struct trawl_drift *other = &summary->drifts[d];
            if (other->shape == fall->shape && other->from == fall->from && other->to == fall->to &&
                other->since == fall->since && strcmp(other->field, fall->field) == 0)
                return true;
        }
    }
    return false;
}

/* With --quiet and --strict-fields. */
static void say_drifts(const struct hunt_told *told, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct trawl_summary *summary = told[i].summary;
        for (size_t d = 0; d < summary->drift_count; d++) {
            if (said_before(told, i, &summary->drifts[d])) continue;
            fputs("trawl: ", stderr);
            drift_say(stderr, &summary->drifts[d]);
            fputc('\n', stderr);
        }
    }
}

static bool any_drift(const struct hunt_told *told, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (told[i].summary->drift_count) return true;
    return false;
}

static void write_ledger(const struct settings *settings, const char *name,
                         const struct hunt_told *told, size_t count) {
    bool color = terminal_color(STDERR_FILENO, settings->color);
    if (settings->quiet) {
        say_errors(told->summary);
        if (settings->strict_fields) say_drifts(told, count);
        return;
    }
    /* Said in one piece, so that nothing else comes between its lines. */
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (!memory) return;
    if (count == 1) ledger_write(memory, name, told->summary, settings->tuning, color);
    if (count > 1) ledger_write_all(memory, told, count, color);
    if (fclose(memory) == 0) {
        fwrite(text, 1, length, stderr);
        fflush(stderr);
    }
    free(text);
}

static bool all_whole(const struct trawl_summary *summary) {
    uint64_t faults = summary->malformed + summary->oversized + summary->repaired;
    for (size_t kind = 0; kind < TRAWL_FAULT_NOTE; kind++) faults += summary->fault_totals[kind];
    return faults == 0;
}

static enum exit_status hunt_and_write(const struct settings *settings, struct trawl_hunt *hunt,
                                       const struct plans *plans) {
    struct progress *progress = NULL;
    struct sections *sections = sections_open(settings, plans, stop_progress, &progress);
    if (!sections) return EXIT_FAILED;
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    if (!read_all(settings, hunt, sections, &progress) || nothing_to_read(settings, plans, hunt)) {
        sections_discard(sections);
        return EXIT_FAILED;
    }
    bool written = sections_finish(sections);
    const char *name = trawl_plan_name(plans->plans[0]);
    struct hunt_told *told = tell(settings, plans, hunt);
    if (told && settings->stats)
        written = write_stats(settings, name, told, plans->count) && written;
    if (told) write_ledger(settings, name, told, plans->count);
    bool drifts = told && settings->strict_fields && any_drift(told, plans->count);
    free(told);
    if (!written || !told) return EXIT_FAILED;
    if (!summary->complete) return EXIT_INTERRUPTED;
    return all_whole(summary) && !drifts ? EXIT_WHOLE : EXIT_NOT_WHOLE;
}

enum exit_status run_hunt(const struct settings *settings) {
    struct plans plans;
    if (!check_settings(settings) || !plans_compile(settings, &plans)) return EXIT_FAILED;
    enum exit_status status = EXIT_FAILED;
    struct trawl_hunt *hunt = check_paths(settings, &plans) ? prepare(settings, &plans) : NULL;
    if (hunt) status = hunt_and_write(settings, hunt, &plans);
    trawl_hunt_free(hunt);
    plans_free(&plans);
    return status;
}
