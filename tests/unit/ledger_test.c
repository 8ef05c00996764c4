/* The ledger and the JSON of the same summary. */
#include "tools/ledger.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tools/human.h"
#include "tools/progress.h"
#include "tools/stats.h"

static char *ledger(const struct trawl_summary *summary, bool color) {
    char *text = NULL;
    size_t length;
    FILE *memory = open_memstream(&text, &length);
    cr_assert_not_null(memory);
    ledger_write(memory, "some-hunt", summary, NULL, color);
    fclose(memory);
    return text;
}

static char *stats(const struct trawl_summary *summary) {
    char *text = NULL;
    size_t length;
    FILE *memory = open_memstream(&text, &length);
    cr_assert_not_null(memory);
    stats_write(memory, "some-hunt", summary, NULL);
    fclose(memory);
    return text;
}

static void expect_part(const char *text, const char *part) {
    cr_expect(strstr(text, part), "no \"%s\" in\n%s", part, text);
}

static void expect_no_part(const char *text, const char *part) {
    cr_expect_not(strstr(text, part), "\"%s\" in\n%s", part, text);
}

/* A run with some of everything. */
static uint64_t present_first[] = {5000, 0, 20}, present_second[] = {41213, 0, 0};
static const bool expected[] = {true, true, true};
static const struct trawl_shape shapes[] = {{"first shape", 5000, present_first, expected, 49},
                                            {"second shape", 41213, present_second, expected, 412},
                                            {"third shape", 0, present_second, NULL, 0}};
static const struct trawl_count steps[] = {{"first step", 12000}, {"second step", 3518}};
static const struct trawl_count flag_counts[] = {{"flag_a", 3000}, {"flag_b", 518}};
static const struct trawl_count scores[] = {{"2", 100}, {"1", 3418}};
static const struct trawl_count fields[] = {{"always", 46213}, {"never", 0}, {"hardly", 20}};
static const struct trawl_unevaluated unevaluated[] = {{"flag_a", "second shape", 41213},
                                                       {"flag_b", "second shape", 41213},
                                                       {"flag_c", "second shape", 41213},
                                                       {"flag_c", "first shape", 5000}};
static const struct trawl_encoding encodings[] = {
    {"list", "absent", 9},      {"list", "JSON array", 12000},
    {"list", "null", 3},        {"list", "text with commas", 340},
    {"other", "JSON array", 7}, {"other", "null", 7}};

static struct trawl_summary full_summary(void) {
    return (struct trawl_summary){
        .files = 24,
        .files_whole = 24,
        .bytes_read = 1 << 20,
        .text_bytes = 20 << 20,
        .records = 46213,
        .hunted = 46213,
        .matched = 3518,
        .shown = 1000,
        .complete = true,
        .seconds = 2,
        .unpack_share = 0.816,
        .shape_count = 3,
        .shapes = shapes,
        .step_count = 2,
        .steps = steps,
        .flag_count = 2,
        .flags = flag_counts,
        .score_count = 2,
        .scores = scores,
        .field_count = 3,
        .fields = fields,
        .unevaluated_count = 4,
        .unevaluated = unevaluated,
        .encoding_count = 6,
        .encodings = encodings,
    };
}

Test(ledger, says_what_was_found_and_read) {
    struct trawl_summary summary = full_summary();
    char *text = ledger(&summary, false);
    cr_expect(strncmp(text, "some-hunt: 1,000 of 3,518 rows shown", 36) == 0, "%s", text);
    expect_part(text, "\n             24  files\n");
    expect_part(text, "\n       20.0 MiB  of text, 20.0x\n");
    expect_part(text, "\n\nHunted 20.0 MiB of text at 82 % of pure decompression\n");
    expect_part(text, "\n         2.00 s  10.0 MiB/s of text\n");
    expect_part(text,
                "\n         46,213  read, which are\n         46,213    hunted\n"
                "              0    malformed\n              0    oversized\n"
                "              0    not recognised\n");
    expect_part(text, "\n         41,213  second shape\n");
    expect_no_part(text, "third shape");
    expect_part(text, "\n         12,000  first step\n          3,518  second step\n");
    expect_part(text, "\n            518  flag_b\n");
    expect_part(text, "\n          3,418  score 1\n");
    expect_part(text, "not checked (--validate does)");
    cr_expect_null(strchr(text, '\x1b'));
    free(text);
}

