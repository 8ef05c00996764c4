#include "engine/lookup/lookup.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TINY_BUDGET 20000

static uint64_t random_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct datum text(const char *terminated) {
    return datum_text(text_of(terminated));
}

/* ---- by hand ------------------------------------------------------------------------------- */

/* Rows of a key and a value, in the order in which they are given. */
static void add(struct lookup *lookup, const char *key, const char *value, char order) {
    const struct datum cells[] = {text(key), text(value)};
    cr_assert_eq(lookup_add(lookup, cells, (struct text){&order, 1}, NULL), TRAWL_OK);
}

static struct lookup *fill(struct lookup *lookup, const char *const rows[][2], size_t count) {
    for (size_t i = 0; i < count; i++) add(lookup, rows[i][0], rows[i][1], (char)('a' + i));
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    return lookup;
}
#define FILL(lookup, rows) fill((lookup), (rows), sizeof(rows) / sizeof *(rows))

/* The values of the key's rows, a space behind each. */
static void expect(struct lookup_cursor *cursor, const char *key, const char *values) {
    char found[256] = "";
    struct datum probe = text(key);
    uint64_t rows;
    cr_assert_eq(lookup_find(cursor, &probe, &rows, NULL), TRAWL_OK);
    for (uint64_t i = 0; i < rows; i++) {
        struct datum cell = lookup_cell(cursor, i, 1);
        cr_assert_eq(cell.kind, DATUM_TEXT);
        strncat(found, cell.text.data, cell.text.length);
        strcat(found, " ");
    }
    cr_expect_str_eq(found, values, "%s: \"%s\", not \"%s\"", key, found, values);
}

static const char *const colours[][2] = {{"red", "1"}, {"green", "2"}, {"red", "3"},
                                         {"", "4"},    {"red", "5"},   {"Red", "6"}};

Test(lookup, the_first_or_last_rows_of_a_key_are_kept) {
    static const struct {
        enum lookup_pick pick;
        uint64_t keep;
        const char *red;
        uint64_t rows;
    } cases[] = {{LOOKUP_FIRST, 1, "1 ", 4},
                 {LOOKUP_LAST, 1, "5 ", 4},
                 {LOOKUP_FIRST, 2, "1 3 ", 5},
                 {LOOKUP_LAST, 2, "3 5 ", 5},
                 {LOOKUP_LAST, UINT64_MAX, "1 3 5 ", 6},
                 {LOOKUP_FIRST, 0, "", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 2, cases[i].keep, cases[i].pick);
        FILL(lookup, colours);
        struct lookup_cursor *cursor = lookup_cursor_new(lookup);
        cr_expect_eq(lookup_rows(lookup), cases[i].rows);
        expect(cursor, "red", cases[i].red);
        expect(cursor, "green", cases[i].keep ? "2 " : "");
        expect(cursor, "", cases[i].keep ? "4 " : "");
        expect(cursor, "gree", "");
        expect(cursor, "greens", "");
        expect(cursor, "red", cases[i].red);
        expect(cursor, "red", cases[i].red);
        lookup_cursor_free(cursor);
        lookup_free(lookup);
    }
}

