#include "engine/base/time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SECOND INT64_C(1000000000)

/* From an exact-sized heap block, so that a sanitizer sees a read past the end. */
static bool parse(const char *string, int64_t *nanoseconds) {
    size_t length = strlen(string);
    char *copy = malloc(length ? length : 1);
    memcpy(copy, string, length);
    bool parsed = time_parse((struct text){copy, length}, nanoseconds);
    free(copy);
    return parsed;
}

static void is(const char *string, int64_t expected) {
    int64_t nanoseconds = 0;
    cr_assert(parse(string, &nanoseconds), "'%s' was refused", string);
    cr_assert_eq(nanoseconds, expected, "'%s' is %lld, not %lld", string, (long long)nanoseconds,
                 (long long)expected);
}

static void is_not(const char *string) {
    int64_t nanoseconds;
    cr_assert_not(parse(string, &nanoseconds), "'%s' was taken", string);
}

Test(time, iso_forms) {
    const int64_t at = 1773205202 * SECOND; /* date -ud 2026-03-11T05:00:02Z +%s */
    is("2026-03-11T05:00:02", at);
    is("2026-03-11 05:00:02", at);
    is("2026-03-11T05:00:02Z", at);
    is("2026-03-11 05:00:02Z", at);
    is("2026-03-11T05:00:02.5Z", at + SECOND / 2);
    is("2026-03-11T05:00:02.123456789", at + 123456789);
    is("2026-03-11T05:00:02.1234567Z", at + 123456700);
    is("2026-03-11T05:00:02.000000001Z", at + 1);
    is("2026-03-11T05:00:02+00:00", at);
    is("2026-03-11T06:00:02+01:00", at);
    is("2026-03-11T06:00:02+0100", at);
    is("2026-03-10T23:30:02.25-0530", at + SECOND / 4);
    is("2026-03-10T23:30:02-05:30", at);
    is("2026-03-11T05:00:02+99:99", at - (99 * 3600 + 99 * 60) * SECOND);
    is("1970-01-01T00:00:00Z", 0);
    is("1969-12-31T23:59:59.999999999Z", -1);
}

Test(time, iso_refused) {
    const char *const bad[] = {
        "",
        "2026",
        "2026-03-11",
        "2026-03-11T05:00",
        "2026-03-11T05:00:0",
        "2026-03-11t05:00:02Z",
        "2026-03-11_05:00:02Z",
        "2026-03-11T05:00:02z",
        "2026-03-11T05:00:02.",
        "2026-03-11T05:00:02.Z",
        "2026-03-11T05:00:02,5Z",
        "2026-03-11T05:00:02.1234567890",
        "2026-03-11T05:00:02.1234567890Z",
        "2026-03-11T05:00:02ZZ",
        "2026-03-11T05:00:02Z ",
        " 2026-03-11T05:00:02Z",
        "2026-03-11T05:00:02Z\n",
        "2026-03-11T05:00:02 Z",
        "2026-03-11T05:00:02+",
        "2026-03-11T05:00:02+1",
        "2026-03-11T05:00:02+01",
        "2026-03-11T05:00:02+01:",
        "2026-03-11T05:00:02+01:0",
        "2026-03-11T05:00:02+010",
        "2026-03-11T05:00:02+01:000",
        "2026-03-11T05:00:02+01::00",
        "2026-03-11T05:00:02 UTC",
        "2026/03/11T05:00:02Z",
        "26-03-11T05:00:02Z",
        "02026-03-11T05:00:02Z",
        "2026-3-11T05:00:02Z",
        "+026-03-11T05:00:02Z",
        "2026-03-11T05-00-02Z",
        "2026-03-11T0x:00:02Z",
        "2026-03-11T/5:00:02Z",
        "2026-03-11T:5:00:02Z",
        "2026-03-11T-5:00:02Z",
        "\xef\xbc\x92-26-03-11T05:00:02Z", /* a full-width digit two */
        "2026-03-11T05:00:0\xd9\xa2",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) is_not(bad[i]);
    int64_t nanoseconds;
    cr_assert_not(time_parse((struct text){"2026-03-11T05:00:02\0", 20}, &nanoseconds));
    cr_assert_not(time_parse((struct text){NULL, 0}, &nanoseconds));
}

Test(time, dates_that_do_not_exist) {
    is_not("2026-00-11T05:00:02Z");
    is_not("2026-13-11T05:00:02Z");
    is_not("2026-03-00T05:00:02Z");
    is_not("2026-03-32T05:00:02Z");
    is_not("2026-04-31T05:00:02Z");
    is_not("2026-02-29T05:00:02Z");
    is_not("2026-02-30T05:00:02Z");
    is_not("2100-02-29T00:00:00Z");
    is_not("1900-02-29T00:00:00Z");
    is_not("0000-01-01T00:00:00Z");
    is_not("2026-03-11T24:00:00Z");
    is_not("2026-03-11T23:60:00Z");
    is_not("13/1/2026 1:00:00");
    is_not("2/29/2025 1:00:00");
    is_not("0/1/2025 1:00:00");
    is("2024-02-29T00:00:00Z", 1709164800 * SECOND);
    is("2000-02-29T00:00:00Z", 951782400 * SECOND);
}

