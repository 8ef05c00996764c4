/* values.c - values at depth 0 that are framed by structure. */
#include "formats/framing/framer.h"

/* Is the line that starts at `at` one whole object and nothing else? Then it is a record, and what
 * seemed to go on there was cut off before it. */
static bool is_record_line(struct framer *framer, size_t at, bool *failed) {
    size_t end;
    *failed = false;
    for (;;) {
        struct text text = framer_text(framer);
        size_t most =
            text.length - at < framer->max_line + 1 ? text.length - at : framer->max_line + 1;
        const char *newline = memchr(text.data + at, '\n', most);
        end = newline ? (size_t)(newline - text.data) : at + most;
        if (newline) break;
        if (most > framer->max_line) return false;
        if (window_at_edge(&framer->window)) break;
        if (!framer_more(framer, text.length + 1, at + framer->max_line + 1)) {
            *failed = true;
            return false;
        }
    }
    const char *line = window_text(&framer->window) + at;
    size_t length = end - at, closed = 0;
    while (length > 0 && structure_blank(line[length - 1])) length--;
    if (length < 2 || line[1] != '"') return false;
    structure_start(&framer->outside);
    return framer->scan(&framer->outside, line, &closed, length) == STRUCTURE_END &&
           closed == length;
}

/* Where the first line of the value at the start ends if it holds the bracket alone, as when it is
 * pretty-printed; 0: it holds more. */
static size_t lone_bracket(struct text text) {
    size_t at = 1;
    while (at < text.length && text.data[at] != '\n' && structure_blank(text.data[at])) at++;
    return at < text.length && text.data[at] == '\n' ? at : 0;
}

/* Is the value at the start pretty-printed with indentation? Then a { in column 0 is no part of
 * it. */
static bool is_outdented(struct text text) {
    size_t line = lone_bracket(text);
    return line && (text.data[line + 1] == ' ' || text.data[line + 1] == '\t');
}

/* The value goes wrong at `at`. Its first line is malformed; the next ones are read as lines. A
 * pretty-printed value, whose first line is its bracket alone, is malformed as a whole. */
static enum step value_broken(struct framer *framer, struct frame *frame, size_t at,
                              enum structure_event event) {
    struct text text = framer_text(framer);
    const char *why = framer_why(framer, event);
    const char *newline = memchr(text.data, '\n', at < text.length ? at + 1 : at);
    if (!newline) {
        if (at < text.length) framer->mode = MODE_LINE;
        return framer_malformed(framer, frame, at, why);
    }
    size_t line = (size_t)(newline - text.data);
    if (lone_bracket(text)) {
        framer->mode = MODE_REMAINS;
        return framer_malformed(framer, frame, at, why);
    }
    uint64_t single = framer->window.offset + at;
    if (single > framer->single) framer->single = single;
    while (line > 0 && structure_blank(text.data[line - 1])) line--;
    return framer_emit(framer, frame, FRAME_MALFORMED, line, (size_t)(newline - text.data) + 1,
                       why);
}

static enum step value_oversized(struct framer *framer, struct frame *frame, size_t at) {
    framer->mode = MODE_SKIP;
    framer->skip_to = MODE_LINES;
    framer->skip_line = !memchr(window_text(&framer->window), '\n', at);
    framer->value.watch_arrays = framer->value.watch_columns = false;
    return framer_emit(framer, frame, FRAME_OVERSIZED, 0, at, framer_oversized);
}

