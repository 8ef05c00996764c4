#include "engine/operator/window.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "engine/operator/aggregate.h"
#include "engine/operator/exact_sum.h"
#include "engine/operator/multiset.h"
#include "engine/operator/row_queue.h"
#include "engine/operator/sortkey.h"

#define MIB (UINT64_C(1) << 20)
#define SIGN (UINT64_C(1) << 63)
#define RANK_BYTES (2 * sizeof(uint64_t)) /* of a carried row: its rank, then its number */
#define SQUARE_ROOT_LIMIT 0x1p64          /* of what exact_sum_add_square takes */

/* What is remembered for one aggregate. */
struct tracker {
    const struct aggregate *aggregate;
    uint64_t count; /* of what counts: rows, numbers */
    uint64_t too_large;
    struct exact_sum sum, squares;
    struct multiset values; /* texts, numbers in an order of bytes, or ranks with rows */
    struct buffer joined;   /* of COLLECT */
};

struct row_window {
    struct row_window_spec spec;
    struct tracker *trackers; /* [count] */
    bool *used;               /* [cell_count]: an aggregate reads it */
    struct datum *cells;      /* [cell_count] of a row that leaves */
    struct datum *inputs;     /* [cell_count] */
    struct row_queue rows;    /* those of a window that slides */
    uint64_t pushed;          /* into one that does not */
    struct buffer row, text;
};

/* ---- numbers and ranks as bytes ----------------------------------------------------------- */

