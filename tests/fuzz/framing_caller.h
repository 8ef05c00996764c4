/* framing_caller.h - a plain reader over the framer, for tests and fuzzing: it decides by a small
 * JSON parser of its own what a line or value is, reopens as a reader does, and writes down what it
 * got. Two runs over the same text must write the same, however the text came in. */
#ifndef TRAWL_TESTS_FRAMING_CALLER_H
#define TRAWL_TESTS_FRAMING_CALLER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "formats/framing/framer.h"

/* ---- a JSON parser, as plain as can be ---------------------------------------------------------
 */

#define PLAIN_DEPTH 200

struct plain {
    const char *at, *end;
    bool envelope; /* an object at depth 1 holds an array of records, or tables */
};

static inline bool plain_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
static inline void plain_skip(struct plain *p) {
    while (p->at < p->end && plain_space(*p->at)) p->at++;
}
static inline bool plain_string(struct plain *p) {
    if (p->at == p->end || *p->at++ != '"') return false;
    while (p->at < p->end) {
        unsigned char c = (unsigned char)*p->at++;
        if (c == '"') return true;
        if (c < 0x20) return false;
        if (c == '\\' && (p->at == p->end || !strchr("\"\\/bfnrtu", *p->at++))) return false;
    }
    return false;
}
static inline bool plain_scalar(struct plain *p) {
    const char *start = p->at;
    while (p->at < p->end && !plain_space(*p->at) && !strchr(",:[]{}\"", *p->at)) p->at++;
    size_t length = (size_t)(p->at - start);
    if (length == 0) return false;
    if (*start == '-' || (*start >= '0' && *start <= '9')) return true;
    return (length == 4 && (!memcmp(start, "true", 4) || !memcmp(start, "null", 4))) ||
           (length == 5 && !memcmp(start, "false", 5));
}
static inline bool plain_value(struct plain *p, int depth) {
    plain_skip(p);
    if (p->at == p->end || depth > PLAIN_DEPTH) return false;
    if (*p->at == '"') return plain_string(p);
    if (*p->at != '{' && *p->at != '[') return plain_scalar(p);
    bool object = *p->at++ == '{';
    char close = object ? '}' : ']';
    plain_skip(p);
    if (p->at < p->end && *p->at == close) return p->at++, true;
    for (;;) {
        const char *key = NULL;
        size_t length = 0;
        if (object) {
            plain_skip(p);
            key = p->at + 1;
            if (!plain_string(p)) return false;
            length = (size_t)(p->at - 1 - key);
            plain_skip(p);
            if (p->at == p->end || *p->at++ != ':') return false;
        }
        plain_skip(p);
        bool array = p->at < p->end && *p->at == '[';
        if (depth == 0 && array && key &&
            ((length == 7 && (!memcmp(key, "records", 7) || !memcmp(key, "Records", 7))) ||
             (length == 5 && !memcmp(key, "value", 5)) ||
             (length == 6 && !memcmp(key, "tables", 6))))
            p->envelope = true;
        if (!plain_value(p, depth + 1)) return false;
        plain_skip(p);
        if (p->at == p->end) return false;
        char c = *p->at++;
        if (c == close) return true;
        if (c != ',') return false;
    }
}

enum plain_kind { PLAIN_RECORD, PLAIN_ENVELOPE, PLAIN_OTHER, PLAIN_MALFORMED };

static inline enum plain_kind plain_kind(struct text text) {
    struct plain p = {text.data, text.data + text.length, false};
    if (!plain_value(&p, 0)) return PLAIN_MALFORMED;
    plain_skip(&p);
    if (p.at != p.end) return PLAIN_MALFORMED;
    if (text.data[0] != '{') return PLAIN_OTHER;
    return p.envelope ? PLAIN_ENVELOPE : PLAIN_RECORD;
}

/* ---- a stream that comes in pieces --------------------------------------------------------------
 */

struct pieces {
    struct text text;
    size_t at;
    size_t piece; /* 0: sizes vary */
    size_t gap;   /* damage is reported here, once; SIZE_MAX: nowhere */
    bool lends;   /* and keeps as many bytes as this, always in other memory */
    size_t keeps;
    char *lent;
};

static inline struct pieces pieces_of(struct text text, size_t piece, size_t gap) {
    return (struct pieces){.text = text, .piece = piece, .gap = gap};
}
static inline struct pieces pieces_lent(struct text text, size_t piece, size_t gap, size_t keeps) {
    return (struct pieces){.text = text, .piece = piece, .gap = gap, .lends = true, .keeps = keeps};
}

static inline enum trawl_status pieces_next(struct pieces *pieces, size_t room, size_t *got,
                                            struct trawl_error *error) {
    size_t left = pieces->text.length - pieces->at;
    size_t size = pieces->piece ? pieces->piece : 1 + (pieces->at * 2654435761u >> 7) % 97;
    if (pieces->at <= pieces->gap && pieces->gap != SIZE_MAX) {
        if (pieces->at == pieces->gap) {
            pieces->gap = SIZE_MAX;
            *got = 0;
            return error_set(error, TRAWL_DAMAGED, "damaged");
        }
        if (left > pieces->gap - pieces->at) left = pieces->gap - pieces->at;
    }
    if (size > left) size = left;
    if (size > room) size = room;
    *got = size;
    return TRAWL_OK;
}

static inline enum trawl_status pieces_fill(void *context, char *to, size_t room, size_t *got,
                                            struct trawl_error *error) {
    struct pieces *pieces = context;
    enum trawl_status status = pieces_next(pieces, room, got, error);
    memcpy(to, pieces->text.data + pieces->at, *got);
    pieces->at += *got;
    return status;
}

