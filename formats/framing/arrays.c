/* arrays.c - the elements of arrays, one by one, and the way on where one is damaged.
 *
 * An element that does not end well - cut off, a bracket or a quote lost, too long - has run into
 * the ones behind it. Framing goes on where an element starts like the last good one (resync.h).
 * The text that had been read in vain is then read again, once: there an element ends at the latest
 * where the next one seems to start, so that many damaged elements cost no more than one. */
#include "formats/framing/framer.h"

static const char stray_bracket[] = "a bracket too many before an element";

/* The end of a string at the start, behind its quote or at a newline; text.length: not there. */
static size_t string_end(struct text text) {
    for (size_t at = 1; at < text.length; at++) {
        if (text.data[at] == '"') return at + 1;
        if (text.data[at] == '\n') return at;
        if (text.data[at] == '\\') at++;
    }
    return text.length;
}

/* Is the string that starts text a key: does a colon follow? */
static bool is_key(struct text text) {
    size_t at = string_end(text);
    while (at < text.length && structure_blank(text.data[at])) at++;
    return at < text.length && text.data[at] == ':';
}

/* Makes a head of a damaged element, for want of a good one: brackets [ before it do not belong
 * there, or one stands for the { that is lost. Returns its length, 0: none. */
static size_t damaged_head(struct text text, char head[SIGNATURE_HEAD]) {
    size_t at = 0, brace = 0;
    if (text.length > SIGNATURE_HEAD) text.length = SIGNATURE_HEAD;
    while (at < text.length && (text.data[at] == '[' || structure_blank(text.data[at]))) at++;
    struct text rest = {text.data + at, text.length - at};
    if (rest.length == 0) return 0;
    if (*rest.data == '"' && is_key(rest)) {
        head[brace++] = '{';
        if (rest.length == SIGNATURE_HEAD) rest.length--;
    } else if (*rest.data != '{') {
        return 0;
    }
    memcpy(head + brace, rest.data, rest.length);
    return brace + rest.length;
}

/* The first place in [1, to) of the element at the start where another seems to start: one like the
 * last good one, or like the damaged one itself if it is the first. */
static size_t next_element(const struct framer *framer, size_t to) {
    struct signature signature;
    struct text text = framer_text(framer), head = {framer->head, framer->head_length};
    char damaged[SIGNATURE_HEAD];
    if (head.length == 0) head = (struct text){damaged, damaged_head(text, damaged)};
    if (!signature_read(head, &signature)) return RESYNC_NONE;
    return resync_find(&signature, text, 1, to, 0, false);
}

/* Whether an element that starts like `element` is what others are compared with from now on,
 * instead of `head`. What comes right behind damage may be the inside of an element; one of a
 * single key, an element cut short. */
static bool is_better_head(struct text head, struct text element, bool sound) {
    struct signature old, new;
    if (!signature_read(head, &old)) return true;
    if (!signature_read(element, &new)) return false;
    if (sound) return new.second_length > 0 || old.second_length == 0;
    return old.first_length == new.first_length &&old.second_length ==
               new.second_length &&memcmp(old.first, new.first, old.first_length) == 0 &&
           memcmp(old.second, new.second, old.second_length) == 0;
}

void element_accepted(struct framer *framer) {
    struct text element = {window_text(&framer->window), framer->given_text};
    if (*element.data != '{') return;
    if (element.length > SIGNATURE_HEAD) element.length = SIGNATURE_HEAD;
    struct text head = {framer->head, framer->head_length};
    bool better = is_better_head(head, element, framer->sound);
    framer->sound = true;
    if (!better) return;
    memcpy(framer->head, element.data, element.length);
    framer->head_length = element.length;
}

