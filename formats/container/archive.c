/* archive.c - the members of tar and zip archives, through libarchive.
 *
 * A zip in a file that can seek is read by its central directory, any other from front to back.
 * Where libarchive gives up (it loses little, see supply_open) the next member's header is searched
 * for behind the damage and a new reader is started there. */
#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "formats/container/supply.h"

/* zlib's output for the chunk in which it meets damage is lost, so chunks are small for zip. */
#define ZIP_CHUNK ((size_t)1 << 10)
#define TAR_CHUNK ((size_t)64 << 10)

enum { LOCAL_HEADER = 30 /* zip: of a member, before its name */ };

struct bundle {
    struct layer base;
    struct archive *archive; /* NULL: search for a header first */
    struct supply supply;
    bool untried;          /* found by searching, no member seen yet */
    bool done;             /* no more members */
    bool member;           /* read gives its bytes */
    uint64_t start;        /* where the reader was started in the input */
    enum trawl_status due; /* to be reported once the block is given out */
    struct trawl_error due_reason;
    const char *block; /* libarchive's */
    size_t block_left;
    int64_t block_at, at; /* in the member: where the block belongs; what is given out next */
    struct buffer name;
    /* libarchive converts names to the locale of the calling thread, and loses those it cannot; in
     * this one all can be. Zero where the system has none. */
    locale_t utf8;
};

static bool could_be_local_header(const unsigned char *unit, size_t length) {
    if (length < LOCAL_HEADER) return false;
    unsigned version = unit[4], method = unit[8] | (unsigned)unit[9] << 8;
    unsigned name = unit[26] | (unsigned)unit[27] << 8;
    return version <= 63 && unit[5] <= 20 && method <= 99 && name > 0 && name <= 4096;
}

static const struct landmark zip_mark = {"PK\x03\x04", 4, 0, LOCAL_HEADER, could_be_local_header};
static const struct landmark tar_mark = {"ustar", 5, 257, 512, tar_header};

static struct layer *bundle_create(void) {
    struct bundle *bundle = calloc(1, sizeof *bundle);
    if (!bundle) return NULL;
    bundle->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return &bundle->base;
}

static void bundle_close(struct layer *layer) {
    struct bundle *bundle = (struct bundle *)layer;
    archive_read_free(bundle->archive); /* NULL is fine */
    bundle->archive = NULL;
    bundle->done = true;
    bundle->member = false;
    buffer_clear(&bundle->name, 4096);
}

static void bundle_destroy(struct layer *layer) {
    struct bundle *bundle = (struct bundle *)layer;
    buffer_free(&bundle->name);
    if (bundle->utf8) freelocale(bundle->utf8);
    free(bundle);
}

/* Starts a reader where the input stands. False: out of memory, or it finds no archive there. */
static bool start(struct bundle *bundle, bool seekable) {
    struct pull *in = bundle->base.in;
    bool zip = bundle->base.content == CONTENT_ZIP;
    struct archive *archive = bundle->archive = archive_read_new();
    bundle->start = in->offset;
    if (!archive) return false;
    if (zip) {
        if (seekable) archive_read_support_format_zip_seekable(archive);
        archive_read_support_format_zip_streamable(archive);
    } else {
        archive_read_support_format_tar(archive);
        /* Archives written one behind the other lose nothing. */
        archive_read_set_option(archive, "tar", "read_concatenated_archives", "1");
    }
    return supply_open(&bundle->supply, archive, in, zip ? ZIP_CHUNK : TAR_CHUNK, 0, seekable) ==
           ARCHIVE_OK;
}

static enum trawl_status bundle_open(struct layer *layer, struct trawl_error *error) {
    struct bundle *bundle = (struct bundle *)layer;
    (void)error;
    bundle->untried = bundle->done = bundle->member = false;
    bundle->block_left = 0;
    bundle->due = TRAWL_OK;
    /* Where this fails bundle_next will notice, and say it. */
    start(bundle, layer->content == CONTENT_ZIP && layer->in->file &&
                      file_can_seek(layer->in->file) && layer->in->offset == 0);
    return TRAWL_OK;
}

