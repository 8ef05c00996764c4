/* group_internal.h - what the files of the group operator share.
 *
 * The key of an entry is the group's key, then a tag of two bytes, then an element's bytes:
 *
 *   group key   each key column's text, 0x00 written as 00 FF, ended by 00 00. The order of these
 *               bytes is the order of the texts, column by column, and none is a prefix of another.
 *   tag         0: the group's states, one after the other, carried rows behind them.
 *               i + 1: an element of aggregate i.
 *
 * So in the order of keys a group's states come first, then its elements, ascending. Aggregates of
 * one input that need the same elements share those of the first of them. */
#ifndef TRAWL_ENGINE_GROUP_INTERNAL_H
#define TRAWL_ENGINE_GROUP_INTERNAL_H

#include "engine/operator/aggregate.h"
#include "engine/operator/sorter.h"

#define GROUP_TAG_BYTES 2
#define GROUP_AGGREGATES_MOST 65534
/* Of the budget, the sorter of entries that left the table gets one part in so many; what ranks
 * the finished rows another; the table has the rest. */
#define GROUP_BUDGET_PARTS 4

/* Where things lie in a group's states. */
struct group_layout {
    size_t *offsets;    /* [aggregate_count] */
    size_t *owners;     /* [aggregate_count]: whose elements are this aggregate's */
    size_t size;        /* of all states */
    size_t outputs;     /* columns that come out, keys too */
    size_t inputs_most; /* of any aggregate */
    bool carries;       /* some aggregate carries rows */
};

struct group {
    const struct group_spec *spec;
    struct operator_resources resources;
    struct group_layout layout;
    struct group_table table;
    uint64_t groups;       /* whose states are in the table */
    struct sorter *sorter; /* of entries that left the table; NULL: none has */
    struct buffer key, scratch;
    struct datum *cells; /* [inputs_most] */
    /* While a batch is added that has one dictionary column for key, or no key at all: the entry of
     * each code, NULL where it is not known. */
    struct group_entry **cache;
    size_t cache_count, cache_capacity;
};

/* The parts of an entry's key. */
struct group_key {
    struct text group;
    size_t tag;
    struct text element;
};
struct group_key group_key_split(struct text key, size_t key_count);
void group_key_append(struct buffer *key, struct text text);
void group_tag_append(struct buffer *key, size_t tag);

/* A stored form of an entry's payload; lies in the entry or in group->scratch. */
bool group_payload(struct group *group, const struct group_entry *entry, struct text *payload);
/* Merges stored states into others, carried rows into the room of `table`. */
bool group_states_merge(const struct group *group, char *to, struct text payload,
                        struct group_table *table);
/* Moves the table's entries to the sorter. */
enum trawl_status group_spill(struct group *group, struct trawl_error *error);

enum trawl_status group_finish(void *state, const struct row_sink *next, struct trawl_error *error);

#endif
