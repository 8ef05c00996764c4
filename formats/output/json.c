#include "formats/output/output.h"

/* An object per line all the same, so that grep and diff work on the array. */

static bool json_begin(struct output *output) {
    emit_char(output->out, '[');
    return true;
}

static bool json_row(struct output *output, const struct trawl_cell *cells) {
    emit_text(output->out, output->rows ? ",\n" : "\n");
    write_row_object(output, cells);
    return true;
}

static bool json_end(struct output *output) {
    emit_text(output->out, output->rows ? "\n]\n" : "]\n");
    return true;
}

const struct format format_json = {.begin = json_begin, .row = json_row, .end = json_end};
