/* yaml_tree.h - a YAML text as a tree, each node with its place.
 *
 * What a file that people write by hand needs, and nothing that makes a small file large: anchors,
 * aliases and tags are refused, and so are names that a map has twice. Every scalar is text, as
 * written: whoever wants a number or a date reads one. */
#ifndef TRAWL_TOOLS_YAML_TREE_H
#define TRAWL_TOOLS_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#define YAML_LONGEST ((size_t)1 << 20) /* bytes of a text */
#define YAML_WIDEST 1000               /* names in a map */
#define YAML_DEEPEST 32                /* lists and maps in one another */

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    size_t line, column; /* from 1; column in characters */
    bool plain;          /* TEXT: without quotes, and so null where it is empty, ~ or null */
    const char *text;    /* TEXT: NUL-terminated, without another NUL; else NULL */
    size_t count;
    struct yaml_node **items; /* LIST: [count]; MAP: [count], the values */
    struct yaml_node **names; /* MAP: [count], each a TEXT */
};

struct yaml_error {
    size_t line, column; /* from 1 */
    char message[400];   /* one line, no final stop */
};

struct yaml_tree;

/* NULL: see the error. */
struct yaml_tree *yaml_tree_read(const char *text, size_t length, struct yaml_error *error);
void yaml_tree_free(struct yaml_tree *yaml); /* NULL is fine */
/* The documents of the text, in order; an empty document is none. */
size_t yaml_tree_count(const struct yaml_tree *yaml);
const struct yaml_node *yaml_tree_document(const struct yaml_tree *yaml, size_t index);

/* The value of the name; NULL: the map has none, or is no map. */
const struct yaml_node *yaml_tree_find(const struct yaml_node *map, const char *name);
/* Whether it stands for no value: empty without quotes, ~ or null. */
bool yaml_tree_is_null(const struct yaml_node *node);
void yaml_tree_fail(struct yaml_error *error, const struct yaml_node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
