/* pull.c - a buffer over a layer: looking ahead, reading through, searching. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/container/layer.h"

bool pull_start(struct pull *pull, struct layer *from, struct file *file) {
    /* Decoders load whole words: some bytes may be read behind the end, none written. */
    if (!pull->data) pull->data = malloc(PULL_SIZE + TEXT_PADDING);
    if (!pull->data) return false;
    pull->from = from;
    pull->file = file;
    pull->at = pull->end = 0;
    pull->offset = 0;
    pull->ended = false;
    pull->trouble = TRAWL_OK;
    return true;
}

void pull_free(struct pull *pull) {
    free(pull->data);
    pull->data = NULL;
}

size_t pull_fill(struct pull *pull, size_t need, bool greedy) {
    size_t have = pull->end - pull->at;
    if (have >= need || pull->ended || pull->trouble != TRAWL_OK) return have;
    size_t from = pull->end;
    if (have == 0) {
        from = 0; /* what was taken stays for pull_back until more is there */
    } else if (greedy || pull->at + need > PULL_SIZE) {
        memmove(pull->data, pull->data + pull->at, have);
        pull->at = 0;
        from = pull->end = have;
    }
    while (have < need) {
        size_t room = PULL_SIZE - from, got = 0;
        if (!greedy && room > PULL_GLANCE) room = PULL_GLANCE;
        enum trawl_status status = pull->from->type->read(pull->from, (char *)pull->data + from,
                                                          room, &got, &pull->reason);
        if (status != TRAWL_OK) {
            pull->trouble = status;
            break;
        }
        if (got == 0) {
            pull->ended = true;
            break;
        }
        if (have == 0) pull->at = from;
        from += got;
        have += got;
        pull->end = from;
    }
    return have;
}

void pull_back(struct pull *pull, uint64_t offset) {
    uint64_t back = pull->offset - offset;
    if (back > pull->at) back = pull->at;
    pull->at -= (size_t)back;
    pull->offset -= back;
}

uint64_t pull_skip(struct pull *pull, uint64_t length) {
    uint64_t done = 0;
    while (done < length) {
        size_t have = pull_fill(pull, 1, true);
        if (have == 0) break;
        if (have > length - done) have = (size_t)(length - done);
        pull_take(pull, have);
        done += have;
    }
    return done;
}

bool pull_skip_zeros(struct pull *pull) {
    size_t have;
    while ((have = pull_fill(pull, 1, true)) > 0) {
        const unsigned char *bytes = pull_bytes(pull);
        size_t zeros = 0;
        while (zeros < have && bytes[zeros] == 0) zeros++;
        pull_take(pull, zeros);
        if (zeros < have) return true;
    }
    return false;
}

enum trawl_status pull_trouble(struct pull *pull, struct trawl_error *error) {
    enum trawl_status status = pull->trouble;
    pull->trouble = TRAWL_OK;
    if (status != TRAWL_OK) error_set(error, status, "%s", pull->reason.message);
    return status;
}

enum trawl_status pull_read(struct pull *pull, char *to, size_t room, size_t *got,
                            struct trawl_error *error) {
    size_t have = pull->end - pull->at;
    *got = 0;
    if (have > 0) {
        *got = have < room ? have : room;
        memcpy(to, pull_bytes(pull), *got);
        pull_take(pull, *got);
        return TRAWL_OK;
    }
    if (pull->trouble != TRAWL_OK) return pull_trouble(pull, error);
    if (pull->ended) return TRAWL_OK;
    enum trawl_status status = pull->from->type->read(pull->from, to, room, got, error);
    if (status == TRAWL_OK && *got == 0) pull->ended = true;
    pull->offset += *got;
    return status;
}

enum trawl_status pull_lend(struct pull *pull, size_t keep, struct text *text,
                            struct trawl_error *error) {
    struct layer *from = pull->from;
    size_t have = pull->end - pull->at;
    *text = (struct text){NULL, 0};
    if (!from->type || !from->type->lend || (have > 0 && keep > 0)) return TRAWL_OK;
    if (have > 0) {
        memset(pull->data + pull->end, 0, TEXT_PADDING);
        *text = (struct text){(const char *)pull_bytes(pull), have};
        pull_take(pull, have);
        return TRAWL_OK;
    }
    if (pull->trouble != TRAWL_OK || pull->ended) return TRAWL_OK;
    enum trawl_status status = from->type->lend(from, keep, text, error);
    if (status == TRAWL_OK && text->data && text->length == 0) pull->ended = true;
    pull->offset += text->length;
    return status;
}

int64_t pull_seek(struct pull *pull, int64_t offset, int whence) {
    /* The file itself stands further on than the pull. */
    if (whence == SEEK_CUR) {
        if (__builtin_add_overflow((int64_t)pull->offset, offset, &offset)) return -1;
        whence = SEEK_SET;
    }
    if (whence == SEEK_SET && offset >= (int64_t)pull->offset &&
        (uint64_t)offset - pull->offset < pull->end - pull->at) {
        pull_take(pull, (size_t)((uint64_t)offset - pull->offset));
        return offset;
    }
    int64_t to = file_seek(pull->file, offset, whence);
    if (to < 0) return -1;
    pull->at = pull->end = 0;
    pull->offset = (uint64_t)to;
    pull->ended = false;
    return to;
}

bool pull_search(struct pull *pull, const struct landmark *landmark) {
    const size_t least = landmark->before + landmark->length;
    for (;;) {
        size_t have = pull_fill(pull, landmark->look, true);
        if (have < least) {
            pull_take(pull, have);
            return false;
        }
        const unsigned char *bytes = pull_bytes(pull);
        const unsigned char *hit = memmem(bytes + landmark->before, have - landmark->before,
                                          landmark->bytes, landmark->length);
        if (!hit) {
            pull_take(pull, have - least + 1);
            continue;
        }
        pull_take(pull, (size_t)(hit - bytes) - landmark->before);
        have = pull_fill(pull, landmark->look, true);
        if (landmark->accept(pull_bytes(pull), have)) return true;
        pull_take(pull, 1);
    }
}
