/* program.h - what is computed of every row of a batch: a list of nodes, each naming its operands
 * by index, operands first, with filters between them and outputs at the end.
 *
 * Equal nodes are made once. What can be known without a row is folded: constants, a comparison
 * with a choice of constants (so a flag stored as a text and compared again stays a bitmap). No
 * node knows a detection: names of fields are strings that formats resolve.
 *
 * The builder's errors are sticky: a failing call returns NO_NODE, further calls on it do the same,
 * and program_finish reports the first failure. Flags are two-valued: every comparison with a
 * missing operand is false, whichever it is, and whoever needs to know asks program_present. */
#ifndef TRAWL_ENGINE_PROGRAM_H
#define TRAWL_ENGINE_PROGRAM_H

#include "engine/base/buffer.h"
#include "engine/column/datum.h"
#include "engine/match/match.h"
#include "engine/match/networks.h"
#include "engine/scalar.h"
#include "engine/trawl.h"

/* A value computed for every row. Index into the program. */
typedef uint32_t node_id;
#define NO_NODE UINT32_MAX

enum node_op {
    NODE_FIELD,   /* text: column `index` of the batch */
    NODE_TEXT,    /* text: the constant values[0] */
    NODE_NUMBER,  /* number: the constant `number` */
    NODE_FLAG,    /* flag: the constant `index` (0 or 1) */
    NODE_MISSING, /* of any type but flag: missing in every row */
    /* text */
    NODE_LOWER,   /* a, as fold.h lowers */
    NODE_TO_TEXT, /* a: number; of flags and times the builder makes choices and milliseconds */
    /* number */
    NODE_TO_NUMBER, /* a: text, missing where it is no number */
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,    /* by zero: missing, as every result that is not finite */
    NODE_REMAINDER, /* the sign of a */
    NODE_NEGATE,
    NODE_SUM,    /* how many of the flags operands[] are true */
    NODE_MILLIS, /* a: time */
    /* time */
    NODE_TIME, /* a: text, as time.h reads it */
    /* flag */
    NODE_PRESENT,    /* a, of any type */
    NODE_EQUALS,     /* text a is one of values[] */
    NODE_SAME,       /* texts a, b both present and equal */
    NODE_DIFFERS,    /* texts a, b both present and unequal */
    NODE_EQUIVALENT, /* texts a, b both present, and equal as numbers where both are, else as texts
                      */
    NODE_LESS,       /* numbers a < b */
    NODE_LESS_EQUAL,
    NODE_EQUAL,   /* numbers a == b */
    NODE_MATCHES, /* pattern `index` of matcher `matcher` over text a */
    NODE_INSIDE,  /* text a is an address inside `networks` */
    NODE_AND,
    NODE_OR,
    NODE_NOT, /* flags a, b */
    /* of any type */
    NODE_SELECT, /* operands[0] (flag) ? operands[1] : operands[2], both of this node's type */
    NODE_CALL,   /* scalar over operands[], each text or number */
};

struct node {
    enum node_op op;
    enum value_type type;
    node_id a, b;
    uint32_t index, matcher;
    double number;
    struct text *values; /* NODE_EQUALS, sorted by length then bytes; NODE_TEXT; owned */
    node_id *operands;   /* owned */
    size_t count;        /* of values or operands */
    const struct scalar *scalar;
    void *data;                /* the scalar's; owned */
    struct networks *networks; /* owned */
};

struct program_step {
    node_id flag;
    char *label;
};
struct program_output {
    char *name;
    node_id node;
};
/* A column of the batch, and whether it was asked for by whoever wrote the query (and not only
 * because an assignment may leave an older value in place): only then its absence is news. */
struct program_field {
    char *name;
    bool wanted;
};

struct program {
    struct node *nodes;
    size_t node_count, node_capacity;
    uint32_t *slots; /* hash table of the nodes: index + 1, or 0 */
    size_t slot_count;
    struct program_field *fields;
    size_t field_count; /* the projection: what the batch must hold */
    struct program_step *steps;
    size_t step_count;
    /* Of the rows that the first step keeps, those where this flag is false are counted; NO_NODE:
     * nothing is. */
    node_id first_known;
    struct program_output *outputs;
    size_t output_count;
    /* Patterns, grouped by the text node they run over: one matcher, one Hyperscan database each.
     */
    struct program_matcher {
        node_id text;
        struct matcher *matcher;
    } * matchers;
    size_t matcher_count;
    size_t mapped; /* the builder's work on choices so far, in nodes */
    bool finished;
    struct trawl_error failure; /* the first error of the builder */
};

struct program *program_new(void);
void program_free(struct program *program); /* NULL is fine */

