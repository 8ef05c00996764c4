/* span.c - lengths of time: read, printed, and the buckets they cut time into. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/calendar.h"
#include "engine/scalar/time.h"

#define WEEK_DAYS 7
/* The largest span: a thousand years. Sums stay far from overflow. */
#define SPAN_MONTHS_MOST 12000
#define SPAN_MS_MOST (INT64_C(366000) * DAY_MS)

/* ---- reading --------------------------------------------------------------------------------- */

struct span_unit {
    const char *names; /* each with a space in front and behind */
    struct time_span span;
};

static const struct span_unit span_units[] = {
    {" ms millis millisecond milliseconds ", {0, 1}},
    {" s sec secs second seconds ", {0, 1000}},
    {" m min mins minute minutes ", {0, 60000}},
    {" h hr hrs hour hours ", {0, 3600000}},
    {" d day days ", {0, DAY_MS}},
    {" w week weeks ", {0, WEEK_DAYS *DAY_MS}},
    {" mon month months ", {1, 0}},
    {" q qtr qtrs quarter quarters ", {3, 0}},
    {" y yr yrs year years ", {12, 0}},
};

static const struct time_span *find_unit(struct text name) {
    char padded[16];
    if (name.length == 0 || name.length > sizeof padded - 3) return NULL;
    snprintf(padded, sizeof padded, " %.*s ", (int)name.length, name.data);
    for (size_t i = 0; i < sizeof span_units / sizeof *span_units; i++)
        if (strstr(span_units[i].names, padded)) return &span_units[i].span;
    return NULL;
}

static void skip_blanks(struct text *text) {
    while (text->length && text->data[0] == ' ') {
        text->data++;
        text->length--;
    }
}

/* Digits; false: none, or more than a span can have. */
static bool take_count(struct text *text, int64_t *count) {
    size_t i = 0;
    *count = 0;
    for (; i < text->length && text->data[i] >= '0' && text->data[i] <= '9'; i++) {
        *count = *count * 10 + (text->data[i] - '0');
        if (*count > SPAN_MS_MOST) return false;
    }
    text->data += i;
    text->length -= i;
    return i > 0;
}

static struct text take_letters(struct text *text) {
    size_t i = 0;
    while (i < text->length && text->data[i] >= 'a' && text->data[i] <= 'z') i++;
    struct text letters = {text->data, i};
    text->data += i;
    text->length -= i;
    return letters;
}

bool span_parse(struct text text, struct time_span *span) {
    struct time_span sum = {0, 0};
    for (skip_blanks(&text); text.length; skip_blanks(&text)) {
        int64_t count, part;
        if (!take_count(&text, &count)) return false;
        skip_blanks(&text);
        const struct time_span *unit = find_unit(take_letters(&text));
        if (!unit || __builtin_mul_overflow(count, unit->ms, &part)) return false;
        sum.months += count * unit->months;
        if (__builtin_add_overflow(sum.ms, part, &sum.ms) || sum.ms > SPAN_MS_MOST ||
            sum.months > SPAN_MONTHS_MOST)
            return false;
    }
    if ((sum.months > 0) == (sum.ms > 0)) return false;
    *span = sum;
    return true;
}

int64_t span_ms(struct time_span span) {
    return span.ms + span.months / 12 * 365 * DAY_MS + span.months % 12 * 30 * DAY_MS;
}

static enum trawl_status run_span(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    (void)error;
    char room[NUMBER_TEXT];
    struct text text;
    struct time_span span;
    if (!argument_text(call, 0, room, &text) || !span_parse(text, &span)) return TRAWL_OK;
    return result_number(result, (double)span_ms(span));
}

/* ---- buckets --------------------------------------------------------------------------------- */

struct time_floor {
    struct time_span span;
    struct zone *zone;
};

static void time_floor_free(void *data) {
    struct time_floor *floor = data;
    if (!floor) return;
    zone_free(floor->zone);
    free(floor);
}

void *time_floor_new(struct time_span span, const char *zone, struct trawl_error *error) {
    struct time_floor *data = malloc(sizeof *data);
    if (!data) {
        error_memory(error);
        return NULL;
    }
    *data = (struct time_floor){span, zone_new(zone, error)};
    if (data->zone) return data;
    free(data);
    return NULL;
}

static int64_t instant_ms(const struct zone *zone, int64_t local) {
    return zone_instant(zone, local) * 1000;
}

/* The instant at which the month begins; months count from January of the year 1. */
static int64_t month_start(const struct zone *zone, int64_t months) {
    int64_t year = floor_divide(months, 12);
    unsigned month = (unsigned)(months - year * 12) + 1;
    return instant_ms(zone, days_from_civil(year + 1, month, 1) * DAY_SECONDS);
}

/* Of spans of whole days: where the bucket of a day begins. Weeks begin on Mondays, the first on
 * 1969-12-29. */
static int64_t floor_days(int64_t days, int64_t count) {
    int64_t origin = count % WEEK_DAYS == 0 ? -3 : 0;
    return floor_divide(days - origin, count) * count + origin;
}

/* The bucket that an instant is in. */
struct bucket {
    int64_t start, next;
};

