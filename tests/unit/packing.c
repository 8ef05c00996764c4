/* packing.c - see packing.h. */
#include "tests/unit/packing.h"

#include <criterion/criterion.h>
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* ---- packing ------------------------------------------------------------------------------- */

struct text span(const struct buffer *buffer) {
    return (struct text){buffer->length > 0 ? buffer->data : "", buffer->length};
}

void add(struct buffer *to, const void *bytes, size_t length) {
    cr_assert(buffer_append(to, bytes, length));
}

void add_text(struct buffer *to, struct text text) {
    add(to, text.data, text.length);
}

void add_lines(struct buffer *to, size_t lines) {
    uint64_t state = 88172645463325252u + lines;
    for (size_t i = 0; i < lines; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        cr_assert(buffer_printf(to, "{\"n\":%zu,\"id\":\"%016llx\",\"risk\":\"%s\"}\n", i,
                                (unsigned long long)state, state & 1 ? "low" : "high"));
    }
}

void add_zstd(struct buffer *to, struct text text, int window_log) {
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    /* Without a content size the frame header states the window as it was asked for. */
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, window_log == 0);
    if (window_log) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    size_t room = ZSTD_compressBound(text.length) + 64;
    cr_assert(buffer_reserve(to, room));
    ZSTD_outBuffer out = {to->data + to->length, room, 0};
    ZSTD_inBuffer in = {text.data, text.length, 0};
    size_t left = 0;
    if (window_log == 0) {
        out.pos = ZSTD_compress2(context, out.dst, room, text.data, text.length);
    } else {
        left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
        cr_assert_eq(left, 0);
        left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    }
    cr_assert_eq(left, 0);
    cr_assert_not(ZSTD_isError(out.pos));
    to->length += out.pos;
    ZSTD_freeCCtx(context);
}

void add_gzip(struct buffer *to, struct text text) {
    struct isal_zstream *stream = malloc(sizeof *stream);
    isal_deflate_stateless_init(stream);
    size_t room = text.length + 1000;
    cr_assert(buffer_reserve(to, room));
    stream->gzip_flag = IGZIP_GZIP;
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)text.data;
    stream->avail_in = (uint32_t)text.length;
    stream->next_out = (uint8_t *)to->data + to->length;
    stream->avail_out = (uint32_t)room;
    cr_assert_eq(isal_deflate_stateless(stream), COMP_OK);
    to->length += stream->total_out;
    free(stream);
}

static la_ssize_t collect(struct archive *archive, void *context, const void *bytes,
                          size_t length) {
    (void)archive;
    return buffer_append(context, bytes, length) ? (la_ssize_t)length : -1;
}

static int nothing(struct archive *archive, void *context) {
    (void)archive;
    (void)context;
    return ARCHIVE_OK;
}

void add_filtered(struct buffer *to, struct text text, int filter) {
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    archive_write_add_filter(archive, filter);
    archive_write_set_format_raw(archive);
    /* Small blocks, so that there are several. */
    archive_write_set_filter_option(archive, NULL, "compression-level", "1");
    if (filter == ARCHIVE_FILTER_LZ4)
        archive_write_set_filter_option(archive, NULL, "block-size", "4");
    archive_write_set_bytes_per_block(archive, 0);
    cr_assert_eq(archive_write_open(archive, to, nothing, collect, nothing), ARCHIVE_OK);
    archive_entry_set_pathname(entry, "data");
    archive_entry_set_filetype(entry, AE_IFREG);
    cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK);
    if (text.length > 0)
        cr_assert_eq(archive_write_data(archive, text.data, text.length), (la_ssize_t)text.length);
    archive_entry_free(entry);
    cr_assert_eq(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
}

void pack_open(struct pack *pack, int format, const char *options) {
    memset(pack, 0, sizeof *pack);
    pack->archive = archive_write_new();
    archive_write_set_format(pack->archive, format);
    if (options) {
        cr_assert_eq(archive_write_set_options(pack->archive, options), ARCHIVE_OK);
        archive_write_set_passphrase(pack->archive, "secret");
    }
    archive_write_set_bytes_per_block(pack->archive, 0);
    cr_assert_eq(archive_write_open(pack->archive, &pack->bytes, nothing, collect, nothing),
                 ARCHIVE_OK);
}

void pack_add(struct pack *pack, const char *name, unsigned type, struct text text) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1600000000, 0);
    if (type == AE_IFLNK)
        archive_entry_set_symlink(entry, "elsewhere");
    else
        archive_entry_set_size(entry, (la_int64_t)text.length);
    cr_assert_geq(archive_write_header(pack->archive, entry), ARCHIVE_WARN);
    if (text.length > 0)
        cr_assert_eq(archive_write_data(pack->archive, text.data, text.length),
                     (la_ssize_t)text.length);
    archive_entry_free(entry);
}

void pack_close(struct pack *pack) {
    cr_assert_eq(archive_write_close(pack->archive), ARCHIVE_OK);
    archive_write_free(pack->archive);
}

/* ---- unpacking ----------------------------------------------------------------------------- */

