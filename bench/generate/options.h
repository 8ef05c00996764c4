/* options.h - the command line: one table makes both the parser and the help. */
#ifndef GENERATE_OPTIONS_H
#define GENERATE_OPTIONS_H

#include "container.h"
#include "drift.h"
#include "plant.h"
#include "shape.h"

enum { LIST_MAX = 16 };

struct options {
    const char *folder;
    const char *truth; /* NULL: beside the folder */
    uint64_t seed;
    uint64_t records; /* 0 with by_size */
    uint64_t size;    /* bytes of text */
    bool by_size;
    bool amount_given;
    uint64_t files; /* 0: as many as fit */
    enum shape_id shapes[LIST_MAX];
    unsigned shape_count;
    const struct container *containers[LIST_MAX];
    unsigned container_count;
    int framing; /* enum framing, or -1: the ordinary one of each shape */
    enum variant variant;
    bool objects;
    bool shuffle; /* the members of objects, in each record anew */
    double hit_rate;
    unsigned days;
    ticks start;
    unsigned frames;
    int level; /* of zstd */
    struct plant_order plants[PLANTS];
    unsigned plant_count;
    struct drift drifts[DRIFTS_MAX];
    unsigned drift_count;
    unsigned jobs;
    bool quiet;
    bool help;
};

enum { DEFAULT_DAYS = 90, OBJECT_RECORDS = 2 };

/* False: `message` (of `room` bytes) says what is wrong. */
bool options_parse(struct options *options, int argc, char **argv, char *message, size_t room);
/* The text of --help, on standard output. False: it could not be written. */
bool options_help(void);

#endif
