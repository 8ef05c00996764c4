#include <string.h>

#include "formats/output/escape.h"

void write_row_object(const struct row_source *rows, size_t row, struct emitter *out) {
    emit_char(out, '{');
    for (size_t i = 0; i < rows->column_count; i++) {
        if (i) emit_char(out, ',');
        emit_json_string(out, rows->names[i], strlen(rows->names[i]));
        emit_char(out, ':');
        struct trawl_cell cell = row_cell(rows, row, i);
        switch (cell.kind) {
            case TRAWL_MISSING:
                emit_text(out, "null");
                break;
            case TRAWL_NUMBER:
                emit_number(out, cell.number);
                break;
            case TRAWL_TEXT:
            case TRAWL_FLAG:
                emit_json_string(out, cell.text, cell.length);
                break;
        }
    }
    emit_char(out, '}');
}

void write_ndjson(const struct row_source *rows, struct emitter *out) {
    for (size_t row = 0; row < rows->row_count && !out->refused; row++) {
        write_row_object(rows, row, out);
        emit_char(out, '\n');
    }
}