static uint64_t bits_of(double number) {
    uint64_t bits;
    number += 0.0; /* -0 is 0 */
    memcpy(&bits, &number, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

static double number_of(struct text text) {
    uint64_t bits;
    double number;
    memcpy(&bits, text.data, sizeof bits);
    bits = __builtin_bswap64(bits);
    bits = bits & SIGN ? bits & ~SIGN : ~bits;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* Rows without a time rank below all others. */
static uint64_t time_rank(int64_t time, bool oldest) {
    if (time == TIME_NONE) return 0;
    uint64_t bits = (uint64_t)time ^ SIGN;
    if (oldest) bits = ~bits;
    return bits ? bits : 1;
}

/* ---- what a row is to an aggregate -------------------------------------------------------- */

/* A row that comes or leaves. */
struct change {
    struct row_window *window;
    const struct datum *cells;
    int64_t time;
    uint64_t number;
    bool leaves;
};

static bool is_wanted(const struct aggregate *aggregate, const struct datum *cells) {
    if (aggregate->where == SIZE_MAX) return true;
    const struct datum *flag = &cells[aggregate->where];
    return flag->kind == DATUM_TEXT && text_equal(flag->text, (struct text){"true", 4});
}

/* False: no memory. */
static bool change_value(struct tracker *tracker, const struct change *change, struct text value,
                         struct text payload) {
    if (!change->leaves) return multiset_add(&tracker->values, value, payload);
    multiset_remove(&tracker->values, value);
    return true;
}

/* In a window that does not slide only the extremes count. */
static bool change_extreme(struct tracker *tracker, const struct change *change, struct text value,
                           bool least, bool greatest) {
    struct multiset *values = &tracker->values;
    struct text none = {"", 0}, old;
    if (!change_value(tracker, change, value, none)) return false;
    if (change->window->spec.slides) return true;
    uint64_t most = (uint64_t)least + greatest;
    while (values->count > most) {
        multiset_at(values, greatest ? (least ? 1 : 0) : values->count - 1, &old, &none);
        char bytes[sizeof(uint64_t)];
        memcpy(bytes, old.data, sizeof bytes);
        multiset_remove(values, (struct text){bytes, sizeof bytes});
    }
    return true;
}

/* A sum without the number, as exactly as it was added. */
static void take_back(struct exact_sum *sum, const struct exact_sum *value) {
    struct exact_sum negative = *value;
    bool carry = true;
    for (size_t i = 0; i < EXACT_SUM_WORDS; i++) {
        negative.words[i] = ~negative.words[i] + carry;
        carry = carry && negative.words[i] == 0;
    }
    exact_sum_merge(sum, &negative);
}

static void change_sum(struct exact_sum *sum, const struct exact_sum *value, bool leaves) {
    if (leaves)
        take_back(sum, value);
    else
        exact_sum_merge(sum, value);
}

static void change_sums(struct tracker *tracker, double number, bool leaves) {
    bool squares = tracker->aggregate->kind == AGGREGATE_DEVIATION;
    tracker->count += leaves ? UINT64_MAX : 1;
    if (fabs(number) >= (squares ? SQUARE_ROOT_LIMIT : EXACT_SUM_LIMIT)) {
        tracker->too_large += leaves ? UINT64_MAX : 1;
        return;
    }
    struct exact_sum value = {0};
    exact_sum_add(&value, number);
    change_sum(&tracker->sum, &value, leaves);
    if (!squares) return;
    struct exact_sum square = {0};
    exact_sum_add_square(&square, number);
    change_sum(&tracker->squares, &square, leaves);
}

static bool change_number(struct tracker *tracker, const struct change *change) {
    const struct aggregate *aggregate = tracker->aggregate;
    double number;
    if (!datum_as_number(&change->cells[aggregate->inputs[0]], &number)) return true;
    uint64_t bits = __builtin_bswap64(bits_of(number));
    struct text value = {(const char *)&bits, sizeof bits};
    switch (aggregate->kind) {
        case AGGREGATE_MINIMUM:
            return change_extreme(tracker, change, value, true, false);
        case AGGREGATE_MAXIMUM:
            return change_extreme(tracker, change, value, false, true);
        case AGGREGATE_RANGE:
            return change_extreme(tracker, change, value, true, true);
        case AGGREGATE_PERCENTILE:
            return change_value(tracker, change, value, (struct text){"", 0});
        default:
            change_sums(tracker, number, change->leaves);
            return true;
    }
}

static bool change_text(struct tracker *tracker, const struct change *change) {
    char room[NUMBER_TEXT];
    struct text value;
    if (!datum_as_text(&change->cells[tracker->aggregate->inputs[0]], room, &value)) return true;
    return change_value(tracker, change, value, (struct text){"", 0});
}

static bool rank_of(const struct aggregate *aggregate, const struct change *change,
                    uint64_t *rank) {
    bool by_time = aggregate->kind == AGGREGATE_NEWEST || aggregate->kind == AGGREGATE_OLDEST;
    double number;
    if (by_time) {
        *rank = time_rank(change->time, aggregate->kind == AGGREGATE_OLDEST);
        return true;
    }
    if (!datum_as_number(&change->cells[aggregate->inputs[0]], &number)) return false;
    *rank = aggregate->kind == AGGREGATE_AT_MINIMUM ? ~bits_of(number) : bits_of(number);
    return true;
}

/* The best row is the last in the order of rank and number. */
static bool change_row(struct tracker *tracker, const struct change *change) {
    const struct aggregate *aggregate = tracker->aggregate;
    struct row_window *window = change->window;
    size_t outputs = aggregate_outputs(aggregate), first = aggregate->input_count - outputs;
    uint64_t key[2];
    if (!rank_of(aggregate, change, &key[0])) return true;
    key[0] = __builtin_bswap64(key[0]);
    key[1] = __builtin_bswap64(change->number);
    struct text rank = {(const char *)key, RANK_BYTES}, best, payload;
    if (change->leaves) return change_value(tracker, change, rank, (struct text){"", 0});
    if (!window->spec.slides && multiset_at(&tracker->values, 0, &best, &payload)) {
        if (memcmp(rank.data, best.data, RANK_BYTES) < 0) return true;
        multiset_clear(&tracker->values);
    }
    for (size_t i = 0; i < outputs; i++)
        window->inputs[i] = change->cells[aggregate->inputs[first + i]];
    window->text.length = 0;
    row_encode(&window->text, window->inputs, outputs);
    if (window->text.failed) return false;
    return change_value(tracker, change, rank,
                        (struct text){window->text.data, window->text.length});
}

static bool change_count(struct tracker *tracker, const struct change *change) {
    const struct aggregate *aggregate = tracker->aggregate;
    if (aggregate->input_count && change->cells[aggregate->inputs[0]].kind == DATUM_MISSING)
        return true;
    tracker->count += change->leaves ? UINT64_MAX : 1;
    return true;
}

static bool change_tracker(struct tracker *tracker, const struct change *change) {
    if (!is_wanted(tracker->aggregate, change->cells)) return true;
    switch (tracker->aggregate->kind) {
        case AGGREGATE_COUNT:
            return change_count(tracker, change);
        case AGGREGATE_DISTINCT:
        case AGGREGATE_COLLECT:
            return change_text(tracker, change);
        case AGGREGATE_NEWEST:
        case AGGREGATE_OLDEST:
        case AGGREGATE_AT_MAXIMUM:
        case AGGREGATE_AT_MINIMUM:
            return change_row(tracker, change);
        default:
            return change_number(tracker, change);
    }
}

/* ---- rows that come and leave ------------------------------------------------------------- */

static uint64_t held(const struct row_window *window) {
    uint64_t bytes = window->rows.bytes;
    for (size_t i = 0; i < window->spec.count; i++)
        bytes += window->trackers[i].values.bytes + window->trackers[i].joined.capacity;
    return bytes;
}

/* Remembers what aggregates read of the row. */
static enum trawl_status remember(struct row_window *window, const struct datum *cells,
                                  int64_t time, struct trawl_error *error) {
    window->row.length = 0;
    for (size_t i = 0; i < window->spec.cell_count; i++)
        if (window->used[i]) row_encode(&window->row, &cells[i], 1);
    if (window->row.failed) return error_memory(error);
    struct text row = {window->row.data, window->row.length};
    return row_queue_push(&window->rows, row, time, error);
}

enum trawl_status row_window_push(struct row_window *window, const struct datum *cells,
                                  int64_t time, struct trawl_error *error) {
    struct change change = {window, cells, time, window->pushed++, false};
    if (window->spec.slides) {
        change.number = window->rows.arrived;
        enum trawl_status status = remember(window, cells, time, error);
        if (status != TRAWL_OK) return status;
    }
    for (size_t i = 0; i < window->spec.count; i++)
        if (!change_tracker(&window->trackers[i], &change)) return error_memory(error);
    if (held(window) <= window->spec.budget) return TRAWL_OK;
    return error_set(error, TRAWL_MEMORY,
                     "the values of one window take more than the %" PRIu64
                     " MiB they may have: give more with --memory, or make the window shorter",
                     window->spec.budget / MIB);
}

enum trawl_status row_window_pop(struct row_window *window, struct trawl_error *error) {
    const struct queued_row *row = window->rows.first;
    size_t count = 0;
    for (size_t i = 0; i < window->spec.cell_count; i++) count += window->used[i];
    if (row_decode(queued_text(row), window->inputs, count)) {
        for (size_t i = 0, next = 0; i < window->spec.cell_count; i++)
            window->cells[i] = window->used[i] ? window->inputs[next++] : datum_missing();
        struct change change = {window, window->cells, row->time, row->number, true};
        for (size_t i = 0; i < window->spec.count; i++)
            (void)change_tracker(&window->trackers[i], &change); /* needs no memory */
    }
    return row_queue_pop(&window->rows, error);
}

void row_window_clear(struct row_window *window) {
    row_queue_clear(&window->rows);
    for (size_t i = 0; i < window->spec.count; i++) {
        struct tracker *tracker = &window->trackers[i];
        multiset_clear(&tracker->values);
        tracker->count = tracker->too_large = 0;
        tracker->sum = tracker->squares = (struct exact_sum){0};
    }
}

uint64_t row_window_rows(const struct row_window *window) {
    return window->rows.count;
}

int64_t row_window_begin(const struct row_window *window) {
    return window->rows.first->time;
}

/* ---- results ------------------------------------------------------------------------------ */

static double at(const struct multiset *values, uint64_t rank) {
    struct text value, payload;
    return multiset_at(values, rank, &value, &payload) ? number_of(value) : 0;
}

/* The nearest rank, from 0: the least value with at least that share at or below it. */
static uint64_t percentile_rank(const struct tracker *tracker) {
    uint64_t count = tracker->values.count;
    double rank = ceil(tracker->aggregate->parameter * (double)count / 100);
    if (rank < 1) return 0;
    return rank >= (double)count ? count - 1 : (uint64_t)rank - 1;
}

static struct datum extreme_result(const struct tracker *tracker) {
    const struct multiset *values = &tracker->values;
    if (values->count == 0) return datum_missing();
    double least = at(values, 0), greatest = at(values, values->count - 1), result;
    switch (tracker->aggregate->kind) {
        case AGGREGATE_MINIMUM:
            return datum_number(least);
        case AGGREGATE_MAXIMUM:
            return datum_number(greatest);
        case AGGREGATE_PERCENTILE:
            return datum_number(at(values, percentile_rank(tracker)));
        default:
            result = greatest - least;
            return isfinite(result) ? datum_number(result) : datum_missing();
    }
}

static struct datum sum_result(const struct tracker *tracker) {
    double result;
    if (tracker->count == 0 || tracker->too_large) return datum_missing();
    bool good = tracker->aggregate->kind == AGGREGATE_DEVIATION
                    ? exact_sum_deviation(&tracker->sum, &tracker->squares, tracker->count, &result)
                    : exact_sum_result(&tracker->sum, &result);
    if (!good) return datum_missing();
    if (tracker->aggregate->kind == AGGREGATE_AVERAGE) result /= (double)tracker->count;
    return datum_number(result);
}

struct joining {
    struct tracker *tracker;
    uint64_t joined;
};

static bool join_text(void *context, struct text text) {
    struct joining *joining = context;
    const struct aggregate *aggregate = joining->tracker->aggregate;
    struct buffer *out = &joining->tracker->joined;
    if (joining->joined >= aggregate->limit) return false;
    if (joining->joined++) buffer_append(out, aggregate->separator, strlen(aggregate->separator));
    return buffer_append(out, text.data, text.length);
}

static struct datum collect_result(struct tracker *tracker) {
    struct joining joining = {tracker, 0};
    tracker->joined.length = 0;
    if (tracker->values.distinct == 0) return datum_missing();
    multiset_each(&tracker->values, join_text, &joining);
    return datum_text(
        (struct text){tracker->joined.data ? tracker->joined.data : "", tracker->joined.length});
}

static void row_result(const struct tracker *tracker, struct datum *cells) {
    size_t outputs = aggregate_outputs(tracker->aggregate);
    struct text rank, row;
    if (tracker->values.count &&
        multiset_at(&tracker->values, tracker->values.count - 1, &rank, &row) &&
        row_decode(row, cells, outputs))
        return;
    for (size_t i = 0; i < outputs; i++) cells[i] = datum_missing();
}

static void tracker_result(struct tracker *tracker, struct datum *cells) {
    switch (tracker->aggregate->kind) {
        case AGGREGATE_COUNT:
            *cells = datum_number((double)tracker->count);
            break;
        case AGGREGATE_DISTINCT:
            *cells = datum_number((double)tracker->values.distinct);
            break;
        case AGGREGATE_COLLECT:
            *cells = collect_result(tracker);
            break;
        case AGGREGATE_SUM:
        case AGGREGATE_AVERAGE:
        case AGGREGATE_DEVIATION:
            *cells = sum_result(tracker);
            break;
        case AGGREGATE_MINIMUM:
        case AGGREGATE_MAXIMUM:
        case AGGREGATE_RANGE:
        case AGGREGATE_PERCENTILE:
            *cells = extreme_result(tracker);
            break;
        default:
            row_result(tracker, cells);
    }
}

static void tell(const struct tracker *tracker, struct notices *notices) {
    const struct aggregate *aggregate = tracker->aggregate;
    const char *name = aggregate->name ? aggregate->name : aggregate_kind_name(aggregate->kind);
    if (aggregate->kind == AGGREGATE_COLLECT && tracker->values.distinct > aggregate->limit)
        notices_add(notices, "%s reached its limit of %" PRIu64 " in some rows", name,
                    aggregate->limit);
    if (tracker->too_large)
        notices_add(notices, "%s has no result in some rows: a number is too large to be summed",
                    name);
}

enum trawl_status row_window_result(struct row_window *window, struct datum *cells,
                                    struct notices *notices, struct trawl_error *error) {
    for (size_t i = 0; i < window->spec.count; i++) {
        struct tracker *tracker = &window->trackers[i];
        tracker_result(tracker, cells);
        if (tracker->joined.failed) return error_memory(error);
        tell(tracker, notices);
        cells += aggregate_outputs(tracker->aggregate);
    }
    return TRAWL_OK;
}

/* ---- life --------------------------------------------------------------------------------- */

size_t row_window_outputs(const struct row_window_spec *spec) {
    size_t outputs = 0;
    for (size_t i = 0; i < spec->count; i++) outputs += aggregate_outputs(&spec->aggregates[i]);
    return outputs;
}

static void note_used(struct row_window *window, const struct aggregate *aggregate) {
    for (size_t i = 0; i < aggregate->input_count; i++) window->used[aggregate->inputs[i]] = true;
    if (aggregate->where != SIZE_MAX) window->used[aggregate->where] = true;
}

struct row_window *row_window_new(const struct row_window_spec *spec) {
    struct row_window *window = calloc(1, sizeof *window);
    if (!window) return NULL;
    window->spec = *spec;
    window->rows.spill = spec->spill;
    window->rows.most = spec->budget / 2;
    window->trackers = calloc(spec->count + 1, sizeof *window->trackers);
    window->used = calloc(spec->cell_count + 1, sizeof *window->used);
    window->cells = calloc(spec->cell_count + 1, sizeof *window->cells);
    size_t inputs = row_window_outputs(spec) + spec->cell_count;
    window->inputs = calloc(inputs + 1, sizeof *window->inputs);
    if (!window->trackers || !window->used || !window->cells || !window->inputs) {
        row_window_free(window);
        return NULL;
    }
    for (size_t i = 0; i < spec->count; i++) {
        window->trackers[i].aggregate = &spec->aggregates[i];
        note_used(window, &spec->aggregates[i]);
    }
    return window;
}

void row_window_free(struct row_window *window) {
    if (!window) return;
    row_queue_clear(&window->rows);
    for (size_t i = 0; window->trackers && i < window->spec.count; i++) {
        multiset_clear(&window->trackers[i].values);
        buffer_free(&window->trackers[i].joined);
    }
    buffer_free(&window->row);
    buffer_free(&window->text);
    free(window->trackers);
    free(window->used);
    free(window->cells);
    free(window->inputs);
    free(window);
}
