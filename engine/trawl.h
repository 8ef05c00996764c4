/* trawl.h - the public interface of libtrawl: hunt through archives of logs on one machine.
 *
 * A hunt is three steps:
 *   1. compile a query (trawl_query_compile) to a plan, or several to several;
 *   2. run it over paths (trawl_hunt_*): files and folders are decoded into column batches, each
 *      plan is executed over each batch, partial results merge, rows go to a sink as soon as they
 *      are known to be part of the answer;
 *   3. read the ledger (trawl_hunt_summary).
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

/* ---- queries ------------------------------------------------------------------------------ */

/* A compiled query. Immutable; may be shared by threads and hunts, but for one that makes tables of
 * the archive (join and its kin), which is good for one run. */
struct trawl_plan;
struct trawl_diagnostics;

/* Flags of regular expressions. */
enum { TRAWL_IGNORE_CASE = 1, TRAWL_MULTILINE = 2, TRAWL_DOTALL = 4 };

struct trawl_parameter {
    const char *name, *value;
};

/* What a condition asks of the text of a field; a number or a flag is asked as it is printed. A
 * missing field meets no condition. */
enum trawl_test {
    TRAWL_EQUALS, /* the value, ASCII letters in either case */
    TRAWL_GLOB,   /* the same, with * for any run of characters */
    TRAWL_REGEX,  /* the regular expression is found in it */
    TRAWL_CIDR,   /* an address of the network, with a port or without */
};

struct trawl_condition {
    const char *field;
    enum trawl_test test;
    const char *const *values; /* one of them must hold */
    size_t value_count;
};

/* Whether trawl_query_compile takes the value; the message says what is wrong with it. */
TRAWL_API bool trawl_test_takes(enum trawl_test test, const char *value, struct trawl_error *error);

enum trawl_tuning_act {
    TRAWL_EXCLUDE, /* the row goes */
    TRAWL_LOWER,   /* the row ranks lower */
    TRAWL_CLEAR,   /* names that the query sets are false */
    TRAWL_FORGET,  /* elements of a list field are not there for the query */
};

/* A name that an entry acts on. */
struct trawl_target {
    const char *name;
    const char *const
        *values; /* FORGET: which elements of the list, ASCII letters in either case */
    size_t value_count;
};

enum trawl_tuning_place { TRAWL_ANYWHERE, TRAWL_ON_ROWS, TRAWL_ON_RECORDS };

/* What is known to be harmless. An entry never adds a row to the answer. Its conditions are asked
 * of the row as the query makes it without any tuning.
 *
 * Rows of a query that gathers none (groups, windows) are single records: entries act where it
 * first sorts or cuts them. Of one that gathers, CLEAR and FORGET act on records before they are
 * gathered, EXCLUDE and LOWER on the rows behind it, where these have all fields of the conditions;
 * else EXCLUDE acts on records. `place` says otherwise. */
struct trawl_tuning {
    const char *name, *reason;
    const struct trawl_condition *conditions; /* all must hold */
    size_t condition_count;
    enum trawl_tuning_act act;
    /* CLEAR, FORGET: at least one. LOWER: the score; none: the number that rows are sorted by. */
    const struct trawl_target *targets;
    size_t target_count;
    unsigned by; /* LOWER: by so much, not below 0 */
    enum trawl_tuning_place place;
};

