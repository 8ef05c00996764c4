/* decode_test.c - records of every shape to rows. */
#include "tests/unit/decode_bench.h"

/* ---- envelopes ------------------------------------------------------------------------------- */

Test(decode, envelopes_hand_out_their_arrays) {
    struct bench bench;
    struct text arrays[DECODE_ARRAYS];
    bench_open(&bench, isa_best(), false);
    const char *json = "{\"value\":3,\"Records\" :[{\"a\":[1]}], \"rec\\u006frds\":[2]}";
    cr_assert_eq(decode(&bench, json), DECODE_ENVELOPE);
    cr_expect_not_null(decoder_message(bench.decoder));
    cr_assert_eq(decoder_envelope(bench.decoder, arrays), 2);
    cr_expect(text_equal(arrays[0], text_of("[{\"a\":[1]}]")));
    cr_expect_eq(arrays[0].data, bench.text + (strstr(json, "[{") - json));
    cr_expect(text_equal(arrays[1], text_of("[2]")));
    /* Made UTF-8: not in the text. */
    cr_assert_eq(decode(&bench, "{\"x\":\"\xFF\",\"v\\u0061lue\":[\"\xFF\"]}"), DECODE_ENVELOPE);
    cr_assert_eq(decoder_envelope(bench.decoder, arrays), 1);
    cr_expect(text_equal(arrays[0], text_of("[\"\xEF\xBF\xBD\"]")));
    cr_assert_eq(decode(&bench, "{\"tables\":[]}"), DECODE_ENVELOPE);
    cr_expect_eq(decoder_envelope(bench.decoder, arrays), 0);
    bench_close(&bench);
}

Test(decode, what_is_no_row_says_why) {
    static const char *const texts[] = {
        "",  "[1]",       "3",       "{} {}", "{\"a\" 1}", "{\"value\":[]}", "{\"tables\":[]}",
        "{", "{\"a\":\"", "nonsense"};
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, true);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            cr_expect_neq(decode(&bench, texts[i]), DECODE_ROW, "%s", texts[i]);
            const char *why = decoder_message(bench.decoder);
            cr_expect(why && *why, "%s", texts[i]);
        }
        bench_close(&bench);
    }
}

/* ---- shapes ---------------------------------------------------------------------------------- */

Test(decode, diagnostic_record) {
    check(
        "{\"time\":\"T\",\"resourceId\":\"/tenants/t\",\"operationName\":\"Sign-in activity\","
        "\"category\":\"SignInLogs\",\"resultType\":\"0\",\"callerIpAddress\":\"2.2.2.2\","
        "\"location\":\"FR\",\"properties\":{\"id\":\"I\",\"createdDateTime\":\"C\","
        "\"userPrincipalName\":\"a@b.c\",\"ipAddress\":\"1.1.1.1\",\"status\":{\"errorCode\":5},"
        "\"appliedConditionalAccessPolicies\":[{\"riskState\":\"decoy\"}],"
        "\"appDisplayName\":\"A\\u0026B\",\"riskLevelDuringSignIn\":\"medium\","
        "\"riskState\":\"atRisk\",\"riskEventTypes\":[\"old\"],"
        "\"riskEventTypes_v2\":[\"x\",\"y\"],"
        "\"authenticationRequirement\":\"singleFactorAuthentication\","
        "\"resourceTenantId\":\"R\",\"homeTenantId\":\"H\"}}",
        SHAPE_ENTRA_DIAGNOSTIC,
        ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "C"}, {USER, "a@b.c"}, {ADDRESS, "1.1.1.1"},
            {APP, "A&B"}, {LEVEL, "medium"}, {STATE, "atRisk"}, {EVENTS, "x,y"},
            {REQUIREMENT, "singleFactorAuthentication"}, {HOME, "H"}, {RESOURCE, "R"},
            {OPERATION, "Sign-in activity"}));
}

Test(decode, diagnostic_record_without_properties) {
    check(
        "{\"time\":\"T\",\"category\":\"SignInLogs\",\"resultType\":50126,"
        "\"callerIpAddress\":\"2.2.2.2\"}",
        SHAPE_ENTRA_DIAGNOSTIC,
        ROW(SIGNIN, {RESULT, "50126"}, {TIMESTAMP, "T"}, {ADDRESS, "2.2.2.2"}));
}

