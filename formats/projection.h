/* projection.h - the fields of a plan as paths to look for: formats/map's tables, compiled.
 *
 * Every field has a list of candidates for each family of records. A candidate is a slot of the
 * paths; its place in the list is its rank. When a record has been projected, each slot that was
 * found offers itself to the fields that it is a candidate of, and the lowest rank wins: the cost
 * is that of what is there, not of all the names that could be.
 *
 * A field may be named in any way that a query may name it:
 *   riskState               a field of the tables, else the record's own a, a.b, Vendor.a, #a
 *   #riskState              that key, else riskState
 *   Vendor.riskState        that key, or riskState in the object Vendor, else riskState
 *   a[0], a[0].b, a[1][2]   that key, else what lies there inside the array a
 *   a[]                     the array a itself, as JSON
 * Keys inside an array are no paths: a candidate of such a field leads to the array, and what lies
 * inside is looked up when the record has been projected (projection_reach). */
#ifndef TRAWL_FORMATS_PROJECTION_H
#define TRAWL_FORMATS_PROJECTION_H

#include "formats/map/map.h"

#define PROJECTION_NO_SLOT UINT32_MAX

struct projection_use {
    uint32_t field, rank;
};
struct projection_candidate {
    uint32_t slot, field, rank;
};

struct projection_field {
    const char *name; /* in the tables, or the caller's */
    enum map_rule rule;
    /* Whether what is an object, or an array, is its JSON as it stands, and not read as a text. */
    bool raw_objects, raw_arrays;
    bool no_objects; /* what is an object is missing */
    bool known;      /* of the tables: what a record wrapped in another lacks it does not have */
    /* For what lies inside an array: the path from there on, and the slot that gets it. */
    struct text inside;
    uint32_t inside_slot;
    bool list; /* the array may be a text between commas */
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
    /* Arrays, in the order of fields and ranks; their slots are no candidates of themselves. */
    struct projection_candidate *arrays[FAMILY_COUNT];
    size_t array_counts[FAMILY_COUNT];
};

/* names outlive the projection. False: out of memory; projection_free either way. */
bool projection_init(struct projection *projection, const char *const *names, size_t count);
void projection_free(struct projection *projection);

/* picks[field]: the slot that holds the field's value, or PROJECTION_NO_SLOT. ranks is scratch;
 * both have field_count elements. */
void projection_pick(const struct projection *projection, const struct json_row *row,
                     enum map_family family, uint32_t *picks, uint32_t *ranks);
/* Of a record that was found inside another, after projection_pick: fields that it does not have
 * are the outer one's, whose values join the row. */
void projection_pick_outer(const struct projection *projection, struct json_row *row,
                           const struct json_row *outer, enum map_family family, uint32_t *picks,
                           uint32_t *ranks);
/* The fields inside arrays, after projection_pick of the same record. JSON_OK, JSON_MALFORMED or
 * JSON_NO_MEMORY. */
enum json_outcome projection_reach(const struct projection *projection, struct json_parser *parser,
                                   struct json_row *row, enum map_family family, uint32_t *picks,
                                   uint32_t *ranks);
/* The value of a field that no candidate holds, or that is translated. */
const struct json_value *projection_made(const struct projection *projection,
                                         const struct json_row *row,
                                         const struct map_record *record, const uint32_t *picks,
                                         size_t field, struct json_value *made);
/* A field's value in a record: JSON_ABSENT or JSON_NULL, or what is there. It is the row's or the
 * record's, or else put into *made. */
static inline const struct json_value *projection_value(const struct projection *projection,
                                                        const struct json_row *row,
                                                        const struct map_record *record,
                                                        const uint32_t *picks, size_t field,
                                                        struct json_value *made) {
    static const struct json_value absent = {JSON_ABSENT, false, {NULL, 0}};
    bool found = picks[field] != PROJECTION_NO_SLOT;
    if (found && record->family != FAMILY_PORTAL) return &row->values[picks[field]];
    if (!found && projection->fields[field].rule <= MAP_LIST) return &absent;
    return projection_made(projection, row, record, picks, field, made);
}
/* Whether a candidate of the field is there and null. */
bool projection_has_null(const struct projection *projection, const struct json_row *row,
                         enum map_family family, size_t field);

#endif
