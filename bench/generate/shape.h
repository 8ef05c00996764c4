/* shape.h - the shapes of logs: which events they hold, how records are framed in a text, where a
 * file of them lies in an archive. A new shape is a row of the table in shape.c and a style. */
#ifndef GENERATE_SHAPE_H
#define GENERATE_SHAPE_H

#include "event.h"
#include "style.h"

enum framing {
    FRAMING_NDJSON,
    FRAMING_ARRAY,
    FRAMING_ENVELOPE,
    FRAMING_PRETTY,
    FRAMING_CSV,
    FRAMINGS
};
extern const char *const framing_names[FRAMINGS];

enum shape_id {
    SHAPE_DIAGNOSTIC,
    SHAPE_EVENTHUB,
    SHAPE_GRAPH,
    SHAPE_LOG_ANALYTICS,
    SHAPE_LOGSCALE,
    SHAPE_PORTAL,
    SHAPE_CLOUDTRAIL,
    SHAPE_STORAGE,
    SHAPES,
};

/* How LogScale records look. */
enum variant { VARIANT_PREFIXED, VARIANT_FLAT, VARIANT_RAW };

struct shape {
    const char *name;
    enum subject subject;
    bool has_risk;         /* columns for risk level, state and events */
    bool two_tables;       /* interactive and non-interactive sign-ins in files apart */
    enum framing ordinary; /* framing, unless another one is asked for */
    unsigned framings;     /* allowed: bits of 1 << framing */
};
extern const struct shape shapes[SHAPES];

/* How records stand in a text: `header`, then in groups. */
struct writing {
    enum style style;
    bool indent;
    const char *header;                 /* NULL: none */
    const char *open, *between, *close; /* around each group, in template's quotes (' for ") */
    const char *trailer;                /* NULL: none */
    unsigned group;                     /* records in a group; 0: all are one */
    bool uneven;                        /* groups are of 1 to 2 x group records */
};
struct writing shape_writing(enum shape_id shape, enum framing framing, enum variant variant,
                             bool interactive);

/* What a file's name depends on. */
struct place_in_archive {
    const struct tenant *tenant;
    ticks start;    /* of the time it covers */
    unsigned part;  /* of several for the same hour */
    uint64_t token; /* random bits */
    bool interactive;
    enum framing framing;
};
/* Appends the path below the archive's folder, without the container's suffix. The parts of a path
 * are short: there is room for PATH_ROOM bytes. */
void shape_put_path(enum shape_id shape, const struct place_in_archive *place, struct builder *to);

enum { PATH_ROOM = 1024 };

#endif
