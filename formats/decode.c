#include "formats/decode.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/moment.h"
#include "engine/base/time.h"
#include "formats/form.h"
#include "formats/framing/utf.h"
#include "formats/given.h"
#include "formats/projection.h"
#include "formats/recipe.h"
#include "formats/survey.h"

/* Scratch texts beyond this are given back after the record. */
#define SCRATCH_KEEP ((size_t)1 << 20)

const char *const decode_shape_names[SHAPE_COUNT + 1] = {
    [SHAPE_UNKNOWN] = "not recognised",
    [SHAPE_ENTRA_DIAGNOSTIC] = "Entra diagnostic",
    [SHAPE_ENTRA_GRAPH] = "Entra Graph",
    [SHAPE_LOG_ANALYTICS] = "Log Analytics",
    [SHAPE_LOGSCALE] = "LogScale",
    [SHAPE_PORTAL] = "portal CSV",
    [SHAPE_CLOUDTRAIL] = "CloudTrail",
    [SHAPE_STORAGE] = "Azure Storage",
    [SHAPE_AZURE_OTHER] = "Azure diagnostic, other",
};
_Static_assert((int)SHAPE_COUNT <= TALLY_SHAPES, "the tally counts every shape");

const char *const decode_encoding_names[ENCODING_COUNT + 1] = {
    [ENCODING_ABSENT] = "absent",
    [ENCODING_NULL] = "null",
    [ENCODING_EMPTY] = "empty",
    [ENCODING_ARRAY] = "JSON array",
    [ENCODING_JSON_TEXT] = "JSON text in a string",
    [ENCODING_COMMAS] = "comma-separated text",
    [ENCODING_FLATTENED] = "flattened keys",
    [ENCODING_OTHER] = "another type",
};
_Static_assert((int)ENCODING_COUNT <= TALLY_ENCODINGS, "the tally counts every encoding");

struct decoder {
    bool validate;
    enum isa isa;
    bool hours;                       /* a field more is projected: whose a record is */
    struct range range;               /* of the records whose hours count */
    size_t field_count;               /* the program's: the first of the projection */
    size_t list_count, *lists;        /* [list_count]: which of these are lists */
    size_t time_field, account_field; /* when and whose a record is; the latter where hours are */
    struct moment moment;
    struct projection projection;
    struct json_parser *parser;
    struct json_layout *layout;        /* NULL: not used */
    struct json_layout_counts counted; /* of it, by now */
    struct recipes *recipes;           /* NULL: not used */
    struct text ahead;                 /* the row holds this record already; NULL: it does not */
    enum json_outcome ahead_outcome;
    struct json_row row;
    /* Of the record that has the one at hand in its @rawstring; made when first needed. */
    struct json_parser *outer_parser;
    struct json_row outer;
    struct json_column *columns; /* [header.count] */
    struct header header;
    struct record_place place;
    struct survey *survey;    /* made when it is first needed */
    struct given given;       /* the record at hand: made UTF-8, or what was inside it */
    bool inside;              /* ... the latter */
    uint32_t *picks, *ranks;  /* [fields] */
    struct cell *cells;       /* [fields] */
    enum encoding *encodings; /* [fields]; of lists */
    uint64_t *seen;           /* [FORMS_WORDS of the program's fields]: their forms, a byte each */
    struct buffer scratch;    /* texts of fields */
    struct buffer repaired;   /* the record, made UTF-8 */
    struct buffer unwrapped;  /* the record inside an @rawstring */
    struct text *repaired_cells;
    size_t repaired_capacity;
    const char *message;
    bool enveloped; /* the row is that of an envelope */
};

static bool is_signin(enum map_family family) {
    return family == FAMILY_SIGNIN || family == FAMILY_PORTAL;
}

static bool find_lists(struct decoder *decoder) {
    decoder->lists = calloc(decoder->field_count + 1, sizeof *decoder->lists);
    for (size_t i = 0; decoder->lists && i < decoder->field_count; i++)
        if (decoder->projection.fields[i].rule == MAP_LIST)
            decoder->lists[decoder->list_count++] = i;
    return decoder->lists != NULL;
}

/* --validate looks at every byte, the layout does not. */
static bool add_fast_path(struct decoder *decoder, const struct reader_config *config) {
    if (config->validate || config->no_fast_path) return true;
    decoder->layout = json_layout_new(decoder->projection.paths, config->isa);
    decoder->recipes = recipes_new(&decoder->projection);
    return decoder->layout && decoder->recipes;
}

