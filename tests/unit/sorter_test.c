#include "engine/operator/sorter.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define SMALL_BUDGET 20000

static uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* ---- records, and their order written out again --------------------------------------------- */

struct pair {
    struct text key;
    struct text payload;
};

struct pairs {
    struct pair *items;
    size_t count;
};

static int by_key(const void *left, const void *right) {
    const struct text *a = &((const struct pair *)left)->key,
                      *b = &((const struct pair *)right)->key;
    for (size_t i = 0; i < a->length && i < b->length; i++)
        if (a->data[i] != b->data[i])
            return (unsigned char)a->data[i] < (unsigned char)b->data[i] ? -1 : 1;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* Sorts of keys that meet different corners: where they differ, and how far they are alike. */
enum shape { RANDOM, LONG_PREFIX, FEW, RISING, FALLING, ZEROS, LENGTHS, ORGAN_PIPE, SHAPES };

static size_t make_key(enum shape shape, size_t i, size_t count, uint64_t *random, char *key) {
    static const char prefix[] = "one prefix of all, longer than several words";
    uint64_t r = random_next(random);
    switch (shape) {
        case RANDOM:
            for (size_t at = 0; at < 30; at++) key[at] = (char)(random_next(random) >> 30);
            return 30;
        case LONG_PREFIX:
            return (size_t)sprintf(key, "%s%llu", prefix, (unsigned long long)(r % 1000000));
        case FEW:
            return (size_t)sprintf(key, "%llu", (unsigned long long)(r % 7));
        case RISING:
            return (size_t)sprintf(key, "%012zu", i);
        case FALLING:
            return (size_t)sprintf(key, "%012zu", count - i);
        case ZEROS: /* differ by zero bytes at the end alone */
            memset(key, 0, 40);
            key[0] = (char)(r % 3);
            return (size_t)(r >> 8) % 40;
        case LENGTHS: /* prefixes of each other */
            memset(key, 'a', 60);
            return (size_t)r % 60;
        default:
            return (size_t)sprintf(key, "%012zu", i < count / 2 ? i : count - i);
    }
}

static struct pairs make_pairs(enum shape shape, size_t count, uint64_t seed) {
    struct pairs pairs = {calloc(count + 1, sizeof(struct pair)), count};
    for (size_t i = 0; i < count; i++) {
        char key[80], payload[300];
        size_t length = make_key(shape, i, count, &seed, key);
        size_t size = random_next(&seed) % 8 ? random_next(&seed) % 20 : random_next(&seed) % 300;
        memset(payload, (int)(i % 251), sizeof payload);
        char *copy = malloc(length + size + 1);
        memcpy(copy, key, length);
        memcpy(copy + length, payload, size);
        pairs.items[i] = (struct pair){{copy, length}, {copy + length, size}};
    }
    return pairs;
}

static void free_pairs(struct pairs pairs) {
    for (size_t i = 0; i < pairs.count; i++) free((char *)(uintptr_t)pairs.items[i].key.data);
    free(pairs.items);
}

static void add(struct sorter *sorter, const struct pair *pair) {
    struct trawl_error error;
    cr_assert_eq(sorter_add(sorter, pair->key, pair->payload, &error), TRAWL_OK, "%s",
                 error.message);
}

static int by_key_and_payload(const void *left, const void *right) {
    int order = by_key(left, right);
    if (order) return order;
    const struct text *a = &((const struct pair *)left)->payload,
                      *b = &((const struct pair *)right)->payload;
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    return a->length ? memcmp(a->data, b->data, a->length) : 0;
}

/* What the sorter gives has the keys expected, and, where nothing was cut, the payloads too, those
 * of equal keys in any order. */
static void assert_gives(struct sorter *sorter, struct pairs pairs, uint64_t limit) {
    size_t expected = pairs.count < limit ? pairs.count : (size_t)limit;
    qsort(pairs.items, pairs.count, sizeof *pairs.items, by_key_and_payload);
    struct pairs given = {calloc(expected + 1, sizeof(struct pair)), 0};
    struct trawl_error error;
    cr_assert_eq(sorter_start(sorter, &error), TRAWL_OK, "%s", error.message);
    for (;;) {
        struct text key, payload;
        bool found;
        cr_assert_eq(sorter_next(sorter, &key, &payload, &found, &error), TRAWL_OK, "%s",
                     error.message);
        if (!found) break;
        cr_assert_lt(given.count, expected, "too many records");
        cr_assert(text_equal(key, pairs.items[given.count].key), "record %zu", given.count);
        char *copy = malloc(key.length + payload.length + 1);
        if (key.length) memcpy(copy, key.data, key.length);
        if (payload.length) memcpy(copy + key.length, payload.data, payload.length);
        given.items[given.count++] =
            (struct pair){{copy, key.length}, {copy + key.length, payload.length}};
    }
    cr_assert_eq(given.count, expected);
    if (limit >= pairs.count) {
        qsort(given.items, given.count, sizeof *given.items, by_key_and_payload);
        for (size_t i = 0; i < expected; i++)
            cr_assert(text_equal(given.items[i].payload, pairs.items[i].payload));
    }
    free_pairs(given);
}

/* ---- sorting ------------------------------------------------------------------------------ */

static void check(enum shape shape, size_t count, uint64_t budget, uint64_t limit) {
    struct spill *spill = spill_new(NULL);
    struct pairs pairs = make_pairs(shape, count, count * 31 + shape + 1);
    struct sorter *sorter = sorter_new(spill, budget, limit);
    for (size_t i = 0; i < count; i++) add(sorter, &pairs.items[i]);
    cr_assert_eq(sorter_added(sorter), count);
    assert_gives(sorter, pairs, limit);
    bool cuts_in_memory = limit * 700 < budget;
    if (cuts_in_memory) cr_assert_eq(spill_bytes(spill), 0);
    sorter_free(sorter);
    spill_free(spill);
    free_pairs(pairs);
}

Test(sorter, in_memory) {
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 100, 1000, 20000};
    for (int shape = 0; shape < SHAPES; shape++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            check((enum shape)shape, counts[i], UINT64_MAX, SORTER_NO_LIMIT);
}

Test(sorter, over_the_budget) {
    for (int shape = 0; shape < SHAPES; shape++) {
        check((enum shape)shape, 3000, SMALL_BUDGET, SORTER_NO_LIMIT);
        check((enum shape)shape, 20000, 100000, SORTER_NO_LIMIT);
        check((enum shape)shape, 500, 0, SORTER_NO_LIMIT);
    }
}

Test(sorter, only_the_first) {
    static const uint64_t limits[] = {0, 1, 2, 63, 64, 65, 200, 2999, 3000, 3001};
    for (int shape = 0; shape < SHAPES; shape++)
        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
            check((enum shape)shape, 3000, UINT64_MAX, limits[i]);
            check((enum shape)shape, 3000, SMALL_BUDGET, limits[i]);
        }
}

