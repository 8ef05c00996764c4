#include "tools/flags.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/flag_values.h"

/* ---- one function per flag ---------------------------------------------------------------- */

static const char *add_query(struct settings *settings, enum query_kind kind, const char *value) {
    if (settings->query_count == QUERIES_MOST) return "may be given 1000 times";
    settings->queries[settings->query_count++] = (struct query_given){kind, value};
    return NULL;
}

static const char *apply_hunt(struct settings *settings, const char *value) {
    return add_query(settings, QUERY_HUNT, value);
}

static const char *apply_list_hunts(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_LIST_HUNTS;
    return NULL;
}

static const char *apply_file(struct settings *settings, const char *value) {
    if (*value == '\0') return "must name a file";
    return add_query(settings, QUERY_FILE, value);
}

static const char *apply_text(struct settings *settings, const char *value) {
    return add_query(settings, QUERY_TEXT, value);
}

/* name=value; the name stays in argv, ended where the = was. */
static const char *apply_parameter(struct settings *settings, const char *value) {
    char *equals = strchr((char *)value, '=');
    if (!equals || equals == value) return "must be name=value";
    size_t count = settings->query.parameter_count;
    if (count == PARAMETERS_MOST) return "may be given 64 times";
    *equals = '\0';
    settings->parameters[count] = (struct trawl_parameter){value, equals + 1};
    settings->query.parameter_count++;
    return NULL;
}

static const char *apply_lookup(struct settings *settings, const char *value) {
    settings->query.lookups = value;
    return check_folder(value);
}

static const char *apply_saved(struct settings *settings, const char *value) {
    settings->query.saved = value;
    return check_folder(value);
}

static const char *apply_geoip(struct settings *settings, const char *value) {
    settings->query.geoip = value;
    return check_folder(value);
}

static const char *apply_strict(struct settings *settings, const char *value) {
    (void)value;
    settings->query.strict = true;
    return NULL;
}

static const char *apply_check(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_CHECK;
    return NULL;
}

static const char *apply_explain(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_EXPLAIN;
    return NULL;
}

static const char *apply_evidence(struct settings *settings, const char *value) {
    (void)value;
    settings->query.evidence = true;
    return NULL;
}

static const char *apply_dedupe(struct settings *settings, const char *value) {
    (void)value;
    settings->query.dedupe = true;
    return NULL;
}

static const char *apply_tune(struct settings *settings, const char *value) {
    if (*value == '\0') return "must name a file";
    if (settings->tune_count == TUNE_FILES) return "may be given 16 times";
    settings->tune[settings->tune_count++] = value;
    return NULL;
}

static const char *apply_no_tune(struct settings *settings, const char *value) {
    (void)value;
    settings->no_tune = true;
    return NULL;
}

static const char *apply_show_suppressed(struct settings *settings, const char *value) {
    (void)value;
    settings->query.suppressed = true;
    return NULL;
}

static const char *apply_tune_day(struct settings *settings, const char *value) {
    return parse_time(value, false, &settings->tune_day);
}

static const char *apply_show(struct settings *settings, const char *value) {
    if (settings->show) return "may be given once";
    settings->mode = MODE_SHOW;
    settings->show = value;
    return NULL;
}

static const char *apply_query_help(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_QUERY_HELP;
    return NULL;
}

static const char *apply_temp(struct settings *settings, const char *value) {
    settings->engine.temp = value;
    return check_folder(value);
}

static const char *apply_limit(struct settings *settings, const char *value) {
    if (parse_number(value, 1, UINT64_MAX, &settings->engine.limit)) return NULL;
    return "must be a whole number above 0";
}

static const char *apply_since(struct settings *settings, const char *value) {
    return parse_time(value, false, &settings->query.since);
}

static const char *apply_until(struct settings *settings, const char *value) {
    return parse_time(value, true, &settings->query.until);
}

static const char *apply_late(struct settings *settings, const char *value) {
    int64_t *late = &settings->engine.late;
    if (!trawl_span_read(value, late)) return "must be a length of time like 24h or 3d, or 0";
    if (*late == 0) *late = -1;
    return NULL;
}

static const char *apply_gaps(struct settings *settings, const char *value) {
    (void)value;
    settings->engine.gaps = true;
    return NULL;
}

static const char *apply_drift(struct settings *settings, const char *value) {
    (void)value;
    settings->engine.drift = true;
    return NULL;
}

static const char *apply_strict_fields(struct settings *settings, const char *value) {
    (void)value;
    settings->strict_fields = true;
    return NULL;
}

