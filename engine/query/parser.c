/* parser.c - what every rule of the grammar needs: nodes, lists, depth, complaints. */
#include "engine/query/syntax_internal.h"

void complain_expected(struct parser *parser, const char *what) {
    struct found found = lexer_found(&parser->lexer);
    complain(parser, lexer_here(&parser->lexer), NULL, "expected %s, found %s", what, found.text);
}

void complain_unclosed(struct parser *parser, uint32_t opening, const char *what) {
    if (!parser_at_step_end(parser)) {
        complain_expected(parser, what);
        return;
    }
    struct found found = lexer_found(&parser->lexer);
    complain(parser, ((struct span){opening, 1}), NULL,
             "the bracket %c is not closed: expected %s, found %s", parser->lexer.text[opening],
             what, found.text);
}

bool parser_at_step_end(struct parser *parser) {
    char c = lexer_peek(&parser->lexer);
    return c == '\0' || c == '|' || c == ';' || c == '}';
}

void parser_stop(struct parser *parser, const char *why) {
    complain(parser, lexer_here(&parser->lexer), NULL, "%s", why);
    parser->stopped = true;
    parser->lexer.at = parser->lexer.length;
}

bool parser_enter(struct parser *parser) {
    parser->depth++;
    if (parser->reach < parser->depth) parser->reach = parser->depth;
    if (parser->depth <= SYNTAX_DEPTH) return true;
    parser_stop(parser, "this is nested too deeply");
    return false;
}

void parser_leave(struct parser *parser) {
    parser->depth--;
}

void *node_new(struct parser *parser, size_t size) {
    if (++parser->nodes > SYNTAX_NODES) {
        parser_stop(parser, "the query has too many parts");
        return NULL;
    }
    return arena_alloc(parser->arena, size);
}

struct value *value_new(struct parser *parser, enum value_kind kind, uint32_t start) {
    struct value *value = node_new(parser, sizeof *value);
    if (!value) return NULL;
    value->kind = kind;
    value->span = lexer_since(&parser->lexer, start);
    return value;
}

struct filter *filter_new(struct parser *parser, enum filter_kind kind, uint32_t start) {
    struct filter *filter = node_new(parser, sizeof *filter);
    if (!filter) return NULL;
    filter->kind = kind;
    filter->span = lexer_since(&parser->lexer, start);
    return filter;
}

size_t list_begin(const struct parser *parser) {
    return parser->lists.length;
}

bool list_add(struct parser *parser, const void *item, size_t size) {
    return buffer_append(&parser->lists, item, size);
}

void *list_end(struct parser *parser, size_t begin, size_t item_size, size_t *count) {
    size_t size = parser->lists.length - begin;
    *count = size / item_size;
    parser->lists.length = begin;
    if (size == 0) return NULL;
    void *items = arena_copy(parser->arena, parser->lists.data + begin, size);
    if (!items) *count = 0;
    return items;
}

bool parser_looking_at(struct parser *parser, const char *text) {
    lexer_peek(&parser->lexer);
    return strncmp(parser->lexer.text + parser->lexer.at, text, strlen(text)) == 0;
}

bool parser_take_connective(struct parser *parser, enum syntax_op op) {
    const char *word = op == OP_AND ? "and" : "or", *symbol = op == OP_AND ? "&&" : "||";
    if (lexer_take_word(&parser->lexer, word)) return true;
    if (!parser_looking_at(parser, symbol)) return false;
    uint32_t start = parser->lexer.at;
    complain(parser, ((struct span){start, 2}), op == OP_AND ? "write and" : "write or",
             "the language has no %s", symbol);
    lexer_advance(&parser->lexer, start + 2);
    return true;
}

void parser_skip_foreign_comments(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    for (;;) {
        lexer_peek(lexer);
        struct span word = lexer_here(lexer);
        const char *text = lexer->text + word.offset;
        bool hashes = word.length >= 1 && strspn(text, "#") >= word.length;
        bool dashes = word.length >= 2 && strspn(text, "-") >= word.length;
        if (!hashes && !dashes) return;
        complain(parser, word, "a comment begins with //", "%.*s begins no comment",
                 word.length < 8 ? (int)word.length : 8, text);
        lexer->at = lexer_line_end(lexer, lexer->at);
    }
}