/* All zero means the defaults. */
struct trawl_query_options {
    bool strict; /* the language's own reading: no extensions, its own limits */
    const struct trawl_parameter *parameters; /* for ?name */
    size_t parameter_count;
    /* [parameter_count] Where they are given to several queries: true is set where this one has the
     * ?name, and that it has not is no warning. NULL: it is. */
    bool *parameters_used;
    const char *lookups; /* folder of CSV files for match(file=), readFile(); NULL: none */
    const char *saved;   /* folder of saved queries, $name() is name.cql; NULL: none */
    const char *geoip;   /* folder of MMDB files for ipLocation() and asn(); NULL: none */
    /* Only records of this time are looked at, from `since` to before `until`, in milliseconds
     * since 1970 UTC; 0: from ever, for ever. Records whose time cannot be read are looked at too,
     * and counted. Takes the place of the query's own setTimeInterval(). */
    int64_t since, until;
    /* Rows that are still one record's get the columns file, member, offset and length: where the
     * record stands in the decompressed text of that file, or of that member of an archive. A name
     * that the row has already gets an @ before it. */
    bool evidence;
    /* Of records that are copies of one event, by its id where their shape has one, else by all of
     * their text, only the first in input order goes on behind the query's first filters. */
    bool dedupe;
    /* Entries, in this order: a row that several would suppress counts to the first of them. The
     * strings must live until the call is over. */
    const struct trawl_tuning *tuning;
    size_t tuning_count;
    /* In place of the rows those that the tuning suppressed, as they would be without it, with the
     * columns suppressed_by and reason. */
    bool suppressed;
};

/* An instant as a person writes it, in milliseconds since 1970 UTC: 2026-03-07T14:05:00Z, also
 * without seconds or with another zone; 2026-03-07, which is its first moment or, where `end` is
 * set, its end; 10, 13 or 16 digits; -7d, -24h, -30m: so long ago; now. False: none of these. */
TRAWL_API bool trawl_time_read(const char *text, bool end, int64_t *ms);
/* 2026-03-07T14:05:00Z, with milliseconds where there are any; cut to size - 1 bytes. Returns the
 * length. */
TRAWL_API size_t trawl_time_print(int64_t ms, char *text, size_t size);
/* A length of time: 24h, 30m, 7d, 0. False: it is none. */
TRAWL_API bool trawl_span_read(const char *text, int64_t *ms);

/* Compiles the text of a query (the language is described by trawl_query_help). NULL: see the
 * diagnostics; they may hold warnings where a plan is given. *diagnostics is set unless memory ran
 * out; free it. Lookups are read when the query is compiled. */
TRAWL_API struct trawl_plan *trawl_query_compile(const char *name, const char *text, size_t length,
                                                 const struct trawl_query_options *options,
                                                 struct trawl_diagnostics **diagnostics);
TRAWL_API void trawl_plan_free(struct trawl_plan *plan); /* NULL is fine */
TRAWL_API const char *trawl_plan_name(const struct trawl_plan *plan);
/* The columns of its rows. */
TRAWL_API size_t trawl_plan_column_count(const struct trawl_plan *plan);
TRAWL_API const char *trawl_plan_column_name(const struct trawl_plan *plan, size_t column);
/* How often the archive is read: once, and once for each table that is made of it first. Where the
 * rows go on to an aggregate or a sort the tables are made meanwhile, and the rows wait. */
TRAWL_API unsigned trawl_plan_passes(const struct trawl_plan *plan);
/* False: the query brings its rows along (createEvents, readFile), and no path need be given. */
TRAWL_API bool trawl_plan_reads(const struct trawl_plan *plan);
/* The plan in lines for a person: stages, nodes, patterns, operators. Belongs to the plan. */
TRAWL_API const char *trawl_plan_explain(const struct trawl_plan *plan);

struct trawl_diagnostic {
    bool warning; /* else an error: there is no plan */
    const char *message;
    const char *hint;            /* what to do instead; NULL: none */
    size_t line, column, length; /* from 1, in characters; length at least 1 */
    const char *source;          /* the line, without its end */
};
TRAWL_API size_t trawl_diagnostics_count(const struct trawl_diagnostics *diagnostics);
/* In order of their places. Valid until freed. */
TRAWL_API struct trawl_diagnostic trawl_diagnostics_get(const struct trawl_diagnostics *diagnostics,
                                                        size_t index);
TRAWL_API void trawl_diagnostics_free(struct trawl_diagnostics *diagnostics);

