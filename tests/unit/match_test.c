#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/match/match.h"

#include <criterion/criterion.h>
#include <pcre2.h>
#include <stdio.h>

#include "tests/unit/columns.h"

/* ---- the expectation: PCRE2's interpreter on one value ------------------------------------- */

static bool searched(const char *regex, unsigned flags, struct text value) {
    uint32_t options = PCRE2_UTF;
    if (flags & TRAWL_IGNORE_CASE) options |= PCRE2_CASELESS;
    if (flags & TRAWL_MULTILINE) options |= PCRE2_MULTILINE;
    if (flags & TRAWL_DOTALL) options |= PCRE2_DOTALL;
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
    cr_assert(code, "%s", regex);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    int result =
        pcre2_match(code, (PCRE2_SPTR)value.data, value.length, 0, PCRE2_NO_JIT, data, NULL);
    cr_assert(result > 0 || result == PCRE2_ERROR_NOMATCH, "%s: %d", regex, result);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return result > 0;
}

/* ---- a matcher under test ----------------------------------------------------------------- */

struct bench {
    struct matcher *matcher;
    struct match_scratch *scratch;
    uint64_t *hits[16];
};

static struct bench bench_of(const char *const *regexes, const unsigned *flags, uint32_t count) {
    struct bench bench = {.matcher = matcher_new()};
    struct trawl_error error = {0};
    for (uint32_t p = 0; p < count; p++) {
        cr_assert_eq(matcher_add(bench.matcher, regexes[p], flags ? flags[p] : 0, &error), p, "%s",
                     error.message);
        bench.hits[p] = malloc(BITMAP_WORDS(COLUMN_ROWS) * sizeof(uint64_t));
        memset(bench.hits[p], 0xA5, BITMAP_WORDS(COLUMN_ROWS) * sizeof(uint64_t));
    }
    cr_assert_eq(matcher_compile(bench.matcher, &error), TRAWL_OK, "%s", error.message);
    bench.scratch = match_scratch_new(bench.matcher);
    cr_assert(bench.scratch);
    return bench;
}

static void bench_free(struct bench *bench) {
    for (uint32_t p = 0; p < 16; p++) free(bench->hits[p]);
    match_scratch_free(bench->scratch);
    matcher_free(bench->matcher);
}

static void expect_kind(const char *regex, unsigned flags, const char *kind) {
    struct bench bench = bench_of(&regex, &flags, 1);
    cr_expect_str_eq(matcher_kind(bench.matcher, 0), kind, "<%s>", regex);
    bench_free(&bench);
}

/* Every value, in both encodings, against the expectation. */
static void expect_as_searched(const char *regex, unsigned flags, const char *const *values,
                               uint32_t count) {
    for (int encoding = COLUMN_DICTIONARY; encoding <= COLUMN_PLAIN; encoding++) {
        struct bench bench = bench_of(&regex, &flags, 1);
        struct column column = column_of_values((enum column_encoding)encoding, values, count);
        struct trawl_error error = {0};
        cr_assert_eq(matcher_scan(bench.matcher, bench.scratch, &column, bench.hits, &error),
                     TRAWL_OK, "%s", error.message);
        for (uint32_t i = 0; i < column.distinct; i++) {
            bool looked_at = encoding == COLUMN_DICTIONARY || column_present(&column, i);
            bool expected = looked_at && searched(regex, flags, column_stored(&column, i));
            cr_expect_eq(bitmap_get(bench.hits[0], i), expected, "<%s> (%s), value %u <%.*s>: %d",
                         regex, matcher_kind(bench.matcher, 0), i,
                         (int)column_stored(&column, i).length, column_stored(&column, i).data,
                         expected);
        }
        column_free(&column);
        bench_free(&bench);
    }
}

/* ---- tests -------------------------------------------------------------------------------- */

