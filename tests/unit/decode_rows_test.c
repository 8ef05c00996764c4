/* decode_rows_test.c - rows of CSV and of tables responses. */
#include "tests/unit/decode_bench.h"

/* ---- tables ---------------------------------------------------------------------------------- */

/* Splits a line at |; "" cells stay. */
static size_t cells_of(struct bench *bench, const char *line, struct text *cells) {
    struct text text = keep(bench, line);
    size_t count = 0;
    const char *at = text.data, *end = text.data + text.length;
    for (;;) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        cells[count++] = (struct text){at, (size_t)((bar ? bar : end) - at)};
        if (!bar) return count;
        at = bar + 1;
    }
}

static void header(struct bench *bench, const char *line) {
    struct text cells[32];
    size_t count = cells_of(bench, line, cells);
    cr_assert(decode_header(bench->decoder, cells, count));
}

static enum decode_outcome row(struct bench *bench, const char *line) {
    struct text cells[32];
    size_t count = cells_of(bench, line, cells);
    return decode_cells(bench->decoder, cells, count, (struct origin){0}, &bench->batch,
                        &bench->tally);
}

Test(decode_rows, portal_rows) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    header(&bench,
           "Date (UTC)|Request ID|User|Username|Incoming token type|Application|Resource tenant ID"
           "|Home tenant ID|IP address|Status|Sign-in error code|Authentication requirement"
           "|Incoming token type");
    cr_assert_eq(row(&bench,
                     "2026-03-11T04:58:01Z|r|Ann|ann@b.c|none|Portal|R|H|1.1.1.1|Success||"
                     "Single-factor authentication|none"),
                 DECODE_ROW);
    check_row(&bench,
              ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "2026-03-11T04:58:01Z"}, {USER, "ann@b.c"},
                  {ADDRESS, "1.1.1.1"}, {APP, "Portal"}, {HOME, "H"}, {RESOURCE, "R"},
                  {REQUIREMENT, "singleFactorAuthentication"}),
              "portal");
    cr_assert_eq(row(&bench, "D|r|Ann|||P||H|1.1.1.1|Failure|50126|Multifactor authentication|x|y"),
                 DECODE_ROW);
    check_row(&bench,
              ROW(SIGNIN, {RESULT, "50126"}, {TIMESTAMP, "D"}, {ADDRESS, "1.1.1.1"}, {APP, "P"},
                  {HOME, "H"}, {REQUIREMENT, "multiFactorAuthentication"}),
              "portal");
    cr_assert_eq(bench.tally.shape_records[SHAPE_PORTAL], 2);
    bench_close(&bench);
}

Test(decode_rows, log_analytics_rows) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    header(&bench,
           "TimeGenerated|Type|Status|RiskEventTypes_V2|RiskState|RiskState|"
           "RiskLevelDuringSignIn");
    cr_assert_eq(row(&bench,
                     "G|SigninLogs|{\"errorCode\":0}|[\"a\",\"b\"]|first|last|"
                     "back\\u0041slash"),
                 DECODE_ROW);
    check_row(&bench,
              ROW(SIGNIN, {RESULT, "0"}, {TIMESTAMP, "G"}, {STATE, "last"}, {EVENTS, "a,b"},
                  {LEVEL, "back\\u0041slash"}),
              "Log Analytics");
    cr_assert_eq(row(&bench, "G|SigninLogs|{'errorCode': 0}||first|"), DECODE_ROW);
    check_row(&bench, ROW(SIGNIN, {TIMESTAMP, "G"}, {STATE, "first"}), "short row");
    bench_close(&bench);
}

Test(decode_rows, flattened_and_dotted_columns) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    header(&bench,
           "event_source|Vendor.riskState|riskEventTypes_v2[1]|riskEventTypes_v2[0]|"
           "properties|@rawstring");
    cr_assert_eq(row(&bench, "S|r|b\"|a\\||"), DECODE_ROW);
    check_row(&bench, ROW({SOURCE, "S"}, {STATE, "r"}, {EVENTS, "a\\,b\""}), "flattened");
    cr_assert_eq(row(&bench, "S|r||a|{\"riskState\":\"p\"}|"), DECODE_ROW);
    check_row(&bench, ROW({SOURCE, "S"}, {STATE, "p"}, {EVENTS, "a"}), "properties");
    cr_assert_eq(row(&bench, "|||||{\"category\":\"SignInLogs\"}"), DECODE_ROW);
    check_row(&bench, ROW(SIGNIN), "rawstring");
    header(&bench, "riskState");
    cr_assert_eq(row(&bench, "again"), DECODE_ROW);
    check_row(&bench, ROW({STATE, "again"}), "a new header");
    bench_close(&bench);
}

Test(decode_rows, cells_of_invalid_utf8_are_repaired) {
    struct bench bench;
    bench_open(&bench, isa_best(), false);
    header(&bench, "x|riskState|event_source");
    cr_assert_eq(row(&bench, "\xff|good|S"), DECODE_REPAIRED);
    check_row(&bench, ROW({SOURCE, "S"}, {STATE, "good"}), "repaired");
    cr_assert_eq(row(&bench,
                     "||b\xff"
                     "d"),
                 DECODE_REPAIRED);
    check_row(&bench,
              ROW({SOURCE,
                   "b\xef\xbf\xbd"
                   "d"}),
              "repaired");
    bench_close(&bench);
}

Test(decode_rows, rows_of_a_tables_response) {
    EACH_ISA(isa) {
        struct bench bench;
        bench_open(&bench, isa, false);
        header(&bench, "TimeGenerated|Category|ResultType|Status|RiskEventTypes_V2");
        struct text text =
            keep(&bench, "[\"G\",\"SignInLogs\",null,{\"errorCode\":7},[\"a\"],\"more\"]");
        cr_assert_eq(
            decode_table_row(bench.decoder, text, (struct origin){0}, &bench.batch, &bench.tally),
            DECODE_ROW);
        /* A ResultType that is null is no result: the status' code is. */
        check_row(&bench, ROW(SIGNIN, {RESULT, "7"}, {TIMESTAMP, "G"}, {EVENTS, "a"}), "row");
        text = keep(&bench, "{}");
        cr_assert_eq(
            decode_table_row(bench.decoder, text, (struct origin){0}, &bench.batch, &bench.tally),
            DECODE_NOT_RECORD);
        text = keep(&bench, "[\"G\"");
        cr_assert_eq(
            decode_table_row(bench.decoder, text, (struct origin){0}, &bench.batch, &bench.tally),
            DECODE_MALFORMED);
        text = keep(&bench, "[\"\xff\"]");
        cr_assert_eq(
            decode_table_row(bench.decoder, text, (struct origin){0}, &bench.batch, &bench.tally),
            DECODE_REPAIRED);
        cr_assert_str_eq(field(&bench, TIMESTAMP), "\xef\xbf\xbd");
        bench_close(&bench);
    }
}

Test(decode_rows, rows_before_a_header_have_nothing) {
    struct bench bench;
    bench_open(&bench, ISA_WESTMERE, false);
    cr_assert_eq(row(&bench, "a|b"), DECODE_ROW);
    cr_assert_eq(bench.tally.shape_records[SHAPE_UNKNOWN], 1);
    bench_close(&bench);
}
