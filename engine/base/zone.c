#include "engine/base/zone.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "engine/base/error.h"

/* A time during which clocks keep one offset. */
struct zone_period {
    int64_t start; /* seconds since 1970 UTC; of the first: INT64_MIN */
    int32_t offset;
    char name[8]; /* longer ones are cut */
};

struct zone {
    struct zone_period *periods; /* at least one, by start */
    size_t count;
};

/* ---- names ----------------------------------------------------------------------------------- */

/* Short names: Java's, and those of summer times, which people write in texts. */
static const struct zone_alias {
    const char *alias, *name;
} aliases[] = {
    {"ACT", "Australia/Darwin"},
    {"AET", "Australia/Sydney"},
    {"AGT", "America/Argentina/Buenos_Aires"},
    {"ART", "Africa/Cairo"},
    {"AST", "America/Anchorage"},
    {"BET", "America/Sao_Paulo"},
    {"BST", "Asia/Dhaka"},
    {"CAT", "Africa/Harare"},
    {"CDT", "-05:00"},
    {"CEST", "+02:00"},
    {"CNT", "America/St_Johns"},
    {"CST", "America/Chicago"},
    {"CTT", "Asia/Shanghai"},
    {"EAT", "Africa/Addis_Ababa"},
    {"ECT", "Europe/Paris"},
    {"EDT", "-04:00"},
    {"EEST", "+03:00"},
    {"EST", "-05:00"},
    {"GMT", "UTC"},
    {"HST", "-10:00"},
    {"IET", "America/Indiana/Indianapolis"},
    {"IST", "Asia/Kolkata"},
    {"JST", "Asia/Tokyo"},
    {"MDT", "-06:00"},
    {"MIT", "Pacific/Apia"},
    {"MST", "-07:00"},
    {"NET", "Asia/Yerevan"},
    {"NST", "Pacific/Auckland"},
    {"PDT", "-07:00"},
    {"PLT", "Asia/Karachi"},
    {"PNT", "America/Phoenix"},
    {"PRT", "America/Puerto_Rico"},
    {"PST", "America/Los_Angeles"},
    {"SST", "Pacific/Guadalcanal"},
    {"VST", "Asia/Ho_Chi_Minh"},
    {"WEST", "+01:00"},
};

static bool is_utc(const char *name) {
    static const char *const names[] = {"", "UTC", "GMT", "UT", "Z", "Zulu"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) return true;
    return false;
}

static const char *resolve_alias(const char *name) {
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(name, aliases[i].alias) == 0) return aliases[i].name;
    return name;
}

/* One or two digits; false: none. */
static bool take_two(const char **at, int *value) {
    unsigned digit = (unsigned)(unsigned char)**at - '0';
    if (digit > 9) return false;
    *value = (int)digit;
    digit = (unsigned)(unsigned char)*++*at - '0';
    if (digit > 9) return true;
    *value = *value * 10 + (int)digit;
    ++*at;
    return true;
}

/* [UTC | GMT | UT](+ | -)h[h][[:]mm[[:]ss]], at most 18 hours. */
static bool parse_offset(const char *name, int32_t *offset) {
    if (strncasecmp(name, "UTC", 3) == 0 || strncasecmp(name, "GMT", 3) == 0)
        name += 3;
    else if (strncasecmp(name, "UT", 2) == 0)
        name += 2;
    char sign = *name++;
    int parts[3] = {0};
    if ((sign != '+' && sign != '-') || !take_two(&name, &parts[0])) return false;
    for (int i = 1; i < 3 && *name; i++) {
        if (*name == ':') name++;
        const char *start = name;
        if (!take_two(&name, &parts[i]) || name - start != 2 || parts[i] > 59) return false;
    }
    int32_t seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2];
    if (*name || seconds > 18 * 3600) return false;
    *offset = sign == '-' ? -seconds : seconds;
    return true;
}