Test(sorter, the_first_of_many_over_the_budget) {
    for (int shape = 0; shape < SHAPES; shape++) {
        check((enum shape)shape, 60000, 300000, 5000);
        check((enum shape)shape, 60000, 300000, 40000);
    }
}

static int compare_u64(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

Test(sorter, two_million_records_in_a_mebibyte, .timeout = 120) {
    size_t count = 2000000;
    uint64_t *values = malloc(count * sizeof *values), seed = 5;
    struct spill *spill = spill_new(NULL);
    struct sorter *sorter = sorter_new(spill, 1 << 20, SORTER_NO_LIMIT);
    for (size_t i = 0; i < count; i++) {
        values[i] = random_next(&seed);
        uint64_t key = __builtin_bswap64(values[i]);
        struct text bytes = {(char *)&key, sizeof key};
        cr_assert_eq(sorter_add(sorter, bytes, bytes, NULL), TRAWL_OK);
    }
    qsort(values, count, sizeof *values, compare_u64);
    cr_assert_eq(sorter_start(sorter, NULL), TRAWL_OK);
    for (size_t i = 0; i < count; i++) {
        struct text key, payload;
        bool found;
        uint64_t bits;
        cr_assert_eq(sorter_next(sorter, &key, &payload, &found, NULL), TRAWL_OK);
        cr_assert(found);
        memcpy(&bits, key.data, sizeof bits);
        cr_assert_eq(__builtin_bswap64(bits), values[i]);
        cr_assert(text_equal(key, payload));
    }
    sorter_free(sorter);
    spill_free(spill);
    free(values);
}

Test(sorter, records_larger_than_the_budget) {
    struct spill *spill = spill_new(NULL);
    struct sorter *sorter = sorter_new(spill, SMALL_BUDGET, SORTER_NO_LIMIT);
    enum { COUNT = 20, LONG = 300000 };
    struct pairs pairs = {calloc(COUNT, sizeof(struct pair)), COUNT};
    for (size_t i = 0; i < COUNT; i++) {
        size_t key = i % 3 ? 5 : LONG, payload = i % 2 ? LONG * 2 : 3;
        char *bytes = malloc(key + payload);
        memset(bytes, 'k', key);
        bytes[key - 1] = (char)('a' + (i * 7) % COUNT);
        memset(bytes + key, (int)i, payload);
        pairs.items[i] = (struct pair){{bytes, key}, {bytes + key, payload}};
        add(sorter, &pairs.items[i]);
    }
    assert_gives(sorter, pairs, SORTER_NO_LIMIT);
    sorter_free(sorter);
    spill_free(spill);
    free_pairs(pairs);
}

/* Orders of equal and of nearly sorted keys on which a plain quicksort is quadratic: would not end
 * in the time of a test. */
Test(sorter, a_million_of_any_order_is_quick, .timeout = 60) {
    static const enum shape shapes[] = {FEW, RISING, FALLING, ORGAN_PIPE, LENGTHS};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct sorter *sorter = sorter_new(NULL, UINT64_MAX, SORTER_NO_LIMIT);
        uint64_t seed = 3;
        for (size_t i = 0; i < 1000000; i++) {
            char key[80];
            size_t length = make_key(shapes[s], i, 1000000, &seed, key);
            cr_assert_eq(sorter_add(sorter, (struct text){key, length}, (struct text){"", 0}, NULL),
                         TRAWL_OK);
        }
        cr_assert_eq(sorter_start(sorter, NULL), TRAWL_OK);
        struct text key, payload;
        char last[80] = "";
        size_t last_length = 0;
        bool found;
        for (size_t i = 0; i < 1000000; i++) {
            cr_assert_eq(sorter_next(sorter, &key, &payload, &found, NULL), TRAWL_OK);
            struct pair a = {{last, last_length}, {0}}, b = {key, {0}};
            cr_assert(found && by_key(&a, &b) <= 0);
            memcpy(last, key.data, key.length);
            last_length = key.length;
        }
        sorter_free(sorter);
    }
}

