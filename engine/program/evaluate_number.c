/* Nodes that are numbers. */
#include <math.h>

#include "engine/base/time.h"
#include "engine/program/evaluate.h"
#include "engine/program/program_internal.h"

/* ---- read from texts ---------------------------------------------------------------------- */

typedef bool reader(struct text text, double *number);

#define NS_PER_MS 1000000

/* Milliseconds, rounded down, before 1970 too. */
static bool read_millis(struct text text, double *number) {
    int64_t time;
    if (!time_parse(text, &time)) return false;
    *number = (double)(time / NS_PER_MS - (time % NS_PER_MS < 0));
    return true;
}

static void read_numbers(const struct executor *executor, const struct column *column, reader *read,
                         const struct value *value) {
    double *numbers = value->numbers;
    if (by_value(executor, column)) {
        bitmap_zero(executor->by_value, column->distinct);
        for (size_t i = 0; i < column->distinct; i++)
            if (read(column_stored(column, i), &executor->by_number[i]))
                bitmap_set(executor->by_value, i);
        evaluate_spread(executor, column, executor->by_value, value->bits);
        FOR_ROWS(row, executor->rows, executor->selection[w] & value->bits[w]) {
            numbers[row] = executor->by_number[column->codes[row]];
        }
        return;
    }
    bitmap_zero(value->bits, executor->rows);
    FOR_ROWS(row, executor->rows, executor->selection[w] & column->validity[w]) {
        if (read(present_value(column, row), &numbers[row])) value->bits[w] |= left & -left;
    }
}

/* ---- arithmetic --------------------------------------------------------------------------- */

static void evaluate_arithmetic(const struct executor *executor, const struct node *node,
                                const struct value *value) {
    const struct value *a = &executor->values[node->a], *b = &executor->values[node->b];
    bitmap_zero(value->bits, executor->rows);
    FOR_ROWS(row, executor->rows, executor->selection[w] & a->bits[w] & b->bits[w]) {
        double result = node_calculate(node->op, number_at(a, row), number_at(b, row));
        value->numbers[row] = result;
        if (isfinite(result)) value->bits[w] |= left & -left;
    }
}

static void evaluate_negate(const struct executor *executor, const struct value *a,
                            const struct value *value) {
    for (size_t w = 0; w < BITMAP_WORDS(executor->rows); w++)
        value->bits[w] = executor->selection[w] & a->bits[w];
    FOR_ROWS(row, executor->rows, value->bits[w]) {
        value->numbers[row] = -number_at(a, row);
    }
}

static void evaluate_sum(const struct executor *executor, const struct node *node,
                         const struct value *value) {
    memcpy(value->bits, executor->selection, BITMAP_WORDS(executor->rows) * sizeof *value->bits);
    FOR_ROWS(row, executor->rows, executor->selection[w]) {
        value->numbers[row] = 0;
    }
    for (size_t i = 0; i < node->count; i++) {
        const uint64_t *flag = executor->values[node->operands[i]].bits;
        FOR_ROWS(row, executor->rows, executor->selection[w] & flag[w]) {
            value->numbers[row]++;
        }
    }
}

void evaluate_number(struct executor *executor, node_id id) {
    const struct node *node = &executor->program->nodes[id];
    const struct value *value = &executor->values[id];
    switch (node->op) {
        case NODE_TO_NUMBER:
            read_numbers(executor, column_of(executor, node->a), number_parse, value);
            break;
        case NODE_MILLIS:
            read_numbers(executor, column_of(executor, node->a), read_millis, value);
            break;
        case NODE_NEGATE:
            evaluate_negate(executor, &executor->values[node->a], value);
            break;
        case NODE_SUM:
            evaluate_sum(executor, node, value);
            break;
        default:
            evaluate_arithmetic(executor, node, value);
            break;
    }
}
