#include "engine/hunt/drifts.h"

#include <stdlib.h>

#include "engine/hunt/drift.h"

#define SECOND_MS 1000
#define ANY_FORM FORMS_MOST /* in the place of a form: that the field is there at all */

/* The number of the program's field in what is counted of the records. */
static size_t column_of(const struct drifts_source *from, size_t field) {
    return from->columns ? from->columns[field] : field;
}

/* ---- series -----------------------------------------------------------------------------------
 */

/* A field of a shape as a series, in one form or any. */
struct search {
    const struct drifts_source *from;
    const struct form_shape *shape;
    unsigned shape_number;
    size_t field, column; /* of the program; of the records */
    unsigned form;        /* ANY_FORM: whether it is there */
    struct drift_series series;
    const struct form_stretch **stretches; /* [points] */
    bool *choices;                         /* [2 * points] */
};

static bool search_open(struct search *search, size_t stretches) {
    search->series.points = calloc(stretches + 1, sizeof *search->series.points);
    search->stretches = calloc(stretches + 1, sizeof(*search->stretches));
    search->choices = calloc(2 * stretches + 1, sizeof *search->choices);
    return search->series.points && search->stretches && search->choices;
}

static void search_close(struct search *search) {
    free(search->series.points);
    free(search->stretches);
    free(search->choices);
}

static uint64_t records_in(const struct form_stretch *stretch, size_t field, unsigned form) {
    const struct form_count *count = forms_find(stretch, field, form);
    return count ? count->records : 0;
}

/* Records that had the field. */
static uint64_t present_in(const struct form_stretch *stretch, size_t field) {
    uint64_t records = 0;
    for (unsigned form = 1; form < FORMS_MOST; form++) records += records_in(stretch, field, form);
    return records;
}

static struct drift_point point_of(const struct search *search,
                                   const struct form_stretch *stretch) {
    uint64_t present = present_in(stretch, search->column);
    struct drift_point point = {
        .hour = (int64_t)stretch->number * search->series.hours, .all = present, .with = present};
    if (search->form == ANY_FORM)
        point.all += records_in(stretch, search->column, 0);
    else
        point.with = records_in(stretch, search->column, search->form);
    return point;
}

/* The series of the search's shape, field and form. */
static void make_series(struct search *search) {
    struct drift_series *series = &search->series;
    series->count = 0;
    series->hours = forms_hours(search->shape);
    for (size_t i = 0; i < search->shape->count; i++) {
        struct drift_point point = point_of(search, search->shape->stretches[i]);
        if (!point.all) continue;
        search->stretches[series->count] = search->shape->stretches[i];
        series->points[series->count++] = point;
    }
    drift_divide(series, search->choices);
}

/* ---- falls ------------------------------------------------------------------------------------
 */

/* The earliest record of a stretch that speaks for the fall: without the field, or with it in
 * another form. */
static const struct form_count *first_without(const struct search *search,
                                              const struct form_stretch *stretch) {
    const struct form_count *first = NULL;
    bool missing = search->form == ANY_FORM;
    for (unsigned form = missing ? 0 : 1; form < (missing ? 1 : FORMS_MOST); form++) {
        const struct form_count *count = forms_find(stretch, search->column, form);
        if (!count || form == search->form) continue;
        if (!first || count->second < first->second ||
            (count->second == first->second && origin_compare(&count->origin, &first->origin) < 0))
            first = count;
    }
    return first;
}

/* The record that the fall begins with. It may stand in the last stretch of the time before, where
 * that time has no other such record. */
static const struct form_count *first_of(const struct search *search,
                                         const struct drift_fall *fall) {
    const struct drift_point *points = search->series.points;
    uint64_t without = 0;
    for (size_t i = fall->begin; i + 1 < fall->from; i++) without += points[i].all - points[i].with;
    const struct form_count *first = NULL;
    if (!without) first = first_without(search, search->stretches[fall->from - 1]);
    for (size_t i = fall->from; !first && i < fall->end; i++)
        first = first_without(search, search->stretches[i]);
    return first;
}

/* The form that most records had between two points; 0: none had the field. but: not this one. */
static unsigned usual_form(const struct search *search, size_t from, size_t end, unsigned but) {
    unsigned usual = 0;
    uint64_t most = 0;
    for (unsigned form = 1; form < FORMS_MOST; form++) {
        uint64_t records = 0;
        for (size_t i = from; i < end && form != but; i++)
            records += records_in(search->stretches[i], search->column, form);
        if (records <= most) continue;
        most = records;
        usual = form;
    }
    return usual;
}

/* Without the field: what can a flag rest on? `available` is scratch. */
static bool is_blind(const struct search *search, node_id flag, bool *available) {
    const struct program *program = search->from->program;
    const struct tally *records = search->from->records;
    const uint64_t *present = records->present + search->shape_number * records->field_count;
    for (size_t f = 0; f < program->field_count; f++)
        available[f] = present[column_of(search->from, f)] > 0;
    if (!program_can_be_true(program, flag, available)) return false;
    available[search->field] = false;
    return !program_can_be_true(program, flag, available);
}

