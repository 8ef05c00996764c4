#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/output/escape.h"
#include "formats/output/output.h"
#include "formats/output/table_layout.h"

/* ---- rows of literals, and a sink that remembers ------------------------------------------- */

#define TEXT(s) \
    { TRAWL_TEXT, s, sizeof s - 1 }
#define FLAG(s) \
    { TRAWL_FLAG, s, sizeof s - 1 }
#define NUMBER(s) \
    { TRAWL_NUMBER, s, sizeof s - 1 }
#define MISSING \
    { TRAWL_MISSING, NULL, 0 }

struct memory {
    char bytes[1 << 20];
    size_t length, calls, refuse_after; /* refuse_after 0: never */
};

static bool remember(void *context, const char *bytes, size_t length) {
    struct memory *memory = context;
    memory->calls++;
    if (memory->refuse_after && memory->calls > memory->refuse_after) return false;
    cr_assert_lt(memory->length + length, sizeof memory->bytes);
    memcpy(memory->bytes + memory->length, bytes, length);
    memory->length += length;
    memory->bytes[memory->length] = '\0';
    return true;
}

static struct memory memory;

/* Gives the rows until the writer wants no more. Every row stands in memory of its own, which is
 * gone when the next one comes. */
static enum trawl_status write_all(enum trawl_format format, size_t columns,
                                   const char *const *names, size_t row_count,
                                   const struct trawl_cell *cells, const struct trawl_sink *sink,
                                   struct trawl_error *error) {
    struct trawl_writer *writer = writer_new_with(names, columns, format, sink, error);
    cr_assert_not_null(writer);
    struct trawl_rows rows = trawl_writer_rows(writer);
    for (size_t row = 0; row < row_count; row++) {
        struct trawl_cell copy[8];
        char *texts[8] = {NULL};
        cr_assert_leq(columns, 8);
        for (size_t i = 0; i < columns; i++) {
            copy[i] = cells[row * columns + i];
            if (!copy[i].text) continue;
            texts[i] = malloc(copy[i].length + 1);
            copy[i].text = memcpy(texts[i], copy[i].text, copy[i].length);
        }
        bool more = rows.row(rows.context, copy, columns);
        for (size_t i = 0; i < columns; i++) free(texts[i]);
        if (!more) break;
    }
    enum trawl_status status = trawl_writer_finish(writer, error);
    trawl_writer_free(writer);
    return status;
}

static const char *written(enum trawl_format format, size_t columns, const char *const *names,
                           size_t row_count, const struct trawl_cell *cells, unsigned width,
                           bool color) {
    struct trawl_sink sink = {
        .write = remember, .context = &memory, .width = width, .color = color};
    memset(&memory, 0, sizeof memory);
    struct trawl_error error = {0};
    cr_assert_eq(write_all(format, columns, names, row_count, cells, &sink, &error), TRAWL_OK, "%s",
                 error.message);
    return memory.bytes;
}

#define WRITTEN(format, names, cells, width)                                                   \
    written(format, sizeof(names) / sizeof *(names), names,                                    \
            sizeof(cells) / sizeof *(cells) / (sizeof(names) / sizeof *(names)), cells, width, \
            false)

/* ---- NDJSON and JSON ---------------------------------------------------------------------- */

Test(output, ndjson_writes_every_kind_of_cell) {
    const char *names[] = {"a", "b\"", "c", "d", "e"};
    struct trawl_cell cells[] = {
        TEXT("x"),   MISSING,   FLAG("true"), NUMBER("-9223372036854775808"),
        TEXT(""),    TEXT("y"), TEXT("z"),    FLAG("false"),
        NUMBER("3"), MISSING};
    cr_expect_str_eq(
        WRITTEN(TRAWL_NDJSON, names, cells, 0),
        "{\"a\":\"x\",\"b\\\"\":null,\"c\":\"true\",\"d\":-9223372036854775808,\"e\":\"\"}\n"
        "{\"a\":\"y\",\"b\\\"\":\"z\",\"c\":\"false\",\"d\":3,\"e\":null}\n");
}

