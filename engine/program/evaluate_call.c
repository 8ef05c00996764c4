/* Calls of scalars: once where every operand is a constant, once per value where one operand is a
 * dictionary and the others are constants, else once per selected row. */
#include <math.h>

#include "engine/base/error.h"
#include "engine/program/evaluate.h"

/* A result text's memory is kept up to this size from call to call. */
#define OUT_KEEP ((size_t)64 << 10)

#define NO_OPERAND SIZE_MAX

struct calling {
    struct executor *executor;
    const struct node *node;
    struct value *value;
};

static bool is_constant(enum node_op op) {
    return op == NODE_TEXT || op == NODE_NUMBER || op == NODE_MISSING;
}

/* ---- one call ----------------------------------------------------------------------------- */

static struct datum operand_at(const struct executor *executor, node_id operand, size_t row) {
    const struct value *value = &executor->values[operand];
    if (executor->program->nodes[operand].type == TYPE_NUMBER)
        return bitmap_get(value->bits, row) ? datum_number(number_at(value, row)) : datum_missing();
    return column_present(value->column, row) ? datum_text(present_value(value->column, row))
                                              : datum_missing();
}

static void load_row(const struct calling *calling, size_t row) {
    for (size_t i = 0; i < calling->node->count; i++)
        calling->value->args[i] = operand_at(calling->executor, calling->node->operands[i], row);
}

static enum trawl_status run(const struct calling *calling, struct datum *result,
                             struct trawl_error *error) {
    const struct node *node = calling->node;
    struct buffer *out = &calling->executor->out;
    buffer_clear(out, OUT_KEEP);
    out->most = COLUMN_ARENA;
    const struct scalar_call call = {.data = node->data,
                                     .scratch = calling->value->scratch,
                                     .args = calling->value->args,
                                     .count = node->count,
                                     .out = out};
    *result = datum_missing();
    enum trawl_status status = node->scalar->run(&call, result, error);
    if (status == TRAWL_OK && out->failed)
        return error_set(error, TRAWL_MEMORY, "no memory for a computed text of over %zu bytes",
                         out->length);
    return status;
}

static bool result_number(const struct datum *result, double *number) {
    return datum_as_number(result, number) && isfinite(*number);
}

static bool result_flag(const struct datum *result) {
    double number;
    return result_number(result, &number) && number != 0;
}

/* ---- per row ------------------------------------------------------------------------------ */

static enum trawl_status keep_row(const struct calling *calling, const struct datum *result,
                                  size_t row, struct trawl_error *error) {
    struct value *value = calling->value;
    char room[NUMBER_TEXT];
    struct text text;
    switch (calling->node->type) {
        case TYPE_TEXT:
            if (datum_as_text(result, room, &text)) return made_put(value->made, row, text, error);
            break;
        case TYPE_NUMBER:
            if (result_number(result, &value->numbers[row])) bitmap_set(value->bits, row);
            break;
        default:
            if (result_flag(result)) bitmap_set(value->bits, row);
            break;
    }
    return TRAWL_OK;
}

static enum trawl_status call_rows(const struct calling *calling, struct trawl_error *error) {
    struct executor *executor = calling->executor;
    struct value *value = calling->value;
    bool text = calling->node->type == TYPE_TEXT;
    if (text && !made_start_plain(value->made, executor->rows)) return error_memory(error);
    if (!text) bitmap_zero(value->bits, executor->rows);
    FOR_ROWS(row, executor->rows, executor->selection[w]) {
        struct datum result;
        load_row(calling, row);
        enum trawl_status status = run(calling, &result, error);
        if (status == TRAWL_OK) status = keep_row(calling, &result, row, error);
        if (status != TRAWL_OK) return status;
    }
    if (text) made_finish_plain(value->made);
    return TRAWL_OK;
}

/* ---- per value ---------------------------------------------------------------------------- */

/* The result for value i; i == distinct: for the rows where the operand is missing. Notes in
 * by_value whether the result is present, or true. */
