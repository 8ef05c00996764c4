/* syntax_internal.h - what the files of the parser share. syntax.c has the steps, syntax_filter.c
 * the filters, syntax_value.c the expressions, syntax_literal.c literals and arrays, syntax_call.c
 * calls; parser.c has what all of them need.
 *
 * A rule's function gives NULL where it has reported an error, or memory ran out; its callers pass
 * that on up to the step, which goes on behind the next |, ; or }. */
#ifndef TRAWL_ENGINE_QUERY_SYNTAX_INTERNAL_H
#define TRAWL_ENGINE_QUERY_SYNTAX_INTERNAL_H

#include "engine/query/lexer.h"
#include "engine/query/syntax.h"

struct parser {
    struct lexer lexer;
    struct arena *arena;
    struct trawl_diagnostics *diagnostics;
    bool (*filters)(struct text function); /* NULL: every call is one that filters */
    bool strict;
    bool condition;      /* inside a condition: = compares, words are fields */
    bool stopped;        /* too deep or too large: the rest is not looked at */
    unsigned depth;      /* of nesting, here */
    unsigned reach;      /* of the tree, the deepest place of what was parsed last */
    size_t nodes;        /* made so far */
    struct buffer lists; /* a stack of lists that are being gathered */
};

/* Reports an error, unless parsing was stopped; then everything follows from the stop. */
#define complain(parser, ...) \
    ((parser)->stopped ? (void)0 : diagnose_error((parser)->diagnostics, __VA_ARGS__))
/* Reports what the language proper does not have: a warning; if strict, an error. */
#define complain_of_extension(parser, ...)            \
    ((parser)->strict ? complain(parser, __VA_ARGS__) \
                      : diagnose_warning((parser)->diagnostics, __VA_ARGS__))
/* "expected WHAT, found ..." at the next thing. */
void complain_expected(struct parser *parser, const char *what);
/* The same for a bracket that should close here; where the step ends, of the bracket at `opening`.
 */
void complain_unclosed(struct parser *parser, uint32_t opening, const char *what);
/* Whether nothing more of a step can stand here: the end, | ; or }. */
bool parser_at_step_end(struct parser *parser);

/* One level of nesting more; false: too many, parsing is stopped. Always followed by leave. */
bool parser_enter(struct parser *parser);
void parser_leave(struct parser *parser);
void parser_stop(struct parser *parser, const char *why);

/* Zeroed; NULL: reported, or memory ran out. */
void *node_new(struct parser *parser, size_t size);
struct value *value_new(struct parser *parser, enum value_kind kind, uint32_t start);
struct filter *filter_new(struct parser *parser, enum filter_kind kind, uint32_t start);

/* Lists are gathered on a stack, then copied to the tree. Each begin has its end. */
size_t list_begin(const struct parser *parser);
bool list_add(struct parser *parser, const void *item, size_t size);
void *list_end(struct parser *parser, size_t begin, size_t item_size, size_t *count);

/* Takes `and` or `or`; also && and ||, reported. */
bool parser_take_connective(struct parser *parser, enum syntax_op op);
/* Passes over and reports what would be comments in other languages: lines from a # or -- on. */
void parser_skip_foreign_comments(struct parser *parser);
bool parser_looking_at(struct parser *parser, const char *text); /* after any space */

/* ---- rules -------------------------------------------------------------------------------- */

/* { pipeline } from its { to its }. */
struct pipeline *parse_braces(struct parser *parser);

struct filter *parse_filter(struct parser *parser);
/* A word or quoted text that names a field. false: reported. */
bool parse_field(struct parser *parser, struct text *name, struct span *span);

struct value *parse_expression(struct parser *parser); /* with and, or, not: an extension */

struct value *parse_word(struct parser *parser, uint32_t end); /* NUMBER, STAR or WORD */
struct value *parse_quoted(struct parser *parser);
struct value *parse_regex(struct parser *parser);
struct value *parse_parameter(struct parser *parser);
struct value *parse_array(struct parser *parser);
/* An expression, or a literal word of any characters. */
struct value *parse_argument_value(struct parser *parser);

/* The name, which began at `start`, is taken; ( follows. */
struct call *parse_call(struct parser *parser, struct text name, uint32_t start);
/* field =~ [!] call: the field and =~ are taken. */
struct call *parse_field_call(struct parser *parser, struct text field);

#endif
