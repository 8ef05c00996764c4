/* sorter.h - an external merge sort of (key, payload) records by the bytes of their keys.
 *
 * Records gather in memory; over the budget they are sorted and written to a run. Reading merges
 * the runs (several rounds where there are many, so that memory stays bounded). With a limit only
 * the first `limit` records in key order are kept: a partial select cuts what has gathered, and
 * sorter_wants tells early what cannot be among them any more. Equal keys come out in no
 * particular order: make keys unique (end them with the origin) where that matters. */
#ifndef TRAWL_ENGINE_SORTER_H
#define TRAWL_ENGINE_SORTER_H

#include "engine/operator/spill.h"

#define SORTER_NO_LIMIT UINT64_MAX

struct sorter;

struct sorter *sorter_new(struct spill *spill, uint64_t budget, uint64_t limit);
void sorter_free(struct sorter *sorter);
/* False: a record whose key starts with these bytes cannot be among the first `limit`. */
bool sorter_wants(const struct sorter *sorter, struct text key);
/* Copies both. A single record may be larger than the budget. */
enum trawl_status sorter_add(struct sorter *sorter, struct text key, struct text payload,
                             struct trawl_error *error);
/* Moves all records of `from`, which stays usable and empty. Same limit. */
enum trawl_status sorter_merge(struct sorter *to, struct sorter *from, struct trawl_error *error);
/* Ends adding. */
enum trawl_status sorter_start(struct sorter *sorter, struct trawl_error *error);
/* The next record in ascending order, valid until the next call. *found false: no more. */
enum trawl_status sorter_next(struct sorter *sorter, struct text *key, struct text *payload,
                              bool *found, struct trawl_error *error);
uint64_t sorter_added(const struct sorter *sorter); /* records ever added, merged ones too */

#endif
