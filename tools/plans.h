/* plans.h - the hunts of a run: which are asked for, what they are called, their plans. */
#ifndef TRAWL_TOOLS_PLANS_H
#define TRAWL_TOOLS_PLANS_H

#include "tools/flags.h"
#include "tools/hunts/hunts.h"

struct plan_label {
    char *name; /* that tells it from the others: of a file without its folders and .cql */
    struct hunt_about about;
};

/* All [count], in the order in which they were asked for, each built-in hunt once. */
struct plans {
    const struct trawl_plan **plans;
    struct plan_label *labels;
    size_t count;
};

/* Compiles all that the settings ask for, or the default hunt. False: said why, of each query that
 * has an error. Warnings are said too, but for the built-in hunts, unless quiet. */
bool plans_compile(const struct settings *settings, struct plans *plans);
void plans_free(struct plans *plans);

#endif
