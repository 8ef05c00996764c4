/* Gathering in memory, cutting to a limit, and giving in order.
 *
 * Memory is one block: records grow from its front, the index of them from its end.
 *
 *   | record record record ...   free   ... entry entry entry |
 *   0                          used                     capacity
 */
#include "engine/operator/sorter.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/operator/sorter_internal.h"

#define BUDGET_SMALLEST ((uint64_t)16 << 10)
#define BLOCK_SMALLEST ((size_t)4 << 10)
/* Records gathered beyond the limit before a cut, at the least: small limits do not cut at each
 * record. */
#define SLACK_SMALLEST 64

struct sorter {
    struct spill *spill;
    uint64_t budget, limit;
    uint64_t added;
    uint64_t cut_at; /* records in memory at which to cut: about twice the limit */

    char *block;
    size_t capacity; /* a multiple of sizeof(struct sorter_entry) */
    size_t used;     /* by records */
    size_t count;

    bool has_threshold;
    struct buffer threshold; /* the limit-th key of some cut: only lesser keys matter */

    struct runs runs;
    struct merger *merger; /* while giving, of runs */
    size_t next;           /* while giving, of memory */
    uint64_t given;
};

static struct sorter_entry *entries(const struct sorter *sorter) {
    if (!sorter->block) return NULL;
    return (struct sorter_entry *)(void *)(sorter->block + sorter->capacity) - sorter->count;
}

static size_t held(const struct sorter *sorter) {
    return sorter->used + sorter->count * sizeof(struct sorter_entry);
}

struct sorter *sorter_new(struct spill *spill, uint64_t budget, uint64_t limit) {
    struct sorter *sorter = calloc(1, sizeof *sorter);
    if (!sorter) return NULL;
    sorter->spill = spill;
    if (budget > PTRDIFF_MAX) budget = PTRDIFF_MAX;
    if (budget < BUDGET_SMALLEST) budget = BUDGET_SMALLEST;
    sorter->budget = budget - budget % sizeof(struct sorter_entry);
    sorter->limit = limit;
    uint64_t slack = limit > SLACK_SMALLEST ? limit : SLACK_SMALLEST;
    if (__builtin_add_overflow(limit, slack, &sorter->cut_at)) sorter->cut_at = UINT64_MAX;
    return sorter;
}

static void release_block(struct sorter *sorter) {
    free(sorter->block);
    sorter->block = NULL;
    sorter->capacity = sorter->used = sorter->count = 0;
}

void sorter_free(struct sorter *sorter) {
    if (!sorter) return;
    release_block(sorter);
    buffer_free(&sorter->threshold);
    merger_close(sorter->merger);
    runs_free(&sorter->runs);
    free(sorter);
}

uint64_t sorter_added(const struct sorter *sorter) {
    return sorter->added;
}

/* ---- the threshold ------------------------------------------------------------------------ */

static struct text threshold(const struct sorter *sorter) {
    return (struct text){sorter->threshold.data, sorter->threshold.length};
}

bool sorter_wants(const struct sorter *sorter, struct text key) {
    if (!sorter->has_threshold) return sorter->limit > 0;
    return key_compare(key, threshold(sorter)) < 0;
}

/* Of several the least: each has `limit` records at or below it. */
static enum trawl_status lower_threshold(struct sorter *sorter, struct text key,
                                         struct trawl_error *error) {
    if (sorter->has_threshold && key_compare(key, threshold(sorter)) >= 0) return TRAWL_OK;
    buffer_clear(&sorter->threshold, SIZE_MAX);
    sorter->has_threshold = buffer_append(&sorter->threshold, key.data, key.length);
    return sorter->has_threshold ? TRAWL_OK : error_memory(error);
}

/* ---- cutting and spilling ----------------------------------------------------------------- */

/* Keeps the records below `last` and `ties` of those equal to it, in their places' order; the index
 * is made again. */
static void compact(struct sorter *sorter, struct text last, size_t ties) {
    struct sorter_entry *end = entries(sorter) + sorter->count;
    size_t from = 0, to = 0, left = sorter->count, kept = 0;
    for (; left > 0; left--) {
        struct record record = record_at(sorter->block + from);
        const char *after = record.payload.data + record.payload.length;
        size_t size = (size_t)(after - (sorter->block + from));
        int order = key_compare(record.key, last);
        if (order < 0 || (order == 0 && ties > 0)) {
            if (order == 0) ties--;
            kept++;
            end[-(ptrdiff_t)kept] = (struct sorter_entry){key_word(record.key, 0), to};
            memmove(sorter->block + to, sorter->block + from, size);
            to += size;
        }
        from += size;
    }
    sorter->used = to;
    sorter->count = kept;
}

