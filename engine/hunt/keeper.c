#include "engine/hunt/keeper.h"

#include <stdlib.h>

#include "engine/base/error.h"

/* What was written leaves so much room, for a batch of short values: pages that were given back
 * come again one fault at a time. */
#define ROOM_LEAST (UINT64_C(8) << 20)

/* A batch as it is kept: this, then the parts that it tells of, each at a multiple of 8 bytes:
 * offsets of the rows' origins behind the first one's, or whole origins; then of each column its
 * kept_column and what that tells of. */
struct kept_batch {
    uint64_t length; /* of all, in bytes */
    uint32_t rows;
    uint32_t whole; /* origins are not of one stream, or too far from the first one */
    struct origin first;
};

enum kept_encoding {
    KEPT_MISSING,  /* in all rows: no parts */
    KEPT_CONSTANT, /* a dictionary of one value: no codes */
    KEPT_DICTIONARY,
    KEPT_PLAIN
};

/* Parts: validity, offsets, values, codes of 16 bits (KEPT_DICTIONARY). */
struct kept_column {
    uint32_t encoding, distinct;
    uint64_t bytes; /* of values */
};

struct keeper {
    struct spill *spill;
    struct spill_file *file; /* NULL: none yet */
    uint64_t budget;
    struct buffer held; /* batches behind those of the file */
    size_t column_count;
    uint16_t *rows; /* [COLUMN_ROWS] the selected ones of the batch at hand */
    size_t row_count;
    /* of the reading */
    bool reading;
    uint64_t file_at, held_at;
    struct buffer read; /* a batch of the file */
    struct batch batch; /* whose columns point into one of the two, but for their codes */
};

struct keeper *keeper_new(struct spill *spill, uint64_t budget, size_t column_count) {
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper) return NULL;
    keeper->spill = spill;
    keeper->budget = budget;
    keeper->column_count = column_count;
    keeper->rows = calloc(COLUMN_ROWS, sizeof *keeper->rows);
    keeper->batch.columns = calloc(column_count + 1, sizeof *keeper->batch.columns);
    keeper->batch.column_count = (uint32_t)column_count;
    if (keeper->rows && keeper->batch.columns) return keeper;
    keeper_free(keeper);
    return NULL;
}

void keeper_free(struct keeper *keeper) {
    if (!keeper) return;
    for (size_t i = 0; keeper->batch.columns && i < keeper->column_count; i++)
        free(keeper->batch.columns[i].codes);
    free(keeper->batch.columns);
    free(keeper->batch.origins);
    free(keeper->rows);
    buffer_free(&keeper->held);
    buffer_free(&keeper->read);
    spill_close(keeper->file);
    free(keeper);
}

/* ---- adding ------------------------------------------------------------------------------- */

static size_t padded(size_t length) {
    return (length + 7) / 8 * 8;
}

/* Room for a part at the end; its padding is zeroed. NULL: out of memory. */
static void *add_part(struct buffer *held, size_t length) {
    if (!buffer_reserve(held, padded(length))) return NULL;
    char *part = held->data + held->length;
    memset(part + length, 0, padded(length) - length);
    held->length += padded(length);
    return part;
}

static void list_rows(struct keeper *keeper, const uint64_t *selection, size_t rows) {
    keeper->row_count = 0;
    for (size_t w = 0; w < BITMAP_WORDS(rows); w++)
        for (uint64_t word = selection[w]; word; word &= word - 1)
            keeper->rows[keeper->row_count++] = (uint16_t)(w * 64 + (size_t)__builtin_ctzll(word));
}

static bool one_stream(const struct keeper *keeper, const struct origin *origins) {
    const struct origin *first = &origins[keeper->rows[0]];
    for (size_t i = 0; i < keeper->row_count; i++) {
        const struct origin *origin = &origins[keeper->rows[i]];
        if (origin->input != first->input || origin->member != first->member ||
            origin->offset - first->offset > UINT32_MAX)
            return false;
    }
    return true;
}

