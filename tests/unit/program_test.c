#include "engine/program/program.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/program_sample.h"

static enum trawl_status finish(struct program *program, char message[1000]) {
    struct trawl_error error = {0};
    enum trawl_status status = program_finish(program, &error);
    memcpy(message, error.message, sizeof error.message);
    return status;
}

/* ---- nodes -------------------------------------------------------------------------------- */

Test(program, equal_nodes_are_made_once) {
    struct program *p = program_new();
    node_id a = program_field(p, "a"), b = program_field(p, "b");
    cr_expect_neq(a, b);
    cr_expect_eq(program_field(p, "a"), a);
    cr_expect_eq(p->field_count, 2);
    node_id lower = program_lower(p, a);
    cr_expect_eq(program_lower(p, a), lower);
    cr_expect_eq(program_lower(p, lower), lower);

    node_id x = program_equals(p, a, "x"), y = program_equals(p, a, "y");
    cr_expect_neq(x, y);
    cr_expect_neq(x, program_equals(p, lower, "x"));
    static const struct text xy[] = {{"x", 1}, {"y", 1}}, yxx[] = {{"y", 1}, {"x", 1}, {"x", 1}};
    cr_expect_eq(program_in(p, a, xy, 2), program_in(p, a, yxx, 3));
    cr_expect_eq(program_in(p, a, yxx + 1, 2), x);
    cr_expect_neq(program_in(p, a, xy, 2), x);

    cr_expect_eq(program_and(p, x, y), program_and(p, y, x));
    cr_expect_neq(program_and(p, x, y), program_or(p, x, y));
    cr_expect_eq(program_same(p, a, b), program_same(p, b, a));
    cr_expect_neq(program_same(p, a, b), program_differs(p, a, b));

    node_id m = program_matches(p, a, "m", 0);
    cr_expect_eq(program_matches(p, a, "m", 0), m);
    cr_expect_neq(program_matches(p, a, "m", TRAWL_IGNORE_CASE), m);
    cr_expect_neq(program_matches(p, b, "m", 0), m);
    cr_expect_eq(p->matcher_count, 2);

    node_id flags[] = {x, y, m};
    node_id sum = program_sum(p, flags, 3);
    cr_expect_eq(program_sum(p, flags, 3), sum);
    cr_expect_neq(program_sum(p, flags, 2), sum);
    cr_expect_eq(program_number(p, 0.0), program_number(p, -0.0));
    cr_expect_neq(program_number(p, 1), program_number(p, 2));
    cr_expect_eq(text(p, ""), text(p, ""));
    cr_expect_neq(program_missing(p, TYPE_TEXT), program_missing(p, TYPE_NUMBER));
    cr_expect_eq(p->failure.status, TRAWL_OK, "%s", p->failure.message);
    program_free(p);
}

static struct networks *networks_of(const char *network) {
    struct networks *networks = networks_new();
    bool valid;
    cr_assert(networks_add(networks, text_of(network), 0, &valid) && valid);
    return networks;
}

Test(program, equal_networks_are_one_node) {
    struct sample s = sample_new();
    node_id x = program_inside(s.p, s.a, networks_of("10.0.0.0/8"));
    cr_expect_eq(program_inside(s.p, s.a, networks_of("10.1.0.0/8")), x);
    cr_expect_neq(program_inside(s.p, s.a, networks_of("10.0.0.0/9")), x);
    cr_expect_neq(program_inside(s.p, s.b, networks_of("10.0.0.0/8")), x);
    node_id in = program_inside(s.p, text(s.p, "10.1.1.1"), networks_of("10.0.0.0/8"));
    cr_expect(program_is_flag(s.p, in, true));
    in = program_inside(s.p, program_missing(s.p, TYPE_TEXT), networks_of("10.0.0.0/8"));
    cr_expect(program_is_flag(s.p, in, false));
    sample_free(&s);
}

static enum trawl_status no_run(const struct scalar_call *call, struct datum *result,
                                struct trawl_error *error) {
    (void)call, (void)result, (void)error;
    return TRAWL_OK;
}

