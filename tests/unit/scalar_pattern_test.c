/* Expectations: java.util.regex of OpenJDK 17 and Python's re. */
#include "engine/scalar/pattern.h"

#include "tests/unit/scalar_call.h"

static struct regex *regex_of(const char *text, unsigned flags) {
    struct trawl_error error;
    struct regex *regex = regex_new(text, flags, &error);
    cr_assert(regex, "%s", error.message);
    return regex;
}

static void *capture(const char *text, const char *name) {
    struct trawl_error error;
    struct regex *regex = regex_of(text, 0);
    size_t group = regex_group_find(regex, name);
    cr_assert_neq(group, SIZE_MAX, "%s has no %s", text, name);
    void *data = capture_new(regex, group, &error);
    regex_free(regex); /* the data keeps it */
    return data;
}

static void *replace(const char *text, const char *with, bool all) {
    struct trawl_error error;
    struct regex *regex = regex_of(text, 0);
    void *data = replace_new(regex, with, all, &error);
    cr_assert(data, "%s", error.message);
    regex_free(regex);
    return data;
}

static void *split(const char *text, int64_t index) {
    struct trawl_error error;
    struct regex *regex = regex_of(text, 0);
    void *data = split_new(regex, index, &error);
    regex_free(regex);
    return data;
}

/* ---- names ---- */

static void plain(const char *regex, const char *expected) {
    struct buffer out = {0};
    cr_assert(regex_plain_groups(regex, &out));
    buffer_append_char(&out, '\0');
    cr_assert_str_eq(out.data, expected, "'%s' became '%s'", regex, out.data);
    buffer_free(&out);
}

Test(scalar_pattern, named_groups_become_plain) {
    plain("(?<a>x)(?P<b>y)(?'c'z)", "(x)(y)(z)");
    plain("(?<user.name>\\w+)@(?<@x[0]>.*)", "(\\w+)@(.*)");
    plain("(?<=a)b(?<!c)d(?=e)(?:f)(?i)g", "(?<=a)b(?<!c)d(?=e)(?:f)(?i)g");
    plain("\\(?<a>x", "\\(?<a>x");
    plain("[(?<a>]x[]\\](?<b>][^](?<c>]", "[(?<a>]x[]\\](?<b>][^](?<c>]");
    plain("[[:alpha:](?<a>](?<b>x)", "[[:alpha:](?<a>](x)");
    plain("\\Q(?<a>\\E(?<b>x)\\Q(?<c>", "\\Q(?<a>\\E(x)\\Q(?<c>");
    plain("(?#(?<a>)(?<b>x)", "(?#(?<a>)(x)");
    plain("(x)(?<q>['\"]).*?\\k<q>", "(x)(['\"]).*?\\g{2}");
    plain("\\k{q}\\k'q'\\g{q}(?P=q)(?P>q)(?&q)(?<q>x)", "\\g{1}\\g{1}\\g{1}\\g{1}(?1)(?1)(x)");
    plain("(a)(?(1)b|c)(?<d>e)\\k<d>", "(a)(?(1)b|c)(e)\\g{2}");
    plain("(*UCP)(?<a>x)\\k<a>", "(*UCP)(x)\\g{1}");
    plain("\\k<none>\\g{1}\\g{-1}", "\\k<none>\\g{1}\\g{-1}");
    plain("", "");
    plain("\\", "\\");
    plain("[abc", "[abc");
    plain("(?<", "(?<");
    plain("(?<a", "(?<a");
    plain("(?<>x)", "(?<>x)");
}

Test(scalar_pattern, names_are_listed_once_in_order) {
    struct regex *regex = regex_of("(?<b.c>x)(y)(?<a>z)|(?<b.c>w)", 0);
    cr_assert_eq(regex_group_count(regex), 2);
    cr_assert_str_eq(regex_group_name(regex, 0), "b.c");
    cr_assert_str_eq(regex_group_name(regex, 1), "a");
    cr_assert_eq(regex_group_find(regex, "a"), 1);
    cr_assert_eq(regex_group_find(regex, "b"), SIZE_MAX);
    regex_free(regex);
}

