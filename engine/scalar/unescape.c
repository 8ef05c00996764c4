#include "engine/scalar/unescape.h"

#include "engine/base/error.h"

/* Four hexadecimal digits; false: they are none. */
static bool read_unit(struct text text, uint32_t *unit) {
    if (text.length < 4) return false;
    *unit = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = text.data[i];
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
                         : (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
                             ? (uint32_t)((c | 0x20) - 'a' + 10)
                             : 16;
        if (digit == 16) return false;
        *unit = *unit << 4 | digit;
    }
    return true;
}

static void append_utf8(struct buffer *out, uint32_t character) {
    char bytes[4];
    size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; character >>= 6) bytes[i] = (char)(0x80 | (character & 0x3F));
    bytes[0] = (char)(marks[length] | character);
    buffer_append(out, bytes, length);
}

/* \uXXXX, or two of them that make one character; returns the bytes taken, 0: it is none. */
static size_t read_escape(struct text text, struct buffer *out) {
    uint32_t unit, second;
    if (text.length < 6 || text.data[1] != 'u' ||
        !read_unit((struct text){text.data + 2, text.length - 2}, &unit))
        return 0;
    if (unit < 0xD800 || unit > 0xDFFF) {
        append_utf8(out, unit);
        return 6;
    }
    bool pair = unit < 0xDC00 && text.length >= 12 && text.data[6] == '\\' && text.data[7] == 'u' &&
                read_unit((struct text){text.data + 8, text.length - 8}, &second) &&
                second >= 0xDC00 && second <= 0xDFFF;
    append_utf8(out, pair ? 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00) : 0xFFFD);
    return pair ? 12 : 6;
}

/* What a simple escape stands for; 0: the character itself. */
static char simple(char letter) {
    static const char letters[] = "n\nt\tr\rb\bf\f";
    for (size_t i = 0; letters[i]; i += 2)
        if (letters[i] == letter) return letters[i + 1];
    return letter;
}

static enum trawl_status run_unescaped(const struct scalar_call *call, struct datum *result,
                                       struct trawl_error *error) {
    if (call->args[0].kind != DATUM_TEXT) return TRAWL_OK;
    struct text text = call->args[0].text;
    if (!memmem(text.data, text.length, "\\u", 2)) return TRAWL_OK;
    while (text.length) {
        const char *backslash = memchr(text.data, '\\', text.length);
        size_t plain = backslash ? (size_t)(backslash - text.data) : text.length;
        buffer_append(call->out, text.data, plain);
        text.data += plain;
        text.length -= plain;
        if (text.length < 2) break;
        size_t taken = read_escape(text, call->out);
        if (!taken) {
            buffer_append_char(call->out, simple(text.data[1]));
            taken = 2;
        }
        text.data += taken;
        text.length -= taken;
    }
    if (call->out->failed) return error_memory(error);
    *result = datum_text((struct text){call->out->data, call->out->length});
    return TRAWL_OK;
}

const struct scalar scalar_unescaped = {
    .name = "unescaped", .type = TYPE_TEXT, .run = run_unescaped};
