#include "engine/operator/expand.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/unit/text_rows.h"

/* Runs the operator over rows of one batch. */
static enum trawl_status run(const struct expand_spec *spec, const char *const *cells, size_t count,
                             size_t columns, struct text_sink *sink) {
    struct text_rows rows;
    struct trawl_error error = {0};
    struct operator_resources resources = {.budget = 1 << 20};
    struct row_sink next = {text_sink_row, sink};
    sink->columns = spec->column_count;
    text_rows_make(&rows, cells, count, columns, SIZE_MAX, 7);
    void *state = operator_expand.open(spec, &resources, &next, &error);
    cr_assert(state, "%s", error.message);
    enum trawl_status status = operator_expand.add(state, &rows.rows, &error);
    operator_expand.close(state);
    text_rows_free(&rows);
    return status;
}

static struct expand_column element(char *path) {
    return (struct expand_column){EXPAND_ELEMENT, 0, path, SIZE_MAX, false};
}
static struct expand_column passed(size_t column) {
    return (struct expand_column){EXPAND_PASSED, column, NULL, SIZE_MAX, false};
}

Test(expand, gives_a_row_for_each_element) {
    struct expand_column columns[] = {
        element(NULL), {EXPAND_INDEX, 0, NULL, SIZE_MAX, false}, passed(1)};
    struct expand_spec spec = {
        .kind = EXPAND_ARRAY, .columns = columns, .column_count = 3, .array = 0};
    const char *const cells[] = {
        "[\"a\", 2, null, \"q\\\"\"]", "one", "[]", "none", "text", "none", NULL, "none",
        "[{\"k\":1}, [3,4]]",          "two", "[1", "cut",
    };
    struct text_sink sink = {0};
    cr_assert_eq(run(&spec, cells, 6, 2, &sink), TRAWL_OK);
    cr_expect_str_eq(text_sink_text(&sink),
                     "a|0|one\n2|1|one\n-|2|one\nq\"|3|one\n"
                     "{\"k\":1}|0|two\n[3,4]|1|two\n1|0|cut\n");
    buffer_free(&sink.text);
}

Test(expand, reaches_into_elements_and_falls_back) {
    struct expand_column columns[] = {element((char *)"k"), element((char *)"l[1]"),
                                      element((char *)"k")};
    columns[2].older = 1;
    struct expand_spec spec = {
        .kind = EXPAND_ARRAY, .columns = columns, .column_count = 3, .array = 0};
    const char *const cells[] = {"[{\"k\":\"\\u0041\"},{\"l\":[5,6]},\"k\",{\"k\":null}]", "old"};
    struct text_sink sink = {0};
    cr_assert_eq(run(&spec, cells, 1, 2, &sink), TRAWL_OK);
    cr_expect_str_eq(text_sink_text(&sink), "A|-|A\n-|6|old\n-|-|old\n-|-|old\n");
    buffer_free(&sink.text);
}

Test(expand, rows_have_places_of_their_own_between_their_records) {
    struct expand_column columns[] = {element(NULL)};
    struct expand_spec spec = {
        .kind = EXPAND_ARRAY, .columns = columns, .column_count = 1, .array = 0};
    const char *const cells[] = {"[1,2,3]", "[1]", "[1,2]"};
    struct text_sink sink = {0};
    cr_assert_eq(run(&spec, cells, 3, 1, &sink), TRAWL_OK);
    cr_assert_eq(sink.count, 6);
    for (size_t i = 1; i < sink.count; i++)
        cr_expect_lt(origin_compare(&sink.origins[i - 1], &sink.origins[i]), 0, "row %zu", i);
    buffer_free(&sink.text);
}

