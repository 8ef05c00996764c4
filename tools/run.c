#include "tools/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/ledger.h"
#include "tools/outfile.h"
#include "tools/progress.h"
#include "tools/query.h"
#include "tools/say.h"
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
    if (is_stdout(name)) return true;
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

static bool check_paths(const struct settings *settings, const struct trawl_plan *plan) {
    if (settings->path_count || !trawl_plan_reads(plan)) return true;
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

static struct trawl_hunt *prepare(const struct settings *settings, const struct trawl_plan *plan) {
    struct trawl_options options = settings->engine;
    const char *isa = getenv("TRAWL_ISA");
    if (!options.isa && isa && *isa) options.isa = isa;
    struct trawl_error error = {0};
    struct trawl_hunt *hunt = trawl_hunt_new(plan, &options, &error);
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
    if (!check_inputs(hunt, settings->output) || !check_inputs(hunt, settings->stats)) {
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

/* Where the rows go while the archive is read. */
struct result {
    struct outfile file;
    bool shown;                /* on a terminal */
    struct progress *progress; /* NULL: none, or stopped */
    struct trawl_writer *writer;
};

/* Rows on a terminal and a progress line below them do not go together. */
static bool write_rows(void *context, const char *bytes, size_t length) {
    struct result *result = context;
    if (result->shown) {
        progress_stop(result->progress);
        result->progress = NULL;
    }
    return outfile_write(&result->file, bytes, length);
}

/* Rows are written to the file itself: there is nothing more to do to show them. */
static bool show_rows(void *context) {
    const struct result *result = context;
    return !result->file.error;
}

static bool open_result(struct outfile *file, const char *name) {
    if (outfile_open(file, name)) return true;
    say_unwritable(name, file->error);
    return false;
}

static bool begin_result(struct result *result, const struct settings *settings,
                         const struct trawl_plan *plan) {
    *result = (struct result){.shown = is_stdout(settings->output) && terminal_is(STDOUT_FILENO)};
    if (!open_result(&result->file, settings->output)) return false;
    enum trawl_format format = settings->format_given ? settings->format
                               : result->shown        ? TRAWL_TABLE
                                                      : TRAWL_NDJSON;
    struct trawl_sink sink = {
        .write = write_rows,
        .flush = is_stdout(settings->output) ? show_rows : NULL,
        .context = result,
        .width = result->shown ? terminal_width(STDOUT_FILENO) : 0,
        .color = is_stdout(settings->output) && terminal_color(STDOUT_FILENO, settings->color),
    };
    struct trawl_error error = {0};
    result->writer = trawl_writer_new(plan, format, &sink, &error);
    if (result->writer) return true;
    say("%s", error.message);
    outfile_discard(&result->file);
    return false;
}

/* False: said why. A reader that closed its pipe has what it wants: that is no failure. */
static bool finish(struct outfile *file, bool whole) {
    if (!whole && !file->error) {
        outfile_discard(file);
        return false;
    }
    if (outfile_commit(file) || file->error == EPIPE) return true;
    say_unwritable(file->name, file->error);
    return false;
}

static bool end_result(struct result *result) {
    struct trawl_error error = {0};
    bool whole = trawl_writer_finish(result->writer, &error) == TRAWL_OK;
    if (!whole && !result->file.error) say("%s", error.message);
    trawl_writer_free(result->writer);
    return finish(&result->file, whole);
}

static void discard_result(struct result *result) {
    trawl_writer_free(result->writer);
    outfile_discard(&result->file);
}

static bool read_all(const struct settings *settings, struct trawl_hunt *hunt,
                     struct result *result) {
    struct trawl_error error = {0};
    struct trawl_rows rows = trawl_writer_rows(result->writer);
    signals_watch(hunt);
    if (wants_progress(settings)) result->progress = progress_start(hunt);
    enum trawl_status status = trawl_hunt_run(hunt, &rows, &error);
    progress_stop(result->progress);
    result->progress = NULL;
    signals_unwatch();
    if (status == TRAWL_OK || status == TRAWL_CANCELLED) return true;
    say("%s", error.message);
    return false;
}

/* Folders without a file in them. A path that cannot be read is a fault, and another matter. */
static bool nothing_to_read(const struct settings *settings, const struct trawl_plan *plan,
                            const struct trawl_hunt *hunt) {
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    struct trawl_progress progress;
    trawl_hunt_progress(hunt, &progress);
    if (!trawl_plan_reads(plan) || progress.files_total || summary->files_skipped ||
        !summary->complete || summary->fault_totals[TRAWL_FAULT_UNREAD])
        return false;
    if (settings->path_count == 1) {
        say("nothing to read in %s", settings->paths[0]);
    } else {
        say("nothing to read in %s and %zu more", settings->paths[0], settings->path_count - 1);
    }
    return true;
}

/* ---- the ledger --------------------------------------------------------------------------- */

static bool write_stats(const struct settings *settings, const char *hunt,
                        const struct trawl_summary *summary) {
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory) stats_write(memory, hunt, summary);
    if (!memory || fclose(memory) != 0) {
        free(text);
        say("--stats: out of memory");
        return false;
    }
    struct outfile file;
    bool written = open_result(&file, settings->stats);
    if (written) {
        outfile_write(&file, text, length);
        written = finish(&file, true);
    }
    free(text);
    return written;
}

/* What --quiet still says: why the exit status is not 0. */
static void say_errors(const struct trawl_summary *summary) {
    size_t said = 0, files = 0;
    for (size_t i = 0; i < summary->fault_count; i++) {
        const struct trawl_fault *fault = &summary->faults[i];
        if (fault->kind > TRAWL_FAULT_CHANGED || said == FAULTS_SAID) continue;
        said++;
        say("%s%s%s: %s", fault->path, fault->member ? "!" : "", fault->member ? fault->member : "",
            fault->message);
    }
    for (size_t kind = 0; kind <= TRAWL_FAULT_CHANGED; kind++) files += summary->fault_totals[kind];
    if (files > said) say("and %zu more not read whole", files - said);
    uint64_t bad = summary->malformed + summary->oversized + summary->repaired;
    if (bad) {
        say("records malformed: %" PRIu64 ", oversized: %" PRIu64 ", with invalid UTF-8: %" PRIu64,
            summary->malformed, summary->oversized, summary->repaired);
    }
    if (!summary->complete) say("interrupted: the rows are those found until then");
}

static void write_ledger(const struct settings *settings, const char *hunt,
                         const struct trawl_summary *summary) {
    if (!settings->quiet) {
        /* Said in one piece, so that nothing else comes between its lines. */
        char *text = NULL;
        size_t length = 0;
        FILE *memory = open_memstream(&text, &length);
        if (!memory) return;
        ledger_write(memory, hunt, summary, terminal_color(STDERR_FILENO, settings->color));
        if (fclose(memory) == 0) {
            fwrite(text, 1, length, stderr);
            fflush(stderr);
        }
        free(text);
    } else {
        say_errors(summary);
    }
}

static bool all_whole(const struct trawl_summary *summary) {
    uint64_t faults = summary->malformed + summary->oversized + summary->repaired;
    for (size_t kind = 0; kind < TRAWL_FAULT_NOTE; kind++) faults += summary->fault_totals[kind];
    return faults == 0;
}

static enum exit_status hunt_and_write(const struct settings *settings, struct trawl_hunt *hunt,
                                       const struct trawl_plan *plan) {
    const char *name = trawl_plan_name(plan);
    struct result result;
    if (!begin_result(&result, settings, plan)) return EXIT_FAILED;
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    if (!read_all(settings, hunt, &result) || nothing_to_read(settings, plan, hunt)) {
        discard_result(&result);
        return EXIT_FAILED;
    }
    bool written = end_result(&result);
    if (settings->stats) written = write_stats(settings, name, summary) && written;
    write_ledger(settings, name, summary);
    if (!written) return EXIT_FAILED;
    if (!summary->complete) return EXIT_INTERRUPTED;
    return all_whole(summary) ? EXIT_WHOLE : EXIT_NOT_WHOLE;
}

enum exit_status run_hunt(const struct settings *settings) {
    if (!check_settings(settings)) return EXIT_FAILED;
    struct trawl_plan *plan = query_plan(settings);
    if (!plan) return EXIT_FAILED;
    enum exit_status status = EXIT_FAILED;
    struct trawl_hunt *hunt = check_paths(settings, plan) ? prepare(settings, plan) : NULL;
    if (hunt) status = hunt_and_write(settings, hunt, plan);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
    return status;
}
