#include "formats/framing/structure.h"

#include <immintrin.h>

#include "formats/framing/structure_bracket.h"

static void reset(struct structure *s, size_t depth) {
    s->watch_arrays = s->watch_columns = false;
    s->in_string = s->escaped = s->told = false;
    s->before = s->significant = 0;
    s->newline = false;
    s->depth = depth;
    s->arrays[0] = 0;
}

void structure_start(struct structure *structure) {
    reset(structure, 0);
}

void structure_start_inside(struct structure *structure) {
    reset(structure, 1);
}

enum structure_event structure_line_start(const struct structure *s, const char *text, size_t at) {
    bool newline = false;
    size_t back = at;
    while (back > 0 && structure_blank(text[back - 1])) newline |= text[--back] == '\n';
    char last = back > 0 ? text[back - 1] : s->significant;
    if (back == 0) newline |= s->newline;
    if (!newline || last == 0) return STRUCTURE_MORE;
    bool column = text[at] == '{' && (at > 0 ? text[at - 1] : s->before) == '\n';
    if (column && last == '}') return STRUCTURE_BOUNDARY;
    size_t top = s->depth - 1;
    bool in_array = s->arrays[top / 64] >> (top % 64) & 1;
    if (last != ':' && last != '[' && !(last == ',' && in_array)) return STRUCTURE_MISPLACED;
    return column && s->watch_columns ? STRUCTURE_COLUMN : STRUCTURE_MORE;
}

/* The scan stops at `here`, which is no string's inside and no escape, except for a newline in a
 * string, after which the state is of no more use. */
static inline enum structure_event stopped(struct structure *s, enum structure_event event,
                                           size_t here, size_t *at) {
    s->in_string = s->escaped = false;
    s->told = event == STRUCTURE_ARRAY || event == STRUCTURE_COLUMN;
    *at = event == STRUCTURE_END ? here + 1 : here;
    return event;
}

/* ---- the block scanner ----------------------------------------------------------------------- */

struct masks {
    uint64_t quote, backslash, newline, bracket;
};

/* Bit i: whether an odd number of bits at and below i are set. */
static inline uint64_t prefix_xor(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

/* The bytes that a backslash before them takes the meaning from: those behind a run of backslashes
 * of odd length. Adding a run's first bit to the run carries out at its end; whether start and end
 * are both on even places, or both on odd ones, tells the length. *escaped is the state before the
 * first and, on return, behind the last of `count` bytes. */
static inline uint64_t escaped_bytes(uint64_t backslash, size_t count, bool *escaped) {
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t first = *escaped;
    if (!backslash) {
        *escaped = false;
        return first;
    }
    backslash &= ~first;
    uint64_t starts = backslash & ~(backslash << 1);
    unsigned long long odd_ends;
    uint64_t even_ends = backslash + (starts & even);
    bool odd_out = __builtin_uaddll_overflow(backslash, starts & ~even, &odd_ends);
    uint64_t after = (even_ends & ~backslash & ~even) | (odd_ends & ~backslash & even);
    /* Place 64 is even: a run that ends there has odd length when it started on an odd place. */
    *escaped = count == 64 ? odd_out : after >> count & 1;
    return after | first;
}

static inline void classify_sse2(const char *bytes, struct masks *masks) {
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i newline = _mm_set1_epi8('\n'), fold = _mm_set1_epi8(0x20);
    const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
    *masks = (struct masks){0};
    for (int i = 0; i < 64; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + i));
        /* [ and ] differ from { and } in one bit; no other byte folds onto these. */
        __m128i folded = _mm_or_si128(v, fold);
        __m128i bracket = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
        masks->quote |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << i;
        masks->backslash |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, backslash))
                            << i;
        masks->newline |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, newline)) << i;
        masks->bracket |= (uint64_t)(unsigned)_mm_movemask_epi8(bracket) << i;
    }
}

#define KERNEL scan_sse2
#define KERNEL_TARGET
#define KERNEL_CLASSIFY classify_sse2
#include "formats/framing/structure_kernel.h"

#define TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2")))

TARGET_AVX2
static inline void classify_avx2(const char *bytes, struct masks *masks) {
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
    const __m256i newline = _mm256_set1_epi8('\n'), fold = _mm256_set1_epi8(0x20);
    const __m256i open = _mm256_set1_epi8('{'), close = _mm256_set1_epi8('}');
    *masks = (struct masks){0};
    for (int i = 0; i < 64; i += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + i));
        __m256i folded = _mm256_or_si256(v, fold);
        __m256i bracket =
            _mm256_or_si256(_mm256_cmpeq_epi8(folded, open), _mm256_cmpeq_epi8(folded, close));
        masks->quote |= (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, quote)) << i;
        masks->backslash |=
            (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, backslash)) << i;
        masks->newline |= (uint64_t)(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, newline))
                          << i;
        masks->bracket |= (uint64_t)(unsigned)_mm256_movemask_epi8(bracket) << i;
    }
}

#define KERNEL scan_avx2
#define KERNEL_TARGET TARGET_AVX2
#define KERNEL_CLASSIFY classify_avx2
#include "formats/framing/structure_kernel.h"

structure_scan structure_scan_for(enum isa isa) {
    return isa >= ISA_HASWELL ? scan_avx2 : scan_sse2;
}

/* ---- the twin -------------------------------------------------------------------------------- */

enum structure_event structure_scan_plain(struct structure *s, const char *text, size_t *at,
                                          size_t end) {
    for (size_t here = *at; here < end; here++) {
        char c = text[here];
        if (s->escaped) {
            s->escaped = false;
            if (c == '"' || c == '\\') continue;
        }
        if (c == '\\') s->escaped = true;
        if (c == '"') s->in_string = !s->in_string;
        if (s->in_string) {
            if (c == '\n') return stopped(s, STRUCTURE_NEWLINE, here, at);
            continue;
        }
        if (c != '{' && c != '[' && c != '}' && c != ']') continue;
        enum structure_event event = structure_bracket(s, text, here);
        if (event != STRUCTURE_MORE) return stopped(s, event, here, at);
    }
    *at = end;
    return STRUCTURE_MORE;
}
