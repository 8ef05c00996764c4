/* decode_fields_test.c - fields as a query may name them: tags, prefixes, elements, whole arrays,
 * and the record's own text. */
#include "tests/unit/decode_bench.h"

/* What one field is of one record, on every ISA level, lazily and validated; "-": missing. */
static void check_field(const char *name, const char *json, const char *expected) {
    EACH_ISA(isa) {
        for (int validate = 0; validate < 2; validate++) {
            struct bench bench;
            bench_open_for(&bench, isa, validate, &name, 1);
            enum decode_outcome outcome = decode(&bench, json);
            cr_assert_eq(outcome, DECODE_ROW, "%s of %s: %s", name, json,
                         decoder_message(bench.decoder));
            const char *got = field(&bench, 0);
            cr_assert_str_eq(got, expected, "%s of %s is %s, not %s", name, json, got, expected);
            uint64_t present = 0;
            tally_settle(&bench.tally);
            for (size_t shape = 0; shape < SHAPE_COUNT; shape++)
                present += bench.tally.present[shape];
            cr_assert_eq(present, strcmp(expected, "-") != 0);
            bench_close(&bench);
        }
    }
}

struct field_case {
    const char *name, *json, *expected;
};

static void check_fields(const struct field_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) check_field(cases[i].name, cases[i].json, cases[i].expected);
}
#define CHECK_FIELDS(cases) check_fields(cases, sizeof(cases) / sizeof(cases)[0])

/* ---- the record's text ----------------------------------------------------------------------- */

Test(decode_fields, rawstring_is_the_object_as_it_stands) {
    static const struct field_case cases[] = {
        {"@rawstring", "{}", "{}"},
        {"@rawstring", " \t{ \"a\" : [1, {\"b\":\"}\"}] } \r,\n, ",
         "{ \"a\" : [1, {\"b\":\"}\"}] }"},
        {"@rawstring", "{\"@rawstring\":\"<14> a } line\",\"a\":1}", "<14> a } line"},
        {"@rawstring", "{\"@rawstring\":\"\\u007b quoted \\\"line\\\"\",\"a\":1}",
         "{ quoted \"line\""},
        {"@rawstring", "{\"@rawstring\":\"\"}", "{\"@rawstring\":\"\"}"},
        {"@rawstring", "{\"@rawstring\":null}", "{\"@rawstring\":null}"},
        {"@rawstring", "{\"@rawstring\":{}}", "{\"@rawstring\":{}}"},
        {"@rawstring", "{\"@timestamp\":1,\"@rawstring\":\" {\\\"a\\\": 1} \"}", "{\"a\": 1}"},
        /* A record beside the line that it was parsed from. */
        {"@rawstring", "{\"event_source\":\"S\",\"@rawstring\":\"{\\\"a\\\":1}\"}", "{\"a\":1}"},
        {"#@rawstring", "{\"a\":1}", "{\"a\":1}"},
    };
    CHECK_FIELDS(cases);
}

Test(decode_fields, rawstring_is_repaired) {
    struct bench bench;
    const char *name = "@rawstring";
    bench_open_for(&bench, isa_best(), false, &name, 1);
    cr_assert_eq(decode(&bench, " {\"a\":\"\xff\"}"), DECODE_REPAIRED);
    cr_assert_str_eq(field(&bench, 0), "{\"a\":\"\xef\xbf\xbd\"}");
    bench_close(&bench);
}

static void check_cells(const char *name, const char *const *header, const char *const *row,
                        size_t columns, size_t cells, const char *expected) {
    struct bench bench;
    struct text names[8], texts[8];
    for (size_t i = 0; i < columns; i++) names[i] = text_of(header[i]);
    for (size_t i = 0; i < cells; i++) texts[i] = text_of(row[i]);
    bench_open_for(&bench, isa_best(), false, &name, 1);
    cr_assert(decode_header(bench.decoder, names, columns));
    cr_assert_eq(
        decode_cells(bench.decoder, texts, cells, (struct origin){0}, &bench.batch, &bench.tally),
        DECODE_ROW);
    cr_assert_str_eq(field(&bench, 0), expected, "%s is %s", name, field(&bench, 0));
    bench_close(&bench);
}

