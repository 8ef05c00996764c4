/* Expectations: Python's zoneinfo. */
#include "engine/base/zone.h"

#include <criterion/criterion.h>

static struct zone *zone_of(const char *name) {
    struct trawl_error error;
    struct zone *zone = zone_new(name, &error);
    cr_assert(zone, "%s", error.message);
    return zone;
}

Test(scalar_zone, offsets_of_the_database) {
    static const int64_t at[] = {-2000000000, 0,          1700000000, 1751328000,
                                 1774742399,  1774746000, 1774746001};
    static const struct {
        const char *name;
        int32_t offsets[7];
    } cases[] = {
        {"Europe/Berlin", {3600, 3600, 3600, 7200, 3600, 7200, 7200}},
        {"America/New_York", {-18000, -18000, -18000, -14400, -14400, -14400, -14400}},
        {"Australia/Lord_Howe", {36000, 36000, 39600, 37800, 39600, 39600, 39600}},
        {"Asia/Kolkata", {19800, 19800, 19800, 19800, 19800, 19800, 19800}},
        {"Asia/Kathmandu", {20476, 19800, 20700, 20700, 20700, 20700, 20700}},
        {"Pacific/Apia", {-41216, -39600, 46800, 46800, 46800, 46800, 46800}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zone *zone = zone_of(cases[i].name);
        for (size_t k = 0; k < 7; k++)
            cr_assert_eq(zone_offset(zone, at[k]), cases[i].offsets[k], "%s at %lld: %d",
                         cases[i].name, (long long)at[k], zone_offset(zone, at[k]));
        zone_free(zone);
    }
}

Test(scalar_zone, local_times) {
    struct zone *berlin = zone_of("Europe/Berlin");
    cr_assert_eq(zone_instant(berlin, 1773205202), 1773205202 - 3600);
    cr_assert_eq(zone_instant(berlin, 1774751400), 1774747800); /* 2026-03-29T02:30 never was */
    cr_assert_eq(zone_instant(berlin, 1792895400), 1792888200); /* 2026-10-25T02:30 was twice */
    cr_assert_str_eq(zone_abbreviation(berlin, 1773205202), "CET");
    cr_assert_str_eq(zone_abbreviation(berlin, 1783205202), "CEST");
    zone_free(berlin);
    struct zone *apia = zone_of("Pacific/Apia"); /* had no 2011-12-30 */
    cr_assert_eq(zone_instant(apia, 1325073600), 1325073600 + 36000);
    cr_assert_eq(zone_instant(apia, 1325376000), 1325376000 - 50400);
    zone_free(apia);
}

Test(scalar_zone, fixed_offsets_and_names) {
    static const struct {
        const char *name;
        int32_t offset;
        const char *abbreviation;
    } cases[] = {
        {NULL, 0, "UTC"},
        {"", 0, "UTC"},
        {"utc", 0, "UTC"},
        {"Z", 0, "UTC"},
        {"Zulu", 0, "UTC"},
        {"GMT", 0, "UTC"},
        {"+02:00", 7200, "+02:00"},
        {"-0530", -19800, "-05:30"},
        {"+2", 7200, "+02:00"},
        {"UTC+1", 3600, "+01:00"},
        {"GMT-03:00", -10800, "-03:00"},
        {"UT+05:45", 20700, "+05:45"},
        {"UTC+12:30", 45000, "+12:30"},
        {"EST", -18000, "-05:00"},
        {"JST", 32400, "JST"},
        {"PDT", -25200, "-07:00"},
        {"+00:00", 0, "UTC"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zone *zone = zone_of(cases[i].name);
        cr_assert_eq(zone_offset(zone, 1773205202), cases[i].offset, "%s", cases[i].name);
        cr_assert_str_eq(zone_abbreviation(zone, 1773205202), cases[i].abbreviation);
        zone_free(zone);
    }
    struct zone *pacific = zone_of("PST"); /* Java's name of the place, with its summer time */
    cr_assert_eq(zone_offset(pacific, 1783205202), -25200);
    zone_free(pacific);
}

Test(scalar_zone, names_that_are_none) {
    static const char *const bad[] = {"Atlantis",       "Europe/",        "../../../etc/passwd",
                                      "/etc/localtime", "+25:00",         "+1:2",
                                      "UTC+",           "Europe/Berlin ", "+02:00x",
                                      "+02:60",         ":Europe/Berlin", "+18:01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct trawl_error error = {0};
        cr_assert_null(zone_new(bad[i], &error), "%s was taken", bad[i]);
        cr_assert_eq(error.status, TRAWL_INVALID);
        cr_assert_null(zone_new(bad[i], NULL));
    }
}

Test(scalar_zone, far_away_instants_have_an_offset) {
    struct zone *berlin = zone_of("Europe/Berlin");
    cr_assert_eq(zone_offset(berlin, INT64_C(-62135596800)), 3208); /* local mean time */
    cr_assert_eq(zone_offset(berlin, INT64_C(253402300799)), 3600);
    zone_free(berlin);
}