Test(ledger, says_how_records_were_read) {
    struct trawl_summary summary = full_summary();
    char *text = ledger(&summary, false);
    expect_no_part(text, "pars");
    free(text);
    summary.fast_never = 46213;
    text = ledger(&summary, false);
    expect_no_part(text, "pars");
    free(text);
    summary.fast_never = 0;
    summary.fast_read = 46000;
    summary.fast_declined = 213;
    text = ledger(&summary, false);
    expect_part(text,
                "\n         46,000  of these read without parsing\n"
                "            213  parsed: unlike those before\n");
    free(text);
    summary.fast_read = 40000;
    summary.fast_paused = 5000;
    summary.fast_never = 1000;
    text = ledger(&summary, false);
    expect_part(text,
                "          6,213  parsed: 213 unlike those before, 5,000 not tried after many of "
                "these, 1,000 in tables\n");
    free(text);
}

Test(ledger, warns_of_what_could_not_be_judged) {
    struct trawl_summary summary = full_summary();
    summary.untimed = 2;
    char *text = ledger(&summary, false);
    expect_part(text,
                "\n  flag_a, flag_b and flag_c could not be evaluated on 41,213 records of "
                "second shape\n");
    expect_part(text, "\n  flag_c could not be evaluated on 5,000 records of first shape\n");
    expect_part(text, "\n  fields that never occurred: never\n");
    expect_part(text, "\n  hardly is in only 20 of 5,000 records of first shape\n");
    expect_part(text, "\n  in none of 41,213 records of second shape: hardly\n");
    expect_part(text,
                "\n  list changes its encoding: 12,000 records JSON array, 340 text with "
                "commas\n");
    expect_no_part(text, "other changes");
    expect_part(text, "\n  2 matched rows are without a readable time");
    free(text);
}

Test(ledger, says_where_records_have_no_time) {
    struct trawl_summary summary = full_summary();
    char *text = ledger(&summary, false);
    expect_part(text,
                "\n  412 of 41,213 records of second shape have no readable time: whether their "
                "fields stop is not told\n");
    expect_no_part(text, "records of first shape have no readable time"); /* hardly any */
    free(text);
    text = stats(&summary);
    expect_part(text, "\"undated\": 412");
    free(text);
}

Test(ledger, says_what_a_field_may_have_meant) {
    struct trawl_summary summary = full_summary();
    static const char *const nearest[] = {NULL, "ne\x1bver", NULL};
    summary.nearest = nearest;
    char *text = ledger(&summary, false);
    expect_part(text, "\n  `never` occurred in no record; did you mean `ne\\x1bver`?\n");
    expect_no_part(text, "never occurred");
    free(text);
    text = stats(&summary);
    expect_part(text, "\"nearest\": {\n    \"never\": \"ne\\u001bver\"\n  }");
    free(text);
}

static const char *const blind[] = {"flag_a", "flag_b"};
static const struct trawl_drift drifts[] = {
    {"first shape", "hardly", "text", NULL, 1000, 998, 5000, 1, INT64_C(1773483780000), "a\x1b.gz",
     7, INT64_C(1773705600000), 2, blind},
    {"second shape", "list", "JSON array", "text", 1, 1, 300, 0, INT64_C(1773483780000), "-", 0, 0,
     0, NULL}};
static const struct trawl_unlisted unlisted[] = {{"always", "odd\nvalue", 1, "b.gz", 9},
                                                 {"always", NULL, 0, NULL, 0}};

Test(ledger, says_which_fields_stop_and_which_values_are_new) {
    struct trawl_summary summary = full_summary();
    summary.drifts = drifts;
    summary.drift_count = 2;
    summary.unlisted = unlisted;
    summary.unlisted_count = 2;
    char *text = ledger(&summary, false);
    expect_part(
        text,
        "\n  hardly stops on 2026-03-14 10:23:00 in first shape: over 99 % of 1,000 records "
        "before, under 1 % of 5,000 from there on until 2026-03-17 00:00:00 (first: "
        "a\\x1b.gz); without it, no record can match flag_a and flag_b\n");
    expect_part(
        text,
        "\n  list changes from JSON array to text on 2026-03-14 10:23:00 in second shape: 100 "
        "% of 1 record before, 0 % of 300 from there on (first: standard input)\n");
    expect_part(text,
                "\n  always has a value that is in no list: odd\\x0avalue, in 1 record (first: "
                "b.gz)\n  always has more values that are in no list\n");
    free(text);
    text = stats(&summary);
    expect_part(text, "\"blind\": [\"flag_a\", \"flag_b\"]");
    expect_part(text, "\"until\": \"2026-03-17T00:00:00Z\"");
    expect_part(text, "\"value\": null");
    expect_no_part(text, "\"days\"");
    free(text);
}

