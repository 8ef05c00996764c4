/* exact_sum.h - sums of doubles that do not depend on the order of adding.
 *
 * A sum is a fixed-point number of 320 bits, 128 of them behind the point. Each value is cut to
 * that grid towards zero and then added without error, so adding and merging are associative and
 * commutative. What is lost is the cut: under 2^-128 a value, nothing at all for a value that is 0
 * or at least 2^-76 in magnitude (its last bit is then on the grid). The 191 bits before the point
 * hold 2^63 values of the greatest magnitude allowed, so a sum never overflows: whether a value is
 * too large is a question of that value alone, which keeps the answer independent of order too. */
#ifndef TRAWL_ENGINE_EXACT_SUM_H
#define TRAWL_ENGINE_EXACT_SUM_H

#include <stdbool.h>
#include <stdint.h>

#define EXACT_SUM_WORDS 5
/* A value (or a square) of 2^128 or more is not added but remembered: there is no sum then. */
#define EXACT_SUM_LIMIT 0x1p128

/* All zero is the empty sum. Plain bytes: may be copied and stored. */
struct exact_sum {
    uint64_t words[EXACT_SUM_WORDS]; /* two's complement, least significant first */
    bool too_large;                  /* a value was over the limit */
};

/* `value` is finite. */
void exact_sum_add(struct exact_sum *sum, double value);
void exact_sum_add_square(struct exact_sum *sum, double value);
void exact_sum_merge(struct exact_sum *to, const struct exact_sum *from);
/* The double nearest to the sum, ties to even. False: a value was too large. */
bool exact_sum_result(const struct exact_sum *sum, double *result);
/* The population standard deviation of `count` > 0 values whose sum and sum of squares these are,
 * within 2 units in the last place where no square was cut: n * squares - sum^2 is computed without
 * error, so values that are large and close together lose nothing. False: a value was too large. */
bool exact_sum_deviation(const struct exact_sum *sum, const struct exact_sum *squares,
                         uint64_t count, double *deviation);

#endif
