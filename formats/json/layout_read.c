/* layout_read.c - reading records by their layout, once per ISA level, and the twin of all. */
#include <immintrin.h>

#include "formats/framing/utf.h"
#include "formats/json/cursor.h"
#include "formats/json/layout_reading.h"

/* 64 bytes, one bit each. */
struct masks {
    uint64_t quote, backslash;
    uint64_t odd;         /* control characters, and what is not ASCII */
    uint64_t open, close; /* brackets of either kind */
    uint64_t curly;       /* of brackets: { and } */
};

/* The search for a string's end is what the walk waits for. Of values that have had the same length
 * this often in a row, the same is expected of the next: the walk goes on while the search is under
 * way, and the processor notices when it was wrong. */
#define LAYOUT_STEADY 4
/* Hides from the compiler that the two lengths are equal: the usual one is known at once. */
#define LAYOUT_PREDICTED(length) __asm__("" : "+r"(length))

/* From this many bytes on the parser's vectors are faster. */
#define WIDE_LONG 128

/* The bytes that a backslash before them takes the meaning from: those behind a run of backslashes
 * of odd length (structure.c says how). *odd_run: such a run goes on from block to block. */
static inline uint64_t layout_escaped(uint64_t backslash, bool *odd_run) {
    const uint64_t even = UINT64_C(0x5555555555555555);
    uint64_t first = *odd_run;
    backslash &= ~first;
    uint64_t starts = backslash & ~(backslash << 1);
    unsigned long long odd_ends;
    uint64_t even_ends = backslash + (starts & even);
    *odd_run = __builtin_uaddll_overflow(backslash, starts & ~even, &odd_ends);
    return (even_ends & ~backslash & ~even) | (odd_ends & ~backslash & even) | first;
}

/* Odd bytes of which no control character may be one; `high` are those that are not ASCII. */
static bool layout_odd(const char *block, uint64_t odd, uint64_t high, struct layout_wide *wide) {
    if (odd & ~high) return false;
    if (!wide->from) wide->from = block + __builtin_ctzll(odd);
    wide->to = block + 64 - __builtin_clzll(odd);
    return true;
}

/* Whether what was noted of a value is UTF-8. It may go on behind the value's end, which is ASCII
 * like the byte before it. */
static bool layout_wide_valid(const struct json_layout *layout, struct layout_wide wide,
                              const char *end) {
    if (wide.to > end) wide.to = end;
    if (wide.from >= wide.to) return true;
    struct text text = {wide.from, (size_t)(wide.to - wide.from)};
    return text.length < WIDE_LONG ? utf8_valid(text) : json_parser_utf8(layout->parser, text);
}

static inline void layout_note(struct layout_step *step, size_t length) {
    if (step->usual != length) {
        step->usual = (uint8_t)length;
        step->steady = 0;
    } else if (step->steady < LAYOUT_STEADY) {
        step->steady++;
    }
}

/* The piece's bytes beyond the first are there as well. */
static bool layout_rest(const struct json_layout *layout, const struct layout_step *step,
                        const char *at, const char *end) {
    size_t rest = step->length - (size_t)LAYOUT_PIECE;
    return step->length <= (size_t)(end - at) &&
           memcmp(at + LAYOUT_PIECE, layout->rests + step->rest, rest) == 0;
}

static LAYOUT_RARE size_t layout_number(const char *at, const char *end) {
    return json_number_length(at, (size_t)(end - at));
}

static inline uint64_t select_plain(uint64_t bits, unsigned i) {
    while (i-- > 0) bits &= bits - 1;
    return bits & -bits;
}

/* ---- westmere -------------------------------------------------------------------------------- */

#define TARGET_SSE __attribute__((target("sse4.2,pclmul,popcnt")))

TARGET_SSE
static inline uint64_t parity_clmul(uint64_t bits) {
    __m128i all = _mm_set1_epi8('\xFF');
    return (uint64_t)_mm_cvtsi128_si64(
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)bits), all, 0));
}

TARGET_SSE
static inline bool piece_sse(const char *text, const struct layout_step *step) {
    for (int i = 0; i < 64 && step->bytes >> i; i += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(text + i));
        __m128i y = _mm_loadu_si128((const __m128i *)(step->piece + i));
        unsigned equal = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
        if (~equal & (step->bytes >> i) & 0xFFFF) return false;
    }
    return true;
}

