/* drift.h - falls in a series of shares: where what most records had is mostly gone.
 *
 * A series has, for each stretch of time in which there were records, how many there were and how
 * many of them had it (the field; or, of those with the field, the form it came in). A fall is
 * where that goes from at least DRIFT_MOSTLY of the records to at most DRIFT_HARDLY, and stays
 * there.
 *
 * Between the two lies the ordinary, and so does what looks like a fall by its share alone:
 *   - stretches of few records. The series is divided into times with it and times without by the
 *     likelihood of the two (each change costs as much as DRIFT_CHANGE records speak for it; of one
 *     stretch at most DRIFT_STRETCH records speak, so that no burst decides), not stretch by
 * stretch.
 *   - other records. At night, on weekends, or when somebody leaves, those that have it may become
 *     few beside others that never had it. In a fall the same records are there, without it: those
 *     without it must have grown to DRIFT_GROWTH times what they were in a stretch, and those with
 *     it shrunk to half.
 *   - what comes back. It counts when it was gone for two working days (UTC) at least.
 *   - what comes and goes. A fall lasts twice as long as any earlier one that came back within
 *     days. */
#ifndef TRAWL_ENGINE_DRIFT_H
#define TRAWL_ENGINE_DRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRIFT_MOSTLY 0.8
#define DRIFT_HARDLY 0.2
#define DRIFT_CHANGE 20
#define DRIFT_STRETCH 50
#define DRIFT_GROWTH 3
#define DRIFT_LEAST 30       /* records on either side */
#define DRIFT_LEAST_POINTS 3 /* stretches behind the fall, where they are hours, or ... */
#define DRIFT_NONE 300       /* ... so many records there, none of which has it */

struct drift_point {
    int64_t hour;  /* that the stretch begins with, since 1970 */
    uint64_t all;  /* records; above 0 */
    uint64_t with; /* of them, that have it */
    bool gone;     /* drift_divide: the stretch belongs to a time without it */
};

struct drift_series {
    struct drift_point *points; /* ascending in time */
    size_t count;
    unsigned hours; /* that a stretch lasts */
};

struct drift_side {
    uint64_t all, with;
};

struct drift_fall {
    size_t begin; /* the first point of the time before, in which it was there */
    size_t from;  /* the first point behind the fall */
    size_t end;   /* the first in which it is back; count: it does not come back */
    struct drift_side before, after;
};

/* Sets `gone` of each point. choices: scratch, [2 * count]. */
void drift_divide(const struct drift_series *series, bool *choices);
/* The next fall at or behind the point `at`, of a series that was divided; false: there is none. */
bool drift_next(const struct drift_series *series, size_t at, struct drift_fall *fall);

#endif
