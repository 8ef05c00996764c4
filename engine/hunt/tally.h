/* tally.h - the counters of a run. Each worker has its own; they merge by adding, in any order. */
#ifndef TRAWL_ENGINE_TALLY_H
#define TRAWL_ENGINE_TALLY_H

#include "engine/hunt/forms.h"
#include "engine/hunt/hours.h"
#include "engine/hunt/names.h"
#include "engine/hunt/values.h"
#include "engine/program/program.h"

#define TALLY_SHAPES 32    /* shapes a source may name; 0 is "not recognised" */
#define TALLY_ENCODINGS 16 /* encodings of a list field a source may name */
#define TALLY_SCORES 64    /* scores 0 to 62 counted one by one, the rest in the last */

struct tally {
    size_t field_count, step_count, output_count;
    /* counted by formats */
    uint64_t files, files_whole, bytes_read, text_bytes;
    uint64_t malformed, oversized, repaired, padding_bytes;
    /* as the summary has them */
    uint64_t fast_read, fast_declined, fast_paused, fast_never, fast_alike;
    /* CPU time, ns: an estimate for opening, reading and unpacking files, from so many samples */
    uint64_t unpack_time, unpack_samples;
    uint64_t shape_records[TALLY_SHAPES]; /* decoded records; [0]: not recognised */
    uint64_t *present;    /* [TALLY_SHAPES][field_count]; what forms has comes in tally_settle */
    uint64_t *encodings;  /* [field_count][TALLY_ENCODINGS] */
    struct names names;   /* of records' fields, read or not: feed_names */
    struct hours hours;   /* of records, where reader_config asks for them */
    struct forms forms;   /* of fields, by hour */
    struct values values; /* that no list has; counted by the feed */
    /* counted by the executor */
    uint64_t *kept;      /* [step_count] */
    uint64_t *flag_rows; /* [output_count]; other outputs stay 0 */
    uint64_t matched;    /* rows that passed all steps */
    uint64_t unknown;    /* rows that passed the first step unknown: program_keep_first */
    /* counted by the crew */
    uint64_t work_time; /* CPU time of the workers, ns */
    /* counted by the pipeline, of those rows */
    uint64_t scores[TALLY_SCORES];
    uint64_t untimed;
};

/* Of a program that reads the archive: a plan's first. */
bool tally_init(struct tally *tally, const struct program *program);
void tally_free(struct tally *tally);
/* After the last record, once: ends the runs of forms, and adds to present what they counted. */
void tally_settle(struct tally *tally);
/* Both settled. */
void tally_merge(struct tally *to, const struct tally *from);

#endif
