#include "bench/stages/stages.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "bench/stages/projector.h"
#include "engine/base/error.h"
#include "engine/hunt/plan.h"
#include "engine/operator/notices.h"
#include "engine/program/execute.h"
#include "formats/container/container.h"
#include "formats/decode.h"
#include "formats/framing/framing.h"

const char *const stage_names[STAGES] = {
    [STAGE_DECODE] = "decode",
    [STAGE_FRAMING] = "framing",
    [STAGE_LAYOUT] = "projection, by layout",
    [STAGE_PARSER] = "projection, by the parser",
    [STAGE_VALIDATED] = "projection, validated",
    [STAGE_ROWS] = "rows",
    [STAGE_READING] = "framing and rows",
    [STAGE_MATCH] = "match",
    [STAGE_PROGRAM] = "program",
    [STAGE_TOP] = "top-k",
};

enum { PIECE = 1 << 20, MAX_RECORD = 64 << 20, WINDOW_LOG = 27 };
#define TOP_BUDGET (UINT64_C(64) << 20)

/* What makes rows of records, and where they go. */
struct rower {
    struct decoder *decoder;
    struct batch batch;
    struct tally tally;
};

/* Lines of one piece. */
struct lines {
    struct text *items;
    size_t count, capacity;
};

struct stages {
    const struct plan_stage *plan;
    struct container *container;
    struct buffer piece; /* text, and room for the padding */
    size_t taken;        /* bytes of it that the lines at hand take */
    struct framer *framer;
    struct lines lines;
    struct projector projector;
    struct rower lined;      /* of lines; its rows are thrown away */
    struct rower read;       /* of text; its rows go on */
    struct program patterns; /* the plan's own program, but for filters and outputs */
    struct executor *matcher, *executor;
    struct spill *spill;
    struct notices *notices;
    atomic_bool cancelled;
    void *top;
    struct pass *pass; /* the one at hand */
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* ---- making them -------------------------------------------------------------------------------
 */

/* The plan's program with its patterns for outputs and nothing to filter. */
static bool make_patterns(struct stages *stages) {
    const struct program *program = stages->plan->program;
    stages->patterns = *program;
    stages->patterns.step_count = stages->patterns.output_count = 0;
    stages->patterns.first_known = NO_NODE;
    stages->patterns.outputs = calloc(program->node_count + 1, sizeof *stages->patterns.outputs);
    if (!stages->patterns.outputs) return false;
    for (size_t i = 0; i < program->node_count; i++)
        if (program->nodes[i].op == NODE_MATCHES)
            stages->patterns.outputs[stages->patterns.output_count++] =
                (struct program_output){(char *)"", (node_id)i};
    return true;
}

static bool rower_init(struct rower *rower, const struct reader_config *config,
                       struct trawl_error *error) {
    return (rower->decoder = decoder_new(config, error)) &&
           batch_init(&rower->batch, (uint32_t)config->program->field_count) &&
           tally_init(&rower->tally, config->program);
}

static void rower_free(struct rower *rower) {
    decoder_free(rower->decoder);
    batch_free(&rower->batch);
    tally_free(&rower->tally);
}

static bool make(struct stages *stages, struct trawl_error *error) {
    const struct program *program = stages->plan->program;
    struct reader_config config = {.program = program, .isa = isa_best(), .max_record = MAX_RECORD};
    return (stages->container = container_new(WINDOW_LOG)) &&
           (stages->framer = framer_new(MAX_RECORD, config.isa)) &&
           projector_init(&stages->projector, program, config.isa) &&
           rower_init(&stages->lined, &config, error) &&
           rower_init(&stages->read, &config, error) && make_patterns(stages) &&
           (stages->matcher = executor_new(&stages->patterns, NULL)) &&
           (stages->executor = executor_new(program, NULL)) && (stages->spill = spill_new(NULL)) &&
           (stages->notices = notices_new());
}

struct stages *stages_new(const struct trawl_plan *plan, struct trawl_error *error) {
    const struct operator_kind *kind = plan->stages[0].kind;
    if (plan->table_count || plan->given || !kind || !kind->barrier) {
        error_set(error, TRAWL_INVALID, "a plan of other stages than filters and a sort");
        return NULL;
    }
    struct stages *stages = calloc(1, sizeof *stages);
    if (stages) stages->plan = &plan->stages[0];
    if (stages && make(stages, error)) return stages;
    stages_free(stages);
    error_memory(error);
    return NULL;
}

void stages_free(struct stages *stages) {
    if (!stages) return;
    container_free(stages->container);
    buffer_free(&stages->piece);
    framer_free(stages->framer);
    free(stages->lines.items);
    projector_free(&stages->projector);
    rower_free(&stages->lined);
    rower_free(&stages->read);
    executor_free(stages->matcher);
    executor_free(stages->executor);
    free(stages->patterns.outputs);
    if (stages->notices) notices_free(stages->notices);
    if (stages->spill) spill_free(stages->spill);
    free(stages);
}

/* ---- batches -----------------------------------------------------------------------------------
 */

static enum trawl_status run_batch(struct stages *stages, struct trawl_error *error) {
    double *seconds = stages->pass->seconds, start = now();
    struct batch *batch = &stages->read.batch;
    struct rows rows;
    if (batch->rows == 0) return TRAWL_OK;
    if (!batch_complete(batch)) return error_memory(error);
    enum trawl_status status = executor_run(stages->matcher, batch, NULL, &rows, error);
    seconds[STAGE_MATCH] += now() - start;
    if (status != TRAWL_OK) return status;
    start = now();
    status = executor_run(stages->executor, batch, &stages->read.tally, &rows, error);
    seconds[STAGE_PROGRAM] += now() - start;
    if (status != TRAWL_OK) return status;
    stages->pass->matched += rows.selected;
    start = now();
    if (rows.selected) status = stages->plan->kind->add(stages->top, &rows, error);
    seconds[STAGE_TOP] += now() - start;
    batch_reset(batch);
    return status;
}

/* ---- lines -------------------------------------------------------------------------------------
 */

static bool lines_add(struct lines *lines, struct text text) {
    if (lines->count == lines->capacity) {
        size_t capacity = lines->capacity ? 2 * lines->capacity : 1024;
        struct text *items = realloc(lines->items, capacity * sizeof *items);
        if (!items) return false;
        lines->items = items;
        lines->capacity = capacity;
    }
    lines->items[lines->count++] = text;
    return true;
}

static enum trawl_status frame(struct stages *stages, struct trawl_error *error) {
    struct text text = {stages->piece.data, stages->taken};
    double start = now();
    enum trawl_status status;
    struct frame frame;
    stages->lines.count = 0;
    framer_start_chunk(stages->framer, text, 0);
    while ((status = framer_next(stages->framer, &frame, error)) == TRAWL_OK &&
           frame.kind == FRAME_LINE)
        if (!lines_add(&stages->lines, frame.text)) return error_memory(error);
    stages->pass->seconds[STAGE_FRAMING] += now() - start;
    if (status == TRAWL_OK && frame.kind != FRAME_END)
        return error_set(error, TRAWL_INVALID, "stages are run over NDJSON only");
    return status;
}

static enum trawl_status project(struct stages *stages, enum stage stage, enum projection_way way,
                                 struct trawl_error *error) {
    double start = now();
    for (size_t i = 0; i < stages->lines.count; i++)
        if (!projector_read(&stages->projector, way, stages->lines.items[i]))
            return error_set(error, TRAWL_DAMAGED, "a line that is no record");
    stages->pass->seconds[stage] += now() - start;
    return TRAWL_OK;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static enum trawl_status make_row(struct rower *rower, struct text line, struct origin origin,
                                  struct trawl_error *error) {
    if (decode_record(rower->decoder, line, false, origin, &rower->batch, &rower->tally) ==
        DECODE_ROW)
        return TRAWL_OK;
    return error_set(error, TRAWL_DAMAGED, "at %" PRIu64 ": %s", origin.offset,
                     decoder_message(rower->decoder));
}

/* Of the lines at hand. `offset`: of the piece. */
static enum trawl_status make_rows(struct stages *stages, uint32_t input, uint64_t offset,
                                   struct trawl_error *error) {
    struct rower *rower = &stages->lined;
    double start = now();
    for (size_t i = 0; i < stages->lines.count; i++) {
        struct text line = stages->lines.items[i];
        struct origin origin = {input, 0, offset + (uint64_t)(line.data - stages->piece.data)};
        enum trawl_status status = make_row(rower, line, origin, error);
        if (status != TRAWL_OK) return status;
        if (batch_full(&rower->batch)) batch_reset(&rower->batch);
    }
    stages->pass->seconds[STAGE_ROWS] += now() - start;
    return TRAWL_OK;
}

/* As formats/reader.c: a record that the decoder can find the end of, or what the framer finds. */
static enum trawl_status next_frame(struct stages *stages, struct frame *frame,
                                    struct trawl_error *error) {
    struct text text;
    if (framer_ahead(stages->framer, &text)) {
        size_t length = decode_ahead(stages->read.decoder, text);
        if (length > 0 && framer_next_line(stages->framer, length, frame)) return TRAWL_OK;
    }
    return framer_next(stages->framer, frame, error);
}

/* Of the text that the lines at hand are. */
static enum trawl_status read_rows(struct stages *stages, uint32_t input, uint64_t offset,
                                   struct trawl_error *error) {
    double *seconds = &stages->pass->seconds[STAGE_READING], start = now();
    struct frame frame;
    enum trawl_status status;
    framer_start_chunk(stages->framer, (struct text){stages->piece.data, stages->taken}, offset);
    while ((status = next_frame(stages, &frame, error)) == TRAWL_OK && frame.kind != FRAME_END) {
        status =
            make_row(&stages->read, frame.text, (struct origin){input, 0, frame.offset}, error);
        if (status != TRAWL_OK) return status;
        if (!batch_full(&stages->read.batch)) continue;
        *seconds += now() - start;
        status = run_batch(stages, error);
        if (status != TRAWL_OK) return status;
        start = now();
    }
    *seconds += now() - start;
    return status;
}

/* ---- text --------------------------------------------------------------------------------------
 */

/* Reads on until the piece is full, or longer where no line ends in it. *more false: that was all.
 */
static enum trawl_status fill(struct stages *stages, bool *more, struct trawl_error *error) {
    struct buffer *piece = &stages->piece;
    if (piece->length) {
        piece->length -= stages->taken;
        memmove(piece->data, piece->data + stages->taken, piece->length);
    }
    for (;;) {
        size_t room = piece->length < PIECE ? PIECE - piece->length : PIECE, got;
        if (!buffer_reserve(piece, room)) return error_memory(error);
        double start = now();
        enum trawl_status status =
            container_read(stages->container, piece->data + piece->length, room, &got, error);
        stages->pass->seconds[STAGE_DECODE] += now() - start;
        if (status != TRAWL_OK) return status;
        *more = got > 0;
        piece->length += got;
        stages->pass->text_bytes += got;
        if (*more && piece->length < PIECE) continue;
        const char *end = memrchr(piece->data, '\n', piece->length);
        stages->taken = !*more ? piece->length : end ? (size_t)(end + 1 - piece->data) : 0;
        if (stages->taken || !*more) return TRAWL_OK;
    }
}

static enum trawl_status read_text(struct stages *stages, uint32_t input,
                                   struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    uint64_t offset = 0;
    stages->piece.length = stages->taken = 0;
    for (bool more = true; more && status == TRAWL_OK; offset += stages->taken) {
        status = fill(stages, &more, error);
        if (status == TRAWL_OK) status = frame(stages, error);
        if (status == TRAWL_OK) status = project(stages, STAGE_LAYOUT, BY_LAYOUT, error);
        if (status == TRAWL_OK) status = project(stages, STAGE_PARSER, BY_PARSER, error);
        if (status == TRAWL_OK) status = project(stages, STAGE_VALIDATED, VALIDATED, error);
        if (status == TRAWL_OK) status = make_rows(stages, input, offset, error);
        if (status == TRAWL_OK) status = read_rows(stages, input, offset, error);
        stages->pass->records += stages->lines.count;
    }
    return status;
}

static enum trawl_status read_file(struct stages *stages, const struct input *input, uint32_t index,
                                   struct trawl_error *error) {
    double *seconds = &stages->pass->seconds[STAGE_DECODE], start = now();
    enum trawl_status status = container_open(stages->container, input, NULL, error);
    *seconds += now() - start;
    for (bool more = true; status == TRAWL_OK;) {
        status = container_next(stages->container, &more, error);
        if (status != TRAWL_OK || !more) break;
        status = read_text(stages, index, error);
    }
    struct trawl_error trouble;
    start = now();
    enum trawl_status closed = container_close(stages->container, &trouble);
    *seconds += now() - start;
    if (status == TRAWL_OK && closed != TRAWL_OK)
        return error_set(error, closed, "%s", trouble.message);
    return status;
}

/* ---- a pass ------------------------------------------------------------------------------------
 */

static void list_fault(void *context, enum trawl_fault_kind kind, const char *path,
                       const char *message) {
    struct trawl_error *error = context;
    if (kind == TRAWL_FAULT_UNREAD && error->status == TRAWL_OK)
        error_set(error, TRAWL_IO, "%s: %s", path, message);
}

static enum trawl_status list(const char *path, struct input_list *inputs,
                              struct trawl_error *error) {
    struct trawl_error fault = {.status = TRAWL_OK};
    enum trawl_status status = source_files.list(path, inputs, list_fault, &fault, error);
    if (status != TRAWL_OK || fault.status == TRAWL_OK) return status;
    return error_set(error, fault.status, "%s", fault.message);
}

static enum trawl_status count_shown(void *context, const struct datum *cells, struct origin origin,
                                     struct trawl_error *error) {
    uint64_t *shown = context;
    (void)cells, (void)origin, (void)error;
    ++*shown;
    return TRAWL_OK;
}

static enum trawl_status finish(struct stages *stages, struct trawl_error *error) {
    enum trawl_status status = run_batch(stages, error);
    struct row_sink sink = {count_shown, &stages->pass->shown};
    double start = now();
    if (status == TRAWL_OK) status = stages->plan->kind->finish(stages->top, &sink, error);
    stages->pass->seconds[STAGE_TOP] += now() - start;
    return status;
}

static enum trawl_status read_all(struct stages *stages, const struct input_list *inputs,
                                  struct trawl_error *error) {
    struct operator_resources resources = {stages->spill, TOP_BUDGET, &stages->cancelled,
                                           stages->notices};
    uint64_t by_layout = stages->read.tally.fast_read;
    batch_reset(&stages->lined.batch);
    batch_reset(&stages->read.batch);
    stages->top = stages->plan->kind->open(stages->plan->spec, &resources, NULL, error);
    if (!stages->top) return error_memory(error);
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; status == TRAWL_OK && i < inputs->count; i++)
        status = read_file(stages, &inputs->items[i], (uint32_t)i, error);
    if (status == TRAWL_OK) status = finish(stages, error);
    stages->plan->kind->close(stages->top);
    stages->pass->files = inputs->count;
    stages->pass->by_layout = stages->read.tally.fast_read - by_layout;
    return status;
}

enum trawl_status stages_pass(struct stages *stages, const char *path, struct pass *pass,
                              struct trawl_error *error) {
    struct input_list inputs = {0};
    *pass = (struct pass){0};
    stages->pass = pass;
    enum trawl_status status = list(path, &inputs, error);
    if (status == TRAWL_OK) status = read_all(stages, &inputs, error);
    for (size_t i = 0; i < inputs.count; i++) free(inputs.items[i].path);
    free(inputs.items);
    return status;
}