static struct bucket calendar_bucket(const struct time_floor *floor, const struct moment *moment) {
    const struct zone *zone = floor->zone;
    if (floor->span.months) {
        int64_t count = floor->span.months;
        int64_t months = (moment->year - 1) * 12 + moment->month - 1;
        int64_t first = floor_divide(months, count) * count;
        return (struct bucket){month_start(zone, first), month_start(zone, first + count)};
    }
    int64_t count = floor->span.ms / DAY_MS, first = floor_days(moment->days, count);
    return (struct bucket){instant_ms(zone, first * DAY_SECONDS),
                           instant_ms(zone, (first + count) * DAY_SECONDS)};
}

/* Parts of a day. Up to an hour they keep their length whatever clocks do: the hour that clocks
 * show twice has twice as many. */
static struct bucket clock_bucket(const struct time_floor *floor, const struct moment *moment) {
    int64_t span = floor->span.ms, offset = (int64_t)moment->offset * 1000;
    int64_t local = floor_divide(moment->ms + offset, span) * span;
    if (span <= DAY_MS / 24) return (struct bucket){local - offset, local - offset + span};
    return (struct bucket){instant_ms(floor->zone, local / 1000),
                           instant_ms(floor->zone, (local + span) / 1000)};
}

static struct bucket bucket_of(const struct time_floor *floor, int64_t ms) {
    struct moment moment = moment_at(ms, floor->zone);
    int64_t span = floor->span.ms;
    if (span == 0 || span % DAY_MS == 0) return calendar_bucket(floor, &moment);
    if (DAY_MS % span == 0 && span % 1000 == 0) return clock_bucket(floor, &moment);
    int64_t start = floor_divide(ms, span) * span;
    return (struct bucket){start, start + span};
}

static bool bucket_ms(double number, int64_t *ms) {
    if (!(number >= (double)MS_LEAST && number <= (double)MS_MOST)) return false;
    *ms = (int64_t)whole_ms(number);
    return true;
}

static enum trawl_status run_time_floor(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    (void)error;
    double number;
    int64_t ms;
    if (!argument_number(call, 0, &number) || !bucket_ms(number, &ms)) return TRAWL_OK;
    return result_number(result, (double)bucket_of(call->data, ms).start);
}

int64_t time_floor_next(const void *data, int64_t ms) {
    if (ms < MS_LEAST || ms > MS_MOST) return INT64_MAX;
    int64_t next = bucket_of(data, ms).next;
    return next > ms ? next : ms + 1;
}

/* ---- for people ------------------------------------------------------------------------------ */

static const struct duration_unit {
    const char *name;
    int64_t ns;
} duration_units[] = {
    {"d", INT64_C(86400000000000)},
    {"h", INT64_C(3600000000000)},
    {"m", INT64_C(60000000000)},
    {"s", INT64_C(1000000000)},
    {"ms", INT64_C(1000000)},
    {"us", INT64_C(1000)},
    {"ns", 1},
};
#define DURATION_UNITS (sizeof duration_units / sizeof *duration_units)

struct duration {
    const struct duration_unit *from;
    unsigned precision;
};

void *duration_new(const char *from, unsigned precision, struct trawl_error *error) {
    for (size_t i = 0; i < DURATION_UNITS; i++) {
        if (strcmp(duration_units[i].name, from) != 0) continue;
        struct duration *data = malloc(sizeof *data);
        if (data)
            *data = (struct duration){&duration_units[i], precision ? precision : UINT32_MAX};
        else
            error_memory(error);
        return data;
    }
    error_set(error, TRAWL_INVALID,
              "no unit of time is called \"%s\"; write ns, us, ms, s, m, h or d", from);
    return NULL;
}

static enum trawl_status run_duration(const struct scalar_call *call, struct datum *result,
                                      struct trawl_error *error) {
    const struct duration *duration = call->data;
    double number;
    __int128 left;
    if (!argument_number(call, 0, &number) || number != __builtin_trunc(number) ||
        __builtin_fabs(number) > 9e18)
        return TRAWL_OK;
    left = (__int128)number * duration->from->ns;
    if (left < 0) buffer_append_char(call->out, '-');
    if (left < 0) left = -left;
    if (left == 0) buffer_printf(call->out, "0%s", duration->from->name);
    unsigned printed = 0; /* units since the largest that is not 0, those that are 0 included */
    for (size_t i = 0; i < DURATION_UNITS && printed < duration->precision; i++) {
        /* Days are at most 9e18. */
        uint64_t count = (uint64_t)(left / duration_units[i].ns);
        left %= duration_units[i].ns;
        if (count)
            buffer_printf(call->out, "%llu%s", (unsigned long long)count, duration_units[i].name);
        if (count || printed) printed++;
    }
    return result_out(call, result, error);
}

const struct scalar scalar_span = {.name = "span", .type = TYPE_NUMBER, .run = run_span};
const struct scalar scalar_time_floor = {
    .name = "time_floor", .type = TYPE_NUMBER, .run = run_time_floor, .data_free = time_floor_free};
const struct scalar scalar_duration = {
    .name = "duration", .type = TYPE_TEXT, .run = run_duration, .data_free = free};
