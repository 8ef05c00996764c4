/* map_test.c - the tables of names and shapes: every row of them is tried. */
#include "formats/map/map.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "formats/projection.h"

/* ---- helpers --------------------------------------------------------------------------------- */

struct bench {
    struct projection projection;
    struct json_parser *parser;
    struct json_row row;
    struct buffer json;
    uint32_t *picks, *ranks;
};

static void bench_open(struct bench *bench, const char *const *names, size_t count) {
    *bench = (struct bench){.parser = json_parser_new(ISA_WESTMERE)};
    cr_assert(projection_init(&bench->projection, names, count));
    cr_assert_not_null(bench->parser);
    cr_assert(json_row_init(&bench->row, bench->projection.paths));
    bench->picks = calloc(count + 1, sizeof *bench->picks);
    bench->ranks = calloc(count + 1, sizeof *bench->ranks);
}

static void bench_close(struct bench *bench) {
    projection_free(&bench->projection);
    json_row_free(&bench->row);
    json_parser_free(bench->parser);
    buffer_free(&bench->json);
    free(bench->picks);
    free(bench->ranks);
}

static const struct json_value *project(struct bench *bench, const char *json) {
    const char *message = NULL;
    buffer_clear(&bench->json, SIZE_MAX);
    buffer_append(&bench->json, json, strlen(json));
    buffer_reserve(&bench->json, 0);
    cr_assert_eq(json_project(bench->parser, bench->projection.paths,
                              (struct text){bench->json.data, bench->json.length}, true,
                              &bench->row, &message),
                 JSON_OK, "%s: %s", json, message);
    return bench->row.values;
}

/* The text that a field of the projection gets; "-": none. */
static const char *pick(struct bench *bench, const char *json, enum map_family family,
                        size_t field) {
    static struct buffer text;
    project(bench, json);
    projection_pick(&bench->projection, &bench->row, family, bench->picks, bench->ranks);
    if (bench->picks[field] == PROJECTION_NO_SLOT) return "-";
    buffer_clear(&text, SIZE_MAX);
    cr_assert(json_text(&bench->row.values[bench->picks[field]], &text));
    buffer_append_char(&text, '\0');
    return text.data;
}

/* {"a":{"b":VALUE}} of a/b; the last key gets the suffix. */
static void wrap(struct buffer *json, const char *path, const char *suffix, const char *value) {
    const char *slash = strchr(path, '/');
    if (slash) {
        buffer_printf(json, "{\"%.*s\":", (int)(slash - path), path);
        wrap(json, slash + 1, suffix, value);
    } else {
        buffer_printf(json, "{\"%s%s\":%s", path, suffix, value);
    }
    buffer_append_char(json, '}');
}

/* The path alone in a record gives the field its value. */
static void check_path(struct bench *bench, const char *prefix, const char *path,
                       const char *suffix, const char *value, enum map_family family,
                       size_t field) {
    struct buffer full = {0}, json = {0};
    buffer_printf(&full, "%s%s", prefix, path);
    buffer_append_char(&full, '\0');
    wrap(&json, full.data, suffix, value);
    buffer_append_char(&json, '\0');
    cr_assert_str_eq(pick(bench, json.data, family, field), "found", "%s, family %d: %s",
                     map_fields[field].name, family, json.data);
    buffer_free(&full);
    buffer_free(&json);
}

/* ---- fields ---------------------------------------------------------------------------------- */

static const char *const places[] = {"properties/", "", "properties.", "Vendor.properties.",
                                     "Vendor."};

static void open_all(struct bench *bench, const char **names) {
    for (size_t i = 0; i < map_field_count; i++) names[i] = map_fields[i].name;
    bench_open(bench, names, map_field_count);
}

Test(map, every_name_of_the_table_is_found_alone) {
    struct bench bench;
    const char *names[200] = {NULL};
    cr_assert_leq(map_field_count, 200);
    open_all(&bench, names);
    for (size_t f = 0; f < map_field_count; f++) {
        for (enum map_family family = 0; family < FAMILY_COUNT; family++) {
            const char *const *list = map_fields[f].names[family];
            for (size_t i = 0; list && list[i]; i++) {
                if (list[i][0] != '*') {
                    check_path(&bench, "", list[i], "", "\"found\"", family, f);
                    continue;
                }
                for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
                    check_path(&bench, places[p], list[i] + 1, "", "\"found\"", family, f);
                    check_path(&bench, places[p], list[i] + 1, "[0]", "\"found\"", family, f);
                }
            }
        }
    }
    bench_close(&bench);
}

