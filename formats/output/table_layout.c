#include "formats/output/table_layout.h"

#include "formats/output/escape.h"

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* ---- headers ------------------------------------------------------------------------------ */

static size_t next_word(const char *name, size_t length) {
    for (size_t i = 1; i < length; i++) {
        char before = name[i - 1], c = name[i];
        if (before == '_' || before == '-' || before == ' ') return i;
        if (before >= 'a' && before <= 'z' && c >= 'A' && c <= 'Z') return i;
    }
    return length;
}

size_t table_header_break(const char *name, size_t length, size_t width) {
    size_t end = next_word(name, length);
    while (end < length) {
        size_t more = end + next_word(name + end, length - end);
        if (glyphs_columns(name, more) > width) break;
        end = more;
    }
    return end;
}

size_t table_header_word(const char *name, size_t length) {
    size_t widest = 0;
    for (size_t at = 0; at < length;) {
        size_t size = next_word(name + at, length - at);
        widest = larger(widest, glyphs_columns(name + at, size));
        at += size;
    }
    return widest;
}

/* ---- widths ------------------------------------------------------------------------------- */

/* What the column's cells and the words of its header need. */
static size_t compact(const struct table_column *column) {
    return larger(larger(column->data, column->word), 1);
}

static size_t natural(const struct table_column *column) {
    return larger(compact(column), column->header);
}

static size_t readable(const struct table_column *column, size_t floor, size_t room) {
    return smaller(smaller(compact(column), floor), larger(room, 1));
}

/* Widens the columns towards `want`, the narrowest first, as far as `room` goes. */
static void widen(struct table_column *columns, size_t count,
                  size_t (*want)(const struct table_column *), size_t room) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) used += columns[i].width;
    for (size_t cap = 1; used < room; cap++) { /* all columns below `cap` grow to it */
        bool growing = false;
        for (size_t i = 0; i < count && used < room; i++) {
            if (columns[i].width >= want(&columns[i])) continue;
            growing = true;
            if (columns[i].width >= cap) continue;
            columns[i].width++;
            used++;
        }
        if (!growing) break;
    }
}

static size_t room_of_line(size_t line, size_t width) {
    size_t indent = line ? TABLE_INDENT : 0;
    return width > indent ? width - indent : 1;
}

/* Gives each column its least width and its line: as many to a line as fit. Returns the lines. */
static size_t break_lines(struct table_column *columns, size_t count, size_t floor, size_t width) {
    size_t line = 0, used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t room = room_of_line(line, width);
        columns[i].width = readable(&columns[i], floor, room);
        size_t more = columns[i].width + (used ? TABLE_GAP : 0);
        if (used && used + more > room) {
            line++;
            columns[i].width = more = readable(&columns[i], floor, room_of_line(line, width));
            used = 0;
        }
        columns[i].line = line;
        used += more;
    }
    return line + 1;
}

size_t table_layout(struct table_column *columns, size_t count, size_t width) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        columns[i].width = natural(&columns[i]);
        columns[i].line = 0;
        total += columns[i].width + (i ? TABLE_GAP : 0);
    }
    if (width == 0 || total <= width) return 1;

    size_t lines = break_lines(columns, count, TABLE_LEAST, width);
    size_t floor = TABLE_READABLE; /* the largest that takes no line more */
    while (break_lines(columns, count, floor, width) > lines) floor--;
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first; end < count && columns[end].line == columns[first].line;) end++;
        size_t room = room_of_line(columns[first].line, width);
        size_t gaps = (end - first - 1) * TABLE_GAP;
        if (room <= gaps) continue;
        widen(columns + first, end - first, compact, room - gaps);
        widen(columns + first, end - first, natural, room - gaps);
    }
    return lines;
}