Test(decode, properties_in_a_string) {
    check(
        "{\"time\":\"T\",\"category\":\"SignInLogs\",\"properties\":"
        "\"{\\\"riskState\\\":\\\"at\\\\u0052isk\\\",\\\"status\\\":{\\\"errorCode\\\":0},"
        "\\\"riskEventTypes_v2\\\":\\\"[\\\\\\\"a\\\\\\\"]\\\"}\"}",
        SHAPE_ENTRA_DIAGNOSTIC,
        ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "T"}, {STATE, "atRisk"}, {EVENTS, "a"}));
}

Test(decode, graph_record) {
    check(
        "{\"id\":\"I\",\"createdDateTime\":\"C\",\"userPrincipalName\":\"a@b.c\","
        "\"ipAddress\":\"1.1.1.1\",\"status\":{\"errorCode\":0,\"failureReason\":\"Other.\"},"
        "\"riskEventTypes_v2\":[]}",
        SHAPE_ENTRA_GRAPH,
        ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "C"}, {USER, "a@b.c"}, {ADDRESS, "1.1.1.1"},
            {EVENTS, ""}));
}

Test(decode, log_analytics_record) {
    check(
        "{\"TimeGenerated\":\"G\",\"Type\":\"AADNonInteractiveUserSignInLogs\",\"IPAddress\":"
        "\"1.1.1.1\",\"AppDisplayName\":\"A\",\"Status\":\"{\\\"errorCode\\\": 0}\","
        "\"UserPrincipalName\":\"u\",\"RiskEventTypes_V2\":\"[\\\"a\\\",\\\"b\\\"]\","
        "\"RiskState\":\"none\",\"HomeTenantId\":\"H\",\"ResourceTenantId\":null}",
        SHAPE_LOG_ANALYTICS,
        ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "G"}, {USER, "u"}, {ADDRESS, "1.1.1.1"}, {APP, "A"},
            {STATE, "none"}, {EVENTS, "a,b"}, {HOME, "H"}));
}

Test(decode, logscale_record) {
    check(
        "{\"@timestamp\":1773205081123,\"event_source\":\"AzureActiveDirectory\","
        "\"event_type\":\"SignIn\",\"result_type\":\"0\",\"Vendor.properties.riskState\":\"r\","
        "\"properties.userPrincipalName\":\"u\",\"Vendor.ipAddress\":\"1.1.1.1\","
        "\"Vendor.properties.riskEventTypes_v2[1]\":\"b\","
        "\"Vendor.properties.riskEventTypes_v2[0]\":\"a\"}",
        SHAPE_LOGSCALE,
        ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "1773205081123"}, {USER, "u"}, {ADDRESS, "1.1.1.1"},
            {STATE, "r"}, {EVENTS, "a,b"}));
}

Test(decode, cloudtrail_record) {
    check(
        "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"IAMUser\",\"accessKeyId\":"
        "\"AKIA\",\"userName\":\"bob\"},\"eventTime\":\"E\",\"eventSource\":\"s3\","
        "\"eventName\":\"ListBuckets\",\"sourceIPAddress\":\"1.1.1.1\","
        "\"requestParameters\":{\"riskState\":\"decoy\"},\"errorCode\":\"AccessDenied\"}",
        SHAPE_CLOUDTRAIL,
        ROW({SOURCE, "AWSCloudTrail"}, {TYPE, "ListBuckets"}, {TIMESTAMP, "E"}, {USER, "bob"},
            {ADDRESS, "1.1.1.1"}, {KEY, "AKIA"}));
}

Test(decode, storage_record) {
    check(
        "{\"time\":\"T\",\"category\":\"StorageRead\",\"operationName\":\"GetBlob\","
        "\"statusCode\":200,\"callerIpAddress\":\"1.1.1.1:5\",\"identity\":{\"type\":\"OAuth\","
        "\"requester\":{\"upn\":\"u\"}},\"properties\":{\"accountName\":\"A\"}}",
        SHAPE_STORAGE,
        ROW({SOURCE, "AzureStorage"}, {TYPE, "GetBlob"}, {TIMESTAMP, "T"}, {USER, "u"},
            {ADDRESS, "1.1.1.1:5"}, {OPERATION, "GetBlob"}));
}

