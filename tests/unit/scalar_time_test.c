/* Expectations: OpenJDK 17 (Formatter, DateTimeFormatter), Python's datetime and zoneinfo, date(1).
 */
#include "engine/scalar/time.h"

#include "tests/unit/scalar_call.h"

#define AT 1773205202123.0 /* 2026-03-11T05:00:02.123Z */

static void *format(const char *text, const char *zone, enum time_unit unit) {
    struct trawl_error error;
    void *data = time_format_new(text, zone, unit, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_time, formats) {
    gives(
        "2026 20 26 03 March Mar Mar 11 070 Wednesday Wed 05 05 00 02 1773205202 2026-03-11 "
        "05:00:02 05:00 03/11/26 3 3 11 2026 10",
        scalar_time_format,
        format("%Y %C %y %m %B %b %h %d %j %A %a %H %I %M %S %s %F %T %R %D %u %w %V %G %U", NULL,
               TIME_AUTO),
        N(AT));
    gives(
        "Wed Mar 11 01:00:02 EDT 2026|01:00:02 AM|EDT|-0400|1|1|am|11|123|123000000|1773205202123",
        scalar_time_format,
        format("%c|%r|%Z|%z|%k|%l|%p|%e|%L|%N|%Q", "America/New_York", TIME_AUTO), N(AT));
    gives("a%b\n\tc", scalar_time_format, format("a%%b%n%tc", NULL, TIME_AUTO), N(0));
    gives("", scalar_time_format, format("", NULL, TIME_AUTO), N(0));
    gives("+02:00 +0200", scalar_time_format, format("%Z %z", "+02:00", TIME_AUTO), N(AT));
    gives("1969-12-31T23:59:59.999", scalar_time_format,
          format("%FT%T.%L", NULL, TIME_MILLISECONDS), N(-1));
    gives("12 12 pm", scalar_time_format, format("%I %l %p", NULL, TIME_SECONDS), N(43200));
    gives("12 12 am", scalar_time_format, format("%I %l %p", NULL, TIME_SECONDS), N(0));
}

Test(scalar_time, units) {
    gives("2026-03-11 05:00:02", scalar_time_format, format("%F %T", NULL, TIME_AUTO),
          N(1773205202));
    gives("5138-11-16 09:46:40", scalar_time_format, format("%F %T", NULL, TIME_AUTO), N(1e11));
    gives("1973-03-03 09:46:40", scalar_time_format, format("%F %T", NULL, TIME_AUTO),
          T("100000000001"));
    gives("1970-01-21", scalar_time_format, format("%F", NULL, TIME_MILLISECONDS), N(1773205202));
    gives("2026-03-11 05:00:02.123", scalar_time_format, format("%F %T.%L", NULL, TIME_NANOSECONDS),
          T("1773205202123456789"));
    gives("2026-03-11 05:00:02.123", scalar_time_format,
          format("%F %T.%L", NULL, TIME_MICROSECONDS), T("1773205202123456"));
    gives(MISSING, scalar_time_format, format("%F", NULL, TIME_AUTO), T("2026-03-11"));
    gives(MISSING, scalar_time_format, format("%F", NULL, TIME_AUTO), NONE);
    gives(MISSING, scalar_time_format, format("%F", NULL, TIME_MILLISECONDS), N(1e300));
    gives(MISSING, scalar_time_format, format("%F", NULL, TIME_MILLISECONDS), N(-1e15));
}

Test(scalar_time, formats_that_are_refused) {
    struct trawl_error error = {0};
    cr_assert_null(time_format_new("%Y-%q", NULL, TIME_AUTO, &error));
    cr_assert(strstr(error.message, "%q"), "%s", error.message);
    cr_assert_null(time_format_new("100%", NULL, TIME_AUTO, &error));
    cr_assert(strstr(error.message, "ends in %"), "%s", error.message);
    cr_assert_null(time_format_new("%Y", "Atlantis", TIME_AUTO, &error));
    cr_assert(strstr(error.message, "Atlantis"), "%s", error.message);
}

static void *part(enum time_part part, const char *zone) {
    struct trawl_error error;
    return time_part_new(part, zone, &error);
}

Test(scalar_time, parts) {
    gives("2026", scalar_time_part, part(PART_YEAR, NULL), N(AT));
    gives("3", scalar_time_part, part(PART_MONTH, NULL), N(AT));
    gives("March", scalar_time_name, part(PART_MONTH_NAME, NULL), N(AT));
    gives("11", scalar_time_part, part(PART_DAY, NULL), N(AT));
    gives("3", scalar_time_part, part(PART_WEEKDAY, NULL), N(AT));
    gives("Wednesday", scalar_time_name, part(PART_WEEKDAY_NAME, NULL), N(AT));
    gives("70", scalar_time_part, part(PART_YEARDAY, NULL), N(AT));
    gives("11", scalar_time_part, part(PART_WEEK, NULL), N(AT));
    gives("1", scalar_time_part, part(PART_HOUR, "America/New_York"), N(AT));
    gives("0", scalar_time_part, part(PART_MINUTE, NULL), N(AT));
    gives("2", scalar_time_part, part(PART_SECOND, NULL), N(AT));
    gives("123", scalar_time_part, part(PART_MILLISECOND, NULL), N(AT));
    gives("999", scalar_time_part, part(PART_MILLISECOND, NULL), N(-1));
    gives(MISSING, scalar_time_part, part(PART_HOUR, NULL), T("x"));
    gives(MISSING, scalar_time_name, part(PART_MONTH_NAME, NULL), NONE);
}

Test(scalar_time, weeks) { /* datetime.isocalendar */
    static const struct {
        int64_t ms;
        const char *week, *year;
    } weeks[] = {
        {1577836800000, "1", "2020"},  {1609372800000, "53", "2020"}, {1609459200000, "53", "2020"},
        {1609632000000, "53", "2020"}, {1640908800000, "52", "2021"}, {1704067200000, "1", "2024"},
        {1735603200000, "1", "2025"},  {1767225600000, "1", "2026"},  {1798675200000, "53", "2026"},
        {1798934400000, "53", "2026"}, {1830211200000, "52", "2027"},
    };
    for (size_t i = 0; i < sizeof weeks / sizeof *weeks; i++) {
        gives(weeks[i].week, scalar_time_part, part(PART_WEEK, NULL), N((double)weeks[i].ms));
        gives(weeks[i].year, scalar_time_format, format("%G", NULL, TIME_MILLISECONDS),
              N((double)weeks[i].ms));
    }
}

/* ---- reading ---- */

static void *parse(const char *text) {
    struct trawl_error error;
    void *data = time_parse_new(text, "America/New_York", false, 0, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_time, parsing_as_java_does) {
    static const struct {
        const char *format, *text, *ms;
    } cases[] = {
        {"yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX", "2026-03-11T05:00:02.123+02:00", "1773198002123"},
        {"yyyy-MM-dd HH:mm:ss", "2026-03-11 05:00:02", "1773219602000"},
        {"dd/MMM/yyyy:HH:mm:ss Z", "11/Mar/2026:05:00:02 -0500", "1773223202000"},
        {"EEE, d MMM yyyy HH:mm:ss zzz", "Wed, 11 Mar 2026 05:00:02 GMT", "1773205202000"},
        {"M/d/yyyy h:mm:ss a", "3/11/2026 5:00:02 PM", "1773262802000"},
        {"yyyyMMddHHmmssSSS", "20260311050002123", "1773219602123"},
        {"yy-MM-dd HH:mm", "26-03-11 05:00", "1773219600000"},
        {"yyyy-DDD HH:mm", "2026-070 05:00", "1773219600000"},
        {"EEEE, MMMM d, yyyy hh:mm a", "Wednesday, March 11, 2026 12:05 AM", "1773201900000"},
        {"yyyy-MM-dd HH:mm:ss VV", "2026-07-11 05:00:02 Europe/Berlin", "1783738802000"},
        {"yyyy-MM-dd HH:mm:ss", "2026-03-08 02:30:00", "1772955000000"}, /* clocks skip it */
        {"yyyy-MM-dd HH:mm:ss", "2026-11-01 01:30:00", "1793511000000"}, /* shown twice */
        {"yyyy-MM-dd''HH", "2026-03-11'05", "1773219600000"},
        {"HH:mm:ss.nnnnnnnnn yyyy-MM-dd", "05:00:02.123456789 2026-03-11", "1773219602123"},
        {"yyyy-MM-dd'at'kk:mm", "2026-03-11at24:10", "1773202200000"},
        {"yyyy-MM-dd KK:mm a", "2026-03-11 00:10 PM", "1773245400000"},
        {"uuuu-MM-dd HH:mm:ss z", "2026-07-11 05:00:02 PST", "1783771202000"},
        {"yyyy-MM-dd HH:mm[:ss]", "2026-03-11 05:00", "1773219600000"},
        {"yyyy-MM-dd HH:mm:ssX", "2026-03-11 05:00:02Z", "1773205202000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        gives(cases[i].ms, scalar_time_parse, parse(cases[i].format), T(cases[i].text));
}

Test(scalar_time, texts_that_do_not_fit) {
    gives(MISSING, scalar_time_parse, parse("yyyy-MM-dd"), T("2026-02-30"));
    gives(MISSING, scalar_time_parse, parse("yyyy-MM-dd"), T("2026-13-01"));
    gives(MISSING, scalar_time_parse, parse("yyyy-MM-dd"), T("2026-03-11x"));
    gives(MISSING, scalar_time_parse, parse("yyyy-MM-dd"), T("2026-03"));
    gives(MISSING, scalar_time_parse, parse("yyyy-DDD"), T("2026-366"));
    gives(MISSING, scalar_time_parse, parse("yyyy-MM-dd HH"), T("2026-03-11 24"));
    gives(MISSING, scalar_time_parse, parse("MMM d HH:mm:ss"), T("Mar 11 05:00:02"));
    gives(MISSING, scalar_time_parse, parse("MMM d yyyy"), T("mar 11 2026"));
    gives(MISSING, scalar_time_parse, parse("yyyy z"), T("2026 NOWHERE"));
    gives(MISSING, scalar_time_parse, parse("yyyy"), T(""));
    gives(MISSING, scalar_time_parse, parse("yyyy"), NONE);
    struct trawl_error error;
    gives("1773205202000", scalar_time_parse,
          time_parse_new("MMM d HH:mm:ss", NULL, true, 2026, &error), T("mAR 11 05:00:02"));
}

Test(scalar_time, numbers) {
    gives("1773205202000", scalar_time_parse, parse("unixtime"), T("1773205202"));
    gives("1773205202123", scalar_time_parse, parse("SECONDS"), T("1773205202.123"));
    gives("1773205202123", scalar_time_parse, parse("unixTimeMillis"), N(AT));
    gives("1773205202123", scalar_time_parse, parse("MilliSeconds"), T("1773205202123"));
    gives("1773205202123", scalar_time_parse, parse("nanos"), T("1773205202123456789"));
    gives(MISSING, scalar_time_parse, parse("millis"), T("soon"));
}

Test(scalar_time, time_formats_that_are_refused) {
    static const char *const bad[] = {"yyyy-qq", "yyyy'", "[yyyy", "yyyy]", "yyyyyyyyyyyy", "GG"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct trawl_error error = {0};
        cr_assert_null(time_parse_new(bad[i], NULL, false, 0, &error), "%s was taken", bad[i]);
        cr_assert_eq(error.status, TRAWL_INVALID);
    }
    char longest[600];
    memset(longest, '-', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    struct trawl_error error = {0};
    cr_assert_null(time_parse_new(longest, NULL, false, 0, &error));
    memset(longest, '[', sizeof longest - 1);
    cr_assert_null(time_parse_new(longest, NULL, false, 0, &error));
    cr_assert_null(time_parse_new("yyyy", "Atlantis", false, 0, &error));
}

static void *find(const char *zone) {
    struct trawl_error error;
    void *data = time_find_new(zone, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_time, finding) {
    gives("1773205202123", scalar_time_find, find(NULL), T("<34> 2026-03-11T05:00:02.123Z host x"));
    gives("1773205202123", scalar_time_find, find(NULL), T("[2026-03-11 05:00:02,123] INFO"));
    gives("1773201602000", scalar_time_find, find("Europe/Berlin"), T("at 2026-03-11 05:00:02"));
    gives("1773198002000", scalar_time_find, find(NULL), T("2026-03-11T05:00:02+02:00"));
    gives("1773205202000", scalar_time_find, find(NULL), T("2026/03/11 05:00:02 x"));
    gives("1773205202000", scalar_time_find, find(NULL), T("20260311T050002Z"));
    gives("1773248402000", scalar_time_find, find(NULL), T("on 3/11/2026 5:00:02 PM"));
    gives("1773205202000", scalar_time_find, find(NULL), T("on 3/11/2026 5:00:02."));
    gives("1773223202000", scalar_time_find, find(NULL),
          T("1.2.3.4 - - [11/Mar/2026:05:00:02 -0500] \"GET\""));
    gives("1773205202000", scalar_time_find, find(NULL),
          T("Date: Wed, 11 Mar 2026 05:00:02 +0000"));
    gives("1773205202000", scalar_time_find, find(NULL), T("Mar 11, 2026 05:00:02"));
    gives("1773205202000", scalar_time_find, find(NULL), T("Wed Mar 11 05:00:02 2026"));
    gives("1773205202123", scalar_time_find, find(NULL), T("ts=1773205202123 x"));
    gives("1773205202000", scalar_time_find, find(NULL), N(1773205202));
    gives(MISSING, scalar_time_find, find(NULL), T("17732052021 12345678901"));
    gives(MISSING, scalar_time_find, find(NULL), T("2026-02-30T00:00:00Z"));
    gives(MISSING, scalar_time_find, find(NULL), T("no time here"));
    gives(MISSING, scalar_time_find, find(NULL), T(""));
    char late[200];
    memset(late, ' ', sizeof late);
    strcpy(late + 128, "2026-03-11T05:00:02Z");
    gives(MISSING, scalar_time_find, find(NULL), T(late));
}

/* ---- spans ---- */

static void span_is(const char *text, int64_t months, int64_t ms) {
    struct time_span span;
    cr_assert(span_parse(text_of(text), &span), "'%s' was refused", text);
    cr_assert_eq(span.months, months, "'%s'", text);
    cr_assert_eq(span.ms, ms, "'%s'", text);
}

Test(scalar_time, spans) {
    span_is("15m", 0, 900000);
    span_is("1h", 0, 3600000);
    span_is("30s", 0, 30000);
    span_is("7d", 0, 604800000);
    span_is("2w", 0, 1209600000);
    span_is("2weeks", 0, 1209600000);
    span_is("500ms", 0, 500);
    span_is("1 hour", 0, 3600000);
    span_is("24 hours", 0, 86400000);
    span_is("90min", 0, 5400000);
    span_is("1h30m", 0, 5400000);
    span_is(" 1h 30 m ", 0, 5400000);
    span_is("3months", 3, 0);
    span_is("1q", 3, 0);
    span_is("3quarters", 9, 0);
    span_is("1y", 12, 0);
    static const char *const bad[] = {"",         "h",       "1",          "1 ",
                                      "0h",       "-1h",     "1x",         "1.5h",
                                      "1month1d", "1  hr x", "1e3s",       "99999999999999999999d",
                                      "4000y",    "1hourss", "9999999999w"};
    struct time_span span;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_not(span_parse(text_of(bad[i]), &span), "'%s' was taken", bad[i]);
    gives("5400000", scalar_span, NULL, T("1h30m"));
    gives("2592000000", scalar_span, NULL, T("1month"));
    gives("31536000000", scalar_span, NULL, T("1y"));
    gives(MISSING, scalar_span, NULL, T("soon"));
}

static void *floor_of(const char *text, const char *zone) {
    struct trawl_error error;
    struct time_span span;
    cr_assert(span_parse(text_of(text), &span));
    void *data = time_floor_new(span, zone, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_time, buckets) { /* date -d, with TZ */
    gives("1773204300000", scalar_time_floor, floor_of("15m", NULL), N(1773205199999));
    gives("1773205200000", scalar_time_floor, floor_of("15m", NULL), N(1773205200000));
    gives("1773205202000", scalar_time_floor, floor_of("500ms", NULL), N(AT));
    gives("1773203400000", scalar_time_floor, floor_of("1h", "Asia/Kolkata"), N(AT)); /* 10:00 */
    gives("1773187200000", scalar_time_floor, floor_of("1d", NULL), N(AT));
    gives("1773183600000", scalar_time_floor, floor_of("1d", "Europe/Berlin"), N(AT));
    gives("1773014400000", scalar_time_floor, floor_of("1w", NULL), N(AT)); /* Monday the 9th */
    gives("1772323200000", scalar_time_floor, floor_of("1mon", NULL), N(AT));
    gives("1767225600000", scalar_time_floor, floor_of("1q", NULL), N(AT));
    gives("1767225600000", scalar_time_floor, floor_of("1y", NULL), N(AT));
    gives("1767222000000", scalar_time_floor, floor_of("1y", "Europe/Berlin"), N(AT));
    gives("-86400000", scalar_time_floor, floor_of("1d", NULL), N(-1));
    gives("1773203880000", scalar_time_floor, floor_of("7m", NULL),
          N(1773204000000)); /* from 1970 */
    gives(MISSING, scalar_time_floor, floor_of("1d", NULL), T("x"));
    gives(MISSING, scalar_time_floor, floor_of("1d", NULL), N(1e300));
}

Test(scalar_time, buckets_where_clocks_change) {
    /* 2026-10-25 in Berlin has 25 hours: 02:30 twice, at 00:30Z and 01:30Z. */
    gives("1792888200000", scalar_time_floor, floor_of("30m", "Europe/Berlin"), N(1792888200000));
    gives("1792891800000", scalar_time_floor, floor_of("30m", "Europe/Berlin"), N(1792891800000));
    gives("1792879200000", scalar_time_floor, floor_of("1d", "Europe/Berlin"), N(1792891800000));
    gives("1792879200000", scalar_time_floor, floor_of("6h", "Europe/Berlin"), N(1792891800000));
    void *day = floor_of("1d", "Europe/Berlin");
    cr_assert_eq(time_floor_next(day, 1792891800000), 1792879200000 + 25 * 3600000);
    scalar_time_floor.data_free(day);
    /* Buckets follow one another without gap or overlap across a year, at any size. */
    static const char *const sizes[] = {"15m", "1h", "6h", "1d", "1w", "1mon", "7m", "5d"};
    static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York",
                                        "Australia/Lord_Howe"};
    for (size_t i = 0; i < 32; i++) {
        void *data = floor_of(sizes[i / 4], zones[i % 4]);
        struct buffer out = {0};
        int64_t start = 1767225600000;
        for (int step = 0; step < 400; step++) {
            int64_t next = time_floor_next(data, start);
            struct datum last = N((double)(next - 1)), result = NONE;
            struct datum first = N((double)next);
            struct scalar_call call = {data, NULL, &last, 1, &out};
            cr_assert_gt(next, start);
            if (step > 0) {
                scalar_time_floor.run(&call, &result, NULL);
                cr_assert_eq((int64_t)result.number, start, "%s %s", sizes[i / 4], zones[i % 4]);
            }
            call.args = &first;
            scalar_time_floor.run(&call, &result, NULL);
            cr_assert_eq((int64_t)result.number, next, "%s %s", sizes[i / 4], zones[i % 4]);
            start = next;
        }
        scalar_time_floor.data_free(data);
    }
}

static void *duration(const char *from, unsigned precision) {
    struct trawl_error error;
    void *data = duration_new(from, precision, &error);
    cr_assert(data, "%s", error.message);
    return data;
}

Test(scalar_time, durations) {
    gives("6h30m52s553ms", scalar_duration, duration("ms", 0), N(23452553));
    gives("6h30m52s", scalar_duration, duration("ms", 3), T("23452553"));
    gives("1h5s", scalar_duration, duration("s", 0), N(3605));
    gives("1h", scalar_duration, duration("s", 2), N(3605));
    gives("1d", scalar_duration, duration("h", 0), N(24));
    gives("-1m1s", scalar_duration, duration("s", 0), N(-61));
    gives("1us1ns", scalar_duration, duration("ns", 0), N(1001));
    gives("0ms", scalar_duration, duration("ms", 0), N(0));
    gives("1000000000000000000d", scalar_duration, duration("d", 0), N(1e18));
    gives(MISSING, scalar_duration, duration("ms", 0), N(1.5));
    gives(MISSING, scalar_duration, duration("ms", 0), T("abc"));
    gives(MISSING, scalar_duration, duration("ms", 0), N(1e30));
    struct trawl_error error;
    cr_assert_null(duration_new("week", 0, &error));
}
