/* zstd.c - zstd frames, one behind the other (RFC 8878).
 *
 * A frame is fed to libzstd piece by piece as its format has them (header, block header, block,
 * checksum), because a call that fails says nothing about the text it has put out before: so each
 * call can fail only for the one piece it was given.
 *
 * Blocks are decoded one behind the other into memory of our own, which libzstd reads the window
 * from and lend gives away without a copy:
 *
 *   [ lead: what is kept, at a turn ][ ring: at least the window and two blocks ][padding]
 *
 * Where a block may not fit before the ring's end, it starts at the ring's start again; libzstd
 * then finds the window where the text before the turn still is. */
#define ZSTD_STATIC_LINKING_ONLY /* decompression into one's own window */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "formats/container/layer.h"

enum {
    MAGIC_SIZE = 4,
    HEADER_MAX = 18, /* magic, descriptor, window, dictionary ID, content size: 4+1+1+4+8 */
    BLOCK_HEADER = 3,
    BLOCK_MAX = 128 << 10,
    CHECKSUM = 4,
    WINDOW_LOG_MAX = 31, /* what decompressors can be told to accept */
};

/* What libzstd may write, and undo, behind a block of the largest size. */
#define BLOCK_ROOM ((size_t)BLOCK_MAX + 64)
#define LEAD LAYER_KEEP

/* What may be held from file to file: at the bottom of the stack the largest window that needs no
 * asking, above it little, as there may be one on each level. */
#define KEEP_BOTTOM ((size_t)LONG_WINDOW)
#define KEEP_ABOVE ((size_t)2 << 20)

enum state {
    BETWEEN,   /* at the start of a frame, or of what should be one */
    DECODING,  /* inside a frame */
    PASSING,   /* inside a frame that was refused: from block to block, to its end */
    SEARCHING, /* behind a gap */
    ENDED,
};

/* What comes next inside a frame that is passed over. */
enum piece { PIECE_HEADER, PIECE_BLOCK_HEADER, PIECE_BLOCK, PIECE_CHECKSUM, PIECE_NONE };

struct zstd {
    struct layer base;
    ZSTD_DCtx *context; /* NULL: not made yet */
    char *memory;       /* NULL: not made yet */
    size_t ring;        /* its bytes, behind the lead */
    size_t start;       /* of the text that ends at `given` in one piece */
    size_t given, end;  /* between them: decoded, not yet given; all of these are in memory */
    enum state state;
    enum piece piece; /* PASSING */
    size_t left;      /* of the piece */
    bool last_block;  /* the piece is the frame's last block, or behind it */
    bool raw;         /* the last block header's block is stored text */
    bool checksum;    /* the frame has one */
    bool untried;     /* found by searching, nothing decoded yet: may be no frame at all */
    uint64_t frame;   /* where it starts in the input */
    struct loan loan; /* for its window */
};

struct header {
    size_t length;
    uint64_t window; /* bytes */
    uint32_t dictionary;
    bool checksum;
};

