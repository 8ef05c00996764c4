/* bitmap.h - one bit per row, least significant first, as in Arrow's validity buffers.
 *
 * A bitmap of n rows has BITMAP_WORDS(n) words; bits at and beyond n are always zero. The loops are
 * plain and in the header so that the compiler vectorises them into their callers. */
#ifndef TRAWL_ENGINE_BITMAP_H
#define TRAWL_ENGINE_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BITMAP_WORDS(rows) (((size_t)(rows) + 63) / 64)

static inline bool bitmap_get(const uint64_t *bits, size_t row) {
    return bits[row / 64] >> (row % 64) & 1;
}
static inline void bitmap_set(uint64_t *bits, size_t row) {
    bits[row / 64] |= UINT64_C(1) << (row % 64);
}
static inline void bitmap_clear(uint64_t *bits, size_t row) {
    bits[row / 64] &= ~(UINT64_C(1) << (row % 64));
}
static inline void bitmap_and(uint64_t *to, const uint64_t *a, const uint64_t *b, size_t rows) {
    for (size_t i = 0; i < BITMAP_WORDS(rows); i++) to[i] = a[i] & b[i];
}
static inline void bitmap_or(uint64_t *to, const uint64_t *a, const uint64_t *b, size_t rows) {
    for (size_t i = 0; i < BITMAP_WORDS(rows); i++) to[i] = a[i] | b[i];
}
/* The mask of the rows that exist in word `i`. */
static inline uint64_t bitmap_tail(size_t rows, size_t i) {
    size_t left = rows - i * 64;
    return left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
}
static inline void bitmap_set_range(uint64_t *bits, size_t from, size_t to) {
    for (; from < to && from % 64 > 0; from++) bitmap_set(bits, from);
    for (; from + 64 <= to; from += 64) bits[from / 64] = UINT64_MAX;
    for (; from < to; from++) bitmap_set(bits, from);
}
static inline void bitmap_not(uint64_t *to, const uint64_t *a, size_t rows) {
    for (size_t i = 0; i < BITMAP_WORDS(rows); i++) to[i] = ~a[i] & bitmap_tail(rows, i);
}
static inline void bitmap_fill(uint64_t *to, size_t rows) {
    for (size_t i = 0; i < BITMAP_WORDS(rows); i++) to[i] = bitmap_tail(rows, i);
}
static inline void bitmap_zero(uint64_t *to, size_t rows) {
    memset(to, 0, BITMAP_WORDS(rows) * sizeof *to);
}
static inline uint64_t bitmap_count(const uint64_t *bits, size_t rows) {
    uint64_t n = 0;
    for (size_t i = 0; i < BITMAP_WORDS(rows); i++) n += (uint64_t)__builtin_popcountll(bits[i]);
    return n;
}
static inline uint64_t bitmap_count_and(const uint64_t *a, const uint64_t *b, size_t rows) {
    uint64_t n = 0;
    for (size_t i = 0; i < BITMAP_WORDS(rows); i++)
        n += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return n;
}

#endif