/* One construct of the language, from the table that the compiler uses. */
struct trawl_construct {
    const char *group;    /* "filters", "functions: text", ... */
    const char *synopsis; /* groupBy(field, function=count(), limit=...) */
    const char *summary;  /* one line */
    const char *differs;  /* where trawl differs from the language's owner; NULL: it does not */
};
/* The index-th construct, grouped; false: no more. */
TRAWL_API bool trawl_query_help(size_t index, struct trawl_construct *construct);

/* The candidate nearest to a word that does not exist; NULL: none is near enough to be meant. */
TRAWL_API const char *trawl_nearest(const char *word, const char *const *candidates, size_t count);

/* ---- hunts -------------------------------------------------------------------------------- */

struct trawl_hunt;

/* All zero means the defaults. */
struct trawl_options {
    unsigned threads; /* workers; 0: one per processor this process may use */
    /* Bytes; 0: 160 MiB, more for over 2 threads, a longer window, rows that several threads must
     * put in order (8 MiB), and a query that sorts, groups or joins (64 MiB). Beside what every run
     * needs, such a query gets a third of it for its state, and tables half of that third; what
     * does not fit goes to `temp`. The rest is for long windows. */
    uint64_t memory;
    uint64_t max_record; /* bytes; 0: 64 MiB. A longer record is skipped and counted */
    unsigned window_log; /* largest zstd window as a power of two; 0: 27 (128 MiB) */
    /* Rows of the result; 0: what the query says. It takes the place of the limit of a sort at the
     * query's end. Rows that come in input order end the run when there are so many. */
    uint64_t limit;
    const char *temp;  /* folder for what does not fit in memory; NULL: TMPDIR or /tmp */
    bool validate;     /* parse every record to its last byte, not only what the plan reads */
    bool no_fast_path; /* for tests: parse each record, also where it resembles those before it */
    const char *isa;   /* "westmere", "haswell", "icelake"; NULL: the best this machine has */
    /* How much later than their time records may arrive, in milliseconds; 0: 24 hours; negative:
     * not at all. Of a query with a range of time, files are not read whose names say that they
     * were delivered before the range or more than this behind it. */
    int64_t late;
    bool gaps;  /* trawl_summary.hours: in which hours there are no records */
    bool drift; /* trawl_summary.days: which records had which fields, day by day */
};

TRAWL_API struct trawl_hunt *trawl_hunt_new(const struct trawl_plan *plan,
                                            const struct trawl_options *options,
                                            struct trawl_error *error);
/* Several plans in one run, which has nearly the cost of the dearest of them: the archive is read
 * once for all, and before that once for each table that trawl_plan_passes counts. Each plan has
 * its own rows and its own summary, the same as if it had run alone. They share the memory. Of
 * limits none ends the run. The array is copied, the plans outlive the hunt. */
TRAWL_API struct trawl_hunt *trawl_hunt_new_all(const struct trawl_plan *const *plans, size_t count,
                                                const struct trawl_options *options,
                                                struct trawl_error *error);
TRAWL_API void trawl_hunt_free(struct trawl_hunt *hunt);
/* How the plans run together, in lines for a person: how often the archive is read, and what of
 * each record. Belongs to the hunt. NULL: out of memory. */
TRAWL_API const char *trawl_hunt_explain(struct trawl_hunt *hunt);
/* A file, a folder (walked in byte order of names) or "-" for standard input. Order of calls is
 * input order. A path that cannot be read becomes a fault in the summary, not an error here. */
TRAWL_API enum trawl_status trawl_hunt_add(struct trawl_hunt *hunt, const char *path,
                                           struct trawl_error *error);
/* Whether `path` is an existing regular file that this hunt will read: nothing to write a result
 * to. */