/* Expected: json.dumps(s, ensure_ascii=False) of Python 3.11. */
Test(output, json_strings_escape_what_json_must_and_no_more) {
    const char *names[] = {"k"};
    struct trawl_cell cells[] = {
        TEXT("\0\x01\x02\x03\x04\x05\x06\x07\b\t\n\x0b\f\r\x0e\x0f"),
        TEXT("\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"),
        TEXT("\"\\/\x7f"),
        TEXT("\xC3\xA9\xF0\x9F\x90\x9F\xE2\x80\xA8"),
    };
    cr_expect_str_eq(WRITTEN(TRAWL_NDJSON, names, cells, 0),
                     "{\"k\":\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007"
                     "\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\"}\n"
                     "{\"k\":\"\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017"
                     "\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\"}\n"
                     "{\"k\":\"\\\"\\\\/\x7f\"}\n"
                     "{\"k\":\"\xC3\xA9\xF0\x9F\x90\x9F\xE2\x80\xA8\"}\n");
}

Test(output, json_is_one_array_with_an_object_per_line) {
    const char *names[] = {"k"};
    struct trawl_cell cells[] = {NUMBER("1"), NUMBER("2")};
    cr_expect_str_eq(WRITTEN(TRAWL_JSON, names, cells, 0), "[\n{\"k\":1},\n{\"k\":2}\n]\n");
}

Test(output, no_rows) {
    const char *names[] = {"k"};
    cr_expect_str_eq(written(TRAWL_NDJSON, 1, names, 0, NULL, 0, false), "");
    cr_expect_str_eq(written(TRAWL_JSON, 1, names, 0, NULL, 0, false), "[]\n");
    cr_expect_str_eq(written(TRAWL_CSV, 1, names, 0, NULL, 0, false), "k\n");
}

/* ---- CSV ---------------------------------------------------------------------------------- */

Test(output, csv_quotes_where_it_must) {
    const char *names[] = {"a,b", "c"};
    struct trawl_cell cells[] = {
        TEXT("plain text"), MISSING,      TEXT("a,b"), TEXT("say \"hi\""),
        TEXT("two\nlines"), TEXT("\r\n"), TEXT(" x"),  TEXT("x "),
        TEXT("\"\""),       FLAG("true"), TEXT(""),    NUMBER("7"),
    };
    cr_expect_str_eq(WRITTEN(TRAWL_CSV, names, cells, 0),
                     "\"a,b\",c\n"
                     "plain text,\n"
                     "\"a,b\",\"say \"\"hi\"\"\"\n"
                     "\"two\nlines\",\"'\r\n\"\n"
                     "\" x\",\"x \"\n"
                     "\"\"\"\"\"\",true\n"
                     ",7\n");
}

Test(output, csv_guards_formulas_but_not_numbers) {
    const char *names[] = {"k"};
    struct trawl_cell cells[] = {TEXT("=cmd|' /C calc'!A0"),
                                 TEXT("+1"),
                                 TEXT("-1"),
                                 TEXT("@SUM(A1)"),
                                 TEXT("\tx"),
                                 TEXT("a=b"),
                                 NUMBER("-5"),
                                 TEXT("=1,2"),
                                 TEXT("\r=1"),
                                 TEXT("\n=1"),
                                 TEXT("\xEF\xBC\x9D\x31"),
                                 TEXT("\xEF\xBC\x91")};
    cr_expect_str_eq(WRITTEN(TRAWL_CSV, names, cells, 0),
                     "k\n'=cmd|' /C calc'!A0\n'+1\n'-1\n'@SUM(A1)\n\"'\tx\"\na=b\n-5\n"
                     "\"'=1,2\"\n\"'\r=1\"\n\"'\n=1\"\n'\xEF\xBC\x9D\x31\n\xEF\xBC\x91\n");
}

/* ---- table -------------------------------------------------------------------------------- */

#define RULE5 "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"

Test(output, table_aligns_numbers_right_and_shows_what_is_missing) {
    const char *names[] = {"name", "n"};
    struct trawl_cell cells[] = {TEXT("abcdef"), NUMBER("5"), MISSING, NUMBER("1234")};
    cr_expect_str_eq(WRITTEN(TRAWL_TABLE, names, cells, 0), "name       n\n" RULE5 RULE5
                                                            "\xE2\x94\x80\xE2\x94\x80\n"
                                                            "abcdef     5\n"
                                                            "-       1234\n");
}