static int freed;
static void count_free(void *data) {
    freed++;
    free(data);
}

Test(program, calls) {
    static const struct scalar one = {"one", TYPE_TEXT, no_run, count_free, NULL, NULL, NULL};
    static const struct scalar two = {"two", TYPE_FLAG, no_run, count_free, NULL, NULL, NULL};
    struct sample s = sample_new();
    node_id operands[] = {s.a, s.f}, bad[] = {s.a, NO_NODE};
    node_id call = program_call(s.p, &one, malloc(1), text_of("x"), operands, 2);
    cr_expect_eq(program_call(s.p, &one, malloc(1), text_of("x"), operands, 2), call);
    cr_expect_eq(freed, 1, "of an equal call");
    cr_expect_neq(program_call(s.p, &one, malloc(1), text_of("y"), operands, 2), call);
    cr_expect_neq(program_call(s.p, &one, malloc(1), text_of("x"), operands, 1), call);
    cr_expect_neq(program_call(s.p, &two, malloc(1), text_of("x"), operands, 2), call);
    cr_expect_eq(program_type(s.p, s.p->nodes[call].operands[1]), TYPE_TEXT, "a flag's text");
    cr_expect_eq(program_call(s.p, &one, malloc(1), text_of("x"), bad, 2), NO_NODE);
    cr_expect_eq(freed, 2, "taken on failure");
    program_free(s.p);
    cr_expect_eq(freed, 6);
}

Test(program, operands_come_first) {
    struct program *p = program_new();
    node_id nodes[300];
    char name[20];
    for (unsigned i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "value %u", i);
        nodes[i] = program_equals(p, program_field(p, name), name);
        if (i) nodes[i] = program_or(p, nodes[i], nodes[i - 1]);
    }
    program_output(p, "any", nodes[299]);
    cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
    cr_expect_eq(p->node_count, 300 + 300 + 299);
    for (node_id i = 0; i < p->node_count; i++) {
        cr_expect(p->nodes[i].a == NO_NODE || p->nodes[i].a < i);
        cr_expect(p->nodes[i].b == NO_NODE || p->nodes[i].b < i);
    }
    program_free(p);
}

Test(program, values_are_sorted_by_length_then_bytes) {
    struct program *p = program_new();
    static const struct text values[] = {{"bb", 2},   {"", 0},   {"aaa", 3}, {"b", 1},
                                         {"\377", 1}, {"ab", 2}, {"b", 1},   {"a", 1}};
    const char *const sorted[] = {"", "a", "b", "\377", "ab", "bb", "aaa"};
    node_id in = program_in(p, program_field(p, "f"), values, 8);
    const struct node *node = &p->nodes[in];
    cr_assert_eq(node->count, 7);
    for (size_t i = 0; i < 7; i++)
        cr_expect(text_equal(node->values[i], text_of(sorted[i])), "at %zu", i);
    program_free(p);
}

Test(program, a_weak_field_is_wanted_when_asked_for) {
    struct program *p = program_new();
    node_id weak = program_field_weak(p, "a");
    program_field(p, "b");
    cr_expect_not(p->fields[0].wanted);
    cr_expect(p->fields[1].wanted);
    cr_expect_eq(program_field_weak(p, "b"), program_field(p, "b"));
    cr_expect(p->fields[1].wanted);
    cr_expect_eq(program_field(p, "a"), weak);
    cr_expect(p->fields[0].wanted);
    cr_expect_eq(p->field_count, 2);
    program_free(p);
}

Test(program, strings_are_copied) {
    char word[] = "abc";
    struct program *p = program_new();
    node_id field = program_field(p, word), constant = text(p, word);
    node_id flag = program_equals(p, field, word);
    program_keep(p, flag, word);
    program_output(p, word, field);
    strcpy(word, "xyz");
    cr_expect_str_eq(p->fields[0].name, "abc");
    cr_expect_str_eq(p->steps[0].label, "abc");
    cr_expect_str_eq(p->outputs[0].name, "abc");
    cr_expect(text_equal(p->nodes[flag].values[0], text_of("abc")));
    cr_expect(is_text(p, constant, "abc"));
    program_free(p);
}