#define BITS_SSE(v) ((uint64_t)(unsigned)_mm_movemask_epi8(v) << i)

TARGET_SSE
static inline size_t same_sse(const char *text, const char *like, size_t length) {
    for (size_t i = 0; i < length; i += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(text + i));
        __m128i y = _mm_loadu_si128((const __m128i *)(like + i));
        unsigned differ = ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)) & 0xFFFF;
        if (differ) return i + (size_t)__builtin_ctz(differ);
    }
    return length;
}

TARGET_SSE
static inline void string_sse(const char *bytes, struct masks *masks) {
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i space = _mm_set1_epi8(0x20);
    *masks = (struct masks){0};
    for (int i = 0; i < 64; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + i));
        masks->quote |= BITS_SSE(_mm_cmpeq_epi8(v, quote));
        masks->backslash |= BITS_SSE(_mm_cmpeq_epi8(v, backslash));
        masks->odd |= BITS_SSE(_mm_cmplt_epi8(v, space));
    }
}

TARGET_SSE
static inline void classify_sse(const char *bytes, struct masks *masks) {
    const __m128i fold = _mm_set1_epi8(0x20);
    const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
    string_sse(bytes, masks);
    for (int i = 0; i < 64; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + i));
        /* [ and ] differ from { and } in one bit; no other byte folds onto these. */
        __m128i folded = _mm_or_si128(v, fold);
        masks->open |= BITS_SSE(_mm_cmpeq_epi8(folded, open));
        masks->close |= BITS_SSE(_mm_cmpeq_epi8(folded, close));
        masks->curly |= BITS_SSE(_mm_cmpeq_epi8(folded, v));
    }
}

TARGET_SSE
static inline uint64_t high_sse(const char *bytes) {
    uint64_t high = 0;
    for (int i = 0; i < 64; i += 16)
        high |= BITS_SSE(_mm_loadu_si128((const __m128i *)(bytes + i)));
    return high;
}

TARGET_SSE
static inline uint64_t stops_sse(const char *bytes) {
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i space = _mm_set1_epi8(0x20);
    uint64_t stops = 0;
    for (int i = 0; i < 64; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + i));
        __m128i either = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash));
        stops |= BITS_SSE(_mm_or_si128(either, _mm_cmplt_epi8(v, space)));
    }
    return stops;
}

#define KERNEL(name) name##_at_sse
#define KERNEL_TARGET TARGET_SSE
#define KERNEL_PIECE piece_sse
#define KERNEL_SAME same_sse
#define KERNEL_STRING string_sse
#define KERNEL_CLASSIFY classify_sse
#define KERNEL_STOPS stops_sse
#define KERNEL_HIGH high_sse
#define KERNEL_SELECT select_plain
#define KERNEL_PARITY parity_clmul
#include "formats/json/layout_kernel.h"

/* ---- haswell --------------------------------------------------------------------------------- */

#define TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,pclmul,popcnt")))

__attribute__((target("bmi2"))) static inline uint64_t select_bmi(uint64_t bits, unsigned i) {
    return _pdep_u64(UINT64_C(1) << i, bits);
}

TARGET_AVX2
static inline bool piece_avx2(const char *text, const struct layout_step *step) {
    for (int i = 0; i < 64 && step->bytes >> i; i += 32) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(text + i));
        __m256i y = _mm256_loadu_si256((const __m256i *)(step->piece + i));
        unsigned equal = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y));
        if (~equal & (unsigned)(step->bytes >> i)) return false;
    }
    return true;
}

#define BITS_AVX2(v) ((uint64_t)(unsigned)_mm256_movemask_epi8(v) << i)

TARGET_AVX2
static inline size_t same_avx2(const char *text, const char *like, size_t length) {
    for (size_t i = 0; i < length; i += 32) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(text + i));
        __m256i y = _mm256_loadu_si256((const __m256i *)(like + i));
        unsigned differ = ~(unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y));
        if (differ) return i + (size_t)__builtin_ctz(differ);
    }
    return length;
}

TARGET_AVX2
static inline void string_avx2(const char *bytes, struct masks *masks) {
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
    const __m256i space = _mm256_set1_epi8(0x20);
    *masks = (struct masks){0};
    for (int i = 0; i < 64; i += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + i));
        masks->quote |= BITS_AVX2(_mm256_cmpeq_epi8(v, quote));
        masks->backslash |= BITS_AVX2(_mm256_cmpeq_epi8(v, backslash));
        masks->odd |= BITS_AVX2(_mm256_cmpgt_epi8(space, v));
    }
}

