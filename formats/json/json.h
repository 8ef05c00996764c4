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

#include "engine/buffer.h"
#include "engine/cpu.h"
#include "engine/trawl.h"

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

/* The keys to look for: a tree of objects. Built once, then read-only and shared. */
struct json_paths;
/* A path to be found: `slot` is where its value goes. Segments are keys of nested objects. */
struct json_paths *json_paths_new(void);
void json_paths_free(struct json_paths *paths);
/* Returns the slot of the path (the same for the same path), or UINT32_MAX when out of memory. A
 * value that is a string holding a JSON object is read as that object where the path goes on below
 * it. An array flattened into keys name[0], name[1], ... (up to the first gap) is found as the
 * value of name where name itself is absent or null. */
uint32_t json_paths_add(struct json_paths *paths, const struct text *segments, size_t count);
uint32_t json_paths_slots(const struct json_paths *paths);

enum json_outcome {
    JSON_OK,
    JSON_MALFORMED, /* not JSON */
    JSON_BAD_UTF8,
    JSON_TRAILING,   /* an object, and then something else than white space or commas */
    JSON_NOT_OBJECT, /* JSON, but an array or a scalar */
    JSON_NO_MEMORY,
};

struct json_parser;
struct json_parser *json_parser_new(enum isa isa);
void json_parser_free(struct json_parser *parser);

/* Reads one object; fills slots[json_paths_slots] (JSON_ABSENT where a path is not there). Values
 * may point into the parser's own memory (JSON text in strings, flattened arrays); all are valid
 * until the next call of json_project. validate: every byte of the object must be JSON; otherwise
 * only what lies on the way to the paths, brackets and strings throughout. *message says what is
 * wrong, in few words. */
enum json_outcome json_project(struct json_parser *parser, const struct json_paths *paths,
                               struct text text, bool validate, struct json_value *slots,
                               const char **message);

/* The same for one row of a table: a JSON array whose i-th element is the value of slot
 * columns[i] (UINT32_MAX: not wanted). */
enum json_outcome json_project_array(struct json_parser *parser, struct text text,
                                     const uint32_t *columns, size_t count, bool validate,
                                     struct json_value *slots, const char **message);

/* A CSV cell or another plain text as a value: a string without escapes. */
static inline struct json_value json_plain(struct text text) {
    return (struct json_value){JSON_STRING, false, text};
}

/* Appends the value as one text, as a column holds it: strings unescaped (a lone surrogate reads as
 * U+FFFD); numbers as spelled; true, false; arrays as their elements' texts joined with "," (null
 * as nothing, nested arrays joined likewise); objects as compact JSON, keys in order, first of
 * duplicates, numbers as strings (what the reference implementation prints). False: malformed, or
 * no memory. */
bool json_text(struct json_parser *parser, const struct json_value *value, struct buffer *to);
/* The same, and a string that holds a JSON array (after white space) reads as that array. */
bool json_list_text(struct json_parser *parser, const struct json_value *value, struct buffer *to);

#endif
