#include "formats/projection.h"

#include <stdlib.h>

/* Segments a path may have; a field's name with more dots is taken as it stands. */
#define SEGMENTS_MOST 16

/* Ranks of what a record has only outside: behind all of what it has inside. */
#define OUTER_RANK (UINT32_C(1) << 31)

/* Candidates in the making: gathered field by field, sorted by slot at the end. */
struct candidates {
    struct projection_candidate *items;
    size_t count, capacity;
};
struct builder {
    struct projection *projection;
    struct candidates lists[FAMILY_COUNT], arrays[FAMILY_COUNT];
    struct buffer flattened; /* one char per slot */
    enum map_family family;  /* what is being added to */
    uint32_t field, rank;
    struct text inside; /* of the field */
    bool failed;
};

static void add_candidate(struct builder *b, struct candidates *list, uint32_t slot) {
    if (list->count == list->capacity) {
        size_t wanted = list->capacity ? list->capacity * 2 : 64;
        struct projection_candidate *grown = realloc(list->items, wanted * sizeof *grown);
        if (!grown) {
            b->failed = true;
            return;
        }
        list->items = grown;
        list->capacity = wanted;
    }
    list->items[list->count++] = (struct projection_candidate){slot, b->field, b->rank++};
}

static void add_slot(struct builder *b, struct candidates *list, uint32_t slot, bool flattened) {
    if (slot == UINT32_MAX) {
        b->failed = true;
        return;
    }
    while (b->flattened.length <= slot && !b->failed)
        b->failed |= !buffer_append_char(&b->flattened, 0);
    if (b->failed) return;
    b->flattened.data[slot] = flattened;
    add_candidate(b, list, slot);
}

static void add_exact(struct builder *b, const struct text *segments, size_t count) {
    add_slot(b, &b->lists[b->family], json_paths_add(b->projection->paths, segments, count), false);
}

/* The value itself, and where that is missing the array flattened into keys beside it. */
static void add_either_to(struct builder *b, struct candidates *list, const struct text *segments,
                          size_t count) {
    struct json_paths *paths = b->projection->paths;
    add_slot(b, list, json_paths_add(paths, segments, count), false);
    add_slot(b, list, json_paths_add_flattened(paths, segments, count), true);
}

/* Whether the whole array is asked for: a key a[] is none, whatever it holds. */
static bool is_whole(struct text inside) {
    return inside.length >= 2 && memcmp(inside.data + inside.length - 2, "[]", 2) == 0;
}

/* The element under a key that is named like it: a[0]. */
static void add_element(struct builder *b, struct text *segments, size_t count) {
    struct text *last = &segments[count - 1], name = *last;
    struct buffer key = {0};
    if (buffer_append(&key, name.data, name.length) &&
        buffer_append(&key, b->inside.data, b->inside.length)) {
        *last = (struct text){key.data, key.length};
        add_exact(b, segments, count);
        *last = name;
    } else {
        b->failed = true;
    }
    buffer_free(&key);
}

/* What lies inside an array: under a key of its own, else inside. */
static void add_inside(struct builder *b, struct text *segments, size_t count) {
    if (!is_whole(b->inside)) add_element(b, segments, count);
    add_either_to(b, &b->arrays[b->family], segments, count);
}

static void add_either(struct builder *b, struct text *segments, size_t count) {
    if (b->inside.length > 0)
        add_inside(b, segments, count);
    else
        add_either_to(b, &b->lists[b->family], segments, count);
}

/* prefix + name as one key. */
static void add_prefixed(struct builder *b, const char *prefix, struct text name) {
    struct buffer key = {0};
    if (buffer_append(&key, prefix, strlen(prefix)) && buffer_append(&key, name.data, name.length))
        add_either(b, &(struct text){key.data, key.length}, 1);
    else
        b->failed = true;
    buffer_free(&key);
}

/* Splits at the separator; 0: too many segments. */
static size_t split(struct text path, char separator, struct text *segments) {
    const char *start = path.data, *path_end = path.data + path.length;
    for (size_t count = 0; count < SEGMENTS_MOST;) {
        const char *end =
            start < path_end ? memchr(start, separator, (size_t)(path_end - start)) : NULL;
        segments[count++] = (struct text){start, (size_t)((end ? end : path_end) - start)};
        if (!end) return count;
        start = end + 1;
    }
    return 0;
}

/* A name of the tables: see map.h. */
static void add_name(struct builder *b, struct text name) {
    struct text segments[SEGMENTS_MOST];
    if (name.data[0] != '*') {
        size_t count = split(name, '/', segments);
        if (b->inside.length > 0)
            add_inside(b, segments, count);
        else
            add_exact(b, segments, count);
        return;
    }
    name = (struct text){name.data + 1, name.length - 1};
    add_either(b, (struct text[]){text_of("properties"), name}, 2);
    add_either(b, (struct text[]){name}, 1);
    add_prefixed(b, "properties.", name);
    add_prefixed(b, "Vendor.properties.", name);
    add_prefixed(b, "Vendor.", name);
}

