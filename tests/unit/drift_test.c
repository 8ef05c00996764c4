/* Falls in made-up series: those that are planted are found where they are, and none in what is
 * ordinary. Every series is made with several seeds. */
#include "engine/hunt/drift.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define HOURS (31 * 24)
#define SEEDS 40
#define MONDAY 20528 * 24 /* 2026-03-16 */

/* ---- making series ------------------------------------------------------------------------ */

struct month {
    struct drift_point points[2 * HOURS];
    size_t count;
    int64_t hour; /* of the next point */
    unsigned seed;
};

static double chance(struct month *month) {
    return rand_r(&month->seed) / (RAND_MAX + 1.0);
}

/* About so many: Poisson's. */
static uint64_t about(struct month *month, double mean) {
    if (mean > 500) return (uint64_t)(mean * (0.9 + 0.2 * chance(month)));
    uint64_t n = 0;
    for (double product = chance(month), limit = exp(-mean); product > limit;
         product *= chance(month))
        n++;
    return n;
}

static uint64_t of_them(struct month *month, uint64_t all, double share) {
    uint64_t n = 0;
    for (uint64_t i = 0; i < all; i++) n += chance(month) < share;
    return n;
}

/* An hour of two kinds of records: `mean` of which so many have the field, and `others`. */
static void add_hour(struct month *month, double mean, double share, double others) {
    uint64_t all = about(month, mean), with = of_them(month, all, share);
    all += others > 0 ? about(month, others) : 0;
    if (all)
        month->points[month->count++] =
            (struct drift_point){.hour = month->hour, .all = all, .with = with};
    month->hour++;
}

static struct month begin(unsigned seed) {
    return (struct month){.hour = MONDAY, .seed = seed};
}

static bool is_weekend(int64_t hour) {
    return (hour - MONDAY) / 24 % 7 >= 5;
}

static bool is_day(int64_t hour) {
    return hour % 24 >= 7 && hour % 24 < 19;
}

static size_t falls_in(struct month *month, unsigned hours, struct drift_fall *first) {
    struct drift_series series = {month->points, month->count, hours};
    bool *choices = calloc(2 * month->count + 1, sizeof *choices);
    struct drift_fall fall = {0};
    size_t count = 0;
    drift_divide(&series, choices);
    for (size_t at = 0; drift_next(&series, at, &fall); at = fall.end)
        if (!count++) *first = fall;
    free(choices);
    return count;
}

/* One fall, that begins within two hours of `hour` and ends the series or comes back. */
static void expect_fall(struct month *month, int64_t hour, bool comes_back) {
    struct drift_fall fall = {0};
    cr_assert_eq(falls_in(month, 1, &fall), 1);
    int64_t found = month->points[fall.from].hour;
    cr_expect(found >= hour - 1 && found <= hour + 2, "at hour %d, not %d", (int)(found - MONDAY),
              (int)(hour - MONDAY));
    cr_expect_eq(fall.end < month->count, comes_back);
}

static void expect_none(struct month *month) {
    struct drift_fall fall = {0};
    size_t count = falls_in(month, 1, &fall);
    cr_expect_eq(count, 0, "a fall at hour %d", (int)(month->points[fall.from].hour - MONDAY));
}

/* ---- falls -------------------------------------------------------------------------------- */

Test(drift, a_field_that_stops_is_found_at_its_hour) {
    static const int hours[] = {30, 13 * 24 + 10, 20 * 24, 19 * 24 + 3, 30 * 24};
    static const double shares[] = {1, 0.98, 0.9};
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        for (size_t h = 0; h < sizeof hours / sizeof *hours; h++) {
            struct month month = begin(seed);
            double share = shares[seed % 3], rest = seed % 2 ? 0.05 : 0;
            double mean = seed % 5 ? 100 : 20;
            for (int i = 0; i < HOURS; i++) {
                double busy = is_weekend(month.hour) ? 0.2 : is_day(month.hour) ? 1 : 0.3;
                add_hour(&month, mean * busy, i < hours[h] ? share : rest, 0);
            }
            struct drift_fall fall = {0};
            cr_assert_eq(falls_in(&month, 1, &fall), 1, "seed %u, hour %d", seed, hours[h]);
            int64_t found = month.points[fall.from].hour - MONDAY;
            cr_expect(labs(found - hours[h]) <= (mean > 20 ? 2 : 6), "hour %d, not %d", (int)found,
                      hours[h]);
        }
    }
}

Test(drift, few_records_a_day_are_enough_over_days) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct month month = begin(seed);
        for (int i = 0; i < HOURS; i++) add_hour(&month, 0.4, i < 15 * 24 ? 1 : 0, 0);
        struct drift_fall fall = {0};
        cr_expect_eq(falls_in(&month, 1, &fall), 1, "seed %u", seed);
    }
}

