/* hostile.h - archives of hostile records, from a seed.
 *
 * Every record is legal (except where malformed ones are mixed in) and could have been written by
 * somebody; together they hold what a fast reader is most likely to get wrong. The same seed gives
 * the same archive. */
#ifndef TRAWL_TESTS_TWIN_HOSTILE_H
#define TRAWL_TESTS_TWIN_HOSTILE_H

#include "tests/twin/generate.h"

struct hostile_options {
    uint64_t seed;
    unsigned files, records; /* files, and at most so many records in each text */
    /* Only what the reference implementation reads too: no zip, tar, xz, bzip2, no marks or NULs
     * between records, no tables, no wrapped records. */
    bool reference;
};

/* Writes the files below `folder`, which exists and is empty. `take` gets every text, decompressed,
 * in the order in which a hunt over the folder reads them. False: something could not be written.
 */
bool hostile_archive(const struct hostile_options *options, const char *folder,
                     void (*take)(void *context, const void *bytes, size_t length), void *context);

#endif
