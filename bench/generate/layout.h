/* layout.h - which files an archive is made of, decided before the first one is written. */
#ifndef GENERATE_LAYOUT_H
#define GENERATE_LAYOUT_H

#include "options.h"

struct planted;

struct file {
    enum shape_id shape;
    const struct container *container;
    enum framing framing;
    const struct tenant *tenant;
    ticks start, length; /* the time that its ordinary records cover */
    uint64_t records;    /* ordinary ones; what is planted comes on top */
    unsigned part;
    bool interactive;
    struct planted **planted; /* by time of emission; not owned */
    size_t planted_count;
};

/* File number slot x shapes + i holds the i-th shape of the list: the files of a slot cover the
 * same time, in the logs of one tenant. */
struct layout {
    struct file *files;
    size_t count;
    unsigned shape_count;
    size_t slots; /* whole ones; files of a last incomplete slot are not counted */
};

/* Makes the world too, since it takes as many tenants as the files need. False: out of memory;
 * layout_free and world_free are due all the same. */
bool layout_make(struct layout *layout, struct world *world, const struct options *options);
void layout_free(struct layout *layout);

static inline struct writing file_writing(const struct file *file, enum variant variant) {
    return shape_writing(file->shape, file->framing, variant, file->interactive);
}
/* Appends the file's whole path with a 0 behind it, which is not counted. False: out of memory. */
bool file_put_path(const struct file *file, size_t number, const struct options *options,
                   struct builder *to);
/* An ordinary event for the file. */
void file_draw(const struct file *file, struct event *event, struct random *random,
               const struct world *world, ticks emitted, double hit_rate);

#endif
