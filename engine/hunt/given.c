#include "engine/hunt/given.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/operator/sortkey.h"

struct plan_given *given_new(void) {
    return calloc(1, sizeof(struct plan_given));
}

void given_free(struct plan_given *given) {
    if (!given) return;
    for (size_t i = 0; i < given->column_count; i++) free(given->names[i]);
    free(given->names);
    sorter_free(given->gathered);
    buffer_free(&given->rows);
    buffer_free(&given->row);
    free(given);
}

size_t given_column(const struct plan_given *given, struct text name) {
    for (size_t i = 0; i < given->column_count; i++)
        if (text_equal(text_of(given->names[i]), name)) return i;
    return SIZE_MAX;
}

bool given_add_column(struct plan_given *given, struct text name) {
    if (given_column(given, name) != SIZE_MAX) return true;
    char **names = reallocarray(given->names, given->column_count + 1, sizeof *names);
    if (!names) return false;
    given->names = names;
    names[given->column_count] = strndup(name.data, name.length);
    if (!names[given->column_count]) return false;
    given->column_count++;
    return true;
}

/* Stands before the cells of a row. */
struct row_head {
    uint64_t length, cells;
};

bool given_add_row(struct plan_given *given, const struct text *cells) {
    given->row.length = 0;
    for (size_t i = 0; i < given->column_count; i++) {
        struct datum cell = cells[i].data ? datum_text(cells[i]) : datum_missing();
        row_encode(&given->row, &cell, 1);
    }
    struct row_head head = {given->row.length, given->column_count};
    return !given->row.failed && buffer_reserve(&given->rows, sizeof head + given->row.length) &&
           buffer_append(&given->rows, &head, sizeof head) &&
           buffer_append(&given->rows, given->row.data, given->row.length);
}

bool given_gather_into(struct plan_given *given, struct spill *spill, uint64_t budget) {
    if (!given->gathered) given->gathered = sorter_new(spill, budget, SORTER_NO_LIMIT);
    return given->gathered != NULL;
}

enum trawl_status given_gather(struct plan_given *given, const struct datum *cells,
                               struct text order, struct trawl_error *error) {
    given->row.length = 0;
    row_encode(&given->row, cells, given->column_count);
    if (given->row.failed) return error_memory(error);
    return sorter_add(given->gathered, order, (struct text){given->row.data, given->row.length},
                      error);
}

/* ---- a reading ---------------------------------------------------------------------------- */

struct given_reading {
    const struct plan_given *given;
    const struct program *program;
    struct pipeline *pipeline;
    struct tally *tally;
    struct batch batch;
    size_t *sources; /* [field]: its column; SIZE_MAX: none */
    struct datum *cells;
    uint64_t number; /* of rows so far */
};

static bool reading_open(struct given_reading *reading) {
    const struct program *program = reading->program;
    reading->sources = calloc(program->field_count + 1, sizeof *reading->sources);
    reading->cells = calloc(reading->given->column_count + 1, sizeof *reading->cells);
    if (!reading->sources || !reading->cells ||
        !batch_init(&reading->batch, (uint32_t)program->field_count))
        return false;
    for (size_t f = 0; f < program->field_count; f++)
        reading->sources[f] = given_column(reading->given, text_of(program->fields[f].name));
    return true;
}

static void reading_close(struct given_reading *reading) {
    batch_free(&reading->batch);
    free(reading->sources);
    free(reading->cells);
}

static bool append_cell(struct batch *batch, uint32_t field, const struct datum *cell) {
    char room[NUMBER_TEXT];
    struct text text;
    bool present = cell && datum_as_text(cell, room, &text);
    return present ? batch_append(batch, field, text) : batch_missing(batch, field);
}

static bool append_row(struct given_reading *reading) {
    for (uint32_t f = 0; f < reading->batch.column_count; f++) {
        size_t source = reading->sources[f];
        const struct datum *cell = source == SIZE_MAX ? NULL : &reading->cells[source];
        if (!append_cell(&reading->batch, f, cell)) return false;
    }
    return true;
}

static void count_present(struct given_reading *reading) {
    for (size_t f = 0; f < reading->program->field_count; f++) {
        size_t source = reading->sources[f];
        reading->tally->present[f] +=
            source != SIZE_MAX && reading->cells[source].kind != DATUM_MISSING;
    }
}

static enum trawl_status run_batch(struct given_reading *reading, struct trawl_error *error) {
    if (!batch_complete(&reading->batch)) return error_memory(error);
    enum trawl_status status =
        pipeline_run(reading->pipeline, &reading->batch, reading->tally, error);
    batch_reset(&reading->batch);
    return status;
}

static enum trawl_status take_row(struct given_reading *reading, struct text row, size_t cells,
                                  struct trawl_error *error) {
    struct batch *batch = &reading->batch;
    enum trawl_status status = batch_full(batch) ? run_batch(reading, error) : TRAWL_OK;
    if (status != TRAWL_OK) return status;
    for (size_t i = cells; i < reading->given->column_count; i++)
        reading->cells[i] = datum_missing();
    if (!row_decode(row, reading->cells, cells) || !append_row(reading)) {
        batch_rollback(batch, batch->rows);
        return error_memory(error);
    }
    batch_commit(batch, (struct origin){.offset = reading->number++});
    count_present(reading);
    return TRAWL_OK;
}

/* Rows that the query brings along. */
static enum trawl_status run_rows(struct given_reading *reading, const atomic_bool *stop,
                                  struct trawl_error *error) {
    const struct buffer *rows = &reading->given->rows;
    enum trawl_status status = TRAWL_OK;
    struct row_head head;
    for (size_t at = 0; status == TRAWL_OK && at < rows->length && !atomic_load(stop);
         at += head.length) {
        memcpy(&head, rows->data + at, sizeof head);
        at += sizeof head;
        status = take_row(reading, (struct text){rows->data + at, head.length}, head.cells, error);
    }
    return status;
}

static enum trawl_status run_gathered(struct given_reading *reading, const atomic_bool *stop,
                                      struct trawl_error *error) {
    struct sorter *gathered = reading->given->gathered;
    enum trawl_status status = sorter_start(gathered, error);
    struct text order, row;
    bool found = true;
    while (status == TRAWL_OK && !atomic_load(stop)) {
        status = sorter_next(gathered, &order, &row, &found, error);
        if (status != TRAWL_OK || !found) break;
        status = take_row(reading, row, reading->given->column_count, error);
    }
    return status;
}

enum trawl_status given_run(const struct plan_given *given, const struct program *program,
                            struct pipeline *pipeline, struct tally *tally, const atomic_bool *stop,
                            struct trawl_error *error) {
    struct given_reading reading = {
        .given = given, .program = program, .pipeline = pipeline, .tally = tally};
    enum trawl_status status = reading_open(&reading) ? TRAWL_OK : error_memory(error);
    if (status == TRAWL_OK) status = run_rows(&reading, stop, error);
    if (status == TRAWL_OK && given->gathered) status = run_gathered(&reading, stop, error);
    if (status == TRAWL_OK) status = run_batch(&reading, error);
    reading_close(&reading);
    return status;
}
