/* functions_filter.c - functions that say yes or no of a row. */
#include "engine/base/fold.h"
#include "engine/match/networks.h"
#include "engine/query/compile.h"
#include "engine/scalar/array.h"
#include "engine/scalar/glob.h"
#include "engine/scalar/pattern.h"
#include "engine/scalar/text.h"

#define GROUP "functions: filters"

/* What tells these patterns from others. */
static struct text identity_of(struct compiler *c, const struct text *values, size_t count) {
    size_t size = 1;
    for (size_t i = 0; i < count; i++) size += values[i].length + sizeof values[i].length;
    char *identity = compile_alloc(c, size), *at = identity;
    *at++ = 's';
    for (size_t i = 0; i < count; i++) {
        memcpy(at, &values[i].length, sizeof values[i].length);
        at += sizeof values[i].length;
        memcpy(at, values[i].data, values[i].length);
        at += values[i].length;
    }
    return (struct text){identity, (size_t)(at - identity)};
}

struct text compile_folded(struct compiler *c, struct text text) {
    struct buffer folded = {0};
    bool good = text_fold(text, &folded);
    char *bytes = good ? arena_copy(&c->arena, folded.data, folded.length) : NULL;
    size_t length = folded.length;
    buffer_free(&folded);
    if (!good || (length && !bytes)) compile_no_memory(c);
    return (struct text){bytes, length};
}