/* ---- the limit ---------------------------------------------------------------------------- */

/* Whatever wants says, a record that it refuses is not among the first; and it does refuse. */
Test(sorter, wants_refuses_only_what_is_not_among_the_first) {
    static const uint64_t budgets[] = {UINT64_MAX, SMALL_BUDGET};
    for (size_t b = 0; b < 2; b++)
        for (int shape = 0; shape < SHAPES; shape++) {
            struct spill *spill = spill_new(NULL);
            struct sorter *sorter = sorter_new(spill, budgets[b], 500);
            struct pairs pairs = make_pairs((enum shape)shape, 20000, 17);
            size_t refused = 0;
            for (size_t i = 0; i < pairs.count; i++) {
                struct text start = pairs.items[i].key;
                if (i % 2) start.length /= 2;
                if (sorter_wants(sorter, start))
                    add(sorter, &pairs.items[i]);
                else
                    refused++;
            }
            if (shape == RANDOM || shape == RISING) cr_assert_gt(refused, 8000);
            assert_gives(sorter, pairs, 500);
            sorter_free(sorter);
            spill_free(spill);
            free_pairs(pairs);
        }
}

/* A limit that does not fit in memory: the file is cut as well, so that it stays about twice the
 * limit however much is added. */
Test(sorter, spilled_records_are_cut_to_the_limit) {
    struct spill *spill = spill_new(NULL);
    struct sorter *sorter = sorter_new(spill, SMALL_BUDGET, 2000);
    struct pairs pairs = make_pairs(RANDOM, 200000, 23);
    for (size_t i = 0; i < pairs.count; i++) add(sorter, &pairs.items[i]);
    cr_assert_lt(spill_bytes(spill), 200000 * 70 / 2, "%ju bytes", (uintmax_t)spill_bytes(spill));
    cr_assert_gt(spill_bytes(spill), 0);
    assert_gives(sorter, pairs, 2000);
    sorter_free(sorter);
    spill_free(spill);
    free_pairs(pairs);
}

