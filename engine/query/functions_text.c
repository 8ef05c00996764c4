/* functions_text.c - functions of texts. */
#include "engine/document.h"
#include "engine/query/compile.h"
#include "engine/scalar/network.h"
#include "engine/scalar/text.h"

#define GROUP "functions: texts"

static struct operand value_lower(struct compiler *c, struct flow *flow,
                                  const struct arguments *arguments) {
    (void)flow;
    node_id text = operand_text(c, arguments_operand(arguments, "field"));
    return operand_of(program_lower(compile_program(c), text));
}

static void step_lowercase(struct compiler *c, struct flow *flow,
                           const struct arguments *arguments) {
    struct text *fields;
    size_t count = arguments_fields(arguments, "field", &fields);
    for (size_t i = 0; i < count; i++) {
        node_id text = operand_text(c, compile_field(c, flow, fields[i]));
        flow_bind(c, flow, fields[i], operand_of(program_lower(compile_program(c), text)));
    }
}

static struct operand value_decoded(struct compiler *c, struct flow *flow,
                                    const struct arguments *arguments) {
    struct text name = arguments_text(arguments, "charset");
    enum document_charset charset;
    (void)flow;
    if (!document_charset(name.data, &charset)) {
        diagnose_error(c->diagnostics, arguments_span(arguments, "charset"),
                       "UTF-8, UTF-16LE, UTF-16BE, ISO-8859-1", "there is no charset %s",
                       name.data);
        return operand_missing(c);
    }
    void *data = charset_new(charset);
    scalar_data(c, arguments->function->scalar, data);
    struct operand text = arguments_operand(arguments, "field");
    return call_scalar(c, arguments->function->scalar, data, name, &text, 1);
}

static struct operand value_hash(struct compiler *c, struct flow *flow,
                                 const struct arguments *arguments) {
    struct text *names;
    size_t count = arguments_fields(arguments, "field", &names);
    struct operand *operands = compile_alloc(c, (count + 1) * sizeof *operands);
    for (size_t i = 0; i < count; i++) operands[i] = compile_field(c, flow, names[i]);
    if (!arguments->function->which)
        return call_scalar(c, arguments->function->scalar, NULL, text_of(""), operands, count);
    uint64_t limit = arguments_has(arguments, "limit") ? arguments_limit(arguments, "limit") : 0;
    uint64_t seed = arguments_has(arguments, "seed") ? arguments_limit(arguments, "seed") : 0;
    void *data = hash_new(limit, seed);
    scalar_data(c, &scalar_hash, data);
    struct text identity =
        compile_printf(c, "%llu %llu", (unsigned long long)limit, (unsigned long long)seed);
    return call_scalar(c, &scalar_hash, data, identity, operands, count);
}

static struct operand value_network(struct compiler *c, struct flow *flow,
                                    const struct arguments *arguments) {
    static const char *const lengths[] = {"v4", "v6"};
    struct operand operands[3] = {arguments_operand(arguments, "field")};
    (void)flow;
    for (size_t i = 0; i < 2; i++) {
        uint64_t length = arguments_limit(arguments, lengths[i]);
        operands[1 + i] = operand_of(program_number(compile_program(c), (double)length));
    }
    return call_scalar(c, arguments->function->scalar, NULL, text_of(""), operands, 3);
}

#define ONE(name, as_name)                                                        \
    static const struct parameter name[] = {REQUIRED("field", PARAM_FIELD),       \
                                            OPTIONAL("as", PARAM_TEXT, as_name),  \
                                            OPTIONAL("locale", PARAM_TEXT, NULL), \
                                            {0}}
ONE(lower_parameters, "_lower");
ONE(upper_parameters, "_upper");
ONE(length_parameters, "_length");
ONE(text_length_parameters, "_text_length");
ONE(reverse_parameters, "_reverse");
ONE(trim_parameters, "_trim");
ONE(entropy_parameters, "_shannonentropy");
ONE(url_decode_parameters, "_urldecode");
ONE(url_encode_parameters, "_urlencode");
ONE(base64_encode_parameters, "_base64Encode");
ONE(address_parameters, "_address");
static const struct parameter network_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                      OPTIONAL("v4", PARAM_LIMIT, "32"),
                                                      OPTIONAL("v6", PARAM_LIMIT, "64"),
                                                      OPTIONAL("as", PARAM_TEXT, "_network"),
                                                      {0}};