Test(decode, other_records_become_rows_too) {
    check("{\"category\":\"AuditLogs\",\"time\":\"T\",\"operationName\":\"Add user\"}",
          SHAPE_AZURE_OTHER, ROW({TIMESTAMP, "T"}, {OPERATION, "Add user"}));
    check("{\"anything\":1}", SHAPE_UNKNOWN, ROW({-1, NULL}));
    check("{}", SHAPE_UNKNOWN, ROW({-1, NULL}));
}

Test(decode, an_event_source_that_is_no_string_never_equals_one) {
    check("{\"event_source\":[\"AzureActiveDirectory\"],\"event_type\":{\"a\":1}}", SHAPE_LOGSCALE,
          ROW({SOURCE, "[\"AzureActiveDirectory\"]"}, {TYPE, "{\"a\":1}"}));
}

Test(decode, older_event_types_stand_in_for_newer_ones_that_are_missing) {
    check(
        "{\"category\":\"SignInLogs\",\"properties\":{\"riskEventTypes_v2\":null,"
        "\"riskEventTypes\":[\"old\"]}}",
        SHAPE_ENTRA_DIAGNOSTIC, ROW(SIGNIN, {EVENTS, "old"}));
    check(
        "{\"category\":\"SignInLogs\",\"properties\":{\"riskEventTypes_v2\":[],"
        "\"riskEventTypes\":[\"old\"]}}",
        SHAPE_ENTRA_DIAGNOSTIC, ROW(SIGNIN, {EVENTS, ""}));
}

/* ---- @rawstring ------------------------------------------------------------------------------ */

Test(decode, a_rawstring_alone_is_unwrapped) {
    check(
        "{\"@timestamp\":5,\"@rawstring\":\"{\\\"time\\\":\\\"T\\\",\\\"category\\\":"
        "\\\"SignInLogs\\\",\\\"properties\\\":{\\\"riskState\\\":\\\"atRisk\\\"}}\"}",
        SHAPE_ENTRA_DIAGNOSTIC, ROW(SIGNIN, {TIMESTAMP, "T"}, {STATE, "atRisk"}));
}

/* Of the fields that the tables know the inner record alone decides; others beside it stay. */
Test(decode, fields_of_the_tables_come_from_the_unwrapped_record) {
    check(
        "{\"@timestamp\":5,\"ipAddress\":\"1.2.3.4\",\"riskState\":\"outer\",\"@rawstring\":"
        "\"{\\\"category\\\":\\\"SignInLogs\\\",\\\"riskState\\\":\\\"inner\\\"}\"}",
        SHAPE_ENTRA_DIAGNOSTIC, ROW(SIGNIN, {STATE, "inner"}));
}

Test(decode, a_rawstring_beside_its_fields_is_left_alone) {
    check(
        "{\"event_source\":\"AzureActiveDirectory\",\"@rawstring\":\"{\\\"category\\\":"
        "\\\"SignInLogs\\\",\\\"riskState\\\":\\\"inner\\\"}\",\"riskState\":\"outer\"}",
        SHAPE_LOGSCALE, ROW({SOURCE, "AzureActiveDirectory"}, {STATE, "outer"}));
}

Test(decode, a_rawstring_that_is_no_record_changes_nothing) {
    check("{\"riskState\":\"outer\",\"@rawstring\":\"{\\\"riskState\\\":\\\"in\\\"\"}",
          SHAPE_UNKNOWN, ROW({STATE, "outer"}));
    check(
        "{\"riskState\":\"outer\",\"@rawstring\":\"{\\\"riskState\\\":\\\"in\\\",\\\"x\\\":{y}}\"}",
        SHAPE_UNKNOWN, ROW({STATE, "outer"}));
    check("{\"riskState\":\"outer\",\"@rawstring\":\"plain { text\"}", SHAPE_UNKNOWN,
          ROW({STATE, "outer"}));
    check("{\"riskState\":\"outer\",\"@rawstring\":\"\"}", SHAPE_UNKNOWN, ROW({STATE, "outer"}));
    check("{\"riskState\":\"outer\",\"@rawstring\":{}}", SHAPE_UNKNOWN, ROW({STATE, "outer"}));
}

Test(decode, a_rawstring_is_unwrapped_once) {
    check(
        "{\"@rawstring\":\"{\\\"@rawstring\\\":\\\"{\\\\\\\"category\\\\\\\":"
        "\\\\\\\"SignInLogs\\\\\\\"}\\\",\\\"riskState\\\":\\\"middle\\\"}\"}",
        SHAPE_UNKNOWN, ROW({STATE, "middle"}));
}

