#include "engine/base/buffer.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(buffer, zero_is_empty_and_free_makes_it_so_again) {
    struct buffer buffer = {0};
    buffer_free(&buffer);
    cr_assert(buffer_append(&buffer, "abc", 3));
    buffer_free(&buffer);
    cr_assert_null(buffer.data);
    cr_assert_eq(buffer.length, 0);
    cr_assert_eq(buffer.capacity, 0);
}

Test(buffer, appends_in_order_with_padding_behind_the_end) {
    struct buffer buffer = {0};
    char expected[3000];
    for (size_t i = 0; i < sizeof expected; i++) {
        expected[i] = (char)('a' + i % 26);
        if (i % 2)
            cr_assert(buffer_append_char(&buffer, expected[i]));
        else
            cr_assert(buffer_append(&buffer, &expected[i], 1));
        cr_assert_geq(buffer.capacity, buffer.length + TEXT_PADDING);
        memset(buffer.data + buffer.length, 0x7f, TEXT_PADDING); /* must be ours to write */
    }
    cr_assert_eq(buffer.length, sizeof expected);
    cr_assert_eq(memcmp(buffer.data, expected, sizeof expected), 0);
    buffer_free(&buffer);
}

Test(buffer, growth_doubles) {
    struct buffer buffer = {0};
    size_t growths = 0, capacity = 0;
    for (size_t i = 0; i < (1u << 20); i++) {
        cr_assert(buffer_append_char(&buffer, 'x'));
        if (buffer.capacity != capacity) growths++;
        capacity = buffer.capacity;
    }
    cr_assert_leq(growths, 20);
    buffer_free(&buffer);
}

Test(buffer, appending_nothing_is_fine) {
    struct buffer buffer = {0};
    cr_assert(buffer_append(&buffer, NULL, 0));
    cr_assert_eq(buffer.length, 0);
    cr_assert_not_null(buffer.data);
    buffer_free(&buffer);
}

Test(buffer, a_failed_growth_changes_nothing_and_is_remembered) {
    struct buffer buffer = {0};
    cr_assert(buffer_append(&buffer, "kept", 4));
    char *data = buffer.data;
    size_t capacity = buffer.capacity;
    cr_assert_not(buffer_reserve(&buffer, SIZE_MAX));
    cr_assert_not(buffer_reserve(&buffer, SIZE_MAX - 4));
    cr_assert_not(buffer_reserve(&buffer, SIZE_MAX - 4 - TEXT_PADDING));
    cr_assert(buffer.failed);
    cr_assert_eq(buffer.data, data);
    cr_assert_eq(buffer.capacity, capacity);
    cr_assert(buffer_append(&buffer, "!", 1));
    cr_assert(buffer.failed, "a later success must not hide the failure");
    cr_assert(text_equal((struct text){buffer.data, buffer.length}, text_of("kept!")));
    buffer_clear(&buffer, SIZE_MAX);
    cr_assert_not(buffer.failed);
    buffer_free(&buffer);
}

Test(buffer, printf_of_every_length_around_the_capacity) {
    for (int length = 0; length < 700; length++) {
        struct buffer buffer = {0};
        cr_assert(buffer_append(&buffer, "<", 1));
        cr_assert(buffer_printf(&buffer, "%*d", length, 7));
        cr_assert(buffer_append(&buffer, ">", 1));
        size_t expected = length < 1 ? 1 : (size_t)length;
        cr_assert_eq(buffer.length, expected + 2);
        cr_assert_eq(buffer.data[0], '<');
        cr_assert_eq(buffer.data[expected], '7');
        cr_assert_eq(buffer.data[expected + 1], '>');
        buffer_free(&buffer);
    }
}

Test(buffer, clear_keeps_small_memory_and_gives_back_large) {
    struct buffer buffer = {0};
    cr_assert(buffer_append(&buffer, "abc", 3));
    char *data = buffer.data;
    buffer_clear(&buffer, 4096);
    cr_assert_eq(buffer.length, 0);
    cr_assert_eq(buffer.data, data);

    cr_assert(buffer_reserve(&buffer, 1 << 20));
    buffer_clear(&buffer, 4096);
    cr_assert_leq(buffer.capacity, 4096);
    cr_assert(buffer_append(&buffer, "again", 5));
    buffer_clear(&buffer, 0);
    cr_assert_eq(buffer.capacity, 0);
    buffer_free(&buffer);
}

Test(buffer, text_equality) {
    cr_assert(text_equal(text_of("a"), text_of("a")));
    cr_assert(text_equal(text_of(""), text_of("")));
    cr_assert_not(text_equal(text_of("a"), text_of("b")));
    cr_assert_not(text_equal(text_of("a"), text_of("ab")));
    cr_assert_not(text_equal((struct text){"a\0b", 3}, (struct text){"a\0c", 3}));
}
