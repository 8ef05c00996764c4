/* survey_test.c - the names that a sample of the records is found to have. */
#include "formats/survey.h"

#include "tests/unit/decode_bench.h"

static bool has(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names_at(names, i), name) == 0) return true;
    return false;
}

static void survey_of(struct names *names, const char *json) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    cr_assert_eq(decode(&bench, json), DECODE_ROW);
    *names = bench.tally.names;
    bench.tally.names = (struct names){0};
    bench_close(&bench);
}

Test(survey, names_are_those_that_a_query_would_write) {
    struct names names;
    survey_of(
        &names,
        "{\"a\":{\"b\":{\"c\":1},\"d.e\":\"x\",\"no\":null},\"list\":[{\"k\":1},{\"not\":2}],"
        "\"\\u0075\":true,\"text\":\"{\\\"in\\\":{\\\"side\\\":1}}\",\"empty\":{},\"#t\":\"\"}");
    static const char *const there[] = {"a.b.c", "a.d.e",        "list", "list[0].k", "u",
                                        "text",  "text.in.side", "#t",   "@rawstring"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        cr_expect(has(&names, there[i]), "%s", there[i]);
    static const char *const not [] = {"a", "a.b", "a.no", "list[1].not", "empty", "riskState"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        cr_expect_not(has(&names, not [i]), "%s", not [i]);
    names_free(&names);
}

Test(survey, names_of_the_tables_are_there_where_the_record_has_a_value) {
    struct names names;
    survey_of(&names,
              "{\"category\":\"SignInLogs\",\"resultType\":0,\"callerIpAddress\":\"1.1.1.1\","
              "\"properties\":{\"riskState\":\"none\"}}");
    static const char *const there[] = {"event_source",        "event_type",      "result_type",
                                        "ipAddress",           "callerIpAddress", "riskState",
                                        "properties.riskState"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        cr_expect(has(&names, there[i]), "%s", there[i]);
    cr_expect_not(has(&names, "riskDetail"));
    names_free(&names);
}

Test(survey, rows_have_the_names_of_their_columns) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    struct text header[] = {text_of("Date (UTC)"), text_of("IP address"), text_of("Empty")};
    struct text cells[] = {text_of("d"), text_of("1.1.1.1"), text_of("")};
    cr_assert(decode_header(bench.decoder, header, 3));
    cr_assert_eq(
        decode_cells(bench.decoder, cells, 3, (struct origin){0}, &bench.batch, &bench.tally),
        DECODE_ROW);
    cr_expect(has(&bench.tally.names, "IP address"));
    cr_expect(has(&bench.tally.names, "ipAddress"));
    cr_expect(has(&bench.tally.names, "event_source"));
    cr_expect_not(has(&bench.tally.names, "Empty"));
    bench_close(&bench);
}

Test(survey, the_first_records_of_a_shape_are_looked_at_and_then_few) {
    size_t due = 0;
    for (uint64_t n = 1; n <= 100 * 8192; n++) due += survey_due(n);
    cr_assert_eq(due, 256 + 100);
    cr_assert(survey_due(1));
}

Test(survey, a_sample_leaves_the_row_as_it_is) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    for (int i = 0; i < 300; i++) {
        cr_assert_eq(decode(&bench, "{\"category\":\"SignInLogs\",\"riskState\":\"\\u0041\"}"),
                     DECODE_ROW);
        cr_assert_str_eq(field(&bench, STATE), "A");
    }
    bench_close(&bench);
}

/* Records that are lazily good and not JSON inside, nested without end, or of endless names. */
Test(survey, hostile_records_are_passed_over) {
    struct names names = {0};
    struct survey *survey = survey_new();
    struct json_parser *parser = json_parser_new(isa_best());
    struct buffer json = {0};
    cr_assert(survey && parser);
    buffer_printf(&json, "{\"before\":1,\"a\":");
    for (int i = 0; i < 100000; i++) buffer_append(&json, "{\"a\":", 5);
    survey_record(survey, parser, (struct text){json.data, json.length}, &names);
    cr_expect(has(&names, "before"));
    buffer_clear(&json, SIZE_MAX);
    buffer_append_char(&json, '{');
    for (int i = 0; i < 20000; i++) buffer_printf(&json, "\"key%d\":[{}],", i);
    buffer_printf(&json, "\"\":\"\\q{\"}");
    survey_record(survey, parser, (struct text){json.data, json.length}, &names);
    cr_expect_leq(names.count, NAMES_MOST);
    buffer_free(&json);
    json_parser_free(parser);
    survey_free(survey);
    names_free(&names);
}
