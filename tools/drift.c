#include "tools/drift.h"

#include <string.h>

#include "tools/human.h"

#define SHOWN 20 /* falls, and unlisted values; --stats has all */
/* Days whose shares differ by no more points are one line; of few records the share may differ by
 * more. */
#define SPREAD 5
#define SPREAD_OF_FEW 50
#define RECORDS_LEAST 30
/* Forms of less than so many percent of the records with the field are left out. */
#define FORM_LEAST 5
#define DAY_MS 86400000

static const char *records_word(uint64_t count) {
    return count == 1 ? "record" : "records";
}

/* "2026-03-14 10:00:00" */
static void put_time(FILE *to, int64_t ms) {
    struct human instant = human_instant(ms);
    fprintf(to, "%.10s %.8s", instant.text, instant.text + 11);
}

/* ---- falls ------------------------------------------------------------------------------------
 */

static void say_names(FILE *to, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " and ", names[i]);
}

void drift_say(FILE *to, const struct trawl_drift *drift) {
    print_foreign(to, drift->field);
    if (drift->to)
        fprintf(to, " changes from %s to %s", drift->from, drift->to);
    else
        fputs(" stops", to);
    fputs(" on ", to);
    put_time(to, drift->since);
    fprintf(to, " in %s: %s of %s %s before, %s of %s from there on", drift->shape,
            human_share(drift->before, drift->records_before).text,
            human_count(drift->records_before).text, records_word(drift->records_before),
            human_share(drift->behind, drift->records_behind).text,
            human_count(drift->records_behind).text);
    if (drift->until) {
        fputs(" until ", to);
        put_time(to, drift->until);
    }
    fputs(" (first: ", to);
    print_foreign(to, strcmp(drift->path, "-") == 0 ? "standard input" : drift->path);
    fputc(')', to);
}

static void fall_lines(struct section *section, const struct trawl_summary *s) {
    for (size_t i = 0; i < s->drift_count && i < SHOWN; i++) {
        const struct trawl_drift *drift = &s->drifts[i];
        FILE *to = section_line(section);
        drift_say(to, drift);
        if (drift->blind_count) {
            fputs("; without it, no record can match ", to);
            say_names(to, drift->blind, drift->blind_count);
        }
        fputc('\n', to);
    }
    if (s->drift_count > SHOWN)
        fprintf(section_line(section), "and %s more fields that stop or change: see --stats\n",
                human_count(s->drift_count - SHOWN).text);
}

/* ---- values -----------------------------------------------------------------------------------
 */

static void unlisted_line(FILE *to, const struct trawl_unlisted *item) {
    print_foreign(to, item->field);
    if (!item->value) {
        fputs(" has more values that are in no list\n", to);
        return;
    }
    fputs(" has a value that is in no list: ", to);
    print_foreign(to, item->value);
    fprintf(to, ", in %s %s (first: ", human_count(item->records).text,
            records_word(item->records));
    print_foreign(to, strcmp(item->path, "-") == 0 ? "standard input" : item->path);
    fputs(")\n", to);
}

static void unlisted_lines(struct section *section, const struct trawl_summary *s) {
    for (size_t i = 0; i < s->unlisted_count && i < SHOWN; i++)
        unlisted_line(section_line(section), &s->unlisted[i]);
    if (s->unlisted_count > SHOWN)
        fprintf(section_line(section), "and %s more such value%s: see --stats\n",
                human_count(s->unlisted_count - SHOWN).text,
                s->unlisted_count - SHOWN == 1 ? "" : "s");
}

void drift_warnings(struct section *section, const struct trawl_summary *summary) {
    fall_lines(section, summary);
    unlisted_lines(section, summary);
}

/* ---- days -------------------------------------------------------------------------------------
 */

/* Days of one shape that follow each other and are alike in a field. */
struct span {
    size_t first, last;
    double least, most; /* percent, of days with records enough; least > most: there is none */
    uint64_t records, present;
    char forms[256]; /* of the first such day */
};

