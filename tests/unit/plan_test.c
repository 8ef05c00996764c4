#include "engine/plan.h"

#include <criterion/criterion.h>
#include <stdio.h>

static enum trawl_status finish(struct trawl_plan *plan, char message[1000]) {
    struct trawl_error error = {0};
    enum trawl_status status = trawl_plan_finish(plan, &error);
    memcpy(message, error.message, sizeof error.message);
    return status;
}

Test(plan, equal_nodes_are_made_once) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node a = trawl_plan_field(plan, "a"), b = trawl_plan_field(plan, "b");
    cr_expect_neq(a, b);
    cr_expect_eq(trawl_plan_field(plan, "a"), a);
    cr_expect_eq(plan->field_count, 2);
    trawl_node lower = trawl_plan_lower(plan, a);
    cr_expect_eq(trawl_plan_lower(plan, a), lower);
    cr_expect_eq(trawl_plan_lower(plan, lower), lower);

    trawl_node x = trawl_plan_equals(plan, a, "x"), y = trawl_plan_equals(plan, a, "y");
    cr_expect_neq(x, y);
    cr_expect_neq(x, trawl_plan_equals(plan, lower, "x"));
    const char *const xy[] = {"x", "y"}, *const yxx[] = {"y", "x", "x"}, *const xx[] = {"x", "x"};
    cr_expect_eq(trawl_plan_in(plan, a, xy, 2), trawl_plan_in(plan, a, yxx, 3));
    cr_expect_eq(trawl_plan_in(plan, a, xx, 2), x);
    cr_expect_neq(trawl_plan_in(plan, a, xy, 2), x);

    cr_expect_eq(trawl_plan_and(plan, x, y), trawl_plan_and(plan, y, x));
    cr_expect_neq(trawl_plan_and(plan, x, y), trawl_plan_or(plan, x, y));
    cr_expect_eq(trawl_plan_same(plan, a, b), trawl_plan_same(plan, b, a));
    cr_expect_neq(trawl_plan_same(plan, a, b), trawl_plan_differs(plan, a, b));

    trawl_node m = trawl_plan_matches(plan, a, "m", 0);
    cr_expect_eq(trawl_plan_matches(plan, a, "m", 0), m);
    cr_expect_neq(trawl_plan_matches(plan, a, "m", TRAWL_IGNORE_CASE), m);
    cr_expect_neq(trawl_plan_matches(plan, b, "m", 0), m);
    cr_expect_eq(plan->matcher_count, 2);

    trawl_node flags[] = {x, y, m};
    trawl_node sum = trawl_plan_sum(plan, flags, 3);
    cr_expect_eq(trawl_plan_sum(plan, flags, 3), sum);
    cr_expect_neq(trawl_plan_sum(plan, flags, 2), sum);
    cr_expect_eq(trawl_plan_sum(plan, NULL, 0), trawl_plan_sum(plan, NULL, 0));
    cr_expect_eq(plan->failure.status, TRAWL_OK, "%s", plan->failure.message);
    trawl_plan_free(plan);
}

Test(plan, operands_come_first) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node nodes[300];
    char text[20];
    for (unsigned i = 0; i < 300; i++) {
        snprintf(text, sizeof text, "value %u", i);
        nodes[i] = trawl_plan_equals(plan, trawl_plan_field(plan, text), text);
        if (i) nodes[i] = trawl_plan_or(plan, nodes[i], nodes[i - 1]);
    }
    trawl_plan_output(plan, "any", nodes[299]);
    cr_assert_eq(trawl_plan_finish(plan, NULL), TRAWL_OK);
    cr_expect_eq(plan->node_count, 300 + 300 + 299);
    for (trawl_node i = 0; i < plan->node_count; i++) {
        cr_expect(plan->nodes[i].a == TRAWL_NO_NODE || plan->nodes[i].a < i);
        cr_expect(plan->nodes[i].b == TRAWL_NO_NODE || plan->nodes[i].b < i);
    }
    trawl_plan_free(plan);
}

Test(plan, values_are_sorted_by_length_then_bytes) {
    struct trawl_plan *plan = trawl_plan_new("p");
    const char *const values[] = {"bb", "", "aaa", "b", "\377", "ab", "b", "a"};
    const char *const sorted[] = {"", "a", "b", "\377", "ab", "bb", "aaa"};
    trawl_node in = trawl_plan_in(plan, trawl_plan_field(plan, "f"), values, 8);
    const struct node *node = &plan->nodes[in];
    cr_assert_eq(node->count, 7);
    for (size_t i = 0; i < 7; i++)
        cr_expect(text_equal(node->values[i], text_of(sorted[i])), "at %zu", i);
    trawl_plan_free(plan);
}

