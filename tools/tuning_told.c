#include "tools/tuning_told.h"

#include <inttypes.h>
#include <string.h>

#include "tools/human.h"

#define COUNT_WIDTH 15 /* as in the ledger */

/* What the run counted for the entry; NULL: it was not in force. */
static const struct trawl_tuned *counted(const struct trawl_summary *s,
                                         const struct tune_entry *entry) {
    for (size_t i = 0; i < s->tuned_count; i++)
        if (strcmp(s->tuned[i].name, entry->tuning.name) == 0) return &s->tuned[i];
    return NULL;
}

static bool changes(const struct tune_entry *entry) {
    return entry->tuning.act != TRAWL_EXCLUDE;
}

/* Rows that an entry changed are counted of the answer only. */
static bool never_applied(const struct tuning *tuning, const struct tune_entry *entry,
                          const struct trawl_tuned *tuned) {
    return tuned && !tuned->idle && !tuned->suppressed && !tuned->changed &&
           !(tuning->listing && changes(entry));
}

/* "2 rows suppressed and 5 changed by NAME: REASON" */
static void count_line(const struct paper *paper, const struct tuning *tuning,
                       const struct trawl_tuned *tuned) {
    const char *taken = tuned->records ? "left out" : "suppressed";
    const char *first = tuned->suppressed ? taken : "changed";
    uint64_t count = tuned->suppressed ? tuned->suppressed : tuned->changed;
    if (!count) return;
    fprintf(paper->to, "%*s  %s%s %s", COUNT_WIDTH, human_count(count).text,
            tuned->records ? "record" : "row", count == 1 ? "" : "s", first);
    if (tuned->suppressed && tuned->changed)
        fprintf(paper->to, " and %s changed", human_count(tuned->changed).text);
    fputs(" by ", paper->to);
    print_foreign(paper->to, tuned->name);
    if (tuned->records) fputs(" before rows are gathered", paper->to);
    if (tuned->records && tuning->listing) fputs(", not shown", paper->to);
    fputs(": ", paper->to);
    print_foreign(paper->to, tuned->reason);
    fputc('\n', paper->to);
}

typedef bool telling(const struct tuning *tuning, const struct tune_entry *entry, const char *query,
                     const struct trawl_summary *s);

static bool is_expired(const struct tuning *tuning, const struct tune_entry *entry,
                       const char *query, const struct trawl_summary *s) {
    (void)s;
    return tuning_state(tuning, entry, query) == TUNING_EXPIRED;
}

static bool is_unused(const struct tuning *tuning, const struct tune_entry *entry,
                      const char *query, const struct trawl_summary *s) {
    (void)query;
    const struct trawl_tuned *tuned = counted(s, entry);
    return s->records && never_applied(tuning, entry, tuned) && !tuned->absent;
}

/* Meant for every hunt, of which this one gives it nothing to act on: a flag that it does not set.
 */
static bool is_idle(const struct tuning *tuning, const struct tune_entry *entry, const char *query,
                    const struct trawl_summary *s) {
    (void)tuning, (void)query;
    const struct trawl_tuned *tuned = counted(s, entry);
    return tuned && tuned->idle && !entry->hunt_count;
}

/* Names of the entries of which it is so, on one line. */
static void name_line(const struct paper *paper, const struct tuning *tuning, const char *query,
                      const struct trawl_summary *s, const char *what, telling *is_so) {
    const char *before = what;
    for (size_t f = 0; f < tuning->count; f++) {
        for (size_t i = 0; i < tuning->files[f].count; i++) {
            const struct tune_entry *entry = &tuning->files[f].entries[i];
            if (!is_so(tuning, entry, query, s)) continue;
            fprintf(paper->to, "%s", before);
            print_foreign(paper->to, entry->tuning.name);
            if (is_so == is_expired) fprintf(paper->to, " (%s)", entry->expires);
            if (is_so == is_idle) {
                fputs(" (", paper->to);
                print_foreign(paper->to, counted(s, entry)->idle);
                fputc(')', paper->to);
            }
            before = ", ";
        }
    }
    if (before != what) fputc('\n', paper->to);
}

/* An entry that names the hunt and cannot act on it, or asks for a field that nothing has, is a
 * slip. */
