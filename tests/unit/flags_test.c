#include "tools/flags.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/nearest.h"
#include "tools/help.h"
#include "tools/show.h"

static struct settings settings;
static char message[512];

/* Parses "a b c", split at spaces. */
static bool parse(const char *line) {
    static char words[1024];
    static char *argv[64];
    int argc = 0;
    snprintf(words, sizeof words, "trawl %s", line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
    argv[argc] = NULL;
    message[0] = '\0';
    return flags_parse(argc, argv, &settings, message, sizeof message);
}

Test(flags, defaults_are_zero) {
    cr_assert(parse("archive"));
    cr_expect_eq(settings.mode, MODE_HUNT);
    cr_expect_eq(settings.query_count, 0);
    cr_expect_eq(settings.engine.threads, 0);
    cr_expect_eq(settings.engine.window_log, 0);
    cr_expect_not(settings.format_given);
    cr_expect_eq(settings.path_count, 1);
    cr_expect_str_eq(settings.paths[0], "archive");
}

Test(flags, every_flag_reaches_its_setting) {
    cr_assert(
        parse("--hunt h --limit 12 --format csv -o out -j 3 --memory 1G --max-record 512K "
              "--long=30 --stats s --validate -q --progress always --color never --isa "
              "haswell a - b"));
    cr_expect_eq(settings.query_count, 1);
    cr_expect_eq(settings.queries[0].kind, QUERY_HUNT);
    cr_expect_str_eq(settings.queries[0].value, "h");
    cr_expect_eq(settings.engine.limit, 12);
    cr_expect(settings.format_given);
    cr_expect_eq(settings.format, TRAWL_CSV);
    cr_expect_str_eq(settings.output, "out");
    cr_expect_eq(settings.engine.threads, 3);
    cr_expect_eq(settings.engine.memory, UINT64_C(1) << 30);
    cr_expect_eq(settings.engine.max_record, 512 * 1024);
    cr_expect_eq(settings.engine.window_log, 30);
    cr_expect_str_eq(settings.stats, "s");
    cr_expect(settings.engine.validate);
    cr_expect(settings.quiet);
    cr_expect_eq(settings.progress, WHEN_ALWAYS);
    cr_expect_eq(settings.color, WHEN_NEVER);
    cr_expect_str_eq(settings.engine.isa, "haswell");
    cr_expect_eq(settings.path_count, 3);
    cr_expect_str_eq(settings.paths[1], "-");
}

Test(flags, fields_that_drift) {
    cr_assert(parse("--strict a"));
    cr_expect(settings.query.strict);
    cr_expect_not(settings.strict_fields || settings.engine.drift);
    cr_assert(parse("--drift --strict-fields a"));
    cr_expect(settings.strict_fields && settings.engine.drift);
    cr_expect_not(settings.query.strict);
}

Test(flags, options_may_follow_paths_and_end_with_two_dashes) {
    cr_assert(parse("a --limit=5 b -- -q --limit"));
    cr_expect_eq(settings.engine.limit, 5);
    cr_expect_not(settings.quiet);
    cr_expect_eq(settings.path_count, 4);
    cr_expect_str_eq(settings.paths[2], "-q");
}

Test(flags, long_options_may_be_abbreviated) {
    cr_assert(parse("--lim 7 --thr=2 a"));
    cr_expect_eq(settings.engine.limit, 7);
    cr_expect_eq(settings.engine.threads, 2);
}

Test(flags, long_alone_is_31_and_takes_no_path_for_its_value) {
    cr_assert(parse("--long 27"));
    cr_expect_eq(settings.engine.window_log, 31);
    cr_expect_eq(settings.path_count, 1);
}

Test(flags, modes) {
    cr_assert(parse("-h"));
    cr_expect_eq(settings.mode, MODE_SHORT_HELP);
    cr_assert(parse("--help"));
    cr_expect_eq(settings.mode, MODE_LONG_HELP);
    cr_assert(parse("-V"));
    cr_expect_eq(settings.mode, MODE_VERSION);
    cr_assert(parse("--list-hunts"));
    cr_expect_eq(settings.mode, MODE_LIST_HUNTS);
}

Test(flags, what_is_wrong_is_said_in_one_line) {
    static const char *const cases[][2] = {
        {"--fromat csv", "unknown option --fromat: did you mean --format?"},
        {"--treads=2", "unknown option --treads: did you mean --threads?"},
        {"--frobnicate", "unknown option --frobnicate (trawl --help lists them)"},
        {"-x", "unknown option -x (trawl --help lists them)"},
        {"-qx", "unknown option -x (trawl --help lists them)"},
        {"--l 3", "--l may mean --list-hunts --limit --late --lookup --long"},
        {"--limit", "--limit needs a value: --limit N"},
        {"-o", "-o needs a value: -o FILE"},
        {"--validate=yes", "--validate takes no value"},
        {"--limit 0", "--limit must be a whole number above 0, not \"0\""},
        {"--limit 5x", "--limit must be a whole number above 0, not \"5x\""},
        {"--limit -1", "--limit must be a whole number above 0, not \"-1\""},
        {"--limit 18446744073709551616",
         "--limit must be a whole number above 0, not \"18446744073709551616\""},
        {"--format xml", "--format must be table, ndjson, csv or json, not \"xml\""},
        {"-j 1025",
         "--threads must be a whole number up to 1024 (0: one per processor), not "
         "\"1025\""},
        {"--memory 1X", "--memory must be a size like 160M or 2G, not \"1X\""},
        {"--long=32", "--long must be a power of two from 10 to 31, not \"32\""},
        {"--long=", "--long must be a power of two from 10 to 31, not \"\""},
        {"--progress=perhaps", "--progress must be auto, always or never, not \"perhaps\""},
        {"--output=", "--output must name a file, or be - for standard output, not \"\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_not(parse(cases[i][0]), "%s", cases[i][0]);
        cr_expect_str_eq(message, cases[i][1]);
    }
}

Test(flags, sizes) {
    static const struct {
        const char *text;
        uint64_t bytes; /* 0: refused */
    } cases[] = {
        {"1", 1},
        {"1K", 1024},
        {"1k", 1024},
        {"64M", UINT64_C(64) << 20},
        {"64MB", UINT64_C(64) << 20},
        {"64MiB", UINT64_C(64) << 20},
        {"2G", UINT64_C(2) << 30},
        {"3T", UINT64_C(3) << 40},
        {"512B", 512},
        {"18446744073709551615", UINT64_MAX},
        {"16777216T", 0},
        {"0", 0},
        {"", 0},
        {"K", 0},
        {"-1", 0},
        {"1.5G", 0},
        {"1MM", 0},
        {"1Mi", 0},
        {" 1", 0},
        {"18446744073709551616", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t bytes = 0;
        cr_expect_eq(parse_size(cases[i].text, &bytes), cases[i].bytes != 0, "%s", cases[i].text);
        if (cases[i].bytes) cr_expect_eq(bytes, cases[i].bytes, "%s", cases[i].text);
    }
}

Test(flags, table_has_no_name_twice) {
    for (size_t i = 0; i < flag_count; i++) {
        for (size_t j = 0; j < i; j++) {
            cr_expect_str_neq(flags[i].name, flags[j].name);
            cr_expect(flags[i].letter == 0 || flags[i].letter != flags[j].letter);
        }
    }
}

static char *printed(unsigned width) {
    char *text = NULL;
    size_t length;
    FILE *memory = open_memstream(&text, &length);
    cr_assert_not_null(memory);
    if (width) {
        help_long(memory, width);
    } else {
        help_short(memory);
    }
    fclose(memory);
    return text;
}

Test(flags, help_names_every_flag_but_those_for_tests) {
    char *text[] = {printed(0), printed(80)};
    for (size_t i = 0; i < flag_count; i++) {
        char option[64];
        snprintf(option, sizeof option, " --%s", flags[i].name);
        for (size_t j = 0; j < 2; j++) {
            cr_expect_eq(strstr(text[j], option) != NULL, flags[i].category != CATEGORY_TEST, "%s",
                         option);
        }
    }
    free(text[0]);
    free(text[1]);
}

Test(flags, long_help_fits_the_width) {
    for (unsigned width = 64; width <= 130; width += 6) {
        char *text = printed(width);
        unsigned fits = width < 100 ? width : 100;
        for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
            cr_expect_leq(strcspn(line, "\n"), fits, "width %u: %.120s", width, line);
        }
        cr_expect(strstr(text, "apostrophe"), "the guard of csv is told of");
        free(text);
    }
}

Test(flags, nearest_word) {
    struct nearest nearest = {.word = "hutn"};
    nearest_consider(&nearest, "limit");
    cr_expect_null(nearest.best);
    nearest_consider(&nearest, "hunt");
    cr_assert_not_null(nearest.best);
    cr_expect_str_eq(nearest.best, "hunt");
    struct nearest single = {.word = "x"};
    nearest_consider(&single, "y");
    cr_expect_null(single.best);
    char huge[300];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    struct nearest far = {.word = huge};
    nearest_consider(&far, huge);
    cr_expect_null(far.best);
}

Test(flags, ranges_of_time) {
    cr_assert(parse("--since 2026-03-07 --until 2026-03-07 --late 3h --gaps a"));
    cr_expect_eq(settings.query.since, INT64_C(1772841600000));
    cr_expect_eq(settings.query.until, INT64_C(1772928000000));
    cr_expect_eq(settings.engine.late, INT64_C(3) * 3600000);
    cr_expect(settings.engine.gaps);
    cr_assert(parse("--late 0 a"));
    cr_expect_lt(settings.engine.late, 0);
    cr_assert(parse("--since -7d --until -24h a"));
    cr_expect_eq((settings.query.until - settings.query.since + 500) / 1000, 6 * 86400);
    cr_expect_not(parse("--since 2026-03-08 --until 2026-03-07 a"));
    cr_expect_not(parse("--since yesterday a"));
    cr_expect_str_eq(message,
                     "--since must be a time like 2026-03-07T14:00:00Z, 2026-03-07 or -7d, not "
                     "\"yesterday\"");
    cr_expect_not(parse("--late -1h a"));
}

static void expect_place(const char *typed, const char *path, const char *member, uint64_t offset) {
    char text[200], *found;
    uint64_t at;
    snprintf(text, sizeof text, "%s", typed);
    cr_assert(show_parse(text, &found, &at), "%s", typed);
    cr_expect_str_eq(text, path);
    cr_expect_eq(at, offset);
    if (member) cr_assert_not_null(found);
    if (member) cr_expect_str_eq(found, member);
    if (!member) cr_expect_null(found);
}

Test(flags, places_of_records) {
    static const char *const bad[] = {
        "", ":", ":1", "a", "a:", "a:b", "a:-1", "a:1x", "a:99999999999999999999"};
    cr_assert(parse("--show a:7"));
    cr_expect_eq(settings.mode, MODE_SHOW);
    cr_assert(parse("--evidence a"));
    cr_expect(settings.query.evidence);
    expect_place("/tmp:12", "/tmp", NULL, 12);
    expect_place("/dev/null!in!x:y:0", "/dev/null", "in!x:y", 0);
    expect_place("/tmp!in!x:y:0", "/tmp!in!x:y", NULL, 0); /* members are in no folder */
    expect_place("/nothing!here:18446744073709551615", "/nothing!here", NULL, UINT64_MAX);
    expect_place("/dev/null!:3", "/dev/null!", NULL, 3);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64], *member;
        uint64_t offset;
        snprintf(text, sizeof text, "%s", bad[i]);
        cr_expect_not(show_parse(text, &member, &offset), "%s", bad[i]);
    }
}
