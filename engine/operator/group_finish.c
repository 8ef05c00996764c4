/* The end of grouping: entries in the order of their keys become rows. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/base/grouped.h"
#include "engine/operator/group_internal.h"
#include "engine/operator/sortkey.h"

/* The groups that are read one after the other, and what is gathered of the one being read. */
struct reading {
    struct group *group;
    const struct row_sink *next;
    struct sorter *ranking;              /* NULL: rows are given as they come */
    uint64_t read, given;                /* groups */
    uint64_t *cut, *too_large;           /* [aggregate_count]: groups with that outcome */
    bool open;                           /* a group is being read */
    struct buffer current;               /* its key */
    char *states;                        /* its states */
    struct group_table carried;          /* room for the rows that they carry */
    struct aggregate_elements *elements; /* [aggregate_count] */
    struct buffer last;                  /* the whole key of the last entry */
    struct buffer key, row, texts;
    struct datum *cells; /* [outputs] */
};

static void reading_free(struct reading *reading) {
    sorter_free(reading->ranking);
    free(reading->cut);
    free(reading->too_large);
    free(reading->states);
    group_table_free(&reading->carried);
    for (size_t i = 0; reading->elements && i < reading->group->spec->aggregate_count; i++)
        buffer_free(&reading->elements[i].joined);
    free(reading->elements);
    buffer_free(&reading->current);
    buffer_free(&reading->last);
    buffer_free(&reading->key);
    buffer_free(&reading->row);
    buffer_free(&reading->texts);
    free(reading->cells);
}

/* Ranking is left out where it is known to change nothing. */
static bool must_rank(const struct group *group) {
    if (group->spec->ranked) return true;
    if (group->spec->limit == UINT64_MAX) return false;
    return group->sorter || group->groups > group->spec->limit;
}

static struct sorter *row_sorter(const struct group *group, uint64_t limit) {
    return sorter_new(group->resources.spill, group->resources.budget / GROUP_BUDGET_PARTS, limit);
}

static bool reading_init(struct reading *reading, struct group *group,
                         const struct row_sink *next) {
    size_t count = group->spec->aggregate_count;
    *reading = (struct reading){
        .group = group,
        .next = next,
        .cut = calloc(count + 1, sizeof *reading->cut),
        .too_large = calloc(count + 1, sizeof *reading->too_large),
        .states = calloc(1, group->layout.size + 1),
        .elements = calloc(count + 1, sizeof *reading->elements),
        .cells = calloc(group->layout.outputs + 1, sizeof *reading->cells),
    };
    if (must_rank(group) && !(reading->ranking = row_sorter(group, group->spec->limit)))
        return false;
    return reading->cut && reading->too_large && reading->states && reading->elements &&
           reading->cells;
}

/* ---- one row -------------------------------------------------------------------------------- */

static enum trawl_status give(struct reading *reading, struct trawl_error *error) {
    struct origin origin = {.offset = reading->given++};
    return reading->next->row(reading->next->context, reading->cells, origin, error);
}

/* Sets the cells of the keys; their texts lie in reading->texts. */
static bool key_cells(struct reading *reading) {
    struct buffer *texts = &reading->texts;
    buffer_clear(texts, SIZE_MAX);
    if (!buffer_reserve(texts, reading->current.length)) return false;
    const char *at = reading->current.data, *end = at + reading->current.length;
    for (size_t i = 0; i < reading->group->spec->key_count; i++) {
        struct text text = {texts->data + texts->length, 0};
        for (;;) {
            const char *zero = memchr(at, 0, (size_t)(end - at));
            bool last = zero[1] == 0;
            buffer_append(texts, at, (size_t)(zero - at) + !last); /* the zero itself too */
            at = zero + 2;
            if (last) break;
        }
        text.length = (size_t)(texts->data + texts->length - text.data);
        reading->cells[i] = datum_text(text);
    }
    return true;
}

static bool aggregate_cells(struct reading *reading) {
    const struct group_spec *spec = reading->group->spec;
    struct datum *cells = reading->cells + spec->key_count;
    for (size_t i = 0; i < spec->aggregate_count; i++) {
        if (reading->elements[i].joined.failed) return false;
        enum aggregate_outcome outcome = aggregate_result(
            &spec->aggregates[i], reading->states + reading->group->layout.offsets[i],
            &reading->elements[i], cells);
        reading->cut[i] += outcome == OUTCOME_CUT;
        reading->too_large[i] += outcome == OUTCOME_TOO_LARGE;
        cells += aggregate_outputs(&spec->aggregates[i]);
    }
    return true;
}

/* The first cell of the aggregate that ranks. */
static struct datum ranking_cell(const struct reading *reading) {
    const struct group_spec *spec = reading->group->spec;
    if (spec->rank >= spec->aggregate_count) return datum_missing();
    size_t column = spec->key_count;
    for (size_t i = 0; i < spec->rank; i++) column += aggregate_outputs(&spec->aggregates[i]);
    return reading->cells[column];
}

