#include "engine/operator/exact_sum.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double sum_of(const double *values, size_t count) {
    struct exact_sum sum = {0};
    for (size_t i = 0; i < count; i++) exact_sum_add(&sum, values[i]);
    double result = NAN;
    cr_assert(exact_sum_result(&sum, &result));
    return result;
}

static double deviation_of(const double *values, size_t count) {
    struct exact_sum sum = {0}, squares = {0};
    for (size_t i = 0; i < count; i++) {
        exact_sum_add(&sum, values[i]);
        exact_sum_add_square(&squares, values[i]);
    }
    double result = NAN;
    cr_assert(exact_sum_deviation(&sum, &squares, count, &result));
    return result;
}

#define SUM(...) sum_of((double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))
#define DEVIATION(...) \
    deviation_of((double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

Test(exact_sum, small_sums) {
    cr_assert_eq(SUM(0), 0);
    cr_assert_eq(SUM(1, 2, 3), 6);
    cr_assert_eq(SUM(-5), -5);
    cr_assert_eq(SUM(1.5, -4), -2.5);
    cr_assert_eq(SUM(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 1);
    cr_assert_eq(SUM(1e16, 1, -1e16), 1);
    cr_assert_eq(SUM(1, 1e30, -1e30), 1);
    cr_assert_eq(SUM(0x1p127, -0x1p127, 0x1p-76, 1), 1 + 0x1p-76);
    struct exact_sum nothing = {0};
    double result = NAN;
    cr_assert(exact_sum_result(&nothing, &result));
    cr_assert_eq(result, 0);
    cr_assert_not(signbit(SUM(-0.0)), "a sum of zeros has no sign");
}

Test(exact_sum, single_values_come_back) {
    uint64_t seed = 7;
    for (int i = 0; i < 100000; i++) {
        double value = ldexp((double)(int64_t)random_next(&seed), (int)(random_next(&seed) % 127));
        if (fabs(value) >= EXACT_SUM_LIMIT) continue;
        cr_assert_eq(SUM(value), value);
        value =
            ldexp((double)(int64_t)(random_next(&seed) >> 11), -(int)(random_next(&seed) % 128));
        cr_assert_eq(SUM(value), value);
        cr_assert_eq(SUM(-value), -value);
    }
}

/* Ties go to the even neighbour; the least bit behind a tie breaks it. */
Test(exact_sum, rounding) {
    cr_assert_eq(SUM(0x1p53, 1), 0x1p53);
    cr_assert_eq(SUM(0x1p53, 3), 0x1p53 + 4);
    cr_assert_eq(SUM(0x1p53, 1, 0x1p-128), 0x1p53 + 2);
    cr_assert_eq(SUM(-0x1p53, -1, -0x1p-128), -0x1p53 - 2);
    cr_assert_eq(SUM(0x1p53, 1, -0x1p-128), 0x1p53);
    cr_assert_eq(SUM(0x1p120, 0x1p67, 0x1p-100), 0x1p120 + 0x1p68);
}

Test(exact_sum, what_is_beyond_the_grid) {
    cr_assert_eq(SUM(0x1p-129), 0);
    cr_assert_eq(SUM(-0x1p-129), 0);
    cr_assert_eq(SUM(0x1p-128), 0x1p-128);
    cr_assert_eq(SUM(0x1.8p-128), 0x1p-128);
    cr_assert_eq(SUM(-0x1.8p-128), -0x1p-128);
    cr_assert_eq(SUM(5e-324, -5e-324, 1), 1);
}

Test(exact_sum, against_integers) {
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        int scale = (int)(random_next(&seed) % 60);
        __int128 expected = 0;
        struct exact_sum sum = {0};
        for (int i = 0; i < 500; i++) {
            int64_t value = (int64_t)random_next(&seed) >> (11 + random_next(&seed) % 50);
            expected += value;
            exact_sum_add(&sum, ldexp((double)value, -scale));
        }
        double result = NAN;
        cr_assert(exact_sum_result(&sum, &result));
        cr_assert_eq(result, ldexp((double)expected, -scale));
    }
}

/* Any order, any split into parts that merge in any order: the same bytes. */
Test(exact_sum, order_has_no_influence) {
    enum { VALUES = 1000, PARTS = 7 };
    uint64_t seed = 11;
    struct exact_sum expected = {0};
    double *values = calloc(VALUES, sizeof *values);
    for (int i = 0; i < VALUES; i++) {
        values[i] =
            ldexp((double)(int64_t)random_next(&seed), (int)(random_next(&seed) % 250) - 190);
        exact_sum_add(&expected, values[i]);
    }
    for (int round = 0; round < 20; round++) {
        struct exact_sum parts[PARTS] = {0};
        for (size_t i = VALUES - 1; i > 0; i--) {
            size_t other = random_next(&seed) % (i + 1);
            double value = values[i];
            values[i] = values[other];
            values[other] = value;
        }
        for (int i = 0; i < VALUES; i++)
            exact_sum_add(&parts[random_next(&seed) % PARTS], values[i]);
        for (int i = PARTS - 1; i > 0; i--)
            exact_sum_merge(&parts[random_next(&seed) % (uint64_t)i], &parts[i]);
        cr_assert_arr_eq(parts[0].words, expected.words, sizeof expected.words);
    }
    free(values);
}

Test(exact_sum, too_large) {
    const double values[] = {0x1p128, -0x1p128, 1e300, -1.7e308};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct exact_sum sum = {0}, other = {0};
        double result;
        exact_sum_add(&sum, 1);
        exact_sum_add(&sum, values[i]);
        cr_assert_not(exact_sum_result(&sum, &result));
        exact_sum_merge(&other, &sum);
        cr_assert_not(exact_sum_result(&other, &result), "merging keeps it");
    }
    struct exact_sum sum = {0}, squares = {0};
    double result;
    exact_sum_add(&sum, 0x1p64);
    exact_sum_add_square(&squares, 0x1p64);
    cr_assert_not(exact_sum_deviation(&sum, &squares, 1, &result));
}

Test(exact_sum, many_values_of_the_greatest_size) {
    const double greatest = nextafter(0x1p128, 0);
    struct exact_sum sum = {0};
    exact_sum_add(&sum, greatest);
    for (int i = 0; i < 62; i++) {
        struct exact_sum same = sum;
        exact_sum_merge(&sum, &same);
    }
    double result = NAN;
    cr_assert(exact_sum_result(&sum, &result));
    cr_assert_eq(result, ldexp(greatest, 62));
    exact_sum_add(&sum, -greatest);
    cr_assert(exact_sum_result(&sum, &result));
    cr_assert_eq(result, ldexp(greatest, 62));
}

Test(exact_sum, deviations) {
    cr_assert_eq(DEVIATION(5), 0);
    cr_assert_eq(DEVIATION(0.1), 0);
    cr_assert_eq(DEVIATION(1e-30, 1e-30, 1e-30), 0);
    cr_assert_eq(DEVIATION(0.1, 0.1, 0.1), 0);
    cr_assert_eq(DEVIATION(-3, -3), 0);
    cr_assert_eq(DEVIATION(2, 4, 4, 4, 5, 5, 7, 9), 2);
    cr_assert_eq(DEVIATION(-2, -4, -4, -4, -5, -5, -7, -9), 2);
    cr_assert_eq(DEVIATION(1, 2), 0.5);
    cr_assert_float_eq(DEVIATION(1, 2, 3, 4), sqrt(1.25), 1e-15);
    /* Large and close together: the textbook formula in doubles loses all of it. */
    cr_assert_eq(DEVIATION(1773205202000, 1773205202001), 0.5);
    cr_assert_eq(DEVIATION(9007199254740990, 9007199254740992), 1);
    cr_assert_eq(DEVIATION(1e18, 1e18 + 256), 128);
    cr_assert_float_eq(DEVIATION(1e-9, 3e-9), 1e-9, 1e-23);
}

/* Against the two-pass formula in long double. */
Test(exact_sum, deviations_of_random_values) {
    uint64_t seed = 5;
    for (int round = 0; round < 300; round++) {
        double values[50];
        size_t count = 2 + random_next(&seed) % 48;
        long double mean = 0, variance = 0;
        for (size_t i = 0; i < count; i++) {
            values[i] = ldexp((double)(int64_t)random_next(&seed), -40);
            mean += (long double)values[i] / (long double)count;
        }
        for (size_t i = 0; i < count; i++)
            variance += (values[i] - mean) * (values[i] - mean) / (long double)count;
        double expected = (double)sqrtl(variance);
        cr_assert_float_eq(deviation_of(values, count), expected, expected * 1e-14);
    }
}
