/* Freezing: what the sorter gives, key by key, becomes groups of the rows that are kept. They stay
 * in memory up to a part of the budget; then all go to a temporary file. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/lookup/lookup_internal.h"
#include "engine/operator/sortkey.h"

/* The rows of one key as the sorter gives them. */
struct gathering {
    struct lookup *lookup;
    struct buffer key;
    struct buffer straight, piece; /* scratch of gather_row */
    struct buffer rows;            /* pieces */
    struct buffer turned;          /* the same from the last one to the first */
    size_t *starts;                /* [count] of the pieces */
    size_t count, capacity;
};

static void gathering_free(struct gathering *gathering) {
    buffer_free(&gathering->key);
    buffer_free(&gathering->straight);
    buffer_free(&gathering->piece);
    buffer_free(&gathering->rows);
    buffer_free(&gathering->turned);
    free(gathering->starts);
}

/* ---- storing groups ----------------------------------------------------------------------- */

/* Moves all groups from memory to a temporary file. */
static enum trawl_status leave_memory(struct lookup *lookup, struct trawl_error *error) {
    struct text left = buffer_text(&lookup->groups.bytes);
    struct group group;
    lookup->disk =
        disk_new(lookup->spill, sorter_added(lookup->sorter), filter_budget(lookup), error);
    if (!lookup->disk) return error ? error->status : TRAWL_IO;
    while (group_read(&left, &group)) {
        enum trawl_status status = disk_add(lookup->disk, &group, error);
        if (status != TRAWL_OK) return status;
    }
    store_free(&lookup->groups);
    return TRAWL_OK;
}

static bool has_star(struct text key) {
    struct text text = key_text(key);
    return text.length > 0 && memchr(text.data, '*', text.length);
}

static enum trawl_status store_group(struct lookup *lookup, const struct group *group,
                                     struct trawl_error *error) {
    if (lookup->mode == LOOKUP_GLOB && has_star(group->key))
        return store_add(&lookup->starred, group) ? TRAWL_OK : error_memory(error);
    if (lookup->disk) return disk_add(lookup->disk, group, error);
    if (!store_add(&lookup->groups, group)) return error_memory(error);
    if (store_size(&lookup->groups) <= groups_budget(lookup)) return TRAWL_OK;
    return leave_memory(lookup, error);
}

/* The trie learns under which key the rows of the network are. */
static bool name_network(struct lookup *lookup, const struct group *group) {
    struct text rows = group->rows, row, network;
    size_t place = lookup->network_keys.length / NETWORK_KEY;
    char room[NUMBER_TEXT];
    bool valid;
    if (place >= NETWORKS_NONE || !piece_read(&rows, &row)) return false;
    struct datum cell = row_cell(row, 0);
    return datum_as_text(&cell, room, &network) &&
           networks_add(lookup->networks, network, (uint32_t)place, &valid) &&
           buffer_append(&lookup->network_keys, group->key.data, group->key.length);
}

/* ---- gathering rows ----------------------------------------------------------------------- */

static bool reserve_start(struct gathering *gathering) {
    if (gathering->count < gathering->capacity) return true;
    size_t capacity = gathering->capacity ? gathering->capacity * 2 : 16;
    size_t *starts = reallocarray(gathering->starts, capacity, sizeof *starts);
    if (!starts) return false;
    gathering->starts = starts;
    gathering->capacity = capacity;
    return true;
}

/* Order and row as they are in the sorter, one behind the other. */
static bool gather_row(struct gathering *gathering, struct text place, size_t order_length) {
    const struct lookup *lookup = gathering->lookup;
    struct buffer *straight = &gathering->straight, *piece = &gathering->piece;
    straight->length = piece->length = 0;
    if (!reserve_start(gathering) || !buffer_append(straight, place.data, place.length))
        return false;
    if (lookup->pick == LOOKUP_LAST) invert_from(straight, 0);
    struct text order = {straight->data, order_length};
    struct text row = {straight->data + order_length, place.length - order_length};
    if (rows_have_order(lookup)) {
        if (!piece_write(piece, order) || !buffer_append(piece, row.data, row.length)) return false;
        row = buffer_text(piece);
    }
    gathering->starts[gathering->count++] = gathering->rows.length;
    return piece_write(&gathering->rows, row);
}

/* The rows, first to last. */
static bool ascending_rows(struct gathering *gathering, struct text *rows) {
    struct buffer *turned = &gathering->turned;
    *rows = buffer_text(&gathering->rows);
    if (gathering->lookup->pick == LOOKUP_FIRST || gathering->count == 1) return true;
    turned->length = 0;
    for (size_t i = gathering->count, end = rows->length; i-- > 0; end = gathering->starts[i])
        if (!buffer_append(turned, rows->data + gathering->starts[i], end - gathering->starts[i]))
            return false;
    *rows = buffer_text(turned);
    return true;
}

static enum trawl_status end_group(struct gathering *gathering, struct trawl_error *error) {
    struct lookup *lookup = gathering->lookup;
    struct group group = {.key = buffer_text(&gathering->key), .count = gathering->count};
    if (group.count == 0) return TRAWL_OK;
    if (!ascending_rows(gathering, &group.rows)) return error_memory(error);
    if (lookup->mode == LOOKUP_CIDR && !name_network(lookup, &group)) return error_memory(error);
    enum trawl_status status = store_group(lookup, &group, error);
    lookup->rows += group.count;
    gathering->count = gathering->rows.length = 0;
    return status;
}

static enum trawl_status gather(struct gathering *gathering, struct text record,
                                struct record_parts parts, struct trawl_error *error) {
    struct text key = {record.data, parts.order};
    struct text place = {record.data + parts.order, record.length - parts.order};
    if (!text_equal(key, buffer_text(&gathering->key))) {
        enum trawl_status status = end_group(gathering, error);
        if (status != TRAWL_OK) return status;
        gathering->key.length = 0;
        if (!buffer_append(&gathering->key, key.data, key.length)) return error_memory(error);
    }
    if (gathering->count >= gathering->lookup->keep) return TRAWL_OK;
    return gather_row(gathering, place, parts.row - parts.order) ? TRAWL_OK : error_memory(error);
}

static enum trawl_status gather_all(struct gathering *gathering, struct trawl_error *error) {
    struct sorter *sorter = gathering->lookup->sorter;
    struct text record, payload;
    struct record_parts parts;
    bool found = true;
    enum trawl_status status = sorter_start(sorter, error);
    while (status == TRAWL_OK) {
        status = sorter_next(sorter, &record, &payload, &found, error);
        if (status != TRAWL_OK) return status;
        if (!found) return end_group(gathering, error);
        memcpy(&parts, payload.data, sizeof parts);
        status = gather(gathering, record, parts, error);
    }
    return status;
}

enum trawl_status lookup_freeze(struct lookup *lookup, struct trawl_error *error) {
    struct gathering gathering = {.lookup = lookup};
    enum trawl_status status = lookup->sorter ? gather_all(&gathering, error) : TRAWL_OK;
    gathering_free(&gathering);
    sorter_free(lookup->sorter);
    lookup->sorter = NULL;
    buffer_free(&lookup->record);
    if (status != TRAWL_OK) return status;
    lookup->patterns = patterns_new(&lookup->starred);
    if (!lookup->patterns) return error_memory(error);
    if (lookup->disk) return disk_freeze(lookup->disk, error);
    return store_freeze(&lookup->groups) ? TRAWL_OK : error_memory(error);
}
