#include "engine/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Paths and names from archives end up in messages, and may hold anything: a message stays one
 * line, sends no control sequence to a terminal, and is not cut inside a UTF-8 sequence. */
static void make_one_line(char *message) {
    for (char *c = message; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == 0x7f) *c = '?';
    }
}

static void cut_at_character(char *message, size_t length) {
    size_t start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)message[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0) return;
    unsigned char lead = (unsigned char)message[start - 1];
    size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (need > length - start + 1) message[start - 1] = '\0';
}

enum trawl_status error_set(struct trawl_error *error, enum trawl_status status, const char *format,
                            ...) {
    if (!error) return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length < 0) error->message[0] = '\0';
    if (length >= (int)sizeof error->message)
        cut_at_character(error->message, sizeof error->message - 1);
    make_one_line(error->message);
    return status;
}

enum trawl_status error_memory(struct trawl_error *error) {
    return error_set(error, TRAWL_MEMORY, "out of memory");
}
