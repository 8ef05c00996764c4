/* character.h - the code points of valid UTF-8. */
#ifndef TRAWL_ENGINE_SCALAR_CHARACTER_H
#define TRAWL_ENGINE_SCALAR_CHARACTER_H

#include "engine/base/buffer.h"

static inline bool character_continues(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}
/* Where the character at `at` ends. */
static inline size_t character_end(struct text text, size_t at) {
    do at++;
    while (at < text.length && character_continues(text.data[at]));
    return at;
}
/* Where the character that ends at `end`, which is not 0, starts. */
static inline size_t character_start(struct text text, size_t end) {
    do end--;
    while (end > 0 && character_continues(text.data[end]));
    return end;
}
static inline size_t character_count(struct text text) {
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) count += !character_continues(text.data[i]);
    return count;
}
/* The byte at which the index-th character starts; text.length: there are not more. */
static inline size_t character_offset(struct text text, size_t index) {
    size_t at = 0;
    for (; index > 0 && at < text.length; index--) at = character_end(text, at);
    return at;
}

static inline uint32_t character_decode(struct text text, size_t at, size_t end) {
    static const unsigned char lead[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t length = end - at;
    uint32_t code = (unsigned char)text.data[at] & lead[length < 5 ? length : 4];
    for (size_t i = at + 1; i < end; i++) code = code << 6 | ((unsigned char)text.data[i] & 0x3F);
    return code;
}
/* Whether the number is a code point that UTF-8 can hold: no surrogate. */
static inline bool character_valid(uint32_t code) {
    return code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
}
static inline bool character_append(struct buffer *out, uint32_t code) {
    char bytes[4];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    bytes[0] = (char)(lead[length] | code);
    return buffer_append(out, bytes, length);
}

#endif
