/* The writers over hostile cells: NDJSON and CSV give back what went in, the table lets nothing
 * through that a terminal would obey and keeps to its width.
 *
 * Input: a byte for the table's width, then cells separated by 0x1F, three to a row. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "formats/output/escape.h"
#include "formats/output/output.h"

#define COLUMNS 3
#define CELLS 300

struct cells {
    struct trawl_cell cell[CELLS];
    size_t count;
};

struct text_sink {
    char *bytes;
    size_t length, capacity;
};

static void demand(bool truth) {
    if (!truth) abort();
}

static bool collect(void *context, const char *bytes, size_t length) {
    struct text_sink *sink = context;
    if (sink->length + length > sink->capacity) {
        sink->capacity = 2 * (sink->length + length);
        sink->bytes = realloc(sink->bytes, sink->capacity);
        demand(sink->bytes);
    }
    memcpy(sink->bytes + sink->length, bytes, length);
    sink->length += length;
    return true;
}

static struct text_sink written(const struct cells *cells, enum trawl_format format,
                                unsigned width) {
    static const char *const names[COLUMNS] = {"firstName", "second_name", "third"};
    struct text_sink text = {0};
    struct trawl_sink sink = {.write = collect, .context = &text, .width = width};
    struct trawl_writer *writer = writer_new_with(names, COLUMNS, format, &sink, NULL);
    demand(writer);
    struct trawl_rows rows = trawl_writer_rows(writer);
    for (size_t i = 0; i < cells->count; i += COLUMNS)
        demand(rows.row(rows.context, &cells->cell[i], COLUMNS));
    demand(trawl_writer_finish(writer, NULL) == TRAWL_OK);
    trawl_writer_free(writer);
    return text;
}

/* ---- reading back ------------------------------------------------------------------------- */

static unsigned hex(char c) {
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Reads the JSON string at *at and compares it with the cell. */
static void expect_json(const char **at, const struct trawl_cell *cell) {
    demand(*(*at)++ == '"');
    for (size_t i = 0; i < cell->length; i++) {
        char c = *(*at)++;
        demand((unsigned char)c >= 0x20 && c != '"');
        if (c == '\\') {
            static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
            c = *(*at)++;
            if (c == 'u') {
                c = (char)(hex((*at)[2]) << 4 | hex((*at)[3]));
                demand((*at)[0] == '0' && (*at)[1] == '0' && (unsigned char)c < 0x20);
                *at += 4;
            } else {
                const char *found = strchr(from, c);
                demand(found && c);
                c = to[found - from];
            }
        }
        demand(c == cell->text[i]);
    }
    demand(*(*at)++ == '"');
}

static void check_ndjson(const struct cells *cells) {
    struct text_sink text = written(cells, TRAWL_NDJSON, 0);
    const char *at = text.bytes;
    for (size_t i = 0; i < cells->count; i++) {
        static const char *const before[COLUMNS] = {
            "{\"firstName\":", ",\"second_name\":", ",\"third\":"};
        const char *key = before[i % COLUMNS];
        demand(memcmp(at, key, strlen(key)) == 0);
        at += strlen(key);
        expect_json(&at, &cells->cell[i]);
        if (i % COLUMNS == COLUMNS - 1) demand(*at++ == '}' && *at++ == '\n');
    }
    demand(at == (text.bytes ? text.bytes + text.length : NULL));
    free(text.bytes);
}

/* Reads the CSV cell at *at and compares it with the cell, but for the guard. */
static void expect_csv(const char **at, const struct trawl_cell *cell) {
    bool quoted = **at == '"';
    *at += quoted;
    bool formula = cell->length && strchr("=+-@\t\r\n", cell->text[0]) && cell->text[0];
    static const char *const wide[] = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    for (size_t i = 0; i < 4; i++)
        formula = formula || (cell->length >= 3 && memcmp(cell->text, wide[i], 3) == 0);
    if (formula) demand(*(*at)++ == '\'');
    for (size_t i = 0; i < cell->length; i++) {
        char c = *(*at)++;
        if (c == '"') demand(quoted && *(*at)++ == '"');
        if (!quoted) demand(c != ',' && c != '\n' && c != '\r');
        demand(c == cell->text[i]);
    }
    if (quoted) demand(*(*at)++ == '"');
}

static void check_csv(const struct cells *cells) {
    struct text_sink text = written(cells, TRAWL_CSV, 0);
    const char *header = "firstName,second_name,third\n", *at = text.bytes + strlen(header);
    demand(memcmp(text.bytes, header, strlen(header)) == 0);
    for (size_t i = 0; i < cells->count; i++) {
        expect_csv(&at, &cells->cell[i]);
        demand(*at++ == (i % COLUMNS == COLUMNS - 1 ? '\n' : ','));
    }
    demand(at == text.bytes + text.length);
    free(text.bytes);
}

static void check_table(const struct cells *cells, unsigned width) {
    struct text_sink text = written(cells, TRAWL_TABLE, width);
    struct glyph_locale locale = glyphs_begin();
    for (size_t i = 0; i < text.length;) {
        const char *line = text.bytes + i, *end = memchr(line, '\n', text.length - i);
        demand(end);
        size_t length = (size_t)(end - line);
        for (size_t j = 0; j < length; j++) {
            demand((unsigned char)line[j] >= 0x20 && line[j] != 0x7F);
        }
        if (width > 2) demand(glyphs_columns(line, length) <= width);
        i += length + 1;
    }
    glyphs_end(locale);
    free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    struct cells cells = {.count = 0};
    const char *text = (const char *)data + 1, *end = (const char *)data + size;
    while (text <= end && cells.count < CELLS) {
        const char *stop = text < end ? memchr(text, 0x1F, (size_t)(end - text)) : NULL;
        if (!stop) stop = end;
        cells.cell[cells.count++] = (struct trawl_cell){TRAWL_TEXT, text, (size_t)(stop - text)};
        text = stop + 1;
    }
    cells.count -= cells.count % COLUMNS;
    check_ndjson(&cells);
    check_csv(&cells);
    check_table(&cells, data[0]);
    return 0;
}