/* Keeps the first `limit` records in memory and takes the last of them as threshold. */
static enum trawl_status cut(struct sorter *sorter, struct trawl_error *error) {
    if (sorter->count <= sorter->limit) return TRAWL_OK;
    size_t keep = (size_t)sorter->limit, ties = 0;
    struct sorter_entry *index = entries(sorter);
    entries_select(index, sorter->count, keep, sorter->block);
    struct text last = {NULL, 0};
    for (size_t i = 0; i < keep; i++) {
        struct text key = record_at(sorter->block + index[i].offset).key;
        int order = ties ? key_compare(key, last) : 1;
        if (order > 0) {
            last = key;
            ties = 1;
        } else if (order == 0) {
            ties++;
        }
    }
    /* Compacting moves records, the last one too: its key is copied first. */
    struct buffer copy = {0};
    if (!buffer_append(&copy, last.data, last.length)) return error_memory(error);
    last = (struct text){copy.data, copy.length};
    compact(sorter, last, ties);
    enum trawl_status status = lower_threshold(sorter, last, error);
    buffer_free(&copy);
    return status;
}

static enum trawl_status write_run(struct sorter *sorter, struct trawl_error *error) {
    struct run run;
    enum trawl_status status = runs_begin(&sorter->runs, sorter->spill, &run, error);
    struct sorter_entry *index = entries(sorter);
    entries_sort(index, sorter->count, sorter->block);
    for (size_t i = 0; status == TRAWL_OK && i < sorter->count; i++)
        status = runs_write(&run, record_at(sorter->block + index[i].offset), error);
    if (status == TRAWL_OK) status = runs_end(&sorter->runs, &run, error);
    return status;
}

static uint64_t records_in_runs(const struct runs *runs) {
    uint64_t records = 0;
    for (size_t i = 0; i < runs->count; i++) records += runs->items[i].records;
    return records;
}

/* Merges runs until there are at most `most`. Memory must be empty. */
static enum trawl_status reduce(struct sorter *sorter, size_t most, struct trawl_error *error) {
    struct merge_limits limits = {sorter->budget, sorter->limit};
    struct buffer last = {0};
    release_block(sorter);
    enum trawl_status status =
        runs_reduce(&sorter->runs, most, sorter->spill, &limits, &last, error);
    if (status == TRAWL_OK && last.length > 0)
        status = lower_threshold(sorter, (struct text){last.data, last.length}, error);
    buffer_free(&last);
    return status;
}

/* Writes what is in memory to a run. Where runs have gathered far more than the limit they are cut
 * too, so that they do not grow without bound and the threshold falls. */
static enum trawl_status spill_memory(struct sorter *sorter, struct trawl_error *error) {
    if (sorter->count == 0) return TRAWL_OK;
    enum trawl_status status = write_run(sorter, error);
    if (status != TRAWL_OK) return status;
    sorter->used = sorter->count = 0;
    if (sorter->capacity > sorter->budget) release_block(sorter);
    if (sorter->runs.count > 1 && records_in_runs(&sorter->runs) >= sorter->cut_at)
        return reduce(sorter, 1, error);
    return TRAWL_OK;
}

/* ---- gathering ---------------------------------------------------------------------------- */

static bool resize(struct sorter *sorter, size_t capacity) {
    size_t unit = sizeof(struct sorter_entry);
    capacity = (capacity + unit - 1) / unit * unit;
    char *block = realloc(sorter->block, capacity);
    if (!block) return false;
    size_t index = sorter->count * unit;
    if (index) memmove(block + capacity - index, block + sorter->capacity - index, index);
    sorter->block = block;
    sorter->capacity = capacity;
    return true;
}

/* Room for `need` bytes, the entry included. */
static enum trawl_status make_room(struct sorter *sorter, size_t need, struct trawl_error *error) {
    if (sorter->capacity - held(sorter) >= need) return TRAWL_OK;
    if (need > sorter->budget || held(sorter) > sorter->budget - need) {
        enum trawl_status status = cut(sorter, error);
        /* Cutting that leaves little room would come again and again. */
        if (status == TRAWL_OK && held(sorter) + need > sorter->budget / 2)
            status = spill_memory(sorter, error);
        if (status != TRAWL_OK) return status;
        if (sorter->capacity - held(sorter) >= need) return TRAWL_OK;
    }
    size_t capacity = sorter->capacity < BLOCK_SMALLEST ? BLOCK_SMALLEST : sorter->capacity * 2;
    if (capacity > sorter->budget) capacity = (size_t)sorter->budget;
    if (capacity < held(sorter) + need) capacity = held(sorter) + need;
    return resize(sorter, capacity) ? TRAWL_OK : error_memory(error);
}

