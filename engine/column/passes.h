/* passes.h - the loops over whole columns that are not one line of bitmap.h. Written so that the
 * compiler vectorises them. */
#ifndef TRAWL_ENGINE_PASSES_H
#define TRAWL_ENGINE_PASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ASCII to lower case; other bytes, of UTF-8 sequences too, as they are. */
void pass_lower(char *restrict to, const char *restrict from, size_t length);

/* Whether any byte is 0x80 or above: not ASCII. */
bool pass_has_high(const char *from, size_t length);

/* From the values of a dictionary to its rows: row r is set where it is present and the bit of its
 * code is set in `by_value`. */
void pass_spread(uint64_t *restrict to, const uint64_t *restrict by_value, size_t distinct,
                 const uint32_t *restrict codes, const uint64_t *restrict validity, size_t rows);

/* Keeps of `selection` what is in `flag`; returns how many rows are left. */
uint64_t pass_narrow(uint64_t *restrict selection, const uint64_t *restrict flag, size_t rows);

#endif
