/* range_test.c - instants as people write them. */
#include "engine/base/range.h"

#include <criterion/criterion.h>
#include <string.h>

#include "engine/trawl.h"

#define NOW INT64_C(1772928000000) /* 2026-03-08T00:00:00Z */

static void expect(const char *text, bool end, const char *wanted) {
    int64_t ms;
    char printed[64];
    cr_assert(range_read(text_of(text), end, NOW, &ms), "%s", text);
    cr_expect_eq(trawl_time_print(ms, printed, sizeof printed), strlen(wanted), "%s", text);
    cr_expect_str_eq(printed, wanted, "%s", text);
}

Test(range, reads_what_people_write) {
    expect("2026-03-07T14:05:06Z", false, "2026-03-07T14:05:06Z");
    expect("2026-03-07T14:05:06.789+02:00", false, "2026-03-07T12:05:06.789Z");
    expect("2026-03-07 14:05", true, "2026-03-07T14:05:00Z");
    expect("2026-03-07T14:05-01:00", true, "2026-03-07T15:05:00Z");
    expect("2026-03-07", false, "2026-03-07T00:00:00Z");
    expect("2026-03-07", true, "2026-03-08T00:00:00Z");
    expect("2026-02-28", true, "2026-03-01T00:00:00Z");
    expect("1772928000", false, "2026-03-08T00:00:00Z");
    expect("1772928000123", true, "2026-03-08T00:00:00.123Z");
    expect("now", false, "2026-03-08T00:00:00Z");
    expect("-7d", false, "2026-03-01T00:00:00Z");
    expect("-24h", false, "2026-03-07T00:00:00Z");
    expect("-30m", true, "2026-03-07T23:30:00Z");
}

Test(range, refuses_the_rest) {
    static const char *const bad[] = {"",    "yesterday",  "7d",         "-",
                                      "-7",  "2026-13-01", "2026-02-30", "2026",
                                      "-0h", "2026-3-7",   "26-03-07",   "2026-03-07T25:00",
                                      "-d",  "now1",       "-9999999y"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms;
        cr_expect_not(range_read(text_of(bad[i]), false, NOW, &ms), "%s", bad[i]);
    }
}

Test(range, reads_lengths_of_time) {
    int64_t ms;
    cr_assert(trawl_span_read("24h", &ms));
    cr_expect_eq(ms, 24 * HOUR_MS);
    cr_assert(trawl_span_read("0", &ms));
    cr_expect_eq(ms, 0);
    cr_expect_not(trawl_span_read("-1h", &ms));
    cr_expect_not(trawl_span_read("soon", &ms));
}

Test(range, an_instant_is_cut_to_its_room) {
    char small[8];
    trawl_time_print(NOW, small, sizeof small);
    cr_expect_str_eq(small, "2026-03");
}

Test(range, hull_and_meeting) {
    struct range a = {0, 10}, b = {5, 20}, apart = {30, 40};
    cr_expect_eq(range_hull(a, b).until, 20);
    cr_expect_eq(range_meet(a, b).since, 5);
    cr_expect_leq(range_meet(a, apart).until, range_meet(a, apart).since);
    cr_expect(range_is_all(range_hull(a, range_all)));
    struct buffer out = {0};
    range_print((struct range){NOW, INT64_MAX}, &out);
    buffer_append_char(&out, '\0');
    cr_expect_str_eq(out.data, "from 2026-03-08T00:00:00Z");
    buffer_free(&out);
}
