#include "formats/sampler.h"

#include "engine/base/clock.h"

enum { WEIGHT_SHORT = 128, WEIGHT_LONG = 4 };

void sampler_init(struct sampler *sampler) {
    *sampler = (struct sampler){.random = 0x9E3779B9};
}

/* Marsaglia's xorshift. */
static uint32_t draw(struct sampler *sampler) {
    uint32_t random = sampler->random;
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    return sampler->random = random;
}

struct sample sample_start(struct sampler *sampler) {
    unsigned weight = sampler->long_calls ? WEIGHT_LONG : WEIGHT_SHORT;
    if (draw(sampler) % weight != 0) return (struct sample){0};
    return (struct sample){weight, clock_thread()};
}

void sample_stop(struct sampler *sampler, struct sample sample, struct tally *tally) {
    if (sample.weight == 0) return;
    uint64_t time = clock_thread() - sample.begun;
    uint64_t cost = sampler->nothing_count ? sampler->nothing_time / sampler->nothing_count : 0;
    if (time > cost) tally->unpack_time += (time - cost) * sample.weight;
    tally->unpack_samples++;
}

void sample_nothing(struct sampler *sampler, struct sample sample) {
    if (sample.weight == 0) return;
    sampler->nothing_time += clock_thread() - sample.begun;
    sampler->nothing_count++;
}
