#include <string.h>

#include "formats/output/escape.h"

static bool csv_begin(struct output *output) {
    for (size_t i = 0; i < output->column_count; i++) {
        if (i) emit_char(output->out, ',');
        emit_csv_name(output->out, output->names[i], strlen(output->names[i]));
    }
    emit_char(output->out, '\n');
    return true;
}

static void write_cell(const struct trawl_cell *cell, struct emitter *out) {
    switch (cell->kind) {
        case TRAWL_MISSING:
            break;
        case TRAWL_NUMBER:
            emit(out, cell->text, cell->length);
            break; /* -1 is no formula: no guard */
        case TRAWL_TEXT:
        case TRAWL_FLAG:
            emit_csv_cell(out, cell->text, cell->length);
            break;
    }
}

static bool csv_row(struct output *output, const struct trawl_cell *cells) {
    for (size_t i = 0; i < output->column_count; i++) {
        if (i) emit_char(output->out, ',');
        write_cell(&cells[i], output->out);
    }
    emit_char(output->out, '\n');
    return true;
}

const struct format format_csv = {.begin = csv_begin, .row = csv_row};
