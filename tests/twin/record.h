/* record.h - the twin's view of one record: its canonical fields, whatever shape it has. */
#ifndef TRAWL_TESTS_TWIN_RECORD_H
#define TRAWL_TESTS_TWIN_RECORD_H

#include "tests/twin/json.h"

/* The first ten are the columns of the result, in order. */
enum canonical {
    TIMESTAMP,
    USER_PRINCIPAL_NAME,
    IP_ADDRESS,
    APP_DISPLAY_NAME,
    RISK_LEVEL,
    RISK_STATE,
    RISK_EVENTS,
    REQUIREMENT,
    HOME_TENANT,
    RESOURCE_TENANT,
    EVENT_SOURCE,
    EVENT_TYPE,
    RESULT_TYPE,
    CANONICAL_COUNT
};

extern const char *const canonical_names[CANONICAL_COUNT];

/* Fills fields[CANONICAL_COUNT]; a missing field has no data. */
void twin_canonical(struct pool *arena, const struct tree *record, struct bytes *fields);

/* Calls `take` for every record of a text, and with NULL for each part that is no record. */
void twin_records(struct pool *arena, struct bytes raw,
                  void (*take)(void *context, const struct tree *record), void *context);

#endif