/* ---- errors ------------------------------------------------------------------------------- */

Test(program, the_first_failure_sticks) {
    struct program *p = program_new();
    node_id field = program_field(p, "f");
    cr_expect_eq(program_not(p, field), NO_NODE);
    cr_expect_eq(program_field(p, "g"), NO_NODE);
    cr_expect_eq(program_matches(p, field, "(", 0), NO_NODE);
    program_output(p, "f", field);
    char first[1000], second[1000];
    cr_expect_eq(finish(p, first), TRAWL_INVALID);
    cr_expect(strstr(first, "not takes a flag"), "%s", first);
    cr_expect_eq(finish(p, second), TRAWL_INVALID);
    cr_expect_str_eq(first, second);
    program_free(p);
}

/* The which-th bad call; false: there are no more. */
static bool bad_call(struct program *p, unsigned which, node_id field, node_id time, node_id number,
                     node_id flag) {
    static const struct text null_inside[] = {{"a", 1}, {NULL, 1}};
    static const struct scalar scalar = {"s", TYPE_TEXT, no_run, NULL, NULL, NULL, NULL};
    switch (which) {
        case 0:
            return program_field(p, NULL) == NO_NODE;
        case 1:
            return program_lower(p, flag) == NO_NODE;
        case 2:
            return program_time(p, number) == NO_NODE;
        case 3:
            return program_present(p, 1000) == NO_NODE;
        case 4:
            return program_equals(p, field, NULL) == NO_NODE;
        case 5:
            return program_equals(p, number, "1") == NO_NODE;
        case 6:
            return program_in(p, field, null_inside, 2) == NO_NODE;
        case 7:
            return program_in(p, field, NULL, 2) == NO_NODE;
        case 8:
            return program_same(p, field, number) == NO_NODE;
        case 9:
            return program_differs(p, flag, field) == NO_NODE;
        case 10:
            return program_matches(p, field, "a(", 0) == NO_NODE;
        case 11:
            return program_matches(p, field, NULL, 0) == NO_NODE;
        case 12:
            return program_matches(p, field, "a", 1u << 20) == NO_NODE;
        case 13:
            return program_matches(p, flag, "a", 0) == NO_NODE;
        case 14:
            return program_and(p, flag, field) == NO_NODE;
        case 15:
            return program_or(p, flag, NO_NODE) == NO_NODE;
        case 16:
            return program_not(p, 1000) == NO_NODE;
        case 17:
            return program_sum(p, &field, 1) == NO_NODE;
        case 18:
            return program_sum(p, NULL, 1) == NO_NODE;
        case 19:
            program_keep(p, field, "l");
            return true;
        case 20:
            program_keep(p, flag, NULL);
            return true;
        case 21:
            return program_output(p, "n", NO_NODE) == SIZE_MAX;
        case 22:
            return program_output(p, NULL, field) == SIZE_MAX;
        case 23:
            return program_output(p, "f", flag) == SIZE_MAX;
        case 24:
            return program_number(p, (double)INFINITY) == NO_NODE;
        case 25:
            return program_missing(p, TYPE_FLAG) == NO_NODE;
        case 26:
            return program_compare(p, NODE_ADD, number, number) == NO_NODE;
        case 27:
            return program_compare(p, NODE_LESS, number, field) == NO_NODE;
        case 28:
            return program_arithmetic(p, NODE_LESS, number, number) == NO_NODE;
        case 29:
            return program_arithmetic(p, NODE_ADD, number, time) == NO_NODE;
        case 30:
            return program_negate(p, field) == NO_NODE;
        case 31:
            return program_select(p, field, field, field) == NO_NODE;
        case 32:
            return program_select(p, flag, field, number) == NO_NODE;
        case 33:
            return program_coalesce(p, time, field) == NO_NODE;
        case 34:
            return program_millis(p, number) == NO_NODE;
        case 35:
            return program_to_text(p, NO_NODE) == NO_NODE;
        case 36:
            return program_to_number(p, NO_NODE) == NO_NODE;
        case 37:
            return program_inside(p, number, networks_of("::1")) == NO_NODE;
        case 38:
            return program_inside(p, field, NULL) == NO_NODE;
        case 39:
            return program_call(p, NULL, NULL, text_of(""), &field, 1) == NO_NODE;
        case 40:
            return program_call(p, &scalar, NULL, text_of(""), NULL, 1) == NO_NODE;
        case 41:
            return program_equivalent(p, field, number) == NO_NODE;
        case 42:
            return program_text(p, (struct text){NULL, 3}) == NO_NODE;
        default:
            return false;
    }
}

