/* paths.c - the tree of keys that a projection looks for. */
#include <stdlib.h>

#include "formats/json/internal.h"

#define PLACES_SMALLEST 16

/* Room for one more in an array of items of `size`. */
static bool grow(void **items, uint32_t *capacity, uint32_t count, size_t size) {
    if (count < *capacity) return true;
    uint32_t wanted = *capacity ? *capacity * 2 : 16;
    void *grown = realloc(*items, wanted * size);
    if (!grown) return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

static uint32_t add_node(struct json_paths *paths) {
    if (!grow((void **)&paths->nodes, &paths->node_capacity, paths->node_count,
              sizeof *paths->nodes))
        return JSON_NO_NODE;
    struct json_place *places = calloc(PLACES_SMALLEST, sizeof *places);
    if (!places) return JSON_NO_NODE;
    paths->nodes[paths->node_count] =
        (struct json_node){.places = places, .mask = PLACES_SMALLEST - 1};
    return paths->node_count++;
}

struct json_paths *json_paths_new(void) {
    struct json_paths *paths = calloc(1, sizeof *paths);
    if (paths && add_node(paths) == JSON_NO_NODE) {
        json_paths_free(paths);
        return NULL;
    }
    return paths;
}

void json_paths_free(struct json_paths *paths) {
    if (!paths) return;
    for (uint32_t i = 0; i < paths->node_count; i++) free(paths->nodes[i].places);
    for (uint32_t i = 0; i < paths->key_count; i++) free((char *)paths->keys[i].name.data);
    free(paths->nodes);
    free(paths->keys);
    free(paths);
}

static void place_key(struct json_node *node, uint32_t tag, uint32_t key) {
    uint32_t i = json_tag_hash(tag);
    while (node->places[i & node->mask].tag) i++;
    node->places[i & node->mask] = (struct json_place){tag, key};
}

static bool grow_places(struct json_node *node) {
    struct json_node larger = *node;
    larger.mask = node->mask * 2 + 1;
    larger.places = calloc((size_t)larger.mask + 1, sizeof *larger.places);
    if (!larger.places) return false;
    for (uint32_t i = 0; i <= node->mask; i++)
        if (node->places[i].tag) place_key(&larger, node->places[i].tag, node->places[i].key);
    free(node->places);
    *node = larger;
    return true;
}

/* The key of that name in the node, made where there is none; NULL: out of memory. */
static struct json_key *add_key(struct json_paths *paths, uint32_t node_index, struct text name) {
    struct json_node *node = &paths->nodes[node_index];
    const struct json_key *there = json_key_find(paths, node, name.data, name.length);
    if (there) return &paths->keys[there - paths->keys];
    if (!grow((void **)&paths->keys, &paths->key_capacity, paths->key_count, sizeof *paths->keys))
        return NULL;
    if ((node->count + 1) * 4 > node->mask + 1 && !grow_places(node)) return NULL;
    char *copy = malloc(name.length + 1);
    if (!copy) return NULL;
    memcpy(copy, name.data, name.length);
    copy[name.length] = '\0';
    struct json_key *key = &paths->keys[paths->key_count];
    *key = (struct json_key){{copy, name.length}, JSON_NO_SLOT, JSON_NO_SLOT, JSON_NO_NODE};
    place_key(node, json_key_tag(copy, name.length), paths->key_count++);
    node->count++;
    return key;
}

static uint32_t add_path(struct json_paths *paths, const struct text *segments, size_t count,
                         bool flattened) {
    uint32_t node = 0;
    for (size_t i = 0;; i++) {
        struct json_key *key = add_key(paths, node, segments[i]);
        if (!key) return JSON_NO_SLOT;
        if (i + 1 == count) {
            if (flattened) paths->nodes[node].flattened = true;
            uint32_t *slot = flattened ? &key->array : &key->slot;
            if (*slot == JSON_NO_SLOT) *slot = paths->slot_count++;
            return *slot;
        }
        if (key->child == JSON_NO_NODE) {
            uint32_t child = add_node(paths);
            if (child == JSON_NO_NODE) return JSON_NO_SLOT;
            key->child = child;
        }
        node = key->child;
    }
}

uint32_t json_paths_add(struct json_paths *paths, const struct text *segments, size_t count) {
    return add_path(paths, segments, count, false);
}

uint32_t json_paths_add_flattened(struct json_paths *paths, const struct text *segments,
                                  size_t count) {
    return add_path(paths, segments, count, true);
}

uint32_t json_paths_spare(struct json_paths *paths) {
    return paths->slot_count++;
}

uint32_t json_paths_slots(const struct json_paths *paths) {
    return paths->slot_count;
}

struct json_column json_paths_column(const struct json_paths *paths, struct text name) {
    return json_column_find(paths, &paths->nodes[0], name);
}

const struct json_key *json_key_find_array(const struct json_paths *paths,
                                           const struct json_node *node, struct text name,
                                           uint32_t *element) {
    if (name.length < 3) return NULL;
    size_t end = name.length - 1, digits = end;
    while (digits > 0 && name.data[digits - 1] >= '0' && name.data[digits - 1] <= '9') digits--;
    size_t count = end - digits;
    if (digits == 0 || name.data[digits - 1] != '[' || count == 0 || count > 9) return NULL;
    if (name.data[digits] == '0' && count > 1) return NULL;
    *element = 0;
    for (size_t i = digits; i < end; i++) *element = *element * 10 + (uint32_t)(name.data[i] - '0');
    const struct json_key *key = json_key_find(paths, node, name.data, digits - 1);
    return key && key->array != JSON_NO_SLOT ? key : NULL;
}

bool json_row_init(struct json_row *row, const struct json_paths *paths) {
    size_t slots = paths->slot_count ? paths->slot_count : 1;
    size_t keys = paths->key_count ? paths->key_count : 1;
    *row = (struct json_row){
        .values = calloc(slots, sizeof *row->values),
        .found = calloc(slots, sizeof *row->found),
        .changed = calloc(slots, sizeof *row->changed),
        .met = calloc(keys, sizeof *row->met),
        .before = calloc(slots, sizeof *row->before),
        .sources = calloc(slots, sizeof *row->sources),
        .kept = calloc(slots, sizeof *row->kept),
        .slot_count = (uint32_t)slots,
    };
    if (row->values && row->found && row->changed && row->met && row->before && row->sources &&
        row->kept)
        return true;
    json_row_free(row);
    return false;
}

void json_row_free(struct json_row *row) {
    free(row->values);
    free(row->found);
    free(row->changed);
    free(row->met);
    free(row->before);
    free(row->sources);
    free(row->kept);
    *row = (struct json_row){0};
}
