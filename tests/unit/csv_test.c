#include "formats/framing/csv.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* Every row as its cells in angle brackets, and a line for each. */
static char *rows_of(const char *text) {
    struct csv csv = {0};
    struct buffer to = {0};
    size_t size = strlen(text);
    char *copy = malloc(size + TEXT_PADDING);
    memcpy(copy, text, size);
    memset(copy + size, ',', TEXT_PADDING);
    for (size_t at = 0; at < size;) {
        size_t length, taken;
        enum csv_outcome outcome =
            csv_row(&csv, (struct text){copy + at, size - at}, true, &length, &taken);
        if (outcome != CSV_ROW) {
            buffer_printf(&to, "unclosed");
            break;
        }
        for (size_t i = 0; i < csv.count; i++)
            buffer_printf(&to, "<%.*s>", (int)csv.cells[i].length, csv.cells[i].data);
        buffer_append_char(&to, '\n');
        at += taken;
    }
    buffer_append_char(&to, 0);
    csv_free(&csv);
    free(copy);
    return to.data;
}

static void expect_rows(const char *text, const char *expected) {
    char *rows = rows_of(text);
    cr_expect_str_eq(rows, expected);
    free(rows);
}

Test(csv, cells) {
    expect_rows("a,b,c", "<a><b><c>\n");
    expect_rows(",,", "<><><>\n");
    expect_rows("a,\n", "<a><>\n");
    expect_rows("a cell of more than sixteen bytes,and another one that is as long\n",
                "<a cell of more than sixteen bytes><and another one that is as long>\n");
}

Test(csv, line_ends) {
    expect_rows("a\nb\r\nc\rd", "<a>\n<b>\n<c>\n<d>\n");
    expect_rows("a\n\n\r\n b\n", "<a>\n\n\n< b>\n");
}

Test(csv, quotes) {
    expect_rows("\"a,b\",\"c\nd\",\"\"\n", "<a,b><c\nd><>\n");
    expect_rows("\"say \"\"no\"\"\",x\n", "<say \"no\"><x>\n");
    expect_rows("\"\"\"\"", "<\">\n");
    /* As Python's csv.reader reads what RFC 4180 does not allow. */
    expect_rows("a\"b,\"c\"d\"e,f\n", "<a\"b><cd\"e><f>\n");
    expect_rows(" \"a\",b\n", "< \"a\"><b>\n");
    expect_rows("a,\"b\n1,2\n", "unclosed");
}

Test(csv, needs_more) {
    struct csv csv = {0};
    char text[64 + TEXT_PADDING] = "a,\"b\"\"\",c\r\n";
    size_t length = 0, taken = 0, whole = strlen(text);
    for (size_t part = 0; part < whole; part++) {
        enum csv_outcome outcome = csv_row(&csv, (struct text){text, part}, false, &length, &taken);
        cr_expect(outcome == CSV_MORE || outcome == CSV_UNCLOSED, "%zu", part);
    }
    cr_assert_eq(csv_row(&csv, (struct text){text, whole}, false, &length, &taken), CSV_ROW);
    cr_expect_eq(csv.count, 3);
    cr_expect(text_equal(csv.cells[1], text_of("b\"")));
    cr_expect_eq(length, whole - 2);
    cr_expect_eq(taken, whole);
    csv_free(&csv);
}

Test(csv, lines) {
    cr_expect_eq(
        csv_line(text_of("a,\"b\nc\"\n"
                         "                                                                "),
                 true),
        5);
    cr_expect_eq(
        csv_line(
            (struct text){
                "a,b\r\nc                                                                ", 6},
            true),
        5);
    cr_expect_eq(csv_line(
                     (struct text){
                         "a\rc                                                                ", 3},
                     true),
                 2);
    cr_expect_eq(
        csv_line(
            (struct text){"a,b                                                                ", 3},
            true),
        3);
}
