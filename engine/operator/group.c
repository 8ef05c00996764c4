#include "engine/operator/group.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/operator/group_internal.h"

/* ---- keys ----------------------------------------------------------------------------------- */

void group_key_append(struct buffer *key, struct text text) {
    while (text.length > 0) {
        const char *zero = memchr(text.data, 0, text.length);
        size_t plain = zero ? (size_t)(zero - text.data) : text.length;
        buffer_append(key, text.data, plain);
        if (!zero) break;
        buffer_append(key, "\0\xff", 2);
        text.data += plain + 1;
        text.length -= plain + 1;
    }
    buffer_append(key, "\0\0", 2);
}

void group_tag_append(struct buffer *key, size_t tag) {
    const unsigned char bytes[GROUP_TAG_BYTES] = {(unsigned char)(tag >> 8), (unsigned char)tag};
    buffer_append(key, bytes, sizeof bytes);
}

struct group_key group_key_split(struct text key, size_t key_count) {
    const char *at = key.data, *end = key.data + key.length;
    while (key_count > 0) {
        at = memchr(at, 0, (size_t)(end - at));
        if (at[1] == 0) key_count--;
        at += 2;
    }
    const unsigned char *tag = (const unsigned char *)at;
    at += GROUP_TAG_BYTES;
    return (struct group_key){
        .group = {key.data, (size_t)(at - key.data) - GROUP_TAG_BYTES},
        .tag = (size_t)tag[0] << 8 | tag[1],
        .element = {at, (size_t)(end - at)},
    };
}

/* ---- opening -------------------------------------------------------------------------------- */

static bool same_elements(const struct aggregate *a, const struct aggregate *b) {
    enum element_type type = aggregate_elements(a->kind);
    return type != ELEMENT_NONE && aggregate_elements(b->kind) == type &&
           a->inputs[0] == b->inputs[0] && a->where == b->where;
}

static void lay_out(struct group_layout *layout, const struct group_spec *spec) {
    layout->outputs = spec->key_count;
    for (size_t i = 0; i < spec->aggregate_count; i++) {
        const struct aggregate *aggregate = &spec->aggregates[i];
        layout->offsets[i] = layout->size;
        layout->size += aggregate_state_size(aggregate->kind);
        layout->outputs += aggregate_outputs(aggregate);
        layout->carries |= aggregate_carries(aggregate->kind);
        if (aggregate->input_count > layout->inputs_most)
            layout->inputs_most = aggregate->input_count;
        layout->owners[i] = 0;
        while (layout->owners[i] < i &&
               !same_elements(&spec->aggregates[layout->owners[i]], aggregate))
            layout->owners[i]++;
    }
}

static void group_close(void *state) {
    struct group *group = state;
    if (!group) return;
    free(group->layout.offsets);
    free(group->layout.owners);
    group_table_free(&group->table);
    sorter_free(group->sorter);
    buffer_free(&group->key);
    buffer_free(&group->scratch);
    free(group->cells);
    free(group->cache);
    free(group);
}

static void *group_open(const void *spec, const struct operator_resources *resources,
                        const struct row_sink *next, struct trawl_error *error) {
    (void)next;
    struct group *group = calloc(1, sizeof *group);
    if (!group) {
        error_memory(error);
        return NULL;
    }
    group->spec = spec;
    group->resources = *resources;
    size_t count = group->spec->aggregate_count;
    if (count > GROUP_AGGREGATES_MOST) {
        error_set(error, TRAWL_REFUSED, "more than %d aggregates of one group",
                  GROUP_AGGREGATES_MOST);
        group_close(group);
        return NULL;
    }
    group->layout.offsets = calloc(count + 1, sizeof *group->layout.offsets);
    group->layout.owners = calloc(count + 1, sizeof *group->layout.owners);
    if (group->layout.offsets && group->layout.owners) {
        lay_out(&group->layout, group->spec);
        group->cells = calloc(group->layout.inputs_most + 1, sizeof *group->cells);
        if (group->cells) return group;
    }
    error_memory(error);
    group_close(group);
    return NULL;
}

/* ---- storing and merging -------------------------------------------------------------------- */

static bool is_states(const struct group *group, const struct group_entry *entry) {
    return group_key_split(group_entry_key(entry), group->spec->key_count).tag == 0;
}

bool group_payload(struct group *group, const struct group_entry *entry, struct text *payload) {
    const char *states = group_entry_payload(entry);
    *payload = (struct text){states, entry->payload_size};
    if (!group->layout.carries || !is_states(group, entry)) return true;
    buffer_clear(&group->scratch, SIZE_MAX);
    buffer_append(&group->scratch, states, entry->payload_size);
    for (size_t i = 0; i < group->spec->aggregate_count; i++) {
        struct text row =
            aggregate_carried(group->spec->aggregates[i].kind, states + group->layout.offsets[i]);
        buffer_append(&group->scratch, row.data, row.length);
    }
    *payload = (struct text){group->scratch.data, group->scratch.length};
    return !group->scratch.failed;
}

