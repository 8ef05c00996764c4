/* timepattern.h - patterns of letters that texts with times are read by, as in Java's
 * DateTimeFormatter. */
#ifndef TRAWL_ENGINE_SCALAR_TIMEPATTERN_H
#define TRAWL_ENGINE_SCALAR_TIMEPATTERN_H

#include "engine/base/zone.h"

struct time_pattern; /* immutable */

/* year: of texts without one; 0: they are not read. NULL: error. */
struct time_pattern *time_pattern_new(const char *format, bool ignore_case, int year,
                                      struct trawl_error *error);
void time_pattern_free(struct time_pattern *pattern); /* NULL is fine */

/* Zones by the names met in texts; one thread's. A name costs its making once. */
struct zone_names;
struct zone_names *zone_names_new(void); /* NULL: out of memory */
void zone_names_free(struct zone_names *names);

/* Reads a time at the start of the text; *length is how much it took. zone: of texts without one.
 */
bool time_pattern_read(const struct time_pattern *pattern, struct zone_names *names,
                       const struct zone *zone, struct text text, int64_t *ms, size_t *length);

#endif
