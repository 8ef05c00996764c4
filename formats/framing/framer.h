/* framer.h - the framer's state, shared by the files that step it: start.c, lines.c,
 * values.c, arrays.c, envelope.c, tables.c, csv_frames.c. Not for callers.
 *
 * A step looks at the text from the window's start on and either makes a frame, or takes text and
 * changes the mode, or both. Nothing it decides depends on how much text happens to be in memory:
 * it reads on until it knows. Nor does anything depend on what lies before a boundary (framing.h):
 * there every mode gives up, as at the end of the text. */
#ifndef TRAWL_FORMATS_FRAMER_H
#define TRAWL_FORMATS_FRAMER_H

#include "formats/framing/csv.h"
#include "formats/framing/framing.h"
#include "formats/framing/resync.h"
#include "formats/framing/structure.h"
#include "formats/framing/window.h"

enum mode {
    MODE_START,   /* what is it? */
    MODE_LINES,   /* at depth 0 */
    MODE_ARRAY,   /* between the elements of an array */
    MODE_RESYNC,  /* in a damaged array, looking for an element */
    MODE_TAIL,    /* in an envelope, behind its array */
    MODE_TABLES,  /* between the tables of a response */
    MODE_TABLE,   /* in a table, looking for columns and rows */
    MODE_ROWS,    /* between the rows of a table */
    MODE_SKIP,    /* in a value too long to hold */
    MODE_LINE,    /* in the rest of a line that has been given up */
    MODE_REMAINS, /* in the rest of a pretty-printed value that has been given up */
    MODE_CSV,
    MODE_CSV_LINE, /* in the rest of a line that has been given up */
    MODE_CSV_ROW,  /* in the rest of a row too long to hold */
    MODE_END,
};

enum step { STEP_ON, STEP_FRAME, STEP_FAILED };
enum reopen { REOPEN_NONE, REOPEN_LINE, REOPEN_VALUE, REOPEN_ELEMENT };

struct framer {
    size_t max_record;
    size_t max_line; /* longer lines are framed by structure */
    structure_scan scan;
    struct window window;
    struct trawl_error *error; /* of the call under way */
    enum trawl_status status;  /* with STEP_FAILED */
    enum mode mode;
    enum reopen reopen;   /* what framer_reopen would do */
    bool reopened;        /* it was called */
    size_t given;         /* bytes of the last frame and what follows it, taken at the next call */
    size_t given_padding; /* NUL bytes in these */
    size_t given_text;    /* length of the frame's text before it was trimmed */
    uint64_t padding;
    uint64_t base; /* offset of the first byte */

    /* Offsets. Values that start before `structured` are framed without asking the caller first.
     * Before `single` no value is longer than its line: an attempt to read one over more lines has
     * failed at that place. */
    uint64_t structured, single;
    struct {
        uint64_t from, to; /* no line end in [from, to) */
        bool found;        /* but one at `to` */
    } line;
    uint64_t cut_failed; /* where memory ended when there was no place to cut */

    /* Arrays: how many are open around the element, and whether the innermost is an envelope's. */
    uint64_t open;
    bool in_envelope;
    bool alone;                /* ... without the object around it: framer_start_array */
    char head[SIGNATURE_HEAD]; /* of the last good element, or for want of one of the first */
    size_t head_length;
    bool sound;       /* since the last good element nothing else has been met */
    uint64_t suspect; /* before this place an element ends where the next one seems to start */
    uint64_t next_start;
    bool announce; /* MODE_RESYNC: what is passed over has not been reported */
    bool columns;  /* MODE_TABLE: the header has been given */

    enum mode skip_to;   /* MODE_SKIP: what follows the value */
    bool skip_line;      /* MODE_SKIP: the value does not go on behind its line */
    uint64_t csv_single; /* as `single`, for rows with quoted line ends */
    bool csv_header;
    struct csv csv;
    struct csv_place csv_place; /* MODE_CSV_ROW */
    struct text *names;         /* CSV: the header, in name_text; tables: the columns */
    size_t name_count, name_capacity;
    struct buffer name_text;

    struct structure value;   /* of the value at the window's start, or being skipped */
    struct structure outside; /* MODE_TAIL, MODE_TABLE: of the object around */
};

/* ---- helpers of the steps -------------------------------------------------------------------- */

static inline struct text framer_text(const struct framer *framer) {
    return (struct text){window_text(&framer->window), window_length(&framer->window)};
}
/* Reads on as window_more. False: failed. */
bool framer_more(struct framer *framer, size_t want, size_t most);
/* Makes a frame of the first `length` bytes; they, and more up to `given`, go with it. */
enum step framer_emit(struct framer *framer, struct frame *frame, enum frame_kind kind,
                      size_t length, size_t given, const char *message);
