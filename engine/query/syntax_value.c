/* syntax_value.c - expressions. From loosest to tightest: and, or, not (an extension), comparison,
 * + -, * / %, unary - and !. */
#include "engine/query/syntax_internal.h"

/* A measure of its own for what a rule parses, so that a chain of operators, which is as deep as it
 * is long, counts as nesting. */
static unsigned reach_begin(struct parser *parser) {
    unsigned outer = parser->reach;
    parser->reach = parser->depth;
    return outer;
}

static void reach_end(struct parser *parser, unsigned outer) {
    if (parser->reach < outer) parser->reach = outer;
}

/* What was parsed stands `levels` deeper than it did. */
static bool reach_sink(struct parser *parser, unsigned levels) {
    parser->reach += levels;
    if (parser->reach <= SYNTAX_DEPTH) return true;
    parser_stop(parser, "this expression has too many operators");
    return false;
}

static struct value *operation(struct parser *parser, enum syntax_op op, struct value *left,
                               struct value *right) {
    struct value *operands[] = {left, right};
    struct value *value = node_new(parser, sizeof *value);
    if (!value) return NULL;
    value->kind = VALUE_BINARY;
    value->op = op;
    value->span.offset = left->span.offset;
    value->span.length = right->span.offset + right->span.length - left->span.offset;
    value->items = arena_copy(parser->arena, operands, sizeof operands);
    value->count = 2;
    return value->items ? value : NULL;
}

/* ---- operands ----------------------------------------------------------------------------- */

static struct value *parse_group(struct parser *parser) {
    uint32_t start = parser->lexer.at;
    lexer_advance(&parser->lexer, start + 1);
    struct value *value = parser_enter(parser) ? parse_argument_value(parser) : NULL;
    parser_leave(parser);
    if (!value) return NULL;
    if (!lexer_take(&parser->lexer, ')')) {
        complain_unclosed(parser, start, ")");
        return NULL;
    }
    value->span = lexer_since(&parser->lexer, start);
    return value;
}

static struct value *call_value(struct parser *parser, struct call *call, uint32_t start) {
    struct value *value = call ? value_new(parser, VALUE_CALL, start) : NULL;
    if (value) value->call = call;
    return value;
}

/* include: [fields] behind a pipeline with a name. false: reported. */
static bool parse_include(struct parser *parser, struct value *pipeline) {
    struct lexer ahead = parser->lexer;
    if (lexer_peek(&ahead) != 'i' || !lexer_is(&ahead, ahead.at, "include:")) return true;
    lexer_advance(&ahead, ahead.at + (uint32_t)strlen("include:"));
    if (lexer_peek(&ahead) != '[') return true;
    parser->lexer = ahead;
    struct value *fields = parse_array(parser);
    if (!fields) return false;
    pipeline->items = arena_copy(parser->arena, &fields, sizeof(struct value *));
    pipeline->count = pipeline->items ? 1 : 0;
    return pipeline->items != NULL;
}

static struct value *parse_pipeline_value(struct parser *parser, struct text name, uint32_t start) {
    struct pipeline *pipeline = parse_braces(parser);
    struct value *value = pipeline ? value_new(parser, VALUE_PIPELINE, start) : NULL;
    if (!value) return NULL;
    value->text = name;
    value->pipeline = pipeline;
    if (name.length && !parse_include(parser, value)) return NULL;
    value->span = lexer_since(&parser->lexer, start);
    return value;
}

/* The end of a number with a sign in its exponent, which is no character of a name. */
static uint32_t number_end(const struct lexer *lexer, uint32_t end) {
    char sign = lexer->text[end];
    if (sign != '-' && sign != '+') return end;
    uint32_t longer = lexer_name_end(lexer, end + 1);
    struct text text = lexer_text(lexer, lexer->at, longer);
    return memchr("eE", lexer->text[end - 1], 2) && text_is_number(text) ? longer : end;
}

