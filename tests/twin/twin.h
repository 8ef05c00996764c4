/* twin.h - a slow, plain twin of the compromised-cloud-account hunt: one record at a time, whole
 * texts in memory, no code shared with engine/ and formats/. What it prints for a text is what the
 * hunt must print for it, to the byte. */
#ifndef TRAWL_TESTS_TWIN_H
#define TRAWL_TESTS_TWIN_H

#include <stddef.h>
#include <stdint.h>

struct twin;

struct twin_counts {
    uint64_t records, malformed;
    uint64_t successful; /* kept by the first step */
    uint64_t high_risk, risky_event, cross_tenant, matched;
    uint64_t score[4]; /* by score; [0] is not used */
};

struct twin *twin_new(void);
/* One text, decompressed. Texts in input order. */
void twin_add(struct twin *twin, const void *bytes, size_t length);
const struct twin_counts *twin_counts(const struct twin *twin);
/* The best `limit` rows as NDJSON; the caller frees it. */
char *twin_rows(struct twin *twin, size_t limit, size_t *length);
void twin_free(struct twin *twin); /* NULL is fine */

#endif
