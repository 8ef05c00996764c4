/* Tuning woven into queries, over records in a file: the rows that are left, and what is counted.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/scalar/list.h"
#include "engine/trawl.h"
#include "tests/unit/scalar_call.h"

/* ---- a run -------------------------------------------------------------------------------- */

static char rows[8192];

static bool take_row(void *context, const struct trawl_cell *cells, size_t count) {
    (void)context;
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(rows);
        if (cells[i].kind == TRAWL_MISSING)
            snprintf(rows + used, sizeof rows - used, "-");
        else
            snprintf(rows + used, sizeof rows - used, "%.*s", (int)cells[i].length, cells[i].text);
        used = strlen(rows);
        snprintf(rows + used, sizeof rows - used, "%s", i + 1 < count ? " " : "\n");
    }
    return true;
}

#define WHEN(name, ...)                                                           \
    (&(struct trawl_condition){name, TRAWL_EQUALS, (const char *[]){__VA_ARGS__}, \
                               sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)})

struct run {
    const char *records, *query;
    const struct trawl_tuning *tuning;
    size_t count;
    bool suppressed;
};

/* The rows, in `rows`; the counts of each entry: suppressed, then changed. */
static void run(struct run run, uint64_t (*counts)[2], unsigned threads) {
    char path[] = "/tmp/trawl-tuned-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0 &&
              write(fd, run.records, strlen(run.records)) == (ssize_t)strlen(run.records));
    close(fd);
    struct trawl_query_options options = {
        .tuning = run.tuning, .tuning_count = run.count, .suppressed = run.suppressed};
    struct trawl_diagnostics *diagnostics;
    struct trawl_plan *plan =
        trawl_query_compile("q", run.query, strlen(run.query), &options, &diagnostics);
    cr_assert(plan, "%s: %s", run.query, trawl_diagnostics_get(diagnostics, 0).message);
    trawl_diagnostics_free(diagnostics);
    struct trawl_options how = {.threads = threads};
    struct trawl_error error = {0};
    struct trawl_hunt *hunt = trawl_hunt_new(plan, &how, &error);
    cr_assert(hunt, "%s", error.message);
    cr_assert_eq(trawl_hunt_add(hunt, path, &error), TRAWL_OK);
    rows[0] = '\0';
    cr_assert_eq(trawl_hunt_run(hunt, &(struct trawl_rows){take_row, NULL}, &error), TRAWL_OK, "%s",
                 error.message);
    const struct trawl_summary *summary = trawl_hunt_summary(hunt);
    cr_assert_eq(summary->tuned_count, run.count);
    for (size_t i = 0; i < run.count; i++) {
        counts[i][0] = summary->tuned[i].suppressed;
        counts[i][1] = summary->tuned[i].changed;
    }
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
    unlink(path);
}

static void expect(int line, struct run what, const char *want, const uint64_t (*want_counts)[2]) {
    uint64_t counts[8][2];
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        run(what, counts, threads);
        cr_expect_str_eq(rows, want, "line %d: %s", line, rows);
        for (size_t i = 0; i < what.count; i++)
            for (size_t k = 0; k < 2; k++)
                cr_expect_eq(counts[i][k], want_counts[i][k], "line %d: entry %zu: %d, not %d",
                             line, i, (int)counts[i][k], (int)want_counts[i][k]);
    }
}

#define EXPECT(what, want, ...) expect(__LINE__, what, want, (const uint64_t[][2]){__VA_ARGS__})

/* ---- rows that are records ---------------------------------------------------------------- */

static const char records[] =
    "{\"u\":\"a\",\"l\":\"x\",\"n\":1}\n"
    "{\"u\":\"b\",\"l\":\"x,y\",\"n\":2}\n"
    "{\"u\":\"C\",\"l\":\"X , z\",\"n\":3}\n"
    "{\"u\":\"d\",\"n\":4}\n"
    "{\"u\":\"e\",\"l\":\"y\",\"n\":5}\n";
#define FLAGS                                                                             \
    "low := lower(l) | f := if(regex(\"x|y\", field=low), then=\"true\", else=\"false\")" \
    " | g := if(n >= 3, then=\"true\", else=\"false\") | f=\"true\" or g=\"true\""        \
    " | s := if(f == \"true\", then=1, else=0) + if(g == \"true\", then=1, else=0) "

Test(tuned, exclude_takes_no_place_of_the_limit) {
    const struct trawl_tuning entries[] = {
        {.name = "1", .reason = "r", .conditions = WHEN("u", "E", "c"), .condition_count = 1},
        {.name = "2", .reason = "r", .conditions = WHEN("n", "3", "4"), .condition_count = 1}};
    struct run what = {records, "u=* | table([u, n], limit=2) | sort(n)", entries, 2, false};
    EXPECT(what, "b 2\na 1\n", {2, 0}, {1, 0});
    what.suppressed = true;
    EXPECT(what, "e 5 1 r\nd 4 2 r\n", {2, 0}, {1, 0});
}

Test(tuned, forget_takes_the_element_only) {
    const struct trawl_target x = {"l", (const char *[]){"x"}, 1};
    const struct trawl_tuning entry = {.name = "f",
                                       .reason = "r",
                                       .conditions = WHEN("u", "a", "b", "c", "d"),
                                       .condition_count = 1,
                                       .act = TRAWL_FORGET,
                                       .targets = &x,
                                       .target_count = 1};
    struct run what = {records, FLAGS "| table([u, l, f, g, s, n], limit=9) | sort(n, order=asc)",
                       &entry, 1, false};
    EXPECT(what,
           "b x,y true false 1 2\nC X , z false true 1 3\nd - false true 1 4\ne y true true 2 5\n",
           {1, 2});
    what.suppressed = true;
    EXPECT(what, "a x true false 1 1 f r\n", {1, 0});
}

