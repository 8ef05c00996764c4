/* utf.h - text encodings. */
#ifndef TRAWL_FORMATS_UTF_H
#define TRAWL_FORMATS_UTF_H

#include "engine/base/buffer.h"

/* Appends `text` with every invalid sequence replaced by U+FFFD, one for each maximal subpart
 * (Unicode 15, section 3.9, "U+FFFD substitution of maximal subparts"; what Python's "replace"
 * does). */
bool utf8_repair(struct text text, struct buffer *to);
bool utf8_valid(struct text text);
/* Writes a code point (a surrogate reads as U+FFFD); returns its length, 1 to 4. */
size_t utf8_encode(uint32_t code_point, char *to);

/* UTF-16 to UTF-8, piece by piece: unpaired surrogates become U+FFFD, a last odd byte too. */
struct utf16 {
    bool big_endian;
    bool has_byte;
    unsigned char byte; /* half a unit, held for the next piece */
    uint16_t high;      /* a high surrogate, held likewise; 0: none */
};
bool utf16_decode(struct utf16 *state, const char *bytes, size_t length, bool last,
                  struct buffer *to);

#endif
