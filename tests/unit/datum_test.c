#include "engine/column/datum.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/columns.h"

static bool parses(const char *text, double *number) {
    return number_parse(text_of(text), number);
}

static void check_print(double number, const char *expected) {
    char text[NUMBER_TEXT + 1] = "";
    text[number_print(number, text)] = '\0';
    cr_expect_str_eq(text, expected);
}

Test(datum, numbers_are_read) {
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"0", 0},
        {"-0", 0},
        {"+5", 5},
        {"007", 7},
        {"1.5", 1.5},
        {".5", 0.5},
        {"5.", 5},
        {"-1.25e2", -125},
        {"1E+3", 1000},
        {"1e-3", 0.001},
        {"9007199254740993", 9007199254740992.0},
        {"0.1", 0.1},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"1e300", 1e300},
        {"4.9e-324", 4.9406564584124654e-324},
        {"1e-400", 0},
        {"1e-99999999999999999999", 0},
        {"0e99999999999999999999", 0},
        {"0.000000000000000000000000000001e30", 1},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number = -99;
        cr_expect(parses(cases[i].text, &number), "%s", cases[i].text);
        cr_expect_eq(number, cases[i].number, "%s gave %.17g", cases[i].text, number);
    }
}

Test(datum, what_is_no_number) {
    static const char *const cases[] = {
        "",    " 1",  "1 ",  "1\n", "-",    "+",     ".",      "-.",       "e5",    "1e",  "1e+",
        "0x1", "inf", "nan", "1,5", "1.2.", "1..2",  "--1",    "+-1",      "1e5.5", "1_0", "1f",
        "１",  "1-",  "-e1", ".e1", "1e 5", "1e999", "-1e999", "Infinity", "true"};
    double number = -99;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_not(parses(cases[i], &number), "%s", cases[i]);
    cr_expect_not(number_parse((struct text){"1\0002", 3}, &number));
    cr_expect_not(number_parse((struct text){NULL, 0}, &number));
    cr_expect_eq(number, -99, "left alone where there is no number");
}

/* Only the digit far behind the point says on which side of half way the number is. */
Test(datum, long_texts_round_right) {
    size_t zeros = 5000;
    char *text = malloc(zeros + 40);
    strcpy(text, "9007199254740993.");
    memset(text + 17, '0', zeros);
    text[17 + zeros] = '\0';
    double number;
    cr_expect(parses(text, &number));
    cr_expect_eq(number, 9007199254740992.0);
    text[16 + zeros] = '1';
    cr_expect(parses(text, &number));
    cr_expect_eq(number, 9007199254740994.0);
    memset(text, '1', zeros);
    text[zeros] = '\0';
    cr_expect_not(parses(text, &number), "it is not finite");
    free(text);
}

Test(datum, numbers_are_printed) {
    check_print(0, "0");
    check_print(-0.0, "0");
    check_print(3, "3");
    check_print(-17, "-17");
    check_print(1e15, "1000000000000000");
    check_print(9223372036854774784.0, "9223372036854774784");
    check_print(-9223372036854774784.0, "-9223372036854774784");
    check_print(0x1p63, "9223372036854776000");
    check_print(0.1, "0.1");
    check_print(1.0 / 3, "0.3333333333333333");
    check_print(0.1 + 0.2, "0.30000000000000004");
    check_print(-1234.5, "-1234.5");
    check_print(0.000001, "0.000001");
    check_print(0.0000001, "1e-7");
    check_print(1.5e-10, "1.5e-10");
    check_print(1e20, "100000000000000000000");
    check_print(1e21, "1e21");
    check_print(-1e300, "-1e300");
    check_print(1.7976931348623157e308, "1.7976931348623157e308");
    check_print(4.9406564584124654e-324, "5e-324");
}

static void check_round_trip(uint64_t *seed) {
    uint64_t bits = (uint64_t)random_below(seed, UINT32_MAX) << 32 | random_below(seed, UINT32_MAX);
    double number, back, library;
    memcpy(&number, &bits, sizeof number);
    switch (random_below(seed, 3)) {
        case 0:
            number = (double)(int64_t)(bits >> random_below(seed, 64)) / 1000;
            break;
        case 1:
            number = (double)(int64_t)bits;
            break;
        default:
            break;
    }
    if (!isfinite(number)) return;
    char text[NUMBER_TEXT + 1], other[40];
    size_t length = number_print(number, text);
    cr_assert_leq(length, NUMBER_TEXT);
    text[length] = '\0';
    cr_assert(number_parse((struct text){text, length}, &back));
    cr_assert_eq(back, number, "%s is not %.17g", text, number);
    cr_assert_eq(strtod(text, NULL), number);
    snprintf(other, sizeof other, "%.*g", (int)random_below(seed, 25), number);
    library = strtod(other, NULL);
    if (isfinite(library)) {
        cr_assert(parses(other, &back));
        cr_assert_eq(back, library, "%s gave %.17g", other, back);
    }
}

Test(datum, print_and_parse_are_inverse) {
    uint64_t seed = 4711;
    for (int i = 0; i < 200000; i++) check_round_trip(&seed);
}

Test(datum, the_locale_does_not_matter) {
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8"))
        cr_skip_test("no locale with a decimal comma is installed");
    double number;
    cr_expect(parses("1234567890.0987654321098765", &number));
    cr_expect_eq(number, 1234567890.0987654);
    cr_expect_not(parses("1,5", &number));
    check_print(1.5, "1.5");
    check_print(1e-7 / 3, "3.3333333333333334e-8");
}

Test(datum, conversions) {
    char room[NUMBER_TEXT];
    struct text text;
    double number;
    struct datum missing = datum_missing(), one = datum_number(1.5),
                 word = datum_text(text_of("x")), digits = datum_text(text_of("12"));
    cr_expect_not(datum_as_number(&missing, &number));
    cr_expect_not(datum_as_text(&missing, room, &text));
    cr_expect(datum_as_number(&one, &number) && number == 1.5);
    cr_expect(datum_as_text(&one, room, &text) && text_equal(text, text_of("1.5")));
    cr_expect_not(datum_as_number(&word, &number));
    cr_expect(datum_as_number(&digits, &number) && number == 12);
    cr_expect(datum_as_text(&digits, room, &text) && text_equal(text, text_of("12")));
}
