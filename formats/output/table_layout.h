/* table_layout.h - which width each column of a table gets, in columns of the terminal.
 *
 * As long as everything fits, every column is as wide as its widest cell or its header. When it
 * does not, headers are broken into their words first, then the widest columns shrink together,
 * none of them below what can be read; when even that does not fit, a row takes several lines. No
 * column is ever dropped. */
#ifndef TRAWL_FORMATS_TABLE_LAYOUT_H
#define TRAWL_FORMATS_TABLE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#define TABLE_GAP 2    /* columns between two columns */
#define TABLE_INDENT 2 /* before the second and later lines of a row */
/* No column shrinks below the first, where the second would not save a line either. A time to the
 * second is 20 wide, one to the minute and an ellipsis 17. */
#define TABLE_READABLE 20
#define TABLE_LEAST 17

struct table_column {
    size_t data;   /* in: the widest cell */
    size_t header; /* in: the whole header */
    size_t word;   /* in: the widest word of the header */
    size_t width;  /* out, at least 1 */
    size_t line;   /* out: 0 for the first line of a row; grows by at most 1 from left to right */
};

/* width 0: no limit. Returns the lines that a row takes. Where not even one readable column fits,
 * the columns are as narrow as they must be. */
size_t table_layout(struct table_column *columns, size_t count, size_t width);

/* The bytes of `name` that make its next header line of at most `width` columns: whole words, at
 * least one. Words end after _ - and space, and before a capital that follows a small letter. */
size_t table_header_break(const char *name, size_t length, size_t width);
/* The widest word of a name, in columns. */
size_t table_header_word(const char *name, size_t length);

#endif
