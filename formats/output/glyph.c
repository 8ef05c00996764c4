/* The terminal's part of escape.h. */
#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "formats/output/escape.h"

#define REPLACEMENT 0xFFFDu
#define ELLIPSIS "\xE2\x80\xA6" /* U+2026, one column */

/* A UTF-8 sequence's code point and length; REPLACEMENT and 1 where the bytes are none. */
static uint32_t decode(const char *text, size_t length, size_t *taken) {
    const unsigned char *s = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* of each length: no overlongs */
    size_t size = s[0] < 0x80   ? 1
                  : s[0] < 0xC2 ? 0
                  : s[0] < 0xE0 ? 2
                  : s[0] < 0xF0 ? 3
                  : s[0] < 0xF5 ? 4
                                : 0;
    *taken = 1;
    if (size == 0 || size > length) return REPLACEMENT;
    uint32_t code = size == 1 ? s[0] : s[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xC0) != 0x80) return REPLACEMENT;
        code = code << 6 | (s[i] & 0x3F);
    }
    if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        return REPLACEMENT;
    }
    *taken = size;
    return code;
}

static unsigned encode(uint32_t code, char bytes[5]) {
    unsigned n = 0;
    if (code < 0x80) {
        bytes[n++] = (char)code;
    } else if (code < 0x800) {
        bytes[n++] = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[n++] = (char)(0xE0 | code >> 12);
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        bytes[n++] = (char)(0xF0 | code >> 18);
        bytes[n++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[n++] = (char)(0x80 | (code >> 6 & 0x3F));
    }
    if (code >= 0x80) bytes[n++] = (char)(0x80 | (code & 0x3F));
    bytes[n] = '\0';
    return n;
}

/* Shown as nothing or obeyed: direction marks and overrides, joiners, line and paragraph
 * separators, the soft hyphen, fillers, invisible operators, variation selectors, tags. */
static bool is_invisible(uint32_t c) {
    return c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) ||
           c == 0xFEFF || c == 0xFFA0 || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

struct glyph glyph_next(const char *text, size_t length) {
    struct glyph glyph;
    uint32_t code = decode(text, length, &glyph.taken);
    if (code < 0x20) {
        code += 0x2400; /* CONTROL PICTURES */
    } else if (code == 0x7F) {
        code = 0x2421;
    } else if ((code >= 0x80 && code < 0xA0) || is_invisible(code)) {
        code = REPLACEMENT;
    }
    int columns = wcwidth((wchar_t)code);
    if (code < 0x7F || columns < 0) columns = 1;
    glyph.columns = (unsigned)columns;
    glyph.length = encode(code, glyph.bytes);
    return glyph;
}

size_t glyphs_columns(const char *text, size_t length) {
    size_t columns = 0;
    for (size_t i = 0; i < length;) {
        struct glyph glyph = glyph_next(text + i, length - i);
        columns += glyph.columns;
        i += glyph.taken;
    }
    return columns;
}

/* The bytes of text that fit into `columns`, and in *used the columns they take. Marks of no width
 * stay with the character before them. */
static size_t fitting(const char *text, size_t length, size_t columns, size_t *used) {
    size_t at = 0;
    *used = 0;
    while (at < length) {
        struct glyph glyph = glyph_next(text + at, length - at);
        if (*used + glyph.columns > columns) break;
        *used += glyph.columns;
        at += glyph.taken;
    }
    return at;
}

void emit_glyphs(struct emitter *out, const char *text, size_t length, size_t columns,
                 bool align_right) {
    size_t used;
    size_t end = fitting(text, length, columns, &used);
    bool cut = end < length;
    if (cut) end = columns ? fitting(text, length, columns - 1, &used) : 0;
    size_t padding = columns - used - (cut && columns);
    if (align_right) emit_repeated(out, ' ', padding);
    for (size_t i = 0; i < end;) {
        struct glyph glyph = glyph_next(text + i, length - i);
        emit(out, glyph.bytes, glyph.length);
        i += glyph.taken;
    }
    if (cut && columns) emit_text(out, ELLIPSIS);
    if (!align_right) emit_repeated(out, ' ', padding);
}

struct glyph_locale glyphs_begin(void) {
    struct glyph_locale locale = {0};
    locale.ours = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (locale.ours) locale.before = uselocale(locale.ours);
    return locale;
}

void glyphs_end(struct glyph_locale locale) {
    if (!locale.ours) return;
    uselocale(locale.before);
    freelocale(locale.ours);
}
