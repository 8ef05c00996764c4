/* Nodes that are texts, and choices of any type but flag. */
#include "engine/base/error.h"
#include "engine/base/fold.h"
#include "engine/column/passes.h"
#include "engine/program/evaluate.h"

/* A choice between two dictionaries is one, up to so many values. */
#define CHOICE_VALUES 8192
/* Where less than this part of a plain column's rows is selected, only these are looked at. */
#define NARROW_PART 16

/* ---- lower -------------------------------------------------------------------------------- */

/* All of an ASCII arena in one pass: only the arena differs. */
static enum trawl_status lower_arena(struct made *made, const struct column *column,
                                     struct trawl_error *error) {
    size_t length = column->arena.length;
    if (!made_copy(made, column) || !buffer_reserve(&made->column.arena, length))
        return error_memory(error);
    pass_lower(made->column.arena.data, column->arena.data, length);
    made->column.arena.length = length;
    return TRAWL_OK;
}

static enum trawl_status lower_values(struct made *made, const struct column *column,
                                      struct trawl_error *error) {
    if (!made_start_dictionary(made, column->rows, column->distinct)) return error_memory(error);
    made->column.validity = column->validity;
    made->column.codes = column->codes;
    for (size_t i = 0; i < column->distinct; i++) {
        text_fold(column_stored(column, i), &made->column.arena);
        enum trawl_status status = made_close(made, made->column.distinct++, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static enum trawl_status lower_rows(struct made *made, const struct column *column,
                                    const uint64_t *selection, struct trawl_error *error) {
    if (!made_start_plain(made, column->rows)) return error_memory(error);
    FOR_ROWS(row, column->rows, selection[w] & column->validity[w]) {
        text_fold(column_stored(column, row), &made->column.arena);
        bitmap_set(made->validity, row);
        enum trawl_status status = made_close(made, row, error);
        if (status != TRAWL_OK) return status;
    }
    made_finish_plain(made);
    return TRAWL_OK;
}

enum trawl_status evaluate_lower(struct executor *executor, node_id id, struct trawl_error *error) {
    struct value *value = &executor->values[id];
    const struct column *column = column_of(executor, executor->program->nodes[id].a);
    struct made *made = value->made;
    value->column = &made->column;
    bool narrow =
        column->encoding == COLUMN_PLAIN && executor->selected < column->rows / NARROW_PART;
    if (narrow) return lower_rows(made, column, executor->selection, error);
    if (!pass_has_high(column->arena.data, column->arena.length))
        return lower_arena(made, column, error);
    if (column->encoding == COLUMN_DICTIONARY) return lower_values(made, column, error);
    return lower_rows(made, column, executor->selection, error);
}

/* ---- printed numbers ---------------------------------------------------------------------- */

enum trawl_status evaluate_to_text(struct executor *executor, node_id id,
                                   struct trawl_error *error) {
    struct value *value = &executor->values[id];
    const struct value *number = &executor->values[executor->program->nodes[id].a];
    struct made *made = value->made;
    if (!made_start_plain(made, executor->rows)) return error_memory(error);
    value->column = &made->column;
    FOR_ROWS(row, executor->rows, executor->selection[w] & number->bits[w]) {
        char printed[NUMBER_TEXT];
        struct text text = {printed, number_print(number_at(number, row), printed)};
        enum trawl_status status = made_put(made, row, text, error);
        if (status != TRAWL_OK) return status;
    }
    made_finish_plain(made);
    return TRAWL_OK;
}

/* ---- choices ------------------------------------------------------------------------------ */

/* The rows of word w in which a choice is present. */
static uint64_t chosen(const struct executor *executor, const uint64_t *flag, const uint64_t *a,
                       const uint64_t *b, size_t w) {
    return executor->selection[w] & ((flag[w] & a[w]) | (~flag[w] & b[w]));
}

static enum trawl_status add_values(struct made *made, const struct column *column,
                                    struct trawl_error *error) {
    for (size_t i = 0; i < column->distinct; i++) {
        enum trawl_status status = made_add(made, column_stored(column, i), error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

/* The values of a, then those of b. */
static enum trawl_status select_dictionary(struct executor *executor, struct made *made,
                                           const uint64_t *flag, const struct column *a,
                                           const struct column *b, struct trawl_error *error) {
    size_t rows = executor->rows;
    if (!made_start_dictionary(made, rows, (size_t)a->distinct + b->distinct) ||
        !made_codes(made, rows) || !made_validity(made, rows))
        return error_memory(error);
    enum trawl_status status = add_values(made, a, error);
    if (status == TRAWL_OK) status = add_values(made, b, error);
    if (status != TRAWL_OK) return status;
    memset(made->codes, 0, rows * sizeof *made->codes);
    FOR_ROWS(row, rows, chosen(executor, flag, a->validity, b->validity, w)) {
        made->codes[row] = bitmap_get(flag, row) ? a->codes[row] : b->codes[row] + a->distinct;
    }
    for (size_t w = 0; w < BITMAP_WORDS(rows); w++)
        made->validity[w] = chosen(executor, flag, a->validity, b->validity, w);
    return TRAWL_OK;
}

static enum trawl_status select_rows(struct executor *executor, struct made *made,
                                     const uint64_t *flag, const struct column *a,
                                     const struct column *b, struct trawl_error *error) {
    if (!made_start_plain(made, executor->rows)) return error_memory(error);
    FOR_ROWS(row, executor->rows, chosen(executor, flag, a->validity, b->validity, w)) {
        struct text text = present_value(bitmap_get(flag, row) ? a : b, row);
        enum trawl_status status = made_put(made, row, text, error);
        if (status != TRAWL_OK) return status;
    }
    made_finish_plain(made);
    return TRAWL_OK;
}

static void select_numbers(struct executor *executor, struct value *value, const uint64_t *flag,
                           const struct value *a, const struct value *b) {
    for (size_t w = 0; w < BITMAP_WORDS(executor->rows); w++)
        value->bits[w] = chosen(executor, flag, a->bits, b->bits, w);
    FOR_ROWS(row, executor->rows, value->bits[w]) {
        value->numbers[row] = number_at(bitmap_get(flag, row) ? a : b, row);
    }
}

enum trawl_status evaluate_select(struct executor *executor, node_id id,
                                  struct trawl_error *error) {
    const struct node *node = &executor->program->nodes[id];
    struct value *value = &executor->values[id];
    const uint64_t *flag = executor->values[node->operands[0]].bits;
    const struct value *a = &executor->values[node->operands[1]];
    const struct value *b = &executor->values[node->operands[2]];
    if (node->type == TYPE_NUMBER) {
        select_numbers(executor, value, flag, a, b);
        return TRAWL_OK;
    }
    value->column = &value->made->column;
    size_t values = (size_t)a->column->distinct + b->column->distinct;
    bool dictionary = a->column->encoding == COLUMN_DICTIONARY &&
                      b->column->encoding == COLUMN_DICTIONARY && values <= CHOICE_VALUES &&
                      values <= executor->selected;
    if (dictionary)
        return select_dictionary(executor, value->made, flag, a->column, b->column, error);
    return select_rows(executor, value->made, flag, a->column, b->column, error);
}
