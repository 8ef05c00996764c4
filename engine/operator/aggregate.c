#include "engine/operator/aggregate.h"

#include <endian.h>
#include <math.h>

#include "engine/base/time.h"
#include "engine/operator/exact_sum.h"
#include "engine/operator/sortkey.h"

/* ---- the states ----------------------------------------------------------------------------- */

struct count_state {
    uint64_t count;
};

struct sum_state {
    struct exact_sum sum;
    uint64_t count;
};

struct extremes_state {
    double least, greatest;
    uint64_t count;
};

struct deviation_state {
    struct exact_sum sum, squares;
    uint64_t count;
};

/* A row is better by rank, then later in input order, then by its bytes: rows made of one record
 * share an origin. */
struct carried_state {
    struct rank {
        bool present;
        double extreme; /* turned around where the least wins */
        int64_t time;   /* likewise */
        struct origin origin;
    } rank;
    uint32_t length, room;
    char *row; /* of row_encode, in the table's room */
};

static const struct {
    const char *name;
    size_t state_size;
    enum element_type elements;
    bool carries;
} KINDS[] = {
    [AGGREGATE_COUNT] = {"count", sizeof(struct count_state), ELEMENT_NONE, false},
    [AGGREGATE_DISTINCT] = {"distinct", 0, ELEMENT_TEXT, false},
    [AGGREGATE_SUM] = {"sum", sizeof(struct sum_state), ELEMENT_NONE, false},
    [AGGREGATE_AVERAGE] = {"average", sizeof(struct sum_state), ELEMENT_NONE, false},
    [AGGREGATE_MINIMUM] = {"minimum", sizeof(struct extremes_state), ELEMENT_NONE, false},
    [AGGREGATE_MAXIMUM] = {"maximum", sizeof(struct extremes_state), ELEMENT_NONE, false},
    [AGGREGATE_RANGE] = {"range", sizeof(struct extremes_state), ELEMENT_NONE, false},
    [AGGREGATE_DEVIATION] = {"deviation", sizeof(struct deviation_state), ELEMENT_NONE, false},
    [AGGREGATE_PERCENTILE] = {"percentile", sizeof(struct count_state), ELEMENT_NUMBER, false},
    [AGGREGATE_COLLECT] = {"collect", 0, ELEMENT_TEXT, false},
    [AGGREGATE_NEWEST] = {"newest", sizeof(struct carried_state), ELEMENT_NONE, true},
    [AGGREGATE_OLDEST] = {"oldest", sizeof(struct carried_state), ELEMENT_NONE, true},
    [AGGREGATE_AT_MAXIMUM] = {"at maximum", sizeof(struct carried_state), ELEMENT_NONE, true},
    [AGGREGATE_AT_MINIMUM] = {"at minimum", sizeof(struct carried_state), ELEMENT_NONE, true},
};

_Static_assert(_Alignof(struct carried_state) <= 8 && _Alignof(struct sum_state) <= 8,
               "states are aligned to 8");

size_t aggregate_state_size(enum aggregate_kind kind) {
    return KINDS[kind].state_size;
}

bool aggregate_carries(enum aggregate_kind kind) {
    return KINDS[kind].carries;
}

enum element_type aggregate_elements(enum aggregate_kind kind) {
    return KINDS[kind].elements;
}

const char *aggregate_kind_name(enum aggregate_kind kind) {
    return KINDS[kind].name;
}

/* How many of the inputs rank the row and are not given out. */
static size_t ranking_inputs(enum aggregate_kind kind) {
    return kind == AGGREGATE_AT_MAXIMUM || kind == AGGREGATE_AT_MINIMUM;
}

size_t aggregate_outputs(const struct aggregate *aggregate) {
    if (!KINDS[aggregate->kind].carries) return 1;
    return aggregate->input_count - ranking_inputs(aggregate->kind);
}

/* ---- carried rows --------------------------------------------------------------------------- */

/* Below 0: a is worse. A row without a time is worse than any with one. */
static int compare_ranks(const struct rank *a, const struct rank *b) {
    if (a->present != b->present) return a->present ? 1 : -1;
    if (a->extreme != b->extreme) return a->extreme < b->extreme ? -1 : 1;
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return origin_compare(&a->origin, &b->origin);
}

