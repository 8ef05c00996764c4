/* version.h - which simdjson is linked. */
#ifndef TRAWL_FORMATS_JSON_VERSION_H
#define TRAWL_FORMATS_JSON_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

const char *json_library_version(void); /* "3.0.1" */

#ifdef __cplusplus
}
#endif

#endif
