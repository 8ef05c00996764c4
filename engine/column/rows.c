#include "engine/column/rows.h"

#include "engine/base/time.h"

#define NS_PER_MS 1000000

static struct datum flag_text(bool flag) {
    return datum_text(flag ? (struct text){"true", 4} : (struct text){"false", 5});
}

/* Milliseconds that hold the instant: rounded down, before 1970 too. */
static struct datum time_number(int64_t time) {
    if (time == TIME_NONE) return datum_missing();
    return datum_number((double)(time / NS_PER_MS - (time % NS_PER_MS < 0)));
}

/* A number of milliseconds, where it is within the range of int64_t. */
static int64_t time_of_number(const struct rows_column *cells, size_t row) {
    if (!bitmap_get(cells->validity, row)) return TIME_NONE;
    double ns = cells->numbers[row] * NS_PER_MS;
    return ns > -9.2e18 && ns < 9.2e18 ? (int64_t)ns : TIME_NONE;
}

int64_t rows_time(const struct rows *rows, size_t column, size_t row) {
    const struct rows_column *cells = &rows->columns[column];
    if (cells->type == TYPE_NUMBER) return time_of_number(cells, row);
    const struct column *text = cells->text;
    int64_t time;
    if (!column_present(text, row) || !time_parse(column_value(text, row), &time)) return TIME_NONE;
    return time;
}

struct datum rows_cell(const struct rows *rows, size_t column, size_t row) {
    const struct rows_column *cells = &rows->columns[column];
    switch (cells->type) {
        case TYPE_TEXT:
            if (!column_present(cells->text, row)) break;
            return datum_text(column_value(cells->text, row));
        case TYPE_FLAG:
            return flag_text(bitmap_get(cells->flags, row));
        case TYPE_NUMBER:
            if (!bitmap_get(cells->validity, row)) break;
            return datum_number(cells->numbers[row]);
        case TYPE_TIME:
            return time_number(rows_time(rows, column, row));
    }
    return datum_missing();
}
