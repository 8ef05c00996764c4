/* filter.c - filters: bare conditions on fields, free text, guards. */
#include "engine/query/compile.h"
#include "engine/scalar/glob.h"
#include "engine/scalar/pattern.h"
#include "engine/scalar/unescape.h"

#define RAW_TEXT "@rawstring"

/* ---- patterns ----------------------------------------------------------------------------- */

/* Only stars, of which the last and first are the ends: *text*. */
static bool is_contains(struct text pattern, struct text *inner) {
    if (pattern.length < 3 || pattern.data[0] != '*' || pattern.data[pattern.length - 1] != '*')
        return false;
    *inner = (struct text){pattern.data + 1, pattern.length - 2};
    return !memchr(inner->data, '*', inner->length);
}

/* The texts, one of them anywhere in the value. */
static node_id contains_any(struct compiler *c, node_id text, const struct text *parts,
                            size_t count, unsigned flags) {
    struct buffer regex = {0};
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = (i == 0 || buffer_append_char(&regex, '|')) && regex_quote(parts[i], &regex);
    good = good && buffer_append_char(&regex, '\0');
    node_id found = good ? program_matches(compile_program(c), text, regex.data, flags) : NO_NODE;
    buffer_free(&regex);
    if (!good) compile_no_memory(c);
    return found;
}

node_id compile_glob(struct compiler *c, node_id text, struct text pattern, bool ignore_case) {
    struct program *p = compile_program(c);
    struct text inner;
    if (pattern.length && strspn(compile_text(c, pattern).data, "*") == pattern.length)
        return program_present(p, text);
    if (!ignore_case && !memchr(pattern.data, '*', pattern.length))
        return program_in(p, text, &pattern, 1);
    if (!ignore_case && is_contains(pattern, &inner)) return contains_any(c, text, &inner, 1, 0);
    struct text identity =
        compile_printf(c, "%d%.*s", ignore_case, (int)pattern.length, pattern.data);
    void *data = glob_new(&pattern, 1, ignore_case);
    if (!data) compile_no_memory(c);
    return program_call(p, &scalar_glob, data, identity, &text, 1);
}

static void destroy_regex(void *regex) {
    regex_free(regex);
}

/* Binds the named groups; a group that took no part leaves what was there. */
static void bind_groups(struct compiler *c, struct flow *flow, node_id text, struct text pattern,
                        unsigned flags, struct span span) {
    struct program *p = compile_program(c);
    struct trawl_error error = {0};
    struct regex *regex = regex_new(pattern.data, flags, &error);
    if (!regex) {
        diagnose_error(c->diagnostics, span, NULL, "%s", error.message);
        return;
    }
    compile_own(c, regex, destroy_regex);
    for (size_t i = 0; i < regex_group_count(regex); i++) {
        struct text name = compile_text(c, text_of(regex_group_name(regex, i)));
        struct text identity =
            compile_printf(c, "%zu %u %.*s", i, flags, (int)pattern.length, pattern.data);
        void *data = capture_new(regex, i, &error);
        if (!data) compile_no_memory(c);
        node_id group = program_call(p, &scalar_capture, data, identity, &text, 1);
        compile_mention(c, name);
        flow_assign(c, flow, name, operand_of(group));
    }
}

/* ---- a row for each match ----------------------------------------------------------------- */

static void add_passed(struct compiler *c, void *spec, struct text name, enum passing_claim claim,
                       size_t older) {
    (void)name, (void)claim;
    compile_expand_column(c, spec,
                          (struct expand_column){EXPAND_PASSED, older, NULL, SIZE_MAX, false});
}

/* A column for each group, from the objects of scalar_matches. */
static void expand_matches(struct compiler *c, struct flow *flow, const struct regex *regex,
                           node_id array) {
    size_t count = regex_group_count(regex);
    struct text *names = compile_alloc(c, (count + 1) * sizeof *names);
    enum value_type *types = compile_alloc(c, (count + 1) * sizeof *types);
    struct expand_spec *spec = compile_expand_spec(c, EXPAND_ARRAY);
    spec->array = compile_output(c, array);
    for (size_t i = 0; i < count; i++) {
        names[i] = compile_text(c, text_of(regex_group_name(regex, i)));
        types[i] = TYPE_TEXT;
        char *path = strdup(names[i].data);
        if (!path) compile_no_memory(c);
        compile_expand_column(c, spec,
                              (struct expand_column){EXPAND_ELEMENT, 0, path, SIZE_MAX, false});
    }
    compile_expand_stage(c, flow,
                         &(struct passing){.kind = &operator_expand,
                                           .spec = spec,
                                           .names = names,
                                           .types = types,
                                           .count = count,
                                           .add = add_passed,
                                           .context = spec});
}

