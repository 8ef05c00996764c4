#include "tools/ledger.h"

#include <string.h>

#include "tools/doubts.h"
#include "tools/drift.h"
#include "tools/human.h"
#include "tools/paint.h"
#include "tools/tuning_told.h"

#define COUNT_WIDTH 15 /* 999,999,999,999 */
#define GAPS_SHOWN 10  /* of each shape and account */
#define HOUR_MS 3600000

static void heading(const struct paper *paper, const char *text) {
    fputc('\n', paper->to);
    paint_line(paper, PAINT_BOLD, "%s", text);
}

static void count_line(const struct paper *paper, uint64_t count, const char *indent,
                       const char *name) {
    fprintf(paper->to, "%*s  %s%s\n", COUNT_WIDTH, human_count(count).text, indent, name);
}

/* The same in a colour where the count is not 0. */
static void trouble_line(const struct paper *paper, uint64_t count, const char *indent,
                         const char *name) {
    if (count) paint_on(paper, PAINT_WARNING);
    fprintf(paper->to, "%*s  %s%s", COUNT_WIDTH, human_count(count).text, indent, name);
    if (count) paint_off(paper);
    fputc('\n', paper->to);
}

static void incomplete_line(const struct paper *paper, const struct trawl_summary *s) {
    if (!s->complete) {
        paint_line(paper, PAINT_ERROR,
                   "INCOMPLETE: interrupted, what follows is what was read "
                   "until then");
    }
}

static void result_line(const struct paper *paper, const char *hunt,
                        const struct trawl_summary *s) {
    struct human shown = human_count(s->shown), matched = human_count(s->matched);
    if (s->derived) {
        paint_line(paper, PAINT_BOLD, "%s: %s %s shown, made of %s that matched", hunt, shown.text,
                   s->shown == 1 ? "row" : "rows", matched.text);
    } else if (s->matched == 0) {
        paint_line(paper, PAINT_BOLD, "%s: no rows matched", hunt);
    } else {
        paint_line(paper, PAINT_BOLD, "%s: %s of %s %s shown", hunt, shown.text, matched.text,
                   s->matched == 1 ? "row" : "rows");
    }
}

static void notice_lines(const struct paper *paper, const struct trawl_summary *s) {
    for (size_t i = 0; i < s->notice_count; i++) {
        print_foreign(paper->to, s->notices[i]);
        fputc('\n', paper->to);
    }
}

static void read_lines(const struct paper *paper, const struct trawl_summary *s) {
    heading(paper, "Read");
    count_line(paper, s->files, "", s->files == 1 ? "file" : "files");
    if (s->files_whole != s->files) {
        trouble_line(paper, s->files - s->files_whole, "  ", "not read whole");
    }
    fprintf(paper->to, "%*s  stored\n", COUNT_WIDTH, human_bytes((double)s->bytes_read).text);
    fprintf(paper->to, "%*s  of text", COUNT_WIDTH, human_bytes((double)s->text_bytes).text);
    if (s->bytes_read) {
        fprintf(paper->to, ", %s", human_ratio((double)s->text_bytes / (double)s->bytes_read).text);
    }
    fprintf(paper->to, "\n%*s ", COUNT_WIDTH, human_time(s->seconds).text);
    if (s->seconds > 0) {
        fprintf(paper->to, " %s/s of text", human_bytes((double)s->text_bytes / s->seconds).text);
    }
    fputc('\n', paper->to);
    if (s->spilled) {
        fprintf(paper->to, "%*s  written to temporary files\n", COUNT_WIDTH,
                human_bytes((double)s->spilled).text);
    }
    if (s->padding_bytes) count_line(paper, s->padding_bytes, "", "NUL bytes between records");
}

static void range_lines(const struct paper *paper, const struct trawl_summary *s) {
    if (!s->since && !s->until) return;
    heading(paper, "Time range");
    if (s->since)
        fprintf(paper->to, "%*s  %s\n", COUNT_WIDTH, "from", human_instant(s->since).text);
    if (s->until)
        fprintf(paper->to, "%*s  %s\n", COUNT_WIDTH, "until", human_instant(s->until).text);
    count_line(paper, s->files_skipped, "",
               s->files_skipped == 1 ? "file not read: delivered at another time, by its path"
                                     : "files not read: delivered at another time, by their paths");
    if (s->undated)
        trouble_line(paper, s->undated, "",
                     s->undated == 1 ? "record without a readable time, hunted all the same"
                                     : "records without a readable time, hunted all the same");
}

