#include "formats/container/inflate.h"

#include <stdlib.h>
#include <string.h>

enum {
    LITERALS_MAX = 288, /* symbols: 256 bytes, the end, lengths, two that are none */
    DISTANCES_MAX = 32,
    LENGTHS_MAX = 19, /* symbols that code lengths are coded with */
    CODE_MAX = 15,    /* bits of a code */
    END = 256,
    /* Bits that a table is looked up with. Longer codes go on in a table behind it, of which there
     * are at most half as many as symbols. */
    LITERAL_BITS = 10,
    DISTANCE_BITS = 8,
    LENGTH_BITS = 7,
    LITERAL_SLOTS = (1 << LITERAL_BITS) + LITERALS_MAX / 2 * (1 << (CODE_MAX - LITERAL_BITS)),
    DISTANCE_SLOTS = (1 << DISTANCE_BITS) + DISTANCES_MAX / 2 * (1 << (CODE_MAX - DISTANCE_BITS)),
};

/* A slot, or what becomes one when the code's length is added:
 *   0 to 7    bits to take, those behind the code that belong to the value among them
 *   8 to 11   bits of the code alone
 *   13 to 15  what it is
 *   16 to 31  the byte; the value without its bits; where the further table starts */
#define SLOT(value, bits) ((uint32_t)(value) << 16 | (bits))
#define IS_STOP 0x2000u    /* the end, where the value is 0, else no symbol */
#define IS_LITERAL 0x4000u /* a byte */
#define IS_OTHER \
    0x8000u /* a stop; or a further table, looked up with as many bits as the code has */
#define OF_LENGTH(bits) ((uint32_t)(bits)*0x101u)

struct inflate_tables {
    uint32_t literals[LITERAL_SLOTS], distances[DISTANCE_SLOTS], lengths[1 << LENGTH_BITS];
    uint32_t literal_symbols[LITERALS_MAX], distance_symbols[DISTANCES_MAX];
    uint32_t length_symbols[LENGTHS_MAX];
    /* Lengths of the codes of a block, and zeros up to a multiple of eight. */
    uint8_t literal_codes[LITERALS_MAX], distance_codes[DISTANCES_MAX];
};

/* ---- symbols ------------------------------------------------------------------------------- */

/* RFC 1951 3.2.5. */
static void make_symbols(struct inflate_tables *tables) {
    const uint32_t none = SLOT(1, IS_OTHER | IS_STOP);
    for (unsigned i = 0; i < END; i++) tables->literal_symbols[i] = SLOT(i, IS_LITERAL);
    tables->literal_symbols[END] = SLOT(0, IS_OTHER | IS_STOP);
    for (unsigned i = 0, value = 3; i < 29; i++) {
        unsigned bits = i < 8 ? 0 : (i - 4) / 4;
        if (i == 28) value = 258, bits = 0;
        tables->literal_symbols[END + 1 + i] = SLOT(value, bits);
        value += 1u << bits;
    }
    tables->literal_symbols[286] = tables->literal_symbols[287] = none;
    for (unsigned i = 0, value = 1; i < 30; i++) {
        unsigned bits = i < 4 ? 0 : (i - 2) / 2;
        tables->distance_symbols[i] = SLOT(value, bits);
        value += 1u << bits;
    }
    tables->distance_symbols[30] = tables->distance_symbols[31] = none;
    for (unsigned i = 0; i < LENGTHS_MAX; i++) tables->length_symbols[i] = SLOT(i, 0);
}

struct inflate_tables *inflate_tables_new(void) {
    struct inflate_tables *tables = malloc(sizeof *tables);
    if (tables) make_symbols(tables);
    return tables;
}

/* ---- tables -------------------------------------------------------------------------------- */

/* Codes are numbered in the order of their lengths, first bit first; tables are looked up with the
 * first bit lowest. So this adds one to a number whose highest bit is the lowest. */
static unsigned next_code(unsigned code, unsigned length) {
    unsigned zeros = code ^ ((1u << length) - 1);
    if (zeros == 0) return 0; /* that was the last */
    unsigned bit = 1u << (31 - __builtin_clz(zeros));
    return (code & (bit - 1)) | bit;
}

