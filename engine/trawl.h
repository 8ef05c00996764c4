/* trawl.h - the public interface of libtrawl: hunt through archives of logs on one machine.
 *
 * A hunt is three steps:
 *   1. make a plan (trawl_plan_*): which fields are read, what is computed, which rows are kept;
 *   2. run it over paths (trawl_hunt_*): files and folders are decoded into column batches, the
 *      plan is executed over each batch, partial results merge;
 *   3. read the rows and the ledger (trawl_hunt_row_*, trawl_hunt_summary), or write them out.
 *
 * Rules of the library: errors are values; nothing here prints, exits, or keeps global state.
 * Strings given in are copied unless said otherwise; strings given out belong to the object they
 * came from. A plan is immutable once finished and may be shared by threads and hunts. A hunt
 * belongs to one thread, except trawl_hunt_cancel and trawl_hunt_progress. */
#ifndef TRAWL_H
#define TRAWL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TRAWL_API __attribute__((visibility("default")))
#define TRAWL_VERSION "0.1.0"

/* ---- errors ------------------------------------------------------------------------------- */

enum trawl_status {
    TRAWL_OK = 0,
    TRAWL_INVALID,   /* the caller's fault: a bad plan, pattern, option or value */
    TRAWL_MEMORY,    /* out of memory, or over the memory limit */
    TRAWL_IO,        /* reading or writing failed; the message has the system's reason */
    TRAWL_DAMAGED,   /* input is not what it claims to be: truncated, bad checksum, malformed */
    TRAWL_REFUSED,   /* input needs more than the options allow (window, depth, record size) */
    TRAWL_CANCELLED, /* trawl_hunt_cancel was called */
};

/* Filled by a failing call; may be NULL where the reason is not wanted. The message is one line
 * without a final stop or newline and says what to do where there is something to do. */
struct trawl_error {
    enum trawl_status status;
    char message[1000];
};

/* ---- plans -------------------------------------------------------------------------------- */

struct trawl_plan;

/* A value computed for every row: text, a flag (true or false) or a number. Index into the plan. */
typedef uint32_t trawl_node;
#define TRAWL_NO_NODE UINT32_MAX

/* Flags of trawl_plan_matches. */
enum { TRAWL_IGNORE_CASE = 1, TRAWL_MULTILINE = 2, TRAWL_DOTALL = 4 };

/* The builder's errors are sticky: a failing call returns TRAWL_NO_NODE, further calls on it do the
 * same, and trawl_plan_finish reports the first failure. Missing values: every comparison with a
 * missing operand is false, trawl_plan_differs included; lower of missing is missing. */
TRAWL_API struct trawl_plan *trawl_plan_new(const char *name);
TRAWL_API void trawl_plan_free(struct trawl_plan *plan); /* NULL is fine */

TRAWL_API trawl_node trawl_plan_field(struct trawl_plan *plan, const char *name); /* text */
TRAWL_API trawl_node trawl_plan_lower(struct trawl_plan *plan, trawl_node text);  /* ASCII */
TRAWL_API trawl_node trawl_plan_time(struct trawl_plan *plan,
                                     trawl_node text); /* number: ns since 1970 UTC */
TRAWL_API trawl_node trawl_plan_present(struct trawl_plan *plan, trawl_node text); /* flag */
TRAWL_API trawl_node trawl_plan_equals(struct trawl_plan *plan, trawl_node text, const char *value);
TRAWL_API trawl_node trawl_plan_in(struct trawl_plan *plan, trawl_node text,
                                   const char *const *values, size_t count);
TRAWL_API trawl_node trawl_plan_same(struct trawl_plan *plan, trawl_node a,
                                     trawl_node b); /* both present and equal */
TRAWL_API trawl_node trawl_plan_differs(struct trawl_plan *plan, trawl_node a,
                                        trawl_node b); /* both present and unequal */
TRAWL_API trawl_node trawl_plan_matches(struct trawl_plan *plan, trawl_node text, const char *regex,
                                        unsigned flags);
TRAWL_API trawl_node trawl_plan_and(struct trawl_plan *plan, trawl_node a, trawl_node b);
TRAWL_API trawl_node trawl_plan_or(struct trawl_plan *plan, trawl_node a, trawl_node b);
TRAWL_API trawl_node trawl_plan_not(struct trawl_plan *plan, trawl_node a);
TRAWL_API trawl_node trawl_plan_sum(struct trawl_plan *plan, const trawl_node *flags,
                                    size_t count); /* number of true flags */