Test(lookup, case_is_ignored_on_both_sides) {
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, true, 1, 2, 9, LOOKUP_FIRST);
    static const char *const rows[][2] = {{"STRASSE", "1"}, {"Ärger", "2"}, {"strasse", "3"}};
    FILL(lookup, rows);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    expect(cursor, "Strasse", "1 3 ");
    expect(cursor, "äRGER", "2 ");
    expect(cursor, "arger", "");
    struct datum probe = text("strasse");
    uint64_t count;
    cr_assert_eq(lookup_find(cursor, &probe, &count, NULL), TRAWL_OK);
    struct datum cell = lookup_cell(cursor, 0, 0);
    cr_expect(text_equal(cell.text, text_of("STRASSE")), "a cell is as it was added");
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, of_patterns_that_match_the_last_row_wins) {
    static const char *const rows[][2] = {{"*.exe", "1"}, {"cmd.exe", "2"}, {"c*", "3"},
                                          {"*", "4"},     {"cmd.exe", "5"}, {"c*d*", "6"}};
    static const struct {
        enum lookup_pick pick;
        uint64_t keep;
        const char *cmd, *csc, *other;
    } cases[] = {{LOOKUP_LAST, 1, "6 ", "4 ", "4 "},
                 {LOOKUP_FIRST, 1, "1 ", "1 ", "4 "},
                 {LOOKUP_LAST, 3, "4 5 6 ", "1 3 4 ", "4 "},
                 {LOOKUP_FIRST, 5, "1 2 3 4 5 ", "1 3 4 ", "4 "},
                 {LOOKUP_FIRST, UINT64_MAX, "1 2 3 4 5 6 ", "1 3 4 ", "4 "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lookup *lookup = lookup_new(LOOKUP_GLOB, false, 1, 2, cases[i].keep, cases[i].pick);
        FILL(lookup, rows);
        struct lookup_cursor *cursor = lookup_cursor_new(lookup);
        expect(cursor, "cmd.exe", cases[i].cmd);
        expect(cursor, "csc.exe", cases[i].csc);
        expect(cursor, "", cases[i].other);
        expect(cursor, "CMD.EXE", cases[i].other);
        lookup_cursor_free(cursor);
        lookup_free(lookup);
    }
}

Test(lookup, patterns_are_folded_too) {
    static const char *const rows[][2] = {{"*\\CMD.exe", "1"}};
    struct lookup *lookup = lookup_new(LOOKUP_GLOB, true, 1, 2, 1, LOOKUP_LAST);
    FILL(lookup, rows);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    expect(cursor, "C:\\Windows\\cmd.EXE", "1 ");
    expect(cursor, "cmd.exe", "");
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, the_longest_network_wins_however_it_is_written) {
    static const char *const rows[][2] = {
        {"10.0.0.0/8", "1"},      {"10.1.0.0/16", "2"},       {"10.1.2.3", "3"},
        {"no network", "4"},      {"10.9.9.9/8", "5"},        {"10.1.2.3/32", "6"},
        {"2001:db8::/32", "7"},   {"2001:0DB8:0::1/32", "8"}, {"10.0.0.0/33", "9"},
        {"2001:db8::1/128", "x"}, {"::ffff:10.1.2.3", "y"}};
    struct lookup *lookup = lookup_new(LOOKUP_CIDR, false, 1, 2, 9, LOOKUP_FIRST);
    FILL(lookup, rows);
    cr_expect_eq(lookup_rows(lookup), 9);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    expect(cursor, "10.200.0.1", "1 5 ");
    expect(cursor, "10.1.9.9", "2 ");
    expect(cursor, "10.1.2.3", "3 6 y ");
    expect(cursor, "11.0.0.0", "");
    expect(cursor, "10.0.0.0/8", "");
    expect(cursor, "no network", "");
    expect(cursor, "2001:db8:1::", "7 8 ");
    expect(cursor, "2001:db8::1", "x ");
    lookup_cursor_free(cursor);
    lookup_free(lookup);
    lookup = lookup_new(LOOKUP_CIDR, false, 1, 2, 1, LOOKUP_LAST);
    FILL(lookup, rows);
    cursor = lookup_cursor_new(lookup);
    expect(cursor, "10.200.0.1", "5 ");
    expect(cursor, "10.1.2.3", "y ");
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, everything_is_a_network_of_no_bits) {
    static const char *const rows[][2] = {{"0.0.0.0/0", "four"}, {"::/0", "six"}};
    struct lookup *lookup = lookup_new(LOOKUP_CIDR, false, 1, 2, 1, LOOKUP_LAST);
    FILL(lookup, rows);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    expect(cursor, "8.8.8.8", "four ");
    expect(cursor, "fe80::1", "six ");
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, keys_are_texts_and_may_be_several) {
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 2, 4, 1, LOOKUP_FIRST);
    const struct datum rows[][4] = {
        {datum_number(5), text("a"), datum_number(0.5), datum_missing()},
        {text("5a"), text(""), text("other"), text("")},
        {datum_missing(), text("a"), text("no key"), text("")},
        {text("5"), datum_missing(), text("no key"), text("")},
    };
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(lookup_add(lookup, rows[i], (struct text){(char *)&i, 1}, NULL), TRAWL_OK);
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    cr_expect_eq(lookup_rows(lookup), 2);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    const struct {
        struct datum key[2];
        uint64_t rows;
    } probes[] = {{{text("5"), text("a")}, 1},       {{datum_number(5), text("a")}, 1},
                  {{text("5.0"), text("a")}, 0},     {{text("5a"), text("")}, 1},
                  {{text(""), text("5a")}, 0},       {{text("5"), datum_missing()}, 0},
                  {{datum_missing(), text("a")}, 0}, {{datum_number(5), text("a")}, 1}};
    uint64_t count;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        cr_assert_eq(lookup_find(cursor, probes[i].key, &count, NULL), TRAWL_OK);
        cr_expect_eq(count, probes[i].rows, "probe %zu", i);
    }
    cr_expect_eq(lookup_cell(cursor, 0, 0).kind, DATUM_NUMBER);
    cr_expect_eq(lookup_cell(cursor, 0, 2).number, 0.5);
    cr_expect_eq(lookup_cell(cursor, 0, 3).kind, DATUM_MISSING);
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, nothing_was_added) {
    for (int mode = LOOKUP_EXACT; mode <= LOOKUP_CIDR; mode++) {
        struct lookup *lookup = lookup_new((enum lookup_mode)mode, false, 1, 2, 1, LOOKUP_LAST);
        cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
        struct lookup_cursor *cursor = lookup_cursor_new(lookup);
        expect(cursor, "10.0.0.1", "");
        expect(cursor, "", "");
        cr_expect_eq(lookup_rows(lookup), 0);
        lookup_cursor_free(cursor);
        lookup_free(lookup);
    }
    lookup_free(NULL);
    lookup_cursor_free(NULL);
}