/* What makes a part of the whole, or all of it: to a list of such. */
static void list_part(char *list, size_t size, uint64_t part, uint64_t whole, const char *what) {
    size_t length = strlen(list);
    const char *between = length > 0 ? ", " : "";
    if (part == whole)
        snprintf(list, size, "%s", what);
    else if (part > 0)
        snprintf(list + length, size - length, "%s%s %s", between, human_count(part).text, what);
}

/* How records were read. Nothing where none could be but parsed. */
static void fast_path_lines(const struct paper *paper, const struct trawl_summary *s) {
    uint64_t parsed = s->fast_declined + s->fast_paused + s->fast_never;
    char why[200] = "";
    if (s->fast_read == 0) return;
    count_line(paper, s->fast_read, "", "of these read without parsing");
    if (parsed == 0) return;
    list_part(why, sizeof why, s->fast_declined, parsed, "unlike those before");
    list_part(why, sizeof why, s->fast_paused, parsed, "not tried after many of these");
    list_part(why, sizeof why, s->fast_never, parsed, "in tables");
    fprintf(paper->to, "%*s  parsed: %s\n", COUNT_WIDTH, human_count(parsed).text, why);
}

static void record_lines(const struct paper *paper, const struct trawl_summary *s) {
    heading(paper, "Records");
    count_line(paper, s->records, "", "read, which are");
    count_line(paper, s->hunted, "  ", "hunted");
    trouble_line(paper, s->malformed, "  ", "malformed");
    trouble_line(paper, s->oversized, "  ", "oversized");
    trouble_line(paper, s->unrecognised, "  ", "not recognised");
    fast_path_lines(paper, s);
    if (s->repaired) trouble_line(paper, s->repaired, "", "of the hunted held invalid UTF-8");
    bool any = false;
    for (size_t i = 0; i < s->shape_count; i++) any = any || s->shapes[i].records;
    if (!any) return;
    heading(paper, "By shape");
    for (size_t i = 0; i < s->shape_count; i++) {
        if (s->shapes[i].records) count_line(paper, s->shapes[i].records, "", s->shapes[i].name);
    }
}

static void count_lines(const struct paper *paper, const char *title,
                        const struct trawl_count *items, size_t count, const char *before) {
    if (count == 0) return;
    heading(paper, title);
    for (size_t i = 0; i < count; i++) count_line(paper, items[i].count, before, items[i].name);
}

/* 2026-03-07T14, of an instant. */
static void put_hour(FILE *to, int64_t ms) {
    fprintf(to, "%.13s", human_instant(ms).text);
}

static void gap_lines(const struct paper *paper, const struct trawl_hours *hours) {
    for (size_t i = 0; i < hours->gap_count && i < GAPS_SHOWN; i++) {
        const struct trawl_gap *gap = &hours->gaps[i];
        uint64_t length = (uint64_t)(gap->until - gap->since) / HOUR_MS;
        fprintf(paper->to, "%*s  ", COUNT_WIDTH, human_count(length).text);
        put_hour(paper->to, gap->since);
        if (length > 1) {
            fputs(" to ", paper->to);
            put_hour(paper->to, gap->until - HOUR_MS);
        }
        fputc('\n', paper->to);
    }
    if (hours->gap_count > GAPS_SHOWN)
        fprintf(paper->to, "%*s  and %s more: see --stats\n", COUNT_WIDTH, "",
                human_count(hours->gap_count - GAPS_SHOWN).text);
}

