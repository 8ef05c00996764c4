/* moment.h - the second that a time text names, for texts that come in runs: those of one hour
 * begin alike, and only what differs is read. */
#ifndef TRAWL_ENGINE_MOMENT_H
#define TRAWL_ENGINE_MOMENT_H

#include "engine/base/buffer.h"

#define MOMENT_HOUR 13 /* bytes of 2026-03-07T14 */

/* Zero-initialised knows no hour yet. */
struct moment {
    char hour[MOMENT_HOUR]; /* of the text read last in full, where that was UTC */
    int64_t second;         /* that the hour begins with */
};

/* As time_parse, in whole seconds since 1970. */
bool moment_second(struct moment *moment, struct text text, int64_t *second);

#endif
