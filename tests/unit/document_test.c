#include "engine/document.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- JSON ---- */

static void get(const char *json, const char *path, const char *expected) {
    struct document_reader *reader = document_reader_new();
    struct buffer out = {0};
    struct text value;
    size_t length = strlen(json);
    char *exact = malloc(length ? length : 1);
    memcpy(exact, json, length);
    bool found = document_get(reader, (struct text){exact, length}, text_of(path), &out, &value);
    if (expected) {
        cr_assert(found, "%s of %s", path, json);
        cr_assert(text_equal(value, text_of(expected)), "%s of %s is %.*s", path, json,
                  (int)value.length, value.data);
    } else {
        cr_assert_not(found, "%s of %s is %.*s", path, json, (int)value.length, value.data);
    }
    buffer_free(&out);
    free(exact);
    document_reader_free(reader);
}

Test(document, get) {
    get("{\"a\":{\"b\":1.50}}", "a.b", "1.50");
    get("{\"a\":[{\"b\":\"x\"},{\"b\":\"y\\u00e9\\t\"}]}", "a[1].b", "yé\t");
    get("[1,2,{\"c\":true}]", "[2].c", "true");
    get(" { \"a\" : [ 1 , 2 ] } ", "a", "[ 1 , 2 ]");
    get("{\"a\":{\"b\":1},\"a.b\":2}", "a.b", "2");
    get("{\"a.b\":{\"c\":3},\"a\":{\"b\":{\"c\":4}}}", "a.b.c", "3");
    get("{\"a\":1,\"a\":2}", "a", "1");
    get("{\"\\u0061\":1}", "a", "1");
    get("{\"a\":\"{\\\"b\\\":\\\"c\\\"}\"}", "a.b", "c"); /* JSON in a string */
    get("{\"a\":\"{\\\"b\\\":[7]}\"}", "a.b", "[7]");
    get("\"text\"", "", "text");
    get("{\"a\":null}", "a", NULL);
    get("{\"a\":1}", "b", NULL);
    get("{\"a\":1}", "a.b", NULL);
    get("{\"a\":[1]}", "a[1]", NULL);
    get("", "a", NULL);
    get("   ", "a", NULL);
    get("{", "a", NULL);
    get("{\"a\":tru}", "a", NULL);
    get("not json", "", NULL);
    get("{\"a\":\"\\x\"}", "a", NULL);
}

struct listing {
    struct buffer text;
    size_t most;
};

static bool list_element(void *context, size_t index, struct text value, bool present) {
    struct listing *listing = context;
    buffer_printf(&listing->text, "%zu=%.*s%s;", index, (int)value.length, value.data,
                  present ? "" : "(null)");
    return index + 1 < listing->most;
}

static bool list_name(void *context, struct text name, struct text value) {
    struct listing *listing = context;
    buffer_printf(&listing->text, "%.*s=%.*s;", (int)name.length, name.data, (int)value.length,
                  value.data);
    return --listing->most > 0;
}

static void listed(bool good, struct listing *listing, const char *expected) {
    if (expected) {
        cr_assert(good);
        cr_assert_eq(listing->text.length, strlen(expected), "%.*s", (int)listing->text.length,
                     listing->text.data);
        cr_assert_eq(memcmp(listing->text.data, expected, listing->text.length), 0, "%.*s",
                     (int)listing->text.length, listing->text.data);
    } else {
        cr_assert_not(good);
    }
    buffer_free(&listing->text);
}

static void each(const char *json, size_t most, const char *expected) {
    struct document_reader *reader = document_reader_new();
    struct listing listing = {.most = most};
    listed(document_each(reader, text_of(json), list_element, &listing), &listing, expected);
    document_reader_free(reader);
}

static void flatten(const char *json, size_t most, const char *expected) {
    struct document_reader *reader = document_reader_new();
    struct listing listing = {.most = most};
    buffer_reserve(&listing.text, 0);
    listed(document_flatten(reader, text_of(json), list_name, &listing), &listing, expected);
    document_reader_free(reader);
}

Test(document, each) {
    each("[1,\"b\\\"\",null,{\"x\":1},[2]]", 99, "0=1;1=b\";2=(null);3={\"x\":1};4=[2];");
    each("[1,2,3]", 2, "0=1;1=2;");
    each("[1,2", 99, NULL);
    each("[1 2]", 99, NULL);
    each("[1],", 99, NULL);
    each("{}", 99, NULL);
    each("", 99, NULL);
}

Test(document, flatten) {
    flatten("{\"a\":{\"b\":1,\"c\":[true,null,{\"d\":\"x\\\"\"}]},\"e.f\":\"\"}", 99,
            "a.b=1;a.c[0]=true;a.c[2].d=x\";e.f=;");
    flatten("[1,[2]]", 99, "[0]=1;[1][0]=2;");
    flatten("{\"a\":1,\"b\":2,\"c\":3}", 2, "a=1;b=2;");
    flatten("{\"\\u0061\":1}", 99, "a=1;");
    flatten("{}", 99, "");
    flatten("{\"a\":1", 99, NULL);
    flatten("{\"a\":1}}", 99, NULL);
    flatten("", 99, NULL);
}

