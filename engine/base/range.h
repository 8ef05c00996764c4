/* range.h - spans of event time, in milliseconds since 1970 UTC. */
#ifndef TRAWL_ENGINE_RANGE_H
#define TRAWL_ENGINE_RANGE_H

#include "engine/base/buffer.h"

#define HOUR_MS INT64_C(3600000)

/* From `since` to before `until`. */
struct range {
    int64_t since; /* INT64_MIN: from ever */
    int64_t until; /* INT64_MAX: for ever */
};

static const struct range range_all = {INT64_MIN, INT64_MAX};

static inline bool range_is_all(struct range range) {
    return range.since == INT64_MIN && range.until == INT64_MAX;
}
/* What both cover, and all between them. */
static inline struct range range_hull(struct range a, struct range b) {
    return (struct range){a.since < b.since ? a.since : b.since,
                          a.until > b.until ? a.until : b.until};
}
/* What lies in both; empty (until <= since) where nothing does. */
static inline struct range range_meet(struct range a, struct range b) {
    return (struct range){a.since > b.since ? a.since : b.since,
                          a.until < b.until ? a.until : b.until};
}

/* An instant as a person writes it: 2026-03-07T14:05:00Z, also without seconds, in any form that
 * time.h reads; a date, which is its first moment, or, where `end` is set, that of the next day;
 * -7d, -24h, -30m and the like: so long before `now`; now. False: none of these. */
bool range_read(struct text text, bool end, int64_t now, int64_t *ms);
/* Appends "from 2026-03-07T00:00:00Z until 2026-03-08T00:00:00Z", or what there is of it. */
void range_print(struct range range, struct buffer *out);

#endif
