/* recipe.h - how a record becomes a row, remembered for the records that resemble it.
 *
 * Which shape a record has, which of its values each field gets and which of these are texts as
 * they stand follows from what was found in it: the slots, in their order, the types of their
 * values, and the texts of the few values that tell the shape (map_told_by). A recipe holds all
 * that, as it was worked out for one record. Where the next record has the same, its row is made by
 * copying: nothing is recognised, ranked or converted again. The results are equal by construction,
 * and the records need not have been read by a layout (json.h).
 *
 * For one thread and one projection, which outlives it. */
#ifndef TRAWL_FORMATS_RECIPE_H
#define TRAWL_FORMATS_RECIPE_H

#include "formats/form.h"
#include "formats/projection.h"

/* Instead of a slot. */
#define RECIPE_MISSING UINT32_MAX     /* the field is missing */
#define RECIPE_FIXED (UINT32_MAX - 1) /* it is the same text in all such records */
#define RECIPE_MADE (UINT32_MAX - 2)  /* its text depends on more than is remembered */

struct recipe {
    struct map_record record; /* but for source and type, which are in the row */
    uint32_t *from;           /* [fields]: the slot whose raw bytes are the text, or one of these */
    struct text *fixed;       /* [fields]; with TEXT_PADDING behind the end */
    uint32_t *made;           /* [made_count]: the fields that are RECIPE_MADE */
    uint8_t *forms;           /* [fields]: in which form it is there, of what is not made; of a
                                 text that may be empty, FORM_TEXT */
    uint32_t *picks, *ranks;  /* [fields]: as projection_pick had them */
    uint32_t made_count;
    /* What follows from the text of a slot alone: the first field that gets it, and behind that
     * the next, each one more than its number, 0: no more. Whether others do as well, which is for
     * the whole row. */
    uint32_t *first_at, *next_at; /* [slots], [fields] */
    bool *for_all;                /* [slots] */
    bool again; /* of a record alike to the one before, first_at and for_all say all */
    /* what was found */
    uint32_t found_count;
    struct json_found *found; /* [slots] */
    uint32_t told_count;
    struct {
        uint32_t slot, start, length; /* in told_text */
    } told[MAP_TOLD_BY];
    struct buffer told_text;
};

struct recipes;
struct recipes *recipes_new(const struct projection *projection); /* NULL: out of memory */
void recipes_free(struct recipes *recipes);
/* The recipe for what the row holds; NULL: there is none. */
const struct recipe *recipes_find(struct recipes *recipes, const struct json_row *row);
/* Of a record without a recipe, which holds no other in itself: remembers how it is made, unless
 * that depends on more than a recipe has. picks and ranks: projection_pick's. */
void recipes_add(struct recipes *recipes, const struct json_row *row,
                 const struct map_record *record, const uint32_t *picks, const uint32_t *ranks);

#endif
