#include "formats/framing/utf.h"

#include <criterion/criterion.h>

static void expect_repair(const char *bytes, const char *expected) {
    struct buffer to = {0};
    cr_assert(utf8_repair(text_of(bytes), &to));
    cr_expect(text_equal((struct text){to.data, to.length}, text_of(expected)), "%s", expected);
    cr_expect(utf8_valid((struct text){to.data, to.length}));
    cr_expect_eq(utf8_valid(text_of(bytes)), strcmp(bytes, expected) == 0);
    buffer_free(&to);
}

#define R "\xEF\xBF\xBD"

Test(utf, repair_replaces_maximal_subparts) {
    expect_repair("plain text that is longer than sixteen bytes",
                  "plain text that is longer than sixteen bytes");
    expect_repair("\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80", "\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
    /* The examples of the Unicode standard, tables 3-8 to 3-11. */
    expect_repair("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", R R R R R R R R "A");
    expect_repair("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", R R R R R R R R "A");
    expect_repair("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", R R R R R "A" R R "B");
    expect_repair("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", R R R R "A");
    expect_repair("ends in \xF0\x9F\x98", "ends in " R);
}

Test(utf, repair_appends) {
    struct buffer to = {0};
    cr_assert(buffer_append(&to, "a", 1) && utf8_repair(text_of("b\xFF"), &to) &&
              utf8_repair(text_of(""), &to));
    cr_expect(text_equal((struct text){to.data, to.length}, text_of("ab" R)));
    buffer_free(&to);
}

Test(utf, encode) {
    static const struct {
        uint32_t code_point;
        const char *bytes;
    } cases[] = {
        {0x41, "A"},
        {0x7F, "\x7F"},
        {0x80, "\xC2\x80"},
        {0x7FF, "\xDF\xBF"},
        {0x800, "\xE0\xA0\x80"},
        {0xD7FF, "\xED\x9F\xBF"},
        {0xD800, R},
        {0xDFFF, R},
        {0xE000, "\xEE\x80\x80"},
        {0xFFFF, "\xEF\xBF\xBF"},
        {0x10000, "\xF0\x90\x80\x80"},
        {0x10FFFF, "\xF4\x8F\xBF\xBF"},
        {0x110000, R},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char to[5] = {0};
        cr_expect_eq(utf8_encode(cases[i].code_point, to), strlen(cases[i].bytes));
        cr_expect_str_eq(to, cases[i].bytes);
    }
}

static void expect_utf16(bool big_endian, const char *bytes, size_t length, const char *expected) {
    for (size_t piece = 1; piece <= length; piece++) {
        struct utf16 state = {.big_endian = big_endian};
        struct buffer to = {0};
        for (size_t at = 0; at < length; at += piece) {
            size_t some = length - at < piece ? length - at : piece;
            cr_assert(utf16_decode(&state, bytes + at, some, at + some == length, &to));
        }
        cr_expect(text_equal((struct text){to.data, to.length}, text_of(expected)),
                  "pieces of %zu: %.*s", piece, (int)to.length, to.data);
        buffer_free(&to);
    }
}

Test(utf, utf16) {
    expect_utf16(false, "a\0\xE9\0\x2D\x4E\x3D\xD8\x00\xDE", 10,
                 "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
    expect_utf16(true, "\0a\0\xE9\x4E\x2D\xD8\x3D\xDE\x00", 10,
                 "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
    expect_utf16(false, "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0\xE9\0", 38,
                 "abcdefghijklmnopqr\xC3\xA9");
    /* Unpaired surrogates, a pair the wrong way round, half a unit. */
    expect_utf16(true, "\xD8\x3D\0a", 4, R "a");
    expect_utf16(true, "\xDE\x00\xD8\x3D", 4, R R);
    expect_utf16(true, "\xD8\x3D\xD8\x3D\xDE\x00", 6, R "\xF0\x9F\x98\x80");
    expect_utf16(false, "a\0b", 3, "a" R);
}
