/* Against an array of what was pushed: in order, whether rows stay in memory or go to files. */
#include "engine/operator/row_queue.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { LONGEST = 700 << 10 };
static char bytes[LONGEST];

static uint32_t draw(uint64_t *seed, uint32_t below) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % below;
}

/* The n-th row ever: its length and bytes follow from its number. */
static struct text row_of(uint64_t number, uint32_t longest) {
    uint64_t seed = number * 7919 + 1;
    size_t length = draw(&seed, longest);
    memset(bytes, (int)(number % 251), length);
    return (struct text){bytes, length};
}

static void check_first(const struct row_queue *queue, uint64_t number, uint32_t longest) {
    cr_assert_eq(queue->first->number, number);
    cr_assert_eq(queue->first->time, (int64_t)number - 50);
    cr_assert(text_equal(queued_text(queue->first), row_of(number, longest)), "row %zu",
              (size_t)number);
}

static void go(struct row_queue *queue, uint64_t rows, uint32_t longest, uint32_t eager) {
    struct trawl_error error = {0};
    uint64_t seed = longest, pushed = queue->arrived, popped = pushed, end = pushed + rows;
    while (popped < end) {
        if (pushed < end && draw(&seed, 10) < eager) {
            cr_assert_eq(
                row_queue_push(queue, row_of(pushed, longest), (int64_t)pushed - 50, &error),
                TRAWL_OK);
            pushed++;
        } else if (pushed > popped) {
            check_first(queue, popped++, longest);
            cr_assert_eq(row_queue_pop(queue, &error), TRAWL_OK);
        }
        cr_assert_eq(queue->count, pushed - popped);
        if (queue->spill)
            cr_assert_lt(queue->bytes, queue->most + longest + (256 << 10) + LONGEST + 4000);
    }
    cr_assert_null(queue->first);
}

Test(row_queue, keeps_the_order_in_memory) {
    struct row_queue queue = {0};
    go(&queue, 3000, 100, 6);
    cr_expect_eq(queue.bytes, 0);
    row_queue_clear(&queue);
}

Test(row_queue, keeps_the_order_through_files) {
    struct spill *spill = spill_new(NULL);
    struct row_queue queue = {.spill = spill, .most = 1000};
    for (uint32_t eager = 4; eager < 10; eager++) go(&queue, 5000, 300, eager);
    uint64_t before = spill_bytes(spill);
    cr_expect_gt(before, 100000u);
    go(&queue, 60, LONGEST, 8); /* rows longer than what is read at a time */
    go(&queue, 20000, 4000, 9); /* more than a file holds */
    cr_expect_gt(spill_bytes(spill) - before, 20u << 20);
    row_queue_clear(&queue);
    spill_free(spill);
}

Test(row_queue, is_empty_when_cleared) {
    struct trawl_error error = {0};
    struct spill *spill = spill_new(NULL);
    struct row_queue queue = {.spill = spill, .most = 100};
    for (int round = 0; round < 3; round++) {
        for (uint64_t i = 0; i < 100; i++)
            cr_assert_eq(row_queue_push(&queue, row_of(i, 100), 0, &error), TRAWL_OK);
        row_queue_clear(&queue);
        cr_expect_eq(queue.count, 0);
        cr_expect_eq(queue.bytes, 0);
        cr_expect_null(queue.first);
    }
    spill_free(spill);
}

Test(row_queue, says_where_it_cannot_write) {
    struct trawl_error error = {0};
    struct spill *spill = spill_new("/nonexistent");
    struct row_queue queue = {.spill = spill, .most = 10};
    cr_expect_eq(row_queue_push(&queue, row_of(1, 100), 0, &error), TRAWL_OK);
    cr_expect_eq(row_queue_push(&queue, row_of(2, 100), 0, &error), TRAWL_IO);
    cr_expect(strstr(error.message, "/nonexistent"));
    cr_expect_eq(queue.count, 1);
    row_queue_clear(&queue);
    spill_free(spill);
}
