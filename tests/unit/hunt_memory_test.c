/* hunt_memory_test.c - hunts over a small archive with each allocation failing in turn: what a hunt
 * answers then is the whole answer, or there is an error. That nothing leaks is for the builds with
 * sanitizers to see. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/trawl.h"
#include "tests/unit/packing.h"
#include "tests/unit/scarce.h"

static char folder[64];

/* ---- an archive of what is read in different ways ------------------------------------------- */

static const char *const names[] = {"lines.json", "pack.tar", "table.csv", "utf16.json",
                                    "wrapped.json"};

static const char *path_of(const char *name) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, struct text bytes) {
    FILE *file = fopen(path_of(name), "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes.data, 1, bytes.length, file), bytes.length);
    cr_assert_eq(fclose(file), 0);
}

static void append_events(struct buffer *to, const char *name, int count, const char *between) {
    for (int i = 0; i < count; i++)
        buffer_printf(to,
                      "%s{\"eventName\":\"%s\",\"eventVersion\":\"1\",\"n\":%d,"
                      "\"eventTime\":\"2026-03-07T12:00:0%dZ\",\"eventID\":\"%s%d\"}",
                      i ? between : "", name, i, i % 10, name, i / 2);
}

static void make_archive(void) {
    struct buffer lines = {0}, zipped = {0}, wide = {0}, wrapped = {0};
    struct pack tar;
    strcpy(folder, "/tmp/hunt-memory-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    append_events(&lines, "line", 40, "\n");
    put("lines.json", span(&lines));
    add_gzip(&zipped, span(&lines));
    pack_open(&tar, ARCHIVE_FORMAT_TAR_USTAR, NULL);
    pack_add(&tar, "in/zipped.gz", AE_IFREG, span(&zipped));
    pack_add(&tar, "again.json", AE_IFREG, span(&lines));
    pack_close(&tar);
    put("pack.tar", span(&tar.bytes));
    put("table.csv", text_of("eventName,eventVersion,eventTime,n\nrow,1,2026-03-07T12:00:00Z,1\n"));
    buffer_append(&wide, "\xFF\xFE", 2);
    for (size_t i = 0; i < lines.length; i++) buffer_append(&wide, (char[]){lines.data[i], 0}, 2);
    put("utf16.json", span(&wide));
    buffer_append(&wrapped, "{\"\\u0052ecords\":[", 17);
    append_events(&wrapped, "wrapped", 5, ",");
    buffer_append(&wrapped, "]}\n{broken\n", 11);
    put("wrapped.json", span(&wrapped));
    buffer_free(&lines);
    buffer_free(&zipped);
    buffer_free(&wide);
    buffer_free(&wrapped);
    buffer_free(&tar.bytes);
}

static void remove_archive(void) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(path_of(names[i]));
    cr_expect_eq(rmdir(folder), 0);
}

TestSuite(hunt_memory, .init = make_archive, .fini = remove_archive, .timeout = 300);

/* ---- hunts ---------------------------------------------------------------------------------- */

/* All rows, and what the ledger counts. */
struct answer {
    struct buffer rows;
    uint64_t records, malformed, matched;
};

static bool take(void *context, const struct trawl_cell *cells, size_t count) {
    struct buffer *rows = context;
    for (size_t i = 0; i < count; i++) {
        buffer_append_char(rows, '|');
        if (cells[i].length) buffer_append(rows, cells[i].text, cells[i].length);
    }
    buffer_append_char(rows, '\n');
    return true;
}

static enum trawl_status hunt(const struct trawl_plan *plan, struct answer *answer,
                              struct trawl_error *error) {
    const struct trawl_options options = {.threads = 1, .gaps = true};
    const struct trawl_rows rows = {take, &answer->rows};
    struct trawl_hunt *hunt = trawl_hunt_new(plan, &options, error);
    if (!hunt) return error->status;
    enum trawl_status status = trawl_hunt_add(hunt, folder, error);
    if (status == TRAWL_OK) status = trawl_hunt_run(hunt, &rows, error);
    if (status == TRAWL_OK) {
        const struct trawl_summary *summary = trawl_hunt_summary(hunt);
        answer->records = summary->records;
        answer->malformed = summary->malformed;
        answer->matched = summary->matched;
    }
    trawl_hunt_free(hunt);
    return status;
}

/* Row by row is asked for memory of the test's own: it has it before. */
static void make_room(struct answer *answer) {
    *answer = (struct answer){.rows = {0}};
    cr_assert(buffer_reserve(&answer->rows, 1 << 20));
}

static void expect_answers(const char *query) {
    const struct trawl_query_options options = {.evidence = true, .dedupe = true};
    struct trawl_diagnostics *diagnostics;
    struct trawl_error error;
    struct trawl_plan *plan =
        trawl_query_compile("query", query, strlen(query), &options, &diagnostics);
    cr_assert_not_null(plan, "%s", query);
    struct answer whole, answer;
    make_room(&whole);
    make_room(&answer);
    cr_assert_eq(hunt(plan, &whole, &error), TRAWL_OK);
    unsigned long asked, i = 0;
    do {
        i++;
        answer.rows.length = 0;
        error = (struct trawl_error){0};
        scarce_begin(i, 1);
        enum trawl_status status = hunt(plan, &answer, &error);
        asked = scarce_end();
        if (status == TRAWL_OK) {
            cr_assert(same(&answer.rows, &whole.rows), "%s: allocation %lu", query, i);
            cr_assert_eq(answer.records, whole.records);
            cr_assert_eq(answer.malformed, whole.malformed);
            cr_assert_eq(answer.matched, whole.matched);
        } else {
            cr_assert_eq(status, TRAWL_MEMORY, "%s: allocation %lu: %s", query, i, error.message);
            cr_assert(error.message[0]);
        }
    } while (asked >= i); /* one has failed */
    cr_assert_gt(i, 100);
    buffer_free(&whole.rows);
    buffer_free(&answer.rows);
    trawl_plan_free(plan);
    trawl_diagnostics_free(diagnostics);
}

Test(hunt_memory, rows_of_single_records) {
    expect_answers("eventName=* | sort(eventID) | select([eventName, n])");
}

Test(hunt_memory, rows_of_many_records) {
    expect_answers("groupBy(eventName, function=[count(), collect(eventID)])");
}

/* ---- one record ----------------------------------------------------------------------------- */

static bool take_record(void *context, const char *bytes, size_t length) {
    return buffer_append(context, bytes, length);
}

Test(hunt_memory, one_record) {
    char path[128];
    struct buffer whole = {0}, record = {0};
    struct trawl_error error;
    strcpy(path, path_of("pack.tar"));
    cr_assert(buffer_reserve(&record, 1000));
    cr_assert_eq(trawl_show(path, "again.json", 0, NULL, take_record, &whole, &error), TRAWL_OK);
    unsigned long asked, i = 0;
    do {
        i++;
        record.length = 0;
        scarce_begin(i, 1);
        enum trawl_status status =
            trawl_show(path, "again.json", 0, NULL, take_record, &record, &error);
        asked = scarce_end();
        cr_assert(status == TRAWL_OK ? same(&record, &whole) : status == TRAWL_MEMORY, "%lu: %d %s",
                  i, status, error.message);
    } while (asked >= i);
    buffer_free(&whole);
    buffer_free(&record);
}
