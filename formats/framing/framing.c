/* framing.c - the framer from outside: starting, stepping, reopening, cutting; and the helpers that
 * the steps share. */
#include "formats/framing/framing.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "formats/framing/framer.h"

struct framer *framer_new(uint64_t max_record, enum isa isa) {
    struct framer *framer = calloc(1, sizeof *framer);
    if (!framer) return NULL;
    const size_t most = PTRDIFF_MAX / 4;
    framer->max_record = max_record < most ? (size_t)max_record : most;
    if (framer->max_record == 0) framer->max_record = 1;
    framer->max_line = framer->max_record < WINDOW_BLOCK ? framer->max_record : WINDOW_BLOCK;
    framer->window.block = WINDOW_BLOCK;
    framer->scan = structure_scan_for(isa);
    framer->mode = MODE_END;
    return framer;
}

void framer_free(struct framer *framer) {
    if (!framer) return;
    window_free(&framer->window);
    csv_free(&framer->csv);
    free(framer->names);
    buffer_free(&framer->name_text);
    free(framer);
}

static void restart(struct framer *framer, enum mode mode) {
    framer->mode = mode;
    framer->reopen = REOPEN_NONE;
    framer->reopened = false;
    framer->given = framer->given_padding = 0;
    framer->padding = 0;
    framer->structured = framer->single = framer->csv_single = 0;
    framer->line.from = framer->line.to = 0;
    framer->line.found = false;
    framer->cut_failed = 0;
    framer->open = 0;
    framer->in_envelope = framer->alone = framer->announce = framer->csv_header = false;
    framer->head_length = 0;
    framer->suspect = framer->next_start = 0;
    framer->name_count = 0;
    framer->base = framer->window.offset;
}

void framer_start(struct framer *framer, framer_fill fill, framer_lend lend, void *context) {
    window_start(&framer->window, fill, lend, context);
    restart(framer, MODE_START);
}

void framer_start_chunk(struct framer *framer, struct text text, uint64_t base) {
    window_borrow(&framer->window, text, base);
    restart(framer, MODE_LINES);
}

void framer_start_array(struct framer *framer, struct text array, uint64_t base) {
    framer_start_chunk(framer, array, base);
    window_take(&framer->window, 1);
    framer->open = 1;
    framer->in_envelope = framer->alone = true;
    framer->mode = MODE_ARRAY;
}

/* The last frame has been used: its text goes. */
static void settle(struct framer *framer) {
    if (framer->reopen == REOPEN_ELEMENT) element_accepted(framer);
    framer->reopen = REOPEN_NONE;
    framer->padding += framer->given_padding;
    framer->given_padding = 0;
    window_take(&framer->window, framer->given);
    framer->given = 0;
}

/* The last frame is looked at again: its text stays. */
static enum step reopen(struct framer *framer, struct frame *frame) {
    enum reopen how = framer->reopen;
    framer->reopened = false;
    framer->reopen = REOPEN_NONE;
    framer->given = framer->given_padding = 0;
    return how == REOPEN_LINE ? line_reopen(framer, frame, framer->given_text)
                              : element_reopen(framer, frame, how == REOPEN_ELEMENT);
}

static enum step step(struct framer *framer, struct frame *frame) {
    switch (framer->mode) {
        case MODE_START:
            return start_step(framer, frame);
        case MODE_LINES:
            return lines_step(framer, frame);
        case MODE_ARRAY:
            return array_step(framer, frame);
        case MODE_RESYNC:
            return resync_step(framer, frame);
        case MODE_TAIL:
            return tail_step(framer, frame);
        case MODE_TABLES:
            return tables_step(framer, frame);
        case MODE_TABLE:
            return table_step(framer, frame);
        case MODE_ROWS:
            return rows_step(framer, frame);
        case MODE_SKIP:
            return skip_step(framer, frame);
        case MODE_LINE:
        case MODE_REMAINS:
            return remains_step(framer, frame);
        case MODE_CSV:
            return csv_step(framer, frame);
        case MODE_CSV_LINE:
            return csv_line_step(framer, frame);
        case MODE_CSV_ROW:
            return csv_row_step(framer, frame);
        case MODE_END:
            break;
    }
    return framer_emit(framer, frame, FRAME_END, 0, 0, NULL);
}

