/* hours_test.c - sets of hours against plain ones, merged in several ways. */
#include "engine/hunt/hours.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that a set says, as text. */
static void put_gap(void *context, int64_t from, int64_t to) {
    buffer_printf(context, " %lld-%lld", (long long)from, (long long)to);
}

static char *say(struct hours *hours) {
    struct buffer out = {0};
    hours_sort(hours);
    for (size_t s = 0; s < HOURS_SHAPES; s++) {
        const struct hour_shape *shape = &hours->shapes[s];
        for (size_t i = 0; i < shape->count; i++) {
            const struct hour_account *account = &shape->accounts[i];
            int64_t first = hours_first(account), last = hours_last(account);
            buffer_printf(
                &out, "%zu%s %s: %llu %llu %llu", s, shape->merged ? "m" : "",
                account->name ? account->name : "(none)", (unsigned long long)account->records,
                (unsigned long long)account->undated, (unsigned long long)hours_count(account));
            if (first != HOUR_NONE) hours_missing(account, first, last + 1, put_gap, &out);
            buffer_append_char(&out, '\n');
        }
    }
    buffer_append_char(&out, '\0');
    return out.data;
}

static void expect(struct hours *hours, const char *wanted) {
    char *said = say(hours);
    cr_expect_str_eq(said, wanted);
    free(said);
}

static void add(struct hours *hours, unsigned shape, const char *account, int64_t hour) {
    struct text name = account ? text_of(account) : (struct text){NULL, 0};
    cr_assert(hours_add(hours, shape, name, true, hour * HOUR_MS + 59 * 60000));
}

Test(hours, gaps_between_first_and_last) {
    struct hours hours = {0};
    static const int64_t some[] = {1000, 1001, 1003, 1023, 1024, 1025, 600, 5000};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) add(&hours, 1, "a", some[i]);
    add(&hours, 1, NULL, 7);
    cr_assert(hours_add(&hours, 1, (struct text){NULL, 0}, false, 0));
    cr_assert(hours_add(&hours, 2, text_of("b"), true, INT64_MAX));
    cr_assert(hours_add(&hours, 2, text_of("b"), true, -1));
    expect(&hours,
           "1 (none): 2 1 1\n"
           "1 a: 8 0 8 601-1000 1002-1003 1004-1023 1026-5000\n"
           "2 b: 2 2 0\n");
    struct buffer out = {0};
    cr_expect_eq(hours_missing(&hours.shapes[1].accounts[0], 5, 10, put_gap, &out), 2);
    buffer_append_char(&out, '\0');
    cr_expect_str_eq(out.data, " 5-7 8-10");
    buffer_free(&out);
    hours_free(&hours);
}

Test(hours, names_are_told_apart_as_far_as_they_are_kept) {
    struct hours hours = {0};
    char name[200];
    memset(name, 'x', sizeof name);
    cr_assert(hours_add(&hours, 0, (struct text){name, 150}, true, 0));
    cr_assert(hours_add(&hours, 0, (struct text){name, 199}, true, 0));
    cr_assert(hours_add(&hours, 0, (struct text){name, 127}, true, 0));
    cr_assert(hours_add(&hours, 0, (struct text){"a\0b", 3}, true, 0));
    cr_assert(hours_add(&hours, 0, (struct text){"a", 1}, true, 0));
    cr_assert(hours_add(&hours, 0, (struct text){"", 0}, true, 0));
    cr_assert(hours_add(&hours, 0, (struct text){NULL, 0}, true, 0));
    cr_expect_eq(hours.shapes[0].count, 5);
    hours_free(&hours);
}

/* Records shared among workers in any way merge to what one worker sees. */
static void expect_same(unsigned accounts, unsigned spread, bool merged) {
    enum { WORKERS = 3, RECORDS = 20000 };
    struct hours one = {0}, parts[WORKERS] = {0}, all = {0};
    for (unsigned i = 0; i < RECORDS; i++) {
        char name[32];
        snprintf(name, sizeof name, "account %u", (unsigned)rand() % accounts);
        int64_t hour = 400000 + rand() % (int)spread;
        add(&one, 3, name, hour);
        add(&parts[(unsigned)rand() % WORKERS], 3, name, hour);
    }
    for (unsigned i = WORKERS; i-- > 0;) hours_merge(&all, &parts[i]);
    cr_expect_not(all.failed);
    char *want = say(&one), *got = say(&all);
    cr_expect_str_eq(want, got);
    cr_expect_eq(one.shapes[3].merged, merged);
    cr_expect_leq(one.shapes[3].page_count, HOURS_PAGES);
    free(want);
    free(got);
    hours_free(&one);
    hours_free(&all);
    for (unsigned i = 0; i < WORKERS; i++) hours_free(&parts[i]);
}

Test(hours, merging_does_not_depend_on_who_saw_what) {
    expect_same(5, 3000, false);
    expect_same(HOURS_ACCOUNTS, 100, false);
    expect_same(HOURS_ACCOUNTS + 1, 100, true);
    expect_same(200, 60000, true); /* pages */
}