/* The element at the start goes wrong at `at`. */
static enum step element_broken(struct framer *framer, struct frame *frame, size_t at,
                                enum structure_event event) {
    const char *why = framer_why(framer, event);
    struct window *window = &framer->window;
    framer->sound = false;
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
        if (framer->head_length == 0) {
            struct text text = {window_text(window), at};
            framer->head_length = damaged_head(text, framer->head);
        }
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

/* Behind an array of `length` bytes that is an element: does the object around go on or end there?
 * Then the array is the envelope's own, with a bracket too many before it. *failed: status. */
static bool envelope_goes_on(struct framer *framer, size_t length, bool *failed) {
    *failed = !framer_more(framer, length + SIGNATURE_HEAD, length + SIGNATURE_HEAD);
    if (*failed) return false;
    struct text text = framer_text(framer);
    size_t at = length;
    if (text.length > length + SIGNATURE_HEAD) text.length = length + SIGNATURE_HEAD;
    while (at < text.length && (structure_blank(text.data[at]) || text.data[at] == ',')) at++;
    if (at == text.length) return false;
    struct text rest = {text.data + at, text.length - at};
    return *rest.data == '}' || (*rest.data == '"' && is_key(rest));
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
            if (*window_text(&framer->window) == '[' && !framer->alone) {
                bool stray = envelope_goes_on(framer, at, &failed);
                if (failed) return STEP_FAILED;
                framer->sound = false;
                if (stray) return framer_malformed(framer, frame, 1, stray_bracket);
            }
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
    framer->sound = false;
    if (c == '"' && framer->head_length == 0) {
        /* The first element may have lost its bracket. */
        if (!framer_more(framer, SIGNATURE_HEAD, SIGNATURE_HEAD)) return STEP_FAILED;
        framer->head_length = damaged_head(framer_text(framer), framer->head);
    }
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
    struct signature signature;
    struct text head = {framer->head, framer->head_length};
    if (framer->window.significant == '"' && signature_read(head, &signature)) {
        /* No comma behind a string: the inside of an element that lost its bracket, or a quote too
         * many. What is in there is not to be taken for elements. */
        framer->announce = false;
        framer->mode = MODE_RESYNC;
    }
    if (!closed) return framer_malformed(framer, frame, end, "text that is no JSON");
    framer_emit(framer, frame, FRAME_VALUE, end, end, NULL);
    frame->in_envelope = framer->in_envelope;
    framer->reopen = REOPEN_VALUE;
    return STEP_FRAME;
}

/* Behind the ] at the start, in an envelope: is there an element where only a key may be? *failed:
 * status. */
static bool array_goes_on(struct framer *framer, bool *failed) {
    *failed = !framer_more(framer, SIGNATURE_HEAD, SIGNATURE_HEAD);
    struct text text = framer_text(framer);
    size_t at = 1;
    bool comma = framer->window.significant == ',';
    if (text.length > SIGNATURE_HEAD) text.length = SIGNATURE_HEAD;
    for (; at < text.length && (structure_blank(text.data[at]) || text.data[at] == ','); at++) {
        comma |= text.data[at] == ',';
    }
    return !*failed && comma && at < text.length && text.data[at] == '{';
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
            if (framer->in_envelope && !framer->alone) {
                bool failed, stray = array_goes_on(framer, &failed);
                if (failed) return STEP_FAILED;
                if (stray) return framer_malformed(framer, frame, 1, stray_bracket);
            }
            return close_array(framer);
        case '[':
            if (framer->in_envelope) return element_step(framer, frame);
            window_take(&framer->window, 1);
            framer->open++;
            return STEP_ON;
        case '{':
            return element_step(framer, frame);
        case '}':
            framer->sound = framer->announce = false;
            framer->mode = MODE_RESYNC;
            return framer_malformed(framer, frame, 1, framer_why(framer, STRUCTURE_MISFIT));
        default:
            return scalar_step(framer, frame);
    }
}

enum step element_reopen(struct framer *framer, struct frame *frame, bool element) {
    size_t length = framer->given_text, next = RESYNC_NONE;
    framer->sound = false;
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
