/* column.h - one text field of a batch, in Arrow's layouts.
 *
 *   plain       offsets[rows + 1] into one arena               (Arrow utf8, 32-bit offsets)
 *   dictionary  codes[rows] into distinct values, each held once: offsets[distinct + 1] into one
 *               arena                                          (Arrow dictionary<uint32, utf8>)
 *
 * and in both a validity bitmap: bit set = present. A missing row has an empty range (plain) or
 * code 0 (dictionary) and must not be looked at. Values are valid UTF-8; an arena stays under
 * COLUMN_ARENA bytes, so 32-bit offsets hold.
 *
 * A column starts as a dictionary and turns plain by itself when its values prove not to repeat; a
 * predicate on a dictionary column is computed once per distinct value. Memory is kept from batch
 * to batch: steady state allocates nothing. */
#ifndef TRAWL_ENGINE_COLUMN_H
#define TRAWL_ENGINE_COLUMN_H

#include "engine/base/bitmap.h"
#include "engine/base/buffer.h"

#define COLUMN_ROWS 65536 /* rows a column can hold */
#define COLUMN_ARENA (UINT32_C(1) << 30)

enum column_encoding { COLUMN_DICTIONARY, COLUMN_PLAIN };

struct column {
    enum column_encoding encoding;
    uint32_t rows;
    uint32_t distinct;  /* dictionary: number of values; plain: equals rows */
    uint64_t *validity; /* BITMAP_WORDS(COLUMN_ROWS) */
    uint32_t *offsets;  /* distinct + 1 (dictionary) or rows + 1 (plain) */
    uint32_t *codes;    /* dictionary only: rows */
    struct buffer arena;
    struct column_index *index; /* hash of the values, and the capacities; see column.c */
    uint32_t plain_streak; /* batches for which to stay plain before trying a dictionary again */
};

bool column_init(struct column *column); /* false: out of memory */
void column_free(struct column *column);
/* Empties for the next batch. */
void column_reset(struct column *column);
/* Adds a row. The bytes are copied. False: out of memory or arena full; the column is unchanged. */
bool column_append(struct column *column, struct text value);
/* The same, sooner, of a value with TEXT_PADDING readable bytes behind its end. */
bool column_append_padded(struct column *column, struct text value);
bool column_append_missing(struct column *column);
/* Adds rows such as the last one, missing where there is none, until there are so many. False: out
 * of memory or arena full; the column is unchanged. */
bool column_pad(struct column *column, uint32_t rows);
/* Bytes of the arena when that is done. */
uint64_t column_padded_bytes(const struct column *column, uint32_t rows);
/* Drops rows from the end (a record found malformed after some of its fields were stored). */
void column_truncate(struct column *column, uint32_t rows);

static inline bool column_present(const struct column *column, size_t row) {
    return bitmap_get(column->validity, row);
}
/* The i-th stored value: a row in a plain column, a distinct value in a dictionary. */
static inline struct text column_stored(const struct column *column, size_t i) {
    return (struct text){column->arena.data + column->offsets[i],
                         column->offsets[i + 1] - column->offsets[i]};
}
/* A row's value; the empty text when it is missing. */
static inline struct text column_value(const struct column *column, size_t row) {
    if (!column_present(column, row)) return (struct text){"", 0};
    return column_stored(column, column->encoding == COLUMN_DICTIONARY ? column->codes[row] : row);
}

/* False and a reason when an invariant of this page does not hold. Builds without NDEBUG check
 * every batch before it runs. */
bool column_validate(const struct column *column, const char **why);

#endif