Test(time, second_60_and_above_read_as_59) {
    const int64_t at = 1483228799 * SECOND; /* 2016-12-31T23:59:59Z, before a leap second */
    is("2016-12-31T23:59:59Z", at);
    is("2016-12-31T23:59:60Z", at);
    is("2016-12-31T23:59:60.5Z", at + SECOND / 2);
    is("2016-12-31T23:59:99Z", at);
    is("12/31/2016 23:59:60", at);
}

Test(time, month_first_forms) {
    const int64_t at = 1773205202 * SECOND;
    is("3/11/2026 5:00:02 AM", at);
    is("03/11/2026 05:00:02", at);
    is("3/11/2026 05:00:02 AM", at);
    is("3/11/2026 5:00:02 PM", at + 12 * 3600 * SECOND);
    is("3/11/2026 17:00:02", at + 12 * 3600 * SECOND);
    is("3/11/2026 12:00:02 AM", at - 5 * 3600 * SECOND);
    is("3/11/2026 0:00:02 AM", at - 5 * 3600 * SECOND);
    is("3/11/2026 12:00:02 PM", at + 7 * 3600 * SECOND);
    is("3/11/2026 0:00:02 PM", at + 7 * 3600 * SECOND);
    is("3/11/2026 17:00:02 PM", at + 12 * 3600 * SECOND); /* hours go around at 12 */
    is_not("3/11/2026 25:00:02");
    is_not("3/11/26 5:00:02 AM");
    is_not("003/11/2026 5:00:02 AM");
    is_not("3/11/2026 5:0:02 AM");
    is_not("3/11/2026 5:00:2 AM");
    is_not("3/11/2026 5:00:02AM");
    is_not("3/11/2026 5:00:02 am");
    is_not("3/11/2026 5:00:02 A");
    is_not("3/11/2026 5:00:02 XM");
    is_not("3/11/2026 5:00:02 ");
    is_not("3/11/2026 5:00:02 AM ");
    is_not("3/11/2026 5:00:02Z");
    is_not("3/11/2026T5:00:02");
    is_not("3/11/2026  5:00:02");
    is_not("3/11/2026");
    is_not("/11/2026 5:00:02");
}

Test(time, epoch_forms) {
    is("1773205202", 1773205202 * SECOND);
    is("1773205202123", 1773205202123 * 1000000);
    is("1773205202123456", 1773205202123456 * 1000);
    is("0000000000", 0);
    is_not("177320520");
    is_not("17732052021");
    is_not("177320520212345");
    is_not("17732052021234567");
    is_not("-177320520");
    is_not("177320520x");
    is_not("1773205202.12");
}

Test(time, outside_int64_is_clamped) {
    is("0001-01-01T00:00:00Z", INT64_MIN);
    is("9999-12-31T23:59:59Z", INT64_MAX);
    is("9999-12-31T23:59:59-99:99", INT64_MAX);
    is("0001-01-01T00:00:00+23:59", INT64_MIN);
    is("2262-04-11T23:47:16.854775806Z", INT64_MAX - 1);
    is("2262-04-11T23:47:16.854775807Z", INT64_MAX);
    is("2262-04-11T23:47:16.854775808Z", INT64_MAX);
    is("1677-09-21T00:12:43.145224194Z", INT64_MIN + 2);
    is("1677-09-21T00:12:43.145224193Z", INT64_MIN);
    is("1677-09-21T00:12:43.145224192Z", INT64_MIN); /* TIME_NONE is nobody's time */
    is("1677-09-21T00:12:43.145224191Z", INT64_MIN);
    is("9999999999", INT64_MAX);
    is("9999999999999", INT64_MAX);
    is("9999999999999999", INT64_MAX);
    is("9223372036", 9223372036 * SECOND);
}

Test(time, every_day_from_1678_to_2261_against_the_c_library) {
    char string[40];
    for (int year = 1678; year <= 2261; year++) {
        for (int day = 0; day < 366; day++) {
            struct tm tm = {.tm_year = year - 1900, .tm_mday = day + 1, .tm_hour = day % 24};
            int64_t seconds = (int64_t)timegm(&tm); /* makes month and day of day-of-January */
            if (tm.tm_year + 1900 != year) continue;
            snprintf(string, sizeof string, "%04d-%02d-%02dT%02d:00:00Z", year, tm.tm_mon + 1,
                     tm.tm_mday, tm.tm_hour);
            is(string, seconds * SECOND);
        }
    }
}