static enum trawl_status add_row(struct reading *reading, struct sorter *sorter,
                                 struct trawl_error *error) {
    struct text key = {reading->key.data, reading->key.length};
    if (reading->key.failed) return error_memory(error);
    if (!sorter_wants(sorter, key)) return TRAWL_OK;
    buffer_clear(&reading->row, SIZE_MAX);
    row_encode(&reading->row, reading->cells, reading->group->layout.outputs);
    if (reading->row.failed) return error_memory(error);
    return sorter_add(sorter, key, (struct text){reading->row.data, reading->row.length}, error);
}

static enum trawl_status rank(struct reading *reading, struct trawl_error *error) {
    struct datum value = ranking_cell(reading);
    buffer_clear(&reading->key, SIZE_MAX);
    sortkey_value(&reading->key, &value, SORT_AUTO, true);
    buffer_append(&reading->key, reading->current.data, reading->current.length);
    return add_row(reading, reading->ranking, error);
}

/* ---- one group ------------------------------------------------------------------------------ */

static bool open_group(struct reading *reading, struct text key) {
    const struct group *group = reading->group;
    buffer_clear(&reading->current, SIZE_MAX);
    buffer_clear(&reading->last, SIZE_MAX);
    buffer_append(&reading->current, key.data, key.length);
    memset(reading->states, 0, group->layout.size);
    if (group->layout.carries) group_table_clear(&reading->carried);
    for (size_t i = 0; i < group->spec->aggregate_count; i++) {
        struct buffer joined = reading->elements[i].joined;
        buffer_clear(&joined, SIZE_MAX);
        reading->elements[i] = (struct aggregate_elements){.joined = joined};
    }
    reading->open = true;
    reading->read++;
    return !reading->current.failed;
}

static enum trawl_status close_group(struct reading *reading, struct trawl_error *error) {
    if (!reading->open) return TRAWL_OK;
    reading->open = false;
    if (atomic_load_explicit(reading->group->resources.cancelled, memory_order_relaxed))
        return TRAWL_CANCELLED;
    if (!key_cells(reading) || !aggregate_cells(reading)) return error_memory(error);
    return reading->ranking ? rank(reading, error) : give(reading, error);
}

/* The same text may come from several runs. */
static bool is_repeated(struct reading *reading, struct text key) {
    if (text_equal((struct text){reading->last.data, reading->last.length}, key)) return true;
    buffer_clear(&reading->last, SIZE_MAX);
    buffer_append(&reading->last, key.data, key.length);
    return false;
}

static bool take_element(struct reading *reading, struct text key, const struct group_key *parts,
                         struct text payload) {
    const struct group *group = reading->group;
    size_t owner = parts->tag - 1;
    uint64_t count = 1;
    if (aggregate_elements(group->spec->aggregates[owner].kind) == ELEMENT_NUMBER)
        memcpy(&count, payload.data, sizeof count);
    else if (is_repeated(reading, key))
        return true;
    for (size_t i = owner; i < group->spec->aggregate_count; i++)
        if (group->layout.owners[i] == owner)
            aggregate_take(&group->spec->aggregates[i], reading->states + group->layout.offsets[i],
                           &reading->elements[i], parts->element, count);
    return !reading->last.failed;
}

/* The next entry in the order of keys; equal keys may come several times. */
static enum trawl_status take(struct reading *reading, struct text key, struct text payload,
                              struct trawl_error *error) {
    struct group_key parts = group_key_split(key, reading->group->spec->key_count);
    struct text current = {reading->current.data, reading->current.length};
    if (!reading->open || !text_equal(current, parts.group)) {
        enum trawl_status status = close_group(reading, error);
        if (status != TRAWL_OK) return status;
        if (!open_group(reading, parts.group)) return error_memory(error);
    }
    bool taken = parts.tag == 0 ? group_states_merge(reading->group, reading->states, payload,
                                                     &reading->carried)
                                : take_element(reading, key, &parts, payload);
    return taken ? TRAWL_OK : error_memory(error);
}

/* ---- all groups ----------------------------------------------------------------------------- */

static enum trawl_status read_table(struct reading *reading, struct trawl_error *error) {
    struct group *group = reading->group;
    group_table_sort(&group->table);
    struct group_entry *entry;
    for (size_t at = 0; (entry = group_table_next(&group->table, &at));) {
        struct text payload;
        if (!group_payload(group, entry, &payload)) return error_memory(error);
        enum trawl_status status = take(reading, group_entry_key(entry), payload, error);
        if (status != TRAWL_OK) return status;
    }
    return TRAWL_OK;
}

