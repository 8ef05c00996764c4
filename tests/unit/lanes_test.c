/* Plans that run together give what each gives alone. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/buffer.h"
#include "engine/trawl.h"
#include "tests/unit/columns.h"

#define FILES 6
#define ROWS 700 /* of a file */
#define MIB (UINT64_C(1) << 20)

static const char *const queries[] = {
    "kind=a | table([user, n], limit=20000)",
    "kind=a user=*",
    "groupBy(user, function=[count(), sum(n), collect(kind)])",
    "kind=b | groupBy([user, kind], function=slidingTimeWindow(count(n, as=c), span=10m)) | c > 1 "
    "| "
    "groupBy(user, function=max(c))",
    "sort(n, order=desc, limit=2000)",
    "count()",
    "kind=nothing | count()",
    "kind=nothing | table([kind, gone])",
    "n=/7/ | top(user)",
    "selfJoinFilter(user, where=[{kind=a}, {kind=c n=/1/}]) | groupBy([user, kind])",
    "selfJoinFilter(user, where={kind=nothing}) | count()",
    "kind=b | join({kind=a}, field=user, include=n, max=3) | table([user, n]) | sort(n)",
    "kind=a | join({kind=b}, field=user, include=n)",
    "defineTable(name=t, include=[user, c], query={groupBy(user, function=count(as=c)) | c > 60}) "
    "| "
    "match(table=t, field=user, include=c) | groupBy(kind, function=[count(), max(c)])",
    "createEvents([\"{\\\"x\\\":1}\", \"{\\\"x\\\":2}\"]) | parseJson() | table(x)",
    "split(list) | groupBy(list)",
    "user=u1* | groupBy(user, function=count(n, distinct=true)) | sort(_count)",
};
#define QUERIES (sizeof queries / sizeof *queries)

static char folder[] = "/tmp/lanes-test-XXXXXX";

static void write_archive(void) {
    cr_assert_not_null(mkdtemp(folder));
    uint64_t seed = 99;
    for (unsigned file = 0; file < FILES; file++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%u.json", folder, file);
        FILE *to = fopen(path, "w");
        cr_assert_not_null(to);
        for (unsigned row = 0; row < ROWS; row++) {
            unsigned minute = random_below(&seed, 1440);
            fprintf(to,
                    "{\"timestamp\":\"2026-03-07T%02u:%02u:00Z\",\"kind\":\"%c\",\"user\":\"u%u\","
                    "\"n\":%u,\"list\":[\"%u\",\"%u\"]}\n",
                    minute / 60, minute % 60, "abcd"[random_below(&seed, 4)],
                    random_below(&seed, 90), random_below(&seed, 1000), random_below(&seed, 9),
                    random_below(&seed, 9));
        }
        fclose(to);
    }
}

static void remove_archive(void) {
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

static struct trawl_plan *compile(size_t query) {
    struct trawl_diagnostics *diagnostics;
    const char *text = queries[query];
    struct trawl_plan *plan = trawl_query_compile("q", text, strlen(text), NULL, &diagnostics);
    cr_assert_not_null(plan, "%s: %s", text, trawl_diagnostics_get(diagnostics, 0).message);
    trawl_diagnostics_free(diagnostics);
    return plan;
}

static bool collect(void *context, const char *bytes, size_t length) {
    return buffer_append(context, bytes, length);
}

/* What a plan gave: its rows, and what the ledger says of it. */
struct answer {
    struct buffer rows, ledger;
};

static void answer_free(struct answer *answer) {
    buffer_free(&answer->rows);
    buffer_free(&answer->ledger);
}

static void write_ledger(const struct trawl_summary *s, struct buffer *to) {
    buffer_printf(to, "matched %llu shown %llu records %llu\n", (unsigned long long)s->matched,
                  (unsigned long long)s->shown, (unsigned long long)s->records);
    for (size_t i = 0; i < s->step_count; i++)
        buffer_printf(to, "step %s %llu\n", s->steps[i].name,
                      (unsigned long long)s->steps[i].count);
    for (size_t i = 0; i < s->field_count; i++)
        buffer_printf(to, "field %s %llu\n", s->fields[i].name,
                      (unsigned long long)s->fields[i].count);
    for (size_t i = 0; i < s->notice_count; i++) buffer_printf(to, "notice %s\n", s->notices[i]);
    buffer_append_char(to, '\0');
}

/* answers[count] */
static void run(const size_t *chosen, size_t count, const struct trawl_options *options,
                struct answer *answers) {
    struct trawl_plan *plans[8];
    struct trawl_writer *writers[8];
    struct trawl_rows rows[8];
    struct trawl_error error = {0};
    for (size_t i = 0; i < count; i++) plans[i] = compile(chosen[i]);
    struct trawl_hunt *hunt =
        trawl_hunt_new_all((const struct trawl_plan *const *)plans, count, options, &error);
    cr_assert_not_null(hunt, "%s", error.message);
    cr_assert_eq(trawl_hunt_add(hunt, folder, &error), TRAWL_OK);
    for (size_t i = 0; i < count; i++) {
        answers[i] = (struct answer){0};
        struct trawl_sink sink = {.write = collect, .context = &answers[i].rows};
        writers[i] = trawl_writer_new(plans[i], TRAWL_NDJSON, &sink, &error);
        cr_assert_not_null(writers[i], "%s", error.message);
        rows[i] = trawl_writer_rows(writers[i]);
    }
    cr_assert_eq(trawl_hunt_run(hunt, rows, &error), TRAWL_OK, "%s", error.message);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(trawl_writer_finish(writers[i], &error), TRAWL_OK);
        buffer_append_char(&answers[i].rows, '\0');
        write_ledger(trawl_hunt_summary_of(hunt, i), &answers[i].ledger);
        trawl_writer_free(writers[i]);
    }
    trawl_hunt_free(hunt);
    for (size_t i = 0; i < count; i++) trawl_plan_free(plans[i]);
}

