#include "engine/scalar/calendar.h"

#include <stdlib.h>

const char *const month_names[13] = {"",        "January",  "February", "March",  "April",
                                     "May",     "June",     "July",     "August", "September",
                                     "October", "November", "December"};
const char *const weekday_names[8] = {"",         "Monday", "Tuesday",  "Wednesday",
                                      "Thursday", "Friday", "Saturday", "Sunday"};

/* ---- the calendar ---------------------------------------------------------------------------- */

/* Years count from March, so that the leap day is the last of its year, in eras of 400 years:
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#define ERA_DAYS 146097
#define EPOCH_DAY 719468 /* 1970-01-01, from 0000-03-01 */

unsigned days_in_month(int64_t year, unsigned month) {
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap_year(year) ? 1u : 0u);
}

int64_t days_from_civil(int64_t year, unsigned month, int64_t day) {
    if (month <= 2) year--;
    int64_t era = floor_divide(year, 400), year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           EPOCH_DAY;
}

static void civil_from_days(int64_t days, struct moment *moment) {
    days += EPOCH_DAY;
    int64_t era = floor_divide(days, ERA_DAYS), day_of_era = days - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year =
        (unsigned)(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
    unsigned month = (5 * day_of_year + 2) / 153; /* from March */
    moment->day = day_of_year - (153 * month + 2) / 5 + 1;
    moment->month = month < 10 ? month + 3 : month - 9;
    moment->year = era * 400 + year_of_era + (moment->month <= 2);
}

struct moment moment_at(int64_t ms, const struct zone *zone) {
    struct moment moment = {.ms = ms, .seconds = floor_divide(ms, 1000), .zone = zone};
    moment.millisecond = (unsigned)(ms - moment.seconds * 1000);
    moment.offset = zone_offset(zone, moment.seconds);
    moment.local = moment.seconds + moment.offset;
    moment.days = floor_divide(moment.local, DAY_SECONDS);
    unsigned second = (unsigned)(moment.local - moment.days * DAY_SECONDS);
    moment.hour = second / 3600;
    moment.minute = second / 60 % 60;
    moment.second = second % 60;
    civil_from_days(moment.days, &moment);
    int64_t from_monday = moment.days + 3; /* 1970-01-01 was a Thursday */
    moment.weekday = (unsigned)(from_monday - floor_divide(from_monday, 7) * 7) + 1;
    moment.yearday = (unsigned)(moment.days - days_from_civil(moment.year, 1, 1)) + 1;
    return moment;
}

/* The week belongs to the year that its Thursday is in. */
void moment_week(const struct moment *moment, int64_t *year, unsigned *week) {
    int64_t thursday = moment->days + 4 - moment->weekday;
    struct moment middle;
    civil_from_days(thursday, &middle);
    *year = middle.year;
    *week = (unsigned)(thursday - days_from_civil(middle.year, 1, 1)) / 7 + 1;
}

/* ---- printing -------------------------------------------------------------------------------- */

bool moment_letter(char letter) {
    return letter && strchr("YCymBbhdejAaHkIlpMSLNZzsQFTRrDcuwVGUnt%", letter);
}

/* The number with zeros in front up to so many digits. */
static void print_padded(struct buffer *out, uint64_t number, unsigned digits) {
    char text[20];
    unsigned length = 0;
    do text[sizeof text - ++length] = (char)('0' + number % 10);
    while ((number /= 10) || length < digits);
    buffer_append(out, text + sizeof text - length, length);
}

static void print_offset(struct buffer *out, int32_t offset) {
    int minutes = abs(offset) / 60;
    buffer_append_char(out, offset < 0 ? '-' : '+');
    print_padded(out, (uint64_t)(minutes / 60 * 100 + minutes % 60), 4);
}

/* What stands for several letters. */
static const char *expansion(char letter) {
    switch (letter) {
        case 'F':
            return "Y-m-d";
        case 'T':
            return "H:M:S";
        case 'R':
            return "H:M";
        case 'D':
            return "m/d/y";
        default:
            return NULL;
    }
}

static void print_expansion(struct buffer *out, const char *letters, const struct moment *moment) {
    for (; *letters; letters++) {
        if (moment_letter(*letters))
            moment_print(out, *letters, moment);
        else
            buffer_append_char(out, *letters);
    }
}

static void print_date(struct buffer *out, char letter, const struct moment *moment) {
    const char *month = month_names[moment->month], *weekday = weekday_names[moment->weekday];
    switch (letter) {
        case 'Y':
            print_padded(out, (uint64_t)moment->year, 4);
            return;
        case 'C':
            print_padded(out, (uint64_t)moment->year / 100, 2);
            return;
        case 'y':
            print_padded(out, (uint64_t)moment->year % 100, 2);
            return;
        case 'm':
            print_padded(out, moment->month, 2);
            return;
        case 'B':
            buffer_append(out, month, strlen(month));
            return;
        case 'b':
        case 'h':
            buffer_append(out, month, 3);
            return;
        case 'd':
            print_padded(out, moment->day, 2);
            return;
        case 'e':
            print_padded(out, moment->day, 1);
            return;
        case 'j':
            print_padded(out, moment->yearday, 3);
            return;
        case 'A':
            buffer_append(out, weekday, strlen(weekday));
            return;
        case 'a':
            buffer_append(out, weekday, 3);
            return;
        case 'u':
            print_padded(out, moment->weekday, 1);
            return;
        case 'w':
            print_padded(out, moment->weekday % 7, 1);
            return;
        case 'U': /* weeks from Sundays; days before the first are week 0 */
            print_padded(out, (moment->yearday + 6 - moment->weekday % 7) / 7, 2);
            return;
        default: { /* V G */
            int64_t year;
            unsigned week;
            moment_week(moment, &year, &week);
            print_padded(out, letter == 'V' ? week : (uint64_t)year, letter == 'V' ? 2 : 4);
        }
    }
}

static void print_clock(struct buffer *out, char letter, const struct moment *moment) {
    unsigned hour12 = moment->hour % 12 ? moment->hour % 12 : 12;
    switch (letter) {
        case 'H':
            print_padded(out, moment->hour, 2);
            return;
        case 'k':
            print_padded(out, moment->hour, 1);
            return;
        case 'I':
            print_padded(out, hour12, 2);
            return;
        case 'l':
            print_padded(out, hour12, 1);
            return;
        case 'p':
            buffer_append(out, moment->hour < 12 ? "am" : "pm", 2);
            return;
        case 'M':
            print_padded(out, moment->minute, 2);
            return;
        case 'S':
            print_padded(out, moment->second, 2);
            return;
        case 'L':
            print_padded(out, moment->millisecond, 3);
            return;
        default: /* N */
            print_padded(out, moment->millisecond * UINT64_C(1000000), 9);
    }
}

/* Those that hold clock and date, and plain characters. */
static void print_other(struct buffer *out, char letter, const struct moment *moment) {
    const char *name = zone_abbreviation(moment->zone, moment->seconds);
    switch (letter) {
        case 'Z':
            buffer_append(out, name, strlen(name));
            return;
        case 'z':
            print_offset(out, moment->offset);
            return;
        case 's':
            buffer_printf(out, "%lld", (long long)moment->seconds);
            return;
        case 'Q':
            buffer_printf(out, "%lld", (long long)moment->ms);
            return;
        case 'r':
            print_expansion(out, "I:M:S ", moment);
            buffer_append(out, moment->hour < 12 ? "AM" : "PM", 2);
            return;
        case 'c': /* Sun Jul 20 16:17:00 EDT 1969 */
            print_expansion(out, "a b d T Z Y", moment);
            return;
        default:
            buffer_append_char(out, letter == 'n' ? '\n' : letter == 't' ? '\t' : '%');
    }
}

void moment_print(struct buffer *out, char letter, const struct moment *moment) {
    const char *letters = expansion(letter);
    if (letters)
        print_expansion(out, letters, moment);
    else if (strchr("YCymBbhdejAauwUVG", letter))
        print_date(out, letter, moment);
    else if (strchr("HkIlpMSLN", letter))
        print_clock(out, letter, moment);
    else
        print_other(out, letter, moment);
}
