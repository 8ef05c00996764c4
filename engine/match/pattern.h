/* pattern.h - one pattern of a matcher: what its syntax promises, and its PCRE2 code.
 *
 * PCRE2 defines what a pattern means: PCRE2 syntax, UTF-8, newline is LF, searched anywhere in the
 * value. Hyperscan only screens. pattern_read decides by the syntax alone how far its answer can be
 * trusted: it knows the constructs that both libraries read alike, and doubts all others. */
#ifndef TRAWL_ENGINE_PATTERN_H
#define TRAWL_ENGINE_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "engine/base/buffer.h"
#include "engine/trawl.h"

enum pattern_kind { PATTERN_EXACT, PATTERN_CANDIDATE, PATTERN_SINGLE };

struct pattern_syntax {
    /* What is left to search for: a part of the pattern, without options at its start such as (?i)
     * and without .* at either end, which change nothing about whether a value matches. */
    struct text body;
    unsigned flags; /* TRAWL_IGNORE_CASE and so on, with the options at the start */
    bool common;    /* only constructs that both libraries read alike */
    bool literal;   /* only alternatives of literals: not empty, no newline */
};
/* `regex` must be a valid PCRE2 pattern. */
struct pattern_syntax pattern_read(const char *regex, unsigned flags);

struct pattern {
    char *regex; /* as given */
    unsigned flags;
    enum pattern_kind kind;
    pcre2_code *code;
    char *screen; /* what Hyperscan compiles; NULL when PATTERN_SINGLE */
    unsigned screen_flags;
};
/* Compiles for PCRE2 and reads the syntax; the kind is then EXACT, CANDIDATE or SINGLE by syntax
 * alone: Hyperscan has not been asked. TRAWL_INVALID: not a pattern. */
enum trawl_status pattern_init(struct pattern *pattern, const char *regex, unsigned flags,
                               struct trawl_error *error);
void pattern_free(struct pattern *pattern);

/* What a thread needs to run PCRE2 code; see match_scratch. */
struct pattern_runner {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};
bool pattern_runner_init(struct pattern_runner *runner);
void pattern_runner_free(struct pattern_runner *runner);
/* Searches the value, which must be valid UTF-8, from byte `start` on; the groups are then in
 * runner->data as far as it has room. TRAWL_REFUSED: over the limits. */
enum trawl_status pattern_search_from(const struct pattern *pattern, struct pattern_runner *runner,
                                      struct text value, size_t start, bool *found,
                                      struct trawl_error *error);
/* The same from its beginning. */
enum trawl_status pattern_search(const struct pattern *pattern, struct pattern_runner *runner,
                                 struct text value, bool *found, struct trawl_error *error);

#endif
