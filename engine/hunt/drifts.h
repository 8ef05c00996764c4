/* drifts.h - what a summary tells of the forms of fields: falls (drift.h), values that no list has,
 * and the counts day by day. */
#ifndef TRAWL_ENGINE_DRIFTS_H
#define TRAWL_ENGINE_DRIFTS_H

#include "engine/source.h"

/* Where it is told from. All outlive what is made. */
struct drifts_source {
    const struct source *source;
    const struct program *program; /* the one that reads the archive */
    const uint32_t *columns;     /* [fields of the program] in `records`; NULL: the same numbers */
    size_t first_step;           /* of its steps, the first that is the query's own */
    const struct tally *records; /* settled */
    const struct input_list *inputs;
};

/* Zero-initialised is empty. */
struct drifts {
    struct trawl_drift *falls;
    size_t fall_count, fall_capacity;
    struct trawl_unlisted *unlisted;
    size_t unlisted_count;
    struct trawl_day *days;
    size_t day_count;
    struct trawl_field_day *field_days; /* of all days */
    struct trawl_count *form_counts;    /* of all of those */
};

/* `days`: these too. False: out of memory; drifts_free either way. */
bool drifts_make(struct drifts *drifts, const struct drifts_source *from, bool days);
void drifts_free(struct drifts *drifts);

#endif