/* What one expander gave goes into another: [[1,2],[3,4]] by its own elements. */
Test(expand, places_stay_apart_through_two_expanders) {
    struct expand_column columns[] = {element(NULL)};
    struct expand_spec outer = {
        .kind = EXPAND_ARRAY, .columns = columns, .column_count = 1, .array = 0};
    const char *const cells[] = {"[[1,2],[3,4,5]]", "[[6],[7,8]]"};
    struct text_sink first = {0}, second = {.columns = 1};
    cr_assert_eq(run(&outer, cells, 2, 1, &first), TRAWL_OK);

    struct expand_spec inner = outer;
    inner.again = true;
    const char *const arrays[] = {"[1,2]", "[3,4,5]", "[6]", "[7,8]"};
    struct operator_resources resources = {.budget = 1 << 20};
    struct row_sink next = {text_sink_row, &second};
    struct text_rows rows;
    text_rows_make(&rows, arrays, 4, 1, SIZE_MAX, 0);
    memcpy(rows.origins, first.origins, 4 * sizeof *rows.origins);
    void *state = operator_expand.open(&inner, &resources, &next, NULL);
    cr_assert_eq(operator_expand.add(state, &rows.rows, NULL), TRAWL_OK);
    cr_expect_str_eq(text_sink_text(&second), "1\n2\n3\n4\n5\n6\n7\n8\n");
    for (size_t i = 1; i < second.count; i++)
        cr_expect_lt(origin_compare(&second.origins[i - 1], &second.origins[i]), 0, "row %zu", i);
    operator_expand.close(state);
    text_rows_free(&rows);
    buffer_free(&first.text);
    buffer_free(&second.text);
}

Test(expand, stops_when_no_more_rows_are_wanted) {
    struct expand_column columns[] = {element(NULL)};
    struct expand_spec spec = {
        .kind = EXPAND_ARRAY, .columns = columns, .column_count = 1, .array = 0};
    const char *const cells[] = {"[1,2,3]", "[4]"};
    struct text_sink sink = {.most = 2};
    cr_expect_eq(run(&spec, cells, 2, 1, &sink), TRAWL_CANCELLED);
    cr_expect_eq(sink.count, 2);
    buffer_free(&sink.text);
}

static struct lookup *colours(void) {
    static const char *const rows[][2] = {
        {"red", "1"}, {"blue", "2"}, {"red", "3"}, {"red", NULL}, {"red", "5"}};
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 2, 3, LOOKUP_FIRST);
    for (size_t i = 0; i < 5; i++) {
        struct datum cells[] = {datum_text(text_of(rows[i][0])),
                                rows[i][1] ? datum_text(text_of(rows[i][1])) : datum_missing()};
        char order = (char)('a' + i);
        cr_assert_eq(lookup_add(lookup, cells, (struct text){&order, 1}, NULL), TRAWL_OK);
    }
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    return lookup;
}

Test(expand, gives_a_row_for_each_row_of_a_table) {
    struct lookup *lookup = colours();
    size_t keys[] = {0};
    struct expand_column columns[] = {{EXPAND_CELL, 1, NULL, 1, false}, passed(0)};
    struct expand_spec spec = {.kind = EXPAND_LOOKUP,
                               .columns = columns,
                               .column_count = 2,
                               .lookup = lookup,
                               .keys = keys,
                               .key_count = 1};
    const char *const cells[] = {"red", "old", "green", "old", NULL, "old", "blue", "old"};
    static const struct {
        bool keep, filled;
        const char *rows;
    } cases[] = {
        {false, false, "1|red\n3|red\nold|red\n2|blue\n"},
        {false, true, "1|red\n3|red\n|red\n2|blue\n"},
        {true, true, "1|red\n3|red\n|red\nold|green\nold|-\n2|blue\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text_sink sink = {0};
        spec.keep = cases[i].keep;
        columns[0].filled = cases[i].filled;
        cr_assert_eq(run(&spec, cells, 4, 2, &sink), TRAWL_OK);
        cr_expect_str_eq(text_sink_text(&sink), cases[i].rows, "case %zu", i);
        buffer_free(&sink.text);
    }
    lookup_free(lookup);
}
