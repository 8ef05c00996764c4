/* start.c - what is this stream? Told by its first bytes. */
#include "formats/framing/framer.h"

#define SNIFF 4096 /* bytes looked at for what is not text */

/* Counted in runs that a byte can count, which compilers make into vectors. */
static size_t count_controls(struct text text) {
    enum { RUN = 128 };
    size_t controls = 0;
    for (size_t at = 0; at < text.length; at += RUN) {
        size_t run = text.length - at < RUN ? text.length - at : RUN;
        uint8_t count = 0;
        for (size_t i = 0; i < run; i++)
            count = (uint8_t)(count + ((uint8_t)text.data[at + i] < 0x20));
        controls += count;
    }
    return controls;
}

/* Control characters that text does not hold; NUL is padding. Of random bytes 10 % are such. A line
 * that starts like a record tells text with damage before it from binary data. */
static bool is_binary(struct text text) {
    if (text.length > SNIFF) text.length = SNIFF;
    if (count_controls(text) <= text.length / 20) return false;
    size_t controls = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        controls += c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0;
    }
    return controls > text.length / 20 && !memmem(text.data, text.length, "\n{\"", 3);
}

/* Where the line end behind `at` is; text.length: there is none. */
static size_t first_line_end(struct text text, size_t at) {
    while (at < text.length && text.data[at] != '\n' && text.data[at] != '\r') at++;
    return at;
}

/* A first line with a comma that is no piece of JSON is a header. */
static bool is_header(struct text line) {
    return memchr(line.data, ',', line.length) && !memmem(line.data, line.length, "\":", 2) &&
           !memmem(line.data, line.length, "\" :", 3);
}

#define OBJECT_START 3 /* bytes that tell a JSON object: {" or { " or a line of { alone */

/* Whether the first line behind `at` that is not blank starts like a JSON object. Blank lines are
 * looked past for SNIFF bytes. */
static bool object_follows(struct text text, size_t at) {
    size_t most = text.length - at < SNIFF ? text.length : at + SNIFF;
    while (at < most && structure_blank(text.data[at])) at++;
    if (at == most || text.data[at] != '{') return false;
    size_t left = text.length - at;
    char next = left > 1 ? text.data[at + 1] : '\n';
    if (next == '"' || next == '\r' || next == '\n') return true;
    return left >= OBJECT_START && memcmp(text.data + at, "{ \"", OBJECT_START) == 0;
}

enum step start_step(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    const size_t most = WINDOW_BLOCK;
    if (!framer_more(framer, SNIFF, most)) return STEP_FAILED;
    if (window_length(window) == 0) return framer_edge(framer, frame, MODE_START);
    if (is_binary(framer_text(framer))) {
        framer->mode = MODE_END;
        size_t held = window_length(window), length = held < SNIFF ? held : SNIFF;
        return framer_emit(framer, frame, FRAME_MALFORMED, length, held, "not text: binary data");
    }
    uint64_t padding;
    size_t at;
    bool more;
    for (;;) {
        padding = 0;
        at = framer_separators(framer_text(framer), window_at_edge(window), &padding, &more);
        size_t held = window_length(window);
        if ((at < held && !more) || held >= most || window_at_edge(window)) break;
        if (!framer_more(framer, held + 1, most)) return STEP_FAILED;
    }
    framer->mode = MODE_LINES;
    if (at >= most || at == window_length(window)) return STEP_ON;
    if (window_text(window)[at] == '{' || window_text(window)[at] == '[') return STEP_ON;

    /* Commas and white space before the first name belong to the header. */
    size_t start = at;
    while (start > 0) {
        char c = window_text(window)[start - 1];
        if (c != ',' && c != ' ' && c != '\t') break;
        start--;
    }
    size_t end;
    for (;;) {
        size_t held = window_length(window);
        end = first_line_end(framer_text(framer), at);
        if (end < held || held > start + most || window_at_edge(window)) break;
        if (!framer_more(framer, held + 1, start + most + 1)) return STEP_FAILED;
    }
    if (end - start > most) end = start + most;
    if (!is_header((struct text){window_text(window) + start, end - start})) return STEP_ON;
    if (!framer_more(framer, end + SNIFF + OBJECT_START, end + SNIFF + OBJECT_START)) {
        return STEP_FAILED;
    }
    if (!object_follows(framer_text(framer), end)) {
        framer->mode = MODE_CSV;
        framer->padding += padding;
        window_take(window, start);
    }
    return STEP_ON;
}
