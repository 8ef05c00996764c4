/* groups.h - the named groups of a pattern, which get numbers instead: the language takes names
 * that PCRE2 does not. */
#ifndef TRAWL_ENGINE_SCALAR_GROUPS_H
#define TRAWL_ENGINE_SCALAR_GROUPS_H

#include "engine/base/buffer.h"

struct group_names {
    char **names; /* each once, in the order of the pattern */
    size_t name_count;
    struct group_number {
        size_t name;
        uint32_t number; /* of the group, from 1 */
    } * numbers;         /* ascending; a name may have several groups */
    size_t number_count;
};

/* Appends the pattern with its named groups as plain ones and fills in their names, which starts
 * empty. False: out of memory. */
bool groups_rewrite(const char *regex, struct group_names *names, struct buffer *out);
void group_names_free(struct group_names *names);
/* SIZE_MAX: there is none. */
size_t group_names_find(const struct group_names *names, struct text name);

#endif