static enum trawl_status keep_value(const struct calling *calling, const struct datum *result,
                                    size_t i, struct trawl_error *error) {
    struct executor *executor = calling->executor;
    char room[NUMBER_TEXT];
    struct text text = {"", 0};
    bool good;
    switch (calling->node->type) {
        case TYPE_TEXT:
            good = datum_as_text(result, room, &text);
            break;
        case TYPE_NUMBER:
            good = result_number(result, &executor->by_number[i]);
            break;
        default:
            good = result_flag(result);
            break;
    }
    if (good) bitmap_set(executor->by_value, i);
    return calling->node->type == TYPE_TEXT ? made_add(calling->value->made, text, error)
                                            : TRAWL_OK;
}

static enum trawl_status call_values(const struct calling *calling, const struct column *column,
                                     size_t varying, struct trawl_error *error) {
    struct executor *executor = calling->executor;
    size_t distinct = column->distinct;
    memset(executor->by_value, 0, BITMAP_WORDS(distinct + 1) * sizeof *executor->by_value);
    load_row(calling, 0);
    for (size_t i = 0; i <= distinct; i++) {
        struct datum result;
        if (varying != NO_OPERAND)
            calling->value->args[varying] =
                i < distinct ? datum_text(column_stored(column, i)) : datum_missing();
        enum trawl_status status = run(calling, &result, error);
        if (status == TRAWL_OK) status = keep_value(calling, &result, i, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

/* From the values to the rows: bits first, then what they stand for. */
static void spread_results(const struct calling *calling, const struct column *column,
                           uint64_t *bits) {
    const struct executor *executor = calling->executor;
    bool where_missing = bitmap_get(executor->by_value, column->distinct);
    bitmap_clear(executor->by_value, column->distinct); /* it is no value's */
    evaluate_spread(executor, column, executor->by_value, bits);
    if (!where_missing) return;
    for (size_t w = 0; w < BITMAP_WORDS(executor->rows); w++)
        bits[w] |= executor->selection[w] & ~column->validity[w];
}

static size_t code_of(const struct column *column, size_t row) {
    return column_present(column, row) ? column->codes[row] : column->distinct;
}

/* `column` is the operand `varying`; NO_OPERAND: all are constants, and the column is one without
 * values, so that one call is made for all rows. */
static enum trawl_status call_dictionary(const struct calling *calling, const struct column *column,
                                         size_t varying, struct trawl_error *error) {
    struct executor *executor = calling->executor;
    struct value *value = calling->value;
    struct made *made = value->made;
    size_t rows = executor->rows;
    bool text = calling->node->type == TYPE_TEXT;
    if (text && (!made_start_dictionary(made, rows, (size_t)column->distinct + 1) ||
                 !made_codes(made, rows) || !made_validity(made, rows)))
        return error_memory(error);
    enum trawl_status status = call_values(calling, column, varying, error);
    if (status != TRAWL_OK) return status;
    uint64_t *bits = text ? made->validity : value->bits;
    spread_results(calling, column, bits);
    if (text) {
        memset(made->codes, 0, rows * sizeof *made->codes);
        FOR_ROWS(row, rows, bits[w]) {
            made->codes[row] = (uint32_t)code_of(column, row);
        }
    } else if (calling->node->type == TYPE_NUMBER) {
        FOR_ROWS(row, rows, bits[w]) {
            value->numbers[row] = executor->by_number[code_of(column, row)];
        }
    }
    return TRAWL_OK;
}

/* ---- which way ---------------------------------------------------------------------------- */

/* How many operands are no constants, and the last of them. */
static size_t varying_operands(const struct calling *calling, size_t *last) {
    const struct node *node = calling->node;
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        if (is_constant(calling->executor->program->nodes[node->operands[i]].op)) continue;
        count++;
        *last = i;
    }
    return count;
}

enum trawl_status evaluate_call(struct executor *executor, node_id id, struct trawl_error *error) {
    struct calling calling = {executor, &executor->program->nodes[id], &executor->values[id]};
    if (calling.node->type == TYPE_TEXT) calling.value->column = &calling.value->made->column;
    size_t operand = NO_OPERAND;
    size_t varying = varying_operands(&calling, &operand);
    if (varying == 0) return call_dictionary(&calling, &executor->missing, NO_OPERAND, error);
    if (varying > 1) return call_rows(&calling, error);
    const struct column *column = column_of(executor, calling.node->operands[operand]);
    /* A number has no column. One value more is made where the operand is missing. */
    if (column && by_value(executor, column) && column->distinct < COLUMN_ROWS)
        return call_dictionary(&calling, column, operand, error);
    return call_rows(&calling, error);
}
