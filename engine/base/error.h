/* error.h - filling in struct trawl_error. Every fallible call takes one, NULL allowed, and returns
 * the same status that it writes there. */
#ifndef TRAWL_ENGINE_ERROR_H
#define TRAWL_ENGINE_ERROR_H

#include "engine/trawl.h"

/* Writes status and message; returns status, so that `return error_set(...)` reads well. */
enum trawl_status error_set(struct trawl_error *error, enum trawl_status status, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));
/* TRAWL_MEMORY with one fixed message. */
enum trawl_status error_memory(struct trawl_error *error);

#endif