static void hour_lines(const struct paper *paper, const struct trawl_summary *s) {
    if (!s->gaps) return;
    heading(paper, "Hours without records (UTC)");
    if (!s->complete || s->files_whole != s->files)
        paint_line(paper, PAINT_WARNING, "  of what was read: not all files were read whole");
    if (s->hour_count == 0) fputs("  no records\n", paper->to);
    for (size_t i = 0; i < s->hour_count; i++) {
        const struct trawl_hours *hours = &s->hours[i];
        uint64_t all = (uint64_t)(hours->until - hours->since) / HOUR_MS;
        fprintf(paper->to, "  %s", hours->shape);
        if (hours->merged) fputs(", all of more accounts than are told apart", paper->to);
        if (hours->account) {
            fputs(", ", paper->to);
            print_foreign(paper->to, hours->account);
        }
        if (all) {
            fprintf(paper->to, ": %s of %s from ", human_count(all - hours->hours).text,
                    human_count(all).text);
            put_hour(paper->to, hours->since);
            fputs(" to ", paper->to);
            put_hour(paper->to, hours->until - HOUR_MS);
        } else {
            fputs(": no record with a readable time", paper->to);
        }
        if (all && hours->undated)
            fprintf(paper->to, ", and %s without a readable time",
                    human_count(hours->undated).text);
        fputc('\n', paper->to);
        gap_lines(paper, hours);
    }
}

/* What was read, for all hunts. */
static void run_lines(const struct paper *paper, const struct trawl_summary *s) {
    read_lines(paper, s);
    range_lines(paper, s);
    record_lines(paper, s);
}

/* What one hunt kept of it. */
static void hunt_lines(const struct paper *paper, const struct trawl_summary *s) {
    count_lines(paper, "Kept by step", s->steps, s->step_count, "");
    if (s->matched) {
        count_lines(paper, "Rows per flag", s->flags, s->flag_count, "");
        count_lines(paper, "Rows per score", s->scores, s->score_count, "score ");
    }
}

/* How near the run came to what the files can be unpacked at. */
static void share_line(const struct paper *paper, const struct trawl_summary *s) {
    if (s->unpack_share <= 0) return;
    fprintf(paper->to, "\nHunted %s of text at %.0f %% of pure %s\n",
            human_bytes((double)s->text_bytes).text, 100 * s->unpack_share,
            s->text_bytes > s->bytes_read ? "decompression" : "reading");
}

void ledger_write(FILE *to, const char *hunt, const struct trawl_summary *summary,
                  const struct tuning *tuning, bool color) {
    const struct paper paper = {to, color};
    incomplete_line(&paper, summary);
    result_line(&paper, hunt, summary);
    notice_lines(&paper, summary);
    run_lines(&paper, summary);
    hunt_lines(&paper, summary);
    tuning_write(&paper, tuning, hunt, summary);
    hour_lines(&paper, summary);
    drift_days(&paper, summary);
    doubts_write(&paper, summary);
    share_line(&paper, summary);
}

/* The hunt's name, how bad it would be, and what it looks for. */
static void title_line(const struct paper *paper, const struct hunt_told *hunt) {
    const char *const parts[] = {hunt->severity, hunt->attack, hunt->title};
    fputc('\n', paper->to);
    paint_on(paper, PAINT_BOLD);
    fputs("== ", paper->to);
    print_foreign(paper->to, hunt->name);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!*parts[i]) continue;
        fputs(", ", paper->to);
        print_foreign(paper->to, parts[i]);
    }
    paint_off(paper);
    fputc('\n', paper->to);
}

void ledger_write_all(FILE *to, const struct hunt_told *hunts, size_t count, bool color) {
    const struct paper paper = {to, color};
    const struct trawl_summary *run = hunts[0].summary;
    incomplete_line(&paper, run);
    for (size_t i = 0; i < count; i++) result_line(&paper, hunts[i].name, hunts[i].summary);
    run_lines(&paper, run);
    hour_lines(&paper, run);
    doubts_of_run(&paper, run);
    for (size_t i = 0; i < count; i++) {
        title_line(&paper, &hunts[i]);
        notice_lines(&paper, hunts[i].summary);
        hunt_lines(&paper, hunts[i].summary);
        tuning_write(&paper, hunts[i].tuning, hunts[i].query, hunts[i].summary);
        drift_days(&paper, hunts[i].summary);
        doubts_of_hunt(&paper, hunts[i].summary);
    }
    share_line(&paper, run);
}
