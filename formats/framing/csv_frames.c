/* csv_frames.c - CSV as frames: the header, rows, and rows that cannot be read. */
#include "formats/framing/framer.h"

static const char cut_off[] = "cut off by damage";
static const char never_closed[] = "a quote is never closed";

/* How far behind a row that is too long its closing quote is looked for, in memory. A quote that is
 * not closed in so many bytes more is taken for damage. */
#define CSV_LOOK ((size_t)16 << 20)
#define CSV_QUIET                                                                   \
    (CSV_LOOK + 2) /* the same from max_record on: the row's line end was looked at \
                    */

static bool is_header(const struct framer *framer) {
    if (framer->csv.count != framer->name_count) return false;
    for (size_t i = 0; i < framer->name_count; i++) {
        if (!text_equal(framer->csv.cells[i], framer->names[i])) return false;
    }
    return true;
}

/* Of the text in memory the part that decides over the row at the start: no longer than a row may
 * be with its line end. *last: nothing follows that part. */
static struct text row_text(const struct framer *framer, bool *last) {
    struct text text = framer_text(framer);
    size_t most = framer->max_record + 2;
    *last = text.length <= most && window_at_edge(&framer->window);
    if (text.length > most) text.length = most;
    return text;
}

/* Reads the row at the start: CSV_ROW, CSV_UNCLOSED, or CSV_MORE when it is longer than max_record.
 * `line`: it ends with its line. *text is what was looked at. */
static enum csv_outcome read_row(struct framer *framer, bool line, struct text *text,
                                 size_t *length, size_t *taken) {
    bool last;
    for (;;) {
        *text = row_text(framer, &last);
        bool all = last || text->length == framer->max_record + 2;
        if (line) {
            size_t end = csv_line(*text, last);
            if (end < text->length) {
                text->length = end;
                last = all = true;
            }
        }
        if (!line || all) {
            enum csv_outcome outcome = csv_row(&framer->csv, *text, last, length, taken);
            if (outcome == CSV_ROW && *length > framer->max_record) return CSV_MORE;
            if (outcome == CSV_ROW || outcome == CSV_NO_MEMORY || all) return outcome;
        }
        if (!framer_more(framer, text->length + 1, framer->max_record + 2)) return CSV_NO_MEMORY;
    }
}

static enum step row_step(struct framer *framer, struct frame *frame, size_t length, size_t taken) {
    const struct window *window = &framer->window;
    if (taken == length && window->edge == EDGE_GAP) {
        return framer_malformed(framer, frame, length, cut_off);
    }
    if (framer->csv.count == 0 || (framer->csv_header && is_header(framer))) {
        window_take(&framer->window, taken);
        return STEP_ON;
    }
    if (framer->csv_header) {
        framer_emit(framer, frame, FRAME_CELLS, length, taken, NULL);
        frame->cells = framer->csv.cells;
        frame->cell_count = framer->csv.count;
        return STEP_FRAME;
    }
    framer_clear_names(framer);
    for (size_t i = 0; i < framer->csv.count; i++) {
        const struct text *cell = &framer->csv.cells[i];
        if (!framer_add_name(framer, cell->data, cell->length)) return framer_no_memory(framer);
    }
    framer_place_names(framer);
    framer->csv_header = true;
    framer_emit(framer, frame, FRAME_HEADER, length, taken, NULL);
    frame->cells = framer->names;
    frame->cell_count = framer->name_count;
    return STEP_FRAME;
}

/* Takes NUL bytes and byte order marks before a row. False: failed. */
static bool skip_padding(struct framer *framer) {
    struct window *window = &framer->window;
    for (;;) {
        if (!framer_more(framer, 3, WINDOW_BLOCK)) return false;
        struct text text = framer_text(framer);
        size_t at = 0;
        while (at < text.length && text.data[at] == 0) at++;
        framer->padding += at;
        if (at == 0 && text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) at = 3;
        if (at == 0) return true;
        window_take(window, at);
    }
}

/* The row at the start is in quotes where `text`, all a row may be, ends: is there another quote?
 * False: no, *text is what was looked at; or failed (status). */