Test(output, table_counts_columns_as_a_terminal_does) {
    const char *names[] = {"w", "x"};
    /* two wide characters; e and a combining accent; a Latin letter of two bytes */
    struct trawl_cell cells[] = {TEXT("\xE6\x97\xA5\xE6\x9C\xAC"),
                                 TEXT("1"),
                                 TEXT("e\xCC\x81"),
                                 TEXT("2"),
                                 TEXT("\xC3\xA9"),
                                 TEXT("3")};
    cr_expect_str_eq(WRITTEN(TRAWL_TABLE, names, cells, 0), "w     x\n" RULE5
                                                            "\xE2\x94\x80\xE2\x94\x80\n"
                                                            "\xE6\x97\xA5\xE6\x9C\xAC  1\n"
                                                            "e\xCC\x81     2\n"
                                                            "\xC3\xA9     3\n");
}

Test(output, table_shows_controls_instead_of_obeying_them) {
    const char *names[] = {"k"};
    struct trawl_cell cells[] = {
        TEXT("\x1b[2J\n\r\x7f"), /* ESC, line breaks, DEL */
        TEXT("\xC2\x9B"
             "31m"), /* CSI of C1 */
        TEXT("a\xE2\x80\xAE"
             "b\xE2\x81\xA6"
             "c"),                        /* right-to-left override, isolate */
        TEXT("\xFF\xC0\xAF\xED\xA0\x80"), /* not UTF-8: stray, overlong, surrogate */
        TEXT("x\xE2\x80"),                /* cut off */
    };
    const char *text = WRITTEN(TRAWL_TABLE, names, cells, 0);
#define BAD "\xEF\xBF\xBD"
    cr_expect(strstr(text, "\n\xE2\x90\x9B[2J\xE2\x90\x8A\xE2\x90\x8D\xE2\x90\xA1\n"), "%s", text);
    cr_expect(strstr(text, "\n" BAD "31m\n"), "%s", text);
    cr_expect(strstr(text, "\na" BAD "b" BAD "c\n"), "%s", text);
    cr_expect(strstr(text, "\n" BAD BAD BAD BAD BAD BAD "\n"), "%s", text);
    cr_expect(strstr(text, "\nx" BAD BAD "\n"), "%s", text);
    for (const char *c = text; *c; c++) cr_expect((unsigned char)*c >= 0x20 || *c == '\n');
}

Test(output, table_colors_only_when_asked) {
    const char *names[] = {"k"};
    struct trawl_cell cells[] = {FLAG("true"), FLAG("false"), MISSING, TEXT("true")};
    cr_expect_null(strchr(written(TRAWL_TABLE, 1, names, 4, cells, 0, false), '\x1b'));
    const char *text = written(TRAWL_TABLE, 1, names, 4, cells, 0, true);
    cr_expect(strstr(text, "\n\x1b[1;33mtrue\x1b[0m\nfalse\n\x1b[2m-\x1b[0m\ntrue\n"), "%s", text);
}

/* Columns of the widest line. */
static size_t widest_line(const char *text) {
    size_t widest = 0;
    struct glyph_locale locale = glyphs_begin();
    while (*text) {
        size_t length = strcspn(text, "\n");
        size_t columns = glyphs_columns(text, length);
        if (columns > widest) widest = columns;
        text += length + 1;
    }
    glyphs_end(locale);
    return widest;
}

Test(output, table_fits_every_width_and_drops_no_column) {
    const char *names[] = {"timestamp", "userPrincipalName", "is_high_risk", "tenant", "score"};
    struct trawl_cell cells[] = {TEXT("2026-03-11T05:00:02.1234567Z"),
                                 TEXT("somebody.with.a.long.name@\xE6\x97\xA5\xE6\x9C\xAC.example"),
                                 FLAG("true"), TEXT("7b2e0c14-6c5f-4a44-9d7e-0d9a4d1f0a11"),
                                 NUMBER("3")};
    for (unsigned width = 8; width < 160; width++) {
        const char *text = WRITTEN(TRAWL_TABLE, names, cells, width);
        cr_expect_leq(widest_line(text), width, "width %u:\n%s", width, text);
        for (size_t i = 0; i < 5; i++) {
            static const char *const starts[] = {"2026-", "someb", "true", "7b2e0", "3"};
            cr_expect(strstr(text, starts[i]), "width %u: no %s in\n%s", width, starts[i], text);
        }
    }
}

