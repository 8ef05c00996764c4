/* hunts.h - the built-in hunts. Each is made through the public plan builder alone. */
#ifndef TRAWL_TOOLS_HUNTS_H
#define TRAWL_TOOLS_HUNTS_H

#include "engine/trawl.h"

struct builtin_hunt {
    const char *name;                                       /* as given to --hunt */
    const char *title;                                      /* one line for --list-hunts */
    const char *attack;                                     /* ATT&CK technique */
    const char *severity;                                   /* "low", "medium", "high" */
    struct trawl_plan *(*build)(struct trawl_error *error); /* a finished plan, or NULL */
};

extern const struct builtin_hunt
    *const builtin_hunts[]; /* ends with NULL; the first is the default */

const struct builtin_hunt *builtin_hunt_find(const char *name);

#endif
