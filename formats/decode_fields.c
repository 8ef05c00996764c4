/* decode_fields.c - a field's value to the text that its column gets. */
#include <inttypes.h>

#include "formats/decode_internal.h"
#include "formats/framing/utf.h"

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

bool decode_field(struct decoder *d, size_t i, const struct map_record *record) {
    uint8_t hidden, *seen = (uint8_t *)d->seen;
    return set_field(d, i, record, i < d->field_count ? &seen[i] : &hidden);
}
