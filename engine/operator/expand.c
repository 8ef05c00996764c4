#include "engine/operator/expand.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/document.h"

#define ROOM_BITS 20 /* of an offset: rows of one record */

struct expand {
    const struct expand_spec *spec;
    struct row_sink next;
    struct document_reader *reader;  /* of the array */
    struct document_reader *element; /* of what is in an element of it */
    struct lookup_cursor *cursor;
    struct buffer *values; /* [column_count]: texts found inside an element */
    struct datum *cells;   /* [column_count] */
    struct datum *keys;    /* [key_count] */
    /* The place of the record before, and of the last row that was given. */
    struct origin record, last;
    bool started;
};

/* ---- places ------------------------------------------------------------------------------- */

/* Rows of one record come one after the other. */
static struct origin next_origin(struct expand *expand, struct origin record) {
    if (!expand->spec->again) record.offset <<= ROOM_BITS;
    const struct origin *last = &expand->last;
    bool follows = expand->started && record.input == last->input &&
                   record.member == last->member && record.offset >= expand->record.offset &&
                   record.offset <= last->offset;
    expand->record = record;
    expand->started = true;
    if (follows) record.offset = last->offset + 1;
    expand->last = record;
    return record;
}

/* ---- one row ------------------------------------------------------------------------------ */

/* The row that is expanded, and which of those it becomes. */
struct part {
    struct expand *expand;
    const struct rows *rows;
    size_t row;
    uint64_t index; /* of the element, or of the table's row */
    bool found;     /* there is such a row of the table */
    struct datum element;
    enum trawl_status status;
    struct trawl_error *error;
};

static struct datum element_cell(const struct part *part, size_t column) {
    const struct expand_column *spec = &part->expand->spec->columns[column];
    struct buffer *out = &part->expand->values[column];
    struct text value;
    if (!spec->path) return part->element;
    out->length = 0;
    if (part->element.kind != DATUM_TEXT ||
        !document_get(part->expand->element, part->element.text, text_of(spec->path), out, &value))
        return datum_missing();
    return datum_text(value);
}

static struct datum table_cell(const struct part *part, const struct expand_column *spec) {
    if (!part->found) return datum_missing();
    struct datum cell = lookup_cell(part->expand->cursor, part->index, spec->column);
    if (cell.kind == DATUM_MISSING && spec->filled) return datum_text((struct text){"", 0});
    return cell;
}

static struct datum made_cell(const struct part *part, size_t column) {
    const struct expand_column *spec = &part->expand->spec->columns[column];
    switch (spec->source) {
        case EXPAND_ELEMENT:
            return element_cell(part, column);
        case EXPAND_INDEX:
            return datum_number((double)part->index);
        case EXPAND_CELL:
            return table_cell(part, spec);
        case EXPAND_PASSED:
            break;
    }
    return rows_cell(part->rows, spec->column, part->row);
}

static enum trawl_status give(struct part *part) {
    struct expand *expand = part->expand;
    const struct expand_spec *spec = expand->spec;
    for (size_t i = 0; i < spec->column_count; i++) {
        struct datum *cell = &expand->cells[i];
        *cell = made_cell(part, i);
        if (expand->values[i].failed) return error_memory(part->error);
        if (cell->kind == DATUM_MISSING && spec->columns[i].older != SIZE_MAX)
            *cell = rows_cell(part->rows, spec->columns[i].older, part->row);
    }
    struct origin origin = next_origin(expand, part->rows->origins[part->row]);
    return expand->next.row(expand->next.context, expand->cells, origin, part->error);
}

/* ---- arrays and tables -------------------------------------------------------------------- */

static bool visit_element(void *context, size_t index, struct text value, bool present) {
    struct part *part = context;
    part->index = index;
    part->element = present ? datum_text(value) : datum_missing();
    part->status = give(part);
    return part->status == TRAWL_OK;
}

static enum trawl_status expand_array(struct part *part) {
    struct datum array = rows_cell(part->rows, part->expand->spec->array, part->row);
    if (array.kind != DATUM_TEXT) return TRAWL_OK;
    document_each(part->expand->reader, array.text, visit_element, part);
    return part->status;
}