/* Whether the name can be one of the database: it becomes the name of a file. */
static bool is_database_name(const char *name) {
    static const char characters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    return *name && name[strspn(name, characters)] == '\0' && *name != '/' && strlen(name) < 64;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* Zones keep their periods from 1850 to 2100; the database's rules reach to 2037 in GLib. */
#define FIRST_SECOND INT64_C(-3786825600)
#define LAST_SECOND INT64_C(4102444800)
/* Steps in which the end of a period is looked for, before it is bisected: shorter than any. */
#define STEP (INT64_C(7) * 86400)

static bool add_period(struct zone *zone, struct zone_period period) {
    if ((zone->count & (zone->count - 1)) == 0) {
        size_t capacity = zone->count ? zone->count * 2 : 1;
        struct zone_period *grown = realloc(zone->periods, capacity * sizeof *grown);
        if (!grown) return false;
        zone->periods = grown;
    }
    zone->periods[zone->count++] = period;
    return true;
}

static int interval_at(GTimeZone *rules, int64_t seconds) {
    return g_time_zone_find_interval(rules, G_TIME_TYPE_UNIVERSAL, seconds);
}

static struct zone_period period_of(GTimeZone *rules, int interval, int64_t start) {
    struct zone_period period = {start, g_time_zone_get_offset(rules, interval), ""};
    snprintf(period.name, sizeof period.name, "%s", g_time_zone_get_abbreviation(rules, interval));
    return period;
}

/* The first second of the interval that follows the one at `from`; LAST_SECOND: none does. */
static int64_t next_start(GTimeZone *rules, int64_t from) {
    int current = interval_at(rules, from);
    int64_t low = from, high = from + STEP;
    if (interval_at(rules, LAST_SECOND) == current) return LAST_SECOND;
    /* Intervals are numbered in order: look in ever larger steps, then halve. */
    while (high < LAST_SECOND && interval_at(rules, high) == current) {
        int64_t step = (high - low) * 2;
        low = high;
        high += step;
    }
    if (high > LAST_SECOND) high = LAST_SECOND;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (interval_at(rules, middle) == current)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static bool read_rules(struct zone *zone, GTimeZone *rules) {
    int64_t start = FIRST_SECOND;
    if (!add_period(zone, period_of(rules, interval_at(rules, start), INT64_MIN))) return false;
    while ((start = next_start(rules, start)) < LAST_SECOND)
        if (!add_period(zone, period_of(rules, interval_at(rules, start), start))) return false;
    return true;
}

static struct zone_period fixed_period(int32_t offset) {
    struct zone_period period = {INT64_MIN, offset, "UTC"};
    int minutes = abs(offset) / 60;
    if (offset)
        snprintf(period.name, sizeof period.name, "%c%02d:%02d", offset < 0 ? '-' : '+',
                 minutes / 60 % 100, minutes % 60);
    return period;
}

/* TRAWL_INVALID: there is no such name. */
static enum trawl_status fill(struct zone *zone, const char *name) {
    int32_t offset = 0;
    bool good;
    name = resolve_alias(name);
    if (is_utc(name) || parse_offset(name, &offset)) {
        good = add_period(zone, fixed_period(offset));
    } else {
        GTimeZone *rules = is_database_name(name) ? g_time_zone_new_identifier(name) : NULL;
        if (!rules) return TRAWL_INVALID;
        good = read_rules(zone, rules);
        g_time_zone_unref(rules);
    }
    return good ? TRAWL_OK : TRAWL_MEMORY;
}

struct zone *zone_new(const char *name, struct trawl_error *error) {
    struct zone *zone = calloc(1, sizeof *zone);
    if (!zone) {
        error_memory(error);
        return NULL;
    }
    enum trawl_status status = fill(zone, name ? name : "");
    if (status == TRAWL_OK) return zone;
    if (status == TRAWL_MEMORY)
        error_memory(error);
    else
        error_set(error, status,
                  "no time zone is called \"%s\"; write UTC, +02:00 or a name such as "
                  "Europe/Berlin (from the system's tzdata)",
                  name);
    zone_free(zone);
    return NULL;
}

void zone_free(struct zone *zone) {
    if (!zone) return;
    free(zone->periods);
    free(zone);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static const struct zone_period *period_at(const struct zone *zone, int64_t seconds) {
    size_t low = 0, high = zone->count; /* low starts at or before the instant, high behind it */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->periods[middle].start <= seconds)
            low = middle;
        else
            high = middle;
    }
    return &zone->periods[low];
}

int32_t zone_offset(const struct zone *zone, int64_t seconds) {
    return period_at(zone, seconds)->offset;
}

int64_t zone_instant(const struct zone *zone, int64_t local) {
    /* No offset is beyond a day, and no two changes are within two. */
    int32_t before = zone_offset(zone, local - 86400), after = zone_offset(zone, local + 86400);
    int64_t early = local - before, late = local - after;
    bool early_good = zone_offset(zone, early) == before;
    bool late_good = zone_offset(zone, late) == after;
    if (early_good && late_good) return early < late ? early : late;
    return late_good ? late : early;
}

const char *zone_abbreviation(const struct zone *zone, int64_t seconds) {
    return period_at(zone, seconds)->name;
}