/* The key a.b.c, then c in b in a. */
static void add_path(struct builder *b, struct text name) {
    struct text segments[SEGMENTS_MOST];
    size_t count = split(name, '.', segments);
    add_prefixed(b, "", name);
    if (count > 1) add_either(b, segments, count);
}

/* Keys of objects on the way that themselves say which element they are: {"a[0]":{"b":1}}. */
static void add_path_of_elements(struct builder *b, struct text name) {
    struct text segments[SEGMENTS_MOST], whole = {name.data, name.length + b->inside.length};
    bool element = b->inside.length > 0 && !is_whole(b->inside);
    size_t count = element ? split(whole, '.', segments) : 0;
    if (count > 1) add_exact(b, segments, count);
}

/* A field by its own name: as a path, then prefixed, then inside properties. */
static void add_own_name(struct builder *b, struct text name) {
    struct text segments[SEGMENTS_MOST + 1] = {text_of("properties")};
    size_t count = split(name, '.', segments + 1);
    add_path(b, name);
    add_path_of_elements(b, name);
    add_prefixed(b, "Vendor.", name);
    add_prefixed(b, "Vendor.properties.", name);
    add_either(b, (struct text[]){text_of("properties"), name}, 2);
    if (count > 1) add_either(b, segments, count + 1);
    if (count > 0) {
        segments[0] = text_of("Vendor");
        add_either(b, segments, count + 1);
    }
}

/* A name without prefixes, in the family. */
static void add_bare_name(struct builder *b, struct text name, const struct map_field *field) {
    enum map_rule rule = field && b->inside.length == 0 ? field->rule : MAP_TEXT;
    bool signin = b->family == FAMILY_SIGNIN || b->family == FAMILY_PORTAL;
    /* map_recognise, map_result and the decoder find these. */
    if (rule == MAP_EVENT_SOURCE || rule == MAP_EVENT_TYPE || rule >= MAP_RECORD) return;
    if (signin && rule == MAP_RESULT) return;
    const char *const *names = field ? field->names[b->family] : NULL;
    if (field && !names && b->family == FAMILY_PORTAL) names = field->names[FAMILY_SIGNIN];
    const char *const *usual = field ? map_usual_names(field) : NULL;
    for (size_t i = 0; names && names[i]; i++) add_name(b, text_of(names[i]));
    for (size_t i = 0; usual && usual[i]; i++) add_name(b, text_of(usual[i]));
    /* A name of the tables is exact for sign-ins; elsewhere, and for fields that no table names for
     * this family, the record's own key of that name is as good. */
    if (!names || !signin) add_own_name(b, name);
    if (!field) add_prefixed(b, "#", name); /* a tag, of which the tables know none */
}

/* Where the path inside an array starts, [0] or a [] at the end; the name's length: nowhere. */
static size_t inside_start(struct text name) {
    for (size_t start = 1; start < name.length; start++) {
        if (name.data[start] != '[') continue;
        size_t digits = start + 1, end = digits;
        while (end < name.length && name.data[end] >= '0' && name.data[end] <= '9') end++;
        size_t count = end - digits;
        if (end == name.length || name.data[end] != ']' || count > 9) continue;
        bool last = end + 1 == name.length;
        if (count == 0 ? last : last || name.data[end + 1] == '.' || name.data[end + 1] == '[')
            return start;
    }
    return name.length;
}

static bool cut_prefix(struct text *name, const char *prefix) {
    size_t length = strlen(prefix);
    if (name->length <= length || memcmp(name->data, prefix, length) != 0) return false;
    *name = (struct text){name->data + length, name->length - length};
    return true;
}

static void add_field(struct builder *b, const char *asked) {
    struct projection_field *out = &b->projection->fields[b->field];
    struct text whole = text_of(asked);
    size_t start = inside_start(whole);
    b->inside = (struct text){asked + start, whole.length - start};
    struct text tag = {asked, start}, vendor = tag;
    bool tagged = cut_prefix(&vendor, "#");
    struct text name = vendor;
    bool prefixed = cut_prefix(&name, "Vendor.");
    const struct map_field *field = map_field_find(name);

    *out = (struct projection_field){
        .name = field ? field->name : asked,
        .known = field != NULL,
        .rule = field && b->inside.length == 0 ? field->rule : MAP_TEXT,
        .raw_objects = b->inside.length > 0,
        .no_objects = !field && b->inside.length == 0,
        .raw_arrays = b->inside.length > 0 && asked[whole.length - 1] == ']',
        .inside = b->inside,
        .list = field && field->rule == MAP_LIST,
    };
    if (b->inside.length > 0) out->inside_slot = json_paths_spare(b->projection->paths);
    for (b->family = 0; b->family < FAMILY_COUNT; b->family++) {
        b->rank = 0;
        if (tagged) add_prefixed(b, "", tag);
        if (prefixed) add_path(b, vendor);
        add_bare_name(b, name, field);
    }
}