/* A filter: rows where the flag is false go no further. Steps run in the order they are added; the
 * summary counts what each kept under its label. */
TRAWL_API void trawl_plan_keep(struct trawl_plan *plan, trawl_node flag, const char *label);
/* A column of the result, in the order added. Flags print as the texts true and false. */
TRAWL_API void trawl_plan_output(struct trawl_plan *plan, const char *name, trawl_node node);
/* The rows of the result: the `limit` of highest score, among equals the newest (a missing or
 * unreadable time is oldest), among those in input order. */
TRAWL_API void trawl_plan_rank(struct trawl_plan *plan, trawl_node score, trawl_node time,
                               uint64_t limit);
/* Checks the plan and compiles its patterns. After TRAWL_OK the plan is immutable. */
TRAWL_API enum trawl_status trawl_plan_finish(struct trawl_plan *plan, struct trawl_error *error);
TRAWL_API const char *trawl_plan_name(const struct trawl_plan *plan);

/* ---- hunts -------------------------------------------------------------------------------- */

struct trawl_hunt;

/* All zero means the defaults. */
struct trawl_options {
    unsigned threads;    /* workers; 0: one per processor this process may use */
    uint64_t memory;     /* bytes; 0: 160 MiB, more for over 2 threads or a longer window */
    uint64_t max_record; /* bytes; 0: 64 MiB. A longer record is skipped and counted */
    unsigned window_log; /* largest zstd window as a power of two; 0: 27 (128 MiB) */
    uint64_t limit;      /* rows; 0: what the plan says */
    bool validate;       /* parse every record to its last byte, not only what the plan reads */
    const char *isa;     /* "westmere", "haswell", "icelake"; NULL: the best this machine has */
};

TRAWL_API struct trawl_hunt *trawl_hunt_new(const struct trawl_plan *plan,
                                            const struct trawl_options *options,
                                            struct trawl_error *error);
TRAWL_API void trawl_hunt_free(struct trawl_hunt *hunt);
/* A file, a folder (walked in byte order of names) or "-" for standard input. Order of calls is
 * input order. A path that cannot be read becomes a fault in the summary, not an error here. */
TRAWL_API enum trawl_status trawl_hunt_add(struct trawl_hunt *hunt, const char *path,
                                           struct trawl_error *error);
/* Whether `path` is an existing regular file that this hunt will read: nothing to write a result
 * to. */
TRAWL_API bool trawl_hunt_reads(const struct trawl_hunt *hunt, const char *path);
/* Reads everything. TRAWL_OK also where some input could not be read: see the summary.
 * TRAWL_CANCELLED: the rows and the summary hold what was found until then. */
TRAWL_API enum trawl_status trawl_hunt_run(struct trawl_hunt *hunt, struct trawl_error *error);
/* Any thread, and signal handlers. The run stops within about a block's time. */
TRAWL_API void trawl_hunt_cancel(struct trawl_hunt *hunt);

struct trawl_progress {
    uint64_t bytes_total, bytes_read; /* compressed bytes, of the whole job; total 0: not known */
    uint64_t files_total, files_done;
    uint64_t text_bytes; /* decompressed */
    uint64_t records;
};
/* Any thread, while trawl_hunt_run runs. */
TRAWL_API void trawl_hunt_progress(const struct trawl_hunt *hunt, struct trawl_progress *progress);

/* ---- rows --------------------------------------------------------------------------------- */

enum trawl_cell_kind { TRAWL_MISSING, TRAWL_TEXT, TRAWL_FLAG, TRAWL_NUMBER };

struct trawl_cell {
    enum trawl_cell_kind kind;
    const char *text; /* TRAWL_TEXT: UTF-8, not terminated; TRAWL_FLAG: "true" or "false" */
    size_t length;
    int64_t number; /* TRAWL_NUMBER */
};

TRAWL_API size_t trawl_hunt_column_count(const struct trawl_hunt *hunt);
TRAWL_API const char *trawl_hunt_column_name(const struct trawl_hunt *hunt, size_t column);
TRAWL_API size_t trawl_hunt_row_count(const struct trawl_hunt *hunt);
TRAWL_API struct trawl_cell trawl_hunt_cell(const struct trawl_hunt *hunt, size_t row,
                                            size_t column);

