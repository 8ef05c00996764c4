/* nearest.h - what was meant by a word that does not exist. */
#ifndef TRAWL_ENGINE_NEAREST_H
#define TRAWL_ENGINE_NEAREST_H

#include <stddef.h>

/* Keeps the closest of the candidates it is shown. Zero-initialise, set word. */
struct nearest {
    const char *word;
    const char *best; /* NULL: none is close enough to be worth naming */
    size_t distance;
};

void nearest_consider(struct nearest *nearest, const char *candidate);

#endif
