/* Expectations: Python's math, and the numbers of the language's documentation for parse_int. */
#include "engine/scalar/number.h"

#include <math.h>

#include "tests/unit/scalar_call.h"

Test(scalar_number, rounding) {
    gives("3", scalar_round, NULL, N(2.5));
    gives("-3", scalar_round, NULL, T("-2.5"));
    gives("2", scalar_round, NULL, N(2.49));
    gives("3", scalar_ceil, NULL, N(2.1));
    gives("-2", scalar_ceil, NULL, N(-2.9));
    gives("-3", scalar_floor, NULL, N(-2.1));
    gives("-2", scalar_truncate, NULL, N(-2.9));
    gives("1e300", scalar_round, NULL, N(1e300));
    gives(MISSING, scalar_round, NULL, T("abc"));
    gives(MISSING, scalar_round, NULL, NONE);
}

static void near(const struct scalar *scalar, double argument, double expected) {
    char *result =
        scalar_result(scalar, NULL, &(struct datum){DATUM_NUMBER, {NULL, 0}, argument}, 1);
    cr_assert_float_eq(strtod(result, NULL), expected, 1e-12, "%s(%g) is %s", scalar->name,
                       argument, result);
    free(result);
}

Test(scalar_number, functions) {
    gives("2.5", scalar_abs, NULL, N(-2.5));
    gives("12", scalar_sqrt, NULL, N(144));
    near(&scalar_cbrt, 27, 3);
    gives("10", scalar_log2, NULL, N(1024));
    gives("3", scalar_log10, NULL, N(1000));
    near(&scalar_exp, 1, 2.718281828459045);
    near(&scalar_log, 10, 2.302585092994046);
    near(&scalar_expm1, 1e-5, 1.00000500000667e-05);
    near(&scalar_log1p, 1e-5, 9.999950000333332e-06);
    near(&scalar_sin, 1, 0.8414709848078965);
    near(&scalar_cos, 1, 0.5403023058681398);
    near(&scalar_tan, 1, 1.5574077246549023);
    near(&scalar_asin, 0.5, 0.5235987755982989);
    near(&scalar_acos, 0.5, 1.0471975511965979);
    near(&scalar_atan, 0.5, 0.4636476090008061);
    near(&scalar_sinh, 1, 1.1752011936438014);
    near(&scalar_cosh, 1, 1.5430806348152437);
    near(&scalar_tanh, 1, 0.7615941559557649);
    near(&scalar_degrees, 3.141592653589793, 180);
    near(&scalar_radians, 180, 3.141592653589793);
    gives("1024", scalar_pow, NULL, N(2), N(10));
    gives("0.7853981633974483", scalar_atan2, NULL, N(1), N(1));
}

Test(scalar_number, a_result_that_is_not_finite_is_missing) {
    gives(MISSING, scalar_sqrt, NULL, N(-1));
    gives(MISSING, scalar_log, NULL, N(0));
    gives(MISSING, scalar_exp, NULL, N(1000));
    gives(MISSING, scalar_pow, NULL, N(10), N(400));
    gives(MISSING, scalar_mod, NULL, N(1), N(0));
    gives(MISSING, scalar_pow, NULL, N(10));
}

Test(scalar_number, remainders) { /* Python's %, math.fmod */
    gives("2", scalar_mod, NULL, N(-1), N(3));
    gives("-2", scalar_mod, NULL, N(1), N(-3));
    gives("1.5", scalar_mod, NULL, N(7.5), N(3));
    gives("0", scalar_mod, NULL, N(-6), N(3));
    gives("-1", scalar_remainder, NULL, N(-1), N(3));
    gives("1", scalar_remainder, NULL, N(7), N(-3));
}

Test(scalar_number, least_and_greatest) {
    gives("-2", scalar_least, NULL, N(3), T("-2"), NONE, T("abc"));
    gives("3", scalar_greatest, NULL, N(3), T("-2"), NONE);
    gives(MISSING, scalar_greatest, NULL, NONE, T("x"));
}

Test(scalar_number, distance) {
    char *berlin_paris = scalar_result(
        &scalar_distance, NULL, (struct datum[]){N(52.52), N(13.405), N(48.8566), N(2.3522)}, 4);
    cr_assert_float_eq(strtod(berlin_paris, NULL), 877463.4347224446, 1e-3);
    free(berlin_paris);
    gives("0", scalar_distance, NULL, N(10), N(20), N(10), N(20));
    char *antipodes =
        scalar_result(&scalar_distance, NULL, (struct datum[]){N(0), N(0), N(0), N(180)}, 4);
    cr_assert_float_eq(strtod(antipodes, NULL), M_PI * 6371000.79, 1e-3);
    free(antipodes);
    gives(MISSING, scalar_distance, NULL, N(91), N(0), N(0), N(0));
    gives(MISSING, scalar_distance, NULL, N(0), N(-181), N(0), N(0));
    gives(MISSING, scalar_distance, NULL, N(0), N(0), N(0), NONE);
}