static enum trawl_status read_sorter(struct reading *reading, struct trawl_error *error) {
    struct group *group = reading->group;
    enum trawl_status status = group_spill(group, error);
    if (status != TRAWL_OK) return status;
    group_table_free(&group->table);
    status = sorter_start(group->sorter, error);
    for (;;) {
        struct text key, payload;
        bool found = false;
        if (status == TRAWL_OK) status = sorter_next(group->sorter, &key, &payload, &found, error);
        if (status != TRAWL_OK || !found) return status;
        status = take(reading, key, payload, error);
    }
}

static enum trawl_status read_groups(struct reading *reading, struct trawl_error *error) {
    struct group *group = reading->group;
    enum trawl_status status =
        group->sorter ? read_sorter(reading, error) : read_table(reading, error);
    if (status != TRAWL_OK) return status;
    if (group->spec->key_count == 0 && reading->read == 0 &&
        !open_group(reading, (struct text){"", 0}))
        return error_memory(error);
    status = close_group(reading, error);
    /* What follows needs their memory. */
    group_table_free(&group->table);
    sorter_free(group->sorter);
    group->sorter = NULL;
    return status;
}

/* ---- ranked rows ---------------------------------------------------------------------------- */

/* Hands over each row of a sorter in its order, in reading->cells. */
static enum trawl_status each_row(struct reading *reading, struct sorter *sorter,
                                  enum trawl_status (*row)(struct reading *reading, void *context,
                                                           struct trawl_error *error),
                                  void *context, struct trawl_error *error) {
    enum trawl_status status = sorter_start(sorter, error);
    for (;;) {
        struct text key, payload;
        bool found = false;
        if (status == TRAWL_OK) status = sorter_next(sorter, &key, &payload, &found, error);
        if (status != TRAWL_OK || !found) return status;
        if (!row_decode(payload, reading->cells, reading->group->layout.outputs))
            return error_set(error, TRAWL_DAMAGED, "a temporary file was changed by someone else");
        status = row(reading, context, error);
    }
}

static enum trawl_status give_row(struct reading *reading, void *context,
                                  struct trawl_error *error) {
    (void)context;
    if (atomic_load_explicit(reading->group->resources.cancelled, memory_order_relaxed))
        return TRAWL_CANCELLED;
    return give(reading, error);
}

static enum trawl_status sort_row(struct reading *reading, void *by_key,
                                  struct trawl_error *error) {
    buffer_clear(&reading->key, SIZE_MAX);
    for (size_t i = 0; i < reading->group->spec->key_count; i++)
        group_key_append(&reading->key, reading->cells[i].text);
    return add_row(reading, by_key, error);
}

static enum trawl_status give_ranked(struct reading *reading, struct trawl_error *error) {
    if (reading->group->spec->ranked)
        return each_row(reading, reading->ranking, give_row, NULL, error);
    struct sorter *by_key = row_sorter(reading->group, SORTER_NO_LIMIT);
    if (!by_key) return error_memory(error);
    enum trawl_status status = each_row(reading, reading->ranking, sort_row, by_key, error);
    if (status == TRAWL_OK) status = each_row(reading, by_key, give_row, NULL, error);
    sorter_free(by_key);
    return status;
}

/* ---- notices -------------------------------------------------------------------------------- */

static void tell_outcomes(const struct reading *reading, size_t i) {
    const struct aggregate *aggregate = &reading->group->spec->aggregates[i];
    struct notices *notices = reading->group->resources.notices;
    const char *name = aggregate->name ? aggregate->name : aggregate_kind_name(aggregate->kind);
    char groups[GROUPED_DIGITS];
    if (reading->cut[i])
        notices_add(notices, "%s reached its limit of %" PRIu64 " in %s group%s", name,
                    aggregate->limit, grouped(reading->cut[i], groups),
                    reading->cut[i] == 1 ? "" : "s");
    if (reading->too_large[i])
        notices_add(notices, "%s has no result in %s group%s: a number is too large to be summed",
                    name, grouped(reading->too_large[i], groups),
                    reading->too_large[i] == 1 ? "" : "s");
}

static void tell(const struct reading *reading) {
    const struct group_spec *spec = reading->group->spec;
    for (size_t i = 0; i < spec->aggregate_count; i++) tell_outcomes(reading, i);
    if (!spec->advice || reading->read <= spec->limit) return;
    char shown[GROUPED_DIGITS], all[GROUPED_DIGITS];
    notices_add(reading->group->resources.notices, "shown %s of %s groups; %s",
                grouped(spec->limit, shown), grouped(reading->read, all), spec->advice);
}

enum trawl_status group_finish(void *state, const struct row_sink *next,
                               struct trawl_error *error) {
    struct reading reading;
    enum trawl_status status = reading_init(&reading, state, next) ? TRAWL_OK : error_memory(error);
    if (status == TRAWL_OK) status = read_groups(&reading, error);
    if (status == TRAWL_OK) tell(&reading);
    if (status == TRAWL_OK && reading.ranking) status = give_ranked(&reading, error);
    reading_free(&reading);
    return status;
}
