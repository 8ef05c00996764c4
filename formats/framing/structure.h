/* structure.h - where JSON values end, by their brackets and strings alone.
 *
 * The scanner reads 64 bytes at a time and carries its state from piece to piece, so that a value
 * need not be in memory as a whole. It knows four things: inside a string or not, how deep, what
 * each open bracket is, and what stood before a bracket that is the first on its line. It does not
 * check the rest of JSON's grammar; the parser does.
 *
 * Line breaks. In a damaged file a value that is cut off runs into the next one. What cannot happen
 * inside a value tells: a newline in a string; an opening bracket first on its line where the
 * grammar has no place for a value; above all a line that ends in } before a line that starts with
 * { (a boundary: see framing.h). */
#ifndef TRAWL_FORMATS_STRUCTURE_H
#define TRAWL_FORMATS_STRUCTURE_H

#include "engine/base/buffer.h"
#include "engine/base/cpu.h"

/* Far beyond what any parser accepts (simdjson: 1024). */
#define STRUCTURE_DEPTH ((size_t)1 << 17)

enum structure_event {
    STRUCTURE_MORE,      /* the piece is read, the value goes on */
    STRUCTURE_END,       /* the value is closed; *at is behind its last bracket */
    STRUCTURE_ARRAY,     /* watch_arrays: *at is at a [ at depth 1; scan again to go on */
    STRUCTURE_COLUMN,    /* watch_columns: *at is at a { in column 0, fit; scan again to go on */
    STRUCTURE_MISFIT,    /* *at is at a closing bracket of the other kind */
    STRUCTURE_NEWLINE,   /* *at is at a newline in a string */
    STRUCTURE_BOUNDARY,  /* *at is at a { that starts a line after a line that ends in } */
    STRUCTURE_MISPLACED, /* *at is at a bracket, first on its line, where no value may start */
    STRUCTURE_DEEP,      /* *at is at a bracket beyond STRUCTURE_DEPTH */
};

struct structure {
    bool watch_arrays, watch_columns;
    bool in_string;
    bool escaped; /* the next byte follows a backslash that counts */
    bool told;    /* the bracket at *at has been reported */
    /* What stands before text[0]: the last byte, the last that is not white space, and whether a
     * newline lies between. For text that is let go piece by piece; after structure_start: none. */
    char before, significant;
    bool newline;
    size_t depth;
    uint64_t arrays[STRUCTURE_DEPTH / 64]; /* one bit per open bracket: set for [ */
};

/* For a value whose opening bracket is text[0]. */
void structure_start(struct structure *structure);
/* For text inside an object that has been entered: depth 1. */
void structure_start_inside(struct structure *structure);

/* Reads text[*at..end) and moves *at. text has TEXT_PADDING readable bytes behind `end`. Bytes
 * before *at are looked at (white space before a bracket), so `text` stays the same from call to
 * call, or `before`, `significant` and `newline` are set. */
typedef enum structure_event (*structure_scan)(struct structure *structure, const char *text,
                                               size_t *at, size_t end);

/* One function at every level, with equal results. */
structure_scan structure_scan_for(enum isa isa);
/* The twin, byte by byte: for tests. */
enum structure_event structure_scan_plain(struct structure *structure, const char *text, size_t *at,
                                          size_t end);

static inline bool structure_blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

#endif
