#include "engine/query/compile.h"

enum layer { LAYER_BOTTOM, LAYER_BIND, LAYER_DROP, LAYER_ONLY, LAYER_PROVIDE, LAYER_MERGE };

/* A look-up that was answered; kept where answering costs more than a step down. */
struct known_name {
    struct name *name; /* NULL: a free place */
    bool wanted;
    struct operand value;
};

/* Open addressing, at most half full; [capacity], a power of two, or none. */
struct known_names {
    struct known_name *entries;
    size_t count, capacity;
};

struct scope {
    enum layer layer;
    struct scope *below;
    struct name *name;                /* BIND, DROP */
    struct operand value;             /* BIND */
    const struct text *names;         /* BOTTOM: columns; NULL: not known */
    struct name *const *listed_names; /* ONLY, BOTTOM: the same */
    size_t count;                     /* of names, or of clauses */
    bool (*make)(struct compiler *c, void *context, struct text name, struct operand *value);
    struct operand (*find)(struct compiler *c, void *context, struct text name, bool wanted);
    void *context;
    struct scope *const *clauses; /* MERGE */
    const node_id *taken;
    struct known_names known;
};

static struct scope *add_layer(struct compiler *c, enum layer layer, struct scope *below) {
    struct scope *scope = compile_alloc(c, sizeof *scope);
    scope->layer = layer;
    scope->below = below;
    return scope;
}

static void list_names(struct compiler *c, struct scope *scope, const struct text *names,
                       size_t count) {
    struct name **listed = compile_alloc(c, (count + 1) * sizeof *listed);
    for (size_t i = 0; i < count; i++) listed[i] = compile_name(c, names[i]);
    scope->listed_names = listed;
    scope->count = count;
}

struct scope *scope_bind(struct compiler *c, struct scope *below, struct text name,
                         struct operand value) {
    struct scope *scope = add_layer(c, LAYER_BIND, below);
    scope->name = compile_name(c, name);
    scope->value = value;
    return scope;
}

struct scope *scope_drop(struct compiler *c, struct scope *below, struct text name) {
    struct scope *scope = add_layer(c, LAYER_DROP, below);
    scope->name = compile_name(c, name);
    return scope;
}

struct scope *scope_only(struct compiler *c, struct scope *below, const struct text *names,
                         size_t count) {
    struct scope *scope = add_layer(c, LAYER_ONLY, below);
    list_names(c, scope, names, count);
    return scope;
}

struct scope *scope_provide(struct compiler *c, struct scope *below,
                            bool (*make)(struct compiler *c, void *context, struct text name,
                                         struct operand *value),
                            void *context) {
    struct scope *scope = add_layer(c, LAYER_PROVIDE, below);
    scope->make = make;
    scope->context = context;
    return scope;
}

struct scope *scope_merge(struct compiler *c, struct scope *below, struct scope *const *clauses,
                          const node_id *taken, size_t count) {
    struct scope *scope = add_layer(c, LAYER_MERGE, below);
    scope->clauses = clauses;
    scope->taken = taken;
    scope->count = count;
    return scope;
}

struct scope *scope_bottom(struct compiler *c,
                           struct operand (*find)(struct compiler *c, void *context,
                                                  struct text name, bool wanted),
                           void *context, const struct text *names, size_t count) {
    struct scope *scope = add_layer(c, LAYER_BOTTOM, NULL);
    scope->find = find;
    scope->context = context;
    scope->names = names;
    list_names(c, scope, names, count);
    return scope;
}

static bool listed(struct name *const *names, size_t count, const struct name *name) {
    for (size_t i = 0; i < count; i++)
        if (names[i] == name) return true;
    return false;
}

/* ---- look-ups ------------------------------------------------------------------------------ */

static struct operand get(struct compiler *c, struct scope *scope, struct name *name, bool wanted);

enum found { FOUND_MADE, FOUND_NOT, FOUND_BELOW };
static enum found look(const struct scope *scope, const struct scope *stop,
                       const struct name *name);

/* Whether a clause makes it. */
static bool made_in_clause(const struct scope *merge, const struct name *name) {
    for (size_t i = 0; i < merge->count; i++)
        if (look(merge->clauses[i], merge->below, name) == FOUND_MADE) return true;
    return false;
}

/* The clauses' values where they differ from the last one's. What the query makes in one of them is
 * its own word: that no record has it is no news. */