/* ---- against a naive model ----------------------------------------------------------------- */

/* A row of the model; the value is its order too. */
struct model_row {
    char key[24], value[24];
};

#define MODEL_ROWS 400

static bool model_glob(const char *pattern, const char *string) {
    if (*pattern == '*')
        return model_glob(pattern + 1, string) || (*string && model_glob(pattern, string + 1));
    if (!*pattern || *pattern != *string) return !*pattern && !*string;
    return model_glob(pattern + 1, string + 1);
}

/* How many bits of the IPv4 network's prefix the address has; -1: it is not in it. */
static int model_prefix(const char *network, const char *address) {
    unsigned char net[4], host[4];
    char copy[24];
    int bits = 32;
    strcpy(copy, network);
    char *slash = strchr(copy, '/');
    if (slash) {
        bits = atoi(slash + 1);
        *slash = '\0';
    }
    if (inet_pton(AF_INET, copy, net) != 1 || inet_pton(AF_INET, address, host) != 1) return -1;
    for (int i = 0; i < bits; i++)
        if (((net[i / 8] ^ host[i / 8]) >> (7 - i % 8)) & 1) return -1;
    return bits;
}

static bool model_matches(enum lookup_mode mode, bool ignore_case, const char *key,
                          const char *probe, int longest) {
    char folded[2][24];
    if (mode == LOOKUP_CIDR) return model_prefix(key, probe) == longest && longest >= 0;
    for (size_t i = 0; i < 24; i++) {
        folded[0][i] = (char)(ignore_case && key[i] >= 'A' && key[i] <= 'Z' ? key[i] + 32 : key[i]);
        folded[1][i] =
            (char)(ignore_case && probe[i] >= 'A' && probe[i] <= 'Z' ? probe[i] + 32 : probe[i]);
    }
    if (mode == LOOKUP_GLOB) return model_glob(folded[0], folded[1]);
    return strcmp(folded[0], folded[1]) == 0;
}

/* The rows are in their order, all different. Returns how many there are, from *first of `found`.
 */
