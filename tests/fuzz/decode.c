/* decode.c - records to rows. The first byte says what the rest is: a record, an element of an
 * envelope, a CSV header and rows (lines of cells between |), or the header and rows of a tables
 * response (a line of names between |, then lines).
 *
 * Holds: the batch keeps its invariants; a row is there exactly when the outcome says so; every ISA
 * level gives the same rows; a record that is accepted when validated gives the same row lazily;
 * every row has its own text; a whole array is one, from bracket to bracket. */
#include "formats/decode.h"

#include <stdlib.h>

#include "formats/json/cursor.h"

enum { RECORD_TEXT, ARRAY, LIST }; /* of fields */
static const char *const fields[] = {"@rawstring",
                                     "a[]",
                                     "riskEventTypes_v2[]",
                                     "event_source",
                                     "event_type",
                                     "result_type",
                                     "timestamp",
                                     "userPrincipalName",
                                     "ipAddress",
                                     "riskState",
                                     "accessKeyId",
                                     "appId",
                                     "a.b",
                                     "riskEventTypes_v2",
                                     "authenticationRequirement",
                                     "a",
                                     "#a",
                                     "a[0]",
                                     "a[1].b",
                                     "a[0][1]",
                                     "Vendor.a.b[1]",
                                     "riskEventTypes_v2[1]"};
#define FIELDS (sizeof fields / sizeof fields[0])
#define CELLS_MOST 64

enum form { RECORD, ELEMENT, CSV, TABLE, FORMS };

static void require(bool condition) {
    if (!condition) abort();
}

struct run {
    uint64_t line; /* lines read: the origin of rows, by which two runs are compared */
    struct decoder *decoder;
    struct batch batch;
    struct tally tally;
};

/* Runs are made once: a decoder and its batch carry nothing from one input to the next. */
static struct run *run_for(enum isa isa, bool validate) {
    static struct run runs[ISA_COUNT][2];
    static struct program_field named[FIELDS];
    for (size_t i = 0; i < FIELDS; i++) named[i].name = (char *)fields[i];
    struct program program = {.fields = named, .field_count = FIELDS};
    struct run *run = &runs[isa][validate];
    if (!run->decoder) {
        struct reader_config config = {.program = &program, .isa = isa, .validate = validate};
        run->decoder = decoder_new(&config, NULL);
        require(run->decoder && batch_init(&run->batch, FIELDS) &&
                tally_init(&run->tally, &program));
    }
    batch_reset(&run->batch);
    require(decode_header(run->decoder, NULL, 0));
    run->line = 0;
    return run;
}

/* Memory of its own, so that reading past the padding is seen. */
static char *padded(struct text text) {
    char *copy = malloc(text.length + TEXT_PADDING);
    require(copy != NULL);
    if (text.length) memcpy(copy, text.data, text.length);
    memset(copy + text.length, '}', TEXT_PADDING);
    return copy;
}

static size_t split(struct text text, struct text *cells) {
    size_t count = 0;
    const char *at = text.data, *end = text.data + text.length;
    while (count < CELLS_MOST) {
        const char *bar = at == end ? NULL : memchr(at, '|', (size_t)(end - at));
        cells[count++] = (struct text){at, (size_t)((bar ? bar : end) - at)};
        if (!bar) break;
        at = bar + 1;
    }
    return count;
}

/* One line of the input, which for tables starts with the header. */
static void decode_line(struct run *run, enum form form, struct text line, bool header) {
    struct text cells[CELLS_MOST];
    struct origin origin = {0, 0, run->line++};
    uint32_t rows = run->batch.rows;
    enum decode_outcome outcome = DECODE_MALFORMED;
    char *copy = padded(line);
    struct text text = {copy, line.length};
    if (header) {
        size_t count = split(text, cells);
        require(decode_header(run->decoder, cells, count));
        free(copy);
        return;
    }
    if (form == CSV) {
        size_t count = split(text, cells);
        outcome = decode_cells(run->decoder, cells, count, origin, &run->batch, &run->tally);
        require(outcome == DECODE_ROW || outcome == DECODE_REPAIRED || outcome == DECODE_MALFORMED);
    } else if (form == TABLE) {
        outcome = decode_table_row(run->decoder, text, origin, &run->batch, &run->tally);
    } else {
        outcome =
            decode_record(run->decoder, text, form == ELEMENT, origin, &run->batch, &run->tally);
        require(form != ELEMENT || outcome != DECODE_ENVELOPE);
    }
    free(copy);
    /* Columns without a value lag behind, up to batch_complete. */
    for (size_t i = 0; i < FIELDS; i++) require(run->batch.columns[i].rows <= run->batch.rows);
    require(run->batch.rows == rows + (outcome == DECODE_ROW || outcome == DECODE_REPAIRED));
    require(outcome != DECODE_NO_MEMORY);
}

static void decode_all(struct run *run, enum form form, struct text input) {
    bool header = form == CSV || form == TABLE;
    for (int lines = 0; lines < 100; lines++) {
        const char *newline = input.length ? memchr(input.data, '\n', input.length) : NULL;
        size_t length = newline ? (size_t)(newline - input.data) : input.length;
        decode_line(run, form, (struct text){input.data, length}, header);
        header = false;
        if (!newline) break;
        input.data += length + 1;
        input.length -= length + 1;
    }
    require(batch_complete(&run->batch));
}

static void require_array(const struct column *column, uint32_t row) {
    if (!column_present(column, row)) return;
    struct json_cursor cursor = json_cursor_of(column_value(column, row), NULL);
    struct json_value value;
    require(json_take_value(&cursor, &value) && value.type == JSON_ARRAY);
    require(cursor.at == cursor.end && value.raw.length == column_value(column, row).length);
}

static void require_equal(const struct batch *a, uint32_t row_a, const struct batch *b,
                          uint32_t row_b) {
    for (size_t i = 0; i < FIELDS; i++) {
        require(column_present(&a->columns[i], row_a) == column_present(&b->columns[i], row_b));
        require(
            text_equal(column_value(&a->columns[i], row_a), column_value(&b->columns[i], row_b)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    enum form form = data[0] % FORMS;
    struct text input = {(const char *)data + 1, size - 1};
    struct run *lazy = run_for(ISA_WESTMERE, false);
    decode_all(lazy, form, input);
    const char *why; /* once: it looks at every bit of every column */
    require(batch_validate(&lazy->batch, &why));
    for (uint32_t row = 0; row < lazy->batch.rows; row++) {
        require(column_present(&lazy->batch.columns[RECORD_TEXT], row));
        require_array(&lazy->batch.columns[ARRAY], row);
        require_array(&lazy->batch.columns[LIST], row);
    }
    for (enum isa isa = ISA_HASWELL, best = isa_best(); isa <= best; isa++) {
        struct run *other = run_for(isa, false);
        decode_all(other, form, input);
        require(other->batch.rows == lazy->batch.rows);
        for (uint32_t row = 0; row < lazy->batch.rows; row++)
            require_equal(&lazy->batch, row, &other->batch, row);
    }
    /* Validation may only take rows away. */
    struct run *strict = run_for(isa_best(), true);
    decode_all(strict, form, input);
    uint32_t row = 0;
    for (uint32_t i = 0; i < lazy->batch.rows && row < strict->batch.rows; i++) {
        if (lazy->batch.origins[i].offset == strict->batch.origins[row].offset)
            require_equal(&lazy->batch, i, &strict->batch, row++);
    }
    require(row == strict->batch.rows);
    return 0;
}
