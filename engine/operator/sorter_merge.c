/* Runs in temporary files, and merging them. */
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/operator/sorter_internal.h"

#define READ_SIZE ((uint64_t)64 << 10) /* per run, where the budget allows it */
#define READ_MOST ((uint64_t)1 << 20)  /* more makes reading no faster */
#define READ_SMALLEST ((uint64_t)4 << 10)
#define FAN_IN_USUAL 16 /* with a small budget buffers get smaller before there are fewer */
#define FAN_IN_MOST 1024

/* ---- runs --------------------------------------------------------------------------------- */

static void release_file(struct run_file *file) {
    if (!file || --file->holders > 0) return;
    spill_close(file->file);
    free(file);
}

void runs_free(struct runs *runs) {
    for (size_t i = 0; i < runs->count; i++) release_file(runs->items[i].file);
    release_file(runs->output);
    free(runs->items);
    *runs = (struct runs){0};
}

static bool reserve(struct runs *runs, size_t more) {
    if (runs->capacity - runs->count >= more) return true;
    size_t capacity = runs->capacity ? runs->capacity * 2 : 16;
    if (capacity < runs->count + more) capacity = runs->count + more;
    struct run *items = reallocarray(runs->items, capacity, sizeof *items);
    if (!items) return false;
    runs->items = items;
    runs->capacity = capacity;
    return true;
}

bool runs_move(struct runs *to, struct runs *from) {
    if (!reserve(to, from->count)) return false;
    if (from->count) memcpy(to->items + to->count, from->items, from->count * sizeof *from->items);
    to->count += from->count;
    from->count = 0;
    runs_free(from);
    return true;
}

/* Forgets the first `count` runs. */
static void drop_first(struct runs *runs, size_t count) {
    for (size_t i = 0; i < count; i++) release_file(runs->items[i].file);
    runs->count -= count;
    memmove(runs->items, runs->items + count, runs->count * sizeof *runs->items);
}

static enum trawl_status open_output(struct runs *runs, struct spill *spill,
                                     struct trawl_error *error) {
    struct run_file *file = calloc(1, sizeof *file);
    if (!file) return error_memory(error);
    file->file = spill_create(spill, error);
    if (!file->file) {
        free(file);
        return error ? error->status : TRAWL_IO;
    }
    file->holders = 1;
    runs->output = file;
    return TRAWL_OK;
}

enum trawl_status runs_begin(struct runs *runs, struct spill *spill, struct run *run,
                             struct trawl_error *error) {
    if (!reserve(runs, 1)) return error_memory(error);
    enum trawl_status status = runs->output ? TRAWL_OK : open_output(runs, spill, error);
    if (status != TRAWL_OK) return status;
    *run = (struct run){.file = runs->output, .offset = spill_size(runs->output->file)};
    return TRAWL_OK;
}

enum trawl_status runs_write(struct run *run, struct record record, struct trawl_error *error) {
    char head[RECORD_HEAD_MOST];
    size_t length = record_head(head, record);
    run->bytes += length + record.key.length + record.payload.length;
    run->records++;
    struct spill_file *file = run->file->file;
    enum trawl_status status = spill_write(file, head, length, error);
    if (status == TRAWL_OK) status = spill_write(file, record.key.data, record.key.length, error);
    if (status == TRAWL_OK)
        status = spill_write(file, record.payload.data, record.payload.length, error);
    return status;
}

enum trawl_status runs_end(struct runs *runs, const struct run *run, struct trawl_error *error) {
    enum trawl_status status = spill_flush(run->file->file, error);
    if (status != TRAWL_OK) return status;
    run->file->holders++;
    runs->items[runs->count++] = *run;
    return TRAWL_OK;
}

/* ---- reading one run ---------------------------------------------------------------------- */

struct source {
    const struct spill_file *file;
    uint64_t offset, left; /* of the run, not yet in the buffer */
    char *buffer;
    size_t capacity, usual; /* a record that is longer makes it longer for a while */
    size_t begin, end;      /* of what is in the buffer and not yet given */
    struct record record;   /* the current one */
    uint64_t word;          /* of its key */
};

static enum trawl_status damaged(struct trawl_error *error) {
    return error_set(error, TRAWL_IO, "a temporary file does not hold what was written to it");
}

