/* syntax_filter.c - filters. From loosest to tightest: and (also by standing side by side), or,
 * not, comparison with a pattern. */
#include "engine/query/syntax_internal.h"

/* ---- field op pattern --------------------------------------------------------------------- */

struct operator{
    const char *text;
    enum syntax_op op;
    const char *instead; /* of an operator that the language does not have */
};

/* Longer ones before what they begin with. */
static const struct operator operators[] = {
    {"!==", OP_NOT_EQUAL, "write !="},
    {"===", OP_EQUAL, "write ="},
    {"==", OP_EQUAL, "write = for a pattern; test(a == b) compares two fields"},
    {"!~", OP_NOT_EQUAL, "write field != /regex/"},
    {"<=>", OP_LINK, NULL},
    {"<>", OP_NOT_EQUAL, NULL},
    {"!=", OP_NOT_EQUAL, NULL},
    {"<=", OP_LESS_EQUAL, NULL},
    {">=", OP_GREATER_EQUAL, NULL},
    {"<", OP_LESS, NULL},
    {">", OP_GREATER, NULL},
    {"=", OP_EQUAL, NULL},
    {"like", OP_LIKE, NULL},
};

static const struct operator* take_operator(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    if (parser_looking_at(parser, "=>") || parser_looking_at(parser, "=~")) return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        const struct operator* operator= & operators[i];
        bool here = operator->op == OP_LIKE ? lexer_is(lexer, lexer->at, operator->text)
                                            : parser_looking_at(parser, operator->text);
        if (!here) continue;
        uint32_t start = lexer->at;
        lexer_advance(lexer, start + (uint32_t)strlen(operator->text));
        if (operator->instead) {
            complain(parser, lexer_since(lexer, start), operator->instead,
                     "a filter has no operator %s", operator->text);
        }
        return operator;
    }
    return NULL;
}

static bool is_ordering(enum syntax_op op) {
    return op == OP_LESS || op == OP_LESS_EQUAL || op == OP_GREATER || op == OP_GREATER_EQUAL;
}

/* What people write where a pattern belongs. true: reported. */
static bool complain_of_pattern(struct parser *parser, const struct operator* operator,
                                uint32_t start) {
    struct lexer *lexer = &parser->lexer;
    char c = lexer_peek(lexer);
    uint32_t end = lexer_word_end(lexer, lexer->at);
    struct span here = lexer_here(lexer);
    if (parser_at_step_end(parser) || c == ')' || c == ',' || lexer_is(lexer, lexer->at, "and") ||
        lexer_is(lexer, lexer->at, "or")) {
        complain(parser, lexer_since(lexer, start), "\"\" is the empty value, * is any",
                 "a value is missing after %s", operator->text);
    } else if (c == '(' || c == '[') {
        complain(parser, here, "write in(field, values=[...]), or (f=a or f=b)",
                 "a filter compares with one pattern, not with a list");
    } else if (end == lexer->at) {
        complain_expected(parser, "a value");
    } else if (lexer->text[end] == '(') {
        complain(parser, here, "write field := function(...) to assign, or test(field == ...)",
                 "a filter compares with a pattern, not with a function's result");
    } else if (is_ordering(operator->op) && c != '?' &&
               !text_is_number(lexer_text(lexer, lexer->at, end))) {
        complain(parser, here, "test(a < b) compares two fields",
                 "a number is needed after %s", operator->text);
    } else {
        return false;
    }
    return true;
}

/* The word of a pattern or of free text: // may stand in it, but not end it. */
static struct value *parse_pattern_word(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    uint32_t end = lexer_word_end(lexer, lexer->at);
    if (end - lexer->at >= 2 && strncmp(lexer->text + end - 2, "//", 2) == 0) {
        complain(parser, lexer_here(lexer), "quote the text, or put a space before a comment",
                 "a word cannot end in //");
        lexer->at = end;
        return NULL;
    }
    return parse_word(parser, end);
}

static struct value *parse_pattern(struct parser *parser, const struct operator* operator) {
    uint32_t start = parser->lexer.last - (uint32_t)strlen(operator->text);
    char c = lexer_peek(&parser->lexer);
    if (lexer_at_quote(&parser->lexer)) return parse_quoted(parser);
    if (c == '/' && !is_ordering(operator->op)) return parse_regex(parser);
    if (complain_of_pattern(parser, operator, start)) return NULL;
    return c == '?' ? parse_parameter(parser) : parse_pattern_word(parser);
}

