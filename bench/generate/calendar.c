#include "calendar.h"

#include <stdio.h>

/* Days since 1970-01-01 to a civil date and back: Hinnant, "chrono-compatible low-level date
 * algorithms". Good from year 0 on. */
static void civil(int64_t days, struct date *date) {
    int64_t shifted = days + 719468, era = shifted / 146097;
    unsigned of_era = (unsigned)(shifted - era * 146097);
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153; /* from March */
    date->day = of_year - (153 * month + 2) / 5 + 1;
    date->month = month < 10 ? month + 3 : month - 9;
    date->year = (int)(year + era * 400) + (date->month <= 2);
}

static int64_t days_from_civil(int year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = year / 400;
    unsigned of_era = (unsigned)(year - era * 400);
    unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date calendar_date(ticks time) {
    struct date date;
    civil(time / TICKS_DAY, &date);
    uint64_t second = (uint64_t)(time % TICKS_DAY / TICKS_SECOND);
    date.hour = (unsigned)(second / 3600);
    date.minute = (unsigned)(second / 60 % 60);
    date.second = (unsigned)(second % 60);
    return date;
}

bool calendar_parse(const char *text, ticks *time) {
    int year, used = 0;
    unsigned month, day;
    if (sscanf(text, "%4d-%2u-%2u%n", &year, &month, &day, &used) != 3 || text[used]) return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1) return false;
    int64_t days = days_from_civil(year, month, day);
    struct date back;
    civil(days, &back);
    if (back.year != year || back.month != month || back.day != day) return false; /* 31 April */
    *time = days * TICKS_DAY;
    return true;
}

void calendar_put_seconds(struct builder *builder, ticks time) {
    struct date date = calendar_date(time);
    builder_put_digits(builder, (unsigned)date.year, 4);
    builder_put_char(builder, '-');
    builder_put_digits(builder, date.month, 2);
    builder_put_char(builder, '-');
    builder_put_digits(builder, date.day, 2);
    builder_put_char(builder, 'T');
    builder_put_digits(builder, date.hour, 2);
    builder_put_char(builder, ':');
    builder_put_digits(builder, date.minute, 2);
    builder_put_char(builder, ':');
    builder_put_digits(builder, date.second, 2);
}

void calendar_put_millis(struct builder *builder, ticks time) {
    calendar_put_seconds(builder, time);
    builder_put_char(builder, '.');
    builder_put_digits(builder, (uint64_t)(time % TICKS_SECOND / TICKS_MILLISECOND), 3);
}

void calendar_put_ticks(struct builder *builder, ticks time) {
    calendar_put_seconds(builder, time);
    builder_put_char(builder, '.');
    builder_put_digits(builder, (uint64_t)(time % TICKS_SECOND), 7);
}

void calendar_put_trimmed(struct builder *builder, ticks time) {
    calendar_put_ticks(builder, time);
    while (builder->data[builder->length - 1] == '0') builder->length--;
    if (builder->data[builder->length - 1] == '.') builder->length--;
}
