#include "formats/sampler.h"

#include <criterion/criterion.h>

#include "engine/base/clock.h"

/* Computes for so long. */
static void spend(uint64_t time) {
    uint64_t begun = clock_thread();
    while (clock_thread() - begun < time) {
    }
}

/* Calls of very unequal length, some of which do nothing; a few are timed, and tell of all. */
Test(sampler, estimates_what_all_calls_cost, .timeout = 60) {
    struct sampler sampler;
    struct tally tally = {0};
    sampler_init(&sampler);
    uint64_t spent = 0;
    for (unsigned i = 0; i < 30000; i++) {
        sampler.long_calls = i % 10 == 0;
        struct sample sample = sample_start(&sampler);
        if (i % 3 == 0) {
            sample_nothing(&sampler, sample);
            continue;
        }
        uint64_t begun = clock_thread();
        spend(sampler.long_calls ? 100000 : 3000);
        spent += clock_thread() - begun;
        sample_stop(&sampler, sample, &tally);
    }
    double ratio = (double)tally.unpack_time / (double)spent;
    cr_expect(ratio > 0.7 && ratio < 1.4, "%f", ratio);
    /* 2000 long calls and 18000 short ones. */
    cr_expect(tally.unpack_samples > 2000 / 4 + 18000 / 128 - 150 &&
                  tally.unpack_samples < 2000 / 4 + 18000 / 128 + 150,
              "%lu", (unsigned long)tally.unpack_samples);
}

Test(sampler, what_costs_no_more_than_nothing_is_nothing) {
    struct sampler sampler;
    struct tally tally = {0};
    sampler_init(&sampler);
    for (unsigned i = 0; i < 4000; i++) {
        struct sample sample = sample_start(&sampler);
        if (sample.weight) spend(50000);
        sample_nothing(&sampler, sample);
    }
    for (unsigned i = 0; i < 4000; i++) {
        struct sample sample = sample_start(&sampler);
        sample_stop(&sampler, sample, &tally);
    }
    cr_expect_gt(tally.unpack_samples, 0);
    cr_expect_eq(tally.unpack_time, 0);
}
