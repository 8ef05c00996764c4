/* gzip.c - gzip members, one behind the other (RFC 1952), through ISA-L; small ones at once,
 * through libdeflate.
 *
 * ISA-L keeps pace with long streams; of a member of a few kilobytes most of its time goes into
 * tables and copies, which libdeflate makes smaller and not at all. Where a member is not wholly
 * there or not sound, ISA-L starts over and says what is there.
 *
 * The member header is read here and not by ISA-L, which forgets the header's flags when its input
 * is split inside it, and which has buffers of fixed size for names. ISA-L verifies the trailer. */
#include <inttypes.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "formats/container/layer.h"

/* Members of no more text are inflated at once, if their input is there. */
#define SMALL_TEXT ((size_t)32 << 10)

enum {
    HEADER = 10, /* magic, method, flags, time, extra flags, system */
    FLAG_HCRC = 2,
    FLAG_EXTRA = 4,
    FLAG_NAME = 8,
    FLAG_COMMENT = 16,
    FLAGS_RESERVED = 0xE0,
    TRAILER = 8,     /* CRC-32 and length of the text, modulo 2^32 */
    MATCH_MAX = 258, /* deflate's longest copy */
};

enum state {
    BETWEEN,   /* at the start of a member, or of what should be one */
    STARTING,  /* at the start of a member's deflate data */
    INFLATING, /* inside a member */
    DRAINING,  /* its deflate data is broken: giving out what was inflated before that */
    SEARCHING, /* behind a gap */
    ENDED,
};

struct gzip {
    struct layer base;
    enum state state;
    bool untried;    /* found by searching, nothing inflated yet: may be no member at all */
    uint64_t member; /* where it starts in the input */
    uint64_t body;   /* where its deflate data starts */
    const char *why; /* DRAINING: what is broken */
    bool overrun;    /* DRAINING: the input may stand behind the member's end */
    bool all_small;  /* so far every member could be inflated at once */
    struct libdeflate_decompressor *at_once; /* for that; NULL: not made yet */
    struct inflate_state inflate;
};

static bool is_member(const unsigned char *bytes, size_t length) {
    return length >= 4 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8 &&
           (bytes[3] & FLAGS_RESERVED) == 0;
}

/* Behind a gap three bytes are too little to go by: extra flags (0, 2, 4) and the system (0 to 13,
 * 255) have few values, too. */
static bool could_be_member(const unsigned char *bytes, size_t length) {
    return length >= HEADER && is_member(bytes, length) && (bytes[8] & ~6) == 0 &&
           (bytes[9] <= 13 || bytes[9] == 255);
}

static const struct landmark member_mark = {"\x1F\x8B\x08", 3, 0, HEADER, could_be_member};

static struct layer *gzip_create(void) {
    struct gzip *gzip = calloc(1, sizeof *gzip);
    if (!gzip) return NULL;
    isal_inflate_init(&gzip->inflate);
    return &gzip->base;
}

static void gzip_destroy(struct layer *layer) {
    libdeflate_free_decompressor(((struct gzip *)layer)->at_once);
    free(layer);
}

static enum trawl_status gzip_open(struct layer *layer, struct trawl_error *error) {
    struct gzip *gzip = (struct gzip *)layer;
    (void)error;
    gzip->state = BETWEEN;
    gzip->untried = false;
    gzip->all_small = true;
    return TRAWL_OK;
}

static void gzip_close(struct layer *layer) {
    ((struct gzip *)layer)->state = ENDED;
}

/* Broken deflate data may go on for long, as text that nobody wrote, before it proves to be broken:
 * beyond the member's end. So the next member is looked for as far back as the buffer goes; but not
 * where the text is a layer of its own, which may hold members that were read already. */
static void look_back(struct gzip *gzip) {
    if (gzip->base.plain && !gzip->untried) pull_back(gzip->base.in, gzip->body);
}

/* The input is short: by trouble further down, or by its end. */
static enum trawl_status cut_short(struct gzip *gzip, struct trawl_error *error) {
    struct pull *in = gzip->base.in;
    pull_take(in, in->end - in->at);
    uint64_t end = in->offset;
    enum trawl_status status = pull_trouble(in, error);
    if (status == TRAWL_OK && gzip->state == INFLATING) look_back(gzip);
    gzip->state = SEARCHING;
    if (status != TRAWL_OK || gzip->untried) return status;
    return error_set(error, TRAWL_DAMAGED,
                     "ends in the middle of a gzip member (byte %" PRIu64 "%s)", end,
                     layer_whose(&gzip->base));
}

