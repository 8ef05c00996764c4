#include "formats/form.h"

#include "engine/hunt/forms.h"

_Static_assert((int)FORM_COUNT <= FORMS_MOST, "the engine counts every form");
_Static_assert(FORM_EMPTY == FORM_TEXT + 1, "form_of adds it");

const char *const form_names[FORM_COUNT + 1] = {
    [FORM_MISSING] = "missing",
    [FORM_TEXT] = "text",
    [FORM_EMPTY] = "empty text",
    [FORM_NUMBER] = "number",
    [FORM_BOOLEAN] = "true or false",
    [FORM_OBJECT] = "JSON object",
    [FORM_ARRAY] = "JSON array",
    [FORM_JSON_TEXT] = "JSON text in a string",
    [FORM_COMMAS] = "comma-separated text",
    [FORM_FLATTENED] = "flattened keys",
};

uint8_t form_of_list(const struct json_value *value, enum encoding encoding) {
    switch (encoding) {
        case ENCODING_JSON_TEXT:
            return FORM_JSON_TEXT;
        case ENCODING_COMMAS:
            return FORM_COMMAS;
        case ENCODING_FLATTENED:
            return FORM_FLATTENED;
        case ENCODING_EMPTY:
            return value->type == JSON_STRING && value->raw.length > 0 ? FORM_JSON_TEXT
                                                                       : form_of(value);
        default:
            return form_of(value);
    }
}