/* Each of these calls alone must make the program invalid. */
Test(program, bad_calls_are_invalid) {
    unsigned which = 0;
    for (bool more = true; more; which++) {
        struct program *p = program_new();
        node_id field = program_field(p, "f"), time = program_time(p, field);
        node_id number = program_to_number(p, field), flag = program_present(p, field);
        program_output(p, "f", field);
        more = bad_call(p, which, field, time, number, flag);
        if (more) {
            char message[1000];
            cr_expect_eq(finish(p, message), TRAWL_INVALID, "case %u", which);
            cr_expect_neq(message[0], '\0', "case %u", which);
        }
        program_free(p);
    }
    cr_expect_eq(which, 44, "a call was not refused at once");
}

Test(program, no_program_is_no_crash) {
    cr_expect_eq(program_field(NULL, "f"), NO_NODE);
    cr_expect_eq(program_lower(NULL, 0), NO_NODE);
    cr_expect_eq(program_matches(NULL, 0, "a", 0), NO_NODE);
    cr_expect_eq(program_sum(NULL, NULL, 0), NO_NODE);
    program_keep(NULL, 0, "l");
    cr_expect_eq(program_output(NULL, "o", 0), SIZE_MAX);
    cr_expect_eq(program_finish(NULL, NULL), TRAWL_MEMORY);
    program_free(NULL);
}

Test(program, a_finished_program_does_not_change) {
    struct program *p = program_new();
    node_id field = program_field(p, "f");
    program_output(p, "f", field);
    cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
    cr_expect_eq(program_field(p, "g"), NO_NODE);
    program_output(p, "g", field);
    cr_expect_eq(p->field_count, 1);
    cr_expect_eq(p->output_count, 1);
    cr_expect_eq(program_finish(p, NULL), TRAWL_OK);
    program_free(p);
}

Test(program, too_many_nodes_are_refused, .timeout = 60) {
    struct program *p = program_new();
    node_id last = 0;
    for (unsigned i = 0; i < 400000 && last != NO_NODE; i++) last = program_number(p, i);
    cr_expect_eq(last, NO_NODE);
    char message[1000];
    cr_expect_eq(finish(p, message), TRAWL_INVALID);
    cr_expect(strstr(message, "too much to compute"), "%s", message);
    program_free(p);
}

/* ---- questions ---------------------------------------------------------------------------- */

Test(program, constants_have_texts) {
    struct sample s = sample_new();
    struct text value;
    cr_expect(program_constant(s.p, program_number(s.p, 2.5), &value));
    cr_expect(text_equal(value, text_of("2.5")));
    cr_expect(program_constant(s.p, program_flag(s.p, true), &value));
    cr_expect(text_equal(value, text_of("true")));
    cr_expect(program_constant(s.p, text(s.p, "x"), &value));
    cr_expect_not(program_constant(s.p, s.a, &value));
    cr_expect_not(program_constant(s.p, program_missing(s.p, TYPE_TEXT), &value));
    cr_expect_not(program_constant(s.p, NO_NODE, &value));
    cr_expect_not(program_always(s.p, s.a));
    cr_expect_not(program_always(s.p, NO_NODE));
    cr_expect(program_always(s.p, s.f));
    sample_free(&s);
}

