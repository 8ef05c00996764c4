#include "engine/hunt/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/nearest.h"
#include "engine/operator/sieve.h"
#include "engine/operator/sort.h"
#include "engine/operator/unique.h"

enum {
    LIST_SHAPES,
    LIST_STEPS,
    LIST_FLAGS,
    LIST_SCORES,
    LIST_FIELDS,
    LIST_PRESENT,
    LIST_EXPECTED,
    LIST_NAMES,
    LIST_NEAREST,
    LIST_UNEVALUATED,
    LIST_ENCODINGS,
    LIST_HOURS,
    LIST_GAPS,
    LIST_FAULTS,
    LIST_TUNED
};

/* What the lists are made from. */
struct sources {
    const struct source *source;
    const struct trawl_plan *plan;
    const struct program *program; /* the one that reads the archive */
    const struct tally *tally;     /* of what the plan kept */
    const struct tally *later;     /* of the plan's tuned_stage */
    const struct tally *records;   /* of what it was given */
    const uint32_t *columns; /* [fields of the program] in `records`; NULL: the same numbers */
    size_t wanted;           /* fields of the program that the summary tells of */
};

/* A zeroed list that lives as long as the summary. */
static void *list_new(struct summary *summary, size_t slot, size_t count, size_t size) {
    return summary->lists[slot] = calloc(count ? count : 1, size);
}

static size_t names_count(const char *const *names, size_t limit) {
    size_t n = 0;
    while (n < limit && names[n]) n++;
    return n;
}

/* The number of the plan's field in the tally of the records. */
static size_t column_of(const struct sources *from, size_t field) {
    return from->columns ? from->columns[field] : field;
}

static uint64_t present_of(const struct sources *from, size_t shape, size_t field) {
    return from->records->present[shape * from->records->field_count + column_of(from, field)];
}

/* ---- fields and shapes -------------------------------------------------------------------- */

static bool make_shapes(struct summary *summary, const struct sources *from) {
    const struct source *source = from->source;
    size_t names = names_count(source->shape_names, TALLY_SHAPES);
    struct trawl_shape *shapes = list_new(summary, LIST_SHAPES, names, sizeof *shapes);
    uint64_t *present = list_new(summary, LIST_PRESENT, names * from->wanted, sizeof *present);
    bool *expected = list_new(summary, LIST_EXPECTED, names * from->wanted, sizeof *expected);
    if (!shapes || !present || !expected) return false;
    size_t count = 0;
    for (size_t s = 1; s < names; s++) {
        if (!from->records->shape_records[s]) continue;
        shapes[count++] =
            (struct trawl_shape){source->shape_names[s], from->records->shape_records[s], present,
                                 expected, forms_undated(&from->records->forms, (unsigned)s)};
        for (size_t f = 0; f < from->program->field_count; f++) {
            if (!from->program->fields[f].wanted) continue;
            *present++ = present_of(from, s, f);
            *expected++ = source->has_field((unsigned)s, from->program->fields[f].name);
        }
    }
    summary->public.shapes = shapes;
    summary->public.shape_count = count;
    return true;
}

