/* arrival_test.c - what a path says of when its file was delivered. */
#include "formats/container/arrival.h"

#include <criterion/criterion.h>
#include <string.h>

#include "engine/trawl.h"

/* The path says from..until. named: what the user wrote. */
static void expect(const char *path, const char *named, const char *since, const char *until) {
    struct range range;
    char printed[64];
    cr_assert(path_arrival(path, strlen(named), &range), "%s", path);
    trawl_time_print(range.since, printed, sizeof printed);
    cr_expect_str_eq(printed, since, "%s: %s", path, printed);
    trawl_time_print(range.until, printed, sizeof printed);
    cr_expect_str_eq(printed, until, "%s: %s", path, printed);
}

static void expect_nothing(const char *path, const char *named) {
    struct range range;
    cr_expect_not(path_arrival(path, strlen(named), &range), "%s", path);
}

Test(arrival, keys_of_partitions) {
    expect("a/y=2026/m=03/d=07/h=14/m=00/PT1H.json", "a", "2026-03-07T14:00:00Z",
           "2026-03-07T15:00:00Z");
    expect("a/tenantId=x/y=2026/m=03/d=07/f.gz", "a", "2026-03-07T00:00:00Z",
           "2026-03-08T00:00:00Z");
    expect("a/y=2024/m=02/f.gz", "a", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z");
    expect("y=2026/m=12/d=31/h=23/f", "y=2026/m=12/d=31/h=23/f", "2026-12-31T23:00:00Z",
           "2027-01-01T00:00:00Z");
    /* Whose clock it was is not known. */
    expect("a/year=2026/month=03/day=07/hour=14/f", "a", "2026-03-07T00:00:00Z",
           "2026-03-08T03:00:00Z");
}

Test(arrival, plain_folders_in_any_zone) {
    expect("a/2026/03/07/f.gz", "a", "2026-03-06T10:00:00Z", "2026-03-08T12:00:00Z");
    expect("a/2026/03/07/14/f.gz", "a", "2026-03-07T00:00:00Z", "2026-03-08T03:00:00Z");
    expect("a/2026/03/07/14", "a", "2026-03-06T10:00:00Z", "2026-03-08T12:00:00Z");
    /* Begun in what the user wrote, ended below. */
    expect("a/2026/03/07/f.gz", "a/2026/03", "2026-03-06T10:00:00Z", "2026-03-08T12:00:00Z");
}

Test(arrival, file_names_with_a_minute) {
    expect("a/123_CloudTrail_us-east-1_20260307T1405Z_AbC.json.gz", "a", "2026-03-07T14:05:00Z",
           "2026-03-07T15:05:00Z");
    expect("a/CloudTrail/us-east-1/2026/03/07/1_CloudTrail_us-east-1_20260307T1405Z_A.json.gz", "a",
           "2026-03-07T14:05:00Z", "2026-03-07T15:05:00Z");
    expect("1_CloudTrail-Digest_us-east-1_x_us-east-1_20260307T235900Z_20260307T2359Z_.gz", "",
           "2026-03-07T23:59:00Z", "2026-03-08T00:59:00Z");
    expect("1_CloudTrail_us-east-1_20260307T0000Z_A.json", "", "2026-03-07T00:00:00Z",
           "2026-03-08T00:00:00Z");
}

Test(arrival, in_doubt_nothing) {
    expect_nothing("a/f.json", "a");
    expect_nothing("", "");
    expect_nothing("///", "");
    expect_nothing("-", "-");
    /* The day somebody made the folder. */
    expect_nothing("cases/2026/03/07/f.gz", "cases/2026/03/07");
    expect_nothing("cases/2026/03/07/f.gz", "cases/2026/03/07/f.gz");
    /* Dates of exports, of files, and what is no date. */
    expect_nothing("a/2026-03-07/f.gz", "a");
    expect_nothing("a/signins-20260307.gz", "a");
    expect_nothing("a/x_20260307T1405Z_x.gz", "a");
    expect_nothing("a/2026/03/f.gz", "a");
    expect_nothing("a/2026/3/7/f.gz", "a");
    expect_nothing("a/2026/13/07/f.gz", "a");
    expect_nothing("a/2026/02/30/f.gz", "a");
    expect_nothing("a/2026/00/07/f.gz", "a");
    expect_nothing("a/2026/03/00/f.gz", "a");
    expect_nothing("a/1026/03/07/f.gz", "a");
    expect_nothing("a/2026/03/07/99/f.gz", "a"); /* what looks like an hour is none */
    expect_nothing("a/y=2026/f.gz", "a");
    expect_nothing("a/y=2026/m=3/f.gz", "a");
    expect_nothing("a/y=2026/m=02/d=31/f.gz", "a");
    expect_nothing("a/y=2026/m=03/d=07/h=24/f.gz", "a");
    expect_nothing("a/1_CloudTrail_x_20260307T1461Z_A.json.gz", "a");
    expect_nothing("a/1_CloudTrail_x_20261307T1401Z_A.json.gz", "a");
    expect_nothing("a/1_CloudTrail_x_20260307T1401Z", "a");
    /* Two that contradict each other. */
    expect_nothing("a/2026/03/07/b/2026/02/01/f.gz", "a");
    expect_nothing("a/2026/03/07/1_CloudTrail_x_20260201T1405Z_A.json.gz", "a");
}
