/* compile_memory.c - what a compilation holds: its memory, its objects, its names. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#include "engine/query/compile.h"

void compile_give_up(struct compiler *c, const char *why) {
    c->gave_up = why;
    longjmp(c->leave, 1);
}

void compile_no_memory(struct compiler *c) {
    compile_give_up(c, "out of memory");
}

void compile_check(struct compiler *c) {
    const struct trawl_error *failure = &compile_program(c)->failure;
    if (failure->status != TRAWL_OK) compile_give_up(c, failure->message);
}

void *compile_alloc(struct compiler *c, size_t size) {
    void *bytes = arena_alloc(&c->arena, size + 1);
    if (!bytes) compile_no_memory(c);
    return bytes;
}

struct owned {
    struct owned *next;
    void *object;
    void (*destroy)(void *);
};

void *compile_own(struct compiler *c, void *object, void (*destroy)(void *)) {
    if (!object) compile_no_memory(c);
    struct owned *owned = malloc(sizeof *owned);
    if (!owned) {
        destroy(object);
        compile_no_memory(c);
    }
    *owned = (struct owned){c->owned, object, destroy};
    c->owned = owned;
    return object;
}

void compile_disown(struct compiler *c, void *object) {
    struct owned **at = &c->owned;
    while (*at && (*at)->object != object) at = &(*at)->next;
    if (!*at) return;
    struct owned *owned = *at;
    *at = owned->next;
    free(owned);
}

void compile_free(struct compiler *c) {
    while (c->owned) {
        struct owned *owned = c->owned;
        c->owned = owned->next;
        owned->destroy(owned->object);
        free(owned);
    }
    arena_free(&c->arena);
}

struct text compile_text(struct compiler *c, struct text text) {
    char *copy = compile_alloc(c, text.length + 1);
    if (text.length) memcpy(copy, text.data, text.length);
    return (struct text){copy, text.length};
}

struct text compile_printf(struct compiler *c, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = compile_alloc(c, (size_t)(length < 0 ? 0 : length) + 1);
    if (length > 0) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return (struct text){text, strlen(text)};
}

void *compile_grow(struct compiler *c, void *items, size_t count, size_t size) {
    if (count & (count - 1)) return items;
    void *grown = compile_alloc(c, (count ? count * 2 : 1) * size);
    if (count) memcpy(grown, items, count * size);
    return grown;
}

/* ---- names -------------------------------------------------------------------------------- */

static struct name **name_slot(const struct name_table *names, struct text text, uint32_t hash) {
    for (size_t i = hash;; i++) {
        struct name **slot = &names->slots[i & (names->capacity - 1)];
        if (!*slot || ((*slot)->hash == hash && text_equal((*slot)->text, text))) return slot;
    }
}

static void grow_names(struct compiler *c) {
    struct name_table *names = &c->names;
    struct name_table grown = {.count = names->count,
                               .capacity = names->capacity ? 2 * names->capacity : 64};
    grown.slots = compile_alloc(c, grown.capacity * sizeof *grown.slots);
    for (size_t i = 0; i < names->capacity; i++) {
        struct name *name = names->slots[i];
        if (name) *name_slot(&grown, name->text, name->hash) = name;
    }
    *names = grown;
}

struct name *compile_name(struct compiler *c, struct text text) {
    uint32_t hash = (uint32_t)XXH3_64bits(text.data, text.length);
    if (2 * c->names.count >= c->names.capacity) grow_names(c);
    struct name **slot = name_slot(&c->names, text, hash);
    if (*slot) return *slot;
    struct name *name = compile_alloc(c, sizeof *name);
    *name = (struct name){.text = compile_text(c, text), .hash = hash};
    c->names.count++;
    return *slot = name;
}