static bool make_fields(struct summary *summary, const struct sources *from) {
    struct trawl_count *fields = list_new(summary, LIST_FIELDS, from->wanted, sizeof *fields);
    if (!fields) return false;
    struct trawl_summary *public = &summary->public;
    for (size_t f = 0; f < from->program->field_count; f++) {
        if (!from->program->fields[f].wanted) continue;
        struct trawl_count *field = &fields[public->field_count++];
        field->name = from->program->fields[f].name;
        for (size_t s = 0; s < TALLY_SHAPES; s++) field->count += present_of(from, s, f);
    }
    public->fields = fields;
    return true;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of names that are equally near the first in byte order, whoever met which first. */
static bool make_nearest(struct summary *summary, const struct sources *from) {
    struct trawl_summary *public = &summary->public;
    const struct names *seen = &from->records->names;
    const char **names = list_new(summary, LIST_NAMES, seen->count, sizeof *names);
    const char **nearest = list_new(summary, LIST_NEAREST, from->wanted, sizeof *nearest);
    if (!names || !nearest) return false;
    for (size_t i = 0; i < seen->count; i++) names[i] = names_at(seen, i);
    qsort(names, seen->count, sizeof *names, compare_names);
    for (size_t f = 0; f < public->field_count; f++) {
        if (public->fields[f].count) continue;
        struct nearest search = {.word = public->fields[f].name};
        for (size_t i = 0; i < seen->count; i++) nearest_consider(&search, names[i]);
        bool itself = search.best && strcmp(search.best, search.word) == 0; /* without a value */
        nearest[f] = itself ? NULL : search.best;
    }
    public->nearest = nearest;
    return true;
}

/* ---- what the rows were ------------------------------------------------------------------- */

/* A column that is a flag; others have names that begin with #. */
static bool is_flag(const struct program *program, size_t output) {
    return program->outputs[output].name[0] != '#' &&
           program_type(program, program->outputs[output].node) == TYPE_FLAG;
}

static bool make_scores(struct summary *summary, const struct sources *from) {
    struct trawl_count *scores = list_new(summary, LIST_SCORES, TALLY_SCORES, sizeof *scores);
    summary->score_names = calloc(TALLY_SCORES, sizeof *summary->score_names);
    if (!scores || !summary->score_names) return false;
    struct trawl_summary *public = &summary->public;
    for (size_t i = TALLY_SCORES; from->plan->score_column != SIZE_MAX && i-- > 0;) {
        if (!from->tally->scores[i]) continue;
        snprintf(summary->score_names[i], sizeof *summary->score_names, "%zu%s", i,
                 i + 1 == TALLY_SCORES ? "+" : "");
        scores[public->score_count++] =
            (struct trawl_count){summary->score_names[i], from->tally->scores[i]};
    }
    public->scores = scores;
    return true;
}

/* Steps of a tuning are told of by its entries, but for the last, which tells what is left. NULL:
 * nothing is told of the step. */
static const char *step_name(const struct trawl_plan *plan, size_t step) {
    size_t first = plan->tuned_from + plan->ranged, end = plan->tuned_to + plan->ranged;
    if (step >= first && step + 1 < end) return NULL;
    if (step >= first && step < end && !plan->suppressed) return "left by tuning";
    return plan->stages[0].program->steps[step].label;
}

static bool make_counts(struct summary *summary, const struct sources *from) {
    const struct program *program = from->program;
    struct trawl_count *steps = list_new(summary, LIST_STEPS, program->step_count, sizeof *steps);
    struct trawl_count *flags = list_new(summary, LIST_FLAGS, program->output_count, sizeof *flags);
    if (!steps || !flags) return false;
    struct trawl_summary *public = &summary->public;
    for (size_t i = 0; i < program->step_count; i++)
        if (step_name(from->plan, i))
            steps[public->step_count++] =
                (struct trawl_count){step_name(from->plan, i), from->tally->kept[i]};
    for (size_t i = 0; i < program->output_count; i++) {
        if (!is_flag(program, i)) continue;
        flags[public->flag_count++] =
            (struct trawl_count){program->outputs[i].name, from->tally->flag_rows[i]};
    }
    public->steps = steps;
    public->flags = flags;
    return true;
}

/* ---- what could not be judged ------------------------------------------------------------- */

static void add_unevaluated(struct trawl_summary *public, struct trawl_unevaluated *list,
                            const char *name, const struct trawl_shape *shape) {
    list[public->unevaluated_count++] =
        (struct trawl_unevaluated){name, shape->name, shape->records};
}

/* Where not one record can pass the first step, the flags were no question; but the step was, if
 * exports of the shape have what it rests on. `available`: the fields that some record had. */
static void unevaluated_of_shape(const struct sources *from, struct trawl_summary *public,
                                 struct trawl_unevaluated *list, size_t shape, bool *available) {
    const struct program *program = from->program;
    const struct trawl_shape told = {from->source->shape_names[shape],
                                     from->records->shape_records[shape], NULL, NULL, 0};
    /* A range of time is no step of the query's. */
    size_t own = from->plan->ranged;
    const struct program_step *first = program->step_count > own ? &program->steps[own] : NULL;
    if (first && !program_can_be_true(program, first->flag, available)) {
        for (size_t f = 0; f < program->field_count; f++)
            available[f] |= from->source->has_field((unsigned)shape, program->fields[f].name);
        if (program_can_be_true(program, first->flag, available))
            add_unevaluated(public, list, first->label, &told);
        return;
    }
    for (size_t o = 0; o < program->output_count; o++)
        if (is_flag(program, o) &&
            !program_can_be_true(program, program->outputs[o].node, available))
            add_unevaluated(public, list, program->outputs[o].name, &told);
}

/* Flags that no record of a shape could raise. */
static bool make_unevaluated(struct summary *summary, const struct sources *from) {
    struct trawl_summary *public = &summary->public;
    size_t names = names_count(from->source->shape_names, TALLY_SHAPES);
    struct trawl_unevaluated *list =
        list_new(summary, LIST_UNEVALUATED, names * (public->flag_count + 1), sizeof *list);
    bool *available = calloc(from->program->field_count + 1, sizeof *available);
    if (!list || !available) {
        free(available);
        return false;
    }
    for (size_t s = 1; s < names; s++) {
        if (!from->records->shape_records[s]) continue;
        for (size_t f = 0; f < from->program->field_count; f++)
            available[f] = present_of(from, s, f) > 0;
        unevaluated_of_shape(from, public, list, s, available);
    }
    free(available);
    public->unevaluated = list;
    return true;
}

static bool make_encodings(struct summary *summary, const struct sources *from) {
    const struct program *program = from->program;
    size_t names = names_count(from->source->encoding_names, TALLY_ENCODINGS);
    struct trawl_encoding *list =
        list_new(summary, LIST_ENCODINGS, from->wanted * names, sizeof *list);
    if (!list) return false;
    for (size_t f = 0; f < program->field_count; f++) {
        for (size_t e = 0; program->fields[f].wanted && e < names; e++) {
            uint64_t records = from->records->encodings[column_of(from, f) * TALLY_ENCODINGS + e];
            if (!records) continue;
            list[summary->public.encoding_count++] = (struct trawl_encoding){
                program->fields[f].name, from->source->encoding_names[e], records};
        }
    }
    summary->public.encodings = list;
    return true;
}

/* ---- hours -------------------------------------------------------------------------------- */

/* The hours that are looked at: *first to before *end. */
static void hours_span(const struct trawl_plan *plan, const struct hour_account *account,
                       int64_t *first, int64_t *end) {
    *first = hours_first(account);
    *end = hours_last(account);
    if (*end != HOUR_NONE) (*end)++;
    if (!plan->ranged || *first == HOUR_NONE) return;
    int64_t since = plan->range.since, until = plan->range.until;
    if (since != INT64_MIN) *first = since / HOUR_MS;
    if (until != INT64_MAX) *end = (until + HOUR_MS - 1) / HOUR_MS;
}

static void add_gap(void *context, int64_t from, int64_t to) {
    struct trawl_gap **next = context;
    *(*next)++ = (struct trawl_gap){from * HOUR_MS, to * HOUR_MS};
}

static void tell_hours(const struct sources *from, size_t shape, const struct hour_account *account,
                       struct trawl_hours *told, struct trawl_gap **next) {
    int64_t first, end;
    hours_span(from->plan, account, &first, &end);
    *told = (struct trawl_hours){.shape = from->source->shape_names[shape],
                                 .account = account->name,
                                 .merged = from->records->hours.shapes[shape].merged,
                                 .records = account->records,
                                 .undated = account->undated,
                                 .hours = hours_count(account),
                                 .gaps = *next};
    if (first == HOUR_NONE) return;
    told->since = first * HOUR_MS;
    told->until = end * HOUR_MS;
    told->gap_count = hours_missing(account, first, end, add_gap, next);
}

static bool make_hours(struct summary *summary, const struct sources *from, struct hours *hours) {
    size_t count = 0, gaps = 0;
    if (hours->failed) return false;
    hours_sort(hours);
    for (size_t s = 0; s < HOURS_SHAPES; s++) {
        for (size_t i = 0; i < hours->shapes[s].count; i++) {
            int64_t first, end;
            const struct hour_account *account = &hours->shapes[s].accounts[i];
            hours_span(from->plan, account, &first, &end);
            if (first != HOUR_NONE) gaps += hours_missing(account, first, end, NULL, NULL);
            count++;
        }
    }
    struct trawl_hours *list = list_new(summary, LIST_HOURS, count, sizeof *list);
    struct trawl_gap *next = list_new(summary, LIST_GAPS, gaps, sizeof *next);
    if (!list || !next) return false;
    summary->public.hours = list;
    summary->public.hour_count = count;
    for (size_t s = 0; s < HOURS_SHAPES; s++)
        for (size_t i = 0; i < hours->shapes[s].count; i++)
            tell_hours(from, s, &hours->shapes[s].accounts[i], list++, &next);
    return true;
}

static bool make_drifts(struct summary *summary, const struct sources *from,
                        const struct input_list *inputs, bool days) {
    const struct drifts_source source = {.source = from->source,
                                         .program = from->program,
                                         .columns = from->columns,
                                         .first_step = from->plan->ranged,
                                         .records = from->records,
                                         .inputs = inputs};
    struct drifts *drifts = &summary->drifts;
    if (!drifts_make(drifts, &source, days)) return false;
    struct trawl_summary *public = &summary->public;
    public->drifts = drifts->falls;
    public->drift_count = drifts->fall_count;
    public->unlisted = drifts->unlisted;
    public->unlisted_count = drifts->unlisted_count;
    public->drift = days;
    public->days = drifts->days;
    public->day_count = drifts->day_count;
    return true;
}

static bool make_faults(struct summary *summary, const struct faults *faults) {
    struct trawl_fault *list = list_new(summary, LIST_FAULTS, faults->count, sizeof *list);
    if (!list) return false;
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        list[i] = (struct trawl_fault){fault->kind, fault->path, fault->member,
                                       fault->origin.offset, fault->message};
    }
    summary->public.faults = list;
    summary->public.fault_count = faults->count;
    memcpy(summary->public.fault_totals, faults->totals, sizeof faults->totals);
    return true;
}

