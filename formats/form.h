/* form.h - in which form a record has a field: what changes when whoever writes the records changes
 * how. */
#ifndef TRAWL_FORMATS_FORM_H
#define TRAWL_FORMATS_FORM_H

#include "formats/cell.h"

/* Named in form_names. */
enum form {
    FORM_MISSING, /* not there, or null */
    FORM_TEXT,
    FORM_EMPTY, /* a text of no length */
    FORM_NUMBER,
    FORM_BOOLEAN,
    FORM_OBJECT,
    FORM_ARRAY,
    /* of lists: */
    FORM_JSON_TEXT, /* an array inside a string */
    FORM_COMMAS,    /* text, with commas or of a single element */
    FORM_FLATTENED, /* keys name[0], name[1], ... */
    FORM_COUNT
};
extern const char *const form_names[]; /* ended by NULL */

static inline uint8_t form_of(const struct json_value *value) {
    static const uint8_t forms[] = {
        [JSON_ABSENT] = FORM_MISSING, [JSON_NULL] = FORM_MISSING,  [JSON_FALSE] = FORM_BOOLEAN,
        [JSON_TRUE] = FORM_BOOLEAN,   [JSON_NUMBER] = FORM_NUMBER, [JSON_STRING] = FORM_TEXT,
        [JSON_OBJECT] = FORM_OBJECT,  [JSON_ARRAY] = FORM_ARRAY};
    unsigned empty = value->type == JSON_STRING && value->raw.length == 0;
    return (uint8_t)(forms[value->type] + empty);
}
/* Of a list that is there, whose elements were read in this encoding. A list without elements has
 * the form that one with elements would have, but an empty text. */
uint8_t form_of_list(const struct json_value *value, enum encoding encoding);

#endif
