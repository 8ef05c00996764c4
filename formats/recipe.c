#include "formats/recipe.h"

#include <stdlib.h>

#define RECIPES 8
/* A text that tells the shape and is longer than this has no recipe. */
#define TOLD_MOST 256
/* After so many records in a row that found no recipe, only one of so many gets one. */
#define MISSES_MOST 32
#define MISSES_EACH 64

struct recipes {
    const struct projection *projection;
    struct recipe items[RECIPES];
    unsigned count, last, next; /* the one found last; the place of the next to be made */
    unsigned misses;
};

/* ---- memory ---------------------------------------------------------------------------------- */

static void recipe_free(struct recipe *recipe) {
    free(recipe->from);
    free(recipe->fixed);
    free(recipe->made);
    free(recipe->forms);
    free(recipe->picks);
    free(recipe->ranks);
    free(recipe->first_at);
    free(recipe->next_at);
    free(recipe->for_all);
    free(recipe->found);
    buffer_free(&recipe->told_text);
}

static bool recipe_init(struct recipe *recipe, const struct projection *projection) {
    size_t fields = projection->field_count + 1, slots = projection->slot_count;
    *recipe = (struct recipe){
        .from = calloc(fields, sizeof *recipe->from),
        .fixed = calloc(fields, sizeof *recipe->fixed),
        .made = calloc(fields, sizeof *recipe->made),
        .forms = calloc(fields, sizeof *recipe->forms),
        .picks = calloc(fields, sizeof *recipe->picks),
        .ranks = calloc(fields, sizeof *recipe->ranks),
        .first_at = calloc(slots, sizeof *recipe->first_at),
        .next_at = calloc(fields, sizeof *recipe->next_at),
        .for_all = calloc(slots, sizeof *recipe->for_all),
        .found = calloc(slots, sizeof *recipe->found),
    };
    return recipe->from && recipe->fixed && recipe->made && recipe->forms && recipe->picks &&
           recipe->ranks && recipe->first_at && recipe->next_at && recipe->for_all && recipe->found;
}

struct recipes *recipes_new(const struct projection *projection) {
    struct recipes *recipes = calloc(1, sizeof *recipes);
    if (!recipes) return NULL;
    recipes->projection = projection;
    for (unsigned i = 0; i < RECIPES; i++) {
        if (recipe_init(&recipes->items[i], projection)) continue;
        recipes_free(recipes);
        return NULL;
    }
    return recipes;
}

void recipes_free(struct recipes *recipes) {
    if (!recipes) return;
    for (unsigned i = 0; i < RECIPES; i++) recipe_free(&recipes->items[i]);
    free(recipes);
}

/* ---- finding --------------------------------------------------------------------------------- */

static bool fits(const struct recipe *recipe, const struct json_row *row) {
    if (recipe->found_count != row->found_count ||
        memcmp(recipe->found, row->found, row->found_count * sizeof *row->found) != 0)
        return false;
    for (uint32_t i = 0; i < recipe->told_count; i++) {
        struct text told = {recipe->told_text.data + recipe->told[i].start, recipe->told[i].length};
        if (!text_equal(told, row->values[recipe->told[i].slot].raw)) return false;
    }
    return true;
}