TARGET_AVX2
static inline void classify_avx2(const char *bytes, struct masks *masks) {
    const __m256i fold = _mm256_set1_epi8(0x20);
    const __m256i open = _mm256_set1_epi8('{'), close = _mm256_set1_epi8('}');
    string_avx2(bytes, masks);
    for (int i = 0; i < 64; i += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + i));
        __m256i folded = _mm256_or_si256(v, fold);
        masks->open |= BITS_AVX2(_mm256_cmpeq_epi8(folded, open));
        masks->close |= BITS_AVX2(_mm256_cmpeq_epi8(folded, close));
        masks->curly |= BITS_AVX2(_mm256_cmpeq_epi8(folded, v));
    }
}

TARGET_AVX2
static inline uint64_t high_avx2(const char *bytes) {
    uint64_t high = 0;
    for (int i = 0; i < 64; i += 32)
        high |= BITS_AVX2(_mm256_loadu_si256((const __m256i *)(bytes + i)));
    return high;
}

TARGET_AVX2
static inline uint64_t stops_avx2(const char *bytes) {
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
    const __m256i space = _mm256_set1_epi8(0x20);
    uint64_t stops = 0;
    for (int i = 0; i < 64; i += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(bytes + i));
        __m256i either =
            _mm256_or_si256(_mm256_cmpeq_epi8(v, quote), _mm256_cmpeq_epi8(v, backslash));
        stops |= BITS_AVX2(_mm256_or_si256(either, _mm256_cmpgt_epi8(space, v)));
    }
    return stops;
}

#define KERNEL(name) name##_at_avx2
#define KERNEL_TARGET TARGET_AVX2
#define KERNEL_PIECE piece_avx2
#define KERNEL_SAME same_avx2
#define KERNEL_STRING string_avx2
#define KERNEL_CLASSIFY classify_avx2
#define KERNEL_STOPS stops_avx2
#define KERNEL_HIGH high_avx2
#define KERNEL_SELECT select_bmi
#define KERNEL_PARITY parity_clmul
#include "formats/json/layout_kernel.h"

/* ---- icelake --------------------------------------------------------------------------------- */

#define TARGET_AVX512 \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,lzcnt,pclmul,popcnt")))

/* Halves of 32 bytes: loads of 64 that cross a line of the cache, as most do, take longer than the
 * few steps that need them save. */
TARGET_AVX512
static inline bool piece_avx512(const char *text, const struct layout_step *step) {
    __m256i x = _mm256_loadu_si256((const __m256i *)text);
    __m256i y = _mm256_load_si256((const __m256i *)step->piece);
    if (_mm256_mask_cmpneq_epi8_mask((__mmask32)step->bytes, x, y)) return false;
    if (step->length <= 32) return true;
    x = _mm256_loadu_si256((const __m256i *)(text + 32));
    y = _mm256_load_si256((const __m256i *)(step->piece + 32));
    return _mm256_mask_cmpneq_epi8_mask((__mmask32)(step->bytes >> 32), x, y) == 0;
}

/* Of 64 bytes the first `length`, if it is less. */
TARGET_AVX512
static inline uint64_t differ_avx512(const char *text, const char *like, size_t length) {
    __mmask64 bytes = length < 64 ? _bzhi_u64(UINT64_MAX, (unsigned)length) : UINT64_MAX;
    __m512i x = _mm512_maskz_loadu_epi8(bytes, text), y = _mm512_maskz_loadu_epi8(bytes, like);
    return _mm512_cmpneq_epi8_mask(x, y);
}

/* Most runs are short, and how often a loop goes round is hard to foresee. */
TARGET_AVX512
static inline size_t same_avx512(const char *text, const char *like, size_t length) {
    uint64_t first = differ_avx512(text, like, length);
    uint64_t second = differ_avx512(text + 64, like + 64, length > 64 ? length - 64 : 0);
    if (first) return (size_t)__builtin_ctzll(first);
    if (second) return 64 + (size_t)__builtin_ctzll(second);
    for (size_t i = 128; i < length; i += 64) {
        uint64_t differ = differ_avx512(text + i, like + i, length - i);
        if (differ) return i + (size_t)__builtin_ctzll(differ);
    }
    return length;
}

