#include "formats/framing/utf.h"

#include <emmintrin.h>

static const char replacement[3] = {'\xEF', '\xBF', '\xBD'};

/* The number of ASCII bytes at the start. */
static size_t ascii_run(const unsigned char *bytes, size_t length) {
    size_t at = 0;
    for (; at + 16 <= length; at += 16) {
        int high = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(bytes + at)));
        if (high) return at + (size_t)__builtin_ctz((unsigned)high);
    }
    while (at < length && bytes[at] < 0x80) at++;
    return at;
}

/* The length of the sequence that starts at a byte above 0x7F: when *valid is false, that of its
 * maximal subpart (the longest start of a valid sequence, at least one byte). Table 3-7 of the
 * Unicode standard: only the second byte's range depends on the first. */
static size_t sequence(const unsigned char *bytes, size_t length, bool *valid) {
    unsigned char lead = bytes[0], low = 0x80, high = 0xBF;
    size_t want;
    *valid = false;
    if (lead < 0xC2 || lead > 0xF4) return 1;
    if (lead < 0xE0) {
        want = 2;
    } else if (lead < 0xF0) {
        want = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else {
        want = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    }
    for (size_t i = 1; i < want; i++) {
        if (i == length || bytes[i] < low || bytes[i] > high) return i;
        low = 0x80;
        high = 0xBF;
    }
    *valid = true;
    return want;
}

bool utf8_valid(struct text text) {
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t at = 0;
    while ((at += ascii_run(bytes + at, text.length - at)) < text.length) {
        /* Scripts other than Latin come in runs. */
        while (at < text.length && bytes[at] >= 0x80) {
            bool valid;
            at += sequence(bytes + at, text.length - at, &valid);
            if (!valid) return false;
        }
    }
    return true;
}

bool utf8_repair(struct text text, struct buffer *to) {
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t kept = 0, at = 0; /* bytes[kept..at) are valid and not yet appended */
    while ((at += ascii_run(bytes + at, text.length - at)) < text.length) {
        bool valid;
        size_t length = sequence(bytes + at, text.length - at, &valid);
        if (!valid) {
            if (!buffer_append(to, bytes + kept, at - kept)) return false;
            if (!buffer_append(to, replacement, sizeof replacement)) return false;
            kept = at + length;
        }
        at += length;
    }
    return buffer_append(to, bytes + kept, at - kept);
}

size_t utf8_encode(uint32_t code_point, char *to) {
    if (code_point < 0x80) {
        to[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        to[0] = (char)(0xC0 | code_point >> 6);
        to[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = 0xFFFD;
    if (code_point < 0x10000) {
        to[0] = (char)(0xE0 | code_point >> 12);
        to[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        to[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | code_point >> 18);
    to[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    to[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    to[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

/* Writes what a unit completes; at most 6 bytes. */
static char *put_unit(struct utf16 *state, uint16_t unit, char *to) {
    bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    uint32_t high = state->high;
    state->high = 0;
    if (high && low) {
        return to + utf8_encode(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00u), to);
    }
    if (high) to += utf8_encode(high, to); /* unpaired: U+FFFD */
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        state->high = unit;
        return to;
    }
    return to + utf8_encode(unit, to);
}

/* Eight units at once where all are ASCII: the number of units written. */
static size_t put_ascii(bool big_endian, const unsigned char *bytes, size_t units, char *to) {
    const __m128i not_ascii = _mm_set1_epi16((short)0xFF80);
    size_t done = 0;
    for (; done + 8 <= units; done += 8) {
        __m128i block = _mm_loadu_si128((const __m128i *)(bytes + 2 * done));
        if (big_endian) block = _mm_or_si128(_mm_slli_epi16(block, 8), _mm_srli_epi16(block, 8));
        __m128i bad = _mm_cmpeq_epi16(_mm_and_si128(block, not_ascii), _mm_setzero_si128());
        if (_mm_movemask_epi8(bad) != 0xFFFF) break;
        _mm_storel_epi64((__m128i *)(to + done), _mm_packus_epi16(block, block));
    }
    return done;
}

bool utf16_decode(struct utf16 *state, const char *bytes, size_t length, bool last,
                  struct buffer *to) {
    const unsigned char *from = (const unsigned char *)bytes;
    const unsigned char *end = length ? from + length : from;
    /* Three bytes a unit at most, and what the state holds. */
    if (length > (PTRDIFF_MAX - 16) / 2 || !buffer_reserve(to, length / 2 * 3 + 16)) {
        to->failed = true;
        return false;
    }
    char *out = to->data + to->length;
    int shift = state->big_endian ? 8 : 0;
    if (state->has_byte && from < end) {
        out = put_unit(state, (uint16_t)(state->byte << shift | *from++ << (8 - shift)), out);
        state->has_byte = false;
    }
    while (end - from >= 2) {
        if (!state->high) {
            size_t done = put_ascii(state->big_endian, from, (size_t)(end - from) / 2, out);
            from += 2 * done;
            out += done;
            if (end - from < 2) break;
        }
        out = put_unit(state, (uint16_t)(from[0] << shift | from[1] << (8 - shift)), out);
        from += 2;
    }
    if (from < end) {
        state->has_byte = true;
        state->byte = *from;
    }
    if (last) {
        if (state->high) out += utf8_encode(state->high, out);
        if (state->has_byte) out += utf8_encode(0xFFFD, out);
        state->high = 0;
        state->has_byte = false;
    }
    to->length = (size_t)(out - to->data);
    return true;
}