const struct recipe *recipes_find(struct recipes *recipes, const struct json_row *row) {
    unsigned at = recipes->last;
    for (unsigned i = 0; i < recipes->count; i++) {
        if (fits(&recipes->items[at], row)) {
            recipes->last = at;
            recipes->misses = 0;
            return &recipes->items[at];
        }
        at = at + 1 < recipes->count ? at + 1 : 0;
    }
    return NULL;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* False: the shape depends on what is not remembered. */
static bool remember_found(struct recipe *recipe, const struct json_row *row) {
    recipe->found_count = row->found_count;
    memcpy(recipe->found, row->found, row->found_count * sizeof *row->found);
    recipe->told_count = 0;
    recipe->told_text.length = 0;
    for (size_t i = 0; i < MAP_TOLD_BY; i++) {
        const struct json_value *value = &row->values[map_told_by[i]];
        if (value->type > JSON_STRING || value->raw.length > TOLD_MOST) return false;
        if (value->type != JSON_STRING) continue;
        uint32_t start = (uint32_t)recipe->told_text.length;
        recipe->told[recipe->told_count].slot = map_told_by[i];
        recipe->told[recipe->told_count].start = start;
        recipe->told[recipe->told_count++].length = (uint32_t)value->raw.length;
        if (!buffer_append(&recipe->told_text, value->raw.data, value->raw.length)) return false;
    }
    return true;
}

/* Where a field with this value gets its text from. raw: what is no string is its JSON. */
static uint32_t from_value(const struct json_value *value, uint32_t slot, bool raw,
                           bool no_objects) {
    if (value->type <= JSON_NULL || (value->type == JSON_OBJECT && no_objects))
        return RECIPE_MISSING;
    bool plain = value->type == JSON_STRING ? !value->escaped : raw || value->type < JSON_STRING;
    return plain ? slot : RECIPE_MADE;
}

static uint32_t from_picked(const struct projection_field *field, const struct json_row *row,
                            const struct map_record *record, uint32_t slot) {
    const struct json_value *value = &row->values[slot];
    switch (field->rule) {
        case MAP_EVENT_SOURCE:
        case MAP_EVENT_TYPE:
            return from_value(value, slot, true, false);
        case MAP_EVENT_ID:
            if (!map_has_field(record->shape, field->name)) return RECIPE_MISSING;
            return from_value(value, slot, false, field->no_objects);
        case MAP_TEXT:
        case MAP_RESULT:
            return from_value(value, slot, false, field->no_objects);
        default:
            return RECIPE_MADE;
    }
}

/* The same for a field that no slot is picked for. */
static uint32_t from_nothing(const struct projection_field *field, const struct json_row *row,
                             const struct map_record *record, struct text *fixed) {
    bool source = field->rule == MAP_EVENT_SOURCE;
    switch (field->rule) {
        case MAP_TEXT:
        case MAP_EVENT_ID:
            return RECIPE_MISSING;
        case MAP_EVENT_SOURCE:
        case MAP_EVENT_TYPE: {
            enum map_anchor anchor = source ? record->source_at : record->type_at;
            if (anchor != ANCHOR_COUNT)
                return from_value(&row->values[anchor], anchor, true, false);
            *fixed = source ? record->source.raw : record->type.raw;
            return RECIPE_FIXED;
        }
        case MAP_RESULT: {
            bool signin = record->family == FAMILY_SIGNIN || record->family == FAMILY_PORTAL;
            if (!signin) return RECIPE_MISSING;
            enum map_anchor anchor = map_result_at(row->values, record->family);
            if (anchor == ANCHOR_COUNT) return RECIPE_MADE;
            return from_value(&row->values[anchor], anchor, false, field->no_objects);
        }
        default:
            return RECIPE_MADE;
    }
}

static bool in_array(const struct projection *projection, enum map_family family, size_t field) {
    for (size_t i = 0; i < projection->array_counts[family]; i++)
        if (projection->arrays[family][i].field == field) return true;
    return false;
}

static uint32_t from_where(const struct projection *projection, const struct json_row *row,
                           const struct map_record *record, uint32_t pick, size_t i,
                           struct text *fixed) {
    const struct projection_field *field = &projection->fields[i];
    if (in_array(projection, record->family, i)) return RECIPE_MADE;
    if (pick == PROJECTION_NO_SLOT) return from_nothing(field, row, record, fixed);
    /* What is picked may be translated. */
    if (record->family == FAMILY_PORTAL) return RECIPE_MADE;
    return from_picked(field, row, record, pick);
}

static uint8_t form_from(const struct json_row *row, uint32_t from) {
    if (from == RECIPE_MISSING || from == RECIPE_MADE) return FORM_MISSING;
    if (from == RECIPE_FIXED || row->values[from].type == JSON_STRING) return FORM_TEXT;
    return form_of(&row->values[from]);
}

/* A field that is made is made of the slot that is picked for it alone, if at all of any. */
static bool made_of_pick(const struct projection *projection, const struct map_record *record,
                         uint32_t pick, size_t i) {
    return projection->fields[i].rule == MAP_LIST && record->family != FAMILY_PORTAL &&
           !in_array(projection, record->family, i) &&
           (pick == PROJECTION_NO_SLOT || !projection->flattened[pick]);
}

/* Who gets what when only texts change. */
static void remember_uses(struct recipe *recipe, const struct projection *projection) {
    memset(recipe->first_at, 0, projection->slot_count * sizeof *recipe->first_at);
    memset(recipe->for_all, 0, projection->slot_count * sizeof *recipe->for_all);
    recipe->again = true;
    for (uint32_t i = 0; i < recipe->told_count; i++) recipe->for_all[recipe->told[i].slot] = true;
    for (uint32_t i = 0; i < projection->field_count; i++) {
        uint32_t from = recipe->from[i], pick = recipe->picks[i];
        recipe->next_at[i] = 0;
        if (from == RECIPE_MADE) {
            recipe->again &= made_of_pick(projection, &recipe->record, pick, i);
            if (pick != PROJECTION_NO_SLOT) recipe->for_all[pick] = true;
        } else if (from != RECIPE_MISSING && from != RECIPE_FIXED) {
            recipe->next_at[i] = recipe->first_at[from];
            recipe->first_at[from] = i + 1;
        }
    }
}

static bool due(struct recipes *recipes) {
    recipes->misses++;
    return recipes->misses < MISSES_MOST || recipes->misses % MISSES_EACH == 0;
}

void recipes_add(struct recipes *recipes, const struct json_row *row,
                 const struct map_record *record, const uint32_t *picks, const uint32_t *ranks) {
    const struct projection *projection = recipes->projection;
    struct recipe *recipe = &recipes->items[recipes->next];
    if (!due(recipes)) return;
    if (!remember_found(recipe, row)) {
        recipe->found_count = UINT32_MAX; /* as no row has */
        return;
    }
    recipe->record = *record;
    recipe->made_count = 0;
    for (size_t i = 0; i < projection->field_count; i++) {
        uint32_t from = from_where(projection, row, record, picks[i], i, &recipe->fixed[i]);
        recipe->from[i] = from;
        recipe->forms[i] = form_from(row, from);
        if (from == RECIPE_MADE) recipe->made[recipe->made_count++] = (uint32_t)i;
        recipe->picks[i] = picks[i];
        recipe->ranks[i] = ranks[i];
    }
    remember_uses(recipe, projection);
    if (recipes->next == recipes->count) recipes->count++;
    recipes->last = recipes->next;
    recipes->next = (recipes->next + 1) % RECIPES;
}