static int compare_bytes(struct text a, struct text b) {
    size_t length = a.length < b.length ? a.length : b.length;
    int order = length ? memcmp(a.data, b.data, length) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int64_t time_rank(const struct aggregate_row *row, bool oldest) {
    if (row->time_column == SIZE_MAX) return 0;
    int64_t time = rows_time(row->rows, row->time_column, row->row);
    if (time == TIME_NONE) return INT64_MIN;
    /* One above the least, so that it stays apart from no time at all. */
    if (oldest) return time == INT64_MIN ? INT64_MAX : -time;
    return time == INT64_MIN ? INT64_MIN + 1 : time;
}

/* False: the row has no place in the order. */
static bool rank_row(const struct aggregate *aggregate, const struct aggregate_row *row,
                     struct rank *rank) {
    *rank = (struct rank){.present = true, .origin = row->rows->origins[row->row]};
    bool least = aggregate->kind == AGGREGATE_OLDEST || aggregate->kind == AGGREGATE_AT_MINIMUM;
    if (ranking_inputs(aggregate->kind) == 0) {
        rank->time = time_rank(row, least);
        return true;
    }
    struct datum cell = rows_cell(row->rows, aggregate->inputs[0], row->row);
    if (!datum_as_number(&cell, &rank->extreme)) return false;
    if (least) rank->extreme = -rank->extreme;
    return true;
}

/* Takes the row if it is better than the one that is carried. */
static bool carry(struct carried_state *to, const struct rank *rank, struct text row,
                  struct group_table *table) {
    int order = compare_ranks(rank, &to->rank);
    if (order == 0) order = compare_bytes(row, (struct text){to->row, to->length});
    if (order <= 0) return true;
    if (row.length > to->room) {
        size_t room = row.length < UINT32_MAX / 2 && to->room > 0 ? 2 * row.length : row.length;
        if (room > UINT32_MAX) return false;
        char *bytes = group_table_room(table, room);
        if (!bytes) return false;
        to->row = bytes;
        to->room = (uint32_t)room;
    }
    to->rank = *rank;
    to->length = (uint32_t)row.length;
    if (row.length) memcpy(to->row, row.data, row.length);
    return true;
}

static bool add_carried(const struct aggregate *aggregate, struct carried_state *state,
                        const struct aggregate_row *row) {
    struct rank rank;
    if (!rank_row(aggregate, row, &rank) || compare_ranks(&rank, &state->rank) < 0) return true;
    size_t first = ranking_inputs(aggregate->kind), count = aggregate->input_count - first;
    for (size_t i = 0; i < count; i++)
        row->cells[i] = rows_cell(row->rows, aggregate->inputs[first + i], row->row);
    buffer_clear(row->scratch, SIZE_MAX);
    row_encode(row->scratch, row->cells, count);
    if (row->scratch->failed) return false;
    return carry(state, &rank, (struct text){row->scratch->data, row->scratch->length}, row->table);
}

struct text aggregate_carried(enum aggregate_kind kind, const void *state) {
    if (!KINDS[kind].carries) return (struct text){"", 0};
    const struct carried_state *carried = state;
    return (struct text){carried->row, carried->length};
}

/* ---- adding --------------------------------------------------------------------------------- */

/* False: the input is no number. -0 becomes 0, so that no result tells them apart. */
static bool input_number(const struct aggregate *aggregate, const struct rows *rows, size_t row,
                         double *number) {
    struct datum cell = rows_cell(rows, aggregate->inputs[0], row);
    if (!datum_as_number(&cell, number)) return false;
    *number += 0.0;
    return true;
}

static bool is_counted(const struct aggregate *aggregate, const struct aggregate_row *row) {
    if (aggregate->input_count == 0) return true;
    return rows_cell(row->rows, aggregate->inputs[0], row->row).kind != DATUM_MISSING;
}

static void add_to_sum(struct sum_state *state, double number) {
    exact_sum_add(&state->sum, number);
    state->count++;
}

static void add_extremes(struct extremes_state *to, double least, double greatest, uint64_t count) {
    if (to->count == 0 || least < to->least) to->least = least;
    if (to->count == 0 || greatest > to->greatest) to->greatest = greatest;
    to->count += count;
}

static void add_to_deviation(struct deviation_state *state, double number) {
    exact_sum_add(&state->sum, number);
    exact_sum_add_square(&state->squares, number);
    state->count++;
}

static void add_number(enum aggregate_kind kind, void *state, double number) {
    switch (kind) {
        case AGGREGATE_SUM:
        case AGGREGATE_AVERAGE:
            add_to_sum(state, number);
            break;
        case AGGREGATE_MINIMUM:
        case AGGREGATE_MAXIMUM:
        case AGGREGATE_RANGE:
            add_extremes(state, number, number, 1);
            break;
        case AGGREGATE_DEVIATION:
            add_to_deviation(state, number);
            break;
        case AGGREGATE_PERCENTILE:
            ((struct count_state *)state)->count++;
            break;
        default:
            break;
    }
}

bool aggregate_add(const struct aggregate *aggregate, void *state,
                   const struct aggregate_row *row) {
    double number;
    switch (aggregate->kind) {
        case AGGREGATE_COUNT:
            ((struct count_state *)state)->count += is_counted(aggregate, row);
            return true;
        case AGGREGATE_DISTINCT:
        case AGGREGATE_COLLECT:
            return true; /* elements only */
        case AGGREGATE_NEWEST:
        case AGGREGATE_OLDEST:
        case AGGREGATE_AT_MAXIMUM:
        case AGGREGATE_AT_MINIMUM:
            return add_carried(aggregate, state, row);
        default:
            if (input_number(aggregate, row->rows, row->row, &number))
                add_number(aggregate->kind, state, number);
            return true;
    }
}

/* ---- merging -------------------------------------------------------------------------------- */

static void merge_sums(struct sum_state *to, const struct sum_state *from) {
    exact_sum_merge(&to->sum, &from->sum);
    to->count += from->count;
}

static void merge_deviations(struct deviation_state *to, const struct deviation_state *from) {
    exact_sum_merge(&to->sum, &from->sum);
    exact_sum_merge(&to->squares, &from->squares);
    to->count += from->count;
}

static bool merge_carried(struct carried_state *to, const struct carried_state *from,
                          const char **rows, struct group_table *table) {
    struct text row = {*rows, from->length};
    *rows += from->length;
    return !from->rank.present || carry(to, &from->rank, row, table);
}

bool aggregate_merge(enum aggregate_kind kind, void *to, const char *from, const char **rows,
                     struct group_table *table) {
    union {
        struct count_state count;
        struct sum_state sum;
        struct extremes_state extremes;
        struct deviation_state deviation;
        struct carried_state carried;
    } state;
    memcpy(&state, from, KINDS[kind].state_size);
    switch (kind) {
        case AGGREGATE_COUNT:
        case AGGREGATE_PERCENTILE:
            ((struct count_state *)to)->count += state.count.count;
            return true;
        case AGGREGATE_SUM:
        case AGGREGATE_AVERAGE:
            merge_sums(to, &state.sum);
            return true;
        case AGGREGATE_MINIMUM:
        case AGGREGATE_MAXIMUM:
        case AGGREGATE_RANGE:
            if (state.extremes.count)
                add_extremes(to, state.extremes.least, state.extremes.greatest,
                             state.extremes.count);
            return true;
        case AGGREGATE_DEVIATION:
            merge_deviations(to, &state.deviation);
            return true;
        case AGGREGATE_DISTINCT:
        case AGGREGATE_COLLECT:
            return true;
        case AGGREGATE_NEWEST:
        case AGGREGATE_OLDEST:
        case AGGREGATE_AT_MAXIMUM:
        case AGGREGATE_AT_MINIMUM:
            return merge_carried(to, &state.carried, rows, table);
    }
    return true;
}

/* ---- elements ------------------------------------------------------------------------------- */

size_t element_payload_size(enum element_type type) {
    return type == ELEMENT_NUMBER ? sizeof(uint64_t) : 0;
}

/* Big-endian, with the sign bit set for numbers from 0 on and all bits turned for those below. */
static void append_number(struct buffer *out, double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    bits = bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
    bits = htobe64(bits);
    buffer_append(out, &bits, ELEMENT_NUMBER_BYTES);
}

static double read_number(struct text text) {
    uint64_t bits;
    memcpy(&bits, text.data, sizeof bits);
    bits = be64toh(bits);
    bits = bits >> 63 ? bits & ~(UINT64_C(1) << 63) : ~bits;
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

bool aggregate_element(const struct aggregate *aggregate, const struct rows *rows, size_t row,
                       struct buffer *out) {
    if (KINDS[aggregate->kind].elements == ELEMENT_NUMBER) {
        double number;
        if (!input_number(aggregate, rows, row, &number)) return false;
        append_number(out, number);
        return true;
    }
    struct datum cell = rows_cell(rows, aggregate->inputs[0], row);
    char room[NUMBER_TEXT];
    struct text text;
    if (!datum_as_text(&cell, room, &text)) return false;
    buffer_append(out, text.data, text.length);
    return true;
}

/* The nearest rank: the least value with at least `parameter` per cent of all at or below it. */
static uint64_t nearest_rank(double parameter, uint64_t count) {
    double rank = ceil(parameter * (double)count / 100);
    return rank < 1 ? 1 : rank >= (double)count ? count : (uint64_t)rank;
}

static void collect(const struct aggregate *aggregate, struct aggregate_elements *elements,
                    struct text value) {
    if (elements->count >= aggregate->limit) return;
    if (elements->count > 0)
        buffer_append(&elements->joined, aggregate->separator, strlen(aggregate->separator));
    buffer_append(&elements->joined, value.data, value.length);
}

void aggregate_take(const struct aggregate *aggregate, const void *state,
                    struct aggregate_elements *elements, struct text value, uint64_t count) {
    if (aggregate->kind == AGGREGATE_COLLECT) collect(aggregate, elements, value);
    elements->count += count;
    if (aggregate->kind != AGGREGATE_PERCENTILE || elements->found) return;
    uint64_t all = ((const struct count_state *)state)->count;
    if (elements->count < nearest_rank(aggregate->parameter, all)) return;
    elements->found = true;
    elements->number = read_number(value);
}

/* ---- results -------------------------------------------------------------------------------- */

static enum aggregate_outcome sum_result(const struct sum_state *state, bool average,
                                         struct datum *cell) {
    double sum;
    if (state->count == 0) return OUTCOME_WHOLE;
    if (!exact_sum_result(&state->sum, &sum)) return OUTCOME_TOO_LARGE;
    *cell = datum_number(average ? sum / (double)state->count : sum);
    return OUTCOME_WHOLE;
}

static enum aggregate_outcome deviation_result(const struct deviation_state *state,
                                               struct datum *cell) {
    double deviation;
    if (state->count == 0) return OUTCOME_WHOLE;
    if (!exact_sum_deviation(&state->sum, &state->squares, state->count, &deviation))
        return OUTCOME_TOO_LARGE;
    *cell = datum_number(deviation);
    return OUTCOME_WHOLE;
}

static enum aggregate_outcome extremes_result(enum aggregate_kind kind,
                                              const struct extremes_state *state,
                                              struct datum *cell) {
    if (state->count == 0) return OUTCOME_WHOLE;
    double number = kind == AGGREGATE_MINIMUM   ? state->least
                    : kind == AGGREGATE_MAXIMUM ? state->greatest
                                                : state->greatest - state->least;
    if (!isfinite(number)) return OUTCOME_TOO_LARGE;
    *cell = datum_number(number);
    return OUTCOME_WHOLE;
}

static enum aggregate_outcome collect_result(const struct aggregate *aggregate,
                                             const struct aggregate_elements *elements,
                                             struct datum *cell) {
    if (elements->count == 0) return OUTCOME_WHOLE;
    const struct buffer *joined = &elements->joined;
    *cell = datum_text((struct text){joined->data ? joined->data : "", joined->length});
    return elements->count > aggregate->limit ? OUTCOME_CUT : OUTCOME_WHOLE;
}

static void carried_result(const struct aggregate *aggregate, const struct carried_state *state,
                           struct datum *cells) {
    size_t count = aggregate_outputs(aggregate);
    if (state->rank.present && row_decode((struct text){state->row, state->length}, cells, count))
        return;
    for (size_t i = 0; i < count; i++) cells[i] = datum_missing();
}

enum aggregate_outcome aggregate_result(const struct aggregate *aggregate, const void *state,
                                        const struct aggregate_elements *elements,
                                        struct datum *cells) {
    if (!KINDS[aggregate->kind].carries) *cells = datum_missing();
    switch (aggregate->kind) {
        case AGGREGATE_COUNT:
            *cells = datum_number((double)((const struct count_state *)state)->count);
            return OUTCOME_WHOLE;
        case AGGREGATE_DISTINCT:
            *cells = datum_number((double)elements->count);
            return OUTCOME_WHOLE;
        case AGGREGATE_SUM:
        case AGGREGATE_AVERAGE:
            return sum_result(state, aggregate->kind == AGGREGATE_AVERAGE, cells);
        case AGGREGATE_MINIMUM:
        case AGGREGATE_MAXIMUM:
        case AGGREGATE_RANGE:
            return extremes_result(aggregate->kind, state, cells);
        case AGGREGATE_DEVIATION:
            return deviation_result(state, cells);
        case AGGREGATE_PERCENTILE:
            if (elements->found) *cells = datum_number(elements->number);
            return OUTCOME_WHOLE;
        case AGGREGATE_COLLECT:
            return collect_result(aggregate, elements, cells);
        case AGGREGATE_NEWEST:
        case AGGREGATE_OLDEST:
        case AGGREGATE_AT_MAXIMUM:
        case AGGREGATE_AT_MINIMUM:
            carried_result(aggregate, state, cells);
            return OUTCOME_WHOLE;
    }
    return OUTCOME_WHOLE;
}
