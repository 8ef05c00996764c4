/* decode_bench.h - a decoder and a batch to decode into. */
#ifndef TRAWL_TESTS_DECODE_BENCH_H
#define TRAWL_TESTS_DECODE_BENCH_H

#include "formats/decode.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "formats/map/map.h"

enum {
    SOURCE,
    TYPE,
    RESULT,
    TIMESTAMP,
    USER,
    ADDRESS,
    APP,
    LEVEL,
    STATE,
    EVENTS,
    REQUIREMENT,
    HOME,
    RESOURCE,
    KEY,
    OPERATION,
    FIELDS
};
static const char *const field_names[FIELDS] = {"event_source",
                                                "event_type",
                                                "result_type",
                                                "timestamp",
                                                "userPrincipalName",
                                                "ipAddress",
                                                "appDisplayName",
                                                "riskLevelDuringSignIn",
                                                "riskState",
                                                "riskEventTypes_v2",
                                                "authenticationRequirement",
                                                "homeTenantId",
                                                "resourceTenantId",
                                                "accessKeyId",
                                                "operationName"};

#define BENCH_FIELDS_MOST 64

struct bench {
    struct program_field fields[BENCH_FIELDS_MOST];
    struct program program;
    struct decoder *decoder;
    struct batch batch;
    struct tally tally;
    char *text;
};

static inline void bench_open_for(struct bench *bench, enum isa isa, bool validate,
                                  const char *const *names, size_t count) {
    *bench = (struct bench){.program = {.field_count = count}};
    cr_assert_leq(count, BENCH_FIELDS_MOST);
    for (size_t i = 0; i < count; i++)
        bench->fields[i] = (struct program_field){(char *)names[i], true};
    bench->program.fields = bench->fields;
    struct reader_config config = {.program = &bench->program, .isa = isa, .validate = validate};
    bench->decoder = decoder_new(&config, NULL);
    cr_assert_not_null(bench->decoder);
    cr_assert(batch_init(&bench->batch, (uint32_t)count));
    cr_assert(tally_init(&bench->tally, &bench->program));
}

static inline void bench_open(struct bench *bench, enum isa isa, bool validate) {
    bench_open_for(bench, isa, validate, field_names, FIELDS);
}

static inline void bench_close(struct bench *bench) {
    decoder_free(bench->decoder);
    batch_free(&bench->batch);
    tally_free(&bench->tally);
    free(bench->text);
}

/* Memory of its own, with the padding and no more. */
static inline struct text keep(struct bench *bench, const char *bytes) {
    size_t length = strlen(bytes);
    free(bench->text);
    bench->text = malloc(length + TEXT_PADDING);
    memcpy(bench->text, bytes, length);
    memset(bench->text + length, '{', TEXT_PADDING);
    return (struct text){bench->text, length};
}

static inline enum decode_outcome decode(struct bench *bench, const char *json) {
    struct text text = keep(bench, json);
    struct origin origin = {1, 2, bench->batch.rows};
    enum decode_outcome outcome =
        decode_record(bench->decoder, text, false, origin, &bench->batch, &bench->tally);
    const char *why;
    cr_assert(batch_complete(&bench->batch));
    cr_assert(batch_validate(&bench->batch, &why), "%s after %s", why, json);
    return outcome;
}

/* A field of the last row; "-": missing. */
static inline const char *field(struct bench *bench, size_t index) {
    static char texts[8][400];
    static unsigned turn;
    const struct column *column = &bench->batch.columns[index];
    uint32_t row = bench->batch.rows - 1;
    char *to = texts[turn++ % 8];
    cr_assert(batch_complete(&bench->batch));
    struct text value = column_value(column, row);
    snprintf(to, sizeof texts[0], "%.*s", (int)value.length, value.data);
    return column_present(column, row) ? to : "-";
}

/* Pairs of field and text, ended by -1; fields not named are missing. */
struct expected {
    int field;
    const char *text;
};

static inline void check_row(struct bench *bench, const struct expected *expected,
                             const char *what) {
    for (int i = 0; i < FIELDS; i++) {
        const char *text = "-";
        for (const struct expected *e = expected; e->field >= 0; e++)
            if (e->field == i) text = e->text;
        cr_assert_str_eq(field(bench, (size_t)i), text, "%s of %s", field_names[i], what);
    }
}

#define EACH_ISA(isa) \
    for (enum isa isa = ISA_WESTMERE, best_ = isa_best(); isa <= best_ && isa < ISA_COUNT; isa++)

/* One record, on every ISA level, lazily and validated. */
static inline void check(const char *json, enum map_shape shape, const struct expected *expected) {
    EACH_ISA(isa) {
        for (int validate = 0; validate < 2; validate++) {
            struct bench bench;
            bench_open(&bench, isa, validate);
            enum decode_outcome outcome = decode(&bench, json);
            cr_assert_eq(outcome, DECODE_ROW, "%s: %d (%s)", json, outcome,
                         decoder_message(bench.decoder));
            cr_assert_eq(bench.batch.rows, 1);
            cr_assert_eq(bench.batch.origins[0].input, 1);
            cr_assert_eq(bench.batch.origins[0].member, 2);
            check_row(&bench, expected, json);
            cr_assert_eq(bench.tally.shape_records[shape], 1, "%s", json);
            bench_close(&bench);
        }
    }
}

#define ROW(...) ((const struct expected[]){__VA_ARGS__, {-1, NULL}})
#define SIGNIN                          \
    {SOURCE, "AzureActiveDirectory"}, { \
        TYPE, "SignIn"                  \
    }

#endif