static struct value *parse_name(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at, end = lexer_call_end(lexer, start);
    if (end > start && lexer->text[lexer_space_end(lexer, end)] == '(') {
        struct text name = lexer_text(lexer, start, end);
        lexer_advance(lexer, end);
        return call_value(parser, parse_call(parser, name, start), start);
    }
    end = lexer_name_end(lexer, start);
    if (end == start) {
        complain_expected(parser, "a value");
        return NULL;
    }
    struct text name = lexer_text(lexer, start, end);
    if (lexer->text[end] == ':' && lexer->text[lexer_space_end(lexer, end + 1)] == '{') {
        lexer_advance(lexer, lexer_space_end(lexer, end + 1));
        return parse_pipeline_value(parser, name, start);
    }
    struct value *word = parse_word(parser, number_end(lexer, end));
    if (!word || !parser->condition || !parser_looking_at(parser, "=~")) return word;
    complain_of_extension(parser, ((struct span){lexer->at, 2}), "write function(field=...)",
                          "=~ inside an expression is an extension");
    lexer_advance(lexer, lexer->at + 2);
    return call_value(parser, parse_field_call(parser, word->text), start);
}

static struct value *parse_primary(struct parser *parser) {
    char c = lexer_peek(&parser->lexer);
    if (lexer_at_quote(&parser->lexer)) return parse_quoted(parser);
    switch (c) {
        case '(':
            return parse_group(parser);
        case '[':
            return parse_array(parser);
        case '{':
            return parse_pipeline_value(parser, (struct text){0}, parser->lexer.at);
        case '/':
            return parse_regex(parser);
        case '?':
            return parse_parameter(parser);
        default:
            return parse_name(parser);
    }
}

static struct value *negated(struct parser *parser, enum syntax_op op, uint32_t start,
                             struct value *operand) {
    struct value *value = operand ? value_new(parser, VALUE_UNARY, start) : NULL;
    if (!value) return NULL;
    value->op = op;
    value->items = arena_copy(parser->arena, &operand, sizeof(struct value *));
    value->count = 1;
    return value->items ? value : NULL;
}

static struct value *parse_unary(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    char c = lexer_peek(lexer);
    uint32_t start = lexer->at;
    if ((c != '-' && c != '!') || lexer->text[start + 1] == '=') return parse_primary(parser);
    uint32_t end = lexer_name_end(lexer, start + 1);
    if (c == '-' && text_is_number(lexer_text(lexer, start, end))) {
        return parse_word(parser, number_end(lexer, end));
    }
    lexer_advance(lexer, start + 1);
    struct value *operand = parser_enter(parser) ? parse_unary(parser) : NULL;
    parser_leave(parser);
    return negated(parser, c == '-' ? OP_NEGATE : OP_NOT, start, operand);
}

/* ---- operators ---------------------------------------------------------------------------- */

static bool take_arithmetic(struct parser *parser, bool product, enum syntax_op *op) {
    switch (lexer_peek(&parser->lexer)) {
        case '+':
            *op = OP_ADD;
            break;
        case '-':
            *op = OP_SUBTRACT;
            break;
        case '*':
            *op = OP_MULTIPLY;
            break;
        case '/':
            *op = OP_DIVIDE;
            break;
        case '%':
            *op = OP_REMAINDER;
            break;
        default:
            return false;
    }
    if (product != (*op >= OP_MULTIPLY)) return false;
    lexer_advance(&parser->lexer, parser->lexer.at + 1);
    return true;
}

static struct value *parse_arithmetic(struct parser *parser, bool product) {
    unsigned outer = reach_begin(parser);
    struct value *left = product ? parse_unary(parser) : parse_arithmetic(parser, true);
    enum syntax_op op;
    while (left && take_arithmetic(parser, product, &op)) {
        struct value *right = product ? parse_unary(parser) : parse_arithmetic(parser, true);
        left = right && reach_sink(parser, 1) ? operation(parser, op, left, right) : NULL;
    }
    reach_end(parser, outer);
    return left;
}

static bool take_comparison(struct parser *parser, enum syntax_op *op, bool *extension) {
    static const struct {
        const char *text;
        enum syntax_op op;
    } comparisons[] = {
        {"==", OP_EQUAL}, {"!=", OP_NOT_EQUAL},     {"<>", OP_NOT_EQUAL}, {"<=", OP_LESS_EQUAL},
        {"<", OP_LESS},   {">=", OP_GREATER_EQUAL}, {">", OP_GREATER},
    };
    struct lexer *lexer = &parser->lexer;
    *extension = false;
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        const char *text = comparisons[i].text;
        if (!parser_looking_at(parser, text)) continue;
        uint32_t start = lexer->at, end = start + (uint32_t)strlen(text);
        if (i < 2 && lexer->text[end] == '=') {
            complain(parser, ((struct span){start, 3}),
                     "write == or !=", "the language has no %s=", text);
            end++;
        }
        lexer_advance(lexer, end);
        *op = comparisons[i].op;
        return true;
    }
    if (!parser->condition || lexer_peek(lexer) != '=' || lexer->text[lexer->at + 1] == '>') {
        return false;
    }
    complain_of_extension(parser, ((struct span){lexer->at, 1}),
                          "write ==", "= inside a condition is read as ==, an extension");
    lexer_advance(lexer, lexer->at + 1);
    *op = OP_EQUAL;
    *extension = true;
    return true;
}

