/* values.h - values that a field came with and that no list has: of fields for which the source
 * knows all values there should be.
 *
 * Looked up once per batch and distinct value: it costs nothing that can be measured. Of a field
 * the first VALUES_MOST in byte order are kept, with exact counts; more are only counted as more.
 * So sets merge in any order to the same. */
#ifndef TRAWL_ENGINE_VALUES_H
#define TRAWL_ENGINE_VALUES_H

#include "engine/column/batch.h"

#define VALUES_MOST 20     /* of a field */
#define VALUES_LONGEST 128 /* bytes of a value that tell it from others */

/* What a source knows of a field. */
struct value_list {
    const char *const *values; /* in any case of ASCII letters; ended by NULL */
    bool list;                 /* the field is a list: its elements, between commas, are values */
};

struct value_unknown {
    char *text; /* terminated, as it was spelled */
    uint64_t records;
    struct origin origin; /* of the first in input order */
};

struct value_field {
    const struct value_list *known;              /* NULL: all values are */
    struct value_unknown items[VALUES_MOST + 1]; /* ascending; the last is scratch */
    size_t count;
    bool more; /* than are kept */
};

/* Zero-initialised looks at no field. */
struct values {
    struct value_field *fields; /* [field_count] */
    size_t field_count;
    bool failed; /* out of memory; sticky */
};

bool values_init(struct values *values, size_t field_count);
void values_free(struct values *values);
/* Looks at all rows of a batch whose columns are the fields. */
void values_look(struct values *values, const struct batch *batch);
void values_merge(struct values *to, const struct values *from);

#endif
