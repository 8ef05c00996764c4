#include "engine/base/time.h"

#define NS_PER_SECOND 1000000000

/* What is left to read of the text. */
struct cursor {
    const char *at, *end;
};

struct civil {
    unsigned year, month, day, hour, minute, second, nanosecond;
    int zone; /* seconds east of UTC */
};

/* ---- reading ------------------------------------------------------------------------------ */

static bool take_char(struct cursor *cursor, char c) {
    if (cursor->at == cursor->end || *cursor->at != c) return false;
    cursor->at++;
    return true;
}

/* Between `least` and `most` ASCII digits, as many as there are; returns how many, 0 for too few.
 * More than nine are the caller's to avoid. */
static unsigned take_digits(struct cursor *cursor, unsigned least, unsigned most, unsigned *value) {
    unsigned count = 0, sum = 0;
    while (count < most && cursor->at < cursor->end) {
        unsigned digit = (unsigned)(unsigned char)*cursor->at - '0';
        if (digit > 9) break;
        sum = sum * 10 + digit;
        cursor->at++;
        count++;
    }
    *value = sum;
    return count < least ? 0 : count;
}

/* Two digits at a known place; what is not a digit sets `bad`. */
static unsigned two_digits(const char *at, unsigned *bad) {
    unsigned tens = (unsigned)(unsigned char)at[0] - '0',
             ones = (unsigned)(unsigned char)at[1] - '0';
    *bad |= (unsigned)(tens > 9) | (unsigned)(ones > 9);
    return tens * 10 + ones;
}

/* [.1 to 9 digits] */
static bool take_fraction(struct cursor *cursor, unsigned *nanosecond) {
    *nanosecond = 0;
    if (!take_char(cursor, '.')) return true;
    unsigned count = take_digits(cursor, 1, 9, nanosecond);
    if (!count) return false;
    for (; count < 9; count++) *nanosecond *= 10;
    return true;
}

/* [Z | +hh:mm | +hhmm | -hh:mm | -hhmm], to the end of the text */
static bool take_zone(struct cursor *cursor, int *zone) {
    *zone = 0;
    if (cursor->at == cursor->end) return true;
    char sign = *cursor->at++;
    if (sign == 'Z') return cursor->at == cursor->end;
    if (sign != '+' && sign != '-') return false;
    unsigned hours, minutes;
    if (!take_digits(cursor, 2, 2, &hours)) return false;
    (void)take_char(cursor, ':');
    if (!take_digits(cursor, 2, 2, &minutes)) return false;
    int seconds = (int)(hours * 3600 + minutes * 60);
    *zone = sign == '+' ? seconds : -seconds;
    return cursor->at == cursor->end;
}

/* ---- the forms ---------------------------------------------------------------------------- */

#define ISO_LENGTH 19 /* 2026-03-11T05:00:02 */

static bool parse_iso(struct text text, struct civil *civil) {
    if (text.length < ISO_LENGTH) return false;
    const char *at = text.data;
    unsigned bad = (unsigned)(at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') ||
                              at[13] != ':' || at[16] != ':');
    civil->year = two_digits(at, &bad) * 100 + two_digits(at + 2, &bad);
    civil->month = two_digits(at + 5, &bad);
    civil->day = two_digits(at + 8, &bad);
    civil->hour = two_digits(at + 11, &bad);
    civil->minute = two_digits(at + 14, &bad);
    civil->second = two_digits(at + 17, &bad);
    if (bad) return false;
    struct cursor cursor = {at + ISO_LENGTH, at + text.length};
    return take_fraction(&cursor, &civil->nanosecond) && take_zone(&cursor, &civil->zone);
}

static bool parse_month_first(struct text text, struct civil *civil) {
    struct cursor cursor = {text.data, text.data + text.length};
    if (!take_digits(&cursor, 1, 2, &civil->month) || !take_char(&cursor, '/') ||
        !take_digits(&cursor, 1, 2, &civil->day) || !take_char(&cursor, '/') ||
        !take_digits(&cursor, 4, 4, &civil->year) || !take_char(&cursor, ' ') ||
        !take_digits(&cursor, 1, 2, &civil->hour) || !take_char(&cursor, ':') ||
        !take_digits(&cursor, 2, 2, &civil->minute) || !take_char(&cursor, ':') ||
        !take_digits(&cursor, 2, 2, &civil->second))
        return false;
    civil->nanosecond = 0;
    civil->zone = 0;
    if (cursor.at == cursor.end) return true;
    if (!take_char(&cursor, ' ')) return false;
    bool afternoon = take_char(&cursor, 'P');
    if (!afternoon && !take_char(&cursor, 'A')) return false;
    civil->hour = civil->hour % 12 + (afternoon ? 12 : 0); /* 12 AM is hour 0, 12 PM hour 12 */
    return take_char(&cursor, 'M') && cursor.at == cursor.end;
}

static int64_t clamp(__int128 nanoseconds) {
    if (nanoseconds > INT64_MAX) return INT64_MAX;
    if (nanoseconds <= TIME_NONE) return INT64_MIN;
    return (int64_t)nanoseconds;
}

static bool parse_epoch(struct text text, int64_t *nanoseconds) {
    int64_t unit = text.length == 10   ? NS_PER_SECOND
                   : text.length == 13 ? NS_PER_SECOND / 1000
                   : text.length == 16 ? NS_PER_SECOND / 1000000
                                       : 0;
    if (!unit) return false;
    int64_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned digit = (unsigned)(unsigned char)text.data[i] - '0';
        if (digit > 9) return false;
        count = count * 10 + digit;
    }
    *nanoseconds = clamp((__int128)count * unit);
    return true;
}

/* ---- the calendar ------------------------------------------------------------------------- */

static unsigned days_in_month(unsigned year, unsigned month) {
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar, for years from 1. Years are counted
 * from March, so that the leap day is the last of its year, and in eras of 400 years: Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t days_from_civil(unsigned year, unsigned month, unsigned day) {
    if (month <= 2) year--;
    unsigned era = year / 400, year_of_era = year % 400;
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * 146097 + day_of_era - 719468;
}

static bool instant_of(const struct civil *civil, int64_t *nanoseconds) {
    if (civil->year < 1 || civil->month < 1 || civil->month > 12 || civil->day < 1 ||
        civil->day > days_in_month(civil->year, civil->month) || civil->hour > 23 ||
        civil->minute > 59)
        return false;
    unsigned second = civil->second > 59 ? 59 : civil->second;
    int64_t seconds = days_from_civil(civil->year, civil->month, civil->day) * 86400 +
                      civil->hour * 3600 + civil->minute * 60 + second - civil->zone;
    *nanoseconds = clamp((__int128)seconds * NS_PER_SECOND + civil->nanosecond);
    return true;
}

bool time_parse(struct text text, int64_t *nanoseconds) {
    if (text.length == 0) return false; /* data may be NULL then */
    struct civil civil;
    if (parse_iso(text, &civil) || parse_month_first(text, &civil))
        return instant_of(&civil, nanoseconds);
    return parse_epoch(text, nanoseconds);
}
