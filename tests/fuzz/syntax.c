/* syntax_parse: whatever the text, diagnostics lie inside of it, and a tree's parts lie inside of
 * what they are parts of and are no deeper than a tree may be. */
#include "engine/query/syntax.h"

#include <stdio.h>
#include <stdlib.h>

/* A level of nesting is a few nodes deep: a call, its argument, a pipeline, a step, a filter. */
#define DEEPEST (SYNTAX_DEPTH * 8)

#define CHECK(condition)                                       \
    do {                                                       \
        if (!(condition)) {                                    \
            fprintf(stderr, "%d: %s\n", __LINE__, #condition); \
            abort();                                           \
        }                                                      \
    } while (0)

static struct span within(struct span span, struct span outer, unsigned depth) {
    CHECK(depth < DEEPEST);
    CHECK(span.offset >= outer.offset);
    CHECK((uint64_t)span.offset + span.length <= (uint64_t)outer.offset + outer.length);
    return span;
}

static void check_pipeline(const struct pipeline *pipeline, struct span outer, unsigned depth);
static void check_value(const struct value *value, struct span outer, unsigned depth);

static void check_call(const struct call *call, struct span outer, unsigned depth) {
    struct span span = within(call->span, outer, depth);
    within(call->name_span, span, depth);
    CHECK(call->name.length > 0);
    for (size_t i = 0; i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];
        within(argument->span, span, depth);
        check_value(argument->value, span, depth + 1);
    }
}

static void check_value(const struct value *value, struct span outer, unsigned depth) {
    struct span span = within(value->span, outer, depth);
    CHECK(value->count == (value->kind == VALUE_BINARY  ? 2
                           : value->kind == VALUE_UNARY ? 1
                                                        : value->count));
    CHECK((value->kind == VALUE_CALL) == (value->call != NULL));
    CHECK((value->kind == VALUE_PIPELINE) == (value->pipeline != NULL));
    for (size_t i = 0; i < value->count; i++) check_value(value->items[i], span, depth + 1);
    if (value->call) check_call(value->call, span, depth + 1);
    if (value->pipeline) check_pipeline(value->pipeline, span, depth + 1);
}

static void check_filter(const struct filter *filter, struct span outer, unsigned depth) {
    struct span span = within(filter->span, outer, depth);
    bool joins = filter->kind == FILTER_AND || filter->kind == FILTER_OR;
    CHECK(joins ? filter->count > 1 : filter->count == (filter->kind == FILTER_NOT));
    for (size_t i = 0; i < filter->count; i++) check_filter(filter->children[i], span, depth + 1);
    if (filter->kind == FILTER_FIELD) within(filter->field_span, span, depth);
    CHECK((filter->kind == FILTER_CALL) == (filter->call != NULL));
    if (filter->pattern) check_value(filter->pattern, span, depth + 1);
    if (filter->call) check_call(filter->call, span, depth + 1);
}

static void check_step(const struct step *step, struct span outer, unsigned depth) {
    struct span span = within(step->span, outer, depth);
    if (step->name.data) within(step->name_span, span, depth);
    CHECK((step->kind == STEP_FILTER) == (step->filter != NULL));
    if (step->filter) check_filter(step->filter, span, depth + 1);
    if (step->value) check_value(step->value, span, depth + 1);
    if (step->call) check_call(step->call, span, depth + 1);
    for (size_t i = 0; i < step->clause_count; i++) {
        const struct clause *clause = &step->clauses[i];
        within(clause->span, span, depth);
        CHECK((clause->guard != NULL) == (step->kind == STEP_MATCH));
        if (clause->guard) check_value(clause->guard, clause->span, depth + 1);
        check_pipeline(clause->pipeline, clause->span, depth + 1);
    }
}

static void check_pipeline(const struct pipeline *pipeline, struct span outer, unsigned depth) {
    struct span span = within(pipeline->span, outer, depth);
    for (size_t i = 0; i < pipeline->count; i++) check_step(&pipeline->steps[i], span, depth + 1);
}

static void check_diagnostics(const struct trawl_diagnostics *diagnostics, size_t size) {
    bool failed = false;
    size_t line = 1, column = 1;
    for (size_t i = 0; i < trawl_diagnostics_count(diagnostics); i++) {
        struct trawl_diagnostic given = trawl_diagnostics_get(diagnostics, i);
        failed = failed || !given.warning;
        CHECK(given.message && given.message[0] && !strchr(given.message, '\n'));
        CHECK(given.line >= 1 && given.line <= size + 1 && given.column >= 1 && given.length >= 1);
        CHECK(given.column <= size + 1 && strlen(given.source) <= size);
        if (i == 100) break; /* that there are more */
        CHECK(given.line > line || (given.line == line && given.column >= column));
        line = given.line;
        column = given.column;
    }
    CHECK(failed == diagnostics_failed(diagnostics));
}

static bool is_filter(struct text name) {
    return name.length == 2 && memcmp(name.data, "in", 2) == 0;
}

static void check(const char *text, size_t size, bool strict, bool (*filters)(struct text)) {
    struct trawl_diagnostics *diagnostics = diagnostics_new(text, size);
    if (!diagnostics) abort();
    struct syntax *syntax = syntax_parse(text, size, strict, filters, diagnostics);
    if (!syntax) abort();
    struct span whole = {0, (uint32_t)size};
    check_pipeline(syntax_pipeline(syntax), whole, 0);
    check_diagnostics(diagnostics, size);
    syntax_free(syntax);
    trawl_diagnostics_free(diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *exact = malloc(size ? size : 1);
    if (!exact) abort();
    if (size) memcpy(exact, data, size);
    check(exact, size, false, is_filter);
    check(exact, size, true, NULL);
    free(exact);
    return 0;
}
