/* encode.c - base64, hex and percent codes. */
#include <stdlib.h>

#include "engine/scalar/argument.h"
#include "engine/scalar/text.h"

void *charset_new(enum document_charset charset) {
    enum document_charset *data = malloc(sizeof *data);
    if (data) *data = charset;
    return data;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Decodes `bytes`, which it frees, into the result. */
static enum trawl_status decoded(const struct scalar_call *call, struct buffer *bytes,
                                 enum document_charset charset, struct datum *result,
                                 struct trawl_error *error) {
    bool good = !bytes->failed &&
                document_decode(charset, (struct text){bytes->data, bytes->length}, call->out);
    buffer_free(bytes);
    return good ? result_out(call, result, error) : error_memory(error);
}

static enum document_charset charset_of(const struct scalar_call *call) {
    const enum document_charset *charset = call->data;
    return charset ? *charset : CHARSET_UTF8;
}

/* ---- base64 ---------------------------------------------------------------------------------- */

/* The six bits of a character; -1: it is of neither alphabet. */
static int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

/* Appends the bytes; false: malformed. Memory: see bytes->failed. */
static bool base64_read(struct text text, struct buffer *bytes) {
    uint32_t bits = 0;
    unsigned count = 0, padding = 0; /* characters in all */
    buffer_reserve(bytes, text.length / 4 * 3 + 3);
    for (size_t i = 0; i < text.length; i++) {
        if (is_space(text.data[i])) continue;
        if (text.data[i] == '=') {
            padding++;
            continue;
        }
        int value = base64_value(text.data[i]);
        if (value < 0 || padding) return false;
        bits = (bits << 6 | (uint32_t)value) & 0xFFFFFF;
        count = (count + 1) % 4;
        if (count == 0)
            buffer_append(bytes, (char[]){(char)(bits >> 16), (char)(bits >> 8), (char)bits}, 3);
    }
    if (padding && padding + count != 4) return false;
    if (count == 2)
        return (bits & 0xF) == 0 && (buffer_append_char(bytes, (char)(bits >> 4)), true);
    if (count == 3)
        return (bits & 3) == 0 &&
               (buffer_append(bytes, (char[]){(char)(bits >> 10), (char)(bits >> 2)}, 2), true);
    return count == 0;
}

static enum trawl_status run_base64_decode(const struct scalar_call *call, struct datum *result,
                                           struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    struct buffer bytes = {0};
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    if (!base64_read(text, &bytes) && !bytes.failed) {
        buffer_free(&bytes);
        return TRAWL_OK;
    }
    return decoded(call, &bytes, charset_of(call), result, error);
}

static enum trawl_status run_base64_encode(const struct scalar_call *call, struct datum *result,
                                           struct trawl_error *error) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    const unsigned char *bytes = (const unsigned char *)text.data;
    buffer_reserve(call->out, (text.length + 2) / 3 * 4);
    for (size_t i = 0; i < text.length; i += 3) {
        size_t left = text.length - i;
        uint32_t bits = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                        (left > 2 ? bytes[i + 2] : 0);
        char group[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                         left > 1 ? digits[bits >> 6 & 63] : '=',
                         left > 2 ? digits[bits & 63] : '='};
        buffer_append(call->out, group, 4);
    }
    return result_out(call, result, error);
}

/* ---- hex ------------------------------------------------------------------------------------- */

static bool hex_read(struct text text, struct buffer *bytes) {
    int high = -1;
    size_t i = text.length >= 2 && text.data[0] == '0' && (text.data[1] | 0x20) == 'x' ? 2 : 0;
    buffer_reserve(bytes, text.length / 2);
    for (; i < text.length; i++) {
        if (is_space(text.data[i])) continue;
        int digit = hex_digit(text.data[i]);
        if (digit < 0) return false;
        if (high >= 0) buffer_append_char(bytes, (char)(high << 4 | digit));
        high = high >= 0 ? -1 : digit;
    }
    return high < 0;
}

static enum trawl_status run_hex_decode(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    struct buffer bytes = {0};
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    if (!hex_read(text, &bytes) && !bytes.failed) {
        buffer_free(&bytes);
        return TRAWL_OK;
    }
    return decoded(call, &bytes, charset_of(call), result, error);
}

/* ---- percent codes --------------------------------------------------------------------------- */

static enum trawl_status run_url_decode(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    char room[NUMBER_TEXT];
    struct text text;
    struct buffer bytes = {0};
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    buffer_reserve(&bytes, text.length);
    for (size_t i = 0; i < text.length; i++) {
        int high = -1, low = -1;
        if (text.data[i] == '%' && text.length - i > 2) {
            high = hex_digit(text.data[i + 1]);
            low = hex_digit(text.data[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            buffer_append_char(&bytes, (char)(high << 4 | low));
            i += 2;
        } else {
            buffer_append_char(&bytes, text.data[i] == '+' ? ' ' : text.data[i]);
        }
    }
    return decoded(call, &bytes, CHARSET_UTF8, result, error);
}

static bool is_url_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.' || c == '*';
}

static enum trawl_status run_url_encode(const struct scalar_call *call, struct datum *result,
                                        struct trawl_error *error) {
    static const char digits[] = "0123456789ABCDEF";
    char room[NUMBER_TEXT];
    struct text text;
    if (!argument_text(call, 0, room, &text)) return TRAWL_OK;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (is_url_plain((char)c) || c == ' ')
            buffer_append_char(call->out, c == ' ' ? '+' : (char)c);
        else
            buffer_append(call->out, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
    return result_out(call, result, error);
}

const struct scalar scalar_base64_decode = {
    .name = "base64_decode", .type = TYPE_TEXT, .run = run_base64_decode, .data_free = free};
const struct scalar scalar_hex_decode = {
    .name = "hex_decode", .type = TYPE_TEXT, .run = run_hex_decode, .data_free = free};
const struct scalar scalar_base64_encode = {
    .name = "base64_encode", .type = TYPE_TEXT, .run = run_base64_encode};
const struct scalar scalar_url_decode = {
    .name = "url_decode", .type = TYPE_TEXT, .run = run_url_decode};
const struct scalar scalar_url_encode = {
    .name = "url_encode", .type = TYPE_TEXT, .run = run_url_encode};