Test(plan, strings_are_copied) {
    char text[] = "abc";
    struct trawl_plan *plan = trawl_plan_new(text);
    trawl_node field = trawl_plan_field(plan, text);
    trawl_node flag = trawl_plan_equals(plan, field, text);
    trawl_plan_keep(plan, flag, text);
    trawl_plan_output(plan, text, field);
    strcpy(text, "xyz");
    cr_expect_str_eq(trawl_plan_name(plan), "abc");
    cr_expect_str_eq(plan->fields[0], "abc");
    cr_expect_str_eq(plan->steps[0].label, "abc");
    cr_expect_str_eq(plan->outputs[0].name, "abc");
    cr_expect(text_equal(plan->nodes[flag].values[0], text_of("abc")));
    trawl_plan_free(plan);
}

Test(plan, the_first_failure_sticks) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node field = trawl_plan_field(plan, "f");
    cr_expect_eq(trawl_plan_not(plan, field), TRAWL_NO_NODE);
    cr_expect_eq(trawl_plan_field(plan, "g"), TRAWL_NO_NODE);
    cr_expect_eq(trawl_plan_matches(plan, field, "(", 0), TRAWL_NO_NODE);
    trawl_plan_output(plan, "f", field);
    char first[1000], second[1000];
    cr_expect_eq(finish(plan, first), TRAWL_INVALID);
    cr_expect(strstr(first, "not takes a flag"), "%s", first);
    cr_expect_eq(finish(plan, second), TRAWL_INVALID);
    cr_expect_str_eq(first, second);
    trawl_plan_free(plan);
}

/* Each of these calls alone must make the plan invalid. */
Test(plan, bad_calls_are_invalid) {
    for (unsigned which = 0;; which++) {
        struct trawl_plan *plan = trawl_plan_new("p");
        trawl_node text = trawl_plan_field(plan, "f"), number = trawl_plan_time(plan, text);
        trawl_node flag = trawl_plan_present(plan, text);
        trawl_plan_output(plan, "f", text);
        const char *const null_inside[] = {"a", NULL};
        switch (which) {
            case 0:
                trawl_plan_field(plan, NULL);
                break;
            case 1:
                trawl_plan_lower(plan, flag);
                break;
            case 2:
                trawl_plan_time(plan, number);
                break;
            case 3:
                trawl_plan_present(plan, flag);
                break;
            case 4:
                trawl_plan_equals(plan, text, NULL);
                break;
            case 5:
                trawl_plan_equals(plan, number, "1");
                break;
            case 6:
                trawl_plan_in(plan, text, null_inside, 2);
                break;
            case 7:
                trawl_plan_in(plan, text, NULL, 2);
                break;
            case 8:
                trawl_plan_same(plan, text, number);
                break;
            case 9:
                trawl_plan_differs(plan, flag, text);
                break;
            case 10:
                trawl_plan_matches(plan, text, "a(", 0);
                break;
            case 11:
                trawl_plan_matches(plan, text, NULL, 0);
                break;
            case 12:
                trawl_plan_matches(plan, text, "a", 1u << 20);
                break;
            case 13:
                trawl_plan_matches(plan, flag, "a", 0);
                break;
            case 14:
                trawl_plan_and(plan, flag, text);
                break;
            case 15:
                trawl_plan_or(plan, flag, TRAWL_NO_NODE);
                break;
            case 16:
                trawl_plan_not(plan, 1000);
                break;
            case 17:
                trawl_plan_sum(plan, &text, 1);
                break;
            case 18:
                trawl_plan_sum(plan, NULL, 1);
                break;
            case 19:
                trawl_plan_keep(plan, text, "l");
                break;
            case 20:
                trawl_plan_keep(plan, flag, NULL);
                break;
            case 21:
                trawl_plan_output(plan, "n", TRAWL_NO_NODE);
                break;
            case 22:
                trawl_plan_output(plan, NULL, text);
                break;
            case 23:
                trawl_plan_output(plan, "f", flag);
                break;
            case 24:
                trawl_plan_rank(plan, flag, number, 1);
                break;
            case 25:
                trawl_plan_rank(plan, number, text, 1);
                break;
            default:
                trawl_plan_free(plan);
                return;
        }
        char message[1000];
        cr_expect_eq(finish(plan, message), TRAWL_INVALID, "case %u", which);
        cr_expect_neq(message[0], '\0', "case %u", which);
        trawl_plan_free(plan);
    }
}

