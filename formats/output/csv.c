#include <string.h>

#include "formats/output/escape.h"

static void write_cell(const struct trawl_cell *cell, struct emitter *out) {
    switch (cell->kind) {
        case TRAWL_MISSING:
            break;
        case TRAWL_NUMBER:
            emit_number(out, cell->number);
            break; /* -1 is no formula: no guard */
        case TRAWL_TEXT:
        case TRAWL_FLAG:
            emit_csv_cell(out, cell->text, cell->length);
            break;
    }
}

void write_csv(const struct row_source *rows, struct emitter *out) {
    for (size_t i = 0; i < rows->column_count; i++) {
        if (i) emit_char(out, ',');
        emit_csv_cell(out, rows->names[i], strlen(rows->names[i]));
    }
    emit_char(out, '\n');
    for (size_t row = 0; row < rows->row_count && !out->refused; row++) {
        for (size_t i = 0; i < rows->column_count; i++) {
            if (i) emit_char(out, ',');
            struct trawl_cell cell = row_cell(rows, row, i);
            write_cell(&cell, out);
        }
        emit_char(out, '\n');
    }
}
