/* Multikey quicksort (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings",
 * 1997) over words of seven bytes that are kept beside the offsets: a record is touched once for
 * every seven bytes that its key shares with others. */
#include "engine/operator/sorter_internal.h"

/* Below this many entries a range is sorted by insertion. */
#define INSERTION_MOST 16
/* From this many on, a pivot is the median of three medians. */
#define NINTHER_LEAST 128
/* Records ahead that are fetched while words are read. */
#define FETCH_AHEAD 8

struct range {
    struct sorter_entry *entries;
    size_t count;
    size_t depth; /* bytes of the keys that all entries have in common; words are from here */
};

static struct text key_at(const char *arena, const struct sorter_entry *entry) {
    return record_at(arena + entry->offset).key;
}

static void swap(struct sorter_entry *a, struct sorter_entry *b) {
    struct sorter_entry entry = *a;
    *a = *b;
    *b = entry;
}

/* ---- small and stubborn ranges ------------------------------------------------------------ */

/* The words are of the same depth. */
static bool comes_before(const struct sorter_entry *a, const struct sorter_entry *b, size_t depth,
                         const char *arena) {
    if (a->word != b->word) return a->word < b->word;
    if ((a->word & 0xff) != WORD_MORE) return false;
    struct text left = key_at(arena, a), right = key_at(arena, b);
    size_t skip = depth + WORD_BYTES;
    return key_compare((struct text){left.data + skip, left.length - skip},
                       (struct text){right.data + skip, right.length - skip}) < 0;
}

static void insertion_sort(struct range range, const char *arena) {
    for (size_t i = 1; i < range.count; i++) {
        struct sorter_entry entry = range.entries[i];
        size_t at = i;
        for (; at > 0 && comes_before(&entry, &range.entries[at - 1], range.depth, arena); at--)
            range.entries[at] = range.entries[at - 1];
        range.entries[at] = entry;
    }
}

static void sift_down(struct range range, size_t at, const char *arena) {
    struct sorter_entry *entries = range.entries;
    for (size_t child; (child = 2 * at + 1) < range.count; at = child) {
        if (child + 1 < range.count &&
            comes_before(&entries[child], &entries[child + 1], range.depth, arena))
            child++;
        if (!comes_before(&entries[at], &entries[child], range.depth, arena)) return;
        swap(&entries[at], &entries[child]);
    }
}

/* For ranges that keep splitting badly: O(n log n) whatever they hold (as in Musser's introsort).
 */
static void heap_sort(struct range range, const char *arena) {
    for (size_t i = range.count / 2; i-- > 0;) sift_down(range, i, arena);
    while (range.count-- > 1) {
        swap(&range.entries[0], &range.entries[range.count]);
        sift_down(range, 0, arena);
    }
}

/* ---- splitting ---------------------------------------------------------------------------- */

static uint64_t median(uint64_t a, uint64_t b, uint64_t c) {
    if (a > b) {
        uint64_t t = a;
        a = b;
        b = t;
    }
    return c < a ? a : c < b ? c : b;
}

static uint64_t choose_pivot(struct range range) {
    const struct sorter_entry *entries = range.entries;
    size_t middle = range.count / 2, last = range.count - 1;
    if (range.count < NINTHER_LEAST)
        return median(entries[0].word, entries[middle].word, entries[last].word);
    size_t step = range.count / 8;
    return median(
        median(entries[0].word, entries[step].word, entries[2 * step].word),
        median(entries[middle - step].word, entries[middle].word, entries[middle + step].word),
        median(entries[last - 2 * step].word, entries[last - step].word, entries[last].word));
}

/* A range as three: words below, equal to and above the pivot. */
struct split {
    uint64_t pivot;
    struct range below, equal, above;
};

static struct split split_range(struct range range) {
    struct sorter_entry *entries = range.entries;
    uint64_t pivot = choose_pivot(range);
    size_t below = 0, above = range.count;
    for (size_t i = 0; i < above;) {
        uint64_t word = entries[i].word;
        if (word < pivot)
            swap(&entries[i++], &entries[below++]);
        else if (word > pivot)
            swap(&entries[i], &entries[--above]);
        else
            i++;
    }
    return (struct split){
        .pivot = pivot,
        .below = {entries, below, range.depth},
        .equal = {entries + below, above - below, range.depth},
        .above = {entries + above, range.count - above, range.depth},
    };
}

/* Words of entries that share one: the next bytes of their keys. False: the keys are equal. */
static bool deepen(struct range *range, uint64_t word, const char *arena) {
    if ((word & 0xff) != WORD_MORE) return false;
    range->depth += WORD_BYTES;
    for (size_t i = 0; i < range->count; i++) {
        if (i + FETCH_AHEAD < range->count)
            __builtin_prefetch(arena + range->entries[i + FETCH_AHEAD].offset);
        range->entries[i].word = key_word(key_at(arena, &range->entries[i]), range->depth);
    }
    return true;
}

/* Splits that may leave nearly everything on one side before the range is sorted otherwise. */
static unsigned patience(size_t count) {
    unsigned splits = 2;
    for (; count > 1; count /= 2) splits += 2;
    return splits;
}

static bool is_bad(struct range part, size_t whole) {
    return part.count > whole - whole / 8;
}

/* ---- sorting and selecting ---------------------------------------------------------------- */

/* Recurs into parts of at most half the size and goes on with the largest. */
static void sort_range(struct range range, unsigned splits, const char *arena) {
    while (range.count > INSERTION_MOST) {
        if (splits == 0) {
            heap_sort(range, arena);
            return;
        }
        struct split split = split_range(range);
        if (is_bad(split.below, range.count) || is_bad(split.above, range.count)) splits--;
        if (!deepen(&split.equal, split.pivot, arena)) split.equal.count = 0;
        struct range *largest = &split.equal;
        if (split.below.count > largest->count) largest = &split.below;
        if (split.above.count > largest->count) largest = &split.above;
        range = *largest;
        largest->count = 0;
        sort_range(split.below, splits, arena);
        sort_range(split.equal, splits, arena);
        sort_range(split.above, splits, arena);
    }
    insertion_sort(range, arena);
}

void entries_sort(struct sorter_entry *entries, size_t count, const char *arena) {
    sort_range((struct range){entries, count, 0}, patience(count), arena);
}

void entries_select(struct sorter_entry *entries, size_t count, size_t keep, const char *arena) {
    struct range range = {entries, count, 0};
    unsigned splits = patience(count);
    while (keep > 0 && keep < range.count) {
        if (range.count <= INSERTION_MOST || splits == 0) {
            sort_range(range, splits, arena);
            return;
        }
        struct split split = split_range(range);
        if (is_bad(split.below, range.count) || is_bad(split.above, range.count)) splits--;
        size_t within = split.below.count + split.equal.count;
        if (keep <= split.below.count) {
            range = split.below;
        } else if (keep < within) {
            keep -= split.below.count;
            if (!deepen(&split.equal, split.pivot, arena)) return;
            range = split.equal;
        } else {
            keep -= within;
            range = split.above;
        }
    }
}
