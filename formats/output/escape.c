#include "formats/output/escape.h"

#include <string.h>

void emit_json_string(struct emitter *out, const char *text, size_t length) {
    static const char short_form[] = "\0\0\0\0\0\0\0\0btn\0fr";
    static const char hex[] = "0123456789abcdef";
    emit_char(out, '"');
    size_t clean = 0; /* start of the run that needs no escape */
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        emit(out, text + clean, i - clean);
        clean = i + 1;
        if (c >= 0x20) {
            emit(out, (const char[]){'\\', (char)c}, 2);
        } else if (c < sizeof short_form - 1 && short_form[c]) {
            emit(out, (const char[]){'\\', short_form[c]}, 2);
        } else {
            emit(out, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
        }
    }
    emit(out, text + clean, length - clean);
    emit_char(out, '"');
}

/* Also = + - @ of full width, U+FF1D and others: some spreadsheets take them for the narrow ones.
 */
static bool is_formula(const char *text, size_t length) {
    if (length >= 3 && memcmp(text, "\xEF\xBC", 2) == 0)
        return text[2] == '\x9D' || text[2] == '\x8B' || text[2] == '\x8D' || text[2] == '\xA0';
    return length && text[0] && strchr("=+-@\t\r\n", text[0]);
}

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

static void emit_cell(struct emitter *out, const char *text, size_t length, bool guard) {
    bool quote = length && (is_space(text[0]) || is_space(text[length - 1]));
    for (size_t i = 0; i < length && !quote; i++) {
        quote = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
    }
    if (quote) emit_char(out, '"');
    if (guard) emit_char(out, '\'');
    if (quote) {
        size_t clean = 0;
        for (size_t i = 0; i < length; i++) {
            if (text[i] != '"') continue;
            emit(out, text + clean, i + 1 - clean); /* the quote, and below once more */
            clean = i;
        }
        emit(out, text + clean, length - clean);
        emit_char(out, '"');
    } else {
        emit(out, text, length);
    }
}

void emit_csv_cell(struct emitter *out, const char *text, size_t length) {
    emit_cell(out, text, length, is_formula(text, length));
}

void emit_csv_name(struct emitter *out, const char *text, size_t length) {
    emit_cell(out, text, length, false);
}