static size_t model_find(const struct model_row *rows, enum lookup_mode mode, bool ignore_case,
                         uint64_t keep, enum lookup_pick pick, const char *probe,
                         const struct model_row *found[], size_t *first) {
    int longest = -1;
    size_t count = 0;
    for (size_t i = 0; mode == LOOKUP_CIDR && i < MODEL_ROWS; i++) {
        int bits = model_prefix(rows[i].key, probe);
        if (bits > longest) longest = bits;
    }
    for (size_t i = 0; i < MODEL_ROWS; i++)
        if (model_matches(mode, ignore_case, rows[i].key, probe, longest))
            found[count++] = &rows[i];
    size_t kept = count < keep ? count : (size_t)keep;
    *first = pick == LOOKUP_LAST ? count - kept : 0;
    return kept;
}

static void model_key(enum lookup_mode mode, uint64_t *seed, char key[24], bool probe) {
    static const char letters[] = "abAB**";
    memset(key, 0, 24);
    uint64_t r = random_next(seed);
    if (mode == LOOKUP_CIDR) {
        int used = sprintf(key, "%d.%d.0.%d", (int)(r % 3), (int)(r >> 8) & 3, (int)(r >> 16) & 1);
        if (!probe && (r >> 20) % 4) sprintf(key + used, "/%d", (int)((r >> 24) % 33));
        return;
    }
    size_t length = (size_t)(r % 5), choice = probe || mode == LOOKUP_EXACT ? 4 : 6;
    for (size_t i = 0; i < length; i++) key[i] = letters[random_next(seed) % choice];
}

static void check_against_model(enum lookup_mode mode, bool ignore_case, uint64_t keep,
                                enum lookup_pick pick, struct spill *spill, uint64_t seed) {
    struct model_row rows[MODEL_ROWS];
    const struct model_row *found[MODEL_ROWS];
    struct lookup *lookup = lookup_new(mode, ignore_case, 1, 2, keep, pick);
    if (spill) lookup_use(lookup, spill, TINY_BUDGET / 4);
    for (size_t i = 0; i < MODEL_ROWS; i++) {
        model_key(mode, &seed, rows[i].key, false);
        sprintf(rows[i].value, "%03zu", i);
    }
    for (size_t i = 0; i < MODEL_ROWS; i++) {
        const struct model_row *row = &rows[(i * 237 + 11) % MODEL_ROWS];
        struct datum cells[] = {text(row->key), text(row->value)};
        cr_assert_eq(lookup_add(lookup, cells, text_of(row->value), NULL), TRAWL_OK);
    }
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    for (int probe = 0; probe < 200; probe++) {
        char key[24];
        uint64_t count;
        size_t first;
        model_key(mode, &seed, key, true);
        struct datum datum = text(key);
        size_t expected = model_find(rows, mode, ignore_case, keep, pick, key, found, &first);
        cr_assert_eq(lookup_find(cursor, &datum, &count, NULL), TRAWL_OK);
        cr_assert_eq(count, expected, "mode %d, key %s: %zu rows, not %zu", (int)mode, key,
                     (size_t)count, expected);
        for (uint64_t i = 0; i < count; i++) {
            cr_assert(text_equal(lookup_cell(cursor, i, 0).text, text_of(found[first + i]->key)));
            cr_assert(text_equal(lookup_cell(cursor, i, 1).text, text_of(found[first + i]->value)));
        }
    }
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, agrees_with_a_naive_model) {
    static const uint64_t keeps[] = {1, 3, UINT64_MAX};
    struct spill *spill = spill_new(NULL);
    uint64_t seed = 88172645463325252;
    for (int mode = LOOKUP_EXACT; mode <= LOOKUP_CIDR; mode++)
        for (size_t keep = 0; keep < 3; keep++)
            for (int bits = 0; bits < 8; bits++)
                check_against_model((enum lookup_mode)mode, bits & 1, keeps[keep],
                                    bits & 2 ? LOOKUP_LAST : LOOKUP_FIRST, bits & 4 ? spill : NULL,
                                    random_next(&seed));
    cr_expect_gt(spill_bytes(spill), 0);
    spill_free(spill);
}

