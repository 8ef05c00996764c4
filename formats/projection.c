#include "formats/projection.h"

#include <stdlib.h>

/* Segments a path may have; a field's name with more dots is taken as it stands. */
#define SEGMENTS_MOST 16

/* Candidates in the making: gathered field by field, sorted by slot at the end. */
struct candidate {
    uint32_t slot, field, rank;
};
struct candidates {
    struct candidate *items;
    size_t count, capacity;
};
struct builder {
    struct projection *projection;
    struct candidates lists[FAMILY_COUNT];
    struct buffer flattened; /* one char per slot */
    enum map_family family;  /* what is being added to */
    uint32_t field, rank;
    bool failed;
};

static void add_slot(struct builder *b, uint32_t slot, bool flattened) {
    if (slot == UINT32_MAX) {
        b->failed = true;
        return;
    }
    while (b->flattened.length <= slot && !b->failed)
        b->failed |= !buffer_append_char(&b->flattened, 0);
    if (b->failed) return;
    b->flattened.data[slot] = flattened;
    struct candidates *list = &b->lists[b->family];
    if (list->count == list->capacity) {
        size_t wanted = list->capacity ? list->capacity * 2 : 64;
        struct candidate *grown = realloc(list->items, wanted * sizeof *grown);
        if (!grown) {
            b->failed = true;
            return;
        }
        list->items = grown;
        list->capacity = wanted;
    }
    list->items[list->count++] = (struct candidate){slot, b->field, b->rank++};
}

static void add_exact(struct builder *b, const struct text *segments, size_t count) {
    add_slot(b, json_paths_add(b->projection->paths, segments, count), false);
}

/* The value itself, and where that is missing the array flattened into keys beside it. */
static void add_either(struct builder *b, const struct text *segments, size_t count) {
    add_exact(b, segments, count);
    add_slot(b, json_paths_add_flattened(b->projection->paths, segments, count), true);
}

/* prefix + name as one key. */
static void add_prefixed(struct builder *b, const char *prefix, const char *name) {
    struct buffer key = {0};
    if (buffer_printf(&key, "%s%s", prefix, name))
        add_either(b, &(struct text){key.data, key.length}, 1);
    else
        b->failed = true;
    buffer_free(&key);
}

/* Splits at the separator; 0: too many segments. */
static size_t split(const char *path, char separator, struct text *segments) {
    size_t count = 0;
    for (const char *start = path;; start++) {
        if (count == SEGMENTS_MOST) return 0;
        const char *end = strchrnul(start, separator);
        segments[count++] = (struct text){start, (size_t)(end - start)};
        if (!*end) return count;
        start = end;
    }
}

/* A name of the tables: see map.h. */
static void add_name(struct builder *b, const char *name) {
    struct text segments[SEGMENTS_MOST];
    if (name[0] != '*') {
        size_t count = split(name, '/', segments);
        add_exact(b, segments, count);
        return;
    }
    name++;
    add_either(b, (struct text[]){text_of("properties"), text_of(name)}, 2);
    add_either(b, (struct text[]){text_of(name)}, 1);
    add_prefixed(b, "properties.", name);
    add_prefixed(b, "Vendor.properties.", name);
    add_prefixed(b, "Vendor.", name);
}

/* A field by its own name: the key a.b.c, then c in b in a, then prefixed, then inside properties.
 */
static void add_own_name(struct builder *b, const char *name) {
    struct text segments[SEGMENTS_MOST + 1] = {text_of("properties")};
    size_t count = split(name, '.', segments + 1);
    add_prefixed(b, "", name);
    if (count > 1) add_either(b, segments + 1, count);
    add_prefixed(b, "Vendor.", name);
    add_prefixed(b, "Vendor.properties.", name);
    add_either(b, (struct text[]){text_of("properties"), text_of(name)}, 2);
    if (count > 1) add_either(b, segments, count + 1);
}

static void add_field(struct builder *b, const char *name, const struct map_field *field) {
    /* map_recognise finds these. */
    if (field && (field->rule == MAP_EVENT_SOURCE || field->rule == MAP_EVENT_TYPE)) return;
    for (b->family = 0; b->family < FAMILY_COUNT; b->family++) {
        const char *const *names = field ? field->names[b->family] : NULL;
        bool signin = b->family == FAMILY_SIGNIN || b->family == FAMILY_PORTAL;
        if (field && signin && field->rule == MAP_RESULT) continue; /* map_result finds it */
        if (field && !names && b->family == FAMILY_PORTAL) names = field->names[FAMILY_SIGNIN];
        b->rank = 0;
        for (size_t i = 0; names && names[i]; i++) add_name(b, names[i]);
        /* A name of the tables is exact for sign-ins; elsewhere, and for fields that no table
         * names for this family, the record's own key of that name is as good. */
        if (!names || !signin) add_own_name(b, name);
    }
}