Test(document, nesting_is_limited) {
    const size_t depth = 100000;
    char *deep = malloc(depth + 1);
    memset(deep, '[', depth);
    deep[depth] = '\0';
    each(deep, 99, NULL);
    flatten(deep, 99, NULL);
    get(deep, "", NULL);
    struct buffer out = {0};
    cr_assert_not(document_pretty(text_of(deep), &out));
    buffer_free(&out);
    free(deep);
}

/* ---- encodings ---- */

static void decodes(const char *charset, const char *bytes, size_t length, const char *expected) {
    enum document_charset found;
    struct buffer out = {0};
    cr_assert(document_charset(charset, &found), "%s", charset);
    cr_assert(document_decode(found, (struct text){bytes, length}, &out));
    buffer_append_char(&out, '\0');
    cr_assert_str_eq(out.data, expected, "%s: %s", charset, out.data);
    buffer_free(&out);
}

Test(document, decoding) { /* Python's bytes.decode(charset, "replace") */
    decodes("utf-8", "\xC5\xBC\xFFz", 4, "ż\xEF\xBF\xBDz");
    decodes("ISO-8859-1", "\xFC\x41\xFF", 3, "üAÿ");
    decodes("UTF-16LE", "z\x01H\0", 4, "źH");
    decodes("UTF-16BE", "\x01z\0H", 4, "źH");
    decodes("UTF-16", "\xFE\xFF\x01z\0H", 6, "źH");
    decodes("UTF-16", "\xFF\xFEz\x01H\0", 6, "źH");
    decodes("UTF-16", "z\x01H\0", 4, "źH");
    decodes("UTF-16LE", "\x00\xD8", 2, "\xEF\xBF\xBD");
    decodes("US-ASCII", "", 0, "");
    enum document_charset charset;
    cr_assert_not(document_charset("EBCDIC", &charset));
}

/* ---- CSV files ---- */

static bool list_row(void *context, const struct text *cells, size_t count,
                     struct trawl_error *error) {
    struct listing *listing = context;
    (void)error;
    for (size_t i = 0; i < count; i++)
        buffer_printf(&listing->text, "%s%.*s", i ? "|" : "", (int)cells[i].length, cells[i].data);
    buffer_append_char(&listing->text, ';');
    return --listing->most > 0;
}

static enum trawl_status read_csv(const char *bytes, size_t length, struct listing *listing,
                                  struct trawl_error *error) {
    char path[] = "/tmp/trawl-document-XXXXXX";
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, bytes, length), (ssize_t)length);
    close(file);
    enum trawl_status status = document_csv(path, list_row, listing, error);
    unlink(path);
    return status;
}

static void csv(const char *bytes, size_t length, const char *expected) {
    struct listing listing = {.most = 1000000};
    struct trawl_error error = {0};
    buffer_reserve(&listing.text, 0);
    cr_assert_eq(read_csv(bytes, length, &listing, &error), TRAWL_OK, "%s", error.message);
    listed(true, &listing, expected);
}
#define CSV(bytes, expected) csv(bytes, sizeof bytes - 1, expected)

Test(document, csv_files) {
    CSV("a,b\n1,2\n", "a|b;1|2;");
    CSV("\xEF\xBB\xBF"
        "a,b\r\n1,\"x\r\ny\"\"\"",
        "a|b;1|x\r\ny\";");
    CSV("a\n\n\nb", "a;b;"); /* empty lines are no rows */
    CSV("\xFC,\"\xFF\"\"\"\n", "\xEF\xBF\xBD|\xEF\xBF\xBD\";");
    CSV("", "");
    CSV("a", "a;");
}

Test(document, csv_files_larger_than_a_read) {
    struct buffer bytes = {0}, expected = {0};
    for (int i = 0; i < 60000; i++) {
        buffer_printf(&bytes, "row %d,\"x,\"\"%d\"\n", i, i * 7);
        buffer_printf(&expected, "row %d|x,\"%d;", i, i * 7);
    }
    buffer_append_char(&expected, '\0');
    csv(bytes.data, bytes.length, expected.data);
    buffer_free(&bytes);
    buffer_free(&expected);
}

Test(document, csv_faults) {
    struct listing listing = {.most = 1000};
    struct trawl_error error = {0};
    cr_assert_eq(read_csv("a,b\n1,2\n\"x,3\n4,5\n", 17, &listing, &error), TRAWL_INVALID);
    cr_assert(strstr(error.message, "line 3") && strstr(error.message, "quote"), "%s",
              error.message);
    cr_assert_eq(read_csv("\xFF\xFE"
                          "a\0",
                          4, &listing, &error),
                 TRAWL_INVALID);
    cr_assert(strstr(error.message, "UTF-16"), "%s", error.message);
    listing.most = 1;
    cr_assert_eq(read_csv("a\nb\n", 4, &listing, &error), TRAWL_INVALID);
    cr_assert_eq(document_csv("/nowhere/at/all.csv", list_row, &listing, &error), TRAWL_IO);
    cr_assert(strstr(error.message, "/nowhere/at/all.csv: No such file"), "%s", error.message);
    cr_assert_eq(document_csv("/tmp", list_row, &listing, &error), TRAWL_IO);
    buffer_free(&listing.text);
}