/* libarchive gave up: says why (once for a gap) and leaves the input for the search. */
static enum trawl_status broken(struct bundle *bundle, struct trawl_error *error) {
    struct supply *supply = &bundle->supply;
    enum trawl_status status = supply->trouble;
    struct pull *in = bundle->base.in;
    if (!bundle->archive) {
        bundle->done = true;
        return error_memory(error);
    }
    if (status != TRAWL_OK)
        error_set(error, status, "%s", supply->reason.message);
    else if (!bundle->untried)
        status = error_set(error, TRAWL_DAMAGED, "%s archive at byte %" PRIu64 "%s: %s",
                           content_name(bundle->base.content), in->offset,
                           layer_whose(&bundle->base), supply_reason(supply, bundle->archive));
    supply_settle(supply, bundle->archive);
    archive_read_free(bundle->archive);
    bundle->archive = NULL;
    bundle->untried = true;
    bundle->member = false;
    bundle->block_left = 0;
    if (in->offset == bundle->start && pull_fill(in, 1, true) > 0)
        pull_take(in, 1); /* not to be found again */
    return status;
}

/* Starts a reader at the next header. TRAWL_OK and done: there is none. */
static enum trawl_status search_on(struct bundle *bundle, struct trawl_error *error) {
    bool zip = bundle->base.content == CONTENT_ZIP;
    if (!pull_search(bundle->base.in, zip ? &zip_mark : &tar_mark)) {
        enum trawl_status status = pull_trouble(bundle->base.in, error);
        if (status == TRAWL_OK) bundle->done = true;
        return status;
    }
    return start(bundle, false) ? TRAWL_OK : broken(bundle, error);
}

/* "ZIP 2.0 (deflation)": the method of the member whose header was read last. False: one that
 * trawl leaves alone. The decoders of the rarer ones take as much memory as the member asks for. */
static bool method_is_read(struct bundle *bundle, char *method, size_t size) {
    const char *name = archive_format_name(bundle->archive);
    const char *open = name ? strchr(name, '(') : NULL;
    if (bundle->base.content != CONTENT_ZIP || !open) return true;
    size_t length = strcspn(open + 1, ")");
    if (length >= size) length = size - 1;
    memcpy(method, open + 1, length);
    method[length] = 0;
    return strcmp(method, "uncompressed") == 0 || strcmp(method, "deflation") == 0 ||
           strcmp(method, "bzip") == 0;
}

static void begin_member(struct bundle *bundle, struct archive_entry *entry) {
    char method[40];
    bundle->member = true;
    bundle->untried = false;
    bundle->block_left = 0;
    bundle->block_at = bundle->at = 0;
    bundle->due = TRAWL_OK;
    if (archive_entry_is_encrypted(entry))
        bundle->due = error_set(&bundle->due_reason, TRAWL_REFUSED,
                                "is encrypted; unpack the archive with its password first");
    else if (!method_is_read(bundle, method, sizeof method))
        bundle->due =
            error_set(&bundle->due_reason, TRAWL_REFUSED,
                      "is packed with %s, which is not read; unpack the archive first", method);
    if (bundle->due != TRAWL_OK) bundle->member = false;
}

/* libarchive found no more members. Is that because the archive ends there? A tar may also have
 * lost its rest just behind a member, which only the missing zero block of its end tells. Zeros of
 * the last member do not count. */
static enum trawl_status finish(struct bundle *bundle, struct trawl_error *error) {
    enum { END_MARK = 512 };
    const struct supply *supply = &bundle->supply;
    bundle->done = true;
    if (bundle->base.content != CONTENT_TAR || bundle->untried) return TRAWL_OK;
    la_int64_t members_end = archive_read_header_position(bundle->archive);
    uint64_t length = supply_length(supply);
    if (supply->zeros >= END_MARK && length - (uint64_t)members_end >= END_MARK) return TRAWL_OK;
    return error_set(error, TRAWL_DAMAGED,
                     "ends without the mark of its end: it may be cut short (byte %" PRIu64 "%s)",
                     supply->base + length, layer_whose(&bundle->base));
}

static bool is_file(struct archive_entry *entry) {
    return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
}

