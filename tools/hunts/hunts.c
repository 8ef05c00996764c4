#include "tools/hunts/hunts.h"

#include <string.h>

extern const struct builtin_hunt hunt_compromised_cloud_account;

const struct builtin_hunt *const builtin_hunts[] = {
    &hunt_compromised_cloud_account,
    NULL,
};

const struct builtin_hunt *builtin_hunt_find(const char *name) {
    for (size_t i = 0; builtin_hunts[i]; i++) {
        if (strcmp(builtin_hunts[i]->name, name) == 0) return builtin_hunts[i];
    }
    return NULL;
}
