/* The CSV reader against a second one, character by character with the states of Python's
 * csv.reader; and text that comes in pieces against the whole. */
#include "formats/framing/csv.h"

#include <stdio.h>
#include <stdlib.h>

enum state { START_ROW, START_CELL, IN_CELL, IN_QUOTES, QUOTE_IN_QUOTES };

struct row {
    struct buffer cells; /* each as its length in decimal, a colon and its bytes */
    struct buffer cell;
    size_t length, taken;
    bool any;
};

static void end_cell(struct row *row) {
    buffer_printf(&row->cells, "%zu:", row->cell.length);
    buffer_append(&row->cells, row->cell.data, row->cell.length);
    row->cell.length = 0;
    row->any = true;
}

/* False: the text ends inside quotes. */
static bool slow_row(struct text text, struct row *row) {
    enum state state = START_ROW;
    row->cells.length = row->cell.length = 0;
    row->any = false;
    for (size_t i = 0;; i++) {
        bool end = i == text.length;
        char c = end ? '\n' : text.data[i];
        bool line_end = end || c == '\n' || c == '\r';
        if (end && state == IN_QUOTES) return false;
        if (line_end && state != IN_QUOTES) {
            if (state != START_ROW) end_cell(row);
            row->length = i;
            row->taken =
                end ? i : i + 1 + (c == '\r' && i + 1 < text.length && text.data[i + 1] == '\n');
            return true;
        }
        switch (state) {
            case START_ROW:
            case START_CELL:
                if (c == '"') {
                    state = IN_QUOTES;
                } else if (c == ',') {
                    end_cell(row);
                    state = START_CELL;
                } else {
                    buffer_append_char(&row->cell, c);
                    state = IN_CELL;
                }
                break;
            case IN_CELL:
            case QUOTE_IN_QUOTES:
                if (c == '"' && state == QUOTE_IN_QUOTES) {
                    buffer_append_char(&row->cell, c);
                    state = IN_QUOTES;
                } else if (c == ',') {
                    end_cell(row);
                    state = START_CELL;
                } else {
                    buffer_append_char(&row->cell, c);
                    state = IN_CELL;
                }
                break;
            case IN_QUOTES:
                if (c == '"') {
                    state = QUOTE_IN_QUOTES;
                } else {
                    buffer_append_char(&row->cell, c);
                }
                break;
        }
    }
}

static void check(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "csv: %s\n", what);
    abort();
}

static void compare(const struct csv *csv, const struct row *row, size_t length, size_t taken) {
    struct buffer cells = {0};
    for (size_t i = 0; i < csv->count; i++) {
        buffer_printf(&cells, "%zu:", csv->cells[i].length);
        buffer_append(&cells, csv->cells[i].data, csv->cells[i].length);
    }
    check(cells.length == row->cells.length &&
              (cells.length == 0 || memcmp(cells.data, row->cells.data, cells.length) == 0),
          "other cells");
    check((csv->count > 0) == row->any, "an empty line is no row");
    check(length == row->length && taken == row->taken, "another end");
    buffer_free(&cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + TEXT_PADDING);
    if (size) memcpy(copy, data, size);
    memset(copy + size, '"', TEXT_PADDING);
    struct csv csv = {0};
    struct row row = {0};
    for (size_t at = 0; at < size;) {
        struct text text = {copy + at, size - at};
        size_t length = 0, taken = 0;
        bool closed = slow_row(text, &row);
        enum csv_outcome outcome = csv_row(&csv, text, true, &length, &taken);
        check(outcome == (closed ? CSV_ROW : CSV_UNCLOSED), "closed or not");
        if (!closed) {
            at += csv_line(text, true);
            continue;
        }
        compare(&csv, &row, length, taken);
        /* With less of the text the answer is either the same or that more is wanted. */
        for (size_t part = 0; part <= text.length && part < 80; part++) {
            outcome = csv_row(&csv, (struct text){text.data, part}, false, &length, &taken);
            if (outcome == CSV_ROW) compare(&csv, &row, length, taken);
            check(outcome == CSV_ROW ? part >= row.taken : part <= row.taken,
                  "too early or too late");
        }
        at += row.taken;
    }
    csv_free(&csv);
    buffer_free(&row.cells);
    buffer_free(&row.cell);
    free(copy);
    return 0;
}
