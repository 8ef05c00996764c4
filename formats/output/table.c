/* A table for a person at a terminal: widths counted as the terminal counts them, numbers to the
 * right, a missing value as "-", and nothing in a cell that the terminal would obey.
 *
 * The first rows are held until there are enough to lay the table out by, and all that come later
 * keep to those widths: what is wider is cut, or, where no width was asked for, reaches beyond. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/buffer.h"
#include "formats/output/escape.h"
#include "formats/output/table_layout.h"

#define MISSING "-"
#define BOLD "\x1b[1m"
#define DIM "\x1b[2m"
#define ALARM "\x1b[1;33m" /* a flag that is true */
#define PLAIN "\x1b[0m"
#define RULE "\xE2\x94\x80" /* U+2500 */

/* What a table is laid out by, whichever comes first. */
#define HELD_ROWS 1000
#define HELD_BYTES ((size_t)4 << 20)

/* A cell of a row that is held; its text is in the table's. */
struct held {
    enum trawl_cell_kind kind;
    size_t start, length;
};

struct table {
    const struct output *output;
    struct emitter *out;
    struct table_column *columns;
    bool *right; /* [column]: holds numbers */
    bool laid_out;
    struct held *held; /* [HELD_ROWS][column_count] */
    size_t held_rows;
    struct buffer text;
    struct trawl_cell *cells; /* [column_count], of a row that was held */
};

/* A cell as it is shown. */
struct shown {
    const char *text;
    size_t length;
    const char *color; /* NULL: none */
};

static struct shown show(const struct trawl_cell *cell) {
    bool alarm =
        cell->kind == TRAWL_FLAG && cell->length == 4 && memcmp(cell->text, "true", 4) == 0;
    return cell->kind == TRAWL_MISSING
               ? (struct shown){MISSING, strlen(MISSING), DIM}
               : (struct shown){cell->text, cell->length, alarm ? ALARM : NULL};
}

