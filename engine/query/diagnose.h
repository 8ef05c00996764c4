/* diagnose.h - what is wrong with a query, and where. All of it is gathered, not only the first. */
#ifndef TRAWL_ENGINE_QUERY_DIAGNOSE_H
#define TRAWL_ENGINE_QUERY_DIAGNOSE_H

#include "engine/trawl.h"

/* Bytes of the query's text. */
struct span {
    uint32_t offset, length;
};

struct trawl_diagnostics;

struct trawl_diagnostics *diagnostics_new(const char *text, size_t length); /* copies */
/* The message says what is wrong and what was expected; one line, no final stop. hint NULL: none;
 * else what to do instead ("did you mean count?"). An error at a place that has one already, and
 * a warning of the same words, are not added again. More than 100 errors: the rest is counted.
 */
void diagnose_error(struct trawl_diagnostics *diagnostics, struct span span, const char *hint,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Each message once, and at most 100 of them. */
void diagnose_warning(struct trawl_diagnostics *diagnostics, struct span span, const char *hint,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
bool diagnostics_failed(const struct trawl_diagnostics *diagnostics); /* any error */

#endif
