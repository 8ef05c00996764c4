/* supply.h - a pull as libarchive reads it. */
#ifndef TRAWL_FORMATS_CONTAINER_SUPPLY_H
#define TRAWL_FORMATS_CONTAINER_SUPPLY_H

#include <archive.h>

#include "formats/container/layer.h"

struct supply {
    struct pull *in;
    size_t chunk;              /* most bytes given in one call */
    size_t keep;               /* bytes of what was given before that stay in the pull */
    size_t given;              /* and not taken from the pull: those kept, and the last call's */
    uint64_t base;             /* where in the input libarchive's counting starts */
    uint64_t zeros;            /* at the end of all that was given */
    bool ended;                /* libarchive asked for more and was told that there is none */
    enum trawl_status trouble; /* libarchive was told that reading failed: this is why */
    struct trawl_error reason;
};

/* Opens `archive`, which knows its formats and filters already, over the pull as it stands. What
 * libarchive loses where it meets damage is what it made of the chunk it was given last. Returns
 * what archive_read_open1 does. */
int supply_open(struct supply *supply, struct archive *archive, struct pull *in, size_t chunk,
                size_t keep, bool seekable);
/* Takes from the pull what libarchive has used up, so that reading can go on there without it. What
 * libarchive looked at over the edge of a call and left is only there again if `keep` covers it. */
void supply_settle(struct supply *supply, struct archive *archive);
/* How much libarchive was given so far, as archive_read_header_position counts. */
uint64_t supply_length(const struct supply *supply);
/* Why libarchive failed, for a message. */
const char *supply_reason(const struct supply *supply, struct archive *archive);

#endif
