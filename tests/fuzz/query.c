/* Queries, from their text to the rows: whatever the query, it compiles or tells why not, and its
 * answer is the same bytes however the records are parted and whoever reads them.
 *
 * Input: the query, a NUL, and records as lines of JSON. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "engine/document.h"
#include "engine/hunt/crew.h"
#include "engine/program/program.h"
#include "engine/source.h"
#include "formats/framing/utf.h"

#define RECORDS 64
#define SPILLING ((uint64_t)1 << 20) /* bytes beside what a hunt needs in any case */

#define CHECK(condition)                                       \
    do {                                                       \
        if (!(condition)) {                                    \
            fprintf(stderr, "%d: %s\n", __LINE__, #condition); \
            abort();                                           \
        }                                                      \
    } while (0)

/* ---- the archive -------------------------------------------------------------------------- */

/* Each of `inputs` inputs, by the number that is its path, has its share of the records, and a
 * batch that many of them. A source has no context, so this is what all readers see. */
static struct {
    struct text records[RECORDS];
    size_t count;
    size_t inputs, batch;
} archive;

struct reader {
    const struct program *program;
    struct document_reader *json;
    struct buffer bytes;
};

static const char *const shape_names[] = {"none", "row", NULL};
static const char *const encoding_names[] = {NULL};

static bool has_field(unsigned shape, const char *field) {
    return shape && field;
}

static enum trawl_status list(const char *path, struct input_list *inputs,
                              void (*fault)(void *context, enum trawl_fault_kind kind,
                                            const char *path, const char *message),
                              void *context, struct trawl_error *error) {
    (void)fault, (void)context;
    return input_list_add(inputs, path, 1) ? TRAWL_OK : error_memory(error);
}

static struct reader *reader_new(const struct reader_config *config, struct trawl_error *error) {
    struct reader *reader = calloc(1, sizeof *reader);
    CHECK(reader && error);
    reader->program = config->program;
    reader->json = document_reader_new();
    CHECK(reader->json);
    return reader;
}

static void reader_free(struct reader *reader) {
    if (!reader) return;
    document_reader_free(reader->json);
    buffer_free(&reader->bytes);
    free(reader);
}

static bool read_field(struct reader *reader, const char *name, struct text record,
                       struct text *value) {
    *value = record;
    if (strcmp(name, "@rawstring") == 0) return true;
    reader->bytes.length = 0;
    return document_get(reader->json, record, text_of(name), &reader->bytes, value);
}

static enum trawl_status read_rows(struct reader *reader, uint32_t input, size_t from, size_t to,
                                   struct feed *feed, struct trawl_error *error) {
    struct batch *batch = feed_batch(feed);
    struct tally *tally = feed_tally(feed);
    for (size_t row = from; row < to; row++) {
        for (size_t f = 0; f < reader->program->field_count; f++) {
            struct text value;
            bool found =
                read_field(reader, reader->program->fields[f].name, archive.records[row], &value);
            CHECK(found ? column_append(&batch->columns[f], value)
                        : column_append_missing(&batch->columns[f]));
            tally->present[tally->field_count + f] += found;
        }
        tally->shape_records[1]++;
        batch_commit(batch, (struct origin){input, 0, row});
        bool full = (row + 1) % archive.batch == 0;
        enum trawl_status status = full ? feed_run(feed, error) : feed_row(feed, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static size_t first_of(size_t input) {
    return archive.count * input / archive.inputs;
}

static enum trawl_status read_input(struct reader *reader, const struct input *input,
                                    uint32_t index, struct feed *feed, struct trawl_error *error) {
    size_t number = strtoul(input->path, NULL, 10), end = first_of(number + 1);
    for (size_t row = first_of(number); row < end && !feed_cancelled(feed); row++) {
        char place[32];
        int length = snprintf(place, sizeof place, "%zu", row);
        if (feed_wants_chunk(feed)) {
            struct text text = {place, (size_t)length + 1};
            struct chunk *chunk = chunk_new("", NULL, (struct origin){index, 0, row}, text);
            CHECK(chunk);
            if (feed_offer(feed, chunk)) continue;
            chunk_free(chunk);
        }
        enum trawl_status status = read_rows(reader, index, row, row + 1, feed, error);
        if (status != TRAWL_OK) return status;
    }
    feed_tally(feed)->files_whole++;
    feed_progress(feed, 1, 1, end - first_of(number));
    return TRAWL_OK;
}

static enum trawl_status read_chunk(struct reader *reader, const struct chunk *chunk,
                                    struct feed *feed, struct trawl_error *error) {
    size_t row = strtoul(chunk->text.data, NULL, 10);
    return read_rows(reader, chunk->origin.input, row, row + 1, feed, error);
}

static const struct source made_up = {.shape_names = shape_names,
                                      .encoding_names = encoding_names,
                                      .has_field = has_field,
                                      .list = list,
                                      .reader_new = reader_new,
                                      .reader_free = reader_free,
                                      .read = read_input,
                                      .read_chunk = read_chunk};

/* ---- compiling ---------------------------------------------------------------------------- */

static void check_diagnostics(const struct trawl_diagnostics *diagnostics, size_t size,
                              bool compiled) {
    size_t count = trawl_diagnostics_count(diagnostics), errors = 0;
    for (size_t i = 0; i < count; i++) {
        struct trawl_diagnostic given = trawl_diagnostics_get(diagnostics, i);
        errors += !given.warning;
        CHECK(given.message && given.message[0]);
        CHECK(given.line >= 1 && given.line <= size + 1);
        CHECK(given.column >= 1 && given.column <= size + 1 && given.length >= 1);
    }
    CHECK(compiled == (errors == 0));
}

static struct trawl_plan *compile(struct text query, bool strict) {
    static const struct trawl_parameter parameters[] = {{"p", "v*"}, {"n", "2"}};
    const struct trawl_query_options options = {
        .strict = strict, .parameters = parameters, .parameter_count = 2};
    struct trawl_diagnostics *diagnostics = NULL;
    struct trawl_plan *plan =
        trawl_query_compile("q", query.data, query.length, &options, &diagnostics);
    CHECK(diagnostics);
    check_diagnostics(diagnostics, query.length, plan != NULL);
    CHECK(!plan || (trawl_plan_explain(plan) && trawl_plan_passes(plan) >= trawl_plan_reads(plan)));
    trawl_diagnostics_free(diagnostics);
    return plan;
}

/* ---- running ------------------------------------------------------------------------------ */

/* How the records are parted, and among whom. */
struct way {
    unsigned threads;
    size_t inputs, batch;
    uint64_t memory; /* beside the least */
};

struct answer {
    enum trawl_status status;
    char *explanation; /* of the plan */
    struct buffer rows;
    uint64_t matched, shown;
};

static bool collect(void *context, const char *bytes, size_t length) {
    return buffer_append(context, bytes, length);
}

static void write_rows(struct trawl_hunt *hunt, const struct trawl_plan *plan,
                       struct answer *answer) {
    struct trawl_sink sink = {.write = collect, .context = &answer->rows};
    struct trawl_writer *writer = trawl_writer_new(plan, TRAWL_NDJSON, &sink, NULL);
    CHECK(writer);
    struct trawl_rows rows = trawl_writer_rows(writer);
    struct trawl_error error = {0};
    answer->status = trawl_hunt_run(hunt, &rows, &error);
    CHECK((answer->status == TRAWL_OK) == (error.message[0] == '\0'));
    CHECK(trawl_writer_finish(writer, NULL) == TRAWL_OK);
    trawl_writer_free(writer);
}

/* A plan of its own for each way: one that makes tables is good for one run. */
static struct answer hunt(struct text query, struct way way) {
    struct answer answer = {.status = TRAWL_INVALID};
    struct trawl_plan *plan = compile(query, false);
    CHECK(plan);
    struct trawl_options options = {.threads = way.threads};
    if (way.memory) options.memory = ((8 + 11 * (uint64_t)way.threads) << 20) + way.memory;
    archive.inputs = way.inputs;
    archive.batch = way.batch;
    struct trawl_hunt *hunt = hunt_new_with(&made_up, plan, &options, NULL);
    for (size_t i = 0; hunt && i < way.inputs; i++) {
        char path[32];
        snprintf(path, sizeof path, "%zu", i);
        CHECK(trawl_hunt_add(hunt, path, NULL) == TRAWL_OK);
    }
    if (hunt) write_rows(hunt, plan, &answer);
    if (answer.status == TRAWL_OK) {
        const struct trawl_summary *summary = trawl_hunt_summary(hunt);
        answer.matched = summary->matched;
        answer.shown = summary->shown;
    }
    answer.explanation = strdup(trawl_plan_explain(plan));
    CHECK(answer.explanation);
    trawl_hunt_free(hunt);
    trawl_plan_free(plan);
    return answer;
}

static void answer_free(struct answer *answer) {
    free(answer->explanation);
    buffer_free(&answer->rows);
}

/* ---- what must hold ----------------------------------------------------------------------- */

static bool count_name(void *context, struct text name, struct text value) {
    (void)name, (void)value;
    ++*(size_t *)context;
    return true;
}

/* Every row is a line that reads back as JSON. */
static void check_lines(const struct answer *answer) {
    struct text rows = {answer->rows.data ? answer->rows.data : "", answer->rows.length};
    struct document_reader *json = document_reader_new();
    CHECK(json && utf8_valid(rows));
    uint64_t lines = 0;
    for (size_t at = 0; at < rows.length; lines++) {
        size_t names = 0;
        const char *end = memchr(rows.data + at, '\n', rows.length - at);
        CHECK(end);
        struct text line = {rows.data + at, (size_t)(end - rows.data) - at};
        CHECK(document_flatten(json, line, count_name, &names));
        at += line.length + 1;
    }
    CHECK(lines == answer->shown);
    document_reader_free(json);
}

static void check_equal(const struct answer *one, const struct answer *other) {
    /* The two were compiled one after the other, and now() tells. */
    if (strcmp(one->explanation, other->explanation) != 0) return;
    CHECK(one->status == other->status);
    if (one->status != TRAWL_OK) return;
    CHECK(one->shown == other->shown && one->rows.length == other->rows.length);
    CHECK(one->rows.length == 0 || memcmp(one->rows.data, other->rows.data, one->rows.length) == 0);
}

static void check_query(struct text query) {
    struct trawl_plan *plan = compile(query, true);
    trawl_plan_free(plan);
    plan = compile(query, false);
    if (!plan) return;
    trawl_plan_free(plan);
    const struct way ways[] = {
        {1, 1, RECORDS, 0}, {1, 3, 2, SPILLING}, {2, 2, 3, 0}, {2, 5, 1, SPILLING}};
    struct answer first = hunt(query, ways[0]);
    if (first.status == TRAWL_OK) check_lines(&first);
    for (size_t i = 1; i < sizeof ways / sizeof *ways; i++) {
        struct answer other = hunt(query, ways[i]);
        check_equal(&first, &other);
        answer_free(&other);
    }
    answer_free(&first);
}

/* Lines of the text; what is not UTF-8 was made so. */
static void split_records(struct text text) {
    archive.count = 0;
    for (size_t at = 0; at < text.length && archive.count < RECORDS;) {
        const char *end = memchr(text.data + at, '\n', text.length - at);
        size_t length = end ? (size_t)(end - text.data) - at : text.length - at;
        archive.records[archive.count++] = (struct text){text.data + at, length};
        at += length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *end = size ? memchr(data, '\0', size) : NULL;
    size_t length = end ? (size_t)(end - data) : size;
    struct buffer records = {0};
    if (end) CHECK(utf8_repair((struct text){(const char *)end + 1, size - length - 1}, &records));
    split_records((struct text){records.data, records.length});
    /* Of just its size, so that a read past the end is seen. */
    char *query = malloc(length ? length : 1);
    CHECK(query);
    if (length) memcpy(query, data, length);
    check_query((struct text){query, length});
    free(query);
    buffer_free(&records);
    return 0;
}
