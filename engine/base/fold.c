#include "engine/base/fold.h"

#include <glib.h>

#include "engine/column/passes.h"

static bool is_ascii(struct text text) {
    unsigned char all = 0;
    for (size_t i = 0; i < text.length; i++) all |= (unsigned char)text.data[i];
    return all < 0x80;
}

/* Appends one character; returns how many bytes it was of. */
static size_t fold_character(struct text text, struct buffer *out) {
    unsigned char first = (unsigned char)text.data[0];
    if (first < 0x80) {
        buffer_append_char(out, g_ascii_tolower(text.data[0]));
        return 1;
    }
    gunichar character = g_utf8_get_char_validated(text.data, (gssize)text.length);
    if (character >= 0x80000000) { /* invalid or cut short */
        buffer_append_char(out, text.data[0]);
        return 1;
    }
    char encoded[6];
    size_t length = (size_t)g_unichar_to_utf8(character, encoded);
    gunichar lower = g_unichar_tolower(character);
    if (lower >= 0x80)
        buffer_append(out, encoded, (size_t)g_unichar_to_utf8(lower, encoded));
    else
        buffer_append(out, text.data, length);
    return length;
}

bool text_fold(struct text text, struct buffer *out) {
    if (is_ascii(text)) {
        if (!buffer_reserve(out, text.length)) return false;
        pass_lower(out->data + out->length, text.data, text.length);
        out->length += text.length;
        return true;
    }
    while (text.length) {
        size_t taken = fold_character(text, out);
        text.data += taken;
        text.length -= taken;
    }
    return !out->failed;
}
