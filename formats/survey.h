/* survey.h - which names records have, whether or not the plan reads them: told by a sample, so
 * that a field that no record had can be answered with what may have been meant.
 *
 * Names are given as a query would write them: a.b.c for nested objects (also those in JSON text),
 * list and list[0].x for arrays, of which the first element is looked at, and every field of
 * formats/map's tables that the record has a value for. */
#ifndef TRAWL_FORMATS_SURVEY_H
#define TRAWL_FORMATS_SURVEY_H

#include "engine/hunt/names.h"
#include "formats/json/json.h"

struct survey;

struct survey *survey_new(void); /* NULL: out of memory */
void survey_free(struct survey *survey);

/* Whether the n-th record of its shape (from 1) is in the sample: the first few hundred, then so
 * few that it cannot be measured (to look at one takes as long as to decode some 40). */
static inline bool survey_due(uint64_t n) {
    return n <= 256 || n % 8192 == 0;
}
/* Adds the names of a record, one object of JSON. The values that the parser found before are gone.
 * Records that are very long, and whatever memory does not suffice for, are passed over. */
void survey_record(struct survey *survey, struct json_parser *parser, struct text record,
                   struct names *names);

#endif
