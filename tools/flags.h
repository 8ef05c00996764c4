/* flags.h - the command line: one table of all flags, from which parsing and help are made.
 *
 * To add a flag: a line in the table of flags.c, an apply function above it, a member here. */
#ifndef TRAWL_TOOLS_FLAGS_H
#define TRAWL_TOOLS_FLAGS_H

#include "engine/trawl.h"

struct tuning; /* tuning.h */

enum mode {
    MODE_HUNT,
    MODE_CHECK,   /* compile queries and say what is wrong with them */
    MODE_EXPLAIN, /* print the plan */
    MODE_SHOW,    /* print one record */
    MODE_LIST_HUNTS,
    MODE_QUERY_HELP,
    MODE_SHORT_HELP,
    MODE_LONG_HELP,
    MODE_VERSION
};
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

#define PARAMETERS_MOST 64
#define QUERIES_MOST 1000

/* What to hunt for, as it was given. */
enum query_kind {
    QUERY_HUNT, /* names of built-in hunts with commas between them, or "all" */
    QUERY_FILE,
    QUERY_TEXT
};
struct query_given {
    enum query_kind kind;
    const char *value;
};

#define TUNE_FILES 16

/* What was typed, checked value by value. All zero is the default. Strings are the caller's argv.
 */
struct settings {
    enum mode mode;
    struct query_given queries[QUERIES_MOST]; /* none: the default hunt */
    size_t query_count;
    struct trawl_query_options query; /* its parameters are those below */
    struct trawl_parameter parameters[PARAMETERS_MOST];
    const char *tune[TUNE_FILES]; /* [tune_count] */
    size_t tune_count;
    bool no_tune;
    int64_t tune_day;            /* ms since 1970: the day that entries expire by; 0: today */
    const struct tuning *tuning; /* what was read; NULL: not read, or nothing is tuned */
    struct trawl_options engine;
    bool format_given;
    enum trawl_format format;
    const char *output; /* NULL or "-": standard output */
    const char *stats;  /* NULL: none; "-": standard output */
    const char *show;   /* MODE_SHOW: which record */
    bool strict_fields; /* a field that drifts makes the exit status 3 */
    bool quiet;
    enum when progress, color;
    char **paths; /* [path_count], the tail of argv */
    size_t path_count;
};

enum flag_category {
    CATEGORY_HUNT,
    CATEGORY_QUERY,
    CATEGORY_OUTPUT,
    CATEGORY_INPUT,
    CATEGORY_OTHER,
    CATEGORY_TEST
};

struct flag {
    char letter;          /* 0: only the long form */
    const char *name;     /* without the dashes */
    const char *argument; /* as help names it; NULL: takes none; in brackets: may be left out */
    enum flag_category category;
    const char *summary; /* one line, no final stop */
    const char *details; /* sentences for --help, after the summary; NULL: none */
    /* value NULL: the argument was left out. Otherwise NULL is returned, or what the value must be
     * ("must be ..."). */
    const char *(*apply)(struct settings *settings, const char *value);
};

extern const struct flag flags[];
extern const size_t flag_count;

/* Fills settings from the command line; argv is permuted so that the paths come last. False:
 * `message` says in one line what is wrong with what was typed. */
bool flags_parse(int argc, char **argv, struct settings *settings, char *message, size_t size);

/* Bytes of "64M" and the like: a whole number above 0 and K, M, G or T, powers of 1024, with or
 * without "B" or "iB". False: not that, or over 64 bits. */
bool parse_size(const char *text, uint64_t *bytes);

#endif
