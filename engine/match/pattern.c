#include "engine/match/pattern.h"

#include <stdlib.h>

#include "engine/base/error.h"

/* Steps of backtracking from one place of a value; PCRE2's own default, about a quarter second. */
#define MATCH_LIMIT 10000000
/* KiB that the interpreter may take for backtracking; PCRE2's default would be 20 GB. */
#define HEAP_LIMIT (16 * 1024)
/* Bytes of machine stack for JIT code. A search that needs more is done by the interpreter. */
#define JIT_STACK_START (32 * 1024)
#define JIT_STACK_LIMIT (512 * 1024)
/* Bytes of a pattern that a message shows. */
#define SHOWN_MOST 200

/* How many bytes of the pattern a message shows: whole characters. */
static int shown_length(const char *regex) {
    size_t length = strnlen(regex, SHOWN_MOST + 1);
    if (length <= SHOWN_MOST) return (int)length;
    length = SHOWN_MOST;
    while (length > 0 && ((unsigned char)regex[length] & 0xC0) == 0x80) length--;
    return (int)length;
}

static enum trawl_status compile(struct pattern *pattern, struct trawl_error *error) {
    uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (pattern->flags & TRAWL_IGNORE_CASE) options |= PCRE2_CASELESS;
    if (pattern->flags & TRAWL_MULTILINE) options |= PCRE2_MULTILINE;
    if (pattern->flags & TRAWL_DOTALL) options |= PCRE2_DOTALL;

    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) return error_memory(error);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    int code;
    PCRE2_SIZE offset;
    pattern->code = pcre2_compile((PCRE2_SPTR)pattern->regex, PCRE2_ZERO_TERMINATED, options, &code,
                                  &offset, context);
    pcre2_compile_context_free(context);
    if (!pattern->code) {
        if (code == PCRE2_ERROR_NOMEMORY) return error_memory(error);
        PCRE2_UCHAR reason[200] = "unknown error";
        pcre2_get_error_message(code, reason, sizeof reason);
        return error_set(error, TRAWL_INVALID, "pattern \"%.*s\": %s at byte %zu",
                         shown_length(pattern->regex), pattern->regex, (const char *)reason,
                         (size_t)offset);
    }
    /* Where JIT fails or is not built in, the interpreter runs. */
    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
    return TRAWL_OK;
}

enum trawl_status pattern_init(struct pattern *pattern, const char *regex, unsigned flags,
                               struct trawl_error *error) {
    *pattern = (struct pattern){.regex = strdup(regex), .flags = flags, .kind = PATTERN_SINGLE};
    if (!pattern->regex) return error_memory(error);
    enum trawl_status status = compile(pattern, error);
    if (status != TRAWL_OK) {
        pattern_free(pattern);
        return status;
    }
    struct pattern_syntax syntax = pattern_read(pattern->regex, flags);
    if (!syntax.common) return TRAWL_OK;
    pattern->screen = strndup(syntax.body.data, syntax.body.length);
    if (!pattern->screen) {
        pattern_free(pattern);
        return error_memory(error);
    }
    pattern->screen_flags = syntax.flags;
    pattern->kind = syntax.literal ? PATTERN_EXACT : PATTERN_CANDIDATE;
    return TRAWL_OK;
}

void pattern_free(struct pattern *pattern) {
    free(pattern->regex);
    free(pattern->screen);
    pcre2_code_free(pattern->code);
    *pattern = (struct pattern){0};
}

bool pattern_runner_init(struct pattern_runner *runner) {
    runner->data = pcre2_match_data_create(1, NULL);
    runner->context = pcre2_match_context_create(NULL);
    runner->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_LIMIT, NULL);
    if (!runner->data || !runner->context) {
        pattern_runner_free(runner);
        return false;
    }
    pcre2_set_match_limit(runner->context, MATCH_LIMIT);
    pcre2_set_depth_limit(runner->context, MATCH_LIMIT);
    pcre2_set_heap_limit(runner->context, HEAP_LIMIT);
    /* Without JIT support there is no stack; JIT code without one takes 32 KiB of the thread's. */
    if (runner->stack) pcre2_jit_stack_assign(runner->context, NULL, runner->stack);
    return true;
}

void pattern_runner_free(struct pattern_runner *runner) {
    pcre2_match_data_free(runner->data);
    pcre2_match_context_free(runner->context);
    pcre2_jit_stack_free(runner->stack);
    *runner = (struct pattern_runner){0};
}

enum trawl_status pattern_search(const struct pattern *pattern, struct pattern_runner *runner,
                                 struct text value, bool *found, struct trawl_error *error) {
    return pattern_search_from(pattern, runner, value, 0, found, error);
}

enum trawl_status pattern_search_from(const struct pattern *pattern, struct pattern_runner *runner,
                                      struct text value, size_t start, bool *found,
                                      struct trawl_error *error) {
    PCRE2_SPTR subject = (PCRE2_SPTR)(value.length ? value.data : "");
    int result = pcre2_match(pattern->code, subject, value.length, start, PCRE2_NO_UTF_CHECK,
                             runner->data, runner->context);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result = pcre2_match(pattern->code, subject, value.length, start,
                             PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, runner->data, runner->context);
    /* 0: a match with more groups than the match data holds. */
    *found = result >= 0;
    if (result >= 0 || result == PCRE2_ERROR_NOMATCH) return TRAWL_OK;
    if (result == PCRE2_ERROR_NOMEMORY) return error_memory(error);
    PCRE2_UCHAR reason[200] = "unknown error";
    pcre2_get_error_message(result, reason, sizeof reason);
    return error_set(
        error, TRAWL_REFUSED,
        "pattern \"%.*s\": %s on a value of %zu bytes; write it with less backtracking",
        shown_length(pattern->regex), pattern->regex, (const char *)reason, value.length);
}
