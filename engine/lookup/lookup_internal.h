/* lookup_internal.h - shared by the files of a lookup: lookup.c (adding), lookup_freeze.c (what is
 * kept), lookup_key.c (keys as bytes), lookup_group.c (rows of a key as bytes), lookup_store.c
 * (groups in memory), lookup_disk.c (groups in a temporary file) and lookup_cursor.c (probing). */
#ifndef TRAWL_ENGINE_LOOKUP_INTERNAL_H
#define TRAWL_ENGINE_LOOKUP_INTERNAL_H

#include "engine/lookup/lookup.h"
#include "engine/match/networks.h"
#include "engine/operator/sorter.h"

static inline struct text buffer_text(const struct buffer *buffer) {
    return (struct text){buffer->data, buffer->length};
}

static inline int text_compare(struct text a, struct text b) {
    size_t least = a.length < b.length ? a.length : b.length;
    int order = least ? memcmp(a.data, b.data, least) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* ---- keys --------------------------------------------------------------------------------- */

/* The key of texts is, of each, its length and bytes: no key is a prefix of another one. Appends
 * it, folded if asked for. *found false: a text is missing, and what was appended is of no use.
 * False: out of memory. */
bool key_of_texts(struct buffer *out, const struct datum *cells, size_t count, bool ignore_case,
                  bool *found);
uint64_t key_hash(struct text key);
/* The text that the key of one text is of. */
struct text key_text(struct text key);

/* The key of a network is its masked address and the number of its bits. */
#define NETWORK_KEY 17
/* `network`: one that networks_add has taken. */
void key_of_network(struct text network, char key[NETWORK_KEY]);

/* ---- groups ------------------------------------------------------------------------------- */

/* A key and its rows, each its length and bytes, in their order. */
struct group {
    struct text key;
    uint64_t count; /* of rows, at least one */
    struct text rows;
};

/* Appends the group as bytes. False: out of memory. */
bool group_write(struct buffer *out, const struct group *group);
/* Takes the group at the front of the bytes. False: there is none. */
bool group_read(struct text *bytes, struct group *group);
/* Appends a piece as its length and bytes; takes one off the front, false: there is none. */
bool piece_write(struct buffer *out, struct text piece);
bool piece_read(struct text *bytes, struct text *piece);

/* ---- groups in memory --------------------------------------------------------------------- */

struct store {
    struct buffer bytes; /* groups in key order */
    uint64_t groups;
    uint64_t *slots; /* by hash; 0: empty; else a tag of the key's hash and the group's place + 1 */
    size_t slot_count; /* a power of two, or 0 */
};

void store_free(struct store *store);
/* In key order; keys must be different. False: out of memory. */
bool store_add(struct store *store, const struct group *group);
/* Ends adding. False: out of memory. */
bool store_freeze(struct store *store);
/* What the store takes, or will once it is frozen. */
uint64_t store_size(const struct store *store);
/* False: no such key. */
bool store_find(const struct store *store, struct text key, struct group *group);

/* ---- groups in a temporary file ----------------------------------------------------------- */

/* Tells most keys that are not there without reading. A plain value; of no words, all pass. */
struct filter {
    uint64_t *words;
    size_t count; /* a power of two, or 0 */
};

/* For so many keys, in `most` bytes; without words if these are too few to be of use. False: out of
 * memory. */
bool filter_open(struct filter *filter, uint64_t keys, uint64_t most);
void filter_free(struct filter *filter);
void filter_add(struct filter *filter, struct text key);
/* False: the key was not added. */
bool filter_passes(const struct filter *filter, struct text key);

struct disk;
struct disk_cache; /* one thread's: the blocks last read */

/* For at most `keys` keys; filter_most: bytes that may be spent on knowing those that are not
 * there. NULL: `error` tells. */
struct disk *disk_new(struct spill *spill, uint64_t keys, uint64_t filter_most,
                      struct trawl_error *error);
void disk_free(struct disk *disk); /* NULL is fine */
/* In key order; keys must be different. */
enum trawl_status disk_add(struct disk *disk, const struct group *group, struct trawl_error *error);
/* Ends adding. */
enum trawl_status disk_freeze(struct disk *disk, struct trawl_error *error);
/* *found false: no such key. The group lies in the cache, until the next call. */
enum trawl_status disk_find(const struct disk *disk, struct disk_cache *cache, struct text key,
                            struct group *group, bool *found, struct trawl_error *error);
enum trawl_status disk_damaged(struct trawl_error *error);

struct disk_cache *disk_cache_new(void); /* NULL: out of memory */
void disk_cache_free(struct disk_cache *cache);

/* ---- patterns ----------------------------------------------------------------------------- */

struct pattern;

/* Of the groups of a store, each key a pattern with a star. What is not NULL is of use as long as
 * the store and is freed with free. NULL: out of memory. */
struct pattern *patterns_new(const struct store *store);
/* The next pattern that matches, from *at on, which starts with 0. NULL: no more. */
const struct group *patterns_next(const struct pattern *patterns, size_t count, size_t *at,
                                  struct text text);

/* ---- the lookup --------------------------------------------------------------------------- */

struct lookup {
    enum lookup_mode mode;
    bool ignore_case;
    size_t key_columns, column_count;
    uint64_t keep;
    enum lookup_pick pick;

    struct spill *spill; /* NULL: everything in memory */
    uint64_t budget;

    struct sorter *sorter; /* while filling; NULL: nothing was added yet */
    struct buffer record;  /* scratch of lookup_add */

    uint64_t rows;
    struct store groups;
    struct disk *disk;         /* the groups, if there were too many; NULL: there were not */
    struct store starred;      /* LOOKUP_GLOB: keys with a star, which are in memory always */
    struct pattern *patterns;  /* [starred.groups] */
    struct networks *networks; /* LOOKUP_CIDR: which of network_keys a network has */
    struct buffer network_keys;
};

/* What the budget is spent on: while filling and freezing, the sorter; groups in memory; once those
 * are on disk, the filter. */
static inline uint64_t sorter_budget(const struct lookup *lookup) {
    return lookup->budget / 2;
}
static inline uint64_t groups_budget(const struct lookup *lookup) {
    return lookup->budget / 8 * 3;
}
static inline uint64_t filter_budget(const struct lookup *lookup) {
    return lookup->budget / 8;
}

/* A record of the sorter is the key, the row's order as a sort key, and the row. The payload tells
 * where the latter two begin. With LOOKUP_LAST their bytes are inverted, so that rows that are kept
 * come first here too. */
struct record_parts {
    size_t order, row;
};

static inline void invert_from(struct buffer *bytes, size_t from) {
    for (size_t i = from; i < bytes->length; i++) bytes->data[i] = (char)~bytes->data[i];
}

/* With LOOKUP_GLOB the rows of several keys are brought into one order: there a group's row is a
 * piece that holds the order, and then the row. */
static inline bool rows_have_order(const struct lookup *lookup) {
    return lookup->mode == LOOKUP_GLOB;
}

#endif
