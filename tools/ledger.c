#include "tools/ledger.h"

#include "tools/doubts.h"
#include "tools/human.h"
#include "tools/paint.h"

#define COUNT_WIDTH 15 /* 999,999,999,999 */

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

static void result_line(const struct paper *paper, const char *hunt,
                        const struct trawl_summary *s) {
    if (!s->complete) {
        paint_line(paper, PAINT_ERROR,
                   "INCOMPLETE: interrupted, what follows is what was read "
                   "until then");
    }
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

static void record_lines(const struct paper *paper, const struct trawl_summary *s) {
    heading(paper, "Records");
    count_line(paper, s->records, "", "read, which are");
    count_line(paper, s->hunted, "  ", "hunted");
    trouble_line(paper, s->malformed, "  ", "malformed");
    trouble_line(paper, s->oversized, "  ", "oversized");
    trouble_line(paper, s->unrecognised, "  ", "not recognised");
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

void ledger_write(FILE *to, const char *hunt, const struct trawl_summary *summary, bool color) {
    const struct paper paper = {to, color};
    result_line(&paper, hunt, summary);
    read_lines(&paper, summary);
    record_lines(&paper, summary);
    count_lines(&paper, "Kept by step", summary->steps, summary->step_count, "");
    if (summary->matched) {
        count_lines(&paper, "Rows per flag", summary->flags, summary->flag_count, "");
        count_lines(&paper, "Rows per score", summary->scores, summary->score_count, "score ");
    }
    doubts_write(&paper, summary);
}
