/* drift.h - what an export does one day without telling: a field is no longer there, a list is
 * written in another form, a value turns up that nobody knew. Planted in the text of records, from
 * a time of event on. */
#ifndef GENERATE_DRIFT_H
#define GENERATE_DRIFT_H

#include "calendar.h"

enum drift_kind {
    DRIFT_GONE,  /* the field is not there */
    DRIFT_TEXT,  /* what was an array or object is its JSON in a string */
    DRIFT_VALUE, /* in every tenth record the value, or one more element, is DRIFT_NEW */
    DRIFT_KINDS
};
extern const char *const drift_names[DRIFT_KINDS];

#define DRIFT_NEW "unheardOf"

enum { DRIFT_FIELD = 64, DRIFTS_MAX = 8 };

struct drift {
    char field[DRIFT_FIELD]; /* the last part of a key, in any case: riskState */
    enum drift_kind kind;
    ticks from;
};

/* FIELD=KIND@DATE, the date as calendar_parse takes it or with a time behind it: 2026-03-14T10:23.
 * False: it is not that. */
bool drift_parse(const char *text, struct drift *drift);
/* Changes the record of JSON from `start` on. number: of the record. False: out of memory. */
bool drift_apply(const struct drift *drift, uint64_t number, struct builder *text, size_t start);

#endif
