/* structure.h - scalars over structured texts in a value: JSON, key=value, XML, CSV.
 *
 * A text that is not of the structure, or has no such part, gives a missing result. */
#ifndef TRAWL_ENGINE_SCALAR_STRUCTURE_H
#define TRAWL_ENGINE_SCALAR_STRUCTURE_H

#include "engine/scalar.h"

/* path: as document.h reads it. NULL: out of memory. */
void *json_get_new(const char *path);
/* data: json_get_new. (json): the value at the path. */
extern const struct scalar scalar_json_get;
/* (json): with line breaks, two spaces a level, as people print it. */
extern const struct scalar scalar_json_pretty;

/* separators: bytes between pairs, NULL: white space, comma and semicolon. pair: the byte between
 * key and value, 0: "=". NULL: out of memory. */
void *kv_get_new(const char *key, const char *separators, char pair);
/* data: kv_get_new. (text): the value of the first key=value, key="value" or key='value', also with
 * spaces around the =. Quotes are taken off; a backslash in them escapes a quote or a backslash. */
extern const struct scalar scalar_kv_get;

/* path: as document_xml reads it. NULL: out of memory. */
void *xml_get_new(const char *path);
/* data: xml_get_new. (xml): the text inside the element, or the attribute. */
extern const struct scalar scalar_xml_get;

/* index: of the cell, from 0. NULL: out of memory. */
void *csv_get_new(size_t index);
/* data: csv_get_new. (text): the cell of the line (RFC 4180). */
extern const struct scalar scalar_csv_get;

#endif
