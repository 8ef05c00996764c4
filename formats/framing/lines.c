/* lines.c - at depth 0: lines, handed out as they are; and the line that is framed by structure. */
#include "formats/framing/framer.h"

/* The length of a line without what may follow a record on it. */
static size_t trimmed(const char *line, size_t length, size_t *padding) {
    *padding = 0;
    while (length > 0) {
        char c = line[length - 1];
        if (!structure_blank(c) && c != ',' && c != 0) break;
        *padding += c == 0;
        length--;
    }
    return length;
}

/* Lines that cannot be one record, or hardly: asking the caller first would cost a parse. */
static bool starts_structure(const char *line, size_t length) {
    if (line[0] == '[') return true;
    if (line[0] != '{') return false;
    size_t at = 1;
    while (at < length && structure_blank(line[at])) at++;
    if (at == length) return true;
    if (length - at < 2 || line[at] != '"') return false;
    char c = line[at + 1];
    if (c != 'r' && c != 'R' && c != 'v' && c != 't') return false;
    size_t most = length < ENVELOPE_LOOK_BACK ? length : ENVELOPE_LOOK_BACK;
    const char *bracket = memchr(line, '[', most);
    return bracket && envelope_at(line, (size_t)(bracket - line)) != ENVELOPE_NONE;
}

/* The line is `length` bytes; those of the record, `text`. */
static void emit_line(struct framer *framer, struct frame *frame, size_t text, size_t length) {
    framer_emit(framer, frame, FRAME_LINE, text, length + framer->line.found, NULL);
    framer->given_text = length;
    framer->reopen = REOPEN_LINE;
}

enum step lines_step(struct framer *framer, struct frame *frame) {
    if (!framer_skip_separators(framer)) {
        return framer->status == TRAWL_OK ? framer_edge(framer, frame, MODE_LINES) : STEP_FAILED;
    }
    uint64_t here = framer->window.offset;
    if (here < framer->structured) return value_step(framer, frame);
    size_t length;
    if (!framer_find_line(framer, framer->max_line, &length)) {
        if (framer->status != TRAWL_OK) return STEP_FAILED;
        framer->structured = here + 1;
        return value_step(framer, frame);
    }
    size_t padding, text = trimmed(window_text(&framer->window), length, &padding);
    if (starts_structure(window_text(&framer->window), text)) {
        return line_reopen(framer, frame, length);
    }
    emit_line(framer, frame, text, length);
    framer->given_padding = padding;
    return STEP_FRAME;
}

bool lines_known(struct framer *framer, struct frame *frame, size_t length) {
    uint64_t here = framer->window.offset;
    if (starts_structure(window_text(&framer->window), length)) return false;
    size_t line = length + (window_text(&framer->window)[length] == '\r');
    framer->line.from = here;
    framer->line.to = here + line;
    framer->line.found = true;
    emit_line(framer, frame, length, line);
    return true;
}

/* What a line is made of: values, of which the last may go on behind the line. LINE_DAMAGED: the
 * last value is broken, and is one of those that hold records. LINE_LITTERED: what is not good
 * stands behind values that count. */
enum line { LINE_WHOLE, LINE_OPEN, LINE_DAMAGED, LINE_LITTERED, LINE_BROKEN };

/* One value of a line; *holds: it is an array, or an envelope. */
static enum structure_event value_scan(struct framer *framer, struct text text, size_t *length,
                                       bool *holds) {
    enum structure_event event;
    *length = 0;
    *holds = text.data[0] == '[';
    structure_start(&framer->value);
    framer->value.watch_arrays = !*holds;
    do {
        event = framer->scan(&framer->value, text.data, length, text.length);
        if (event == STRUCTURE_ARRAY && envelope_at(text.data, *length) != ENVELOPE_NONE) {
            *holds = true;
        }
    } while (event == STRUCTURE_ARRAY);
    return event;
}

