#include "engine/match/match.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "engine/match/match_internal.h"

struct matcher *matcher_new(void) {
    return calloc(1, sizeof(struct matcher));
}

void matcher_free(struct matcher *matcher) {
    if (!matcher) return;
    for (uint32_t p = 0; p < matcher->count; p++) pattern_free(&matcher->patterns[p]);
    free(matcher->patterns);
    hs_free_database(matcher->database);
    free(matcher);
}

uint32_t matcher_add(struct matcher *matcher, const char *regex, unsigned flags,
                     struct trawl_error *error) {
    if (flags & ~(unsigned)(TRAWL_IGNORE_CASE | TRAWL_MULTILINE | TRAWL_DOTALL)) {
        error_set(error, TRAWL_INVALID, "unknown flags of a pattern: 0x%x", flags);
        return UINT32_MAX;
    }
    for (uint32_t p = 0; p < matcher->count; p++) {
        const struct pattern *pattern = &matcher->patterns[p];
        if (pattern->flags == flags && strcmp(pattern->regex, regex) == 0) return p;
    }
    uint32_t count = matcher->count;
    if ((count & (count - 1)) == 0) {
        size_t capacity = count ? (size_t)count * 2 : 1;
        struct pattern *grown = realloc(matcher->patterns, capacity * sizeof *grown);
        if (!grown) {
            error_memory(error);
            return UINT32_MAX;
        }
        matcher->patterns = grown;
    }
    if (pattern_init(&matcher->patterns[count], regex, flags, error) != TRAWL_OK) return UINT32_MAX;
    return matcher->count++;
}

uint32_t matcher_count(const struct matcher *matcher) {
    return matcher->count;
}

const char *matcher_kind(const struct matcher *matcher, uint32_t pattern) {
    switch (matcher->patterns[pattern].kind) {
        case PATTERN_EXACT:
            return "exact";
        case PATTERN_CANDIDATE:
            return "candidate";
        default:
            return "single";
    }
}

const char *matcher_regex(const struct matcher *matcher, uint32_t pattern) {
    return matcher->patterns[pattern].regex;
}

static unsigned database_flags(const struct pattern *pattern) {
    unsigned flags = HS_FLAG_UTF8 | HS_FLAG_MULTILINE;
    if (pattern->screen_flags & TRAWL_IGNORE_CASE) flags |= HS_FLAG_CASELESS;
    if (pattern->screen_flags & TRAWL_DOTALL) flags |= HS_FLAG_DOTALL;
    return flags;
}

/* True when Hyperscan takes the pattern alone and it cannot match the empty text. A pattern that
 * can would be reported at every byte, and finds every value anyway. */
static bool screens(const struct pattern *pattern, unsigned flags) {
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *trouble = NULL;
    bool good = hs_expression_info(pattern->screen, flags, &info, &trouble) == HS_SUCCESS &&
                info->min_width > 0;
    hs_free_compile_error(trouble);
    free(info); /* from Hyperscan's allocator, which nobody sets: malloc */
    if (!good) return false;

    hs_database_t *database = NULL;
    trouble = NULL;
    good =
        hs_compile(pattern->screen, flags, HS_MODE_BLOCK, NULL, &database, &trouble) == HS_SUCCESS;
    hs_free_compile_error(trouble);
    hs_free_database(database);
    return good;
}

/* Settles the kind with what Hyperscan says, and screen_flags as its flags. */
static void settle(struct pattern *pattern) {
    if (pattern->kind == PATTERN_SINGLE) return;
    unsigned flags = database_flags(pattern);
    if (screens(pattern, flags)) {
        pattern->screen_flags = flags;
    } else if (screens(pattern, flags | HS_FLAG_PREFILTER)) {
        pattern->screen_flags = flags | HS_FLAG_PREFILTER;
        pattern->kind = PATTERN_CANDIDATE;
    } else {
        pattern->kind = PATTERN_SINGLE;
    }
}

enum trawl_status matcher_compile(struct matcher *matcher, struct trawl_error *error) {
    if (matcher->count == 0) return TRAWL_OK;
    const char **screens_of = calloc(matcher->count, sizeof *screens_of);
    unsigned *flags = calloc(matcher->count, sizeof *flags);
    unsigned *ids = calloc(matcher->count, sizeof *ids);
    enum trawl_status status = TRAWL_OK;
    if (!screens_of || !flags || !ids) {
        status = error_memory(error);
        goto done;
    }
    unsigned count = 0;
    for (uint32_t p = 0; p < matcher->count; p++) {
        struct pattern *pattern = &matcher->patterns[p];
        settle(pattern);
        if (pattern->kind == PATTERN_SINGLE) continue;
        screens_of[count] = pattern->screen;
        flags[count] = pattern->screen_flags;
        ids[count++] = p;
    }
    if (count == 0) goto done;
    hs_compile_error_t *trouble = NULL;
    if (hs_compile_multi(screens_of, flags, ids, count, HS_MODE_BLOCK, NULL, &matcher->database,
                         &trouble) != HS_SUCCESS) {
        /* Each compiles alone, but all are too much together: slower, and still right. */
        matcher->database = NULL;
        for (unsigned i = 0; i < count; i++) matcher->patterns[ids[i]].kind = PATTERN_SINGLE;
        hs_free_compile_error(trouble);
    }
done:
    free(screens_of);
    free(flags);
    free(ids);
    return status;
}