TRAWL_API bool trawl_hunt_reads(const struct trawl_hunt *hunt, const char *path);
/* Where rows of a plan go. row returns false to stop: the run, of all plans, then ends with
 * TRAWL_CANCELLED, but is complete. Rows without an order of their own come in input order, as soon
 * as all that stands before them has been read. Called by one thread at a time, not always the
 * same; rows of several plans come one at a time too, but those of one may come between those of
 * another.
 */
struct trawl_cell;
struct trawl_rows {
    bool (*row)(void *context, const struct trawl_cell *cells, size_t count);
    void *context;
};
/* Reads everything, as often as the plans ask (then no standard input, pipe or device may be among
 * the inputs). rows: one for each plan, in their order; NULL: they are only counted. TRAWL_OK also
 * where some input could not be read: see the summary. TRAWL_CANCELLED: the rows and the summary
 * hold what was found until then; of a query that aggregates, the answer over what was read. */
TRAWL_API enum trawl_status trawl_hunt_run(struct trawl_hunt *hunt, const struct trawl_rows *rows,
                                           struct trawl_error *error);
/* Any thread, and signal handlers. The run stops within about a block's time. */
TRAWL_API void trawl_hunt_cancel(struct trawl_hunt *hunt);

struct trawl_progress {
    /* Compressed bytes, of all passes; total 0: not known, or not until further calls: each finds
     * out the sizes of some files more. */
    uint64_t bytes_total, bytes_read;
    uint64_t files_total, files_done; /* in this pass */
    uint64_t text_bytes;              /* decompressed, of all passes */
    uint64_t records;
};
/* Any thread, while trawl_hunt_run runs. */
TRAWL_API void trawl_hunt_progress(const struct trawl_hunt *hunt, struct trawl_progress *progress);

/* Gives the bytes of the record that begins at `offset`, as they stand in the decompressed text of
 * the file, or of that member of an archive (as faults name it; NULL: the file is none). A record
 * that is malformed is given as far as it is held. Of an archive's members of the same name, the
 * record of each is given, in a call of its own. TRAWL_INVALID: none begins there;
 * TRAWL_CANCELLED: take gave false. options: memory and the like; may be NULL. */
TRAWL_API enum trawl_status trawl_show(const char *path, const char *member, uint64_t offset,
                                       const struct trawl_options *options,
                                       bool (*take)(void *context, const char *bytes,
                                                    size_t length),
                                       void *context, struct trawl_error *error);

/* ---- rows --------------------------------------------------------------------------------- */

enum trawl_cell_kind { TRAWL_MISSING, TRAWL_TEXT, TRAWL_FLAG, TRAWL_NUMBER };

struct trawl_cell {
    enum trawl_cell_kind kind;
    /* UTF-8, not terminated. TRAWL_FLAG: "true" or "false"; TRAWL_NUMBER: decimal, as JSON has it
     */
    const char *text;
    size_t length;
};

enum trawl_format { TRAWL_NDJSON, TRAWL_JSON, TRAWL_CSV, TRAWL_TABLE };

/* Where a writer sends its bytes. write returns false to stop (the caller knows why). */
struct trawl_sink {
    bool (*write)(void *context, const char *bytes, size_t length);
    /* NULL, or called when rows that were written should be seen now. */
    bool (*flush)(void *context);
    void *context;
    unsigned width; /* TRAWL_TABLE: columns of the terminal; 0: as wide as the data */
    bool color;     /* TRAWL_TABLE: ANSI colours */
};

/* A writer turns rows into bytes of a format. Its `rows` are what trawl_hunt_run takes. A table is
 * laid out by its first 1,000 rows. */
struct trawl_writer;
TRAWL_API struct trawl_writer *trawl_writer_new(const struct trawl_plan *plan,
                                                enum trawl_format format,
                                                const struct trawl_sink *sink,
                                                struct trawl_error *error);
/* The same with a column `hunt` before the others (@hunt where the plan has one of that name),
 * which says `name` in each row: for rows of several plans in one file. */
