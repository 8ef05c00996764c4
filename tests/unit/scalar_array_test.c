#include "engine/scalar/array.h"

#include "engine/scalar/pattern.h"
#include "tests/unit/scalar_call.h"

#define ABC "[\"a\",\"b\\\"\",3,null,{\"x\": 1},[2]]"

Test(scalar_array, elements) {
    gives("a", scalar_array_get, NULL, T(ABC), N(0));
    gives("b\"", scalar_array_get, NULL, T(ABC), N(1));
    gives("3", scalar_array_get, NULL, T(ABC), T("2"));
    gives(MISSING, scalar_array_get, NULL, T(ABC), N(3));
    gives("{\"x\": 1}", scalar_array_get, NULL, T(ABC), N(4));
    gives("[2]", scalar_array_get, NULL, T(ABC), N(-1));
    gives("a", scalar_array_get, NULL, T(ABC), N(-6));
    gives(MISSING, scalar_array_get, NULL, T(ABC), N(-7));
    gives(MISSING, scalar_array_get, NULL, T(ABC), N(6));
    gives(MISSING, scalar_array_get, NULL, T("abc"), N(0));
    gives(MISSING, scalar_array_get, NULL, NONE, N(0));
    gives("6", scalar_array_length, NULL, T(ABC));
    gives("0", scalar_array_length, NULL, T(" [ ] "));
    gives(MISSING, scalar_array_length, NULL, T("{\"a\":1}"));
    gives(MISSING, scalar_array_length, NULL, T("[1"));
    gives(MISSING, scalar_array_length, NULL, T(""));
    gives(MISSING, scalar_array_length, NULL, N(1));
}

Test(scalar_array, contains) {
    gives("1", scalar_array_contains, NULL, T(ABC), T("b\""));
    gives("1", scalar_array_contains, NULL, T(ABC), N(3));
    gives("0", scalar_array_contains, NULL, T(ABC), T("c"));
    gives("0", scalar_array_contains, NULL, T(ABC), T("")); /* null is no text */
    gives("0", scalar_array_contains, NULL, T("a"), T("a"));
    gives("0", scalar_array_contains, NULL, NONE, T("a"));
    gives("0", scalar_array_contains, NULL, T(ABC), NONE);
}

Test(scalar_array, regex) {
    struct trawl_error error;
    struct regex *regex = regex_new("^[b-d].$", 0, &error);
    gives("1", scalar_array_regex, capture_new(regex, 0, &error), T(ABC));
    gives("0", scalar_array_regex, capture_new(regex, 0, &error), T("[\"abc\",\"a\"]"));
    gives("0", scalar_array_regex, capture_new(regex, 0, &error), T("b1"));
    gives("0", scalar_array_regex, capture_new(regex, 0, &error), NONE);
    regex_free(regex);
}

Test(scalar_array, joining) {
    gives("a, b\", 3, {\"x\": 1}, [2]", scalar_array_join, NULL, T(ABC), T(", "));
    gives("b\"3", scalar_array_join, NULL, T(ABC), NONE, N(1), N(3));
    gives("", scalar_array_join, NULL, T("[]"), T(","));
    gives("", scalar_array_join, NULL, T("[1,2]"), T(","), N(5));
    gives("plain", scalar_array_join, NULL, T("plain"), T(","));
    gives(MISSING, scalar_array_join, NULL, NONE, T(","));
}

Test(scalar_array, making) {
    gives("[\"a\",\"1.5\",\"\\\"\"]", scalar_array, NULL, T("a"), NONE, N(1.5), T("\""));
    gives("[]", scalar_array, NULL, NONE);
    gives("[\"a\",\"b\",\"c\"]", scalar_array_append, NULL, T("[\"a\"]"), T("b"), NONE, T("c"));
    gives("[\"b\"]", scalar_array_append, NULL, NONE, T("b"));
    gives(MISSING, scalar_array_append, NULL, T("a"), T("b"));
}

Test(scalar_array, sets) {
    gives("[\"b\",\"a\",\"c\"]", scalar_array_dedup, NULL,
          T("[\"b\",\"a\",\"b\",\"a\",\"c\",null]"));
    gives("[]", scalar_array_dedup, NULL, T("[]"));
    gives(MISSING, scalar_array_dedup, NULL, T("x"));
    gives("[\"3\",\"1\",\"2\"]", scalar_array_union, NULL, T("[3,1,3]"), T("[1,2]"));
    gives("[\"2\"]", scalar_array_union, NULL, NONE, T("[2,2]"));
    gives(MISSING, scalar_array_union, NULL, NONE, NONE);
    gives(MISSING, scalar_array_union, NULL, T("[1]"), T("x"));
    gives("[\"3\",\"1\"]", scalar_array_intersection, NULL, T("[3,1,2,3]"), T("[1,3,4]"));
    gives("[]", scalar_array_intersection, NULL, T("[1]"), NONE);
    gives("[\"2\"]", scalar_array_difference, NULL, T("[3,1,2,2]"), T("[1,3,4]"));
    gives("[\"3\"]", scalar_array_difference, NULL, T("[3,3]"), NONE);
    gives("[]", scalar_array_difference, NULL, NONE, T("[1]"));
}

Test(scalar_array, order) {
    gives("[\"-1\",\"9\",\"10\",\"a\",\"b\"]", scalar_array_sort, NULL, T("[\"b\",10,9,\"a\",-1]"),
          T("asc"));
    gives("[\"10\",\"9\",\"-1\",\"b\",\"a\"]", scalar_array_sort, NULL, T("[\"b\",10,9,\"a\",-1]"),
          T("desc"));
    gives("[\"1.0\",\"1\"]", scalar_array_sort, NULL, T("[\"1.0\",1]"), T("asc"));
    gives("[\"3\",\"2\",\"1\"]", scalar_array_reverse, NULL, T("[1,2,3]"));
    gives(MISSING, scalar_array_reverse, NULL, NONE);
}

Test(scalar_array, many_equal_elements_are_no_work_of_their_square) {
    const size_t count = 200000;
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++) buffer_printf(&text, "%c%zu", i ? ',' : '[', i % 100000);
    buffer_append(&text, "]", 2);
    char *distinct = scalar_result(&scalar_array_dedup, NULL, (struct datum[]){T(text.data)}, 1);
    gives("100000", scalar_array_length, NULL, T(distinct));
    free(distinct);
    buffer_free(&text);
}
