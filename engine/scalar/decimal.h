/* decimal.h - numbers printed with a given number of digits, rounded as people do: halves away from
 * zero, and of the shortest decimal that reads back as the number, so that 0.15 to one digit is
 * 0.2. */
#ifndef TRAWL_ENGINE_SCALAR_DECIMAL_H
#define TRAWL_ENGINE_SCALAR_DECIMAL_H

#include "engine/base/buffer.h"

/* The magnitude of a finite number: 0.d1 d2 d3 ... times ten to the exponent, without zeros at the
 * end; 0 has no digits. */
struct decimal {
    char digits[18];
    int count;
    int exponent;
};
struct decimal decimal_of(double number);

/* Each appends the magnitude. precision: digits behind the point, or of all of %g (0 is 1). */
void decimal_fixed(struct buffer *out, struct decimal decimal, int precision);
void decimal_scientific(struct buffer *out, struct decimal decimal, int precision);
void decimal_general(struct buffer *out, struct decimal decimal, int precision);

#endif
