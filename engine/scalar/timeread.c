/* timeread.c - texts to times: by a given format, or wherever one stands. */
#include <stdlib.h>
#include <strings.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/calendar.h"
#include "engine/scalar/time.h"
#include "engine/scalar/timepattern.h"

static void *names_scratch(const void *data) {
    (void)data;
    return zone_names_new();
}
static void names_scratch_free(void *scratch) {
    zone_names_free(scratch);
}

/* ---- by a format ----------------------------------------------------------------------------- */

struct time_parse {
    struct time_pattern *pattern; /* NULL: a number */
    double per_ms;                /* how many of the number are a millisecond */
    struct zone *zone;
};

static const struct epoch_format {
    const char *name;
    double per_ms;
} epoch_formats[] = {
    {"seconds", 1e-3},   {"unixtime", 1e-3},    {"unixTimeSeconds", 1e-3}, {"millis", 1},
    {"milliseconds", 1}, {"unixTimeMillis", 1}, {"micros", 1e3},           {"microseconds", 1e3},
    {"nanos", 1e6},      {"nanoseconds", 1e6},
};

static void time_parse_free(void *data) {
    struct time_parse *parse = data;
    if (!parse) return;
    time_pattern_free(parse->pattern);
    zone_free(parse->zone);
    free(parse);
}

void *time_parse_new(const char *format, const char *zone, bool ignore_case, int year,
                     struct trawl_error *error) {
    struct time_parse *parse = calloc(1, sizeof *parse);
    if (!parse) {
        error_memory(error);
        return NULL;
    }
    for (size_t i = 0; i < sizeof epoch_formats / sizeof *epoch_formats; i++)
        if (strcasecmp(format, epoch_formats[i].name) == 0) parse->per_ms = epoch_formats[i].per_ms;
    if (parse->per_ms == 0) parse->pattern = time_pattern_new(format, ignore_case, year, error);
    if (parse->per_ms != 0 || parse->pattern) parse->zone = zone_new(zone, error);
    if (parse->zone) return parse;
    time_parse_free(parse);
    return NULL;
}

static enum trawl_status run_time_parse(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    (void)error;
    const struct time_parse *parse = call->data;
    if (!parse->pattern) {
        double number;
        if (!argument_number(call, 0, &number)) return TRAWL_OK;
        return result_number(result, whole_ms(number / parse->per_ms));
    }
    char room[NUMBER_TEXT];
    struct text text;
    int64_t ms;
    size_t length;
    if (!argument_text(call, 0, room, &text) ||
        !time_pattern_read(parse->pattern, call->scratch, parse->zone, text, &ms, &length) ||
        length != text.length)
        return TRAWL_OK;
    return result_number(result, (double)ms);
}

/* ---- wherever one stands --------------------------------------------------------------------- */

/* Places at which a time may start; those behind are not looked at, as the language has it. */
#define FIND_MOST 128

/* In the order in which they are tried at each place. */
static const char *const find_formats[] = {
    "yyyy-MM-dd'T'HH:mm:ss[.S][,S][ ][X]",
    "yyyy-MM-dd HH:mm:ss[.S][,S][ ][X]",
    "yyyy/MM/dd HH:mm:ss[.S][,S][ ][X]",
    "yyyyMMdd'T'HHmmss[.S][X]",
    "M/d/yyyy h:mm:ss a",
    "M/d/yyyy H:mm:ss[.S]",
    "dd/MMM/yyyy:HH:mm:ss[ X]",
    "[EEE ][EEE, ]d MMM yyyy HH:mm:ss[ X]",
    "[EEE ]MMM d[,] yyyy HH:mm:ss[.S][ X]",
    "[EEE ]MMM [ ]d HH:mm:ss yyyy",
};
#define FIND_FORMATS (sizeof find_formats / sizeof *find_formats)

struct time_find {
    struct time_pattern *patterns[FIND_FORMATS];
    struct zone *zone;
};

static void time_find_free(void *data) {
    struct time_find *find = data;
    if (!find) return;
    for (size_t i = 0; i < FIND_FORMATS; i++) time_pattern_free(find->patterns[i]);
    zone_free(find->zone);
    free(find);
}

void *time_find_new(const char *zone, struct trawl_error *error) {
    struct time_find *find = calloc(1, sizeof *find);
    if (!find) {
        error_memory(error);
        return NULL;
    }
    bool good = true;
    for (size_t i = 0; i < FIND_FORMATS && good; i++)
        good = (find->patterns[i] = time_pattern_new(find_formats[i], true, 0, error)) != NULL;
    if (good && (find->zone = zone_new(zone, error))) return find;
    time_find_free(find);
    return NULL;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* 10, 13 or 16 digits: seconds, milliseconds or microseconds. */
static bool read_epoch(struct text text, int64_t *ms) {
    int64_t value = 0;
    size_t count = 0;
    for (; count < text.length && count < 17 && is_digit(text.data[count]); count++)
        value = value * 10 + (text.data[count] - '0');
    if (count < text.length && (is_word(text.data[count]) || text.data[count] == '-')) return false;
    *ms = count == 10 ? value * 1000 : count == 13 ? value : value / 1000;
    return count == 10 || count == 13 || count == 16;
}

static bool read_any(const struct time_find *find, struct zone_names *names, struct text text,
                     int64_t *ms) {
    size_t length;
    for (size_t i = 0; i < FIND_FORMATS; i++)
        if (time_pattern_read(find->patterns[i], names, find->zone, text, ms, &length) &&
            (length == text.length || !is_digit(text.data[length])))
            return true;
    return read_epoch(text, ms);
}

static enum trawl_status run_time_find(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    (void)error;
    char room[NUMBER_TEXT];
    struct text text;
    int64_t ms;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    for (size_t i = 0; i < text.length && i < FIND_MOST; i++) {
        if (!is_word(text.data[i]) || (i > 0 && is_word(text.data[i - 1]))) continue;
        struct text rest = {text.data + i, text.length - i};
        if (read_any(call->data, call->scratch, rest, &ms))
            return result_number(result, (double)ms);
    }
    return TRAWL_OK;
}

const struct scalar scalar_time_parse = {.name = "time_parse",
                                         .type = TYPE_NUMBER,
                                         .run = run_time_parse,
                                         .data_free = time_parse_free,
                                         .scratch_new = names_scratch,
                                         .scratch_free = names_scratch_free};
const struct scalar scalar_time_find = {.name = "time_find",
                                        .type = TYPE_NUMBER,
                                        .run = run_time_find,
                                        .data_free = time_find_free,
                                        .scratch_new = names_scratch,
                                        .scratch_free = names_scratch_free};
