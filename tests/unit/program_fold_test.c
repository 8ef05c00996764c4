/* What the builder knows without a row. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/unit/program_sample.h"

Test(program_fold, flags_fold) {
    struct sample s = sample_new();
    struct program *p = s.p;
    node_id yes = program_flag(p, true), no = program_flag(p, false);
    cr_expect_eq(program_and(p, s.f, yes), s.f);
    cr_expect_eq(program_and(p, no, s.f), no);
    cr_expect_eq(program_or(p, s.f, yes), yes);
    cr_expect_eq(program_or(p, no, s.f), s.f);
    cr_expect_eq(program_and(p, s.f, s.f), s.f);
    cr_expect_eq(program_or(p, s.f, s.f), s.f);
    cr_expect_eq(program_not(p, yes), no);
    node_id not_f = program_not(p, s.f);
    cr_expect_eq(program_not(p, not_f), s.f);
    cr_expect_eq(program_and(p, s.f, not_f), no);
    cr_expect_eq(program_or(p, not_f, s.f), yes);
    node_id both = program_and(p, s.f, s.g), either = program_or(p, s.f, s.g);
    cr_expect_eq(program_and(p, s.f, either), s.f);
    cr_expect_eq(program_or(p, both, s.g), s.g);
    cr_expect_eq(program_and(p, both, either), both);
    cr_expect_eq(program_and(p, s.f, program_present(p, s.a)), s.f, "it is present then");
    cr_expect_neq(program_and(p, s.f, program_present(p, s.b)), s.f);
    cr_expect_neq(program_and(p, not_f, program_present(p, s.a)), not_f);
    node_id less = program_compare(p, NODE_LESS, program_to_number(p, s.a), program_number(p, 5));
    cr_expect_eq(program_and(p, program_present(p, program_to_number(p, s.a)), less), less);
    sample_free(&s);
}

Test(program_fold, choices_fold) {
    struct sample s = sample_new();
    struct program *p = s.p;
    node_id x = text(p, "x"), y = text(p, "y"), yes = program_flag(p, true);
    cr_expect_eq(program_select(p, yes, s.a, s.b), s.a);
    cr_expect_eq(program_select(p, program_flag(p, false), s.a, s.b), s.b);
    cr_expect_eq(program_select(p, s.f, s.a, s.a), s.a);
    node_id choice = program_select(p, s.f, x, y);
    cr_expect_eq(program_select(p, program_not(p, s.f), y, x), choice);
    cr_expect_eq(program_select(p, s.f, choice, y), choice, "the same question again");
    cr_expect_eq(program_select(p, s.f, s.f, s.g), program_or(p, s.f, s.g));
    cr_expect_eq(program_select(p, s.f, s.g, program_flag(p, false)), program_and(p, s.f, s.g));
    cr_expect_eq(program_present(p, choice), yes);
    cr_expect(program_always(p, choice));
    node_id maybe = program_select(p, s.f, x, program_missing(p, TYPE_TEXT));
    cr_expect_not(program_always(p, maybe));
    cr_expect_eq(program_present(p, maybe), s.f);
    cr_expect_eq(program_coalesce(p, choice, s.a), choice);
    cr_expect_eq(program_coalesce(p, maybe, y), choice);
    cr_expect_eq(program_coalesce(p, program_missing(p, TYPE_TEXT), s.a), s.a);
    cr_expect_eq(program_coalesce(p, s.a, program_missing(p, TYPE_TEXT)), s.a);
    sample_free(&s);
}

Test(program_fold, comparisons_go_through_choices) {
    struct sample s = sample_new();
    struct program *p = s.p;
    node_id yes = text(p, "true"), no = text(p, "false");
    node_id flag = program_select(p, s.f, yes, no);
    node_id not_f = program_not(p, s.f);
    static const struct text both[] = {{"true", 4}, {"false", 5}};
    cr_expect_eq(program_equals(p, flag, "true"), s.f);
    cr_expect_eq(program_equals(p, flag, "false"), not_f);
    cr_expect(program_is_flag(p, program_equals(p, flag, "x"), false));
    cr_expect(program_is_flag(p, program_in(p, flag, both, 2), true));
    cr_expect_eq(program_in(p, flag, both, 1), s.f);
    cr_expect_eq(program_same(p, flag, yes), s.f);
    cr_expect_eq(program_same(p, no, flag), not_f);
    cr_expect_eq(program_differs(p, flag, yes), not_f);
    cr_expect_eq(program_equivalent(p, flag, yes), s.f);
    cr_expect_eq(program_equivalent(p, no, flag), not_f);
    cr_expect_eq(
        program_equals(p, program_lower(p, program_select(p, s.f, text(p, "TRUE"), no)), "true"),
        s.f);
    cr_expect_eq(program_equals(p, program_to_text(p, s.f), "true"), s.f, "a flag's text");
    /* to any depth, with a missing arm, and beside a field */
    node_id missing = program_missing(p, TYPE_TEXT);
    node_id deep = program_select(p, s.f, yes, program_select(p, s.g, no, missing));
    cr_expect_eq(program_equals(p, deep, "true"), s.f);
    cr_expect_eq(program_equals(p, deep, "false"), program_and(p, not_f, s.g));
    node_id beside = program_select(p, s.f, text(p, "x"), s.b);
    cr_expect_eq(program_equals(p, beside, "1"), program_and(p, not_f, s.g));
    sample_free(&s);
}