bool group_states_merge(const struct group *group, char *to, struct text payload,
                        struct group_table *table) {
    const char *rows = payload.data + group->layout.size;
    for (size_t i = 0; i < group->spec->aggregate_count; i++) {
        size_t offset = group->layout.offsets[i];
        if (!aggregate_merge(group->spec->aggregates[i].kind, to + offset, payload.data + offset,
                             &rows, table))
            return false;
    }
    return true;
}

static enum trawl_status make_sorter(struct group *group, struct trawl_error *error) {
    if (group->sorter) return TRAWL_OK;
    group->sorter = sorter_new(group->resources.spill, group->resources.budget / GROUP_BUDGET_PARTS,
                               SORTER_NO_LIMIT);
    return group->sorter ? TRAWL_OK : error_memory(error);
}

/* Nothing in the table is known by pointer any more. */
static void forget(struct group *group) {
    group_table_clear(&group->table);
    group->groups = 0;
    if (group->cache_count) memset(group->cache, 0, group->cache_count * sizeof *group->cache);
}

enum trawl_status group_spill(struct group *group, struct trawl_error *error) {
    enum trawl_status status = make_sorter(group, error);
    struct group_entry *entry;
    for (size_t at = 0; status == TRAWL_OK && (entry = group_table_next(&group->table, &at));) {
        struct text payload;
        if (!group_payload(group, entry, &payload)) return error_memory(error);
        status = sorter_add(group->sorter, group_entry_key(entry), payload, error);
    }
    if (status == TRAWL_OK) forget(group);
    return status;
}

static enum trawl_status spill_if_full(struct group *group, struct trawl_error *error) {
    uint64_t budget = group->resources.budget - group->resources.budget / GROUP_BUDGET_PARTS;
    if (group_table_bytes(&group->table) <= budget) return TRAWL_OK;
    return group_spill(group, error);
}

static struct group_entry *states_entry(struct group *group, struct text key) {
    bool created;
    struct group_entry *entry = group_table_get(&group->table, key, group->layout.size, &created);
    group->groups += created;
    return entry;
}

/* How often is only asked of numbers. */
static bool add_element(struct group *group, struct text key, enum element_type type,
                        uint64_t count) {
    bool created;
    struct group_entry *entry =
        group_table_get(&group->table, key, element_payload_size(type), &created);
    if (entry && type == ELEMENT_NUMBER) *(uint64_t *)group_entry_payload(entry) += count;
    return entry != NULL;
}

/* Merges a stored entry into the table. */
static bool absorb(struct group *group, struct text key, struct text payload) {
    size_t tag = group_key_split(key, group->spec->key_count).tag;
    if (tag == 0) {
        struct group_entry *entry = states_entry(group, key);
        return entry &&
               group_states_merge(group, group_entry_payload(entry), payload, &group->table);
    }
    enum element_type type = aggregate_elements(group->spec->aggregates[tag - 1].kind);
    uint64_t count = 0;
    memcpy(&count, payload.data, payload.length);
    return add_element(group, key, type, count);
}

static enum trawl_status group_merge(void *to_state, void *from_state, struct trawl_error *error) {
    struct group *to = to_state, *from = from_state;
    struct group_entry *entry;
    for (size_t at = 0; (entry = group_table_next(&from->table, &at));) {
        struct text payload;
        if (!group_payload(from, entry, &payload) || !absorb(to, group_entry_key(entry), payload))
            return error_memory(error);
        enum trawl_status status = spill_if_full(to, error);
        if (status != TRAWL_OK) return status;
    }
    forget(from);
    if (!from->sorter) return TRAWL_OK;
    enum trawl_status status = make_sorter(to, error);
    return status == TRAWL_OK ? sorter_merge(to->sorter, from->sorter, error) : status;
}

/* ---- adding --------------------------------------------------------------------------------- */

/* Whether the entries of this batch's groups can be found by number: there is one group, or the key
 * is a dictionary column. */
static bool cacheable(const struct group *group, const struct rows *rows, size_t *codes) {
    *codes = 1;
    if (group->spec->key_count == 0) return true;
    if (group->spec->key_count > 1) return false;
    const struct rows_column *key = &rows->columns[group->spec->keys[0]];
    if (key->type != TYPE_TEXT || key->text->encoding != COLUMN_DICTIONARY) return false;
    *codes = key->text->distinct;
    return *codes <= rows->selected;
}

/* Without memory for it the batch does without. */
static void open_cache(struct group *group, const struct rows *rows) {
    size_t codes;
    group->cache_count = 0;
    if (!cacheable(group, rows, &codes)) return;
    if (codes > group->cache_capacity) {
        struct group_entry **cache = reallocarray(group->cache, codes, sizeof *cache);
        if (!cache) return;
        group->cache = cache;
        group->cache_capacity = codes;
    }
    group->cache_count = codes;
    if (codes) memset(group->cache, 0, codes * sizeof *group->cache);
}

/* The place of the row's entry in the cache; NULL: not cached. */
static struct group_entry **cached(struct group *group, const struct rows *rows, size_t row) {
    if (group->cache_count == 0) return NULL;
    if (group->spec->key_count == 0) return &group->cache[0];
    const struct column *key = rows->columns[group->spec->keys[0]].text;
    return column_present(key, row) ? &group->cache[key->codes[row]] : NULL;
}