TARGET_AVX512
static inline void string_avx512(const char *bytes, struct masks *masks) {
    __m512i v = _mm512_loadu_si512(bytes);
    masks->quote = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"'));
    masks->backslash = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\\'));
    masks->odd = _mm512_cmplt_epi8_mask(v, _mm512_set1_epi8(0x20));
}

TARGET_AVX512
static inline void classify_avx512(const char *bytes, struct masks *masks) {
    __m512i v = _mm512_loadu_si512(bytes), fold = _mm512_set1_epi8(0x20);
    __m512i folded = _mm512_or_si512(v, fold);
    string_avx512(bytes, masks);
    masks->open = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{'));
    masks->close = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}'));
    masks->curly = _mm512_test_epi8_mask(v, fold);
}

TARGET_AVX512
static inline uint64_t high_avx512(const char *bytes) {
    return _mm512_movepi8_mask(_mm512_loadu_si512(bytes));
}

TARGET_AVX512
static inline uint64_t stops_avx512(const char *bytes) {
    __m512i v = _mm512_loadu_si512(bytes);
    return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')) |
           _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\\')) |
           _mm512_cmplt_epi8_mask(v, _mm512_set1_epi8(0x20));
}

#define KERNEL(name) name##_at_avx512
#define KERNEL_TARGET TARGET_AVX512
#define KERNEL_PIECE piece_avx512
#define KERNEL_SAME same_avx512
#define KERNEL_STRING string_avx512
#define KERNEL_CLASSIFY classify_avx512
#define KERNEL_STOPS stops_avx512
#define KERNEL_HIGH high_avx512
#define KERNEL_SELECT select_bmi
#define KERNEL_PARITY parity_clmul
#include "formats/json/layout_kernel.h"

/* ---- the twin -------------------------------------------------------------------------------- */

static uint64_t parity_plain(uint64_t bits) {
    for (int i = 1; i < 64; i++) bits ^= (bits >> (i - 1) & 1) << i;
    return bits;
}

static bool piece_plain(const char *text, const struct layout_step *step) {
    for (int i = 0; i < 64; i++)
        if (step->bytes >> i & 1 && text[i] != step->piece[i]) return false;
    return true;
}

static size_t same_plain(const char *text, const char *like, size_t length) {
    size_t same = 0;
    while (same < length && text[same] == like[same]) same++;
    return same;
}

static void classify_plain(const char *bytes, struct masks *masks) {
    *masks = (struct masks){0};
    for (int i = 0; i < 64; i++) {
        unsigned char c = (unsigned char)bytes[i];
        uint64_t bit = UINT64_C(1) << i;
        if (c == '"') masks->quote |= bit;
        if (c == '\\') masks->backslash |= bit;
        if (c < 0x20 || c >= 0x80) masks->odd |= bit;
        if (c == '{' || c == '[') masks->open |= bit;
        if (c == '}' || c == ']') masks->close |= bit;
        if (c == '{' || c == '}') masks->curly |= bit;
    }
}

static uint64_t high_plain(const char *bytes) {
    uint64_t high = 0;
    for (int i = 0; i < 64; i++) high |= (uint64_t)((unsigned char)bytes[i] >> 7) << i;
    return high;
}

static uint64_t stops_plain(const char *bytes) {
    struct masks masks;
    classify_plain(bytes, &masks);
    return masks.quote | masks.backslash | masks.odd;
}

#define KERNEL(name) name##_plain
#define KERNEL_TARGET
#define KERNEL_PIECE piece_plain
#define KERNEL_SAME same_plain
#define KERNEL_STRING classify_plain
#define KERNEL_CLASSIFY classify_plain
#define KERNEL_STOPS stops_plain
#define KERNEL_HIGH high_plain
#define KERNEL_SELECT select_plain
#define KERNEL_PARITY parity_plain
#include "formats/json/layout_kernel.h"

const struct layout_kernel layout_kernel_plain = {read_plain, string_plain, skip_plain};

const struct layout_kernel *layout_kernel_for(enum isa isa) {
    static const struct layout_kernel kernels[ISA_COUNT] = {
        [ISA_WESTMERE] = {read_at_sse, string_at_sse, skip_at_sse},
        [ISA_HASWELL] = {read_at_avx2, string_at_avx2, skip_at_avx2},
        [ISA_ICELAKE] = {read_at_avx512, string_at_avx512, skip_at_avx512},
    };
    return &kernels[isa];
}
