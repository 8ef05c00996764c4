/* json.c - parsers and projections: picks the wrapper of the parser's ISA level, and does what is
 * rare and the same on all of them (escaped keys, JSON text in strings, flattened arrays). */
#include <stdlib.h>

#include "formats/json/layout.h"

/* JSON text in a string may hold JSON text in a string, and so on: read this deep. */
#define TEXT_DEPTH 4
/* Blocks of the arena; of one projection's blocks one of this size is kept. */
#define BLOCK_BYTES ((size_t)16 << 10)
/* Pending texts and elements beyond this many give their memory back. */
#define ITEMS_KEEP 4096
#define KEY_KEEP ((size_t)64 << 10)
/* The parser takes no longer text, so the layout does not either. */
#define TEXT_LONGEST UINT32_MAX

struct json_parser {
    const struct json_kernel *kernel;
    void *state;
    struct json_walk walk;
};

/* ---- the arena ------------------------------------------------------------------------------- */

struct json_block {
    struct json_block *next;
    size_t used, capacity;
    char bytes[];
};

char *json_arena_take(struct json_arena *arena, size_t length) {
    struct json_block *block = arena->blocks;
    size_t need = length + TEXT_PADDING;
    if (!block || block->capacity - block->used < need) {
        size_t capacity = need > BLOCK_BYTES ? need : BLOCK_BYTES;
        block = malloc(sizeof *block + capacity);
        if (!block) return NULL;
        *block = (struct json_block){arena->blocks, 0, capacity};
        arena->blocks = block;
    }
    char *bytes = block->bytes + block->used;
    block->used += need;
    return bytes;
}

void json_arena_clear(struct json_arena *arena, bool keep_one) {
    struct json_block *kept = NULL;
    for (struct json_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        if (keep_one && !kept && block->capacity == BLOCK_BYTES)
            kept = block;
        else
            free(block);
    }
    if (kept) {
        kept->next = NULL;
        kept->used = 0;
    }
    arena->blocks = kept;
}

struct text json_arena_copy(struct json_arena *arena, const char *data, size_t length) {
    char *copy = json_arena_take(arena, length);
    if (copy) memcpy(copy, data, length);
    return (struct text){copy, length};
}

/* ---- parsers --------------------------------------------------------------------------------- */

struct json_parser *json_parser_new(enum isa isa) {
    static const struct json_kernel *const kernels[ISA_COUNT] = {
        [ISA_WESTMERE] = &json_kernel_westmere,
        [ISA_HASWELL] = &json_kernel_haswell,
        [ISA_ICELAKE] = &json_kernel_icelake,
    };
    struct json_parser *parser = calloc(1, sizeof *parser);
    if (!parser) return NULL;
    parser->kernel = kernels[isa];
    parser->state = parser->kernel->create();
    if (!parser->state) {
        free(parser);
        return NULL;
    }
    return parser;
}

void json_parser_free(struct json_parser *parser) {
    if (!parser) return;
    parser->kernel->destroy(parser->state);
    json_arena_clear(&parser->walk.arena, false);
    buffer_free(&parser->walk.key);
    free(parser->walk.pending);
    free(parser->walk.elements);
    free(parser);
}

bool json_parser_utf8(struct json_parser *parser, struct text text) {
    return parser->kernel->utf8(parser->state, text);
}

/* ---- what the wrapper calls ------------------------------------------------------------------ */

