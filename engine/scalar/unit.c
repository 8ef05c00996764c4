/* unit.c - numbers from one unit of measure to another. */
#include <stdlib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/number.h"

/* ---- units ----------------------------------------------------------------------------------- */

/* How many of the base a unit is. Units are of one kind where their bases are the same text. */
struct unit {
    double factor;
    struct text base; /* in the unit's name, or constant */
    bool rate;        /* per second */
};

static const struct unit_name {
    const char *name, *base;
    double factor;
} unit_names[] = {
    {"B", "B", 1},        {"byte", "B", 1},     {"bytes", "B", 1},     {"b", "B", 0.125},
    {"bit", "B", 0.125},  {"bits", "B", 0.125}, {"s", "s", 1},         {"sec", "s", 1},
    {"secs", "s", 1},     {"second", "s", 1},   {"seconds", "s", 1},   {"m", "s", 60},
    {"min", "s", 60},     {"minute", "s", 60},  {"minutes", "s", 60},  {"h", "s", 3600},
    {"hour", "s", 3600},  {"hours", "s", 3600}, {"d", "s", 86400},     {"day", "s", 86400},
    {"days", "s", 86400}, {"w", "s", 604800},   {"week", "s", 604800}, {"weeks", "s", 604800},
};

static const struct unit_prefix {
    const char *name;
    double factor, binary;
} unit_prefixes[] = {
    /* longer ones first */
    {"Ki", 0x1p10, 0x1p10},   {"Mi", 0x1p20, 0x1p20}, {"Gi", 0x1p30, 0x1p30},
    {"Ti", 0x1p40, 0x1p40},   {"Pi", 0x1p50, 0x1p50}, {"Ei", 0x1p60, 0x1p60},
    {"Zi", 0x1p70, 0x1p70},   {"Yi", 0x1p80, 0x1p80}, {"da", 1e1, 1e1},
    {"\xC2\xB5", 1e-6, 1e-6}, /* the micro sign */
    {"k", 1e3, 0x1p10},       {"K", 1e3, 0x1p10},     {"M", 1e6, 0x1p20},
    {"G", 1e9, 0x1p30},       {"T", 1e12, 0x1p40},    {"P", 1e15, 0x1p50},
    {"E", 1e18, 0x1p60},      {"Z", 1e21, 0x1p70},    {"Y", 1e24, 0x1p80},
    {"h", 1e2, 1e2},          {"d", 1e-1, 1e-1},      {"c", 1e-2, 1e-2},
    {"m", 1e-3, 1e-3},        {"u", 1e-6, 1e-6},      {"n", 1e-9, 1e-9},
    {"p", 1e-12, 1e-12},      {"f", 1e-15, 1e-15},    {"a", 1e-18, 1e-18},
    {"z", 1e-21, 1e-21},      {"y", 1e-24, 1e-24},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct unit_name *find_name(struct text name) {
    for (size_t i = 0; i < COUNT(unit_names); i++)
        if (text_equal(text_of(unit_names[i].name), name)) return &unit_names[i];
    return NULL;
}

/* [prefix]name, where a known name alone is no prefix. False: nothing is there. */
static bool read_plain(struct text text, bool binary, struct unit *unit) {
    const struct unit_name *name = find_name(text);
    double factor = 1;
    for (size_t i = 0; i < COUNT(unit_prefixes) && !name; i++) {
        struct text prefix = text_of(unit_prefixes[i].name);
        if (text.length < prefix.length || memcmp(text.data, prefix.data, prefix.length) != 0)
            continue;
        text.data += prefix.length;
        text.length -= prefix.length;
        factor = binary ? unit_prefixes[i].binary : unit_prefixes[i].factor;
        name = find_name(text);
        break;
    }
    /* A prefix alone counts whatever the other side counts. */
    if (text.length == 0 && factor < 1e3) return false;
    *unit =
        (struct unit){factor * (name ? name->factor : 1), name ? text_of(name->base) : text, false};
    return true;
}

/* bps stands for b/s, and Bps for B/s. */
static bool is_per_second(struct text text) {
    return text.length >= 3 && memcmp(text.data + text.length - 2, "ps", 2) == 0 &&
           (text.data[text.length - 3] == 'b' || text.data[text.length - 3] == 'B');
}

static bool read_unit(struct text text, bool binary, struct unit *unit) {
    const char *slash = memchr(text.data, '/', text.length);
    if (!slash) {
        bool rate = is_per_second(text);
        if (rate) text.length -= 2;
        if (!read_plain(text, binary, unit)) return false;
        unit->rate = rate;
        return true;
    }
    struct text above = {text.data, (size_t)(slash - text.data)};
    const struct unit_name *time =
        find_name((struct text){slash + 1, text.length - above.length - 1});
    if (!time || strcmp(time->base, "s") != 0 || !read_plain(above, binary, unit)) return false;
    unit->factor /= time->factor;
    unit->rate = true;
    return true;
}

static bool same_kind(const struct unit *a, const struct unit *b) {
    if (a->base.length == 0 || b->base.length == 0) return true;
    return a->rate == b->rate && text_equal(a->base, b->base);
}

/* ---- the scalar ------------------------------------------------------------------------------ */

struct conversion {
    char *from_name, *to_name; /* NULL: see unit_new; what the units point into */
    struct unit from, to;
    bool binary;
};

static void conversion_free(void *data) {
    struct conversion *conversion = data;
    if (!conversion) return;
    free(conversion->from_name);
    free(conversion->to_name);
    free(conversion);
}

static bool set_unit(const char *name, bool binary, char **copy, struct unit *unit,
                     struct trawl_error *error) {
    if (!name) return true;
    *copy = strdup(name);
    if (!*copy) return error_memory(error), false;
    if (read_unit(text_of(*copy), binary, unit)) return true;
    error_set(error, TRAWL_INVALID, "\"%s\" is not a unit; units are such as B, MiB, kb/s, ms, day",
              name);
    return false;
}

void *unit_new(const char *from, const char *to, bool binary, struct trawl_error *error) {
    struct conversion *data = calloc(1, sizeof *data);
    if (!data) {
        error_memory(error);
        return NULL;
    }
    data->binary = binary;
    bool good = set_unit(from, binary, &data->from_name, &data->from, error) &&
                set_unit(to, binary, &data->to_name, &data->to, error);
    if (good && from && to && !same_kind(&data->from, &data->to)) {
        error_set(error, TRAWL_INVALID, "\"%s\" and \"%s\" are units of different kinds", from, to);
        good = false;
    }
    if (good) return data;
    conversion_free(data);
    return NULL;
}

/* Cuts a value that carries its unit: 5 kB, 514ms. */
static bool cut_value(struct text text, double *number, struct text *unit) {
    size_t length = 0;
    while (length < text.length && strchr("+-.0123456789", text.data[length]) && text.data[length])
        length++;
    if (!number_parse((struct text){text.data, length}, number)) return false;
    while (length < text.length && text.data[length] == ' ') length++;
    *unit = (struct text){text.data + length, text.length - length};
    return true;
}

static enum trawl_status run_unit(const struct scalar_call *call, struct datum *result,
                                  struct trawl_error *error) {
    (void)error;
    const struct conversion *conversion = call->data;
    struct unit from = conversion->from;
    double number;
    if (conversion->from_name) {
        if (!argument_number(call, 0, &number)) return TRAWL_OK;
    } else {
        char room[NUMBER_TEXT];
        struct text text, unit;
        if (!argument_text(call, 0, room, &text) || !cut_value(text, &number, &unit) ||
            !read_unit(unit, conversion->binary, &from))
            return TRAWL_OK;
    }
    struct unit to = {1, from.base, from.rate};
    if (conversion->to_name) to = conversion->to;
    if (!same_kind(&from, &to)) return TRAWL_OK;
    return result_number(result, number * from.factor / to.factor);
}

const struct scalar scalar_unit = {
    .name = "unit", .type = TYPE_NUMBER, .run = run_unit, .data_free = conversion_free};
