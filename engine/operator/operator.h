/* operator.h - what stands between two programs of a plan: sorting, grouping, expanding, joining
 * rows into sequences. Each kind is one file and one constant `struct operator_kind`.
 *
 * A state belongs to one thread while it is fed. Operators that must see every row before they give
 * one (barriers) have a state per worker; after the last batch the states merge into one, in any
 * grouping, to the same answer, and finish gives the rows in an order that depends on the rows
 * alone. Operators that give rows at once (expanders) call next from add, and are not merged. */
#ifndef TRAWL_ENGINE_OPERATOR_H
#define TRAWL_ENGINE_OPERATOR_H

#include <stdatomic.h>

#include "engine/column/rows.h"
#include "engine/operator/spill.h"

/* Where an operator sends rows. cells[] has the operator's output columns; texts may die when the
 * call returns. TRAWL_CANCELLED: no more rows are wanted; pass it on. */
struct row_sink {
    enum trawl_status (*row)(void *context, const struct datum *cells, struct origin origin,
                             struct trawl_error *error);
    void *context;
};

/* Something the user should hear at the end: a result that was cut, values over a limit. Lines are
 * gathered, each text once, and sorted. Thread-safe. */
struct notices;
void notices_add(struct notices *notices, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

struct operator_resources {
    struct spill *spill; /* temporary files, shared */
    uint64_t budget;     /* bytes this state may hold in memory; beyond: spill */
    const atomic_bool *cancelled;
    struct notices *notices;
};

struct operator_kind {
    const char *name; /* as --explain prints it: "sort", "group", ... */
    bool barrier;
    void *(*open)(const void *spec, const struct operator_resources *resources,
                  const struct row_sink *next /* expanders; NULL for barriers */,
                  struct trawl_error *error);
    enum trawl_status (*add)(void *state, const struct rows *rows, struct trawl_error *error);
    /* Barriers: moves everything of `from` into `to`. */
    enum trawl_status (*merge)(void *to, void *from, struct trawl_error *error);
    /* Barriers: gives all rows. Once. */
    enum trawl_status (*finish)(void *state, const struct row_sink *next,
                                struct trawl_error *error);
    void (*close)(void *state); /* NULL is fine */
    void (*spec_free)(void *spec);
    /* One line for --explain, without newline. */
    void (*explain)(const void *spec, struct buffer *out);
};

#endif
