/* arrays.c - the elements of arrays, one by one, and the way on where one is damaged.
 *
 * An element that does not end well - cut off, a bracket or a quote lost, too long - has run into
 * the ones behind it. Framing goes on where an element starts like the last good one (resync.h).
 * The text that had been read in vain is then read again, once: there an element ends at the latest
 * where the next one seems to start, so that many damaged elements cost no more than one. */
#include "formats/framing/framer.h"

/* The first place in [1, to) of the element at the start where another seems to start: one like the
 * last good one, or like the damaged one itself if it is the first. */
static size_t next_element(const struct framer *framer, size_t to) {
    struct signature signature;
    struct text text = framer_text(framer), head = {framer->head, framer->head_length};
    if (!signature_read(head.length > 0 ? head : text, &signature)) return RESYNC_NONE;
    return resync_find(&signature, text, 1, to, 0, false);
}

/* The element at the start goes wrong at `at`. */
static enum step element_broken(struct framer *framer, struct frame *frame, size_t at,
                                enum structure_event event) {
    const char *why = framer_why(framer, event);
    struct window *window = &framer->window;
    bool ends = event == STRUCTURE_MORE || event == STRUCTURE_BOUNDARY;
    if (!ends && !framer_more(framer, at + 1 + SIGNATURE_HEAD, at + 1 + SIGNATURE_HEAD)) {
        return STEP_FAILED;
    }
    size_t next = next_element(framer, ends ? at : at + 1);
    if (next != RESYNC_NONE) {
        framer->suspect = window->offset + at;
        framer->next_start = 0;
        return framer_malformed(framer, frame, next, why);
    }
    if (event == STRUCTURE_BOUNDARY) {
        framer_leave(framer);
    } else if (event == STRUCTURE_MORE && window->edge == EDGE_END) {
        framer_leave(framer);
    } else {
        /* The signature of this element is the only one there is: keep it. */
        if (framer->head_length == 0) framer_keep_head(framer, at);
        framer->announce = event == STRUCTURE_MORE;
        framer->mode = MODE_RESYNC;
    }
    return framer_malformed(framer, frame, at, why);
}

/* Longer than max_record: because it ran into the elements behind it, or by itself. */
static enum step element_oversized(struct framer *framer, struct frame *frame, size_t at) {
    if (!framer_more(framer, at + SIGNATURE_HEAD, at + SIGNATURE_HEAD)) return STEP_FAILED;
    size_t next = next_element(framer, at);
    if (next != RESYNC_NONE) {
        framer->suspect = framer->window.offset + at;
        framer->next_start = 0;
        return framer_malformed(framer, frame, next, framer_why(framer, STRUCTURE_BOUNDARY));
    }
    framer->value.watch_arrays = false;
    framer->mode = MODE_SKIP;
    framer->skip_to = MODE_ARRAY;
    framer->skip_line = false;
    return framer_emit(framer, frame, FRAME_OVERSIZED, 0, at, framer_oversized);
}

/* How long the element at the start may be. *suspicious: it ends there because of what follows. */
static size_t element_most(struct framer *framer, bool *suspicious) {
    uint64_t here = framer->window.offset;
    *suspicious = false;
    if (here >= framer->suspect) return framer->max_record;
    if (framer->next_start <= here) {
        size_t next = next_element(framer, (size_t)(framer->suspect - here));
        framer->next_start = next == RESYNC_NONE ? UINT64_MAX : here + next;
    }
    if (framer->next_start == UINT64_MAX) return framer->max_record;
    *suspicious = framer->next_start - here < framer->max_record;
    return *suspicious ? (size_t)(framer->next_start - here) : framer->max_record;
}

static enum step element_step(struct framer *framer, struct frame *frame) {
    bool failed, suspicious;
    size_t at = 0, most = element_most(framer, &suspicious);
    structure_start(&framer->value);
    framer->value.watch_arrays = !framer->in_envelope && *window_text(&framer->window) == '{';
    for (;;) {
        enum structure_event event = framer_scan(framer, most, &at, &failed);
        if (failed) return STEP_FAILED;
        if (event == STRUCTURE_ARRAY) {
            enum envelope envelope = envelope_at(window_text(&framer->window), at);
            if (envelope == ENVELOPE_NONE) continue;
            envelope_enter(framer, envelope, at);
            return STEP_ON;
        }
        if (event == STRUCTURE_END) {
            framer_emit(framer, frame, FRAME_VALUE, at, at, NULL);
            frame->in_envelope = framer->in_envelope;
            framer->reopen = REOPEN_ELEMENT;
            return STEP_FRAME;
        }
        if (event == STRUCTURE_MORE && at == most) {
            if (!suspicious) return element_oversized(framer, frame, at);
            return framer_malformed(framer, frame, at, framer_why(framer, STRUCTURE_BOUNDARY));
        }
        return element_broken(framer, frame, at, event);
    }
}

/* The end of a string at the start, behind its quote or at a newline; text.length: not there. */
static size_t string_end(struct text text) {
    for (size_t at = 1; at < text.length; at++) {
        if (text.data[at] == '"') return at + 1;
        if (text.data[at] == '\n') return at;
        if (text.data[at] == '\\') at++;
    }
    return text.length;
}

