#include "tools/doubts.h"

#include <inttypes.h>
#include <string.h>

#include "tools/drift.h"
#include "tools/human.h"
#include "tools/section.h"
#include "tools/stats.h"

/* A field in fewer records of a shape than one in so many is called rare. */
#define RARE 100
/* Shapes of fewer records prove nothing. */
#define RARE_LEAST 1000

static const char *records_word(uint64_t count) {
    return count == 1 ? "record" : "records";
}

/* ---- flags that could not be evaluated ---------------------------------------------------- */

static bool same_group(const struct trawl_unevaluated *a, const struct trawl_unevaluated *b) {
    return a->records == b->records && strcmp(a->shape, b->shape) == 0;
}

/* One line for all flags of a shape: "a, b and c could not be evaluated on 7 records of X". */
static void unevaluated(struct section *section, const struct trawl_summary *s) {
    const struct trawl_unevaluated *items = s->unevaluated;
    for (size_t i = 0; i < s->unevaluated_count; i++) {
        bool told = false;
        for (size_t j = 0; j < i && !told; j++) told = same_group(&items[i], &items[j]);
        if (told || items[i].records == 0) continue;
        size_t left = 0;
        for (size_t j = i; j < s->unevaluated_count; j++) left += same_group(&items[i], &items[j]);
        FILE *to = section_line(section);
        for (size_t j = i; j < s->unevaluated_count; j++) {
            if (!same_group(&items[i], &items[j])) continue;
            left--;
            fprintf(to, "%s%s", items[j].flag, left > 1 ? ", " : left ? " and " : "");
        }
        fprintf(to, " could not be evaluated on %s %s of %s\n", human_count(items[i].records).text,
                records_word(items[i].records), items[i].shape);
    }
}

/* ---- fields that drift -------------------------------------------------------------------- */

static const char *nearest_of(const struct trawl_summary *s, size_t field) {
    return s->nearest ? s->nearest[field] : NULL;
}

/* A field that may have been mistyped has a line of its own, the others share one. */
static void never_occurred(struct section *section, const struct trawl_summary *s) {
    const char *before = "fields that never occurred: ";
    FILE *to = NULL;
    if (s->hunted + s->unrecognised == 0) return;
    for (size_t i = 0; i < s->field_count; i++) {
        if (s->fields[i].count || nearest_of(s, i)) continue;
        if (!to) to = section_line(section);
        fputs(before, to);
        print_foreign(to, s->fields[i].name);
        before = ", ";
    }
    if (to) fputc('\n', to);
    for (size_t i = 0; i < s->field_count; i++) {
        if (s->fields[i].count || !nearest_of(s, i)) continue;
        to = section_line(section);
        fputc('`', to);
        print_foreign(to, s->fields[i].name);
        fputs("` occurred in no record; did you mean `", to);
        print_foreign(to, nearest_of(s, i));
        fputs("`?\n", to);
    }
}

/* Fields that a shape should have and no record of it has. A field that is nowhere at all is told
 * of by never_occurred. */
static void absent_in_a_shape(struct section *section, const struct trawl_summary *s,
                              const struct trawl_shape *shape) {
    FILE *to = NULL;
    for (size_t f = 0; f < s->field_count; f++) {
        if (shape->present[f] || !s->fields[f].count || !shape->expected || !shape->expected[f])
            continue;
        if (to) {
            fprintf(to, ", %s", s->fields[f].name);
            continue;
        }
        to = section_line(section);
        fprintf(to, "in none of %s %s of %s: %s", human_count(shape->records).text,
                records_word(shape->records), shape->name, s->fields[f].name);
    }
    if (to) fputc('\n', to);
}

static void rare_in_a_shape(struct section *section, const struct trawl_summary *s,
                            const struct trawl_shape *shape) {
    if (shape->records < RARE_LEAST) return;
    for (size_t f = 0; f < s->field_count; f++) {
        uint64_t count = shape->present[f];
        if (count == 0 || count >= shape->records / RARE) continue;
        fprintf(section_line(section), "%s is in only %s of %s records of %s\n", s->fields[f].name,
                human_count(count).text, human_count(shape->records).text, shape->name);
    }
}

/* What has no time is in no series of hours: whether its fields stop cannot be told. */
static void undated_in_a_shape(struct section *section, const struct trawl_shape *shape) {
    if (!shape->undated || shape->undated < shape->records / RARE) return;
    fprintf(section_line(section),
            "%s of %s %s of %s %s no readable time: whether their fields stop is not told\n",
            human_count(shape->undated).text, human_count(shape->records).text,
            records_word(shape->records), shape->name, shape->undated == 1 ? "has" : "have");
}

static void missing_by_shape(struct section *section, const struct trawl_summary *s) {
    for (size_t i = 0; i < s->shape_count; i++) {
        if (!s->shapes[i].present) continue;
        absent_in_a_shape(section, s, &s->shapes[i]);
        rare_in_a_shape(section, s, &s->shapes[i]);
        undated_in_a_shape(section, &s->shapes[i]);
    }
}

/* A list without elements says nothing of how elements are written. */
static bool is_encoding(const struct trawl_encoding *encoding) {
    return encoding->records && strcmp(encoding->encoding, "null") != 0 &&
           strcmp(encoding->encoding, "absent") != 0 && strcmp(encoding->encoding, "empty") != 0;
}