Test(program_fold, constants_fold) {
    struct sample s = sample_new();
    struct program *p = s.p;
    cr_expect(is_text(p, program_lower(p, text(p, "AbC")), "abc"));
    cr_expect(is_text(p, program_lower(p, text(p, "GR\303\234N")), "gr\303\274n"));
    cr_expect(is_number(p, program_to_number(p, text(p, "1.50")), 1.5));
    cr_expect(is_missing(p, program_to_number(p, text(p, "x")), TYPE_NUMBER));
    cr_expect(is_missing(p, program_to_number(p, s.f), TYPE_NUMBER));
    cr_expect(is_text(p, program_to_text(p, program_number(p, 1.5)), "1.5"));
    cr_expect_eq(program_to_text(p, s.a), s.a);
    cr_expect(program_is_flag(p, program_equals(p, text(p, "x"), "x"), true));
    cr_expect(program_is_flag(p, program_equals(p, text(p, "x"), "y"), false));
    cr_expect(program_is_flag(p, program_in(p, s.a, NULL, 0), false));
    cr_expect(program_is_flag(p, program_same(p, s.a, program_missing(p, TYPE_TEXT)), false));
    cr_expect_eq(program_same(p, s.a, s.a), program_present(p, s.a));
    cr_expect(program_is_flag(p, program_differs(p, s.a, s.a), false));
    cr_expect(program_is_flag(p, program_equivalent(p, text(p, "1.0"), text(p, "1")), true));
    node_id number = program_to_number(p, s.a);
    cr_expect_eq(program_to_number(p, program_to_text(p, number)), number);
    cr_expect_eq(program_equivalent(p, s.a, text(p, "01")),
                 program_compare(p, NODE_EQUAL, number, program_number(p, 1)));
    cr_expect_eq(program_equivalent(p, s.a, text(p, "x")), program_equals(p, s.a, "x"));
    node_id choice = program_select(p, s.f, text(p, "7"), text(p, "x"));
    cr_expect_eq(program_to_number(p, choice),
                 program_select(p, s.f, program_number(p, 7), program_missing(p, TYPE_NUMBER)));
    cr_expect_eq(program_present(p, program_to_number(p, choice)), s.f);
    cr_expect(is_missing(p, program_millis(p, program_time(p, program_missing(p, TYPE_TEXT))),
                         TYPE_NUMBER));
    sample_free(&s);
}

Test(program_fold, arithmetic_folds) {
    struct sample s = sample_new();
    struct program *p = s.p;
    node_id two = program_number(p, 2), seven = program_number(p, 7), zero = program_number(p, 0);
    node_id none = program_missing(p, TYPE_NUMBER), n = program_to_number(p, s.a);
    cr_expect(is_number(p, program_arithmetic(p, NODE_ADD, seven, two), 9));
    cr_expect(is_number(p, program_arithmetic(p, NODE_SUBTRACT, seven, two), 5));
    cr_expect(is_number(p, program_arithmetic(p, NODE_MULTIPLY, seven, two), 14));
    cr_expect(is_number(p, program_arithmetic(p, NODE_DIVIDE, seven, two), 3.5));
    cr_expect(
        is_number(p, program_arithmetic(p, NODE_REMAINDER, program_negate(p, seven), two), -1));
    cr_expect_eq(program_arithmetic(p, NODE_DIVIDE, seven, zero), none);
    cr_expect_eq(program_arithmetic(p, NODE_REMAINDER, seven, zero), none);
    node_id huge = program_number(p, 1e308);
    cr_expect_eq(program_arithmetic(p, NODE_MULTIPLY, huge, huge), none);
    cr_expect_eq(program_arithmetic(p, NODE_ADD, n, none), none);
    cr_expect_eq(program_arithmetic(p, NODE_ADD, zero, n), n);
    cr_expect_eq(program_arithmetic(p, NODE_SUBTRACT, n, zero), n);
    cr_expect_eq(program_negate(p, program_negate(p, n)), n);
    cr_expect_eq(program_negate(p, none), none);
    node_id choice = program_select(p, s.f, two, none);
    cr_expect_eq(program_arithmetic(p, NODE_MULTIPLY, choice, seven),
                 program_select(p, s.f, program_number(p, 14), none));
    cr_expect_eq(program_arithmetic(p, NODE_SUBTRACT, seven, choice),
                 program_select(p, s.f, program_number(p, 5), none));
    cr_expect(program_is_flag(p, program_compare(p, NODE_LESS, two, seven), true));
    cr_expect(program_is_flag(p, program_compare(p, NODE_LESS, n, n), false));
    cr_expect_eq(program_compare(p, NODE_LESS_EQUAL, n, n), program_present(p, n));
    cr_expect_eq(program_compare(p, NODE_LESS, choice, seven), s.f);
    cr_expect_eq(program_compare(p, NODE_LESS_EQUAL, two, choice), s.f);
    cr_expect(program_is_flag(p, program_compare(p, NODE_EQUAL, n, none), false));
    sample_free(&s);
}

