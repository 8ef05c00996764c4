/* A scan goes in blocks: as many values as fill a block are laid out, each followed by a newline,
 * and scanned while they are in the cache. In the layout value i starts at
 *
 *     offsets[i] - offsets[first] + (i - first)
 *
 * so the column's own offsets say which value an end of a match belongs to: the positions from a
 * value's start to its newline, both included, are its own. Missing rows of a plain column are
 * empty lines there, masked out afterwards. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/match/match_internal.h"

#define BLOCK_BYTES (128 * 1024)       /* half of a common second-level cache */
#define BLOCK_KEEP (1024 * 1024)       /* a longer block's memory is given back */
#define SHORT_VALUE (TEXT_PADDING / 2) /* copied with one copy of fixed size */
#define PACKED_PART                                                               \
    4 /* where less than this part of the values is wanted, they are packed first \
       */

struct match_scratch {
    hs_scratch_t *hs; /* NULL when the matcher has no database */
    struct pattern_runner runner;
    struct buffer block;
    struct buffer packed; /* the values wanted, and where they end */
    uint32_t *offsets;
};

struct match_scratch *match_scratch_new(const struct matcher *matcher) {
    struct match_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) return NULL;
    if (!pattern_runner_init(&scratch->runner) ||
        (matcher->database && hs_alloc_scratch(matcher->database, &scratch->hs) != HS_SUCCESS)) {
        match_scratch_free(scratch);
        return NULL;
    }
    return scratch;
}

void match_scratch_free(struct match_scratch *scratch) {
    if (!scratch) return;
    hs_free_scratch(scratch->hs);
    pattern_runner_free(&scratch->runner);
    buffer_free(&scratch->block);
    buffer_free(&scratch->packed);
    free(scratch->offsets);
    free(scratch);
}

/* The values [first, end) of a column, laid out. */
struct layout {
    const uint32_t *offsets; /* the column's */
    size_t first, end;
    size_t cursor; /* the value of the last match; its positions: */
    uint32_t cursor_start, cursor_newline;
    uint64_t *const *hits;
};

static uint32_t layout_start(const struct layout *layout, size_t i) {
    return layout->offsets[i] - layout->offsets[layout->first] + (uint32_t)(i - layout->first);
}

static void layout_move(struct layout *layout, size_t i) {
    layout->cursor = i;
    layout->cursor_start = layout_start(layout, i);
    layout->cursor_newline = layout_start(layout, i + 1) - 1;
}

/* Moves the cursor to the value that position `at` belongs to. Matches come mostly in ascending
 * order, but Hyperscan does not promise it. */
static void layout_seek(struct layout *layout, uint32_t at) {
    size_t low = layout->first, high = layout->end; /* start(low) <= at < start(high) */
    if (at > layout->cursor_newline)
        low = layout->cursor + 1;
    else
        high = layout->cursor;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (layout_start(layout, middle) <= at)
            low = middle;
        else
            high = middle;
    }
    layout_move(layout, low);
}

static int on_match(unsigned pattern, unsigned long long from, unsigned long long to,
                    unsigned flags, void *context) {
    (void)from;
    (void)flags;
    struct layout *layout = context;
    uint32_t at = (uint32_t)to;
    if (at < layout->cursor_start || at > layout->cursor_newline) {
        /* Behind the last newline is no value. */
        if (at >= layout_start(layout, layout->end)) return 0;
        layout_seek(layout, at);
    }
    bitmap_set(layout->hits[pattern], layout->cursor);
    return 0;
}

static void lay_out(const struct layout *layout, const char *arena, char *to) {
    for (size_t i = layout->first; i < layout->end; i++) {
        const char *value = arena + layout->offsets[i];
        size_t length = layout->offsets[i + 1] - layout->offsets[i];
        if (length > SHORT_VALUE)
            memcpy(to, value, length);
        else if (length > 0)
            memcpy(to, value, SHORT_VALUE); /* both sides have the room: TEXT_PADDING */
        to[length] = '\n';
        to += length + 1;
    }
}

static size_t stored_count(const struct column *column) {
    return column->encoding == COLUMN_DICTIONARY ? column->distinct : column->rows;
}

static enum trawl_status screen(const struct matcher *matcher, struct match_scratch *scratch,
                                const struct column *column, uint64_t *const *hits,
                                struct trawl_error *error) {
    size_t count = stored_count(column);
    struct layout layout = {.offsets = column->offsets, .hits = hits};
    while (layout.end < count) {
        layout.first = layout.end;
        size_t length = 0;
        while (layout.end < count && length < BLOCK_BYTES)
            length = layout_start(&layout, ++layout.end);
        buffer_clear(&scratch->block, BLOCK_KEEP);
        if (!buffer_reserve(&scratch->block, length)) {
            buffer_free(&scratch->block);
            return error_memory(error);
        }
        lay_out(&layout, column->arena.data, scratch->block.data);
        layout_move(&layout, layout.first);
        hs_error_t result = hs_scan(matcher->database, scratch->block.data, (unsigned)length, 0,
                                    scratch->hs, on_match, &layout);
        if (result == HS_NOMEM) return error_memory(error);
        if (result != HS_SUCCESS)
            return error_set(error, TRAWL_INVALID, "Hyperscan failed with error %d", result);
    }
    return TRAWL_OK;
}

