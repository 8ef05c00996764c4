#include "formats/framing/window.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "formats/framing/structure.h"

/* UTF-16 is read in pieces of this many bytes. */
#define RAW_BLOCK ((size_t)32 << 10)
/* What is lent comes in pieces as small as the stream makes them; at least this is read at once. */
#define LENT_BLOCK ((size_t)64 << 10)

void window_free(struct window *window) {
    if (!window->borrowed && !window->lent) free(window->data);
    free(window->raw);
    buffer_free(&window->transcoded);
    *window = (struct window){0};
}

static void restart(struct window *window) {
    if (window->borrowed || window->lent) {
        window->data = NULL;
        window->capacity = 0;
    }
    window->begin = window->end = 0;
    window->offset = 0;
    window->edge = EDGE_NONE;
    window->borrowed = window->lent = window->fenced = false;
    window->before = window->significant = 0;
    window->newline = false;
    window->encoding = ENCODING_UNKNOWN;
    window->utf16 = (struct utf16){0};
    window->transcoded.length = 0;
}

void window_start(struct window *window, framer_fill fill, framer_lend lend, void *context) {
    restart(window);
    window->fill = fill;
    window->lend = lend;
    window->context = context;
}

void window_borrow(struct window *window, struct text text, uint64_t offset) {
    restart(window);
    free(window->data);
    window->borrowed = true;
    window->data = (char *)text.data; /* never written to */
    window->capacity = window->end = text.length;
    window->offset = offset;
    window->edge = EDGE_END;
}

/* Makes the allocation hold `need` bytes from `begin` on, which may move to the front; gives memory
 * back after a giant. A block to spare keeps long text from moving for every few bytes taken. */
static bool make_room(struct window *window, size_t need) {
    size_t length = window_length(window);
    size_t capacity = need > window->block ? need + window->block : window->block;
    bool giant = window->capacity / 4 > capacity;
    if (window->data && !giant && need <= window->capacity - window->begin) return true;
    if (window->begin > 0 && length > 0) memmove(window->data, window_text(window), length);
    window->begin = 0;
    window->end = length;
    if (window->data && need <= window->capacity && !giant) return true;
    char *data = realloc(window->data, capacity + TEXT_PADDING);
    if (!data) return giant;
    window->data = data;
    window->capacity = capacity;
    return true;
}

bool window_own(struct window *window) {
    window->lend = NULL;
    if (!window->lent) return true;
    const char *text = window_text(window);
    window->lent = false;
    window->data = NULL;
    window->capacity = 0;
    window->end -= window->begin;
    window->begin = 0;
    if (!make_room(window, window->end)) return false;
    memcpy(window->data, text, window->end);
    memset(window->data + window->end, 0, TEXT_PADDING);
    return true;
}

/* What a call of the stream that gave no text means. A gap is an edge; memory and cancellation are
 * the caller's. */
static enum trawl_status meet_edge(struct window *window, enum trawl_status status,
                                   struct trawl_error *error) {
    if (status == TRAWL_MEMORY || status == TRAWL_CANCELLED) {
        if (error) *error = window->gap;
        return status;
    }
    window->gap.status = status;
    window->edge = status == TRAWL_OK ? EDGE_END : EDGE_GAP;
    return TRAWL_OK;
}

static enum trawl_status pull(struct window *window, char *to, size_t room, size_t *got,
                              struct trawl_error *error) {
    *got = 0;
    window->gap = (struct trawl_error){0};
    enum trawl_status status = window->fill(window->context, to, room, got, &window->gap);
    return *got > 0 ? TRAWL_OK : meet_edge(window, status, error);
}

/* Transcoded text moves into the window as far as there is room. */
static void deliver(struct window *window) {
    struct buffer *from = &window->transcoded;
    size_t room = window->capacity - window->end;
    size_t length = from->length < room ? from->length : room;
    if (length == 0) return;
    memcpy(window->data + window->end, from->data, length);
    window->end += length;
    memmove(from->data, from->data + length, from->length - length);
    from->length -= length;
}

static enum trawl_status pull_utf16(struct window *window, struct trawl_error *error) {
    size_t got;
    enum trawl_status status = pull(window, window->raw, RAW_BLOCK, &got, error);
    if (status != TRAWL_OK) return status;
    if (!utf16_decode(&window->utf16, window->raw, got, window->edge != EDGE_NONE,
                      &window->transcoded))
        return error_memory(error);
    return TRAWL_OK;
}

/* The stream's first bytes are in the window: what are they? A UTF-16 mark is not part of the text;
 * a UTF-8 mark is, since it may also stand in the middle. */
