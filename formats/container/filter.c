/* filter.c - xz, bzip2 and lz4 through libarchive's filters.
 *
 * libarchive decodes in blocks of 64 KiB and gives up the block in which it meets damage: the last
 * 64 KiB of text before a damaged place are lost, which its message says. */
#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "formats/container/supply.h"

#define FILTER_CHUNK PULL_SIZE
/* The shortest bzip2 stream. libarchive looks at as many bytes to tell whether one follows, and
 * takes fewer for the end, whatever they are. */
#define BZIP2_LEAST 14
#define LZ4_MAGIC 4 /* bytes */

enum state { DECODING, SEARCHING, ENDED };

struct filter {
    struct layer base;
    struct archive *archive; /* NULL: not open */
    struct supply supply;
    struct loan loan; /* xz: the dictionary */
    enum state state;
    bool untried;      /* found behind a gap that was reported, nothing decoded yet */
    uint64_t start;    /* of what is being decoded, in the input */
    const char *block; /* libarchive's, given out up to block_left */
    size_t block_left;
};

static bool anything(const unsigned char *unit, size_t length) {
    (void)unit;
    (void)length;
    return true;
}

static bool is_bzip2(const unsigned char *unit, size_t length) {
    return sniff(unit, length) == CONTENT_BZIP2;
}

static const struct landmark *landmark_of(enum content content) {
    static const struct landmark xz = {"\xFD\x37zXZ\0", 6, 0, 6, anything};
    static const struct landmark bzip2 = {"BZh", 3, 0, 10, is_bzip2};
    static const struct landmark lz4 = {"\x04\x22\x4D\x18", 4, 0, 4, anything};
    return content == CONTENT_XZ ? &xz : content == CONTENT_BZIP2 ? &bzip2 : &lz4;
}

