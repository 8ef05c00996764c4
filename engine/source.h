/* source.h - the interface between the engine and whatever reads logs: formats implement it, the
 * engine calls it, and knows no format.
 *
 * The engine owns the workers. Each worker has one `feed` (batch, counters, faults) and one
 * `reader` made by the source (parsers, decompressors, buffers: reused from file to file). A worker
 * takes the next input and calls read; the reader appends rows to feed_batch and calls feed_row for
 * each. Where a reader meets text that can be read apart from what precedes it, it may offer that
 * text to idle workers (feed_offer); they get it through read_chunk. */
#ifndef TRAWL_ENGINE_SOURCE_H
#define TRAWL_ENGINE_SOURCE_H

#include <string.h>

#include "engine/base/cpu.h"
#include "engine/base/range.h"
#include "engine/column/batch.h"
#include "engine/hunt/tally.h"
#include "engine/trawl.h"

#define INPUT_SIZE_UNKNOWN UINT64_MAX
#define INPUT_SIZE_LATER (UINT64_MAX - 1) /* a file, whose size the source tells when asked */

/* One thing to read, found by list. */
struct input {
    char *path;    /* as shown to the user; "-" is standard input */
    uint64_t size; /* bytes when it was listed, or INPUT_SIZE_LATER; INPUT_SIZE_UNKNOWN: a pipe or a
                      device */
    bool skipped;  /* not to be read: its name says that it holds no time that is asked for */
};

/* Standard input, pipes and devices are not. */
static inline bool input_rereadable(const struct input *input) {
    return input->size != INPUT_SIZE_UNKNOWN && strcmp(input->path, "-") != 0;
}

/* Grows; owned by the engine. Sorted by the source: index is input order. */
struct input_list {
    struct input *items;
    size_t count, capacity;
};
bool input_list_add(struct input_list *list, const char *path, uint64_t size);

/* What malloc gave, with TEXT_PADDING bytes behind the capacity. */
struct memory {
    char *data;
    size_t capacity;
};

/* Text handed from one worker to another: whole records, no state needed. Owned by whoever holds
 * it; free with chunk_free. */
struct chunk {
    struct origin origin; /* of the first byte */
    char *path, *member;  /* for faults; member may be NULL */
    struct memory memory; /* what the text is in */
    struct text text;     /* TEXT_PADDING bytes behind its end can be read */
};
/* Copies the text. NULL: out of memory. */
struct chunk *chunk_new(const char *path, const char *member, struct origin origin,
                        struct text text);
/* Takes the memory that the text is in; frees it where it fails. */
struct chunk *chunk_around(const char *path, const char *member, struct origin origin,
                           struct text text, struct memory memory);
void chunk_free(struct chunk *chunk);

struct feed;
struct reader;

/* A record that somebody wants to see. */
struct record_wanted {
    const char *member; /* as faults name it; NULL: the text is the file's own */
    uint64_t offset;
    bool (*take)(void *context, const char *bytes, size_t length);
    void *context;
    bool met;        /* records of the member were met */
    bool elsewhere;  /* text was met that is not the member's */
    unsigned found;  /* how often take was called: an archive may have members of the same name */
    bool refused;    /* it gave false */
    uint64_t before; /* the offset of the record met last before it; UINT64_MAX: none */
};
/* Whether the text of that name is to be read. It is also where it should be what holds the
 * member: that it is no archive, or cannot be opened, shows when it is read. */
bool record_wanted_in(struct record_wanted *wanted, const char *member);
/* Of each record, and each that is none: whether it is the one, which is taken then. */
bool record_wanted_at(struct record_wanted *wanted, const char *member, uint64_t offset,
                      struct text bytes);
/* Whether it may be met in other text, too, when it was found in this one. */
static inline bool record_wanted_again(const struct record_wanted *wanted) {
    return wanted->member && !wanted->refused;
}

struct reader_config {
    const struct program *program; /* program->fields: what to project */
    enum isa isa;
    bool validate;
    bool hours;         /* tally->hours is wanted, of records that lie in the range */
    struct range range; /* of the records that count */
    bool no_fast_path;  /* parse each record, also where it resembles those before it */
    uint64_t max_record;
    unsigned window_log;
    struct record_wanted *wanted; /* the reading of its text ends behind it; NULL: none */
};

