/* forms.h - in which form the records of each hour had each field: what drift (drift.h) is told
 * from.
 *
 * The source names the forms (a text, a number, a list in this or that encoding); form 0 is that of
 * a field that is missing. For each shape, each stretch of time, each field and each form it came
 * in there is a count, and the place of the earliest such record.
 *
 * Most records have the same fields in the same forms as the one before them, in the same hour.
 * Such a run is counted once, when it ends: a record costs a comparison.
 *
 * Memory is bounded. A stretch is an hour; where a shape has more of them than may be, it is 2
 * hours, then 4, and so on. Whether that happens depends on all records together, so sets merge in
 * any order to the same. */
#ifndef TRAWL_ENGINE_FORMS_H
#define TRAWL_ENGINE_FORMS_H

#include "engine/column/batch.h"

#define FORMS_SHAPES 32         /* as many as the tally counts */
#define FORMS_MOST 16           /* forms that a source may name, with that of a missing field */
#define FORMS_STRETCHES 4096    /* of a shape; fewer where a program reads very many fields */
#define FORMS_RUNS 4            /* that go on at the same time */
#define FORMS_UNDATED INT64_MIN /* the second of a record that has none */

/* Of words that hold the forms of a record's fields, a byte each. */
#define FORMS_WORDS(fields) (((fields) + 7) / 8)

/* Records that had a field in one form, in one stretch. */
struct form_count {
    uint64_t records;
    int64_t second; /* of the earliest of them; of several the first in input order */
    struct origin origin;
    uint32_t next; /* of the same field: index + 1 into counts, 0: no more */
    uint8_t form;
};

struct form_stretch {
    uint32_t number; /* since 1970 */
    uint32_t count, capacity;
    struct form_count *counts;
    uint32_t heads[]; /* [field]: index + 1 into counts, 0: none */
};

struct form_shape {
    struct form_stretch **stretches; /* ascending */
    size_t count, capacity;
    size_t last;                  /* the stretch used last */
    unsigned level;               /* of forms_hours */
    struct form_stretch *undated; /* NULL: none */
};

/* Records alike: the same shape, stretch and forms. */
struct form_run {
    uint64_t records; /* 0: there is no run */
    unsigned shape;
    int64_t since; /* of the stretch, in seconds */
    uint64_t length;
    int64_t second; /* of the earliest record */
    struct origin origin;
    uint64_t *seen; /* [FORMS_WORDS] */
};

struct forms {
    size_t field_count, word_count;
    size_t most; /* stretches of a shape */
    struct form_shape shapes[FORMS_SHAPES];
    struct form_run runs[FORMS_RUNS];
    unsigned recent; /* run */
    bool failed;     /* out of memory; sticky */
};

bool forms_init(struct forms *forms, size_t field_count);
void forms_free(struct forms *forms);

/* A record. seen: the forms of its fields, a byte each; [FORMS_WORDS], zero behind the last field.
 * second: since 1970, or FORMS_UNDATED; what is not in the years 1970 to 2199 is undated too. */
static inline void forms_add(struct forms *forms, unsigned shape, const uint64_t *seen,
                             int64_t second, struct origin origin);
/* Ends the runs. Before anything below is asked. */
void forms_settle(struct forms *forms);
/* Both settled. */
void forms_merge(struct forms *to, const struct forms *from);

/* Hours that a stretch of the shape lasts. */
unsigned forms_hours(const struct form_shape *shape);
/* The count of a field in a form; NULL: there is no such record. */
const struct form_count *forms_find(const struct form_stretch *stretch, size_t field,
                                    unsigned form);
/* Records that had the field at all, dated or not. */
uint64_t forms_present(const struct forms *forms, unsigned shape, size_t field);
/* Records without a time, of a program with fields. */
uint64_t forms_undated(const struct forms *forms, unsigned shape);

/* ---- inline: the record like those before it --------------------------------------------------
 */

void forms_begin_run(struct forms *forms, unsigned shape, const uint64_t *seen, int64_t second,
                     struct origin origin);

static inline bool form_run_goes_on(const struct form_run *run, unsigned shape,
                                    const uint64_t *seen, size_t words, int64_t second) {
    if (!run->records || run->shape != shape ||
        (uint64_t)second - (uint64_t)run->since >= run->length)
        return false;
    uint64_t differs = 0;
    for (size_t i = 0; i < words; i++) differs |= run->seen[i] ^ seen[i];
    return !differs;
}

static inline void form_run_add(struct form_run *run, int64_t second, struct origin origin) {
    run->records++;
    if (second > run->second) return;
    if (second == run->second && origin_compare(&origin, &run->origin) >= 0) return;
    run->second = second;
    run->origin = origin;
}

static inline void forms_add(struct forms *forms, unsigned shape, const uint64_t *seen,
                             int64_t second, struct origin origin) {
    for (unsigned i = 0; i < FORMS_RUNS; i++) {
        unsigned at = (forms->recent + i) % FORMS_RUNS;
        if (!form_run_goes_on(&forms->runs[at], shape, seen, forms->word_count, second)) continue;
        form_run_add(&forms->runs[at], second, origin);
        forms->recent = at;
        return;
    }
    forms_begin_run(forms, shape, seen, second, origin);
}

#endif