/* The program's own field of when a record is; SIZE_MAX: it reads none. */
static size_t find_time(const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], MAP_TIMESTAMP) == 0) return i;
    return SIZE_MAX;
}

struct decoder *decoder_new(const struct reader_config *config, struct trawl_error *error) {
    size_t fields = config->program->field_count;
    struct decoder *decoder = calloc(1, sizeof *decoder);
    const char **names = calloc(fields + 2, sizeof *names);
    for (size_t i = 0; names && i < fields; i++) names[i] = config->program->fields[i].name;
    if (decoder && names) {
        decoder->validate = config->validate;
        decoder->isa = config->isa;
        decoder->hours = config->hours;
        decoder->range = config->range;
        decoder->field_count = fields;
        decoder->time_field = find_time(names, fields);
        if (decoder->time_field == SIZE_MAX) {
            decoder->time_field = fields;
            names[fields++] = MAP_TIMESTAMP;
        }
        if (config->hours) {
            decoder->account_field = fields;
            names[fields++] = MAP_ACCOUNT;
        }
        decoder->message = "";
        decoder->parser = json_parser_new(config->isa);
        decoder->picks = calloc(fields + 1, sizeof *decoder->picks);
        decoder->ranks = calloc(fields + 1, sizeof *decoder->ranks);
        decoder->cells = calloc(fields + 1, sizeof *decoder->cells);
        decoder->encodings = calloc(fields + 1, sizeof *decoder->encodings);
        decoder->seen = calloc(FORMS_WORDS(decoder->field_count) + 1, sizeof *decoder->seen);
        if (decoder->parser && decoder->picks && decoder->ranks && decoder->cells &&
            decoder->encodings && decoder->seen &&
            projection_init(&decoder->projection, names, fields) && find_lists(decoder) &&
            json_row_init(&decoder->row, decoder->projection.paths) &&
            add_fast_path(decoder, config)) {
            free(names);
            return decoder;
        }
    }
    free(names);
    decoder_free(decoder);
    error_memory(error);
    return NULL;
}

void decoder_free(struct decoder *decoder) {
    if (!decoder) return;
    json_parser_free(decoder->parser);
    json_parser_free(decoder->outer_parser);
    json_layout_free(decoder->layout);
    recipes_free(decoder->recipes);
    json_row_free(&decoder->row);
    json_row_free(&decoder->outer);
    projection_free(&decoder->projection);
    survey_free(decoder->survey);
    header_free(&decoder->header);
    free(decoder->columns);
    free(decoder->picks);
    free(decoder->ranks);
    free(decoder->cells);
    free(decoder->encodings);
    free(decoder->seen);
    free(decoder->lists);
    free(decoder->repaired_cells);
    buffer_free(&decoder->scratch);
    buffer_free(&decoder->repaired);
    buffer_free(&decoder->unwrapped);
    free(decoder);
}

const char *decoder_message(const struct decoder *decoder) {
    return decoder->message;
}

