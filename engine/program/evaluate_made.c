/* Text columns that nodes make. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/program/evaluate.h"

/* An arena's memory is kept up to this size from batch to batch. */
#define ARENA_KEEP ((size_t)4 << 20)

struct made *made_new(void) {
    return calloc(1, sizeof(struct made));
}

void made_free(struct made *made) {
    if (!made) return;
    free(made->offsets);
    free(made->codes);
    free(made->validity);
    buffer_free(&made->column.arena);
    free(made);
}

static bool grow(uint32_t **array, size_t *room, size_t need) {
    if (need <= *room) return true;
    size_t wanted = need < *room * 2 ? *room * 2 : need;
    uint32_t *grown = reallocarray(*array, wanted, sizeof *grown);
    if (!grown) return false;
    *array = grown;
    *room = wanted;
    return true;
}

bool made_codes(struct made *made, size_t rows) {
    if (!grow(&made->codes, &made->code_room, rows)) return false;
    made->column.codes = made->codes;
    return true;
}

bool made_validity(struct made *made, size_t rows) {
    if (!made->validity)
        made->validity = malloc(BITMAP_WORDS(COLUMN_ROWS) * sizeof *made->validity);
    if (!made->validity) return false;
    bitmap_zero(made->validity, rows);
    made->column.validity = made->validity;
    return true;
}

bool made_copy(struct made *made, const struct column *column) {
    struct buffer arena = made->column.arena;
    buffer_clear(&arena, ARENA_KEEP);
    made->column = *column;
    made->column.index = NULL;
    made->column.arena = arena;
    return buffer_reserve(&made->column.arena, 0);
}

static bool start(struct made *made, enum column_encoding encoding, size_t rows, size_t values) {
    if (!grow(&made->offsets, &made->offset_room, values + 1)) return false;
    buffer_clear(&made->column.arena, ARENA_KEEP);
    if (!buffer_reserve(&made->column.arena, 0)) return false;
    made->column.encoding = encoding;
    made->column.rows = (uint32_t)rows;
    made->column.distinct = 0;
    made->column.offsets = made->offsets;
    made->offsets[0] = 0;
    made->filled = 0;
    return true;
}

bool made_start_dictionary(struct made *made, size_t rows, size_t values) {
    return start(made, COLUMN_DICTIONARY, rows, values);
}

bool made_start_plain(struct made *made, size_t rows) {
    if (!start(made, COLUMN_PLAIN, rows, rows)) return false;
    made->column.distinct = (uint32_t)rows;
    made->column.codes = NULL;
    return made_validity(made, rows);
}

enum trawl_status made_close(struct made *made, size_t index, struct trawl_error *error) {
    const struct buffer *arena = &made->column.arena;
    if (arena->failed) return error_memory(error);
    if (arena->length > COLUMN_ARENA)
        return error_set(error, TRAWL_MEMORY,
                         "the texts computed of %u rows take more than %u bytes", made->column.rows,
                         COLUMN_ARENA);
    uint32_t start = made->offsets[made->filled];
    while (made->filled < index) made->offsets[++made->filled] = start;
    made->offsets[++made->filled] = (uint32_t)arena->length;
    return TRAWL_OK;
}

enum trawl_status made_add(struct made *made, struct text value, struct trawl_error *error) {
    buffer_append(&made->column.arena, value.data, value.length);
    return made_close(made, made->column.distinct++, error);
}

enum trawl_status made_put(struct made *made, size_t row, struct text value,
                           struct trawl_error *error) {
    buffer_append(&made->column.arena, value.data, value.length);
    bitmap_set(made->validity, row);
    return made_close(made, row, error);
}

void made_finish_plain(struct made *made) {
    uint32_t end = made->offsets[made->filled];
    while (made->filled < made->column.rows) made->offsets[++made->filled] = end;
}