static bool find_quote(struct framer *framer, struct text *text) {
    const size_t most = text->length + CSV_LOOK;
    for (;;) {
        size_t known = text->length;
        *text = framer_text(framer);
        if (text->length > most) text->length = most;
        if (memchr(text->data + known, '"', text->length - known)) return true;
        if (text->length == most || window_at_edge(&framer->window)) return false;
        if (!framer_more(framer, text->length + 1, most)) return false;
    }
}

enum step csv_step(struct framer *framer, struct frame *frame) {
    const struct window *window = &framer->window;
    if (!skip_padding(framer)) return STEP_FAILED;
    if (window_length(window) == 0) {
        framer->announce = true;
        return framer_edge(framer, frame, MODE_CSV_LINE);
    }
    if (window_length(window) >= 2 && memcmp(window_text(window), "{\"", 2) == 0) {
        /* No writer leaves such a cell unquoted: a JSON file was appended to this one. */
        framer->mode = MODE_LINES;
        return STEP_ON;
    }
    struct text text;
    size_t length = 0, taken = 0;
    bool line = window->offset < framer->csv_single;
    enum csv_outcome outcome = read_row(framer, line, &text, &length, &taken);
    if (outcome == CSV_NO_MEMORY) {
        return framer->status == TRAWL_OK ? framer_no_memory(framer) : STEP_FAILED;
    }
    if (outcome == CSV_ROW) return row_step(framer, frame, length, taken);
    bool closed = outcome == CSV_MORE;
    if (outcome == CSV_UNCLOSED && !line) {
        closed = find_quote(framer, &text);
        if (framer->status != TRAWL_OK) return STEP_FAILED;
    }
    if (!closed) {
        /* The rows behind it were taken for the inside of quotes: they are read again, as rows of
         * one line each. */
        size_t first = csv_line(text, true);
        if (first <= framer->max_record) {
            uint64_t end = window->offset + text.length;
            if (end > framer->csv_single) framer->csv_single = end;
            return framer_malformed(framer, frame, first, never_closed);
        }
    }
    framer->announce = false;
    framer->mode = line || !closed ? MODE_CSV_LINE : MODE_CSV_ROW;
    framer->csv_place = (struct csv_place){0};
    csv_pass(&framer->csv_place, (struct text){text.data, framer->max_record}, SIZE_MAX);
    framer->csv_place.quiet = 0;
    return framer_emit(framer, frame, FRAME_OVERSIZED, 0, framer->max_record, framer_oversized);
}

/* Passes over the rest of a line; at most SIGNATURE_HEAD bytes of it are shown. */
enum step csv_line_step(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    for (;;) {
        if (!framer_more(framer, SIGNATURE_HEAD, WINDOW_BLOCK)) return STEP_FAILED;
        struct text text = framer_text(framer);
        if (text.length == 0) {
            framer->announce = true;
            return framer_edge(framer, frame, MODE_CSV_LINE);
        }
        if (framer->announce && text.length > SIGNATURE_HEAD) text.length = SIGNATURE_HEAD;
        size_t end = csv_line(text, true);
        char c = text.data[end - 1];
        if (c == '\n' || c == '\r') framer->mode = MODE_CSV;
        if (framer->announce) {
            framer->announce = false;
            return framer_malformed(framer, frame, end, cut_off);
        }
        window_take(window, end);
        if (framer->mode == MODE_CSV) return STEP_ON;
    }
}

/* Passes over the rest of a row, line ends in quotes included. */
enum step csv_row_step(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    struct csv_place *place = &framer->csv_place;
    for (;;) {
        if (!framer_more(framer, 1, WINDOW_BLOCK)) return STEP_FAILED;
        if (window_length(window) == 0) {
            framer->announce = true;
            return framer_edge(framer, frame, MODE_CSV_LINE);
        }
        window_take(window, csv_pass(place, framer_text(framer), CSV_QUIET));
        if (place->state == CSV_ROW_END) {
            framer->mode = MODE_CSV;
            return STEP_ON;
        }
        if (place->quiet == CSV_QUIET) {
            framer->mode = MODE_CSV_LINE;
            return framer_malformed(framer, frame, 0, never_closed);
        }
    }
}