enum trawl_format { TRAWL_NDJSON, TRAWL_JSON, TRAWL_CSV, TRAWL_TABLE };

/* Where trawl_hunt_write sends its bytes. write returns false to stop (the writer then returns
 * TRAWL_IO; the caller knows why). */
struct trawl_sink {
    bool (*write)(void *context, const char *bytes, size_t length);
    void *context;
    unsigned width; /* TRAWL_TABLE: columns of the terminal; 0: as wide as the data */
    bool color;     /* TRAWL_TABLE: ANSI colours */
};
TRAWL_API enum trawl_status trawl_hunt_write(const struct trawl_hunt *hunt,
                                             enum trawl_format format,
                                             const struct trawl_sink *sink,
                                             struct trawl_error *error);

/* ---- the ledger --------------------------------------------------------------------------- */

struct trawl_count {
    const char *name;
    uint64_t count;
};

enum trawl_fault_kind {
    TRAWL_FAULT_UNREAD,    /* a path that could not be opened or listed */
    TRAWL_FAULT_DAMAGED,   /* a file or member that was not read whole */
    TRAWL_FAULT_CHANGED,   /* a file that shrank, grew or vanished while it was read */
    TRAWL_FAULT_MALFORMED, /* a record that is not what its format says */
    TRAWL_FAULT_OVERSIZED, /* a record over max_record */
    TRAWL_FAULT_REPAIRED,  /* a record with invalid UTF-8: hunted, each bad sequence as U+FFFD */
    TRAWL_FAULT_NOTE,      /* nothing lost, but worth a line (a link not followed, NUL padding) */
};

struct trawl_fault {
    enum trawl_fault_kind kind;
    const char *path;
    const char *member; /* name inside a tar or zip, outermost first, joined by "!"; NULL: none */
    uint64_t offset;    /* in the decompressed text of the member or file; UINT64_MAX: no place */
    const char *message;
};

/* Records of one shape, and how many of them had each field of the plan. */
struct trawl_shape {
    const char *name;
    uint64_t records;
    const uint64_t *present; /* [field], in the order of trawl_summary.fields */
    const bool *expected;    /* [field]: exports of this shape have the field */
};

/* A flag, or the first step by its label, that no record of a shape could make true, because the
 * records have none of the fields that it rests on. */
struct trawl_unevaluated {
    const char *flag;
    const char *shape;
    uint64_t records;
};

/* A list field as it was written: how many records had it in which encoding. */
struct trawl_encoding {
    const char *field;
    const char *encoding;
    uint64_t records;
};

struct trawl_summary {
    uint64_t files, files_whole;     /* found; read to their end without damage */
    uint64_t bytes_read, text_bytes; /* as stored; decompressed */
    uint64_t records;                /* = hunted + malformed + oversized + unrecognised */
    uint64_t hunted, malformed, oversized, unrecognised;
    uint64_t repaired;       /* hunted records that held invalid UTF-8 */
    uint64_t padding_bytes;  /* NUL bytes between records */
    uint64_t untimed;        /* matched rows whose time could not be read */
    uint64_t matched, shown; /* rows that passed every step; rows in the result */
    bool validated;          /* every record was parsed to its last byte */
    bool complete;           /* false: cancelled */
    double seconds;
    size_t shape_count;
    const struct trawl_shape *shapes;
    size_t step_count;
    const struct trawl_count *steps;
    size_t flag_count;
    const struct trawl_count *flags; /* among matched rows */
    size_t score_count;
    const struct trawl_count *scores; /* name: the score in decimal, highest first */
    size_t field_count;
    const struct trawl_count *fields; /* records that had the field */
    size_t unevaluated_count;
    const struct trawl_unevaluated *unevaluated;
    size_t encoding_count;
    const struct trawl_encoding *encodings;
    /* In input order: of MALFORMED, OVERSIZED and REPAIRED the first 10, of other kinds 10,000. */
    size_t fault_count;
    const struct trawl_fault *faults;
    uint64_t fault_totals[TRAWL_FAULT_NOTE + 1]; /* by kind, all of them */
};
/* Valid until the hunt is freed. After trawl_hunt_run only. */
TRAWL_API const struct trawl_summary *trawl_hunt_summary(const struct trawl_hunt *hunt);

/* ---- about -------------------------------------------------------------------------------- */

/* One line each: the library's version, the ISA levels and which is used, the libraries linked. */
TRAWL_API size_t trawl_about(char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
