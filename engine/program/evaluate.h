/* evaluate.h - the inside of an executor: execute.c decides what runs when, evaluate_*.c compute
 * one node over the rows that are selected.
 *
 * What a node says of other rows is undefined, but bits at and beyond the batch's rows are 0 in
 * every bitmap. A column made here may hold equal values under several codes. */
#ifndef TRAWL_ENGINE_EVALUATE_H
#define TRAWL_ENGINE_EVALUATE_H

#include "engine/program/execute.h"
#include "engine/program/schedule.h"

/* A text column that a node makes. Its arrays are grown on demand and kept from batch to batch; the
 * column's may be these or another column's. */
struct made {
    struct column column;
    uint32_t *offsets, *codes;
    uint64_t *validity;
    size_t offset_room, code_room;
    size_t filled; /* values whose end is in offsets */
};

/* A hash set of a NODE_EQUALS's values: open addressing, at most half full. */
struct value_slot {
    uint32_t hash; /* its upper half; the lower gives the place */
    uint32_t index_plus_one;
};
struct value_set {
    struct value_slot *slots; /* NULL: few values, searched by length */
    size_t mask;
};

/* The value of a node over the batch. */
struct value {
    const struct column *column; /* text; time: the text */
    uint64_t *bits;              /* flag; number: where it is present */
    double *numbers;             /* number */
    size_t each;                 /* number: SIZE_MAX: numbers[row]; 0: numbers[0] of all rows */
    double constant;             /* NODE_NUMBER: what numbers points to */
    struct made *made;           /* where the node makes a column; owned */
    struct value_set set;        /* NODE_EQUALS; owned */
    void *scratch;               /* NODE_CALL: of scalar->scratch_new; owned */
    struct datum *args;          /* NODE_CALL: [operands]; owned */
};

/* A program_matcher at work. */
struct match_state {
    struct match_scratch *scratch;
    uint64_t **hits; /* by pattern, each BITMAP_WORDS(COLUMN_ROWS), all in one block: hits[0] */
    bool scanned;    /* in this batch */
};

struct executor {
    const struct program *program;
    const uint32_t *field_columns; /* [field] column of the batch; NULL: the same number */
    struct value *values;          /* [node_count] */
    struct schedule schedule;
    size_t counted;              /* stages whose rows were counted before */
    struct match_state *matches; /* [matcher_count] */
    uint64_t *bits;              /* the blocks that every value's bits and numbers are in */
    double *numbers;
    struct rows_column *columns; /* [output_count] */
    double **filled;             /* [output_count]: of constant numbers, [COLUMN_ROWS]; or NULL */

    /* of the batch that runs */
    const struct batch *batch;
    size_t rows;
    uint64_t made;         /* bytes of the texts computed so far */
    uint64_t *selection;   /* BITMAP_WORDS(COLUMN_ROWS), as all bitmaps */
    uint64_t selected;     /* how many */
    uint64_t *all;         /* every row */
    uint64_t *none;        /* no row, ever */
    uint64_t *by_value;    /* scratch: a predicate over the values of a dictionary */
    uint64_t *wanted;      /* scratch: the values that selected rows have */
    double *by_number;     /* scratch: numbers over the values of a dictionary; [COLUMN_ROWS] */
    uint32_t *zeros;       /* codes of a column of one value; [COLUMN_ROWS] */
    struct column missing; /* a column without any value */
    struct buffer out;     /* scratch: the text that a scalar gives */
};

/* Goes through the rows of the bitmap whose word w is `expression`. */
#define FOR_ROWS(row, row_count, expression)             \
    for (size_t w = 0; w < BITMAP_WORDS(row_count); w++) \
        for (uint64_t left = (expression), row;          \
             left && (row = w * 64 + (uint64_t)__builtin_ctzll(left), true); left &= left - 1)

static inline struct text present_value(const struct column *column, size_t row) {
    return column_stored(column, column->encoding == COLUMN_DICTIONARY ? column->codes[row] : row);
}
static inline const struct column *column_of(const struct executor *executor, node_id text) {
    return executor->values[text].column;
}
static inline double number_at(const struct value *value, size_t row) {
    return value->numbers[row & value->each];
}
/* Whether to compute per value of the column: a dictionary with no more values than rows count. */
static inline bool by_value(const struct executor *executor, const struct column *column) {
    return column->encoding == COLUMN_DICTIONARY && column->distinct <= executor->selected;
}

/* ---- made columns (evaluate_made.c) -------------------------------------------------------- */

struct made *made_new(void);
void made_free(struct made *made);
/* False: out of memory, here and below. */
/* Another column's values, but an arena of its own, still empty. */
bool made_copy(struct made *made, const struct column *column);
/* A dictionary without values yet. */
bool made_start_dictionary(struct made *made, size_t rows, size_t values);
/* A plain column, its rows to be given in ascending order; the others are missing. */
bool made_start_plain(struct made *made, size_t rows);
bool made_codes(struct made *made, size_t rows);    /* column.codes become its own */
bool made_validity(struct made *made, size_t rows); /* its own, all missing */
/* The next value of a dictionary. */
enum trawl_status made_add(struct made *made, struct text value, struct trawl_error *error);
enum trawl_status made_put(struct made *made, size_t row, struct text value,
                           struct trawl_error *error);
/* Ends value or row `index` where the arena, which the caller has filled, ends. */
enum trawl_status made_close(struct made *made, size_t index, struct trawl_error *error);
void made_finish_plain(struct made *made);

/* ---- the kernels -------------------------------------------------------------------------- */

enum trawl_status evaluate_lower(struct executor *executor, node_id id, struct trawl_error *error);
enum trawl_status evaluate_to_text(struct executor *executor, node_id id,
                                   struct trawl_error *error);
enum trawl_status evaluate_select(struct executor *executor, node_id id, struct trawl_error *error);

enum trawl_status evaluate_flag(struct executor *executor, node_id id, struct trawl_error *error);
bool value_set_init(struct value_set *set, const struct node *node);
/* What is true by value of a dictionary, by row. */
void evaluate_spread(const struct executor *executor, const struct column *column,
                     const uint64_t *by_value, uint64_t *bits);

void evaluate_number(struct executor *executor, node_id id);

enum trawl_status evaluate_call(struct executor *executor, node_id id, struct trawl_error *error);

#endif
