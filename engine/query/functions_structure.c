/* functions_structure.c - functions that make fields of structured texts: JSON, key=value, XML,
 * CSV.
 *
 * Nothing is taken apart beforehand: each field that a later step names is looked up in the text.
 */
#include "engine/query/compile.h"
#include "engine/scalar/structure.h"

#define GROUP "functions: structure"

/* Names with a prefix that a text answers for. */
struct source_text {
    const struct scalar *scalar;
    struct operand text;
    struct text prefix;
    struct text pair; /* between key and value, of kvParse; data NULL: = */
    bool arrays;      /* name[] is an array of the text */
};

static void *make_data(const struct source_text *source, const char *path) {
    if (source->scalar == &scalar_kv_get)
        return kv_get_new(path, NULL, source->pair.data ? source->pair.data[0] : '=');
    if (source->scalar == &scalar_xml_get) return xml_get_new(path);
    return json_get_new(path);
}

static bool make_field(struct compiler *c, void *context, struct text name, struct operand *value) {
    const struct source_text *source = context;
    struct text prefix = source->prefix;
    if (name.length <= prefix.length || memcmp(name.data, prefix.data, prefix.length) != 0)
        return false;
    struct text path = {name.data + prefix.length, name.length - prefix.length};
    if (name.data[0] == '@' && !prefix.length) return false;
    /* The whole array is what stands at its path. */
    if (source->arrays && path.length > 2 && memcmp(path.data + path.length - 2, "[]", 2) == 0)
        path.length -= 2;
    path = compile_text(c, path);
    void *data = make_data(source, path.data);
    scalar_data(c, source->scalar, data);
    struct text identity =
        compile_printf(c, "%s %s", path.data, source->pair.data ? source->pair.data : "");
    *value = call_scalar(c, source->scalar, data, identity, &source->text, 1);
    return true;
}

static void provide(struct compiler *c, struct flow *flow, const struct arguments *arguments,
                    const struct scalar *scalar) {
    struct source_text *source = compile_alloc(c, sizeof *source);
    struct text prefix = arguments_text(arguments, "prefix");
    *source = (struct source_text){
        .scalar = scalar,
        .text = operand_of(operand_text(c, arguments_operand(arguments, "field"))),
        .prefix = prefix.data ? prefix : text_of(""),
        .arrays = scalar == &scalar_json_get,
    };
    flow->scope = scope_provide(c, flow->scope, make_field, source);
}

static void step_parse_json(struct compiler *c, struct flow *flow,
                            const struct arguments *arguments) {
    struct scope *before = flow->scope;
    struct text *names;
    provide(c, flow, arguments, &scalar_json_get);
    size_t count = arguments_texts(arguments, "exclude", &names);
    for (size_t i = 0; i < count; i++)
        flow->scope = scope_bind(c, flow->scope, names[i], scope_get(c, before, names[i], false));
}

static void step_kv(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct source_text *source = compile_alloc(c, sizeof *source);
    struct text prefix = arguments_text(arguments, "prefix");
    struct text as = arguments_as(arguments);
    if (as.data) prefix = compile_printf(c, "%s.", as.data);
    *source = (struct source_text){
        .scalar = &scalar_kv_get,
        .text = operand_of(operand_text(c, arguments_operand(arguments, "field"))),
        .prefix = prefix.data ? prefix : text_of(""),
        .pair = arguments_text(arguments, "separator"),
    };
    flow->scope = scope_provide(c, flow->scope, make_field, source);
}

static void step_parse_xml(struct compiler *c, struct flow *flow,
                           const struct arguments *arguments) {
    provide(c, flow, arguments, &scalar_xml_get);
}

static void step_parse_csv(struct compiler *c, struct flow *flow,
                           const struct arguments *arguments) {
    struct text *columns;
    size_t count = arguments_texts(arguments, "columns", &columns);
    struct operand text = operand_of(operand_text(c, arguments_operand(arguments, "field")));
    for (size_t i = 0; i < count; i++) {
        void *data = csv_get_new(i);
        scalar_data(c, &scalar_csv_get, data);
        struct text identity = compile_printf(c, "%zu", i);
        flow_assign(c, flow, columns[i], call_scalar(c, &scalar_csv_get, data, identity, &text, 1));
    }
}