static const char *apply_validate(struct settings *settings, const char *value) {
    (void)value;
    settings->engine.validate = true;
    return NULL;
}

static const char *apply_no_fast_path(struct settings *settings, const char *value) {
    (void)value;
    settings->engine.no_fast_path = true;
    return NULL;
}

static const char *apply_format(struct settings *settings, const char *value) {
    static const char *const names[] = {"ndjson", "json", "csv", "table", NULL};
    static const enum trawl_format formats[] = {TRAWL_NDJSON, TRAWL_JSON, TRAWL_CSV, TRAWL_TABLE};
    int choice = choose(value, names);
    if (choice < 0) return "must be table, ndjson, csv or json";
    settings->format = formats[choice];
    settings->format_given = true;
    return NULL;
}

static const char *apply_output(struct settings *settings, const char *value) {
    if (*value == '\0') return "must name a file, or be - for standard output";
    settings->output = value;
    return NULL;
}

static const char *apply_stats(struct settings *settings, const char *value) {
    if (*value == '\0') return "must name a file, or be - for standard output";
    settings->stats = value;
    return NULL;
}

static const char *apply_quiet(struct settings *settings, const char *value) {
    (void)value;
    settings->quiet = true;
    return NULL;
}

static const char *apply_progress(struct settings *settings, const char *value) {
    return parse_when(value, &settings->progress);
}

static const char *apply_color(struct settings *settings, const char *value) {
    return parse_when(value, &settings->color);
}

static const char *apply_threads(struct settings *settings, const char *value) {
    uint64_t threads;
    if (!parse_number(value, 0, 1024, &threads)) {
        return "must be a whole number up to 1024 (0: one per processor)";
    }
    settings->engine.threads = (unsigned)threads;
    return NULL;
}

static const char *apply_memory(struct settings *settings, const char *value) {
    if (parse_size(value, &settings->engine.memory)) return NULL;
    return "must be a size like 160M or 2G";
}

static const char *apply_max_record(struct settings *settings, const char *value) {
    if (parse_size(value, &settings->engine.max_record)) return NULL;
    return "must be a size like 64M or 1G";
}

static const char *apply_long(struct settings *settings, const char *value) {
    uint64_t window_log = 31;
    if (value && !parse_number(value, 10, 31, &window_log)) {
        return "must be a power of two from 10 to 31";
    }
    settings->engine.window_log = (unsigned)window_log;
    return NULL;
}

static const char *apply_isa(struct settings *settings, const char *value) {
    settings->engine.isa = value;
    return NULL;
}

static const char *apply_short_help(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_SHORT_HELP;
    return NULL;
}

static const char *apply_long_help(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_LONG_HELP;
    return NULL;
}

static const char *apply_version(struct settings *settings, const char *value) {
    (void)value;
    settings->mode = MODE_VERSION;
    return NULL;
}

/* ---- the table ---------------------------------------------------------------------------- */