/* Of fewer samples little is known. */
#define SAMPLES_LEAST 50

static double share(const struct tally *tally) {
    if (tally->unpack_samples < SAMPLES_LEAST || tally->work_time == 0) return 0;
    double share = (double)tally->unpack_time / (double)tally->work_time;
    return share < 1 ? share : 1;
}

static void make_totals(struct trawl_summary *public, const struct tally *tally) {
    public->files = tally->files;
    public->files_whole = tally->files_whole;
    public->bytes_read = tally->bytes_read;
    public->text_bytes = tally->text_bytes;
    public->malformed = tally->malformed;
    public->oversized = tally->oversized;
    public->repaired = tally->repaired;
    public->padding_bytes = tally->padding_bytes;
    public->fast_read = tally->fast_read;
    public->fast_declined = tally->fast_declined;
    public->fast_paused = tally->fast_paused;
    public->fast_never = tally->fast_never;
    public->fast_alike = tally->fast_alike;
    public->unpack_share = share(tally);
    public->unrecognised = tally->shape_records[0];
    for (size_t s = 1; s < TALLY_SHAPES; s++) public->hunted += tally->shape_records[s];
    public->records = public->hunted + public->malformed + public->oversized + public->unrecognised;
}

/* Some operators give rows that they were given. */
static bool is_derived(const struct trawl_plan *plan) {
    for (size_t i = 0; i < plan->stage_count; i++)
        if (plan->stages[i].kind && plan->stages[i].kind != &operator_sort &&
            plan->stages[i].kind != &operator_unique && plan->stages[i].kind != &operator_sieve)
            return true;
    return false;
}

