/* output.h - rows to text.
 *
 * Each format is a few functions over a struct output, one file per format; writer.c picks one and
 * is what trawl.h offers as trawl_writer. Formats append to an emitter, which collects bytes into
 * blocks for the caller's sink. */
#ifndef TRAWL_FORMATS_OUTPUT_H
#define TRAWL_FORMATS_OUTPUT_H

#include "engine/trawl.h"

/* ---- bytes out ---------------------------------------------------------------------------- */

#define EMITTER_BLOCK 65536

/* Collects up to EMITTER_BLOCK bytes before it calls the sink. After the sink refused a block,
 * everything emitted is dropped and `refused` stays true. */
struct emitter {
    struct trawl_sink sink;
    char *block; /* [EMITTER_BLOCK], owned */
    size_t length;
    bool refused;
};

bool emitter_init(struct emitter *out, const struct trawl_sink *sink); /* false: out of memory */
void emitter_free(struct emitter *out);
void emit(struct emitter *out, const char *bytes, size_t length);
void emit_text(struct emitter *out, const char *terminated);
void emit_char(struct emitter *out, char c);
void emit_repeated(struct emitter *out, char c, size_t times);
/* Hands the rest to the sink. False: the sink refused, now or earlier. */
bool emitter_flush(struct emitter *out);

/* ---- formats ------------------------------------------------------------------------------ */

/* What a format sees of the rows: their columns, and how many came before. */
struct output {
    struct emitter *out;
    size_t column_count;
    const char *const *names; /* [column_count] */
    uint64_t rows;            /* given so far, without the one at hand */
    void *state;              /* the format's own */
};

/* A row has column_count cells, whose texts die with the call. Where a call gives false memory ran
 * out; that the sink refused is the emitter's affair. */
struct format {
    bool (*begin)(struct output *output); /* NULL: nothing to do */
    bool (*row)(struct output *output, const struct trawl_cell *cells);
    bool (*end)(struct output *output);   /* NULL */
    void (*close)(struct output *output); /* frees state; NULL */
};

extern const struct format format_ndjson; /* an object per line */
extern const struct format format_json;   /* one array of them */
/* RFC 4180 with a header row and "\n" between rows; a missing value is an empty cell. Text that a
 * spreadsheet would run as a formula gets an apostrophe before it. */
extern const struct format format_csv;
extern const struct format format_table; /* for a person at a terminal: see table.c */

/* One row as a JSON object without white space: columns as keys in their order, a missing value as
 * null, a flag as "true" or "false", a number bare. */
void write_row_object(const struct output *output, const struct trawl_cell *cells);

/* trawl_writer_new without a plan. The names are copied. */
struct trawl_writer *writer_new_with(const char *const *names, size_t column_count,
                                     enum trawl_format format, const struct trawl_sink *sink,
                                     struct trawl_error *error);

#endif
