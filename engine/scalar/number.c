#include "engine/scalar/number.h"

#include <math.h>
#include <stdlib.h>

#include "engine/scalar/argument.h"

/* ---- of one number, of two ------------------------------------------------------------------- */

static enum trawl_status apply(double (*function)(double), const struct scalar_call *call,
                               struct datum *result) {
    double number;
    if (!argument_number(call, 0, &number)) return TRAWL_OK;
    return result_number(result, function(number));
}

static enum trawl_status apply_two(double (*function)(double, double),
                                   const struct scalar_call *call, struct datum *result) {
    double a, b;
    if (!argument_number(call, 0, &a) || !argument_number(call, 1, &b)) return TRAWL_OK;
    return result_number(result, function(a, b));
}

static double to_degrees(double radians) {
    return radians * (180 / M_PI);
}
static double to_radians(double degrees) {
    return degrees * (M_PI / 180);
}
/* The remainder with the sign of the divisor. */
static double modulo(double number, double divisor) {
    double remainder = fmod(number, divisor);
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder;
}

#define SCALAR_OF(scalar_name, apply_function, function)                                          \
    static enum trawl_status run_##scalar_name(const struct scalar_call *call,                    \
                                               struct datum *result, struct trawl_error *error) { \
        (void)error;                                                                              \
        return apply_function(function, call, result);                                            \
    }                                                                                             \
    const struct scalar scalar_##scalar_name = {                                                  \
        .name = #scalar_name, .type = TYPE_NUMBER, .run = run_##scalar_name}

SCALAR_OF(round, apply, round);
SCALAR_OF(ceil, apply, ceil);
SCALAR_OF(floor, apply, floor);
SCALAR_OF(truncate, apply, trunc);
SCALAR_OF(abs, apply, fabs);
SCALAR_OF(sqrt, apply, sqrt);
SCALAR_OF(cbrt, apply, cbrt);
SCALAR_OF(exp, apply, exp);
SCALAR_OF(expm1, apply, expm1);
SCALAR_OF(log, apply, log);
SCALAR_OF(log1p, apply, log1p);
SCALAR_OF(log2, apply, log2);
SCALAR_OF(log10, apply, log10);
SCALAR_OF(sin, apply, sin);
SCALAR_OF(cos, apply, cos);
SCALAR_OF(tan, apply, tan);
SCALAR_OF(asin, apply, asin);
SCALAR_OF(acos, apply, acos);
SCALAR_OF(atan, apply, atan);
SCALAR_OF(sinh, apply, sinh);
SCALAR_OF(cosh, apply, cosh);
SCALAR_OF(tanh, apply, tanh);
SCALAR_OF(degrees, apply, to_degrees);
SCALAR_OF(radians, apply, to_radians);
SCALAR_OF(atan2, apply_two, atan2);
SCALAR_OF(pow, apply_two, pow);
SCALAR_OF(mod, apply_two, modulo);
SCALAR_OF(remainder, apply_two, fmod);

/* ---- of many --------------------------------------------------------------------------------- */

static enum trawl_status pick(const struct scalar_call *call, bool greatest, struct datum *result) {
    double best = 0, number;
    bool any = false;
    for (size_t i = 0; i < call->count; i++) {
        if (!argument_number(call, i, &number)) continue;
        if (!any || (greatest ? number > best : number < best)) best = number;
        any = true;
    }
    return any ? result_number(result, best) : TRAWL_OK;
}

static enum trawl_status run_least(const struct scalar_call *call, struct datum *result,
                                   struct trawl_error *error) {
    (void)error;
    return pick(call, false, result);
}
static enum trawl_status run_greatest(const struct scalar_call *call, struct datum *result,
                                      struct trawl_error *error) {
    (void)error;
    return pick(call, true, result);
}

/* Metres: the radius of a sphere as large as the Earth (WGS 84: 6,371,000.79 m). */
#define EARTH_RADIUS 6371000.79

static enum trawl_status run_distance(const struct scalar_call *call, struct datum *result,
                                      struct trawl_error *error) {
    (void)error;
    double at[4]; /* latitude and longitude, twice */
    for (size_t i = 0; i < 4; i++)
        if (!argument_number(call, i, &at[i]) || fabs(at[i]) > (i % 2 ? 180 : 90)) return TRAWL_OK;
    double latitudes = sin(to_radians(at[2] - at[0]) / 2);
    double longitudes = sin(to_radians(at[3] - at[1]) / 2);
    double haversine = latitudes * latitudes +
                       cos(to_radians(at[0])) * cos(to_radians(at[2])) * longitudes * longitudes;
    return result_number(result, 2 * EARTH_RADIUS * asin(sqrt(fmin(haversine, 1))));
}

/* ---- text to integer ------------------------------------------------------------------------- */

struct parse_int {
    unsigned radix;
    enum byte_order order;
};

void *parse_int_new(unsigned radix, enum byte_order order) {
    struct parse_int *data = malloc(sizeof *data);
    if (data) *data = (struct parse_int){radix, order};
    return data;
}

static unsigned digit_value(char c) {
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A') + 10;
    return UINT32_MAX;
}

/* Appends a digit to the value; false: it is none, or there is no room. */
static bool push_digit(uint64_t *value, unsigned radix, char c) {
    unsigned digit = digit_value(c);
    return digit < radix && !__builtin_mul_overflow(*value, radix, value) &&
           !__builtin_add_overflow(*value, digit, value);
}

static bool parse_digits(const struct parse_int *how, struct text text, uint64_t *value) {
    bool backwards = how->radix == 16 && how->order == LITTLE_END_FIRST;
    if (text.length == 0 || (backwards && text.length % 2)) return false;
    *value = 0;
    for (size_t i = 0; i < text.length; i++) {
        /* The last pair first, each as it stands. */
        size_t at = backwards ? (text.length - 2 - i / 2 * 2) + i % 2 : i;
        if (!push_digit(value, how->radix, text.data[at])) return false;
    }
    return true;
}

static enum trawl_status run_parse_int(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    (void)error;
    const struct parse_int *how = call->data;
    char room[NUMBER_TEXT];
    struct text text;
    uint64_t value;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    bool prefix = how->radix == 16 && text.length > 2 &&
                  (memcmp(text.data, "0x", 2) == 0 || memcmp(text.data, "0X", 2) == 0);
    size_t skip = prefix                                                                    ? 2
                  : how->radix == 16 && text.length > 3 && memcmp(text.data, "16#", 3) == 0 ? 3
                                                                                            : 0;
    text.data += skip;
    text.length -= skip;
    if (!parse_digits(how, text, &value)) return TRAWL_OK;
    return result_number(result, (double)value);
}

const struct scalar scalar_least = {.name = "least", .type = TYPE_NUMBER, .run = run_least};
const struct scalar scalar_greatest = {
    .name = "greatest", .type = TYPE_NUMBER, .run = run_greatest};
const struct scalar scalar_distance = {
    .name = "distance", .type = TYPE_NUMBER, .run = run_distance};
const struct scalar scalar_parse_int = {
    .name = "parse_int", .type = TYPE_NUMBER, .run = run_parse_int, .data_free = free};