static enum step object_step(struct framer *framer, struct frame *frame) {
    size_t most = framer->max_record, at = 0;
    uint64_t here = framer->window.offset;
    bool failed;
    if (here < framer->single) {
        size_t line;
        if (framer_find_line(framer, most, &line)) most = line;
        if (framer->status != TRAWL_OK) return STEP_FAILED;
    }
    structure_start(&framer->value);
    framer->value.watch_arrays = framer->value.watch_columns = true;
    for (;;) {
        enum structure_event event = framer_scan(framer, most, &at, &failed);
        if (failed) return STEP_FAILED;
        if (event == STRUCTURE_ARRAY) {
            enum envelope envelope = envelope_at(window_text(&framer->window), at);
            if (envelope == ENVELOPE_NONE) continue;
            envelope_enter(framer, envelope, at);
            return STEP_ON;
        }
        if (event == STRUCTURE_COLUMN) {
            bool other = is_outdented(framer_text(framer)) || is_record_line(framer, at, &failed);
            if (failed) return STEP_FAILED;
            if (!other) continue;
            event = STRUCTURE_MISPLACED;
        }
        if (event == STRUCTURE_END) {
            framer_emit(framer, frame, FRAME_VALUE, at, at, NULL);
            framer->reopen = REOPEN_VALUE;
            return STEP_FRAME;
        }
        if (event == STRUCTURE_MORE && at == framer->max_record) {
            return value_oversized(framer, frame, at);
        }
        return value_broken(framer, frame, at, event);
    }
}

enum step value_step(struct framer *framer, struct frame *frame) {
    char c = *window_text(&framer->window);
    if (c == '{') return object_step(framer, frame);
    if (c == '[') {
        window_take(&framer->window, 1);
        framer->open = 1;
        framer->in_envelope = false;
        framer->head_length = 0;
        framer->suspect = 0;
        framer->mode = MODE_ARRAY;
        return STEP_ON;
    }
    /* On a line longer than max_line, of which at least that much is in memory, or a fenced one. */
    size_t length = framer->max_line < SIGNATURE_HEAD ? framer->max_line : SIGNATURE_HEAD;
    if (length > window_length(&framer->window)) length = window_length(&framer->window);
    framer->mode = MODE_LINE;
    return framer_malformed(framer, frame, length, "no JSON object or array");
}

/* A value on one line: it does not go on behind its end. */
static enum step skip_line(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    for (;;) {
        struct text text = framer_text(framer);
        const char *newline = memchr(text.data, '\n', text.length);
        size_t at = 0, limit = newline ? (size_t)(newline - text.data) : text.length;
        struct structure *value = &framer->value;
        value->before = window->before;
        value->significant = window->significant;
        value->newline = false;
        enum structure_event event = framer->scan(value, text.data, &at, limit);
        window_take(window, at);
        if (event != STRUCTURE_MORE) {
            framer->mode = event == STRUCTURE_END ? MODE_LINES : MODE_LINE;
            return STEP_ON;
        }
        if (newline) {
            framer->mode = MODE_LINES;
            return STEP_ON;
        }
        if (window_at_edge(window)) return framer_edge(framer, frame, MODE_LINES);
        if (!framer_more(framer, 1, WINDOW_BLOCK)) return STEP_FAILED;
    }
}

enum step skip_step(struct framer *framer, struct frame *frame) {
    if (framer->skip_line) return skip_line(framer, frame);
    bool failed;
    size_t at = 0;
    enum structure_event event = framer_pass(framer, &framer->value, 0, &at, &failed);
    if (failed) return STEP_FAILED;
    window_take(&framer->window, at);
    enum mode to = framer->skip_to;
    switch (event) {
        case STRUCTURE_END:
            framer->mode = to;
            return STEP_ON;
        case STRUCTURE_BOUNDARY:
            framer_leave(framer);
            return STEP_ON;
        case STRUCTURE_MORE:
            framer->announce = true;
            if (to == MODE_ARRAY) return framer_edge(framer, frame, MODE_RESYNC);
            framer_leave(framer);
            return framer_edge(framer, frame, to == MODE_LINES ? MODE_REMAINS : MODE_LINES);
        case STRUCTURE_MISPLACED:
            framer->announce = false;
            if (to == MODE_ARRAY) {
                framer->mode = MODE_RESYNC;
            } else {
                framer_leave(framer);
            }
            return STEP_ON;
        default:
            framer->announce = false;
            if (to == MODE_ARRAY) {
                framer->mode = MODE_RESYNC;
            } else {
                framer_leave(framer);
                framer->mode = to == MODE_LINES ? MODE_REMAINS : MODE_LINE;
            }
            return STEP_ON;
    }
}
