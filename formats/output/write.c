#include <stdlib.h>

#include "engine/error.h"
#include "formats/output/output.h"

enum trawl_status write_rows(const struct row_source *rows, enum trawl_format format,
                             const struct trawl_sink *sink, struct trawl_error *error) {
    struct emitter out;
    if (!emitter_init(&out, sink)) return error_memory(error);
    enum trawl_status status = TRAWL_OK;
    switch (format) {
        case TRAWL_NDJSON:
            write_ndjson(rows, &out);
            break;
        case TRAWL_JSON:
            write_json(rows, &out);
            break;
        case TRAWL_CSV:
            write_csv(rows, &out);
            break;
        case TRAWL_TABLE:
            if (!write_table(rows, &out)) status = error_memory(error);
            break;
        default:
            status = error_set(error, TRAWL_INVALID, "no such output format: %d", (int)format);
    }
    if (!emitter_flush(&out) && status == TRAWL_OK) {
        status = error_set(error, TRAWL_IO, "the rows could not be written");
    }
    emitter_free(&out);
    return status;
}

static struct trawl_cell hunt_cell(const void *hunt, size_t row, size_t column) {
    return trawl_hunt_cell(hunt, row, column);
}

enum trawl_status trawl_hunt_write(const struct trawl_hunt *hunt, enum trawl_format format,
                                   const struct trawl_sink *sink, struct trawl_error *error) {
    size_t columns = trawl_hunt_column_count(hunt);
    const char **names = malloc((columns ? columns : 1) * sizeof *names);
    if (!names) return error_memory(error);
    for (size_t i = 0; i < columns; i++) names[i] = trawl_hunt_column_name(hunt, i);
    struct row_source rows = {columns, trawl_hunt_row_count(hunt), names, hunt_cell, hunt};
    enum trawl_status status = write_rows(&rows, format, sink, error);
    free(names);
    return status;
}