/* The right side; of the extension also a lone star, which asks whether there is a value. */
static struct value *parse_compared(struct parser *parser, bool extension) {
    struct lexer *lexer = &parser->lexer;
    if (extension && lexer_peek(lexer) == '*' &&
        lexer_word_end(lexer, lexer->at) == lexer->at + 1) {
        return parse_word(parser, lexer->at + 1);
    }
    return parse_arithmetic(parser, false);
}

static struct value *parse_comparison(struct parser *parser) {
    unsigned outer = reach_begin(parser);
    struct value *value = parse_arithmetic(parser, false);
    enum syntax_op op;
    bool extension;
    if (value && take_comparison(parser, &op, &extension)) {
        struct value *right = parse_compared(parser, extension);
        value = right && reach_sink(parser, 1) ? operation(parser, op, value, right) : NULL;
        if (value) value->extension = extension;
        uint32_t next = parser->lexer.at;
        if (value && take_comparison(parser, &op, &extension)) {
            complain(parser, ((struct span){next, 1}), "put parentheses around one of them",
                     "two comparisons stand side by side");
            value = NULL;
        }
    }
    reach_end(parser, outer);
    return value;
}

static void complain_of_words(struct parser *parser, struct span span) {
    complain_of_extension(parser, span, NULL,
                          "and, or and not inside an expression are an extension");
}

static struct value *parse_not(struct parser *parser) {
    lexer_peek(&parser->lexer);
    uint32_t start = parser->lexer.at;
    if (!lexer_take_word(&parser->lexer, "not")) return parse_comparison(parser);
    complain_of_words(parser, lexer_since(&parser->lexer, start));
    struct value *operand = parser_enter(parser) ? parse_not(parser) : NULL;
    parser_leave(parser);
    struct value *value = negated(parser, OP_NOT, start, operand);
    if (value) value->extension = true;
    return value;
}

/* Joins the items as a tree that is no deeper than it must be. */
static struct value *join(struct parser *parser, enum syntax_op op, struct value **items,
                          size_t count) {
    if (count == 1) return items[0];
    struct value *left = join(parser, op, items, count / 2);
    struct value *right = join(parser, op, items + count / 2, count - count / 2);
    struct value *value = left && right ? operation(parser, op, left, right) : NULL;
    if (value) value->extension = true;
    return value;
}

static unsigned levels_of(size_t count) {
    unsigned levels = 0;
    while (((size_t)1 << levels) < count) levels++;
    return levels;
}

/* Terms with `op` between them: or binds tighter than and, as in filters. */
static struct value *parse_joined(struct parser *parser, enum syntax_op op, bool *joined) {
    size_t list = list_begin(parser), count;
    unsigned outer = reach_begin(parser);
    bool inner_joined = false, good, more = false;
    do {
        struct value *term =
            op == OP_AND ? parse_joined(parser, OP_OR, &inner_joined) : parse_not(parser);
        good = term && list_add(parser, &term, sizeof(struct value *));
        lexer_peek(&parser->lexer);
        uint32_t start = parser->lexer.at;
        more = good && parser_take_connective(parser, op);
        bool symbol = parser->lexer.text[start] == '&' || parser->lexer.text[start] == '|';
        if (more && !symbol) complain_of_words(parser, lexer_since(&parser->lexer, start));
    } while (more);
    struct value **items = list_end(parser, list, sizeof(struct value *), &count);
    struct value *value = NULL;
    if (good && items && reach_sink(parser, levels_of(count))) {
        value = join(parser, op, items, count);
    }
    if (count > 1) *joined = true;
    if (value && op == OP_AND && count > 1 && inner_joined) {
        complain_of_extension(parser, value->span, "put parentheses around the parts joined by or",
                              "or binds tighter than and in this language");
    }
    reach_end(parser, outer);
    return value;
}

struct value *parse_expression(struct parser *parser) {
    bool joined = false;
    return parse_joined(parser, OP_AND, &joined);
}