/* ---- what is no row -------------------------------------------------------------------------- */

Test(decode, what_is_no_record_leaves_no_row) {
    static const struct {
        const char *json;
        enum decode_outcome outcome;
    } cases[] = {
        {"", DECODE_MALFORMED},
        {"{\"category\":\"SignInLogs\"", DECODE_MALFORMED},
        {"not JSON", DECODE_MALFORMED},
        {"[1]", DECODE_NOT_RECORD},
        {"7", DECODE_NOT_RECORD},
        {"{}{}", DECODE_TRAILING},
        {"{\"records\":[{}]}", DECODE_ENVELOPE},
        {"{\"Records\":[", DECODE_ENVELOPE},
        {"{ \"x\" : 1, \"value\" : [ ] }", DECODE_ENVELOPE},
        {"{\"tables\":[]}", DECODE_ENVELOPE},
        /* After other fields of the row were read: */
        {"{\"category\":\"SignInLogs\",\"resultType\":\"0\",\"riskState\":\"\\q\"}",
         DECODE_MALFORMED},
        {"{\"category\":\"SignInLogs\",\"riskEventTypes_v2\":[1,,2]}", DECODE_MALFORMED},
    };
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, false);
        cr_assert_eq(decode(&bench, "{\"category\":\"SignInLogs\"}"), DECODE_ROW);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            enum decode_outcome outcome = decode(&bench, cases[i].json);
            cr_assert_eq(outcome, cases[i].outcome, "%s: %d", cases[i].json, outcome);
            cr_assert_eq(bench.batch.rows, 1);
            for (size_t f = 0; f < FIELDS; f++) cr_assert_eq(bench.batch.columns[f].rows, 1);
            if (outcome == DECODE_MALFORMED)
                cr_assert_gt(strlen(decoder_message(bench.decoder)), 5);
        }
        cr_assert_eq(bench.tally.shape_records[SHAPE_ENTRA_DIAGNOSTIC], 1);
        cr_assert_eq(bench.tally.malformed, 0);
        cr_assert_eq(decode(&bench, "{\"category\":\"SignInLogs\"}"), DECODE_ROW);
        bench_close(&bench);
    }
}

Test(decode, an_element_of_an_envelope_is_a_record_whatever_its_keys) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, false);
    static const char *const elements[] = {"{\"value\":[],\"category\":\"SignInLogs\"}",
                                           "{\"records\":[{}]}", "{\"tables\":[]}"};
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(decode_record(bench.decoder, keep(&bench, elements[i]), true,
                                   (struct origin){0}, &bench.batch, &bench.tally),
                     DECODE_ROW);
    cr_assert_eq(bench.tally.shape_records[SHAPE_ENTRA_DIAGNOSTIC], 1);
    bench_close(&bench);
}

Test(decode, a_sign_in_with_tables_is_a_record) {
    check("{\"tables\":[],\"category\":\"SignInLogs\"}", SHAPE_ENTRA_DIAGNOSTIC, ROW(SIGNIN));
}

Test(decode, invalid_utf8_is_repaired) {
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, true);
        cr_assert_eq(decode(&bench,
                            "{\"category\":\"SignInLogs\",\"riskState\":\"a\xff\xc3z\","
                            "\"x\":\"\xe2\x82\"}"),
                     DECODE_REPAIRED);
        cr_assert_str_eq(field(&bench, STATE), "a\xef\xbf\xbd\xef\xbf\xbdz");
        cr_assert_eq(decode(&bench, "{\"riskState\":\"\xff\""), DECODE_MALFORMED);
        cr_assert_eq(bench.batch.rows, 1);
        bench_close(&bench);
    }
}

/* ---- counters -------------------------------------------------------------------------------- */