static enum trawl_status broken(struct gzip *gzip, const char *why, struct trawl_error *error) {
    gzip->state = SEARCHING;
    if (gzip->untried) return TRAWL_OK; /* one fault for one gap */
    return error_set(error, TRAWL_DAMAGED, "gzip member at byte %" PRIu64 "%s: %s", gzip->member,
                     layer_whose(&gzip->base), why);
}

static bool pass_terminated(struct pull *in) {
    for (;;) {
        size_t have = pull_fill(in, 1, true);
        if (have == 0) return false;
        const unsigned char *end = memchr(pull_bytes(in), 0, have);
        pull_take(in, end ? (size_t)(end - pull_bytes(in)) + 1 : have);
        if (end) return true;
    }
}

/* False: the input is short. */
static bool pass_header(struct pull *in) {
    if (pull_fill(in, HEADER, true) < HEADER) return false;
    unsigned flags = pull_bytes(in)[3];
    pull_take(in, HEADER);
    if (flags & FLAG_EXTRA) {
        if (pull_fill(in, 2, true) < 2) return false;
        uint64_t length = 2 + (uint64_t)pull_bytes(in)[0] + ((uint64_t)pull_bytes(in)[1] << 8);
        if (pull_skip(in, length) < length) return false;
    }
    if ((flags & FLAG_NAME) && !pass_terminated(in)) return false;
    if ((flags & FLAG_COMMENT) && !pass_terminated(in)) return false;
    return !(flags & FLAG_HCRC) || pull_skip(in, 2) == 2;
}

/* What stands between members and is neither one nor padding: measured, and reported once. */
static enum trawl_status pass_garbage(struct gzip *gzip, struct trawl_error *error) {
    struct pull *in = gzip->base.in;
    uint64_t start = in->offset;
    gzip->untried = pull_search(in, &member_mark);
    if (!gzip->untried) gzip->state = SEARCHING;
    return error_set(error, TRAWL_DAMAGED,
                     "%" PRIu64 " bytes at byte %" PRIu64 "%s are no gzip member",
                     in->offset - start, start, layer_whose(&gzip->base));
}

static enum trawl_status between(struct gzip *gzip, struct trawl_error *error) {
    struct pull *in = gzip->base.in;
    if (!pull_skip_zeros(in)) { /* padding */
        enum trawl_status status = pull_trouble(in, error);
        gzip->state = status == TRAWL_OK ? ENDED : SEARCHING;
        return status;
    }
    size_t have = pull_fill(in, HEADER, true);
    const unsigned char *bytes = pull_bytes(in);
    gzip->member = in->offset;
    if (have < 4 && memcmp(bytes, "\x1F\x8B\x08", have < 3 ? have : 3) == 0)
        return cut_short(gzip, error);
    if (!is_member(bytes, have)) return pass_garbage(gzip, error);
    if (!pass_header(in)) return cut_short(gzip, error);
    gzip->body = in->offset;
    gzip->state = STARTING;
    return TRAWL_OK;
}