const struct flag flags[] = {
    {0, "hunt", "NAME", CATEGORY_HUNT, "hunt to run (default: compromised-cloud-account), or all",
     "--list-hunts shows the names. Several, with commas between them or as --hunt given again, "
     "and -f and -e beside them, run in one reading of the archive, each with its own rows. Only "
     "the "
     "tables of a query that has neither an aggregate nor a sort behind them are made before, in "
     "readings of their own.",
     apply_hunt},
    {0, "list-hunts", NULL, CATEGORY_HUNT, "list the hunts: name, severity, ATT&CK, title", NULL,
     apply_list_hunts},
    {'f', "file", "FILE", CATEGORY_HUNT, "hunt with the LogScale query in FILE",
     "--help-query lists what the language has, and where trawl differs.", apply_file},
    {'e', "query", "QUERY", CATEGORY_HUNT, "hunt with this LogScale query",
     "In single quotes, so that the shell leaves it alone.", apply_text},
    {0, "limit", "N", CATEGORY_HUNT, "rows to show at most",
     "The rows of highest score, the newest first among equals. The default is the hunt's own, "
     "1000 as a rule. All matches are counted whatever the limit.",
     apply_limit},
    {0, "since", "TIME", CATEGORY_HUNT, "only records of this time or later",
     "2026-03-07T14:00:00Z, +02:00 or another zone at its end (none: UTC), a date, seconds since "
     "1970, now, or so long ago: -7d, -24h, -30m. It is the time of the event that counts. Records "
     "whose time cannot be read are hunted whatever the "
     "range, and counted. Files whose path says that they were delivered before the range, or more "
     "than --late behind it, are not read: y=2026/m=03/d=07/h=14, folders 2026/03/07 and "
     "2026/03/07/14 below a PATH, names of CloudTrail's files.",
     apply_since},
    {0, "until", "TIME", CATEGORY_HUNT, "only records before this time",
     "As for --since. A date means the end of that day.", apply_until},
    {0, "late", "SPAN", CATEGORY_HUNT, "how late records may have been delivered (default: 24h)",
     "With --until: files that were delivered up to so much behind it are read as well.",
     apply_late},
    {0, "dedupe", NULL, CATEGORY_HUNT, "count and show each event once",
     "An event that was delivered twice, or is in two exports, is known by its id (sign-ins, "
     "CloudTrail), else by its whole text. Of the copies that pass the query's first filters the "
     "first in input order stays.",
     apply_dedupe},
    {0, "tune", "FILE", CATEGORY_HUNT, "what is known to be harmless (YAML)",
     "Entries exclude rows, lower their score, clear flags or forget risk events, each with a "
     "reason; README.md describes them. May be given again. Without it trawl/tune.yaml in "
     "$XDG_CONFIG_HOME or ~/.config is read, and tune.yaml beside the file of -f, where they are "
     "there; not for -e. The summary says which were read and what each entry suppressed.",
     apply_tune},
    {0, "no-tune", NULL, CATEGORY_HUNT, "tune nothing", "The files above are not looked for.",
     apply_no_tune},
    {0, "show-suppressed", NULL, CATEGORY_HUNT, "show the rows that the tuning suppressed",
     "In place of the hunt's rows: as they would be without the tuning, with the columns "
     "suppressed_by and reason. Not rows for which records were left out before they were "
     "gathered: --no-tune shows these.",
     apply_show_suppressed},
    {0, "gaps", NULL, CATEGORY_HUNT, "say in which hours there are no records",
     "For each shape of records, and each tenant or account: hours without any, between the first "
     "and the last one seen or in the range of --since and --until. All of them with --stats.",
     apply_gaps},
    {0, "drift", NULL, CATEGORY_HUNT, "say which records have which fields, day by day",
     "For each shape of records and each field of the query: the share of records that have it, "
     "and "
     "in which form (text, number, a list in which encoding). Every day with --stats. A field that "
     "stops or changes its form is warned of without this option.",
     apply_drift},
    {0, "strict-fields", NULL, CATEGORY_HUNT,
     "exit status 3 where a field stops or changes its form",
     "Where most records had a field of the query, and from some time on hardly any has it, or has "
     "it "
     "in the same form. Nights, weekends, days of few records and records that never had it are no "
     "such change.",
     apply_strict_fields},
    {0, "validate", NULL, CATEGORY_HUNT, "parse every record to its last byte",
     "Without it a record is parsed as far as the hunt needs: what is malformed inside values that "
     "no hunt reads goes unnoticed. Slower; the rows stay the same but for records that turn out "
     "malformed.",
     apply_validate},

    {'D', "define", "NAME=VALUE", CATEGORY_QUERY, "the value of the query's ?NAME",
     "May be given again. A parameter without a value and without a default matches everything, as "
     "* does.",
     apply_parameter},
    {0, "lookup", "FOLDER", CATEGORY_QUERY, "CSV files for match(file=...)", NULL, apply_lookup},
    {0, "saved", "FOLDER", CATEGORY_QUERY, "saved queries: $name() is FOLDER/name.cql", NULL,
     apply_saved},
    {0, "geoip", "FOLDER", CATEGORY_QUERY, "MMDB files for ipLocation() and asn()", NULL,
     apply_geoip},
    {0, "strict", NULL, CATEGORY_QUERY, "read the query as LogScale does, and refuse extensions",
     "Without it some things that LogScale refuses are understood, with a warning, and a sort "
     "right "
     "behind a table ranks rows before they are cut.",
     apply_strict},
    {0, "check", NULL, CATEGORY_QUERY, "only compile: the query, or every query file among PATHs",
     "Folders are searched for *.cql. Nothing is read but queries. The exit status is 2 where one "
     "has an error, and where there is none.",
     apply_check},
    {0, "explain", NULL, CATEGORY_QUERY, "print the plan of the query and stop", NULL,
     apply_explain},
    {0, "help-query", NULL, CATEGORY_QUERY, "list every construct of the query language", NULL,
     apply_query_help},

    {0, "evidence", NULL, CATEGORY_OUTPUT, "say of each row where its record stands",
     "Adds the columns file, member (of a tar or zip), offset and length, in bytes of the "
     "decompressed text; the event's event_id, and whether a row before has the same (copy). Not "
     "to rows that are made of many records, as those of an aggregate. "
     "--show prints the record.",
     apply_evidence},
    {0, "show", "FILE:OFFSET", CATEGORY_OUTPUT, "print the record that begins there, and stop",
     "As it stands in the archive. FILE!MEMBER:OFFSET for a member of a tar or zip. The places are "
     "those of --evidence and of the summary.",
     apply_show},
    {0, "format", "FORMAT", CATEGORY_OUTPUT, "form of the rows: table, ndjson, csv or json",
     "The default is table on a terminal and ndjson (a JSON object per line) otherwise. In csv, "
     "text that a spreadsheet would run as a formula (a cell that begins with = + - @, a tab or a "
     "line's end) gets an apostrophe before it; take it off where you feed the cells to "
     "another program, or use ndjson, which changes nothing. In table, control characters are "
     "shown as pictures, so that no log can drive the terminal.",
     apply_format},
    {'o', "output", "FILE", CATEGORY_OUTPUT, "write the rows to FILE (- is standard output)",
     "Written beside FILE under another name, then renamed: FILE is never half written. Devices "
     "and pipes are written to directly. FOLDER/ gets a file for each hunt, FOLDER/HUNT.ndjson and "
     "the like. In one file the rows of several hunts follow each other: a table has a heading, "
     "elsewhere each row begins with the column hunt; in csv a blank line and another header stand "
     "between them.",
     apply_output},
    {0, "stats", "FILE", CATEGORY_OUTPUT, "write everything that was counted to FILE, as JSON",
     "All of what the summary on standard error says and more: every file that was not read whole, "
     "fields by shape. - is standard output, after the rows where they go there too.",
     apply_stats},
    {'q', "quiet", NULL, CATEGORY_OUTPUT, "no summary and no progress, only errors", NULL,
     apply_quiet},
    {0, "progress", "WHEN", CATEGORY_OUTPUT, "show progress: auto, always or never",
     "auto, the default: where standard error is a terminal.", apply_progress},
    {0, "color", "WHEN", CATEGORY_OUTPUT, "use colours: auto, always or never",
     "auto, the default: on a terminal, unless NO_COLOR is set or TERM is dumb.", apply_color},

    {'j', "threads", "N", CATEGORY_INPUT, "workers (default: one per processor)",
     "The rows are the same bytes for any number of threads.", apply_threads},
    {0, "memory", "SIZE", CATEGORY_INPUT, "memory to work with (default: 160M)",
     "K, M and G are powers of 1024. What is left of it beside the workers' buffers may go to long "
     "zstd windows: files that need them wait for each other where they would not fit together. "
     "The "
     "default grows with more than two workers and with --long.",
     apply_memory},
    {0, "temp", "FOLDER", CATEGORY_INPUT, "where to keep what does not fit in memory",
     "The default is $TMPDIR or /tmp. Files there are unlinked from the start: none is left "
     "behind.",
     apply_temp},
    {0, "max-record", "SIZE", CATEGORY_INPUT, "skip records over SIZE (default: 64M)",
     "They are counted and named in the summary, without being held in memory.", apply_max_record},
    {0, "long", "[=N]", CATEGORY_INPUT, "allow zstd windows of 2^N bytes (alone: 31; default: 27)",
     "For files made with zstd --long or --ultra. Such a window is held in memory whole.",
     apply_long},

    {'h', "help", NULL, CATEGORY_OTHER, "help: -h in short, --help in full", NULL, apply_long_help},
    {'V', "version", NULL, CATEGORY_OTHER, "versions of trawl and of the libraries it uses", NULL,
     apply_version},

    {0, "no-fast-path", NULL, CATEGORY_TEST,
     "parse each record, also where it resembles those before it",
     "The result is the same. --validate implies it.", apply_no_fast_path},
    {0, "tune-day", "DATE", CATEGORY_TEST, "the day by which entries of the tuning expire",
     "The default is today.", apply_tune_day},
    {0, "isa", "NAME", CATEGORY_TEST, "instruction set: westmere, haswell or icelake",
     "The default is the best that the machine has. The environment variable TRAWL_ISA does the "
     "same.",
     apply_isa},
};

