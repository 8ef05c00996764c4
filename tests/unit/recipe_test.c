/* recipe_test.c - rows made by recipe against rows worked out one by one: --validate has no
 * recipes. */
#include "tests/unit/decode_bench.h"

enum { MADE = 5 }; /* the first names are of fields that are made anew in each record */
static const char *const names[] = {
    "@rawstring",        "@offset",           "list[0].a", "list[1]",     "own.deep",
    "event_source",      "event_type",        "timestamp", "result_type", "ipAddress",
    "riskEventTypes_v2", "userPrincipalName", "riskState", "@id",         "status",
    "operationName",     "eventName",         "Vendor.x",  "own",         "homeTenantId"};
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
                                     "\"user@example.com\"",
                                     "\"\xff is no UTF-8\""};
#define VALUES (sizeof values / sizeof *values)

static uint64_t next(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

#define PLACES 16

/* Of the values `chosen` for the places the record before had most. */
static void make(uint64_t *state, const char *form, size_t kinds, size_t chosen[PLACES], char *to) {
    for (const char *at = form; *at; at++) {
        if (*at == '~') {
            if (next(state) % 8 == 0) *chosen = next(state) % kinds * 5 % VALUES;
            to = stpcpy(to, values[*chosen++]);
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

static const char *any_form(uint64_t *state) {
    return forms[next(state) % (sizeof forms / sizeof *forms)];
}

static void assert_equal(const struct bench *fast, const struct bench *plain, uint32_t row) {
    for (size_t i = 0; i < fast->program.field_count; i++) {
        const struct column *a = &fast->batch.columns[i], *b = &plain->batch.columns[i];
        struct text x = column_value(a, row), y = column_value(b, row);
        cr_assert(column_present(a, row) == column_present(b, row) && text_equal(x, y),
                  "%s of row %u is '%.*s', not '%.*s'", fast->fields[i].name, row, (int)x.length,
                  x.data, (int)y.length, y.data);
    }
}

static void assert_counted(struct tally *fast, struct tally *plain, size_t count) {
    tally_settle(fast);
    tally_settle(plain);
    for (size_t shape = 0; shape < TALLY_SHAPES; shape++) {
        cr_assert_eq(fast->shape_records[shape], plain->shape_records[shape]);
        for (size_t i = 0; i < count; i++)
            cr_assert_eq(fast->present[shape * count + i], plain->present[shape * count + i],
                         "field %zu of shape %zu", i, shape);
    }
    for (size_t i = 0; i < count * TALLY_ENCODINGS; i++)
        cr_assert_eq(fast->encodings[i], plain->encodings[i]);
}

/* However a record was read, it was read one way. */
static void assert_each_counted(const struct tally *tally) {
    uint64_t records = 0;
    for (size_t shape = 0; shape < TALLY_SHAPES; shape++) records += tally->shape_records[shape];
    cr_assert_eq(tally->fast_read + tally->fast_declined + tally->fast_paused + tally->fast_never,
                 records);
}

static enum decode_outcome add(struct bench *bench, const char *json) {
    struct origin origin = {1, 2, bench->batch.rows};
    return decode_record(bench->decoder, keep(bench, json), false, origin, &bench->batch,
                         &bench->tally);
}

/* Batches of records, of which each has the form of the one before but for one in `stays`, and
 * values of so many kinds. */
static void compare(const char *const *wanted, size_t count, unsigned stays, size_t kinds) {
    struct bench fast, plain;
    uint64_t state = kinds + stays;
    const char *form = forms[0];
    size_t chosen[PLACES] = {0};
    char json[1000];
    bench_open_for(&fast, isa_best(), false, wanted, count);
    bench_open_for(&plain, isa_best(), true, wanted, count);
    for (unsigned i = 0; i < 4000; i++) {
        if (next(&state) % stays == 0) form = any_form(&state);
        make(&state, form, kinds, chosen, json);
        if (next(&state) % 50 == 0) json[strlen(json) - 1] = '\0';
        cr_assert_eq(add(&fast, json), add(&plain, json), "%s", json);
        cr_assert_eq(fast.batch.rows, plain.batch.rows, "%s", json);
        if (i % 500 != 499) continue;
        cr_assert(batch_complete(&fast.batch) && batch_complete(&plain.batch));
        for (uint32_t row = 0; row < plain.batch.rows; row++) assert_equal(&fast, &plain, row);
        batch_reset(&fast.batch);
        batch_reset(&plain.batch);
    }
    assert_counted(&fast.tally, &plain.tally, count);
    assert_each_counted(&fast.tally);
    assert_each_counted(&plain.tally);
    bench_close(&fast);
    bench_close(&plain);
}

/* Of few values recipes are found again and again; of many they come and go. Fields that are made
 * anew in each record keep rows from being as the one before. */
Test(recipe, rows_are_those_that_are_worked_out_one_by_one) {
    static const size_t kinds[] = {1, 2, 4, VALUES};
    static const unsigned stays[] = {1, 3, 40};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t s = 0; s < sizeof stays / sizeof *stays; s++) {
            compare(names, COUNT, stays[s], kinds[k]);
            compare(names + MADE, COUNT - MADE, stays[s], kinds[k]);
            compare(names + MADE, 6, stays[s], kinds[k]);
        }
}