/* *at: LINE_OPEN, where the value starts that goes on; LINE_LITTERED, where the good values end.
 * One object with something behind it is no record: only more of them, or what holds records,
 * count. */
static enum line line_scan(struct framer *framer, struct text line, size_t *at, const char **why) {
    uint64_t padding = 0;
    size_t values = 0;
    bool more, held = false;
    *at = 0;
    for (;;) {
        struct text rest = {line.data + *at, line.length - *at};
        *at += framer_separators(rest, true, &padding, &more);
        if (*at == line.length) return LINE_WHOLE;
        if (line.data[*at] != '{' && line.data[*at] != '[') {
            *why = *at ? "text that is no JSON object or array" : "no JSON object or array";
            return held || values > 1 ? LINE_LITTERED : LINE_BROKEN;
        }
        size_t length;
        bool holds;
        rest = (struct text){line.data + *at, line.length - *at};
        enum structure_event event = value_scan(framer, rest, &length, &holds);
        if (event == STRUCTURE_MORE && !framer->value.in_string) return LINE_OPEN;
        if (event != STRUCTURE_END) {
            if (holds) return LINE_DAMAGED;
            bool newline = event == STRUCTURE_MORE && framer->line.found;
            *why = framer_why(framer, newline ? STRUCTURE_NEWLINE : event);
            return held || values > 1 ? LINE_LITTERED : LINE_BROKEN;
        }
        *at += length;
        held |= holds;
        values++;
    }
}

enum step line_reopen(struct framer *framer, struct frame *frame, size_t length) {
    uint64_t here = framer->window.offset;
    struct text line = {window_text(&framer->window), length};
    size_t newline = framer->line.found && framer->line.to == here + length;
    size_t at;
    const char *why = NULL;
    framer->mode = MODE_LINES;
    switch (line_scan(framer, line, &at, &why)) {
        case LINE_WHOLE:
            framer->structured = here + length;
            return STEP_ON;
        case LINE_OPEN:
            if (here + at >= framer->single) {
                framer->structured = here + at + 1;
                return STEP_ON;
            }
            /* Values over more lines have been tried here. The whole ones before it are given. */
            if (at > 0) {
                framer->structured = here + at;
                return STEP_ON;
            }
            why = framer_why(framer, STRUCTURE_BOUNDARY);
            break;
        case LINE_DAMAGED:
            /* The good elements count; what is damaged does not reach beyond the line. */
            framer->structured = here + length;
            if (newline) window_fence(&framer->window, length);
            return STEP_ON;
        case LINE_LITTERED:
            /* The rest is a line of its own, on which nothing good comes first. */
            framer->structured = here + at;
            return STEP_ON;
        case LINE_BROKEN:
            break;
    }
    size_t padding, text = trimmed(line.data, length, &padding);
    framer_emit(framer, frame, FRAME_MALFORMED, text, length + newline, why);
    framer->given_padding = padding;
    return STEP_FRAME;
}

enum step remains_step(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    for (;;) {
        /* Three bytes tell a byte order mark: where files were put together a record may start. */
        if (!framer_more(framer, 3, WINDOW_BLOCK)) return STEP_FAILED;
        struct text text = framer_text(framer);
        if (text.length == 0) {
            return framer_edge(framer, frame,
                               framer->mode == MODE_LINE ? MODE_LINES : MODE_REMAINS);
        }
        if (framer->mode == MODE_REMAINS && window->before == '\n' &&
            (text.data[0] == '{' || text.data[0] == '[' ||
             (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0))) {
            framer->mode = MODE_LINES;
            return STEP_ON;
        }
        const char *newline = memchr(text.data, '\n', text.length);
        window_take(window, newline ? (size_t)(newline - text.data) + 1 : text.length);
        if (newline && framer->mode == MODE_LINE) {
            framer->mode = MODE_LINES;
            return STEP_ON;
        }
    }
}