/* Days of one field each, told in lines of days that are alike. */
Test(ledger, says_which_days_have_which_fields) {
    enum { DAYS = 9 };
    static const uint64_t records[DAYS] = {1000, 1000, 5, 1000, 400, 1000, 1000, 4, 4};
    static const uint64_t present[DAYS] = {980, 950, 4, 999, 160, 0, 0, 0, 4};
    struct trawl_count forms[DAYS];
    static const struct trawl_count name[] = {{"always", 1}};
    struct trawl_field_day told[DAYS];
    struct trawl_day days[DAYS];
    for (int i = 0; i < DAYS; i++) {
        int64_t since = INT64_C(1772323200000) + i * INT64_C(86400000);
        told[i] = (struct trawl_field_day){present[i], present[i] > 0, &forms[i]};
        forms[i] = (struct trawl_count){"text", present[i]};
        days[i] = (struct trawl_day){"some shape", since, since + 86400000, records[i], &told[i]};
    }
    struct trawl_summary summary = full_summary();
    summary.drift = true;
    summary.days = days;
    summary.day_count = DAYS;
    summary.fields = name;
    summary.field_count = 1;
    summary.shape_count = 0;
    char *text = ledger(&summary, false);
    expect_part(text,
                "\nFields by day (UTC)\n"
                "  some shape: records on 9 days\n"
                "    always\n"
                "        98 %  2026-03-01 to 2026-03-04  of 3,005 records: text\n"
                "        40 %  2026-03-05                of 400 records: text\n"
                "         0 %  2026-03-06 to 2026-03-08  of 2,004 records\n"
                "       100 %  2026-03-09                of 4 records: text\n");
    free(text);
    text = stats(&summary);
    expect_part(text, "\"always\": {\"present\": 980, \"text\": 980}");
    free(text);
}

Test(ledger, says_what_was_left_out_and_where_state_went) {
    struct trawl_summary summary = full_summary();
    static const char *const notices[] = {"shown 1,000 of 3,518", "a list was cut"};
    summary.notices = notices;
    summary.notice_count = 2;
    summary.spilled = 3 << 20;
    char *text = ledger(&summary, false);
    expect_part(text, "rows shown\nshown 1,000 of 3,518\na list was cut\n");
    expect_part(text, "\n       3.00 MiB  written to temporary files\n");
    free(text);
    text = stats(&summary);
    expect_part(text, "\"spilled_bytes\": 3145728");
    expect_part(text, "\"notices\": [\n    \"shown 1,000 of 3,518\",\n    \"a list was cut\"\n  ]");
    free(text);
}

Test(ledger, rows_made_of_rows_are_not_said_to_be_some_of_them) {
    struct trawl_summary summary = full_summary();
    summary.derived = true;
    summary.shown = 1;
    char *text = ledger(&summary, false);
    cr_expect(strncmp(text, "some-hunt: 1 row shown, made of 3,518 that matched\n", 51) == 0, "%s",
              text);
    free(text);
}

Test(ledger, lists_what_was_not_read_and_makes_names_safe) {
    struct trawl_fault faults[30];
    for (size_t i = 0; i < 30; i++) {
        faults[i] = (struct trawl_fault){TRAWL_FAULT_DAMAGED, "/a", NULL, UINT64_MAX, "cut off"};
    }
    faults[0] = (struct trawl_fault){TRAWL_FAULT_UNREAD, "/e/\x1b[31m\n\xff\xE2\x80\xAE", NULL,
                                     UINT64_MAX, "No such file"};
    faults[1] = (struct trawl_fault){TRAWL_FAULT_DAMAGED, "x.tar", "b.json", 1234, "bad checksum"};
    faults[29] = (struct trawl_fault){TRAWL_FAULT_MALFORMED, "-", NULL, 99, "unclosed string"};
    struct trawl_summary summary = full_summary();
    summary.fault_count = 30;
    summary.faults = faults;
    summary.files_whole = 2;
    summary.fault_totals[TRAWL_FAULT_UNREAD] = 1;
    summary.fault_totals[TRAWL_FAULT_DAMAGED] = 28;
    summary.fault_totals[TRAWL_FAULT_MALFORMED] = summary.malformed = 1000;
    char *text = ledger(&summary, false);
    expect_part(text, "\n  /e/\\x1b[31m\\x0a\\xff\\u202e: No such file\n");
    expect_part(text, "\n  x.tar!b.json: byte 1234: bad checksum\n");
    expect_part(text, "\n  and 9 more: see --stats\n");
    expect_part(text, "\n  standard input: byte 99: unclosed string\n  and 999 more\n");
    expect_part(text, "\n             22    not read whole");
    free(text);
    text = stats(&summary);
    expect_part(text, "\"path\": \"/e/\\u001b[31m\\u000a\xEF\xBF\xBD\xE2\x80\xAE\"");
    expect_part(text,
                "{\"kind\": \"damaged\", \"path\": \"x.tar\", \"member\": \"b.json\", "
                "\"offset\": 1234, \"message\": \"bad checksum\"}");
    expect_part(text, "\"offset\": null");
    free(text);
}