static size_t line_end(const struct table *table, size_t first) {
    size_t end = first;
    while (end < table->output->column_count &&
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
    size_t needed = glyphs_columns(text, length);
    if (needed < width ? last && !table->right[column] : out->sink.width == 0) width = needed;
    if (!out->sink.color || length == 0) color = NULL;
    if (color) emit_text(out, color);
    emit_glyphs(out, text, length, width, table->right[column]);
    if (color) emit_text(out, PLAIN);
}

/* The headers of one line of a row, each in as many lines as its words need. Shortens the names. */
static void emit_header(const struct table *table, const char **names, size_t first, size_t end) {
    for (bool more = true; more;) {
        more = false;
        for (size_t i = first; i < end; i++) {
            size_t length = strlen(names[i]);
            size_t part = table_header_break(names[i], length, table->columns[i].width);
            emit_cell(table, i, i == first, i + 1 == end, names[i], part, BOLD);
            names[i] += part;
            more = more || part < length;
        }
        emit_char(table->out, '\n');
    }
}

static void emit_rule(const struct table *table) {
    size_t widest = 0;
    for (size_t first = 0; first < table->output->column_count;) {
        size_t end = line_end(table, first);
        size_t width = table->columns[first].line ? TABLE_INDENT : 0;
        for (size_t i = first; i < end; i++) {
            width += table->columns[i].width + (i > first ? TABLE_GAP : 0);
        }
        if (width > widest) widest = width;
        first = end;
    }
    bool color = table->out->sink.color;
    if (color) emit_text(table->out, DIM);
    for (size_t i = 0; i < widest; i++) emit_text(table->out, RULE);
    if (color) emit_text(table->out, PLAIN);
    emit_char(table->out, '\n');
}

static void emit_row(const struct table *table, const struct trawl_cell *cells) {
    for (size_t first = 0; first < table->output->column_count;) {
        size_t end = line_end(table, first);
        for (size_t i = first; i < end; i++) {
            struct shown shown = show(&cells[i]);
            emit_cell(table, i, i == first, i + 1 == end, shown.text, shown.length, shown.color);
        }
        emit_char(table->out, '\n');
        first = end;
    }
}

/* ---- rows that are held ------------------------------------------------------------------- */

static void measure_header(struct table *table) {
    for (size_t i = 0; i < table->output->column_count; i++) {
        const char *name = table->output->names[i];
        table->columns[i].header = glyphs_columns(name, strlen(name));
        table->columns[i].word = table_header_word(name, strlen(name));
    }
}

static void measure_row(struct table *table, const struct trawl_cell *cells) {
    for (size_t i = 0; i < table->output->column_count; i++) {
        struct shown shown = show(&cells[i]);
        size_t width = glyphs_columns(shown.text, shown.length);
        if (width > table->columns[i].data) table->columns[i].data = width;
        if (cells[i].kind == TRAWL_NUMBER) table->right[i] = true;
    }
}

static bool hold_row(struct table *table, const struct trawl_cell *cells) {
    measure_row(table, cells);
    struct held *held = table->held + table->held_rows++ * table->output->column_count;
    for (size_t i = 0; i < table->output->column_count; i++) {
        held[i] = (struct held){cells[i].kind, table->text.length, cells[i].length};
        buffer_append(&table->text, cells[i].text, cells[i].length);
    }
    return !table->text.failed;
}

static void emit_held(const struct table *table) {
    size_t count = table->output->column_count;
    for (size_t row = 0; row < table->held_rows && !table->out->refused; row++) {
        for (size_t i = 0; i < count; i++) {
            struct held held = table->held[row * count + i];
            const char *text = held.length ? table->text.data + held.start : "";
            table->cells[i] = (struct trawl_cell){held.kind, text, held.length};
        }
        emit_row(table, table->cells);
    }
}

static bool lay_out(struct table *table) {
    size_t count = table->output->column_count;
    const char **names = calloc(count, sizeof *names);
    if (!names) return false;
    memcpy(names, table->output->names, count * sizeof *names);
    measure_header(table);
    table_layout(table->columns, count, table->out->sink.width);
    for (size_t first = 0; first < count;) {
        size_t end = line_end(table, first);
        emit_header(table, names, first, end);
        first = end;
    }
    free(names);
    emit_rule(table);
    emit_held(table);
    table->laid_out = true;
    buffer_free(&table->text);
    free(table->held);
    table->held = NULL;
    return true;
}

/* ---- the format --------------------------------------------------------------------------- */

static bool table_begin(struct output *output) {
    size_t count = output->column_count;
    struct table *table = output->state = calloc(1, sizeof *table);
    if (!table) return false;
    table->output = output;
    table->out = output->out;
    table->columns = calloc(count + 1, sizeof *table->columns);
    table->right = calloc(count + 1, sizeof *table->right);
    table->cells = calloc(count + 1, sizeof *table->cells);
    table->held = calloc(HELD_ROWS, (count + 1) * sizeof *table->held);
    return table->columns && table->right && table->cells && table->held;
}

static bool add_row(struct table *table, const struct trawl_cell *cells) {
    if (table->laid_out) {
        emit_row(table, cells);
        return true;
    }
    if (!hold_row(table, cells)) return false;
    bool enough = table->held_rows == HELD_ROWS || table->text.length >= HELD_BYTES;
    return !enough || lay_out(table);
}

static bool table_row(struct output *output, const struct trawl_cell *cells) {
    if (output->column_count == 0) return true;
    struct glyph_locale locale = glyphs_begin();
    bool added = add_row(output->state, cells);
    glyphs_end(locale);
    return added;
}

static bool table_end(struct output *output) {
    struct table *table = output->state;
    if (output->column_count == 0 || table->laid_out) return true;
    struct glyph_locale locale = glyphs_begin();
    bool done = lay_out(table);
    glyphs_end(locale);
    return done;
}

static void table_close(struct output *output) {
    struct table *table = output->state;
    if (!table) return;
    buffer_free(&table->text);
    free(table->columns);
    free(table->right);
    free(table->cells);
    free(table->held);
    free(table);
}

const struct format format_table = {table_begin, table_row, table_end, table_close};
