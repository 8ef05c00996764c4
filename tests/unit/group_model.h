/* group_model.h - what the group operator must give: a model that keeps every row and computes each
 * group naively. */
#ifndef TRAWL_TESTS_UNIT_GROUP_MODEL_H
#define TRAWL_TESTS_UNIT_GROUP_MODEL_H

#include "engine/operator/group.h"

/* The columns of every test batch. */
enum { FIRST, SECOND, VALUE, NUMBER, FLAG, TIME, COLUMNS };

struct event {
    const char *first, *second, *value; /* NULL: missing */
    bool has_number, flag, selected;
    double number;
    unsigned second_of_day; /* of TIME; UINT_MAX: missing */
    struct origin origin;
};

/* Adds a cell to a line: cells end in bars, a missing one is a question mark. */
void model_append(struct buffer *line, const struct datum *cell);
/* The lines expected; the aggregate `rank` gives a number and COLLECT stays below its limit. Free
 * the text. */
char *group_model(struct group_spec *spec, const struct event *events, size_t count);

#endif
