/* correlate_match.c - which members of a key belong to a root. */
#include "engine/operator/correlate_internal.h"

static bool is_same_row(const struct member *a, const struct member *b) {
    return origin_compare(&a->origin, &b->origin) == 0;
}

static bool is_within(const struct correlate_spec *spec, int64_t first, int64_t last) {
    int64_t between;
    return !spec->within ||
           (!__builtin_sub_overflow(last, first, &between) && between <= spec->within);
}

/* How many members of the part stand before the member `index`. */
static size_t count_before(const struct members *members, size_t part, size_t index) {
    size_t low = 0, high = members->part_counts[part];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (members->of_part[part][middle] < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The next member of the part at a later row; SIZE_MAX: none. */
static size_t next_of(const struct members *members, size_t part, size_t index) {
    size_t at = count_before(members, part, index);
    for (; at < members->part_counts[part]; at++) {
        size_t found = members->of_part[part][at];
        if (found > index && !is_same_row(&members->items[found], &members->items[index]))
            return found;
    }
    return SIZE_MAX;
}

/* The last member of the part at an earlier row; SIZE_MAX: none. */
static size_t last_of(const struct members *members, size_t part, size_t index) {
    for (size_t at = count_before(members, part, index); at-- > 0;) {
        size_t found = members->of_part[part][at];
        if (!is_same_row(&members->items[found], &members->items[index])) return found;
    }
    return SIZE_MAX;
}

/* ---- in order ----------------------------------------------------------------------------- */

/* The nearest row of each part, from the root on both ways, makes the shortest sequence. */
static bool match_sequence(const struct correlate_spec *spec, const struct members *members,
                           size_t *chosen) {
    for (size_t part = spec->root; part-- > 0;) {
        chosen[part] = last_of(members, part, chosen[part + 1]);
        if (chosen[part] == SIZE_MAX) return false;
    }
    for (size_t part = spec->root + 1; part < spec->part_count; part++) {
        chosen[part] = next_of(members, part, chosen[part - 1]);
        if (chosen[part] == SIZE_MAX) return false;
    }
    return is_within(spec, members->items[chosen[0]].time,
                     members->items[chosen[spec->part_count - 1]].time);
}

/* ---- in any order ------------------------------------------------------------------------- */

/* Of each part the members that may be taken: of both sides of the root as many as there are parts,
 * since no more can be taken by others. The nearest rows of a side come first. */
struct choice {
    const struct members *members;
    size_t part_count, root;
    size_t before[CORRELATE_MOST][CORRELATE_MOST], behind[CORRELATE_MOST][CORRELATE_MOST];
    size_t before_count[CORRELATE_MOST], behind_count[CORRELATE_MOST];
    int64_t first, last; /* times that count now */
    size_t *chosen;
    bool tried[CORRELATE_MOST]; /* by part: asked to take another row */
};

static void gather(struct choice *choice, size_t root, size_t part) {
    size_t most = choice->part_count;
    size_t *before = &choice->before_count[part], *behind = &choice->behind_count[part];
    for (size_t at = root; *before < most; (*before)++) {
        at = last_of(choice->members, part, at);
        if (at == SIZE_MAX) break;
        choice->before[part][*before] = at;
    }
    for (size_t at = root; *behind < most; (*behind)++) {
        at = next_of(choice->members, part, at);
        if (at == SIZE_MAX) break;
        choice->behind[part][*behind] = at;
    }
}

static bool settle(struct choice *choice, size_t part);

/* Whether the part can have the row: nobody else has it, or who has it can take another. */
static bool take(struct choice *choice, size_t part, size_t index) {
    const struct member *items = choice->members->items;
    if (items[index].time < choice->first || items[index].time > choice->last) return false;
    for (size_t other = 0; other < choice->part_count; other++) {
        if (other == part || choice->chosen[other] == SIZE_MAX ||
            !is_same_row(&items[choice->chosen[other]], &items[index]))
            continue;
        if (other == choice->root || choice->tried[other] || !settle(choice, other)) return false;
    }
    choice->chosen[part] = index;
    return true;
}

/* Gives the part a row, another than it has: the paths of bipartite matching. */
static bool settle(struct choice *choice, size_t part) {
    size_t had = choice->chosen[part];
    choice->tried[part] = true;
    for (size_t i = 0; i < choice->before_count[part]; i++)
        if (choice->before[part][i] != had && take(choice, part, choice->before[part][i]))
            return true;
    for (size_t i = 0; i < choice->behind_count[part]; i++)
        if (choice->behind[part][i] != had && take(choice, part, choice->behind[part][i]))
            return true;
    return false;
}

static bool settle_all(struct choice *choice, size_t root) {
    for (size_t part = 0; part < choice->part_count; part++)
        choice->chosen[part] = part == choice->root ? root : SIZE_MAX;
    for (size_t part = 0; part < choice->part_count; part++) {
        memset(choice->tried, 0, sizeof choice->tried);
        if (part != choice->root && !settle(choice, part)) return false;
    }
    return true;
}

/* The next earlier time at which a span that has the root in it may begin. */
static bool step_back(const struct choice *choice, int64_t *first) {
    int64_t best = INT64_MIN;
    bool found = false;
    for (size_t part = 0; part < choice->part_count; part++) {
        for (size_t i = 0; i < choice->before_count[part]; i++) {
            int64_t time = choice->members->items[choice->before[part][i]].time;
            if (time >= *first || (found && time <= best)) continue;
            best = time;
            found = true;
        }
    }
    *first = best;
    return found;
}

static bool match_any_order(const struct correlate_spec *spec, const struct members *members,
                            size_t root, size_t *chosen) {
    struct choice choice = {.members = members,
                            .part_count = spec->part_count,
                            .root = spec->root,
                            .first = INT64_MIN,
                            .last = INT64_MAX,
                            .chosen = chosen};
    int64_t time = members->items[root].time, first = time;
    for (size_t part = 0; part < spec->part_count; part++)
        if (part != spec->root) gather(&choice, root, part);
    if (!spec->within) return settle_all(&choice, root);
    do {
        if (!is_within(spec, first, time)) return false;
        choice.first = first;
        if (__builtin_add_overflow(first, spec->within, &choice.last)) choice.last = INT64_MAX;
        if (settle_all(&choice, root)) return true;
    } while (step_back(&choice, &first));
    return false;
}

bool correlate_match(const struct correlate_spec *spec, const struct members *members, size_t root,
                     size_t chosen[CORRELATE_MOST]) {
    chosen[spec->root] = root;
    return spec->sequence ? match_sequence(spec, members, chosen)
                          : match_any_order(spec, members, root, chosen);
}
