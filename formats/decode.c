#include "formats/decode.h"

#include <stdlib.h>

#include "engine/error.h"
#include "formats/framing/utf.h"
#include "formats/projection.h"

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

/* How a list was written. One without elements says nothing of how elements are written; text is
 * one encoding, with commas or of a single element. */
enum encoding {
    ENCODING_ABSENT,
    ENCODING_NULL,
    ENCODING_EMPTY,
    ENCODING_ARRAY,
    ENCODING_JSON_TEXT,
    ENCODING_COMMAS,
    ENCODING_FLATTENED,
    ENCODING_OTHER,
    ENCODING_COUNT
};
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

/* A record as it was given. */
struct given {
    enum { GIVEN_OBJECT, GIVEN_ARRAY, GIVEN_CELLS } form;
    bool may_be_envelope;
    struct text text;
    const struct text *cells;
    size_t count;
};

/* A field's text: in the record, or in the decoder's scratch, which moves while it grows. */
struct cell {
    bool present, in_scratch;
    struct text text; /* data is not set while in_scratch */
    size_t offset;
};

struct decoder {
    bool validate;
    struct projection projection;
    struct json_parser *parser;
    struct json_row row;
    struct json_column *columns; /* of the header */
    size_t column_count;
    uint32_t *picks, *ranks;  /* [fields] */
    struct cell *cells;       /* [fields] */
    enum encoding *encodings; /* [fields]; of lists */
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

struct decoder *decoder_new(const struct reader_config *config, struct trawl_error *error) {
    size_t fields = config->plan->field_count;
    struct decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder) {
        decoder->validate = config->validate;
        decoder->message = "";
        decoder->parser = json_parser_new(config->isa);
        decoder->picks = calloc(fields + 1, sizeof *decoder->picks);
        decoder->ranks = calloc(fields + 1, sizeof *decoder->ranks);
        decoder->cells = calloc(fields + 1, sizeof *decoder->cells);
        decoder->encodings = calloc(fields + 1, sizeof *decoder->encodings);
        if (decoder->parser && decoder->picks && decoder->ranks && decoder->cells &&
            decoder->encodings &&
            projection_init(&decoder->projection, (const char *const *)config->plan->fields,
                            fields) &&
            json_row_init(&decoder->row, decoder->projection.paths))
            return decoder;
    }
    decoder_free(decoder);
    error_memory(error);
    return NULL;
}

void decoder_free(struct decoder *decoder) {
    if (!decoder) return;
    json_parser_free(decoder->parser);
    json_row_free(&decoder->row);
    projection_free(&decoder->projection);
    free(decoder->columns);
    free(decoder->picks);
    free(decoder->ranks);
    free(decoder->cells);
    free(decoder->encodings);
    free(decoder->repaired_cells);
    buffer_free(&decoder->scratch);
    buffer_free(&decoder->repaired);
    buffer_free(&decoder->unwrapped);
    free(decoder);
}

const char *decoder_message(const struct decoder *decoder) {
    return decoder->message;
}

/* ---- values to texts ------------------------------------------------------------------------- */

/* The value's raw bytes are its text. */
static bool is_plain(const struct json_value *value) {
    switch (value->type) {
        case JSON_FALSE:
        case JSON_TRUE:
        case JSON_NUMBER:
            return true;
        case JSON_STRING:
            return !value->escaped;
        default:
            return false;
    }
}

/* Sets the cell to the value's text; plain values are not copied. False: not JSON, or no memory. */
static bool set_text(struct decoder *d, struct cell *cell, const struct json_value *value) {
    *cell = (struct cell){.present = value->type > JSON_NULL, .text = value->raw};
    if (!cell->present || is_plain(value)) return true;
    cell->in_scratch = true;
    cell->offset = d->scratch.length;
    if (!json_text(value, &d->scratch)) return false;
    cell->text.length = d->scratch.length - cell->offset;
    return true;
}

static enum encoding list_encoding(const struct json_value *value, bool flattened, bool json_text,
                                   size_t length) {
    if (flattened) return ENCODING_FLATTENED;
    if (value->type == JSON_ARRAY) return json_truthy(value) ? ENCODING_ARRAY : ENCODING_EMPTY;
    if (value->type != JSON_STRING) return ENCODING_OTHER;
    if (length == 0) return ENCODING_EMPTY;
    return json_text ? ENCODING_JSON_TEXT : ENCODING_COMMAS;
}