Test(decode, encodings_of_lists_are_counted) {
    static const struct {
        const char *json, *encoding, *text;
    } cases[] = {
        {"\"riskEventTypes_v2\":[\"a\",\"b\"]", "JSON array", "a,b"},
        {"\"riskEventTypes_v2\":[ ]", "empty", ""},
        {"\"riskEventTypes_v2\":\"[\\\"a\\\",\\\"b\\\"]\"", "JSON text in a string", "a,b"},
        {"\"RiskEventTypes_V2\":\" [] \"", "empty", ""},
        {"\"riskEventTypes_v2\":\"a,b\"", "comma-separated text", "a,b"},
        {"\"riskEventTypes_v2\":\"a\"", "comma-separated text", "a"},
        {"\"riskEventTypes_v2\":\"\\u0061\"", "comma-separated text", "a"},
        {"\"riskEventTypes_v2\":\"[a\"", "comma-separated text", "[a"},
        {"\"riskEventTypes_v2\":\"\"", "empty", ""},
        {"\"riskEventTypes_v2[0]\":\"a\",\"riskEventTypes_v2[1]\":\"b\"", "flattened keys", "a,b"},
        {"\"riskEventTypes_v2\":null", "null", "-"},
        {"\"other\":null", "absent", "-"},
        {"\"riskEventTypes_v2\":5", "another type", "5"},
        {"\"riskEventTypes_v2\":{\"a\":true}", "another type", "{\"a\":true}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench bench;
        char json[300];
        bench_open(&bench, ISA_WESTMERE, false);
        snprintf(json, sizeof json, "{\"category\":\"SignInLogs\",\"properties\":{%s}}",
                 cases[i].json);
        cr_assert_eq(decode(&bench, json), DECODE_ROW);
        cr_assert_str_eq(field(&bench, EVENTS), cases[i].text, "%s", json);
        uint64_t total = 0;
        for (size_t e = 0; decode_encoding_names[e]; e++) {
            uint64_t count = bench.tally.encodings[EVENTS * TALLY_ENCODINGS + e];
            total += count;
            if (count) cr_assert_str_eq(decode_encoding_names[e], cases[i].encoding, "%s", json);
        }
        cr_assert_eq(total, 1, "%s", json);
        bench_close(&bench);
    }
}

Test(decode, encodings_are_those_of_sign_ins) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, false);
    decode(&bench, "{\"category\":\"StorageRead\"}");
    decode(&bench, "{\"category\":\"AuditLogs\",\"time\":1}");
    decode(&bench, "{\"x\":1}");
    for (size_t e = 0; e < FIELDS * TALLY_ENCODINGS; e++) cr_assert_eq(bench.tally.encodings[e], 0);
    bench_close(&bench);
}

Test(decode, present_fields_are_counted_by_shape) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, false);
    decode(&bench, "{\"category\":\"SignInLogs\",\"properties\":{\"riskState\":\"\"}}");
    decode(&bench, "{\"category\":\"SignInLogs\",\"properties\":{\"riskState\":null}}");
    decode(&bench, "{\"category\":\"StorageRead\",\"operationName\":\"x\"}");
    tally_settle(&bench.tally);
    const uint64_t *present = bench.tally.present;
    cr_assert_eq(present[SHAPE_ENTRA_DIAGNOSTIC * FIELDS + STATE], 1);
    cr_assert_eq(present[SHAPE_ENTRA_DIAGNOSTIC * FIELDS + TYPE], 2);
    cr_assert_eq(present[SHAPE_ENTRA_DIAGNOSTIC * FIELDS + OPERATION], 0);
    cr_assert_eq(present[SHAPE_STORAGE * FIELDS + OPERATION], 1);
    cr_assert_eq(bench.tally.shape_records[SHAPE_ENTRA_DIAGNOSTIC], 2);
    bench_close(&bench);
}

Test(decode, names_fit_the_tally) {
    size_t shapes = 0, encodings = 0;
    while (decode_shape_names[shapes]) shapes++;
    while (decode_encoding_names[encodings]) encodings++;
    cr_assert_eq(shapes, SHAPE_COUNT);
    cr_assert_leq(encodings, TALLY_ENCODINGS);
    cr_assert_str_eq(decode_shape_names[0], "not recognised");
}

/* ---- programs -------------------------------------------------------------------------------- */

Test(decode, a_program_of_no_fields_counts_records) {
    struct program program = {0};
    struct reader_config config = {.program = &program, .isa = ISA_WESTMERE};
    struct decoder *decoder = decoder_new(&config, NULL);
    struct batch batch;
    struct tally tally;
    cr_assert(decoder && batch_init(&batch, 0) && tally_init(&tally, &program));
    char text[2 + TEXT_PADDING] = "{}";
    cr_assert_eq(
        decode_record(decoder, (struct text){text, 2}, false, (struct origin){0}, &batch, &tally),
        DECODE_ROW);
    cr_assert_eq(batch.rows, 1);
    decoder_free(decoder);
    batch_free(&batch);
    tally_free(&tally);
}