Test(lookup, equal_places_are_ordered_by_the_rows) {
    const char *values[] = {"b", "a", "c"};
    for (int pick = LOOKUP_FIRST; pick <= LOOKUP_LAST; pick++) {
        for (int turn = 0; turn < 3; turn++) {
            struct lookup *lookup =
                lookup_new(LOOKUP_EXACT, false, 1, 2, 2, (enum lookup_pick)pick);
            for (int i = 0; i < 3; i++) add(lookup, "k", values[(i + turn) % 3], 'x');
            cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
            struct lookup_cursor *cursor = lookup_cursor_new(lookup);
            expect(cursor, "k", pick == LOOKUP_FIRST ? "a b " : "b c ");
            lookup_cursor_free(cursor);
            lookup_free(lookup);
        }
    }
}

Test(lookup, an_order_that_is_a_prefix_comes_first) {
    static const struct text orders[] = {{"\0\0", 2}, {"", 0}, {"\0", 1}, {"\0\xff", 2}};
    static const char *const values[] = {"3", "1", "2", "4"};
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 2, 4, LOOKUP_LAST);
    for (size_t i = 0; i < 4; i++) {
        const struct datum cells[] = {text("k"), text(values[i])};
        cr_assert_eq(lookup_add(lookup, cells, orders[i], NULL), TRAWL_OK);
    }
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    expect(cursor, "k", "1 2 3 4 ");
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

/* ---- more than fits in memory -------------------------------------------------------------- */

#define MANY 1000000
#define MANY_KEYS 400000 /* of which each third has rows */
#define MEBIBYTE ((uint64_t)1 << 20)

static uint64_t many_key(uint64_t i) {
    return i * 7919 % (MANY_KEYS / 4) * 3;
}

/* Row i has the value i, and rows come with falling i. */
static void add_many(struct lookup *lookup) {
    for (uint64_t i = MANY; i-- > 0;) {
        char key[32];
        sprintf(key, "key %llu", (unsigned long long)many_key(i));
        const struct datum cells[] = {text(key), datum_number((double)i), text("some more text")};
        uint64_t order = __builtin_bswap64(i);
        cr_assert_eq(lookup_add(lookup, cells, (struct text){(char *)&order, sizeof order}, NULL),
                     TRAWL_OK);
    }
}

/* Rows of a key are those with i = first + k * MANY_KEYS / 4. */
struct many {
    const struct lookup *lookup;
    const uint32_t *first; /* [MANY_KEYS]: of each key; MANY: it has none */
    uint64_t seed;
    size_t wrong;
};

static void *probe_many(void *context) {
    struct many *many = context;
    struct lookup_cursor *cursor = lookup_cursor_new(many->lookup);
    for (size_t probe = 0; probe < 20000; probe++) {
        uint64_t number = random_next(&many->seed) % MANY_KEYS, count;
        char key[32];
        sprintf(key, "key %llu", (unsigned long long)number);
        struct datum datum = text(key);
        if (lookup_find(cursor, &datum, &count, NULL) != TRAWL_OK) many->wrong++;
        many->wrong += count != (many->first[number] == MANY ? 0 : 3);
        for (uint64_t i = 0; i < count; i++) /* the last three of ten */
            many->wrong += lookup_cell(cursor, i, 1).number !=
                           many->first[number] + (double)((7 + i) * MANY_KEYS / 4);
    }
    lookup_cursor_free(cursor);
    return NULL;
}

