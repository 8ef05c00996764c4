/* internal.h - what json.c, paths.c, text.c and the wrapper share. Plain data: json_template.hpp
 * reads the tree of keys through it. */
#ifndef TRAWL_FORMATS_JSON_INTERNAL_H
#define TRAWL_FORMATS_JSON_INTERNAL_H

#include "formats/json/json.h"

#ifdef __cplusplus
extern "C" {
#endif

/* White space between JSON's tokens. */
static inline bool json_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

#define JSON_NO_SLOT UINT32_MAX
#define JSON_NO_NODE UINT32_MAX

/* One key of an object on the way to a path. */
struct json_key {
    struct text name; /* owned by the paths */
    uint32_t slot;    /* of the path that ends here; or JSON_NO_SLOT */
    uint32_t array;   /* slot of the array flattened into name[0], ...; or JSON_NO_SLOT */
    uint32_t child;   /* node of the paths that go on; or JSON_NO_NODE */
};

/* A place of a node's hash table. tag 0: free. */
struct json_place {
    uint32_t tag, key;
};

/* An object: its keys by hash. */
struct json_node {
    struct json_place *places; /* [mask + 1], at most a quarter taken: most look-ups are misses */
    uint32_t mask, count;
    bool flattened; /* a key has an array */
};

struct json_paths {
    struct json_node *nodes; /* [0]: the top object */
    struct json_key *keys;
    uint32_t node_count, node_capacity, key_count, key_capacity, slot_count;
};

/* Length, first and last byte: equal for few keys that are not. Never 0. */
static inline uint32_t json_key_tag(const char *name, size_t length) {
    if (length == 0) return 1;
    return (uint32_t)(length & 0xffff) << 16 | (uint32_t)(unsigned char)name[0] << 8 |
           (uint32_t)(unsigned char)name[length - 1];
}
static inline uint32_t json_tag_hash(uint32_t tag) {
    return (tag * UINT32_C(0x9E3779B1)) >> 16;
}
static inline const struct json_key *json_key_find(const struct json_paths *paths,
                                                   const struct json_node *node, const char *name,
                                                   size_t length) {
    uint32_t tag = json_key_tag(name, length);
    for (uint32_t i = json_tag_hash(tag);; i++) {
        const struct json_place *place = &node->places[i & node->mask];
        if (!place->tag) return NULL;
        if (place->tag != tag) continue;
        const struct json_key *key = &paths->keys[place->key];
        if (key->name.length == length && memcmp(key->name.data, name, length) == 0) return key;
    }
}
/* For a name that ends in "]": if it is name[i], i as Python prints it (no sign, no leading zero),
 * and that array is wanted, the key of the array; otherwise NULL. */
const struct json_key *json_key_find_array(const struct json_paths *paths,
                                           const struct json_node *node, struct text name,
                                           uint32_t *element);

/* Memory for texts that values point into: grows by blocks, which do not move. */
struct json_arena {
    struct json_block *blocks;
};
/* `length` bytes and TEXT_PADDING behind them; NULL: out of memory. */
char *json_arena_take(struct json_arena *arena, size_t length);
/* Gives all back, but for one block of the usual size where it is wanted. */
void json_arena_clear(struct json_arena *arena, bool keep_one);
/* Copies a text into the arena; NULL data: out of memory. */
struct text json_arena_copy(struct json_arena *arena, const char *data, size_t length);

/* Text found in a string, to be read as an object of this node; read after the record, when the
 * parser is free again. */
struct json_pending {
    const struct json_node *node;
    struct text text;
    unsigned depth;
};
/* One element of a flattened array. */
struct json_element {
    uint32_t slot, element, order;
    struct json_value value;
};

/* The state of one projection. */
struct json_walk {
    const struct json_paths *paths;
    struct json_row *row;
    const char *message;
    bool failed;    /* no memory */
    unsigned depth; /* JSON text in strings in JSON text in strings ... */
    struct json_arena arena;
    struct buffer key; /* a key without its escapes */
    struct json_pending *pending;
    struct json_element *elements;
    size_t pending_count, pending_capacity, element_count, element_capacity;
};

/* What of a node's member of that name is wanted. */
static inline struct json_column json_column_find(const struct json_paths *paths,
                                                  const struct json_node *node, struct text name) {
    struct json_column column = {json_key_find(paths, node, name.data, name.length), NULL, 0};
    if (node->flattened && name.length && name.data[name.length - 1] == ']')
        column.array = json_key_find_array(paths, node, name, &column.element);
    return column;
}

/* ---- for the wrapper: what is rare, and the same on every ISA level ---------------------- */

/* A key with a backslash becomes what it means, valid until the next call. False: it is not JSON.
 */
bool json_walk_escaped_key(struct json_walk *walk, struct text *name);
/* A value that is an element of a flattened array. */
void json_walk_element(struct json_walk *walk, const struct json_key *array, uint32_t element,
                       const struct json_value *value);
/* A string where paths go on below. */
void json_walk_string(struct json_walk *walk, uint32_t child, const struct json_value *value);

/* Whether the bytes between two quotes hold only escapes that JSON knows. */
bool json_escapes_valid(const char *text, size_t length);
/* Whether the text is exactly one number of JSON's grammar; or null, true, false. */
bool json_number_valid(const char *text, size_t length);
enum json_type json_atom(const char *text, size_t length); /* JSON_ABSENT: none of them */
/* What the bytes between two quotes mean, written to `to`, which has room for as many (escapes only
 * shrink) and may be where they are. SIZE_MAX: a bad escape. */
size_t json_unescape(struct text raw, char *to);
/* Appends text as a JSON string with its quotes, escaped as little as JSON allows. */
bool json_quote(struct text text, struct buffer *to);
/* Appends a value as JSON text: containers and escaped strings as they stand. */
bool json_write_raw(const struct json_value *value, struct buffer *to);
/* Structures as SQL engines print them: {a=1, b={c=x y}, d=null}. Whether the text begins as one.
 */
bool json_is_struct(struct text text);
/* Appends it as JSON, values as strings. False: it is none after all, or no memory (to->failed). */
bool json_of_struct(struct text text, struct buffer *to);
/* json_reach and json_split, of a parser's arena. */
enum json_outcome json_reach_from(struct json_arena *arena, struct json_value value,
                                  struct text path, struct json_value *out);
enum json_outcome json_split_into(struct json_arena *arena, struct json_value value,
                                  struct json_value *out);

/* Whether the key was not met before in this record. */
static inline bool json_row_meet(struct json_row *row, size_t key) {
    if (row->met[key] == row->generation) return false;
    row->met[key] = row->generation;
    return true;
}
static inline bool json_walk_meet(struct json_walk *walk, const struct json_key *key) {
    return json_row_meet(walk->row, (size_t)(key - walk->paths->keys));
}
/* Files a value under a slot that has none. */
static inline void json_walk_store(struct json_walk *walk, uint32_t slot, struct json_value value) {
    walk->row->values[slot] = value;
    walk->row->found[walk->row->found_count++] =
        (struct json_found){slot, JSON_KIND(value.type, value.escaped)};
}

bool json_parser_utf8(struct json_parser *parser, struct text text);

/* ---- one wrapper for each ISA level ------------------------------------------------------ */

struct json_kernel {
    void *(*create)(void);
    void (*destroy)(void *state);
    /* Reads text as an object of the node; strict: every byte is checked. */
    enum json_outcome (*object)(void *state, struct json_walk *walk, const struct json_node *node,
                                struct text text, bool strict);
    enum json_outcome (*array)(void *state, struct json_walk *walk,
                               const struct json_column *columns, size_t count, struct text text,
                               bool strict);
    /* Whether the text is UTF-8; worth its call from some hundred bytes on. */
    bool (*utf8)(void *state, struct text text);
};
extern const struct json_kernel json_kernel_westmere, json_kernel_haswell, json_kernel_icelake;

#ifdef __cplusplus
}
#endif
#endif