static const struct parameter lowercase_parameters[] = {
    REQUIRED("field", PARAM_FIELDS), IGNORED("include", PARAM_ANY), {0}};
static const struct parameter base64_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                     OPTIONAL("as", PARAM_TEXT, "_base64Decode"),
                                                     OPTIONAL("charset", PARAM_TEXT, "UTF-8"),
                                                     {0}};
static const struct parameter hex_parameters[] = {REQUIRED("field", PARAM_FIELD),
                                                  OPTIONAL("as", PARAM_TEXT, "_parseHexString"),
                                                  OPTIONAL("charset", PARAM_TEXT, "UTF-8"),
                                                  {0}};
static const struct parameter part_parameters[] = {REQUIRED("string", PARAM_VALUE),
                                                   REQUIRED("substring", PARAM_VALUE),
                                                   OPTIONAL("as", PARAM_TEXT, "_text"),
                                                   {0}};
static const struct parameter position_parameters[] = {REQUIRED("string", PARAM_VALUE),
                                                       REQUIRED("character", PARAM_VALUE),
                                                       OPTIONAL("as", PARAM_TEXT, "_positionOf"),
                                                       {0}};
static const struct parameter substring_parameters[] = {REQUIRED("string", PARAM_VALUE),
                                                        OPTIONAL("begin", PARAM_VALUE, "0"),
                                                        OPTIONAL("end", PARAM_VALUE, NULL),
                                                        OPTIONAL("as", PARAM_TEXT, "_substring"),
                                                        {0}};
static const struct parameter distance_parameters[] = {REQUIRED("string", PARAM_VALUE),
                                                       REQUIRED("target", PARAM_VALUE),
                                                       OPTIONAL("as", PARAM_TEXT, "_distance"),
                                                       {0}};
static const struct parameter digest_parameters[] = {
    REQUIRED("field", PARAM_FIELDS), OPTIONAL("as", PARAM_TEXT, "_crypto"), {0}};
static const struct parameter hash_parameters[] = {REQUIRED("field", PARAM_FIELDS),
                                                   OPTIONAL("limit", PARAM_LIMIT, NULL),
                                                   OPTIONAL("seed", PARAM_LIMIT, NULL),
                                                   OPTIONAL("as", PARAM_TEXT, "_hash"),
                                                   {0}};

/* A line of a function that is a scalar of its parameters. */
#define SIMPLE(function_name, text, what, table, of)                              \
    {                                                                             \
        .name = function_name, .group = GROUP, .synopsis = text, .summary = what, \
        .parameters = table, .value = value_of_scalar, .scalar = &of              \
    }
#define DIGEST(function_name, of)                                                           \
    {                                                                                       \
        .name = function_name, .group = GROUP, .synopsis = function_name "([fields], as=)", \
        .summary = "the digest of the fields one after the other, in hex",                  \
        .parameters = digest_parameters, .value = value_hash, .scalar = &of                 \
    }

