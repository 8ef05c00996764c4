/* utf8.h - reading UTF-8 that may not be UTF-8: paths and messages are bytes. */
#ifndef TRAWL_TOOLS_UTF8_H
#define TRAWL_TOOLS_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The first code point of a terminated text and its length in bytes, 1 to 4; 0 where the first
 * byte begins none (overlong forms, surrogates and what is cut off included). */
static inline size_t utf8_next(const char *text, uint32_t *code) {
    const unsigned char *s = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = s[0] < 0x80   ? 1
                  : s[0] < 0xC2 ? 0
                  : s[0] < 0xE0 ? 2
                  : s[0] < 0xF0 ? 3
                  : s[0] < 0xF5 ? 4
                                : 0;
    if (size == 0) return 0;
    *code = size == 1 ? s[0] : s[0] & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xC0) != 0x80) return 0; /* the terminating zero ends the loop here */
        *code = *code << 6 | (s[i] & 0x3F);
    }
    if (*code < least[size] || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000)) return 0;
    return size;
}

#endif