Test(scalar_pattern, malformed_ones_are_refused) {
    const char *const bad[] = {"(", "(?<a", "(?<>x)", "[a", "a**", "\\k<none>", "(?<a>", "\\"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct trawl_error error = {0};
        cr_assert_null(regex_new(bad[i], 0, &error), "%s was taken", bad[i]);
        cr_assert_eq(error.status, TRAWL_INVALID, "%s", bad[i]);
    }
}

Test(scalar_pattern, quoting) {
    const char *const texts[] = {"a.b*c+?(x)[y]{z}^$|\\/-#&~", "żółw \n\t\"'", "\\E\\Q", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buffer out = {0};
        buffer_append(&out, "^(?<all>", 8);
        cr_assert(regex_quote(text_of(texts[i]), &out));
        buffer_append(&out, ")$", 3);
        gives(texts[i], scalar_capture, capture(out.data, "all"), T(texts[i]));
        buffer_free(&out);
    }
}

/* ---- captures ---- */

Test(scalar_pattern, captures) {
    gives("42", scalar_capture, capture("id=(?<id>\\d+)", "id"), T("x id=42 id=43"));
    gives("bob", scalar_capture, capture("(?<user.name>\\w+)@(?<host>\\w+)", "user.name"),
          T("bob@home"));
    gives("home", scalar_capture, capture("(?<user.name>\\w+)@(?<host>\\w+)", "host"),
          T("bob@home"));
    gives("34", scalar_capture, capture("(?<a>3.)", "a"), N(12345));
    gives("", scalar_capture, capture("x(?<a>y*)", "a"), T("x"));
    gives(MISSING, scalar_capture, capture("x(?<a>y)?", "a"), T("x"));
    gives(MISSING, scalar_capture, capture("(?<a>y)", "a"), T("x"));
    gives(MISSING, scalar_capture, capture("(?<a>y)", "a"), NONE);
    gives("w", scalar_capture, capture("1(?<a>x)|2(?<a>.)", "a"), T("2w"));
    gives("\"x'\"", scalar_capture, capture("(?<all>(?<q>['\"]).*?\\k<q>)", "all"), T("a\"x'\"'"));
    gives("ó", scalar_capture, capture("ż(?<a>.)", "a"), T("żół"));
    gives("1", scalar_regex_found, capture("(?<a>y)", "a"), T("xyz"));
    gives("0", scalar_regex_found, capture("(?<a>y)", "a"), T("xz"));
    gives("0", scalar_regex_found, capture("(?<a>y)", "a"), NONE);
    gives("1", scalar_regex_found, capture("(?<a>^$)", "a"), T(""));
}

Test(scalar_pattern, flags) {
    struct trawl_error error;
    struct regex *regex =
        regex_of("^(?<a>b.)$", TRAWL_IGNORE_CASE | TRAWL_MULTILINE | TRAWL_DOTALL);
    gives("B\n", scalar_capture, capture_new(regex, 0, &error), T("a\nB\n\nc"));
    regex_free(regex);
}

static void *matches(const char *pattern, uint64_t limit) {
    struct trawl_error error;
    struct regex *regex = regex_of(pattern, 0);
    void *data = matches_new(regex, limit, &error);
    regex_free(regex);
    return data;
}

Test(scalar_pattern, groups_of_all_matches) {
    gives("[{\"n\":\"1\"},{\"n\":\"22\"},{\"n\":\"333\"}]", scalar_matches,
          matches("(?<n>\\d+)", 9), T("1 a22b333"));
    gives("[{\"n\":\"1\"},{\"n\":\"22\"}]", scalar_matches, matches("(?<n>\\d+)", 2),
          T("1 a22b333"));
    gives("[{\"a\":\"x\",\"b\":\"1\"},{\"a\":\"y\"}]", scalar_matches,
          matches("(?<a>[a-z])(?<b>\\d)?", 9), T("x1y"));
    gives("[{\"n\":\"a\\\"b\"}]", scalar_matches, matches("<(?<n>.*?)>", 9), T("<a\"b>"));
    gives("[{},{\"n\":\"x\"}]", scalar_matches, matches("(?:(?<n>x)|y)", 9), T("yx"));
    gives(MISSING, scalar_matches, matches("(?<n>x)", 9), T(""));
}

/* ---- replacements ---- */

