#include "engine/hunt/ordered.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/error.h"

/* ---- a sink that remembers the numbers it was given ---------------------------------------- */

struct log {
    uint64_t numbers[200000];
    atomic_size_t count;
    size_t refuse_at; /* 0: never */
    atomic_uint inside;
};

static struct log taken;

static enum trawl_status take_row(void *context, const struct datum *cells, struct origin origin,
                                  struct trawl_error *error) {
    (void)origin;
    struct log *to = context;
    cr_assert_eq(atomic_fetch_add(&to->inside, 1), 0, "two threads in the sink");
    size_t count = atomic_load(&to->count);
    bool refuse = to->refuse_at && count == to->refuse_at;
    if (!refuse) {
        cr_assert_eq(cells[0].kind, DATUM_NUMBER);
        cr_assert_eq(cells[1].kind, DATUM_TEXT);
        cr_assert_eq(cells[2].kind, DATUM_MISSING);
        cr_assert_lt(count, sizeof to->numbers / sizeof *to->numbers);
        to->numbers[count] = (uint64_t)cells[0].number;
        atomic_store(&to->count, count + 1);
    }
    atomic_fetch_sub(&to->inside, 1);
    return refuse ? error_set(error, TRAWL_CANCELLED, "enough") : TRAWL_OK;
}

static struct ordered *make(uint64_t budget, size_t refuse_at) {
    atomic_store(&taken.count, 0);
    taken.refuse_at = refuse_at;
    const struct row_sink sink = {take_row, &taken};
    return ordered_new(&sink, 3, budget);
}

static enum trawl_status give(struct segment *segment, uint64_t number, size_t length) {
    char text[5000];
    memset(text, 'x', length);
    const struct datum cells[] = {datum_number((double)number),
                                  datum_text((struct text){text, length}), datum_missing()};
    return segment_row(segment, cells, NULL);
}

static void expect_taken(size_t count, const uint64_t *numbers) {
    cr_assert_eq(atomic_load(&taken.count), count);
    for (size_t i = 0; i < count; i++) cr_expect_eq(taken.numbers[i], numbers[i]);
}

#define EXPECT_TAKEN(...) \
    expect_taken(sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), (uint64_t[]){__VA_ARGS__})

/* ---- one thread --------------------------------------------------------------------------- */

Test(ordered, rows_of_the_foremost_go_out_at_once_and_others_wait_for_it) {
    struct ordered *ordered = make(1 << 20, 0);
    struct segment *a = segment_begin(ordered), *b = segment_begin(ordered),
                   *c = segment_begin(ordered);
    give(b, 20, 1);
    give(a, 10, 1);
    EXPECT_TAKEN(10);
    segment_flush(b, NULL);
    give(b, 21, 1);
    give(c, 30, 1);
    EXPECT_TAKEN(10);
    segment_end(c, NULL);
    EXPECT_TAKEN(10);
    segment_end(a, NULL);
    EXPECT_TAKEN(10, 20);
    give(b, 22, 1); /* foremost now: first what it still had itself */
    EXPECT_TAKEN(10, 20, 21, 22);
    segment_end(b, NULL);
    EXPECT_TAKEN(10, 20, 21, 22, 30);
    struct segment *d = segment_begin(ordered);
    give(d, 40, 1);
    EXPECT_TAKEN(10, 20, 21, 22, 30, 40);
    segment_end(d, NULL);
    ordered_free(ordered);
}

Test(ordered, a_split_puts_rows_between_those_before_and_those_after) {
    for (int foremost = 0; foremost < 2; foremost++) {
        struct ordered *ordered = make(1 << 20, 0);
        struct segment *first = foremost ? NULL : segment_begin(ordered);
        struct segment *a = segment_begin(ordered);
        give(a, 1, 1);
        struct segment *chunk = segment_split(a, NULL);
        give(a, 5, 1);
        give(chunk, 2, 1);
        struct segment *second = segment_split(a, NULL); /* behind 5 */
        give(a, 7, 1);
        give(second, 6, 1);
        struct segment *inner = segment_split(chunk, NULL);
        give(inner, 3, 1);
        give(chunk, 4, 1);
        segment_end(a, NULL);
        segment_end(inner, NULL);
        segment_end(second, NULL);
        segment_end(chunk, NULL);
        if (first) {
            cr_expect_eq(atomic_load(&taken.count), 0);
            segment_end(first, NULL);
        }
        EXPECT_TAKEN(1, 2, 3, 4, 5, 6, 7);
        ordered_free(ordered);
    }
}