void outcome_free(struct outcome *outcome) {
    buffer_free(&outcome->text);
    buffer_free(&outcome->log);
}

const char *log_of(struct outcome *outcome) {
    cr_assert(buffer_append_char(&outcome->log, 0));
    outcome->log.length--;
    return outcome->log.data;
}

/* A call of container_read; its text goes to `text`. */
static enum trawl_status read_some(struct container *container, size_t room, struct buffer *text,
                                   size_t *got, struct trawl_error *error) {
    cr_assert(buffer_reserve(text, room));
    enum trawl_status status =
        container_read(container, text->data + text->length, room, got, error);
    cr_assert_leq(*got, room);
    text->length += *got;
    return status;
}

/* A call of container_lend, of a stream that has given `before` bytes so far. *lends: it can. */
static enum trawl_status lend_some(struct container *container, size_t before, struct buffer *text,
                                   size_t *got, bool *lends, struct trawl_error *error) {
    struct text lent;
    size_t keep = before < text->length % 70000 ? before : text->length % 70000;
    enum trawl_status status = container_lend(container, keep, &lent, error);
    *lends = lent.data != NULL;
    *got = lent.length;
    if (!*lends) return status;
    if (keep > 0)
        cr_assert_arr_eq(text->data + text->length - keep, lent.data - keep, keep, "not kept");
    for (size_t i = 0; i < TEXT_PADDING; i++) text->failed |= lent.data[lent.length + i] == 'x';
    text->failed = false;
    cr_assert(buffer_append(text, lent.data, lent.length));
    return status;
}

static void read_stream(struct container *container, size_t room, struct outcome *outcome) {
    size_t before = outcome->text.length, guard = 0;
    bool lends = room == LENT;
    for (;; guard++) {
        struct trawl_error error = {0};
        size_t got = SIZE_MAX;
        enum trawl_status status = TRAWL_OK;
        cr_assert_lt(guard, 10000000u, "no end");
        if (lends)
            status = lend_some(container, outcome->text.length - before, &outcome->text, &got,
                               &lends, &error);
        if (room != LENT || (!lends && status == TRAWL_OK))
            status = read_some(container, room == LENT ? 4096 : room, &outcome->text, &got, &error);
        if (status != TRAWL_OK) {
            cr_assert_eq(got, 0);
            cr_assert_eq(error.status, status);
            cr_assert(status == TRAWL_DAMAGED || status == TRAWL_REFUSED);
            outcome->troubles++;
            buffer_printf(&outcome->log, "!%c %s;", status == TRAWL_DAMAGED ? 'D' : 'R',
                          error.message);
        } else if (got == 0) {
            break;
        }
    }
    const char *member = container_member(container);
    buffer_printf(&outcome->log, "%s=%zu;", member ? member : "", outcome->text.length - before);
    outcome->streams++;
}

struct outcome read_all(struct container *container, size_t room) {
    struct outcome outcome = {0};
    struct trawl_error error;
    bool more;
    for (;;) {
        cr_assert_eq(container_next(container, &more, &error), TRAWL_OK);
        if (!more) break;
        read_stream(container, room, &outcome);
    }
    cr_assert_eq(container_next(container, &more, &error), TRAWL_OK);
    cr_assert_not(more);
    return outcome;
}

struct outcome unpack_with(struct container *container, struct text bytes, size_t room) {
    cr_assert_eq(container_open_memory(container, bytes, NULL), TRAWL_OK);
    struct outcome outcome = read_all(container, room);
    cr_assert_leq(container_consumed(container), bytes.length);
    cr_assert_eq(container_close(container, NULL), TRAWL_OK);
    return outcome;
}

struct outcome unpack(struct text bytes, size_t room) {
    struct container *container = container_new(WINDOW_LOG);
    struct outcome outcome = unpack_with(container, bytes, room);
    container_free(container);
    return outcome;
}

bool same(const struct buffer *a, const struct buffer *b) {
    return text_equal(span(a), span(b));
}

void expect_text(struct text packed, struct text text) {
    static const size_t rooms[] = {1 << 20, 4096, 777, 1, LENT};
    struct container *container = container_new(WINDOW_LOG);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        struct outcome outcome = unpack_with(container, packed, rooms[i]);
        cr_assert(text_equal(span(&outcome.text), text), "room %zu: %zu bytes, not %zu; %s",
                  rooms[i], outcome.text.length, text.length, log_of(&outcome));
        cr_assert_eq(outcome.streams, 1);
        cr_assert_eq(outcome.troubles, 0, "%s", log_of(&outcome));
        outcome_free(&outcome);
    }
    container_free(container);
}

void expect_log(struct text packed, const char *log) {
    struct outcome large = unpack(packed, 1 << 20), small = unpack(packed, 13);
    struct outcome lent = unpack(packed, LENT);
    cr_assert_str_eq(log_of(&large), log);
    cr_assert_str_eq(log_of(&small), log);
    cr_assert_str_eq(log_of(&lent), log);
    cr_assert(same(&large.text, &small.text));
    cr_assert(same(&large.text, &lent.text));
    outcome_free(&large);
    outcome_free(&small);
    outcome_free(&lent);
}