static struct operand merged(struct compiler *c, const struct scope *scope, struct name *name,
                             bool wanted) {
    wanted = wanted && !made_in_clause(scope, name);
    struct operand last = get(c, scope->clauses[scope->count - 1], name, wanted);
    struct operand value = last;
    for (size_t i = scope->count - 1; i-- > 0;) {
        struct operand other = get(c, scope->clauses[i], name, wanted);
        if (other.node != last.node || other.known != last.known)
            value = operand_select(c, scope->taken[i], other, value);
    }
    return value;
}

static struct operand answer(struct compiler *c, const struct scope *scope, struct name *name,
                             bool wanted) {
    struct operand value;
    switch (scope->layer) {
        case LAYER_BOTTOM:
            return scope->find(c, scope->context, name->text, wanted);
        case LAYER_MERGE:
            return merged(c, scope, name, wanted);
        case LAYER_PROVIDE:
            if (!scope->make(c, scope->context, name->text, &value))
                return get(c, scope->below, name, wanted);
            return operand_select(c, operand_known(c, value), value,
                                  get(c, scope->below, name, false));
        default:
            return scope->value;
    }
}

/* The answer's place, or the free one for it. The table is not full. */
static struct known_name *known_place(const struct known_names *known, const struct name *name,
                                      bool wanted) {
    for (size_t i = 2 * name->hash + wanted;; i++) {
        struct known_name *entry = &known->entries[i & (known->capacity - 1)];
        if (!entry->name || (entry->name == name && entry->wanted == wanted)) return entry;
    }
}

static void keep(struct compiler *c, struct known_names *known, struct known_name answer) {
    if (2 * known->count >= known->capacity) {
        struct known_names grown = {.count = known->count,
                                    .capacity = known->capacity ? 2 * known->capacity : 4};
        grown.entries = compile_alloc(c, grown.capacity * sizeof *grown.entries);
        for (size_t i = 0; i < known->capacity; i++) {
            const struct known_name *entry = &known->entries[i];
            if (entry->name) *known_place(&grown, entry->name, entry->wanted) = *entry;
        }
        *known = grown;
    }
    *known_place(known, answer.name, answer.wanted) = answer;
    known->count++;
}

static struct operand get(struct compiler *c, struct scope *scope, struct name *name, bool wanted) {
    for (;; scope = scope->below) {
        switch (scope->layer) {
            case LAYER_BIND:
                if (scope->name == name) return scope->value;
                continue;
            case LAYER_DROP:
                if (scope->name == name) return operand_missing(c);
                continue;
            case LAYER_ONLY:
                if (!listed(scope->listed_names, scope->count, name)) return operand_missing(c);
                continue;
            default:
                break;
        }
        if (scope->known.capacity) {
            const struct known_name *known = known_place(&scope->known, name, wanted);
            if (known->name) return known->value;
        }
        struct operand value = answer(c, scope, name, wanted);
        keep(c, &scope->known, (struct known_name){name, wanted, value});
        return value;
    }
}

const char *const scope_origins[ORIGINS] = {"@file", "@member", "@offset", "@length", "@event_id"};

bool scope_is_origin(const struct compiler *c, struct text name) {
    bool origin = false;
    for (size_t i = 0; c->options->evidence && i < ORIGINS; i++)
        origin = origin || text_equal(name, text_of(scope_origins[i]));
    return origin;
}

bool scope_has_origin(struct compiler *c, struct scope *scope) {
    if (!c->options->evidence) return false;
    struct operand file = scope_get(c, scope, text_of(scope_origins[0]), false);
    return file.node != operand_missing(c).node;
}

struct scope *scope_lowest(struct scope *scope) {
    while (scope->below) scope = scope->below;
    return scope;
}

/* Whatever was dropped since: the layer that sets the mark, else the lowest one. */
static struct scope *marking_layer(struct compiler *c, struct scope *scope, struct text mark) {
    const struct name *name = compile_name(c, mark);
    while (scope->below && !(scope->layer == LAYER_BIND && scope->name == name))
        scope = scope->below;
    return scope;
}

struct operand scope_get(struct compiler *c, struct scope *scope, struct text name, bool wanted) {
    if (scope_is_origin(c, name)) scope = scope_lowest(scope);
    if (tune_is_mark(c, name)) scope = marking_layer(c, scope, name);
    return get(c, scope, compile_name(c, name), wanted);
}

