#include "hand_plan.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "engine/operator/sortkey.h"

struct trawl_plan *hand_plan(size_t stages) {
    struct trawl_plan *plan = calloc(1, sizeof *plan);
    plan->name = strdup("by hand");
    plan->stages = calloc(stages, sizeof *plan->stages);
    plan->stage_count = stages;
    plan->score_column = plan->time_column = SIZE_MAX;
    return plan;
}

static void add_column(struct plan_stage *stage, const char *column, size_t length) {
    static const char number[] = ":number", flag[] = ":flag";
    stage->columns = realloc(stage->columns, (stage->column_count + 1) * sizeof *stage->columns);
    struct plan_column *to = &stage->columns[stage->column_count++];
    to->name = strndup(column, length);
    to->type = TYPE_TEXT;
    char *colon = strchr(to->name, ':');
    if (!colon) return;
    to->type = strcmp(colon, number) == 0 ? TYPE_NUMBER
               : strcmp(colon, flag) == 0 ? TYPE_FLAG
                                          : TYPE_TEXT;
    *colon = '\0';
}

void hand_stage(struct trawl_plan *plan, size_t stage, struct program *program,
                const struct operator_kind *kind, void *spec, const char *columns) {
    struct trawl_error error = {0};
    cr_assert_eq(program_finish(program, &error), TRAWL_OK, "%s", error.message);
    struct plan_stage *to = &plan->stages[stage];
    to->program = program;
    to->kind = kind;
    to->spec = spec;
    while (*columns) {
        size_t length = strcspn(columns, ",");
        add_column(to, columns, length);
        columns += length + (columns[length] == ',');
    }
}

/* ---- split -------------------------------------------------------------------------------- */

static void *split_open(const void *spec, const struct operator_resources *resources,
                        const struct row_sink *next, struct trawl_error *error) {
    (void)spec;
    (void)resources;
    (void)error;
    struct row_sink *state = malloc(sizeof *state);
    *state = *next;
    return state;
}

static enum trawl_status split_row(const struct row_sink *next, struct text text,
                                   struct origin origin, struct trawl_error *error) {
    for (double part = 0;; part++) {
        const char *end = text.length ? memchr(text.data, ';', text.length) : NULL;
        size_t length = end ? (size_t)(end - text.data) : text.length;
        const struct datum cells[] = {datum_text((struct text){text.data, length}),
                                      datum_number(part)};
        enum trawl_status status = next->row(next->context, cells, origin, error);
        if (status != TRAWL_OK || !end) return status;
        text = (struct text){end + 1, text.length - length - 1};
    }
}

static enum trawl_status split_add(void *state, const struct rows *rows,
                                   struct trawl_error *error) {
    for (size_t row = 0; row < rows->row_count; row++) {
        if (!bitmap_get(rows->selection, row)) continue;
        struct datum cell = rows_cell(rows, 0, row);
        if (cell.kind != DATUM_TEXT) continue;
        enum trawl_status status = split_row(state, cell.text, rows->origins[row], error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

const struct operator_kind hand_split = {
    .name = "split", .open = split_open, .add = split_add, .close = free};

/* ---- gather ------------------------------------------------------------------------------- */

struct kept {
    struct origin origin;
    size_t number; /* in the order of coming */
    struct buffer cells;
};

struct gathered {
    const struct hand_gather *spec;
    struct kept *rows;
    size_t count, capacity;
};

struct hand_gather *hand_gather_spec(size_t columns, uint64_t limit) {
    struct hand_gather *spec = malloc(sizeof *spec);
    *spec = (struct hand_gather){columns, limit};
    return spec;
}

static void *gather_open(const void *spec, const struct operator_resources *resources,
                         const struct row_sink *next, struct trawl_error *error) {
    (void)resources;
    (void)error;
    cr_assert_null(next, "a barrier is told at its end where its rows go");
    struct gathered *state = calloc(1, sizeof *state);
    state->spec = spec;
    return state;
}

static void keep(struct gathered *state, struct kept row) {
    if (state->count == state->capacity) {
        state->capacity = 2 * state->capacity + 16;
        state->rows = realloc(state->rows, state->capacity * sizeof *state->rows);
    }
    row.number = state->count;
    state->rows[state->count++] = row;
}

static enum trawl_status gather_add(void *context, const struct rows *rows,
                                    struct trawl_error *error) {
    (void)error;
    struct gathered *state = context;
    for (size_t row = 0; row < rows->row_count; row++) {
        if (!bitmap_get(rows->selection, row)) continue;
        struct datum cells[8];
        for (size_t i = 0; i < state->spec->columns; i++) cells[i] = rows_cell(rows, i, row);
        struct kept kept = {.origin = rows->origins[row]};
        row_encode(&kept.cells, cells, state->spec->columns);
        keep(state, kept);
    }
    return TRAWL_OK;
}

static enum trawl_status gather_merge(void *to, void *context, struct trawl_error *error) {
    (void)error;
    struct gathered *from = context;
    for (size_t i = 0; i < from->count; i++) keep(to, from->rows[i]);
    from->count = 0;
    return TRAWL_OK;
}

static int compare_kept(const void *a, const void *b) {
    const struct kept *left = a, *right = b;
    int order = origin_compare(&left->origin, &right->origin);
    return order ? order : left->number < right->number ? -1 : 1;
}

static enum trawl_status gather_finish(void *context, const struct row_sink *next,
                                       struct trawl_error *error) {
    struct gathered *state = context;
    if (state->count) qsort(state->rows, state->count, sizeof *state->rows, compare_kept);
    for (size_t i = 0; i < state->count; i++) {
        if (state->spec->limit && i == state->spec->limit) break;
        struct datum cells[8];
        const struct buffer *row = &state->rows[i].cells;
        cr_assert(row_decode((struct text){row->data, row->length}, cells, state->spec->columns));
        enum trawl_status status = next->row(next->context, cells, state->rows[i].origin, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static void gather_close(void *context) {
    struct gathered *state = context;
    if (!state) return;
    for (size_t i = 0; i < state->count; i++) buffer_free(&state->rows[i].cells);
    free(state->rows);
    free(state);
}

const struct operator_kind hand_gather = {
    .name = "gather",
    .barrier = true,
    .open = gather_open,
    .add = gather_add,
    .merge = gather_merge,
    .finish = gather_finish,
    .close = gather_close,
    .spec_free = free,
};
