#include "formats/output/output.h"

/* An object per line all the same, so that grep and diff work on the array. */
void write_json(const struct row_source *rows, struct emitter *out) {
    emit_char(out, '[');
    for (size_t row = 0; row < rows->row_count && !out->refused; row++) {
        emit_text(out, row ? ",\n" : "\n");
        write_row_object(rows, row, out);
    }
    emit_text(out, rows->row_count ? "\n]\n" : "]\n");
}
