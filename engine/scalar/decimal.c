#include "engine/scalar/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct decimal decimal_of(double number) {
    struct decimal decimal = {.count = 0};
    char text[32];
    number = fabs(number);
    if (number == 0) return decimal;
    /* A decimal of up to 15 digits survives the way through a double. */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, number);
        if (digits == 17 || strtod(text, NULL) == number) break;
    }
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at != '.') decimal.digits[decimal.count++] = *at;
    decimal.exponent = atoi(at + 1) + 1;
    while (decimal.digits[decimal.count - 1] == '0') decimal.count--;
    return decimal;
}

/* Keeps `count` digits, which may be none or negative. */
static struct decimal rounded(struct decimal decimal, int count) {
    if (count >= decimal.count) return decimal;
    bool up = count >= 0 && decimal.digits[count] >= '5';
    decimal.count = count > 0 ? count : 0;
    if (!up) {
        while (decimal.count && decimal.digits[decimal.count - 1] == '0') decimal.count--;
        return decimal;
    }
    while (decimal.count && decimal.digits[decimal.count - 1] == '9') decimal.count--;
    if (decimal.count) {
        decimal.digits[decimal.count - 1]++;
    } else {
        decimal.digits[decimal.count++] = '1';
        decimal.exponent++;
    }
    return decimal;
}

/* The digit at a place: 0 is the first behind the point, -1 the one before it. */
static char digit_at(const struct decimal *decimal, int place) {
    int index = place + decimal->exponent;
    return index >= 0 && index < decimal->count ? decimal->digits[index] : '0';
}

static void print_digits(struct buffer *out, const struct decimal *decimal, int whole,
                         int precision) {
    for (int place = -whole; place < 0; place++) buffer_append_char(out, digit_at(decimal, place));
    if (precision > 0) buffer_append_char(out, '.');
    for (int place = 0; place < precision; place++)
        buffer_append_char(out, digit_at(decimal, place));
}

void decimal_fixed(struct buffer *out, struct decimal decimal, int precision) {
    decimal = rounded(decimal, decimal.exponent + precision);
    int whole = decimal.count && decimal.exponent > 1 ? decimal.exponent : 1;
    print_digits(out, &decimal, whole, precision);
}

void decimal_scientific(struct buffer *out, struct decimal decimal, int precision) {
    decimal = rounded(decimal, precision + 1);
    int exponent = decimal.count ? decimal.exponent - 1 : 0;
    decimal.exponent = 1;
    print_digits(out, &decimal, 1, precision);
    buffer_printf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

void decimal_general(struct buffer *out, struct decimal decimal, int precision) {
    if (precision == 0) precision = 1;
    struct decimal kept = rounded(decimal, precision);
    bool plain = kept.count == 0 || (kept.exponent > -4 && kept.exponent <= precision);
    if (!plain)
        decimal_scientific(out, decimal, precision - 1);
    else if (kept.count == 0)
        decimal_fixed(out, decimal, precision - 1);
    else
        decimal_fixed(out, decimal, precision - kept.exponent);
}