Test(map, an_earlier_name_beats_a_later_one) {
    struct bench bench;
    const char *names[200] = {NULL};
    open_all(&bench, names);
    for (size_t f = 0; f < map_field_count; f++) {
        for (enum map_family family = 0; family < FAMILY_COUNT; family++) {
            const char *const *list = map_fields[f].names[family];
            for (size_t i = 0; list && list[i] && list[i + 1]; i++) {
                /* Two names that are plain keys; nested ones would make the record ambiguous. */
                const char *first = list[i] + (list[i][0] == '*');
                const char *second = list[i + 1] + (list[i + 1][0] == '*');
                if (strchr(first, '/') || strchr(second, '/')) continue;
                struct buffer json = {0};
                buffer_printf(&json, "{\"%s\":\"later\",\"%s\":\"found\"}", second, first);
                buffer_append_char(&json, '\0');
                cr_assert_str_eq(pick(&bench, json.data, family, f), "found", "%s: %s",
                                 map_fields[f].name, json.data);
                buffer_free(&json);
            }
        }
    }
    bench_close(&bench);
}

Test(map, the_table_has_each_field_once_and_no_odd_name) {
    for (size_t i = 0; i < map_field_count; i++) {
        cr_assert_eq(map_field_find(text_of(map_fields[i].name)), &map_fields[i],
                     "%s is there twice", map_fields[i].name);
        for (enum map_family family = 0; family < FAMILY_COUNT; family++) {
            const char *const *list = map_fields[i].names[family];
            for (size_t k = 0; list && list[k]; k++) {
                cr_assert_gt(strlen(list[k]), 1);
                if (list[k][0] == '*') cr_assert_null(strchr(list[k], '/'));
            }
        }
    }
    cr_assert_null(map_field_find(text_of("no such field")));
}

