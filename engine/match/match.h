/* match.h - many patterns over all values of a column in one Hyperscan scan.
 *
 * The values are laid end to end, each followed by a newline, and scanned once; a match is given to
 * the value in which it ends. What that could get wrong is settled at compile time, by pattern:
 *
 *   exact      alternatives of plain literals without a newline: no match can span two values and
 *              none can be missed. The answer of the scan is the answer.
 *   candidate  constructs that both libraries read alike (pattern_syntax.c lists them), with
 *              HS_FLAG_PREFILTER where needed and anchors as line anchors: the scan finds every
 *              value that could match, PCRE2 confirms on the value alone.
 *   single     all others (for example \A, a back-reference, or what matches the empty text):
 *              PCRE2 on each value.
 *
 * PCRE2 runs with match and depth limits: a pattern that exceeds them on a value is an error
 * (TRAWL_REFUSED), never a silent no. Patterns are searched anywhere in the value, bytes as UTF-8.
 *
 * A matcher is immutable and shared; a match_scratch belongs to one thread. */
#ifndef TRAWL_ENGINE_MATCH_H
#define TRAWL_ENGINE_MATCH_H

#include "engine/column/column.h"
#include "engine/trawl.h"

struct matcher;
struct match_scratch;

struct matcher *matcher_new(void);
void matcher_free(struct matcher *matcher);
/* Returns the pattern's index, or UINT32_MAX and error. Flags: TRAWL_IGNORE_CASE and so on. */
uint32_t matcher_add(struct matcher *matcher, const char *regex, unsigned flags,
                     struct trawl_error *error);
enum trawl_status matcher_compile(struct matcher *matcher, struct trawl_error *error);
uint32_t matcher_count(const struct matcher *matcher);
/* "exact", "candidate" or "single": for --explain and tests. */
const char *matcher_kind(const struct matcher *matcher, uint32_t pattern);
const char *matcher_regex(const struct matcher *matcher, uint32_t pattern); /* as given */

struct match_scratch *match_scratch_new(const struct matcher *matcher);
void match_scratch_free(struct match_scratch *scratch);

/* For each pattern p a bitmap hits[p] over the column's stored values (rows of a plain column,
 * distinct values of a dictionary): set where the value matches. The bitmaps are zeroed first;
 * values of missing rows of a plain column are skipped. */
enum trawl_status matcher_scan(const struct matcher *matcher, struct match_scratch *scratch,
                               const struct column *column, uint64_t *const *hits,
                               struct trawl_error *error);

/* The same for those of the stored values that are set in `wanted` (a bitmap; NULL: all). The bits
 * of others stay 0. Where only few are wanted, only these are scanned. */
enum trawl_status matcher_scan_wanted(const struct matcher *matcher, struct match_scratch *scratch,
                                      const struct column *column, const uint64_t *wanted,
                                      uint64_t *const *hits, struct trawl_error *error);

#endif