/* False: out of memory. */
static bool find_blind(const struct search *search, struct trawl_drift *drift) {
    const struct program *program = search->from->program;
    size_t first = search->from->first_step;
    bool *available = calloc(program->field_count + 1, sizeof *available);
    const char **blind = calloc(program->output_count + 1, sizeof *blind);
    drift->blind = blind;
    if (available && blind) {
        if (first < program->step_count &&
            is_blind(search, program->steps[first].flag, available)) {
            blind[drift->blind_count++] = program->steps[first].label;
        } else {
            for (size_t o = 0; o < program->output_count; o++)
                if (program_type(program, program->outputs[o].node) == TYPE_FLAG &&
                    is_blind(search, program->outputs[o].node, available))
                    blind[drift->blind_count++] = program->outputs[o].name;
        }
    }
    free(available);
    return available && blind;
}

static const char *path_of(const struct drifts_source *from, struct origin origin) {
    return origin.input < from->inputs->count ? from->inputs->items[origin.input].path : "";
}

/* NULL: out of memory. */
static struct trawl_drift *new_fall(struct drifts *drifts) {
    if (drifts->fall_count == drifts->fall_capacity) {
        size_t wanted = drifts->fall_capacity ? drifts->fall_capacity * 2 : 8;
        struct trawl_drift *grown = realloc(drifts->falls, wanted * sizeof *grown);
        if (!grown) return NULL;
        drifts->falls = grown;
        drifts->fall_capacity = wanted;
    }
    return &drifts->falls[drifts->fall_count++];
}

static bool tell_fall(struct drifts *drifts, const struct search *search,
                      const struct drift_fall *fall) {
    const struct drifts_source *from = search->from;
    const struct form_count *first = first_of(search, fall);
    struct trawl_drift *told = new_fall(drifts);
    if (!told) return false;
    bool any = search->form == ANY_FORM;
    unsigned before = any ? usual_form(search, fall->begin, fall->from, 0) : search->form;
    const char *const *names = from->source->form_names;
    *told = (struct trawl_drift){
        .shape = from->source->shape_names[search->shape_number],
        .field = from->program->fields[search->field].name,
        .from = names[before],
        .to = any ? NULL : names[usual_form(search, fall->from, fall->end, before)],
        .records_before = fall->before.all,
        .before = fall->before.with,
        .records_behind = fall->after.all,
        .behind = fall->after.with,
        .since = first->second * SECOND_MS,
        .path = path_of(from, first->origin),
        .offset = first->origin.offset,
    };
    if (fall->end < search->series.count)
        told->until = search->series.points[fall->end].hour * HOUR_MS;
    return !any || find_blind(search, told);
}

static bool find_falls(struct drifts *drifts, struct search *search) {
    struct drift_fall fall;
    make_series(search);
    for (size_t at = 0; drift_next(&search->series, at, &fall); at = fall.end)
        if (!tell_fall(drifts, search, &fall)) return false;
    return true;
}

/* The field, then each form that it comes in. */
static bool search_field(struct drifts *drifts, struct search *search) {
    const char *const *names = search->from->source->form_names;
    search->form = ANY_FORM;
    if (!find_falls(drifts, search)) return false;
    for (search->form = 1; search->form < FORMS_MOST && names[search->form]; search->form++)
        if (!find_falls(drifts, search)) return false;
    return true;
}

static bool make_falls(struct drifts *drifts, const struct drifts_source *from) {
    struct search search = {.from = from};
    const struct forms *forms = &from->records->forms;
    bool good = search_open(&search, forms->most);
    for (unsigned s = 0; good && s < FORMS_SHAPES; s++) {
        search.shape = &forms->shapes[s];
        search.shape_number = s;
        for (size_t f = 0; good && f < from->program->field_count; f++) {
            search.field = f;
            search.column = column_of(from, f);
            if (search.shape->count > 1 && from->program->fields[f].wanted)
                good = search_field(drifts, &search);
        }
    }
    search_close(&search);
    return good;
}

/* ---- values that no list has ------------------------------------------------------------------
 */

static bool make_unlisted(struct drifts *drifts, const struct drifts_source *from) {
    const struct program *program = from->program;
    size_t count = 0;
    for (size_t f = 0; f < program->field_count; f++)
        if (program->fields[f].wanted) count += VALUES_MOST + 1;
    drifts->unlisted = calloc(count + 1, sizeof *drifts->unlisted);
    if (!drifts->unlisted) return false;
    for (size_t f = 0; f < program->field_count; f++) {
        if (!program->fields[f].wanted) continue;
        const struct value_field *field = &from->records->values.fields[column_of(from, f)];
        const char *name = program->fields[f].name;
        for (size_t i = 0; i < field->count; i++) {
            const struct value_unknown *item = &field->items[i];
            drifts->unlisted[drifts->unlisted_count++] = (struct trawl_unlisted){
                name, item->text, item->records, path_of(from, item->origin), item->origin.offset};
        }
        if (field->more)
            drifts->unlisted[drifts->unlisted_count++] = (struct trawl_unlisted){.field = name};
    }
    return true;
}