Test(ledger, an_interrupt_is_the_first_word) {
    struct trawl_summary summary = full_summary();
    summary.complete = false;
    char *text = ledger(&summary, false);
    cr_expect(strncmp(text, "INCOMPLETE: interrupted", 23) == 0, "%s", text);
    free(text);
    text = ledger(&summary, true);
    cr_expect(strncmp(text, "\x1b[1;31mINCOMPLETE", 17) == 0, "%s", text);
    free(text);
}

Test(ledger, nothing_at_all) {
    struct trawl_summary summary = {.complete = true};
    char *text = ledger(&summary, false);
    expect_no_part(text, "% of pure");
    cr_expect(strncmp(text, "some-hunt: no rows matched\n", 27) == 0, "%s", text);
    expect_part(text, "\n  no records were read\n");
    expect_no_part(text, "never occurred");
    expect_no_part(text, "not checked");
    expect_no_part(text, "nan");
    expect_no_part(text, "inf");
    free(text);
    text = stats(&summary);
    expect_part(text, "\"flags\": {}");
    expect_part(text, "\"faults\": []");
    free(text);
}

Test(ledger, stats_hold_every_number) {
    struct trawl_summary summary = full_summary();
    char *text = stats(&summary);
    expect_part(text, "\"hunt\": \"some-hunt\"");
    expect_part(text, "\"seconds\": 2.000000");
    expect_part(text, "\"unpack_share\": 0.816000");
    expect_part(text, "{\"name\": \"first step\", \"kept\": 12000}");
    expect_part(text, "\"flag_b\": 518");
    expect_part(text, "{\"flag\": \"flag_a\", \"shape\": \"second shape\", \"records\": 41213}");
    expect_part(text, "{\"field\": \"list\", \"encoding\": \"null\", \"records\": 3}");
    expect_part(text, "\"not_established\": [\n    \"malformed inside values");
    cr_expect_str_eq(text + strlen(text) - 3, "\n}\n");
    free(text);
    summary.validated = true;
    text = stats(&summary);
    expect_part(text, "\"not_established\": []");
    free(text);
}

Test(ledger, numbers_for_people) {
    cr_expect_str_eq(human_count(0).text, "0");
    cr_expect_str_eq(human_count(999).text, "999");
    cr_expect_str_eq(human_count(1000).text, "1,000");
    cr_expect_str_eq(human_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
    cr_expect_str_eq(human_bytes(0).text, "0 B");
    cr_expect_str_eq(human_bytes(999).text, "999 B");
    cr_expect_str_eq(human_bytes(1023).text, "1.00 KiB");
    cr_expect_str_eq(human_bytes(160 * 1048576.0).text, "160 MiB");
    cr_expect_str_eq(human_bytes(1.5e19).text, "13.0 EiB");
    cr_expect_str_eq(human_time(0.4239).text, "0.42 s");
    cr_expect_str_eq(human_time(99.96).text, "1:40 min");
    cr_expect_str_eq(human_time(7447).text, "2:04:07 h");
    cr_expect_str_eq(human_time(-1).text, "0.00 s");
}

Test(ledger, progress_fits_and_never_divides_by_zero) {
    char line[512];
    struct trawl_progress now = {.bytes_total = 4000,
                                 .bytes_read = 1000,
                                 .files_total = 3,
                                 .files_done = 1,
                                 .records = 12345};
    progress_line(&now, 2, 0, line, sizeof line);
    cr_expect_str_eq(line,
                     " 25.0%  0.98 KiB of 3.91 KiB  500 B/s  6.00 s left  12,345 records  1 "
                     "of 3 files");
    for (unsigned width = 1; width < 100; width++) {
        progress_line(&now, 2, width, line, sizeof line);
        cr_expect_leq(strlen(line), width);
    }
    now = (struct trawl_progress){0};
    progress_line(&now, 0, 80, line, sizeof line);
    cr_expect_str_eq(line, "0 B  0 B/s  0 records");
    now = (struct trawl_progress){.bytes_total = 10, .bytes_read = 30};
    progress_line(&now, 1, 80, line, sizeof line);
    expect_part(line, "100.0%");
    expect_part(line, "0.00 s left");
}
