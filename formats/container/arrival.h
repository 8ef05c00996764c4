/* arrival.h - when a file was delivered, as far as its path says so for certain. */
#ifndef TRAWL_FORMATS_ARRIVAL_H
#define TRAWL_FORMATS_ARRIVAL_H

#include "engine/base/range.h"

/* Understood are
 *   y=2026/m=03/d=07/h=14, year=2026/month=03/day=07/hour=14, from the month on
 *   2026/03/07, 2026/03/07/14: folders, in any time zone: a period is 14 hours longer at its begin
 *     and 12 at its end; not where all of them stand in the first `named` bytes of the path, the
 *     ones that somebody wrote, and named what is below after another date
 *   ..._20260307T1405Z_...: names of CloudTrail's files, of the minute in which each was delivered.
 *     Files that others put together are named after the begin of what they hold: an hour from
 *     there is the period, from midnight a day
 * Records of a file are never younger than its end. What the path says more than once must be the
 * same time: *arrival is what all of it leaves. False: the path says nothing, or contradicts
 * itself: the file is to be read. */
bool path_arrival(const char *path, size_t named, struct range *arrival);

#endif