/* ---- leaves ---- */
node_id program_field(struct program *program, const char *name);      /* text; wanted */
node_id program_field_weak(struct program *program, const char *name); /* text; wanted only if asked
                                                                          for elsewhere */
node_id program_text(struct program *program, struct text value);
node_id program_number(struct program *program, double value); /* finite */
node_id program_flag(struct program *program, bool value);
node_id program_missing(struct program *program, enum value_type type);

/* ---- conversions ---- */
node_id program_lower(struct program *program, node_id text);
node_id program_to_text(struct program *program, node_id any);   /* of a text: itself */
node_id program_to_number(struct program *program, node_id any); /* of a flag: missing */
node_id program_time(struct program *program, node_id text);
node_id program_millis(struct program *program, node_id time);

/* ---- flags ---- */
node_id program_present(struct program *program, node_id any);
node_id program_equals(struct program *program, node_id text, const char *value);
node_id program_in(struct program *program, node_id text, const struct text *values, size_t count);
node_id program_same(struct program *program, node_id a, node_id b);
node_id program_differs(struct program *program, node_id a, node_id b);
node_id program_equivalent(struct program *program, node_id a, node_id b);
/* op: NODE_LESS, NODE_LESS_EQUAL or NODE_EQUAL over numbers. */
node_id program_compare(struct program *program, enum node_op op, node_id a, node_id b);
node_id program_matches(struct program *program, node_id text, const char *regex, unsigned flags);
/* Takes the networks, also on failure. */
node_id program_inside(struct program *program, node_id text, struct networks *networks);
node_id program_and(struct program *program, node_id a, node_id b);
node_id program_or(struct program *program, node_id a, node_id b);
node_id program_not(struct program *program, node_id a);

/* ---- numbers ---- */
/* op: NODE_ADD to NODE_REMAINDER. A sum of choices between 1 and 0 becomes a NODE_SUM. */
node_id program_arithmetic(struct program *program, enum node_op op, node_id a, node_id b);
node_id program_negate(struct program *program, node_id a);
node_id program_sum(struct program *program, const node_id *flags, size_t count);

/* ---- of any type ---- */
/* a and b have one type. A choice of flags becomes and/or. */
node_id program_select(struct program *program, node_id flag, node_id a, node_id b);
/* a where it is present, else b: one type. */
node_id program_coalesce(struct program *program, node_id a, node_id b);
/* Takes data, also on failure. Calls with equal operands, scalar and `identity` (may be empty) are
 * one node. Operands: text or number; flags are turned to texts. */
node_id program_call(struct program *program, const struct scalar *scalar, void *data,
                     struct text identity, const node_id *operands, size_t count);

/* ---- what is known of a node ---- */
enum value_type program_type(const struct program *program, node_id node); /* NO_NODE: text */
/* Whether the value can never be missing. */
bool program_always(const struct program *program, node_id node);
/* Whether it is a constant text (also of a number or flag). */
bool program_constant(const struct program *program, node_id node, struct text *value);
bool program_is_flag(const struct program *program, node_id node, bool value);

/* ---- filters and outputs ---- */
/* A filter: rows where the flag is false go no further. Steps run in the order they are added; the
 * conjuncts of one step run cheapest first. The summary counts what each kept under its label. */
void program_keep(struct program *program, node_id flag, const char *label);
/* A filter before all that were added and will be: only once. `known`: a flag that it rests on;
 * rows that it keeps although that is false are counted (tally->unknown). */
void program_keep_first(struct program *program, node_id flag, node_id known, const char *label);
/* A column of the result, in the order added. Names must differ. Returns its index. */
size_t program_output(struct program *program, const char *name, node_id node);
/* Checks the program and compiles its patterns. After TRAWL_OK it is immutable. */
enum trawl_status program_finish(struct program *program, struct trawl_error *error);

/* The order of NODE_EQUALS values: by length, then by bytes. */
static inline int text_compare_by_length(struct text a, struct text b) {
    if (a.length != b.length) return a.length < b.length ? -1 : 1;
    return memcmp(a.data, b.data, a.length);
}

/* Whether `flag` can be true of a row in which only the fields with available[field] are present.
 * Used to say which flags a shape of records could never raise. A negated flag always can; true
 * also when memory runs out. */
bool program_can_be_true(const struct program *program, node_id flag, const bool *available);

/* Whether some filter lets no row pass, whatever it holds: of a plan whose tables are made. */
bool program_is_idle(const struct program *program);

/* --explain: the nodes, filters and outputs, one line each. */
void program_explain(const struct program *program, struct buffer *out);

#endif
