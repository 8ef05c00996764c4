#include "engine/base/range.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "engine/base/time.h"
#include "engine/scalar/calendar.h"
#include "engine/scalar/time.h"
#include "engine/trawl.h"

#define NS_PER_MS 1000000

/* ---- reading ------------------------------------------------------------------------------ */

static bool read_instant(struct text text, int64_t *ms) {
    int64_t ns;
    if (!time_parse(text, &ns)) return false;
    *ms = floor_divide(ns, NS_PER_MS);
    return true;
}

/* 2026-03-07T14:05, with or without a zone: the seconds are put in. */
static bool read_minutes(struct text text, int64_t *ms) {
    enum { MINUTES = 16 };
    char whole[64];
    if (text.length < MINUTES || text.length + 4 > sizeof whole) return false;
    if (text.length > MINUTES && text.data[MINUTES] == ':') return false;
    int length = snprintf(whole, sizeof whole, "%.*s:00%.*s", MINUTES, text.data,
                          (int)(text.length - MINUTES), text.data + MINUTES);
    return read_instant((struct text){whole, (size_t)length}, ms);
}

static bool read_date(struct text text, bool end, int64_t *ms) {
    enum { DATE = 10 };
    char whole[32];
    if (text.length != DATE || text.data[4] != '-') return false;
    int length = snprintf(whole, sizeof whole, "%.*sT00:00:00Z", DATE, text.data);
    if (!read_instant((struct text){whole, (size_t)length}, ms)) return false;
    if (end) *ms += DAY_MS;
    return true;
}

static bool read_relative(struct text text, int64_t now, int64_t *ms) {
    struct time_span span;
    if (text_equal(text, text_of("now"))) {
        *ms = now;
        return true;
    }
    if (text.length < 2 || text.data[0] != '-') return false;
    if (!span_parse((struct text){text.data + 1, text.length - 1}, &span)) return false;
    return !__builtin_sub_overflow(now, span_ms(span), ms) && *ms >= MS_LEAST;
}

bool range_read(struct text text, bool end, int64_t now, int64_t *ms) {
    return read_date(text, end, ms) || read_relative(text, now, ms) || read_minutes(text, ms) ||
           read_instant(text, ms);
}

/* ---- printing ----------------------------------------------------------------------------- */

size_t trawl_time_print(int64_t ms, char *text, size_t size) {
    time_t seconds = (time_t)floor_divide(ms, 1000);
    int rest = (int)(ms - (int64_t)seconds * 1000), length;
    struct tm at;
    if (!gmtime_r(&seconds, &at)) at = (struct tm){0};
    length = snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d", at.tm_year + 1900, at.tm_mon + 1,
                      at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec);
    if (length < 0 || (size_t)length >= size) return size ? size - 1 : 0;
    text += length;
    size -= (size_t)length;
    int more = rest ? snprintf(text, size, ".%03dZ", rest) : snprintf(text, size, "Z");
    return (size_t)(length + more);
}

static void print_instant(int64_t ms, struct buffer *out) {
    char text[64];
    trawl_time_print(ms, text, sizeof text);
    buffer_printf(out, "%s", text);
}

void range_print(struct range range, struct buffer *out) {
    if (range.since != INT64_MIN) {
        buffer_printf(out, "from ");
        print_instant(range.since, out);
    }
    if (range.until != INT64_MAX) {
        buffer_printf(out, range.since != INT64_MIN ? " until " : "until ");
        print_instant(range.until, out);
    }
}

/* ---- for whoever takes options from a person ------------------------------------------------ */

bool trawl_time_read(const char *text, bool end, int64_t *ms) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return range_read(text_of(text), end, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, ms);
}

bool trawl_span_read(const char *text, int64_t *ms) {
    struct time_span span;
    *ms = 0;
    if (strcmp(text, "0") == 0) return true;
    if (!span_parse(text_of(text), &span)) return false;
    *ms = span_ms(span);
    return true;
}