static int compare_slots(const void *a, const void *b) {
    const struct projection_candidate *x = a, *y = b;
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
        size_t count = split(text_of(map_anchors[i]), '/', segments);
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
        b.field = (uint32_t)i;
        add_field(&b, names[i]);
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
        projection->arrays[family] = b.arrays[family].items;
        projection->array_counts[family] = b.arrays[family].count;
    }
    buffer_free(&b.flattened);
    return good;
}

void projection_free(struct projection *projection) {
    for (enum map_family family = 0; family < FAMILY_COUNT; family++) {
        free(projection->starts[family]);
        free(projection->uses[family]);
        free(projection->arrays[family]);
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
        uint32_t slot = row->found[i].slot;
        if (row->values[slot].type == JSON_NULL) continue;
        for (uint32_t u = starts[slot]; u < starts[slot + 1]; u++) {
            if (uses[u].rank >= ranks[uses[u].field]) continue;
            ranks[uses[u].field] = uses[u].rank;
            picks[uses[u].field] = slot;
        }
    }
}

void projection_pick_outer(const struct projection *projection, struct json_row *row,
                           const struct json_row *outer, enum map_family family, uint32_t *picks,
                           uint32_t *ranks) {
    const uint32_t *starts = projection->starts[family];
    for (uint32_t i = 0; i < outer->found_count; i++) {
        uint32_t slot = outer->found[i].slot;
        if (row->values[slot].type != JSON_ABSENT || outer->values[slot].type == JSON_NULL ||
            slot < ANCHOR_COUNT)
            continue;
        row->values[slot] = outer->values[slot];
        row->found[row->found_count++] = outer->found[i];
        for (uint32_t u = starts[slot]; u < starts[slot + 1]; u++) {
            struct projection_use use = projection->uses[family][u];
            use.rank |= OUTER_RANK;
            if (use.rank >= ranks[use.field] || projection->fields[use.field].known) continue;
            ranks[use.field] = use.rank;
            picks[use.field] = slot;
        }
    }
}

/* What lies inside the value at the end of a field's path; a text between commas is an array where
 * the tables say that it may be one. */
static enum json_outcome reach(const struct projection_field *field, struct json_parser *parser,
                               struct json_value value, struct json_value *found) {
    enum json_outcome outcome = json_reach(parser, value, field->inside, found);
    bool text = value.type == JSON_STRING && !(value.raw.length && value.raw.data[0] == '[');
    if (!field->list || !text || outcome != JSON_OK || found->type != JSON_ABSENT) return outcome;
    outcome = json_split(parser, value, &value);
    return outcome == JSON_OK ? json_reach(parser, value, field->inside, found) : outcome;
}

enum json_outcome projection_reach(const struct projection *projection, struct json_parser *parser,
                                   struct json_row *row, enum map_family family, uint32_t *picks,
                                   uint32_t *ranks) {
    for (size_t i = 0; i < projection->array_counts[family]; i++) {
        const struct projection_candidate *array = &projection->arrays[family][i];
        const struct projection_field *field = &projection->fields[array->field];
        struct json_value found;
        if (array->rank >= ranks[array->field]) continue;
        if (row->values[array->slot].type <= JSON_NULL) continue;
        enum json_outcome outcome = reach(field, parser, row->values[array->slot], &found);
        if (outcome != JSON_OK) return outcome;
        if (found.type <= JSON_NULL) continue;
        row->values[field->inside_slot] = found;
        picks[array->field] = field->inside_slot;
        ranks[array->field] = array->rank;
    }
    return JSON_OK;
}

const struct json_value *projection_made(const struct projection *projection,
                                         const struct json_row *row,
                                         const struct map_record *record, const uint32_t *picks,
                                         size_t field, struct json_value *made) {
    const struct projection_field *wanted = &projection->fields[field];
    if (picks[field] != PROJECTION_NO_SLOT) {
        *made = map_translate(wanted->name, record->family, row->values[picks[field]]);
        return made;
    }
    *made = (struct json_value){.type = JSON_ABSENT};
    switch (wanted->rule) {
        case MAP_EVENT_SOURCE:
            return &record->source;
        case MAP_EVENT_TYPE:
            return &record->type;
        case MAP_RESULT:
            if (record->family == FAMILY_SIGNIN || record->family == FAMILY_PORTAL)
                *made = map_result(row->values, record->family);
            return made;
        case MAP_TEXT:
        case MAP_LIST:
        case MAP_EVENT_ID:
        case MAP_RECORD:
        case MAP_FILE:
        case MAP_MEMBER:
        case MAP_OFFSET:
        case MAP_LENGTH:
            break;
    }
    return made;
}

bool projection_has_null(const struct projection *projection, const struct json_row *row,
                         enum map_family family, size_t field) {
    const uint32_t *starts = projection->starts[family];
    for (uint32_t i = 0; i < row->found_count; i++) {
        uint32_t slot = row->found[i].slot;
        if (row->values[slot].type != JSON_NULL) continue;
        for (uint32_t u = starts[slot]; u < starts[slot + 1]; u++)
            if (projection->uses[family][u].field == field) return true;
    }
    return false;
}
