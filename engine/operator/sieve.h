/* sieve.h - the operator that leaves out rows whose key too few rows with a flag have.
 *
 * It is for what follows: where a costly step needs, of each key, at least so many rows of a kind,
 * most rows need not get there. All rows are kept until the last has come, those that do not fit
 * into memory in temporary files; of keys only counters are kept, which several keys share. So
 * it may let through more than it must, never less, and takes the same memory for any number of
 * keys. Rows come out in input order, at their own places. A row without all of the key stays out.
 *
 * With a span, so many rows with the flag must fall into one: the rows in it go on, and those of
 * its key that come no later than `after` behind it. Rows without a time count among
 * themselves. */
#ifndef TRAWL_ENGINE_SIEVE_H
#define TRAWL_ENGINE_SIEVE_H

#include "engine/operator/operator.h"

#define SIEVE_LEAST_MOST 255

struct sieve_spec {
    size_t *keys; /* outputs; owned */
    size_t key_count;
    size_t flag;         /* an output: rows that count */
    uint8_t least;       /* so many of them, 1 to SIEVE_LEAST_MOST */
    int64_t span, after; /* ns; 0: none */
    size_t time_column;  /* an output, where there is a span */
    size_t *columns;     /* outputs, the columns of the result; owned */
    size_t column_count;
};

extern const struct operator_kind operator_sieve;

#endif