Test(ordered, segments_without_rows) {
    struct ordered *ordered = make(1 << 20, 0);
    struct segment *segments[100];
    for (size_t i = 0; i < 100; i++) segments[i] = segment_begin(ordered);
    give(segments[99], 99, 1);
    for (size_t i = 1; i < 100; i += 2) segment_end(segments[i], NULL);
    for (size_t i = 2; i < 100; i += 2) segment_end(segments[i], NULL);
    cr_expect_eq(atomic_load(&taken.count), 0);
    segment_end(segments[0], NULL);
    EXPECT_TAKEN(99);
    ordered_free(ordered);
}

Test(ordered, after_a_refusal_nothing_is_given_or_waited_for) {
    struct ordered *ordered = make(1, 2);
    struct segment *a = segment_begin(ordered), *b = segment_begin(ordered);
    give(b, 20, 1);
    cr_expect_eq(give(a, 10, 1), TRAWL_OK);
    cr_expect_eq(give(a, 11, 1), TRAWL_OK);
    cr_expect_eq(give(a, 12, 1), TRAWL_CANCELLED);
    cr_expect_eq(give(a, 13, 1), TRAWL_CANCELLED);
    cr_expect_eq(give(b, 21, 1), TRAWL_CANCELLED);
    segment_flush(b, NULL); /* over the budget, and does not wait */
    segment_wait_foremost(b);
    segment_end(b, NULL);
    segment_end(a, NULL);
    EXPECT_TAKEN(10, 11);
    ordered_free(ordered);
}

Test(ordered, a_split_whose_rows_are_refused_is_none) {
    struct ordered *ordered = make(1 << 20, 2);
    struct segment *a = segment_begin(ordered), *b = segment_begin(ordered);
    give(a, 10, 1);
    give(b, 20, 1);
    give(b, 21, 1);
    segment_end(a, NULL); /* b is foremost now, and its rows are still its own */
    struct trawl_error error = {0};
    cr_expect_null(segment_split(b, &error));
    cr_expect_eq(error.status, TRAWL_CANCELLED);
    cr_expect_eq(give(b, 22, 1), TRAWL_CANCELLED);
    segment_end(b, NULL);
    EXPECT_TAKEN(10, 20);
    ordered_free(ordered);
}

/* ---- threads ------------------------------------------------------------------------------ */

static void *fill(void *argument) {
    struct segment *segment = argument;
    for (uint64_t i = 0; i < 100; i++) give(segment, 1000 + i, 5000);
    segment_end(segment, NULL);
    return NULL;
}

Test(ordered, a_worker_over_the_budget_waits_until_it_is_foremost, .timeout = 60) {
    struct ordered *ordered = make(128 << 10, 0);
    struct segment *a = segment_begin(ordered), *b = segment_begin(ordered);
    pthread_t thread;
    pthread_create(&thread, NULL, fill, b);
    usleep(50000);
    for (uint64_t i = 0; i < 10; i++) give(a, i, 1);
    cr_expect_eq(atomic_load(&taken.count), 10, "the foremost never waits");
    segment_end(a, NULL);
    pthread_join(thread, NULL);
    cr_assert_eq(atomic_load(&taken.count), 110);
    for (uint64_t i = 0; i < 110; i++) cr_assert_eq(taken.numbers[i], i < 10 ? i : 990 + i);
    ordered_free(ordered);
}

/* Workers take stretches of numbers in order, and give parts of them to others, as a crew does. */
#define STRETCHES 64
#define STRETCH 1500

struct offered {
    struct segment *segment;
    uint64_t from, to;
};

static struct crowd {
    struct ordered *ordered;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    uint64_t next;
    unsigned reading, resting;
    struct offered offers[64];
    size_t offer_count;
    atomic_uint scarce; /* of something that one may hold */
} crowd;

