/* time.h - text to instants. */
#ifndef TRAWL_ENGINE_TIME_H
#define TRAWL_ENGINE_TIME_H

#include "engine/base/buffer.h"

/* Where a row without a time stands in an order by time: before all but the clamped ones, such as
 * the year 1 that some programs write for "never". time_parse does not give it. */
#define TIME_NONE (INT64_MIN + 1)

/* Nanoseconds since 1970-01-01 UTC, of one of:
 *
 *   2026-03-11T05:00:02[.1 to 9 digits][Z | +hh:mm | +hhmm | -hh:mm | -hhmm]
 *                                    a space may stand for the T; no zone means UTC
 *   M/D/YYYY H:MM:SS [AM|PM]         month first, UTC
 *   10, 13 or 16 digits              epoch seconds, milliseconds, microseconds
 *
 * Second 60 and above read as 59. The whole text must be one of these; false otherwise. An instant
 * outside int64 (years 1677 to 2262) is clamped to INT64_MIN or INT64_MAX. */
bool time_parse(struct text text, int64_t *nanoseconds);

#endif