Test(output, table_breaks_headers_into_words_before_it_cuts_cells) {
    const char *names[] = {"riskLevelDuringSignIn", "has_risky_event"};
    struct trawl_cell cells[] = {TEXT("medium"), FLAG("false")};
    cr_expect_str_eq(WRITTEN(TRAWL_TABLE, names, cells, 14),
                     "risk    has_\n"
                     "Level   risky_\n"
                     "During  event\n"
                     "SignIn  \n" RULE5 RULE5
                     "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\n"
                     "medium  false\n");
}

Test(output, layout_shrinks_the_widest_first) {
    struct table_column columns[] = {{.data = 60, .header = 4, .word = 4},
                                     {.data = 5, .header = 4, .word = 4},
                                     {.data = 30, .header = 4, .word = 4}};
    cr_assert_eq(table_layout(columns, 3, 80), 1);
    cr_expect_eq(columns[0].width, 41); /* 80 = 41 + 5 + 30 and two gaps of 2 */
    cr_expect_eq(columns[1].width, 5);
    cr_expect_eq(columns[2].width, 30);
    cr_assert_eq(table_layout(columns, 3, 0), 1);
    cr_expect_eq(columns[0].width, 60);
}

Test(output, layout_takes_another_line_where_columns_would_be_unreadable) {
    struct table_column columns[4];
    for (size_t i = 0; i < 4; i++) {
        columns[i] = (struct table_column){.data = 36, .header = 8, .word = 8};
    }
    cr_assert_eq(table_layout(columns, 4, 60), 2);
    cr_expect_eq(columns[0].line, 0);
    cr_expect_eq(columns[3].line, 1);
    for (size_t i = 0; i < 4; i++) cr_expect_geq(columns[i].width, (size_t)TABLE_LEAST);
}

Test(output, the_callers_locale_stays_as_it_is) {
    struct glyph_locale locale = glyphs_begin();
    cr_expect_eq(glyphs_columns("\xE6\x97\xA5", 3), 2);
    glyphs_end(locale);
}

/* ---- the sink ----------------------------------------------------------------------------- */

static char long_text[200000];
static struct trawl_cell long_cells[50];

static void make_long_cells(void) {
    memset(long_text, 'x', sizeof long_text);
    for (size_t i = 0; i < 50; i++)
        long_cells[i] = (struct trawl_cell){TRAWL_TEXT, long_text, sizeof long_text};
    memset(&memory, 0, sizeof memory);
}

Test(output, blocks_join_to_the_same_bytes) {
    static const char *const names[] = {"k"};
    struct trawl_sink sink = {.write = remember, .context = &memory};
    make_long_cells();
    cr_assert_eq(write_all(TRAWL_NDJSON, 1, names, 3, long_cells, &sink, NULL), TRAWL_OK);
    cr_expect_eq(memory.length, 3 * (strlen("{\"k\":\"\"}\n") + sizeof long_text));
    cr_expect_leq(memory.calls, memory.length / EMITTER_BLOCK + 1);
}

Test(output, a_sink_that_refuses_is_not_called_again) {
    static const char *const names[] = {"k"};
    static const enum trawl_format formats[] = {TRAWL_NDJSON, TRAWL_JSON, TRAWL_CSV, TRAWL_TABLE};
    for (size_t i = 0; i < 4; i++) {
        make_long_cells();
        memory.refuse_after = 2;
        struct trawl_sink sink = {.write = remember, .context = &memory};
        struct trawl_error error = {0};
        cr_expect_eq(write_all(formats[i], 1, names, 50, long_cells, &sink, &error), TRAWL_IO);
        cr_expect_eq(error.status, TRAWL_IO);
        cr_expect_eq(memory.calls, 3);
    }
}

/* ---- rows while they come ----------------------------------------------------------------- */

static size_t flushes;

static bool count_flush(void *context) {
    (void)context;
    flushes++;
    return true;
}

