#include <string.h>

#include "formats/output/escape.h"

void write_row_object(const struct output *output, const struct trawl_cell *cells) {
    struct emitter *out = output->out;
    emit_char(out, '{');
    for (size_t i = 0; i < output->column_count; i++) {
        if (i) emit_char(out, ',');
        emit_json_string(out, output->names[i], strlen(output->names[i]));
        emit_char(out, ':');
        switch (cells[i].kind) {
            case TRAWL_MISSING:
                emit_text(out, "null");
                break;
            case TRAWL_NUMBER:
                emit(out, cells[i].text, cells[i].length);
                break;
            case TRAWL_TEXT:
            case TRAWL_FLAG:
                emit_json_string(out, cells[i].text, cells[i].length);
                break;
        }
    }
    emit_char(out, '}');
}

static bool ndjson_row(struct output *output, const struct trawl_cell *cells) {
    write_row_object(output, cells);
    emit_char(output->out, '\n');
    return true;
}

const struct format format_ndjson = {.row = ndjson_row};