enum step framer_malformed(struct framer *framer, struct frame *frame, size_t length,
                           const char *message);
enum step framer_no_memory(struct framer *framer);
/* The message of FRAME_OVERSIZED. */
extern const char framer_oversized[];
/* At an edge: FRAME_GAP, after which `mode` goes on, or FRAME_END; behind a fence the text goes on.
 */
enum step framer_edge(struct framer *framer, struct frame *frame, enum mode mode);
/* Takes white space, commas, byte order marks and NUL bytes. True: another byte is at the start;
 * false: an edge, or failed (status). */
bool framer_skip_separators(struct framer *framer);
/* Finds the end of the line at the start, within `most` bytes; *length is without the line end.
 * False: there is none, or failed (status). An edge ends a line too. */
bool framer_find_line(struct framer *framer, size_t most, size_t *length);
/* True: what starts here cannot be part of what was before. */
bool framer_at_boundary(const struct framer *framer);
/* Scans the value at the start, from *at on, up to `most` bytes, with framer->value.
 * STRUCTURE_MORE: `most` or an edge was met; *failed: status. */
enum structure_event framer_scan(struct framer *framer, size_t most, size_t *at, bool *failed);
/* Scans with `structure` text that need not be held, keeping `keep` bytes before the place; *at is
 * as in framer_scan, 0 at first. STRUCTURE_MORE: an edge. */
enum structure_event framer_pass(struct framer *framer, struct structure *structure, size_t keep,
                                 size_t *at, bool *failed);
/* What an event that ends a value too early says; STRUCTURE_MORE is an edge. The end of the text
 * and a boundary say the same. */
const char *framer_why(const struct framer *framer, enum structure_event event);
/* The length of the white space, commas, byte order marks and NUL bytes that start text; NUL bytes
 * are added to *padding. *more: what follows may be a mark, cut in two; never when `last`. */
size_t framer_separators(struct text text, bool last, uint64_t *padding, bool *more);

/* The names of the columns: cleared, added one by one (false: no memory), placed when all are. */
void framer_clear_names(struct framer *framer);
bool framer_add_name(struct framer *framer, const char *name, size_t length);
void framer_place_names(struct framer *framer);

/* ---- the steps ------------------------------------------------------------------------------- */

enum step start_step(struct framer *framer, struct frame *frame);
enum step lines_step(struct framer *framer, struct frame *frame);
/* The object of `length` bytes at the start is all of a line but for its end: true, and the frame
 * that lines_step makes; false: that makes none of it. */
bool lines_known(struct framer *framer, struct frame *frame, size_t length);
/* At a value whose offset is before `structured`. */
enum step value_step(struct framer *framer, struct frame *frame);
enum step skip_step(struct framer *framer, struct frame *frame);
enum step remains_step(struct framer *framer, struct frame *frame);
enum step array_step(struct framer *framer, struct frame *frame);
enum step resync_step(struct framer *framer, struct frame *frame);
enum step tail_step(struct framer *framer, struct frame *frame);
enum step tables_step(struct framer *framer, struct frame *frame);
enum step table_step(struct framer *framer, struct frame *frame);
enum step rows_step(struct framer *framer, struct frame *frame);
enum step csv_step(struct framer *framer, struct frame *frame);
enum step csv_line_step(struct framer *framer, struct frame *frame);
enum step csv_row_step(struct framer *framer, struct frame *frame);
/* The line of `length` bytes at the start is framed by structure. */
enum step line_reopen(struct framer *framer, struct frame *frame, size_t length);
/* The element given last, still at the start, was good: others are compared with it. */
void element_accepted(struct framer *framer);
/* The value given last, still at the start, is malformed; `element`: of an array. */
enum step element_reopen(struct framer *framer, struct frame *frame, bool element);

/* The arrays around are given up: back to depth 0. */
static inline void framer_leave(struct framer *framer) {
    framer->open = 0;
    framer->in_envelope = framer->alone = false;
    framer->mode = MODE_LINES;
}

/* What the key before a [ at text[at], at depth 1 of an object, makes of the object. */
enum envelope { ENVELOPE_NONE, ENVELOPE_RECORDS, ENVELOPE_TABLES };
#define ENVELOPE_LOOK_BACK 64 /* bytes before `at` that are looked at */
enum envelope envelope_at(const char *text, size_t at);
/* Whether the key before text[at] is `key`. */
bool envelope_key(const char *text, size_t at, const char *key);
/* Behind the array of an envelope: on in the object around it. */
void envelope_leave(struct framer *framer);
/* Enters what envelope_at found at text[at]. */
void envelope_enter(struct framer *framer, enum envelope envelope, size_t at);

#endif
