/* program_sample.h - a small program to ask and to fold, for tests of the builder. */
#ifndef TRAWL_TESTS_UNIT_PROGRAM_SAMPLE_H
#define TRAWL_TESTS_UNIT_PROGRAM_SAMPLE_H

#include <criterion/criterion.h>

#include "engine/program/program.h"

static inline node_id text(struct program *p, const char *value) {
    return program_text(p, text_of(value));
}

static inline bool is_text(const struct program *p, node_id node, const char *expected) {
    struct text value;
    return p->nodes[node].op == NODE_TEXT && program_constant(p, node, &value) &&
           text_equal(value, text_of(expected));
}

static inline bool is_number(const struct program *p, node_id node, double expected) {
    return p->nodes[node].op == NODE_NUMBER && p->nodes[node].number == expected;
}

static inline bool is_missing(const struct program *p, node_id node, enum value_type type) {
    return p->nodes[node].op == NODE_MISSING && p->nodes[node].type == type;
}

/* A program with fields a, b and the flags of each being "1". */
struct sample {
    struct program *p;
    node_id a, b, f, g;
};

static inline struct sample sample_new(void) {
    struct sample s = {.p = program_new()};
    s.a = program_field(s.p, "a");
    s.b = program_field(s.p, "b");
    s.f = program_equals(s.p, s.a, "1");
    s.g = program_equals(s.p, s.b, "1");
    return s;
}

static inline void sample_free(struct sample *s) {
    cr_expect_eq(s->p->failure.status, TRAWL_OK, "%s", s->p->failure.message);
    program_free(s->p);
}

#endif
