/* map.h - which names a field goes by, and how the shape of a record is recognised.
 *
 * All of it is tables: fields.c for names, shapes.c for shapes. To read a new export, add its
 * shape and its categories or keys in shapes.c, and its names in fields.c.
 *
 * How a name is written in the tables:
 *   "time"                        a key of the record, dots and spaces taken literally
 *   "properties/createdDateTime"  a key of a nested object (or of one in JSON text in a string)
 *   "*ipAddress"                  wherever sign-in exports put it: properties/NAME, NAME,
 *                                 "properties.NAME", "Vendor.properties.NAME", "Vendor.NAME", at
 *                                 each place also as a flattened array NAME[0], NAME[1], ...
 * The first that is there and not null is the value. */
#ifndef TRAWL_FORMATS_MAP_H
#define TRAWL_FORMATS_MAP_H

#include "engine/hunt/values.h"
#include "formats/json/json.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Named in decode_shape_names (decode.c). */
enum map_shape {
    SHAPE_UNKNOWN,
    SHAPE_ENTRA_DIAGNOSTIC,
    SHAPE_ENTRA_GRAPH,
    SHAPE_LOG_ANALYTICS,
    SHAPE_LOGSCALE,
    SHAPE_PORTAL,
    SHAPE_CLOUDTRAIL,
    SHAPE_STORAGE,
    SHAPE_AZURE_OTHER,
    SHAPE_COUNT
};

/* Which column of the table of fields a record's names are looked up in. */
enum map_family { FAMILY_SIGNIN, FAMILY_PORTAL, FAMILY_CLOUDTRAIL, FAMILY_STORAGE, FAMILY_COUNT };

/* The values that recognition looks at, and that the rules for event_source, event_type and
 * result_type need: paths of any record. */
enum map_anchor {
    ANCHOR_EVENT_SOURCE,
    ANCHOR_EVENT_TYPE,
    /* what a record says it is */
    ANCHOR_CATEGORY,
    ANCHOR_CATEGORY_PASCAL,
    ANCHOR_TYPE,
    ANCHOR_VENDOR_CATEGORY,
    ANCHOR_VENDOR,
    ANCHOR_DATASET,
    ANCHOR_REPO,
    ANCHOR_RAWSTRING,
    ANCHOR_AT_TIMESTAMP,
    /* what a record is told by */
    ANCHOR_PROPERTIES,
    ANCHOR_USER_PRINCIPAL_NAME,
    ANCHOR_DATE_UTC,
    ANCHOR_IP_ADDRESS_PORTAL,
    ANCHOR_TIME,
    ANCHOR_TIME_GENERATED,
    ANCHOR_RESOURCE_ID,
    ANCHOR_RESOURCE_ID_PASCAL,
    ANCHOR_OPERATION_NAME,
    ANCHOR_OPERATION_NAME_PASCAL,
    ANCHOR_EVENT_NAME,
    ANCHOR_EVENT_TIME,
    ANCHOR_EVENT_VERSION,
    ANCHOR_EVENT_SOURCE_AWS,
    ANCHOR_EVENT_NAME_PASCAL,
    ANCHOR_EVENT_VERSION_PASCAL,
    ANCHOR_EVENT_SOURCE_PASCAL,
    ANCHOR_EVENT_NAME_LOWER,
    ANCHOR_EVENT_TIME_LOWER,
    ANCHOR_EVENT_VERSION_LOWER,
    ANCHOR_EVENT_SOURCE_LOWER,
    ANCHOR_EVENT_NAME_SPACED,
    ANCHOR_EVENT_TIME_SPACED,
    ANCHOR_EVENT_TYPE_SPACED,
    ANCHOR_EVENT_NAME_VENDOR,
    ANCHOR_EVENT_TIME_VENDOR,
    ANCHOR_EVENT_VERSION_VENDOR,
    ANCHOR_EVENT_SOURCE_VENDOR,
    ANCHOR_OPERATION_NAME_VENDOR,
    /* outcome */
    ANCHOR_RESULT_TYPE,
    ANCHOR_RESULT_TYPE_CAMEL,
    ANCHOR_RESULT_TYPE_PASCAL,
    ANCHOR_PROPERTIES_STATUS,
    ANCHOR_PROPERTIES_STATUS_CODE,
    ANCHOR_STATUS,
    ANCHOR_STATUS_CODE,
    ANCHOR_STATUS_PASCAL,
    ANCHOR_STATUS_PASCAL_CODE,
    ANCHOR_RESULT_TYPE_VENDOR,
    ANCHOR_STATUS_CODE_VENDOR_PROPERTIES,
    ANCHOR_STATUS_CODE_VENDOR,
    ANCHOR_ERROR_CODE_LOGSCALE,
    ANCHOR_ERROR_CODE_PORTAL,
    /* envelopes */
    ANCHOR_RECORDS,
    ANCHOR_RECORDS_PASCAL,
    ANCHOR_VALUE,
    ANCHOR_TABLES,
    ANCHOR_COUNT
};
extern const char *const map_anchors[ANCHOR_COUNT];

