#include "engine/column/passes.h"

#include <criterion/criterion.h>

#include "tests/unit/columns.h"

Test(passes, lower_is_ascii_only) {
    char from[256], to[256];
    for (int i = 0; i < 256; i++) from[i] = (char)i;
    for (size_t length = 0; length <= 256; length++) {
        memset(to, 1, sizeof to);
        pass_lower(to, from, length);
        cr_assert_eq(pass_has_high(from, length), length > 128);
        for (size_t i = 0; i < 256; i++) {
            int expected = i >= length ? 1 : i >= 'A' && i <= 'Z' ? (int)i + 32 : (int)i;
            cr_assert_eq((unsigned char)to[i], expected, "length %zu, byte %zu", length, i);
        }
    }
}

Test(passes, spread_of_every_size) {
    uint64_t seed = 77;
    static uint32_t codes[200];
    for (size_t distinct = 1; distinct < 200; distinct += random_below(&seed, 9) + 1) {
        for (size_t rows = 0; rows <= 200; rows += random_below(&seed, 20) + 1) {
            uint64_t by_value[4] = {0}, validity[4] = {0}, bits[4];
            unsigned density = random_below(&seed, 4);
            for (size_t i = 0; i < distinct; i++)
                if (density == 3 || random_below(&seed, 3) < density) bitmap_set(by_value, i);
            for (size_t row = 0; row < rows; row++) {
                codes[row] = 0;
                if (random_below(&seed, 4) == 0) continue;
                bitmap_set(validity, row);
                codes[row] = random_below(&seed, (uint32_t)distinct);
            }
            memset(bits, 0xFF, sizeof bits);
            pass_spread(bits, by_value, distinct, codes, validity, rows);
            for (size_t row = 0; row < BITMAP_WORDS(rows) * 64; row++)
                cr_assert_eq(bitmap_get(bits, row), row < rows && bitmap_get(validity, row) &&
                                                        bitmap_get(by_value, codes[row]));
        }
    }
}
