#include "formats/json/version.h"

#include <simdjson.h>

const char *json_library_version(void) {
    return SIMDJSON_STRINGIFY(SIMDJSON_VERSION); /* of the header that the wrapper is built from */
}