static void check_many(uint64_t budget) {
    struct spill *spill = spill_new(NULL);
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 3, 3, LOOKUP_LAST);
    lookup_use(lookup, spill, budget);
    add_many(lookup);
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    cr_expect_eq(lookup_rows(lookup), MANY_KEYS / 4 * 3);
    cr_expect_gt(spill_bytes(spill), 10 * MEBIBYTE);
    uint32_t *first = malloc(MANY_KEYS * sizeof *first);
    for (size_t i = 0; i < MANY_KEYS; i++) first[i] = MANY;
    for (uint32_t i = 0; i < MANY_KEYS / 4; i++) first[many_key(i)] = i;
    struct many many[4];
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        many[i] = (struct many){lookup, first, 77 + i, 0};
        cr_assert_eq(pthread_create(&threads[i], NULL, probe_many, &many[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        cr_expect_eq(many[i].wrong, 0);
    }
    free(first);
    lookup_free(lookup);
    spill_free(spill);
}

Test(lookup, a_million_rows_in_a_mebibyte_by_many_threads) {
    check_many(MEBIBYTE);
}

/* Here is memory for telling keys that are not there. */
Test(lookup, a_million_rows_in_16_mebibytes_by_many_threads) {
    check_many(16 * MEBIBYTE);
}

/* Rows far larger than a block, and keys of which one is a long prefix of the other. */
Test(lookup, large_rows_on_disk) {
    enum { COUNT = 40, LONGEST = 200000 };
    struct spill *spill = spill_new(NULL);
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 2, 2, LOOKUP_FIRST);
    lookup_use(lookup, spill, TINY_BUDGET);
    char *bytes = malloc(LONGEST);
    memset(bytes, 'k', LONGEST);
    for (size_t i = 0; i < 2 * COUNT; i++) {
        size_t length = i % COUNT * 5000;
        const struct datum cells[] = {datum_text((struct text){bytes, length}),
                                      datum_text((struct text){bytes, LONGEST - length})};
        char order = (char)i;
        cr_assert_eq(lookup_add(lookup, cells, (struct text){&order, 1}, NULL), TRAWL_OK);
    }
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    for (size_t i = 0; i < 3 * COUNT; i++) {
        size_t length = i * 7 % COUNT * 5000;
        struct datum key = datum_text((struct text){bytes, length});
        uint64_t count;
        cr_assert_eq(lookup_find(cursor, &key, &count, NULL), TRAWL_OK);
        cr_assert_eq(count, 2);
        cr_expect_eq(lookup_cell(cursor, 1, 1).text.length, LONGEST - length);
        key.text.length = length + 1;
        cr_assert_eq(lookup_find(cursor, &key, &count, NULL), TRAWL_OK);
        cr_expect_eq(count, 0);
    }
    free(bytes);
    lookup_cursor_free(cursor);
    lookup_free(lookup);
    spill_free(spill);
}

Test(lookup, without_a_spill_everything_is_in_memory) {
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 3, UINT64_MAX, LOOKUP_FIRST);
    lookup_use(lookup, NULL, 1);
    add_many(lookup);
    cr_assert_eq(lookup_freeze(lookup, NULL), TRAWL_OK);
    cr_expect_eq(lookup_rows(lookup), MANY);
    struct lookup_cursor *cursor = lookup_cursor_new(lookup);
    struct datum key = text("key 0");
    uint64_t count;
    cr_assert_eq(lookup_find(cursor, &key, &count, NULL), TRAWL_OK);
    cr_assert_eq(count, MANY / (MANY_KEYS / 4));
    for (uint64_t i = count; i-- > 0;)
        cr_expect_eq(lookup_cell(cursor, i, 1).number, (double)(i * MANY_KEYS / 4));
    lookup_cursor_free(cursor);
    lookup_free(lookup);
}

Test(lookup, a_folder_that_is_not_there_is_said) {
    struct spill *spill = spill_new("/nowhere/at/all");
    struct lookup *lookup = lookup_new(LOOKUP_EXACT, false, 1, 2, 1, LOOKUP_FIRST);
    struct trawl_error error = {0};
    enum trawl_status status = TRAWL_OK;
    lookup_use(lookup, spill, TINY_BUDGET);
    for (int i = 0; status == TRAWL_OK && i < 10000; i++) {
        char key[16];
        sprintf(key, "%d", i);
        const struct datum cells[] = {text(key), text("value")};
        status = lookup_add(lookup, cells, text_of("x"), &error);
    }
    cr_expect_eq(status, TRAWL_IO);
    cr_expect(strstr(error.message, "/nowhere/at/all"));
    lookup_free(lookup);
    spill_free(spill);
}
