/* Numbers and their texts. The C library's decimal point depends on the locale of the program that
 * uses the library, so neither direction lets it see or write one. */
#include "engine/column/datum.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- reading ------------------------------------------------------------------------------ */

/* More digits than this cannot change the nearest double but by not all being zero: 767 are the
 * most that a point half way between two doubles has. */
#define DIGITS_MOST 800
#define EXPONENT_MOST 100000 /* far beyond any double; keeps sums from overflowing */

/* A number is digits * 10^exponent; leading zeros are not among the digits. */
struct decimal {
    bool negative;
    bool any;          /* a digit was there, if only zeros */
    uint64_t mantissa; /* the first 19 digits */
    size_t count;      /* of the digits kept */
    bool inexact;      /* a digit that is not zero was left out */
    int64_t exponent;
    char digits[DIGITS_MOST + 1];
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void take_digit(struct decimal *decimal, char c, bool fraction) {
    decimal->any = true;
    if (fraction) decimal->exponent--;
    if (decimal->count == 0 && c == '0') return;
    if (decimal->count == DIGITS_MOST) {
        decimal->exponent++;
        decimal->inexact |= c != '0';
        return;
    }
    if (decimal->count < 19) decimal->mantissa = decimal->mantissa * 10 + (uint64_t)(c - '0');
    decimal->digits[decimal->count++] = c;
}

/* Reads "e5", "E-12" from `at` to the end. */
static bool take_exponent(struct text text, size_t at, int64_t *exponent) {
    bool negative = false;
    at++;
    if (at < text.length && (text.data[at] == '-' || text.data[at] == '+'))
        negative = text.data[at++] == '-';
    if (at == text.length) return false;
    int64_t value = 0;
    for (; at < text.length; at++) {
        if (!is_digit(text.data[at])) return false;
        if (value < EXPONENT_MOST) value = value * 10 + (text.data[at] - '0');
    }
    *exponent += negative ? -value : value;
    return true;
}

static bool read_decimal(struct text text, struct decimal *decimal) {
    size_t at = 0;
    if (at < text.length && (text.data[at] == '-' || text.data[at] == '+'))
        decimal->negative = text.data[at++] == '-';
    bool fraction = false;
    for (; at < text.length; at++) {
        char c = text.data[at];
        if (is_digit(c))
            take_digit(decimal, c, fraction);
        else if (c == '.' && !fraction)
            fraction = true;
        else
            break;
    }
    if (!decimal->any) return false;
    if (at == text.length) return true;
    if (text.data[at] != 'e' && text.data[at] != 'E') return false;
    return take_exponent(text, at, &decimal->exponent);
}

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Both the mantissa and the power are exact in a double: so is the one rounding of their product
 * or quotient (W. D. Clinger, How to read floating point numbers accurately, 1990). */
static bool scale_exactly(const struct decimal *decimal, double *number) {
    if (decimal->count > 15 || decimal->exponent < -22 || decimal->exponent > 22) return false;
    double mantissa = (double)decimal->mantissa;
    *number = decimal->exponent < 0 ? mantissa / powers_of_ten[-decimal->exponent]
                                    : mantissa * powers_of_ten[decimal->exponent];
    return true;
}

/* Without a point: strtod reads this alike in every locale. */
static double scale_by_library(struct decimal *decimal) {
    char copy[DIGITS_MOST + 32];
    size_t length = decimal->count;
    memcpy(copy, decimal->digits, length);
    if (decimal->inexact) {
        copy[length++] = '1';
        decimal->exponent--;
    }
    int64_t exponent = decimal->exponent;
    if (exponent > EXPONENT_MOST) exponent = EXPONENT_MOST;
    if (exponent < -EXPONENT_MOST) exponent = -EXPONENT_MOST;
    snprintf(copy + length, sizeof copy - length, "e%d", (int)exponent);
    return strtod(copy, NULL);
}

bool number_parse(struct text text, double *number) {
    /* Most texts are no number, and show it at once. */
    if (text.length == 0) return false;
    char first = text.data[0];
    if (!is_digit(first) && first != '-' && first != '+' && first != '.') return false;

    struct decimal decimal;
    memset(&decimal, 0, offsetof(struct decimal, digits));
    if (!read_decimal(text, &decimal)) return false;
    double value = 0;
    if (decimal.count > 0 && !scale_exactly(&decimal, &value)) value = scale_by_library(&decimal);
    if (!isfinite(value)) return false;
    *number = decimal.negative ? -value : value;
    return true;
}

/* ---- printing ----------------------------------------------------------------------------- */

static size_t print_integer(long long number, char text[NUMBER_TEXT]) {
    return (size_t)snprintf(text, NUMBER_TEXT, "%lld", number);
}

/* The fewest digits, at most 17, that read back as the same number, without trailing zeros; the
 * number is 0.DIGITS * 10^*point. Returns how many. */
static size_t shortest_digits(double number, char digits[17], int *point) {
    size_t count = 0;
    /* 15 digits tell normal doubles apart; below them fewer do. */
    for (int precision = number < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
        char printed[48]; /* d, the locale's point, digits, e+ddd */
        snprintf(printed, sizeof printed, "%.*e", precision - 1, number);
        const char *mark = strchr(printed, 'e');
        count = 0;
        for (const char *at = printed; at < mark; at++)
            if (is_digit(*at)) digits[count++] = *at;
        *point = atoi(mark + 1) + 1;
        while (count > 1 && digits[count - 1] == '0') count--;

        char whole[40]; /* without a point */
        int length =
            snprintf(whole, sizeof whole, "%.*se%d", (int)count, digits, *point - (int)count);
        double back;
        if (number_parse((struct text){whole, (size_t)length}, &back) && back == number) break;
    }
    return count;
}

/* Digits with zeros around them up to the point: from 0.000001 to 21 digits before the point. */
static char *put_fixed(char *to, const char *digits, int count, int point) {
    if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = point; i < 0; i++) *to++ = '0';
    }
    for (int i = 0; i < count; i++) {
        if (i == point && i > 0) *to++ = '.';
        *to++ = digits[i];
    }
    for (int i = count; i < point; i++) *to++ = '0';
    return to;
}