const size_t flag_count = sizeof flags / sizeof *flags;

/* ---- parsing ------------------------------------------------------------------------------ */

#define FLAG_COUNT (sizeof flags / sizeof *flags)

static int argument_kind(const struct flag *flag) {
    if (!flag->argument) return no_argument;
    return flag->argument[0] == '[' ? optional_argument : required_argument;
}

/* getopt's two views of the table. A long option's val is its index + 256, a letter is itself. */
static void build_options(struct option *long_options, char *letters) {
    *letters++ = ':'; /* a missing argument is told apart from an unknown option */
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        long_options[i] =
            (struct option){flags[i].name, argument_kind(&flags[i]), NULL, (int)i + 256};
        if (!flags[i].letter) continue;
        *letters++ = flags[i].letter;
        if (flags[i].argument) *letters++ = ':';
    }
    long_options[FLAG_COUNT] = (struct option){0};
    *letters = '\0';
}

static const struct flag *flag_by_letter(int letter) {
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (flags[i].letter && flags[i].letter == letter) return &flags[i];
    }
    return NULL;
}

static void explain_unknown(const char *word, char *message, size_t size) {
    if (strncmp(word, "--", 2) != 0) {
        snprintf(message, size, "unknown option in %s (trawl --help lists them)", word);
        return;
    }
    char name[256];
    int length = (int)strcspn(word + 2, "=");
    snprintf(name, sizeof name, "%.*s", length, word + 2);
    const char *names[FLAG_COUNT];
    size_t begin_so = 0, count = 0;
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (strncmp(flags[i].name, name, strlen(name)) == 0) begin_so++;
        if (flags[i].category != CATEGORY_TEST) names[count++] = flags[i].name;
    }
    const char *nearest = trawl_nearest(name, names, count);
    if (begin_so > 1) {
        int used = snprintf(message, size, "--%s may mean", name);
        for (size_t i = 0; i < FLAG_COUNT && used >= 0 && (size_t)used < size; i++) {
            if (strncmp(flags[i].name, name, strlen(name)) != 0) continue;
            int more = snprintf(message + used, size - (size_t)used, " --%s", flags[i].name);
            if (more < 0) break;
            used += more;
        }
    } else if (nearest) {
        snprintf(message, size, "unknown option --%s: did you mean --%s?", name, nearest);
    } else {
        snprintf(message, size, "unknown option --%s (trawl --help lists them)", name);
    }
}