enum trawl_status framer_next(struct framer *framer, struct frame *frame,
                              struct trawl_error *error) {
    enum step outcome = STEP_ON;
    framer->error = error;
    framer->status = TRAWL_OK;
    if (framer->reopened) {
        outcome = reopen(framer, frame);
    } else {
        settle(framer);
    }
    while (outcome == STEP_ON) outcome = step(framer, frame);
    framer->error = NULL;
    return outcome == STEP_FRAME ? TRAWL_OK : framer->status;
}

void framer_reopen(struct framer *framer) {
    if (framer->reopen != REOPEN_NONE) framer->reopened = true;
}

bool framer_ahead(struct framer *framer, struct text *text) {
    if (framer->reopened) return false;
    settle(framer);
    if (framer->mode != MODE_LINES || framer->window.offset < framer->structured ||
        window_length(&framer->window) == 0)
        return false;
    *text = framer_text(framer);
    return text->data[0] == '{';
}

bool framer_next_line(struct framer *framer, size_t length, struct frame *frame) {
    return length <= framer->max_line && lines_known(framer, frame, length);
}

bool framer_cut(struct framer *framer, size_t least, struct text *text, uint64_t *offset) {
    if (framer->reopened) return false;
    settle(framer);
    struct window *window = &framer->window;
    bool line_start = window->offset == framer->base || window->before == '\n';
    if (framer->mode != MODE_LINES || window->borrowed || window->fenced || !line_start ||
        window->offset < framer->structured || window->offset < framer->single ||
        !window_own(window))
        return false;
    uint64_t end = window->offset + window_length(window);
    if (window_length(window) < least || end == framer->cut_failed) return false;
    size_t at = boundary_find_last(framer_text(framer));
    if (at == RESYNC_NONE || at < least) {
        framer->cut_failed = end;
        return false;
    }
    *text = (struct text){window_text(window), at};
    *offset = window->offset;
    framer->given = at;
    return true;
}

bool framer_exchange(struct framer *framer, struct memory *memory) {
    settle(framer);
    return window_exchange(&framer->window, memory);
}

uint64_t framer_text_bytes(const struct framer *framer) {
    return framer->window.offset - framer->base + framer->given;
}

uint64_t framer_padding_bytes(const struct framer *framer) {
    return framer->padding;
}

/* ---- helpers of the steps -------------------------------------------------------------------- */

bool framer_more(struct framer *framer, size_t want, size_t most) {
    framer->status = window_more(&framer->window, want, most, framer->error);
    return framer->status == TRAWL_OK;
}

enum step framer_no_memory(struct framer *framer) {
    framer->status = error_memory(framer->error);
    return STEP_FAILED;
}

const char framer_oversized[] =
    "longer than the largest record accepted; allow it with --max-record";

enum step framer_emit(struct framer *framer, struct frame *frame, enum frame_kind kind,
                      size_t length, size_t given, const char *message) {
    *frame = (struct frame){
        .kind = kind,
        .text = {window_text(&framer->window), length},
        .offset = framer->window.offset,
        .message = message,
    };
    if (!frame->text.data) frame->text.data = "";
    framer->given = given;
    framer->given_text = length;
    return STEP_FRAME;
}

enum step framer_malformed(struct framer *framer, struct frame *frame, size_t length,
                           const char *message) {
    return framer_emit(framer, frame, FRAME_MALFORMED, length, length, message);
}

enum step framer_edge(struct framer *framer, struct frame *frame, enum mode mode) {
    struct window *window = &framer->window;
    if (window->fenced) {
        window_unfence(window);
        framer_leave(framer);
        return STEP_ON;
    }
    if (window->edge == EDGE_END) {
        framer->mode = MODE_END;
        return framer_emit(framer, frame, FRAME_END, 0, 0, NULL);
    }
    framer->mode = mode;
    framer_emit(framer, frame, FRAME_GAP, 0, 0, window->gap.message);
    frame->status = window->gap.status;
    window_cross(window);
    return STEP_FRAME;
}

#define MARK_LENGTH 3 /* U+FEFF in UTF-8 */

static bool is_mark(const char *text) {
    return memcmp(text, "\xEF\xBB\xBF", MARK_LENGTH) == 0;
}

