/* sequence_internal.h - what the files of the sequence operator share. */
#ifndef TRAWL_ENGINE_SEQUENCE_INTERNAL_H
#define TRAWL_ENGINE_SEQUENCE_INTERNAL_H

#include "engine/operator/row_queue.h"
#include "engine/operator/sequence.h"
#include "engine/operator/window.h"

/* A row that goes by. */
struct sequence_row {
    const struct datum *cells; /* of all the program's outputs */
    struct text encoded;       /* the same */
    int64_t time;              /* ns, or TIME_NONE */
};

/* What goes by, and where what comes of it goes to. */
struct sequence_walk {
    const struct sequence_spec *spec;
    const struct operator_resources *resources;
    const struct row_sink *next;
    uint64_t budget;
    size_t cell_count;
    struct datum *made; /* [columns that come out] */
    uint64_t given;     /* rows that came out */
    /* Of the kinds. */
    struct row_queue queue;    /* NEIGHBOR */
    struct datum *other;       /* [cell_count] of a row in the queue */
    struct row_window *window; /* WINDOW and PARTS */
    struct part *part;         /* PARTS */
    uint64_t untimed;          /* rows that were left out for want of a time */
};

/* One row comes out: made[]. */
enum trawl_status sequence_give(struct sequence_walk *walk, struct trawl_error *error);
/* Sets the cells behind the first `count` of made[] to what passes of the row. */
void sequence_pass(struct sequence_walk *walk, size_t count, const struct datum *cells);

/* One file per kind: a row of the sequence; the end of the sequence of one key. */
enum trawl_status neighbor_row(struct sequence_walk *walk, const struct sequence_row *row,
                               struct trawl_error *error);
enum trawl_status neighbor_end(struct sequence_walk *walk, struct trawl_error *error);
enum trawl_status windowed_row(struct sequence_walk *walk, const struct sequence_row *row,
                               struct trawl_error *error);
enum trawl_status windowed_end(struct sequence_walk *walk, struct trawl_error *error);
enum trawl_status part_row(struct sequence_walk *walk, const struct sequence_row *row,
                           struct trawl_error *error);
enum trawl_status part_end(struct sequence_walk *walk, struct trawl_error *error);

struct part *part_new(const struct sequence_spec *spec); /* NULL: out of memory */
void part_free(struct part *part, const struct sequence_spec *spec);

#endif