/* At least `need` bytes from `begin` on; so many must be left. */
static enum trawl_status fill(struct source *source, size_t need, struct trawl_error *error) {
    size_t have = source->end - source->begin;
    if (have >= need) return TRAWL_OK;
    if (have) memmove(source->buffer, source->buffer + source->begin, have);
    source->begin = 0;
    source->end = have;
    size_t capacity = need > source->usual ? need : source->usual;
    if (capacity != source->capacity) {
        char *buffer = realloc(source->buffer, capacity);
        if (!buffer) return error_memory(error);
        source->buffer = buffer;
        source->capacity = capacity;
    }
    size_t more = capacity - have < source->left ? capacity - have : (size_t)source->left;
    enum trawl_status status =
        spill_read(source->file, source->offset, source->buffer + have, more, error);
    if (status != TRAWL_OK) return status;
    source->end += more;
    source->offset += more;
    source->left -= more;
    return TRAWL_OK;
}

/* Takes the next record; *found false: the run is at its end. */
static enum trawl_status advance(struct source *source, bool *found, struct trawl_error *error) {
    uint64_t left = source->end - source->begin + source->left;
    *found = left > 0;
    if (!*found) return TRAWL_OK;
    size_t head = left < RECORD_HEAD_MOST ? (size_t)left : RECORD_HEAD_MOST;
    enum trawl_status status = fill(source, head, error);
    if (status != TRAWL_OK) return status;
    const char *start = source->buffer + source->begin, *at = start;
    uint64_t key, payload, size;
    if (!length_read(&at, start + head, &key) || !length_read(&at, start + head, &payload))
        return damaged(error);
    head = (size_t)(at - start);
    if (__builtin_add_overflow(key, payload, &size) || size > left - head) return damaged(error);
    status = fill(source, head + (size_t)size, error);
    if (status != TRAWL_OK) return status;
    at = source->buffer + source->begin + head;
    source->record = (struct record){{at, (size_t)key}, {at + key, (size_t)payload}};
    source->word = key_word(source->record.key, 0);
    source->begin += head + (size_t)size;
    return TRAWL_OK;
}

/* ---- merging ------------------------------------------------------------------------------ */

struct merger {
    struct source *sources;
    size_t source_count;
    struct source **heap; /* the source of the least key on top */
    size_t heap_count;
    bool given; /* the top's record was given, and is to be passed */
};

size_t merger_fan_in(uint64_t budget) {
    uint64_t buffers = budget / READ_SIZE;
    if (buffers >= FAN_IN_USUAL) return buffers > FAN_IN_MOST ? FAN_IN_MOST : (size_t)buffers;
    buffers = budget / READ_SMALLEST;
    return buffers < 2 ? 2 : buffers > FAN_IN_USUAL ? FAN_IN_USUAL : (size_t)buffers;
}

static size_t buffer_size(uint64_t budget, size_t sources) {
    uint64_t size = budget / (sources + 1);
    return (size_t)(size > READ_MOST ? READ_MOST : size < READ_SMALLEST ? READ_SMALLEST : size);
}

static bool comes_before(const struct source *a, const struct source *b) {
    if (a->word != b->word) return a->word < b->word;
    return key_compare(a->record.key, b->record.key) < 0;
}

static void sift_down(struct merger *merger, size_t at) {
    struct source **heap = merger->heap, *source = heap[at];
    for (size_t child; (child = 2 * at + 1) < merger->heap_count; at = child) {
        if (child + 1 < merger->heap_count && comes_before(heap[child + 1], heap[child])) child++;
        if (!comes_before(heap[child], source)) break;
        heap[at] = heap[child];
    }
    heap[at] = source;
}

void merger_close(struct merger *merger) {
    if (!merger) return;
    for (size_t i = 0; i < merger->source_count; i++) free(merger->sources[i].buffer);
    free(merger->sources);
    free(merger->heap);
    free(merger);
}

static struct merger *merger_new(const struct runs *runs, size_t count, uint64_t budget) {
    struct merger *merger = calloc(1, sizeof *merger);
    if (!merger) return NULL;
    merger->sources = calloc(count, sizeof *merger->sources);
    merger->heap = calloc(count, sizeof *merger->heap);
    if (!merger->sources || !merger->heap) {
        merger_close(merger);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const struct run *run = &runs->items[i];
        merger->sources[i] = (struct source){.file = run->file->file,
                                             .offset = run->offset,
                                             .left = run->bytes,
                                             .usual = buffer_size(budget, count)};
    }
    merger->source_count = count;
    return merger;
}