static void doubt_line(const struct paper *paper, const struct tune_entry *entry,
                       const struct trawl_tuned *tuned) {
    bool slip = tuned->idle && entry->hunt_count;
    if (!slip && (!tuned->absent || tuned->suppressed || tuned->changed)) return;
    paint_on(paper, PAINT_WARNING);
    fputs("  ", paper->to);
    print_foreign(paper->to, tuned->name);
    fputs(slip ? " cannot act: " : ": no record has ", paper->to);
    print_foreign(paper->to, slip ? tuned->idle : tuned->absent);
    if (!slip && tuned->nearest) {
        fputs("; did you mean ", paper->to);
        print_foreign(paper->to, tuned->nearest);
        fputc('?', paper->to);
    }
    paint_off(paper);
    fputc('\n', paper->to);
}

void tuning_write(const struct paper *paper, const struct tuning *tuning, const char *query,
                  const struct trawl_summary *s) {
    if (!tuning || !tuning->count) return;
    fputc('\n', paper->to);
    paint_on(paper, PAINT_BOLD);
    for (size_t f = 0; f < tuning->count; f++) {
        fputs(f ? ", " : "Tuning by ", paper->to);
        print_foreign(paper->to, tuning->files[f].path);
    }
    paint_off(paper);
    fputc('\n', paper->to);
    bool any = false;
    for (size_t i = 0; i < s->tuned_count; i++) {
        const struct trawl_tuned *tuned = &s->tuned[i];
        count_line(paper, tuning, tuned);
        any = any || tuned->suppressed || tuned->changed;
    }
    if (!any) fputs("  nothing was suppressed or changed\n", paper->to);
    name_line(paper, tuning, query, s, "  never applied: ", is_unused);
    name_line(paper, tuning, query, s, "  cannot act on this hunt: ", is_idle);
    name_line(paper, tuning, query, s, "  expired, not in force: ", is_expired);
    for (size_t i = 0; s->records && i < s->tuned_count; i++)
        doubt_line(paper, tuning_find(tuning, s->tuned[i].name, NULL), &s->tuned[i]);
}

/* ---- --stats ------------------------------------------------------------------------------ */

static const char *state_name(const struct tuning *tuning, const struct tune_entry *entry,
                              const char *query, const struct trawl_tuned *tuned) {
    switch (tuning_state(tuning, entry, query)) {
        case TUNING_EXPIRED:
            return "expired";
        case TUNING_ELSEWHERE:
            return "other hunts";
        case TUNING_IN_FORCE:
            break;
    }
    if (tuned && tuned->idle) return "cannot act";
    return never_applied(tuning, entry, tuned) ? "never applied" : "applied";
}

static void put_entry(struct json_put *json, const struct tuning *tuning,
                      const struct tune_file *file, const struct tune_entry *entry,
                      const char *query, const struct trawl_summary *s) {
    const struct trawl_tuned *tuned = counted(s, entry);
    json_put_open(json, NULL, '{');
    json_put_text(json, "name", entry->tuning.name);
    json_put_text(json, "reason", entry->tuning.reason);
    json_put_text(json, "file", file->path);
    json_put_count(json, "line", entry->line);
    json_put_text(json, "expires", entry->expires);
    json_put_text(json, "state", state_name(tuning, entry, query, tuned));
    if (tuned) {
        json_put_text(json, "why", tuned->idle);
        json_put_text(json, "field_without_records", tuned->absent);
        json_put_text(json, "counted", tuned->records ? "records" : "rows");
        json_put_count(json, "suppressed", tuned->suppressed);
        if (!tuning->listing) json_put_count(json, "changed", tuned->changed);
    }
    json_put_close(json, '}');
}

void tuning_put(struct json_put *json, const struct tuning *tuning, const char *query,
                const struct trawl_summary *s) {
    if (!tuning || !tuning->count) return;
    json_put_open(json, "tuning", '[');
    for (size_t f = 0; f < tuning->count; f++)
        for (size_t i = 0; i < tuning->files[f].count; i++)
            put_entry(json, tuning, &tuning->files[f], &tuning->files[f].entries[i], query, s);
    json_put_close(json, ']');
}
