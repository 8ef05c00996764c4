/* calendar.h - instants as dates and times of day.
 *
 * Days count from 1970-01-01 in the proleptic Gregorian calendar; the year 0 is a leap year. */
#ifndef TRAWL_ENGINE_SCALAR_CALENDAR_H
#define TRAWL_ENGINE_SCALAR_CALENDAR_H

#include "engine/base/zone.h"

#define DAY_SECONDS 86400
#define DAY_MS INT64_C(86400000)

/* Years 1 to 9999 less a day at either end, so that they are so in every zone. */
#define MS_LEAST (INT64_C(-62135596800000) + DAY_MS)
#define MS_MOST (INT64_C(253402300799999) - DAY_MS)

/* Division that rounds down; the divisor is positive. */
static inline int64_t floor_divide(int64_t number, int64_t divisor) {
    return number / divisor - (number % divisor < 0);
}

/* Whole milliseconds, rounded down; a decimal fraction may be a little less as a double. */
static inline double whole_ms(double ms) {
    return __builtin_floor(ms + 0.001);
}

static inline bool is_leap_year(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
/* month 1 to 12 */
unsigned days_in_month(int64_t year, unsigned month);
/* month 1 to 12; the day may be beyond its month. */
int64_t days_from_civil(int64_t year, unsigned month, int64_t day);

/* An instant as clocks and calendars of a zone show it. */
struct moment {
    int64_t ms;      /* since 1970 UTC */
    int64_t seconds; /* the same in seconds, rounded down */
    int64_t local;   /* seconds since 1970, of the zone */
    int64_t days;    /* of `local` */
    int64_t year;
    unsigned month, day, hour, minute, second, millisecond;
    unsigned weekday; /* 1 Monday to 7 Sunday */
    unsigned yearday; /* 1 to 366 */
    int32_t offset;   /* seconds east of UTC */
    const struct zone *zone;
};
/* ms from MS_LEAST to MS_MOST. */
struct moment moment_at(int64_t ms, const struct zone *zone);
/* ISO 8601: the week and the year it belongs to. */
void moment_week(const struct moment *moment, int64_t *year, unsigned *week);

/* English; month and weekday from 1. */
extern const char *const month_names[13], *const weekday_names[8];

/* ---- printing -------------------------------------------------------------------------------- */

/* Whether time_format knows the letter. */
bool moment_letter(char letter);
/* Appends what the letter stands for. */
void moment_print(struct buffer *out, char letter, const struct moment *moment);

#endif