static enum trawl_status expand_lookup(struct part *part) {
    struct expand *expand = part->expand;
    const struct expand_spec *spec = expand->spec;
    uint64_t count;
    for (size_t i = 0; i < spec->key_count; i++)
        expand->keys[i] = rows_cell(part->rows, spec->keys[i], part->row);
    enum trawl_status status = lookup_find(expand->cursor, expand->keys, &count, part->error);
    if (status != TRAWL_OK) return status;
    part->found = count > 0;
    if (count == 0) return spec->keep ? give(part) : TRAWL_OK;
    for (part->index = 0; status == TRAWL_OK && part->index < count; part->index++)
        status = give(part);
    return status;
}

static enum trawl_status expand_add(void *state, const struct rows *rows,
                                    struct trawl_error *error) {
    struct expand *expand = state;
    for (size_t w = 0; w < BITMAP_WORDS(rows->row_count); w++) {
        for (uint64_t word = rows->selection[w]; word; word &= word - 1) {
            struct part part = {.expand = expand,
                                .rows = rows,
                                .row = w * 64 + (size_t)__builtin_ctzll(word),
                                .status = TRAWL_OK,
                                .error = error};
            enum trawl_status status =
                expand->spec->kind == EXPAND_ARRAY ? expand_array(&part) : expand_lookup(&part);
            if (status != TRAWL_OK) return status;
        }
    }
    return TRAWL_OK;
}

/* ---- life --------------------------------------------------------------------------------- */

static void expand_close(void *state) {
    struct expand *expand = state;
    if (!expand) return;
    document_reader_free(expand->reader);
    document_reader_free(expand->element);
    lookup_cursor_free(expand->cursor);
    for (size_t i = 0; expand->values && i < expand->spec->column_count; i++)
        buffer_free(&expand->values[i]);
    free(expand->values);
    free(expand->cells);
    free(expand->keys);
    free(expand);
}

static bool open_source(struct expand *expand) {
    if (expand->spec->kind == EXPAND_LOOKUP) {
        expand->cursor = lookup_cursor_new(expand->spec->lookup);
        return expand->cursor != NULL;
    }
    expand->reader = document_reader_new();
    expand->element = document_reader_new();
    return expand->reader && expand->element;
}

static void *expand_open(const void *specification, const struct operator_resources *resources,
                         const struct row_sink *next, struct trawl_error *error) {
    const struct expand_spec *spec = specification;
    struct expand *expand = calloc(1, sizeof *expand);
    (void)resources;
    if (expand) {
        expand->spec = spec;
        expand->next = *next;
        expand->values = calloc(spec->column_count + 1, sizeof *expand->values);
        expand->cells = calloc(spec->column_count + 1, sizeof *expand->cells);
        expand->keys = calloc(spec->key_count + 1, sizeof *expand->keys);
        if (expand->values && expand->cells && expand->keys && open_source(expand)) return expand;
    }
    expand_close(expand);
    error_memory(error);
    return NULL;
}

static void expand_spec_free(void *specification) {
    struct expand_spec *spec = specification;
    if (!spec) return;
    for (size_t i = 0; i < spec->column_count; i++) free(spec->columns[i].path);
    free(spec->columns);
    free(spec->keys);
    free(spec);
}

static void expand_explain(const void *specification, struct buffer *out) {
    const struct expand_spec *spec = specification;
    if (spec->kind == EXPAND_ARRAY) {
        buffer_printf(out, "elements of #%zu", spec->array);
        return;
    }
    buffer_printf(out, "rows of a table by");
    for (size_t i = 0; i < spec->key_count; i++) buffer_printf(out, " #%zu", spec->keys[i]);
    if (spec->keep) buffer_printf(out, ", one also where there is none");
}

const struct operator_kind operator_expand = {
    .name = "expand",
    .barrier = false,
    .open = expand_open,
    .add = expand_add,
    .close = expand_close,
    .spec_free = expand_spec_free,
    .explain = expand_explain,
};
