#include "engine/operator/sortkey.h"

#include <math.h>

#include "engine/base/time.h"
#include "engine/operator/record.h"

/* First bytes of encoded values, in their order. */
enum { TAG_NUMBER = 1, TAG_TEXT, TAG_MISSING };

#define SIGN (UINT64_C(1) << 63)

static void append_big_endian(struct buffer *out, uint64_t value) {
    value = __builtin_bswap64(value);
    buffer_append(out, &value, sizeof value);
}

/* Turns around the order of what was appended since `from`. */
static void invert(struct buffer *out, size_t from) {
    for (size_t i = from; i < out->length; i++) out->data[i] = (char)~out->data[i];
}

/* ---- values ------------------------------------------------------------------------------- */

/* The bits of a double, as an integer of the same order. */
static void append_number(struct buffer *out, double number) {
    uint64_t bits;
    number += 0.0; /* -0 is 0 */
    memcpy(&bits, &number, sizeof bits);
    append_big_endian(out, bits & SIGN ? ~bits : bits | SIGN);
}

/* The bytes and an end that sorts before any byte: 0 0; a byte 0 is 0 255. */
static void append_text(struct buffer *out, struct text text) {
    while (text.length > 0) {
        const char *zero = memchr(text.data, 0, text.length);
        size_t before = zero ? (size_t)(zero - text.data) : text.length;
        buffer_append(out, text.data, before);
        if (!zero) break;
        buffer_append(out, "\0\xff", 2);
        text = (struct text){zero + 1, text.length - before - 1};
    }
    buffer_append(out, "\0", 2);
}

static bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* The significant digits of a hexadecimal text; false: it is none. */
static bool hex_digits(struct text text, struct text *digits) {
    if (text.length > 2 && text.data[0] == '0' && (text.data[1] | 0x20) == 'x')
        text = (struct text){text.data + 2, text.length - 2};
    if (text.length == 0) return false;
    for (size_t i = 0; i < text.length; i++)
        if (!is_hex_digit(text.data[i])) return false;
    while (text.length > 0 && *text.data == '0') {
        text.data++;
        text.length--;
    }
    *digits = text;
    return true;
}

/* Any number of digits: how many, then they themselves in lower case. */
static void append_hex(struct buffer *out, struct text digits) {
    append_big_endian(out, digits.length);
    size_t from = out->length;
    if (!buffer_append(out, digits.data, digits.length)) return;
    for (size_t i = from; i < out->length; i++) out->data[i] |= 0x20;
}

static void append_value(struct buffer *out, const struct datum *value, enum sort_type type) {
    char room[NUMBER_TEXT];
    struct text text, digits;
    double number;
    if (type == SORT_AUTO && datum_as_number(value, &number)) {
        buffer_append_char(out, TAG_NUMBER);
        append_number(out, number);
    } else if (!datum_as_text(value, room, &text)) {
        buffer_append_char(out, TAG_MISSING);
    } else if (type == SORT_HEX && hex_digits(text, &digits)) {
        buffer_append_char(out, TAG_NUMBER);
        append_hex(out, digits);
    } else {
        buffer_append_char(out, TAG_TEXT);
        append_text(out, text);
    }
}

void sortkey_value(struct buffer *out, const struct datum *value, enum sort_type type,
                   bool descending) {
    size_t from = out->length;
    append_value(out, value, type);
    if (descending) invert(out, from + 1); /* all but the tag */
}

void sortkey_time(struct buffer *out, int64_t time, bool descending) {
    uint64_t bits = (uint64_t)time ^ SIGN;
    if (descending)
        bits = ~bits;
    else if (time == TIME_NONE)
        bits = UINT64_MAX;
    append_big_endian(out, bits);
}

void sortkey_origin(struct buffer *out, struct origin origin) {
    append_big_endian(out, (uint64_t)origin.input << 32 | origin.member);
    append_big_endian(out, origin.offset);
}

struct origin sortkey_origin_read(const char *bytes) {
    uint64_t words[2];
    memcpy(words, bytes, sizeof words);
    uint64_t place = __builtin_bswap64(words[0]);
    return (struct origin){(uint32_t)(place >> 32), (uint32_t)place, __builtin_bswap64(words[1])};
}

/* ---- rows --------------------------------------------------------------------------------- */

/* A cell is its kind as a byte; then a text's length and bytes, or a number's eight bytes. */
void row_encode(struct buffer *out, const struct datum *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buffer_append_char(out, (char)cells[i].kind);
        if (cells[i].kind == DATUM_TEXT) {
            char length[LENGTH_MOST];
            buffer_append(out, length, length_write(length, cells[i].text.length));
            buffer_append(out, cells[i].text.data, cells[i].text.length);
        } else if (cells[i].kind == DATUM_NUMBER) {
            buffer_append(out, &cells[i].number, sizeof cells[i].number);
        }
    }
}

/* Moves *at behind the cell; false: there is none. */
static bool cell_decode(const char **at, const char *end, struct datum *cell) {
    if (*at == end) return false;
    unsigned char kind = (unsigned char)*(*at)++;
    uint64_t length;
    switch (kind) {
        case DATUM_MISSING:
            *cell = datum_missing();
            return true;
        case DATUM_TEXT:
            if (!length_read(at, end, &length) || length > (uint64_t)(end - *at)) return false;
            *cell = datum_text((struct text){*at, (size_t)length});
            *at += length;
            return true;
        case DATUM_NUMBER:
            if ((size_t)(end - *at) < sizeof cell->number) return false;
            *cell = datum_number(0);
            memcpy(&cell->number, *at, sizeof cell->number);
            *at += sizeof cell->number;
            return isfinite(cell->number);
        default:
            return false;
    }
}

bool row_decode(struct text row, struct datum *cells, size_t count) {
    if (row.length == 0) return count == 0;
    const char *at = row.data, *end = row.data + row.length;
    for (size_t i = 0; i < count; i++)
        if (!cell_decode(&at, end, &cells[i])) return false;
    return at == end;
}

struct datum row_cell(struct text row, size_t column) {
    const char *at = row.data, *end = row.data + row.length;
    struct datum cell;
    do {
        if (!cell_decode(&at, end, &cell)) return datum_missing();
    } while (column-- > 0);
    return cell;
}
