/* scalar_call.h - one call of a scalar, as the executor makes it, with its result as a text.
 * Arguments lie in blocks of just their size, so that a sanitizer sees a read past the end. */
#ifndef TRAWL_TESTS_SCALAR_CALL_H
#define TRAWL_TESTS_SCALAR_CALL_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/scalar.h"

#define MISSING "(missing)"

#define T(string) datum_text(text_of(string))
#define N(value) datum_number(value)
#define NONE datum_missing()

static inline struct datum exact_copy(struct datum datum) {
    if (datum.kind != DATUM_TEXT) return datum;
    char *copy = malloc(datum.text.length ? datum.text.length : 1);
    memcpy(copy, datum.text.data, datum.text.length);
    datum.text.data = copy;
    return datum;
}

/* The result as a text, or MISSING; to be freed. Takes `data`. */
static inline char *scalar_result(const struct scalar *scalar, void *data, const struct datum *args,
                                  size_t count) {
    struct datum copies[16], result = datum_missing();
    struct buffer out = {0};
    struct trawl_error error = {0};
    for (size_t i = 0; i < count; i++) copies[i] = exact_copy(args[i]);
    void *scratch = scalar->scratch_new ? scalar->scratch_new(data) : NULL;
    char *printed = NULL, room[NUMBER_TEXT];
    /* Twice, as what a call leaves behind must not matter to the next. */
    for (int round = 0; round < 2; round++) {
        free(printed);
        result = datum_missing();
        out.length = 0;
        struct scalar_call call = {data, scratch, copies, count, &out};
        cr_assert_eq(scalar->run(&call, &result, &error), TRAWL_OK, "%s: %s", scalar->name,
                     error.message);
        struct text text = {MISSING, sizeof MISSING - 1};
        cr_assert(result.kind != DATUM_NUMBER || scalar->type != TYPE_TEXT, "%s", scalar->name);
        cr_assert(result.kind != DATUM_TEXT || scalar->type == TYPE_TEXT, "%s", scalar->name);
        datum_as_text(&result, room, &text);
        printed = strndup(text.data, text.length);
    }
    if (scalar->scratch_free) scalar->scratch_free(scratch);
    if (scalar->data_free) scalar->data_free(data);
    for (size_t i = 0; i < count; i++)
        if (copies[i].kind == DATUM_TEXT) free((char *)copies[i].text.data);
    buffer_free(&out);
    return printed;
}

static inline void check_scalar(int line, const char *expected, const struct scalar *scalar,
                                void *data, const struct datum *args, size_t count) {
    char *result = scalar_result(scalar, data, args, count);
    cr_assert_str_eq(result, expected, "line %d: %s gives '%s', not '%s'", line, scalar->name,
                     result, expected);
    free(result);
}

/* gives(expected, scalar, data, arguments...) */
#define gives(expected, scalar, data, ...)                                           \
    check_scalar(__LINE__, expected, &(scalar), data, (struct datum[]){__VA_ARGS__}, \
                 sizeof((struct datum[]){__VA_ARGS__}) / sizeof(struct datum))

#endif
