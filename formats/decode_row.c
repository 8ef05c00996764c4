/* decode_row.c - the cells of a record to a row of the batch, and what is counted of it. */
#include "engine/base/time.h"
#include "formats/decode_internal.h"

static bool append_cell(struct decoder *d, size_t i, struct batch *batch) {
    struct cell *cell = &d->cells[i];
    if (!cell->present) return batch_missing(batch, (uint32_t)i);
    if (cell->in_scratch) cell->text.data = d->scratch.data + cell->offset;
    return batch_append(batch, (uint32_t)i, cell->text);
}

/* Where a field that is not made has its text. */
static struct text text_from(const struct decoder *d, const struct recipe *recipe, size_t i) {
    uint32_t from = recipe->from[i];
    return from == RECIPE_FIXED ? recipe->fixed[i] : d->row.values[from].raw;
}

/* As append_cell, of a field that is not made; *form: that in which it is there. */
static bool append_from(const struct decoder *d, const struct recipe *recipe, size_t i,
                        struct batch *batch, uint8_t *form) {
    bool missing = recipe->from[i] == RECIPE_MISSING;
    struct text text = missing ? (struct text){NULL, 0} : text_from(d, recipe, i);
    uint8_t there = recipe->forms[i];
    if (text.length == 0 && there == FORM_TEXT) there = FORM_EMPTY;
    /* All forms are read by words soon, which waits for bytes just written. */
    if (*form != there) *form = there;
    return missing ? batch_missing(batch, (uint32_t)i)
                   : batch_append_padded(batch, (uint32_t)i, text);
}

/* The record's fields to the columns. recipe: the cells and forms are only those of what it says is
 * made; NULL: of all. */
static bool append(struct decoder *d, const struct recipe *recipe, struct batch *batch) {
    uint8_t *seen = (uint8_t *)d->seen;
    for (size_t i = 0; i < d->field_count; i++) {
        bool made = !recipe || recipe->from[i] == RECIPE_MADE;
        if (!(made ? append_cell(d, i, batch) : append_from(d, recipe, i, batch, &seen[i])))
            return false;
    }
    return true;
}

/* The fields whose texts have changed since the row before. */
static bool append_changed(struct decoder *d, const struct recipe *recipe, struct batch *batch) {
    uint8_t *seen = (uint8_t *)d->seen;
    batch_repeat(batch, d->previous.bytes);
    for (uint32_t i = 0; i < d->row.changed_count; i++) {
        uint32_t field = recipe->first_at[d->row.changed[i]];
        for (; field > 0; field = recipe->next_at[field - 1])
            if (field <= d->field_count &&
                !append_from(d, recipe, field - 1, batch, &seen[field - 1]))
                return false;
    }
    return true;
}

static bool is_signin(enum map_family family) {
    return family == FAMILY_SIGNIN || family == FAMILY_PORTAL;
}

static void count(const struct decoder *d, const struct map_record *record, struct tally *tally) {
    bool lists = is_signin(record->family) && record->shape != SHAPE_UNKNOWN &&
                 record->shape != SHAPE_AZURE_OTHER;
    tally->shape_records[record->shape]++;
    for (size_t i = 0; lists && i < d->list_count; i++)
        tally->encodings[d->lists[i] * TALLY_ENCODINGS + d->encodings[d->lists[i]]]++;
}

/* A field's text, as it was appended; data NULL: missing. */
static struct text field_text(struct decoder *d, const struct recipe *recipe, size_t field) {
    struct cell *cell = &d->cells[field];
    uint32_t from = recipe ? recipe->from[field] : RECIPE_MADE;
    if (from == RECIPE_MISSING) return (struct text){NULL, 0};
    if (from != RECIPE_MADE) return text_from(d, recipe, field);
    if (!cell->present) return (struct text){NULL, 0};
    if (cell->in_scratch) cell->text.data = d->scratch.data + cell->offset;
    return cell->text;
}

/* False: out of memory. */
static bool count_hour(struct decoder *d, enum map_shape shape, const struct recipe *recipe,
                       struct tally *tally) {
    struct text time = field_text(d, recipe, d->time_field);
    struct text account = field_text(d, recipe, d->account_field);
    int64_t ns = 0, ms;
    bool dated = time.data && time_parse(time, &ns);
    ms = ns / 1000000 - (ns % 1000000 < 0);
    if (dated && (ms < d->range.since || ms >= d->range.until)) return true;
    return hours_add(&tally->hours, shape, account, dated, ms);
}

/* The forms of the record's fields. */
static void count_forms(struct decoder *d, enum map_shape shape, const struct recipe *recipe,
                        struct origin origin, struct forms *forms) {
    struct text time = field_text(d, recipe, d->time_field);
    int64_t second;
    if (!time.data || !moment_second(&d->moment, time, &second)) second = FORMS_UNDATED;
    forms_add(forms, shape, d->seen, second, origin);
}

/* The record is a row by now: nothing of it is needed but what was given. Without the memory for it
 * there are no names. */
static void look_at_names(struct decoder *d, struct names *names) {
    struct text text;
    if (!d->survey && !(d->survey = survey_new())) return;
    if (d->given.form == GIVEN_OBJECT) {
        text = given_object(&d->given);
    } else {
        buffer_clear(&d->scratch, SCRATCH_KEEP);
        bool good = given_write_row(&d->given, &d->header, &d->scratch);
        d->scratch.failed = false;
        if (!good) return; /* a row without names */
        text = (struct text){d->scratch.data, d->scratch.length};
    }
    survey_record(d->survey, d->parser, text, names);
}

