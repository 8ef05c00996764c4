/* Encodings against a second reading, unit by unit and byte by byte. */
#include <stdio.h>
#include <stdlib.h>

#include "formats/framing/utf.h"

static void check(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "utf: %s\n", what);
    abort();
}

static bool same(const struct buffer *a, const struct buffer *b) {
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static void put(struct buffer *to, uint32_t c) {
    char bytes[4] = {(char)c};
    size_t length = 1;
    if (c >= 0x10000) {
        bytes[0] = (char)(0xF0 + (c >> 18));
        bytes[1] = (char)(0x80 + (c >> 12) % 64);
        bytes[2] = (char)(0x80 + (c >> 6) % 64);
        bytes[3] = (char)(0x80 + c % 64);
        length = 4;
    } else if (c >= 0x800) {
        bytes[0] = (char)(0xE0 + (c >> 12));
        bytes[1] = (char)(0x80 + (c >> 6) % 64);
        bytes[2] = (char)(0x80 + c % 64);
        length = 3;
    } else if (c >= 0x80) {
        bytes[0] = (char)(0xC0 + (c >> 6));
        bytes[1] = (char)(0x80 + c % 64);
        length = 2;
    }
    buffer_append(to, bytes, length);
}

static void slow_utf16(const uint8_t *data, size_t size, bool big, struct buffer *to) {
    size_t units = size / 2;
    for (size_t i = 0; i < units; i++) {
        uint32_t a =
            big ? data[2 * i] * 256u + data[2 * i + 1] : data[2 * i + 1] * 256u + data[2 * i];
        uint32_t b = 0;
        if (i + 1 < units)
            b = big ? data[2 * i + 2] * 256u + data[2 * i + 3]
                    : data[2 * i + 3] * 256u + data[2 * i + 2];
        if (a >> 10 == 0x36 && b >> 10 == 0x37) {
            put(to, 0x10000 + (a - 0xD800) * 0x400 + (b - 0xDC00));
            i++;
        } else {
            put(to, a >> 11 == 0x1B ? 0xFFFD : a);
        }
    }
    if (size % 2) put(to, 0xFFFD);
}

/* Decodes the longest valid start of a code point, by the definition: a sequence is valid when
 * encoding what it means gives it back. */
static bool starts_some(const uint8_t *bytes, size_t length) {
    if (length == 1) return bytes[0] >= 0xC2 && bytes[0] <= 0xF4;
    uint32_t low, high; /* code points that begin with these two bytes */
    uint32_t a = bytes[0], b = bytes[1];
    if (b >> 6 != 2) return false;
    if (a < 0xE0) return true;
    if (a < 0xF0) {
        low = (a - 0xE0) << 12 | (b - 0x80) << 6;
        high = low + 63;
        if (high < 0x800 || (low >= 0xD800 && high <= 0xDFFF)) return false;
        return length == 2 || bytes[2] >> 6 == 2;
    }
    low = (a - 0xF0) << 18 | (b - 0x80) << 12;
    high = low + 4095;
    if (high < 0x10000 || low > 0x10FFFF) return false;
    for (size_t i = 2; i < length; i++) {
        if (bytes[i] >> 6 != 2) return false;
    }
    return true;
}

static bool slow_repair(const uint8_t *data, size_t size, struct buffer *to) {
    bool good = true;
    for (size_t i = 0; i < size;) {
        if (data[i] < 0x80) {
            buffer_append(to, data + i++, 1);
            continue;
        }
        size_t want = data[i] >= 0xF0 ? 4 : data[i] >= 0xE0 ? 3 : 2, length = 0;
        while (length < want && i + length < size && starts_some(data + i, length + 1)) length++;
        if (length == want) {
            buffer_append(to, data + i, want);
        } else {
            good = false;
            put(to, 0xFFFD);
        }
        i += length ? length : 1;
    }
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    bool big = data[0] & 1;
    size_t piece = data[0] / 2 % 20 + 1;
    data++;
    size--;
    struct buffer slow = {0}, whole = {0}, pieces = {0}, repaired = {0}, expected = {0};
    slow_utf16(data, size, big, &slow);
    struct utf16 state = {.big_endian = big};
    check(utf16_decode(&state, (const char *)data, size, true, &whole), "memory");
    check(same(&slow, &whole), "whole");
    state = (struct utf16){.big_endian = big};
    for (size_t at = 0; at < size; at += piece) {
        size_t length = size - at < piece ? size - at : piece;
        check(utf16_decode(&state, (const char *)data + at, length, false, &pieces), "memory");
    }
    check(utf16_decode(&state, NULL, 0, true, &pieces), "memory");
    check(same(&slow, &pieces), "pieces");
    check(utf8_valid((struct text){whole.data ? whole.data : "", whole.length}), "valid");

    bool valid = slow_repair(data, size, &expected);
    struct text text = {(const char *)data, size};
    check(utf8_valid(text) == valid, "valid or not");
    check(utf8_repair(text, &repaired), "memory");
    check(same(&expected, &repaired), "repair");
    check(utf8_valid((struct text){repaired.data, repaired.length}), "repaired is valid");
    buffer_free(&slow);
    buffer_free(&whole);
    buffer_free(&pieces);
    buffer_free(&repaired);
    buffer_free(&expected);
    return 0;
}