Test(plan, a_plan_needs_a_column) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_plan_field(plan, "f");
    cr_expect_eq(trawl_plan_finish(plan, NULL), TRAWL_INVALID);
    trawl_plan_free(plan);
}

Test(plan, no_plan_is_no_crash) {
    cr_expect_eq(trawl_plan_field(NULL, "f"), TRAWL_NO_NODE);
    cr_expect_eq(trawl_plan_lower(NULL, 0), TRAWL_NO_NODE);
    cr_expect_eq(trawl_plan_matches(NULL, 0, "a", 0), TRAWL_NO_NODE);
    cr_expect_eq(trawl_plan_sum(NULL, NULL, 0), TRAWL_NO_NODE);
    trawl_plan_keep(NULL, 0, "l");
    trawl_plan_output(NULL, "o", 0);
    trawl_plan_rank(NULL, 0, 0, 1);
    cr_expect_eq(trawl_plan_finish(NULL, NULL), TRAWL_MEMORY);
    trawl_plan_free(NULL);
}

Test(plan, a_finished_plan_does_not_change) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node field = trawl_plan_field(plan, "f");
    trawl_plan_output(plan, "f", field);
    cr_assert_eq(trawl_plan_finish(plan, NULL), TRAWL_OK);
    cr_expect_eq(trawl_plan_field(plan, "g"), TRAWL_NO_NODE);
    trawl_plan_output(plan, "g", field);
    trawl_plan_rank(plan, TRAWL_NO_NODE, TRAWL_NO_NODE, 5);
    cr_expect_eq(plan->field_count, 1);
    cr_expect_eq(plan->output_count, 1);
    cr_expect_eq(plan->limit, UINT64_MAX);
    cr_expect_eq(trawl_plan_finish(plan, NULL), TRAWL_OK);
    trawl_plan_free(plan);
}

Test(plan, can_be_true) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node a = trawl_plan_field(plan, "a"), b = trawl_plan_field(plan, "b");
    trawl_node lower = trawl_plan_lower(plan, a);
    const char *const none[] = {NULL};
    struct {
        trawl_node flag;
        bool expected[4]; /* with neither field, a, b, both */
    } cases[] = {
        {trawl_plan_present(plan, a), {false, true, false, true}},
        {trawl_plan_equals(plan, lower, ""), {false, true, false, true}},
        {trawl_plan_in(plan, a, none, 0), {false, false, false, false}},
        {trawl_plan_matches(plan, b, "x*", 0), {false, false, true, true}},
        {trawl_plan_same(plan, a, b), {false, false, false, true}},
        {trawl_plan_differs(plan, lower, b), {false, false, false, true}},
        {trawl_plan_and(plan, trawl_plan_present(plan, a), trawl_plan_present(plan, b)),
         {false, false, false, true}},
        {trawl_plan_or(plan, trawl_plan_present(plan, a), trawl_plan_present(plan, b)),
         {false, true, true, true}},
        {trawl_plan_not(plan, trawl_plan_present(plan, a)), {true, true, true, true}},
        {trawl_plan_and(plan, trawl_plan_not(plan, trawl_plan_equals(plan, a, "x")),
                        trawl_plan_equals(plan, b, "y")),
         {false, false, true, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned fields = 0; fields < 4; fields++) {
            bool available[] = {fields & 1, fields & 2};
            cr_expect_eq(plan_can_be_true(plan, cases[i].flag, available),
                         cases[i].expected[fields], "case %zu with fields %u", i, fields);
        }
    }
    trawl_plan_free(plan);
}

/* Shared operands all the way down: linear, not two to the power of the depth. */
Test(plan, can_be_true_of_a_deep_plan, .timeout = 10) {
    struct trawl_plan *plan = trawl_plan_new("p");
    trawl_node a = trawl_plan_present(plan, trawl_plan_field(plan, "a"));
    trawl_node b = trawl_plan_present(plan, trawl_plan_field(plan, "b"));
    for (unsigned i = 0; i < 20000; i++) {
        trawl_node next = i % 2 ? trawl_plan_and(plan, a, b) : trawl_plan_or(plan, a, b);
        a = b;
        b = next;
    }
    bool available[] = {true, true};
    cr_expect(plan_can_be_true(plan, b, available));
    available[0] = available[1] = false;
    cr_expect_not(plan_can_be_true(plan, b, available));
    trawl_plan_free(plan);
}
