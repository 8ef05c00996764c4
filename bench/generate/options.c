#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where an error is written. */
struct complaint {
    char *message;
    size_t room;
};

__attribute__((format(printf, 2, 3))) static bool complain(const struct complaint *complaint,
                                                           const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint->message, complaint->room, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- values ------------------------------------------------------------------------------------
 */

static bool parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *value) {
    char *end;
    if (!isdigit((unsigned char)*text)) return false;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return !*end && !errno && *value >= least && *value <= most;
}

/* 64M, 1.5G, 4096: powers of 1024; an i and a B may follow. */
static bool parse_size(const char *text, uint64_t *value) {
    char *end;
    if (!isdigit((unsigned char)*text)) return false;
    double number = strtod(text, &end);
    static const char units[] = "KMGT";
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit) {
        for (const char *u = units; u <= unit; u++) number *= 1024;
        end++;
        if (*end == 'i') end++;
    }
    if (*end == 'B') end++;
    *value = number < 0x1p60 ? (uint64_t)number : 0;
    return !*end && number < 0x1p60;
}

typedef bool parse_item(struct options *options, const char *item, const struct complaint *to);

/* Items between commas, none of them empty. */
static bool parse_list(struct options *options, const char *list, parse_item *parse,
                       const struct complaint *to) {
    for (const char *at = list;; at++) {
        char item[32];
        size_t length = strcspn(at, ",");
        if (!length || length >= sizeof item) return complain(to, "unknown item in \"%s\"", list);
        memcpy(item, at, length);
        item[length] = 0;
        if (!parse(options, item, to)) return false;
        at += length;
        if (!*at) return true;
    }
}

static bool add_shape(struct options *options, const char *item, const struct complaint *to) {
    bool mixed = !strcmp(item, "mixed"), found = false;
    for (unsigned i = 0; i < SHAPES; i++) {
        if (!mixed && strcmp(item, shapes[i].name)) continue;
        found = true;
        bool there = false;
        for (unsigned j = 0; j < options->shape_count; j++) there |= options->shapes[j] == i;
        if (!there) options->shapes[options->shape_count++] = (enum shape_id)i;
    }
    return found || complain(to, "unknown shape \"%s\"; try --help for the list", item);
}

static bool add_container(struct options *options, const char *item, const struct complaint *to) {
    bool mixed = !strcmp(item, "mixed"), found = false;
    for (unsigned i = 0; i < CONTAINERS; i++) {
        if (!mixed && strcmp(item, containers[i].name)) continue;
        found = true;
        bool there = false;
        for (unsigned j = 0; j < options->container_count; j++)
            there |= options->containers[j] == &containers[i];
        if (!there) options->containers[options->container_count++] = &containers[i];
    }
    return found || complain(to, "unknown container \"%s\"; try --help for the list", item);
}

/* NAME or NAME:COUNT. */
static bool add_plant(struct options *options, const char *item, const struct complaint *to) {
    size_t length = strcspn(item, ":");
    uint64_t count = 1;
    if (item[length] && !parse_count(item + length + 1, 1, 10000, &count))
        return complain(to, "\"%s\": a plant's count is 1 to 10000", item);
    for (unsigned i = 0; i < PLANTS; i++) {
        const char *name = plant_name((enum plant_kind)i);
        if (strlen(name) != length || memcmp(name, item, length)) continue;
        for (unsigned j = 0; j < options->plant_count; j++)
            if (options->plants[j].kind == i) {
                options->plants[j].count = (unsigned)count;
                return true;
            }
        options->plants[options->plant_count++] =
            (struct plant_order){(enum plant_kind)i, (unsigned)count};
        return true;
    }
    return complain(to, "unknown plant \"%.*s\"; try --help for the list", (int)length, item);
}

/* Given once for each drift. */
static bool add_drift(struct options *options, const char *value, const struct complaint *to) {
    if (options->drift_count == DRIFTS_MAX) return complain(to, "--drift is given 8 times at most");
    return drift_parse(value, &options->drifts[options->drift_count++]) ||
           complain(to,
                    "--drift is like riskState=gone@2026-03-14 or riskEventTypes_v2=text@"
                    "2026-03-14T10:23, not \"%s\"",
                    value);
}

/* ---- the table ---------------------------------------------------------------------------------
 */