/* Room for one more in a list; false, and walk->failed: out of memory. */
static bool grow(struct json_walk *walk, void **items, size_t *capacity, size_t count,
                 size_t size) {
    if (count < *capacity) return true;
    size_t wanted = *capacity ? *capacity * 2 : 64;
    void *grown = realloc(*items, wanted * size);
    if (!grown) {
        walk->failed = true;
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

bool json_walk_escaped_key(struct json_walk *walk, struct text *name) {
    buffer_clear(&walk->key, KEY_KEEP);
    if (!buffer_reserve(&walk->key, name->length)) {
        buffer_free(&walk->key);
        walk->failed = true;
        return true;
    }
    size_t length = json_unescape(*name, walk->key.data);
    *name = (struct text){walk->key.data, length};
    return length != SIZE_MAX;
}

void json_walk_element(struct json_walk *walk, const struct json_key *array, uint32_t element,
                       const struct json_value *value) {
    if (!grow(walk, (void **)&walk->elements, &walk->element_capacity, walk->element_count,
              sizeof *walk->elements))
        return;
    walk->elements[walk->element_count] =
        (struct json_element){array->array, element, (uint32_t)walk->element_count, *value};
    walk->element_count++;
}

/* The first character that is not white space; 0: none. */
static char first_character(struct text text) {
    for (size_t i = 0; i < text.length; i++)
        if (!json_is_space(text.data[i])) return text.data[i];
    return 0;
}

/* The structure as JSON in the arena; no data: it is none, or walk->failed. */
static struct text read_struct(struct json_walk *walk, struct text text) {
    struct buffer json = {0};
    struct text copy = {NULL, 0};
    if (json_of_struct(text, &json)) {
        copy = json_arena_copy(&walk->arena, json.data, json.length);
        walk->failed |= !copy.data;
    }
    walk->failed |= json.failed;
    buffer_free(&json);
    return copy;
}

void json_walk_string(struct json_walk *walk, uint32_t child, const struct json_value *value) {
    struct text text = value->raw;
    if (walk->depth == TEXT_DEPTH) return;
    char first = first_character(text);
    if (first != '{' && !(first == '\\' && value->escaped)) return;
    if (value->escaped) {
        char *bytes = json_arena_take(&walk->arena, text.length);
        if (!bytes) {
            walk->failed = true;
            return;
        }
        size_t length = json_unescape(text, bytes);
        if (length == SIZE_MAX) return;
        text = (struct text){bytes, length};
        if (first_character(text) != '{') return;
    }
    if (json_is_struct(text)) text = read_struct(walk, text);
    if (!text.data) return;
    if (!grow(walk, (void **)&walk->pending, &walk->pending_capacity, walk->pending_count,
              sizeof *walk->pending))
        return;
    walk->pending[walk->pending_count++] =
        (struct json_pending){&walk->paths->nodes[child], text, walk->depth + 1};
}

/* ---- projections ----------------------------------------------------------------------------- */

static struct json_walk *begin_walk(struct json_parser *parser, const struct json_paths *paths,
                                    struct json_row *row) {
    struct json_walk *walk = &parser->walk;
    if (++row->generation == 0) {
        memset(row->met, 0, paths->key_count * sizeof *row->met);
        row->generation = 1;
    }
    json_arena_clear(&walk->arena, true);
    if (walk->pending_capacity > ITEMS_KEEP || walk->element_capacity > ITEMS_KEEP) {
        free(walk->pending);
        free(walk->elements);
        walk->pending = NULL;
        walk->elements = NULL;
        walk->pending_capacity = walk->element_capacity = 0;
    }
    walk->pending_count = walk->element_count = 0;
    walk->paths = paths;
    walk->row = row;
    walk->message = NULL;
    walk->failed = false;
    walk->depth = 0;
    return walk;
}

static void clear_slots(struct json_row *row, const struct json_found *found, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) row->values[found[i].slot].type = JSON_ABSENT;
}

static struct json_walk *begin(struct json_parser *parser, const struct json_paths *paths,
                               struct json_row *row) {
    clear_slots(row, row->found, row->found_count);
    clear_slots(row, row->before, row->before_count);
    row->found_count = row->before_count = row->changed_count = 0;
    row->alike = row->by_layout = false;
    return begin_walk(parser, paths, row);
}

/* For the layout: what the record before had stays, to be compared with. */
static struct json_walk *begin_alike(struct json_parser *parser, const struct json_paths *paths,
                                     struct json_row *row) {
    if (row->before_count > 0) begin(parser, paths, row); /* it declined the one before */
    struct json_found *found = row->found;
    row->found = row->before;
    row->before = found;
    row->before_count = row->found_count;
    row->found_count = row->changed_count = 0;
    if (!row->by_layout) memset(row->sources, 0, row->slot_count * sizeof *row->sources);
    row->by_layout = true;
    return begin_walk(parser, paths, row);
}

/* What only the record before had goes. */
static void clear_before(struct json_row *row) {
    for (uint32_t i = 0; i < row->found_count; i++) row->kept[row->found[i].slot] = 1;
    for (uint32_t i = 0; i < row->before_count; i++) {
        uint32_t slot = row->before[i].slot;
        if (row->kept[slot]) continue;
        row->values[slot].type = JSON_ABSENT;
        row->sources[slot] = 0;
    }
    for (uint32_t i = 0; i < row->found_count; i++) row->kept[row->found[i].slot] = 0;
}

/* The layout has read the record. */
static void settle_alike(struct json_row *row) {
    row->alike = row->found_count == row->before_count &&
                 memcmp(row->found, row->before, row->found_count * sizeof *row->found) == 0;
    if (!row->alike) clear_before(row);
    row->before_count = 0;
}

/* Reads the texts found in strings. One that is not JSON has no keys, and the record is none the
 * worse: it is a string. */
static enum json_outcome read_pending(struct json_parser *parser) {
    struct json_walk *walk = &parser->walk;
    for (size_t i = 0; i < walk->pending_count; i++) {
        struct json_pending pending = walk->pending[i];
        uint32_t found = walk->row->found_count;
        size_t elements = walk->element_count, queue = walk->pending_count;
        walk->depth = pending.depth;
        enum json_outcome outcome =
            parser->kernel->object(parser->state, walk, pending.node, pending.text, true);
        if (outcome == JSON_NO_MEMORY) return outcome;
        if (outcome == JSON_OK) continue;
        while (walk->row->found_count > found)
            walk->row->values[walk->row->found[--walk->row->found_count].slot].type = JSON_ABSENT;
        walk->element_count = elements;
        walk->pending_count = queue;
    }
    return JSON_OK;
}

static int compare_elements(const void *a, const void *b) {
    const struct json_element *x = a, *y = b;
    if (x->slot != y->slot) return x->slot < y->slot ? -1 : 1;
    if (x->element != y->element) return x->element < y->element ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Makes the arrays of the flattened elements: of each slot those from 0 up to the first gap. */
static enum json_outcome join_elements(struct json_walk *walk) {
    if (walk->element_count == 0) return JSON_OK;
    qsort(walk->elements, walk->element_count, sizeof *walk->elements, compare_elements);
    struct buffer text = {0};
    for (size_t i = 0; i < walk->element_count;) {
        uint32_t slot = walk->elements[i].slot, next = 0;
        buffer_clear(&text, SIZE_MAX);
        for (; i < walk->element_count && walk->elements[i].slot == slot; i++) {
            if (walk->elements[i].element != next) continue; /* a duplicate, or behind a gap */
            buffer_append_char(&text, next++ ? ',' : '[');
            json_write_raw(&walk->elements[i].value, &text);
        }
        if (next == 0) continue;
        buffer_append_char(&text, ']');
        struct json_value array = {JSON_ARRAY, false, {NULL, 0}};
        if (!text.failed) array.raw = json_arena_copy(&walk->arena, text.data, text.length);
        if (!array.raw.data) {
            walk->failed = true;
            break;
        }
        json_walk_store(walk, slot, array);
    }
    buffer_free(&text);
    return walk->failed ? JSON_NO_MEMORY : JSON_OK;
}

static enum json_outcome end(struct json_parser *parser, enum json_outcome outcome,
                             const char **message) {
    struct json_walk *walk = &parser->walk;
    /* Later texts in strings are not what the message is about. */
    *message = walk->message;
    if (walk->pending_count > 0 || walk->element_count > 0) walk->row->alike = false;
    if (outcome == JSON_OK) outcome = read_pending(parser);
    if (outcome == JSON_OK) outcome = join_elements(walk);
    if (walk->failed) outcome = JSON_NO_MEMORY;
    if (outcome == JSON_NO_MEMORY) *message = "needs more memory than there is";
    if (outcome == JSON_BAD_UTF8) *message = "is not UTF-8";
    return outcome;
}

enum json_outcome json_project(struct json_parser *parser, const struct json_paths *paths,
                               struct text text, bool validate, struct json_row *row,
                               const char **message) {
    struct json_walk *walk = begin(parser, paths, row);
    return end(parser,
               parser->kernel->object(parser->state, walk, &paths->nodes[0], text, validate),
               message);
}

static bool rest_is_blank(const char *at, const char *end) {
    while (at < end && (json_is_space(*at) || *at == ',')) at++;
    return at == end;
}

/* The layout's last word on this text was that it declines. */
static bool was_declined(struct json_layout *layout, struct text text) {
    bool same = layout->declined.data == text.data && layout->declined.length > text.length;
    layout->declined.data = NULL;
    return same;
}

static bool read_alike(struct json_parser *parser, struct json_layout *layout, struct text text,
                       struct json_row *row) {
    if (was_declined(layout, text)) return false;
    struct json_walk *walk = begin_alike(parser, layout->paths, row);
    const char *end = layout->kernel->read(layout, walk, text);
    if (!end || !rest_is_blank(end, text.data + text.length)) return false;
    settle_alike(row);
    return true;
}

enum json_outcome json_project_alike(struct json_parser *parser, struct json_layout *layout,
                                     struct text text, struct json_row *row, const char **message) {
    bool due = text.length <= TEXT_LONGEST && layout_due(layout, text.length);
    layout->parser = parser;
    if (due && read_alike(parser, layout, text, row)) {
        layout_read(layout, text);
        return end(parser, JSON_OK, message);
    }
    enum json_outcome outcome = json_project(parser, layout->paths, text, false, row, message);
    if (due) layout_declined(layout, text, outcome == JSON_OK);
    return outcome;
}

static bool line_ends(const char *at, const char *end) {
    if (at < end && *at == '\r') at++;
    return at < end && *at == '\n';
}

size_t json_project_ahead(struct json_parser *parser, struct json_layout *layout, struct text text,
                          struct json_row *row, enum json_outcome *outcome, const char **message) {
    if (!layout_may_read_ahead(layout)) return 0;
    layout->parser = parser;
    layout->line_end = false;
    struct json_walk *walk = begin_alike(parser, layout->paths, row);
    const char *behind = layout->kernel->read(layout, walk, text);
    if (!behind && !layout->line_end) layout->declined = text;
    if (!behind || layout->line_end || !line_ends(behind, text.data + text.length)) {
        layout_not_ahead(layout, behind != NULL);
        return 0;
    }
    size_t length = (size_t)(behind - text.data);
    text.length = length;
    settle_alike(row);
    layout_due(layout, length);
    layout_read(layout, text);
    *outcome = end(parser, JSON_OK, message);
    return length;
}

enum json_outcome json_project_array(struct json_parser *parser, const struct json_paths *paths,
                                     struct text text, const struct json_column *columns,
                                     size_t count, bool validate, struct json_row *row,
                                     const char **message) {
    struct json_walk *walk = begin(parser, paths, row);
    return end(parser, parser->kernel->array(parser->state, walk, columns, count, text, validate),
               message);
}

enum json_outcome json_project_cells(struct json_parser *parser, const struct json_paths *paths,
                                     const struct text *cells, const struct json_column *columns,
                                     size_t count, struct json_row *row) {
    struct json_walk *walk = begin(parser, paths, row);
    const char *message;
    /* From the last column back: the last that is not empty counts. */
    for (size_t i = count; i-- > 0;) {
        struct json_value value = json_plain(cells[i]);
        if (cells[i].length == 0) continue;
        const struct json_key *key = columns[i].key;
        if (key && json_walk_meet(walk, key)) {
            if (key->slot != JSON_NO_SLOT) json_walk_store(walk, key->slot, value);
            if (key->child != JSON_NO_NODE) json_walk_string(walk, key->child, &value);
        }
        if (columns[i].array) json_walk_element(walk, columns[i].array, columns[i].element, &value);
    }
    return end(parser, JSON_OK, &message);
}

enum json_outcome json_reach(struct json_parser *parser, struct json_value value, struct text path,
                             struct json_value *out) {
    return json_reach_from(&parser->walk.arena, value, path, out);
}

enum json_outcome json_split(struct json_parser *parser, struct json_value value,
                             struct json_value *out) {
    return json_split_into(&parser->walk.arena, value, out);
}
