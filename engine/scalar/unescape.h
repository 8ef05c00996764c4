/* unescape.h - JSON texts as they read. */
#ifndef TRAWL_ENGINE_SCALAR_UNESCAPE_H
#define TRAWL_ENGINE_SCALAR_UNESCAPE_H

#include "engine/scalar.h"

/* (json): the text with the escapes of its strings decoded, for a search by what people see;
 * missing where there is no \u escape, since then the text and its simple escapes are searched as
 * they stand. */
extern const struct scalar scalar_unescaped;

#endif
