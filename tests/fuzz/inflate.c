/* The decoder of small members against ISA-L: what it accepts is what ISA-L makes of it, and what
 * ISA-L packs it accepts. */
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/container/inflate.h"

enum { ROOM = 32 << 10, TRAILER = 8 };

static void check(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "inflate: %s\n", what);
    abort();
}

/* From memory of just the size that may be read, into just that which may be written. */
static bool inflate(const uint8_t *data, size_t size, uint8_t *to, size_t *used, size_t *made) {
    static struct inflate_tables *tables;
    if (!tables) tables = inflate_tables_new();
    uint8_t *in = malloc(size + INFLATE_AHEAD);
    memcpy(in, data, size);
    memset(in + size, 0xA5, INFLATE_AHEAD);
    bool good = inflate_small(tables, in, size, to, ROOM, used, made);
    free(in);
    return good;
}

static void check_accepted(const uint8_t *data, size_t used, const uint8_t *out, size_t made) {
    struct inflate_state *state = malloc(sizeof *state);
    uint8_t *expected = malloc(ROOM);
    isal_inflate_init(state);
    state->next_in = (uint8_t *)data;
    state->avail_in = (uint32_t)used;
    state->next_out = expected;
    state->avail_out = ROOM;
    check(isal_inflate_stateless(state) == ISAL_DECOMP_OK, "ISA-L refuses what was accepted");
    check(state->total_out == made && state->avail_in == 0, "another length");
    check(memcmp(expected, out, made) == 0, "other bytes");
    free(state);
    free(expected);
}

static void check_packed(const uint8_t *data, size_t size, uint8_t *out) {
    struct isal_zstream *stream = malloc(sizeof *stream);
    uint8_t *packed = malloc(size * 2 + 1000);
    size_t used, made;
    isal_deflate_stateless_init(stream);
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)data;
    stream->avail_in = (uint32_t)size;
    stream->next_out = packed;
    stream->avail_out = (uint32_t)(size * 2 + 1000);
    check(isal_deflate_stateless(stream) == COMP_OK, "ISA-L does not pack");
    bool stored = (packed[0] & 6) == 0;
    memset(packed + stream->total_out, 0, TRAILER);
    bool good = inflate(packed, stream->total_out + TRAILER, out, &used, &made);
    check(good != stored, "what was packed is not accepted");
    if (good)
        check(used == stream->total_out && made == size && memcmp(out, data, size) == 0,
              "what was packed is something else");
    free(stream);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *out = malloc(ROOM);
    size_t used, made;
    if (inflate(data, size, out, &used, &made)) check_accepted(data, used, out, made);
    if (size > 0 && size < ROOM - 2 * INFLATE_MARGIN) check_packed(data, size, out);
    free(out);
    return 0;
}