void compile_matches(struct compiler *c, struct flow *flow, node_id text, struct text pattern,
                     unsigned flags, uint64_t limit, bool strict, struct span span) {
    struct program *p = compile_program(c);
    struct trawl_error error = {0};
    flags &= ~REGEX_GLOBAL;
    pattern = compile_text(c, pattern);
    struct regex *regex = regex_new(pattern.data, flags, &error);
    if (!regex) {
        diagnose_error(c->diagnostics, span, NULL, "%s", error.message);
        return;
    }
    compile_own(c, regex, destroy_regex);
    struct text identity =
        compile_printf(c, "%u %llu %s", flags, (unsigned long long)limit, pattern.data);
    void *data = matches_new(regex, limit, &error);
    if (!data) compile_no_memory(c);
    node_id array = program_call(p, &scalar_matches, data, identity, &text, 1);
    /* Without a match the row goes on as it is. */
    if (!strict) array = program_coalesce(p, array, program_text(p, text_of("[{}]")));
    expand_matches(c, flow, regex, array);
}

node_id compile_regex(struct compiler *c, struct flow *flow, node_id text, struct text pattern,
                      unsigned flags, bool plain, struct span span) {
    struct program *p = compile_program(c);
    flags &= ~REGEX_GLOBAL;
    pattern = compile_text(c, pattern);
    struct buffer regex = {0};
    if (!regex_plain_groups(pattern.data, &regex) || !buffer_append_char(&regex, '\0')) {
        buffer_free(&regex);
        compile_no_memory(c);
    }
    bool sound = p->failure.status == TRAWL_OK;
    node_id found = program_matches(p, text, regex.data, flags);
    buffer_free(&regex);
    if (sound && p->failure.status == TRAWL_INVALID) {
        /* The program's error is the query's: said here, where the place is known. */
        diagnose_error(c->diagnostics, span, NULL, "%s", p->failure.message);
        p->failure = (struct trawl_error){0};
        return program_flag(p, false);
    }
    if (!plain) bind_groups(c, flow, text, pattern, flags, span);
    return found;
}

node_id compile_pattern(struct compiler *c, struct flow *flow, struct operand field,
                        const struct value *pattern, bool plain) {
    pattern = compile_resolve(c, pattern);
    node_id text = operand_text(c, field);
    if (pattern->kind == VALUE_REGEX)
        return compile_regex(c, flow, text, pattern->text, pattern->regex_flags, plain,
                             pattern->span);
    return compile_glob(c, text, value_literal(pattern), false);
}

/* ---- conditions on fields ----------------------------------------------------------------- */

static node_id like(struct compiler *c, node_id text, const struct value *pattern) {
    struct text literal = value_literal(compile_resolve(c, pattern));
    if (memchr(literal.data, '*', literal.length)) return compile_glob(c, text, literal, false);
    if (literal.length == 0) return program_present(compile_program(c), text);
    return contains_any(c, text, &literal, 1, 0);
}

static node_id ordered(struct compiler *c, struct operand field, const struct filter *filter) {
    struct program *p = compile_program(c);
    const struct value *pattern = compile_resolve(c, filter->pattern);
    struct text literal = value_literal(pattern);
    double number;
    if (!literal.data || !number_parse(literal, &number)) {
        if (text_equal(literal, text_of("*"))) return program_present(p, field.node);
        diagnose_error(c->diagnostics, pattern->span, "to compare two fields write test(a > b)",
                       "a filter compares with a number here");
        return program_flag(p, false);
    }
    node_id a = operand_number(c, field), b = program_number(p, number);
    switch (filter->op) {
        case OP_LESS:
            return program_compare(p, NODE_LESS, a, b);
        case OP_LESS_EQUAL:
            return program_compare(p, NODE_LESS_EQUAL, a, b);
        case OP_GREATER:
            return program_compare(p, NODE_LESS, b, a);
        default:
            return program_compare(p, NODE_LESS_EQUAL, b, a);
    }
}

static node_id field_filter(struct compiler *c, struct flow *flow, const struct filter *filter,
                            bool plain) {
    struct program *p = compile_program(c);
    struct operand field = compile_field(c, flow, filter->field);
    switch (filter->op) {
        case OP_EQUAL:
            return compile_pattern(c, flow, field, filter->pattern, plain);
        case OP_NOT_EQUAL:
            return program_not(p, compile_pattern(c, flow, field, filter->pattern, true));
        case OP_LIKE:
            return like(c, operand_text(c, field), filter->pattern);
        case OP_LINK:
            diagnose_error(c->diagnostics, filter->span, "correlate(a: { ... }, b: { f <=> a.f })",
                           "<=> links the queries of a correlate(), as a step or beside others");
            return program_flag(p, false);
        default:
            return ordered(c, field, filter);
    }
}

/* ---- free text ---------------------------------------------------------------------------- */

/* As the text stands inside a JSON string. */
static struct text escaped(struct compiler *c, struct text text) {
    char *to = compile_alloc(c, text.length * 6 + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        static const char letters[] = "\"\"\\\\\nn\tt\rr\bb\ff";
        const char *letter = byte ? strchr(letters, byte) : NULL;
        /* Pairs: the character and its letter. */
        if (letter && (letter - letters) % 2 == 0) {
            to[length++] = '\\';
            to[length++] = letter[1];
        } else {
            to[length++] = (char)byte;
        }
    }
    return (struct text){to, length};
}

