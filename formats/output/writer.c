/* A writer: rows come one by one, and what was written is shown soon where the sink asks for it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/error.h"
#include "formats/output/output.h"

/* Rows wait in the block for so long, if the sink has a flush of its own. */
#define FLUSH_NANOSECONDS INT64_C(50000000)

struct trawl_writer {
    const struct format *format;
    struct output output;
    struct emitter out;
    char **names; /* owned */
    char *name;   /* what the first column says in each row; NULL: it is the plan's; owned */
    struct trawl_cell *cells; /* [columns], where there is a name */
    int64_t flushed;          /* when the sink was last asked to show what it has */
    bool begun, no_memory;
};

static const struct format *format_of(enum trawl_format format) {
    switch (format) {
        case TRAWL_NDJSON:
            return &format_ndjson;
        case TRAWL_JSON:
            return &format_json;
        case TRAWL_CSV:
            return &format_csv;
        case TRAWL_TABLE:
            return &format_table;
    }
    return NULL;
}

static bool copy_names(struct trawl_writer *writer, const char *const *names, size_t count) {
    writer->names = calloc(count + 1, sizeof *writer->names);
    if (!writer->names) return false;
    writer->output.names = (const char *const *)writer->names;
    for (; writer->output.column_count < count; writer->output.column_count++) {
        size_t i = writer->output.column_count;
        writer->names[i] = strdup(names[i]);
        if (!writer->names[i]) return false;
    }
    return true;
}

struct trawl_writer *writer_new_with(const char *const *names, size_t column_count,
                                     enum trawl_format format, const struct trawl_sink *sink,
                                     struct trawl_error *error) {
    const struct format *found = format_of(format);
    if (!found) {
        error_set(error, TRAWL_INVALID, "no such output format: %d", (int)format);
        return NULL;
    }
    struct trawl_writer *writer = calloc(1, sizeof *writer);
    if (!writer || !emitter_init(&writer->out, sink) || !copy_names(writer, names, column_count)) {
        trawl_writer_free(writer);
        error_memory(error);
        return NULL;
    }
    writer->format = found;
    writer->output.out = &writer->out;
    return writer;
}

static bool set_name(struct trawl_writer *writer, const char *name) {
    writer->name = strdup(name);
    writer->cells = calloc(writer->output.column_count, sizeof *writer->cells);
    if (!writer->name || !writer->cells) return false;
    writer->cells[0] = (struct trawl_cell){TRAWL_TEXT, writer->name, strlen(name)};
    return true;
}

static bool has_column(const struct trawl_plan *plan, const char *name) {
    for (size_t i = 0; i < trawl_plan_column_count(plan); i++)
        if (strcmp(trawl_plan_column_name(plan, i), name) == 0) return true;
    return false;
}

struct trawl_writer *trawl_writer_new(const struct trawl_plan *plan, enum trawl_format format,
                                      const struct trawl_sink *sink, struct trawl_error *error) {
    return trawl_writer_new_named(plan, NULL, format, sink, error);
}

struct trawl_writer *trawl_writer_new_named(const struct trawl_plan *plan, const char *name,
                                            enum trawl_format format, const struct trawl_sink *sink,
                                            struct trawl_error *error) {
    size_t named = name != NULL, columns = trawl_plan_column_count(plan);
    const char **names = calloc(named + columns + 1, sizeof *names);
    if (!names) {
        error_memory(error);
        return NULL;
    }
    if (named) names[0] = has_column(plan, "hunt") ? "@hunt" : "hunt";
    for (size_t i = 0; i < columns; i++) names[named + i] = trawl_plan_column_name(plan, i);
    struct trawl_writer *writer = writer_new_with(names, named + columns, format, sink, error);
    free(names);
    if (writer && named && !set_name(writer, name)) {
        trawl_writer_free(writer);
        error_memory(error);
        return NULL;
    }
    return writer;
}

void trawl_writer_free(struct trawl_writer *writer) {
    if (!writer) return;
    if (writer->format && writer->format->close) writer->format->close(&writer->output);
    for (size_t i = 0; i < writer->output.column_count; i++) free(writer->names[i]);
    free(writer->names);
    free(writer->name);
    free(writer->cells);
    emitter_free(&writer->out);
    free(writer);
}

/* ---- rows --------------------------------------------------------------------------------- */

static bool begin(struct trawl_writer *writer) {
    if (writer->begun) return true;
    writer->begun = true;
    if (writer->format->begin && !writer->format->begin(&writer->output)) writer->no_memory = true;
    return !writer->no_memory;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Where nobody waits for the rows they are written block by block. */
static void show_soon(struct trawl_writer *writer) {
    struct emitter *out = &writer->out;
    if (!out->sink.flush || !out->length) return;
    int64_t time = now();
    if (time - writer->flushed < FLUSH_NANOSECONDS) return;
    writer->flushed = time;
    if (emitter_flush(out) && !out->sink.flush(out->sink.context)) out->refused = true;
}

static bool write_row(void *context, const struct trawl_cell *cells, size_t count) {
    struct trawl_writer *writer = context;
    if (writer->no_memory || writer->out.refused || !begin(writer)) return false;
    if (writer->name) {
        memcpy(writer->cells + 1, cells, count * sizeof *cells);
        cells = writer->cells;
    }
    if (!writer->format->row(&writer->output, cells)) writer->no_memory = true;
    writer->output.rows++;
    show_soon(writer);
    return !writer->no_memory && !writer->out.refused;
}

struct trawl_rows trawl_writer_rows(struct trawl_writer *writer) {
    return (struct trawl_rows){write_row, writer};
}

enum trawl_status trawl_writer_finish(struct trawl_writer *writer, struct trawl_error *error) {
    struct emitter *out = &writer->out;
    if (!writer->no_memory && begin(writer) && writer->format->end &&
        !writer->format->end(&writer->output))
        writer->no_memory = true;
    if (writer->no_memory) return error_memory(error);
    bool taken = emitter_flush(out) && (!out->sink.flush || out->sink.flush(out->sink.context));
    return taken ? TRAWL_OK : error_set(error, TRAWL_IO, "the rows could not be written");
}
