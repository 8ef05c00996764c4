/* json.h - simdjson behind C.
 *
 * A parser belongs to one thread and to one ISA level. Every text given in has TEXT_PADDING
 * readable bytes behind its end. The wrapper is compiled once per ISA level (json_westmere.cpp and
 * so on include json_template.hpp); json.c picks by parser.
 *
 * Values come out as raw tokens, pointing into the text: a string's bytes between its quotes with
 * escapes unread, a number as spelled, an object or array from bracket to bracket. The first of
 * duplicate keys wins. A key spelled with escapes equals the key it means. */
#ifndef TRAWL_FORMATS_JSON_H
#define TRAWL_FORMATS_JSON_H

#include "engine/base/buffer.h"
#include "engine/base/cpu.h"

#ifdef __cplusplus
extern "C" {
#endif

enum json_type {
    JSON_ABSENT,
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_OBJECT,
    JSON_ARRAY
};

struct json_value {
    enum json_type type;
    bool escaped; /* JSON_STRING: holds a backslash */
    struct text raw;
};

/* ---- what to look for ------------------------------------------------------------------------ */

/* The keys to look for: a tree of objects. Built once, then read-only and shared. */
struct json_paths;
struct json_paths *json_paths_new(void);
void json_paths_free(struct json_paths *paths);
/* A path to be found: `slot` is where its value goes. Segments are keys of nested objects. Returns
 * the slot of the path (the same for the same path), or UINT32_MAX when out of memory. A value that
 * is a string holding a JSON object is read as that object where the path goes on below it. */
uint32_t json_paths_add(struct json_paths *paths, const struct text *segments, size_t count);
/* The same for an array flattened into keys name[0], name[1], ... (up to the first gap), `name`
 * being the last segment: the slot gets those values as a JSON array, whatever `name` itself is. */
uint32_t json_paths_add_flattened(struct json_paths *paths, const struct text *segments,
                                  size_t count);
/* A slot that no path fills: room in a row for a value made of others (json_reach). */
uint32_t json_paths_spare(struct json_paths *paths);
uint32_t json_paths_slots(const struct json_paths *paths);

/* A slot and what its value is: JSON_KIND of its type and whether it is escaped. */
struct json_found {
    uint32_t slot, kind;
};
#define JSON_KIND(type, escaped) ((uint32_t)(type) << 1 | (escaped))

/* The values found in one record. found lists the slots that are not JSON_ABSENT. */
struct json_row {
    struct json_value *values; /* [slots] */
    struct json_found *found;
    uint32_t found_count;
    /* The record before had the same found, and the same texts in slots that are not in `changed`.
     */
    bool alike;
    uint32_t *changed;
    uint32_t changed_count;
    /* which key of the tree was met in which record: the first of duplicates wins; one more with
     * each record */
    uint32_t *met, generation;
    /* of the layout: what the record before had, 0 when that is settled; where the values' texts
     * are from, 0: from nowhere in particular; whether it was the last to fill the row; scratch */
    struct json_found *before;
    uint32_t before_count;
    uint64_t *sources;
    bool by_layout;
    uint8_t *kept;
    uint32_t slot_count;
};
/* For paths that get no more additions. False: out of memory. */
bool json_row_init(struct json_row *row, const struct json_paths *paths);
void json_row_free(struct json_row *row);

/* ---- finding it ------------------------------------------------------------------------------ */

enum json_outcome {
    JSON_OK,
    JSON_MALFORMED, /* not JSON */
    JSON_BAD_UTF8,
    JSON_TRAILING,   /* an object, and then something else than white space or commas */
    JSON_NOT_OBJECT, /* JSON, but an array or a scalar (json_project_array: not an array) */
    JSON_NO_MEMORY,
};

struct json_parser;
struct json_parser *json_parser_new(enum isa isa);
void json_parser_free(struct json_parser *parser);

/* Reads one object into the row. Values may point into the parser's own memory (JSON text in
 * strings, flattened arrays); all are valid until the next projection. Always checked: UTF-8,
 * strings ended and without control characters, brackets balanced, and every byte of an object on
 * the way to a path, except inside its strings. validate: every byte of the record. *message says
 * what is wrong, in few words. */
enum json_outcome json_project(struct json_parser *parser, const struct json_paths *paths,
                               struct text text, bool validate, struct json_row *row,
                               const char **message);

/* What the records of a source have in common, learned from them: layout.h says how. For one thread
 * and one json_paths, which outlives it. NULL: out of memory. */
struct json_layout;
struct json_layout *json_layout_new(const struct json_paths *paths, enum isa isa);
void json_layout_free(struct json_layout *layout);
/* json_project without `validate`, with equal results for every text, sooner where records resemble
 * those before them. */
enum json_outcome json_project_alike(struct json_parser *parser, struct json_layout *layout,
                                     struct text text, struct json_row *row, const char **message);
/* The same of the object that the text starts with, where a line ends behind it and none within:
 * its length, and the outcome is JSON_OK or JSON_NO_MEMORY. 0: that cannot be said, or not here. */
size_t json_project_ahead(struct json_parser *parser, struct json_layout *layout, struct text text,
                          struct json_row *row, enum json_outcome *outcome, const char **message);
struct json_layout_counts {
    uint64_t read;     /* records that the layout read */
    uint64_t declined; /* tried, and left to the parser */
    uint64_t paused;   /* left to the parser without trying, after too many of these */
    uint64_t learned;  /* records that the layout learned from */
};
struct json_layout_counts json_layout_counted(const struct json_layout *layout);

/* What a column of a table stands for: a key of a record's top object. */
struct json_key;
struct json_column {
    const struct json_key *key;   /* of the column's name; NULL: not wanted */
    const struct json_key *array; /* the column is name[element]: the key that name is; or NULL */
    uint32_t element;
};
struct json_column json_paths_column(const struct json_paths *paths, struct text name);

/* One row of a table given as a JSON array: its i-th element is the value of columns[i]. */
enum json_outcome json_project_array(struct json_parser *parser, const struct json_paths *paths,
                                     struct text text, const struct json_column *columns,
                                     size_t count, bool validate, struct json_row *row,
                                     const char **message);
/* One row of a table given as plain texts, valid UTF-8. Empty ones are absent; of columns of the
 * same name the last one that is not empty counts. */
enum json_outcome json_project_cells(struct json_parser *parser, const struct json_paths *paths,
                                     const struct text *cells, const struct json_column *columns,
                                     size_t count, struct json_row *row);

/* ---- inside of it ---------------------------------------------------------------------------- */

/* Where `path` leads inside a value that was projected: "[0]", "[2].a.b", "[0][1]"; "[]" at its end
 * is the array itself, and nothing else than an array. In an object the longest key that the path
 * starts with counts; a string that holds a JSON object or array is read as that. *out is
 * JSON_ABSENT where there is nothing; it may point into the parser's memory, until the next
 * projection. JSON_OK, JSON_MALFORMED or JSON_NO_MEMORY. */
enum json_outcome json_reach(struct json_parser *parser, struct json_value value, struct text path,
                             struct json_value *out);
/* A string of elements between commas as a JSON array of strings; of an empty one, []. *out as
 * above. JSON_OK or JSON_NO_MEMORY. */
enum json_outcome json_split(struct json_parser *parser, struct json_value value,
                             struct json_value *out);

/* ---- reading it ------------------------------------------------------------------------------ */

/* A CSV cell or another plain text as a value: a string without escapes. */
static inline struct json_value json_plain(struct text text) {
    struct json_value value = {JSON_STRING, false, text};
    return value;
}

/* Objects and arrays nested deeper than this are taken for malformed. */
#define JSON_DEPTH 1000

/* Appends the value as one text, as a column holds it: strings unescaped (a lone surrogate reads as
 * U+FFFD); numbers as spelled; true, false; arrays as their elements' texts joined with "," (null
 * as nothing, nested arrays joined likewise); objects as compact JSON, keys in order, first of
 * duplicates, numbers as strings (what the reference implementation prints). False: malformed, or
 * no memory (to->failed); what was appended by then stays. */
bool json_text(const struct json_value *value, struct buffer *to);
/* The same, and a string that holds a JSON array (after white space) reads as that array; *array
 * then says so. */
bool json_list_text(const struct json_value *value, struct buffer *to, bool *array);

/* Whether the value is a string that means `text` (at most 42 bytes: 256 as escapes). */
bool json_string_is(const struct json_value *value, const char *text);
/* Whether Python calls the value true: not null, false, "", {} or []. Numbers are (the reference
 * implementation reads them as their spelling). */
bool json_truthy(const struct json_value *value);

#ifdef __cplusplus
}
#endif
#endif