Test(lanes, plans_together_give_what_each_gives_alone, .init = write_archive,
     .fini = remove_archive, .timeout = 300) {
    struct answer alone[QUERIES];
    for (size_t i = 0; i < QUERIES; i++) {
        struct trawl_options options = {.threads = 1};
        run(&i, 1, &options, &alone[i]);
    }
    uint64_t seed = 7;
    for (unsigned round = 0; round < 60; round++) {
        size_t chosen[8], count = 2 + random_below(&seed, 4);
        for (size_t i = 0; i < count; i++) chosen[i] = random_below(&seed, QUERIES);
        unsigned threads = 1 + 2 * random_below(&seed, 2);
        struct trawl_options options = {.threads = threads};
        /* Little enough for state to go to temporary files. */
        if (random_below(&seed, 2)) options.memory = (8 + 11 * threads) * MIB + MIB / 4;
        struct answer answers[8];
        run(chosen, count, &options, answers);
        for (size_t i = 0; i < count; i++) {
            const struct answer *expected = &alone[chosen[i]];
            bool reads = !strstr(queries[chosen[i]], "createEvents");
            cr_expect_str_eq(answers[i].rows.data, expected->rows.data, "round %u: %s", round,
                             queries[chosen[i]]);
            if (reads)
                cr_expect_str_eq(answers[i].ledger.data, expected->ledger.data, "round %u: %s",
                                 round, queries[chosen[i]]);
            answer_free(&answers[i]);
        }
    }
    for (size_t i = 0; i < QUERIES; i++) answer_free(&alone[i]);
}

Test(lanes, a_limit_ends_no_plan_but_its_own_rows, .init = write_archive, .fini = remove_archive) {
    const size_t chosen[] = {1, 4, 2};
    struct trawl_options options = {.threads = 3, .limit = 5};
    struct answer answers[3];
    run(chosen, 3, &options, answers);
    for (size_t i = 0; i < 3; i++) {
        size_t lines = 0;
        for (const char *at = answers[i].rows.data; (at = strchr(at, '\n')); at++) lines++;
        cr_expect_eq(lines, 5);
        cr_expect_not_null(strstr(answers[i].ledger.data, "records 4200\n"), "all was read");
        answer_free(&answers[i]);
    }
}

static bool refuse(void *context, const struct trawl_cell *cells, size_t count) {
    (void)cells;
    (void)count;
    return ++*(unsigned *)context < 3;
}

Test(lanes, who_wants_no_more_rows_of_one_ends_them_all, .init = write_archive,
     .fini = remove_archive) {
    struct trawl_plan *plans[] = {compile(1), compile(2)};
    struct trawl_options options = {.threads = 3};
    struct trawl_hunt *hunt =
        trawl_hunt_new_all((const struct trawl_plan *const *)plans, 2, &options, NULL);
    unsigned taken[2] = {0, 0};
    const struct trawl_rows rows[] = {{refuse, &taken[0]}, {refuse, &taken[1]}};
    cr_assert_eq(trawl_hunt_add(hunt, folder, NULL), TRAWL_OK);
    cr_expect_eq(trawl_hunt_run(hunt, rows, NULL), TRAWL_CANCELLED);
    cr_expect_eq(taken[0], 3);
    cr_expect_eq(taken[1], 0);
    cr_expect(trawl_hunt_summary_of(hunt, 1)->complete, "it was not interrupted");
    trawl_hunt_free(hunt);
    trawl_plan_free(plans[0]);
    trawl_plan_free(plans[1]);
}

Test(lanes, no_plan_is_no_hunt) {
    struct trawl_error error = {0};
    cr_expect_null(trawl_hunt_new_all(NULL, 0, NULL, &error));
    cr_expect_eq(error.status, TRAWL_INVALID);
}