TRAWL_API struct trawl_writer *trawl_writer_new_named(const struct trawl_plan *plan,
                                                      const char *name, enum trawl_format format,
                                                      const struct trawl_sink *sink,
                                                      struct trawl_error *error);
TRAWL_API struct trawl_rows trawl_writer_rows(struct trawl_writer *writer);
/* Writes what is left (the end of an array, a table's last rows). TRAWL_IO: the sink refused. */
TRAWL_API enum trawl_status trawl_writer_finish(struct trawl_writer *writer,
                                                struct trawl_error *error);
TRAWL_API void trawl_writer_free(struct trawl_writer *writer);

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
    uint64_t undated;        /* of the records, those without a readable time */
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

/* Hours without any record, from `since` to before `until`: milliseconds, whole hours. */
struct trawl_gap {
    int64_t since, until;
};

/* The hours of an account's records of one shape, between the first and the last one seen, or those
 * of the range of time. */
struct trawl_hours {
    const char *shape;
    const char *account; /* NULL: they have none, or `merged` */
    bool merged;         /* more accounts than are kept apart: all in one */
    uint64_t records;
    uint64_t undated;     /* of them without a readable time */
    int64_t since, until; /* whole hours; equal: there is no hour to tell of */
    uint64_t hours;       /* with records */
    size_t gap_count;
    const struct trawl_gap *gaps; /* ascending */
};

/* A field that the records of a shape mostly had, and from some time on mostly have not; or that
 * they had in one form, and then have in another. Ordinary variation is none: drift.h says what is.
 */
struct trawl_drift {
    const char *shape, *field;
    const char *from; /* the form it came in */
    const char *to;   /* the form it comes in then; NULL: it does not come any more */
    /* Before and behind, records of the shape (with the field, where `to` is set), and of them
     * those that have it (in the form `from`). */
    uint64_t records_before, before, records_behind, behind;
    /* The time of the first record without it (or in another form), in milliseconds, and where it
     * stands: the byte in the decompressed text of the file, or of one of its members. */
    int64_t since;
    const char *path;
    uint64_t offset;
    int64_t until; /* the hour in which it is back; 0: it stays away */
    /* Flags, or the first step by its label, that no record can make true without the field. */
    size_t blind_count;
    const char *const *blind;
};

/* A value that is in no list of those that the field should have. */
struct trawl_unlisted {
    const char *field;
    const char *value; /* of a list, the element; NULL: values behind the first 20 in byte order */
    uint64_t records;  /* 0: not counted */
    const char *path;  /* of the first in input order */
    uint64_t offset;
};

/* How many of a day's records had a field, and in which forms. */
struct trawl_field_day {
    uint64_t present;
    size_t form_count;
    const struct trawl_count *forms; /* the most frequent first */
};

/* Records of a shape and a day (UTC), or of more days where an archive is very long. */
struct trawl_day {
    const char *shape;
    int64_t since, until; /* milliseconds */
    uint64_t records;
    const struct trawl_field_day *fields; /* [field], in the order of trawl_summary.fields */
};

/* What an entry of the tuning did. */
struct trawl_tuned {
    const char *name, *reason;
    const char *idle; /* why it cannot act on this query; NULL: it can */
    /* A field of its conditions that no record had, and the nearest name that some had; or NULL. */
    const char *absent, *nearest;
    /* Of a query that gathers: records were left out or changed before they were gathered, and
     * these are counted, not rows. */
    bool records;
    uint64_t suppressed; /* rows that are missing from the answer for it */
    uint64_t changed;    /* rows of the answer that it took something from; not counted where the
                            suppressed rows were asked for */
};