Test(output, a_row_is_shown_soon_where_the_sink_asks_for_it) {
    static const char *const names[] = {"k"};
    struct trawl_cell cell = TEXT("x");
    for (int asks = 0; asks < 2; asks++) {
        struct trawl_sink sink = {.write = remember, .context = &memory};
        if (asks) sink.flush = count_flush;
        memset(&memory, 0, sizeof memory);
        flushes = 0;
        struct trawl_writer *writer = writer_new_with(names, 1, TRAWL_NDJSON, &sink, NULL);
        struct trawl_rows rows = trawl_writer_rows(writer);
        cr_assert(rows.row(rows.context, &cell, 1));
        cr_expect_eq(flushes, (size_t)asks);
        cr_expect_str_eq(memory.bytes, asks ? "{\"k\":\"x\"}\n" : "");
        cr_expect_eq(trawl_writer_finish(writer, NULL), TRAWL_OK);
        cr_expect_str_eq(memory.bytes, "{\"k\":\"x\"}\n");
        trawl_writer_free(writer);
    }
}

Test(output, a_table_keeps_the_widths_of_its_first_rows) {
    static const char *const names[] = {"name", "second"};
    static struct trawl_cell cells[2 * 1002];
    for (size_t row = 0; row < 1002; row++) {
        cells[2 * row] = (struct trawl_cell)TEXT("abc");
        cells[2 * row + 1] = (struct trawl_cell)TEXT("1");
    }
    cells[2 * 1001] = (struct trawl_cell)TEXT("abcdefghij");
    const char *text = written(TRAWL_TABLE, 2, names, 1002, cells, 80, false);
    cr_expect(strstr(text, "\nabc   1\nabc\xE2\x80\xA6  1\n"), "%s", text + strlen(text) - 40);
    text = written(TRAWL_TABLE, 2, names, 1002, cells, 0, false);
    cr_expect(strstr(text, "\nabc   1\nabcdefghij  1\n"), "%s", text + strlen(text) - 40);
    size_t lines = 0;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    cr_expect_eq(lines, 1002 + 2);
}

Test(output, a_table_of_long_rows_is_laid_out_before_they_take_much_memory) {
    static const char *const names[] = {"k"};
    make_long_cells();
    struct trawl_sink sink = {.write = remember, .context = &memory, .width = 80};
    struct trawl_writer *writer = writer_new_with(names, 1, TRAWL_TABLE, &sink, NULL);
    struct trawl_rows rows = trawl_writer_rows(writer);
    for (size_t given = 0; given < 50; given++)
        cr_assert(rows.row(rows.context, &long_cells[given], 1));
    cr_expect_eq(trawl_writer_finish(writer, NULL), TRAWL_OK);
    cr_expect_eq(widest_line(memory.bytes), 80);
    trawl_writer_free(writer);
}

Test(output, no_such_format) {
    static const char *const names[] = {"k"};
    struct trawl_sink sink = {.write = remember, .context = &memory};
    struct trawl_error error = {0};
    cr_expect_null(writer_new_with(names, 1, (enum trawl_format)99, &sink, &error));
    cr_expect_eq(error.status, TRAWL_INVALID);
    trawl_writer_free(NULL);
}

/* ---- about -------------------------------------------------------------------------------- */

Test(output, about_fits_what_it_is_given) {
    char text[4096], piece[8];
    size_t length = trawl_about(text, sizeof text);
    cr_expect_eq(length, strlen(text));
    cr_expect(strncmp(text, "trawl " TRAWL_VERSION "\n", strlen("trawl " TRAWL_VERSION "\n")) == 0);
    static const char *const libraries[] = {"\nsimdjson 3.", "\nhyperscan 5.", "\npcre2 10.",
                                            "\nzstd 1.",     "\nisa-l 2.",     "\nlibarchive 3.",
                                            "\nxxhash 0."};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        cr_expect(strstr(text, libraries[i]), "no%s in %s", libraries[i], text);
    }
    cr_expect_eq(trawl_about(piece, sizeof piece), length);
    cr_expect_str_eq(piece, "trawl 0");
    cr_expect_eq(trawl_about(NULL, 0), length);
}
