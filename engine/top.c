#include "engine/top.h"

#include <stdlib.h>

/* Rows gathered beyond the limit before a cut, at the least: small limits do not cut at each row.
 */
#define SLACK_SMALLEST 64
#define ROWS_SMALLEST 64
/* Cells gathered beyond those of the last cut, in bytes, before a cut: rows can be long. */
#define SLACK_BYTES ((size_t)8 << 20)
/* Below this many rows a range is sorted rather than split. */
#define SPLIT_SMALLEST 32

/* A row's cells in one block: columns packed cells, then the bytes of the text cells in order. */
struct packed_cell {
    int64_t value; /* text: length in bytes; flag: 0 or 1; number: itself */
    enum trawl_cell_kind kind;
};

struct row {
    struct top_key key;
    struct packed_cell *cells; /* owned */
    size_t bytes;              /* of the block */
};

struct top {
    uint64_t limit;
    size_t columns;
    size_t cut_at;              /* rows at which to cut: about twice the limit */
    size_t bytes, cut_at_bytes; /* of cells, likewise */
    struct row *rows;
    size_t count, capacity;
    bool has_threshold;
    struct top_key threshold; /* the limit-th best of the last cut: only better rows matter */
};

/* Below 0: a comes before b. */
static int compare(const struct top_key *a, const struct top_key *b) {
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    if (a->time != b->time) return a->time > b->time ? -1 : 1;
    return origin_compare(&a->origin, &b->origin);
}

static int compare_rows(const void *a, const void *b) {
    return compare(&((const struct row *)a)->key, &((const struct row *)b)->key);
}

struct top *top_new(uint64_t limit, size_t columns) {
    struct top *top = calloc(1, sizeof *top);
    if (!top) return NULL;
    top->limit = limit;
    top->columns = columns;
    top->cut_at_bytes = SLACK_BYTES;
    uint64_t slack = limit > SLACK_SMALLEST ? limit : SLACK_SMALLEST;
    if (__builtin_add_overflow(limit, slack, &top->cut_at)) top->cut_at = SIZE_MAX;
    return top;
}

static void free_rows(struct top *top, size_t from) {
    for (size_t i = from; i < top->count; i++) {
        top->bytes -= top->rows[i].bytes;
        free(top->rows[i].cells);
    }
    top->count = from;
}

void top_free(struct top *top) {
    if (!top) return;
    free_rows(top, 0);
    free(top->rows);
    free(top);
}

/* ---- selecting ---------------------------------------------------------------------------- */

static void swap(struct row *a, struct row *b) {
    struct row row = *a;
    *a = *b;
    *b = row;
}

static struct top_key median_of_three(const struct row *rows, size_t count) {
    const struct top_key *a = &rows[0].key, *b = &rows[count / 2].key, *c = &rows[count - 1].key;
    if (compare(a, b) > 0) {
        const struct top_key *t = a;
        a = b;
        b = t;
    }
    return compare(c, a) < 0 ? *a : compare(c, b) < 0 ? *c : *b;
}

/* Brings the `keep` best rows to the front, in no order (Hoare's quickselect, split three ways so
 * that equal keys end it). An order of rows that keeps splitting badly is sorted instead (as
 * Musser's introselect does), so the whole is O(n log n) at worst. */
static void select_best(struct row *rows, size_t count, size_t keep) {
    unsigned splits = 0;
    for (size_t left = count; left; left /= 2) splits += 2;
    while (keep > 0 && keep < count) {
        if (count < SPLIT_SMALLEST || splits-- == 0) {
            qsort(rows, count, sizeof *rows, compare_rows);
            return;
        }
        struct top_key pivot = median_of_three(rows, count);
        size_t better = 0, worse = count; /* [0, better) before, [worse, count) after the pivot */
        for (size_t i = 0; i < worse;) {
            int order = compare(&rows[i].key, &pivot);
            if (order < 0)
                swap(&rows[i++], &rows[better++]);
            else if (order > 0)
                swap(&rows[i], &rows[--worse]);
            else
                i++;
        }
        if (keep <= better) {
            count = better;
        } else if (keep < worse) {
            return;
        } else {
            rows += worse;
            count -= worse;
            keep -= worse;
        }
    }
}

/* Keeps the best `limit` rows and takes the worst of them as threshold. */
static void cut(struct top *top) {
    top->cut_at_bytes = top->bytes + SLACK_BYTES;
    if (top->count <= top->limit || top->count == 0) return;
    size_t keep = (size_t)top->limit;
    select_best(top->rows, top->count, keep);
    free_rows(top, keep);
    top->cut_at_bytes = top->bytes + SLACK_BYTES;
    struct top_key worst = top->rows[0].key;
    for (size_t i = 1; i < keep; i++)
        if (compare(&top->rows[i].key, &worst) > 0) worst = top->rows[i].key;
    top->threshold = worst;
    top->has_threshold = true;
}

