/* output.h - rows to text.
 *
 * The writers see rows through a row_source, so that they can be tested without a hunt; write.c
 * makes one of a hunt. Each writer appends to an emitter, which collects bytes into blocks for the
 * caller's sink. One file per format. */
#ifndef TRAWL_FORMATS_OUTPUT_H
#define TRAWL_FORMATS_OUTPUT_H

#include "engine/trawl.h"

/* ---- rows in ------------------------------------------------------------------------------ */

struct row_source {
    size_t column_count, row_count;
    const char *const *names; /* [column_count] */
    /* Text stays valid at least until the next call. */
    struct trawl_cell (*cell)(const void *context, size_t row, size_t column);
    const void *context;
};

static inline struct trawl_cell row_cell(const struct row_source *rows, size_t row, size_t column) {
    return rows->cell(rows->context, row, column);
}

/* ---- bytes out ---------------------------------------------------------------------------- */

#define EMITTER_BLOCK 65536

/* Collects up to EMITTER_BLOCK bytes before it calls the sink. After the sink refused a block,
 * everything emitted is dropped and `refused` stays true. */
struct emitter {
    const struct trawl_sink *sink;
    char *block; /* [EMITTER_BLOCK], owned */
    size_t length;
    bool refused;
};

bool emitter_init(struct emitter *out, const struct trawl_sink *sink); /* false: out of memory */
void emitter_free(struct emitter *out);
void emit(struct emitter *out, const char *bytes, size_t length);
void emit_text(struct emitter *out, const char *terminated);
void emit_char(struct emitter *out, char c);
void emit_number(struct emitter *out, int64_t number);
void emit_repeated(struct emitter *out, char c, size_t times);
/* Hands the rest to the sink. False: the sink refused, now or earlier. */
bool emitter_flush(struct emitter *out);

/* ---- formats ------------------------------------------------------------------------------ */

/* One row as a JSON object without white space: columns as keys in their order, a missing value as
 * null, a flag as "true" or "false", a number bare. */
void write_row_object(const struct row_source *rows, size_t row, struct emitter *out);

void write_ndjson(const struct row_source *rows, struct emitter *out); /* an object per line */
void write_json(const struct row_source *rows, struct emitter *out);   /* one array of them */
/* RFC 4180 with a header row and "\n" between rows; a missing value is an empty cell. Text that a
 * spreadsheet would run as a formula gets an apostrophe before it. */
void write_csv(const struct row_source *rows, struct emitter *out);
/* For a person at a terminal: see table.c. False: out of memory. */
bool write_table(const struct row_source *rows, struct emitter *out);

/* What trawl_hunt_write does with the rows of a hunt. */
enum trawl_status write_rows(const struct row_source *rows, enum trawl_format format,
                             const struct trawl_sink *sink, struct trawl_error *error);

#endif
