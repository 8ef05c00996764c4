/* Patterns with a star, tried one by one: most fail at what stands before the first star or behind
 * the last one. */
#include <stdlib.h>

#include "engine/lookup/lookup_internal.h"
#include "engine/scalar/glob.h"

struct pattern {
    struct text head, middle, tail; /* the middle begins and ends with a star */
    struct group group;
};

static struct pattern pattern_of(const struct group *group) {
    struct text text = key_text(group->key);
    const char *end = text.data + text.length;
    const char *first = memchr(text.data, '*', text.length);
    const char *behind = (const char *)memrchr(text.data, '*', text.length) + 1;
    return (struct pattern){.head = {text.data, (size_t)(first - text.data)},
                            .middle = {first, (size_t)(behind - first)},
                            .tail = {behind, (size_t)(end - behind)},
                            .group = *group};
}

struct pattern *patterns_new(const struct store *store) {
    struct pattern *patterns = calloc(store->groups + 1, sizeof *patterns);
    struct text left = buffer_text(&store->bytes);
    struct group group;
    for (size_t i = 0; patterns && group_read(&left, &group); i++) patterns[i] = pattern_of(&group);
    return patterns;
}

static bool matches(const struct pattern *pattern, struct text text) {
    size_t head = pattern->head.length, tail = pattern->tail.length;
    if (text.length < head || text.length - head < tail) return false;
    size_t middle = text.length - head - tail;
    if (memcmp(text.data + head + middle, pattern->tail.data, tail) != 0) return false;
    if (memcmp(text.data, pattern->head.data, head) != 0) return false;
    return pattern->middle.length == 1 ||
           glob_matches(pattern->middle, (struct text){text.data + head, middle});
}

const struct group *patterns_next(const struct pattern *patterns, size_t count, size_t *at,
                                  struct text text) {
    while (*at < count) {
        const struct pattern *pattern = &patterns[(*at)++];
        if (matches(pattern, text)) return &pattern->group;
    }
    return NULL;
}