Test(scalar_number, bits) {
    gives("1", scalar_bit, bit_new(3), T("8"));
    gives("0", scalar_bit, bit_new(0), N(8));
    gives("1", scalar_bit, bit_new(63), T("18446744073709551615"));
    gives("1", scalar_bit, bit_new(0), T("9007199254740993")); /* odd, and no double */
    gives("1", scalar_bit, bit_new(63), N(-1));
    gives("0", scalar_bit, bit_new(1), T("abc"));
    gives("0", scalar_bit, bit_new(1), NONE);
    const unsigned bits[] = {4, 1, 10};
    const char *const names[] = {"CODE", "STACK", "PRIVATE"};
    /* 1234 is 10011010010 */
    gives("STACK CODE PRIVATE", scalar_bit_names, bit_names_new(bits, names, 3, " "), N(1234));
    gives("[\"STACK\",\"CODE\",\"PRIVATE\"]", scalar_bit_names, bit_names_new(bits, names, 3, NULL),
          T("1234"));
    gives("", scalar_bit_names, bit_names_new(bits, names, 3, ","), N(0));
    gives("[]", scalar_bit_names, bit_names_new(bits, names, 3, NULL), N(0));
    gives(MISSING, scalar_bit_names, bit_names_new(bits, names, 3, ","), NONE);
}

Test(scalar_number, parse_int) {
    gives("384", scalar_parse_int, parse_int_new(16, LITTLE_END_FIRST), T("8001"));
    gives("32769", scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T("8001"));
    gives("255", scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T("0xfF"));
    gives("255", scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T("16#FF"));
    gives("63", scalar_parse_int, parse_int_new(8, BIG_END_FIRST), T("77"));
    gives("1295", scalar_parse_int, parse_int_new(36, BIG_END_FIRST), T("zz"));
    gives("1001", scalar_parse_int, parse_int_new(10, BIG_END_FIRST), N(1001));
    gives("18446744073709552000", scalar_parse_int, parse_int_new(16, BIG_END_FIRST),
          T("ffffffffffffffff"));
    gives(MISSING, scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T("10000000000000000"));
    gives(MISSING, scalar_parse_int, parse_int_new(16, LITTLE_END_FIRST), T("801"));
    gives(MISSING, scalar_parse_int, parse_int_new(8, BIG_END_FIRST), T("78"));
    gives(MISSING, scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T("-1"));
    gives(MISSING, scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T(""));
    gives(MISSING, scalar_parse_int, parse_int_new(16, BIG_END_FIRST), T("0x"));
}

static void *unit(const char *from, const char *to, bool binary) {
    struct trawl_error error;
    void *data = unit_new(from, to, binary, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_number, units) {
    gives("0.514", scalar_unit, unit("ms", "s", false), N(514));
    gives("4096", scalar_unit, unit("KiB", "B", false), N(4));
    gives("4000", scalar_unit, unit("kB", "B", false), N(4));
    gives("4096", scalar_unit, unit("kB", "B", true), N(4));
    gives("1.5", scalar_unit, unit("B", "Gbytes", false), N(1.5e9));
    gives("1", scalar_unit, unit("Mb", "MB", false), N(8));
    gives("90", scalar_unit, unit("min", "s", false), N(1.5));
    gives("0.5", scalar_unit, unit("h", "day", false), N(12));
    gives("1000", scalar_unit, unit("kB/s", "B/s", false), N(1));
    gives("1", scalar_unit, unit("MB/min", "MB/min", false), N(1));
    gives("125000", scalar_unit, unit("Mbps", "B/s", false), N(1));
    gives("5000", scalar_unit, unit(NULL, NULL, false), T("5 kB"));
    gives("0.514", scalar_unit, unit(NULL, "s", false), T("514ms"));
    gives("5000", scalar_unit, unit("kV", "V", false), N(5));
    gives(MISSING, scalar_unit, unit(NULL, "s", false), T("5 kB"));
    gives(MISSING, scalar_unit, unit(NULL, "s", false), T("5"));
    gives(MISSING, scalar_unit, unit("s", "ms", false), T("abc"));
    struct trawl_error error;
    cr_assert_null(unit_new("kB", "s", false, &error));
    cr_assert(strstr(error.message, "different kinds"));
    cr_assert_null(unit_new("B/B", "s", false, &error));
    cr_assert_null(unit_new("", "s", false, &error));
}