static size_t word_end(struct text text) {
    size_t at = 1;
    while (at < text.length && !structure_blank(text.data[at]) && !strchr(",[]{}\"", text.data[at]))
        at++;
    return at;
}

/* What is neither object nor array: no record, but JSON perhaps. */
static enum step scalar_step(struct framer *framer, struct frame *frame) {
    char c = *window_text(&framer->window);
    size_t end;
    for (;;) {
        struct text text = framer_text(framer);
        if (text.length > framer->max_record + 1) text.length = framer->max_record + 1;
        end = c == '"' ? string_end(text) : word_end(text);
        if (end > framer->max_record) {
            /* Whatever this is, it is not worth its memory. */
            framer->announce = false;
            framer->mode = MODE_RESYNC;
            return framer_emit(framer, frame, FRAME_OVERSIZED, 0, framer->max_record,
                               framer_oversized);
        }
        if (end < text.length || window_at_edge(&framer->window)) break;
        if (!framer_more(framer, text.length + 1, framer->max_record + 1)) return STEP_FAILED;
    }
    const char *token = window_text(&framer->window);
    bool closed = c == '"' ? end > 1 && token[end - 1] == '"' : strchr("-0123456789tfn", c) && c;
    if (!closed) return framer_malformed(framer, frame, end, "text that is no JSON");
    framer_emit(framer, frame, FRAME_VALUE, end, end, NULL);
    frame->in_envelope = framer->in_envelope;
    framer->reopen = REOPEN_VALUE;
    return STEP_FRAME;
}

static enum step close_array(struct framer *framer) {
    window_take(&framer->window, 1);
    if (framer->in_envelope && !framer->alone) {
        envelope_leave(framer);
    } else if (--framer->open == 0) {
        framer_leave(framer);
    }
    return STEP_ON;
}

enum step array_step(struct framer *framer, struct frame *frame) {
    static const char never_closed[] = "the array is cut off";
    if (!framer_skip_separators(framer)) {
        if (framer->status != TRAWL_OK) return STEP_FAILED;
        if (framer->window.edge == EDGE_GAP) {
            framer->announce = true;
            return framer_edge(framer, frame, MODE_RESYNC);
        }
        framer_leave(framer);
        return framer_malformed(framer, frame, 0, never_closed);
    }
    if (framer_at_boundary(framer)) {
        framer_leave(framer);
        return framer_malformed(framer, frame, 0, never_closed);
    }
    switch (*window_text(&framer->window)) {
        case ']':
            return close_array(framer);
        case '[':
            if (framer->in_envelope) return element_step(framer, frame);
            window_take(&framer->window, 1);
            framer->open++;
            return STEP_ON;
        case '{':
            return element_step(framer, frame);
        case '}':
            framer->announce = false;
            framer->mode = MODE_RESYNC;
            return framer_malformed(framer, frame, 1, framer_why(framer, STRUCTURE_MISFIT));
        default:
            return scalar_step(framer, frame);
    }
}

enum step element_reopen(struct framer *framer, struct frame *frame, bool element) {
    size_t length = framer->given_text, next = RESYNC_NONE;
    if (element) next = next_element(framer, length);
    if (next == RESYNC_NONE) return framer_malformed(framer, frame, length, NULL);
    uint64_t end = framer->window.offset + length;
    if (end > framer->suspect) framer->suspect = end;
    framer->next_start = 0;
    return framer_malformed(framer, frame, next, NULL);
}

/* In text that is searched: where an element starts, or the array has to be given up. */
enum step resync_step(struct framer *framer, struct frame *frame) {
    struct window *window = &framer->window;
    struct signature signature;
    if (framer->announce && !framer_skip_separators(framer) && framer->status != TRAWL_OK) {
        return STEP_FAILED;
    }
    if (!signature_read((struct text){framer->head, framer->head_length}, &signature)) {
        /* Nothing to look for. What is left of the line is not read, all else is. */
        framer_leave(framer);
        if (!framer->announce) framer->mode = MODE_LINE;
        return STEP_ON;
    }
    for (size_t block = SIGNATURE_HEAD;; block = block < 65536 ? 2 * block : block) {
        size_t want = block + SIGNATURE_HEAD;
        if (!framer_more(framer, want, WINDOW_BLOCK)) return STEP_FAILED;
        struct text text = framer_text(framer);
        if (text.length == 0) {
            if (window->edge == EDGE_END) framer_leave(framer);
            framer->announce = true;
            return framer_edge(framer, frame, MODE_RESYNC);
        }
        size_t to = text.length < want ? text.length : block;
        size_t end = boundary_find(text, 0, to, window->significant, window->before);
        size_t next = resync_find(&signature, text, 0, end < to ? end : to, window->significant,
                                  window->newline);
        if (next < end) {
            framer->mode = MODE_ARRAY;
            framer->suspect = 0;
            to = next;
        } else if (end != RESYNC_NONE) {
            framer_leave(framer);
            to = end;
        }
        if (framer->announce && to > 0) {
            framer->announce = false;
            return framer_malformed(framer, frame, to, "cut off by damage");
        }
        framer->announce = false;
        window_take(window, to);
        if (framer->mode != MODE_RESYNC) return STEP_ON;
    }
}
