#include "engine/operator/sortkey.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/time.h"

/* A text of a literal, which may hold NUL. */
#define BYTES(literal) ((struct datum){DATUM_TEXT, {literal, sizeof(literal) - 1}, 0})
#define NUMBER(value) ((struct datum){.kind = DATUM_NUMBER, .number = (value)})
#define MISSING ((struct datum){.kind = DATUM_MISSING})

static struct text encoded(struct buffer *out, struct datum value, enum sort_type type,
                           bool descending) {
    buffer_clear(out, SIZE_MAX);
    sortkey_value(out, &value, type, descending);
    cr_assert(!out->failed);
    return (struct text){out->data, out->length};
}

/* The order of two encodings, none of which may be a prefix of the other. */
static int order_of(struct text a, struct text b) {
    size_t least = a.length < b.length ? a.length : b.length;
    int order = memcmp(a.data, b.data, least);
    if (order == 0) cr_assert_eq(a.length, b.length, "one is a prefix of the other");
    return (order > 0) - (order < 0);
}

static int compare(struct datum a, struct datum b, enum sort_type type, bool descending) {
    struct buffer left = {0}, right = {0};
    int order = order_of(encoded(&left, a, type, descending), encoded(&right, b, type, descending));
    buffer_free(&left);
    buffer_free(&right);
    return order;
}

/* values[i] belongs to class rank[i]: what is of one class is equal, classes ascend. Numbers are
 * below `texts`, the last class is missing. */
static void assert_ascending(const struct datum *values, const int *rank, size_t count, int texts,
                             enum sort_type type) {
    int missing = rank[count - 1];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int order = (rank[i] > rank[j]) - (rank[i] < rank[j]);
            cr_expect_eq(compare(values[i], values[j], type, false), order, "%zu, %zu", i, j);
            bool same_kind =
                (rank[i] < texts) == (rank[j] < texts) && rank[i] != missing && rank[j] != missing;
            cr_expect_eq(compare(values[i], values[j], type, true), same_kind ? -order : order,
                         "%zu, %zu descending", i, j);
        }
}

Test(sortkey, numbers_then_texts_then_missing) {
    const struct datum values[] = {
        NUMBER(-1e300),    BYTES("-12"),  NUMBER(-1.5),      NUMBER(-5e-324), NUMBER(0),
        NUMBER(-0.0),      BYTES("0"),    BYTES("-0"),       NUMBER(5e-324),  BYTES("1e0"),
        NUMBER(1),         BYTES("9"),    BYTES("10"),       BYTES("10.0"),   NUMBER(1e300),
        BYTES(""),         BYTES("\0"),   BYTES("\0\0"),     BYTES("\0\1"),   BYTES("0x10"),
        BYTES("a"),        BYTES("a\0"),  BYTES("a\0b"),     BYTES("aa"),     BYTES("b"),
        BYTES("\xc3\xa9"), BYTES("\xff"), BYTES("\xff\xff"), MISSING,
    };
    const int rank[] = {0,  1,  2,  3,  4,  4,  4,  4,  5,  6,  6,  7,  8,  8, 9,
                        10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
    assert_ascending(values, rank, sizeof rank / sizeof *rank, 10, SORT_AUTO);
}

Test(sortkey, texts_are_ordered_by_bytes) {
    const struct datum values[] = {BYTES(""),  BYTES("-1"),  NUMBER(1), BYTES("1"),
                                   NUMBER(10), BYTES("1e1"), NUMBER(9), MISSING};
    const int rank[] = {0, 1, 2, 2, 3, 4, 5, 6};
    assert_ascending(values, rank, sizeof rank / sizeof *rank, 0, SORT_TEXT);
}

Test(sortkey, hexadecimal_texts_of_any_length) {
    const struct datum values[] = {
        BYTES("0"),
        BYTES("0x0"),
        BYTES("000"),
        BYTES("9"),
        BYTES("a"),
        BYTES("0XA"),
        BYTES("0x00a"),
        NUMBER(10),
        BYTES("0x10"),
        BYTES("FF"),
        BYTES("ff"),
        BYTES("ffffffffffffffff"),
        BYTES("10000000000000000"),
        BYTES("0x10000000000000001"),
        BYTES(""),
        BYTES("-1"),
        BYTES("0x"),
        BYTES("fg"),
        MISSING,
    };
    const int rank[] = {0, 0, 0, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    assert_ascending(values, rank, sizeof rank / sizeof *rank, 8, SORT_HEX);
}

static struct datum random_value(char *room) {
    switch (rand() % 4) {
        case 0:
            return MISSING;
        case 1:
            return NUMBER(ldexp((double)(rand() % 200 - 100), rand() % 40 - 20));
        default: {
            size_t length = (size_t)rand() % 5;
            for (size_t i = 0; i < length; i++) room[i] = "\0\1a\xfe\xff"[rand() % 5];
            return datum_text((struct text){room, length});
        }
    }
}

/* Keys of two values compare as the first ones do, and where these are equal as the second. */
Test(sortkey, encodings_may_be_put_end_to_end) {
    srand(7);
    for (int round = 0; round < 20000; round++) {
        char rooms[4][8];
        struct datum values[4];
        for (int i = 0; i < 4; i++) values[i] = random_value(rooms[i]);
        bool first = rand() % 2, second = rand() % 2;
        struct buffer left = {0}, right = {0};
        sortkey_value(&left, &values[0], SORT_AUTO, first);
        sortkey_value(&left, &values[1], SORT_AUTO, second);
        sortkey_value(&right, &values[2], SORT_AUTO, first);
        sortkey_value(&right, &values[3], SORT_AUTO, second);
        int expected = compare(values[0], values[2], SORT_AUTO, first);
        if (expected == 0) expected = compare(values[1], values[3], SORT_AUTO, second);
        cr_assert_eq(order_of((struct text){left.data, left.length},
                              (struct text){right.data, right.length}),
                     expected);
        buffer_free(&left);
        buffer_free(&right);
    }
}

static int compare_times(int64_t a, int64_t b, bool descending) {
    struct buffer left = {0}, right = {0};
    sortkey_time(&left, a, descending);
    sortkey_time(&right, b, descending);
    int order =
        order_of((struct text){left.data, left.length}, (struct text){right.data, right.length});
    buffer_free(&left);
    buffer_free(&right);
    return order;
}

Test(sortkey, times_and_where_none_stands) {
    static const int64_t times[] = {INT64_MIN + 2, -1, 0, 1, INT64_MAX - 1};
    size_t count = sizeof times / sizeof *times;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int order = (i > j) - (i < j);
            cr_expect_eq(compare_times(times[i], times[j], false), order);
            cr_expect_eq(compare_times(times[i], times[j], true), -order);
        }
        cr_expect_eq(compare_times(TIME_NONE, times[i], false), 1);
        cr_expect_eq(compare_times(TIME_NONE, times[i], true), 1);
    }
    /* The clamped ones: see time.h. */
    cr_expect_eq(compare_times(INT64_MIN, TIME_NONE, true), 1);
    cr_expect_eq(compare_times(INT64_MIN, times[0], false), -1);
}