static bool add_origins(struct keeper *keeper, const struct origin *origins, bool whole) {
    struct buffer *held = &keeper->held;
    if (whole) {
        struct origin *to = add_part(held, keeper->row_count * sizeof *to);
        for (size_t i = 0; to && i < keeper->row_count; i++) to[i] = origins[keeper->rows[i]];
        return to != NULL;
    }
    uint32_t *to = add_part(held, keeper->row_count * sizeof *to);
    uint64_t first = origins[keeper->rows[0]].offset;
    for (size_t i = 0; to && i < keeper->row_count; i++)
        to[i] = (uint32_t)(origins[keeper->rows[i]].offset - first);
    return to != NULL;
}

enum presence { PRESENT_NOWHERE, PRESENT_HERE_AND_THERE, PRESENT_EVERYWHERE };

/* Most columns are of one kind of records: the others have it nowhere. */
static enum presence presence_of(const uint64_t *validity, size_t rows) {
    uint64_t any = 0, all = UINT64_MAX;
    for (size_t i = 0; i < rows / 64; i++) {
        any |= validity[i];
        all &= validity[i];
    }
    if (rows % 64) {
        uint64_t last = validity[rows / 64], mask = (UINT64_C(1) << rows % 64) - 1;
        any |= last & mask;
        all &= last | ~mask;
    }
    return !any ? PRESENT_NOWHERE : all == UINT64_MAX ? PRESENT_EVERYWHERE : PRESENT_HERE_AND_THERE;
}

static void set_first(uint64_t *validity, size_t rows) {
    memset(validity, 0xff, rows / 64 * sizeof *validity);
    if (rows % 64) validity[rows / 64] = (UINT64_C(1) << rows % 64) - 1;
}

/* Of the selected rows; *any: whether one is present, else nothing may be added. */
static bool add_validity(struct keeper *keeper, const struct column *column, bool *any) {
    enum presence presence = presence_of(column->validity, column->rows);
    *any = presence != PRESENT_NOWHERE;
    if (!*any) return true;
    size_t words = BITMAP_WORDS(keeper->row_count);
    uint64_t *to = add_part(&keeper->held, words * sizeof *to), present = 0;
    if (!to) return false;
    if (presence == PRESENT_EVERYWHERE) {
        set_first(to, keeper->row_count);
    } else if (keeper->row_count == column->rows) {
        memcpy(to, column->validity, words * sizeof *to);
    } else {
        memset(to, 0, words * sizeof *to);
        for (size_t i = 0; i < keeper->row_count; i++)
            to[i / 64] |= (uint64_t)bitmap_get(column->validity, keeper->rows[i]) << (i % 64);
    }
    for (size_t i = 0; i < words; i++) present |= to[i];
    *any = present != 0;
    return true;
}

static bool add_bytes(struct buffer *held, const void *bytes, size_t length) {
    void *to = add_part(held, length);
    if (to) memcpy(to, bytes, length);
    return to != NULL;
}

static bool add_dictionary(struct keeper *keeper, const struct column *column) {
    struct buffer *held = &keeper->held;
    if (!add_bytes(held, column->offsets, (column->distinct + 1) * sizeof *column->offsets) ||
        !add_bytes(held, column->arena.data, column->arena.length))
        return false;
    if (column->distinct == 1) return true;
    uint16_t *codes = add_part(held, keeper->row_count * sizeof *codes);
    for (size_t i = 0; codes && i < keeper->row_count; i++)
        codes[i] = (uint16_t)column->codes[keeper->rows[i]];
    return codes != NULL;
}