static enum trawl_status find_encoding(struct window *window, struct trawl_error *error) {
    const unsigned char *first = (const unsigned char *)window->data;
    window->encoding = ENCODING_UTF8;
    if (window->end < 2) return TRAWL_OK;
    bool little = first[0] == 0xFF && first[1] == 0xFE, big = first[0] == 0xFE && first[1] == 0xFF;
    if (!little && !big) return TRAWL_OK;
    window->encoding = ENCODING_UTF16;
    window->utf16.big_endian = big;
    if (!window->raw) window->raw = malloc(RAW_BLOCK);
    if (!window->raw || !utf16_decode(&window->utf16, window->data + 2, window->end - 2,
                                      window->edge != EDGE_NONE, &window->transcoded))
        return error_memory(error);
    window->end = 0;
    return TRAWL_OK;
}

static enum trawl_status read_some(struct window *window, struct trawl_error *error) {
    size_t got = 0, room = window->capacity - window->end;
    enum trawl_status status = TRAWL_OK;
    if (window->encoding == ENCODING_UTF16) {
        if (!window->transcoded.length) status = pull_utf16(window, error);
    } else {
        if (window->encoding == ENCODING_UNKNOWN && room > RAW_BLOCK) room = RAW_BLOCK;
        status = pull(window, window->data + window->end, room, &got, error);
        window->end += got;
        if (status == TRAWL_OK && window->encoding == ENCODING_UNKNOWN &&
            (window->end >= 2 || window->edge != EDGE_NONE))
            status = find_encoding(window, error);
    }
    if (window->encoding == ENCODING_UTF16) deliver(window);
    return status;
}

/* One more piece of what the stream has; the window gets its own memory where that cannot be. */
static enum trawl_status borrow_some(struct window *window, struct trawl_error *error) {
    struct text text;
    size_t keep = window_length(window);
    window->gap = (struct trawl_error){0};
    enum trawl_status status = window->lend(window->context, keep, &text, &window->gap);
    if (text.data) {
        if (!window->lent) free(window->data);
        window->lent = true;
        window->data = (char *)text.data - keep; /* never written to */
        window->begin = 0;
        window->capacity = window->end = keep + text.length;
    }
    if (status == TRAWL_OK && !text.data)
        return window_own(window) ? TRAWL_OK : error_memory(error);
    if (text.length == 0) status = meet_edge(window, status, error);
    if (status != TRAWL_OK || window->encoding != ENCODING_UNKNOWN) return status;
    if (window->end < 2 && window->edge == EDGE_NONE) return status;
    status = find_encoding(window, error);
    if (window->encoding == ENCODING_UTF8 || status != TRAWL_OK) return status;
    return window_own(window) ? TRAWL_OK : error_memory(error);
}

enum trawl_status window_more(struct window *window, size_t want, size_t most,
                              struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    size_t length = window_length(window);
    if (length >= want || window_at_edge(window)) return TRAWL_OK;
    size_t piece = length > LENT_BLOCK / 2 ? 2 * length : LENT_BLOCK;
    if (piece > most) piece = most;
    if (piece < want) piece = want;
    while (window->lend && window_length(window) < piece && !window_at_edge(window)) {
        status = borrow_some(window, error);
        if (status != TRAWL_OK) return status;
    }
    if (window->lend) return TRAWL_OK;
    length = window_length(window);
    size_t target = length > window->block / 2 ? 2 * length : window->block;
    if (target > most) target = most;
    if (target < want) target = want;
    if (!make_room(window, target)) return error_memory(error);
    while (window_length(window) < target && !window_at_edge(window)) {
        status = read_some(window, error);
        if (status != TRAWL_OK) return status;
    }
    /* What lies behind the end may be read, so let it be something. */
    memset(window->data + window->end, 0, TEXT_PADDING);
    return TRAWL_OK;
}

bool window_exchange(struct window *window, struct memory *memory) {
    size_t length = window_length(window);
    if (length > memory->capacity) return false;
    memcpy(memory->data, window_text(window), length);
    memset(memory->data + length, 0, TEXT_PADDING);
    const struct memory old = {window->data, window->capacity};
    window->data = memory->data;
    window->capacity = memory->capacity;
    window->begin = 0;
    window->end = length;
    *memory = old;
    return true;
}

void window_take(struct window *window, size_t length) {
    if (length == 0) return;
    const char *text = window_text(window);
    size_t back = length;
    bool newline = false;
    while (back > 0 && structure_blank(text[back - 1])) newline |= text[--back] == '\n';
    if (back > 0) {
        window->significant = text[back - 1];
        window->newline = newline;
    } else {
        window->newline |= newline;
    }
    window->before = text[length - 1];
    window->begin += length;
    window->offset += length;
}

void window_fence(struct window *window, size_t length) {
    window->fenced = true;
    window->fenced_end = window->end;
    window->fenced_edge = window->edge;
    window->end = window->begin + length;
    window->edge = EDGE_END;
}

void window_unfence(struct window *window) {
    window->fenced = false;
    window->end = window->fenced_end;
    window->edge = window->fenced_edge;
}

void window_cross(struct window *window) {
    window->edge = EDGE_NONE;
    window->before = window->significant = 0;
    window->newline = false;
}
