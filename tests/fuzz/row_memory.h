/* row_memory.h - what a row held after a record, to see whether the next is as alike to it as it
 * says. */
#ifndef TRAWL_TESTS_FUZZ_ROW_MEMORY_H
#define TRAWL_TESTS_FUZZ_ROW_MEMORY_H

#include <stdlib.h>

#include "formats/json/json.h"

struct row_memory {
    struct json_found *found;
    struct text *texts; /* of these, own copies */
    uint32_t count, generation;
};

static inline void row_memory_free(struct row_memory *memory) {
    for (uint32_t i = 0; i < memory->count; i++) free((char *)memory->texts[i].data);
    free(memory->found);
    free(memory->texts);
    *memory = (struct row_memory){0};
}

static inline void row_memory_take(struct row_memory *memory, const struct json_row *row) {
    row_memory_free(memory);
    memory->count = row->found_count;
    memory->generation = row->generation;
    memory->found = calloc(row->found_count + 1, sizeof *memory->found);
    memory->texts = calloc(row->found_count + 1, sizeof *memory->texts);
    if (!memory->found || !memory->texts) abort();
    for (uint32_t i = 0; i < row->found_count; i++) {
        struct text raw = row->values[row->found[i].slot].raw;
        char *copy = malloc(raw.length + 1);
        if (!copy) abort();
        if (raw.length) memcpy(copy, raw.data, raw.length);
        memory->found[i] = row->found[i];
        memory->texts[i] = (struct text){copy, raw.length};
    }
}

static inline bool row_memory_changed(const struct json_row *row, uint32_t slot) {
    for (uint32_t i = 0; i < row->changed_count; i++)
        if (row->changed[i] == slot) return true;
    return false;
}

/* Whether the row, as it is after the next record, says nothing wrong. Always: the slots found are
 * those that have a value, and of the kinds that it says. */
static inline bool row_memory_agrees(const struct row_memory *memory, const struct json_row *row) {
    uint32_t present = 0;
    for (uint32_t slot = 0; slot < row->slot_count; slot++)
        present += row->values[slot].type != JSON_ABSENT;
    if (present != row->found_count) return false;
    for (uint32_t i = 0; i < row->found_count; i++) {
        const struct json_value *value = &row->values[row->found[i].slot];
        if (row->found[i].kind != JSON_KIND(value->type, value->escaped)) return false;
    }
    if (!row->alike || row->generation != memory->generation + 1) return true;
    if (row->found_count != memory->count) return false;
    for (uint32_t i = 0; i < row->found_count; i++) {
        uint32_t slot = row->found[i].slot;
        if (slot != memory->found[i].slot || row->found[i].kind != memory->found[i].kind)
            return false;
        if (!row_memory_changed(row, slot) && !text_equal(row->values[slot].raw, memory->texts[i]))
            return false;
    }
    return true;
}

#endif
