/* How a plan runs over a batch.
 *
 * The nodes that a step needs and no step before it has needed are one stage, in the order of the
 * plan, where operands come first; what only the outputs and the rank need is the last stage. So a
 * batch from which the first step keeps nothing costs what the first step costs.
 *
 * Between steps stands the selection: the rows that every step so far has kept. It only shrinks, so
 * a node need be right only in the rows selected when its stage begins, and comparisons of rows
 * skip the words of the selection that are empty. What a node says of other rows is undefined. */
#include "engine/execute.h"

#include <stdlib.h>

#include "engine/error.h"
#include "engine/passes.h"
#include "engine/time.h"

/* A lowered arena's memory is kept up to this size from batch to batch. */
#define LOWERED_KEEP ((size_t)4 << 20)

/* The value of a node over the batch. */
struct value {
    const struct column *column; /* text: of the batch, or &lowered */
    struct column lowered;       /* NODE_LOWER: another column's, but for the arena, its own */
    uint64_t *bits;              /* flag */
};

/* A plan_matcher at work. */
struct match_state {
    struct match_scratch *scratch;
    uint64_t **hits; /* by pattern, each BITMAP_WORDS(COLUMN_ROWS), all in one block: hits[0] */
    bool scanned;    /* in this batch */
};

struct executor {
    const struct trawl_plan *plan;
    struct top *top;
    struct value *values;        /* [plan->node_count] */
    trawl_node *schedule;        /* the nodes needed, stage by stage */
    size_t *stage_ends;          /* [plan->step_count + 1], in schedule */
    struct match_state *matches; /* [plan->matcher_count] */
    uint64_t *bits;              /* the block that every value's bits are in */
    uint64_t *selection;         /* BITMAP_WORDS(COLUMN_ROWS), as the next */
    uint64_t *by_value;          /* a predicate over the values of a dictionary */
    struct trawl_cell *cells;    /* [plan->output_count] */
    const struct batch *batch;   /* the one that runs */
};

/* ---- making ------------------------------------------------------------------------------- */

/* Adds the nodes under `root` to the stage; `stage_of` is SIZE_MAX for nodes in no stage. Walks
 * from the root down: operands have lower indices. */
static void need(const struct trawl_plan *plan, size_t *stage_of, trawl_node root, size_t stage) {
    if (root == TRAWL_NO_NODE || stage_of[root] != SIZE_MAX) return;
    stage_of[root] = stage;
    for (trawl_node i = root + 1; i-- > 0;) {
        if (stage_of[i] != stage) continue;
        const struct node *node = &plan->nodes[i];
        if (node->a != TRAWL_NO_NODE && stage_of[node->a] == SIZE_MAX) stage_of[node->a] = stage;
        if (node->b != TRAWL_NO_NODE && stage_of[node->b] == SIZE_MAX) stage_of[node->b] = stage;
        if (!node->operands) continue;
        for (size_t k = 0; k < node->count; k++)
            if (stage_of[node->operands[k]] == SIZE_MAX) stage_of[node->operands[k]] = stage;
    }
}

static bool make_schedule(struct executor *executor) {
    const struct trawl_plan *plan = executor->plan;
    size_t stages = plan->step_count + 1;
    size_t *stage_of = malloc(plan->node_count * sizeof *stage_of);
    executor->schedule = malloc(plan->node_count * sizeof *executor->schedule);
    executor->stage_ends = malloc(stages * sizeof *executor->stage_ends);
    if (!stage_of || !executor->schedule || !executor->stage_ends) {
        free(stage_of);
        return false;
    }
    for (size_t i = 0; i < plan->node_count; i++) stage_of[i] = SIZE_MAX;
    for (size_t s = 0; s < plan->step_count; s++) need(plan, stage_of, plan->steps[s].flag, s);
    for (size_t i = 0; i < plan->output_count; i++)
        need(plan, stage_of, plan->outputs[i].node, plan->step_count);
    need(plan, stage_of, plan->score, plan->step_count);
    need(plan, stage_of, plan->time, plan->step_count);

    size_t end = 0;
    for (size_t s = 0; s < stages; s++) {
        for (trawl_node i = 0; i < plan->node_count; i++)
            if (stage_of[i] == s) executor->schedule[end++] = i;
        executor->stage_ends[s] = end;
    }
    free(stage_of);
    return true;
}

