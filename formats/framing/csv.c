#include "formats/framing/csv.h"

#include <emmintrin.h>
#include <stdlib.h>

void csv_free(struct csv *csv) {
    free(csv->cells);
    buffer_free(&csv->unquoted);
    *csv = (struct csv){0};
}

/* The first comma or line end at or behind `at`; text.length if there is none. */
static size_t find_end(struct text text, size_t at) {
    const __m128i comma = _mm_set1_epi8(','), newline = _mm_set1_epi8('\n');
    const __m128i carriage = _mm_set1_epi8('\r');
    for (; at < text.length; at += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(text.data + at));
        __m128i end =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, newline)),
                         _mm_cmpeq_epi8(v, carriage));
        int mask = _mm_movemask_epi8(end);
        if (!mask) continue;
        at += (size_t)__builtin_ctz((unsigned)mask);
        break;
    }
    return at < text.length ? at : text.length;
}

static bool add_cell(struct csv *csv, struct text cell) {
    if (csv->count == csv->capacity) {
        size_t capacity = csv->capacity ? 2 * csv->capacity : 64;
        struct text *cells = realloc(csv->cells, capacity * sizeof *cells);
        if (!cells) return false;
        csv->cells = cells;
        csv->capacity = capacity;
    }
    csv->cells[csv->count++] = cell;
    return true;
}

/* Reads the cell whose first quote is at *at; moves *at to what ends it. A cell that is not one
 * piece of the text is put together in `unquoted`, where it may move: its data is NULL until the
 * row is done. */
static enum csv_outcome quoted_cell(struct csv *csv, struct text text, bool last, size_t *at) {
    size_t start = *at + 1, from = start, first = csv->unquoted.length;
    for (;;) {
        const char *quote = memchr(text.data + from, '"', text.length - from);
        if (!quote) return CSV_UNCLOSED;
        size_t here = (size_t)(quote - text.data);
        if (here + 1 == text.length && !last) return CSV_MORE;
        bool doubled = here + 1 < text.length && text.data[here + 1] == '"';
        if (!doubled) {
            size_t end = find_end(text, here + 1);
            if (end == text.length && !last) return CSV_MORE;
            *at = end;
            if (start == from && end == here + 1) {
                struct text cell = {text.data + start, here - start};
                return add_cell(csv, cell) ? CSV_ROW : CSV_NO_MEMORY;
            }
            if (!buffer_append(&csv->unquoted, text.data + from, here - from) ||
                !buffer_append(&csv->unquoted, text.data + here + 1, end - here - 1))
                return CSV_NO_MEMORY;
            struct text cell = {NULL, csv->unquoted.length - first};
            return add_cell(csv, cell) ? CSV_ROW : CSV_NO_MEMORY;
        }
        if (!buffer_append(&csv->unquoted, text.data + from, here + 1 - from)) return CSV_NO_MEMORY;
        from = here + 2;
    }
}

/* The length of the line end at `at`, 0 where it cannot be told yet. */
static size_t line_end(struct text text, size_t at, bool last) {
    if (at == text.length || text.data[at] == '\n') return at < text.length;
    if (at + 1 == text.length) return last;
    return text.data[at + 1] == '\n' ? 2 : 1;
}

/* Cells put together in `unquoted` lie there in order, end to end. */
static void place_cells(struct csv *csv) {
    const char *at = csv->unquoted.data;
    if (csv->unquoted.length == 0 && !at) at = "";
    for (size_t i = 0; i < csv->count; i++) {
        if (csv->cells[i].data) continue;
        csv->cells[i].data = at;
        at += csv->cells[i].length;
    }
}

enum csv_outcome csv_row(struct csv *csv, struct text text, bool last, size_t *length,
                         size_t *taken) {
    csv->count = 0;
    buffer_clear(&csv->unquoted, (size_t)1 << 20);
    size_t at = 0;
    for (;;) {
        size_t end;
        if (at < text.length && text.data[at] == '"') {
            end = at;
            enum csv_outcome outcome = quoted_cell(csv, text, last, &end);
            if (outcome != CSV_ROW) return outcome;
        } else {
            end = find_end(text, at);
            /* A line without a byte has no cell. */
            bool cell = end > 0 || (end < text.length && text.data[end] == ',');
            if (cell && !add_cell(csv, (struct text){text.data + at, end - at}))
                return CSV_NO_MEMORY;
        }
        if (end < text.length && text.data[end] == ',') {
            at = end + 1;
            continue;
        }
        size_t line = line_end(text, end, last);
        if (line == 0 && !last) return CSV_MORE;
        *length = end;
        *taken = end + line;
        break;
    }
    place_cells(csv);
    return CSV_ROW;
}

size_t csv_line(struct text text, bool last) {
    for (size_t at = 0; at < text.length; at++) {
        at = find_end(text, at);
        if (at == text.length || text.data[at] != ',') {
            size_t line = line_end(text, at, last);
            return at + (line ? line : at < text.length);
        }
    }
    return text.length;
}

size_t csv_pass(struct csv_place *place, struct text text, size_t most) {
    size_t at = 0;
    while (at < text.length && place->state != CSV_ROW_END && place->quiet < most) {
        char c = text.data[at++];
        if (place->state == CSV_IN_QUOTES) {
            place->quiet = c == '"' ? 0 : place->quiet + 1;
            if (c == '"') place->state = CSV_BEHIND_QUOTE;
        } else if (c == '"' && place->state != CSV_IN_CELL) {
            /* The first quote of a cell, or the second of two. */
            place->state = CSV_IN_QUOTES;
        } else if (c == '\n' || c == '\r') {
            place->state = CSV_ROW_END;
        } else {
            place->state = c == ',' ? CSV_CELL_START : CSV_IN_CELL;
        }
    }
    return at;
}