void decoder_set_place(struct decoder *decoder, const struct record_place *place) {
    decoder->place = *place;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* The value's text as the field reads it. Inline: called from several places, it would not be. */
static inline __attribute__((always_inline)) bool set_value(struct decoder *d, struct cell *cell,
                                                            const struct projection_field *field,
                                                            const struct json_value *value,
                                                            uint8_t *form) {
    /* What is inside an object has names of its own; the object has none. */
    static const struct json_value absent = {JSON_ABSENT, false, {NULL, 0}};
    if (value->type == JSON_OBJECT && field->no_objects) value = &absent;
    *form = form_of(value);
    bool raw = (value->type == JSON_OBJECT && field->raw_objects) ||
               (value->type == JSON_ARRAY && field->raw_arrays);
    return raw ? cell_set_raw(cell, value, &d->scratch) : cell_set_text(cell, value, &d->scratch);
}

/* The record's own text: the line that it was made of, where it says so, else itself. */
static bool set_record(struct decoder *d, struct cell *cell, const struct json_value *asked) {
    const struct json_value *line = &d->row.values[ANCHOR_RAWSTRING];
    if (asked->type > JSON_NULL) return cell_set_text(cell, asked, &d->scratch);
    if (!d->inside && line->type == JSON_STRING && line->raw.length > 0)
        return cell_set_text(cell, line, &d->scratch);
    *cell = (struct cell){.present = true, .offset = d->scratch.length};
    if (d->given.form == GIVEN_OBJECT) {
        cell->text = given_object(&d->given);
        return true;
    }
    cell->in_scratch = true;
    if (!given_write_row(&d->given, &d->header, &d->scratch)) return false;
    cell->text.length = d->scratch.length - cell->offset;
    return true;
}

/* A name of the file system or of an archive, which may be any bytes. NULL: missing. */
static bool set_path(struct decoder *d, struct cell *cell, const char *path) {
    struct text text = text_of(path ? path : "");
    *cell = (struct cell){.present = path != NULL, .text = text};
    if (utf8_valid(text)) return true;
    cell->in_scratch = true;
    cell->offset = d->scratch.length;
    if (!utf8_repair(text, &d->scratch)) return false;
    cell->text.length = d->scratch.length - cell->offset;
    return true;
}

static bool set_bytes(struct decoder *d, struct cell *cell, uint64_t bytes) {
    *cell = (struct cell){.present = true, .in_scratch = true, .offset = d->scratch.length};
    if (!buffer_printf(&d->scratch, "%" PRIu64, bytes)) return false;
    cell->text.length = d->scratch.length - cell->offset;
    return true;
}

/* *form: the form in which the field is there, or FORM_MISSING. */
static bool set_field(struct decoder *d, size_t i, const struct map_record *record, uint8_t *form) {
    const struct projection_field *field = &d->projection.fields[i];
    struct cell *cell = &d->cells[i];
    struct json_value made;
    const struct json_value *value =
        projection_value(&d->projection, &d->row, record, d->picks, i, &made);
    switch (field->rule) {
        case MAP_EVENT_SOURCE:
        case MAP_EVENT_TYPE:
            *form = form_of(value);
            /* Compared as strings, so what is none must not look like one: arrays keep their
             * brackets. */
            return cell_set_raw(cell, value, &d->scratch);
        case MAP_EVENT_ID:
            if (map_has_field(record->shape, field->name))
                return set_value(d, cell, field, value, form);
            *form = FORM_MISSING;
            *cell = (struct cell){.present = false};
            return true;
        case MAP_RECORD:
            *form = FORM_TEXT;
            return set_record(d, cell, value);
        case MAP_FILE:
            *form = FORM_TEXT;
            return set_path(d, cell, d->place.path ? d->place.path : "");
        case MAP_MEMBER:
            *form = d->place.member ? FORM_TEXT : FORM_MISSING;
            return set_path(d, cell, d->place.member);
        case MAP_OFFSET:
            *form = FORM_NUMBER;
            return set_bytes(d, cell, d->place.offset);
        case MAP_LENGTH:
            *form = FORM_NUMBER;
            return set_bytes(d, cell, d->place.length);
        case MAP_LIST:
            if (value->type > JSON_NULL) {
                bool set = cell_set_list(cell, value, d->projection.flattened[d->picks[i]],
                                         &d->scratch, &d->encodings[i]);
                *form = form_of_list(value, d->encodings[i]);
                return set;
            }
            *form = FORM_MISSING;
            d->encodings[i] = projection_has_null(&d->projection, &d->row, record->family, i)
                                  ? ENCODING_NULL
                                  : ENCODING_ABSENT;
            return cell_set_text(cell, value, &d->scratch);
        case MAP_RESULT:
        case MAP_TEXT:
            return set_value(d, cell, field, value, form);
    }
    return false;
}

/* A field's cell, and the form of one that is the program's. */
static bool make_cell(struct decoder *d, size_t i, const struct map_record *record) {
    uint8_t hidden, *seen = (uint8_t *)d->seen;
    return set_field(d, i, record, i < d->field_count ? &seen[i] : &hidden);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum decode_outcome no_memory(struct decoder *d) {
    d->message = "needs more memory than there is";
    return DECODE_NO_MEMORY;
}

/* What is missing is left to the batch. */
static bool append_cell(struct decoder *d, size_t i, struct batch *batch) {
    struct cell *cell = &d->cells[i];
    if (!cell->present) return true;
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
    *form = recipe->forms[i];
    if (recipe->from[i] == RECIPE_MISSING) return true;
    struct text text = text_from(d, recipe, i);
    if (text.length == 0 && *form == FORM_TEXT) *form = FORM_EMPTY;
    return batch_append_padded(batch, (uint32_t)i, text);
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
        return no_memory(d);
    }
    d->message = "has a value that is not JSON";
    return DECODE_MALFORMED;
}

/* The record becomes a row; recipe: see append. */
static enum decode_outcome add_row(struct decoder *d, const struct map_record *record,
                                   const struct recipe *recipe, struct origin origin,
                                   struct batch *batch, struct tally *tally) {
    uint32_t rows = batch->rows;
    if ((d->hours && !count_hour(d, record->shape, recipe, tally)) || !append(d, recipe, batch)) {
        batch_rollback(batch, rows);
        return no_memory(d);
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

/* The projected record to a row. */
static enum decode_outcome emit(struct decoder *d, const struct map_record *record,
                                struct origin origin, struct batch *batch, struct tally *tally) {
    buffer_clear(&d->scratch, SCRATCH_KEEP);
    if (!buffer_reserve(&d->scratch, 0)) return no_memory(d); /* so that there is a pointer */
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
        if (!make_cell(d, i, record)) return no_value(d, d->scratch.failed);
    return add_row(d, record, NULL, origin, batch, tally);
}

/* ---- rows by recipe -------------------------------------------------------------------------- */

/* Cells of what the recipe says is made. */
static bool make_cells(struct decoder *d, const struct recipe *recipe) {
    struct map_record record = recipe->record;
    if (record.source_at != ANCHOR_COUNT) record.source = d->row.values[record.source_at];
    if (record.type_at != ANCHOR_COUNT) record.type = d->row.values[record.type_at];
    for (uint32_t i = 0; i < recipe->made_count; i++)
        if (!make_cell(d, recipe->made[i], &record)) return false;
    return true;
}

/* As emit. */
static enum decode_outcome emit_alike(struct decoder *d, const struct recipe *recipe,
                                      struct origin origin, struct batch *batch,
                                      struct tally *tally) {
    size_t fields = d->projection.field_count;
    enum map_family family = recipe->record.family;
    if (recipe->made_count > 0) {
        buffer_clear(&d->scratch, SCRATCH_KEEP);
        if (!buffer_reserve(&d->scratch, 0)) return no_memory(d);
        memcpy(d->picks, recipe->picks, fields * sizeof *d->picks);
        memcpy(d->ranks, recipe->ranks, fields * sizeof *d->ranks);
        enum json_outcome reached =
            projection_reach(&d->projection, d->parser, &d->row, family, d->picks, d->ranks);
        if (reached != JSON_OK) return no_value(d, reached == JSON_NO_MEMORY);
        if (!make_cells(d, recipe)) return no_value(d, d->scratch.failed);
    }
    return add_row(d, &recipe->record, recipe, origin, batch, tally);
}

/* ---- records --------------------------------------------------------------------------------- */

size_t decode_ahead(struct decoder *d, struct text text) {
    if (!d->layout) return 0;
    text.length =
        json_project_ahead(d->parser, d->layout, text, &d->row, &d->ahead_outcome, &d->message);
    if (text.length > 0) d->ahead = text;
    return text.length;
}

/* Whether decode_ahead has read it, and nothing else since. */
static bool is_ahead(struct decoder *d, struct text text) {
    bool ahead = d->ahead.data == text.data && d->ahead.length == text.length;
    d->ahead.data = NULL;
    return ahead;
}

static enum json_outcome project(struct decoder *d, const struct given *given) {
    size_t columns = d->header.count, count = given->count < columns ? given->count : columns;
    const struct json_paths *paths = d->projection.paths;
    switch (given->form) {
        case GIVEN_OBJECT:
            if (is_ahead(d, given->text)) return d->ahead_outcome;
            if (d->layout)
                return json_project_alike(d->parser, d->layout, given->text, &d->row, &d->message);
            return json_project(d->parser, paths, given->text, d->validate, &d->row, &d->message);
        case GIVEN_ARRAY:
            return json_project_array(d->parser, paths, given->text, d->columns, columns,
                                      d->validate, &d->row, &d->message);
        case GIVEN_CELLS:
            return json_project_cells(d->parser, paths, given->cells, d->columns, count, &d->row);
    }
    return JSON_MALFORMED;
}

static void swap_outer(struct decoder *d) {
    struct json_parser *parser = d->parser;
    struct json_row row = d->row;
    d->parser = d->outer_parser;
    d->row = d->outer;
    d->outer_parser = parser;
    d->outer = row;
}

/* The record inside the @rawstring of this one, if it holds one, becomes the record at hand; this
 * one the outer. False: out of memory. */
static bool unwrap(struct decoder *d) {
    struct json_value raw = d->row.values[ANCHOR_RAWSTRING];
    if (raw.type != JSON_STRING) return true;
    buffer_clear(&d->unwrapped, SCRATCH_KEEP);
    if (!json_text(&raw, &d->unwrapped)) {
        d->unwrapped.failed = false; /* too long to unwrap: it stays as it is */
        return true;
    }
    struct given inside = {.form = GIVEN_OBJECT, .text = {d->unwrapped.data, d->unwrapped.length}};
    if (!memchr(inside.text.data, '{', inside.text.length)) return true;
    if (!d->outer_parser && !(d->outer_parser = json_parser_new(d->isa))) return false;
    if (!d->outer.values && !json_row_init(&d->outer, d->projection.paths)) return false;
    swap_outer(d);
    /* Whether it holds one must not depend on how closely records are looked at. */
    d->inside = json_project(d->parser, d->projection.paths, inside.text, true, &d->row,
                             &d->message) == JSON_OK;
    if (d->inside)
        d->given = inside;
    else
        swap_outer(d);
    return true;
}

/* `arrays`: decoder_envelope finds them in the row. */
static enum decode_outcome envelope(struct decoder *d, bool arrays) {
    d->enveloped = arrays;
    d->message = "holds records and is none";
    return DECODE_ENVELOPE;
}

/* The record is d->given. */
static enum decode_outcome decode(struct decoder *d, struct origin origin, struct batch *batch,
                                  struct tally *tally) {
    struct given *given = &d->given;
    bool repaired = false;
    d->enveloped = d->inside = false;
    enum json_outcome outcome = project(d, given);
    if (outcome == JSON_BAD_UTF8) {
        buffer_clear(&d->repaired, SCRATCH_KEEP);
        if (!utf8_repair(given->text, &d->repaired)) {
            buffer_free(&d->repaired);
            return no_memory(d);
        }
        given->text = (struct text){d->repaired.data, d->repaired.length};
        repaired = true;
        outcome = project(d, given);
    }
    if (outcome != JSON_OK && !d->message) d->message = "is not a record";
    switch (outcome) {
        case JSON_OK:
            break;
        case JSON_NO_MEMORY:
            return no_memory(d);
        case JSON_TRAILING:
            return DECODE_TRAILING;
        case JSON_NOT_OBJECT:
            return DECODE_NOT_RECORD;
        case JSON_BAD_UTF8:
        case JSON_MALFORMED:
            return DECODE_MALFORMED;
    }
    bool object = given->form == GIVEN_OBJECT;
    const struct recipe *recipe = d->recipes && object ? recipes_find(d->recipes, &d->row) : NULL;
    if (recipe) {
        tally->fast_alike++;
        enum decode_outcome done = emit_alike(d, recipe, origin, batch, tally);
        return done == DECODE_ROW && repaired ? DECODE_REPAIRED : done;
    }
    if (given->may_be_envelope && map_is_envelope(d->row.values)) return envelope(d, true);
    struct map_record record = map_recognise(d->row.values);
    if (record.shape == SHAPE_UNKNOWN) {
        if (given->may_be_envelope && map_is_tables(d->row.values)) return envelope(d, false);
        if (!unwrap(d)) return no_memory(d);
        record = map_recognise(d->row.values);
    }
    enum decode_outcome done = emit(d, &record, origin, batch, tally);
    return done == DECODE_ROW && repaired ? DECODE_REPAIRED : done;
}

size_t decoder_envelope(const struct decoder *decoder, struct text arrays[DECODE_ARRAYS]) {
    static const enum map_anchor keys[] = {ANCHOR_RECORDS, ANCHOR_RECORDS_PASCAL, ANCHOR_VALUE};
    _Static_assert(sizeof keys / sizeof *keys == DECODE_ARRAYS, "one array of each key");
    size_t count = 0;
    for (size_t i = 0; decoder->enveloped && i < DECODE_ARRAYS; i++) {
        const struct json_value *value = &decoder->row.values[keys[i]];
        if (value->type != JSON_ARRAY) continue;
        size_t at = count++;
        for (; at > 0 && arrays[at - 1].data > value->raw.data; at--) arrays[at] = arrays[at - 1];
        arrays[at] = value->raw;
    }
    return count;
}

/* Whether the text starts {"records":[ or the like: told without reading an envelope of gigabytes
 * to its end. */
static bool starts_envelope(struct text text) {
    static const enum map_anchor keys[] = {ANCHOR_RECORDS, ANCHOR_RECORDS_PASCAL, ANCHOR_VALUE};
    size_t i = 0;
    if (text.length < 10 || text.data[i++] != '{' || text.data[i++] != '"') return false;
    if (text.data[i] != 'r' && text.data[i] != 'R' && text.data[i] != 'v') return false;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        size_t length = strlen(map_anchors[keys[k]]);
        if (i + length + 3 <= text.length &&
            memcmp(text.data + i, map_anchors[keys[k]], length) == 0 &&
            memcmp(text.data + i + length, "\":[", 3) == 0)
            return true;
    }
    return false;
}

/* What the layout has done since the last record. */
static void count_layout(struct decoder *d, struct tally *tally) {
    struct json_layout_counts now = json_layout_counted(d->layout);
    tally->fast_read += now.read - d->counted.read;
    tally->fast_declined += now.declined - d->counted.declined;
    tally->fast_paused += now.paused - d->counted.paused;
    d->counted = now;
}

enum decode_outcome decode_record(struct decoder *decoder, struct text text, bool in_envelope,
                                  struct origin origin, struct batch *batch, struct tally *tally) {
    if (!in_envelope && starts_envelope(text)) return envelope(decoder, false);
    decoder->given =
        (struct given){.form = GIVEN_OBJECT, .may_be_envelope = !in_envelope, .text = text};
    enum decode_outcome outcome = decode(decoder, origin, batch, tally);
    if (decoder->layout) count_layout(decoder, tally);
    return outcome;
}

enum decode_outcome decode_table_row(struct decoder *decoder, struct text text,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally) {
    decoder->given = (struct given){.form = GIVEN_ARRAY, .text = text};
    return decode(decoder, origin, batch, tally);
}

/* ---- tables ---------------------------------------------------------------------------------- */

bool decode_header(struct decoder *decoder, const struct text *names, size_t count) {
    struct json_column *columns = calloc(count + 1, sizeof *columns);
    if (!columns || !header_set(&decoder->header, names, count)) {
        free(columns);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        columns[i] = json_paths_column(decoder->projection.paths, names[i]);
    free(decoder->columns);
    decoder->columns = columns;
    return true;
}

/* Copies the cells with what is invalid replaced. */
static bool repair_cells(struct decoder *d, struct given *given) {
    if (d->repaired_capacity < given->count) {
        struct text *grown = realloc(d->repaired_cells, given->count * sizeof *grown);
        if (!grown) return false;
        d->repaired_cells = grown;
        d->repaired_capacity = given->count;
    }
    buffer_clear(&d->repaired, SCRATCH_KEEP);
    for (size_t i = 0; i < given->count; i++) {
        size_t before = d->repaired.length;
        if (!utf8_repair(given->cells[i], &d->repaired)) {
            buffer_free(&d->repaired);
            return false;
        }
        d->repaired_cells[i].length = d->repaired.length - before;
    }
    const char *at = d->repaired.data;
    for (size_t i = 0; i < given->count; at += d->repaired_cells[i++].length)
        d->repaired_cells[i].data = at;
    given->cells = d->repaired_cells;
    return true;
}

enum decode_outcome decode_cells(struct decoder *decoder, const struct text *cells, size_t count,
                                 struct origin origin, struct batch *batch, struct tally *tally) {
    decoder->given = (struct given){.form = GIVEN_CELLS, .cells = cells, .count = count};
    bool valid = true;
    for (size_t i = 0; valid && i < count; i++) valid = utf8_valid(cells[i]);
    if (!valid && !repair_cells(decoder, &decoder->given)) return no_memory(decoder);
    enum decode_outcome outcome = decode(decoder, origin, batch, tally);
    return outcome == DECODE_ROW && !valid ? DECODE_REPAIRED : outcome;
}
