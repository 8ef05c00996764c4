#include "builder.h"

#include <stdlib.h>

bool builder_reserve(struct builder *builder, size_t more) {
    size_t needed = builder->length + more;
    if (needed <= builder->capacity) return true;
    size_t capacity = builder->capacity ? builder->capacity : 4096;
    while (capacity < needed) capacity *= 2;
    char *data = realloc(builder->data, capacity);
    if (!data) return false;
    builder->data = data;
    builder->capacity = capacity;
    return true;
}

void builder_free(struct builder *builder) {
    free(builder->data);
    *builder = (struct builder){0};
}

void builder_put_digits(struct builder *builder, uint64_t value, unsigned width) {
    char *at = builder->data + builder->length + width;
    builder->length += width;
    while (width--) {
        *--at = (char)('0' + value % 10);
        value /= 10;
    }
}

void builder_put_number(struct builder *builder, uint64_t value) {
    unsigned width = 1;
    for (uint64_t rest = value; rest >= 10; rest /= 10) width++;
    builder_put_digits(builder, value, width);
}

void builder_put_hex(struct builder *builder, uint64_t value, unsigned width) {
    char *at = builder->data + builder->length + width;
    builder->length += width;
    while (width--) {
        *--at = "0123456789abcdef"[value & 15];
        value >>= 4;
    }
}

void builder_put_guid(struct builder *builder, const uint64_t value[2]) {
    uint64_t high = (value[0] & ~UINT64_C(0xf000)) | 0x4000;
    uint64_t low = (value[1] & UINT64_C(0x3fffffffffffffff)) | UINT64_C(0x8000000000000000);
    builder_put_hex(builder, high >> 32, 8);
    builder_put_char(builder, '-');
    builder_put_hex(builder, high >> 16, 4);
    builder_put_char(builder, '-');
    builder_put_hex(builder, high, 4);
    builder_put_char(builder, '-');
    builder_put_hex(builder, low >> 48, 4);
    builder_put_char(builder, '-');
    builder_put_hex(builder, low, 12);
}

void builder_put_token(struct builder *builder, const uint64_t value[2], unsigned width) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (unsigned i = 0; i < width; i++) {
        uint64_t word = i < 10 ? value[0] >> (6 * i) : value[1] >> (6 * (i - 10));
        builder_put_char(builder, alphabet[word & 63]);
    }
}

/* Opens a gap before everything from `start` on, so that it can be rewritten to the left of where
 * it is read: the rewritten text is at most `grown` bytes. Returns where the old text now starts.
 */
static char *builder_shift(struct builder *builder, size_t start, size_t grown) {
    size_t length = builder->length - start;
    if (!builder_reserve(builder, grown)) return NULL;
    char *moved = builder->data + start + grown - length;
    memmove(moved, builder->data + start, length);
    return moved;
}

bool builder_escape_json(struct builder *builder, size_t start) {
    size_t length = builder->length - start, extra = 0;
    for (size_t i = start; i < builder->length; i++)
        extra += builder->data[i] == '"' || builder->data[i] == '\\' || builder->data[i] == '\n';
    const char *from = builder_shift(builder, start, length + extra);
    if (!from) return false;
    char *to = builder->data + start;
    for (const char *end = from + length; from < end; from++) {
        char c = *from;
        if (c == '"' || c == '\\' || c == '\n') *to++ = '\\';
        *to++ = c == '\n' ? 'n' : c;
    }
    builder->length += extra;
    return true;
}

bool builder_escape_csv(struct builder *builder, size_t start) {
    size_t length = builder->length - start, extra = 0;
    for (size_t i = start; i < builder->length; i++) extra += builder->data[i] == '"';
    const char *from = builder_shift(builder, start, length + extra);
    if (!from) return false;
    char *to = builder->data + start;
    for (const char *end = from + length; from < end; from++) {
        if (*from == '"') *to++ = '"';
        *to++ = *from;
    }
    builder->length += extra;
    return true;
}

static char *line_break(char *to, unsigned depth) {
    *to++ = '\n';
    memset(to, ' ', 2 * (size_t)depth);
    return to + 2 * (size_t)depth;
}

bool builder_indent_json(struct builder *builder, size_t start) {
    /* A structural character costs at most two line breaks of the deepest level. */
    size_t length = builder->length - start, structural = 0;
    unsigned depth = 0, deepest = 0;
    for (size_t i = start; i < builder->length; i++) {
        char c = builder->data[i];
        structural += c == ',' || c == ':' || c == '{' || c == '[' || c == '}' || c == ']';
        if (c == '{' || c == '[') depth++;
        if (depth > deepest) deepest = depth;
        if ((c == '}' || c == ']') && depth) depth--;
    }
    size_t grown = length + structural * (2 * (size_t)deepest + 2);
    const char *from = builder_shift(builder, start, grown);
    if (!from) return false;
    char *to = builder->data + start;
    bool in_string = false;
    depth = 0;
    for (const char *end = from + length; from < end; from++) {
        char c = *from;
        if (in_string) {
            *to++ = c;
            if (c == '\\') *to++ = *++from;
            if (c == '"') in_string = false;
        } else if ((c == '{' || c == '[') && (from[1] == '}' || from[1] == ']')) {
            *to++ = c;
            *to++ = *++from;
        } else if (c == '{' || c == '[') {
            *to++ = c;
            to = line_break(to, ++depth);
        } else if (c == '}' || c == ']') {
            to = line_break(to, --depth);
            *to++ = c;
        } else if (c == ',') {
            *to++ = c;
            to = line_break(to, depth);
        } else {
            *to++ = c;
            if (c == ':') *to++ = ' ';
            if (c == '"') in_string = true;
        }
    }
    builder->length = (size_t)(to - builder->data);
    return true;
}
