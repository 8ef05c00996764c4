#include "formats/container/arrival.h"

#include <string.h>

#include "engine/scalar/calendar.h"

#define YEAR_LEAST 1990
#define YEAR_MOST 2199
/* How far clocks on the wall are from UTC at most. */
#define ZONE_AHEAD (14 * HOUR_MS)
#define ZONE_BEHIND (12 * HOUR_MS)

/* From a year to an hour; parts that are not known are 0 (hour: -1). */
struct date {
    int64_t year;
    unsigned month, day;
    int hour;
};

static bool date_valid(const struct date *date) {
    if (date->year < YEAR_LEAST || date->year > YEAR_MOST) return false;
    if (date->month < 1 || date->month > 12) return false;
    return date->day <= days_in_month(date->year, date->month) && date->hour <= 23;
}

static struct range date_period(const struct date *date) {
    int64_t days = days_from_civil(date->year, date->month, date->day ? date->day : 1);
    int64_t length = days_in_month(date->year, date->month) * DAY_MS;
    if (date->day) length = DAY_MS;
    int64_t since = days * DAY_MS;
    if (date->hour >= 0) {
        since += date->hour * HOUR_MS;
        length = HOUR_MS;
    }
    return (struct range){since, since + length};
}

/* Exactly `digits` digits. */
static bool number_is(struct text text, size_t digits, unsigned *number) {
    if (text.length != digits) return false;
    *number = 0;
    for (size_t i = 0; i < digits; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit > 9) return false;
        *number = *number * 10 + digit;
    }
    return true;
}

/* ---- the parts of a path ------------------------------------------------------------------ */

struct walk {
    const char *at; /* behind the part taken last */
};

static bool next_part(struct walk *walk, struct text *part) {
    while (*walk->at == '/') walk->at++;
    *part = (struct text){walk->at, strcspn(walk->at, "/")};
    walk->at += part->length;
    return part->length > 0;
}

/* A part key=NUMBER, where key is one of two. */
static bool keyed(struct text part, const char *short_key, const char *long_key, size_t digits,
                  unsigned *number) {
    const char *equals = memchr(part.data, '=', part.length);
    if (!equals) return false;
    struct text key = {part.data, (size_t)(equals - part.data)};
    struct text value = {equals + 1, part.length - key.length - 1};
    return (text_equal(key, text_of(short_key)) || text_equal(key, text_of(long_key))) &&
           number_is(value, digits, number);
}

static bool keyed_date(struct walk walk, struct text part, struct range *period) {
    struct date date = {.hour = -1};
    unsigned number;
    if (!keyed(part, "y", "year", 4, &number)) return false;
    bool utc = part.data[1] == '=';
    date.year = number;
    if (!next_part(&walk, &part) || !keyed(part, "m", "month", 2, &date.month)) return false;
    if (next_part(&walk, &part) && keyed(part, "d", "day", 2, &date.day)) {
        if (date.day == 0) return false;
        if (next_part(&walk, &part) && keyed(part, "h", "hour", 2, &number))
            date.hour = (int)number;
    }
    if (!date_valid(&date)) return false;
    *period = date_period(&date);
    if (utc) return true; /* as Azure writes it */
    period->since -= ZONE_AHEAD;
    period->until += ZONE_BEHIND;
    return true;
}

/* 2026/03/07, and perhaps an hour; the last part must be a folder that stands behind `named`. */
static bool plain_date(struct walk walk, struct text part, const char *named,
                       struct range *period) {
    struct date date = {.hour = -1};
    unsigned number;
    if (!number_is(part, 4, &number)) return false;
    date.year = number;
    if (!next_part(&walk, &part) || !number_is(part, 2, &date.month)) return false;
    if (!next_part(&walk, &part) || !number_is(part, 2, &date.day) || date.day == 0) return false;
    if (*walk.at != '/') return false;
    struct walk behind = walk;
    if (next_part(&behind, &part) && *behind.at == '/' && number_is(part, 2, &number)) {
        date.hour = (int)number;
        walk = behind;
    }
    if (walk.at <= named || !date_valid(&date)) return false;
    *period = date_period(&date);
    period->since -= ZONE_AHEAD;
    period->until += ZONE_BEHIND;
    return true;
}

/* ---- file names --------------------------------------------------------------------------- */

/* 20260307T1405Z between underscores, in a name that says whose it is. */
static bool minute_name(struct text name, struct range *period) {
    enum { LENGTH = 14 };
    if (!memmem(name.data, name.length, "_CloudTrail", 11)) return false;
    for (size_t i = 1; i + LENGTH < name.length; i++) {
        const char *at = name.data + i;
        struct date date = {.hour = -1};
        unsigned year, hour, minute;
        if (at[-1] != '_' || at[LENGTH] != '_' || at[8] != 'T' || at[13] != 'Z') continue;
        if (!number_is((struct text){at, 4}, 4, &year) ||
            !number_is((struct text){at + 4, 2}, 2, &date.month) ||
            !number_is((struct text){at + 6, 2}, 2, &date.day) || date.day == 0 ||
            !number_is((struct text){at + 9, 2}, 2, &hour) ||
            !number_is((struct text){at + 11, 2}, 2, &minute) || minute > 59)
            continue;
        date.year = year;
        date.hour = (int)hour;
        if (!date_valid(&date)) continue;
        *period = date_period(&date);
        period->since += minute * INT64_C(60000);
        period->until = period->since + (hour || minute ? HOUR_MS : DAY_MS);
        return true;
    }
    return false;
}

bool path_arrival(const char *path, size_t named, struct range *arrival) {
    struct walk walk = {path};
    struct text part;
    struct range period;
    bool found = false;
    *arrival = range_all;
    while (next_part(&walk, &part)) {
        bool folder = *walk.at == '/';
        bool dated = folder ? keyed_date(walk, part, &period) ||
                                  plain_date(walk, part, path + named, &period)
                            : minute_name(part, &period);
        if (!dated) continue;
        found = true;
        *arrival = range_meet(*arrival, period);
    }
    return found && arrival->since < arrival->until;
}