/* False: a key is missing. */
static bool make_key(struct group *group, const struct rows *rows, size_t row) {
    buffer_clear(&group->key, SIZE_MAX);
    for (size_t i = 0; i < group->spec->key_count; i++) {
        struct datum cell = rows_cell(rows, group->spec->keys[i], row);
        char room[NUMBER_TEXT];
        struct text text;
        if (!datum_as_text(&cell, room, &text)) return false;
        group_key_append(&group->key, text);
    }
    group_tag_append(&group->key, 0);
    return true;
}

/* *entry is NULL where a key is missing. */
static enum trawl_status find_entry(struct group *group, const struct rows *rows, size_t row,
                                    struct group_entry **entry, struct trawl_error *error) {
    struct group_entry **place = cached(group, rows, row);
    *entry = place ? *place : NULL;
    if (*entry || !make_key(group, rows, row)) return TRAWL_OK;
    if (!group->key.failed)
        *entry = states_entry(group, (struct text){group->key.data, group->key.length});
    if (place) *place = *entry;
    return *entry ? TRAWL_OK : error_memory(error);
}

/* The element's key begins as that of the group's entry. */
static bool add_row_element(struct group *group, const struct group_entry *entry, size_t i,
                            const struct rows *rows, size_t row) {
    const struct aggregate *aggregate = &group->spec->aggregates[i];
    struct text key = group_entry_key(entry);
    buffer_clear(&group->key, SIZE_MAX);
    buffer_append(&group->key, key.data, key.length - GROUP_TAG_BYTES);
    group_tag_append(&group->key, i + 1);
    if (!aggregate_element(aggregate, rows, row, &group->key)) return true;
    return !group->key.failed &&
           add_element(group, (struct text){group->key.data, group->key.length},
                       aggregate_elements(aggregate->kind), 1);
}

static enum trawl_status add_row(struct group *group, const struct rows *rows, size_t row,
                                 struct trawl_error *error) {
    struct group_entry *entry;
    enum trawl_status status = find_entry(group, rows, row, &entry, error);
    if (!entry) return status;
    const struct aggregate_row added = {
        .rows = rows,
        .row = row,
        .time_column = group->spec->time_column,
        .table = &group->table,
        .scratch = &group->scratch,
        .cells = group->cells,
    };
    char *states = group_entry_payload(entry);
    for (size_t i = 0; i < group->spec->aggregate_count; i++) {
        const struct aggregate *aggregate = &group->spec->aggregates[i];
        if (!aggregate_wants(aggregate, rows, row)) continue;
        if (!aggregate_add(aggregate, states + group->layout.offsets[i], &added))
            return error_memory(error);
        if (group->layout.owners[i] == i && aggregate_elements(aggregate->kind) != ELEMENT_NONE &&
            !add_row_element(group, entry, i, rows, row))
            return error_memory(error);
    }
    return spill_if_full(group, error);
}

static enum trawl_status group_add(void *state, const struct rows *rows,
                                   struct trawl_error *error) {
    struct group *group = state;
    open_cache(group, rows);
    enum trawl_status status = TRAWL_OK;
    for (size_t word = 0; word < BITMAP_WORDS(rows->row_count); word++)
        for (uint64_t bits = rows->selection[word]; bits && status == TRAWL_OK; bits &= bits - 1)
            status = add_row(group, rows, word * 64 + (size_t)__builtin_ctzll(bits), error);
    group->cache_count = 0;
    return status;
}

/* ---- the spec ------------------------------------------------------------------------------- */

static void group_spec_free(void *specification) {
    struct group_spec *spec = specification;
    if (!spec) return;
    for (size_t i = 0; i < spec->aggregate_count; i++) {
        free(spec->aggregates[i].inputs);
        free(spec->aggregates[i].separator);
        free(spec->aggregates[i].name);
    }
    free(spec->aggregates);
    free(spec->keys);
    free(spec->advice);
    free(spec);
}

static void group_explain(const void *specification, struct buffer *out) {
    const struct group_spec *spec = specification;
    buffer_printf(out, "by %zu key%s:", spec->key_count, spec->key_count == 1 ? "" : "s");
    for (size_t i = 0; i < spec->aggregate_count; i++)
        buffer_printf(out, "%s %s", i ? "," : "", aggregate_kind_name(spec->aggregates[i].kind));
    if (spec->aggregate_count == 0) buffer_printf(out, " keys only");
    if (spec->limit != UINT64_MAX)
        buffer_printf(out, "; the %llu greatest by aggregate %zu", (unsigned long long)spec->limit,
                      spec->rank + 1);
    buffer_printf(out, spec->ranked ? "; greatest first" : "; in order of keys");
}

const struct operator_kind operator_group = {
    .name = "group",
    .barrier = true,
    .open = group_open,
    .add = group_add,
    .merge = group_merge,
    .finish = group_finish,
    .close = group_close,
    .spec_free = group_spec_free,
    .explain = group_explain,
};
