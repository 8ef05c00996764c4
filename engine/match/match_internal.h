/* match_internal.h - what match.c (building) and match_scan.c (running) share. */
#ifndef TRAWL_ENGINE_MATCH_INTERNAL_H
#define TRAWL_ENGINE_MATCH_INTERNAL_H

#include <hs.h>

#include "engine/match/match.h"
#include "engine/match/pattern.h"

struct matcher {
    struct pattern *patterns; /* capacity: the power of two at or above count */
    uint32_t count;
    hs_database_t *database; /* of all patterns that are not PATTERN_SINGLE; NULL: none */
};

#endif