static void give_numbers(struct segment *segment, uint64_t from, uint64_t to, unsigned *seed) {
    for (uint64_t i = from; i < to; i++) {
        if (give(segment, i, (size_t)rand_r(seed) % 300) != TRAWL_OK) break;
        if (rand_r(seed) % 512 == 0) segment_flush(segment, NULL);
        if (rand_r(seed) % 256 == 0) sched_yield();
    }
}

static bool offer(struct segment *segment, uint64_t from, uint64_t to) {
    struct segment *part = segment_split(segment, NULL);
    if (!part) return false; /* its rows found that no more are wanted */
    pthread_mutex_lock(&crowd.lock);
    bool wanted = crowd.resting > crowd.offer_count;
    if (wanted) crowd.offers[crowd.offer_count++] = (struct offered){part, from, to};
    pthread_cond_signal(&crowd.wake);
    pthread_mutex_unlock(&crowd.lock);
    if (!wanted) segment_end(part, NULL);
    return wanted;
}

static void read_stretch(struct segment *segment, uint64_t stretch, unsigned *seed) {
    bool holds = stretch % 3 == 0;
    if (holds) {
        segment_wait_foremost(segment);
        while (atomic_exchange(&crowd.scarce, 1)) sched_yield();
    }
    for (uint64_t i = 0; i < STRETCH; i += 100) {
        uint64_t from = stretch * STRETCH + i;
        if (rand_r(seed) % 2 == 0 && offer(segment, from, from + 100)) continue;
        give_numbers(segment, from, from + 100, seed);
    }
    if (holds) atomic_store(&crowd.scarce, 0);
    segment_end(segment, NULL);
}

static void *toil(void *argument) {
    unsigned seed = *(unsigned *)argument;
    pthread_mutex_lock(&crowd.lock);
    for (;;) {
        if (crowd.offer_count) {
            struct offered offered = crowd.offers[--crowd.offer_count];
            pthread_mutex_unlock(&crowd.lock);
            give_numbers(offered.segment, offered.from, offered.to, &seed);
            segment_end(offered.segment, NULL);
            pthread_mutex_lock(&crowd.lock);
        } else if (crowd.next < STRETCHES) {
            uint64_t stretch = crowd.next++;
            struct segment *segment = segment_begin(crowd.ordered);
            crowd.reading++;
            pthread_mutex_unlock(&crowd.lock);
            read_stretch(segment, stretch, &seed);
            pthread_mutex_lock(&crowd.lock);
            if (--crowd.reading == 0) pthread_cond_broadcast(&crowd.wake);
        } else if (crowd.reading == 0) {
            break;
        } else {
            crowd.resting++;
            pthread_cond_wait(&crowd.wake, &crowd.lock);
            crowd.resting--;
        }
    }
    pthread_mutex_unlock(&crowd.lock);
    return NULL;
}

static void run_crowd(uint64_t budget, size_t threads, size_t refuse_at) {
    pthread_t ids[16];
    unsigned seeds[16];
    memset(&crowd, 0, sizeof crowd);
    crowd.ordered = make(budget, refuse_at);
    pthread_mutex_init(&crowd.lock, NULL);
    pthread_cond_init(&crowd.wake, NULL);
    for (size_t i = 0; i < threads; i++) {
        seeds[i] = (unsigned)(i * 7919 + budget);
        pthread_create(&ids[i], NULL, toil, &seeds[i]);
    }
    for (size_t i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    pthread_mutex_destroy(&crowd.lock);
    pthread_cond_destroy(&crowd.wake);
    ordered_free(crowd.ordered);
    size_t expected = refuse_at ? refuse_at : STRETCHES * STRETCH;
    cr_assert_eq(atomic_load(&taken.count), expected);
    for (size_t i = 0; i < expected; i++) cr_assert_eq(taken.numbers[i], i);
}

Test(ordered, many_workers_that_share_their_work_keep_the_order, .timeout = 120) {
    run_crowd(UINT64_MAX, 8, 0);
    run_crowd(256 << 10, 8, 0);
    run_crowd(0, 16, 0);
    run_crowd(0, 2, 0);
    run_crowd(64 << 10, 1, 0);
}

Test(ordered, many_workers_stop_when_the_sink_has_enough, .timeout = 120) {
    run_crowd(0, 8, 5000);
    run_crowd(UINT64_MAX, 8, 50001);
}
