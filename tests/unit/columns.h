/* columns.h - columns of a chosen encoding, for tests: a column of the engine chooses by itself. */
#ifndef TRAWL_TESTS_UNIT_COLUMNS_H
#define TRAWL_TESTS_UNIT_COLUMNS_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/column/column.h"

/* `values` may hold newlines but not NUL; NULL is a missing row. Free with column_free. */
static inline struct column column_of_values(enum column_encoding encoding,
                                             const char *const *values, uint32_t count) {
    struct column column = {
        .encoding = encoding,
        .validity = calloc(BITMAP_WORDS(COLUMN_ROWS), sizeof(uint64_t)),
        .offsets = calloc(COLUMN_ROWS + 1, sizeof(uint32_t)),
        .codes = calloc(COLUMN_ROWS, sizeof(uint32_t)),
    };
    cr_assert(column.validity && column.offsets && column.codes &&
              buffer_reserve(&column.arena, 0));
    for (uint32_t row = 0; row < count; row++) {
        struct text value = values[row] ? text_of(values[row]) : (struct text){"", 0};
        uint32_t code = column.distinct;
        if (encoding == COLUMN_DICTIONARY) {
            for (code = 0; values[row] && code < column.distinct; code++)
                if (text_equal(column_stored(&column, code), value)) break;
            column.codes[row] = code;
        }
        if (values[row]) bitmap_set(column.validity, row);
        if (code == column.distinct && (values[row] || encoding == COLUMN_PLAIN)) {
            cr_assert(buffer_append(&column.arena, value.data, value.length));
            column.offsets[++column.distinct] = (uint32_t)column.arena.length;
        }
    }
    column.rows = count;
    return column;
}

/* The same numbers in every run. */
static inline uint32_t random_below(uint64_t *state, uint32_t limit) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)((*state >> 16) % limit);
}

#endif