bool parse_field(struct parser *parser, struct text *name, struct span *span) {
    struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at;
    if (lexer_at_quote(lexer)) {
        if (!lexer_quoted(lexer, name)) return false;
        *span = lexer_since(lexer, start);
        return true;
    }
    uint32_t end = lexer_word_end(lexer, start);
    *name = lexer_text(lexer, start, end);
    *span = (struct span){start, end - start};
    if (end == start || memchr(name->data, '*', name->length)) {
        complain_expected(parser, "the name of a field");
        return false;
    }
    if (lexer_name_end(lexer, start) != end) {
        complain_of_extension(parser, *span, "write \"the-name\"",
                              "the name of a field needs quotes if it has more than letters, "
                              "digits and . _ @ # %% & \\ ^ in it");
    }
    lexer_advance(lexer, end);
    return true;
}

static struct filter *parse_comparison(struct parser *parser, uint32_t start, struct text field,
                                       struct span span, const struct operator* operator) {
    struct value *pattern = parse_pattern(parser, operator);
    struct filter *filter = pattern ? filter_new(parser, FILTER_FIELD, start) : NULL;
    if (!filter) return NULL;
    filter->field = field;
    filter->field_span = span;
    filter->op = operator->op;
    filter->pattern = pattern;
    return filter;
}

/* ---- atoms -------------------------------------------------------------------------------- */

static struct filter *text_filter(struct parser *parser, struct value *pattern) {
    struct filter *filter = pattern ? filter_new(parser, FILTER_TEXT, pattern->span.offset) : NULL;
    if (filter) filter->pattern = pattern;
    return filter;
}

static struct filter *call_filter(struct parser *parser, struct call *call, uint32_t start) {
    if (!call) return NULL;
    if (parser->filters && !parser->filters(call->name)) {
        complain(parser, call->name_span, "put a | before it",
                 "%.*s() is a step of its own, it cannot stand among filters",
                 (int)call->name.length, call->name.data);
        return NULL;
    }
    struct filter *filter = filter_new(parser, FILTER_CALL, start);
    if (filter) filter->call = call;
    return filter;
}

/* Behind a name: what shows that a step begins with it, or that it is no filter at all. */
static bool complain_of_name(struct parser *parser, struct span name) {
    struct lexer *lexer = &parser->lexer;
    struct text text = lexer_text(lexer, name.offset, name.offset + name.length);
    if (parser_looking_at(parser, ":=")) {
        complain(parser, name, "put a | before the assignment",
                 "an assignment is a step of its own, it cannot stand among filters");
        return true;
    }
    if (lexer_peek(lexer) == '{' && (text_is(text, "case") || text_is(text, "match"))) {
        complain(parser, name, "put a | before it",
                 "%.*s is a step of its own, it cannot stand among filters", (int)text.length,
                 text.data);
        return true;
    }
    if (!lexer_is(lexer, lexer->at, "in")) return false;
    struct lexer ahead = *lexer;
    ahead.at += 2;
    if (!lexer_take(&ahead, '(')) return false;
    char c = lexer_peek(&ahead);
    if (!lexer_at_quote(&ahead) && (c < '0' || c > '9')) return false;
    complain(parser, lexer_here(lexer), "write in(field, values=[\"a\", \"b\"])",
             "the language has no field in (...)");
    return true;
}

/* A word, or quoted text, that turned out to be no field: free text, or true or false. */
static struct filter *parse_free_text(struct parser *parser, struct lexer before) {
    parser->lexer = before;
    if (lexer_at_quote(&parser->lexer)) return text_filter(parser, parse_quoted(parser));
    struct value *word = parse_pattern_word(parser);
    if (!word) return NULL;
    bool truth = text_equal(word->text, text_of("true"));
    if (!truth && word->kind != VALUE_STAR && !text_equal(word->text, text_of("false"))) {
        return text_filter(parser, word);
    }
    struct filter *filter = filter_new(parser, FILTER_CONST, word->span.offset);
    if (filter) filter->truth = truth || word->kind == VALUE_STAR;
    return filter;
}

/* Passes over the word or the quoted text here; false: reported. */
static bool pass_name(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    struct text ignored;
    if (lexer_at_quote(lexer)) return lexer_quoted(lexer, &ignored);
    lexer_advance(lexer, lexer_word_end(lexer, lexer->at));
    return true;
}

/* What begins with a name: field op pattern, field =~ call, or free text. */
static struct filter *parse_named(struct parser *parser) {
    struct lexer before = parser->lexer;
    uint32_t start = before.at;
    if (!pass_name(parser)) return NULL;
    if (complain_of_name(parser, lexer_since(&parser->lexer, start))) return NULL;
    struct lexer behind = parser->lexer;
    bool call = parser_looking_at(parser, "=~");
    const struct operator* operator= call ? NULL : take_operator(parser);
    if (!call && !operator) return parse_free_text(parser, before);

