#include "engine/hunt/result.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"

/* Whether equal rows are of one event: they say when it was. */
static bool has_time(const struct plan_stage *stage) {
    for (size_t i = 0; i < stage->column_count; i++)
        if (strcmp(stage->columns[i].name, "timestamp") == 0 ||
            strcmp(stage->columns[i].name, "@timestamp") == 0)
            return true;
    return false;
}

bool result_init(struct result *result, struct results *all, const struct trawl_plan *plan,
                 const struct trawl_rows *rows, uint64_t limit, enum result_limit at_limit) {
    size_t columns = plan_last(plan)->column_count;
    *result = (struct result){
        .all = all,
        .stage = plan_last(plan),
        .evidence = plan->evidence,
        .timed = has_time(plan_last(plan)),
        .rows = rows,
        .limit = limit,
        .at_limit = at_limit,
        .cells = calloc(columns + 1, sizeof *result->cells),
        .digits = calloc(columns + 1, sizeof *result->digits),
    };
    if (result->cells && result->digits) return true;
    result_free(result);
    return false;
}

void result_free(struct result *result) {
    repeats_free(&result->repeats);
    free(result->cells);
    free(result->digits);
    *result = (struct result){0};
}

/* Whether the text is just how the number that it reads as is printed: "007" is not. */
static bool is_printed_number(struct text text) {
    char digits[NUMBER_TEXT];
    double number;
    return number_parse(text, &number) &&
           text_equal(text, (struct text){digits, number_print(number, digits)});
}

static enum trawl_cell_kind cell_kind(enum value_type type, const struct datum *datum) {
    if (datum->kind == DATUM_MISSING) return TRAWL_MISSING;
    if (type == TYPE_FLAG && datum->kind == DATUM_TEXT) return TRAWL_FLAG;
    bool number =
        type == TYPE_NUMBER && (datum->kind == DATUM_NUMBER || is_printed_number(datum->text));
    return number ? TRAWL_NUMBER : TRAWL_TEXT;
}

static void make_cells(struct result *result, const struct datum *cells) {
    for (size_t i = 0; i < result->stage->column_count; i++) {
        struct text text = {NULL, 0};
        datum_as_text(&cells[i], result->digits[i], &text);
        result->cells[i] = (struct trawl_cell){cell_kind(result->stage->columns[i].type, &cells[i]),
                                               text.data, text.length};
    }
}

/* With the evidence goes whether a row with the event's id was there before; missing where it has
 * none. Without, rows that are the same in all columns are counted. */
static void look_for_copy(struct result *result) {
    enum { EVENT = 4, COPY };
    struct trawl_cell *cells = result->cells;
    if (!result->evidence) {
        if (result->timed) repeats_meet(&result->repeats, cells, result->stage->column_count);
        return;
    }
    cells += result->evidence - 1;
    cells[COPY] = (struct trawl_cell){TRAWL_MISSING, NULL, 0};
    if (cells[EVENT].kind == TRAWL_MISSING) return;
    struct text text = text_of(repeats_meet(&result->repeats, &cells[EVENT], 1) ? "true" : "false");
    cells[COPY] = (struct trawl_cell){TRAWL_FLAG, text.data, text.length};
}

static enum trawl_status enough(struct trawl_error *error) {
    return error_set(error, TRAWL_CANCELLED, "no more rows are wanted");
}

/* False: the user wants no more. */
static bool show(struct result *result, const struct datum *cells) {
    struct results *all = result->all;
    make_cells(result, cells);
    look_for_copy(result);
    pthread_mutex_lock(&all->turn);
    bool wanted =
        !atomic_load(all->refused) &&
        result->rows->row(result->rows->context, result->cells, result->stage->column_count);
    if (!wanted) {
        atomic_store(all->refused, true);
        atomic_store(all->stop, true);
    }
    pthread_mutex_unlock(&all->turn);
    return wanted;
}

static enum trawl_status result_row(void *context, const struct datum *cells, struct origin origin,
                                    struct trawl_error *error) {
    (void)origin;
    struct result *result = context;
    if (result->shown >= result->limit) {
        result->cut = true;
        return result->at_limit == LIMIT_PASSES ? TRAWL_OK : enough(error);
    }
    if (atomic_load_explicit(result->all->refused, memory_order_relaxed)) return enough(error);
    if (result->rows && !show(result, cells)) return enough(error);
    result->shown++;
    result->cut = result->at_limit == LIMIT_ENDS && result->shown == result->limit;
    return result->cut ? error_set(error, TRAWL_CANCELLED, "enough rows were found") : TRAWL_OK;
}

struct row_sink result_sink(struct result *result) {
    return (struct row_sink){result_row, result};
}
