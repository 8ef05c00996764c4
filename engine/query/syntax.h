/* syntax.h - the query language as a tree. The grammar is in syntax_filter.c, syntax_value.c and
 * syntax.c, one function per rule; the lexer is scannerless: what a word is depends on where it
 * stands (a filter's pattern, an expression).
 *
 * Everything lives in the tree's arena and dies with it. Texts are decoded (escapes resolved) and
 * may lie in the source, which the tree copies. */
#ifndef TRAWL_ENGINE_QUERY_SYNTAX_H
#define TRAWL_ENGINE_QUERY_SYNTAX_H

#include "engine/base/buffer.h"
#include "engine/query/diagnose.h"

#define SYNTAX_DEPTH 200                /* nesting of anything; deeper is an error */
#define SYNTAX_LENGTH ((size_t)4 << 20) /* bytes of a query; longer is an error */
#define SYNTAX_NODES ((size_t)1 << 19)  /* parts of a tree, so that it stays under 150 MB */

enum syntax_op {
    OP_EQUAL, /* = of a filter; == of an expression */
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_LIKE, /* filters only */
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER,
    OP_NEGATE, /* unary */
    OP_NOT,    /* unary ! (and the word not, by extension) */
    OP_AND,    /* extension: and, or inside expressions */
    OP_OR,
    OP_LINK, /* filters only: field <=> name.field, the pattern a WORD */
};

enum value_kind {
    VALUE_WORD, /* a bare word: a field's name in expressions, a keyword or literal in arguments */
    VALUE_TEXT, /* "quoted" */
    VALUE_NUMBER,    /* text is as written */
    VALUE_REGEX,     /* /text/flags */
    VALUE_PARAMETER, /* ?text, ?{text=items[0]} */
    VALUE_STAR,      /* * alone */
    VALUE_ARRAY,     /* [items] */
    VALUE_CALL,
    VALUE_PIPELINE, /* { pipeline }, or name:{ pipeline } with the name in text; items[0] is the
                       array of an `include: [..]` behind it */
    VALUE_UNARY,    /* op items[0] */
    VALUE_BINARY,   /* items[0] op items[1] */
};

struct call;
struct pipeline;

struct value {
    enum value_kind kind;
    struct span span;
    struct text text;
    unsigned regex_flags; /* TRAWL_IGNORE_CASE and so on; REGEX_GLOBAL */
    enum syntax_op op;
    bool
        extension; /* written in a way that the language proper does not have (= for ==, and, or) */
    struct value **items;
    size_t count;
    struct call *call;
    struct pipeline *pipeline;
};
#define REGEX_GLOBAL 0x100u

struct argument {
    struct text name; /* length 0: unnamed */
    struct span span; /* of the name, or of the value */
    struct value *value;
};

struct call {
    struct text name; /* as written */
    struct span span; /* of the whole call */
    struct span name_span;
    struct text field; /* field =~ call(...); data NULL: none */
    struct argument *arguments;
    size_t count;
    bool negated; /* !join(...), field =~ !cidr(...), not in filters' own not */
};

enum filter_kind {
    FILTER_AND, /* children */
    FILTER_OR,
    FILTER_NOT,   /* children[0] */
    FILTER_FIELD, /* field op pattern */
    FILTER_TEXT,  /* free text: pattern */
    FILTER_CALL,  /* a call that filters */
    FILTER_CONST, /* true, *, false: truth */
};

struct filter {
    enum filter_kind kind;
    struct span span;
    struct filter **children;
    size_t count;
    struct text field;
    struct span field_span;
    enum syntax_op op;
    struct value *pattern; /* WORD, TEXT, NUMBER, REGEX, PARAMETER or STAR */
    struct call *call;
    bool truth;
};

enum step_kind {
    STEP_FILTER,
    STEP_ASSIGN, /* name := value; `indirect`: the name is the text of the field called name */
    STEP_CALL,   /* a step that is one call and nothing else; also field =~ call */
    STEP_CASE,   /* clauses */
    STEP_MATCH,  /* name match { guard => pipeline; ... }: clauses with guards */
    STEP_STATS,  /* [calls]: values[] of the array */
    STEP_SAVED,  /* $name(arguments): call */
};

struct clause {
    struct value *guard; /* STEP_MATCH: WORD, TEXT, NUMBER, REGEX, PARAMETER, STAR or CALL */
    struct pipeline *pipeline;
    struct span span;
};

struct step {
    enum step_kind kind;
    struct span span; /* for the ledger: the step as written */
    struct text name;
    struct span name_span;
    bool indirect;
    struct filter *filter;
    struct value *value; /* of ASSIGN; the array of STATS */
    struct call *call;
    struct clause *clauses;
    size_t clause_count;
};

struct pipeline {
    struct step *steps;
    size_t count;
    struct span span;
};

struct syntax;

/* Parses a query. Never NULL but out of memory; where the diagnostics hold errors the tree has what
 * could be understood. `filters`: whether a call of this function may stand beside other filters;
 * text behind a complete call of any other, with no further | in it, is taken for prose from around
 * the query: warned of (an error if strict) and left out.
 * Warnings (errors if strict) for what the language proper does not have. */
struct syntax *syntax_parse(const char *text, size_t length, bool strict,
                            bool (*filters)(struct text function),
                            struct trawl_diagnostics *diagnostics);
void syntax_free(struct syntax *syntax);
const struct pipeline *syntax_pipeline(const struct syntax *syntax);
/* The source under a span. */
struct text syntax_source(const struct syntax *syntax, struct span span);

#endif
