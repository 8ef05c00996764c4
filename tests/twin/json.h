/* json.h - the twin's JSON: a plain recursive parser into a tree. The first of duplicate keys wins,
 * numbers keep their spelling and are texts from then on, lone surrogates read as U+FFFD. */
#ifndef TRAWL_TESTS_TWIN_JSON_H
#define TRAWL_TESTS_TWIN_JSON_H

#include "tests/twin/memory.h"

enum tree_kind { TREE_NULL, TREE_FALSE, TREE_TRUE, TREE_TEXT, TREE_ARRAY, TREE_OBJECT };

struct tree {
    enum tree_kind kind;
    struct bytes text;   /* TREE_TEXT: a string, unescaped, or a number as spelled */
    struct bytes *keys;  /* TREE_OBJECT, in order of first occurrence */
    struct tree **items; /* TREE_ARRAY, TREE_OBJECT */
    size_t count;
};

/* One value at text[*at], white space before it passed over. NULL: malformed. */
struct tree *tree_parse_at(struct pool *arena, struct bytes text, size_t *at);
/* The whole text is one value. */
struct tree *tree_parse(struct pool *arena, struct bytes text);

/* The value of a key, JSON null included; NULL: not there, or not an object. */
const struct tree *tree_find(const struct tree *object, struct bytes key);
/* The same, JSON null reads as not there. */
const struct tree *tree_get(const struct tree *object, struct bytes key);
bool tree_is_text(const struct tree *tree, const char *text);
/* Neither missing, null, false, nor an empty text, array or object. */
bool tree_truthy(const struct tree *tree);

/* A value as one text: booleans as words, arrays joined with ",", objects as compact JSON. Missing
 * where the value is missing or null. */
struct bytes tree_text(struct pool *arena, const struct tree *tree);
/* Appends text as a JSON string with its quotes. */
void twin_quote(struct string *to, struct bytes text);

#endif