/* A field's value is not there to be had. */
static enum decode_outcome no_value(struct decoder *d, bool memory) {
    if (memory) {
        buffer_free(&d->scratch);
        return decode_no_memory(d);
    }
    d->message = "has a value that is not JSON";
    return DECODE_MALFORMED;
}

/* The record becomes a row, whose cells were appended or not; recipe: see append. */
static inline enum decode_outcome add_row(struct decoder *d, const struct map_record *record,
                                          const struct recipe *recipe, bool appended,
                                          struct origin origin, struct batch *batch,
                                          struct tally *tally) {
    if (!appended || (d->hours && !count_hour(d, record->shape, recipe, tally))) {
        batch_rollback(batch, batch->rows);
        return decode_no_memory(d);
    }
    batch_commit(batch, origin);
    tally->fast_never += !d->layout || d->given.form != GIVEN_OBJECT;
    count(d, record, tally);
    count_forms(d, record->shape, recipe, origin, &tally->forms);
    if (survey_due(tally->shape_records[record->shape])) look_at_names(d, &tally->names);
    return DECODE_ROW;
}

/* Whether there is nothing in the record but itself, whatever the texts in it. */
static bool is_plain(const struct decoder *d, const struct map_record *record) {
    const struct json_value *values = d->row.values;
    return d->given.form == GIVEN_OBJECT && !map_is_envelope(values) && !map_is_tables(values) &&
           (record->shape != SHAPE_UNKNOWN || values[ANCHOR_RAWSTRING].type != JSON_STRING);
}

enum decode_outcome decode_row(struct decoder *d, const struct map_record *record,
                               struct origin origin, struct batch *batch, struct tally *tally) {
    buffer_clear(&d->scratch, SCRATCH_KEEP);
    if (!buffer_reserve(&d->scratch, 0))
        return decode_no_memory(d); /* so that there is a pointer */
    projection_pick(&d->projection, &d->row, record->family, d->picks, d->ranks);
    if (d->inside)
        projection_pick_outer(&d->projection, &d->row, &d->outer, record->family, d->picks,
                              d->ranks);
    else if (d->recipes && is_plain(d, record))
        recipes_add(d->recipes, &d->row, record, d->picks, d->ranks);
    enum json_outcome reached =
        projection_reach(&d->projection, d->parser, &d->row, record->family, d->picks, d->ranks);
    if (reached != JSON_OK) return no_value(d, reached == JSON_NO_MEMORY);
    for (size_t i = 0; i < d->projection.field_count; i++)
        if (!decode_field(d, i, record)) return no_value(d, d->scratch.failed);
    return add_row(d, record, NULL, append(d, NULL, batch), origin, batch, tally);
}

/* ---- rows by recipe -------------------------------------------------------------------------- */

/* Cells of what the recipe says is made. */
static bool make_cells(struct decoder *d, const struct recipe *recipe) {
    struct map_record record = recipe->record;
    if (record.source_at != ANCHOR_COUNT) record.source = d->row.values[record.source_at];
    if (record.type_at != ANCHOR_COUNT) record.type = d->row.values[record.type_at];
    for (uint32_t i = 0; i < recipe->made_count; i++)
        if (!decode_field(d, recipe->made[i], &record)) return false;
    return true;
}

static void set_previous(struct decoder *d, const struct recipe *recipe, const struct batch *batch,
                         uint64_t bytes) {
    d->previous = (struct previous){recipe, batch, batch->rows, d->row.generation, bytes};
}

enum decode_outcome decode_row_alike(struct decoder *d, const struct recipe *recipe,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally) {
    size_t fields = d->projection.field_count;
    enum map_family family = recipe->record.family;
    if (recipe->made_count > 0) {
        buffer_clear(&d->scratch, SCRATCH_KEEP);
        if (!buffer_reserve(&d->scratch, 0)) return decode_no_memory(d);
        memcpy(d->picks, recipe->picks, fields * sizeof *d->picks);
        memcpy(d->ranks, recipe->ranks, fields * sizeof *d->ranks);
        enum json_outcome reached =
            projection_reach(&d->projection, d->parser, &d->row, family, d->picks, d->ranks);
        if (reached != JSON_OK) return no_value(d, reached == JSON_NO_MEMORY);
        if (!make_cells(d, recipe)) return no_value(d, d->scratch.failed);
    }
    uint64_t bytes = batch->bytes;
    bool appended = append(d, recipe, batch);
    bytes = batch->bytes - bytes;
    enum decode_outcome outcome =
        add_row(d, &recipe->record, recipe, appended, origin, batch, tally);
    if (outcome == DECODE_ROW && recipe->again) set_previous(d, recipe, batch, bytes);
    return outcome;
}

enum decode_outcome decode_row_again(struct decoder *d, const struct recipe *recipe,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally) {
    bool appended = append_changed(d, recipe, batch);
    enum decode_outcome outcome =
        add_row(d, &recipe->record, recipe, appended, origin, batch, tally);
    if (outcome == DECODE_ROW) set_previous(d, recipe, batch, d->previous.bytes);
    return outcome;
}
