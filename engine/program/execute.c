#include "engine/program/execute.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/column/passes.h"
#include "engine/program/evaluate.h"

#define MADE_MOST (2 * (uint64_t)COLUMN_ARENA) /* bytes of texts that are computed of a batch */

/* ---- making ------------------------------------------------------------------------------- */

/* Memory that a batch does not touch stays with the system: all is made for full batches. */
static bool make_blocks(struct executor *executor) {
    enum { OTHERS = 5 };
    const size_t words = BITMAP_WORDS(COLUMN_ROWS);
    const struct schedule *schedule = &executor->schedule;
    executor->bits =
        reallocarray(NULL, (OTHERS + (size_t)schedule->bit_slot_count) * words, sizeof(uint64_t));
    executor->numbers =
        reallocarray(NULL, (1 + (size_t)schedule->number_slot_count) * COLUMN_ROWS, sizeof(double));
    executor->zeros = calloc(COLUMN_ROWS, sizeof *executor->zeros);
    if (!executor->bits || !executor->numbers || !executor->zeros) return false;
    uint64_t *bits = executor->bits;
    uint64_t **others[OTHERS] = {&executor->selection, &executor->all, &executor->none,
                                 &executor->by_value, &executor->wanted};
    for (size_t i = 0; i < OTHERS; i++, bits += words) *others[i] = bits;
    bitmap_zero(executor->none, COLUMN_ROWS);
    executor->by_number = executor->numbers;
    for (size_t i = 0; i < executor->program->node_count; i++) {
        uint32_t bit_slot = schedule->bit_slots[i], number_slot = schedule->number_slots[i];
        struct value *value = &executor->values[i];
        value->each = SIZE_MAX;
        if (bit_slot != NO_SLOT) value->bits = bits + bit_slot * words;
        if (number_slot != NO_SLOT)
            value->numbers = executor->numbers + (1 + (size_t)number_slot) * COLUMN_ROWS;
    }
    return true;
}

static bool make_matches(struct executor *executor) {
    const struct program *program = executor->program;
    const size_t words = BITMAP_WORDS(COLUMN_ROWS);
    for (size_t m = 0; m < program->matcher_count; m++) {
        struct match_state *state = &executor->matches[m];
        const struct matcher *matcher = program->matchers[m].matcher;
        size_t count = matcher_count(matcher);
        state->scratch = match_scratch_new(matcher);
        state->hits = calloc(count + 1, sizeof *state->hits);
        if (!state->scratch || !state->hits) return false;
        state->hits[0] = reallocarray(NULL, (count + 1) * words, sizeof **state->hits);
        if (!state->hits[0]) return false;
        for (size_t p = 1; p < count; p++) state->hits[p] = state->hits[0] + p * words;
    }
    return true;
}

/* A column without values, whose rows are all missing. */
static bool make_missing(struct executor *executor) {
    executor->missing = (struct column){.encoding = COLUMN_DICTIONARY,
                                        .validity = executor->none,
                                        .offsets = executor->zeros,
                                        .codes = executor->zeros};
    return buffer_reserve(&executor->missing.arena, 0);
}

static bool make_text(struct executor *executor, struct value *value, struct text text) {
    value->made = made_new();
    if (!value->made || !made_start_dictionary(value->made, 0, 1) ||
        made_add(value->made, text, NULL) != TRAWL_OK)
        return false;
    value->made->column.validity = executor->all;
    value->made->column.codes = executor->zeros;
    value->column = &value->made->column;
    return true;
}

static bool make_call(struct value *value, const struct node *node) {
    value->args = calloc(node->count + 1, sizeof *value->args);
    if (!value->args) return false;
    if (!node->scalar->scratch_new) return true;
    value->scratch = node->scalar->scratch_new(node->data);
    return value->scratch != NULL;
}

/* Whether the node makes a text column. */
static bool makes_column(const struct node *node) {
    if (node->type != TYPE_TEXT && node->type != TYPE_TIME) return false;
    return node->op == NODE_LOWER || node->op == NODE_TO_TEXT || node->op == NODE_SELECT ||
           node->op == NODE_CALL;
}

static void make_missing_value(struct executor *executor, struct value *value) {
    value->column = &executor->missing;
    value->bits = executor->none;
    value->numbers = executor->by_number; /* never looked at */
}

/* What a node keeps from batch to batch; constants are all of it. */
static bool make_value(struct executor *executor, node_id id) {
    const struct node *node = &executor->program->nodes[id];
    struct value *value = &executor->values[id];
    if (makes_column(node) && !(value->made = made_new())) return false;
    switch (node->op) {
        case NODE_TEXT:
            return make_text(executor, value, node->values[0]);
        case NODE_NUMBER:
            value->constant = node->number;
            value->numbers = &value->constant;
            value->each = 0;
            value->bits = executor->all;
            return true;
        case NODE_FLAG:
            value->bits = node->index ? executor->all : executor->none;
            return true;
        case NODE_MISSING:
            make_missing_value(executor, value);
            return true;
        case NODE_EQUALS:
            return value_set_init(&value->set, node);
        case NODE_CALL:
            return make_call(value, node);
        default:
            return true;
    }
}