static void encodings(struct section *section, const struct trawl_summary *s) {
    const struct trawl_encoding *items = s->encodings;
    for (size_t i = 0; i < s->encoding_count; i++) {
        size_t kinds = 0;
        bool first = is_encoding(&items[i]);
        for (size_t j = 0; j < s->encoding_count && first; j++) {
            if (!is_encoding(&items[j]) || strcmp(items[i].field, items[j].field) != 0) continue;
            first = j >= i; /* otherwise told already */
            kinds++;
        }
        if (!first || kinds < 2) continue;
        FILE *to = section_line(section);
        fprintf(to, "%s changes its encoding:", items[i].field);
        for (size_t j = i; j < s->encoding_count; j++) {
            if (!is_encoding(&items[j]) || strcmp(items[i].field, items[j].field) != 0) continue;
            fprintf(to, "%s %s %s%s", j > i ? "," : "", human_count(items[j].records).text,
                    j > i                   ? ""
                    : items[j].records == 1 ? "record "
                                            : "records ",
                    items[j].encoding);
        }
        fputc('\n', to);
    }
}

static void drift(struct section *section, const struct trawl_summary *s) {
    drift_warnings(section, s);
    unevaluated(section, s);
    never_occurred(section, s);
    missing_by_shape(section, s);
    encodings(section, s);
    if (s->untimed) {
        fprintf(section_line(section), "%s matched %s without a readable time: ranked as oldest\n",
                human_count(s->untimed).text, s->untimed == 1 ? "row is" : "rows are");
    }
}

/* ---- faults ------------------------------------------------------------------------------- */

static void fault_line(struct section *section, const struct trawl_fault *fault) {
    FILE *to = section_line(section);
    print_foreign(to, strcmp(fault->path, "-") == 0 ? "standard input" : fault->path);
    if (fault->member) {
        fputc('!', to);
        print_foreign(to, fault->member);
    }
    if (fault->offset != UINT64_MAX) fprintf(to, ": byte %" PRIu64, fault->offset);
    fputs(": ", to);
    print_foreign(to, fault->message);
    fputc('\n', to);
}

/* The faults of kinds `from` to `last`; then how many there are besides those listed. */
static void fault_section(const struct paper *paper, const struct trawl_summary *s,
                          const char *heading, const char *paint, enum trawl_fault_kind from,
                          enum trawl_fault_kind last) {
    struct section section = {paper, heading, paint, false};
    uint64_t total = 0, listed = 0;
    for (enum trawl_fault_kind kind = from; kind <= last; kind++) total += s->fault_totals[kind];
    for (size_t i = 0; i < s->fault_count && listed < DOUBTS_FAULTS; i++) {
        if (s->faults[i].kind < from || s->faults[i].kind > last) continue;
        fault_line(&section, &s->faults[i]);
        listed++;
    }
    if (total > listed) {
        /* Of records --stats has the first few as well; of files it has all. */
        fprintf(section_line(&section), "and %s more%s\n", human_count(total - listed).text,
                from == TRAWL_FAULT_MALFORMED || from == TRAWL_FAULT_OVERSIZED ||
                        from == TRAWL_FAULT_REPAIRED
                    ? ""
                    : ": see --stats");
    }
}

static void no_records(struct section *section, const struct trawl_summary *s) {
    if (s->records == 0) fputs("no records were read\n", section_line(section));
}

static void faults(const struct paper *paper, const struct trawl_summary *summary) {
    fault_section(paper, summary, "Not read whole", PAINT_ERROR, TRAWL_FAULT_UNREAD,
                  TRAWL_FAULT_CHANGED);
    fault_section(paper, summary, "Malformed records, passed over", PAINT_WARNING,
                  TRAWL_FAULT_MALFORMED, TRAWL_FAULT_MALFORMED);
    fault_section(paper, summary, "Records over --max-record, passed over", PAINT_WARNING,
                  TRAWL_FAULT_OVERSIZED, TRAWL_FAULT_OVERSIZED);
    fault_section(paper, summary, "Records with invalid UTF-8, hunted with U+FFFD in its place",
                  PAINT_WARNING, TRAWL_FAULT_REPAIRED, TRAWL_FAULT_REPAIRED);
    fault_section(paper, summary, "Notes", PAINT_BOLD, TRAWL_FAULT_NOTE, TRAWL_FAULT_NOTE);
    struct section section = {paper, "Not established", PAINT_BOLD, false};
    if (!summary->validated && summary->records) {
        fputs(NOT_CHECKED ": not checked (--validate does)\n", section_line(&section));
    }
}

void doubts_write(const struct paper *paper, const struct trawl_summary *summary) {
    struct section section = {paper, "Warnings", PAINT_WARNING, false};
    no_records(&section, summary);
    drift(&section, summary);
    faults(paper, summary);
}

void doubts_of_run(const struct paper *paper, const struct trawl_summary *summary) {
    struct section section = {paper, "Warnings", PAINT_WARNING, false};
    no_records(&section, summary);
    faults(paper, summary);
}

void doubts_of_hunt(const struct paper *paper, const struct trawl_summary *summary) {
    struct section section = {paper, "Warnings", PAINT_WARNING, false};
    drift(&section, summary);
}
