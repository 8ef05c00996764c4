/* Members packed by zlib and ISA-L, against what was packed; damaged ones, against ISA-L. */
#include "formats/container/inflate.h"

#include <criterion/criterion.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

#include "tests/unit/packing.h"

enum { ROOM = 32 << 10, TRAILER = 8 };

/* Into memory of just the size that may be written, out of memory of just that which may be read.
 */
static bool inflate(struct text data, struct buffer *to, size_t *used) {
    static struct inflate_tables *tables;
    if (!tables) tables = inflate_tables_new();
    unsigned char *in = malloc(data.length + INFLATE_AHEAD), *out = malloc(ROOM);
    memcpy(in, data.data, data.length);
    memset(in + data.length, 0xFF, INFLATE_AHEAD);
    size_t made;
    bool good = inflate_small(tables, in, data.length, out, ROOM, used, &made);
    to->length = 0;
    if (good) buffer_append(to, out, made);
    free(in);
    free(out);
    return good;
}

/* The deflate data and the trailer of a member that ends the buffer. */
static struct text body_of(const struct buffer *packed) {
    const size_t header = 10;
    cr_assert_eq(packed->data[3], 0, "no name, nothing else");
    return (struct text){packed->data + header, packed->length - header};
}

static void expect_inflated(struct text text) {
    struct buffer packed = {0}, out = {0};
    size_t used = 0;
    for (int way = 0; way < 2; way++) {
        if (way == 1 && text.length < 100) break; /* ISA-L would store it */
        packed.length = 0;
        if (way == 0) add_filtered(&packed, text, ARCHIVE_FILTER_GZIP);
        if (way == 1) add_gzip(&packed, text);
        struct text body = body_of(&packed);
        cr_assert(inflate(body, &out, &used), "way %d, %zu bytes", way, text.length);
        cr_expect_eq(used, body.length - TRAILER);
        cr_expect(text_equal(span(&out), text), "way %d", way);
        for (size_t cut = 1; cut <= body.length; cut += 1 + cut / 50)
            cr_expect_not(inflate((struct text){body.data, body.length - cut}, &out, &used),
                          "way %d, %zu bytes, %zu cut off", way, text.length, cut);
    }
    buffer_free(&packed);
    buffer_free(&out);
}

Test(inflate, what_was_packed) {
    struct buffer text = {0};
    add_lines(&text, 100);
    cr_assert_lt(text.length, ROOM - INFLATE_MARGIN);
    expect_inflated(span(&text));
    expect_inflated((struct text){text.data, 1000});
    expect_inflated((struct text){text.data, 20});
    expect_inflated((struct text){text.data, 1});
    /* Copies from every distance up to some hundreds, of every length. */
    text.length = 0;
    for (unsigned distance = 1; distance < 300; distance += 1 + distance / 8) {
        size_t from = text.length;
        for (unsigned i = 0; i < distance; i++)
            buffer_append_char(&text, (char)(unsigned char)(rand() % 200));
        for (unsigned length = distance % 60; length > 0; length--)
            buffer_append_char(&text, text.data[from++]);
    }
    expect_inflated(span(&text));
    text.length = 0;
    for (unsigned i = 0; i < 20000; i++)
        buffer_append_char(&text, "aaaaaaab"[i % 7000 == 0 ? 7 : 0]);
    expect_inflated(span(&text));
    /* Long codes: each byte is half as frequent as the one before. */
    text.length = 0;
    for (unsigned i = 0; i < 30000; i++)
        buffer_append_char(&text, (char)('A' + __builtin_ctz((unsigned)rand() | 1u << 18)));
    expect_inflated(span(&text));
    buffer_free(&text);
}

/* Given up, so that the decoder of streams takes it. */
Test(inflate, what_is_not_small) {
    struct buffer text = {0}, packed = {0}, out = {0};
    size_t used;
    add_lines(&text, 1000);
    for (int longer = 0; longer < 2; longer++) {
        packed.length = 0;
        add_gzip(&packed, (struct text){text.data, ROOM - INFLATE_MARGIN - 300 + 800u * longer});
        cr_expect_eq(inflate(body_of(&packed), &out, &used), !longer);
    }
    cr_expect_not(inflate((struct text){"\1\5\0\xFA\xFFhello........", 18}, &out, &used), "stored");
    cr_expect_not(inflate((struct text){"\7.................", 18}, &out, &used), "no such block");
    cr_expect_not(inflate((struct text){"\x4B\x04\x01........", 11}, &out, &used),
                  "a copy from before the start");
    buffer_free(&text);
    buffer_free(&packed);
    buffer_free(&out);
}

/* Every bit of a member turned: what is accepted all the same is what ISA-L makes of it. */
Test(inflate, damage, .timeout = 60) {
    struct buffer text = {0}, packed = {0}, out = {0};
    struct inflate_state *state = malloc(sizeof *state);
    unsigned char *expected = malloc(ROOM);
    size_t used, accepted = 0;
    add_lines(&text, 5);
    add_filtered(&packed, span(&text), ARCHIVE_FILTER_GZIP);
    struct text body = body_of(&packed);
    char *bytes = packed.data + packed.length - body.length;
    for (size_t bit = 0; bit < (body.length - TRAILER) * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        if (inflate(body, &out, &used)) {
            isal_inflate_init(state);
            state->next_in = (uint8_t *)body.data;
            state->avail_in = (uint32_t)used;
            state->next_out = expected;
            state->avail_out = ROOM;
            cr_expect_eq(isal_inflate_stateless(state), ISAL_DECOMP_OK, "bit %zu", bit);
            cr_expect_eq(state->total_out, out.length, "bit %zu", bit);
            cr_expect_eq(memcmp(expected, out.data, out.length), 0, "bit %zu", bit);
            accepted++;
        }
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    cr_expect_gt(accepted, 0);
    free(state);
    free(expected);
    buffer_free(&text);
    buffer_free(&packed);
    buffer_free(&out);
}