static bool set_list(struct decoder *d, struct cell *cell, const struct json_value *value,
                     bool flattened, enum encoding *encoding) {
    bool json_text = false;
    *cell = (struct cell){.present = true, .text = value->raw};
    /* Text that starts with a letter is no array and needs no copy. */
    bool word = value->type == JSON_STRING && !value->escaped && value->raw.length > 0 &&
                value->raw.data[0] > ' ' && value->raw.data[0] != '[';
    if (!word) {
        cell->in_scratch = true;
        cell->offset = d->scratch.length;
        if (!json_list_text(value, &d->scratch, &json_text)) return false;
        cell->text.length = d->scratch.length - cell->offset;
    }
    *encoding = list_encoding(value, flattened, json_text, cell->text.length);
    return true;
}

/* A record's own event_source or event_type is compared as a string, so what is none must not
 * look like one: arrays keep their brackets. */
static bool set_word(struct decoder *d, struct cell *cell, const struct json_value *value) {
    if (value->type == JSON_STRING || value->type <= JSON_NULL) return set_text(d, cell, value);
    *cell = (struct cell){.present = true, .text = value->raw};
    return true;
}

static bool set_field(struct decoder *d, size_t i, const struct map_record *record) {
    static const struct json_value absent = {JSON_ABSENT, false, {NULL, 0}};
    const struct projection_field *field = &d->projection.fields[i];
    struct cell *cell = &d->cells[i];
    uint32_t slot = d->picks[i];
    const struct json_value *value = slot == PROJECTION_NO_SLOT ? &absent : &d->row.values[slot];
    struct json_value other;
    switch (field->rule) {
        case MAP_EVENT_SOURCE:
            return set_word(d, cell, &record->source);
        case MAP_EVENT_TYPE:
            return set_word(d, cell, &record->type);
        case MAP_RESULT:
            if (!is_signin(record->family)) return set_text(d, cell, value);
            other = map_result(d->row.values, record->family);
            return set_text(d, cell, &other);
        case MAP_LIST:
            if (value->type > JSON_NULL)
                return set_list(d, cell, value, d->projection.flattened[slot], &d->encodings[i]);
            d->encodings[i] = projection_has_null(&d->projection, &d->row, record->family, i)
                                  ? ENCODING_NULL
                                  : ENCODING_ABSENT;
            return set_text(d, cell, value);
        case MAP_TEXT:
            if (record->family != FAMILY_PORTAL) return set_text(d, cell, value);
            other = map_translate(field->name, record->family, *value);
            return set_text(d, cell, &other);
    }
    return false;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum decode_outcome no_memory(struct decoder *d) {
    d->message = "needs more memory than there is";
    return DECODE_NO_MEMORY;
}

static bool append(struct decoder *d, struct batch *batch) {
    for (size_t i = 0; i < d->projection.field_count; i++) {
        struct cell *cell = &d->cells[i];
        if (cell->in_scratch) cell->text.data = d->scratch.data + cell->offset;
        if (!(cell->present ? column_append(&batch->columns[i], cell->text)
                            : column_append_missing(&batch->columns[i])))
            return false;
    }
    return true;
}

static void count(const struct decoder *d, const struct map_record *record, struct tally *tally) {
    size_t fields = d->projection.field_count;
    uint64_t *present = tally->present + record->shape * fields;
    bool lists = is_signin(record->family) && record->shape != SHAPE_UNKNOWN &&
                 record->shape != SHAPE_AZURE_OTHER;
    tally->shape_records[record->shape]++;
    for (size_t i = 0; i < fields; i++) {
        present[i] += d->cells[i].present;
        if (lists && d->projection.fields[i].rule == MAP_LIST)
            tally->encodings[i * TALLY_ENCODINGS + d->encodings[i]]++;
    }
}

/* The projected record to a row. */
static enum decode_outcome emit(struct decoder *d, const struct map_record *record,
                                struct origin origin, struct batch *batch, struct tally *tally) {
    uint32_t rows = batch->rows;
    buffer_clear(&d->scratch, SCRATCH_KEEP);
    if (!buffer_reserve(&d->scratch, 0)) return no_memory(d); /* so that there is a pointer */
    projection_pick(&d->projection, &d->row, record->family, d->picks, d->ranks);
    for (size_t i = 0; i < d->projection.field_count; i++) {
        if (set_field(d, i, record)) continue;
        if (d->scratch.failed) {
            buffer_free(&d->scratch);
            return no_memory(d);
        }
        d->message = "has a value that is not JSON";
        return DECODE_MALFORMED;
    }
    if (!append(d, batch)) {
        batch_rollback(batch, rows);
        return no_memory(d);
    }
    batch_commit(batch, origin);
    count(d, record, tally);
    return DECODE_ROW;
}

/* ---- records --------------------------------------------------------------------------------- */

static enum json_outcome project(struct decoder *d, const struct given *given) {
    size_t count = given->count < d->column_count ? given->count : d->column_count;
    const struct json_paths *paths = d->projection.paths;
    switch (given->form) {
        case GIVEN_OBJECT:
            return json_project(d->parser, paths, given->text, d->validate, &d->row, &d->message);
        case GIVEN_ARRAY:
            return json_project_array(d->parser, paths, given->text, d->columns, d->column_count,
                                      d->validate, &d->row, &d->message);
        case GIVEN_CELLS:
            return json_project_cells(d->parser, paths, given->cells, d->columns, count, &d->row);
    }
    return JSON_MALFORMED;
}

/* Projects the record that the @rawstring of this one holds. False: it holds none. *kept: what was
 * projected before is still there. */
static bool unwrap(struct decoder *d, bool *kept) {
    struct json_value raw = d->row.values[ANCHOR_RAWSTRING];
    *kept = true;
    if (raw.type != JSON_STRING) return false;
    buffer_clear(&d->unwrapped, SCRATCH_KEEP);
    if (!json_text(&raw, &d->unwrapped)) {
        d->unwrapped.failed = false; /* too long to unwrap: it stays as it is */
        return false;
    }
    struct given inside = {.form = GIVEN_OBJECT, .text = {d->unwrapped.data, d->unwrapped.length}};
    if (!memchr(inside.text.data, '{', inside.text.length)) return false;
    *kept = false;
    return project(d, &inside) == JSON_OK;
}

/* `arrays`: decoder_envelope finds them in the row. */
static enum decode_outcome envelope(struct decoder *d, bool arrays) {
    d->enveloped = arrays;
    d->message = "holds records and is none";
    return DECODE_ENVELOPE;
}

static enum decode_outcome decode(struct decoder *d, struct given given, struct origin origin,
                                  struct batch *batch, struct tally *tally) {
    bool repaired = false, kept = true;
    d->enveloped = false;
    enum json_outcome outcome = project(d, &given);
    if (outcome == JSON_BAD_UTF8) {
        buffer_clear(&d->repaired, SCRATCH_KEEP);
        if (!utf8_repair(given.text, &d->repaired)) {
            buffer_free(&d->repaired);
            return no_memory(d);
        }
        given.text = (struct text){d->repaired.data, d->repaired.length};
        repaired = true;
        outcome = project(d, &given);
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
    if (given.may_be_envelope && map_is_envelope(d->row.values)) return envelope(d, true);
    struct map_record record = map_recognise(d->row.values);
    if (record.shape == SHAPE_UNKNOWN) {
        if (given.may_be_envelope && map_is_tables(d->row.values)) return envelope(d, false);
        bool unwrapped = unwrap(d, &kept);
        if (!unwrapped && !kept && project(d, &given) != JSON_OK) return no_memory(d);
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
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        size_t length = strlen(map_anchors[keys[k]]);
        if (i + length + 3 <= text.length &&
            memcmp(text.data + i, map_anchors[keys[k]], length) == 0 &&
            memcmp(text.data + i + length, "\":[", 3) == 0)
            return true;
    }
    return false;
}

enum decode_outcome decode_record(struct decoder *decoder, struct text text, bool in_envelope,
                                  struct origin origin, struct batch *batch, struct tally *tally) {
    if (!in_envelope && starts_envelope(text)) return envelope(decoder, false);
    struct given given = {.form = GIVEN_OBJECT, .may_be_envelope = !in_envelope, .text = text};
    return decode(decoder, given, origin, batch, tally);
}

enum decode_outcome decode_table_row(struct decoder *decoder, struct text text,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally) {
    return decode(decoder, (struct given){.form = GIVEN_ARRAY, .text = text}, origin, batch, tally);
}

/* ---- tables ---------------------------------------------------------------------------------- */

bool decode_header(struct decoder *decoder, const struct text *names, size_t count) {
    struct json_column *columns = calloc(count + 1, sizeof *columns);
    if (!columns) return false;
    for (size_t i = 0; i < count; i++)
        columns[i] = json_paths_column(decoder->projection.paths, names[i]);
    free(decoder->columns);
    decoder->columns = columns;
    decoder->column_count = count;
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
    struct given given = {.form = GIVEN_CELLS, .cells = cells, .count = count};
    bool valid = true;
    for (size_t i = 0; valid && i < count; i++) valid = utf8_valid(cells[i]);
    if (!valid && !repair_cells(decoder, &given)) return no_memory(decoder);
    enum decode_outcome outcome = decode(decoder, given, origin, batch, tally);
    return outcome == DECODE_ROW && !valid ? DECODE_REPAIRED : outcome;
}
