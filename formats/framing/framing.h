/* framing.h - a stream of text cut into records, in bounded memory.
 *
 * What is read, told by the text itself:
 *   NDJSON; JSON values one after another, compact or pretty-printed, with or without commas
 * between; arrays and envelopes ({"records":[..]}, {"Records":[..]}, {"value":[..]}; keys before
 * and after the array) of any size, streamed element by element; an envelope on each line; the
 * responses
 *   {"tables":[{"columns":[{"name":..}],"rows":[[..],..]}]}; CSV with quoted newlines and repeated
 *   headers. UTF-8 with or without byte order marks (also between records, where files were
 *   concatenated), UTF-16 with one; LF or CRLF; runs of NUL between records.
 *
 * Most archives are NDJSON, so lines come out uninspected (FRAME_LINE), as fast as memchr finds
 * their ends. Only when the caller finds that a line is not one record does it call framer_reopen:
 * the framer then looks at the brackets from that line's start and hands out what is there.
 *
 * Where a record ends when the text is damaged. A line that ends in } followed by a line that
 * starts with { is always a boundary between values, whatever came before; so a broken record costs
 * itself and no more, and text may be cut there for parallel work without changing any answer.
 * Inside an array the next element that starts like the elements before it is taken up again. On a
 * line that holds an array, an envelope or more values than one, what is good before the damage
 * counts; one object with something behind it on its line is no record.
 *
 * An object may hold more than one of the arrays that make it an envelope, or the same one twice:
 * each is read. A stream is CSV when its first line looks like a header and the next one that is
 * not blank does not start like a JSON object; CSV ends for good where a row starts with {" (a JSON
 * file was appended). A row too long to hold ends where its quotes say; when no quote follows for
 * 16 MiB (in memory) or until the end, its quote is taken for damage, which costs its line.
 *
 * Offsets count bytes of the UTF-8 text of the stream (of the transcoded text for UTF-16). */
#ifndef TRAWL_FORMATS_FRAMING_H
#define TRAWL_FORMATS_FRAMING_H

#include "engine/base/cpu.h"
#include "engine/source.h"

#define FRAMER_BLOCK ((size_t)1 << 20) /* memory held as long as no record is longer */

enum frame_kind {
    FRAME_LINE,   /* text: a line, uninspected, without its newline; see framer_reopen */
    FRAME_VALUE,  /* text: one JSON value by its brackets (an element, or a top-level value) */
    FRAME_HEADER, /* cells: the names of the columns from here on (CSV header, tables' columns) */
    FRAME_CELLS,  /* cells: one CSV row, unquoted; fewer or more than the header's are possible */
    FRAME_ROW,    /* text: one row of a tables response: a JSON array under the last header */
    FRAME_MALFORMED, /* no record here: message says why; text is what was passed over, as far as
                        held */
    FRAME_OVERSIZED, /* a record longer than max_record was passed over */
    FRAME_GAP,       /* the stream reported damage (message, status) before this point */
    FRAME_END,
};

struct frame {
    enum frame_kind kind;
    struct text text;         /* TEXT_PADDING readable bytes follow; valid until the next call */
    uint64_t offset;          /* of the text's first byte in the stream */
    const struct text *cells; /* FRAME_HEADER, FRAME_CELLS; valid until the next call */
    size_t cell_count;
    enum trawl_status status; /* FRAME_GAP */
    const char *message; /* NULL in FRAME_MALFORMED: what the caller found; see framer_reopen */
    bool in_envelope;    /* FRAME_VALUE: an element of an envelope's array, which is a record
                            whatever its keys: envelopes in envelopes are not unwrapped */
};

struct framer;

/* Gives the next bytes: as container_read. */
typedef enum trawl_status (*framer_fill)(void *context, char *to, size_t room, size_t *got,
                                         struct trawl_error *error);
/* Shows the next bytes where they are: as container_lend. */
typedef enum trawl_status (*framer_lend)(void *context, size_t keep, struct text *text,
                                         struct trawl_error *error);

/* `isa`: one this machine has; the frames are the same with each. NULL: out of memory. */
struct framer *framer_new(uint64_t max_record, enum isa isa);
void framer_free(struct framer *framer);
/* Starts a stream; lend may be NULL. */
void framer_start(struct framer *framer, framer_fill fill, framer_lend lend, void *context);
/* Starts on text in memory that begins at a boundary of an NDJSON stream (a chunk cut by
 * framer_cut): `base` is the offset of its first byte. The text outlives the framing. */
void framer_start_chunk(struct framer *framer, struct text text, uint64_t base);
/* Starts on one array of records, from bracket to bracket, that an envelope was found to hold: its
 * elements are frames with in_envelope. Otherwise as framer_start_chunk. */
void framer_start_array(struct framer *framer, struct text array, uint64_t base);
/* TRAWL_MEMORY, TRAWL_CANCELLED only: everything that is wrong with the text is a frame. */
enum trawl_status framer_next(struct framer *framer, struct frame *frame,
                              struct trawl_error *error);
/* A reader that finds the end of a record by itself saves the search for the line's end. False: it
 * cannot be done here. True: *text is what is in memory from the start of a line on, which is the
 * next frame unless its end is found otherwise; valid until the next call. */
bool framer_ahead(struct framer *framer, struct text *text);
/* After that: the line is one object of `length` bytes, without a line end in it, and a line end
 * (LF or CR LF) follows. True: as framer_next, that frame; false: it is to be framed by
 * framer_next. */
bool framer_next_line(struct framer *framer, size_t length, struct frame *frame);
/* The frame just given is not one whole record.
 *   FRAME_LINE: it is framed by structure, from its start: its values, the value that it starts, or
 *     FRAME_MALFORMED. What stands behind its values is a FRAME_LINE of its own.
 *   FRAME_VALUE: FRAME_MALFORMED without a message follows, for the caller's own reason. In an
 *     array it ends where, inside the element, an element like the ones before it starts (the one
 *     that was broken ran into it); framing goes on there.
 * After other frames nothing happens. */
void framer_reopen(struct framer *framer);
/* Takes text already in memory, whole records up to a boundary as above, out of an NDJSON stream:
 * between two lines only. False: not in NDJSON, or not worth it (less than `least` bytes). Memory
 * holds a block of FRAMER_BLOCK at a time. The text is valid until the next call. */
bool framer_cut(struct framer *framer, size_t least, struct text *text, uint64_t *offset);
/* After framer_cut: the memory that its text is in becomes the caller's, in exchange for `memory`.
 * False: what is left in memory does not fit in that, and nothing was exchanged. */
bool framer_exchange(struct framer *framer, struct memory *memory);
/* Counters since framer_start: text passed, that handed away by framer_cut included; NUL bytes
 * between records, those in text handed away not included. */
uint64_t framer_text_bytes(const struct framer *framer);
uint64_t framer_padding_bytes(const struct framer *framer);

#endif
