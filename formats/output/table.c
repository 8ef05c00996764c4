/* A table for a person at a terminal: widths counted as the terminal counts them, numbers to the
 * right, a missing value as "-", and nothing in a cell that the terminal would obey. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/output/escape.h"
#include "formats/output/table_layout.h"

#define MISSING "-"
#define BOLD "\x1b[1m"
#define DIM "\x1b[2m"
#define ALARM "\x1b[1;33m" /* a flag that is true */
#define PLAIN "\x1b[0m"
#define RULE "\xE2\x94\x80" /* U+2500 */

/* A cell as it is shown. */
struct shown {
    const char *text;
    size_t length;
    const char *color; /* NULL: none */
    char digits[24];   /* holds the text of a number */
};

static void show(const struct trawl_cell *cell, struct shown *shown) {
    shown->color = NULL;
    switch (cell->kind) {
        case TRAWL_MISSING:
            shown->text = MISSING;
            shown->length = strlen(MISSING);
            shown->color = DIM;
            break;
        case TRAWL_NUMBER:
            shown->length =
                (size_t)snprintf(shown->digits, sizeof shown->digits, "%" PRId64, cell->number);
            shown->text = shown->digits;
            break;
        case TRAWL_FLAG:
            if (cell->length == 4 && memcmp(cell->text, "true", 4) == 0) shown->color = ALARM;
            /* fall through */
        case TRAWL_TEXT:
            shown->text = cell->text;
            shown->length = cell->length;
            break;
    }
}

struct table {
    const struct row_source *rows;
    struct emitter *out;
    struct table_column *columns;
    bool *right;     /* [column]: holds numbers */
    size_t *written; /* [column]: bytes of the header that are out */
};

static void measure(struct table *table) {
    const struct row_source *rows = table->rows;
    for (size_t i = 0; i < rows->column_count; i++) {
        struct table_column *column = &table->columns[i];
        size_t length = strlen(rows->names[i]);
        column->header = glyphs_columns(rows->names[i], length);
        column->word = table_header_word(rows->names[i], length);
        for (size_t row = 0; row < rows->row_count; row++) {
            struct trawl_cell cell = row_cell(rows, row, i);
            struct shown shown;
            show(&cell, &shown);
            size_t width = glyphs_columns(shown.text, shown.length);
            if (width > column->data) column->data = width;
            if (cell.kind == TRAWL_NUMBER) table->right[i] = true;
        }
    }
}

static size_t line_end(const struct table *table, size_t first) {
    size_t end = first;
    while (end < table->rows->column_count &&
           table->columns[end].line == table->columns[first].line) {
        end++;
    }
    return end;
}

/* One cell with what goes before it. The last of a line gets no spaces behind it. */
static void emit_cell(const struct table *table, size_t column, bool first, bool last,
                      const char *text, size_t length, const char *color) {
    struct emitter *out = table->out;
    size_t width = table->columns[column].width;
    if (first) {
        emit_repeated(out, ' ', table->columns[column].line ? TABLE_INDENT : 0);
    } else {
        emit_repeated(out, ' ', TABLE_GAP);
    }
    if (last && !table->right[column]) {
        size_t needed = glyphs_columns(text, length);
        if (needed < width) width = needed;
    }
    if (!out->sink->color || length == 0) color = NULL;
    if (color) emit_text(out, color);
    emit_glyphs(out, text, length, width, table->right[column]);
    if (color) emit_text(out, PLAIN);
}

static void emit_header(const struct table *table, size_t first, size_t end) {
    const char *const *names = table->rows->names;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = first; i < end; i++) {
            const char *rest = names[i] + table->written[i];
            size_t length = strlen(rest);
            size_t part = table_header_break(rest, length, table->columns[i].width);
            emit_cell(table, i, i == first, i + 1 == end, rest, part, BOLD);
            table->written[i] += part;
            more = more || part < length;
        }
        emit_char(table->out, '\n');
    }
}

static void emit_rule(const struct table *table) {
    size_t widest = 0;
    for (size_t first = 0; first < table->rows->column_count;) {
        size_t end = line_end(table, first);
        size_t width = table->columns[first].line ? TABLE_INDENT : 0;
        for (size_t i = first; i < end; i++) {
            width += table->columns[i].width + (i > first ? TABLE_GAP : 0);
        }
        if (width > widest) widest = width;
        first = end;
    }
    bool color = table->out->sink->color;
    if (color) emit_text(table->out, DIM);
    for (size_t i = 0; i < widest; i++) emit_text(table->out, RULE);
    if (color) emit_text(table->out, PLAIN);
    emit_char(table->out, '\n');
}

static void emit_row(const struct table *table, size_t row) {
    for (size_t first = 0; first < table->rows->column_count;) {
        size_t end = line_end(table, first);
        for (size_t i = first; i < end; i++) {
            struct trawl_cell cell = row_cell(table->rows, row, i);
            struct shown shown;
            show(&cell, &shown);
            emit_cell(table, i, i == first, i + 1 == end, shown.text, shown.length, shown.color);
        }
        emit_char(table->out, '\n');
        first = end;
    }
}

bool write_table(const struct row_source *rows, struct emitter *out) {
    size_t count = rows->column_count;
    if (count == 0) return true;
    struct table table = {.rows = rows, .out = out};
    table.columns = calloc(count, sizeof *table.columns);
    table.right = calloc(count, sizeof *table.right);
    table.written = calloc(count, sizeof *table.written);
    bool ready = table.columns && table.right && table.written;
    if (ready) {
        struct glyph_locale locale = glyphs_begin();
        measure(&table);
        table_layout(table.columns, count, out->sink->width);
        for (size_t first = 0; first < count;) {
            size_t end = line_end(&table, first);
            emit_header(&table, first, end);
            first = end;
        }
        emit_rule(&table);
        for (size_t row = 0; row < rows->row_count && !out->refused; row++) emit_row(&table, row);
        glyphs_end(locale);
    }
    free(table.columns);
    free(table.right);
    free(table.written);
    return ready;
}