static bool make_values(struct executor *executor) {
    for (size_t i = 0; i < executor->schedule.node_count; i++)
        if (!make_value(executor, executor->schedule.nodes[i])) return false;
    return true;
}

struct executor *executor_new(const struct program *program, const uint32_t *columns) {
    struct executor *executor = calloc(1, sizeof *executor);
    if (!executor) return NULL;
    executor->program = program;
    executor->field_columns = columns;
    executor->values = calloc(program->node_count + 1, sizeof *executor->values);
    executor->matches = calloc(program->matcher_count + 1, sizeof *executor->matches);
    executor->columns = calloc(program->output_count + 1, sizeof *executor->columns);
    executor->filled = calloc(program->output_count + 1, sizeof *executor->filled);
    if (!executor->values || !executor->matches || !executor->columns || !executor->filled ||
        !schedule_init(&executor->schedule, program) || !make_blocks(executor) ||
        !make_missing(executor) || !make_values(executor) || !make_matches(executor)) {
        executor_free(executor);
        return NULL;
    }
    return executor;
}

static void free_value(struct value *value, const struct node *node) {
    made_free(value->made);
    free(value->set.slots);
    free(value->args);
    if (value->scratch && node->scalar->scratch_free) node->scalar->scratch_free(value->scratch);
}

void executor_free(struct executor *executor) {
    if (!executor) return;
    const struct program *program = executor->program;
    for (size_t i = 0; executor->values && i < program->node_count; i++)
        free_value(&executor->values[i], &program->nodes[i]);
    for (size_t m = 0; executor->matches && m < program->matcher_count; m++) {
        match_scratch_free(executor->matches[m].scratch);
        if (executor->matches[m].hits) free(executor->matches[m].hits[0]);
        free(executor->matches[m].hits);
    }
    for (size_t i = 0; executor->filled && i < program->output_count; i++)
        free(executor->filled[i]);
    schedule_free(&executor->schedule);
    buffer_free(&executor->missing.arena);
    buffer_free(&executor->out);
    free(executor->values);
    free(executor->matches);
    free(executor->columns);
    free(executor->filled);
    free(executor->bits);
    free(executor->numbers);
    free(executor->zeros);
    free(executor);
}

/* ---- running ------------------------------------------------------------------------------ */

static const struct column *field_column(const struct executor *executor, uint32_t field) {
    uint32_t column = executor->field_columns ? executor->field_columns[field] : field;
    return &executor->batch->columns[column];
}

static enum trawl_status run_node(struct executor *executor, node_id id,
                                  struct trawl_error *error) {
    const struct node *node = &executor->program->nodes[id];
    struct value *value = &executor->values[id];
    switch (node->op) {
        case NODE_FIELD:
            value->column = field_column(executor, node->index);
            return TRAWL_OK;
        case NODE_TEXT:
            value->made->column.rows = (uint32_t)executor->rows;
            return TRAWL_OK;
        case NODE_NUMBER:
        case NODE_FLAG:
        case NODE_MISSING:
            return TRAWL_OK;
        case NODE_TIME: /* whoever wants it as a time reads it */
            value->column = executor->values[node->a].column;
            return TRAWL_OK;
        case NODE_LOWER:
            return evaluate_lower(executor, id, error);
        case NODE_TO_TEXT:
            return evaluate_to_text(executor, id, error);
        case NODE_SELECT:
            return evaluate_select(executor, id, error);
        case NODE_CALL:
            return evaluate_call(executor, id, error);
        default:
            break;
    }
    if (node->type == TYPE_FLAG) return evaluate_flag(executor, id, error);
    evaluate_number(executor, id);
    return TRAWL_OK;
}

/* A column is bounded; so must be all of them, which live until the batch is done. */
static enum trawl_status count_made(struct executor *executor, node_id id,
                                    struct trawl_error *error) {
    const struct made *made = executor->values[id].made;
    if (made) executor->made += made->column.arena.length;
    if (executor->made <= MADE_MOST) return TRAWL_OK;
    return error_set(error, TRAWL_MEMORY,
                     "the texts computed of %zu rows take more than %" PRIu64 " bytes",
                     executor->rows, MADE_MOST);
}

