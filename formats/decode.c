#include <stdlib.h>

#include "engine/base/error.h"
#include "formats/decode_internal.h"
#include "formats/framing/utf.h"

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
            if (!d->layout)
                return json_project(d->parser, paths, given->text, d->validate, &d->row,
                                    &d->message);
            d->counted = json_layout_counted(d->layout); /* what was tried before is not this */
            return json_project_alike(d->parser, d->layout, given->text, &d->row, &d->message);
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

/* The recipe of the row before, if this one has it too and only texts differ that go nowhere but to
 * their fields. */
static const struct recipe *same_recipe(const struct decoder *d, struct previous previous,
                                        const struct batch *batch) {
    const struct json_row *row = &d->row;
    if (!previous.recipe || !row->alike || row->generation != previous.generation + 1 ||
        batch != previous.batch || batch->rows != previous.rows)
        return NULL;
    for (uint32_t i = 0; i < row->changed_count; i++)
        if (previous.recipe->for_all[row->changed[i]]) return NULL;
    return previous.recipe;
}

/* The record is d->given. */
static enum decode_outcome decode(struct decoder *d, struct origin origin, struct batch *batch,
                                  struct tally *tally) {
    struct given *given = &d->given;
    bool repaired = false;
    struct previous previous = d->previous;
    d->enveloped = d->inside = false;
    d->previous.recipe = NULL;
    enum json_outcome outcome = project(d, given);
    if (outcome == JSON_BAD_UTF8) {
        buffer_clear(&d->repaired, SCRATCH_KEEP);
        if (!utf8_repair(given->text, &d->repaired)) {
            buffer_free(&d->repaired);
            return decode_no_memory(d);
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
            return decode_no_memory(d);
        case JSON_TRAILING:
            return DECODE_TRAILING;
        case JSON_NOT_OBJECT:
            return DECODE_NOT_RECORD;
        case JSON_BAD_UTF8:
        case JSON_MALFORMED:
            return DECODE_MALFORMED;
    }
    bool object = given->form == GIVEN_OBJECT;
    const struct recipe *recipe = object ? same_recipe(d, previous, batch) : NULL;
    if (recipe && !repaired) {
        tally->fast_alike++;
        d->previous.bytes = previous.bytes;
        return decode_row_again(d, recipe, origin, batch, tally);
    }
    recipe = d->recipes && object ? recipes_find(d->recipes, &d->row) : NULL;
    if (recipe) {
        tally->fast_alike++;
        enum decode_outcome done = decode_row_alike(d, recipe, origin, batch, tally);
        return done == DECODE_ROW && repaired ? DECODE_REPAIRED : done;
    }
    if (given->may_be_envelope && map_is_envelope(d->row.values)) return envelope(d, true);
    struct map_record record = map_recognise(d->row.values);
    if (record.shape == SHAPE_UNKNOWN) {
        if (given->may_be_envelope && map_is_tables(d->row.values)) return envelope(d, false);
        if (!unwrap(d)) return decode_no_memory(d);
        record = map_recognise(d->row.values);
    }
    enum decode_outcome done = decode_row(d, &record, origin, batch, tally);
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

/* What the layout has done for a record that became a row. */
static void count_layout(struct decoder *d, enum decode_outcome outcome, struct tally *tally) {
    struct json_layout_counts now = json_layout_counted(d->layout), before = d->counted;
    d->counted = now;
    if (outcome != DECODE_ROW && outcome != DECODE_REPAIRED) return;
    tally->fast_read += now.read - before.read;
    tally->fast_declined += now.declined - before.declined;
    tally->fast_paused += now.paused - before.paused;
}

enum decode_outcome decode_record(struct decoder *decoder, struct text text, bool in_envelope,
                                  struct origin origin, struct batch *batch, struct tally *tally) {
    if (!in_envelope && starts_envelope(text)) return envelope(decoder, false);
    decoder->given =
        (struct given){.form = GIVEN_OBJECT, .may_be_envelope = !in_envelope, .text = text};
    enum decode_outcome outcome = decode(decoder, origin, batch, tally);
    if (decoder->layout) count_layout(decoder, outcome, tally);
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
    if (!valid && !repair_cells(decoder, &decoder->given)) return decode_no_memory(decoder);
    enum decode_outcome outcome = decode(decoder, origin, batch, tally);
    return outcome == DECODE_ROW && !valid ? DECODE_REPAIRED : outcome;
}