/* ---- columns ------------------------------------------------------------------------------- */

struct name_list {
    struct name **names;
    size_t count;
};

static void list_add(struct compiler *c, struct name_list *list, struct name *name) {
    if (listed(list->names, list->count, name)) return;
    list->names = compile_grow(c, list->names, list->count, sizeof *list->names);
    list->names[list->count++] = name;
}

static void list_drop(struct name_list *list, const struct name *name) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->names[i] != name) list->names[kept++] = list->names[i];
    list->count = kept;
}

static void list_layers(struct compiler *c, struct scope *scope, const struct scope *stop,
                        struct name_list *list);

/* What any of the clauses leaves, each of which begins with the list as it is. */
static void list_clauses(struct compiler *c, const struct scope *merge, struct name_list *list) {
    struct name_list before = *list, all = {NULL, 0};
    for (size_t i = 0; i < merge->count; i++) {
        struct name_list clause = {NULL, 0};
        for (size_t k = 0; k < before.count; k++) list_add(c, &clause, before.names[k]);
        list_layers(c, merge->clauses[i], merge->below, &clause);
        for (size_t k = 0; k < clause.count; k++) list_add(c, &all, clause.names[k]);
    }
    list->count = 0;
    for (size_t k = 0; k < before.count; k++)
        if (listed(all.names, all.count, before.names[k])) list_add(c, list, before.names[k]);
    for (size_t k = 0; k < all.count; k++) list_add(c, list, all.names[k]);
}

/* From the lowest layer above `stop` upwards. */
static void list_layers(struct compiler *c, struct scope *scope, const struct scope *stop,
                        struct name_list *list) {
    size_t count = 0;
    for (struct scope *at = scope; at != stop; at = at->below) count++;
    struct scope **layers = compile_alloc(c, (count + 1) * sizeof *layers);
    for (size_t i = count; i-- > 0; scope = scope->below) layers[i] = scope;
    for (size_t i = 0; i < count; i++) {
        const struct scope *layer = layers[i];
        switch (layer->layer) {
            case LAYER_BIND:
                list_add(c, list, layer->name);
                break;
            case LAYER_DROP:
                list_drop(list, layer->name);
                break;
            case LAYER_ONLY:
                list->count = 0;
                /* fall through */
            case LAYER_BOTTOM:
                for (size_t k = 0; k < layer->count; k++) list_add(c, list, layer->listed_names[k]);
                break;
            case LAYER_MERGE:
                list_clauses(c, layer, list);
                break;
            case LAYER_PROVIDE:
                break;
        }
    }
}

/* Down to `stop`: made there, certainly not there, or to be looked for below. */
static enum found look(const struct scope *scope, const struct scope *stop,
                       const struct name *name) {
    for (; scope != stop; scope = scope->below) {
        bool named = scope->name == name;
        switch (scope->layer) {
            case LAYER_BIND:
                if (named) return FOUND_MADE;
                break;
            case LAYER_DROP:
                if (named) return FOUND_NOT;
                break;
            case LAYER_ONLY:
                if (!listed(scope->listed_names, scope->count, name)) return FOUND_NOT;
                break;
            case LAYER_MERGE:
                if (made_in_clause(scope, name)) return FOUND_MADE;
                break;
            case LAYER_BOTTOM:
                return listed(scope->listed_names, scope->count, name) ? FOUND_MADE : FOUND_NOT;
            case LAYER_PROVIDE:
                break;
        }
    }
    return FOUND_BELOW;
}

bool scope_makes(struct compiler *c, const struct scope *scope, struct text name) {
    return look(scope, NULL, compile_name(c, name)) == FOUND_MADE;
}

bool scope_open(const struct scope *scope) {
    for (; scope->below; scope = scope->below)
        if (scope->layer == LAYER_ONLY) return false;
    return scope->names == NULL;
}

size_t scope_names(struct compiler *c, struct scope *scope, struct text **names) {
    struct name_list list = {NULL, 0};
    list_layers(c, scope, NULL, &list);
    *names = compile_alloc(c, (list.count + 1) * sizeof **names);
    for (size_t i = 0; i < list.count; i++) (*names)[i] = list.names[i]->text;
    return list.count;
}