static char *put_scientific(char *to, const char *digits, int count, int point) {
    *to++ = digits[0];
    if (count > 1) {
        *to++ = '.';
        memcpy(to, digits + 1, (size_t)count - 1);
        to += count - 1;
    }
    return to + snprintf(to, 8, "e%d", point - 1);
}

size_t number_print(double number, char text[NUMBER_TEXT]) {
    if (!isfinite(number)) return 0; /* nobody's datum, and no text for it */
    if (fabs(number) < 0x1p63 && number == (double)(long long)number)
        return print_integer((long long)number, text);
    char digits[17], *to = text;
    int point;
    if (number < 0) *to++ = '-';
    int count = (int)shortest_digits(fabs(number), digits, &point);
    to = point > -6 && point <= 21 ? put_fixed(to, digits, count, point)
                                   : put_scientific(to, digits, count, point);
    return (size_t)(to - text);
}

/* ---- datums ------------------------------------------------------------------------------- */

bool datum_as_number(const struct datum *datum, double *number) {
    switch (datum->kind) {
        case DATUM_NUMBER:
            *number = datum->number;
            return true;
        case DATUM_TEXT:
            return number_parse(datum->text, number);
        case DATUM_MISSING:
            break;
    }
    return false;
}

bool datum_as_text(const struct datum *datum, char room[NUMBER_TEXT], struct text *text) {
    switch (datum->kind) {
        case DATUM_NUMBER:
            *text = (struct text){room, number_print(datum->number, room)};
            return true;
        case DATUM_TEXT:
            *text = datum->text;
            return true;
        case DATUM_MISSING:
            break;
    }
    return false;
}
