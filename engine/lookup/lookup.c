/* Adding. Rows go through a sorter by their key and then by their place among the rows of the key,
 * so that what is kept does not depend on the order of adding. */
#include "engine/lookup/lookup.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/lookup/lookup_internal.h"
#include "engine/operator/sortkey.h"

struct lookup *lookup_new(enum lookup_mode mode, bool ignore_case, size_t key_columns,
                          size_t column_count, uint64_t keep, enum lookup_pick pick) {
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup) return NULL;
    lookup->mode = mode;
    lookup->ignore_case = ignore_case;
    lookup->key_columns = key_columns;
    lookup->column_count = column_count;
    lookup->keep = keep;
    lookup->pick = pick;
    lookup->budget = UINT64_MAX;
    if (mode != LOOKUP_CIDR) return lookup;
    lookup->networks = networks_new();
    if (lookup->networks) return lookup;
    free(lookup);
    return NULL;
}

void lookup_free(struct lookup *lookup) {
    if (!lookup) return;
    sorter_free(lookup->sorter);
    buffer_free(&lookup->record);
    store_free(&lookup->groups);
    disk_free(lookup->disk);
    store_free(&lookup->starred);
    free(lookup->patterns);
    networks_free(lookup->networks);
    buffer_free(&lookup->network_keys);
    free(lookup);
}

void lookup_use(struct lookup *lookup, struct spill *spill, uint64_t budget) {
    lookup->spill = spill;
    lookup->budget = spill ? budget : UINT64_MAX;
}

uint64_t lookup_rows(const struct lookup *lookup) {
    return lookup->rows;
}

/* Appends the key of the row. *found false: it has none. False: out of memory. */
static bool key_of_row(struct lookup *lookup, const struct datum *cells, bool *found) {
    char room[NUMBER_TEXT], key[NETWORK_KEY];
    struct text network;
    if (lookup->mode != LOOKUP_CIDR)
        return key_of_texts(&lookup->record, cells, lookup->key_columns, lookup->ignore_case,
                            found);
    *found = datum_as_text(&cells[0], room, &network);
    if (!*found) return true;
    if (!networks_add(lookup->networks, network, 0, found)) return false;
    if (!*found) return true;
    key_of_network(network, key);
    return buffer_append(&lookup->record, key, sizeof key);
}

enum trawl_status lookup_add(struct lookup *lookup, const struct datum *cells, struct text order,
                             struct trawl_error *error) {
    struct buffer *record = &lookup->record;
    struct datum place = datum_text(order);
    struct record_parts parts;
    bool found;
    if (lookup->keep == 0) return TRAWL_OK;
    if (!lookup->sorter)
        lookup->sorter = sorter_new(lookup->spill, sorter_budget(lookup), SORTER_NO_LIMIT);
    if (!lookup->sorter) return error_memory(error);
    buffer_clear(record, SIZE_MAX);
    if (!key_of_row(lookup, cells, &found)) return error_memory(error);
    if (!found) return TRAWL_OK;
    parts.order = record->length;
    sortkey_value(record, &place, SORT_TEXT, false);
    parts.row = record->length;
    row_encode(record, cells, lookup->column_count);
    if (lookup->pick == LOOKUP_LAST) invert_from(record, parts.order);
    if (record->failed) return error_memory(error);
    return sorter_add(lookup->sorter, buffer_text(record),
                      (struct text){(const char *)&parts, sizeof parts}, error);
}
