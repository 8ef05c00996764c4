#include "engine/hunt/forms.h"

#include <stdlib.h>

#include "engine/base/range.h"

#define HOUR_SECONDS 3600
#define SECONDS_MOST (INT64_C(230) * 8766 * HOUR_SECONDS) /* of the years 1970 to 2199 */
/* What the stretches of a shape may take; and how few they may be for it. */
#define STRETCHES_BYTES ((size_t)4 << 20)
#define STRETCHES_LEAST 256

/* Hours of a stretch, level by level; each a multiple of the one before. The last are so long that
 * all years fit into STRETCHES_LEAST. */
static const unsigned level_hours[] = {1, 2, 4, 8, 24, 7 * 24, 56 * 24, 448 * 24};
#define LEVELS (sizeof level_hours / sizeof *level_hours)

unsigned forms_hours(const struct form_shape *shape) {
    return level_hours[shape->level];
}

/* ---- counts -----------------------------------------------------------------------------------
 */

static struct form_stretch *stretch_new(size_t fields, uint32_t number) {
    struct form_stretch *stretch = calloc(1, sizeof *stretch + fields * sizeof(uint32_t));
    if (stretch) stretch->number = number;
    return stretch;
}

static void stretch_free(struct form_stretch *stretch) {
    if (!stretch) return;
    free(stretch->counts);
    free(stretch);
}

/* 0: there is none. Otherwise its index + 1. */
static uint32_t find(const struct form_stretch *stretch, size_t field, unsigned form) {
    uint32_t at = stretch->heads[field];
    while (at && stretch->counts[at - 1].form != form) at = stretch->counts[at - 1].next;
    return at;
}

const struct form_count *forms_find(const struct form_stretch *stretch, size_t field,
                                    unsigned form) {
    uint32_t at = find(stretch, field, form);
    return at ? &stretch->counts[at - 1] : NULL;
}

static bool grow_counts(struct form_stretch *stretch, size_t fields) {
    if (stretch->count < stretch->capacity) return true;
    size_t wanted = stretch->capacity ? stretch->capacity * 2 : fields + fields / 4 + 1;
    struct form_count *grown = realloc(stretch->counts, wanted * sizeof *grown);
    if (!grown) return false;
    stretch->counts = grown;
    stretch->capacity = (uint32_t)wanted;
    return true;
}

static bool earlier(const struct form_count *a, const struct form_count *b) {
    if (a->second != b->second) return a->second < b->second;
    return origin_compare(&a->origin, &b->origin) < 0;
}

/* Adds what `more` counts. */
static bool add_count(struct form_stretch *stretch, size_t fields, size_t field,
                      const struct form_count *more) {
    uint32_t at = find(stretch, field, more->form);
    if (at) {
        struct form_count *count = &stretch->counts[at - 1];
        count->records += more->records;
        if (!earlier(more, count)) return true;
        count->second = more->second;
        count->origin = more->origin;
        return true;
    }
    if (!grow_counts(stretch, fields)) return false;
    stretch->counts[stretch->count] = *more;
    stretch->counts[stretch->count].next = stretch->heads[field];
    stretch->heads[field] = ++stretch->count;
    return true;
}

static bool add_stretch(struct form_stretch *to, const struct form_stretch *from, size_t fields) {
    for (size_t field = 0; field < fields; field++) {
        for (uint32_t at = from->heads[field]; at; at = from->counts[at - 1].next)
            if (!add_count(to, fields, field, &from->counts[at - 1])) return false;
    }
    return true;
}

/* ---- stretches --------------------------------------------------------------------------------
 */