static bool make_tuned(struct summary *summary, const struct sources *from) {
    const struct trawl_plan *plan = from->plan;
    struct trawl_tuned *list = list_new(summary, LIST_TUNED, plan->tuned_count, sizeof *list);
    uint64_t *present = calloc(from->program->field_count + 1, sizeof *present);
    if (list && present) {
        for (size_t f = 0; f < from->program->field_count; f++)
            for (size_t s = 0; s < TALLY_SHAPES; s++) present[f] += present_of(from, s, f);
        tuned_tell(plan, from->tally, from->later, list);
        tuned_tell_absent(plan, present, &from->records->names, list);
        summary->public.tuned = list;
        summary->public.tuned_count = plan->tuned_count;
    }
    free(present);
    return list && present;
}

bool summary_make(struct summary *summary, const struct source *source, struct lane *lane,
                  struct tally *records, const struct input_list *inputs,
                  const struct faults *faults, bool days) {
    const struct trawl_plan *plan = lane->setup.plan;
    struct sources from = {.source = source,
                           .plan = plan,
                           .program = plan->stages[0].program,
                           .tally = &lane->tally,
                           .later = &lane->later,
                           .records = lane_reads(lane) ? records : &lane->tally,
                           .columns = lane->columns};
    for (size_t f = 0; f < from.program->field_count; f++)
        from.wanted += from.program->fields[f].wanted;
    make_totals(&summary->public, records);
    summary->public.matched = lane->tally.matched;
    summary->public.untimed = lane->tally.untimed;
    summary->public.undated = lane->tally.unknown;
    summary->public.derived = is_derived(plan);
    if (plan->ranged) {
        summary->public.since = plan->range.since == INT64_MIN ? 0 : plan->range.since;
        summary->public.until = plan->range.until == INT64_MAX ? 0 : plan->range.until;
    }
    return make_shapes(summary, &from) && make_fields(summary, &from) &&
           make_nearest(summary, &from) && make_counts(summary, &from) &&
           make_scores(summary, &from) && make_unevaluated(summary, &from) &&
           make_encodings(summary, &from) && make_hours(summary, &from, &records->hours) &&
           make_drifts(summary, &from, inputs, days) && make_faults(summary, faults) &&
           make_tuned(summary, &from);
}

void summary_free(struct summary *summary) {
    for (size_t i = 0; i < sizeof summary->lists / sizeof *summary->lists; i++)
        free(summary->lists[i]);
    free(summary->score_names);
    drifts_free(&summary->drifts);
    *summary = (struct summary){0};
}