enum option_id {
    OPTION_SEED,
    OPTION_RECORDS,
    OPTION_SIZE,
    OPTION_FILES,
    OPTION_SHAPE,
    OPTION_FLAT,
    OPTION_RAWSTRING,
    OPTION_FRAMING,
    OPTION_CONTAINER,
    OPTION_FRAMES,
    OPTION_SINGLE_FRAME,
    OPTION_LEVEL,
    OPTION_OBJECTS,
    OPTION_SHUFFLE,
    OPTION_HIT_RATE,
    OPTION_DAYS,
    OPTION_START,
    OPTION_PLANT,
    OPTION_DRIFT,
    OPTION_TRUTH,
    OPTION_JOBS,
    OPTION_QUIET,
    OPTION_HELP,
};

static const struct option {
    char letter; /* 0: none */
    const char *name;
    const char *value; /* what it is called in the help; NULL: the option takes none */
    const char *about;
} table[] = {
    [OPTION_SEED] = {0, "seed", "N", "same seed and options, same bytes (1)"},
    [OPTION_RECORDS] = {0, "records", "N", "ordinary records in all; plants come on top"},
    [OPTION_SIZE] = {0, "size", "SIZE", "instead: about so much text, as 500M or 2G (64M)"},
    [OPTION_FILES] = {0, "files", "N", "files (one for each 16M of text)"},
    [OPTION_SHAPE] = {0, "shape", "LIST", "shapes, in turn (diagnostic)"},
    [OPTION_FLAT] = {0, "flat", NULL, "logscale records with the hunt's own names, 0.6 KB"},
    [OPTION_RAWSTRING] = {0, "rawstring", NULL, "logscale records that only have @rawstring"},
    [OPTION_FRAMING] = {0, "framing", "NAME", "ndjson, array, envelope, pretty, csv (by shape)"},
    [OPTION_CONTAINER] = {0, "container", "LIST", "containers, in turn (zst)"},
    [OPTION_FRAMES] = {0, "frames", "N", "frames, streams or members in each file (1)"},
    [OPTION_SINGLE_FRAME] = {0, "single-frame", NULL, "the same as --frames 1"},
    [OPTION_LEVEL] = {0, "level", "N", "of zstd, 1 to 19 (3)"},
    [OPTION_OBJECTS] = {0, "objects", NULL, "cloudtrail as in S3: a gz object for each 2 records"},
    [OPTION_SHUFFLE] = {0, "shuffle", NULL, "JSON: members in another order in each record"},
    [OPTION_HIT_RATE] = {0, "hit-rate", "R", "share of successful sign-ins with a flag (0.001)"},
    [OPTION_DAYS] = {0, "days", "N", "days the archive covers (90)"},
    [OPTION_START] = {0, "start", "DATE", "its first day (so that it ends on 2026-03-31)"},
    [OPTION_PLANT] = {0, "plant", "LIST", "what to plant: NAME or NAME:COUNT"},
    [OPTION_DRIFT] = {0, "drift", "F=HOW@DATE",
                      "from then field F is gone, text or has a new value"},
    [OPTION_TRUTH] = {0, "truth", "FILE", "where the truth goes (FOLDER.truth.ndjson)"},
    [OPTION_JOBS] = {'j', "jobs", "N", "threads (one for each core)"},
    [OPTION_QUIET] = {'q', "quiet", NULL, "say nothing of success"},
    [OPTION_HELP] = {'h', "help", NULL, "this text"},
};
enum { OPTIONS = sizeof table / sizeof *table };

