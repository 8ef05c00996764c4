/* given.h - a record as the framing gave it: an object, or a row under a header; and the text of
 * it, which for a row is the object that its header and its cells make. */
#ifndef TRAWL_FORMATS_GIVEN_H
#define TRAWL_FORMATS_GIVEN_H

#include "engine/base/buffer.h"

struct given {
    enum {
        GIVEN_OBJECT, /* text */
        GIVEN_ARRAY,  /* text: a row of a tables response */
        GIVEN_CELLS   /* cells[count]: a row of CSV */
    } form;
    bool may_be_envelope;
    struct text text;
    const struct text *cells;
    size_t count;
};

/* The names of the columns. Zero-initialised is none. */
struct header {
    struct buffer text; /* all names */
    size_t *ends;       /* [count], in text */
    size_t count;
};

/* Copies the names, with what is not UTF-8 replaced. False: out of memory; the header is as it was.
 */
bool header_set(struct header *header, const struct text *names, size_t count);
void header_free(struct header *header);

/* GIVEN_OBJECT, and one that was projected: from its first bracket to its last. */
struct text given_object(const struct given *given);
/* A row: appends {"name":value, ...} of the columns in their order. Cells are strings, and empty
 * ones are missing; what is in an array stands as it is. What has no name is left out. False: out
 * of memory (to->failed), or not JSON. */
bool given_write_row(const struct given *given, const struct header *header, struct buffer *to);

#endif
