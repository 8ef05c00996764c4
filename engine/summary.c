#include "engine/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A zeroed list that lives as long as the summary. */
static void *list_new(struct summary *summary, size_t slot, size_t count, size_t size) {
    return summary->lists[slot] = calloc(count ? count : 1, size);
}

enum {
    LIST_SHAPES,
    LIST_STEPS,
    LIST_FLAGS,
    LIST_SCORES,
    LIST_FIELDS,
    LIST_UNEVALUATED,
    LIST_ENCODINGS,
    LIST_FAULTS,
    LIST_EXPECTED
};

static size_t names_count(const char *const *names, size_t limit) {
    size_t n = 0;
    while (n < limit && names[n]) n++;
    return n;
}

static bool make_shapes(struct summary *summary, const struct source *source,
                        const struct trawl_plan *plan, const struct tally *tally) {
    size_t names = names_count(source->shape_names, TALLY_SHAPES);
    struct trawl_shape *shapes = list_new(summary, LIST_SHAPES, names, sizeof *shapes);
    bool *expected = list_new(summary, LIST_EXPECTED, names * plan->field_count, sizeof *expected);
    if (!shapes || !expected) return false;
    size_t count = 0;
    for (size_t s = 1; s < names; s++) {
        if (!tally->shape_records[s]) continue;
        for (size_t f = 0; f < plan->field_count; f++)
            expected[f] = source->has_field((unsigned)s, plan->fields[f]);
        shapes[count++] = (struct trawl_shape){source->shape_names[s], tally->shape_records[s],
                                               tally->present + s * tally->field_count, expected};
        expected += plan->field_count;
    }
    summary->public.shapes = shapes;
    summary->public.shape_count = count;
    return true;
}

static bool make_counts(struct summary *summary, const struct trawl_plan *plan,
                        const struct tally *tally) {
    struct trawl_count *steps = list_new(summary, LIST_STEPS, plan->step_count, sizeof *steps);
    struct trawl_count *flags = list_new(summary, LIST_FLAGS, plan->output_count, sizeof *flags);
    struct trawl_count *fields = list_new(summary, LIST_FIELDS, plan->field_count, sizeof *fields);
    struct trawl_count *scores = list_new(summary, LIST_SCORES, TALLY_SCORES, sizeof *scores);
    summary->score_names = calloc(TALLY_SCORES, sizeof *summary->score_names);
    if (!steps || !flags || !fields || !scores || !summary->score_names) return false;
    struct trawl_summary *public = &summary->public;
    for (size_t i = 0; i < plan->step_count; i++) {
        steps[i] = (struct trawl_count){plan->steps[i].label, tally->kept[i]};
    }
    for (size_t i = 0; i < plan->output_count; i++) {
        if (plan->nodes[plan->outputs[i].node].type != TYPE_FLAG) continue;
        flags[public->flag_count++] =
            (struct trawl_count){plan->outputs[i].name, tally->flag_rows[i]};
    }
    for (size_t i = 0; i < plan->field_count; i++) {
        fields[i].name = plan->fields[i];
        for (size_t s = 0; s < TALLY_SHAPES; s++)
            fields[i].count += tally->present[s * tally->field_count + i];
    }
    for (size_t i = TALLY_SCORES; plan->score != TRAWL_NO_NODE && i-- > 0;) {
        if (!tally->scores[i]) continue;
        snprintf(summary->score_names[i], sizeof *summary->score_names, "%zu%s", i,
                 i + 1 == TALLY_SCORES ? "+" : "");
        scores[public->score_count++] =
            (struct trawl_count){summary->score_names[i], tally->scores[i]};
    }
    public->steps = steps;
    public->step_count = plan->step_count;
    public->flags = flags;
    public->fields = fields;
    public->field_count = plan->field_count;
    public->scores = scores;
    return true;
}

static void add_unevaluated(struct trawl_summary *public, struct trawl_unevaluated *list,
                            const char *name, const struct trawl_shape *shape) {
    list[public->unevaluated_count++] =
        (struct trawl_unevaluated){name, shape->name, shape->records};
}

/* Flags that no record of a shape could raise. Where not one record can pass the first step, the
 * flags were no question; but the step was, if exports of the shape have what it rests on. */
static bool make_unevaluated(struct summary *summary, const struct trawl_plan *plan) {
    struct trawl_summary *public = &summary->public;
    struct trawl_unevaluated *list = list_new(
        summary, LIST_UNEVALUATED, public->shape_count * (public->flag_count + 1), sizeof *list);
    bool *available = calloc(plan->field_count + 1, sizeof *available);
    if (!list || !available) {
        free(available);
        return false;
    }
    for (size_t s = 0; s < public->shape_count; s++) {
        const struct trawl_shape *shape = &public->shapes[s];
        for (size_t f = 0; f < plan->field_count; f++) available[f] = shape->present[f] > 0;
        if (plan->step_count && !plan_can_be_true(plan, plan->steps[0].flag, available)) {
            for (size_t f = 0; f < plan->field_count; f++) available[f] |= shape->expected[f];
            if (plan_can_be_true(plan, plan->steps[0].flag, available))
                add_unevaluated(public, list, plan->steps[0].label, shape);
            continue;
        }
        for (size_t o = 0; o < plan->output_count; o++) {
            trawl_node node = plan->outputs[o].node;
            if (plan->nodes[node].type == TYPE_FLAG && !plan_can_be_true(plan, node, available))
                add_unevaluated(public, list, plan->outputs[o].name, shape);
        }
    }
    free(available);
    public->unevaluated = list;
    return true;
}

static bool make_encodings(struct summary *summary, const struct source *source,
                           const struct trawl_plan *plan, const struct tally *tally) {
    size_t names = names_count(source->encoding_names, TALLY_ENCODINGS);
    struct trawl_encoding *list =
        list_new(summary, LIST_ENCODINGS, plan->field_count * names, sizeof *list);
    if (!list) return false;
    for (size_t f = 0; f < plan->field_count; f++) {
        for (size_t e = 0; e < names; e++) {
            uint64_t records = tally->encodings[f * TALLY_ENCODINGS + e];
            if (!records) continue;
            list[summary->public.encoding_count++] =
                (struct trawl_encoding){plan->fields[f], source->encoding_names[e], records};
        }
    }
    summary->public.encodings = list;
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

bool summary_make(struct summary *summary, const struct source *source,
                  const struct trawl_plan *plan, const struct tally *tally,
                  const struct faults *faults) {
    struct trawl_summary *public = &summary->public;
    public->files = tally->files;
    public->files_whole = tally->files_whole;
    public->bytes_read = tally->bytes_read;
    public->text_bytes = tally->text_bytes;
    public->malformed = tally->malformed;
    public->oversized = tally->oversized;
    public->repaired = tally->repaired;
    public->padding_bytes = tally->padding_bytes;
    public->matched = tally->matched;
    public->untimed = tally->untimed;
    public->unrecognised = tally->shape_records[0];
    for (size_t s = 1; s < TALLY_SHAPES; s++) public->hunted += tally->shape_records[s];
    public->records = public->hunted + public->malformed + public->oversized + public->unrecognised;
    return make_shapes(summary, source, plan, tally) && make_counts(summary, plan, tally) &&
           make_unevaluated(summary, plan) && make_encodings(summary, source, plan, tally) &&
           make_faults(summary, faults);
}

void summary_free(struct summary *summary) {
    for (size_t i = 0; i < sizeof summary->lists / sizeof *summary->lists; i++)
        free(summary->lists[i]);
    free(summary->score_names);
    *summary = (struct summary){0};
}