Test(match, kinds) {
    expect_kind("abc", 0, "exact");
    expect_kind("(impossible|anonymised|leaked)", 0, "exact");
    expect_kind("(?:a|b)c|d\\.e\\x41", 0, "exact");
    expect_kind("abc", TRAWL_IGNORE_CASE, "exact");
    expect_kind("(?i)abc", 0, "exact");
    expect_kind(".*abc.*", 0, "exact");
    expect_kind("z\303\274ri", 0, "exact");

    expect_kind("a.c", 0, "candidate");
    expect_kind("^abc$", 0, "candidate");
    expect_kind("a\nb", 0, "candidate");
    expect_kind("a\\nb", 0, "candidate");
    expect_kind("a(|b)", 0, "candidate");
    expect_kind("a\\.*", 0, "candidate");
    expect_kind("(?i:a)b", 0, "candidate");
    expect_kind("[a-z]+@[^\\s@]{2,20}", 0, "candidate");
    expect_kind("foo(?!bar)", 0, "candidate");
    expect_kind("(?<=x)foo", 0, "candidate");
    expect_kind("a++b", 0, "candidate");

    expect_kind("\\Aabc", 0, "single");
    expect_kind("abc\\z", 0, "single");
    expect_kind("(a|b)\\1", 0, "single");
    expect_kind("x*", 0, "single");
    expect_kind(".*", 0, "single");
    expect_kind("abc|", 0, "single");
    expect_kind("^$", 0, "single");
    expect_kind("\\b", 0, "single");
    expect_kind("(?=abc)", 0, "single");
    expect_kind("\\p{Lu}x", 0, "single");
    expect_kind("a(?-i)b", TRAWL_IGNORE_CASE, "single");
    expect_kind("z\303\274ri", TRAWL_IGNORE_CASE, "single");
    expect_kind("[^\\W[:alpha:]]", 0, "single");
}

Test(match, every_kind_as_searched) {
    static const char *const values[] = {
        "",
        "a",
        "b",
        "ab",
        "abc",
        "xabcx",
        "a\nb",
        "ab\n",
        "\nab",
        "\n",
        "\n\n",
        NULL,
        "",
        "c",
        "a",
        "foo",
        "foobar",
        "xfoo",
        "FOO",
        "fo",
        "o",
        "foo bar",
        "a b",
        "aXXb",
        "a\nXX\nb",
        "aab",
        "aa",
        "bb",
        NULL,
        "z\303\274ri",
        "Z\303\234RI",
        "\342\204\252elvin",
        "kelvin",
        "KELVIN",
        "ri\305\277ky",
        "risky",
        "a1",
        "12",
        "a_",
        "_",
        " ",
        "\t",
        "abcabc",
        "ab\ncd",
        "cd",
    };
    static const char *const regexes[] = {
        "abc",        "a|b",        "(ab|foo)",  "ab\nc",  "ab\ncd",      "a\\nb",       "^a",
        "b$",         "^ab$",       "^",         "$",      "^$",          "\\bfoo\\b",   "\\Bb",
        "o\\B",       "a.*b",       "a.b",       "a[^x]b", "[^a]b",       ".",           "..",
        "\\n",        "^\\n",       "\\Aab",     "ab\\z",  "ab\\Z",       "(a|b)\\1",    "x*",
        "(?=f)",      "foo(?!bar)", "(?<!x)foo", "a++b",   "(?>a*)b",     "[[:digit:]]", "\\W",
        "\\S\\s\\S",  "\\d+$",      "kelvin",    "risky",  "z\303\274ri", ".*foo",       "foo.*",
        ".*foo.*",    "[\\s\\S]b",  "b\\s",      "\\sa",   "(?s)a.*b",    "(?m)^b",      "a$|^b",
        "(?:ab?|b)c", "a{2}",       "[^\\n]{3}", "c\\b",   "\\x62",       "\\QabC\\E",   "(?i)ABC",
        "",           "|",
    };
    for (size_t r = 0; r < sizeof regexes / sizeof *regexes; r++)
        for (unsigned flags = 0; flags < 8; flags++)
            expect_as_searched(regexes[r], flags, values, sizeof values / sizeof *values);
}

Test(match, a_match_never_spans_two_values) {
    static const char *const values[] = {"ab", "cd", "ab\ncd", "x", "ab\n", "\ncd"};
    static const char *const regexes[] = {"ab\ncd", "ab\\scd", "b[^x]*c", "(?s)b.c", "bc", "b\\Wc"};
    for (size_t r = 0; r < sizeof regexes / sizeof *regexes; r++)
        expect_as_searched(regexes[r], 0, values, sizeof values / sizeof *values);
}

static void encode(uint32_t c, char to[5]) {
    memset(to, 0, 5);
    if (c < 0x80) {
        to[0] = (char)c;
    } else if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
    } else {
        to[0] = (char)(0xF0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 0x3F));
        to[2] = (char)(0x80 | (c >> 6 & 0x3F));
        to[3] = (char)(0x80 | (c & 0x3F));
    }
}

