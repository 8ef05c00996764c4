#include "engine/scalar/timepattern.h"

#include <stdlib.h>
#include <strings.h>

#include "engine/base/error.h"
#include "engine/scalar/calendar.h"

/* ---- patterns -------------------------------------------------------------------------------- */

enum item_kind { ITEM_LITERAL, ITEM_FIELD, ITEM_OPEN, ITEM_CLOSE };

struct item {
    enum item_kind kind;
    char letter;    /* ITEM_FIELD; ITEM_LITERAL: the byte itself */
    bool adjacent;  /* a number that is followed by another: as many digits as letters */
    uint8_t count;  /* of letters */
    uint16_t close; /* ITEM_OPEN: where its ITEM_CLOSE is */
};

#define ITEMS_MOST 256

struct time_pattern {
    struct item items[ITEMS_MOST];
    size_t count;
    bool ignore_case;
    int year;
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the field is written in digits alone. */
static bool is_number(const struct item *item) {
    if (item->kind != ITEM_FIELD) return false;
    if (item->letter == 'M' || item->letter == 'L') return item->count < 3;
    return strchr("yudDHhKkmsSnA", item->letter) != NULL;
}

static enum trawl_status refuse(struct trawl_error *error, const char *format, const char *why) {
    return error_set(error, TRAWL_INVALID, "time format \"%s\": %s", format, why);
}

static bool add_item(struct time_pattern *pattern, struct item item) {
    if (pattern->count == ITEMS_MOST) return false;
    pattern->items[pattern->count++] = item;
    return true;
}

/* Adds a quoted text, from behind its quote; returns where it ends, NULL: it does not. */
static const char *add_quoted(struct time_pattern *pattern, const char *at) {
    if (*at == '\'') return add_item(pattern, (struct item){.letter = '\''}) ? at + 1 : NULL;
    for (;; at++) {
        if (*at == '\'' && at[1] != '\'') return at + 1;
        if (!*at || !add_item(pattern, (struct item){.letter = *at})) return NULL;
        if (*at == '\'') at++;
    }
}

static const char *add_field(struct time_pattern *pattern, const char *at) {
    struct item item = {.kind = ITEM_FIELD, .letter = *at};
    if (!strchr("yuMLdDEaHhKkmsSnAXxZzVO", *at)) return NULL;
    for (; *at == item.letter; at++)
        if (++item.count > 9) return NULL;
    return add_item(pattern, item) ? at : NULL;
}

static enum trawl_status read_format(struct time_pattern *pattern, const char *format,
                                     struct trawl_error *error) {
    size_t open[ITEMS_MOST], depth = 0;
    for (const char *at = format; *at;) {
        if (*at == '[') open[depth++] = pattern->count;
        if (is_letter(*at)) {
            at = add_field(pattern, at);
            if (!at)
                return refuse(error, format,
                              "letters are y u M L d D E a H h K k m s S n X x Z z V O; put other "
                              "text in single quotes");
        } else if (*at == '\'') {
            at = add_quoted(pattern, at + 1);
            if (!at) return refuse(error, format, "a single quote is not closed");
        } else if (*at == ']') {
            if (depth == 0) return refuse(error, format, "a ] without its [");
            pattern->items[open[--depth]].close = (uint16_t)pattern->count;
            if (!add_item(pattern, (struct item){.kind = ITEM_CLOSE})) break;
            at++;
        } else {
            struct item item = {.kind = *at == '[' ? ITEM_OPEN : ITEM_LITERAL, .letter = *at};
            if (!add_item(pattern, item)) break;
            at++;
        }
        if (pattern->count == ITEMS_MOST) return refuse(error, format, "it is too long");
    }
    if (depth) return refuse(error, format, "a [ is not closed");
    for (size_t i = 0; i + 1 < pattern->count; i++)
        pattern->items[i].adjacent =
            is_number(&pattern->items[i]) && is_number(&pattern->items[i + 1]);
    return TRAWL_OK;
}

struct time_pattern *time_pattern_new(const char *format, bool ignore_case, int year,
                                      struct trawl_error *error) {
    struct time_pattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern) {
        error_memory(error);
        return NULL;
    }
    pattern->ignore_case = ignore_case;
    pattern->year = year;
    if (read_format(pattern, format, error) == TRAWL_OK) return pattern;
    free(pattern);
    return NULL;
}

