/* record.h - a (key, payload) pair as bytes, the same in memory and in a temporary file: both
 * lengths, then both texts. */
#ifndef TRAWL_ENGINE_RECORD_H
#define TRAWL_ENGINE_RECORD_H

#include "engine/base/buffer.h"

/* Lengths in base 128, least significant first; the top bit says that more follows. */
#define LENGTH_MOST 10 /* bytes of the longest */

static inline size_t length_write(char *to, uint64_t length) {
    size_t used = 0;
    for (; length >= 0x80; length >>= 7) to[used++] = (char)(length | 0x80);
    to[used++] = (char)length;
    return used;
}
/* Moves *at behind the length; false: it does not end before `end`, or is no 64-bit number. */
static inline bool length_read(const char **at, const char *end, uint64_t *length) {
    uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        unsigned char byte = (unsigned char)*(*at)++;
        if (shift == 63 && byte > 1) return false;
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *length = sum;
            return true;
        }
    }
    return false;
}

struct record {
    struct text key, payload;
};

#define RECORD_HEAD_MOST (2 * (size_t)LENGTH_MOST)

static inline size_t record_head(char head[RECORD_HEAD_MOST], struct record record) {
    size_t used = length_write(head, record.key.length);
    return used + length_write(head + used, record.payload.length);
}
/* A record that this process wrote and has had in memory since. */
static inline struct record record_at(const char *at) {
    const char *end = at + RECORD_HEAD_MOST;
    uint64_t key = 0, payload = 0;
    (void)length_read(&at, end, &key);
    (void)length_read(&at, end, &payload);
    return (struct record){{at, (size_t)key}, {at + key, (size_t)payload}};
}

#endif