/* in(field, values=[...]): a set, and patterns where there are stars. */
static node_id test_in(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                       bool plain) {
    struct program *p = compile_program(c);
    struct text *values;
    (void)flow, (void)plain;
    node_id text = operand_text(c, arguments_operand(arguments, "field"));
    size_t count = arguments_texts(arguments, "values", &values), exact = 0;
    if (arguments_flag(arguments, "ignoreCase")) {
        text = program_lower(p, text);
        for (size_t i = 0; i < count; i++) values[i] = compile_folded(c, values[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (memchr(values[i].data, '*', values[i].length)) continue;
        struct text moved = values[exact];
        values[exact++] = values[i];
        values[i] = moved;
    }
    node_id flag = program_in(p, text, values, exact);
    if (exact == count) return flag;
    struct text identity = identity_of(c, values + exact, count - exact);
    void *data = glob_new(values + exact, count - exact, false);
    if (!data) compile_no_memory(c);
    return program_or(p, flag, program_call(p, &scalar_glob, data, identity, &text, 1));
}

static node_id test_regex(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                          bool plain) {
    unsigned flags;
    struct text regex = arguments_regex(arguments, "regex", &flags);
    struct text letters = arguments_text(arguments, "flags");
    if (letters.data) flags |= regex_flags(c, arguments_span(arguments, "flags"), letters);
    bool rows = (arguments_flag(arguments, "repeat") || flags & REGEX_GLOBAL) && flow->alone;
    if (rows && !plain) compile_tune(c, flow);
    if (rows && !plain) compile_dedupe(c, flow);
    node_id text = operand_text(c, arguments_operand(arguments, "field"));
    bool strict = !arguments_has(arguments, "strict") || arguments_flag(arguments, "strict");
    struct span span = arguments_span(arguments, "regex");
    if (arguments_flag(arguments, "repeat") || flags & REGEX_GLOBAL) {
        if (flow->alone && !plain) {
            compile_matches(c, flow, text, regex, flags, arguments_limit(arguments, "limit"),
                            strict, span);
            return program_flag(compile_program(c), true);
        }
        diagnose_warning(c->diagnostics, span, "make it a step of its own, outside of case",
                         "a row for each match is made by a step of the query's own pipeline: here "
                         "the first match counts");
    }
    node_id found = compile_regex(c, flow, text, regex, flags, plain, span);
    return strict ? found : program_flag(compile_program(c), true);
}

static void destroy_networks(void *networks) {
    networks_free(networks);
}

static node_id test_cidr(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                         bool plain) {
    struct text *subnets;
    (void)flow, (void)plain;
    size_t count = arguments_texts(arguments, "subnet", &subnets);
    node_id text = operand_text(c, arguments_operand(arguments, "field"));
    struct networks *networks = compile_own(c, networks_new(), destroy_networks);
    for (size_t i = 0; i < count; i++) {
        bool valid;
        if (!networks_add(networks, subnets[i], 0, &valid)) compile_no_memory(c);
        if (!valid)
            diagnose_error(c->diagnostics, arguments_span(arguments, "subnet"),
                           "10.0.0.0/8 or 2001:db8::/32", "%s is not a network", subnets[i].data);
    }
    if (arguments_has(arguments, "file")) {
        bool good = lookup_networks(c, arguments, networks);
        if (!good) count = 0;
    } else if (count == 0) {
        diagnose_error(c->diagnostics, arguments->call->span,
                       "cidr(field, subnet=[\"10.0.0.0/8\"])", "cidr() needs subnet= or file=");
    }
    compile_disown(c, networks);
    node_id inside = program_inside(compile_program(c), text, networks);
    return arguments_flag(arguments, "negate") ? program_not(compile_program(c), inside) : inside;
}

static node_id test_wildcard(struct compiler *c, struct flow *flow,
                             const struct arguments *arguments, bool plain) {
    struct text pattern = arguments_text(arguments, "pattern");
    bool ignore_case = arguments_flag(arguments, "ignoreCase");
    bool everything = arguments_flag(arguments, "includeEverythingOnAsterisk");
    (void)plain;
    if (everything && text_equal(pattern, text_of("*")))
        return program_flag(compile_program(c), true);
    if (arguments_has(arguments, "field"))
        return compile_glob(c, operand_text(c, arguments_operand(arguments, "field")), pattern,
                            ignore_case);
    /* Free text, anywhere in the record. */
    struct operand raw = scope_get(c, flow->scope, text_of("@rawstring"), true);
    struct text around = compile_printf(c, "*%s*", pattern.data);
    return compile_glob(c, operand_text(c, raw), around, ignore_case);
}

static node_id test_test(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                         bool plain) {
    (void)flow, (void)plain;
    return operand_truth(c, arguments_operand(arguments, "expression"));
}

static node_id test_null(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                         bool plain) {
    struct program *p = compile_program(c);
    (void)flow, (void)plain;
    node_id known = operand_known(c, arguments_operand(arguments, "field"));
    static const char message[] = "isNull() and isNotNull() are extensions of trawl";
    static const char hint[] = "field = * asks whether a field is there";
    if (c->options->strict)
        diagnose_error(c->diagnostics, arguments->call->name_span, hint, message);
    else
        diagnose_warning(c->diagnostics, arguments->call->name_span, hint, message);
    return arguments->function->which ? known : program_not(p, known);
}

static node_id test_array_contains(struct compiler *c, struct flow *flow,
                                   const struct arguments *arguments, bool plain) {
    (void)plain;
    struct operand operands[] = {
        compile_array(c, flow, arguments_text(arguments, "array"),
                      arguments_span(arguments, "array")),
        operand_of(program_text(compile_program(c), arguments_text(arguments, "value")))};
    return call_scalar(c, &scalar_array_contains, NULL, text_of(""), operands, 2).node;
}

static node_id test_array_regex(struct compiler *c, struct flow *flow,
                                const struct arguments *arguments, bool plain) {
    struct trawl_error error = {0};
    unsigned flags;
    (void)plain;
    struct text pattern = arguments_regex(arguments, "regex", &flags);
    struct text letters = arguments_text(arguments, "flags");
    if (letters.data) flags |= regex_flags(c, arguments_span(arguments, "flags"), letters);
    struct regex *regex = regex_new(pattern.data, flags & ~REGEX_GLOBAL, &error);
    void *data = regex ? capture_new(regex, 0, &error) : NULL;
    regex_free(regex);
    if (!data) {
        diagnose_error(c->diagnostics, arguments_span(arguments, "regex"), NULL, "%s",
                       error.message);
        return program_flag(compile_program(c), false);
    }
    scalar_data(c, &scalar_array_regex, data);
    struct operand array = compile_array(c, flow, arguments_text(arguments, "array"),
                                         arguments_span(arguments, "array"));
    struct text identity = compile_printf(c, "%u %s", flags, pattern.data);
    return call_scalar(c, &scalar_array_regex, data, identity, &array, 1).node;
}

static const struct parameter in_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                 REQUIRED("values", PARAM_TEXTS),
                                                 OPTIONAL("ignoreCase", PARAM_FLAG, "false"),
                                                 {0}};
static const struct parameter regex_parameters[] = {REQUIRED("regex", PARAM_REGEX),
                                                    OPTIONAL("field", PARAM_FIELD, "@rawstring"),
                                                    OPTIONAL("flags", PARAM_TEXT, NULL),
                                                    OPTIONAL("strict", PARAM_FLAG, "true"),
                                                    OPTIONAL("repeat", PARAM_FLAG, "false"),
                                                    OPTIONAL("limit", PARAM_LIMIT, "100"),
                                                    {0}};
static const struct parameter cidr_parameters[] = {
    REQUIRED("field", PARAM_FIELD),          OPTIONAL("subnet", PARAM_TEXTS, NULL),
    OPTIONAL("file", PARAM_TEXT, NULL),      OPTIONAL("column", PARAM_TEXT, NULL),
    OPTIONAL("negate", PARAM_FLAG, "false"), {0}};
static const struct parameter wildcard_parameters[] = {
    REQUIRED("pattern", PARAM_TEXT),
    OPTIONAL("field", PARAM_FIELD, NULL),
    OPTIONAL("ignoreCase", PARAM_FLAG, "false"),
    OPTIONAL("includeEverythingOnAsterisk", PARAM_FLAG, "false"),
    {0}};
static const struct parameter test_parameters[] = {REQUIRED("expression", PARAM_CONDITION), {0}};
static const struct parameter null_parameters[] = {REQUIRED("field", PARAM_VALUE), {0}};
static const struct parameter array_contains_parameters[] = {
    REQUIRED("array", PARAM_TEXT), REQUIRED("value", PARAM_TEXT), {0}};
static const struct parameter array_regex_parameters[] = {REQUIRED("array", PARAM_TEXT),
                                                          REQUIRED("regex", PARAM_REGEX),
                                                          OPTIONAL("flags", PARAM_TEXT, NULL),
                                                          {0}};

const struct function functions_filter[] = {
    {.name = "in",
     .group = GROUP,
     .synopsis = "in(field, values=[...], ignoreCase=false)",
     .summary = "the field equals one of the values; * in a value is any run of characters",
     .parameters = in_parameters,
     .test = test_in},
    {.name = "regex",
     .group = GROUP,
     .synopsis = "regex(\"regex\", field=@rawstring, flags=, strict=true, repeat=false, limit=100)",
     .summary = "found in the field; named groups become fields; strict=false keeps all rows; "
                "repeat gives a row for each match",
     .differs = "repeat= has no effect inside a case or beside other filters",
     .parameters = regex_parameters,
     .test = test_regex},
    {.name = "cidr",
     .group = GROUP,
     .synopsis = "cidr(field, subnet=[...], file=, column=)",
     .summary = "the field is an address inside one of the networks, IPv4 or IPv6",
     .parameters = cidr_parameters,
     .test = test_cidr},
    {.name = "wildcard",
     .group = GROUP,
     .synopsis = "wildcard(pattern, field=, ignoreCase=false, includeEverythingOnAsterisk=false)",
     .summary = "the whole field matches the pattern with *; no field: anywhere in the record",
     .parameters = wildcard_parameters,
     .test = test_wildcard},
    {.name = "test",
     .group = GROUP,
     .synopsis = "test(expression)",
     .summary = "keeps the rows whose expression is true",
     .parameters = test_parameters,
     .test = test_test},
    {.name = "array:contains",
     .group = GROUP,
     .synopsis = "array:contains(array=\"a[]\", value=)",
     .summary = "an element of the array equals the value",
     .parameters = array_contains_parameters,
     .test = test_array_contains},
    {.name = "array:regex",
     .group = GROUP,
     .synopsis = "array:regex(array=\"a[]\", regex=, flags=)",
     .summary = "the regex is found in an element",
     .parameters = array_regex_parameters,
     .test = test_array_regex},
    {.name = "isNull",
     .group = GROUP,
     .synopsis = "isNull(x)",
     .summary = "the value is missing",
     .differs = "an extension; --strict refuses it",
     .parameters = null_parameters,
     .test = test_null,
     .which = 0},
    {.name = "isNotNull",
     .group = GROUP,
     .synopsis = "isNotNull(x)",
     .summary = "the value is there",
     .differs = "an extension; --strict refuses it",
     .parameters = null_parameters,
     .test = test_null,
     .which = 1},
    {0}};