Test(decode_fields, rawstring_of_cells_is_an_object) {
    static const char *const header[] = {"a \"b\"", "empty", "c", "a \"b\""};
    static const char *const row[] = {"x\\\"\n", "", "3", "y", "beyond"};
    check_cells("@rawstring", header, row, 4, 5,
                "{\"a \\\"b\\\"\":\"x\\\\\\\"\\n\",\"c\":\"3\",\"a \\\"b\\\"\":\"y\"}");
    check_cells("@rawstring", header, row, 4, 1, "{\"a \\\"b\\\"\":\"x\\\\\\\"\\n\"}");
    check_cells("@rawstring", header, row, 0, 2, "{}");
    check_cells("@rawstring", (const char *const[]){"\xff", ""}, (const char *const[]){"1", "2"}, 2,
                2, "{\"\xef\xbf\xbd\":\"1\",\"\":\"2\"}");
    static const char *const raw_header[] = {"a", "@rawstring"};
    check_cells("@rawstring", raw_header, (const char *const[]){"1", "the line"}, 2, 2, "the line");
    check_cells("@rawstring", raw_header, (const char *const[]){"", "{\"b\":2}"}, 2, 2,
                "{\"b\":2}");
}

Test(decode_fields, rawstring_of_a_tables_row_is_an_object) {
    EACH_ISA(isa) {
        struct bench bench;
        const char *name = "@rawstring";
        struct text names[] = {text_of("a"), text_of("b"), text_of("c"), text_of("d")};
        bench_open_for(&bench, isa, false, &name, 1);
        cr_assert(decode_header(bench.decoder, names, 4));
        struct text text = keep(&bench, "[\"x\\u0041\", null ,{\"k\" : [1]}, 7, \"beyond\"]");
        cr_assert_eq(
            decode_table_row(bench.decoder, text, (struct origin){0}, &bench.batch, &bench.tally),
            DECODE_ROW);
        cr_assert_str_eq(field(&bench, 0),
                         "{\"a\":\"x\\u0041\",\"b\":null,\"c\":{\"k\" : [1]},\"d\":7}");
        bench_close(&bench);
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

Test(decode_fields, records_of_any_kind_have_a_time) {
    static const char *const names[] = {"@timestamp", "timestamp",     "time",    "eventTime",
                                        "EventTime",  "TimeGenerated", "created", "createdDateTime",
                                        "ts",         "_time",         "date",    "Timestamp",
                                        "published",  "datetime"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char json[100];
        snprintf(json, sizeof json, "{\"x\":1,\"%s\":\"T\"}", names[i]);
        check_field("timestamp", json, "T");
    }
    static const struct field_case cases[] = {
        {"timestamp", "{\"ts\":1,\"date\":2,\"time\":3}", "3"},
        {"timestamp", "{\"ts\":1,\"time\":null}", "1"},
        {"timestamp", "{\"when\":1}", "-"},
        /* A family's own names first. */
        {"timestamp", "{\"eventVersion\":\"1\",\"eventName\":\"n\",\"time\":1,\"eventTime\":2}",
         "2"},
        {"timestamp", "{\"category\":\"StorageRead\",\"created\":1,\"timestamp\":2}", "2"},
        {"#timestamp", "{\"_time\":5}", "5"},
    };
    CHECK_FIELDS(cases);
}

/* ---- tags and prefixes ----------------------------------------------------------------------- */

Test(decode_fields, a_tag_is_its_key_or_its_name) {
    static const struct field_case cases[] = {
        {"#kind", "{\"kind\":1,\"#kind\":2}", "2"},
        {"#kind", "{\"kind\":1}", "1"},
        {"#kind", "{\"#kind\":null,\"kind\":1}", "1"},
        {"kind", "{\"#kind\":2}", "2"},
        {"kind", "{\"#kind\":2,\"kind\":1}", "1"},
        {"##kind", "{\"#kind\":2}", "2"},
        {"#event.dataset", "{\"event\":{\"dataset\":3}}", "3"},
        {"#riskState", "{\"category\":\"SignInLogs\",\"properties\":{\"riskState\":\"r\"}}", "r"},
        {"#event_source", "{\"category\":\"SignInLogs\"}", "AzureActiveDirectory"},
        {"#event_source", "{\"category\":\"SignInLogs\",\"#event_source\":\"tag\"}", "tag"},
        {"#result_type", "{\"category\":\"SignInLogs\",\"resultType\":\"0\"}", "0"},
        {"#", "{\"#\":1}", "1"},
        {"#", "{\"\":1}", "-"},
        {"#a[0]", "{\"a\":[7]}", "7"},
        {"#a[]", "{\"#a[0]\":7}", "[7]"},
    };
    CHECK_FIELDS(cases);
}

Test(decode_fields, a_vendor_prefix_may_be_left_out) {
    static const struct field_case cases[] = {
        {"Vendor.x", "{\"x\":1,\"Vendor\":{\"x\":2},\"Vendor.x\":3}", "3"},
        {"Vendor.x", "{\"x\":1,\"Vendor\":{\"x\":2}}", "2"},
        {"Vendor.x", "{\"x\":1}", "1"},
        {"Vendor.x.y", "{\"x\":{\"y\":4}}", "4"},
        {"Vendor.properties.riskState",
         "{\"category\":\"SignInLogs\",\"properties\":{\"riskState\":\"r\"}}", "r"},
        {"Vendor.riskState", "{\"category\":\"SignInLogs\",\"properties\":{\"riskState\":\"r\"}}",
         "r"},
        {"Vendor.userIdentity.arn", "{\"userIdentity\":{\"arn\":\"A\"}}", "A"},
        {"Vendor.event_type", "{\"category\":\"SignInLogs\"}", "SignIn"},
        {"#Vendor.x", "{\"x\":1}", "1"},
        {"Vendor.l[1]", "{\"l\":[1,2]}", "2"},
        {"Vendor.l[1]", "{\"l\":[1,2],\"Vendor.l[1]\":3}", "3"},
        {"Vendor", "{\"#Vendor\":\"aws\"}", "aws"},
        {"Vendor.", "{\"Vendor.\":\"odd\"}", "odd"},
        {"x", "{\"Vendor.x\":1}", "1"},
    };
    CHECK_FIELDS(cases);
}

/* ---- inside arrays --------------------------------------------------------------------------- */

Test(decode_fields, elements_of_arrays) {
    static const struct field_case cases[] = {
        {"a[0]", "{\"a\":[\"x\",\"y\"]}", "x"},
        {"a[1]", "{\"a\":[\"x\",\"y\"]}", "y"},
        {"a[2]", "{\"a\":[\"x\",\"y\"]}", "-"},
        {"a[0]", "{\"a\":[\"\\u0041\\n\"]}", "A\n"},
        {"a[0]", "{\"a\":[null,1]}", "-"},
        {"a[0]", "{\"a\":[],\"Vendor.a\":[6]}", "6"},
        {"a[0]", "{\"a\":[1],\"a[0]\":2}", "2"},
        {"a[0]", "{\"a\":[1],\"a[0]\":null}", "1"},
        {"a[1]", "{\"a[1]\":2}", "2"}, /* behind a gap, but by its own name */
        {"a[0]", "{\"a\":\"text\"}", "-"},
        {"a[0]", "{\"a\":5}", "-"},
        {"a[0]", "{\"a\":{\"0\":5}}", "-"},
        {"a[0]", "{\"a\":\" [\\\"x\\\"]\"}", "x"}, /* JSON text, as everywhere */
        {"a[0]", "{\"a\":\"[\\\"x\\\"\"}", "-"},
        {"a[0][1]", "{\"a\":[[1,2],[3]]}", "2"},
        {"a[0]", "{\"a\":[[1, 2],[3]]}", "[1, 2]"},
        {"a[0]", "{\"a\":[{\"b\" : 1}]}", "{\"b\" : 1}"},
        {"a[0].b", "{\"a\":[{\"b\":1}]}", "1"},
        {"a[0].b", "{\"a[0].b\":2,\"a\":[{\"b\":1}]}", "2"},
        {"a[0].b", "{\"a[0]\":{\"b\":3}}", "3"},
        {"a[0].b", "{\"a\":[{\"b\":[1,2]}]}", "1,2"},
        {"a[0].b", "{\"a\":[{\"b\":{\"c\":1}}]}", "{\"c\":1}"},
        {"a[0].b.c", "{\"a\":[{\"b\":{\"c\":4},\"b.c\":5}]}", "5"},
        {"a[0].b.c", "{\"a\":[{\"b\":{\"c\":4}}]}", "4"},
        {"a[0].b[1]", "{\"a\":[{\"b\":[1,2]}]}", "2"},
        {"a[0].b[1]", "{\"a\":[{\"b[1]\":9,\"b\":[1,2]}]}", "9"},
        {"a[0].b", "{\"a\":[{\"\\u0062\":1,\"b\":2}]}", "1"},
        {"a.b[2]", "{\"a\":{\"b\":[0,1,2]}}", "2"},
        {"a.b[2]", "{\"a.b\":[0,1,2]}", "2"},
        {"a.b[2]", "{\"a\":{\"b[2]\":3}}", "3"},
        {"a.b[0]", "{\"properties\":{\"a\":{\"b\":[8]}}}", "8"},
        {"riskEventTypes_v2[1]",
         "{\"category\":\"SignInLogs\",\"properties\":{\"riskEventTypes_v2\":[\"x\",\"y\"]}}", "y"},
        {"riskEventTypes_v2[1]",
         "{\"Type\":\"SigninLogs\",\"RiskEventTypes_V2\":\"[\\\"x\\\",7]\"}", "7"},
        {"riskEventTypes_v2[1]", "{\"category\":\"SignInLogs\",\"riskEventTypes_v2\":\"x,y\"}",
         "y"},
        {"riskEventTypes_v2[0]", "{\"category\":\"SignInLogs\",\"riskEventTypes_v2\":\"[]\"}", "-"},
        {"TimeGenerated [UTC]", "{\"TimeGenerated [UTC]\":1}", "1"},
        {"a[00]", "{\"a\":[1],\"a[00]\":2}", "2"},
        {"a[9999999999]", "{\"a\":[1],\"a[9999999999]\":2}", "2"},
        {"a[999999999]", "{\"a\":[1]}", "-"},
    };
    CHECK_FIELDS(cases);
}

Test(decode_fields, whole_arrays) {
    static const struct field_case cases[] = {
        {"a[]", "{\"a\":[ 1, {\"b\":\"]\"} ]}", "[ 1, {\"b\":\"]\"} ]"},
        {"a[]", "{\"a\":[]}", "[]"},
        {"a[]", "{\"a[0]\":1,\"a[1]\":\"x\\\"\",\"a[3]\":3}", "[1,\"x\\\"\"]"},
        {"a[]", "{\"a[1]\":1}", "-"},
        {"a[]", "{\"a\":\"x\"}", "-"},
        {"a[]", "{\"a\":{\"b\":[]}}", "-"},
        {"a[]", "{\"a\":null}", "-"},
        {"a[]", "{\"a\":\"[1]\"}", "[1]"},
        {"a[]", "{\"a\":\"x\",\"a[0]\":1}", "[1]"},
        {"a[]", "{\"a[]\":\"x\",\"a\":[1]}", "[1]"},
        {"a[]", "{\"a[]\":[1]}", "-"},
        {"a.b[]", "{\"a\":{\"b\":[1]}}", "[1]"},
        {"a[0].b[]", "{\"a\":[{\"b\":[1]}]}", "[1]"},
        {"Vendor.a[]", "{\"a\":[1]}", "[1]"},
        {"riskEventTypes_v2[]",
         "{\"category\":\"SignInLogs\",\"properties\":{\"riskEventTypes_v2\":[\"x\"]}}", "[\"x\"]"},
        {"riskEventTypes_v2[]", "{\"category\":\"SignInLogs\",\"riskEventTypes_v2\":\"x,\\\"y\"}",
         "[\"x\",\"\\\"y\"]"},
        {"riskEventTypes_v2[]", "{\"category\":\"SignInLogs\",\"riskEventTypes_v2\":\",\"}",
         "[\"\",\"\"]"},
        {"riskEventTypes_v2[]", "{\"category\":\"SignInLogs\",\"riskEventTypes_v2\":\"\"}", "[]"},
        {"a", "{\"a\":[1,\"x\",true,null]}", "1,x,true,"},
        {"a", "{\"a[0]\":1,\"a[1]\":2}", "1,2"},
        {"a", "{\"a\":{\"b\": 1}}", "-"},
    };
    CHECK_FIELDS(cases);
    static const char *const header[] = {"a", "riskEventTypes_v2[0]"};
    static const char *const row[] = {"[\"x\", 2]", "t\"\\"};
    check_cells("a[]", header, row, 2, 2, "[\"x\", 2]");
    check_cells("a[1]", header, row, 2, 2, "2");
    check_cells("riskEventTypes_v2[]", header, row, 2, 2, "[\"t\\\"\\\\\"]");
    check_cells("riskEventTypes_v2[0]", header, row, 2, 2, "t\"\\");
}

Test(decode_fields, what_is_not_json_inside_an_array_is_malformed) {
    static const struct {
        const char *name, *json;
    } cases[] = {
        {"a[1]", "{\"a\":[1,,2]}"},        {"a[]", "{\"a\":[1 2]}"},
        {"a[0].b", "{\"a\":[{\"b\" 1}]}"}, {"a[0].b", "{\"a\":[{\"\\q\":1,\"b\":1}]}"},
        {"a[0]", "{\"a\":[{]}]}"},         {"a[3]", "{\"a\":[tru]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench bench;
        bench_open_for(&bench, isa_best(), false, &cases[i].name, 1);
        cr_assert_eq(decode(&bench, cases[i].json), DECODE_MALFORMED, "%s", cases[i].json);
        cr_assert_eq(bench.batch.rows, 0);
        bench_close(&bench);
    }
}

/* ---- hostile names --------------------------------------------------------------------------- */

Test(decode_fields, names_of_any_form_are_safe) {
    enum { LONG = 10001 };
    static char dots[LONG], brackets[LONG], path[LONG], digits[LONG];
    memset(dots, '.', LONG - 1);
    memset(brackets, '[', LONG - 1);
    memset(digits, '9', LONG - 1);
    digits[0] = 'a', digits[1] = '[', digits[LONG - 2] = ']';
    for (size_t i = 0; i + 3 < LONG; i += 3) memcpy(path + i, "[0]", 3);
    path[0] = 'a';
    path[1] = 'b'; /* ab][0][0]... */
    const char *const names[] = {
        "",      ".",          "[",        "]",           "[]",    "[0]",     "a[",    "a]",
        "a[-1]", "a[ 1]",      "a[0",      "a[0]b",       "a[0].", "a[0]..b", "a[][]", "#",
        "##",    "Vendor.",    "\"",       "\\",          "a\"b",  "*",       "a/b",   "/",
        "%s%n",  "#Vendor.#x", "a[0].[1]", "\xc3\xa9[0]", dots,    brackets,  path,    digits};
    enum { COUNT = sizeof names / sizeof *names };
    static const char *const records[] = {
        "{}", "{\"\":{\"\":1},\"a\":[[1],{\"\":2,\"b\":{}}],\"#\":3,\"[0]\":4,\"\xc3\xa9\":[5]}",
        "{\"a\":\"[[[[\",\"[]\":[],\"a[0\":1,\"a[]\":[1]}"};
    struct bench bench;
    bench_open_for(&bench, isa_best(), true, names, COUNT);
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        cr_assert_eq(decode(&bench, records[i]), DECODE_ROW, "%s", records[i]);
    bench_close(&bench);
    check_field("\xc3\xa9[0]", records[1], "5");
    check_field("[0]", records[1], "4");
    check_field("#", records[1], "3");
    check_field("a[0", records[2], "1");
    check_field("a[0].[1]", records[1], "-");
}

Test(decode_fields, an_array_nested_deeply_is_malformed_and_no_crash) {
    enum { DEPTH = 200000 };
    char *json = malloc(2 * DEPTH + 20);
    int length = sprintf(json, "{\"a\":[1,");
    memset(json + length, '[', DEPTH);
    memset(json + length + DEPTH, ']', DEPTH);
    strcpy(json + length + 2 * DEPTH, "]}");
    struct bench bench;
    bench_open_for(&bench, isa_best(), false, &(const char *){"a[1]"}, 1);
    cr_assert_eq(decode(&bench, json), DECODE_MALFORMED);
    bench_close(&bench);
    bench_open_for(&bench, isa_best(), false, &(const char *){"a[0]"}, 1);
    cr_assert_eq(decode(&bench, json), DECODE_ROW);
    cr_assert_str_eq(field(&bench, 0), "1");
    bench_close(&bench);
    free(json);
}

/* ---- where the record stands ----------------------------------------------------------------- */

Test(decode_fields, places_are_no_record_s_own) {
    static const char *const names[] = {"@file", "@member", "@offset", "@length"};
    static const char record[] = "{\"@file\":\"f\",\"@member\":\"m\",\"@offset\":1,\"@length\":2}";
    struct bench bench;
    bench_open_for(&bench, isa_best(), false, names, 4);
    cr_assert_eq(decode(&bench, record), DECODE_ROW);
    cr_expect_str_eq(field(&bench, 0), "");
    cr_expect_str_eq(field(&bench, 1), "-");
    cr_expect_str_eq(field(&bench, 2), "0");
    struct record_place place = {"dir/a.json", "b!c", UINT64_MAX, 77};
    decoder_set_place(bench.decoder, &place);
    cr_assert_eq(decode(&bench, record), DECODE_ROW);
    cr_expect_str_eq(field(&bench, 0), "dir/a.json");
    cr_expect_str_eq(field(&bench, 1), "b!c");
    cr_expect_str_eq(field(&bench, 2), "18446744073709551615");
    cr_expect_str_eq(field(&bench, 3), "77");
    place = (struct record_place){"bad\xff", NULL, 3, 4};
    decoder_set_place(bench.decoder, &place);
    cr_assert_eq(decode(&bench, record), DECODE_ROW);
    cr_expect_str_eq(field(&bench, 0), "bad\xef\xbf\xbd");
    cr_expect_str_eq(field(&bench, 1), "-");
    bench_close(&bench);
}

/* ---- hours ----------------------------------------------------------------------------------- */

Test(decode_fields, hours_are_counted_by_shape_and_account) {
    const char *name = "eventName";
    struct program_field asked = {(char *)name, true};
    struct program program = {.fields = &asked, .field_count = 1};
    struct reader_config config = {
        .program = &program, .isa = isa_best(), .hours = true, .range = {HOUR_MS, 5 * HOUR_MS}};
    static const char *const records[] = {
        "{\"eventName\":\"a\",\"eventVersion\":\"1\",\"eventTime\":\"1970-01-01T01:00:00Z\","
        "\"recipientAccountId\":\"7\"}",
        "{\"eventName\":\"a\",\"eventVersion\":\"1\",\"eventTime\":\"1970-01-01T04:59:59.9Z\","
        "\"recipientAccountId\":\"\\u0037\"}",
        "{\"eventName\":\"before\",\"eventVersion\":\"1\",\"eventTime\":\"1970-01-01T00:59:59Z\"}",
        "{\"eventName\":\"behind\",\"eventVersion\":\"1\",\"eventTime\":\"1970-01-01T05:00:00Z\"}",
        "{\"eventName\":\"undated\",\"eventVersion\":\"1\",\"eventTime\":\"?\"}",
    };
    struct bench bench = {.program = program};
    bench.decoder = decoder_new(&config, NULL);
    cr_assert(batch_init(&bench.batch, 1));
    cr_assert(tally_init(&bench.tally, &program));
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        cr_assert_eq(decode(&bench, records[i]), DECODE_ROW);
    struct hours *hours = &bench.tally.hours;
    hours_sort(hours);
    const struct hour_shape *shape = &hours->shapes[SHAPE_CLOUDTRAIL];
    cr_assert_eq(shape->count, 2);
    cr_expect_null(shape->accounts[0].name);
    cr_expect_eq(shape->accounts[0].records, 1);
    cr_expect_eq(shape->accounts[0].undated, 1);
    cr_expect_str_eq(shape->accounts[1].name, "7");
    cr_expect_eq(hours_first(&shape->accounts[1]), 1);
    cr_expect_eq(hours_last(&shape->accounts[1]), 4);
    bench_close(&bench);
}

/* ---- what an event is known by --------------------------------------------------------------- */

Test(decode_fields, events_of_some_shapes_have_an_id) {
    static const struct field_case cases[] = {
        {"@event_id",
         "{\"eventName\":\"a\",\"eventVersion\":\"1\",\"eventTime\":\"t\",\"eventID\":\"7\"}", "7"},
        {"@event_id", "{\"category\":\"SignInLogs\",\"properties\":{\"id\":\"8\"},\"id\":\"9\"}",
         "8"},
        {"@event_id", "{\"category\":\"SignInLogs\",\"properties\":{}}", "-"},
        /* In records of other shapes it may be anybody's. */
        {"@event_id", "{\"id\":\"10\"}", "-"},
        {"@event_id", "{\"category\":\"StorageRead\",\"time\":\"t\",\"id\":\"11\"}", "-"},
        {"@event_id", "{\"category\":\"AuditLogs\",\"time\":\"t\",\"id\":\"12\"}", "-"},
        {"@id", "{\"@id\":\"own\"}", "own"},
    };
    CHECK_FIELDS(cases);
}
