#include "formats/cell.h"

bool cell_set_converted(struct cell *cell, const struct json_value *value, struct buffer *scratch) {
    cell->in_scratch = true;
    cell->offset = scratch->length;
    if (!json_text(value, scratch)) return false;
    cell->text.length = scratch->length - cell->offset;
    return true;
}

bool cell_set_raw(struct cell *cell, const struct json_value *value, struct buffer *scratch) {
    if (value->type == JSON_STRING || value->type <= JSON_NULL)
        return cell_set_text(cell, value, scratch);
    *cell = (struct cell){.present = true, .text = value->raw};
    return true;
}

static enum encoding list_encoding(const struct json_value *value, bool flattened, bool json_text,
                                   size_t length) {
    if (flattened) return ENCODING_FLATTENED;
    if (value->type == JSON_ARRAY) return json_truthy(value) ? ENCODING_ARRAY : ENCODING_EMPTY;
    if (value->type != JSON_STRING) return ENCODING_OTHER;
    if (length == 0) return ENCODING_EMPTY;
    return json_text ? ENCODING_JSON_TEXT : ENCODING_COMMAS;
}

/* The two usual ways to write that there are none. */
static bool is_empty_list(const struct json_value *value) {
    if (value->type == JSON_STRING) return value->raw.length == 0;
    return value->type == JSON_ARRAY && value->raw.length == 2;
}

bool cell_set_list(struct cell *cell, const struct json_value *value, bool flattened,
                   struct buffer *scratch, enum encoding *encoding) {
    bool json_text = false;
    *cell = (struct cell){.present = true, .text = value->raw};
    if (is_empty_list(value)) {
        cell->text.length = 0;
        *encoding = flattened ? ENCODING_FLATTENED : ENCODING_EMPTY;
        return true;
    }
    /* Text that starts with a letter is no array and needs no copy. */
    bool word = value->type == JSON_STRING && !value->escaped && value->raw.length > 0 &&
                value->raw.data[0] > ' ' && value->raw.data[0] != '[';
    if (!word) {
        cell->in_scratch = true;
        cell->offset = scratch->length;
        if (!json_list_text(value, scratch, &json_text)) return false;
        cell->text.length = scratch->length - cell->offset;
    }
    *encoding = list_encoding(value, flattened, json_text, cell->text.length);
    return true;
}