/* getopt's '?': an unknown option, or a value for an option that takes none. */
static void explain_refusal(char **argv, char *message, size_t size) {
    if (optopt >= 256) {
        snprintf(message, size, "--%s takes no value", flags[optopt - 256].name);
    } else if (optopt) {
        snprintf(message, size, "unknown option -%c (trawl --help lists them)", optopt);
    } else {
        explain_unknown(argv[optind - 1], message, size);
    }
}

static void explain_missing(char *message, size_t size) {
    const struct flag *flag = optopt >= 256 ? &flags[optopt - 256] : flag_by_letter(optopt);
    if (optopt >= 256) {
        snprintf(message, size, "--%s needs a value: --%s %s", flag->name, flag->name,
                 flag->argument);
    } else {
        snprintf(message, size, "-%c needs a value: -%c %s", flag->letter, flag->letter,
                 flag->argument);
    }
}

bool flags_parse(int argc, char **argv, struct settings *settings, char *message, size_t size) {
    struct option long_options[FLAG_COUNT + 1];
    char letters[2 * FLAG_COUNT + 2];
    build_options(long_options, letters);
    *settings = (struct settings){0};
    opterr = 0;
    optind = 0; /* glibc: start anew, whatever was parsed before */
    for (int found; (found = getopt_long(argc, argv, letters, long_options, NULL)) != -1;) {
        if (found == ':') return explain_missing(message, size), false;
        if (found == '?') return explain_refusal(argv, message, size), false;
        if (found == 'h') { /* the one letter that means something else than its long form */
            apply_short_help(settings, NULL);
            continue;
        }
        const struct flag *flag = found >= 256 ? &flags[found - 256] : flag_by_letter(found);
        const char *fault = flag->apply(settings, optarg);
        if (fault) {
            snprintf(message, size, "--%s %s, not \"%s\"", flag->name, fault, optarg);
            return false;
        }
    }
    settings->query.parameters = settings->parameters;
    if (settings->no_tune && (settings->tune_count || settings->query.suppressed)) {
        snprintf(message, size, "--no-tune and %s exclude each other",
                 settings->tune_count ? "--tune" : "--show-suppressed");
        return false;
    }
    if (settings->query.until && settings->query.since >= settings->query.until) {
        snprintf(message, size, "--until is not behind --since: no time is left between them");
        return false;
    }
    settings->paths = argv + optind;
    settings->path_count = (size_t)(argc - optind);
    if (settings->mode == MODE_SHOW && settings->path_count) {
        snprintf(message, size, "--show prints one record and reads nothing else, not \"%s\"",
                 settings->paths[0]);
        return false;
    }
    return true;
}
