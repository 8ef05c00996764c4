/* plan.h - a plan as data: what trawl_plan_* (trawl.h) build and execute.c runs.
 *
 * A plan is a list of nodes, each naming its operands by index, operands first. Equal nodes are
 * made once. No node knows a detection: names of fields are strings that formats resolve. */
#ifndef TRAWL_ENGINE_PLAN_H
#define TRAWL_ENGINE_PLAN_H

#include "engine/buffer.h"
#include "engine/match.h"
#include "engine/trawl.h"

enum node_op {
    NODE_FIELD,   /* text: column `index` of the batch */
    NODE_LOWER,   /* text: a */
    NODE_TIME,    /* number: a as ns since the epoch */
    NODE_PRESENT, /* flag: a */
    NODE_EQUALS,  /* flag: text a is one of values[] (a set of one for equals) */
    NODE_SAME,    /* flag: a, b both present and equal */
    NODE_DIFFERS, /* flag: a, b both present and unequal */
    NODE_MATCHES, /* flag: pattern `index` of matcher `matcher` over text a */
    NODE_AND,
    NODE_OR,
    NODE_NOT, /* flag: a, b */
    NODE_SUM, /* number: how many of operands[] are true */
};
enum node_type { TYPE_TEXT, TYPE_FLAG, TYPE_NUMBER };

struct node {
    enum node_op op;
    enum node_type type;
    trawl_node a, b;
    uint32_t index, matcher;
    struct text *values;  /* NODE_EQUALS, sorted by length then bytes; owned */
    trawl_node *operands; /* NODE_SUM; owned */
    size_t count;         /* of values or operands */
};

struct plan_step {
    trawl_node flag;
    char *label;
};
struct plan_output {
    char *name;
    trawl_node node;
};

struct trawl_plan {
    char *name;
    struct node *nodes;
    size_t node_count, node_capacity;
    uint32_t *slots; /* hash table of the nodes: index + 1, or 0 */
    size_t slot_count;
    char **fields;
    size_t field_count; /* the projection: what formats must fill */
    struct plan_step *steps;
    size_t step_count;
    struct plan_output *outputs;
    size_t output_count;
    /* Patterns, grouped by the text node they run over: one matcher, one Hyperscan database each.
     */
    struct plan_matcher {
        trawl_node text;
        struct matcher *matcher;
    } * matchers;
    size_t matcher_count;
    trawl_node score, time; /* TRAWL_NO_NODE: none */
    uint64_t limit;
    bool finished;
    struct trawl_error failure; /* the first error of the builder */
};

/* The order of NODE_EQUALS values: by length, then by bytes. */
static inline int text_compare_by_length(struct text a, struct text b) {
    if (a.length != b.length) return a.length < b.length ? -1 : 1;
    return memcmp(a.data, b.data, a.length);
}

/* Whether `flag` can be true of a row in which only the fields with available[field] are present.
 * Used to say which flags a shape of records could never raise. A negated flag always can; true
 * also when memory runs out. */
bool plan_can_be_true(const struct trawl_plan *plan, trawl_node flag, const bool *available);

#endif