/* As it stands in the archive where the locale has no way to convert it. NULL: out of memory. */
static const char *name_of(struct bundle *bundle, struct archive_entry *entry) {
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name) name = archive_entry_pathname(entry);
    if (!name) return "?";
    buffer_clear(&bundle->name, 4096);
    if (!buffer_append(&bundle->name, name, strlen(name) + 1)) return NULL;
    return bundle->name.data;
}

static enum trawl_status next_file(struct bundle *bundle, bool *more, const char **name,
                                   struct trawl_error *error) {
    enum trawl_status status = TRAWL_OK;
    bundle->member = false;
    bundle->block_left = 0;
    bundle->due = TRAWL_OK;
    while (status == TRAWL_OK && !bundle->done) {
        struct archive_entry *entry;
        if (!bundle->archive) {
            status = search_on(bundle, error);
            continue;
        }
        int result = archive_read_next_header(bundle->archive, &entry);
        if (result == ARCHIVE_EOF) {
            status = finish(bundle, error);
        } else if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
            status = broken(bundle, error);
        } else if (is_file(entry)) {
            *name = name_of(bundle, entry);
            if (!*name) return error_memory(error);
            *more = true;
            begin_member(bundle, entry);
            return TRAWL_OK;
        }
    }
    return status;
}

static enum trawl_status bundle_next(struct layer *layer, bool *more, const char **name,
                                     struct trawl_error *error) {
    struct bundle *bundle = (struct bundle *)layer;
    *more = false;
    *name = NULL;
    locale_t before = uselocale(bundle->utf8); /* zero changes nothing */
    enum trawl_status status = next_file(bundle, more, name, error);
    uselocale(before);
    return status;
}

/* Fetches the next block; at the member's end `member` turns false. */
static enum trawl_status next_block(struct bundle *bundle, struct trawl_error *error) {
    const void *block = NULL;
    size_t size = 0;
    la_int64_t offset = 0;
    int result = archive_read_data_block(bundle->archive, &block, &size, &offset);
    switch (result) {
        case ARCHIVE_EOF:
            bundle->member = false;
            return TRAWL_OK;
        case ARCHIVE_WARN: /* the last block, whose checksum or size is wrong */
            bundle->due = error_set(&bundle->due_reason, TRAWL_DAMAGED, "%s",
                                    supply_reason(&bundle->supply, bundle->archive));
            bundle->member = false;
            break;
        case ARCHIVE_OK:
            break;
        case ARCHIVE_RETRY:
        case ARCHIVE_FAILED:
            bundle->member = false;
            return error_set(error, TRAWL_DAMAGED, "%s",
                             supply_reason(&bundle->supply, bundle->archive));
        default:
            return broken(bundle, error);
    }
    if (offset < bundle->at) {
        bundle->member = false;
        return error_set(error, TRAWL_DAMAGED, "its parts are out of order");
    }
    bundle->block = block;
    bundle->block_left = size;
    bundle->block_at = offset;
    return TRAWL_OK;
}

static enum trawl_status bundle_read(struct layer *layer, char *to, size_t room, size_t *got,
                                     struct trawl_error *error) {
    struct bundle *bundle = (struct bundle *)layer;
    *got = 0;
    while (bundle->block_left == 0) {
        enum trawl_status status = bundle->due;
        if (status != TRAWL_OK) {
            bundle->due = TRAWL_OK;
            return error_set(error, status, "%s", bundle->due_reason.message);
        }
        if (!bundle->member) return TRAWL_OK;
        status = next_block(bundle, error);
        if (status != TRAWL_OK) return status;
    }
    if (bundle->block_at > bundle->at) { /* a hole of a sparse file */
        uint64_t hole = (uint64_t)(bundle->block_at - bundle->at);
        *got = hole < room ? (size_t)hole : room;
        memset(to, 0, *got);
    } else {
        *got = bundle->block_left < room ? bundle->block_left : room;
        memcpy(to, bundle->block, *got);
        bundle->block += *got;
        bundle->block_left -= *got;
        bundle->block_at += (int64_t)*got;
    }
    bundle->at += (int64_t)*got;
    return TRAWL_OK;
}

const struct layer_type layer_archive = {
    .create = bundle_create,
    .destroy = bundle_destroy,
    .open = bundle_open,
    .close = bundle_close,
    .read = bundle_read,
    .next = bundle_next,
};
