/* syntax_literal.c - words, texts, regexes, parameters and arrays. */
#include "engine/query/syntax_internal.h"

struct value *parse_word(struct parser *parser, uint32_t end) {
    uint32_t start = parser->lexer.at;
    struct text text = lexer_text(&parser->lexer, start, end);
    lexer_advance(&parser->lexer, end);
    enum value_kind kind = text_equal(text, text_of("*")) ? VALUE_STAR
                           : text_is_number(text)         ? VALUE_NUMBER
                                                          : VALUE_WORD;
    struct value *value = value_new(parser, kind, start);
    if (value) value->text = text;
    return value;
}

struct value *parse_quoted(struct parser *parser) {
    uint32_t start = parser->lexer.at;
    struct text text;
    if (!lexer_quoted(&parser->lexer, &text)) return NULL;
    struct value *value = value_new(parser, VALUE_TEXT, start);
    if (value) value->text = text;
    return value;
}

struct value *parse_regex(struct parser *parser) {
    uint32_t start = parser->lexer.at;
    struct text text;
    unsigned flags;
    if (!lexer_regex(&parser->lexer, &text, &flags)) return NULL;
    struct value *value = value_new(parser, VALUE_REGEX, start);
    if (!value) return NULL;
    value->text = text;
    value->regex_flags = flags;
    return value;
}

static bool parameter_name(struct parser *parser, struct text *name) {
    struct lexer *lexer = &parser->lexer;
    if (lexer_at_quote(lexer)) return lexer_quoted(lexer, name);
    uint32_t end = lexer_name_end(lexer, lexer->at);
    if (end == lexer->at) {
        complain_expected(parser, "the name of a parameter");
        return false;
    }
    *name = lexer_text(lexer, lexer->at, end);
    lexer_advance(lexer, end);
    return true;
}

/* name = value } of ?{name = value}. */
static struct value *parameter_default(struct parser *parser, struct text *name, uint32_t opening) {
    lexer_peek(&parser->lexer);
    if (!parameter_name(parser, name)) return NULL;
    if (!lexer_take(&parser->lexer, '=')) {
        complain_unclosed(parser, opening, "= and the default of the parameter");
        return NULL;
    }
    struct value *value = parse_argument_value(parser);
    if (!value || lexer_take(&parser->lexer, '}')) return value;
    complain_unclosed(parser, opening, "}");
    return NULL;
}

struct value *parse_parameter(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at;
    struct text name = {0};
    struct value *otherwise = NULL;
    lexer_advance(lexer, start + 1);
    if (lexer->text[lexer->at] == '{') {
        lexer_advance(lexer, start + 2);
        if (parser_enter(parser)) otherwise = parameter_default(parser, &name, start + 1);
        parser_leave(parser);
        if (!otherwise) return NULL;
    } else if (!parameter_name(parser, &name)) {
        return NULL;
    }
    struct value *value = value_new(parser, VALUE_PARAMETER, start);
    if (!value) return NULL;
    value->text = name;
    if (!otherwise) return value;
    value->items = arena_copy(parser->arena, &otherwise, sizeof(struct value *));
    value->count = value->items ? 1 : 0;
    return value;
}

/* Items up to and with the ]. */
static bool array_items(struct parser *parser, uint32_t opening) {
    if (lexer_take(&parser->lexer, ']')) return true;
    do {
        struct value *item = parse_argument_value(parser);
        if (!item || !list_add(parser, &item, sizeof(struct value *))) return false;
    } while (lexer_take(&parser->lexer, ','));
    if (lexer_take(&parser->lexer, ']')) return true;
    complain_unclosed(parser, opening, ", or ]");
    return false;
}

struct value *parse_array(struct parser *parser) {
    uint32_t start = parser->lexer.at;
    size_t list = list_begin(parser), count;
    lexer_advance(&parser->lexer, start + 1);
    bool complete = parser_enter(parser) && array_items(parser, start);
    parser_leave(parser);
    struct value **items = list_end(parser, list, sizeof(struct value *), &count);
    struct value *value = complete ? value_new(parser, VALUE_ARRAY, start) : NULL;
    if (!value) return NULL;
    value->items = items;
    value->count = count;
    return value;
}

/* Whether the word is names and numbers with operators between them. What else is written without
 * quotes (*.exe, 10.0.0.0/8, user@host:22) is a literal. */
static bool is_expression(const struct lexer *lexer, uint32_t at, uint32_t end) {
    for (;; at++) {
        if (lexer->text[at] == '-') at++;
        uint32_t operand = lexer_name_end(lexer, at);
        if (operand == at) return false;
        struct text text = lexer_text(lexer, at, operand);
        if (text.data[0] >= '0' && text.data[0] <= '9' && !text_is_number(text)) return false;
        if (operand >= end) return true;
        if (!strchr("+-*/", lexer->text[operand])) return false;
        at = operand;
    }
}

/* The end of a literal word that is a whole argument; 0: it is something else. */
static uint32_t literal_end(const struct lexer *lexer) {
    uint32_t end = lexer_word_end(lexer, lexer->at);
    if (end == lexer->at || strchr("/?$", lexer->text[lexer->at])) return 0;
    /* A comment ends the word, unless it is the // of a URL. */
    const char *comment = memmem(lexer->text + lexer->at, end - lexer->at, "//", 2);
    if (comment && comment[-1] != ':') end = (uint32_t)(comment - lexer->text);
    struct lexer ahead = *lexer;
    ahead.at = end;
    char next = lexer_peek(&ahead);
    if (next && !strchr(",)]}|;", next)) return 0;
    return is_expression(lexer, lexer->at, end) ? 0 : end;
}

struct value *parse_argument_value(struct parser *parser) {
    lexer_peek(&parser->lexer);
    uint32_t end = parser->condition ? 0 : literal_end(&parser->lexer);
    return end ? parse_word(parser, end) : parse_expression(parser);
}
