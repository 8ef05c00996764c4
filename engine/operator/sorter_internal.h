/* sorter_internal.h - shared by sorter.c (gathering and giving), sorter_order.c (the order in
 * memory) and sorter_merge.c (runs). */
#ifndef TRAWL_ENGINE_SORTER_INTERNAL_H
#define TRAWL_ENGINE_SORTER_INTERNAL_H

#include "engine/operator/record.h"
#include "engine/operator/sorter.h"

/* ---- order -------------------------------------------------------------------------------- */

/* A record in memory. `word` is a piece of the key as key_word gives it, so that most comparisons
 * touch no record. */
struct sorter_entry {
    uint64_t word;
    uint64_t offset; /* in the arena */
};

/* Bytes of a key in one word. */
#define WORD_BYTES 7
/* How many bytes of the key a word stands for; more than WORD_BYTES: the key goes on. */
#define WORD_MORE (WORD_BYTES + 1)

/* Seven bytes from `depth`, most significant first and zeros behind the end, then how many there
 * are. So words compare as the keys do, and equal words of keys that do not go on are equal keys.
 */
static inline uint64_t key_word(struct text key, size_t depth) {
    size_t left = key.length - depth;
    uint64_t word = 0;
    if (left > WORD_BYTES) {
        memcpy(&word, key.data + depth, sizeof word);
        return (__builtin_bswap64(word) & ~UINT64_C(0xff)) | WORD_MORE;
    }
    if (left > 0) memcpy(&word, key.data + depth, left);
    return __builtin_bswap64(word) | left;
}

static inline int key_compare(struct text a, struct text b) {
    size_t least = a.length < b.length ? a.length : b.length;
    int order = least ? memcmp(a.data, b.data, least) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* Words must be of depth 0, and are something else afterwards. */
void entries_sort(struct sorter_entry *entries, size_t count, const char *arena);
/* Brings the first `keep` in key order to the front, in no order. */
void entries_select(struct sorter_entry *entries, size_t count, size_t keep, const char *arena);

/* ---- runs --------------------------------------------------------------------------------- */

/* A temporary file of one or more runs, closed with the last of its holders. */
struct run_file {
    struct spill_file *file;
    size_t holders; /* runs in it, and the sorter that writes it */
};

/* Records in key order. */
struct run {
    struct run_file *file;
    uint64_t offset, bytes, records;
};

struct runs {
    struct run *items;
    size_t count, capacity;
    struct run_file *output; /* where the next run goes; NULL: a new file */
};

void runs_free(struct runs *runs);
/* Moves them behind those of `to`. False: out of memory, and nothing was moved. */
bool runs_move(struct runs *to, struct runs *from);
/* A run is begun, its records are written in their order, then it is ended and one of the runs. */
enum trawl_status runs_begin(struct runs *runs, struct spill *spill, struct run *run,
                             struct trawl_error *error);
enum trawl_status runs_write(struct run *run, struct record record, struct trawl_error *error);
enum trawl_status runs_end(struct runs *runs, const struct run *run, struct trawl_error *error);

/* How much memory merging may take, and how many records of a merge are wanted. */
struct merge_limits {
    uint64_t budget, records;
};

/* The runs as one, record by record. */
struct merger;
/* As many as the budget has buffers for, at least two. */
size_t merger_fan_in(uint64_t budget);
/* Of the first `count` runs, which must stay as they are. */
enum trawl_status merger_open(struct merger **merger, const struct runs *runs, size_t count,
                              uint64_t budget, struct trawl_error *error);
void merger_close(struct merger *merger);
/* NULL: no more. Valid until the next call. */
enum trawl_status merger_next(struct merger *merger, const struct record **record,
                              struct trawl_error *error);

/* Merges until at most `most` runs are left. If a run reaches the wanted number of records, its
 * last key is put into `last`, which is otherwise left as it was; the least of them stays. */
enum trawl_status runs_reduce(struct runs *runs, size_t most, struct spill *spill,
                              const struct merge_limits *limits, struct buffer *last,
                              struct trawl_error *error);

#endif
