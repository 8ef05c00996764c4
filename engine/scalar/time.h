/* time.h - scalars over times.
 *
 * A time is a number of milliseconds since 1970 UTC. zone: a name as zone.h reads it, NULL is UTC.
 * Years outside 1 to 9999 give missing results. Names of months and days are English. */
#ifndef TRAWL_ENGINE_SCALAR_TIME_H
#define TRAWL_ENGINE_SCALAR_TIME_H

#include "engine/scalar.h"

/* ---- printing and reading -------------------------------------------------------------------- */

enum time_unit {
    TIME_AUTO, /* seconds up to 1e11, else milliseconds */
    TIME_SECONDS,
    TIME_MILLISECONDS,
    TIME_MICROSECONDS,
    TIME_NANOSECONDS,
};
/* For scalar_time_format. Letters after %: Y C y year, century, two digits; m B b h month;
 * d e day; j day of the year; A a weekday; H k, I l hours of 24, of 12; p am or pm; M S minute,
 * second; L N milliseconds, nanoseconds; Z z zone's name, offset; s Q seconds, milliseconds since
 * 1970; F T R r D c usual ones together; u w V G U the day and week; n t %. NULL: error. */
void *time_format_new(const char *format, const char *zone, enum time_unit unit,
                      struct trawl_error *error);
/* data: time_format_new. (number): the text. */
extern const struct scalar scalar_time_format;

/* For scalar_time_parse. format: letters as in Java's DateTimeFormatter (y u M L d D E a H h K k m
 * s S n X x Z z V O 'quoted' [optional]), or one of seconds, unixtime, unixtimeSeconds, millis,
 * milliseconds, unixtimeMillis, micros, nanos, in any case. zone: of texts without one; NULL: UTC.
 * A format without a year takes `year`, 0: a text without one gives missing. NULL: error. */
void *time_parse_new(const char *format, const char *zone, bool ignore_case, int year,
                     struct trawl_error *error);
/* data: time_parse_new. (text): milliseconds since 1970; missing where it is not of the format. */
extern const struct scalar scalar_time_parse;
/* zone: of texts without one. NULL: error. */
void *time_find_new(const char *zone, struct trawl_error *error);
/* data: time_find_new. (text): milliseconds of the first time in it: ISO 8601 with date and time,
 * M/D/YYYY H:M:S [AM], DD/Mon/YYYY:H:M:S +zzzz, Mon DD YYYY H:M:S, DD Mon YYYY H:M:S, or 10, 13 or
 * 16 digits alone. */
extern const struct scalar scalar_time_find;

/* ---- parts ----------------------------------------------------------------------------------- */

enum time_part {
    PART_YEAR,
    PART_MONTH,      /* 1 to 12 */
    PART_MONTH_NAME, /* text */
    PART_DAY,        /* of the month, 1 to 31 */
    PART_WEEKDAY,    /* 1 Monday to 7 Sunday */
    PART_WEEKDAY_NAME,
    PART_YEARDAY, /* 1 to 366 */
    PART_WEEK,    /* ISO 8601, 1 to 53 */
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND,
    PART_MILLISECOND,
};
/* NULL: error. */
void *time_part_new(enum time_part part, const char *zone, struct trawl_error *error);
/* data: time_part_new, of a part that is a number or a name. (milliseconds): the part. */
extern const struct scalar scalar_time_part, scalar_time_name;

/* ---- spans ----------------------------------------------------------------------------------- */

/* A length of time: so many calendar months and so many milliseconds; one of them is 0. */
struct time_span {
    int64_t months;
    int64_t ms;
};
/* 15m, 1h, 30s, 7d, 2w, 500ms, "1 hour", "24 hours", 90min, 1q, 3mon, 1y, 1h30m; no zero, no
 * negative, months and milliseconds not mixed. */
bool span_parse(struct text text, struct time_span *span);
/* In milliseconds; a month counts as 30 days, a year as 365. */
int64_t span_ms(struct time_span span);

/* NULL: error. */
void *time_floor_new(struct time_span span, const char *zone, struct trawl_error *error);
/* data: time_floor_new. (milliseconds): the begin of the bucket it is in. Buckets of whole seconds
 * that divide 24 hours divide the zone's day; others of no whole days count from 1970 UTC; days
 * count from 1970-01-01, weeks from Mondays, months and years from January of the year 1, in the
 * zone. */
extern const struct scalar scalar_time_floor;
/* The begin of the next bucket, for filling gaps; data as above. INT64_MAX: beyond the year 9999.
 */
int64_t time_floor_next(const void *data, int64_t ms);

/* For scalar_duration. from: ns, us, ms, s, m, h or d; precision: how many units are printed, 0:
 * all. NULL: error. */
void *duration_new(const char *from, unsigned precision, struct trawl_error *error);
/* data: duration_new. (number): a length of time for people, 1d2h3m4s5ms; missing: no integer. */
extern const struct scalar scalar_duration;
/* (text): the milliseconds of a span as span_parse reads it; missing: it is none. */
extern const struct scalar scalar_span;

#endif
