/* zone.h - time zones: offsets at instants, and instants of local times.
 *
 * Days and times of day are those of the proleptic Gregorian calendar; no leap seconds. */
#ifndef TRAWL_ENGINE_ZONE_H
#define TRAWL_ENGINE_ZONE_H

#include "engine/base/buffer.h"
#include "engine/trawl.h"

/* Immutable and shared by threads. */
struct zone;

/* A name of the system's time zone database (Europe/Berlin), an offset (+02:00, -0530, +2, UTC+1,
 * GMT-03:00), UTC, GMT, UT, Z, Zulu in any case, or one of Java's short names (EST, PST, CET, JST,
 * ...). NULL or "": UTC. Returns NULL and error where there is none. */
struct zone *zone_new(const char *name, struct trawl_error *error);
void zone_free(struct zone *zone); /* NULL is fine */

/* Seconds to add to UTC at an instant, in seconds since 1970. */
int32_t zone_offset(const struct zone *zone, int64_t seconds);
/* The instant at which clocks showed these local seconds since 1970. Shown twice: the earlier one.
 * Never shown: as if clocks had not been put forward yet. */
int64_t zone_instant(const struct zone *zone, int64_t local);
/* Its short name at the instant: CET, UTC, +02:00. Valid as long as the zone. */
const char *zone_abbreviation(const struct zone *zone, int64_t seconds);

#endif
