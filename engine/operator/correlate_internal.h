/* correlate_internal.h - the rows of one key, and what is looked for among them. */
#ifndef TRAWL_ENGINE_CORRELATE_INTERNAL_H
#define TRAWL_ENGINE_CORRELATE_INTERNAL_H

#include "engine/operator/correlate.h"

/* A row as one part sees it. One that has several parts is there for each. */
struct member {
    int64_t time;
    struct origin origin;
    size_t part;
    char *encoded; /* what it includes; owned */
    size_t length;
};

/* In order of time and place. */
struct members {
    struct member *items;
    size_t count, capacity;
    size_t *of_part[CORRELATE_MOST]; /* [capacity] the indices of a part's members, in order */
    size_t part_counts[CORRELATE_MOST];
};

/* Sets chosen[part] to the index of a member, root's too. False: nothing belongs to this root. */
bool correlate_match(const struct correlate_spec *spec, const struct members *members, size_t root,
                     size_t chosen[CORRELATE_MOST]);

#endif
