#include "formats/survey.h"

#include <stdlib.h>

#include "formats/json/cursor.h"
#include "formats/projection.h"

#define RECORD_LONGEST ((size_t)1 << 20)
/* Objects in objects, and JSON text in JSON text, deeper than this are not looked into. */
#define NESTED_MOST 16
#define TEXTS_MOST 4

struct survey {
    struct projection fields; /* all of the tables' */
    struct json_row row;
    uint32_t *picks, *ranks;
    struct buffer path;
};

struct survey *survey_new(void) {
    struct survey *survey = calloc(1, sizeof *survey);
    const char **fields = calloc(map_field_count, sizeof *fields);
    if (survey && fields) {
        for (size_t i = 0; i < map_field_count; i++) fields[i] = map_fields[i].name;
        survey->picks = calloc(map_field_count, sizeof *survey->picks);
        survey->ranks = calloc(map_field_count, sizeof *survey->ranks);
        if (survey->picks && survey->ranks &&
            projection_init(&survey->fields, fields, map_field_count) &&
            json_row_init(&survey->row, survey->fields.paths)) {
            free(fields);
            return survey;
        }
    }
    free(fields);
    survey_free(survey);
    return NULL;
}

void survey_free(struct survey *survey) {
    if (!survey) return;
    projection_free(&survey->fields);
    json_row_free(&survey->row);
    free(survey->picks);
    free(survey->ranks);
    buffer_free(&survey->path);
    free(survey);
}

/* ---- the record's own names ------------------------------------------------------------------ */

struct walk {
    struct buffer *path; /* of the value at hand */
    struct names *names;
    unsigned nested, texts;
};

static bool walk_value(struct walk *walk, struct json_cursor *r);

static void add_path(struct walk *walk) {
    names_add(walk->names, (struct text){walk->path->data, walk->path->length});
}

/* Lengthens the path by a key; its escapes are read where it stands. */
static bool enter_key(struct buffer *path, struct text key) {
    if (path->length > 0 && !buffer_append_char(path, '.')) return false;
    if (!buffer_reserve(path, key.length)) return false;
    size_t length = json_unescape(key, path->data + path->length);
    if (length == SIZE_MAX) return false;
    path->length += length;
    return true;
}

static bool walk_object(struct walk *walk, struct json_cursor *r) {
    size_t length = walk->path->length;
    struct text key;
    bool first = true, good = json_take(r, '{');
    while (good && json_next_member(r, &first, &key, &good)) {
        good = enter_key(walk->path, key) && walk_value(walk, r);
        walk->path->length = length;
    }
    return good;
}

static bool walk_array(struct walk *walk, struct json_cursor *r) {
    size_t length = walk->path->length;
    struct json_value other;
    bool first = true, good = json_take(r, '[');
    add_path(walk);
    for (size_t i = 0; good && json_next_element(r, &first, &good); i++) {
        if (i > 0) {
            good = json_take_value(r, &other);
            continue;
        }
        good = buffer_append(walk->path, "[0]", 3) && walk_value(walk, r);
        walk->path->length = length;
    }
    return good;
}

/* JSON text in a string has names below the string's own. */
static void walk_text(struct walk *walk, const struct json_value *string) {
    struct buffer plain = {0};
    if (walk->texts < TEXTS_MOST && memchr(string->raw.data, '{', string->raw.length) &&
        json_text(string, &plain)) {
        struct json_cursor inside = json_cursor_of((struct text){plain.data, plain.length}, NULL);
        json_skip_space(&inside);
        walk->texts++;
        if (inside.at < inside.end && *inside.at == '{') walk_value(walk, &inside);
        walk->texts--;
    }
    buffer_free(&plain);
}

static bool walk_value(struct walk *walk, struct json_cursor *r) {
    struct json_value value;
    json_skip_space(r);
    bool nested = r->at < r->end && (*r->at == '{' || *r->at == '[');
    if (nested && walk->nested < NESTED_MOST && walk->path->length <= NAME_LONGEST) {
        walk->nested++;
        bool good = *r->at == '{' ? walk_object(walk, r) : walk_array(walk, r);
        walk->nested--;
        return good;
    }
    if (!json_take_value(r, &value)) return false;
    if (value.type == JSON_NULL || nested) return true;
    add_path(walk);
    if (value.type == JSON_STRING) walk_text(walk, &value);
    return true;
}

/* ---- the tables' names ----------------------------------------------------------------------- */

static void add_fields(struct survey *survey, struct json_parser *parser, struct text record,
                       struct names *names) {
    const struct projection *fields = &survey->fields;
    const char *message;
    if (json_project(parser, fields->paths, record, false, &survey->row, &message) != JSON_OK)
        return;
    struct map_record what = map_recognise(survey->row.values);
    projection_pick(fields, &survey->row, what.family, survey->picks, survey->ranks);
    for (size_t i = 0; i < fields->field_count; i++) {
        struct json_value made;
        const struct json_value *value =
            projection_value(fields, &survey->row, &what, survey->picks, i, &made);
        if (value->type > JSON_NULL || fields->fields[i].rule == MAP_RECORD)
            names_add(names, text_of(fields->fields[i].name));
    }
}

void survey_record(struct survey *survey, struct json_parser *parser, struct text record,
                   struct names *names) {
    if (record.length > RECORD_LONGEST) return;
    struct walk walk = {.path = &survey->path, .names = names};
    struct json_cursor cursor = json_cursor_of(record, NULL);
    buffer_clear(&survey->path, RECORD_LONGEST);
    walk_value(&walk, &cursor);
    add_fields(survey, parser, record, names);
}
