/* sequence_window.c - rows with aggregates over them and rows before them. */
#include "engine/base/time.h"
#include "engine/operator/sequence_internal.h"

/* Whether the oldest row of the window is too old for a row of this time. A row without a time
 * shares its window with no other. */
static bool is_outside(const struct sequence_walk *walk, int64_t time) {
    const struct sequence_spec *spec = walk->spec;
    if (spec->span == 0) return false;
    int64_t begin = row_window_begin(walk->window), earliest;
    if (time == TIME_NONE || begin == TIME_NONE) return true;
    return !__builtin_sub_overflow(time, spec->span, &earliest) && begin < earliest;
}

static enum trawl_status slide(struct sequence_walk *walk, int64_t time,
                               struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    while (status == TRAWL_OK && row_window_rows(walk->window) && is_outside(walk, time))
        status = row_window_pop(walk->window, error);
    return status;
}

/* Puts the row in, and out for it the oldest where as many are there as may be. */
static enum trawl_status enter(struct sequence_walk *walk, const struct sequence_row *row,
                               struct trawl_error *error) {
    const struct sequence_spec *spec = walk->spec;
    enum trawl_status status = TRAWL_OK;
    if (spec->events && row_window_rows(walk->window) == spec->events)
        status = row_window_pop(walk->window, error);
    if (status != TRAWL_OK) return status;
    return row_window_push(walk->window, row->cells, row->time, error);
}

enum trawl_status windowed_row(struct sequence_walk *walk, const struct sequence_row *row,
                               struct trawl_error *error) {
    const struct sequence_spec *spec = walk->spec;
    enum trawl_status status = slide(walk, row->time, error);
    if (status == TRAWL_OK && !spec->excludes) status = enter(walk, row, error);
    if (status == TRAWL_OK)
        status = row_window_result(walk->window, walk->made, walk->resources->notices, error);
    if (status != TRAWL_OK) return status;
    const struct row_window_spec shape = {.aggregates = spec->aggregates,
                                          .count = spec->aggregate_count};
    sequence_pass(walk, row_window_outputs(&shape), row->cells);
    status = sequence_give(walk, error);
    return status == TRAWL_OK && spec->excludes ? enter(walk, row, error) : status;
}

enum trawl_status windowed_end(struct sequence_walk *walk, struct trawl_error *error) {
    (void)error;
    row_window_clear(walk->window);
    return TRAWL_OK;
}