Test(tuned, clear_and_lower) {
    const struct trawl_target g = {"g", NULL, 0};
    const struct trawl_tuning entries[] = {{.name = "c",
                                            .reason = "r",
                                            .conditions = WHEN("u", "c", "d", "e"),
                                            .condition_count = 1,
                                            .act = TRAWL_CLEAR,
                                            .targets = &g,
                                            .target_count = 1},
                                           {.name = "l",
                                            .reason = "r",
                                            .conditions = WHEN("u", "a", "e"),
                                            .condition_count = 1,
                                            .act = TRAWL_LOWER,
                                            .by = 3}};
    struct run what = {records, FLAGS "| table([s, u, g], limit=9) | sort(s)", entries, 2, false};
    EXPECT(what, "1 b false\n1 C false\n0 a false\n0 e false\n", {1, 2}, {0, 2});
    what.suppressed = true;
    EXPECT(what, "1 d true c r\n", {1, 0}, {0, 0});
}

/* A condition sees what the query makes of the row without any tuning. */
Test(tuned, conditions_are_asked_of_the_untuned_row) {
    const struct trawl_target g = {"g", NULL, 0};
    const struct trawl_tuning entries[] = {
        {.name = "c",
         .reason = "r",
         .conditions = WHEN("s", "2"),
         .condition_count = 1,
         .act = TRAWL_CLEAR,
         .targets = &g,
         .target_count = 1},
        {.name = "x", .reason = "r", .conditions = WHEN("s", "2"), .condition_count = 1}};
    struct run what = {records, FLAGS "| table([u, s], limit=9) | sort(s)", entries, 1, false};
    EXPECT(what, "a 1\nb 1\nC 1\nd 1\ne 1\n", {0, 2});
    what.count = 2;
    EXPECT(what, "a 1\nb 1\nd 1\n", {0, 0}, {2, 0});
}

/* What forgets could turn a "does not have" true. */
Test(tuned, never_adds_a_row) {
    const struct trawl_target x = {"l", (const char *[]){"x"}, 1};
    const struct trawl_tuning entry = {.name = "f",
                                       .reason = "r",
                                       .conditions = WHEN("u", "a", "b"),
                                       .condition_count = 1,
                                       .act = TRAWL_FORGET,
                                       .targets = &x,
                                       .target_count = 1};
    struct run what = {records, "l=* l!=/x/i | select(u)", &entry, 1, false};
    EXPECT(what, "e\n", {0, 0});
}

/* ---- rows that are gathered --------------------------------------------------------------- */

Test(tuned, gathered_rows_or_records) {
    const char *many =
        "{\"k\":\"p\",\"u\":\"a\"}\n{\"k\":\"p\",\"u\":\"b\"}\n{\"k\":\"q\",\"u\":\"a\"}\n"
        "{\"k\":\"q\",\"u\":\"c\"}\n{\"k\":\"r\",\"u\":\"c\"}\n";
    const char *query = "u=* | groupBy(k, function=count(as=n)) | table([k, n], limit=2) | sort(n)";
    const struct trawl_tuning row = {
        .name = "k", .reason = "r", .conditions = WHEN("k", "P"), .condition_count = 1};
    EXPECT(((struct run){many, query, &row, 1, false}), "q 2\nr 1\n", {1, 0});
    EXPECT(((struct run){many, query, &row, 1, true}), "p 2 k r\n", {1, 0});
    struct trawl_tuning record = {
        .name = "u", .reason = "r", .conditions = WHEN("u", "c"), .condition_count = 1};
    EXPECT(((struct run){many, query, &record, 1, false}), "p 2\nq 1\n", {2, 0});
    EXPECT(((struct run){many, query, &record, 1, true}), "", {2, 0});
    record.conditions = WHEN("k", "q");
    record.place = TRAWL_ON_RECORDS;
    EXPECT(((struct run){many, query, &record, 1, false}), "p 2\nr 1\n", {2, 0});
}

/* ---- values ------------------------------------------------------------------------------- */

Test(tuned, tests_take_only_what_they_can) {
    struct trawl_error error;
    cr_expect(trawl_test_takes(TRAWL_CIDR, "10.0.0.0/8", NULL));
    cr_expect(trawl_test_takes(TRAWL_CIDR, "2001:db8::1", NULL));
    cr_expect_not(trawl_test_takes(TRAWL_CIDR, "10.0.0.0/33", &error));
    cr_expect(strstr(error.message, "10.0.0.0/33"));
    cr_expect_not(trawl_test_takes(TRAWL_CIDR, "", &error));
    cr_expect(trawl_test_takes(TRAWL_REGEX, "^a|b$", NULL));
    cr_expect_not(trawl_test_takes(TRAWL_REGEX, "a(", &error));
    cr_expect(trawl_test_takes(TRAWL_GLOB, "(", NULL));
}

Test(tuned, lists_without_elements) {
    const struct text xy[] = {text_of("x"), text_of("Y")};
    gives("a,z", scalar_without, without_new(xy, 2), T("a,X,y,z"));
    gives("", scalar_without, without_new(xy, 2), T("x"));
    gives("", scalar_without, without_new(xy, 2), T(" x , y"));
    gives("", scalar_without, without_new(xy, 2), T(""));
    gives("xx,,", scalar_without, without_new(xy, 2), T("xx,x,,"));
    gives(" a , z", scalar_without, without_new(xy, 2), T(" a ,x, z"));
    gives("x", scalar_without, without_new(xy, 0), T("x"));
    gives("1", scalar_without, without_new(xy, 2), N(1));
    gives(MISSING, scalar_without, without_new(xy, 2), NONE);
}
