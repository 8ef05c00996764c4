/* Probing. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/lookup/lookup_internal.h"
#include "engine/operator/sortkey.h"

struct found_row {
    struct text order; /* LOOKUP_GLOB alone */
    struct text row;
};

struct lookup_cursor {
    const struct lookup *lookup;
    struct disk_cache *cache; /* NULL: everything is in memory */
    struct buffer key;        /* the last one probed */
    struct buffer next;       /* the one being probed */
    bool probed;              /* `rows` are those of `key` */
    struct found_row *rows;
    size_t count, capacity;
    struct datum *cells; /* [column_count] of row `decoded` */
    uint64_t decoded;    /* UINT64_MAX: none */
};

struct lookup_cursor *lookup_cursor_new(const struct lookup *lookup) {
    struct lookup_cursor *cursor = calloc(1, sizeof *cursor);
    if (!cursor) return NULL;
    cursor->lookup = lookup;
    cursor->cells = calloc(lookup->column_count + 1, sizeof *cursor->cells);
    cursor->cache = lookup->disk ? disk_cache_new() : NULL;
    if (cursor->cells && (cursor->cache || !lookup->disk)) return cursor;
    lookup_cursor_free(cursor);
    return NULL;
}

void lookup_cursor_free(struct lookup_cursor *cursor) {
    if (!cursor) return;
    disk_cache_free(cursor->cache);
    buffer_free(&cursor->key);
    buffer_free(&cursor->next);
    free(cursor->rows);
    free(cursor->cells);
    free(cursor);
}

/* ---- rows of one key ---------------------------------------------------------------------- */

static bool reserve_rows(struct lookup_cursor *cursor, uint64_t more) {
    if (more <= cursor->capacity - cursor->count) return true;
    size_t capacity = cursor->count + (size_t)more;
    if (capacity < cursor->capacity * 2) capacity = cursor->capacity * 2;
    struct found_row *rows = reallocarray(cursor->rows, capacity, sizeof *rows);
    if (!rows) return false;
    cursor->rows = rows;
    cursor->capacity = capacity;
    return true;
}

static enum trawl_status take_rows(struct lookup_cursor *cursor, const struct group *group,
                                   struct trawl_error *error) {
    struct text rows = group->rows;
    if (group->count > rows.length) return disk_damaged(error);
    if (!reserve_rows(cursor, group->count)) return error_memory(error);
    for (uint64_t i = 0; i < group->count; i++) {
        struct found_row *found = &cursor->rows[cursor->count++];
        if (!piece_read(&rows, &found->row)) return disk_damaged(error);
        if (rows_have_order(cursor->lookup) && !piece_read(&found->row, &found->order))
            return disk_damaged(error);
    }
    return TRAWL_OK;
}

static enum trawl_status take_key(struct lookup_cursor *cursor, struct text key,
                                  struct trawl_error *error) {
    const struct lookup *lookup = cursor->lookup;
    struct group group;
    bool found;
    enum trawl_status status = TRAWL_OK;
    if (lookup->disk)
        status = disk_find(lookup->disk, cursor->cache, key, &group, &found, error);
    else
        found = store_find(&lookup->groups, key, &group);
    return status == TRAWL_OK && found ? take_rows(cursor, &group, error) : status;
}

/* ---- patterns ----------------------------------------------------------------------------- */

static enum trawl_status take_patterns(struct lookup_cursor *cursor, struct text text,
                                       struct trawl_error *error) {
    const struct lookup *lookup = cursor->lookup;
    const struct group *group;
    enum trawl_status status = TRAWL_OK;
    for (size_t at = 0; status == TRAWL_OK;) {
        group = patterns_next(lookup->patterns, lookup->starred.groups, &at, text);
        if (!group) break;
        status = take_rows(cursor, group, error);
    }
    return status;
}

static int by_order(const void *left, const void *right) {
    const struct found_row *a = left, *b = right;
    int order = text_compare(a->order, b->order);
    return order ? order : text_compare(a->row, b->row);
}

/* Of the rows of several keys. */
static void keep_rows(struct lookup_cursor *cursor) {
    uint64_t keep = cursor->lookup->keep;
    if (cursor->count > 1) qsort(cursor->rows, cursor->count, sizeof *cursor->rows, by_order);
    if (cursor->count <= keep) return;
    if (cursor->lookup->pick == LOOKUP_LAST)
        memmove(cursor->rows, cursor->rows + (cursor->count - keep),
                (size_t)keep * sizeof *cursor->rows);
    cursor->count = (size_t)keep;
}

/* ---- probing ------------------------------------------------------------------------------ */

static enum trawl_status find_rows(struct lookup_cursor *cursor, struct trawl_error *error) {
    const struct lookup *lookup = cursor->lookup;
    struct text key = buffer_text(&cursor->key);
    cursor->count = 0;
    cursor->decoded = UINT64_MAX;
    if (lookup->mode == LOOKUP_CIDR) {
        uint32_t place = networks_find(lookup->networks, key_text(key));
        if (place == NETWORKS_NONE) return TRAWL_OK;
        const char *keys = lookup->network_keys.data;
        key = (struct text){keys + (size_t)place * NETWORK_KEY, NETWORK_KEY};
    }
    enum trawl_status status = take_key(cursor, key, error);
    if (status != TRAWL_OK || lookup->mode != LOOKUP_GLOB) return status;
    status = take_patterns(cursor, key_text(key), error);
    keep_rows(cursor);
    return status;
}

enum trawl_status lookup_find(struct lookup_cursor *cursor, const struct datum *keys,
                              uint64_t *rows, struct trawl_error *error) {
    const struct lookup *lookup = cursor->lookup;
    struct buffer *next = &cursor->next;
    bool found;
    *rows = 0;
    buffer_clear(next, SIZE_MAX);
    if (!key_of_texts(next, keys, lookup->key_columns, lookup->ignore_case, &found))
        return error_memory(error);
    if (!found) return TRAWL_OK;
    if (!cursor->probed || !text_equal(buffer_text(next), buffer_text(&cursor->key))) {
        struct buffer old = cursor->key;
        cursor->key = cursor->next;
        cursor->next = old;
        enum trawl_status status = find_rows(cursor, error);
        cursor->probed = status == TRAWL_OK;
        if (status != TRAWL_OK) return status;
    }
    *rows = cursor->count;
    return TRAWL_OK;
}

struct datum lookup_cell(struct lookup_cursor *cursor, uint64_t row, size_t column) {
    const struct lookup *lookup = cursor->lookup;
    if (cursor->decoded != row) {
        if (!row_decode(cursor->rows[row].row, cursor->cells, lookup->column_count))
            return datum_missing();
        cursor->decoded = row;
    }
    return cursor->cells[column];
}