static node_id one_or_zero(struct program *p, node_id flag) {
    return program_select(p, flag, program_number(p, 1), program_number(p, 0));
}

Test(program_fold, sums_of_choices_are_sums_of_flags) {
    struct sample s = sample_new();
    struct program *p = s.p;
    node_id h = program_present(p, s.a), flags[] = {s.f, s.g, h};
    node_id sum = program_sum(p, flags, 3);
    node_id f = one_or_zero(p, s.f), g = one_or_zero(p, s.g), third = one_or_zero(p, h);
    node_id left = program_arithmetic(p, NODE_ADD, program_arithmetic(p, NODE_ADD, f, g), third);
    node_id right = program_arithmetic(p, NODE_ADD, f, program_arithmetic(p, NODE_ADD, g, third));
    cr_expect_eq(left, sum);
    cr_expect_eq(right, sum);
    cr_expect(program_always(p, sum));
    /* as texts of numbers, as a nested choice, with a constant */
    node_id texts = program_to_number(p, program_select(p, s.f, text(p, "1"), text(p, "0")));
    cr_expect_eq(program_arithmetic(p, NODE_ADD, texts, g), program_sum(p, flags, 2));
    node_id nested = program_select(p, s.f, program_number(p, 1), g);
    node_id either = program_or(p, s.f, s.g), other[] = {either, h};
    cr_expect_eq(program_arithmetic(p, NODE_ADD, nested, third), program_sum(p, other, 2));
    node_id constant[] = {s.f, program_flag(p, true), program_flag(p, false)};
    cr_expect_eq(program_arithmetic(p, NODE_ADD, f, program_number(p, 1)),
                 program_sum(p, constant, 3));
    cr_expect(is_number(p, program_sum(p, constant + 1, 2), 1));
    cr_expect(is_number(p, program_sum(p, NULL, 0), 0));
    sample_free(&s);
}

Test(program_fold, a_flag_stored_as_text_is_given_as_a_flag) {
    struct sample s = sample_new();
    struct program *p = s.p;
    node_id yes = text(p, "true"), no = text(p, "false");
    cr_expect_eq(program_output(p, "f", program_select(p, s.f, yes, no)), 0);
    cr_expect_eq(program_output(p, "not", program_select(p, s.f, no, yes)), 1);
    node_id maybe = program_select(p, s.f, yes, program_missing(p, TYPE_TEXT));
    cr_expect_eq(program_output(p, "maybe", maybe), 2);
    cr_expect_eq(p->outputs[0].node, s.f);
    cr_expect_eq(p->outputs[1].node, program_not(p, s.f));
    cr_expect_eq(p->outputs[2].node, maybe);
    sample_free(&s);
}

/* Arms that are shared at every level: linear, not two to the power of the depth. */
Test(program_fold, a_choice_with_shared_arms, .timeout = 20) {
    struct program *p = program_new();
    node_id a = text(p, "x"), b = text(p, "y");
    char value[20];
    for (unsigned i = 0; i < 200; i++) {
        snprintf(value, sizeof value, "%u", i);
        node_id flag = program_equals(p, program_field(p, "f"), value);
        node_id next = program_select(p, flag, a, b);
        b = program_select(p, flag, b, a);
        a = next;
    }
    cr_expect_neq(program_equals(p, a, "x"), NO_NODE);
    cr_expect_neq(program_to_number(p, b), NO_NODE);
    cr_expect_lt(p->node_count, 10000);
    program_free(p);
}