/* What one character is must be the same to both libraries: all of Unicode, class by class, each
 * character a value. A new version of either that changes its mind is caught here. */
Test(match, classes_agree_on_every_character, .timeout = 120) {
    static const char *const regexes[] = {
        ".",           "\\d",           "\\D",
        "\\w",         "\\W",           "\\s",
        "\\S",         "\\h",           "\\H",
        "\\v",         "\\V",           "k",
        "s",           "[a-z]",         "[^a-z]",
        "[^ks]",       "[^\\W_]",       "[\\Wa]",
        "[^\\s,]",     "[\\h\303\251]", "[^\303\240-\303\274]",
        "[[:alpha:]]", "[^[:alpha:]]",  "[[:alnum:]]",
        "[[:upper:]]", "[^[:lower:]]",  "[[:punct:]]",
        "[[:print:]]", "[[:graph:]]",   "[[:space:]_]",
        "[[:cntrl:]]", "[[:xdigit:]]",  "[[:word:]]",
        "[[:blank:]]", "[^[:ascii:]]",  "\\xe9",
        "\\x{17f}",    "\303\251",
    };
    enum { VALUES = 60000, COLUMNS = 0x110000 / VALUES + 1 };
    static struct column columns[COLUMNS];
    static char bytes[VALUES][5];
    static const char *values[VALUES];
    for (uint32_t k = 0; k < COLUMNS; k++) {
        uint32_t count = 0;
        for (uint32_t c = k * VALUES; c < (k + 1) * VALUES && c < 0x110000; c++) {
            if (c == 0 || (c >= 0xD800 && c < 0xE000)) continue;
            encode(c, bytes[count]);
            values[count] = bytes[count];
            count++;
        }
        columns[k] = column_of_values(COLUMN_PLAIN, values, count);
    }
    for (size_t r = 0; r < sizeof regexes / sizeof *regexes; r++) {
        for (unsigned flags = 0; flags <= TRAWL_IGNORE_CASE; flags++) {
            /* The same pattern twice: by Hyperscan first, and by PCRE2 alone. */
            char alone[64];
            snprintf(alone, sizeof alone, "\\A%s", regexes[r]);
            const char *both[2] = {regexes[r], alone};
            unsigned both_flags[2] = {flags, flags};
            struct bench bench = bench_of(both, both_flags, 2);
            cr_expect_str_eq(matcher_kind(bench.matcher, 1), "single");
            for (uint32_t k = 0; k < COLUMNS; k++) {
                struct trawl_error error;
                cr_assert_eq(
                    matcher_scan(bench.matcher, bench.scratch, &columns[k], bench.hits, &error),
                    TRAWL_OK);
                cr_expect(memcmp(bench.hits[0], bench.hits[1],
                                 BITMAP_WORDS(columns[k].rows) * sizeof(uint64_t)) == 0,
                          "<%s>, flags %u, from U+%04X", regexes[r], flags, k * VALUES);
            }
            bench_free(&bench);
        }
    }
    for (uint32_t k = 0; k < COLUMNS; k++) column_free(&columns[k]);
}

Test(match, many_patterns_in_one_scan) {
    static const char *const regexes[] = {"aa", "b+c", "\\Ac", "a|b", "^c?b$", "(?<=a)b"};
    static const unsigned flags[] = {0, TRAWL_IGNORE_CASE, 0, TRAWL_IGNORE_CASE, 0, 0};
    struct bench bench = bench_of(regexes, flags, 6);
    cr_assert_eq(matcher_count(bench.matcher), 6);
    enum { VALUES = 20000 };
    static char bytes[VALUES][8];
    static const char *values[VALUES];
    uint64_t seed = 88172645463325252u;
    for (uint32_t i = 0; i < VALUES; i++) {
        uint32_t length = random_below(&seed, 7);
        for (uint32_t k = 0; k < length; k++) bytes[i][k] = "abcAB\nC "[random_below(&seed, 8)];
        values[i] = random_below(&seed, 10) ? bytes[i] : NULL;
    }
    static const uint32_t counts[] = {0, 1, 63, 64, 65, VALUES};
    for (size_t n = 0; n < 6; n++) {
        struct column column = column_of_values(COLUMN_PLAIN, values, counts[n]);
        struct trawl_error error;
        cr_assert_eq(matcher_scan(bench.matcher, bench.scratch, &column, bench.hits, &error),
                     TRAWL_OK);
        for (uint32_t p = 0; p < 6; p++)
            for (uint32_t i = 0; i < counts[n] && i < 500; i++)
                cr_expect_eq(bitmap_get(bench.hits[p], i),
                             values[i] && searched(regexes[p], flags[p], text_of(values[i])),
                             "<%s> on row %u of %u", regexes[p], i, counts[n]);
        column_free(&column);
    }
    bench_free(&bench);
}