static enum trawl_status gather(struct sorter *sorter, struct record record,
                                struct trawl_error *error) {
    if (!sorter_wants(sorter, record.key)) return TRAWL_OK;
    char head[RECORD_HEAD_MOST];
    size_t head_size = record_head(head, record), size;
    if (__builtin_add_overflow(record.key.length, record.payload.length, &size) ||
        __builtin_add_overflow(size, head_size + sizeof(struct sorter_entry), &size) ||
        size > PTRDIFF_MAX / 4)
        return error_memory(error);
    enum trawl_status status = make_room(sorter, size, error);
    if (status != TRAWL_OK) return status;
    char *at = sorter->block + sorter->used;
    memcpy(at, head, head_size);
    at += head_size;
    if (record.key.length) memcpy(at, record.key.data, record.key.length);
    if (record.payload.length)
        memcpy(at + record.key.length, record.payload.data, record.payload.length);
    sorter->count++;
    *entries(sorter) = (struct sorter_entry){key_word(record.key, 0), sorter->used};
    sorter->used += size - sizeof(struct sorter_entry);
    return sorter->count >= sorter->cut_at ? cut(sorter, error) : TRAWL_OK;
}

enum trawl_status sorter_add(struct sorter *sorter, struct text key, struct text payload,
                             struct trawl_error *error) {
    sorter->added++;
    return gather(sorter, (struct record){key, payload}, error);
}

/* Takes over the block of `from`, where that breaks no budget. */
static bool take_block(struct sorter *to, struct sorter *from) {
    if (to->count > 0 || from->capacity > to->budget) return false;
    release_block(to);
    to->block = from->block;
    to->capacity = from->capacity;
    to->used = from->used;
    to->count = from->count;
    from->block = NULL;
    from->capacity = from->used = from->count = 0;
    return true;
}

enum trawl_status sorter_merge(struct sorter *to, struct sorter *from, struct trawl_error *error) {
    if (!runs_move(&to->runs, &from->runs)) return error_memory(error);
    enum trawl_status status = TRAWL_OK;
    if (!take_block(to, from)) {
        const struct sorter_entry *index = entries(from);
        for (size_t i = 0; status == TRAWL_OK && i < from->count; i++)
            status = gather(to, record_at(from->block + index[i].offset), error);
    }
    /* Only now: the record of that threshold is in `to` and would not have been let in. */
    if (status == TRAWL_OK && from->has_threshold)
        status = lower_threshold(to, threshold(from), error);
    if (status != TRAWL_OK) return status;
    release_block(from);
    from->has_threshold = false;
    to->added += from->added;
    from->added = 0;
    return TRAWL_OK;
}

/* ---- giving ------------------------------------------------------------------------------- */

enum trawl_status sorter_start(struct sorter *sorter, struct trawl_error *error) {
    enum trawl_status status = cut(sorter, error);
    if (status != TRAWL_OK) return status;
    if (sorter->runs.count == 0) {
        entries_sort(entries(sorter), sorter->count, sorter->block);
        return TRAWL_OK;
    }
    status = spill_memory(sorter, error);
    if (status == TRAWL_OK) status = reduce(sorter, merger_fan_in(sorter->budget), error);
    if (status != TRAWL_OK) return status;
    return merger_open(&sorter->merger, &sorter->runs, sorter->runs.count, sorter->budget, error);
}

static const struct record *next_in_memory(struct sorter *sorter, struct record *record) {
    if (sorter->next == sorter->count) return NULL;
    *record = record_at(sorter->block + entries(sorter)[sorter->next++].offset);
    return record;
}

enum trawl_status sorter_next(struct sorter *sorter, struct text *key, struct text *payload,
                              bool *found, struct trawl_error *error) {
    *found = false;
    if (sorter->given == sorter->limit) return TRAWL_OK;
    struct record room;
    const struct record *record;
    if (sorter->merger) {
        enum trawl_status status = merger_next(sorter->merger, &record, error);
        if (status != TRAWL_OK) return status;
    } else {
        record = next_in_memory(sorter, &room);
    }
    if (!record) return TRAWL_OK;
    sorter->given++;
    *key = record->key;
    *payload = record->payload;
    *found = true;
    return TRAWL_OK;
}
