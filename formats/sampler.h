/* sampler.h - what calls into the container cost, all together, from timing a few of them.
 *
 * A look at the thread's clock is a system call, which small files and short blocks would feel. So
 * calls are timed by chance, and each that is stands for as many as there are chances against it.
 */
#ifndef TRAWL_FORMATS_SAMPLER_H
#define TRAWL_FORMATS_SAMPLER_H

#include "engine/hunt/tally.h"

/* A call that gives as many bytes as this is followed by others that do, and those by which less is
 * lost when they are timed more often. */
#define SAMPLER_LONG ((size_t)64 << 10)

struct sampler {
    bool long_calls;                      /* to be set: calls are long for now */
    uint32_t random;                      /* never 0 */
    uint64_t nothing_time, nothing_count; /* calls that did nothing: what being timed costs, ns */
};

struct sample {
    unsigned weight; /* 0: the call is not timed */
    uint64_t begun;
};

void sampler_init(struct sampler *sampler);
/* Around each call. */
struct sample sample_start(struct sampler *sampler);
void sample_stop(struct sampler *sampler, struct sample sample, struct tally *tally);
/* Instead, around a call that has found nothing to do. */
void sample_nothing(struct sampler *sampler, struct sample sample);

#endif
