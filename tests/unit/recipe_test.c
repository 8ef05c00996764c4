/* recipe_test.c - rows made by recipe against rows worked out one by one: --validate has no
 * recipes. */
#include "tests/unit/decode_bench.h"

static const char *const names[] = {
    "event_source", "event_type", "result_type", "timestamp",     "userPrincipalName",
    "ipAddress",    "riskState",  "@id",         "@rawstring",    "riskEventTypes_v2",
    "list[0].a",    "list[1]",    "status",      "operationName", "eventName",
    "Vendor.x",     "own",        "own.deep",    "@offset",       "homeTenantId"};
#define COUNT (sizeof names / sizeof *names)

/* Records, each with places (~) for one of several values. */
static const char *const forms[] = {
    "{\"event_source\":~,\"event_type\":~,\"result_type\":~,\"timestamp\":\"2026-03-07T14:00:00Z\","
    "\"userPrincipalName\":~,\"riskEventTypes_v2\":~,\"own\":~}",
    "{\"category\":\"SignInLogs\",\"time\":\"2026-03-07T14:00:00Z\",\"resultType\":~,"
    "\"properties\":"
    "{\"id\":~,\"ipAddress\":~,\"riskState\":~,\"riskEventTypes_v2\":~,\"status\":{\"errorCode\":~}"
    ","
    "\"createdDateTime\":~}}",
    "{\"category\":~,\"operationName\":~,\"resultType\":~,\"time\":~,\"own\":{\"deep\":~}}",
    "{\"Category\":\"StorageRead\",\"OperationName\":~,\"own.deep\":~,\"list\":[{\"a\":~},~]}",
    "{\"category\":\"StorageRead\",\"Vendor.operationName\":~,\"operationName\":~}",
    "{\"eventName\":~,\"eventTime\":~,\"eventVersion\":\"1\",\"eventID\":~}",
    "{\"status\":~,\"userPrincipalName\":~,\"riskEventTypes_v2[0]\":~,\"riskEventTypes_v2[1]\":~}",
    "{\"#event.dataset\":~,\"#Vendor\":~,\"Vendor.properties.riskState\":~,\"@rawstring\":~}",
    "{\"records\":~,\"own\":~,\"Vendor.x\":~}",
    "{\"tables\":~,\"own\":~,\"status\":~,\"x\":1}",
    "{\"Date (UTC)\":~,\"IP address\":~,\"Status\":~,\"Sign-in error code\":~}",
    "{\"@rawstring\":\"{\\\"category\\\":\\\"SignInLogs\\\",\\\"own\\\":5}\",\"own\":~,\"status\":~"
    "}",
};
static const char *const values[] = {"\"AzureActiveDirectory\"",
                                     "\"AWSCloudTrail\"",
                                     "\"AzureStorage\"",
                                     "\"SignIn\"",
                                     "\"0\"",
                                     "0",
                                     "\"\"",
                                     "null",
                                     "true",
                                     "-1.5e3",
                                     "\"a\\\"b\"",
                                     "\"\\u0041\"",
                                     "[]",
                                     "[1,\"x\"]",
                                     "{}",
                                     "{\"a\":{\"b\":[]},\"deep\":\"d\"}",
                                     "\"x,y\"",
                                     "\"[\\\"x\\\"]\"",
                                     "\"StorageRead\"",
                                     "\"microsoft\"",
                                     "\"entraid.signin\"",
                                     "\"atRisk\"",
                                     "\"user@example.com\""};
#define VALUES (sizeof values / sizeof *values)

static uint64_t next(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

static void make(uint64_t *state, size_t kinds, char *to) {
    for (const char *at = forms[next(state) % (sizeof forms / sizeof *forms)]; *at; at++) {
        if (*at == '~') {
            to = stpcpy(to, values[next(state) % kinds * 5 % VALUES]);
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

static void assert_equal(const struct bench *fast, const struct bench *plain, const char *json) {
    cr_assert_eq(fast->batch.rows, plain->batch.rows, "%s", json);
    uint32_t row = plain->batch.rows - 1;
    for (size_t i = 0; plain->batch.rows && i < COUNT; i++) {
        const struct column *a = &fast->batch.columns[i], *b = &plain->batch.columns[i];
        struct text x = column_value(a, row), y = column_value(b, row);
        cr_assert(column_present(a, row) == column_present(b, row) && text_equal(x, y),
                  "%s is '%.*s', not '%.*s', in %s", names[i], (int)x.length, x.data, (int)y.length,
                  y.data, json);
    }
}

static void assert_counted(struct tally *fast, struct tally *plain) {
    tally_settle(fast);
    tally_settle(plain);
    for (size_t shape = 0; shape < TALLY_SHAPES; shape++) {
        cr_assert_eq(fast->shape_records[shape], plain->shape_records[shape]);
        for (size_t i = 0; i < COUNT; i++)
            cr_assert_eq(fast->present[shape * COUNT + i], plain->present[shape * COUNT + i],
                         "%s of shape %zu", names[i], shape);
    }
    for (size_t i = 0; i < COUNT * TALLY_ENCODINGS; i++)
        cr_assert_eq(fast->encodings[i], plain->encodings[i]);
}

/* Of few values recipes are found again and again; of many they come and go. */
Test(recipe, rows_are_those_that_are_worked_out_one_by_one) {
    static const size_t kinds[] = {1, 2, 4, VALUES};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct bench fast, plain;
        uint64_t state = k;
        char json[1000];
        bench_open_for(&fast, isa_best(), false, names, COUNT);
        bench_open_for(&plain, isa_best(), true, names, COUNT);
        for (unsigned i = 0; i < 4000; i++) {
            make(&state, kinds[k], json);
            cr_assert_eq(decode(&fast, json), decode(&plain, json), "%s", json);
            assert_equal(&fast, &plain, json);
            if (i % 500 == 499) batch_reset(&fast.batch);
            if (i % 500 == 499) batch_reset(&plain.batch);
        }
        assert_counted(&fast.tally, &plain.tally);
        bench_close(&fast);
        bench_close(&plain);
    }
}