/* Keeps of the values in `hits` those that PCRE2 finds. */
static enum trawl_status confirm(const struct pattern *pattern, struct match_scratch *scratch,
                                 const struct column *column, uint64_t *hits,
                                 struct trawl_error *error) {
    for (size_t w = 0; w < BITMAP_WORDS(stored_count(column)); w++) {
        for (uint64_t left = hits[w]; left; left &= left - 1) {
            size_t i = w * 64 + (size_t)__builtin_ctzll(left);
            bool found;
            enum trawl_status status =
                pattern_search(pattern, &scratch->runner, column_stored(column, i), &found, error);
            if (status != TRAWL_OK) return status;
            if (!found) bitmap_clear(hits, i);
        }
    }
    return TRAWL_OK;
}

/* Settles what the screen left open: each pattern alone, on the values that may match. */
static enum trawl_status settle(const struct matcher *matcher, struct match_scratch *scratch,
                                const struct column *column, const uint64_t *wanted,
                                uint64_t *const *hits, struct trawl_error *error) {
    size_t count = stored_count(column);
    for (uint32_t p = 0; p < matcher->count; p++) {
        const struct pattern *pattern = &matcher->patterns[p];
        if (pattern->kind == PATTERN_SINGLE) bitmap_fill(hits[p], count);
        if (column->encoding == COLUMN_PLAIN) bitmap_and(hits[p], hits[p], column->validity, count);
        if (wanted) bitmap_and(hits[p], hits[p], wanted, count);
        if (pattern->kind == PATTERN_EXACT) continue;
        enum trawl_status status = confirm(pattern, scratch, column, hits[p], error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

enum trawl_status matcher_scan(const struct matcher *matcher, struct match_scratch *scratch,
                               const struct column *column, uint64_t *const *hits,
                               struct trawl_error *error) {
    return matcher_scan_wanted(matcher, scratch, column, NULL, hits, error);
}

/* ---- few values of many ------------------------------------------------------------------- */

/* The wanted values in a column of their own, in their order. */
static bool pack(struct match_scratch *scratch, const struct column *column, const uint64_t *wanted,
                 size_t few) {
    uint32_t *offsets = reallocarray(scratch->offsets, few + 1, sizeof *offsets);
    if (!offsets) return false;
    scratch->offsets = offsets;
    struct buffer *arena = &scratch->packed;
    buffer_clear(arena, BLOCK_KEEP);
    if (!buffer_reserve(arena, 0)) return false;
    size_t at = 0;
    offsets[0] = 0;
    for (size_t w = 0; w < BITMAP_WORDS(stored_count(column)); w++) {
        for (uint64_t left = wanted[w]; left; left &= left - 1) {
            struct text value = column_stored(column, w * 64 + (size_t)__builtin_ctzll(left));
            if (!buffer_append(arena, value.data, value.length)) return false;
            offsets[++at] = (uint32_t)arena->length;
        }
    }
    return true;
}

/* Moves the i-th bit to where the i-th wanted value is. From the end: a value's place is never
 * before its number, so no bit is lost. */
static void unpack(uint64_t *hits, const uint64_t *wanted, size_t count, size_t few) {
    for (size_t w = BITMAP_WORDS(count); w-- > 0;) {
        uint64_t word = 0;
        for (uint64_t left = wanted[w]; left;) {
            unsigned bit = 63 - (unsigned)__builtin_clzll(left);
            few--;
            if (bitmap_get(hits, few)) word |= UINT64_C(1) << bit;
            left &= ~(UINT64_C(1) << bit);
        }
        hits[w] = word;
    }
}

static enum trawl_status screen_packed(const struct matcher *matcher, struct match_scratch *scratch,
                                       const struct column *column, const uint64_t *wanted,
                                       size_t few, uint64_t *const *hits,
                                       struct trawl_error *error) {
    if (!pack(scratch, column, wanted, few)) {
        buffer_free(&scratch->packed);
        return error_memory(error);
    }
    const struct column packed = {.encoding = COLUMN_PLAIN,
                                  .rows = (uint32_t)few,
                                  .distinct = (uint32_t)few,
                                  .offsets = scratch->offsets,
                                  .arena = scratch->packed};
    enum trawl_status status = screen(matcher, scratch, &packed, hits, error);
    if (status != TRAWL_OK) return status;
    for (uint32_t p = 0; p < matcher->count; p++)
        unpack(hits[p], wanted, stored_count(column), few);
    return TRAWL_OK;
}

enum trawl_status matcher_scan_wanted(const struct matcher *matcher, struct match_scratch *scratch,
                                      const struct column *column, const uint64_t *wanted,
                                      uint64_t *const *hits, struct trawl_error *error) {
    size_t count = stored_count(column);
    for (uint32_t p = 0; p < matcher->count; p++) bitmap_zero(hits[p], count);
    if (matcher->database) {
        size_t few = wanted ? bitmap_count(wanted, count) : count;
        enum trawl_status status =
            few < count / PACKED_PART
                ? screen_packed(matcher, scratch, column, wanted, few, hits, error)
                : screen(matcher, scratch, column, hits, error);
        if (status != TRAWL_OK) return status;
    }
    return settle(matcher, scratch, column, wanted, hits, error);
}
