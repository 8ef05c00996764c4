#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "tests/twin/generate.h"

/* ---- one text ----------------------------------------------------------------------------- */

static void put_zstd_frame(struct generator *g, struct string *to, struct bytes part) {
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(part.length);
    char *frame = malloc(room);
    if (!context || !frame) abort();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1 + (int)random_below(g, 5));
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, chance(g, 70));
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, chance(g, 50));
    size_t length = ZSTD_compress2(context, frame, room, part.data, part.length);
    if (ZSTD_isError(length)) abort();
    string_add(to, frame, length);
    free(frame);
    ZSTD_freeCCtx(context);
}

static void put_skippable_frame(struct generator *g, struct string *to) {
    unsigned length = random_below(g, 40);
    string_put(to, (char)(0x50 + random_below(g, 16)));
    string_add(to, "\x2a\x4d\x18", 3);
    string_put(to, (char)length);
    string_add(to, "\0\0\0", 3);
    while (length-- > 0) string_put(to, (char)random_below(g, 256));
}

static la_ssize_t collect(struct archive *archive, void *to, const void *bytes, size_t length) {
    (void)archive;
    string_add(to, bytes, length);
    return (la_ssize_t)length;
}

static void put_filtered(struct string *to, struct bytes part, int filter) {
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    if (!archive || !entry) abort();
    archive_write_set_format_raw(archive);
    archive_write_add_filter(archive, filter);
    archive_write_set_bytes_per_block(archive, 0);
    archive_entry_set_filetype(entry, AE_IFREG);
    if (archive_write_open(archive, to, NULL, collect, NULL) != ARCHIVE_OK ||
        archive_write_header(archive, entry) != ARCHIVE_OK ||
        archive_write_data(archive, part.data, part.length) != (la_ssize_t)part.length ||
        archive_write_close(archive) != ARCHIVE_OK)
        abort();
    archive_entry_free(entry);
    archive_write_free(archive);
}

static void put_part(struct generator *g, struct string *to, struct bytes part, unsigned how) {
    if (how == 0) {
        /* The reference knows a file by its first frame. */
        if (chance(g, 20) && !(g->reference && to->length == 0)) put_skippable_frame(g, to);
        put_zstd_frame(g, to, part);
        if (chance(g, 20)) put_skippable_frame(g, to);
    } else {
        put_filtered(to, part,
                     how == 1   ? ARCHIVE_FILTER_GZIP
                     : how == 2 ? ARCHIVE_FILTER_XZ
                                : ARCHIVE_FILTER_BZIP2);
    }
}

void pack_text(struct generator *g, struct string *to, struct bytes text) {
    if (chance(g, 30)) {
        string_add(to, text.data, text.length);
        return;
    }
    unsigned how = random_below(g, g->reference ? 2 : 4);
    unsigned parts = how < 2 && chance(g, 50) ? 1 + random_below(g, 6) : 1;
    while (parts-- > 1) {
        size_t length = random_below(g, (unsigned)text.length + 1);
        put_part(g, to, (struct bytes){text.data, length}, how);
        text = (struct bytes){text.data + length, text.length - length};
    }
    put_part(g, to, text, how);
}

/* ---- several texts ------------------------------------------------------------------------ */

void pack_archive(struct generator *g, struct string *to, const struct bytes *texts, size_t count) {
    static const int filters[] = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD};
    struct archive *archive = archive_write_new();
    if (!archive) abort();
    bool zip = chance(g, 50);
    if (zip) {
        archive_write_set_format_zip(archive);
    } else {
        archive_write_set_format_pax_restricted(archive);
        archive_write_add_filter(archive, PICK(g, filters));
    }
    archive_write_set_bytes_in_last_block(archive, 1);
    if (archive_write_open(archive, to, NULL, collect, NULL) != ARCHIVE_OK) abort();
    for (size_t i = 0; i < count; i++) {
        struct string packed = {0}, name = {0};
        if (chance(g, 60)) {
            string_add(&packed, texts[i].data, texts[i].length);
        } else {
            pack_text(g, &packed, texts[i]);
        }
        string_format(&name, "export/%u/part-%zu.json", random_below(g, 10), count - i);
        string_put(&name, '\0');
        struct archive_entry *entry = archive_entry_new();
        if (!entry) abort();
        archive_entry_set_pathname(entry, name.data);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)packed.length);
        if (archive_write_header(archive, entry) != ARCHIVE_OK ||
            archive_write_data(archive, packed.data, packed.length) != (la_ssize_t)packed.length)
            abort();
        archive_entry_free(entry);
        string_free(&packed);
        string_free(&name);
    }
    if (archive_write_close(archive) != ARCHIVE_OK) abort();
    archive_write_free(archive);
}
