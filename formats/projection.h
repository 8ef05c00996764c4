/* projection.h - the fields of a plan as paths to look for: formats/map's tables, compiled.
 *
 * Every field has a list of candidates for each family of records. A candidate is a slot of the
 * paths; its place in the list is its rank. When a record has been projected, each slot that was
 * found offers itself to the fields that it is a candidate of, and the lowest rank wins: the cost
 * is that of what is there, not of all the names that could be. */
#ifndef TRAWL_FORMATS_PROJECTION_H
#define TRAWL_FORMATS_PROJECTION_H

#include "formats/map/map.h"

#define PROJECTION_NO_SLOT UINT32_MAX

struct projection_use {
    uint32_t field, rank;
};

struct projection_field {
    const char *name; /* the caller's */
    enum map_rule rule;
};

struct projection {
    struct json_paths *paths; /* slots 0 to ANCHOR_COUNT - 1 are the anchors */
    size_t field_count;
    struct projection_field *fields;
    uint32_t slot_count;
    bool *flattened; /* [slot_count]: made of keys name[0], ... */
    /* uses[family][starts[family][slot] up to starts[family][slot + 1]] */
    uint32_t *starts[FAMILY_COUNT];
    struct projection_use *uses[FAMILY_COUNT];
};

/* names outlive the projection. False: out of memory; projection_free either way. */
bool projection_init(struct projection *projection, const char *const *names, size_t count);
void projection_free(struct projection *projection);

/* picks[field]: the slot that holds the field's value, or PROJECTION_NO_SLOT. ranks is scratch;
 * both have field_count elements. */
void projection_pick(const struct projection *projection, const struct json_row *row,
                     enum map_family family, uint32_t *picks, uint32_t *ranks);
/* Whether a candidate of the field is there and null. */
bool projection_has_null(const struct projection *projection, const struct json_row *row,
                         enum map_family family, size_t field);

#endif
