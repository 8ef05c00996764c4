/* random.h - the numbers that everything is made of: xoshiro256** (Blackman and Vigna, public
 * domain), seeded through splitmix64. A stream depends on the seed and on its name (a file's
 * number, a plant's number) alone, so files can be made in any order by any number of threads. */
#ifndef GENERATE_RANDOM_H
#define GENERATE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

enum random_family {
    RANDOM_USER = 1,
    RANDOM_TENANT,
    RANDOM_POLICIES,
    RANDOM_PARTNER,
    RANDOM_FILE,
    RANDOM_NAME,
    RANDOM_PLANT,
    RANDOM_SAMPLE,
    RANDOM_SHUFFLE,
};

struct random {
    uint64_t state[4];
};

static inline uint64_t random_mix(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Streams of one seed that differ in `family` or `number` are independent of each other. */
static inline struct random random_stream(uint64_t seed, enum random_family family,
                                          uint64_t number) {
    struct random random;
    uint64_t state = seed;
    state = random_mix(&state) ^ ((uint64_t)family << 56);
    state = random_mix(&state) ^ number;
    for (int i = 0; i < 4; i++) random.state[i] = random_mix(&state);
    return random;
}

static inline uint64_t random_next(struct random *random) {
    uint64_t *s = random->state;
    uint64_t product = s[1] * 5;
    uint64_t result = ((product << 7) | (product >> 57)) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* 0 to bound - 1; bound is 1 to 2^32. The bias is below 2^-32, nothing here can see it. */
static inline uint32_t random_below(struct random *random, uint64_t bound) {
    return (uint32_t)(((random_next(random) >> 32) * bound) >> 32);
}

/* True with the probability given, 0 and 1 exactly. */
static inline bool random_chance(struct random *random, double probability) {
    return (double)(random_next(random) >> 11) * 0x1p-53 < probability;
}

#endif
