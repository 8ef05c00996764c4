/* document_charset.c - bytes of a named encoding as text. */
#include <strings.h>

#include "engine/document.h"
#include "formats/framing/utf.h"

bool document_charset(const char *name, enum document_charset *charset) {
    static const struct {
        const char *name;
        enum document_charset charset;
    } names[] = {
        {"UTF-8", CHARSET_UTF8},        {"UTF8", CHARSET_UTF8},
        {"US-ASCII", CHARSET_UTF8},     {"ASCII", CHARSET_UTF8},
        {"UTF-16", CHARSET_UTF16},      {"UTF16", CHARSET_UTF16},
        {"UTF-16LE", CHARSET_UTF16LE},  {"UTF16LE", CHARSET_UTF16LE},
        {"UTF-16BE", CHARSET_UTF16BE},  {"UTF16BE", CHARSET_UTF16BE},
        {"ISO-8859-1", CHARSET_LATIN1}, {"ISO8859-1", CHARSET_LATIN1},
        {"LATIN1", CHARSET_LATIN1},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(names[i].name, name) != 0) continue;
        *charset = names[i].charset;
        return true;
    }
    return false;
}

static bool decode_latin1(struct text bytes, struct buffer *out) {
    if (bytes.length > SIZE_MAX / 4 || !buffer_reserve(out, bytes.length * 2)) {
        out->failed = true;
        return false;
    }
    for (size_t i = 0; i < bytes.length; i++)
        out->length += utf8_encode((unsigned char)bytes.data[i], out->data + out->length);
    return true;
}

static bool decode_utf16(struct text bytes, bool big_endian, struct buffer *out) {
    struct utf16 state = {.big_endian = big_endian};
    return utf16_decode(&state, bytes.data, bytes.length, true, out);
}

/* By the mark, where there is one. */
static bool decode_marked(struct text bytes, struct buffer *out) {
    bool marked = bytes.length >= 2 && (memcmp(bytes.data, "\xFF\xFE", 2) == 0 ||
                                        memcmp(bytes.data, "\xFE\xFF", 2) == 0);
    bool big_endian = marked && bytes.data[0] == '\xFE';
    if (marked) bytes = (struct text){bytes.data + 2, bytes.length - 2};
    return decode_utf16(bytes, big_endian, out);
}

bool document_decode(enum document_charset charset, struct text bytes, struct buffer *out) {
    if (bytes.length == 0) return true; /* data may be NULL */
    switch (charset) {
        case CHARSET_UTF16:
            return decode_marked(bytes, out);
        case CHARSET_UTF16LE:
        case CHARSET_UTF16BE:
            return decode_utf16(bytes, charset == CHARSET_UTF16BE, out);
        case CHARSET_LATIN1:
            return decode_latin1(bytes, out);
        default:
            return utf8_repair(bytes, out);
    }
}
