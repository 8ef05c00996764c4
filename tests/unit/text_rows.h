/* text_rows.h - rows of texts for tests of operators, and the rows they give as text. */
#ifndef TRAWL_TESTS_UNIT_TEXT_ROWS_H
#define TRAWL_TESTS_UNIT_TEXT_ROWS_H

#include "engine/operator/operator.h"
#include "tests/unit/columns.h"

#define TEXT_COLUMNS 8
#define TEXT_ORIGINS 256

struct text_rows {
    struct rows rows;
    struct rows_column views[TEXT_COLUMNS];
    struct column columns[TEXT_COLUMNS];
    uint64_t *selection;
    struct origin *origins;
};

/* cells[row * columns + column]; NULL: missing. Column `time`, SIZE_MAX: none, is TYPE_TIME. All
 * rows are selected; offsets of their origins count from `offset`. */
static inline void text_rows_make(struct text_rows *made, const char *const *cells, size_t count,
                                  size_t columns, size_t time, uint64_t offset) {
    const char **values = calloc(count + 1, sizeof *values);
    *made = (struct text_rows){.selection = calloc(BITMAP_WORDS(count) + 1, sizeof(uint64_t)),
                               .origins = calloc(count + 1, sizeof(struct origin))};
    cr_assert(values && made->selection && made->origins && columns <= TEXT_COLUMNS);
    for (size_t c = 0; c < columns; c++) {
        for (size_t i = 0; i < count; i++) values[i] = cells[i * columns + c];
        made->columns[c] = column_of_values(COLUMN_PLAIN, values, (uint32_t)count);
        made->views[c] = (struct rows_column){.type = c == time ? TYPE_TIME : TYPE_TEXT,
                                              .text = &made->columns[c]};
    }
    for (size_t i = 0; i < count; i++) {
        bitmap_set(made->selection, i);
        made->origins[i] = (struct origin){0, 0, offset + i};
    }
    free(values);
    made->rows = (struct rows){.row_count = count,
                               .selection = made->selection,
                               .selected = count,
                               .origins = made->origins,
                               .column_count = columns,
                               .columns = made->views};
}

static inline void text_rows_free(struct text_rows *made) {
    for (size_t c = 0; c < made->rows.column_count; c++) column_free(&made->columns[c]);
    free(made->selection);
    free(made->origins);
}

/* Where rows go: cells with | between, - for missing ones, a line each. */
struct text_sink {
    size_t columns;
    struct buffer text;
    struct origin origins[TEXT_ORIGINS]; /* of the first rows */
    size_t count;
    size_t most; /* the row after which no more are wanted; 0: none */
};

static inline enum trawl_status text_sink_row(void *context, const struct datum *cells,
                                              struct origin origin, struct trawl_error *error) {
    struct text_sink *sink = context;
    (void)error;
    for (size_t i = 0; i < sink->columns; i++) {
        char room[NUMBER_TEXT];
        struct text text = {"-", 1};
        (void)datum_as_text(&cells[i], room, &text);
        if (i) buffer_append_char(&sink->text, '|');
        buffer_append(&sink->text, text.data, text.length);
    }
    buffer_append_char(&sink->text, '\n');
    if (sink->count < TEXT_ORIGINS) sink->origins[sink->count] = origin;
    return ++sink->count == sink->most ? TRAWL_CANCELLED : TRAWL_OK;
}

static inline const char *text_sink_text(struct text_sink *sink) {
    cr_assert(buffer_append_char(&sink->text, '\0'));
    sink->text.length--;
    return sink->text.data;
}

#endif
