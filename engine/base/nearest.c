#include "engine/base/nearest.h"

#include <string.h>

#include "engine/trawl.h"

#define LONGEST 64 /* words over this are nothing that a slip of the finger makes */

static size_t least(size_t a, size_t b, size_t c) {
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment: insertions, deletions, replacements, swaps of neighbours. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t rows[3][LONGEST + 1]; /* of the matrix: two before, one before, this */
    size_t *older = rows[0], *old = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) old[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(old[j] + 1, row[j - 1] + 1, old[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], older[j - 2] + 1, row[j]);
            }
        }
        size_t *spare = older;
        older = old;
        old = row;
        row = spare;
    }
    return old[b_length];
}

void nearest_consider(struct nearest *nearest, const char *candidate) {
    size_t length = strlen(nearest->word), other = strlen(candidate);
    if (length > LONGEST || other > LONGEST) return;
    size_t distance = edit_distance(nearest->word, length, candidate, other);
    size_t close = length / 3 > 2 ? length / 3 : 2; /* slips that a word of this length may have */
    if (close >= length) close = length ? length - 1 : 0;
    if (distance > close || (nearest->best && distance >= nearest->distance)) return;
    nearest->best = candidate;
    nearest->distance = distance;
}

const char *trawl_nearest(const char *word, const char *const *candidates, size_t count) {
    struct nearest nearest = {.word = word};
    for (size_t i = 0; i < count; i++) nearest_consider(&nearest, candidates[i]);
    return nearest.best;
}