    struct lexer after = parser->lexer;
    struct text field;
    struct span span;
    parser->lexer = before;
    if (!parse_field(parser, &field, &span)) return NULL;
    if (!call) {
        parser->lexer = after;
        return parse_comparison(parser, start, field, span, operator);
    }
    parser->lexer = behind;
    lexer_peek(&parser->lexer);
    lexer_advance(&parser->lexer, parser->lexer.at + 2);
    return call_filter(parser, parse_field_call(parser, field), start);
}

/* The end of the name of a call that begins here; 0: none does. A name with space behind it is free
 * text with a group behind it, unless the function exists. */
static uint32_t call_here(const struct parser *parser) {
    const struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at, end = lexer_call_end(lexer, start);
    if (end == start) return 0;
    if (lexer->text[end] == '(') return end;
    bool spaced = lexer->text[lexer_space_end(lexer, end)] == '(';
    return spaced && parser->filters && parser->filters(lexer_text(lexer, start, end)) ? end : 0;
}

static struct filter *parse_group(struct parser *parser) {
    uint32_t start = parser->lexer.at;
    lexer_advance(&parser->lexer, start + 1);
    struct filter *filter = parser_enter(parser) ? parse_filter(parser) : NULL;
    parser_leave(parser);
    if (!filter) return NULL;
    if (!lexer_take(&parser->lexer, ')')) {
        complain_unclosed(parser, start, ")");
        return NULL;
    }
    filter->span = lexer_since(&parser->lexer, start);
    return filter;
}

static struct filter *parse_atom(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    parser_skip_foreign_comments(parser);
    char c = lexer_peek(lexer);
    uint32_t start = lexer->at;
    if (c == '(') return parse_group(parser);
    if (c == '/') return text_filter(parser, parse_regex(parser));
    if (c == '?') return text_filter(parser, parse_parameter(parser));
    bool quoted = lexer_at_quote(lexer), word = lexer_word_end(lexer, start) > start;
    if ((!quoted && !word) || c == '$' || lexer_is(lexer, start, "and") ||
        lexer_is(lexer, start, "or")) {
        complain_expected(parser, "a filter");
        return NULL;
    }
    uint32_t name_end = quoted ? 0 : call_here(parser);
    if (!name_end) return parse_named(parser);
    struct text name = lexer_text(lexer, start, name_end);
    lexer_advance(lexer, name_end);
    return call_filter(parser, parse_call(parser, name, start), start);
}

/* ---- and, or, not ------------------------------------------------------------------------- */

static struct filter *parse_not(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    char c = lexer_peek(lexer);
    uint32_t start = lexer->at;
    bool symbol = c == '!' && lexer->text[start + 1] != '=';
    if (symbol) lexer_advance(lexer, start + 1);
    if (!symbol && !lexer_take_word(lexer, "not")) return parse_atom(parser);
    struct filter *child = parser_enter(parser) ? parse_not(parser) : NULL;
    parser_leave(parser);
    struct filter *filter = child ? filter_new(parser, FILTER_NOT, start) : NULL;
    if (!filter) return NULL;
    filter->children = arena_copy(parser->arena, &child, sizeof(struct filter *));
    filter->count = 1;
    return filter->children ? filter : NULL;
}

/* Whether another filter stands here, joined by nothing but its place. */
static bool at_filter(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    parser_skip_foreign_comments(parser);
    char c = lexer_peek(lexer);
    if (c == '(' || c == '/' || lexer_at_quote(lexer)) return true;
    return (c == '!' && lexer->text[lexer->at + 1] != '=') ||
           lexer_word_end(lexer, lexer->at) > lexer->at;
}

/* One term, or more of them as a filter of `kind`. */
static struct filter *joined(struct parser *parser, enum filter_kind kind, struct filter **terms,
                             size_t count) {
    if (count == 1) return terms[0];
    struct filter *filter = filter_new(parser, kind, terms[0]->span.offset);
    if (!filter) return NULL;
    filter->children = terms;
    filter->count = count;
    return filter;
}

static struct filter *parse_or(struct parser *parser) {
    size_t list = list_begin(parser), count;
    bool good;
    do {
        struct filter *term = parse_not(parser);
        good = term && list_add(parser, &term, sizeof(struct filter *));
    } while (good && parser_take_connective(parser, OP_OR));
    struct filter **terms = list_end(parser, list, sizeof(struct filter *), &count);
    return good && terms ? joined(parser, FILTER_OR, terms, count) : NULL;
}

struct filter *parse_filter(struct parser *parser) {
    size_t list = list_begin(parser), count;
    bool good;
    do {
        struct filter *term = parse_or(parser);
        good = term && list_add(parser, &term, sizeof(struct filter *));
    } while (good && (parser_take_connective(parser, OP_AND) || at_filter(parser)));
    struct filter **terms = list_end(parser, list, sizeof(struct filter *), &count);
    return good && terms ? joined(parser, FILTER_AND, terms, count) : NULL;
}
