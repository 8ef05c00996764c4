/* window.h - the part of a text stream that is in memory, sliding over it.
 *
 *        begin                       end          capacity
 *   ......[ text not yet taken ......][ room ......][padding]
 *
 * Places in the text are counted from `begin`: they stay valid while more is read, only pointers do
 * not. Text is UTF-8: a stream that starts with a UTF-16 byte order mark is transcoded as it comes
 * in. As long as the stream lends what it has, the text is in its memory and is not copied; for
 * more than that can keep, for UTF-16, and to give text away, the window gets memory of its own, to
 * the stream's end. The text ends at an edge: the stream's end, or a gap (the stream reported
 * damage), behind which it may go on. */
#ifndef TRAWL_FORMATS_WINDOW_H
#define TRAWL_FORMATS_WINDOW_H

#include "formats/framing/framing.h"
#include "formats/framing/utf.h"

#define WINDOW_BLOCK FRAMER_BLOCK /* also what is read at once */

enum window_edge { EDGE_NONE, EDGE_GAP, EDGE_END };
enum window_encoding { ENCODING_UNKNOWN, ENCODING_UTF8, ENCODING_UTF16 };

struct window {
    char *data;
    size_t begin, end, capacity;
    size_t block;    /* set once; a test may have a small one */
    uint64_t offset; /* in the stream, of data[begin] */
    enum window_edge edge;
    bool fenced;       /* the text ends early, for a while: see window_fence */
    size_t fenced_end; /* ... and what end and edge are really */
    enum window_edge fenced_edge;
    bool borrowed; /* data belongs to the caller and is all there is */
    bool lent;     /* data is the stream's memory */
    /* Of the text already taken: the last byte, the last byte that is not white space, and whether
     * a newline lies behind that one. */
    char before, significant;
    bool newline;
    framer_fill fill;
    framer_lend lend; /* NULL: not any more */
    void *context;
    struct trawl_error gap; /* why, at EDGE_GAP */
    enum window_encoding encoding;
    struct utf16 utf16;
    char *raw; /* UTF-16 bytes as read */
    struct buffer transcoded;
};

void window_free(struct window *window);
/* lend may be NULL. */
void window_start(struct window *window, framer_fill fill, framer_lend lend, void *context);
/* The text is in the window's own memory from here on. False: out of memory. */
bool window_own(struct window *window);
void window_borrow(struct window *window, struct text text, uint64_t offset);

static inline const char *window_text(const struct window *window) {
    return window->data + window->begin;
}
static inline size_t window_length(const struct window *window) {
    return window->end - window->begin;
}
/* True: no more text before the edge than what is in the window. */
static inline bool window_at_edge(const struct window *window) {
    return window->fenced || (window->edge != EDGE_NONE && window->transcoded.length == 0);
}
/* Reads on until `want` bytes are there or the edge is met. To be asked for more and more of the
 * same text costs its length in all: at least twice as much as before is read, or a block, though
 * never more than is of use, `most`. TRAWL_MEMORY, TRAWL_CANCELLED. */
enum trawl_status window_more(struct window *window, size_t want, size_t most,
                              struct trawl_error *error);
/* Goes on with the text in other memory; *memory is the old one then. False: it does not fit. Not
 * over borrowed text. */
bool window_exchange(struct window *window, struct memory *memory);
/* Lets go of the first `length` bytes. */
void window_take(struct window *window, size_t length);
/* Lets the text end behind the first `length` bytes, until window_unfence. */
void window_fence(struct window *window, size_t length);
void window_unfence(struct window *window);
/* Goes on behind a gap. */
void window_cross(struct window *window);

#endif
