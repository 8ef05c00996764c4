/* faults.h - what went wrong, and where: a list that stays small and merges.
 *
 * All are counted by kind; the first in input order are remembered: FAULTS_KEPT of MALFORMED,
 * OVERSIZED and REPAIRED, which one file can hold by the million, FAULTS_MOST of each other kind.
 */
#ifndef TRAWL_ENGINE_FAULTS_H
#define TRAWL_ENGINE_FAULTS_H

#include "engine/column/batch.h"
#include "engine/trawl.h"

#define FAULTS_KEPT 10
#define FAULTS_MOST 10000
#define FAULT_KINDS (TRAWL_FAULT_NOTE + 1)

struct fault {
    enum trawl_fault_kind kind;
    struct origin origin; /* orders faults; offset UINT64_MAX: no place */
    char *path, *member, *message;
};

/* A plain value; zero-initialised is empty. */
struct faults {
    struct fault *items;
    size_t count, capacity;
    uint64_t totals[FAULT_KINDS];
    size_t kept[FAULT_KINDS]; /* items of each kind */
    size_t last[FAULT_KINDS]; /* of kinds that are full: the item that is last in input order */
};

/* Copies the strings; member may be NULL. Out of memory: counted, not remembered. */
void faults_add(struct faults *faults, enum trawl_fault_kind kind, const char *path,
                const char *member, struct origin origin, const char *message);
/* Moves all of `from` over; `from` is left empty. */
void faults_merge(struct faults *to, struct faults *from);
/* Input order. */
void faults_sort(struct faults *faults);
void faults_free(struct faults *faults);

#endif