static uint32_t little_endian(const unsigned char *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* The whole member, if it is small, is there, and is sound. False: nothing has happened. */
static bool inflate_at_once(struct gzip *gzip, char *to, size_t room, size_t *got) {
    struct pull *in = gzip->base.in;
    const unsigned char *bytes = pull_bytes(in);
    size_t used, made;
    if (room > SMALL_TEXT) room = SMALL_TEXT;
    if (!gzip->at_once && !(gzip->at_once = libdeflate_alloc_decompressor())) return false;
    size_t have = in->end - in->at;
    if (libdeflate_deflate_decompress_ex(gzip->at_once, bytes, have, to, room, &used, &made) !=
            LIBDEFLATE_SUCCESS ||
        have - used < TRAILER)
        return false;
    const unsigned char *trailer = bytes + used;
    if (crc32_gzip_refl(0, (const unsigned char *)to, made) != little_endian(trailer) ||
        little_endian(trailer + 4) != made)
        return false;
    pull_take(in, used + TRAILER);
    *got = made;
    return true;
}

/* Where one member was none of those, the next ones hardly are. */
static void start(struct gzip *gzip, char *to, size_t room, size_t *got) {
    gzip->all_small = gzip->all_small && inflate_at_once(gzip, to, room, got);
    if (gzip->all_small) {
        gzip->state = BETWEEN;
        gzip->untried = false;
        return;
    }
    isal_inflate_reset(&gzip->inflate);
    gzip->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
    gzip->state = INFLATING;
}

/* What ISA-L has inflated and not yet given out. */
static size_t ahead(const struct inflate_state *inflate) {
    return (size_t)(inflate->tmp_out_valid - inflate->tmp_out_processed);
}

/* ISA-L inflates ahead into a buffer of its own; what did not fit into the caller's memory when it
 * met an error is still there. */
static enum trawl_status drain(struct gzip *gzip, char *to, size_t room, size_t *got,
                               struct trawl_error *error) {
    struct inflate_state *inflate = &gzip->inflate;
    size_t have = ahead(inflate);
    if (have == 0) {
        if (gzip->overrun) look_back(gzip);
        return broken(gzip, gzip->why, error);
    }
    *got = have < room ? have : room;
    memcpy(to, inflate->tmp_out_buffer + inflate->tmp_out_processed, *got);
    inflate->tmp_out_processed += (int32_t)*got;
    gzip->untried = false;
    return TRAWL_OK;
}

/* When ISA-L's fast loop meets a copy from before the start, or from nowhere, it has counted the
 * copy's length already: the last bytes are whatever its memory held before. `made` bytes were made
 * in the call that failed, *got of all that is there have been given out. */
static void drop_phantom(struct inflate_state *inflate, size_t made, size_t *got) {
    size_t drop = made < MATCH_MAX ? made : MATCH_MAX, here = ahead(inflate);
    size_t held = drop < here ? drop : here;
    inflate->tmp_out_valid -= (int32_t)held;
    *got -= drop - held;
}

static enum trawl_status inflate_some(struct gzip *gzip, char *to, size_t room, size_t *got,
                                      struct trawl_error *error) {
    struct pull *in = gzip->base.in;
    struct inflate_state *inflate = &gzip->inflate;
    size_t have = pull_fill(in, 1, true), before = ahead(inflate);
    if (room > UINT32_MAX) room = UINT32_MAX;
    inflate->next_in = in->data + in->at;
    inflate->avail_in = (uint32_t)have;
    inflate->next_out = (uint8_t *)to;
    inflate->avail_out = (uint32_t)room;
    int result = isal_inflate(inflate);
    /* After an error the pointers hold, the counts avail_in and avail_out may not. */
    pull_take(in, (size_t)(inflate->next_in - pull_bytes(in)));
    *got = (size_t)(inflate->next_out - (uint8_t *)to);
    if (result == ISAL_INVALID_LOOKBACK || result == ISAL_INVALID_SYMBOL)
        drop_phantom(inflate, *got + ahead(inflate) - before, got);
    if (*got > 0) gzip->untried = false;
    if (result != ISAL_DECOMP_OK) {
        /* The checksum stands behind the member's last byte, and the input behind that. */
        gzip->overrun = result != ISAL_INCORRECT_CHECKSUM;
        gzip->why = gzip->overrun ? "malformed deflate data" : "the checksum does not match";
        gzip->state = DRAINING;
    } else if (inflate->block_state == ISAL_BLOCK_FINISH) {
        gzip->state = BETWEEN;
        gzip->untried = false;
    } else if (have == 0 && *got == 0) {
        return cut_short(gzip, error);
    }
    return TRAWL_OK;
}

static enum trawl_status gzip_read(struct layer *layer, char *to, size_t room, size_t *got,
                                   struct trawl_error *error) {
    struct gzip *gzip = (struct gzip *)layer;
    enum trawl_status status = TRAWL_OK;
    *got = 0;
    while (status == TRAWL_OK && *got == 0 && gzip->state != ENDED) {
        switch (gzip->state) {
            case BETWEEN:
                status = between(gzip, error);
                break;
            case STARTING:
                start(gzip, to, room, got);
                break;
            case INFLATING:
                status = inflate_some(gzip, to, room, got, error);
                break;
            case DRAINING:
                status = drain(gzip, to, room, got, error);
                break;
            case SEARCHING:
                if (pull_search(layer->in, &member_mark)) {
                    gzip->state = BETWEEN;
                    gzip->untried = true;
                } else {
                    status = pull_trouble(layer->in, error);
                    if (status == TRAWL_OK) gzip->state = ENDED;
                }
                break;
            case ENDED:
                break;
        }
    }
    return status;
}

const struct layer_type layer_gzip = {
    .create = gzip_create,
    .destroy = gzip_destroy,
    .open = gzip_open,
    .close = gzip_close,
    .read = gzip_read,
};