/* Whether none of eight symbols has a code: of most bytes there is none. */
static inline bool none_of_eight(const uint8_t *codes) {
    uint64_t eight;
    memcpy(&eight, codes, sizeof eight);
    return eight == 0;
}

/* How many codes there are of each length, and the symbols in the order of these. `codes` has zeros
 * behind its end, up to a multiple of eight. False: not every sequence of bits is a code, or some
 * are two. */
static bool sort_symbols(const uint8_t *codes, unsigned count, uint16_t counts[CODE_MAX + 1],
                         uint16_t *sorted) {
    uint16_t starts[CODE_MAX + 2];
    int left = 1;
    memset(counts, 0, (CODE_MAX + 1) * sizeof *counts);
    for (unsigned i = 0; i < count; i += 8) {
        if (none_of_eight(codes + i)) continue;
        for (unsigned k = i; k < i + 8; k++) counts[codes[k]]++;
    }
    starts[1] = 0;
    for (unsigned length = 1; length <= CODE_MAX; length++) {
        left = left * 2 - counts[length];
        if (left < 0) return false;
        starts[length + 1] = (uint16_t)(starts[length] + counts[length]);
    }
    for (unsigned i = 0; i < count; i += 8) {
        if (none_of_eight(codes + i)) continue;
        for (unsigned k = i; k < i + 8; k++)
            if (codes[k]) sorted[starts[codes[k]]++] = (uint16_t)k;
    }
    return left == 0;
}

static bool make_table(uint32_t *table, unsigned bits, const uint8_t *codes, unsigned count,
                       const uint32_t *symbols) {
    uint16_t counts[CODE_MAX + 1], sorted[LITERALS_MAX];
    if (!sort_symbols(codes, count, counts, sorted)) return false;
    const uint16_t *symbol = sorted;
    unsigned code = 0, length, size = 1;
    table[0] = 0;
    /* The table for codes of one bit more is twice the table so far, and the new codes. */
    for (length = 1; length <= bits; length++) {
        memcpy(table + size, table, size * sizeof *table);
        size *= 2;
        for (unsigned n = counts[length]; n > 0; n--) {
            table[code] = symbols[*symbol++] + OF_LENGTH(length);
            code = next_code(code, length);
        }
    }
    unsigned longest = CODE_MAX;
    while (longest > bits && counts[longest] == 0) longest--;
    unsigned further = longest - bits, prefix = UINT32_MAX, start = 0;
    for (; length <= longest; length++) {
        for (unsigned n = counts[length]; n > 0; n--) {
            if ((code & ((1u << bits) - 1)) != prefix) {
                prefix = code & ((1u << bits) - 1);
                start = size;
                size += 1u << further;
                table[prefix] = SLOT(start, IS_OTHER | further << 8 | bits);
            }
            uint32_t slot = symbols[*symbol++] + OF_LENGTH(length - bits);
            for (unsigned i = code >> bits; i < 1u << further; i += 1u << (length - bits))
                table[start + i] = slot;
            code = next_code(code, length);
        }
    }
    return true;
}

/* ---- bits ---------------------------------------------------------------------------------- */

/* `in` is behind the bytes of which all bits are held; further bits may be there and are right. */
struct bits {
    const unsigned char *in, *end;
    uint64_t held;
    unsigned count;
};

/* At least 56 bits then. Not to be called when `in` is behind the end by more than eight bytes. */
static inline void bits_fill(struct bits *bits) {
    uint64_t word;
    memcpy(&word, bits->in, sizeof word);
    bits->held |= word << bits->count;
    bits->in += (63 - bits->count) >> 3;
    bits->count |= 56;
}

static inline void bits_drop(struct bits *bits, unsigned count) {
    bits->held >>= count;
    bits->count -= count;
}

static inline unsigned bits_take(struct bits *bits, unsigned count) {
    unsigned taken = (unsigned)bits->held & ((1u << count) - 1);
    bits_drop(bits, count);
    return taken;
}

