/* Files of tuning: what they say, and which of it is in force. Bad files: e2e/cases/tune-bad. */
#include "tools/tune.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tools/tuning.h"

static struct tune_file file;
static struct yaml_error error;

static bool parse(const char *text) {
    return tune_parse("tune.yaml", text, strlen(text), &file, &error);
}

Test(tune, conditions) {
    cr_assert(parse("- name: a\n"
                    "  when: { u: one, ip: { cidr: [10.0.0.0/8, '::1'], glob: '10.*' }, "
                    "v: [x, y], w: { regex: '^(a|b)$' } }\n"
                    "  exclude: true\n"
                    "  reason: r\n"),
              "%s", error.message);
    const struct trawl_tuning *tuning = &file.entries[0].tuning;
    static const struct {
        const char *field, *last;
        enum trawl_test test;
        size_t count;
    } want[] = {{"u", "one", TRAWL_EQUALS, 1},
                {"ip", "::1", TRAWL_CIDR, 2},
                {"ip", "10.*", TRAWL_GLOB, 1},
                {"v", "y", TRAWL_EQUALS, 2},
                {"w", "^(a|b)$", TRAWL_REGEX, 1}};
    cr_assert_eq(tuning->condition_count, sizeof want / sizeof *want);
    for (size_t i = 0; i < tuning->condition_count; i++) {
        const struct trawl_condition *condition = &tuning->conditions[i];
        cr_expect_str_eq(condition->field, want[i].field);
        cr_expect_eq(condition->test, want[i].test);
        cr_assert_eq(condition->value_count, want[i].count);
        cr_expect_str_eq(condition->values[want[i].count - 1], want[i].last);
    }
    cr_expect_eq(tuning->act, TRAWL_EXCLUDE);
    cr_expect_eq(tuning->place, TRAWL_ANYWHERE);
    tune_free(&file);
}

Test(tune, acts) {
    cr_assert(parse("- {name: a, when: {x: y}, reason: r, forget: {l: [p, q], m: s}}\n"
                    "- {name: b, when: {x: y}, reason: r, clear: [f, g]}\n"
                    "- {name: c, when: {x: y}, reason: r, lower: 2}\n"
                    "- {name: d, when: {x: y}, reason: r, score: s, lower: 100}\n"
                    "- {name: e, when: {x: y}, reason: r, exclude: true, at: records}\n"),
              "%s", error.message);
    const struct tune_entry *entries = file.entries;
    cr_assert_eq(file.count, 5);
    cr_expect_eq(entries[0].tuning.act, TRAWL_FORGET);
    cr_assert_eq(entries[0].tuning.target_count, 2);
    cr_expect_str_eq(entries[0].tuning.targets[0].name, "l");
    cr_expect_str_eq(entries[0].tuning.targets[0].values[1], "q");
    cr_expect_eq(entries[0].tuning.targets[1].value_count, 1);
    cr_expect_eq(entries[1].tuning.act, TRAWL_CLEAR);
    cr_expect_str_eq(entries[1].tuning.targets[1].name, "g");
    cr_expect_eq(entries[2].tuning.act, TRAWL_LOWER);
    cr_expect_eq(entries[2].tuning.by, 2);
    cr_expect_eq(entries[2].tuning.target_count, 0);
    cr_expect_str_eq(entries[3].tuning.targets[0].name, "s");
    cr_expect_eq(entries[4].tuning.place, TRAWL_ON_RECORDS);
    cr_expect_eq(entries[4].line, 5);
    tune_free(&file);
}

Test(tune, a_reason_is_one_line) {
    cr_assert(parse("- name: '  a  b '\n  when: {x: y}\n  exclude: true\n  reason: |\n    one\n\n"
                    "    two\tthree\n"),
              "%s", error.message);
    cr_expect_str_eq(file.entries[0].tuning.name, "a b");
    cr_expect_str_eq(file.entries[0].tuning.reason, "one two three");
    tune_free(&file);
}

Test(tune, a_bad_file_is_empty) {
    cr_expect_not(
        parse("- {name: a, when: {x: y}, exclude: true, reason: r}\n"
              "- {name: b, when: {x: y}, exclude: true}\n"));
    cr_expect_eq(error.line, 2);
    cr_expect_eq(file.count, 0);
    cr_expect_null(file.entries);
    cr_expect_null(file.path);
}

#define DAY_MS INT64_C(86400000)

Test(tune, what_is_in_force) {
    struct tuning tuning = {.count = 1};
    cr_assert(
        parse("- {name: every, when: {x: y}, exclude: true, reason: r}\n"
              "- {name: spray, hunt: password-spray, when: {x: y}, exclude: true, reason: r}\n"
              "- {name: own, hunt: [my.cql, aws-credential-recon], when: {x: y}, "
              "exclude: true, reason: r, expires: 1970-01-03}\n"),
        "%s", error.message);
    tuning.files[0] = file;
    static const struct {
        const char *query;
        int64_t day;
        enum tuning_state states[3];
    } cases[] = {
        {"password-spray", 0, {TUNING_IN_FORCE, TUNING_IN_FORCE, TUNING_ELSEWHERE}},
        {"query", 0, {TUNING_IN_FORCE, TUNING_ELSEWHERE, TUNING_ELSEWHERE}},
        {"rules/my.cql", 3 * DAY_MS - 1, {TUNING_IN_FORCE, TUNING_ELSEWHERE, TUNING_IN_FORCE}},
        {"my.cql", 3 * DAY_MS, {TUNING_IN_FORCE, TUNING_ELSEWHERE, TUNING_EXPIRED}},
        {"rules/not-my.cql", 0, {TUNING_IN_FORCE, TUNING_ELSEWHERE, TUNING_ELSEWHERE}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count, want = 0;
        tuning.day = cases[i].day;
        for (size_t e = 0; e < 3; e++) {
            enum tuning_state state =
                tuning_state(&tuning, &tuning.files[0].entries[e], cases[i].query);
            cr_expect_eq(state, cases[i].states[e], "%s, entry %zu", cases[i].query, e);
            want += cases[i].states[e] == TUNING_IN_FORCE;
        }
        struct trawl_tuning *selected = tuning_select(&tuning, cases[i].query, &count);
        cr_assert(selected);
        cr_expect_eq(count, want);
        cr_expect_str_eq(selected[0].name, "every");
        free(selected);
    }
    const struct tune_file *of;
    cr_expect_eq(tuning_find(&tuning, "own", &of), &tuning.files[0].entries[2]);
    cr_expect_eq(of, &tuning.files[0]);
    cr_expect_null(tuning_find(&tuning, "none", NULL));
    tuning_free(&tuning);
}
