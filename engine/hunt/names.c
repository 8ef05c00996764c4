#include "engine/hunt/names.h"

#include <stdlib.h>
#include <xxhash.h>

#define SLOTS ((size_t)NAMES_MOST * 2)

static bool make_tables(struct names *names) {
    if (names->slots) return true;
    names->starts = calloc(NAMES_MOST, sizeof *names->starts);
    names->slots = calloc(SLOTS, sizeof *names->slots);
    if (names->starts && names->slots) return true;
    free(names->starts);
    free(names->slots);
    names->starts = names->slots = NULL;
    return false;
}

void names_add(struct names *names, struct text name) {
    if (name.length == 0 || name.length > NAME_LONGEST || memchr(name.data, '\0', name.length))
        return;
    if (!make_tables(names)) return;
    size_t slot = XXH3_64bits(name.data, name.length) % SLOTS;
    for (; names->slots[slot]; slot = (slot + 1) % SLOTS) {
        const char *held = names_at(names, names->slots[slot] - 1);
        if (strncmp(held, name.data, name.length) == 0 && held[name.length] == '\0') return;
    }
    if (names->count == NAMES_MOST || !buffer_reserve(&names->text, name.length + 1)) return;
    names->starts[names->count] = (uint32_t)names->text.length;
    buffer_append(&names->text, name.data, name.length);
    buffer_append_char(&names->text, '\0');
    names->slots[slot] = (uint32_t)++names->count;
}

void names_merge(struct names *to, const struct names *from) {
    for (size_t i = 0; i < from->count; i++) names_add(to, text_of(names_at(from, i)));
}

void names_free(struct names *names) {
    buffer_free(&names->text);
    free(names->starts);
    free(names->slots);
    *names = (struct names){0};
}