void time_pattern_free(struct time_pattern *pattern) {
    free(pattern);
}

/* ---- zones in texts -------------------------------------------------------------------------- */

#define ZONE_NAMES 8
#define ZONE_NAME_MOST 40

struct zone_names {
    struct zone_name {
        char name[ZONE_NAME_MOST + 1];
        struct zone *zone; /* NULL: there is none of that name, or the place is free */
    } kept[ZONE_NAMES];
    size_t next;
};

struct zone_names *zone_names_new(void) {
    return calloc(1, sizeof(struct zone_names));
}

void zone_names_free(struct zone_names *names) {
    if (!names) return;
    for (size_t i = 0; i < ZONE_NAMES; i++) zone_free(names->kept[i].zone);
    free(names);
}

static const struct zone *find_zone(struct zone_names *names, const char *name) {
    for (size_t i = 0; i < ZONE_NAMES; i++)
        if (strcmp(names->kept[i].name, name) == 0) return names->kept[i].zone;
    struct zone_name *place = &names->kept[names->next++ % ZONE_NAMES];
    zone_free(place->zone);
    strcpy(place->name, name);
    place->zone = zone_new(name, NULL);
    return place->zone;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum seen {
    SEEN_YEAR = 1,
    SEEN_MONTH = 2,
    SEEN_DAY = 4,
    SEEN_YEARDAY = 8,
    SEEN_OFFSET = 16,
};

/* What was read; fields hold what stood there. */
struct reading {
    const char *at, *end;
    bool ignore_case;
    struct zone_names *names;
    unsigned seen;
    int64_t year;
    unsigned month, day, yearday, hour, minute, second;
    uint64_t day_ms; /* of letter A */
    unsigned millisecond;
    bool half_day; /* the hour is one of 12 */
    bool afternoon;
    int32_t offset;
    const struct zone *zone; /* by name; NULL: none */
};

/* Between least and most digits. */
static bool take_digits(struct reading *r, unsigned least, unsigned most, uint64_t *value) {
    unsigned count = 0;
    *value = 0;
    for (; count < most && r->at < r->end && *r->at >= '0' && *r->at <= '9'; count++)
        *value = *value * 10 + (unsigned)(*r->at++ - '0');
    return count >= least;
}

static bool same_letters(const struct reading *r, const char *name, size_t length) {
    if ((size_t)(r->end - r->at) < length) return false;
    return r->ignore_case ? strncasecmp(r->at, name, length) == 0
                          : memcmp(r->at, name, length) == 0;
}

/* One of names[1] to names[count], or its first three letters; 0: none. */
static unsigned take_name(struct reading *r, const char *const *names, unsigned count, bool full) {
    for (unsigned i = 1; i <= count; i++) {
        size_t length = full ? strlen(names[i]) : 3;
        if (!same_letters(r, names[i], length)) continue;
        r->at += length;
        return i;
    }
    return 0;
}

/* A fraction of a second, 1 to 9 digits. */
static bool take_fraction(struct reading *r, const struct item *item) {
    const char *start = r->at;
    uint64_t value;
    if (!take_digits(r, 1, item->adjacent ? item->count : 9, &value)) return false;
    for (ptrdiff_t digits = r->at - start; digits > 3; digits--) value /= 10;
    for (ptrdiff_t digits = r->at - start; digits < 3; digits++) value *= 10;
    r->millisecond = (unsigned)value;
    return true;
}

/* Z, or +hh, +hhmm, +hh:mm, +hh:mm:ss. */
static bool take_offset(struct reading *r) {
    r->seen |= SEEN_OFFSET;
    r->offset = 0;
    if (r->at < r->end && (*r->at == 'Z' || *r->at == 'z')) return r->at++, true;
    if (r->at == r->end || (*r->at != '+' && *r->at != '-')) return false;
    bool west = *r->at++ == '-';
    uint64_t parts[3] = {0};
    if (!take_digits(r, 2, 2, &parts[0])) return false;
    for (int i = 1; i < 3; i++) {
        const char *before = r->at;
        if (r->at < r->end && *r->at == ':') r->at++;
        if (take_digits(r, 2, 2, &parts[i])) continue;
        r->at = before;
        parts[i] = 0;
        break;
    }
    if (parts[0] > 18 || parts[1] > 59 || parts[2] > 59) return false;
    r->offset = (int32_t)((parts[0] * 60 + parts[1]) * 60 + parts[2]);
    if (west) r->offset = -r->offset;
    return true;
}

/* A zone by name: all that can belong to one. */
static bool take_zone(struct reading *r) {
    char name[ZONE_NAME_MOST + 1];
    size_t length = 0;
    if (r->at < r->end && (*r->at == '+' || *r->at == '-')) return take_offset(r);
    for (; r->at < r->end && length < ZONE_NAME_MOST; r->at++) {
        char c = *r->at;
        if (!is_letter(c) && !(c >= '0' && c <= '9') && !strchr("_/+-:", c)) break;
        name[length++] = c;
    }
    name[length] = '\0';
    if (length == 0) return false;
    r->zone = find_zone(r->names, name);
    return r->zone != NULL;
}

/* y and u: two letters mean 2000 to 2099, four or more at least four digits. */
static bool take_year(struct reading *r, const struct item *item) {
    uint64_t value;
    unsigned digits = item->count == 2 ? 2 : 4;
    if (!take_digits(r, item->count == 1 ? 1 : digits, digits, &value)) return false;
    r->year = (int64_t)value + (item->count == 2 ? 2000 : 0);
    r->seen |= SEEN_YEAR;
    return true;
}

/* One or two digits where there is one letter, else as many as letters. */
static bool take_small(struct reading *r, const struct item *item, unsigned least, unsigned most,
                       unsigned *value) {
    uint64_t number;
    unsigned digits = item->count < 2 && !item->adjacent ? 2 : item->count;
    if (!take_digits(r, item->count, digits, &number) || number < least || number > most)
        return false;
    *value = (unsigned)number;
    return true;
}

static bool take_month(struct reading *r, const struct item *item) {
    r->seen |= SEEN_MONTH;
    if (item->count < 3) return take_small(r, item, 1, 12, &r->month);
    r->month = take_name(r, month_names, 12, item->count > 3);
    return r->month != 0;
}

static bool take_day(struct reading *r, const struct item *item) {
    if (item->letter == 'd') {
        r->seen |= SEEN_DAY;
        return take_small(r, item, 1, 31, &r->day);
    }
    uint64_t number;
    r->seen |= SEEN_YEARDAY;
    if (!take_digits(r, item->count, 3, &number) || number < 1 || number > 366) return false;
    r->yearday = (unsigned)number;
    return true;
}

static bool take_half(struct reading *r) {
    if (r->end - r->at < 2 || (r->at[1] | 0x20) != 'm') return false;
    char half = (char)(r->at[0] | 0x20);
    if (half != 'a' && half != 'p') return false;
    r->afternoon = half == 'p';
    r->at += 2;
    return true;
}

static bool take_hour(struct reading *r, const struct item *item) {
    bool from_one = item->letter == 'h' || item->letter == 'k';
    bool half = item->letter == 'h' || item->letter == 'K';
    unsigned most = (half ? 11u : 23u) + (from_one ? 1u : 0u);
    if (!take_small(r, item, from_one ? 1 : 0, most, &r->hour)) return false;
    if (from_one && r->hour == most) r->hour = 0;
    r->half_day = half;
    return true;
}

static bool take_count(struct reading *r, const struct item *item) {
    uint64_t value;
    if (!take_digits(r, 1, item->adjacent ? item->count : 9, &value)) return false;
    if (item->letter == 'n') r->millisecond = (unsigned)(value / 1000000);
    if (item->letter == 'A') r->day_ms = value;
    return r->millisecond < 1000 && r->day_ms < (uint64_t)DAY_MS;
}

static bool take_field(struct reading *r, const struct item *item) {
    switch (item->letter) {
        case 'y':
        case 'u':
            return take_year(r, item);
        case 'M':
        case 'L':
            return take_month(r, item);
        case 'd':
        case 'D':
            return take_day(r, item);
        case 'E':
            return take_name(r, weekday_names, 7, item->count > 3) != 0;
        case 'a':
            return take_half(r);
        case 'H':
        case 'h':
        case 'K':
        case 'k':
            return take_hour(r, item);
        case 'm':
            return take_small(r, item, 0, 59, &r->minute);
        case 's':
            return take_small(r, item, 0, 60, &r->second);
        case 'S':
            return take_fraction(r, item);
        case 'n':
        case 'A':
            return take_count(r, item);
        case 'z':
        case 'V':
        case 'O':
            return take_zone(r);
        default: /* X x Z */
            return take_offset(r);
    }
}

/* Reads items from `first` up to `last`; optional ones that do not fit are left out. */
static bool take_items(struct reading *r, const struct item *items, size_t first, size_t last) {
    for (size_t i = first; i < last; i++) {
        const struct item *item = &items[i];
        if (item->kind == ITEM_CLOSE) continue;
        if (item->kind == ITEM_OPEN) {
            struct reading before = *r;
            if (!take_items(r, items, i + 1, item->close)) *r = before;
            i = item->close;
        } else if (item->kind == ITEM_LITERAL) {
            if (!same_letters(r, &item->letter, 1)) return false;
            r->at++;
        } else if (!take_field(r, item)) {
            return false;
        }
    }
    return true;
}

/* The day since 1970 that the fields name. */
static bool day_of(const struct reading *r, int64_t *days) {
    if (r->seen & SEEN_YEARDAY) {
        *days = days_from_civil(r->year, 1, r->yearday);
        return r->yearday <= (is_leap_year(r->year) ? 366 : 365);
    }
    if (!(r->seen & SEEN_MONTH) && (r->seen & SEEN_DAY)) return false;
    *days = days_from_civil(r->year, r->month, r->day);
    return r->day <= days_in_month(r->year, r->month);
}

static bool instant_of(const struct reading *r, const struct zone *zone, int64_t *ms) {
    int64_t days;
    if (!(r->seen & SEEN_YEAR) || r->year < 1 || r->year > 9999 || !day_of(r, &days)) return false;
    unsigned hour = r->hour + (r->half_day && r->afternoon ? 12 : 0);
    unsigned second = r->second > 59 ? 59 : r->second; /* a leap second */
    int64_t local = days * DAY_SECONDS + hour * 3600 + r->minute * 60 + second;
    if (r->zone) zone = r->zone;
    int64_t seconds = r->seen & SEEN_OFFSET ? local - r->offset : zone_instant(zone, local);
    *ms = seconds * 1000 + r->millisecond + (int64_t)r->day_ms;
    return true;
}

bool time_pattern_read(const struct time_pattern *pattern, struct zone_names *names,
                       const struct zone *zone, struct text text, int64_t *ms, size_t *length) {
    struct reading reading = {.at = text.data,
                              .end = text.data + text.length,
                              .ignore_case = pattern->ignore_case,
                              .names = names,
                              .seen = pattern->year ? SEEN_YEAR : 0,
                              .year = pattern->year,
                              .month = 1,
                              .day = 1};
    if (text.length == 0 || !take_items(&reading, pattern->items, 0, pattern->count)) return false;
    *length = (size_t)(reading.at - text.data);
    return instant_of(&reading, zone, ms);
}