struct source {
    /* Names for the numbers in the tally; terminated by NULL. shape_names[0] is for records that
     * were decoded but not recognised. */
    const char *const *shape_names;
    const char *const *encoding_names;
    const char *const *form_names; /* form_names[0]: of a field that is missing */
    /* Whether exports of a shape have the field at all: then its absence from an archive is worth a
     * word. */
    bool (*has_field)(unsigned shape, const char *field);
    /* The values that a field may have; NULL: any. NULL itself: of no field they are known. */
    const struct value_list *(*values)(const char *field);
    /* Appends what `path` stands for. What cannot be read is reported with fault, not by status. */
    enum trawl_status (*list)(const char *path, struct input_list *list,
                              void (*fault)(void *context, enum trawl_fault_kind kind,
                                            const char *path, const char *message),
                              void *context, struct trawl_error *error);
    /* Bytes of an input by now; INPUT_SIZE_UNKNOWN: it has no size, or is gone. Any thread. NULL:
     * no input is listed with INPUT_SIZE_LATER. */
    uint64_t (*size)(const char *path);
    /* The span of time that the name of an input says its records arrived in; false: it says none
     * for certain. named: how many bytes of the path the user wrote. NULL: names say nothing. */
    bool (*arrival)(const char *path, size_t named, struct range *arrival);
    struct reader *(*reader_new)(const struct reader_config *config, struct trawl_error *error);
    void (*reader_free)(struct reader *reader);
    /* Reads an input to its end, or until feed_cancelled. All trouble goes to feed_fault; the
     * status is not TRAWL_OK only where the whole run cannot go on (memory, executor failure). */
    enum trawl_status (*read)(struct reader *reader, const struct input *input, uint32_t index,
                              struct feed *feed, struct trawl_error *error);
    enum trawl_status (*read_chunk)(struct reader *reader, const struct chunk *chunk,
                                    struct feed *feed, struct trawl_error *error);
};

/* The source that reads files and folders; defined in formats/. */
extern const struct source source_files;

/* trawl_hunt_new and trawl_hunt_new_all over another source: for tests. */
struct trawl_hunt *hunt_new_with(const struct source *source, const struct trawl_plan *plan,
                                 const struct trawl_options *options, struct trawl_error *error);
struct trawl_hunt *hunt_new_all_with(const struct source *source,
                                     const struct trawl_plan *const *plans, size_t count,
                                     const struct trawl_options *options,
                                     struct trawl_error *error);

/* Before it runs: reads until the record is found. For a hunt of one thread. */
void hunt_want(struct trawl_hunt *hunt, struct record_wanted *wanted);

/* ---- what a reader may call on its worker's feed ------------------------------------------- */

struct batch *feed_batch(struct feed *feed);
/* After batch_commit: runs the plan when the batch is full. Between records only. */
enum trawl_status feed_row(struct feed *feed, struct trawl_error *error);
struct tally *feed_tally(struct feed *feed);
bool feed_cancelled(const struct feed *feed);
/* Compressed bytes consumed, text bytes made, records decoded since the last call. */
void feed_progress(struct feed *feed, uint64_t bytes, uint64_t text, uint64_t records);
/* Counts the fault by kind and remembers it (of MALFORMED, OVERSIZED and REPAIRED only the first
 * few in input order). member may be NULL. offset UINT64_MAX: no place. */
void feed_fault(struct feed *feed, enum trawl_fault_kind kind, const char *path, const char *member,
                struct origin origin, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* A name that a record has at its top, whether or not the plan reads it: to tell the user what was
 * meant by a field that no record had. Cheap for names that were seen before, but a sample of the
 * records is enough. Copies. */
void feed_names(struct feed *feed, struct text name);
/* The memory gate, for long windows: see gate.h. False: more than the budget. */
bool feed_reserve(struct feed *feed, uint64_t bytes);
void feed_release(struct feed *feed, uint64_t bytes);
uint64_t feed_budget(const struct feed *feed);
bool feed_wants_chunk(const struct feed *feed); /* cheap: will anybody take one soon? */
/* Memory for at least `capacity` bytes: a chunk's that was read, or new. data NULL: there is none.
 */
struct memory feed_spare(struct feed *feed, size_t capacity);
/* The chunk has been read: its memory may be given by feed_spare. Frees it. */
void feed_read(struct feed *feed, struct chunk *chunk);
/* Between records only. The chunk comes behind the records that were given to feed_row, and before
 * those that will be. True: it is not the caller's any more, as another worker takes it soon, or,
 * where none comes to it, this one when it has read its input. */
bool feed_offer(struct feed *feed, struct chunk *chunk);

#endif
