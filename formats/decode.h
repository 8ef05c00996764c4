/* decode.h - one record to one row of a batch: find the values, recognise the shape, map the names.
 *
 * The decoder projects only what the program's fields and the recognition of shapes need
 * (formats/map has the tables, projection.h says how a field may be named). A decoded record always
 * becomes a row, recognised or not; tally->shape_records, encodings and forms are counted here, and
 * the names of a sample of the records (survey.h) go to tally->names. Malformed and repaired
 * records are not counted (the caller does, who knows where they are).
 *
 * @rawstring is the record's own key of that name, where that is a text that is not empty (the line
 * that it was parsed from); else the record itself: the object from bracket to bracket, of a row of
 * a table the object that header and cells make. Of a record that was found inside such a key it is
 * what was inside; fields that such a record does not have are those that stand beside the key. */
#ifndef TRAWL_FORMATS_DECODE_H
#define TRAWL_FORMATS_DECODE_H

#include "engine/source.h"

enum decode_outcome {
    DECODE_ROW,        /* appended and committed */
    DECODE_REPAIRED,   /* the same, after invalid UTF-8 was replaced by U+FFFD */
    DECODE_MALFORMED,  /* no row; decoder_message says why */
    DECODE_NOT_RECORD, /* JSON, but not an object; no row */
    DECODE_TRAILING,   /* more than one value in the text; no row */
    DECODE_ENVELOPE,   /* an envelope or a tables response: its elements are the records; no row */
    DECODE_NO_MEMORY,
};

struct decoder;

/* Where a record stands. */
struct record_place {
    const char *path, *member; /* member may be NULL */
    uint64_t offset, length;   /* bytes, in the text of the member or file */
};

struct decoder *decoder_new(const struct reader_config *config, struct trawl_error *error);
void decoder_free(struct decoder *decoder);

/* Of the records that follow: what @file, @member, @offset and @length are. The texts outlive them.
 * Before the first call these are empty, missing and 0. */
void decoder_set_place(struct decoder *decoder, const struct record_place *place);
/* Of a text that starts with a record, but may go on: the length of the record, where that is
 * known, a line end follows, and none is in it; else 0. To decode the record is what is to be done
 * next. */
size_t decode_ahead(struct decoder *decoder, struct text text);
/* One JSON object. in_envelope: it is an element of an envelope, so a record whatever its keys;
 * otherwise one that is an envelope itself is DECODE_ENVELOPE. */
enum decode_outcome decode_record(struct decoder *decoder, struct text text, bool in_envelope,
                                  struct origin origin, struct batch *batch, struct tally *tally);
/* Names of the columns for the calls that follow. False: out of memory. */
bool decode_header(struct decoder *decoder, const struct text *names, size_t count);
/* One CSV row. An empty cell is missing; cells beyond the header are passed over; of columns of the
 * same name the last cell that is not empty counts. */
enum decode_outcome decode_cells(struct decoder *decoder, const struct text *cells, size_t count,
                                 struct origin origin, struct batch *batch, struct tally *tally);
/* One row of a tables response: a JSON array. */
enum decode_outcome decode_table_row(struct decoder *decoder, struct text text,
                                     struct origin origin, struct batch *batch,
                                     struct tally *tally);
/* After an outcome that is not a row: why, in few words. */
const char *decoder_message(const struct decoder *decoder);
/* After DECODE_ENVELOPE: the arrays of records that the object holds, from bracket to bracket, in
 * the order of the text; returns how many. 0: not known (a tables response, or the text was not
 * read that far). They lie in the text given, or, when that was not UTF-8, in a copy made UTF-8,
 * which stays as long as all texts decoded are valid UTF-8. */
#define DECODE_ARRAYS 3
size_t decoder_envelope(const struct decoder *decoder, struct text arrays[DECODE_ARRAYS]);

/* Names for the numbers in the tally, terminated by NULL. */
extern const char *const decode_shape_names[];
extern const char *const decode_encoding_names[];

#endif
