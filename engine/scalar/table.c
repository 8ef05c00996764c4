#include "engine/scalar/table.h"

#include <stdlib.h>

#include "engine/scalar/argument.h"

struct table {
    const struct lookup *lookup;
    uint64_t row;
    size_t column;
};

void *table_new(const struct lookup *lookup, uint64_t row, size_t column) {
    struct table *table = malloc(sizeof *table);
    if (table) *table = (struct table){lookup, row, column};
    return table;
}

static void *cursor_new(const void *data) {
    const struct table *table = data;
    return lookup_cursor_new(table->lookup);
}
static void cursor_free(void *cursor) {
    lookup_cursor_free(cursor);
}

static enum trawl_status run_lookup_rows(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    uint64_t rows;
    enum trawl_status status = lookup_find(call->scratch, call->args, &rows, error);
    return status == TRAWL_OK ? result_number(result, (double)rows) : status;
}

static enum trawl_status run_lookup_found(const struct scalar_call *call, struct datum *result,
                                          struct trawl_error *error) {
    const struct table *table = call->data;
    uint64_t rows;
    enum trawl_status status = lookup_find(call->scratch, call->args, &rows, error);
    return status == TRAWL_OK ? result_flag(result, table->row < rows) : status;
}

static enum trawl_status run_lookup_cell(const struct scalar_call *call, struct datum *result,
                                         struct trawl_error *error) {
    const struct table *table = call->data;
    char room[NUMBER_TEXT];
    struct text text;
    uint64_t rows;
    enum trawl_status status = lookup_find(call->scratch, call->args, &rows, error);
    if (status != TRAWL_OK || table->row >= rows) return status;
    struct datum cell = lookup_cell(call->scratch, table->row, table->column);
    if (cell.kind != DATUM_NUMBER) {
        *result = cell;
        return TRAWL_OK;
    }
    if (datum_as_text(&cell, room, &text)) buffer_append(call->out, text.data, text.length);
    return result_out(call, result, error);
}

static bool has_no_rows(const void *data) {
    const struct table *table = data;
    return lookup_rows(table->lookup) == 0;
}

#define TABLE_SCALAR(scalar_name, scalar_type, scalar_run, scalar_never)                      \
    {                                                                                         \
        .name = (scalar_name), .type = (scalar_type), .run = (scalar_run), .data_free = free, \
        .scratch_new = cursor_new, .scratch_free = cursor_free, .never = (scalar_never)       \
    }

const struct scalar scalar_lookup_found =
    TABLE_SCALAR("lookup_found", TYPE_FLAG, run_lookup_found, has_no_rows);
const struct scalar scalar_lookup_cell =
    TABLE_SCALAR("lookup_cell", TYPE_TEXT, run_lookup_cell, has_no_rows);
const struct scalar scalar_lookup_rows =
    TABLE_SCALAR("lookup_rows", TYPE_NUMBER, run_lookup_rows, NULL);