/* A number of the .xz format (section 1.2): seven bits a byte, least first. False: runs out. */
static bool xz_number(const unsigned char **at, const unsigned char *end, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; *at < end && shift < 63; shift += 7) {
        unsigned char byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

/* The dictionary of the first block (.xz format 3.1 and 5.3.1): what decoding it will take. 0 where
 * the header is not what it should be; liblzma will say why. */
static uint64_t xz_dictionary(const unsigned char *bytes, size_t length) {
    enum { STREAM_HEADER = 12, LZMA2 = 0x21, SIZES_MASK = 0xC0, BITS_MAX = 40 };
    if (length < STREAM_HEADER + 2) return 0;
    const unsigned char *at = bytes + STREAM_HEADER + 2, *end = bytes + length;
    unsigned flags = at[-1];
    uint64_t number, id, size;
    for (unsigned bit = 0x40; bit & SIZES_MASK; bit <<= 1)
        if ((flags & bit) && !xz_number(&at, end, &number)) return 0;
    for (unsigned filters = (flags & 3) + 1; filters > 0; filters--) {
        if (!xz_number(&at, end, &id) || !xz_number(&at, end, &size)) return 0;
        if (size > (size_t)(end - at)) return 0;
        if (id == LZMA2 && size == 1) {
            unsigned bits = at[0] & 0x3F;
            if (bits > BITS_MAX) return 0;
            return bits == BITS_MAX ? UINT32_MAX : (UINT64_C(2) | (bits & 1)) << (bits / 2 + 11);
        }
        at += size;
    }
    return 0;
}

/* The input ends here, within a stream that has begun. */
static enum trawl_status cut_short(const struct filter *filter, uint64_t end,
                                   struct trawl_error *error) {
    return error_set(error, TRAWL_DAMAGED,
                     "ends in the middle of %s %s stream (byte %" PRIu64 "%s)",
                     filter->base.content == CONTENT_BZIP2 ? "a" : "an",
                     content_name(filter->base.content), end, layer_whose(&filter->base));
}

static struct layer *filter_create(void) {
    return calloc(1, sizeof(struct filter));
}

static void filter_close(struct layer *layer) {
    struct filter *filter = (struct filter *)layer;
    archive_read_free(filter->archive); /* NULL is fine */
    filter->archive = NULL;
    loan_return(&filter->loan, layer->lender);
    filter->state = ENDED;
}

static void filter_destroy(struct layer *layer) {
    free(layer);
}

static enum trawl_status open_decoder(struct filter *filter, struct trawl_error *error) {
    struct pull *in = filter->base.in;
    struct trawl_error reason;
    struct archive_entry *entry;
    filter->block_left = 0;
    filter->start = in->offset;
    if (filter->base.content == CONTENT_XZ) {
        size_t have = pull_fill(in, SNIFF_LENGTH, true);
        uint64_t dictionary = xz_dictionary(pull_bytes(in), have);
        enum trawl_status status =
            loan_take(&filter->loan, filter->base.lender, dictionary, &reason);
        if (status != TRAWL_OK)
            return error_set(error, status, "xz data at byte %" PRIu64 "%s: %s", filter->start,
                             layer_whose(&filter->base), reason.message);
    }
    if (filter->base.content == CONTENT_BZIP2) {
        size_t have = pull_fill(in, BZIP2_LEAST, true);
        if (have < BZIP2_LEAST) {
            enum trawl_status status = pull_trouble(in, error);
            if (status != TRAWL_OK) return status;
            pull_take(in, have);
            return cut_short(filter, in->offset, error);
        }
    }
    filter->archive = archive_read_new();
    if (!filter->archive) return error_memory(error);
    int code = filter->base.content == CONTENT_XZ      ? ARCHIVE_FILTER_XZ
               : filter->base.content == CONTENT_BZIP2 ? ARCHIVE_FILTER_BZIP2
                                                       : ARCHIVE_FILTER_LZ4;
    /* Named, not found by bidding: libarchive would unpack any number of layers at once. */
    if (archive_read_set_format(filter->archive, ARCHIVE_FORMAT_RAW) != ARCHIVE_OK ||
        archive_read_append_filter(filter->archive, code) != ARCHIVE_OK ||
        supply_open(&filter->supply, filter->archive, in, FILTER_CHUNK, BZIP2_LEAST, false) !=
            ARCHIVE_OK ||
        archive_read_next_header(filter->archive, &entry) != ARCHIVE_OK) {
        if (filter->supply.ended)
            return cut_short(filter, in->offset + filter->supply.given, error);
        const char *why = archive_error_string(filter->archive);
        return error_set(error, TRAWL_DAMAGED, "%s data cannot be decoded: %s",
                         content_name(filter->base.content), why ? why : "out of memory");
    }
    filter->state = DECODING;
    return TRAWL_OK;
}

/* Starts to decode where the input stands. */
static enum trawl_status start(struct filter *filter, bool untried, struct trawl_error *error) {
    filter->untried = untried;
    enum trawl_status status = open_decoder(filter, error);
    if (status != TRAWL_OK) filter_close(&filter->base);
    return status;
}

static enum trawl_status filter_open(struct layer *layer, struct trawl_error *error) {
    return start((struct filter *)layer, false, error);
}

static void stop(struct filter *filter) {
    supply_settle(&filter->supply, filter->archive);
    filter_close(&filter->base);
    filter->state = SEARCHING;
}

static enum trawl_status broken(struct filter *filter, struct trawl_error *error) {
    struct supply *supply = &filter->supply;
    enum trawl_status status = supply->trouble;
    if (status != TRAWL_OK)
        error_set(error, status, "%s", supply->reason.message);
    else if (!filter->untried)
        status = error_set(error, TRAWL_DAMAGED,
                           "%s data at byte %" PRIu64
                           "%s: %s; up to 64 KiB of text before the damage is lost",
                           content_name(filter->base.content), filter->start,
                           layer_whose(&filter->base), supply_reason(supply, filter->archive));
    stop(filter);
    if (filter->base.in->offset == filter->start && pull_fill(filter->base.in, 1, true) > 0)
        pull_take(filter->base.in, 1); /* not to be found again */
    return status;
}

/* No more than a signature is left: is it one, or the beginning of one? */
static bool signature_begins(struct filter *filter) {
    const struct landmark *landmark = landmark_of(filter->base.content);
    struct pull *in = filter->base.in;
    size_t have = pull_fill(in, landmark->length + 1, true);
    return have <= landmark->length && in->trouble == TRAWL_OK &&
           memcmp(pull_bytes(in), landmark->bytes, have) == 0;
}

/* libarchive came to the end of the packed data: nothing but padding and more of it may follow. */
static enum trawl_status finish(struct filter *filter, struct trawl_error *error) {
    struct pull *in = filter->base.in;
    /* It has passed over the four bytes that it did not take for a frame. */
    bool back = filter->base.content == CONTENT_LZ4 && !filter->supply.ended;
    stop(filter);
    if (back) pull_back(in, in->offset - LZ4_MAGIC);
    if (!pull_skip_zeros(in)) return TRAWL_OK;
    uint64_t from = in->offset;
    if (signature_begins(filter)) {
        pull_take(in, pull_fill(in, 1, true));
        return cut_short(filter, in->offset, error);
    }
    if (pull_search(in, landmark_of(filter->base.content)) && in->offset == from)
        return start(filter, false, error);
    return error_set(error, TRAWL_DAMAGED, "%" PRIu64 " bytes at byte %" PRIu64 "%s are no %s data",
                     in->offset - from, from, layer_whose(&filter->base),
                     content_name(filter->base.content));
}

static enum trawl_status search_on(struct filter *filter, struct trawl_error *error) {
    if (pull_search(filter->base.in, landmark_of(filter->base.content)))
        return start(filter, true, error);
    enum trawl_status status = pull_trouble(filter->base.in, error);
    if (status == TRAWL_OK) filter->state = ENDED;
    return status;
}

static enum trawl_status filter_read(struct layer *layer, char *to, size_t room, size_t *got,
                                     struct trawl_error *error) {
    struct filter *filter = (struct filter *)layer;
    enum trawl_status status = TRAWL_OK;
    *got = 0;
    while (filter->block_left == 0) {
        if (filter->state == ENDED) return TRAWL_OK;
        if (filter->state == SEARCHING) {
            status = search_on(filter, error);
            if (status != TRAWL_OK) return status;
            continue;
        }
        const void *block = NULL;
        la_int64_t offset;
        int result = archive_read_data_block(filter->archive, &block, &filter->block_left, &offset);
        if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
            filter->block = block;
            if (filter->block_left > 0) filter->untried = false;
            continue;
        }
        filter->block_left = 0;
        /* Between two streams libarchive takes trouble below for the end. */
        bool end = result == ARCHIVE_EOF && filter->supply.trouble == TRAWL_OK;
        status = end ? finish(filter, error) : broken(filter, error);
        if (status != TRAWL_OK) return status;
    }
    *got = filter->block_left < room ? filter->block_left : room;
    memcpy(to, filter->block, *got);
    filter->block += *got;
    filter->block_left -= *got;
    return TRAWL_OK;
}

const struct layer_type layer_filter = {
    .create = filter_create,
    .destroy = filter_destroy,
    .open = filter_open,
    .close = filter_close,
    .read = filter_read,
};
