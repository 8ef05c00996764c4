/* hours.h - the hours in which there were records, by shape and by account: what is missing from an
 * archive.
 *
 * A set of hours for each (shape, account), in pages of 512 hours. Memory is bounded: where a shape
 * has more accounts, or more pages, than are kept apart, all its accounts become one. Whether that
 * happens depends on all records together, so sets merge in any order to the same. */
#ifndef TRAWL_ENGINE_HOURS_H
#define TRAWL_ENGINE_HOURS_H

#include "engine/base/range.h"

#define HOURS_SHAPES 32        /* as many as the tally counts */
#define HOURS_ACCOUNTS 256     /* of a shape */
#define HOURS_PAGES 8192       /* of a shape: 600 KB */
#define HOURS_ACCOUNT_MOST 128 /* bytes of a name that tell accounts apart */

struct hour_page {
    uint32_t number; /* of its first hour since 1970, over 512 */
    uint64_t bits[8];
};

struct hour_account {
    char *name; /* terminated; NULL: records without an account, or of all accounts */
    uint64_t records;
    uint64_t undated;        /* of them without a time, or out of the years 1970 to 2199 */
    struct hour_page *pages; /* ascending */
    size_t page_count, page_capacity;
    size_t last; /* the page used last: records come in runs */
};

struct hour_shape {
    struct hour_account *accounts;
    size_t count, capacity;
    size_t page_count; /* of all accounts */
    size_t last;       /* the account used last */
    bool merged;       /* accounts are no longer kept apart: there is one */
};

/* Zero-initialised is empty. */
struct hours {
    struct hour_shape shapes[HOURS_SHAPES];
    bool failed; /* out of memory while merging */
};

/* A record. account.data NULL: it has none. False: out of memory. */
bool hours_add(struct hours *hours, unsigned shape, struct text account, bool dated, int64_t ms);
void hours_merge(struct hours *to, const struct hours *from);
void hours_free(struct hours *hours);
/* Accounts by the bytes of their names, records without one first. */
void hours_sort(struct hours *hours);

/* An hour since 1970. */
#define HOUR_NONE INT64_MIN
int64_t hours_first(const struct hour_account *account); /* HOUR_NONE: there is none */
int64_t hours_last(const struct hour_account *account);
uint64_t hours_count(const struct hour_account *account);
/* Runs of hours that are not there, from `first` to before `end`, in which all hours of the account
 * lie: calls visit for each with its first hour and the one behind its last. Returns how many. */
size_t hours_missing(const struct hour_account *account, int64_t first, int64_t end,
                     void (*visit)(void *context, int64_t from, int64_t to), void *context);

#endif