Test(scalar_pattern, replacements) {
    gives("-b--c-", scalar_replace, replace("a*", "-", true), T("baac"));
    gives("<1x><22y><z>", scalar_replace, replace("([a-z])(\\d*)", "<$2$1>", true), T("x1y22z"));
    gives("2026/03-11", scalar_replace, replace("(?<y>\\d+)-(\\d+)", "${y}/\\2", true),
          T("2026-03-11"));
    gives("X.1.1", scalar_replace, replace("\\d+", "X", false), T("1.1.1"));
    gives("$1 \\ $0", scalar_replace, replace("x", "$$1 \\\\ \\$0", true), T("x"));
    gives("[x]", scalar_replace, replace("x", "[$0]", true), T("x"));
    gives("a2", scalar_replace, replace("(a)", "$12", true), T("a")); /* there is no group 12 */
    gives("a$", scalar_replace, replace("b", "$", true), T("ab"));
    gives("-ż-ó-", scalar_replace, replace("", "-", true), T("żó"));
    gives("<>", scalar_replace, replace("(x)?y", "<$1>", true), T("y"));
    gives("abc", scalar_replace, replace("x", "y", true), T("abc"));
    gives("1x3", scalar_replace, replace("2", "x", true), N(123));
    gives("-", scalar_replace, replace("^", "-", true), T(""));
    gives(MISSING, scalar_replace, replace("x", "y", true), NONE);
    gives("xb", scalar_replace, replace("(?<=^)a", "x", true), T("ab"));
    gives("a-b", scalar_replace, replace("(?<=a)\\s+(?=b)", "-", true), T("a  b"));
}

Test(scalar_pattern, a_replacement_without_its_group_is_refused) {
    struct regex *regex = regex_of("(?<a>x)", 0);
    const char *const bad[] = {"$2", "\\3", "${b}", "${a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct trawl_error error = {0};
        cr_assert_null(replace_new(regex, bad[i], true, &error), "%s was taken", bad[i]);
        cr_assert_eq(error.status, TRAWL_INVALID);
    }
    regex_free(regex);
}

/* ---- splitting ---- */

Test(scalar_pattern, splitting) {
    gives("[\"a\",\"b\",\"c\"]", scalar_split_array, split("\\d+", 0), T("a1b22c"));
    gives("[\"\",\"a\",\"\"]", scalar_split_array, split(",", 0), T(",a,"));
    gives("[\"a\",\"1b\",\"2\"]", scalar_split_array, split("(?=\\d)", 0), T("a1b2"));
    gives("[\"ż\",\"ó\",\"ł\"]", scalar_split_array, split("", 0), T("żół"));
    gives("[\"\"]", scalar_split_array, split(",", 0), T(""));
    gives("[\"abc\"]", scalar_split_array, split(",", 0), T("abc"));
    gives("[\"1\",\"3\"]", scalar_split_array, split("2", 0), N(123));
    gives("b", scalar_split_piece, split(",", 1), T("a,b,c"));
    gives("c", scalar_split_piece, split(",", -1), T("a,b,c"));
    gives("a", scalar_split_piece, split(",", -3), T("a,b,c"));
    gives(MISSING, scalar_split_piece, split(",", -4), T("a,b,c"));
    gives(MISSING, scalar_split_piece, split(",", 3), T("a,b,c"));
    gives(MISSING, scalar_split_piece, split(",", INT64_MAX), T("a,b,c"));
    gives(MISSING, scalar_split_piece, split(",", INT64_MIN), T("a,b,c"));
    gives("", scalar_split_piece, split(",", 0), T(""));
    gives(MISSING, scalar_split_piece, split(",", 0), NONE);
}

Test(scalar_pattern, the_match_limit_ends_the_run) {
    struct trawl_error error = {0};
    void *data = capture("^(?<a>(x+x+)+y)", "a");
    void *scratch = scalar_capture.scratch_new(data);
    char text[64] = "";
    memset(text, 'x', 60);
    strcat(text, "zy"); /* or PCRE2 sees at once that there is no y */
    struct datum argument = T(text), result = NONE;
    struct buffer out = {0};
    struct scalar_call call = {data, scratch, &argument, 1, &out};
    cr_assert_eq(scalar_capture.run(&call, &result, &error), TRAWL_REFUSED);
    cr_assert(strstr(error.message, "less backtracking"), "%s", error.message);
    scalar_capture.scratch_free(scratch);
    scalar_capture.data_free(data);
    buffer_free(&out);
}
