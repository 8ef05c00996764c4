/* layout_pair.h - a layout beside a parser without one, which is the measure of what it reads. */
#ifndef TRAWL_TESTS_UNIT_LAYOUT_PAIR_H
#define TRAWL_TESTS_UNIT_LAYOUT_PAIR_H

#include "formats/json/layout.h"
#include "tests/fuzz/row_memory.h"
#include "tests/unit/json_bench.h"

struct pair {
    struct bench plain, fast;
    struct json_layout *layout;
    struct row_memory memory;
};

static inline void pair_open(struct pair *pair, const char *const *paths, enum isa isa, bool twin) {
    *pair = (struct pair){0};
    bench_open(&pair->plain, isa, paths);
    bench_open(&pair->fast, isa, paths);
    pair->layout = json_layout_new(pair->fast.paths, isa);
    cr_assert_not_null(pair->layout);
    if (twin) pair->layout->kernel = &layout_kernel_plain;
}

static inline void pair_close(struct pair *pair) {
    json_layout_free(pair->layout);
    bench_close(&pair->plain);
    bench_close(&pair->fast);
    row_memory_free(&pair->memory);
}

/* Both rows hold the same, and the fast one is as alike to that before as it says. */
static inline void assert_same(struct pair *pair, const char *json) {
    const struct json_row *fast = &pair->fast.row, *plain = &pair->plain.row;
    cr_assert_eq(fast->found_count, plain->found_count, "%s", json);
    for (uint32_t i = 0; i < fast->found_count; i++) {
        uint32_t slot = plain->found[i].slot;
        cr_assert_eq(fast->found[i].slot, slot, "%s", json);
        struct json_value a = fast->values[slot], b = plain->values[slot];
        cr_assert(a.type == b.type && a.escaped == b.escaped && text_equal(a.raw, b.raw), "%s",
                  json);
    }
    cr_assert(row_memory_agrees(&pair->memory, fast), "%s", json);
    row_memory_take(&pair->memory, fast);
}

#endif