/* *bytes: of the values. */
static bool add_plain(struct keeper *keeper, const struct column *column, uint64_t *bytes) {
    struct buffer *held = &keeper->held;
    uint32_t *offsets = add_part(held, (keeper->row_count + 1) * sizeof *offsets);
    if (!offsets) return false;
    offsets[0] = 0;
    for (size_t i = 0; i < keeper->row_count; i++) {
        uint32_t row = keeper->rows[i];
        offsets[i + 1] = offsets[i] + column->offsets[row + 1] - column->offsets[row];
    }
    *bytes = offsets[keeper->row_count];
    char *to = add_part(held, *bytes);
    /* Rows that follow each other are copied as one. */
    for (size_t i = 0; to && i < keeper->row_count;) {
        size_t end = i + 1;
        while (end < keeper->row_count && keeper->rows[end] == keeper->rows[end - 1] + 1) end++;
        uint32_t from = column->offsets[keeper->rows[i]];
        size_t length = column->offsets[keeper->rows[end - 1] + 1] - from;
        memcpy(to, column->arena.data + from, length);
        to += length;
        i = end;
    }
    return to != NULL;
}

static bool add_column(struct keeper *keeper, const struct column *column) {
    struct buffer *held = &keeper->held;
    size_t start = held->length;
    struct kept_column head = {.encoding = KEPT_MISSING};
    bool any;
    if (!add_part(held, sizeof head)) return false;
    size_t parts = held->length;
    if (!add_validity(keeper, column, &any)) return false;
    if (!any) {
        held->length = parts;
    } else if (column->encoding == COLUMN_DICTIONARY) {
        head = (struct kept_column){column->distinct == 1 ? KEPT_CONSTANT : KEPT_DICTIONARY,
                                    column->distinct, column->arena.length};
        if (!add_dictionary(keeper, column)) return false;
    } else {
        head = (struct kept_column){KEPT_PLAIN, (uint32_t)keeper->row_count, 0};
        if (!add_plain(keeper, column, &head.bytes)) return false;
    }
    memcpy(held->data + start, &head, sizeof head);
    return true;
}

static enum trawl_status make_room(struct keeper *keeper, struct trawl_error *error) {
    struct buffer *held = &keeper->held;
    if (held->length <= keeper->budget) return TRAWL_OK;
    if (!keeper->file && !(keeper->file = spill_create(keeper->spill, error)))
        return error ? error->status : TRAWL_IO;
    enum trawl_status status = spill_write(keeper->file, held->data, held->length, error);
    buffer_clear(held, keeper->budget > ROOM_LEAST ? keeper->budget : ROOM_LEAST);
    return status;
}

enum trawl_status keeper_add(struct keeper *keeper, const struct batch *batch,
                             const uint32_t *columns, const uint64_t *selection,
                             struct trawl_error *error) {
    struct buffer *held = &keeper->held;
    size_t start = held->length;
    list_rows(keeper, selection, batch->rows);
    struct kept_batch head = {.rows = (uint32_t)keeper->row_count,
                              .whole = !one_stream(keeper, batch->origins),
                              .first = batch->origins[keeper->rows[0]]};
    bool good = add_part(held, sizeof head) && add_origins(keeper, batch->origins, head.whole);
    for (size_t i = 0; good && i < keeper->column_count; i++)
        good = add_column(keeper, &batch->columns[columns[i]]);
    if (!good) {
        held->length = start;
        held->failed = false;
        return error_memory(error);
    }
    head.length = held->length - start;
    memcpy(held->data + start, &head, sizeof head);
    return make_room(keeper, error);
}

uint64_t keeper_bytes(const struct keeper *keeper) {
    return keeper->held.length + (keeper->file ? spill_size(keeper->file) : 0);
}

/* ---- having them again -------------------------------------------------------------------- */

static const char *take_part(const char **at, size_t length) {
    const char *part = *at;
    *at += padded(length);
    return part;
}

static bool take_origins(struct batch *batch, const struct kept_batch *head, const char **at) {
    if (!batch->origins) batch->origins = malloc(COLUMN_ROWS * sizeof *batch->origins);
    if (!batch->origins) return false;
    if (head->whole) {
        size_t length = head->rows * sizeof *batch->origins;
        memcpy(batch->origins, take_part(at, length), length);
        return true;
    }
    const uint32_t *offsets = (const uint32_t *)take_part(at, head->rows * sizeof *offsets);
    for (uint32_t i = 0; i < head->rows; i++) {
        batch->origins[i] = head->first;
        batch->origins[i].offset += offsets[i];
    }
    return true;
}