/* Values longer than a block of the scan, and the borders between blocks. */
Test(match, long_values) {
    enum { LENGTH = 300000 };
    char *long_a = malloc(LENGTH + 1), *long_b = malloc(LENGTH + 1);
    memset(long_a, 'a', LENGTH);
    memset(long_b, 'b', LENGTH);
    long_a[LENGTH] = long_b[LENGTH] = '\0';
    const char *const values[] = {long_a, "ab", long_b, long_a, long_b, "", "b"};
    static const char *const regexes[] = {"ab", "a\nb", "a\\sb", "b$", "^b", "a.*b", "[ab]c?"};
    for (size_t r = 0; r < sizeof regexes / sizeof *regexes; r++)
        expect_as_searched(regexes[r], 0, values, sizeof values / sizeof *values);
    free(long_a);
    free(long_b);
}

Test(match, equal_patterns_are_one) {
    struct matcher *matcher = matcher_new();
    cr_expect_eq(matcher_add(matcher, "abc", 0, NULL), 0);
    cr_expect_eq(matcher_add(matcher, "abc", TRAWL_IGNORE_CASE, NULL), 1);
    cr_expect_eq(matcher_add(matcher, "abc", 0, NULL), 0);
    cr_expect_eq(matcher_count(matcher), 2);
    matcher_free(matcher);
}

Test(match, bad_patterns_are_invalid) {
    static const char *const regexes[] = {"(",   "[a",   "*a",    "a\\", "(?<n>a)(?<n>b)",
                                          "\\C", "\377", "a{3,2}"};
    struct matcher *matcher = matcher_new();
    for (size_t r = 0; r < sizeof regexes / sizeof *regexes; r++) {
        struct trawl_error error = {0};
        cr_expect_eq(matcher_add(matcher, regexes[r], 0, &error), UINT32_MAX, "%s", regexes[r]);
        cr_expect_eq(error.status, TRAWL_INVALID);
        cr_expect_neq(error.message[0], '\0');
    }
    cr_expect_eq(matcher_add(matcher, "a", 8, NULL), UINT32_MAX);
    cr_expect_eq(matcher_count(matcher), 0);
    cr_expect_eq(matcher_compile(matcher, NULL), TRAWL_OK);
    matcher_free(matcher);
}

Test(match, too_much_backtracking_is_refused) {
    static const char *const regexes[] = {"^(a+)+$", "\\A(a+)+\\z"};
    static const char *const values[] = {"b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"};
    for (size_t r = 0; r < 2; r++) {
        struct bench bench = bench_of(&regexes[r], NULL, 1);
        struct column column = column_of_values(COLUMN_PLAIN, values, 2);
        struct trawl_error error = {0};
        enum trawl_status status =
            matcher_scan(bench.matcher, bench.scratch, &column, bench.hits, &error);
        /* Hyperscan may rule the value out, which is an answer; PCRE2 alone must give up. */
        if (strcmp(matcher_kind(bench.matcher, 0), "single") == 0) {
            cr_expect_eq(status, TRAWL_REFUSED);
            cr_expect(strstr(error.message, regexes[r]), "%s", error.message);
        } else {
            cr_expect(status == TRAWL_REFUSED ||
                      (status == TRAWL_OK && !bitmap_get(bench.hits[0], 1)));
        }
        column_free(&column);
        bench_free(&bench);
    }
}

/* A search too deep for the JIT's stack goes on in the interpreter. */
Test(match, deep_recursion_falls_back) {
    enum { LENGTH = 40000 };
    char *deep = malloc(LENGTH + 2);
    for (size_t i = 0; i < LENGTH; i++) deep[i] = i % 2 ? 'b' : 'a';
    strcpy(deep + LENGTH, "c");
    const char *const values[] = {"abc", deep};
    expect_as_searched("\\A(?:(a)|(b))*c", 0, values, 2);
    free(deep);
}