static uint64_t little_endian(const unsigned char *bytes, size_t length) {
    uint64_t value = 0;
    for (size_t i = length; i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

static bool is_frame(const unsigned char *bytes, size_t length) {
    return length >= MAGIC_SIZE && memcmp(bytes, "\x28\xB5\x2F\xFD", MAGIC_SIZE) == 0;
}

static bool is_skippable(const unsigned char *bytes, size_t length) {
    return length >= MAGIC_SIZE && (little_endian(bytes, MAGIC_SIZE) & ~UINT64_C(15)) == 0x184D2A50;
}

/* RFC 8878 3.1.1.1. False: too short, or the reserved bit is set. */
static bool parse_header(const unsigned char *bytes, size_t length, struct header *header) {
    static const unsigned char dictionary_sizes[] = {0, 1, 2, 4}, content_sizes[] = {0, 2, 4, 8};
    *header = (struct header){0};
    if (length < MAGIC_SIZE + 1) return false;
    unsigned descriptor = bytes[MAGIC_SIZE];
    bool single_segment = descriptor & 0x20;
    size_t dictionary_size = dictionary_sizes[descriptor & 3];
    size_t content_size = content_sizes[descriptor >> 6];
    if (content_size == 0 && single_segment) content_size = 1;
    size_t at = MAGIC_SIZE + 1;
    header->length = at + !single_segment + dictionary_size + content_size;
    header->checksum = descriptor & 4;
    if (length < header->length || (descriptor & 8)) return false;
    if (!single_segment) {
        uint64_t base = UINT64_C(1) << (10 + (bytes[at] >> 3));
        header->window = base + base / 8 * (bytes[at] & 7);
        at++;
    }
    header->dictionary = (uint32_t)little_endian(bytes + at, dictionary_size);
    at += dictionary_size;
    if (single_segment) {
        header->window = little_endian(bytes + at, content_size);
        if (content_size == 2) header->window += 256;
    }
    return true;
}

static bool could_be_frame(const unsigned char *bytes, size_t length) {
    struct header header;
    return parse_header(bytes, length, &header);
}

static const struct landmark frame_mark = {"\x28\xB5\x2F\xFD", MAGIC_SIZE, 0, HEADER_MAX,
                                           could_be_frame};

static unsigned log_of(uint64_t bytes) {
    unsigned log = 0;
    while (log < 63 && (UINT64_C(1) << log) < bytes) log++;
    return log;
}

/* ---- memory -------------------------------------------------------------------------------- */

/* The ring moves into memory for a window of this size, and with it the `keep` bytes that were
 * given last. False: out of memory, nothing happened. */
static bool ring_resize(struct zstd *zstd, uint64_t window, size_t keep) {
    size_t ring = (window > LEAD ? (size_t)window : LEAD) + 2 * BLOCK_ROOM;
    /* Zeros, as what lies behind a text may be read. */
    char *memory = calloc(1, LEAD + ring + TEXT_PADDING);
    if (!memory) return false;
    if (keep > 0) memcpy(memory + LEAD - keep, zstd->memory + zstd->given - keep, keep);
    free(zstd->memory);
    zstd->memory = memory;
    zstd->ring = ring;
    zstd->start = LEAD - keep;
    zstd->given = zstd->end = LEAD;
    return true;
}

/* Makes room for a block. */
static void ring_turn(struct zstd *zstd, size_t keep) {
    if (zstd->end + BLOCK_ROOM <= LEAD + zstd->ring) return;
    if (keep > 0) memmove(zstd->memory + LEAD - keep, zstd->memory + zstd->given - keep, keep);
    zstd->start = LEAD - keep;
    zstd->given = zstd->end = LEAD;
}

static void ring_free(struct zstd *zstd) {
    free(zstd->memory);
    zstd->memory = NULL;
    zstd->ring = zstd->start = zstd->given = zstd->end = 0;
}

static struct layer *zstd_create(void) {
    return calloc(1, sizeof(struct zstd));
}

static void zstd_close(struct layer *layer) {
    struct zstd *zstd = (struct zstd *)layer;
    size_t keep = layer->level == 0 ? KEEP_BOTTOM : KEEP_ABOVE;
    if (zstd->ring > keep + 2 * BLOCK_ROOM) ring_free(zstd);
    loan_return(&zstd->loan, layer->lender);
    zstd->state = ENDED;
}

static void zstd_destroy(struct layer *layer) {
    struct zstd *zstd = (struct zstd *)layer;
    ZSTD_freeDCtx(zstd->context);
    ring_free(zstd);
    free(layer);
}

static enum trawl_status zstd_open(struct layer *layer, struct trawl_error *error) {
    struct zstd *zstd = (struct zstd *)layer;
    (void)error;
    zstd->state = BETWEEN;
    zstd->untried = false;
    zstd->start = zstd->given = zstd->end = zstd->memory ? LEAD : 0;
    return TRAWL_OK;
}

/* Memory for the frame's window, asked for before it is allocated. A long window's is kept while
 * frames that need no more follow. */
static enum trawl_status take_window(struct zstd *zstd, uint64_t window, size_t keep,
                                     struct trawl_error *error) {
    struct trawl_error reason;
    bool had_long = zstd->loan.bytes > LONG_WINDOW, wants_long = window > LONG_WINDOW;
    bool enough = zstd->memory && zstd->ring >= window + 2 * BLOCK_ROOM;
    if (zstd->loan.bytes >= window && had_long == wants_long && enough) return TRAWL_OK;
    /* Nothing that was lent is held while it may have to wait. */
    if ((had_long || wants_long) && zstd->ring > LEAD + 2 * BLOCK_ROOM) {
        if (!ring_resize(zstd, 0, keep)) return error_memory(error);
        enough = false;
    }
    loan_return(&zstd->loan, zstd->base.lender);
    enum trawl_status status = loan_take(&zstd->loan, zstd->base.lender, window, &reason);
    if (status == TRAWL_REFUSED)
        return error_set(error, status, "zstd frame at byte %" PRIu64 "%s: %s", zstd->frame,
                         layer_whose(&zstd->base), reason.message);
    if (status != TRAWL_OK) return error_set(error, status, "%s", reason.message);
    if (!enough && !ring_resize(zstd, window, keep)) return error_memory(error);
    return TRAWL_OK;
}

/* ---- frames -------------------------------------------------------------------------------- */

static enum trawl_status check_frame(struct zstd *zstd, const struct header *header, size_t keep,
                                     struct trawl_error *error) {
    unsigned log = log_of(header->window);
    const char *whose = layer_whose(&zstd->base);
    if (log > WINDOW_LOG_MAX)
        return error_set(error, TRAWL_REFUSED,
                         "zstd frame at byte %" PRIu64
                         "%s needs a window of 2^%u bytes, more than "
                         "any decompressor takes",
                         zstd->frame, whose, log);
    if (log > zstd->base.window_log)
        return error_set(error, TRAWL_REFUSED,
                         "zstd frame at byte %" PRIu64 "%s needs a window of 2^%u bytes (%" PRIu64
                         " MiB); allow it with --long=%u",
                         zstd->frame, whose, log, ((UINT64_C(1) << log) + (1 << 20) - 1) >> 20,
                         log);
    if (header->dictionary != 0)
        return error_set(error, TRAWL_REFUSED,
                         "zstd frame at byte %" PRIu64 "%s was made with dictionary %" PRIu32
                         "; decompress it with zstd -D first",
                         zstd->frame, whose, header->dictionary);
    return take_window(zstd, header->window, keep, error);
}

/* Goes on behind the frame's start, or further on if more of it was taken. */
static void give_up_frame(struct zstd *zstd) {
    struct pull *in = zstd->base.in;
    zstd->state = SEARCHING;
    if (in->offset == zstd->frame && pull_fill(in, 1, true) > 0) pull_take(in, 1);
}

/* The input is short inside a frame: by trouble further down, or by its end. What is left of it is
 * searched all the same, as it may be a wrong block size that reaches behind the end. */
static enum trawl_status cut_short(struct zstd *zstd, struct trawl_error *error) {
    struct pull *in = zstd->base.in;
    uint64_t end = in->offset + (in->end - in->at);
    enum trawl_status status = pull_trouble(in, error);
    give_up_frame(zstd);
    if (status != TRAWL_OK || zstd->untried) return status;
    return error_set(error, TRAWL_DAMAGED,
                     "ends in the middle of a zstd frame (byte %" PRIu64 "%s)", end,
                     layer_whose(&zstd->base));
}

static enum trawl_status pass_skippable(struct zstd *zstd, struct trawl_error *error) {
    struct pull *in = zstd->base.in;
    size_t have = pull_fill(in, MAGIC_SIZE + 4, true);
    if (have < MAGIC_SIZE + 4) return cut_short(zstd, error);
    uint64_t length = MAGIC_SIZE + 4 + little_endian(pull_bytes(in) + MAGIC_SIZE, 4);
    if (pull_skip(in, length) < length) return cut_short(zstd, error);
    return TRAWL_OK;
}

/* What stands between frames and is neither one nor padding: measured, and reported once. */
static enum trawl_status pass_garbage(struct zstd *zstd, struct trawl_error *error) {
    struct pull *in = zstd->base.in;
    uint64_t start = in->offset;
    zstd->untried = pull_search(in, &frame_mark);
    if (!zstd->untried) zstd->state = SEARCHING;
    return error_set(error, TRAWL_DAMAGED,
                     "%" PRIu64 " bytes at byte %" PRIu64 "%s are no zstd frame",
                     in->offset - start, start, layer_whose(&zstd->base));
}

static enum trawl_status start_frame(struct zstd *zstd, const struct header *header, size_t keep,
                                     struct trawl_error *error);

static enum trawl_status between(struct zstd *zstd, size_t keep, struct trawl_error *error) {
    struct pull *in = zstd->base.in;
    if (!pull_skip_zeros(in)) { /* padding */
        enum trawl_status status = pull_trouble(in, error);
        zstd->state = status == TRAWL_OK ? ENDED : SEARCHING;
        return status;
    }
    size_t have = pull_fill(in, HEADER_MAX, true);
    const unsigned char *bytes = pull_bytes(in);
    if (is_skippable(bytes, have)) return pass_skippable(zstd, error);
    struct header header;
    zstd->frame = in->offset;
    if (is_frame(bytes, have)) {
        if (parse_header(bytes, have, &header)) return start_frame(zstd, &header, keep, error);
        if (have < HEADER_MAX) return cut_short(zstd, error);
    }
    return pass_garbage(zstd, error);
}

/* RFC 8878 3.1.1.2: last-block bit, two bits of type, size. */
enum block { BLOCK_RAW, BLOCK_RLE, BLOCK_COMPRESSED, BLOCK_RESERVED };
static enum block block_type(const unsigned char *header) {
    return header[0] >> 1 & 3;
}

/* PASSING: chooses the piece that comes next. False: the frame's structure is broken. */
static bool next_piece(struct zstd *zstd, const unsigned char *bytes) {
    if (zstd->piece == PIECE_BLOCK_HEADER) {
        enum block type = block_type(bytes);
        uint32_t size = (uint32_t)little_endian(bytes, BLOCK_HEADER) >> 3;
        if (type == BLOCK_RESERVED || size > BLOCK_MAX) return false;
        zstd->last_block = bytes[0] & 1;
        zstd->piece = PIECE_BLOCK;
        zstd->left = type == BLOCK_RLE ? 1 : size;
        if (zstd->left > 0) return true;
    }
    if (zstd->piece == PIECE_HEADER || (zstd->piece == PIECE_BLOCK && !zstd->last_block)) {
        zstd->piece = PIECE_BLOCK_HEADER;
        zstd->left = BLOCK_HEADER;
    } else if (zstd->piece == PIECE_BLOCK && zstd->checksum) {
        zstd->piece = PIECE_CHECKSUM;
        zstd->left = CHECKSUM;
    } else {
        zstd->piece = PIECE_NONE;
        zstd->left = 0;
    }
    return true;
}

/* Goes through a refused frame without decoding it. */
static enum trawl_status pass(struct zstd *zstd, struct trawl_error *error) {
    struct pull *in = zstd->base.in;
    while (zstd->piece != PIECE_NONE) {
        size_t have = pull_fill(in, zstd->left, true);
        if (have < zstd->left) return cut_short(zstd, error);
        const unsigned char *bytes = pull_bytes(in);
        pull_take(in, zstd->left);
        if (!next_piece(zstd, bytes)) {
            zstd->state = SEARCHING;
            return TRAWL_OK;
        }
    }
    zstd->state = BETWEEN;
    return TRAWL_OK;
}

static enum trawl_status broken(struct zstd *zstd, const char *why, struct trawl_error *error) {
    give_up_frame(zstd);
    if (zstd->untried) return TRAWL_OK; /* one fault for one gap */
    return error_set(error, TRAWL_DAMAGED, "zstd frame at byte %" PRIu64 "%s: %s", zstd->frame,
                     layer_whose(&zstd->base), why);
}

static const char *reason_of(size_t result) {
    ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    /* Which of the two a damaged block gives depends on how much room there was. */
    if (code == ZSTD_error_dstSize_tooSmall) code = ZSTD_error_corruption_detected;
    return ZSTD_getErrorString(code);
}

/* One call of libzstd: the next piece of the frame, or a part of stored text. */
static enum trawl_status decode(struct zstd *zstd, size_t keep, struct trawl_error *error) {
    struct pull *in = zstd->base.in;
    size_t want = ZSTD_nextSrcSizeToDecompress(zstd->context);
    ZSTD_nextInputType_e type = ZSTD_nextInputType(zstd->context);
    bool block = type == ZSTDnit_block || type == ZSTDnit_lastBlock;
    size_t have = pull_fill(in, want, true);
    /* Of pieces that are short only stored text is worth having. */
    if (have == 0 || (have < want && !(block && zstd->raw))) return cut_short(zstd, error);
    if (have > want) have = want;
    const unsigned char *bytes = pull_bytes(in);
    if (type == ZSTDnit_blockHeader) zstd->raw = block_type(bytes) == BLOCK_RAW;
    ring_turn(zstd, keep);
    size_t made =
        ZSTD_decompressContinue(zstd->context, zstd->memory + zstd->end, BLOCK_ROOM, bytes, have);
    if (ZSTD_isError(made)) return broken(zstd, reason_of(made), error);
    pull_take(in, have);
    zstd->end += made;
    bool ended = ZSTD_nextSrcSizeToDecompress(zstd->context) == 0;
    if (made > 0 || ended) zstd->untried = false;
    if (ended) zstd->state = BETWEEN;
    return TRAWL_OK;
}

static enum trawl_status start_frame(struct zstd *zstd, const struct header *header, size_t keep,
                                     struct trawl_error *error) {
    zstd->piece = PIECE_HEADER;
    zstd->left = header->length;
    zstd->last_block = zstd->raw = false;
    zstd->checksum = header->checksum;
    enum trawl_status status = check_frame(zstd, header, keep, error);
    if (status != TRAWL_OK) {
        zstd->state = status == TRAWL_REFUSED ? PASSING : ENDED;
        return status;
    }
    if (!zstd->context) zstd->context = ZSTD_createDCtx();
    if (!zstd->context) {
        zstd->state = ENDED;
        return error_memory(error);
    }
    ZSTD_decompressBegin(zstd->context);
    zstd->state = DECODING;
    return TRAWL_OK;
}

/* Goes on until there is text that was not given; none: there is trouble, or the end. keep: of the
 * text given last, so many bytes are to stand before it. */
static enum trawl_status go_on(struct zstd *zstd, size_t keep, struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    while (status == TRAWL_OK && zstd->given == zstd->end && zstd->state != ENDED) {
        switch (zstd->state) {
            case BETWEEN:
                status = between(zstd, keep, error);
                break;
            case DECODING:
                status = decode(zstd, keep, error);
                break;
            case PASSING:
                status = pass(zstd, error);
                break;
            case SEARCHING:
                if (pull_search(zstd->base.in, &frame_mark)) {
                    zstd->state = BETWEEN;
                    zstd->untried = true;
                } else {
                    status = pull_trouble(zstd->base.in, error);
                    if (status == TRAWL_OK) zstd->state = ENDED;
                }
                break;
            case ENDED:
                break;
        }
    }
    return status;
}

static enum trawl_status zstd_read(struct layer *layer, char *to, size_t room, size_t *got,
                                   struct trawl_error *error) {
    struct zstd *zstd = (struct zstd *)layer;
    enum trawl_status status = go_on(zstd, 0, error);
    size_t have = zstd->end - zstd->given;
    *got = have < room ? have : room;
    if (*got > 0) memcpy(to, zstd->memory + zstd->given, *got);
    zstd->given += *got;
    return status;
}

static enum trawl_status zstd_lend(struct layer *layer, size_t keep, struct text *text,
                                   struct trawl_error *error) {
    struct zstd *zstd = (struct zstd *)layer;
    *text = (struct text){NULL, 0};
    if (keep > LEAD || keep > zstd->given - zstd->start) return TRAWL_OK;
    enum trawl_status status = go_on(zstd, keep, error);
    if (zstd->memory) *text = (struct text){zstd->memory + zstd->given, zstd->end - zstd->given};
    zstd->given = zstd->end;
    return status;
}

const struct layer_type layer_zstd = {
    .create = zstd_create,
    .destroy = zstd_destroy,
    .open = zstd_open,
    .close = zstd_close,
    .read = zstd_read,
    .lend = zstd_lend,
};