/* Memory that a batch does not touch stays with the system: bitmaps are made for full batches. */
static bool make_bits(struct executor *executor) {
    const struct trawl_plan *plan = executor->plan;
    const size_t words = BITMAP_WORDS(COLUMN_ROWS);
    size_t count = 0;
    for (size_t i = 0; i < plan->node_count; i++) count += plan->nodes[i].type == TYPE_FLAG;
    executor->bits = reallocarray(NULL, (count + 2) * words, sizeof *executor->bits);
    if (!executor->bits) return false;
    uint64_t *next = executor->bits;
    for (size_t i = 0; i < plan->node_count; i++) {
        if (plan->nodes[i].type != TYPE_FLAG) continue;
        executor->values[i].bits = next;
        next += words;
    }
    executor->selection = next;
    executor->by_value = next + words;
    return true;
}

static bool make_matches(struct executor *executor) {
    const struct trawl_plan *plan = executor->plan;
    const size_t words = BITMAP_WORDS(COLUMN_ROWS);
    for (size_t m = 0; m < plan->matcher_count; m++) {
        struct match_state *state = &executor->matches[m];
        const struct matcher *matcher = plan->matchers[m].matcher;
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

struct executor *executor_new(const struct trawl_plan *plan, uint64_t limit) {
    struct executor *executor = calloc(1, sizeof *executor);
    if (!executor) return NULL;
    executor->plan = plan;
    executor->top = top_new(limit, plan->output_count);
    executor->values = calloc(plan->node_count, sizeof *executor->values);
    executor->matches = calloc(plan->matcher_count + 1, sizeof *executor->matches);
    executor->cells = calloc(plan->output_count, sizeof *executor->cells);
    if (!executor->top || !executor->values || !executor->matches || !executor->cells ||
        !make_schedule(executor) || !make_bits(executor) || !make_matches(executor)) {
        executor_free(executor);
        return NULL;
    }
    return executor;
}

void executor_free(struct executor *executor) {
    if (!executor) return;
    const struct trawl_plan *plan = executor->plan;
    if (executor->values)
        for (size_t i = 0; i < plan->node_count; i++)
            buffer_free(&executor->values[i].lowered.arena);
    if (executor->matches) {
        for (size_t m = 0; m < plan->matcher_count; m++) {
            match_scratch_free(executor->matches[m].scratch);
            if (executor->matches[m].hits) free(executor->matches[m].hits[0]);
            free(executor->matches[m].hits);
        }
    }
    top_free(executor->top);
    free(executor->values);
    free(executor->schedule);
    free(executor->stage_ends);
    free(executor->matches);
    free(executor->bits);
    free(executor->cells);
    free(executor);
}

struct top *executor_top(struct executor *executor) {
    return executor->top;
}

/* ---- text --------------------------------------------------------------------------------- */

static const struct column *column_of(const struct executor *executor, trawl_node text) {
    return executor->values[text].column;
}

static bool run_lower(struct executor *executor, struct value *value, trawl_node from) {
    const struct column *column = column_of(executor, from);
    struct buffer arena = value->lowered.arena;
    buffer_clear(&arena, LOWERED_KEEP);
    bool reserved = buffer_reserve(&arena, column->arena.length);
    if (reserved) {
        pass_lower(arena.data, column->arena.data, column->arena.length);
        arena.length = column->arena.length;
    }
    value->lowered = *column;
    value->lowered.index = NULL;
    value->lowered.arena = arena;
    value->column = &value->lowered;
    return reserved;
}

/* ---- flags -------------------------------------------------------------------------------- */

static bool in_values(const struct node *node, struct text value) {
    size_t low = 0, high = node->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare_by_length(node->values[middle], value);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void run_equals(struct executor *executor, const struct node *node, uint64_t *bits) {
    const struct column *column = column_of(executor, node->a);
    if (column->encoding == COLUMN_DICTIONARY) {
        bitmap_zero(executor->by_value, column->distinct);
        for (size_t i = 0; i < column->distinct; i++)
            if (in_values(node, column_stored(column, i))) bitmap_set(executor->by_value, i);
        pass_spread(bits, executor->by_value, column->distinct, column->codes, column->validity,
                    column->rows);
        return;
    }
    for (size_t w = 0; w < BITMAP_WORDS(column->rows); w++) {
        uint64_t word = 0;
        for (uint64_t left = executor->selection[w] & column->validity[w]; left; left &= left - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(left);
            if (in_values(node, column_stored(column, row))) word |= left & -left;
        }
        bits[w] = word;
    }
}

static struct text present_value(const struct column *column, size_t row) {
    return column_stored(column, column->encoding == COLUMN_DICTIONARY ? column->codes[row] : row);
}

static void run_compare(struct executor *executor, const struct node *node, uint64_t *bits) {
    const struct column *a = column_of(executor, node->a), *b = column_of(executor, node->b);
    for (size_t w = 0; w < BITMAP_WORDS(a->rows); w++) {
        uint64_t both = executor->selection[w] & a->validity[w] & b->validity[w];
        uint64_t same = 0;
        for (uint64_t left = both; left; left &= left - 1) {
            size_t row = w * 64 + (size_t)__builtin_ctzll(left);
            if (text_equal(present_value(a, row), present_value(b, row))) same |= left & -left;
        }
        bits[w] = node->op == NODE_SAME ? same : both & ~same;
    }
}

static enum trawl_status run_matches(struct executor *executor, const struct node *node,
                                     uint64_t *bits, struct trawl_error *error) {
    const struct column *column = column_of(executor, node->a);
    struct match_state *state = &executor->matches[node->matcher];
    if (!state->scanned) {
        enum trawl_status status = matcher_scan(executor->plan->matchers[node->matcher].matcher,
                                                state->scratch, column, state->hits, error);
        if (status != TRAWL_OK) return status;
        state->scanned = true;
    }
    const uint64_t *hits = state->hits[node->index];
    if (column->encoding == COLUMN_DICTIONARY)
        pass_spread(bits, hits, column->distinct, column->codes, column->validity, column->rows);
    else
        memcpy(bits, hits, BITMAP_WORDS(column->rows) * sizeof *bits);
    return TRAWL_OK;
}

static enum trawl_status run_node(struct executor *executor, trawl_node index,
                                  struct trawl_error *error) {
    const struct node *node = &executor->plan->nodes[index];
    struct value *value = &executor->values[index];
    const struct value *values = executor->values;
    size_t rows = executor->batch->rows;
    switch (node->op) {
        case NODE_FIELD:
            value->column = &executor->batch->columns[node->index];
            break;
        case NODE_LOWER:
            if (!run_lower(executor, value, node->a)) return error_memory(error);
            break;
        case NODE_PRESENT:
            memcpy(value->bits, column_of(executor, node->a)->validity,
                   BITMAP_WORDS(rows) * sizeof *value->bits);
            break;
        case NODE_EQUALS:
            run_equals(executor, node, value->bits);
            break;
        case NODE_SAME:
        case NODE_DIFFERS:
            run_compare(executor, node, value->bits);
            break;
        case NODE_MATCHES:
            return run_matches(executor, node, value->bits, error);
        case NODE_AND:
            bitmap_and(value->bits, values[node->a].bits, values[node->b].bits, rows);
            break;
        case NODE_OR:
            bitmap_or(value->bits, values[node->a].bits, values[node->b].bits, rows);
            break;
        case NODE_NOT:
            bitmap_not(value->bits, values[node->a].bits, rows);
            break;
        case NODE_TIME:
        case NODE_SUM:
            break; /* by row, for the rows that are left: number_of */
    }
    return TRAWL_OK;
}

static enum trawl_status run_stage(struct executor *executor, size_t stage,
                                   struct trawl_error *error) {
    size_t begin = stage ? executor->stage_ends[stage - 1] : 0;
    for (size_t i = begin; i < executor->stage_ends[stage]; i++) {
        enum trawl_status status = run_node(executor, executor->schedule[i], error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* The value of a number node; false: missing. */
static bool number_of(const struct executor *executor, trawl_node index, size_t row,
                      int64_t *number) {
    const struct node *node = &executor->plan->nodes[index];
    if (node->op == NODE_TIME) {
        const struct column *column = column_of(executor, node->a);
        return column_present(column, row) && time_parse(present_value(column, row), number);
    }
    *number = 0;
    for (size_t i = 0; i < node->count; i++)
        *number += bitmap_get(executor->values[node->operands[i]].bits, row);
    return true;
}

static struct trawl_cell cell_of(const struct executor *executor, trawl_node node, size_t row) {
    const struct value *value = &executor->values[node];
    struct trawl_cell cell = {.kind = TRAWL_MISSING};
    struct text text;
    switch (executor->plan->nodes[node].type) {
        case TYPE_TEXT:
            if (!column_present(value->column, row)) return cell;
            text = present_value(value->column, row);
            return (struct trawl_cell){TRAWL_TEXT, text.data, text.length, 0};
        case TYPE_FLAG:
            text = text_of(bitmap_get(value->bits, row) ? "true" : "false");
            return (struct trawl_cell){TRAWL_FLAG, text.data, text.length, 0};
        case TYPE_NUMBER:
            if (number_of(executor, node, row, &cell.number)) cell.kind = TRAWL_NUMBER;
            return cell;
    }
    return cell;
}

/* Counts a row that passed every step and offers it to the top. False: out of memory. */
static bool offer(struct executor *executor, size_t row, struct tally *tally) {
    const struct trawl_plan *plan = executor->plan;
    struct top_key key = {0, TIME_NONE, executor->batch->origins[row]};
    if (plan->score != TRAWL_NO_NODE && !number_of(executor, plan->score, row, &key.score))
        key.score = INT64_MIN;
    if (plan->time != TRAWL_NO_NODE && !number_of(executor, plan->time, row, &key.time)) {
        key.time = TIME_NONE;
        tally->untimed++;
    }
    size_t bucket = key.score < 0              ? 0
                    : key.score < TALLY_SCORES ? (size_t)key.score
                                               : TALLY_SCORES - 1;
    tally->scores[bucket]++;
    if (!top_wants(executor->top, &key)) return true;
    for (size_t i = 0; i < plan->output_count; i++)
        executor->cells[i] = cell_of(executor, plan->outputs[i].node, row);
    return top_add(executor->top, &key, executor->cells);
}

enum trawl_status executor_run(struct executor *executor, const struct batch *batch,
                               struct tally *tally, struct trawl_error *error) {
    const struct trawl_plan *plan = executor->plan;
    uint64_t *selection = executor->selection;
    size_t rows = batch->rows;
    if (rows == 0) return TRAWL_OK;
    executor->batch = batch;
    for (size_t m = 0; m < plan->matcher_count; m++) executor->matches[m].scanned = false;

    bitmap_fill(selection, rows);
    uint64_t left = rows;
    for (size_t s = 0; s < plan->step_count; s++) {
        enum trawl_status status = run_stage(executor, s, error);
        if (status != TRAWL_OK) return status;
        left = pass_narrow(selection, executor->values[plan->steps[s].flag].bits, rows);
        tally->kept[s] += left;
        if (left == 0) return TRAWL_OK;
    }
    enum trawl_status status = run_stage(executor, plan->step_count, error);
    if (status != TRAWL_OK) return status;

    tally->matched += left;
    for (size_t i = 0; i < plan->output_count; i++) {
        trawl_node node = plan->outputs[i].node;
        if (plan->nodes[node].type == TYPE_FLAG)
            tally->flag_rows[i] += bitmap_count_and(selection, executor->values[node].bits, rows);
    }
    for (size_t w = 0; w < BITMAP_WORDS(rows); w++)
        for (uint64_t word = selection[w]; word; word &= word - 1)
            if (!offer(executor, w * 64 + (size_t)__builtin_ctzll(word), tally))
                return error_memory(error);
    return TRAWL_OK;
}
