#include <string.h>

#include "tests/twin/record.h"
#include "tests/twin/text.h"

struct taker {
    struct pool *arena;
    void (*take)(void *context, const struct tree *record);
    void *context;
};

static void take_element(const struct taker *t, const struct tree *value) {
    t->take(t->context, value->kind == TREE_OBJECT ? value : NULL);
}

/* {"tables":[{"columns":[{"name":..}],"rows":[[..]]}]}: each row as an object. */
static void take_tables(const struct taker *t, const struct tree *tables) {
    for (size_t i = 0; i < tables->count; i++) {
        const struct tree *columns = tree_get(tables->items[i], BYTES("columns"));
        const struct tree *rows = tree_get(tables->items[i], BYTES("rows"));
        if (!columns || !rows) continue;
        for (size_t row = 0; row < rows->count; row++) {
            const struct tree *cells = rows->items[row];
            if (cells->kind != TREE_ARRAY) {
                t->take(t->context, NULL);
                continue;
            }
            struct tree *record = pool_take(t->arena, sizeof *record);
            size_t count = cells->count < columns->count ? cells->count : columns->count;
            *record = (struct tree){.kind = TREE_OBJECT, .items = cells->items, .count = count};
            record->keys = pool_take(t->arena, count * sizeof *record->keys);
            for (size_t c = 0; c < count; c++) {
                const struct tree *name = tree_get(columns->items[c], BYTES("name"));
                record->keys[c] = name ? name->text : BYTES("");
            }
            t->take(t->context, record);
        }
    }
}

/* A top-level value: a record, or a list or envelope of records. */
static void take_value(const struct taker *t, const struct tree *value) {
    if (value->kind == TREE_ARRAY) {
        for (size_t i = 0; i < value->count; i++) take_value(t, value->items[i]);
        return;
    }
    static const char *const envelopes[] = {"records", "Records", "value"};
    for (size_t e = 0; e < sizeof envelopes / sizeof *envelopes; e++) {
        const struct tree *list =
            tree_get(value, (struct bytes){envelopes[e], strlen(envelopes[e])});
        if (!list || list->kind != TREE_ARRAY) continue;
        for (size_t i = 0; i < list->count; i++) take_element(t, list->items[i]);
        return;
    }
    const struct tree *tables = tree_get(value, BYTES("tables"));
    if (tables && tables->kind == TREE_ARRAY) {
        take_tables(t, tables);
        return;
    }
    take_element(t, value);
}

/* White space, NUL padding, byte order marks and (between values) commas from text[at] on. */
static size_t padding(struct bytes text, size_t at, bool commas) {
    while (at < text.length) {
        char c = text.data[at];
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || (commas && c == ',')) {
            at++;
        } else if (bytes_start_with((struct bytes){text.data + at, text.length - at},
                                    BYTES("\xef\xbb\xbf"))) {
            at += 3;
        } else {
            break;
        }
    }
    return at;
}

static size_t line_end(struct bytes text, size_t at) {
    const char *newline = memchr(text.data + at, '\n', text.length - at);
    return newline ? (size_t)(newline - text.data) : text.length;
}

/* The line at *at without padding around it; moves on to the next. */
static struct bytes next_line(struct bytes text, size_t *at) {
    size_t end = line_end(text, *at);
    struct bytes line = {text.data + *at, end - *at};
    *at = end < text.length ? end + 1 : end;
    size_t start = padding(line, 0, false);
    line = (struct bytes){line.data + start, line.length - start};
    while (line.length > 0 && (line.data[line.length - 1] == '\0')) line.length--;
    return line;
}

static size_t count_good_lines(struct bytes text, size_t *bad) {
    size_t good = 0;
    *bad = 0;
    for (size_t at = 0; at < text.length;) {
        struct pool arena = {0};
        struct bytes line = next_line(text, &at);
        if (line.length > 0) {
            if (tree_parse(&arena, line)) {
                good++;
            } else {
                ++*bad;
            }
        }
        pool_free(&arena);
    }
    return good;
}

static void take_lines(const struct taker *t, struct bytes text) {
    for (size_t at = 0; at < text.length;) {
        struct bytes line = next_line(text, &at);
        if (line.length == 0) continue;
        const struct tree *value = tree_parse(t->arena, line);
        if (value) {
            take_value(t, value);
        } else {
            t->take(t->context, NULL);
        }
    }
}

static void take_stream(const struct taker *t, struct bytes text) {
    size_t at = padding(text, 0, true);
    while (at < text.length) {
        const struct tree *value = tree_parse_at(t->arena, text, &at);
        if (!value) {
            t->take(t->context, NULL);
            return;
        }
        take_value(t, value);
        at = padding(text, at, true);
    }
}

static bool same_row(const struct bytes *a, size_t a_count, const struct bytes *b, size_t b_count) {
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++) {
        if (!bytes_equal(a[i], b[i])) return false;
    }
    return true;
}

/* Of columns of the same name the last cell that is not empty counts. */
static void take_csv(const struct taker *t, struct bytes text) {
    struct bytes *header, *cells;
    size_t columns, count, at = 0;
    if (!twin_csv_row(t->arena, text, &at, &header, &columns)) return;
    while (twin_csv_row(t->arena, text, &at, &cells, &count)) {
        if (count == 0 || same_row(header, columns, cells, count)) continue;
        struct tree *record = pool_take(t->arena, sizeof *record);
        *record = (struct tree){.kind = TREE_OBJECT};
        record->keys = pool_take(t->arena, columns * sizeof *record->keys);
        record->items = pool_take(t->arena, columns * sizeof *record->items);
        for (size_t c = 0; c < count && c < columns; c++) {
            if (cells[c].length == 0) continue;
            size_t place = 0;
            while (place < record->count && !bytes_equal(record->keys[place], header[c])) place++;
            struct tree *cell = pool_take(t->arena, sizeof *cell);
            *cell = (struct tree){.kind = TREE_TEXT, .text = cells[c]};
            record->keys[place] = header[c];
            record->items[place] = cell;
            if (place == record->count) record->count++;
        }
        t->take(t->context, record);
    }
}

void twin_records(struct pool *arena, struct bytes raw,
                  void (*take)(void *context, const struct tree *record), void *context) {
    struct taker t = {arena, take, context};
    struct bytes text = text_decode(arena, raw);
    size_t start = padding(text, 0, false), bad;
    if (start == text.length) return;
    bool comma = memchr(text.data, ',', line_end(text, 0)) != NULL;
    if (text.data[start] != '{' && text.data[start] != '[' && comma) {
        take_csv(&t, text);
        return;
    }
    size_t good = count_good_lines(text, &bad);
    if (bad > 0 && bad >= good) {
        take_stream(&t, text);
    } else {
        take_lines(&t, text);
    }
}