size_t framer_separators(struct text text, bool last, uint64_t *padding, bool *more) {
    size_t at = 0;
    *more = false;
    while (at < text.length) {
        char c = text.data[at];
        if (structure_blank(c) || c == ',') {
            at++;
        } else if (c == 0) {
            size_t start = at;
            uint64_t word;
            while (at + sizeof word <= text.length &&
                   (memcpy(&word, text.data + at, sizeof word), word == 0))
                at += sizeof word;
            while (at < text.length && text.data[at] == 0) at++;
            *padding += at - start;
        } else if (c == '\xEF' && text.length - at >= MARK_LENGTH && is_mark(text.data + at)) {
            at += MARK_LENGTH;
        } else {
            *more = c == '\xEF' && text.length - at < MARK_LENGTH && !last;
            break;
        }
    }
    return at;
}

bool framer_skip_separators(struct framer *framer) {
    struct window *window = &framer->window;
    for (;;) {
        bool more;
        size_t length =
            framer_separators(framer_text(framer), window_at_edge(window), &framer->padding, &more);
        window_take(window, length);
        size_t left = window_length(window);
        if (left > 0 && !more) return true;
        if (window_at_edge(window)) return false;
        if (!framer_more(framer, left + MARK_LENGTH, WINDOW_BLOCK)) return false;
    }
}

bool framer_find_line(struct framer *framer, size_t most, size_t *length) {
    const struct window *window = &framer->window;
    uint64_t here = window->offset;
    if (here < framer->line.from || here > framer->line.to) {
        framer->line.from = framer->line.to = here;
        framer->line.found = false;
    }
    for (;;) {
        size_t known = (size_t)(framer->line.to - here), held = window_length(window);
        if (framer->line.found) {
            *length = known;
            return known <= most;
        }
        size_t limit = held < most + 1 ? held : most + 1;
        if (known < limit) {
            const char *start = window_text(window) + known;
            const char *end = memchr(start, '\n', limit - known);
            framer->line.found = end != NULL;
            framer->line.to = here + (end ? known + (size_t)(end - start) : limit);
            continue;
        }
        if (known > most) return false;
        if (window_at_edge(window)) {
            *length = held;
            return true;
        }
        if (!framer_more(framer, held + 1, most + 1)) return false;
    }
}

bool framer_at_boundary(const struct framer *framer) {
    const struct window *window = &framer->window;
    return window_length(window) > 0 && *window_text(window) == '{' && window->before == '\n' &&
           window->significant == '}';
}

enum structure_event framer_scan(struct framer *framer, size_t most, size_t *at, bool *failed) {
    const struct window *window = &framer->window;
    *failed = false;
    for (;;) {
        size_t held = window_length(window), limit = held < most ? held : most;
        enum structure_event event = framer->scan(&framer->value, window_text(window), at, limit);
        if (event != STRUCTURE_MORE || *at == most || window_at_edge(window)) return event;
        if (!framer_more(framer, held + 1, most)) {
            *failed = true;
            return event;
        }
    }
}

enum structure_event framer_pass(struct framer *framer, struct structure *structure, size_t keep,
                                 size_t *at, bool *failed) {
    struct window *window = &framer->window;
    *failed = false;
    for (;;) {
        structure->before = window->before;
        structure->significant = window->significant;
        structure->newline = window->newline;
        enum structure_event event =
            framer->scan(structure, window_text(window), at, window_length(window));
        if (event != STRUCTURE_MORE || window_at_edge(window)) return event;
        if (*at > keep) {
            window_take(window, *at - keep);
            *at = keep;
        }
        if (!framer_more(framer, *at + 1, WINDOW_BLOCK)) {
            *failed = true;
            return event;
        }
    }
}

const char *framer_why(const struct framer *framer, enum structure_event event) {
    switch (event) {
        case STRUCTURE_MISFIT:
            return "a bracket does not fit the one it closes";
        case STRUCTURE_NEWLINE:
            return "a string is not closed on its line";
        case STRUCTURE_DEEP:
            return "nested too deeply";
        case STRUCTURE_MORE:
            if (framer->window.edge == EDGE_GAP) return "cut off by damage";
            break;
        default:
            break;
    }
    return "the record is cut off";
}