static struct operand value_pretty(struct compiler *c, struct flow *flow,
                                   const struct arguments *arguments) {
    (void)flow;
    struct operand text = operand_of(operand_text(c, arguments_operand(arguments, "field")));
    return call_scalar(c, &scalar_json_pretty, NULL, text_of(""), &text, 1);
}

static void step_pretty(struct compiler *c, struct flow *flow, const struct arguments *arguments) {
    struct text as = arguments_as(arguments);
    flow_assign(c, flow, as.data ? as : arguments_text(arguments, "field"),
                value_pretty(c, flow, arguments));
}

static const struct parameter json_parameters[] = {
    OPTIONAL("field", PARAM_FIELD, "@rawstring"), OPTIONAL("prefix", PARAM_TEXT, NULL),
    OPTIONAL("exclude", PARAM_TEXTS, NULL),       IGNORED("include", PARAM_TEXTS),
    IGNORED("excludeEmpty", PARAM_FLAG),          IGNORED("handleNull", PARAM_CHOICE),
    IGNORED("removePrefixes", PARAM_TEXTS),       {0}};
static const struct parameter kv_parameters[] = {
    OPTIONAL("field", PARAM_FIELD, "@rawstring"), OPTIONAL("as", PARAM_TEXT, NULL),
    OPTIONAL("prefix", PARAM_TEXT, NULL),         OPTIONAL("separator", PARAM_TEXT, NULL),
    IGNORED("separatorPadding", PARAM_TEXT),      IGNORED("override", PARAM_FLAG),
    IGNORED("excludeEmpty", PARAM_FLAG),          {0}};
static const struct parameter xml_parameters[] = {OPTIONAL("field", PARAM_FIELD, "@rawstring"),
                                                  OPTIONAL("prefix", PARAM_TEXT, NULL),
                                                  IGNORED("strict", PARAM_FLAG),
                                                  {0}};
static const struct parameter csv_parameters[] = {OPTIONAL("field", PARAM_FIELD, "@rawstring"),
                                                  REQUIRED("columns", PARAM_TEXTS),
                                                  IGNORED("delimiter", PARAM_TEXT),
                                                  IGNORED("trim", PARAM_FLAG),
                                                  IGNORED("excludeEmpty", PARAM_FLAG),
                                                  {0}};
static const struct parameter pretty_parameters[] = {OPTIONAL("field", PARAM_FIELD, "@rawstring"),
                                                     OPTIONAL("as", PARAM_TEXT, NULL),
                                                     IGNORED("step", PARAM_NUMBER),
                                                     IGNORED("strict", PARAM_FLAG),
                                                     {0}};

const struct function functions_structure[] = {
    {.name = "parseJson",
     .group = GROUP,
     .synopsis = "parseJson(field=@rawstring, prefix=, exclude=[...])",
     .summary = "fields from a JSON text",
     .parameters = json_parameters,
     .step = step_parse_json},
    {.name = "kvParse",
     .group = GROUP,
     .synopsis = "kvParse(field=@rawstring, as=, prefix=, separator==)",
     .summary = "fields from key=value, key=\"value\"",
     .parameters = kv_parameters,
     .step = step_kv},
    {.name = "parseXml",
     .group = GROUP,
     .synopsis = "parseXml(field=@rawstring, prefix=)",
     .summary = "fields from XML: a.b, a.@attribute",
     .parameters = xml_parameters,
     .step = step_parse_xml},
    {.name = "parseCsv",
     .group = GROUP,
     .synopsis = "parseCsv(field=@rawstring, columns=[...])",
     .summary = "fields from the cells of a CSV line",
     .parameters = csv_parameters,
     .step = step_parse_csv},
    {.name = "json:prettyPrint",
     .group = GROUP,
     .synopsis = "json:prettyPrint(field, as=field)",
     .summary = "JSON with line breaks",
     .parameters = pretty_parameters,
     .step = step_pretty,
     .value = value_pretty},
    {0}};