Test(program, can_be_true) {
    struct program *p = program_new();
    node_id a = program_field(p, "a"), b = program_field(p, "b");
    node_id lower = program_lower(p, a), number = program_to_number(p, b);
    struct {
        node_id flag;
        bool expected[4]; /* with neither field, a, b, both */
    } cases[] = {
        {program_present(p, a), {false, true, false, true}},
        {program_equals(p, lower, ""), {false, true, false, true}},
        {program_in(p, a, NULL, 0), {false, false, false, false}},
        {program_matches(p, b, "x*", 0), {false, false, true, true}},
        {program_same(p, a, b), {false, false, false, true}},
        {program_differs(p, lower, b), {false, false, false, true}},
        {program_compare(p, NODE_LESS, number, program_number(p, 1)), {false, false, true, true}},
        {program_and(p, program_present(p, a), program_present(p, b)), {false, false, false, true}},
        {program_or(p, program_present(p, a), program_present(p, b)), {false, true, true, true}},
        {program_not(p, program_present(p, a)), {true, true, true, true}},
        {program_and(p, program_not(p, program_equals(p, a, "x")), program_equals(p, b, "y")),
         {false, false, true, true}},
        {program_same(p, program_select(p, program_present(p, a), a, text(p, "x")), b),
         {false, false, true, true}},
        {program_matches(p, program_select(p, program_present(p, a), lower, b), "x", 0),
         {false, true, true, true}},
    };
    cr_assert_eq(p->failure.status, TRAWL_OK, "%s", p->failure.message);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned fields = 0; fields < 4; fields++) {
            bool available[] = {fields & 1, fields & 2};
            cr_expect_eq(program_can_be_true(p, cases[i].flag, available),
                         cases[i].expected[fields], "case %zu with fields %u", i, fields);
        }
    }
    program_free(p);
}

/* Shared operands all the way down: linear, not two to the power of the depth. */
Test(program, can_be_true_of_a_deep_program, .timeout = 10) {
    struct program *p = program_new();
    node_id a = program_equals(p, program_field(p, "a"), "x");
    node_id b = program_equals(p, program_field(p, "b"), "x");
    char value[20];
    for (unsigned i = 0; i < 10000; i++) {
        snprintf(value, sizeof value, "%u", i);
        node_id other = program_equals(p, program_field(p, "a"), value);
        node_id next = program_or(p, program_and(p, a, b), other);
        a = b;
        b = next;
    }
    bool available[] = {true, true};
    cr_expect(program_can_be_true(p, b, available));
    available[0] = available[1] = false;
    cr_expect_not(program_can_be_true(p, b, available));
    program_free(p);
}

Test(program, explanation) {
    struct program *p = program_new();
    node_id a = program_field(p, "a"), lower = program_lower(p, a);
    static const struct text values[] = {{"high", 4}, {"low\n", 4}};
    node_id in = program_in(p, lower, values, 2), match = program_matches(p, lower, "x+", 0);
    program_field(p, "unused");
    program_keep(p, program_and(p, in, match), "both of \"them\"");
    node_id flags[] = {in, match};
    program_output(p, "a", a);
    program_output(p, "score", program_sum(p, flags, 2));
    program_output(p, "b",
                   program_select(p, match, program_to_text(p, program_number(p, 2)), lower));
    cr_assert_eq(program_finish(p, NULL), TRAWL_OK);
    struct buffer out = {0};
    program_explain(p, &out);
    buffer_append_char(&out, '\0');
    cr_expect_str_eq(out.data,
                     "#1 lower(a)\n"
                     "#2 #1 in (\"high\", \"low\\n\")\n"
                     "#3 #1 matches \"x+\" (candidate)\n"
                     "keep \"both of \\\"them\\\"\" = #2 and #3\n"
                     "output \"a\" = a\n"
                     "output \"score\" = sum(#2, #3)\n"
                     "output \"b\" = if #3 then \"2\" else #1\n",
                     "%s", out.data);
    buffer_free(&out);
    program_free(p);
}
