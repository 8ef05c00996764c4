#include "engine/operator/exact_sum.h"

#include <math.h>
#include <string.h>

#define FRACTION_BITS 128
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1075 /* of the mantissa as an integer: 1023 + MANTISSA_BITS */

typedef unsigned __int128 uint128;

/* A finite double is (-1)^negative * mantissa * 2^exponent. */
struct parts {
    uint64_t mantissa;
    int exponent;
    bool negative;
};

static struct parts take_apart(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    unsigned biased = (unsigned)(bits >> MANTISSA_BITS) & 0x7ff;
    uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    return (struct parts){
        .mantissa = biased ? fraction | UINT64_C(1) << MANTISSA_BITS : fraction,
        .exponent = (int)(biased ? biased : 1) - EXPONENT_BIAS,
        .negative = bits >> 63,
    };
}

/* ---- integers of many words, least significant first ---------------------------------------- */

/* to[at..] += or -= the words of `part`; what leaves to[count - 1] is dropped. */
static void add_words(uint64_t *to, size_t count, size_t at, const uint64_t *part, size_t parts) {
    unsigned carry = 0;
    for (size_t i = 0; at + i < count && (i < parts || carry); i++) {
        uint128 word = (uint128)to[at + i] + (i < parts ? part[i] : 0) + carry;
        to[at + i] = (uint64_t)word;
        carry = (unsigned)(word >> 64);
    }
}

static void subtract_words(uint64_t *to, size_t count, size_t at, const uint64_t *part,
                           size_t parts) {
    unsigned borrow = 0;
    for (size_t i = 0; at + i < count && (i < parts || borrow); i++) {
        uint128 word = (uint128)to[at + i] - (i < parts ? part[i] : 0) - borrow;
        to[at + i] = (uint64_t)word;
        borrow = (unsigned)(word >> 64) & 1;
    }
}

/* product[a_count + b_count] = a * b. */
static void multiply_words(uint64_t *product, const uint64_t *a, size_t a_count, const uint64_t *b,
                           size_t b_count) {
    memset(product, 0, (a_count + b_count) * sizeof *product);
    for (size_t i = 0; i < a_count; i++) {
        uint64_t carry = 0;
        for (size_t k = 0; k < b_count; k++) {
            uint128 word = (uint128)a[i] * b[k] + product[i + k] + carry;
            product[i + k] = (uint64_t)word;
            carry = (uint64_t)(word >> 64);
        }
        product[i + b_count] = carry;
    }
}

static bool is_negative(const uint64_t *words, size_t count) {
    return words[count - 1] >> 63;
}

static void magnitude_of(const struct exact_sum *sum, uint64_t *magnitude) {
    memcpy(magnitude, sum->words, sizeof sum->words);
    if (!is_negative(sum->words, EXACT_SUM_WORDS)) return;
    memset(magnitude, 0, sizeof sum->words);
    subtract_words(magnitude, EXACT_SUM_WORDS, 0, sum->words, EXACT_SUM_WORDS);
}

/* The double nearest to words * 2^-fraction_bits, ties to even. The 64 leading bits, the last of
 * them set where anything is behind it, round to the same double as all bits. */
static double words_to_double(const uint64_t *words, size_t count, int fraction_bits) {
    size_t top = count;
    while (top > 0 && words[top - 1] == 0) top--;
    if (top == 0) return 0;
    unsigned shift = (unsigned)__builtin_clzll(words[top - 1]);
    uint64_t next = top > 1 ? words[top - 2] : 0;
    uint64_t leading = words[top - 1] << shift;
    if (shift) leading |= next >> (64 - shift);
    bool rest = (next << shift) != 0;
    for (size_t i = 0; !rest && i + 2 < top; i++) rest = words[i] != 0;
    return ldexp((double)(leading | rest), (int)(top - 1) * 64 - (int)shift - fraction_bits);
}

/* ---- adding --------------------------------------------------------------------------------- */

/* Adds magnitude * 2^exponent, below EXACT_SUM_LIMIT. */
static void add_magnitude(struct exact_sum *sum, uint128 magnitude, int exponent, bool negative) {
    int shift = exponent + FRACTION_BITS;
    if (shift <= -128) return;
    if (shift < 0) {
        magnitude >>= -shift;
        shift = 0;
    }
    unsigned bits = (unsigned)shift % 64;
    uint64_t low = (uint64_t)magnitude, high = (uint64_t)(magnitude >> 64);
    uint64_t part[3] = {low, high, 0};
    if (bits) {
        part[0] = low << bits;
        part[1] = high << bits | low >> (64 - bits);
        part[2] = high >> (64 - bits);
    }
    size_t at = (unsigned)shift / 64;
    if (negative)
        subtract_words(sum->words, EXACT_SUM_WORDS, at, part, 3);
    else
        add_words(sum->words, EXACT_SUM_WORDS, at, part, 3);
}

void exact_sum_add(struct exact_sum *sum, double value) {
    if (!(fabs(value) < EXACT_SUM_LIMIT)) {
        sum->too_large = true;
        return;
    }
    struct parts parts = take_apart(value);
    add_magnitude(sum, parts.mantissa, parts.exponent, parts.negative);
}

void exact_sum_add_square(struct exact_sum *sum, double value) {
    if (!(fabs(value) < 0x1p64)) {
        sum->too_large = true;
        return;
    }
    struct parts parts = take_apart(value);
    add_magnitude(sum, (uint128)parts.mantissa * parts.mantissa, 2 * parts.exponent, false);
}

void exact_sum_merge(struct exact_sum *to, const struct exact_sum *from) {
    add_words(to->words, EXACT_SUM_WORDS, 0, from->words, EXACT_SUM_WORDS);
    to->too_large |= from->too_large;
}

/* ---- results -------------------------------------------------------------------------------- */

bool exact_sum_result(const struct exact_sum *sum, double *result) {
    if (sum->too_large) return false;
    uint64_t magnitude[EXACT_SUM_WORDS];
    magnitude_of(sum, magnitude);
    double value = words_to_double(magnitude, EXACT_SUM_WORDS, FRACTION_BITS);
    *result = is_negative(sum->words, EXACT_SUM_WORDS) ? -value : value;
    return true;
}

bool exact_sum_deviation(const struct exact_sum *sum, const struct exact_sum *squares,
                         uint64_t count, double *deviation) {
    if (sum->too_large || squares->too_large) return false;
    uint64_t magnitude[EXACT_SUM_WORDS];
    magnitude_of(sum, magnitude);
    uint64_t square_of_sum[2 * EXACT_SUM_WORDS]; /* twice the bits behind the point */
    multiply_words(square_of_sum, magnitude, EXACT_SUM_WORDS, magnitude, EXACT_SUM_WORDS);
    uint64_t scaled[EXACT_SUM_WORDS + 1];
    multiply_words(scaled, squares->words, EXACT_SUM_WORDS, &count, 1);
    uint64_t spread[2 * EXACT_SUM_WORDS] = {0};
    add_words(spread, 2 * EXACT_SUM_WORDS, FRACTION_BITS / 64, scaled, EXACT_SUM_WORDS + 1);
    subtract_words(spread, 2 * EXACT_SUM_WORDS, 0, square_of_sum, 2 * EXACT_SUM_WORDS);
    /* Below 0 only where squares of tiny values were cut. */
    *deviation = 0;
    if (!is_negative(spread, 2 * EXACT_SUM_WORDS))
        *deviation =
            sqrt(words_to_double(spread, 2 * EXACT_SUM_WORDS, 2 * FRACTION_BITS)) / (double)count;
    return true;
}