static void take_codes(struct column *column, const struct kept_column *head, const char **at) {
    if (head->encoding == KEPT_CONSTANT) {
        memset(column->codes, 0, column->rows * sizeof *column->codes);
        return;
    }
    const uint16_t *codes = (const uint16_t *)take_part(at, column->rows * sizeof *codes);
    for (uint32_t i = 0; i < column->rows; i++) column->codes[i] = codes[i];
}

/* The column's arrays are never changed: it is only read. */
static bool take_column(struct column *column, uint32_t rows, const char **at) {
    static const uint64_t none[BITMAP_WORDS(COLUMN_ROWS)];
    static const uint32_t zero;
    struct kept_column head;
    memcpy(&head, take_part(at, sizeof head), sizeof head);
    if (!column->codes) column->codes = calloc(COLUMN_ROWS, sizeof *column->codes);
    if (!column->codes) return false;
    column->rows = rows;
    column->encoding = head.encoding == KEPT_PLAIN ? COLUMN_PLAIN : COLUMN_DICTIONARY;
    column->distinct = head.distinct;
    column->validity = (uint64_t *)none;
    column->offsets = (uint32_t *)&zero;
    column->arena = (struct buffer){.data = (char *)""};
    if (head.encoding == KEPT_MISSING) {
        memset(column->codes, 0, rows * sizeof *column->codes);
        return true;
    }
    size_t words = BITMAP_WORDS(rows);
    column->validity = (uint64_t *)take_part(at, words * sizeof *column->validity);
    column->offsets = (uint32_t *)take_part(at, (head.distinct + 1) * sizeof *column->offsets);
    column->arena.data = (char *)take_part(at, head.bytes);
    column->arena.length = head.bytes;
    if (head.encoding != KEPT_PLAIN) take_codes(column, &head, at);
    return true;
}

static bool take_batch(struct keeper *keeper, const char *at) {
    struct kept_batch head;
    memcpy(&head, take_part(&at, sizeof head), sizeof head);
    keeper->batch.rows = head.rows;
    if (!take_origins(&keeper->batch, &head, &at)) return false;
    for (size_t i = 0; i < keeper->column_count; i++)
        if (!take_column(&keeper->batch.columns[i], head.rows, &at)) return false;
    return true;
}

/* The next batch of the file. */
static enum trawl_status read_batch(struct keeper *keeper, struct trawl_error *error) {
    struct kept_batch head;
    enum trawl_status status = spill_read(keeper->file, keeper->file_at, &head, sizeof head, error);
    if (status != TRAWL_OK) return status;
    keeper->read.length = 0;
    if (!buffer_reserve(&keeper->read, head.length)) return error_memory(error);
    status = spill_read(keeper->file, keeper->file_at, keeper->read.data, head.length, error);
    keeper->file_at += head.length;
    return status;
}

const struct batch *keeper_next(struct keeper *keeper, enum trawl_status *status,
                                struct trawl_error *error) {
    *status = TRAWL_OK;
    if (!keeper->reading && keeper->file) *status = spill_flush(keeper->file, error);
    keeper->reading = true;
    if (*status != TRAWL_OK) return NULL;
    const char *at;
    if (keeper->file && keeper->file_at < spill_size(keeper->file)) {
        *status = read_batch(keeper, error);
        at = keeper->read.data;
    } else if (keeper->held_at < keeper->held.length) {
        struct kept_batch head;
        at = keeper->held.data + keeper->held_at;
        memcpy(&head, at, sizeof head);
        keeper->held_at += head.length;
    } else {
        return NULL;
    }
    if (*status == TRAWL_OK && !take_batch(keeper, at)) *status = error_memory(error);
    return *status == TRAWL_OK ? &keeper->batch : NULL;
}
