/* cell.h - a value as the text that a column gets. */
#ifndef TRAWL_FORMATS_CELL_H
#define TRAWL_FORMATS_CELL_H

#include "formats/json/json.h"

/* A field's text: in the record, or in scratch, which moves while it grows. */
struct cell {
    bool present, in_scratch;
    struct text text; /* data is not set while in_scratch */
    size_t offset;
};

/* How a list was written. One without elements says nothing of how elements are written; text is
 * one encoding, with commas or of a single element. */
enum encoding {
    ENCODING_ABSENT,
    ENCODING_NULL,
    ENCODING_EMPTY,
    ENCODING_ARRAY,
    ENCODING_JSON_TEXT,
    ENCODING_COMMAS,
    ENCODING_FLATTENED,
    ENCODING_OTHER,
    ENCODING_COUNT
};

/* Each sets the cell; what cannot stay where it is goes to the end of scratch. False: not JSON, or
 * no memory (scratch->failed). */

/* As json_text. */
static inline bool cell_set_text(struct cell *cell, const struct json_value *value,
                                 struct buffer *scratch);
/* Strings as json_text, all else as its JSON stands. */
bool cell_set_raw(struct cell *cell, const struct json_value *value, struct buffer *scratch);
/* As json_list_text, of a value that is there. flattened: the array was made of keys. */
bool cell_set_list(struct cell *cell, const struct json_value *value, bool flattened,
                   struct buffer *scratch, enum encoding *encoding);

/* ---- inline: most values' raw bytes are their text ------------------------------------------- */

bool cell_set_converted(struct cell *cell, const struct json_value *value, struct buffer *scratch);

static inline bool cell_set_text(struct cell *cell, const struct json_value *value,
                                 struct buffer *scratch) {
    *cell = (struct cell){.present = value->type > JSON_NULL, .text = value->raw};
    bool plain = value->type == JSON_STRING ? !value->escaped : value->type < JSON_STRING;
    return plain || cell_set_converted(cell, value, scratch);
}

#endif