/* What a record is. source and type are the values of event_source and event_type: those of the
 * anchors source_at and type_at, or, where that is ANCHOR_COUNT, the same for all such records. All
 * of it follows from the types of the anchors' values and from the texts of the anchors that
 * map_told_by lists. */
struct map_record {
    enum map_shape shape;
    enum map_family family;
    enum map_anchor source_at, type_at;
    struct json_value source, type;
};
#define MAP_TOLD_BY 8
extern const enum map_anchor map_told_by[MAP_TOLD_BY];
/* values[ANCHOR_COUNT], as projected. */
struct map_record map_recognise(const struct json_value *values);
/* The value of result_type of a sign-in (FAMILY_SIGNIN and FAMILY_PORTAL). */
struct json_value map_result(const struct json_value *values, enum map_family family);
/* The anchor that it is the value of, where the types of the anchors' values tell; else
 * ANCHOR_COUNT. */
enum map_anchor map_result_at(const struct json_value *values, enum map_family family);
/* An envelope: its elements are the records. A tables response is one only where the record is not
 * recognised otherwise. */
bool map_is_envelope(const struct json_value *values);
bool map_is_tables(const struct json_value *values);

/* ---- fields ---------------------------------------------------------------------------------- */

enum map_rule {
    MAP_TEXT,
    MAP_LIST, /* a list in any encoding reads as its elements joined with "," */
    MAP_EVENT_SOURCE,
    MAP_EVENT_TYPE,
    MAP_RESULT,   /* map_result for sign-ins */
    MAP_EVENT_ID, /* of shapes whose events have an id of their own, and no two the same */
    MAP_RECORD,   /* the text of the record itself */
    /* Where the record stands, whatever keys it has itself: */
    MAP_FILE,
    MAP_MEMBER, /* of an archive; missing in files that are none */
    MAP_OFFSET, /* bytes, in the decompressed text of the member or file */
    MAP_LENGTH,
};

/* When a record is. */
#define MAP_TIMESTAMP "timestamp"
/* Whose records they are: of which tenant or account. */
#define MAP_ACCOUNT "@account"

struct map_field {
    const char *name;
    enum map_rule rule;
    /* By family, each ended by NULL. FAMILY_PORTAL without names of its own reads FAMILY_SIGNIN's.
     * In the families that are no sign-ins the field's own name is tried last. */
    const char *const *names[FAMILY_COUNT];
};
extern const struct map_field map_fields[];
extern const size_t map_field_count;
const struct map_field *map_field_find(struct text name); /* NULL: in no table */
/* What a field goes by in records of any kind, tried after the family's names; ended by NULL. NULL:
 * there is nothing usual. */
const char *const *map_usual_names(const struct map_field *field);
/* Whether exports of a shape (enum map_shape) have the field at all. */
bool map_has_field(unsigned shape, const char *field);

/* All values that the vendor documents for a field; NULL: it is not one of a list. (values.c) */
const struct value_list *map_values(const char *field);

/* The value as another spelling of it, where a family spells it differently; else unchanged. */
struct json_value map_translate(const char *field, enum map_family family, struct json_value value);

#endif