Test(map, places_are_tried_in_order) {
    static const struct {
        const char *json, *expected;
    } cases[] = {
        {"{\"properties\":{\"riskState\":1},\"riskState\":2}", "1"},
        {"{\"properties\":{\"riskState\":null},\"riskState\":2}", "2"},
        {"{\"properties\":{\"riskState\":null,\"riskState[0]\":1},\"riskState\":2}", "1"},
        {"{\"properties\":{\"RiskState\":1},\"riskState\":2}", "2"},
        {"{\"properties\":{\"RiskState\":1},\"Vendor.riskState\":2}", "2"},
        {"{\"properties.riskState\":1,\"riskState\":2}", "2"},
        {"{\"Vendor.riskState\":4,\"Vendor.properties.riskState\":3}", "3"},
        {"{\"Vendor.properties.riskState\":3,\"properties.riskState\":2}", "2"},
        {"{\"properties\":\"{\\\"riskState\\\":1}\",\"riskState\":2}", "1"},
        {"{\"properties\":[{\"riskState\":1}],\"riskState\":2}", "2"},
        {"{\"riskState\":\"\",\"RiskState\":2}", ""},
        {"{\"RiskState\":2}", "2"},
        {"{\"riskstate\":2}", "-"},
    };
    struct bench bench;
    bench_open(&bench, (const char *const[]){"riskState"}, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_str_eq(pick(&bench, cases[i].json, FAMILY_SIGNIN, 0), cases[i].expected, "%s",
                         cases[i].json);
    bench_close(&bench);
}

Test(map, a_field_in_no_table_is_the_records_own) {
    static const struct {
        const char *json, *expected;
    } cases[] = {
        {"{\"a.b.c\":1,\"a\":{\"b\":{\"c\":2}}}", "1"},
        {"{\"a\":{\"b\":{\"c\":2}},\"Vendor.a.b.c\":3}", "2"},
        {"{\"a\":\"{\\\"b\\\":{\\\"c\\\":2}}\"}", "2"},
        {"{\"Vendor.a.b.c\":3,\"properties\":{\"a.b.c\":4}}", "3"},
        {"{\"properties\":{\"a\":{\"b\":{\"c\":4}}}}", "4"},
        {"{\"a.b.c[0]\":5,\"a.b.c[1]\":6}", "5,6"},
        {"{\"a\":{\"b\":null}}", "-"},
    };
    struct bench bench;
    bench_open(&bench, (const char *const[]){"a.b.c"}, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (enum map_family family = 0; family < FAMILY_COUNT; family++)
            cr_assert_str_eq(pick(&bench, cases[i].json, family, 0), cases[i].expected, "%s",
                             cases[i].json);
    bench_close(&bench);
}

Test(map, names_of_any_form_make_a_projection) {
    struct bench bench;
    const char *const names[] = {
        "", ".", "a..b", "[0]", "*", "a/b", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18"};
    bench_open(&bench, names, 7);
    cr_assert_str_eq(pick(&bench, "{\"a\":{\"\":{\"b\":1}}}", FAMILY_SIGNIN, 2), "1");
    cr_assert_str_eq(pick(&bench, "{\"a/b\":1}", FAMILY_SIGNIN, 5), "1");
    cr_assert_str_eq(
        pick(&bench, "{\"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18\":1}", FAMILY_SIGNIN, 6),
        "1");
    bench_close(&bench);
}

Test(map, null_is_told_from_absent) {
    struct bench bench;
    bench_open(&bench, (const char *const[]){"appId", "riskEventTypes_v2"}, 2);
    project(&bench, "{\"properties\":{\"riskEventTypes_v2\":null},\"appId\":1}");
    cr_assert(projection_has_null(&bench.projection, &bench.row, FAMILY_SIGNIN, 1));
    cr_assert_not(projection_has_null(&bench.projection, &bench.row, FAMILY_SIGNIN, 0));
    project(&bench, "{\"properties\":{},\"appId\":null}");
    cr_assert_not(projection_has_null(&bench.projection, &bench.row, FAMILY_SIGNIN, 1));
    bench_close(&bench);
}

Test(map, the_portals_spellings_are_translated) {
    struct json_value value = json_plain(text_of("Single-factor authentication"));
    struct json_value result = map_translate("authenticationRequirement", FAMILY_PORTAL, value);
    cr_assert(json_string_is(&result, "singleFactorAuthentication"));
    result = map_translate("authenticationRequirement", FAMILY_SIGNIN, value);
    cr_assert(json_string_is(&result, "Single-factor authentication"));
    result = map_translate("riskState", FAMILY_PORTAL, value);
    cr_assert(json_string_is(&result, "Single-factor authentication"));
    value = json_plain(text_of("Multifactor authentication"));
    result = map_translate("authenticationRequirement", FAMILY_PORTAL, value);
    cr_assert(json_string_is(&result, "multiFactorAuthentication"));
}

/* ---- shapes ---------------------------------------------------------------------------------- */

struct shape_case {
    const char *json;
    enum map_shape shape;
    const char *source, *type; /* NULL: missing */
};

static void check_word(const struct json_value *value, const char *expected, const char *json) {
    if (!expected)
        cr_assert_leq(value->type, JSON_NULL, "%s", json);
    else
        cr_assert(json_string_is(value, expected), "%s: not %s", json, expected);
}

static void check_shapes(const struct shape_case *cases, size_t count) {
    struct bench bench;
    bench_open(&bench, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        struct map_record record = map_recognise(project(&bench, cases[i].json));
        cr_assert_eq(record.shape, cases[i].shape, "%s: shape %d", cases[i].json, record.shape);
        check_word(&record.source, cases[i].source, cases[i].json);
        check_word(&record.type, cases[i].type, cases[i].json);
    }
    bench_close(&bench);
}
#define CHECK_SHAPES(cases) check_shapes(cases, sizeof(cases) / sizeof(cases)[0])

#define ENTRA "AzureActiveDirectory", "SignIn"

Test(map, sign_in_categories_are_recognised_under_every_key) {
    static const char *const categories[] = {"SignInLogs",
                                             "NonInteractiveUserSignInLogs",
                                             "ServicePrincipalSignInLogs",
                                             "ManagedIdentitySignInLogs",
                                             "MicrosoftServicePrincipalSignInLogs",
                                             "ADFSSignInLogs",
                                             "SigninLogs",
                                             "AADNonInteractiveUserSignInLogs",
                                             "AADServicePrincipalSignInLogs",
                                             "AADManagedIdentitySignInLogs"};
    static const char *const keys[] = {"category", "Category", "Type"};
    for (size_t c = 0; c < sizeof categories / sizeof categories[0]; c++) {
        for (size_t k = 0; k < 3; k++) {
            char json[200];
            snprintf(json, sizeof json, "{\"%s\":\"%s\"}", keys[k], categories[c]);
            struct shape_case one[] = {
                {json, k ? SHAPE_LOG_ANALYTICS : SHAPE_ENTRA_DIAGNOSTIC, ENTRA}};
            CHECK_SHAPES(one);
            snprintf(json, sizeof json, "{\"%s\":\"%s\",\"properties\":{}}", keys[k],
                     categories[c]);
            one[0].shape = SHAPE_ENTRA_DIAGNOSTIC;
            CHECK_SHAPES(one);
        }
    }
}

Test(map, the_first_category_that_says_something_counts) {
    static const struct shape_case cases[] = {
        {"{\"category\":\"\",\"Category\":null,\"Type\":\"SigninLogs\"}", SHAPE_LOG_ANALYTICS,
         ENTRA},
        {"{\"category\":false,\"Category\":\"SignInLogs\"}", SHAPE_LOG_ANALYTICS, ENTRA},
        {"{\"category\":[],\"Category\":{},\"Type\":\"SigninLogs\"}", SHAPE_LOG_ANALYTICS, ENTRA},
        {"{\"category\":0,\"Type\":\"SigninLogs\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"category\":\"Other\",\"Type\":\"SigninLogs\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"category\":\"Sign\\u0049nLogs\"}", SHAPE_ENTRA_DIAGNOSTIC, ENTRA},
        {"{\"category\":\"signinlogs\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"category\":[\"SignInLogs\"]}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"category\":\"SignInLogs\",\"event_type\":\"other\"}", SHAPE_ENTRA_DIAGNOSTIC, ENTRA},
    };
    CHECK_SHAPES(cases);
}

Test(map, graph_is_told_by_two_keys_without_a_category) {
    static const struct shape_case cases[] = {
        {"{\"status\":{},\"userPrincipalName\":\"u\"}", SHAPE_ENTRA_GRAPH, ENTRA},
        {"{\"status\":null,\"userPrincipalName\":null}", SHAPE_ENTRA_GRAPH, ENTRA},
        {"{\"status\":{},\"userPrincipalName\":\"u\",\"category\":\"\"}", SHAPE_ENTRA_GRAPH, ENTRA},
        {"{\"status\":{},\"userPrincipalName\":\"u\",\"Type\":\"\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"status\":{},\"userPrincipalName\":\"u\",\"category\":\"x\"}", SHAPE_UNKNOWN, NULL,
         NULL},
        {"{\"status\":{},\"properties\":{\"userPrincipalName\":\"u\"}}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"userPrincipalName\":\"u\",\"event_type\":\"SignIn\"}", SHAPE_UNKNOWN, NULL, "SignIn"},
    };
    CHECK_SHAPES(cases);
}

Test(map, a_record_may_say_itself_what_it_is) {
    static const struct shape_case cases[] = {
        {"{\"event_source\":\"AzureActiveDirectory\",\"event_type\":\"SignIn\"}", SHAPE_LOGSCALE,
         ENTRA},
        {"{\"event_source\":\"X\",\"category\":\"SignInLogs\"}", SHAPE_LOGSCALE, "X", NULL},
        {"{\"event_source\":null,\"category\":\"SignInLogs\"}", SHAPE_ENTRA_DIAGNOSTIC, ENTRA},
        {"{\"event_source\":\"\",\"category\":\"SignInLogs\"}", SHAPE_LOGSCALE, "", NULL},
    };
    CHECK_SHAPES(cases);
}

Test(map, the_portal_overrides_all) {
    static const struct shape_case cases[] = {
        {"{\"Date (UTC)\":\"d\",\"IP address\":\"i\"}", SHAPE_PORTAL, ENTRA},
        {"{\"Date (UTC)\":null,\"IP address\":null,\"event_source\":\"X\"}", SHAPE_PORTAL, ENTRA},
        {"{\"Date (UTC)\":\"d\",\"ip address\":\"i\"}", SHAPE_UNKNOWN, NULL, NULL},
    };
    CHECK_SHAPES(cases);
}

Test(map, logscale_is_told_by_its_tags) {
    static const struct shape_case cases[] = {
        {"{\"#Vendor\":\"microsoft\",\"#event.dataset\":\"entraid.signin\"}", SHAPE_LOGSCALE,
         ENTRA},
        {"{\"#event.dataset\":\"azure.entraid.signin\"}", SHAPE_LOGSCALE, ENTRA},
        {"{\"#Vendor\":\"okta\",\"#event.dataset\":\"entraid.signin\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"#Vendor\":\"microsoft\",\"#event.dataset\":\"entraid.audit\"}", SHAPE_UNKNOWN, NULL,
         NULL},
        {"{\"#Vendor\":\"microsoft\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"Vendor.category\":\"SignInLogs\"}", SHAPE_LOGSCALE, ENTRA},
        {"{\"@timestamp\":1,\"category\":\"SignInLogs\"}", SHAPE_LOGSCALE, ENTRA},
    };
    CHECK_SHAPES(cases);
}

Test(map, cloudtrail_is_told_by_its_keys) {
    static const struct shape_case cases[] = {
        {"{\"Vendor.eventVersion\":\"1.08\",\"Vendor.eventTime\":\"t\","
         "\"Vendor.eventName\":\"ListBuckets\"}",
         SHAPE_CLOUDTRAIL, "AWSCloudTrail", "ListBuckets"},
        {"{\"eventVersion\":\"1.08\",\"eventTime\":\"t\",\"eventName\":\"ListBuckets\"}",
         SHAPE_CLOUDTRAIL, "AWSCloudTrail", "ListBuckets"},
        {"{\"eventSource\":\"s3\",\"eventTime\":\"t\",\"eventName\":\"GetObject\"}",
         SHAPE_CLOUDTRAIL, "AWSCloudTrail", "GetObject"},
        {"{\"EventSource\":\"s3\",\"TimeGenerated\":\"t\",\"EventName\":\"GetObject\"}",
         SHAPE_CLOUDTRAIL, "AWSCloudTrail", "GetObject"},
        {"{\"Type\":\"AWSCloudTrail\",\"EventName\":\"GetObject\"}", SHAPE_CLOUDTRAIL,
         "AWSCloudTrail", "GetObject"},
        {"{\"eventsource\":\"s3\",\"eventtime\":\"t\",\"eventname\":\"GetObject\"}",
         SHAPE_CLOUDTRAIL, "AWSCloudTrail", "GetObject"},
        {"{\"Event Type\":\"AwsApiCall\",\"Event DateTime\":\"t\",\"Event Name\":\"ListObjects\"}",
         SHAPE_CLOUDTRAIL, "AWSCloudTrail", "ListObjects"},
        {"{\"eventVersion\":\"1.08\",\"eventName\":\"ListBuckets\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{\"eventTime\":\"t\",\"eventName\":\"ListBuckets\"}", SHAPE_UNKNOWN, NULL, NULL},
    };
    CHECK_SHAPES(cases);
}

Test(map, storage_and_other_azure_records_are_told_by_category) {
    static const struct shape_case cases[] = {
        {"{\"category\":\"StorageRead\",\"operationName\":\"GetBlob\"}", SHAPE_STORAGE,
         "AzureStorage", "GetBlob"},
        {"{\"category\":\"StorageWrite\",\"operationName\":\"PutBlob\"}", SHAPE_STORAGE,
         "AzureStorage", "PutBlob"},
        {"{\"Type\":\"StorageBlobLogs\",\"OperationName\":\"GetBlob\"}", SHAPE_STORAGE,
         "AzureStorage", "GetBlob"},
        {"{\"category\":\"StorageDelete\"}", SHAPE_STORAGE, "AzureStorage", NULL},
        {"{\"category\":\"AuditLogs\",\"time\":\"t\"}", SHAPE_AZURE_OTHER, NULL, NULL},
        {"{\"category\":\"RiskyUsers\",\"resourceId\":\"r\"}", SHAPE_AZURE_OTHER, NULL, NULL},
        {"{\"Category\":\"UserRiskEvents\",\"TimeGenerated\":\"t\",\"event_type\":\"own\"}",
         SHAPE_AZURE_OTHER, NULL, "own"},
        {"{\"category\":\"Policy\",\"operationName\":\"o\"}", SHAPE_AZURE_OTHER, NULL, NULL},
        {"{\"category\":\"AuditLogs\"}", SHAPE_UNKNOWN, NULL, NULL},
        {"{}", SHAPE_UNKNOWN, NULL, NULL},
    };
    CHECK_SHAPES(cases);
}

/* ---- outcome --------------------------------------------------------------------------------- */

Test(map, the_result_is_found_in_its_order) {
    static const struct {
        const char *json, *expected; /* NULL: missing */
    } cases[] = {
        {"{\"result_type\":\"1\",\"resultType\":\"2\"}", "1"},
        {"{\"result_type\":null,\"resultType\":\"2\",\"ResultType\":\"3\"}", "2"},
        {"{\"ResultType\":3}", "3"},
        {"{\"resultType\":null,\"ResultType\":\"3\",\"status\":{\"errorCode\":4}}", "4"},
        {"{\"resultType\":null,\"ResultType\":\"3\"}", NULL},
        {"{\"properties\":{\"status\":{\"errorCode\":0}},\"status\":{\"errorCode\":5}}", "0"},
        {"{\"properties\":{\"status\":{}},\"status\":{\"errorCode\":5}}", "5"},
        {"{\"properties\":{\"status\":\"Success\"},\"status\":{\"errorCode\":5}}", NULL},
        {"{\"properties\":{\"status\":{\"x\":1}},\"status\":{\"errorCode\":5}}", NULL},
        {"{\"Status\":\"{\\\"errorCode\\\":50126}\"}", "50126"},
        {"{\"#Vendor\":\"microsoft\",\"error.code\":\"0\"}", "0"},
        {"{\"@timestamp\":1,\"error.code\":\"5\",\"Vendor.status.errorCode\":\"0\"}", "0"},
        {"{\"#Vendor\":\"m\",\"error.code\":\"5\",\"resultType\":0}", "0"},
        {"{\"error.code\":\"0\"}", NULL}, /* not LogScale's */
        {"{\"Status\":\"{'errorCode': 0}\"}", NULL},
        {"{\"status\":false,\"Status\":{\"errorCode\":6}}", "6"},
        {"{\"status\":[{\"errorCode\":6}],\"Status\":{\"errorCode\":7}}", NULL},
        {"{\"properties\":{\"resultType\":1}}", NULL},
        {"{}", NULL},
    };
    struct bench bench;
    bench_open(&bench, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_value result = map_result(project(&bench, cases[i].json), FAMILY_SIGNIN);
        struct text expected = text_of(cases[i].expected ? cases[i].expected : "");
        cr_assert_eq(result.type > JSON_NULL, cases[i].expected != NULL, "%s", cases[i].json);
        if (cases[i].expected)
            cr_assert(text_equal(result.raw, expected), "%s: %.*s", cases[i].json,
                      (int)result.raw.length, result.raw.data);
    }
    bench_close(&bench);
}

Test(map, the_portals_result_is_its_code_or_its_success) {
    static const struct {
        const char *json, *expected;
    } cases[] = {
        {"{\"Sign-in error code\":\"50126\",\"Status\":\"Failure\"}", "50126"},
        {"{\"Sign-in error code\":\"\",\"Status\":\"Success\"}", "0"},
        {"{\"Status\":\"Success\"}", "0"},
        {"{\"Status\":\"Interrupted\",\"result_type\":\"0\"}", NULL},
    };
    struct bench bench;
    bench_open(&bench, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_value result = map_result(project(&bench, cases[i].json), FAMILY_PORTAL);
        if (cases[i].expected)
            cr_assert(json_string_is(&result, cases[i].expected), "%s", cases[i].json);
        else
            cr_assert_leq(result.type, JSON_NULL, "%s", cases[i].json);
    }
    bench_close(&bench);
}

Test(map, envelopes_are_told_by_their_array) {
    struct bench bench;
    bench_open(&bench, NULL, 0);
    cr_assert(map_is_envelope(project(&bench, "{\"x\":1,\"records\":[]}")));
    cr_assert(map_is_envelope(project(&bench, "{\"Records\":[{}]}")));
    cr_assert(map_is_envelope(project(&bench, "{\"value\":[]}")));
    cr_assert_not(map_is_envelope(project(&bench, "{\"value\":{},\"tables\":[]}")));
    cr_assert_not(map_is_envelope(project(&bench, "{\"records\":1,\"records\":[]}")));
    cr_assert(map_is_tables(project(&bench, "{\"tables\":[]}")));
    cr_assert_not(map_is_tables(project(&bench, "{\"tables\":\"[]\"}")));
    bench_close(&bench);
}

Test(map, every_anchor_has_a_path_of_its_own) {
    for (size_t i = 0; i < ANCHOR_COUNT; i++) {
        cr_assert_not_null(map_anchors[i]);
        for (size_t k = 0; k < i; k++) cr_assert_str_neq(map_anchors[i], map_anchors[k]);
    }
}