enum trawl_status merger_open(struct merger **opened, const struct runs *runs, size_t count,
                              uint64_t budget, struct trawl_error *error) {
    struct merger *merger = merger_new(runs, count, budget);
    if (!merger) return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        bool found;
        enum trawl_status status = advance(&merger->sources[i], &found, error);
        if (status != TRAWL_OK) {
            merger_close(merger);
            return status;
        }
        if (found) merger->heap[merger->heap_count++] = &merger->sources[i];
    }
    for (size_t i = merger->heap_count / 2; i-- > 0;) sift_down(merger, i);
    *opened = merger;
    return TRAWL_OK;
}

static enum trawl_status pass_top(struct merger *merger, struct trawl_error *error) {
    bool found;
    enum trawl_status status = advance(merger->heap[0], &found, error);
    if (status != TRAWL_OK) return status;
    if (!found) merger->heap[0] = merger->heap[--merger->heap_count];
    if (merger->heap_count > 0) sift_down(merger, 0);
    return TRAWL_OK;
}

enum trawl_status merger_next(struct merger *merger, const struct record **record,
                              struct trawl_error *error) {
    *record = NULL;
    if (merger->given) {
        enum trawl_status status = pass_top(merger, error);
        if (status != TRAWL_OK) return status;
    }
    merger->given = merger->heap_count > 0;
    if (merger->given) *record = &merger->heap[0]->record;
    return TRAWL_OK;
}

/* ---- fewer runs --------------------------------------------------------------------------- */

/* Writes what is wanted of the merger's records to the run; if that is all there may be, the last
 * key is kept. */
static enum trawl_status write_merged(struct merger *merger, struct run *run,
                                      const struct merge_limits *limits, struct buffer *last,
                                      struct trawl_error *error) {
    while (run->records < limits->records) {
        const struct record *record;
        enum trawl_status status = merger_next(merger, &record, error);
        if (status != TRAWL_OK || !record) return status;
        status = runs_write(run, *record, error);
        if (status != TRAWL_OK) return status;
        if (run->records < limits->records) continue;
        struct text old = {last->data, last->length};
        if (old.length > 0 && key_compare(record->key, old) >= 0) break;
        buffer_clear(last, SIZE_MAX);
        if (!buffer_append(last, record->key.data, record->key.length)) return error_memory(error);
    }
    return TRAWL_OK;
}

/* The first `count` runs become one, which comes last. */
static enum trawl_status merge_first(struct runs *runs, size_t count, struct spill *spill,
                                     const struct merge_limits *limits, struct buffer *last,
                                     struct trawl_error *error) {
    struct merger *merger;
    struct run run;
    enum trawl_status status = merger_open(&merger, runs, count, limits->budget, error);
    if (status != TRAWL_OK) return status;
    status = runs_begin(runs, spill, &run, error);
    if (status == TRAWL_OK) status = write_merged(merger, &run, limits, last, error);
    merger_close(merger);
    if (status == TRAWL_OK) status = runs_end(runs, &run, error);
    if (status == TRAWL_OK) drop_first(runs, count);
    return status;
}

/* One round goes over all runs but those that can stay as they are. */
static enum trawl_status reduce_round(struct runs *runs, size_t most, struct spill *spill,
                                      const struct merge_limits *limits, struct buffer *last,
                                      struct trawl_error *error) {
    size_t fan_in = merger_fan_in(limits->budget);
    /* Into a file of its own: those before are closed, and their room is free again, when their
     * last run is merged. */
    release_file(runs->output);
    runs->output = NULL;
    for (size_t old = runs->count; old > 1 && runs->count > most;) {
        size_t take = runs->count - most + 1;
        if (take > fan_in) take = fan_in;
        if (take > old) take = old;
        enum trawl_status status = merge_first(runs, take, spill, limits, last, error);
        if (status != TRAWL_OK) return status;
        old -= take;
    }
    return TRAWL_OK;
}

enum trawl_status runs_reduce(struct runs *runs, size_t most, struct spill *spill,
                              const struct merge_limits *limits, struct buffer *last,
                              struct trawl_error *error) {
    while (runs->count > most) {
        enum trawl_status status = reduce_round(runs, most, spill, limits, last, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}