/* ---- days -------------------------------------------------------------------------------------
 */

#define DAY_HOURS 24

/* The first stretch that is of another day. */
static size_t day_end(const struct form_shape *shape, size_t at) {
    uint64_t hours = forms_hours(shape), first = shape->stretches[at]->number * hours / DAY_HOURS;
    size_t end = at + 1;
    while (end < shape->count && shape->stretches[end]->number * hours / DAY_HOURS == first) end++;
    return end;
}

static size_t count_days(const struct forms *forms) {
    size_t days = 0;
    for (size_t s = 0; s < FORMS_SHAPES; s++)
        for (size_t i = 0; i < forms->shapes[s].count; i = day_end(&forms->shapes[s], i)) days++;
    return days;
}

static int compare_forms(const void *a, const void *b) {
    const struct trawl_count *x = a, *y = b;
    return x->count == y->count ? 0 : x->count < y->count ? 1 : -1;
}

/* forms: where the counts go, with room for all of them. */
static void tell_field_day(const struct drifts_source *from, const struct form_shape *shape,
                           size_t begin, size_t end, size_t column, struct trawl_field_day *told,
                           struct trawl_count *forms) {
    *told = (struct trawl_field_day){.forms = forms};
    const char *const *names = from->source->form_names;
    for (unsigned form = 1; form < FORMS_MOST && names[form]; form++) {
        uint64_t records = 0;
        for (size_t i = begin; i < end; i++)
            records += records_in(shape->stretches[i], column, form);
        if (records) forms[told->form_count++] = (struct trawl_count){names[form], records};
        told->present += records;
    }
    qsort(forms, told->form_count, sizeof *forms, compare_forms);
}

/* Records of a stretch: all of them have the first field in some form. */
static uint64_t day_records(const struct form_shape *shape, size_t begin, size_t end) {
    uint64_t records = 0;
    for (size_t i = begin; i < end; i++)
        for (unsigned form = 0; form < FORMS_MOST; form++)
            records += records_in(shape->stretches[i], 0, form);
    return records;
}

static void tell_day(struct drifts *drifts, const struct drifts_source *from, unsigned shape_number,
                     size_t begin, size_t end, size_t wanted) {
    const struct form_shape *shape = &from->records->forms.shapes[shape_number];
    int64_t hours = forms_hours(shape), length = hours > DAY_HOURS ? hours : DAY_HOURS;
    int64_t first = (int64_t)shape->stretches[begin]->number * hours / length * length;
    struct trawl_field_day *fields = drifts->field_days + drifts->day_count * wanted;
    drifts->days[drifts->day_count++] =
        (struct trawl_day){from->source->shape_names[shape_number], first * HOUR_MS,
                           (first + length) * HOUR_MS, day_records(shape, begin, end), fields};
    for (size_t f = 0; f < from->program->field_count; f++) {
        if (!from->program->fields[f].wanted) continue;
        tell_field_day(from, shape, begin, end, column_of(from, f), fields,
                       drifts->form_counts + (size_t)(fields - drifts->field_days) * FORMS_MOST);
        fields++;
    }
}

static bool make_days(struct drifts *drifts, const struct drifts_source *from) {
    const struct forms *forms = &from->records->forms;
    size_t wanted = 0, days = count_days(forms);
    for (size_t f = 0; f < from->program->field_count; f++)
        wanted += from->program->fields[f].wanted;
    if (!wanted) return true;
    drifts->days = calloc(days + 1, sizeof *drifts->days);
    drifts->field_days = calloc(days * wanted + 1, sizeof *drifts->field_days);
    drifts->form_counts = calloc(days * wanted * FORMS_MOST + 1, sizeof *drifts->form_counts);
    if (!drifts->days || !drifts->field_days || !drifts->form_counts) return false;
    for (unsigned s = 0; s < FORMS_SHAPES; s++)
        for (size_t i = 0, end; i < forms->shapes[s].count; i = end) {
            end = day_end(&forms->shapes[s], i);
            tell_day(drifts, from, s, i, end, wanted);
        }
    return true;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

bool drifts_make(struct drifts *drifts, const struct drifts_source *from, bool days) {
    if (from->records->forms.failed || from->records->values.failed) return false;
    if (!make_unlisted(drifts, from)) return false;
    if (!from->source->form_names) return true;
    return make_falls(drifts, from) && (!days || make_days(drifts, from));
}

void drifts_free(struct drifts *drifts) {
    for (size_t i = 0; i < drifts->fall_count; i++) free((void *)drifts->falls[i].blind);
    free(drifts->falls);
    free(drifts->unlisted);
    free(drifts->days);
    free(drifts->field_days);
    free(drifts->form_counts);
    *drifts = (struct drifts){0};
}
