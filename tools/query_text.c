#include "tools/query_text.h"

#include <stdio.h>
#include <string.h>

#include "tools/hunts/hunts.h"
#include "tools/say.h"

struct walk {
    bool (*visit)(void *context, const struct query_text *query);
    void *context;
    bool seen[HUNTS_MOST]; /* built-in hunts */
};

static bool visit_builtin(struct walk *walk, size_t index) {
    const struct hunt_text *hunt = &hunt_texts[index];
    if (walk->seen[index]) return true;
    walk->seen[index] = true;
    const struct query_text query = {
        hunt->name, {(char *)hunt->text, hunt->length, false}, QUERY_HUNT};
    return walk->visit(walk->context, &query);
}

static bool no_such_hunt(const char *name) {
    const char *names[HUNTS_MOST];
    size_t count = 0;
    for (; hunt_texts[count].name; count++) names[count] = hunt_texts[count].name;
    const char *nearest = trawl_nearest(name, names, count);
    if (nearest)
        say("there is no hunt %s: did you mean %s?", name, nearest);
    else
        say("there is no hunt %s (--list-hunts shows them)", name);
    return false;
}

/* One name of a list, or all. */
static bool visit_name(struct walk *walk, const char *name) {
    bool all = strcmp(name, "all") == 0, found = all, good = true;
    for (size_t i = 0; good && hunt_texts[i].name; i++) {
        if (!all && strcmp(name, hunt_texts[i].name) != 0) continue;
        found = true;
        good = visit_builtin(walk, i);
    }
    return found ? good : no_such_hunt(name);
}

static bool visit_names(struct walk *walk, const char *names) {
    bool good = true;
    for (const char *end; good; names = end + 1) {
        char name[256];
        end = strchrnul(names, ',');
        snprintf(name, sizeof name, "%.*s", (int)(end - names), names);
        good = visit_name(walk, name);
        if (!*end) break;
    }
    return good;
}

static bool visit_file(struct walk *walk, const char *path) {
    struct query_text query = {path, {0}, QUERY_FILE};
    if (!source_read(path, &query.text)) return false;
    bool good = walk->visit(walk->context, &query);
    source_free(&query.text);
    return good;
}

static bool visit_given(struct walk *walk, const struct query_given *given) {
    if (given->kind == QUERY_HUNT) return visit_names(walk, given->value);
    if (given->kind == QUERY_FILE) return visit_file(walk, given->value);
    const struct query_text query = {
        TYPED_QUERY, {(char *)given->value, strlen(given->value), false}, QUERY_TEXT};
    return walk->visit(walk->context, &query);
}

bool query_texts(const struct settings *settings,
                 bool (*visit)(void *context, const struct query_text *query), void *context) {
    struct walk walk = {.visit = visit, .context = context};
    if (settings->query_count == 0) return visit_names(&walk, DEFAULT_HUNT);
    bool good = true;
    for (size_t i = 0; i < settings->query_count; i++)
        good = visit_given(&walk, &settings->queries[i]) && good;
    return good;
}
