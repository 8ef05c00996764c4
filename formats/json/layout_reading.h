/* layout_reading.h - what the kernels do with the values that they come to, the same at every ISA
 * level: for layout_read.c, which includes layout_kernel.h behind it. */
#ifndef TRAWL_FORMATS_JSON_LAYOUT_READING_H
#define TRAWL_FORMATS_JSON_LAYOUT_READING_H

#include "formats/json/layout.h"

/* Kept out of the walk over steps, whose registers are few. */
#define LAYOUT_RARE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* What is rare of a value that is wanted: paths go on in a string, or it is an array's element. */
static LAYOUT_RARE void layout_file_deeper(struct json_walk *walk, const struct json_column *column,
                                           const struct json_key *key, struct json_value value) {
    if (key && key->child != JSON_NO_NODE && value.type == JSON_STRING)
        json_walk_string(walk, key->child, &value);
    if (column->array) json_walk_element(walk, column->array, column->element, &value);
}

/* The record at hand: what it is filed in, and the objects that are open. The row's own counts are
 * brought up to date at the end. */
struct reading {
    struct json_walk *walk;
    struct json_row row;
    uint32_t depth;
    const char *starts[LAYOUT_DEPTH];
    const struct layout_step *steps[LAYOUT_DEPTH];
};

/* The value's parts are in registers and stay there: written to memory one by one and read back
 * whole, each would cost a stall. */
static ALWAYS_INLINE void layout_store(struct reading *reading, uint32_t slot,
                                       struct json_value value, uint64_t source) {
    struct json_row *row = &reading->row;
    struct json_value *to = &row->values[slot];
    to->type = value.type;
    to->escaped = value.escaped;
    to->raw.data = value.raw.data;
    to->raw.length = value.raw.length;
    row->sources[slot] = source;
    row->changed[row->changed_count++] = slot;
    row->found[row->found_count++] =
        (struct json_found){slot, JSON_KIND(value.type, value.escaped)};
}

/* The value that the filing says; the record before may have had it from there as well. */
static ALWAYS_INLINE void layout_store_filed(struct reading *reading,
                                             const struct layout_filing *filing, const char *zero,
                                             uint64_t source) {
    uint32_t slot = filing->slot;
    struct json_value value = {
        (enum json_type)filing->type, false, {zero + filing->start, filing->length}};
    struct json_row *row = &reading->row;
    if (row->sources[slot] != source) {
        layout_store(reading, slot, value, source);
        return;
    }
    row->values[slot].raw.data = value.raw.data;
    row->found[row->found_count++] = (struct json_found){slot, JSON_KIND(value.type, false)};
}

static ALWAYS_INLINE void layout_file(struct reading *reading, const struct json_column *column,
                                      const struct json_key *key, struct json_value value) {
    if (key && key->slot != JSON_NO_SLOT) layout_store(reading, key->slot, value, 0);
    if (column->array || (key && key->child != JSON_NO_NODE))
        layout_file_deeper(reading->walk, column, key, value);
}

static ALWAYS_INLINE bool layout_meet(struct reading *reading, const struct json_key *key) {
    return json_row_meet(&reading->row, (size_t)(key - reading->walk->paths->keys));
}

static ALWAYS_INLINE void layout_keep(struct reading *reading, const struct json_column *column,
                                      struct json_value value) {
    const struct json_key *key = column->key;
    if (key && !layout_meet(reading, key)) key = NULL;
    layout_file(reading, column, key, value);
}

/* Behind the object's bracket. False: declined. */
static ALWAYS_INLINE bool layout_enter(struct reading *reading, const struct layout_step *step,
                                       const char *at) {
    if (reading->depth == LAYOUT_DEPTH || !layout_meet(reading, step->column.key)) return false;
    reading->starts[reading->depth] = at - 1;
    reading->steps[reading->depth++] = step;
    return true;
}

static ALWAYS_INLINE void layout_leave(struct reading *reading, const char *at) {
    const char *start = reading->starts[--reading->depth];
    const struct json_column *column = &reading->steps[reading->depth]->column;
    struct json_value value = {JSON_OBJECT, false, {start, (size_t)(at - start)}};
    layout_file(reading, column, column->key, value);
}

/* As a filing says that is not only a value to be stored; behind: the mark's piece. */
static ALWAYS_INLINE bool layout_file_step(struct reading *reading, const struct layout_step *step,
                                           struct json_value value, const char *behind) {
    if (step->kind == LAYOUT_ENTER) return layout_enter(reading, step, behind);
    if (step->kind == LAYOUT_LEAVE)
        layout_leave(reading, behind);
    else
        layout_keep(reading, &step->column, value);
    return true;
}

/* What is as in the template up to the piece of the mark with the number `last` goes into the row;
 * the run of `mark` starts at `at`. False: declined. */
static ALWAYS_INLINE bool layout_follow(const struct json_layout *layout, struct reading *reading,
                                        const struct layout_mark *mark, uint32_t last,
                                        const char *at) {
    const char *zero = at - mark->from;
    for (const struct layout_filing *filing = &layout->filings[mark->filing]; filing->mark < last;
         filing++) {
        if (filing->slot != JSON_NO_SLOT) {
            uint64_t source = layout->epoch + (uint64_t)(filing - layout->filings);
            if (json_row_meet(&reading->row, filing->key))
                layout_store_filed(reading, filing, zero, source);
            continue;
        }
        struct json_value value = {
            (enum json_type)filing->type, false, {zero + filing->start, filing->length}};
        const struct layout_mark *other = &layout->marks[filing->mark];
        const struct layout_step *step = &layout->steps[other->step];
        if (!layout_file_step(reading, step, value, zero + other->end)) return false;
    }
    return true;
}

/* The last mark of the run whose piece lies in its first `same` bytes; 0: none. */
static LAYOUT_RARE uint32_t layout_last(struct json_layout *layout, struct layout_mark *mark,
                                        size_t same) {
    uint32_t last = 0, start = mark->from;
    while (last < mark->count && mark[last + 1].end - start <= same) last++;
    layout_missed(layout, mark);
    return last;
}

#endif
