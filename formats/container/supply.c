/* supply.c - libarchive's callbacks over a pull. */
#include "formats/container/supply.h"

#include <errno.h>
#include <string.h>

static void count_zeros(struct supply *supply, const unsigned char *bytes, size_t length) {
    size_t other = length;
    while (other > 0 && bytes[other - 1] == 0) other--;
    if (other > 0) supply->zeros = 0;
    supply->zeros += length - other;
}

static la_ssize_t give(struct archive *archive, void *context, const void **bytes) {
    struct supply *supply = context;
    size_t kept = supply->given < supply->keep ? supply->given : supply->keep;
    pull_take(supply->in, supply->given - kept);
    size_t length = pull_fill(supply->in, kept + 1, true) - kept;
    if (length > supply->chunk) length = supply->chunk;
    supply->given = kept + length;
    *bytes = pull_bytes(supply->in) + kept;
    count_zeros(supply, *bytes, length);
    if (length > 0) return (la_ssize_t)length;
    supply->trouble = pull_trouble(supply->in, &supply->reason);
    if (supply->trouble == TRAWL_OK) {
        supply->ended = true;
        return 0;
    }
    archive_set_error(archive, EIO, "%s", supply->reason.message);
    return -1;
}

static la_int64_t move(struct archive *archive, void *context, la_int64_t offset, int whence) {
    struct supply *supply = context;
    (void)archive;
    pull_take(supply->in, supply->given);
    supply->given = 0;
    supply->ended = false;
    int64_t at = pull_seek(supply->in, offset, whence);
    return at < 0 ? ARCHIVE_FATAL : at;
}

int supply_open(struct supply *supply, struct archive *archive, struct pull *in, size_t chunk,
                size_t keep, bool seekable) {
    *supply =
        (struct supply){.in = in, .chunk = chunk, .keep = keep, .base = seekable ? 0 : in->offset};
    archive_read_set_callback_data(archive, supply);
    archive_read_set_read_callback(archive, give);
    if (seekable) archive_read_set_seek_callback(archive, move);
    return archive_read_open1(archive);
}

void supply_settle(struct supply *supply, struct archive *archive) {
    la_int64_t position = archive_filter_bytes(archive, -1);
    uint64_t used = supply->base + (position > 0 ? (uint64_t)position : 0);
    if (used > supply->in->offset) {
        uint64_t length = used - supply->in->offset;
        pull_take(supply->in, length < supply->given ? (size_t)length : supply->given);
    }
    supply->given = 0;
}

uint64_t supply_length(const struct supply *supply) {
    return supply->in->offset - supply->base + supply->given;
}

const char *supply_reason(const struct supply *supply, struct archive *archive) {
    if (supply->trouble != TRAWL_OK) return supply->reason.message;
    const char *reason = archive_error_string(archive);
    return supply->ended ? "ends in the middle" : reason && *reason ? reason : "malformed";
}