Test(drift, what_comes_back_after_two_working_days_was_gone) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct month month = begin(seed);
        for (int i = 0; i < HOURS; i++) {
            bool gone = i >= 8 * 24 + 5 && i < 11 * 24; /* Tuesday to Thursday */
            add_hour(&month, 50, gone ? 0 : 0.97, 0);
        }
        expect_fall(&month, MONDAY + 8 * 24 + 5, true);
    }
}

Test(drift, the_last_hours_are_enough_where_they_are_busy) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct month month = begin(seed);
        for (int i = 0; i < 48; i++) add_hour(&month, 200, i < 43 ? 0.99 : 0, 0);
        expect_fall(&month, MONDAY + 43, false);
    }
}

/* Two files, each of an hour. */
Test(drift, an_hour_is_enough_where_it_is_busy_and_none_has_it) {
    struct month month = begin(1), less = begin(1);
    add_hour(&month, 400, 0.98, 0);
    month.hour += 23;
    month.points[month.count++] = (struct drift_point){.hour = month.hour, .all = 400};
    expect_fall(&month, month.hour, false);
    add_hour(&less, 400, 0.98, 0);
    less.points[less.count++] = (struct drift_point){.hour = less.hour, .all = 400, .with = 1};
    expect_none(&less);
}

Test(drift, it_falls_on_a_weekend) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct month month = begin(seed);
        for (int i = 0; i < 14 * 24; i++) {
            double busy = is_weekend(month.hour) ? 0.15 : 1;
            add_hour(&month, 100 * busy, i < 12 * 24 + 7 ? 0.99 : 0, 0);
        }
        expect_fall(&month, MONDAY + 12 * 24 + 7, false);
    }
}

Test(drift, long_stretches_are_enough_each) {
    struct month month = begin(1);
    for (int day = 0; day < 300; day++) {
        month.hour = MONDAY + day * 24;
        add_hour(&month, 2000, day < 200 ? 0.98 : 0.01, 0);
    }
    struct drift_fall fall = {0};
    cr_assert_eq(falls_in(&month, 24, &fall), 1);
    cr_expect_eq(fall.from, 200);
    cr_expect_eq(fall.begin, 0);
    cr_expect_eq(fall.end, 300);
    cr_expect_gt(fall.before.with, fall.before.all * 97 / 100);
    cr_expect_lt(fall.after.with, fall.after.all * 2 / 100);
}

Test(drift, two_falls_are_two) {
    struct month month = begin(3);
    for (int i = 0; i < HOURS; i++) {
        bool gone = (i >= 5 * 24 && i < 12 * 24) || i >= 25 * 24;
        add_hour(&month, 60, gone ? 0 : 1, 0);
    }
    struct drift_fall fall = {0};
    cr_expect_eq(falls_in(&month, 1, &fall), 2);
}

/* ---- ordinary variation ------------------------------------------------------------------- */

/* Calls for each hour of a month. */
static void expect_ordinary(void (*hour)(struct month *month, int i)) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct month month = begin(seed);
        for (int i = 0; i < HOURS; i++) hour(&month, i);
        expect_none(&month);
    }
}

