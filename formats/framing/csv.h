/* csv.h - one row of CSV cut into cells, as Python's csv.reader reads its default dialect.
 *
 * RFC 4180, and for what that leaves open: a quote inside a cell that does not start with one is
 * itself; text behind a closing quote is appended as it stands; rows end in \n, \r\n or \r. */
#ifndef TRAWL_FORMATS_CSV_H
#define TRAWL_FORMATS_CSV_H

#include "engine/base/buffer.h"

enum csv_outcome {
    CSV_ROW,
    CSV_MORE,     /* the text ends inside the row */
    CSV_UNCLOSED, /* the text ends inside quotes (`last` or not) */
    CSV_NO_MEMORY,
};

struct csv {
    struct text *cells; /* in the text, or in `unquoted` where that had to be changed */
    size_t count, capacity;
    struct buffer unquoted;
};

/* Where in a row text is that is passed over byte by byte. */
struct csv_place {
    enum { CSV_CELL_START, CSV_IN_CELL, CSV_IN_QUOTES, CSV_BEHIND_QUOTE, CSV_ROW_END } state;
    size_t quiet; /* CSV_IN_QUOTES: bytes since the last quote */
};

void csv_free(struct csv *csv);
/* Reads the row that starts text, which has TEXT_PADDING readable bytes behind its end. `last`: no
 * more text follows, so its end ends the row. CSV_ROW: *length is the row without its line end,
 * *taken with it; cells are valid until the next call. An empty line is a row of no cells. */
enum csv_outcome csv_row(struct csv *csv, struct text text, bool last, size_t *length,
                         size_t *taken);
/* Moves `place` over text from inside a row, up to the first line end outside quotes: CSV_ROW_END,
 * or until `most` bytes in quotes have been without one. Returns the length passed over. */
size_t csv_pass(struct csv_place *place, struct text text, size_t most);
/* The length of the first line with its end (text.length: there is no line end). */
size_t csv_line(struct text text, bool last);

#endif
