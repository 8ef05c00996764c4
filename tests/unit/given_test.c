#include "engine/hunt/given.h"

#include <criterion/criterion.h>

#include "engine/trawl.h"

Test(given, columns_are_found_and_stay_where_they_are) {
    struct plan_given *given = given_new();
    cr_assert(given_add_column(given, text_of("a")) && given_add_column(given, text_of("b")));
    cr_assert(given_add_column(given, text_of("a")));
    cr_expect_eq(given->column_count, 2);
    cr_expect_eq(given_column(given, text_of("a")), 0);
    cr_expect_eq(given_column(given, text_of("b")), 1);
    cr_expect_eq(given_column(given, text_of("c")), SIZE_MAX);
    given_free(given);
    given_free(NULL);
}

static bool take(void *context, const struct trawl_cell *cells, size_t count) {
    struct buffer *out = context;
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%.*s%c", cells[i].kind == TRAWL_MISSING ? 1 : (int)cells[i].length,
                      cells[i].kind == TRAWL_MISSING ? "-" : cells[i].text,
                      i + 1 < count ? '|' : '\n');
    return true;
}

/* Runs the query over no paths at all. */
static void expect(const char *query, const char *rows) {
    struct trawl_diagnostics *diagnostics;
    struct trawl_error error = {0};
    struct buffer out = {0};
    struct trawl_plan *plan = trawl_query_compile("q", query, strlen(query), NULL, &diagnostics);
    cr_assert(plan, "%s", query);
    cr_expect_not(trawl_plan_reads(plan));
    struct trawl_hunt *hunt = trawl_hunt_new(plan, NULL, &error);
    cr_assert(hunt, "%s", error.message);
    cr_assert_eq(trawl_hunt_run(hunt, &(struct trawl_rows){.row = take, .context = &out}, &error),
                 TRAWL_OK, "%s", error.message);
    cr_assert(buffer_append_char(&out, '\0'));
    cr_expect_str_eq(out.data, rows, "%s", query);
    cr_expect_eq(trawl_hunt_summary(hunt)->files, 0);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
    trawl_diagnostics_free(diagnostics);
    buffer_free(&out);
}

Test(given, runs_in_place_of_an_archive) {
    expect("createEvents([\"b\", \"a\", \"\"]) | select([@rawstring, x])", "b|-\na|-\n|-\n");
    expect(
        "createEvents([\"b\", \"a\", \"c\"]) | sort(@rawstring, order=asc, type=string)"
        " | select([@rawstring])",
        "a\nb\nc\n");
    expect("createEvents([\"n=1\", \"n=2\"]) | kvParse() | accumulate(sum(n)) | select([n, _sum])",
           "1|1\n2|3\n");
}

/* More rows than a batch holds, of different widths. */
Test(given, rows_keep_the_columns_of_their_time) {
    struct plan_given *given = given_new();
    cr_assert(given_add_column(given, text_of("a")));
    cr_assert(given_add_row(given, (struct text[]){text_of("1")}));
    cr_assert(given_add_column(given, text_of("b")));
    for (size_t i = 0; i < COLUMN_ROWS + 10; i++)
        cr_assert(given_add_row(given, (struct text[]){text_of("x"), {NULL, 0}}));

    struct trawl_diagnostics *diagnostics;
    const char *query = "createEvents([\"\"]) | count(a, as=a) ";
    struct trawl_plan *plan = trawl_query_compile("q", query, strlen(query), NULL, &diagnostics);
    cr_assert(plan);
    given_free(plan->given);
    plan->given = given;
    struct trawl_hunt *hunt = trawl_hunt_new(plan, NULL, NULL);
    struct buffer out = {0};
    cr_assert_eq(trawl_hunt_run(hunt, &(struct trawl_rows){.row = take, .context = &out}, NULL),
                 TRAWL_OK);
    cr_assert(buffer_append_char(&out, '\0'));
    cr_expect_str_eq(out.data, "0\n", "the query does not know the column");
    cr_expect_eq(trawl_hunt_summary(hunt)->matched, COLUMN_ROWS + 11);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
    trawl_diagnostics_free(diagnostics);
    buffer_free(&out);
}
