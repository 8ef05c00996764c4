/* Seconds of texts against time_parse, in runs that begin alike and in those that do not. */
#include "engine/base/moment.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/time.h"

static struct moment moment;

static void expect_same(const char *bytes) {
    int64_t ns = 0, second = 0;
    struct text text = text_of(bytes);
    bool is_time = time_parse(text, &ns);
    cr_assert_eq(moment_second(&moment, text, &second), is_time, "%s", bytes);
    int64_t wanted = ns / 1000000000 - (ns % 1000000000 < 0);
    if (is_time) cr_assert_eq(second, wanted, "%s", bytes);
}

Test(moment, texts_of_all_kinds) {
    static const char *const texts[] = {
        "2026-03-07T14:05:02.1234567Z",
        "2026-03-07T14:59:59.9Z",
        "2026-03-07T14:00:00Z",
        "2026-03-07T14:05:02.123+00:00",
        "2026-03-07T14:05:02+00:00",
        "2026-03-07T14:05:02.123456789Z",
        "2026-03-07T14:05:02.12345678Z",
        "2026-03-07T14:05:02-05:00",
        "2026-03-07T14:05:02.1234567+05:30",
        "2026-03-07T14:05:02",
        "2026-03-07T14:05:02.5",
        "2026-03-07 14:05:02Z",
        "2026-03-07T14:60:02Z",
        "2026-03-07T14:05:60Z",
        "2026-03-07T14:05:61.5Z",
        "2026-03-07T14:0x:02Z",
        "2026-03-07T14:05:/2Z",
        "2026-03-07T14:05:02.Z",
        "2026-03-07T14:05:02.12a4567Z",
        "2026-03-07T14:05:02.123456:Z",
        "2026-03-07T14:05:02.123/567Z",
        "2026-03-07T14:05:02.\xFF\xFF\xFF\xFF\xFF\xFF\xFFZ",
        "2026-03-07T14:05:02x1234567Z",
        "2026-03-07T14:05:02.1234567z",
        "2026-03-07T14:05:02ZZ",
        "2026-03-07T14:05:02.+00:00",
        "2026-03-07T14-05:02Z",
        "2026-03-07T14:05",
        "2026-03-07T14:05:0Z",
        "2026-03-07T1",
        "2026-02-30T14:05:02Z",
        "2026-03-07T24:05:02Z",
        "1969-12-31T23:59:59.5Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:30:00Z",
        "9999-12-31T23:59:59Z",
        "1677-09-21T00:30:00Z",
        "1677-09-21T00:05:00Z",
        "1677-09-21T00:59:00Z",
        "2262-04-11T23:10:00Z",
        "2262-04-11T23:59:00Z",
        "2262-04-11T23:47:16Z",
        "1772892002123",
        "3/7/2026 2:05:02 PM",
        "",
        "Z",
        "T14",
    };
    size_t count = sizeof texts / sizeof *texts;
    moment = (struct moment){0};
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            expect_same(texts[i]);
            expect_same(texts[j]);
        }
}

Test(moment, random_changes) {
    unsigned seed = 7;
    moment = (struct moment){0};
    for (int i = 0; i < 200000; i++) {
        char text[40];
        static const char *const zones[] = {"Z", "+00:00", "", "+01:00", "-0000", "z"};
        int hour = rand_r(&seed) % 3 + 13, digits = rand_r(&seed) % 10;
        int length = snprintf(text, sizeof text, "2026-03-07T%02d:%02d:%02d", hour,
                              rand_r(&seed) % 61, rand_r(&seed) % 61);
        if (digits)
            length += snprintf(text + length, sizeof text - (size_t)length, ".%0*d", digits,
                               rand_r(&seed) % 10);
        length +=
            snprintf(text + length, sizeof text - (size_t)length, "%s", zones[rand_r(&seed) % 6]);
        if (rand_r(&seed) % 4 == 0)
            text[rand_r(&seed) % length] = "0123456789:.TZ+- /;x"[rand_r(&seed) % 20];
        expect_same(text);
    }
}