/* ---- adding ------------------------------------------------------------------------------- */

bool top_wants(const struct top *top, const struct top_key *key) {
    if (top->limit == 0) return false;
    return !top->has_threshold || compare(key, &top->threshold) < 0;
}

static bool reserve_rows(struct top *top, size_t more) {
    size_t need;
    if (__builtin_add_overflow(top->count, more, &need)) return false;
    if (need <= top->capacity) return true;
    size_t capacity = top->capacity < ROWS_SMALLEST ? ROWS_SMALLEST : top->capacity * 2;
    if (capacity > top->cut_at) capacity = top->cut_at;
    if (capacity < need) capacity = need;
    struct row *rows = reallocarray(top->rows, capacity, sizeof *rows);
    if (!rows) return false;
    top->rows = rows;
    top->capacity = capacity;
    return true;
}

static struct packed_cell *pack(const struct trawl_cell *cells, size_t columns, size_t *bytes) {
    size_t size;
    if (__builtin_mul_overflow(columns, sizeof(struct packed_cell), &size)) return NULL;
    for (size_t i = 0; i < columns; i++)
        if (cells[i].kind == TRAWL_TEXT && __builtin_add_overflow(size, cells[i].length, &size))
            return NULL;
    struct packed_cell *packed = malloc(size ? size : 1);
    if (!packed) return NULL;
    *bytes = size;
    char *text = (char *)(packed + columns);
    for (size_t i = 0; i < columns; i++) {
        const struct trawl_cell *cell = &cells[i];
        packed[i] = (struct packed_cell){0, cell->kind};
        switch (cell->kind) {
            case TRAWL_MISSING:
                break;
            case TRAWL_NUMBER:
                packed[i].value = cell->number;
                break;
            case TRAWL_FLAG:
                packed[i].value = cell->length == 4;
                break; /* "true" */
            case TRAWL_TEXT:
                packed[i].value = (int64_t)cell->length;
                if (cell->length) memcpy(text, cell->text, cell->length);
                text += cell->length;
                break;
        }
    }
    return packed;
}

bool top_add(struct top *top, const struct top_key *key, const struct trawl_cell *cells) {
    if (!top_wants(top, key)) return true;
    if (!reserve_rows(top, 1)) return false;
    struct row row = {.key = *key};
    row.cells = pack(cells, top->columns, &row.bytes);
    if (!row.cells) return false;
    top->rows[top->count++] = row;
    top->bytes += row.bytes;
    if (top->count >= top->cut_at || top->bytes >= top->cut_at_bytes) cut(top);
    return true;
}

bool top_merge(struct top *to, struct top *from) {
    cut(to);
    cut(from);
    if (!reserve_rows(to, from->count)) return false;
    if (from->count) memcpy(to->rows + to->count, from->rows, from->count * sizeof *from->rows);
    to->count += from->count;
    to->bytes += from->bytes;
    from->bytes = 0;
    /* `from` had as many rows as the limit allows at or above its threshold; `to` has them now. */
    if (from->has_threshold &&
        (!to->has_threshold || compare(&from->threshold, &to->threshold) < 0)) {
        to->threshold = from->threshold;
        to->has_threshold = true;
    }
    from->count = 0;
    from->has_threshold = false;
    if (to->count >= to->cut_at || to->bytes >= to->cut_at_bytes) cut(to);
    return true;
}

/* ---- reading ------------------------------------------------------------------------------ */

void top_finish(struct top *top) {
    cut(top);
    if (top->count) qsort(top->rows, top->count, sizeof *top->rows, compare_rows);
}

size_t top_count(const struct top *top) {
    return top->count;
}

const struct top_key *top_key_at(const struct top *top, size_t row) {
    return &top->rows[row].key;
}

struct trawl_cell top_cell(const struct top *top, size_t row, size_t column) {
    const struct packed_cell *cells = top->rows[row].cells;
    struct trawl_cell cell = {.kind = cells[column].kind};
    switch (cell.kind) {
        case TRAWL_MISSING:
            break;
        case TRAWL_NUMBER:
            cell.number = cells[column].value;
            break;
        case TRAWL_FLAG:
            cell.text = cells[column].value ? "true" : "false";
            cell.length = cells[column].value ? 4 : 5;
            break;
        case TRAWL_TEXT:
            cell.text = (const char *)(cells + top->columns);
            for (size_t i = 0; i < column; i++)
                if (cells[i].kind == TRAWL_TEXT) cell.text += cells[i].value;
            cell.length = (size_t)cells[column].value;
            break;
    }
    return cell;
}