static bool set(struct options *options, enum option_id id, const char *value,
                const struct complaint *to) {
    uint64_t count = 0;
    char *end;
    switch (id) {
        case OPTION_SEED:
            return parse_count(value, 0, UINT64_MAX, &options->seed) ||
                   complain(to, "--seed is a number");
        case OPTION_RECORDS:
            options->amount_given = true;
            options->by_size = false;
            return parse_count(value, 0, UINT64_C(1) << 40, &options->records) ||
                   complain(to, "--records is a number up to 2^40");
        case OPTION_SIZE:
            options->amount_given = options->by_size = true;
            return parse_size(value, &options->size) ||
                   complain(to, "--size is like 500M or 2G, not \"%s\"", value);
        case OPTION_FILES:
            return parse_count(value, 1, 10000000, &options->files) ||
                   complain(to, "--files is 1 to 10000000");
        case OPTION_SHAPE:
            return parse_list(options, value, add_shape, to);
        case OPTION_CONTAINER:
            return parse_list(options, value, add_container, to);
        case OPTION_PLANT:
            return parse_list(options, value, add_plant, to);
        case OPTION_FLAT:
            options->variant = VARIANT_FLAT;
            return true;
        case OPTION_RAWSTRING:
            options->variant = VARIANT_RAW;
            return true;
        case OPTION_FRAMING:
            for (int i = 0; i < FRAMINGS; i++)
                if (!strcmp(value, framing_names[i])) {
                    options->framing = i;
                    return true;
                }
            return complain(to, "unknown framing \"%s\"", value);
        case OPTION_FRAMES:
            if (!parse_count(value, 1, 1000000, &count))
                return complain(to, "--frames is 1 to 1000000");
            options->frames = (unsigned)count;
            return true;
        case OPTION_SINGLE_FRAME:
            options->frames = 1;
            return true;
        case OPTION_LEVEL:
            if (!parse_count(value, 1, 19, &count)) return complain(to, "--level is 1 to 19");
            options->level = (int)count;
            return true;
        case OPTION_OBJECTS:
            options->objects = true;
            return true;
        case OPTION_SHUFFLE:
            options->shuffle = true;
            return true;
        case OPTION_HIT_RATE:
            options->hit_rate = strtod(value, &end);
            if (end == value || *end || !(options->hit_rate >= 0 && options->hit_rate <= 1))
                return complain(to, "--hit-rate is 0 to 1");
            return true;
        case OPTION_DAYS:
            if (!parse_count(value, 1, 3660, &count)) return complain(to, "--days is 1 to 3660");
            options->days = (unsigned)count;
            return true;
        case OPTION_START:
            return calendar_parse(value, &options->start) ||
                   complain(to, "--start is a day like 2026-01-01, not \"%s\"", value);
        case OPTION_DRIFT:
            return add_drift(options, value, to);
        case OPTION_TRUTH:
            options->truth = value;
            return true;
        case OPTION_JOBS:
            if (!parse_count(value, 1, 1024, &count)) return complain(to, "-j is 1 to 1024");
            options->jobs = (unsigned)count;
            return true;
        case OPTION_QUIET:
            options->quiet = true;
            return true;
        case OPTION_HELP:
            options->help = true;
            return true;
    }
    return true;
}

/* ---- what options mean together -----------------------------------------------------------------
 */

static bool has_shape(const struct options *options, enum shape_id shape) {
    for (unsigned i = 0; i < options->shape_count; i++)
        if (options->shapes[i] == shape) return true;
    return false;
}

/* Those that this process may use. */
static unsigned cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set)) return 1;
    return (unsigned)CPU_COUNT(&set);
}

static bool settle(struct options *options, const struct complaint *to) {
    if (!options->folder) return complain(to, "no FOLDER given; try --help");
    if (!options->shape_count)
        options->shapes[options->shape_count++] = options->objects ? SHAPE_CLOUDTRAIL
                                                  : options->variant != VARIANT_PREFIXED
                                                      ? SHAPE_LOGSCALE
                                                      : SHAPE_DIAGNOSTIC;
    if (!options->container_count)
        options->containers[options->container_count++] = &containers[options->objects ? 2 : 1];
    if (options->objects && options->files && !options->amount_given) {
        options->by_size = false;
        options->records = options->files * OBJECT_RECORDS;
    }
    if (options->objects && (options->shape_count > 1 || !has_shape(options, SHAPE_CLOUDTRAIL)))
        return complain(to, "--objects is for --shape cloudtrail alone");
    if (options->variant != VARIANT_PREFIXED && !has_shape(options, SHAPE_LOGSCALE))
        return complain(to, "--flat and --rawstring need --shape logscale");
    for (unsigned i = 0; i < options->shape_count && options->framing >= 0; i++)
        if (!(shapes[options->shapes[i]].framings >> options->framing & 1))
            return complain(to, "shape %s is never framed as %s", shapes[options->shapes[i]].name,
                            framing_names[options->framing]);
    if (options->files && options->files < options->shape_count)
        return complain(to, "--files is less than the number of shapes, %u", options->shape_count);
    for (unsigned i = 0; i < options->shape_count && options->drift_count; i++)
        if (options->framing == FRAMING_CSV || shapes[options->shapes[i]].ordinary == FRAMING_CSV)
            return complain(to, "--drift is for records that are JSON, not CSV");
    for (unsigned i = 0; i < options->plant_count; i++) {
        static const char *const wanted[] = {"a shape of sign-ins", "--shape cloudtrail",
                                             "--shape storage"};
        for (unsigned subject = 0; subject < 3; subject++) {
            bool there = !plant_needs(options->plants[i].kind, (enum subject)subject);
            for (unsigned j = 0; j < options->shape_count; j++)
                there |= shapes[options->shapes[j]].subject == subject;
            if (!there)
                return complain(to, "plant %s needs %s", plant_name(options->plants[i].kind),
                                wanted[subject]);
        }
    }
    if (!options->jobs) options->jobs = cores();
    return true;
}

