/* naive.h - the meaning of a program, a row at a time and without any cleverness: what the executor
 * is judged by. Expressions are made together with their nodes; each is computed of every row. */
#ifndef TRAWL_TESTS_UNIT_NAIVE_H
#define TRAWL_TESTS_UNIT_NAIVE_H

#include "engine/program/program.h"

enum naive_kind {
    /* text */
    N_FIELD,
    N_TEXT,
    N_MISSING,
    N_LOWER,
    N_TO_TEXT,
    N_JOINED, /* call: the arguments between brackets, "-" for a missing one; three "x" are missing
               */
    /* number */
    N_NUMBER,
    N_TO_NUMBER,
    N_ARITHMETIC,
    N_NEGATE,
    N_SUM,
    N_MILLIS,
    N_LENGTH, /* call: bytes of all arguments; missing: 1000 */
    /* time */
    N_TIME,
    /* flag */
    N_FLAG,
    N_PRESENT,
    N_IN,
    N_SAME,
    N_DIFFERS,
    N_EQUIVALENT,
    N_COMPARE,
    N_CONTAINS,
    N_STARTS,
    N_INSIDE,
    N_LONG, /* call: N_LENGTH over 5 */
    N_AND,
    N_OR,
    N_NOT,
    /* any */
    N_SELECT,
    N_COALESCE,
    N_KINDS
};

struct naive_expression {
    enum naive_kind kind;
    enum value_type type;
    enum node_op op;  /* N_ARITHMETIC, N_COMPARE */
    uint32_t a, b, c; /* expressions; N_FIELD: a is the field */
    uint32_t operands[4];
    size_t count;
    const char *words[4]; /* N_TEXT: words[0] */
    double number;        /* N_NUMBER; N_FLAG: 0 or 1 */
    node_id node;
};

struct naive_value {
    bool present;
    bool flag;
    double number;
    struct text text; /* also of a time */
    int64_t time;
};

enum { NAIVE_MOST = 150 };

struct naive {
    struct program *program;
    struct naive_expression expressions[NAIVE_MOST];
    uint32_t count, field_count;
};

void naive_init(struct naive *naive, uint32_t field_count);
void naive_free(struct naive *naive);
/* Adds a random expression over those that are there. */
void naive_grow(struct naive *naive, uint64_t *seed);
/* A random expression of a type. */
uint32_t naive_pick(const struct naive *naive, uint64_t *seed, enum value_type type);
/* All of them for a row; fields[] may hold NULL. The values are good until the next call. */
const struct naive_value *naive_row(const struct naive *naive, const char *const *fields);

#endif