static double percent(const struct trawl_day *day, size_t field) {
    return 100 * (double)day->fields[field].present / (double)day->records;
}

static void write_forms(const struct trawl_field_day *day, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < day->form_count; i++) {
        if (day->forms[i].count * 100 < day->present * FORM_LEAST) continue;
        int more =
            snprintf(text + used, size - used, "%s%s", used ? " or " : "", day->forms[i].name);
        if (more < 0 || (size_t)more >= size - used) return;
        used += (size_t)more;
    }
}

static bool same_form(const struct span *span, const struct trawl_field_day *day) {
    char forms[sizeof span->forms];
    write_forms(day, forms, sizeof forms);
    return !day->present || !span->present || strcmp(forms, span->forms) == 0;
}

/* Whether the day's share is near those of the span. */
static bool same_share(const struct span *span, const struct trawl_day *day, size_t field) {
    double share = percent(day, field);
    if (day->records < RECORDS_LEAST || span->least > span->most) {
        double usual = 100 * (double)span->present / (double)span->records;
        return share >= usual - SPREAD_OF_FEW && share <= usual + SPREAD_OF_FEW;
    }
    return share >= span->most - SPREAD && share <= span->least + SPREAD;
}

/* Takes the day into the span, or says that it does not belong there. */
static bool join(struct span *span, const struct trawl_day *day, size_t field) {
    double share = percent(day, field);
    if (span->records && !(same_share(span, day, field) && same_form(span, &day->fields[field])))
        return false;
    if (day->records >= RECORDS_LEAST) {
        if (share < span->least) span->least = share;
        if (share > span->most) span->most = share;
    }
    if (!span->present) write_forms(&day->fields[field], span->forms, sizeof span->forms);
    span->records += day->records;
    span->present += day->fields[field].present;
    return true;
}

static void put_date(FILE *to, int64_t ms) {
    fprintf(to, "%.10s", human_instant(ms).text);
}

static void span_line(FILE *to, const struct trawl_summary *s, const struct span *span) {
    int64_t since = s->days[span->first].since, until = s->days[span->last].until - DAY_MS;
    fprintf(to, "%12s  ", human_share(span->present, span->records).text);
    put_date(to, since);
    if (until > since) {
        fputs(" to ", to);
        put_date(to, until);
    } else {
        fputs("              ", to);
    }
    fprintf(to, "  of %s %s%s%s\n", human_count(span->records).text, records_word(span->records),
            span->present ? ": " : "", span->present ? span->forms : "");
}

static void field_lines(FILE *to, const struct trawl_summary *s, size_t first, size_t end,
                        size_t field) {
    fputs("    ", to);
    print_foreign(to, s->fields[field].name);
    fputc('\n', to);
    struct span span = {.first = first, .least = 101, .most = -1};
    for (size_t i = first; i < end; i++) {
        if (join(&span, &s->days[i], field)) {
            span.last = i;
            continue;
        }
        span_line(to, s, &span);
        span = (struct span){.first = i, .last = i, .least = 101, .most = -1};
        join(&span, &s->days[i], field);
    }
    span_line(to, s, &span);
}

void drift_days(const struct paper *paper, const struct trawl_summary *s) {
    if (!s->drift) return;
    fputc('\n', paper->to);
    paint_line(paper, PAINT_BOLD, "Fields by day (UTC)");
    if (s->day_count == 0) fputs("  no records with a readable time\n", paper->to);
    for (size_t i = 0, end; i < s->day_count; i = end) {
        for (end = i; end < s->day_count && s->days[end].shape == s->days[i].shape;) end++;
        fprintf(paper->to, "  %s: records on %s %s\n", s->days[i].shape, human_count(end - i).text,
                end - i == 1 ? "day" : "days");
        for (size_t f = 0; f < s->field_count; f++) field_lines(paper->to, s, i, end, f);
    }
}
