/* sortkey.h - values as bytes whose memcmp order is the order wanted, and rows as bytes.
 *
 * Order of one value: numbers first by value, then texts by bytes, missing last. Descending turns
 * numbers and texts around but missing stays last, and numbers still come before texts. No encoded
 * value is a prefix of another, so encodings may be put end to end. */
#ifndef TRAWL_ENGINE_SORTKEY_H
#define TRAWL_ENGINE_SORTKEY_H

#include "engine/column/batch.h"
#include "engine/column/datum.h"

enum sort_type {
    SORT_AUTO, /* a text that reads as a number is one */
    SORT_TEXT, /* every value by its bytes; numbers as printed */
    SORT_HEX,  /* hexadecimal texts, with or without 0x, as numbers; others as texts */
};

/* All append to `out`; memory: out->failed. */
void sortkey_value(struct buffer *out, const struct datum *value, enum sort_type type,
                   bool descending);
/* TIME_NONE last; descending, only instants clamped to INT64_MIN come after it (time.h). */
void sortkey_time(struct buffer *out, int64_t time, bool descending);
void sortkey_origin(struct buffer *out, struct origin origin); /* ascending */
struct origin sortkey_origin_read(const char *bytes); /* of the last SORTKEY_ORIGIN bytes */
#define SORTKEY_ORIGIN 16

/* Cells as a payload that row_decode reads back: kinds, texts, numbers. */
void row_encode(struct buffer *out, const struct datum *cells, size_t count);
/* Texts point into `row`. False: not a row of `count` cells. */
bool row_decode(struct text row, struct datum *cells, size_t count);
/* One cell of a row; missing where the row does not have it. */
struct datum row_cell(struct text row, size_t column);

#endif
