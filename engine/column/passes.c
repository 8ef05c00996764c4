#include "engine/column/passes.h"

#include "engine/base/bitmap.h"

void pass_lower(char *restrict to, const char *restrict from, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)from[i];
        to[i] = (char)(c | ((unsigned char)(c - 'A') < 26 ? 0x20 : 0));
    }
}

bool pass_has_high(const char *from, size_t length) {
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++) all |= (unsigned char)from[i];
    return all & 0x80;
}

/* One word of rows out of a dictionary of up to 64 values, whose bits stay in a register. */
static uint64_t spread_few(uint64_t by_value, const uint32_t *codes, size_t count) {
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) word |= (by_value >> (codes[i] & 63) & 1) << i;
    return word;
}

static uint64_t spread_many(const uint64_t *by_value, const uint32_t *codes, size_t count) {
    uint64_t word = 0;
    for (size_t i = 0; i < count; i++) word |= (uint64_t)bitmap_get(by_value, codes[i]) << i;
    return word;
}

void pass_spread(uint64_t *restrict to, const uint64_t *restrict by_value, size_t distinct,
                 const uint32_t *restrict codes, const uint64_t *restrict validity, size_t rows) {
    uint64_t hits = bitmap_count(by_value, distinct);
    if (hits == 0) {
        bitmap_zero(to, rows);
        return;
    }
    if (hits == distinct) {
        memcpy(to, validity, BITMAP_WORDS(rows) * sizeof *to);
        return;
    }
    for (size_t w = 0; w < BITMAP_WORDS(rows); w++) {
        const uint32_t *word_codes = codes + w * 64;
        size_t left = rows - w * 64;
        uint64_t word;
        if (distinct <= 64) /* The constant count lets the compiler unroll. */
            word = left >= 64 ? spread_few(by_value[0], word_codes, 64)
                              : spread_few(by_value[0], word_codes, left);
        else
            word = spread_many(by_value, word_codes, left >= 64 ? 64 : left);
        to[w] = word & validity[w];
    }
}

uint64_t pass_narrow(uint64_t *restrict selection, const uint64_t *restrict flag, size_t rows) {
    uint64_t count = 0;
    for (size_t w = 0; w < BITMAP_WORDS(rows); w++) {
        selection[w] &= flag[w];
        count += (uint64_t)__builtin_popcountll(selection[w]);
    }
    return count;
}