struct trawl_summary {
    uint64_t files, files_whole; /* to be read; read to their end without damage */
    /* Not read: their names say that they hold no record of the range. */
    uint64_t files_skipped, bytes_skipped;
    /* The range of time of the records that count, as in the options; 0: open. */
    int64_t since, until;
    uint64_t undated;                /* records without a readable time, which count in any range */
    uint64_t bytes_read, text_bytes; /* as stored; decompressed */
    uint64_t records;                /* = hunted + malformed + oversized + unrecognised */
    uint64_t hunted, malformed, oversized, unrecognised;
    uint64_t repaired;       /* hunted records that held invalid UTF-8 */
    uint64_t padding_bytes;  /* NUL bytes between records */
    uint64_t untimed;        /* matched rows whose time could not be read */
    uint64_t matched, shown; /* rows that passed the filters before the first operator; rows in
                                the result */
    bool derived;            /* those are made of the matched ones (grouped, expanded, joined), not
                                matched ones themselves */
    uint64_t spilled;        /* bytes written to temporary files */
    /* Together all records hunted and not recognised: read by comparing with the layout of those
     * before, without parsing; tried so, and parsed since they differed; parsed without trying,
     * after too many of these; never read so: rows of tables, or all, if the run is told to parse.
     * fast_alike: records, parsed or not, whose rows were made as that of another with the same
     * fields. Each worker learns for itself, so these depend on who read what. */
    uint64_t fast_read, fast_declined, fast_paused, fast_never, fast_alike;
    bool validated; /* every record was parsed to its last byte */
    bool complete;  /* false: trawl_hunt_cancel was called. Reading that stopped because
                       there were rows enough is told of by a notice */
    double seconds;
    /* Which part of the workers' CPU time went into opening, reading and unpacking files, which is
     * what the run could not have done without: 1 is the speed of decompression alone. Estimated
     * from a sample of the calls to the decompressors; 0: too few to tell. */
    double unpack_share;
    size_t shape_count;
    const struct trawl_shape *shapes;
    size_t step_count;
    const struct trawl_count *steps;
    size_t flag_count;
    const struct trawl_count *flags; /* among matched rows */
    size_t score_count;
    const struct trawl_count *scores; /* name: the score in decimal, highest first */
    size_t field_count;
    const struct trawl_count *fields; /* records that had the field, of those the query names */
    /* [field]: where the count is 0, the nearest name that some record had; NULL: none near */
    const char *const *nearest;
    size_t notice_count;
    const char *const *notices; /* lines for the user: a result that was cut, and the like */
    size_t unevaluated_count;
    const struct trawl_unevaluated *unevaluated;
    size_t encoding_count;
    const struct trawl_encoding *encodings;
    size_t tuned_count; /* in the order of the options */
    const struct trawl_tuned *tuned;
    bool gaps;         /* asked for: else there are no hours */
    size_t hour_count; /* by shape, then by account */
    const struct trawl_hours *hours;
    size_t drift_count; /* by shape, field and time */
    const struct trawl_drift *drifts;
    size_t unlisted_count;
    const struct trawl_unlisted *unlisted;
    bool drift;       /* asked for: else there are no days */
    size_t day_count; /* by shape and time */
    const struct trawl_day *days;
    /* In input order: of MALFORMED, OVERSIZED and REPAIRED the first 10, of other kinds 10,000. */
    size_t fault_count;
    const struct trawl_fault *faults;
    uint64_t fault_totals[TRAWL_FAULT_NOTE + 1]; /* by kind, all of them */
};
/* Valid until the hunt is freed. After trawl_hunt_run only. Of several plans: the first one's. */
TRAWL_API const struct trawl_summary *trawl_hunt_summary(const struct trawl_hunt *hunt);
/* Of the plan by its number. What is said of files, bytes, records, faults, hours and the run is
 * the same in all of them; of a shape, the fields are the plan's. */
TRAWL_API const struct trawl_summary *trawl_hunt_summary_of(const struct trawl_hunt *hunt,
                                                            size_t plan);

/* ---- about -------------------------------------------------------------------------------- */

/* One line each: the library's version, the ISA levels and which is used, the libraries linked. */
TRAWL_API size_t trawl_about(char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