Test(sortkey, origins_are_ordered_and_read_back) {
    static const struct origin origins[] = {
        {0, 0, 0},   {0, 0, 255},        {0, 0, 256}, {0, 0, UINT64_MAX}, {0, 1, 0},
        {0, 256, 0}, {0, UINT32_MAX, 7}, {1, 0, 0},   {UINT32_MAX, 0, 0},
    };
    size_t count = sizeof origins / sizeof *origins;
    for (size_t i = 0; i < count; i++) {
        struct buffer left = {0}, right = {0};
        sortkey_origin(&left, origins[i]);
        cr_assert_eq(left.length, SORTKEY_ORIGIN);
        struct origin read = sortkey_origin_read(left.data);
        cr_expect_eq(origin_compare(&read, &origins[i]), 0);
        if (i + 1 < count) {
            sortkey_origin(&right, origins[i + 1]);
            cr_expect_lt(memcmp(left.data, right.data, SORTKEY_ORIGIN), 0);
        }
        buffer_free(&left);
        buffer_free(&right);
    }
}

/* ---- rows --------------------------------------------------------------------------------- */

static const struct datum cells[] = {
    BYTES("one"), MISSING, NUMBER(-2.5), BYTES(""), NUMBER(0), BYTES("a\0b\xff"), MISSING,
};
#define CELLS (sizeof cells / sizeof *cells)

static void assert_same(struct datum a, struct datum b) {
    cr_assert_eq(a.kind, b.kind);
    if (a.kind == DATUM_TEXT) cr_assert(text_equal(a.text, b.text));
    if (a.kind == DATUM_NUMBER) cr_assert_eq(a.number, b.number);
}

Test(sortkey, rows_are_read_back) {
    struct buffer row = {0};
    row_encode(&row, cells, CELLS);
    char long_text[1000];
    memset(long_text, 'x', sizeof long_text);
    struct datum last = datum_text((struct text){long_text, sizeof long_text});
    row_encode(&row, &last, 1);
    struct datum read[CELLS + 1];
    struct text bytes = {row.data, row.length};
    cr_assert(row_decode(bytes, read, CELLS + 1));
    for (size_t i = 0; i < CELLS; i++) {
        assert_same(read[i], cells[i]);
        assert_same(row_cell(bytes, i), cells[i]);
    }
    assert_same(read[CELLS], last);
    assert_same(row_cell(bytes, CELLS), last);
    assert_same(row_cell(bytes, CELLS + 1), MISSING);
    cr_expect(!row_decode(bytes, read, CELLS));
    struct datum more[CELLS + 2];
    cr_expect(!row_decode(bytes, more, CELLS + 2));
    cr_expect(row_decode((struct text){NULL, 0}, NULL, 0));
    buffer_free(&row);
}

/* Each cut, each changed byte: refused, or other cells that lie within the bytes. The block has no
 * byte more than the row, so that a sanitizer sees a step beyond. */
Test(sortkey, a_damaged_row_is_refused_or_stays_within) {
    struct buffer row = {0};
    row_encode(&row, cells, CELLS);
    struct datum read[CELLS];
    for (size_t cut = 0; cut < row.length; cut++) {
        char *copy = malloc(cut + 1);
        memcpy(copy, row.data, cut);
        cr_expect(!row_decode((struct text){copy, cut}, read, CELLS));
        free(copy);
    }
    for (size_t at = 0; at < row.length * 256; at++) {
        char *copy = malloc(row.length);
        memcpy(copy, row.data, row.length);
        copy[at / 256] = (char)(at % 256);
        bool good = row_decode((struct text){copy, row.length}, read, CELLS);
        for (size_t i = 0; good && i < CELLS; i++) {
            if (read[i].kind == DATUM_NUMBER) cr_expect(isfinite(read[i].number));
            if (read[i].kind != DATUM_TEXT) continue;
            cr_expect_geq(read[i].text.data, copy);
            cr_expect_leq(read[i].text.data + read[i].text.length, copy + row.length);
        }
        free(copy);
    }
    buffer_free(&row);
}