const struct function functions_text[] = {
    {.name = "lower",
     .group = GROUP,
     .synopsis = "lower(field, as=_lower)",
     .summary = "in lower case: ASCII, and in texts with other letters those too",
     .differs = "a letter outside ASCII never becomes one inside",
     .parameters = lower_parameters,
     .value = value_lower},
    {.name = "lowercase",
     .group = GROUP,
     .synopsis = "lowercase(field)",
     .summary = "the field's value in lower case, in place",
     .differs = "names stay as they are: include= has no effect",
     .parameters = lowercase_parameters,
     .step = step_lowercase},
    SIMPLE("upper", "upper(field, as=_upper)", "in capitals", upper_parameters, scalar_upper),
    SIMPLE("length", "length(field, as=_length)", "the number of characters", length_parameters,
           scalar_length),
    SIMPLE("text:length", "text:length(string)", "the number of characters", text_length_parameters,
           scalar_length),
    {.name = "text:lower",
     .group = GROUP,
     .synopsis = "text:lower(string)",
     .summary = "as lower()",
     .parameters = lower_parameters,
     .value = value_lower},
    SIMPLE("text:upper", "text:upper(string)", "as upper()", upper_parameters, scalar_upper),
    SIMPLE("text:trim", "text:trim(string)", "without white space at both ends", trim_parameters,
           scalar_trim),
    SIMPLE("trim", "trim(field)", "without white space at both ends", trim_parameters, scalar_trim),
    SIMPLE("reverse", "reverse(field)", "the characters backwards", reverse_parameters,
           scalar_reverse),
    SIMPLE("text:contains", "text:contains(string=, substring=)", "the text holds the part",
           part_parameters, scalar_contains),
    SIMPLE("text:startsWith", "text:startsWith(string=, substring=)",
           "the text begins with the part", part_parameters, scalar_starts_with),
    SIMPLE("text:endsWith", "text:endsWith(string=, substring=)", "the text ends with the part",
           part_parameters, scalar_ends_with),
    SIMPLE("text:positionOf", "text:positionOf(string=, character=)",
           "where the part stands, from 0; null where it does not", position_parameters,
           scalar_position_of),
    SIMPLE("text:substring", "text:substring(string=, begin=0, end=)",
           "characters from begin to before end; negative numbers count from the end",
           substring_parameters, scalar_substring),
    SIMPLE("text:editDistance", "text:editDistance(string=, target=)",
           "how many characters to change, add or take away", distance_parameters,
           scalar_edit_distance),
    {.name = "base64Decode",
     .group = GROUP,
     .synopsis = "base64Decode(field, as=, charset=UTF-8)",
     .summary = "what the field encodes",
     .parameters = base64_parameters,
     .value = value_decoded,
     .scalar = &scalar_base64_decode},
    SIMPLE("base64Encode", "base64Encode(field, as=)", "in base64", base64_encode_parameters,
           scalar_base64_encode),
    SIMPLE("urlDecode", "urlDecode(field, as=)", "with %xx and + decoded", url_decode_parameters,
           scalar_url_decode),
    SIMPLE("urlEncode", "urlEncode(field, as=)", "with %xx for what a URL may not hold",
           url_encode_parameters, scalar_url_encode),
    {.name = "parseHexString",
     .group = GROUP,
     .synopsis = "parseHexString(field, as=, charset=UTF-8)",
     .summary = "the text whose bytes are given in hex",
     .parameters = hex_parameters,
     .value = value_decoded,
     .scalar = &scalar_hex_decode},
    SIMPLE("shannonEntropy", "shannonEntropy(field, as=)", "bits of entropy per byte",
           entropy_parameters, scalar_entropy),
    DIGEST("crypto:md5", scalar_md5),
    DIGEST("crypto:sha1", scalar_sha1),
    DIGEST("crypto:sha256", scalar_sha256),
    DIGEST("crypto:sha512", scalar_sha512),
    {.name = "hash",
     .group = GROUP,
     .synopsis = "hash([fields], limit=, seed=, as=_hash)",
     .summary = "a number made of the fields' texts",
     .differs = "another hash (XXH3)",
     .parameters = hash_parameters,
     .value = value_hash,
     .which = 1},
    SIMPLE("ip:normalize", "ip:normalize(field)",
           "an address in its usual spelling, without a port behind it; null where it is none",
           address_parameters, scalar_address),
    {.name = "ip:network",
     .group = GROUP,
     .synopsis = "ip:network(field, v4=32, v6=64)",
     .summary = "the network of so many bits that an address is in, 192.0.2.0/24; where it has no "
                "other address, that one",
     .differs = "a function of its own",
     .parameters = network_parameters,
     .value = value_network,
     .scalar = &scalar_network},
    {0}};