/* ---- the command line --------------------------------------------------------------------------
 */

static int find(const char *name, size_t length) {
    for (int i = 0; i < OPTIONS; i++)
        if (strlen(table[i].name) == length && !memcmp(table[i].name, name, length)) return i;
    return -1;
}

/* One argument that starts with -, and its value; `at` is moved past what was used. */
static bool take(struct options *options, char **argv, int *at, const struct complaint *to) {
    const char *argument = argv[(*at)++], *value = NULL;
    int id = -1;
    if (argument[1] == '-') {
        size_t length = strcspn(argument + 2, "=");
        id = find(argument + 2, length);
        if (argument[2 + length]) value = argument + 3 + length;
    } else {
        for (int i = 0; i < OPTIONS && id < 0; i++)
            if (table[i].letter && table[i].letter == argument[1]) id = i;
        if (argument[2]) value = argument + 2;
    }
    if (id < 0) return complain(to, "unknown option %s; try --help", argument);
    if (!table[id].value) {
        if (value) return complain(to, "--%s takes no value", table[id].name);
    } else if (!value) {
        value = argv[*at];
        if (!value) return complain(to, "--%s needs a value", table[id].name);
        (*at)++;
    }
    return set(options, (enum option_id)id, value, to);
}

bool options_parse(struct options *options, int argc, char **argv, char *message, size_t room) {
    const struct complaint to = {message, room};
    *options = (struct options){.seed = 1,
                                .size = 64 << 20,
                                .by_size = true,
                                .framing = -1,
                                .hit_rate = 0.001,
                                .days = DEFAULT_DAYS,
                                .start = -1,
                                .frames = 1,
                                .level = 3};
    bool only_folders = false;
    for (int at = 1; at < argc;) {
        if (!only_folders && !strcmp(argv[at], "--")) {
            only_folders = true;
            at++;
        } else if (!only_folders && argv[at][0] == '-' && argv[at][1]) {
            if (!take(options, argv, &at, &to)) return false;
        } else if (options->folder) {
            return complain(&to, "one FOLDER at a time, not \"%s\" too", argv[at]);
        } else {
            options->folder = argv[at++];
        }
    }
    if (options->help) return true;
    if (options->start < 0) { /* the default days end on 2026-03-31 */
        calendar_parse("2026-04-01", &options->start);
        options->start -= (ticks)options->days * TICKS_DAY;
    }
    return settle(options, &to);
}

bool options_help(void) {
    printf(
        "usage: trawl-generate [OPTIONS] FOLDER\n\n"
        "Makes an archive of cloud-identity logs that look real and are all invented, and writes\n"
        "the truth about it beside the folder: what was planted where, and what the main hunt\n"
        "must find. The folder must be new or empty.\n\noptions:\n");
    for (int i = 0; i < OPTIONS; i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", table[i].name, table[i].value ? " " : "",
                 table[i].value ? table[i].value : "");
        if (table[i].letter)
            printf("  -%c, %-19s %s\n", table[i].letter, left, table[i].about);
        else
            printf("      %-19s %s\n", left, table[i].about);
    }
    printf("\nshapes:     ");
    for (int i = 0; i < SHAPES; i++) printf(" %s", shapes[i].name);
    printf(" mixed\ncontainers: ");
    for (int i = 0; i < CONTAINERS; i++) printf(" %s", containers[i].name);
    printf(" mixed\n\nplants:\n");
    for (int i = 0; i < PLANTS; i++)
        printf("  %-18s %s\n", plant_name((enum plant_kind)i), plant_about((enum plant_kind)i));
    printf("\nExit status: 0 done, 2 not.\n");
    return !fflush(stdout) && !ferror(stdout);
}