/* Anywhere in one text; its stars are any run. */
static node_id search(struct compiler *c, node_id text, struct text wanted) {
    if (memchr(wanted.data, '*', wanted.length)) {
        struct text around = compile_printf(c, "*%.*s*", (int)wanted.length, wanted.data);
        return compile_glob(c, text, around, false);
    }
    if (wanted.length == 0) return program_flag(compile_program(c), true);
    struct text forms[] = {wanted, escaped(c, wanted)};
    return contains_any(c, text, forms, text_equal(forms[0], forms[1]) ? 1 : 2, 0);
}

static node_id free_text(struct compiler *c, struct flow *flow, const struct filter *filter,
                         bool plain) {
    struct program *p = compile_program(c);
    const struct value *pattern = compile_resolve(c, filter->pattern);
    if (flow->aggregated) {
        diagnose_error(c->diagnostics, filter->span, "name a field: field=*text*",
                       "free text is searched in records, and behind an aggregate there are none");
        return program_flag(p, false);
    }
    struct operand raw = scope_get(c, flow->scope, text_of(RAW_TEXT), true);
    node_id written = operand_text(c, raw);
    node_id read = call_scalar(c, &scalar_unescaped, NULL, text_of(""), &raw, 1).node;
    if (pattern->kind == VALUE_REGEX)
        return program_or(
            p,
            compile_regex(c, flow, written, pattern->text, pattern->regex_flags, plain,
                          pattern->span),
            compile_regex(c, flow, read, pattern->text, pattern->regex_flags, true, pattern->span));
    struct text wanted = value_literal(pattern);
    return program_or(p, search(c, written, wanted), search(c, read, wanted));
}

/* ---- the tree ----------------------------------------------------------------------------- */

static node_id call_filter(struct compiler *c, struct flow *flow, const struct call *call,
                           bool plain) {
    struct program *p = compile_program(c);
    const struct function *function = function_find(call->name);
    struct text none = {NULL, 0};
    struct arguments arguments;
    if (!function || function->instead || (!function->test && !function->value)) {
        if (function && !function->instead)
            diagnose_error(c->diagnostics, call->span, "separate steps with |",
                           "%s() is a step of its own and no filter", function->name);
        else
            compile_value(c, flow,
                          &(struct value){
                              .kind = VALUE_CALL, .span = call->span, .call = (struct call *)call});
        return program_flag(p, false);
    }
    if (!arguments_bind(c, flow, function, call, none, &arguments)) return program_flag(p, false);
    node_id flag = function->test ? function->test(c, flow, &arguments, plain || call->negated)
                                  : operand_truth(c, function->value(c, flow, &arguments));
    return call->negated ? program_not(p, flag) : flag;
}

/* Which of the alternatives would make the field is not defined. */
static void refuse_groups(struct compiler *c, const struct filter *filter) {
    const struct value *pattern = filter->pattern;
    if (filter->kind == FILTER_AND)
        for (size_t i = 0; i < filter->count; i++) refuse_groups(c, filter->children[i]);
    bool named = filter->kind == FILTER_FIELD || filter->kind == FILTER_TEXT;
    if (!named || !pattern || pattern->kind != VALUE_REGEX) return;
    const char *group = memmem(pattern->text.data, pattern->text.length, "(?<", 3);
    if (!group || group[3] == '=' || group[3] == '!') return;
    size_t length = strcspn(group + 3, ">)");
    diagnose_error(c->diagnostics, pattern->span, "case { a=/.../; b=/.../ }",
                   "a group that makes a field (%.*s) cannot stand under or", (int)length,
                   group + 3);
}

node_id compile_filter(struct compiler *c, struct flow *flow, const struct filter *filter,
                       bool plain) {
    struct program *p = compile_program(c);
    node_id flag;
    switch (filter->kind) {
        case FILTER_AND:
            flag = program_flag(p, true);
            for (size_t i = 0; i < filter->count; i++)
                flag = program_and(p, flag, compile_filter(c, flow, filter->children[i], plain));
            return flag;
        case FILTER_OR:
            flag = program_flag(p, false);
            for (size_t i = 0; i < filter->count; i++) {
                refuse_groups(c, filter->children[i]);
                flag = program_or(p, flag, compile_filter(c, flow, filter->children[i], true));
            }
            return flag;
        case FILTER_NOT:
            return program_not(p, compile_filter(c, flow, filter->children[0], true));
        case FILTER_FIELD:
            return field_filter(c, flow, filter, plain);
        case FILTER_TEXT:
            return free_text(c, flow, filter, plain);
        case FILTER_CALL:
            return call_filter(c, flow, filter->call, plain);
        case FILTER_CONST:
            return program_flag(p, filter->truth);
    }
    return program_flag(p, false);
}
