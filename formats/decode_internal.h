/* decode_internal.h - the decoder's state, shared by decode.c (records), decode_fields.c (a field's
 * value to a cell) and decode_row.c (the record to a row). Not for callers. */
#ifndef TRAWL_FORMATS_DECODE_INTERNAL_H
#define TRAWL_FORMATS_DECODE_INTERNAL_H

#include "engine/base/moment.h"
#include "formats/decode.h"
#include "formats/form.h"
#include "formats/given.h"
#include "formats/recipe.h"
#include "formats/survey.h"

/* Scratch texts beyond this are given back after the record. */
#define SCRATCH_KEEP ((size_t)1 << 20)

/* The record before, if it became a row by recipe. */
struct previous {
    const struct recipe *recipe; /* NULL: it did not */
    const struct batch *batch;
    uint32_t rows, generation; /* of the batch behind it, and of the projection */
    uint64_t bytes;            /* of its values, no fewer */
};

struct decoder {
    bool validate;
    enum isa isa;
    bool hours;                       /* a field more is projected: whose a record is */
    struct range range;               /* of the records whose hours count */
    size_t field_count;               /* the program's: the first of the projection */
    size_t list_count, *lists;        /* [list_count]: which of these are lists */
    size_t time_field, account_field; /* when and whose a record is; the latter where hours are */
    struct moment moment;
    struct projection projection;
    struct json_parser *parser;
    struct json_layout *layout;        /* NULL: not used */
    struct json_layout_counts counted; /* of it, by now */
    struct recipes *recipes;           /* NULL: not used */
    struct previous previous;
    struct text ahead; /* the row holds this record already; NULL: it does not */
    enum json_outcome ahead_outcome;
    struct json_row row;
    /* Of the record that has the one at hand in its @rawstring; made when first needed. */
    struct json_parser *outer_parser;
    struct json_row outer;
    struct json_column *columns; /* [header.count] */
    struct header header;
    struct record_place place;
    struct survey *survey;    /* made when it is first needed */
    struct given given;       /* the record at hand: made UTF-8, or what was inside it */
    bool inside;              /* ... the latter */
    uint32_t *picks, *ranks;  /* [fields] */
    struct cell *cells;       /* [fields] */
    enum encoding *encodings; /* [fields]; of lists */
    uint64_t *seen;           /* [FORMS_WORDS of the program's fields]: their forms, a byte each */
    struct buffer scratch;    /* texts of fields */
    struct buffer repaired;   /* the record, made UTF-8 */
    struct buffer unwrapped;  /* the record inside an @rawstring */
    struct text *repaired_cells;
    size_t repaired_capacity;
    const char *message;
    bool enveloped; /* the row is that of an envelope */
};

static inline enum decode_outcome decode_no_memory(struct decoder *decoder) {
    decoder->message = "needs more memory than there is";
    return DECODE_NO_MEMORY;
}

/* The cell of a field, and the form of one that is the program's: form FORM_MISSING where it is
 * not there. False: not JSON, or no memory (scratch.failed). */
bool decode_field(struct decoder *decoder, size_t field, const struct map_record *record);

/* The projected record to a row. */
enum decode_outcome decode_row(struct decoder *decoder, const struct map_record *record,
                               struct origin origin, struct batch *batch, struct tally *tally);
/* The same for one that there is a recipe for. */
enum decode_outcome decode_row_alike(struct decoder *decoder, const struct recipe *recipe,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally);
/* The same where the projection is alike to that of the row before, which had the recipe too. */
enum decode_outcome decode_row_again(struct decoder *decoder, const struct recipe *recipe,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally);

#endif
