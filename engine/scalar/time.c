/* time.c - times printed, and their parts. */
#include "engine/scalar/time.h"

#include <stdlib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/calendar.h"

/* Up to here a number that may be either is taken for seconds: the year 5138, or March 1973. */
#define AUTO_SECONDS_MOST 1e11

/* The argument as an instant; false: no number, or not in a year that is printed. */
static bool argument_ms(const struct scalar_call *call, enum time_unit unit, int64_t *ms) {
    double number;
    if (!argument_number(call, 0, &number)) return false;
    if (unit == TIME_AUTO) unit = number <= AUTO_SECONDS_MOST ? TIME_SECONDS : TIME_MILLISECONDS;
    switch (unit) {
        case TIME_SECONDS:
            number *= 1e3;
            break;
        case TIME_MICROSECONDS:
            number /= 1e3;
            break;
        case TIME_NANOSECONDS:
            number /= 1e6;
            break;
        default:
            break;
    }
    if (!(number >= (double)MS_LEAST && number <= (double)MS_MOST)) return false;
    *ms = (int64_t)whole_ms(number);
    return true;
}

/* ---- printing -------------------------------------------------------------------------------- */

struct time_format {
    char *format;
    struct zone *zone;
    enum time_unit unit;
};

static void time_format_free(void *data) {
    struct time_format *format = data;
    if (!format) return;
    free(format->format);
    zone_free(format->zone);
    free(format);
}

static bool check_letters(const char *format, struct trawl_error *error) {
    for (const char *c = format; (c = strchr(c, '%')); c += 2) {
        if (moment_letter(c[1])) continue;
        if (c[1])
            error_set(error, TRAWL_INVALID,
                      "time format \"%s\": %%%c is not known; a percent sign is %%%%", format,
                      c[1]);
        else
            error_set(error, TRAWL_INVALID, "time format \"%s\" ends in %%; a percent sign is %%%%",
                      format);
        return false;
    }
    return true;
}

void *time_format_new(const char *format, const char *zone, enum time_unit unit,
                      struct trawl_error *error) {
    if (!check_letters(format, error)) return NULL;
    struct time_format *data = calloc(1, sizeof *data);
    if (!data || !(data->format = strdup(format))) {
        error_memory(error);
        time_format_free(data);
        return NULL;
    }
    data->unit = unit;
    data->zone = zone_new(zone, error);
    if (data->zone) return data;
    time_format_free(data);
    return NULL;
}

static enum trawl_status run_time_format(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    const struct time_format *format = call->data;
    int64_t ms;
    if (!argument_ms(call, format->unit, &ms)) return TRAWL_OK;
    struct moment moment = moment_at(ms, format->zone);
    const char *at = format->format, *percent;
    for (; (percent = strchr(at, '%')); at = percent + 2) {
        buffer_append(call->out, at, (size_t)(percent - at));
        moment_print(call->out, percent[1], &moment);
    }
    buffer_append(call->out, at, strlen(at));
    return result_out(call, result, error);
}

/* ---- parts ----------------------------------------------------------------------------------- */

struct time_part_data {
    enum time_part part;
    struct zone *zone;
};

static void time_part_free(void *data) {
    struct time_part_data *part = data;
    if (!part) return;
    zone_free(part->zone);
    free(part);
}

void *time_part_new(enum time_part part, const char *zone, struct trawl_error *error) {
    struct time_part_data *data = malloc(sizeof *data);
    if (!data) {
        error_memory(error);
        return NULL;
    }
    *data = (struct time_part_data){part, zone_new(zone, error)};
    if (data->zone) return data;
    free(data);
    return NULL;
}

static double part_of(enum time_part part, const struct moment *moment) {
    switch (part) {
        case PART_YEAR:
            return (double)moment->year;
        case PART_MONTH:
        case PART_MONTH_NAME:
            return moment->month;
        case PART_DAY:
            return moment->day;
        case PART_WEEKDAY:
        case PART_WEEKDAY_NAME:
            return moment->weekday;
        case PART_YEARDAY:
            return moment->yearday;
        case PART_WEEK: {
            int64_t year;
            unsigned week;
            moment_week(moment, &year, &week);
            return week;
        }
        case PART_HOUR:
            return moment->hour;
        case PART_MINUTE:
            return moment->minute;
        case PART_SECOND:
            return moment->second;
        case PART_MILLISECOND:
            return moment->millisecond;
    }
    return 0;
}

static enum trawl_status run_time_part(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    (void)error;
    const struct time_part_data *data = call->data;
    int64_t ms;
    if (!argument_ms(call, TIME_MILLISECONDS, &ms)) return TRAWL_OK;
    struct moment moment = moment_at(ms, data->zone);
    return result_number(result, part_of(data->part, &moment));
}

static enum trawl_status run_time_name(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    (void)error;
    const struct time_part_data *data = call->data;
    int64_t ms;
    if (!argument_ms(call, TIME_MILLISECONDS, &ms)) return TRAWL_OK;
    struct moment moment = moment_at(ms, data->zone);
    const char *name =
        data->part == PART_MONTH_NAME ? month_names[moment.month] : weekday_names[moment.weekday];
    *result = datum_text(text_of(name));
    return TRAWL_OK;
}

const struct scalar scalar_time_format = {.name = "time_format",
                                          .type = TYPE_TEXT,
                                          .run = run_time_format,
                                          .data_free = time_format_free};
const struct scalar scalar_time_part = {
    .name = "time_part", .type = TYPE_NUMBER, .run = run_time_part, .data_free = time_part_free};
const struct scalar scalar_time_name = {
    .name = "time_name", .type = TYPE_TEXT, .run = run_time_name, .data_free = time_part_free};