/* ---- merging ------------------------------------------------------------------------------ */

static void check_merge(size_t parts, uint64_t budget, uint64_t limit, bool as_tree) {
    struct spill *spill = spill_new(NULL);
    struct pairs pairs = make_pairs(RANDOM, 12000, parts + limit);
    struct sorter *sorters[8];
    for (size_t p = 0; p < parts; p++) sorters[p] = sorter_new(spill, budget, limit);
    for (size_t i = 0; i < pairs.count; i++) {
        size_t part = i * i % 7 % parts; /* uneven */
        add(sorters[part], &pairs.items[i]);
    }
    if (as_tree)
        for (size_t step = 1; step < parts; step *= 2)
            for (size_t p = 0; p + step < parts; p += 2 * step)
                cr_assert_eq(sorter_merge(sorters[p], sorters[p + step], NULL), TRAWL_OK);
    else
        for (size_t p = parts; p-- > 1;)
            cr_assert_eq(sorter_merge(sorters[0], sorters[p], NULL), TRAWL_OK);
    cr_assert_eq(sorter_added(sorters[0]), pairs.count);
    for (size_t p = 1; p < parts; p++) cr_assert_eq(sorter_added(sorters[p]), 0);
    assert_gives(sorters[0], pairs, limit);
    for (size_t p = 0; p < parts; p++) sorter_free(sorters[p]);
    spill_free(spill);
    free_pairs(pairs);
}

Test(sorter, merged_in_any_grouping) {
    static const uint64_t limits[] = {0, 1, 100, 5000, SORTER_NO_LIMIT};
    for (size_t parts = 1; parts <= 8; parts++)
        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
            for (int as_tree = 0; as_tree < 2; as_tree++) {
                check_merge(parts, UINT64_MAX, limits[i], as_tree);
                check_merge(parts, SMALL_BUDGET, limits[i], as_tree);
            }
}

Test(sorter, what_was_merged_from_is_usable) {
    struct spill *spill = spill_new(NULL);
    struct sorter *to = sorter_new(spill, SMALL_BUDGET, 100),
                  *from = sorter_new(spill, SMALL_BUDGET, 100);
    struct pairs low = make_pairs(RISING, 5000, 1), high = make_pairs(FEW, 50, 1);
    for (size_t i = 0; i < low.count; i++) add(from, &low.items[i]);
    cr_assert_eq(sorter_merge(to, from, NULL), TRAWL_OK);
    cr_assert(sorter_wants(from, (struct text){"zzz", 3}));
    for (size_t i = 0; i < high.count; i++) add(from, &high.items[i]);
    assert_gives(from, high, 100);
    assert_gives(to, low, 100);
    sorter_free(from);
    sorter_free(to);
    spill_free(spill);
    free_pairs(low);
    free_pairs(high);
}

/* ---- failing ------------------------------------------------------------------------------ */

Test(sorter, a_full_disk_is_an_error) {
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit size = {200000, 200000};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &size), 0);
    struct spill *spill = spill_new(NULL);
    struct sorter *sorter = sorter_new(spill, SMALL_BUDGET, SORTER_NO_LIMIT);
    struct pairs pairs = make_pairs(RANDOM, 20000, 9);
    enum trawl_status status = TRAWL_OK;
    struct trawl_error error = {0};
    for (size_t i = 0; i < pairs.count && status == TRAWL_OK; i++)
        status = sorter_add(sorter, pairs.items[i].key, pairs.items[i].payload, &error);
    cr_assert_eq(status, TRAWL_IO);
    cr_assert(strstr(error.message, "incomplete"));
    sorter_free(sorter);
    spill_free(spill);
    free_pairs(pairs);
}

Test(sorter, no_folder_is_an_error) {
    struct spill *spill = spill_new("/nowhere/at/all");
    struct sorter *sorter = sorter_new(spill, SMALL_BUDGET, SORTER_NO_LIMIT);
    struct pairs pairs = make_pairs(RANDOM, 2000, 9);
    enum trawl_status status = TRAWL_OK;
    for (size_t i = 0; i < pairs.count && status == TRAWL_OK; i++)
        status = sorter_add(sorter, pairs.items[i].key, pairs.items[i].payload, NULL);
    cr_assert_eq(status, TRAWL_IO);
    sorter_free(sorter);
    spill_free(spill);
    free_pairs(pairs);
}