/* The first stretch whose number is not below. */
static size_t stretch_place(const struct form_shape *shape, uint32_t number) {
    size_t low = 0, high = shape->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shape->stretches[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NULL: out of memory. */
static struct form_stretch *stretch_of(struct form_shape *shape, size_t fields, uint32_t number) {
    if (shape->last < shape->count && shape->stretches[shape->last]->number == number)
        return shape->stretches[shape->last];
    size_t at = stretch_place(shape, number);
    shape->last = at;
    if (at < shape->count && shape->stretches[at]->number == number) return shape->stretches[at];
    if (shape->count == shape->capacity) {
        size_t wanted = shape->capacity ? shape->capacity * 2 : 16;
        struct form_stretch **grown = realloc(shape->stretches, wanted * sizeof(*grown));
        if (!grown) return NULL;
        shape->stretches = grown;
        shape->capacity = wanted;
    }
    struct form_stretch *stretch = stretch_new(fields, number);
    if (!stretch) return NULL;
    memmove(shape->stretches + at + 1, shape->stretches + at,
            (shape->count - at) * sizeof(*shape->stretches));
    shape->stretches[at] = stretch;
    shape->count++;
    return stretch;
}

static struct form_stretch *undated_of(struct form_shape *shape, size_t fields) {
    if (!shape->undated) shape->undated = stretch_new(fields, 0);
    return shape->undated;
}

/* Stretches of the next level: those that share one become one. */
static bool lengthen(struct form_shape *shape, size_t fields) {
    unsigned factor = level_hours[shape->level + 1] / level_hours[shape->level];
    size_t kept = 0;
    bool good = true;
    shape->level++;
    shape->last = 0;
    for (size_t i = 0; i < shape->count; i++) {
        struct form_stretch *stretch = shape->stretches[i];
        stretch->number /= factor;
        if (kept == 0 || shape->stretches[kept - 1]->number != stretch->number) {
            shape->stretches[kept++] = stretch;
            continue;
        }
        good = good && add_stretch(shape->stretches[kept - 1], stretch, fields);
        stretch_free(stretch);
    }
    shape->count = kept;
    return good;
}

static bool keep_bounds(struct form_shape *shape, size_t fields, size_t most) {
    bool good = true;
    while (good && shape->count > most && shape->level + 1 < LEVELS) good = lengthen(shape, fields);
    return good;
}

/* ---- runs -------------------------------------------------------------------------------------
 */

/* The number of the stretch that a second lies in. */
static uint32_t number_of(const struct form_shape *shape, int64_t second) {
    return (uint32_t)(second / HOUR_SECONDS / level_hours[shape->level]);
}

static bool end_run(struct forms *forms, struct form_run *run) {
    struct form_shape *shape = &forms->shapes[run->shape];
    size_t fields = forms->field_count;
    struct form_stretch *stretch = run->second == FORMS_UNDATED
                                       ? undated_of(shape, fields)
                                       : stretch_of(shape, fields, number_of(shape, run->second));
    if (!stretch) return false;
    struct form_count count = {
        .records = run->records, .second = run->second, .origin = run->origin};
    const uint8_t *seen = (const uint8_t *)run->seen;
    run->records = 0;
    for (size_t field = 0; field < fields; field++) {
        count.form = seen[field];
        if (!add_count(stretch, fields, field, &count)) return false;
    }
    return keep_bounds(shape, fields, forms->most);
}

void forms_begin_run(struct forms *forms, unsigned shape, const uint64_t *seen, int64_t second,
                     struct origin origin) {
    if (second < 0 || second >= SECONDS_MOST) second = FORMS_UNDATED;
    forms->recent = (forms->recent + 1) % FORMS_RUNS;
    struct form_run *run = &forms->runs[forms->recent];
    if (run->records && !end_run(forms, run)) forms->failed = true;
    int64_t length = (int64_t)HOUR_SECONDS * level_hours[forms->shapes[shape].level];
    bool dated = second != FORMS_UNDATED;
    run->records = 1;
    run->shape = shape;
    run->since = dated ? second - second % length : second;
    run->length = dated ? (uint64_t)length : 1;
    run->second = second;
    run->origin = origin;
    if (forms->word_count) memcpy(run->seen, seen, forms->word_count * sizeof *seen);
}

void forms_settle(struct forms *forms) {
    for (unsigned i = 0; i < FORMS_RUNS; i++)
        if (forms->runs[i].records && !end_run(forms, &forms->runs[i])) forms->failed = true;
}

/* ---- the set ----------------------------------------------------------------------------------
 */

bool forms_init(struct forms *forms, size_t field_count) {
    size_t words = FORMS_WORDS(field_count);
    size_t bytes = sizeof(struct form_stretch) +
                   field_count * (sizeof(uint32_t) + sizeof(struct form_count) * 3 / 2);
    size_t most = STRETCHES_BYTES / bytes;
    if (most > FORMS_STRETCHES) most = FORMS_STRETCHES;
    if (most < STRETCHES_LEAST) most = STRETCHES_LEAST;
    *forms = (struct forms){.field_count = field_count, .word_count = words, .most = most};
    uint64_t *seen = calloc(FORMS_RUNS * words + 1, sizeof *seen);
    for (size_t i = 0; i < FORMS_RUNS; i++) forms->runs[i].seen = seen ? seen + i * words : NULL;
    return seen != NULL;
}

void forms_free(struct forms *forms) {
    for (size_t s = 0; s < FORMS_SHAPES; s++) {
        struct form_shape *shape = &forms->shapes[s];
        for (size_t i = 0; i < shape->count; i++) stretch_free(shape->stretches[i]);
        free(shape->stretches);
        stretch_free(shape->undated);
    }
    free(forms->runs[0].seen);
    *forms = (struct forms){0};
}

static bool merge_shape(struct form_shape *to, const struct form_shape *from, size_t fields,
                        size_t most) {
    if (from->undated) {
        struct form_stretch *undated = undated_of(to, fields);
        if (!undated || !add_stretch(undated, from->undated, fields)) return false;
    }
    while (to->level < from->level)
        if (!lengthen(to, fields)) return false;
    for (size_t i = 0; i < from->count; i++) {
        const struct form_stretch *stretch = from->stretches[i];
        uint32_t number = stretch->number / (level_hours[to->level] / level_hours[from->level]);
        struct form_stretch *same = stretch_of(to, fields, number);
        if (!same || !add_stretch(same, stretch, fields) || !keep_bounds(to, fields, most))
            return false;
    }
    return true;
}

void forms_merge(struct forms *to, const struct forms *from) {
    to->failed = to->failed || from->failed;
    for (size_t s = 0; s < FORMS_SHAPES && !to->failed; s++)
        to->failed = !merge_shape(&to->shapes[s], &from->shapes[s], to->field_count, to->most);
}

static uint64_t present_in(const struct form_stretch *stretch, size_t field) {
    uint64_t records = 0;
    for (uint32_t at = stretch->heads[field]; at; at = stretch->counts[at - 1].next)
        if (stretch->counts[at - 1].form) records += stretch->counts[at - 1].records;
    return records;
}

uint64_t forms_present(const struct forms *forms, unsigned shape, size_t field) {
    const struct form_shape *of = &forms->shapes[shape];
    uint64_t records = of->undated ? present_in(of->undated, field) : 0;
    for (size_t i = 0; i < of->count; i++) records += present_in(of->stretches[i], field);
    return records;
}

uint64_t forms_undated(const struct forms *forms, unsigned shape) {
    const struct form_stretch *undated = forms->shapes[shape].undated;
    uint64_t records = 0;
    if (!undated || !forms->field_count) return 0;
    for (uint32_t at = undated->heads[0]; at; at = undated->counts[at - 1].next)
        records += undated->counts[at - 1].records;
    return records;
}