static void always(struct month *month, int i) {
    (void)i;
    add_hour(month, 100, 1, 0);
}
static void never(struct month *month, int i) {
    (void)i;
    add_hour(month, 100, 0, 0);
}
/* 60 % that vary from day to day between 35 and 85. */
static void varying(struct month *month, int i) {
    unsigned day = (unsigned)i / 24 + month->seed % 7;
    add_hour(month, 80, 0.35 + 0.5 * (rand_r(&day) % 1000) / 1000.0, 0);
}
/* At night programs sign in, that never have it. */
static void nights(struct month *month, int i) {
    (void)i;
    add_hour(month, is_day(month->hour) ? 100 : 3, 0.97, 12);
}
/* ... and have more to do at night. */
static void busy_nights(struct month *month, int i) {
    (void)i;
    add_hour(month, is_day(month->hour) ? 100 : 3, 0.97, is_day(month->hour) ? 10 : 300);
}
static void weekends(struct month *month, int i) {
    (void)i;
    add_hour(month, is_weekend(month->hour) ? 1 : 90, 0.98, 10);
}
/* People are away and programs catch up. */
static void busy_weekends(struct month *month, int i) {
    (void)i;
    add_hour(month, is_weekend(month->hour) ? 2 : 90, 0.98, is_weekend(month->hour) ? 80 : 8);
}
/* Four days in the middle, Friday to Monday. */
static void holidays(struct month *month, int i) {
    bool away = i >= 18 * 24 && i < 22 * 24;
    add_hour(month, away || is_weekend(month->hour) ? 2 : 90, 0.98, 12);
}
/* Of two tenants the one that has it delivers no more. */
static void leaving(struct month *month, int i) {
    add_hour(month, i < 20 * 24 ? 90 : 0, 1, 10);
}
/* One joins that never has it, and is larger. */
static void joining(struct month *month, int i) {
    add_hour(month, 40, 1, i < 12 * 24 ? 4 : 300);
}
/* Storms of failures that lack it, for hours. */
static void storms(struct month *month, int i) {
    bool storm = i % 150 > 140;
    add_hour(month, 60, 0.98, storm ? 900 : 2);
}
/* Hardly any records, with and without as it happens. */
static void sparse(struct month *month, int i) {
    (void)i;
    add_hour(month, 0.05, 0.7, 0);
}
/* Begins in the middle of the month, and has it then. */
static void rising(struct month *month, int i) {
    add_hour(month, 50, i < 14 * 24 ? 0 : 0.99, 0);
}
/* Falls from most to half. */
static void halving(struct month *month, int i) {
    add_hour(month, 80, i < 14 * 24 ? 0.95 : 0.45, 0);
}
/* Most, but not so many, had it. */
static void half(struct month *month, int i) {
    add_hour(month, 80, i < 14 * 24 ? 0.75 : 0, 0);
}
/* Had by all of a few records, of a test perhaps, before it all began. */
static void a_test_before(struct month *month, int i) {
    if (i == 0)
        month->points[month->count++] =
            (struct drift_point){.hour = month->hour, .all = 25, .with = 25};
    add_hour(month, i < 48 ? 0 : 80, 0, 0);
}
/* The last records of an archive, which was cut off in the middle of a batch. */
static void cut_off(struct month *month, int i) {
    if (i < HOURS - 2)
        add_hour(month, 80, 0.99, 0);
    else if (i == HOURS - 2)
        add_hour(month, 25, 0, 0);
}
/* A day on which the export was down but for a handful of others. */
static void outage(struct month *month, int i) {
    bool down = i / 24 == 15;
    add_hour(month, down ? 0 : 80, 0.99, down ? 2 : 1);
}
/* Gone for some hours every few days: it comes and goes. */
static void flapping(struct month *month, int i) {
    add_hour(month, 60, i % 96 < 16 ? 0 : 1, 0);
}

Test(drift, ordinary_variation_is_no_fall) {
    expect_ordinary(always);
    expect_ordinary(never);
    expect_ordinary(varying);
    expect_ordinary(nights);
    expect_ordinary(busy_nights);
    expect_ordinary(weekends);
    expect_ordinary(busy_weekends);
    expect_ordinary(holidays);
    expect_ordinary(leaving);
    expect_ordinary(joining);
    expect_ordinary(storms);
    expect_ordinary(sparse);
    expect_ordinary(rising);
    expect_ordinary(halving);
    expect_ordinary(half);
    expect_ordinary(a_test_before);
    expect_ordinary(cut_off);
    expect_ordinary(outage);
    expect_ordinary(flapping);
}

/* A week is too little to know its weekends by: only where none has it, it is gone. */
Test(drift, a_weekend_at_the_end_of_a_week) {
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct month month = begin(seed), gone = begin(seed);
        for (int i = 0; i < 7 * 24; i++) {
            busy_weekends(&month, i);
            add_hour(&gone, 80, is_weekend(gone.hour) ? 0 : 0.98, 0);
        }
        expect_none(&month);
        expect_fall(&gone, MONDAY + 5 * 24, false);
    }
}

/* Archives that end at any hour: at night, on a weekend, in a storm. */
Test(drift, an_archive_may_end_at_any_hour) {
    static void (*const hours[])(struct month *, int) = {
        nights, busy_nights, weekends, busy_weekends, holidays, leaving, storms, outage, flapping};
    for (size_t h = 0; h < sizeof hours / sizeof *hours; h++) {
        for (int end = 8 * 24; end < HOURS; end += 5) {
            struct month month = begin((unsigned)end);
            for (int i = 0; i < end; i++) hours[h](&month, i);
            struct drift_fall fall = {0};
            size_t count = falls_in(&month, 1, &fall);
            cr_expect_eq(count, 0, "pattern %zu that ends at hour %d: a fall at %d", h, end,
                         (int)(month.points[fall.from].hour - MONDAY));
        }
    }
}

Test(drift, nothing_and_little_are_no_series) {
    struct month month = begin(1);
    expect_none(&month);
    add_hour(&month, 100, 1, 0);
    expect_none(&month);
    month.points[month.count++] = (struct drift_point){.hour = month.hour, .all = 200};
    expect_none(&month); /* one hour */
}
