#include "engine/hunt/names.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(names, holds_each_once_and_merges) {
    struct names a = {0}, b = {0};
    names_add(&a, text_of("one"));
    names_add(&a, text_of("two"));
    names_add(&a, text_of("one"));
    names_add(&a, text_of("on"));
    names_add(&b, text_of("two"));
    names_add(&b, text_of("three"));
    names_merge(&a, &b);
    cr_assert_eq(a.count, 4);
    cr_expect_str_eq(names_at(&a, 0), "one");
    cr_expect_str_eq(names_at(&a, 2), "on");
    cr_expect_str_eq(names_at(&a, 3), "three");
    names_free(&a);
    names_free(&b);
}

Test(names, what_no_name_is_and_what_is_too_much) {
    struct names names = {0};
    char name[300];
    memset(name, 'n', sizeof name);
    names_add(&names, (struct text){"a\0b", 3});
    names_add(&names, (struct text){NULL, 0});
    names_add(&names, (struct text){name, NAME_LONGEST + 1});
    cr_expect_eq(names.count, 0);
    names_add(&names, (struct text){name, NAME_LONGEST});
    cr_expect_eq(names.count, 1);
    for (int i = 0; i < 3 * NAMES_MOST; i++) {
        int length = snprintf(name, sizeof name, "name %d", i);
        names_add(&names, (struct text){name, (size_t)length});
    }
    cr_expect_eq(names.count, NAMES_MOST);
    names_add(&names, text_of("name 0")); /* found in a full table */
    names_add(&names, text_of("one more"));
    cr_expect_eq(names.count, NAMES_MOST);
    names_free(&names);
}