static enum trawl_status run_stage(struct executor *executor, size_t stage,
                                   struct trawl_error *error) {
    const struct schedule *schedule = &executor->schedule;
    for (size_t i = stage ? schedule->stages[stage - 1].end : 0; i < schedule->stages[stage].end;
         i++) {
        enum trawl_status status = run_node(executor, schedule->nodes[i], error);
        if (status == TRAWL_OK) status = count_made(executor, schedule->nodes[i], error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static void count_step(const struct executor *executor, const struct stage *stage,
                       struct tally *tally) {
    if (stage->step != SIZE_MAX) tally->kept[stage->step] += executor->selected;
    if (stage->known != NO_NODE)
        tally->unknown += executor->selected - bitmap_count_and(executor->selection,
                                                                executor->values[stage->known].bits,
                                                                executor->rows);
}

/* Runs the first `count` stages, narrowing the selection, until no row is left; the last of all are
 * the outputs. */
static enum trawl_status run_stages(struct executor *executor, size_t count, struct tally *tally,
                                    struct trawl_error *error) {
    for (size_t s = 0; s < count && executor->selected > 0; s++) {
        const struct stage *stage = &executor->schedule.stages[s];
        enum trawl_status status = run_stage(executor, s, error);
        if (status != TRAWL_OK) return status;
        if (stage->flag == NO_NODE) continue;
        executor->selected =
            pass_narrow(executor->selection, executor->values[stage->flag].bits, executor->rows);
        if (tally && s >= executor->counted) count_step(executor, stage, tally);
    }
    return TRAWL_OK;
}

static void begin(struct executor *executor, const struct batch *batch) {
    executor->batch = batch;
    executor->rows = batch->rows;
    executor->selected = batch->rows;
    executor->made = 0;
    executor->missing.rows = batch->rows;
    bitmap_fill(executor->all, batch->rows);
    bitmap_fill(executor->selection, batch->rows);
    for (size_t m = 0; m < executor->program->matcher_count; m++)
        executor->matches[m].scanned = false;
}

/* ---- results ------------------------------------------------------------------------------ */

/* A constant number's column: made once, for full batches. */
static const double *filled_column(struct executor *executor, size_t output, double number) {
    double **filled = &executor->filled[output];
    if (*filled) return *filled;
    *filled = malloc(COLUMN_ROWS * sizeof **filled);
    for (size_t row = 0; *filled && row < COLUMN_ROWS; row++) (*filled)[row] = number;
    return *filled;
}

/* Where no row is left nothing was computed: then columns are empty. False: out of memory. */
static bool fill_column(struct executor *executor, size_t output) {
    node_id id = executor->program->outputs[output].node;
    const struct value *value = &executor->values[id];
    struct rows_column *column = &executor->columns[output];
    bool computed = executor->selected > 0;
    *column = (struct rows_column){.type = executor->program->nodes[id].type};
    switch (column->type) {
        case TYPE_TEXT:
        case TYPE_TIME:
            column->text = computed ? value->column : &executor->missing;
            break;
        case TYPE_FLAG:
            column->flags = computed ? value->bits : executor->none;
            break;
        case TYPE_NUMBER:
            column->numbers =
                value->each ? value->numbers : filled_column(executor, output, value->numbers[0]);
            column->validity = computed ? value->bits : executor->none;
            return column->numbers != NULL;
    }
    return true;
}

static void count_flags(const struct executor *executor, struct tally *tally) {
    for (size_t i = 0; i < executor->program->output_count; i++)
        if (executor->columns[i].type == TYPE_FLAG)
            tally->flag_rows[i] +=
                bitmap_count_and(executor->selection, executor->columns[i].flags, executor->rows);
}

enum trawl_status executor_run(struct executor *executor, const struct batch *batch,
                               struct tally *tally, struct rows *rows, struct trawl_error *error) {
    begin(executor, batch);
    enum trawl_status status = run_stages(executor, executor->schedule.stage_count, tally, error);
    if (status != TRAWL_OK) return status;
    for (size_t i = 0; i < executor->program->output_count; i++)
        if (!fill_column(executor, i)) return error_memory(error);
    if (tally) {
        tally->matched += executor->selected;
        count_flags(executor, tally);
    }
    *rows = (struct rows){.row_count = executor->rows,
                          .selection = executor->selection,
                          .selected = executor->selected,
                          .origins = batch->origins,
                          .column_count = executor->program->output_count,
                          .columns = executor->columns};
    return TRAWL_OK;
}

enum trawl_status executor_run_early(struct executor *executor, const struct batch *batch,
                                     struct tally *tally, struct rows *rows,
                                     struct trawl_error *error) {
    begin(executor, batch);
    enum trawl_status status = run_stages(executor, executor->schedule.early_count, tally, error);
    *rows = (struct rows){.row_count = executor->rows,
                          .selection = executor->selection,
                          .selected = executor->selected,
                          .origins = batch->origins};
    return status;
}

void executor_go_on(struct executor *executor) {
    executor->counted = executor->schedule.early_count;
}
