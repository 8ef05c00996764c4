/* number.h - scalars over numbers.
 *
 * An argument that is missing or no number, and a result that is not finite, give a missing
 * result. */
#ifndef TRAWL_ENGINE_SCALAR_NUMBER_H
#define TRAWL_ENGINE_SCALAR_NUMBER_H

#include "engine/scalar.h"

/* (number): to the nearest integer, halves away from zero; up; down; without its fraction. */
extern const struct scalar scalar_round, scalar_ceil, scalar_floor, scalar_truncate;

/* (number); angles are in radians, logarithms natural but for log2 and log10. */
extern const struct scalar scalar_abs, scalar_sqrt, scalar_cbrt;
extern const struct scalar scalar_exp, scalar_expm1, scalar_log, scalar_log1p, scalar_log2,
    scalar_log10;
extern const struct scalar scalar_sin, scalar_cos, scalar_tan, scalar_asin, scalar_acos,
    scalar_atan, scalar_sinh, scalar_cosh, scalar_tanh;
extern const struct scalar scalar_degrees, scalar_radians;
/* (y, x): the angle of the point. */
extern const struct scalar scalar_atan2;
/* (base, exponent) */
extern const struct scalar scalar_pow;
/* (number, divisor): the remainder with the divisor's sign, as the language's math:mod; and with
 * the number's sign, as its operator %. */
extern const struct scalar scalar_mod, scalar_remainder;
/* (number...): the least, the greatest; missing ones and other texts are skipped. */
extern const struct scalar scalar_least, scalar_greatest;

/* (lat1, lon1, lat2, lon2) in degrees: metres along a sphere (haversine, radius 6,371,000.79 m).
 * Missing where a latitude is not within 90 or a longitude not within 180. */
extern const struct scalar scalar_distance;

/* For scalar_bit; bit 0 to 63. NULL: out of memory. */
void *bit_new(unsigned bit);
/* data: bit_new. (number): whether the bit is set, 0 being the lowest of 64; false: missing, so ask
 * whether the number is present where that matters. */
extern const struct scalar scalar_bit;
/* For scalar_bit_names: names[i] is that of bit bits[i], 0 to 63; all is copied. separator NULL:
 * the names come as a JSON array. NULL: out of memory. */
void *bit_names_new(const unsigned *bits, const char *const *names, size_t count,
                    const char *separator);
/* data: bit_names_new. (number): the names of the bits that are set, from the lowest, joined. */
extern const struct scalar scalar_bit_names;

enum byte_order { BIG_END_FIRST, LITTLE_END_FIRST };
/* radix 2 to 36; the order counts where it is 16. NULL: out of memory. */
void *parse_int_new(unsigned radix, enum byte_order order);
/* data: parse_int_new. (text): the integer without sign, below 2^64; of radix 16 also with 0x or
 * 16# in front. Little end first: pairs of digits, the lowest pair first. */
extern const struct scalar scalar_parse_int;

/* For scalar_unit. A unit is [prefix]name[/time]: prefixes Y Z E P T G M k h da d c m u n p f a z y
 * and Ki to Yi; names are B byte b bit s min h day and so on, or any other, which then is the same
 * on both sides; bps is b/s. from NULL: values carry their unit (5 kB). to NULL: without prefix,
 * bits as bytes, times in seconds, rates per second. binary: k M G T P E Z Y are powers of 1024.
 * NULL: error, no unit or two of different kinds. */
void *unit_new(const char *from, const char *to, bool binary, struct trawl_error *error);
/* data: unit_new. (number or text): converted; missing: no number, or not that kind of unit. */
extern const struct scalar scalar_unit;

#endif