static int compare_slots(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    if (x->slot != y->slot) return x->slot < y->slot ? -1 : 1;
    return x->field < y->field ? -1 : x->field > y->field;
}

static bool finish_family(struct projection *projection, enum map_family family,
                          struct candidates *list) {
    uint32_t slots = projection->slot_count;
    uint32_t *starts = calloc((size_t)slots + 1, sizeof *starts);
    struct projection_use *uses = calloc(list->count + 1, sizeof *uses);
    projection->starts[family] = starts;
    projection->uses[family] = uses;
    if (!starts || !uses) return false;
    if (list->count) qsort(list->items, list->count, sizeof *list->items, compare_slots);
    for (size_t i = 0; i < list->count; i++) {
        starts[list->items[i].slot + 1]++;
        uses[i] = (struct projection_use){list->items[i].field, list->items[i].rank};
    }
    for (uint32_t slot = 0; slot < slots; slot++) starts[slot + 1] += starts[slot];
    return true;
}

/* Slots are given in the order of adding, so the anchors, added first, have their own numbers. */
static bool add_anchors(struct projection *projection) {
    for (uint32_t i = 0; i < ANCHOR_COUNT; i++) {
        struct text segments[SEGMENTS_MOST];
        size_t count = split(map_anchors[i], '/', segments);
        if (json_paths_add(projection->paths, segments, count) != i) return false;
    }
    return true;
}

bool projection_init(struct projection *projection, const char *const *names, size_t count) {
    *projection = (struct projection){
        .paths = json_paths_new(),
        .field_count = count,
        .fields = calloc(count + 1, sizeof *projection->fields),
    };
    struct builder b = {.projection = projection};
    bool good = projection->paths && projection->fields && add_anchors(projection);
    for (size_t i = 0; good && i < count; i++) {
        const struct map_field *field = map_field_find(names[i]);
        projection->fields[i] = (struct projection_field){names[i], field ? field->rule : MAP_TEXT};
        b.field = (uint32_t)i;
        add_field(&b, names[i], field);
        good = !b.failed;
    }
    if (good) {
        projection->slot_count = json_paths_slots(projection->paths);
        projection->flattened = calloc(projection->slot_count, sizeof *projection->flattened);
        good = projection->flattened != NULL;
        for (size_t i = 0; good && i < b.flattened.length; i++)
            projection->flattened[i] = b.flattened.data[i];
    }
    for (enum map_family family = 0; family < FAMILY_COUNT; family++) {
        good = good && finish_family(projection, family, &b.lists[family]);
        free(b.lists[family].items);
    }
    buffer_free(&b.flattened);
    return good;
}

void projection_free(struct projection *projection) {
    for (enum map_family family = 0; family < FAMILY_COUNT; family++) {
        free(projection->starts[family]);
        free(projection->uses[family]);
    }
    json_paths_free(projection->paths);
    free(projection->flattened);
    free(projection->fields);
    *projection = (struct projection){0};
}

void projection_pick(const struct projection *projection, const struct json_row *row,
                     enum map_family family, uint32_t *picks, uint32_t *ranks) {
    const uint32_t *starts = projection->starts[family];
    const struct projection_use *uses = projection->uses[family];
    memset(picks, 0xff, projection->field_count * sizeof *picks);
    memset(ranks, 0xff, projection->field_count * sizeof *ranks);
    for (uint32_t i = 0; i < row->found_count; i++) {
        uint32_t slot = row->found[i];
        if (row->values[slot].type == JSON_NULL) continue;
        for (uint32_t u = starts[slot]; u < starts[slot + 1]; u++) {
            if (uses[u].rank >= ranks[uses[u].field]) continue;
            ranks[uses[u].field] = uses[u].rank;
            picks[uses[u].field] = slot;
        }
    }
}

bool projection_has_null(const struct projection *projection, const struct json_row *row,
                         enum map_family family, size_t field) {
    const uint32_t *starts = projection->starts[family];
    for (uint32_t i = 0; i < row->found_count; i++) {
        uint32_t slot = row->found[i];
        if (row->values[slot].type != JSON_NULL) continue;
        for (uint32_t u = starts[slot]; u < starts[slot + 1]; u++)
            if (projection->uses[family][u].field == field) return true;
    }
    return false;
}