/* Of a data that is whole, what is loaded never reaches behind the trailer. */
static inline bool bits_overrun(const struct bits *bits) {
    return bits->in > bits->end;
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* Of distances there may be a single code, of one bit, or none. False: there are more. */
static bool lone_distance(struct inflate_tables *tables) {
    const uint32_t none = SLOT(1, IS_OTHER | IS_STOP);
    unsigned count = 0, symbol = 0;
    for (unsigned i = 0; i < DISTANCES_MAX; i++) {
        if (tables->distance_codes[i] == 0) continue;
        symbol = i;
        if (++count > 1) return false;
    }
    if (count == 1 && tables->distance_codes[symbol] != 1) return false;
    const uint32_t slot = count == 1 ? tables->distance_symbols[symbol] + OF_LENGTH(1) : none;
    for (unsigned i = 0; i < 1 << DISTANCE_BITS; i += 2) {
        tables->distances[i] = slot;
        tables->distances[i + 1] = none;
    }
    return true;
}

static bool block_tables(struct inflate_tables *tables, unsigned literals, unsigned distances) {
    return make_table(tables->literals, LITERAL_BITS, tables->literal_codes, literals,
                      tables->literal_symbols) &&
           (make_table(tables->distances, DISTANCE_BITS, tables->distance_codes, distances,
                       tables->distance_symbols) ||
            lone_distance(tables));
}

/* RFC 1951 3.2.6. */
static bool fixed_tables(struct inflate_tables *tables) {
    memset(tables->literal_codes, 8, 144);
    memset(tables->literal_codes + 144, 9, 112);
    memset(tables->literal_codes + 256, 7, 24);
    memset(tables->literal_codes + 280, 8, 8);
    memset(tables->distance_codes, 5, DISTANCES_MAX);
    return block_tables(tables, LITERALS_MAX, DISTANCES_MAX);
}

/* The lengths of a block's codes, which are coded themselves, and zeros behind them. */
static bool read_codes(const struct inflate_tables *tables, struct bits *bits, uint8_t *codes,
                       unsigned count) {
    memset(codes + count, 0, 8);
    for (unsigned i = 0; i < count;) {
        if (bits->count < LENGTH_BITS + 7) {
            if (bits_overrun(bits)) return false;
            bits_fill(bits);
        }
        uint32_t slot = tables->lengths[bits->held & ((1 << LENGTH_BITS) - 1)];
        bits_drop(bits, slot & 0xFF);
        unsigned symbol = slot >> 16, repeat;
        if (symbol < 16) {
            codes[i++] = (uint8_t)symbol;
            continue;
        }
        if (symbol == 16) {
            if (i == 0) return false;
            repeat = 3 + bits_take(bits, 2);
        } else {
            repeat = symbol == 17 ? 3 + bits_take(bits, 3) : 11 + bits_take(bits, 7);
        }
        if (repeat > count - i) return false;
        memset(codes + i, symbol == 16 ? codes[i - 1] : 0, repeat);
        i += repeat;
    }
    return true;
}

/* RFC 1951 3.2.7. */
static bool dynamic_tables(struct inflate_tables *tables, struct bits *bits) {
    static const uint8_t order[LENGTHS_MAX] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                               11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[(LENGTHS_MAX + 7) / 8 * 8] = {0}, codes[LITERALS_MAX + DISTANCES_MAX + 8];
    unsigned literals = 257 + bits_take(bits, 5), distances = 1 + bits_take(bits, 5);
    unsigned given = 4 + bits_take(bits, 4);
    for (unsigned i = 0; i < given; i++) {
        if (bits->count < 3) bits_fill(bits);
        lengths[order[i]] = (uint8_t)bits_take(bits, 3);
    }
    if (literals > 286 || distances > 30 ||
        !make_table(tables->lengths, LENGTH_BITS, lengths, LENGTHS_MAX, tables->length_symbols) ||
        !read_codes(tables, bits, codes, literals + distances))
        return false;
    memcpy(tables->distance_codes, codes + literals, DISTANCES_MAX);
    memset(tables->distance_codes + distances, 0, DISTANCES_MAX - distances);
    memset(codes + literals, 0, LITERALS_MAX - literals);
    memcpy(tables->literal_codes, codes, LITERALS_MAX);
    return block_tables(tables, literals, distances);
}

/* What a slot's value is with its bits, which are taken. */
static inline unsigned take_value(struct bits *bits, uint32_t slot) {
    unsigned all = slot & 0xFF, code = slot >> 8 & 15;
    unsigned extra = (unsigned)((bits->held & ((UINT64_C(1) << all) - 1)) >> code);
    bits_drop(bits, all);
    return (slot >> 16) + extra;
}

/* The slot in the further table, whose bits are the next ones then. */
static inline uint32_t further_slot(const uint32_t *table, struct bits *bits, uint32_t slot) {
    bits_drop(bits, slot & 0xFF);
    return table[(slot >> 16) + (bits->held & ((1u << (slot >> 8 & 15)) - 1))];
}

/* May write up to 15 bytes more. */
static inline void copy_match(unsigned char *to, unsigned distance, unsigned length) {
    const unsigned char *from = to - distance;
    unsigned char *end = to + length;
    if (distance >= 16) {
        do {
            memcpy(to, from, 16);
            to += 16;
            from += 16;
        } while (to < end);
    } else if (distance >= 8) {
        do {
            memcpy(to, from, 8);
            to += 8;
            from += 8;
        } while (to < end);
    } else if (distance == 1) {
        memset(to, *from, length);
    } else {
        do *to++ = *from++;
        while (to < end);
    }
}

/* The symbols of a block, up to its end. *at is where the text goes on; it must not go beyond
 * `last` by more than a step. */
static bool inflate_block(const struct inflate_tables *tables, struct bits *given,
                          const unsigned char *start, unsigned char **at,
                          const unsigned char *last) {
    const uint32_t *literals = tables->literals, *distances = tables->distances;
    const unsigned mask = (1 << LITERAL_BITS) - 1;
    struct bits bits = *given;
    unsigned char *to = *at;
    for (;;) {
        if (bits_overrun(&bits) || to > last) return false;
        bits_fill(&bits);
        uint32_t slot = literals[bits.held & mask];
        if (slot & IS_LITERAL) { /* up to three of them in these bits */
            bits_drop(&bits, slot & 0xFF);
            *to++ = (unsigned char)(slot >> 16);
            slot = literals[bits.held & mask];
            if (slot & IS_LITERAL) {
                bits_drop(&bits, slot & 0xFF);
                *to++ = (unsigned char)(slot >> 16);
                slot = literals[bits.held & mask];
                if (slot & IS_LITERAL) {
                    bits_drop(&bits, slot & 0xFF);
                    *to++ = (unsigned char)(slot >> 16);
                    continue;
                }
            }
            bits_fill(&bits);
        }
        if (slot & IS_OTHER) {
            if (!(slot & IS_STOP)) slot = further_slot(literals, &bits, slot);
            if (slot & IS_LITERAL) {
                bits_drop(&bits, slot & 0xFF);
                *to++ = (unsigned char)(slot >> 16);
                continue;
            }
            if (slot & IS_STOP) {
                bits_drop(&bits, slot & 0xFF);
                *given = bits;
                *at = to;
                return slot >> 16 == 0;
            }
        }
        unsigned length = take_value(&bits, slot);
        slot = distances[bits.held & ((1 << DISTANCE_BITS) - 1)];
        if (slot & IS_OTHER && !(slot & IS_STOP)) slot = further_slot(distances, &bits, slot);
        if (slot & IS_STOP) return false;
        unsigned distance = take_value(&bits, slot);
        if (distance > (size_t)(to - start)) return false;
        copy_match(to, distance, length);
        to += length;
    }
}

bool inflate_small(struct inflate_tables *tables, const unsigned char *in, size_t length,
                   unsigned char *to, size_t room, size_t *used, size_t *made) {
    struct bits bits = {in, in + length, 0, 0};
    unsigned char *at = to;
    const unsigned char *last = to + (room - INFLATE_MARGIN);
    for (bool final = false; !final;) {
        enum { STORED, FIXED, DYNAMIC };
        if (bits_overrun(&bits)) return false;
        bits_fill(&bits);
        final = bits_take(&bits, 1);
        unsigned type = bits_take(&bits, 2);
        if (type != FIXED && type != DYNAMIC) return false;
        if (!(type == FIXED ? fixed_tables(tables) : dynamic_tables(tables, &bits))) return false;
        if (!inflate_block(tables, &bits, to, &at, last)) return false;
    }
    *used = (size_t)(bits.in - in) - (bits.count >> 3);
    *made = (size_t)(at - to);
    return *used + 8 <= length;
}
