/* functions_pattern.c - functions that take texts apart with regular expressions. */
#include "engine/query/compile.h"
#include "engine/scalar/array.h"
#include "engine/scalar/pattern.h"

#define GROUP "functions: patterns"

/* The compiled pattern of an argument; NULL: reported. Owned by the compiler. */
static void destroy_regex(void *regex) {
    regex_free(regex);
}

static struct regex *regex_of(struct compiler *c, const struct arguments *arguments,
                              const char *name, struct text pattern, unsigned flags) {
    struct trawl_error error = {0};
    struct text letters = arguments_text(arguments, "flags");
    if (letters.data) flags |= regex_flags(c, arguments_span(arguments, "flags"), letters);
    struct regex *regex = regex_new(pattern.data, flags & ~REGEX_GLOBAL, &error);
    if (regex) return compile_own(c, regex, destroy_regex);
    if (error.status == TRAWL_MEMORY) compile_no_memory(c);
    diagnose_error(c->diagnostics, arguments_span(arguments, name), NULL, "%s", error.message);
    return NULL;
}

static void refuse(struct compiler *c, const struct arguments *arguments, const char *name,
                   const struct trawl_error *error) {
    if (error->status == TRAWL_MEMORY) compile_no_memory(c);
    diagnose_error(c->diagnostics, arguments_span(arguments, name), NULL, "%s", error->message);
}

/* replace(regex, with=, field=, as=field): where there is no match the text stays as it is. */
static void step_replace(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct trawl_error error = {0};
    unsigned flags;
    struct text pattern = arguments_regex(arguments, "regex", &flags);
    struct text with = arguments_text(arguments, "with");
    if (arguments_has(arguments, "replacement")) with = arguments_text(arguments, "replacement");
    if (!with.data) with = text_of("");
    struct regex *regex = regex_of(c, arguments, "regex", pattern, flags);
    if (!regex) return;
    void *data = replace_new(regex, with.data, true, &error);
    if (!data) {
        refuse(c, arguments, "with", &error);
        return;
    }
    scalar_data(c, &scalar_replace, data);
    struct operand text = arguments_operand(arguments, "field");
    struct text identity = compile_printf(c, "%u %s %s", flags, with.data, pattern.data);
    struct text target = arguments_as(arguments);
    flow_bind(c, flow, target.data ? target : arguments_text(arguments, "field"),
              call_scalar(c, &scalar_replace, data, identity, &text, 1));
}

/* The pieces as an array under name[], name[0], name[1], ... */
struct pieces {
    struct text name;
    struct operand array;
};

static bool make_piece(struct compiler *c, void *context, struct text name, struct operand *value) {
    const struct pieces *pieces = context;
    size_t length = pieces->name.length;
    if (name.length < length + 3 || memcmp(name.data, pieces->name.data, length) != 0 ||
        name.data[length] != '[' || name.data[name.length - 1] != ']')
        return false;
    struct text inner = {name.data + length + 1, name.length - length - 2};
    double index;
    if (!number_parse(inner, &index)) return false;
    struct operand operands[] = {pieces->array,
                                 operand_of(program_number(compile_program(c), index))};
    *value = call_scalar(c, &scalar_array_get, NULL, text_of(""), operands, 2);
    return true;
}

void bind_array(struct compiler *c, struct flow *flow, struct text name, struct operand array) {
    if (name.length > 2 && memcmp(name.data + name.length - 2, "[]", 2) == 0) name.length -= 2;
    struct program *p = compile_program(c);
    struct operand comma[] = {array, operand_of(program_text(p, text_of(",")))};
    struct pieces *pieces = compile_alloc(c, sizeof *pieces);
    *pieces = (struct pieces){compile_text(c, name), array};
    flow->scope = scope_provide(c, flow->scope, make_piece, pieces);
    flow->scope = scope_bind(c, flow->scope, compile_printf(c, "%s[]", pieces->name.data), array);
    flow_bind(c, flow, pieces->name,
              call_scalar(c, &scalar_array_join, NULL, text_of(""), comma, 2));
}

/* splitString(field, by=regex, index=, as=): one piece, or all of them as an array. */
static void step_split(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct trawl_error error = {0};
    unsigned flags;
    struct text by = arguments_regex(arguments, "by", &flags);
    struct regex *regex = regex_of(c, arguments, "by", by, flags);
    if (!regex) return;
    bool one = arguments_has(arguments, "index");
    int64_t index = one ? (int64_t)arguments_number(arguments, "index") : 0;
    void *data = split_new(regex, index, &error);
    if (!data) {
        refuse(c, arguments, "by", &error);
        return;
    }
    scalar_data(c, one ? &scalar_split_piece : &scalar_split_array, data);
    struct operand text = arguments_operand(arguments, "field");
    struct text identity = compile_printf(c, "%u %lld %s", flags, (long long)index, by.data);
    struct text as = arguments_as(arguments);
    if (one)
        flow_bind(c, flow, as, call_scalar(c, &scalar_split_piece, data, identity, &text, 1));
    else
        bind_array(c, flow, as, call_scalar(c, &scalar_split_array, data, identity, &text, 1));
}

static const struct parameter replace_parameters[] = {REQUIRED("regex", PARAM_REGEX),
                                                      OPTIONAL("with", PARAM_TEXT, NULL),
                                                      OPTIONAL("replacement", PARAM_TEXT, NULL),
                                                      OPTIONAL("field", PARAM_FIELD, "@rawstring"),
                                                      OPTIONAL("as", PARAM_TEXT, NULL),
                                                      OPTIONAL("flags", PARAM_TEXT, NULL),
                                                      {0}};
static const struct parameter split_parameters[] = {
    OPTIONAL("field", PARAM_FIELD, "@rawstring"), REQUIRED("by", PARAM_REGEX),
    OPTIONAL("index", PARAM_NUMBER, NULL),        OPTIONAL("as", PARAM_TEXT, "_splitstring"),
    OPTIONAL("flags", PARAM_TEXT, NULL),          {0}};

const struct function functions_pattern[] = {
    {.name = "replace",
     .group = GROUP,
     .synopsis = "replace(regex, with=, field=@rawstring, as=field, flags=)",
     .summary = "with every match replaced; $1 inserts a group",
     .parameters = replace_parameters,
     .step = step_replace},
    {.name = "splitString",
     .group = GROUP,
     .synopsis = "splitString(field, by=regex, index=, as=_splitstring)",
     .summary = "the pieces between matches: as[0], as[1], ..., or one of them by index",
     .parameters = split_parameters,
     .step = step_split},
    {0}};