static inline enum trawl_status pieces_lend(void *context, size_t keep, struct text *text,
                                            struct trawl_error *error) {
    struct pieces *pieces = context;
    *text = (struct text){NULL, 0};
    if (!pieces->lends || keep > pieces->keeps) return TRAWL_OK;
    enum trawl_status status = pieces_next(pieces, SIZE_MAX, &text->length, error);
    size_t length = keep + text->length;
    char *lent = calloc(1, length + TEXT_PADDING);
    if (!lent) abort();
    memcpy(lent, pieces->text.data + pieces->at - keep, length);
    free(pieces->lent);
    pieces->lent = lent;
    pieces->at += text->length;
    text->data = lent + keep;
    return status;
}

/* ---- the reader ---------------------------------------------------------------------------------
 */

struct caller {
    struct buffer log;  /* a line for each outcome */
    struct text source; /* the text offsets count in; NULL: not checked */
    const char *wrong;  /* a property that did not hold */
    uint64_t end;       /* of the last frame */
    size_t records, malformed, oversized, gaps;
    bool cut;     /* take text out wherever the framer lets go of it */
    size_t block; /* of the framer's memory; 0: the usual */
    uint64_t max_record;
    uint64_t text_bytes;
};

static inline void caller_text(struct caller *caller, const char *what, const struct frame *frame,
                               struct text text) {
    buffer_printf(&caller->log, "%s %llu ", what, (unsigned long long)frame->offset);
    buffer_append(&caller->log, text.data, text.length);
    if (frame->message) buffer_printf(&caller->log, " (%s)", frame->message);
    buffer_append_char(&caller->log, '\n');
}

static inline void caller_check(struct caller *caller, const struct frame *frame) {
    if (frame->offset < caller->end) caller->wrong = "frames overlap";
    caller->end = frame->offset + frame->text.length;
    if (caller->source.data &&
        (caller->end > caller->source.length ||
         memcmp(caller->source.data + frame->offset, frame->text.data, frame->text.length) != 0))
        caller->wrong = "a frame is not the text at its offset";
}

static inline void caller_cells(struct caller *caller, const struct frame *frame) {
    const char *what = frame->kind == FRAME_HEADER ? "header" : "cells";
    buffer_printf(&caller->log, "%s %llu", what, (unsigned long long)frame->offset);
    for (size_t i = 0; i < frame->cell_count; i++) {
        buffer_append_char(&caller->log, '|');
        buffer_append(&caller->log, frame->cells[i].data, frame->cells[i].length);
    }
    buffer_append_char(&caller->log, '\n');
}

static inline void caller_frames(struct caller *caller, struct framer *framer);

static inline void caller_cut(struct caller *caller, struct framer *framer) {
    struct text text;
    uint64_t offset;
    while (framer_cut(framer, 1, &text, &offset)) {
        struct memory memory = {malloc(text.length + TEXT_PADDING), text.length};
        struct framer *chunk = framer_new(caller->max_record, isa_best());
        /* Every other text goes with its memory; a copy has other text behind its end. */
        if (offset % 2 || !framer_exchange(framer, &memory)) {
            memcpy(memory.data, text.data, text.length);
            memset(memory.data + text.length, '{', TEXT_PADDING);
            text.data = memory.data;
        }
        framer_start_chunk(chunk, text, offset);
        caller->cut = false;
        caller_frames(caller, chunk);
        caller->cut = true;
        framer_free(chunk);
        free(memory.data);
    }
}

/* Writes down all frames but FRAME_END. */
static inline void caller_frames(struct caller *caller, struct framer *framer) {
    struct frame frame;
    struct trawl_error error;
    for (;;) {
        if (caller->cut) caller_cut(caller, framer);
        if (framer_next(framer, &frame, &error) != TRAWL_OK) {
            caller->wrong = "framer_next failed";
            return;
        }
        if (frame.kind == FRAME_END) return;
        uint64_t before = caller->end;
        caller_check(caller, &frame);
        switch (frame.kind) {
            case FRAME_LINE:
            case FRAME_VALUE: {
                enum plain_kind kind = plain_kind(frame.text);
                bool line = frame.kind == FRAME_LINE;
                if (kind == PLAIN_RECORD || (kind == PLAIN_ENVELOPE && !line)) {
                    caller->records++;
                    caller_text(caller, "record", &frame, frame.text);
                } else if (kind == PLAIN_OTHER && !line) {
                    caller->malformed++;
                    caller_text(caller, "other", &frame, frame.text);
                } else {
                    framer_reopen(framer);
                    caller->end = before;
                }
                break;
            }
            case FRAME_HEADER:
            case FRAME_CELLS:
                caller_cells(caller, &frame);
                break;
            case FRAME_ROW:
                caller_text(caller, "row", &frame, frame.text);
                break;
            case FRAME_MALFORMED:
                caller->malformed++;
                caller_text(caller, "malformed", &frame, frame.text);
                break;
            case FRAME_OVERSIZED:
                caller->oversized++;
                caller_text(caller, "oversized", &frame, (struct text){"", 0});
                break;
            case FRAME_GAP:
                caller->gaps++;
                caller_text(caller, "gap", &frame, (struct text){"", 0});
                break;
            case FRAME_END:
                break;
        }
    }
}

/* Frames text that comes in pieces; caller_free after. */
static inline void caller_run(struct caller *caller, struct pieces pieces) {
    struct framer *framer = framer_new(caller->max_record, isa_best());
    if (caller->block) framer->window.block = caller->block;
    framer_start(framer, pieces_fill, pieces_lend, &pieces);
    caller_frames(caller, framer);
    caller->text_bytes = framer_text_bytes(framer);
    framer_free(framer);
    free(pieces.lent);
}

static inline void caller_free(struct caller *caller) {
    buffer_free(&caller->log);
}

#endif
