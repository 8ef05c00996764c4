/* syntax_call.c - name(argument, name=argument, ...) */
#include "engine/query/syntax_internal.h"

/* Calls whose unnamed arguments are conditions: `name =` in them is a comparison but for these. */
static bool is_condition_call(struct text name) {
    return text_is(name, "if") || text_is(name, "test");
}

static bool is_condition_parameter(struct text name) {
    static const char *const names[] = {"condition", "then", "else", "as", "expression"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (text_equal(name, text_of(names[i]))) return true;
    }
    return false;
}

/* The = of a name, not of == or =~. */
static bool at_name_end(struct lexer *lexer) {
    if (lexer_peek(lexer) != '=') return false;
    char next = lexer->text[lexer->at + 1];
    return next != '=' && next != '~';
}

/* Takes `name =` if that is how the argument begins. */
static bool take_name(struct parser *parser, struct argument *argument) {
    struct lexer ahead = parser->lexer;
    uint32_t start = ahead.at;
    if (ahead.text[start] == '"') {
        if (parser->condition || !lexer_quoted(&ahead, &argument->name)) return false;
    } else {
        uint32_t end = lexer_name_end(&ahead, start);
        argument->name = lexer_text(&ahead, start, end);
        lexer_advance(&ahead, end);
    }
    struct span span = lexer_since(&ahead, start);
    if (ahead.at == start || !at_name_end(&ahead) ||
        (parser->condition && !is_condition_parameter(argument->name))) {
        argument->name = (struct text){0};
        return false;
    }
    lexer_advance(&ahead, ahead.at + 1);
    parser->lexer = ahead;
    argument->span = span;
    return true;
}

static bool parse_argument(struct parser *parser, struct argument *argument) {
    char next = lexer_peek(&parser->lexer);
    bool named = take_name(parser, argument);
    if (named) next = lexer_peek(&parser->lexer);
    if (named && (next == ',' || next == ')' || parser_at_step_end(parser))) {
        complain(parser, argument->span, NULL,
                 "a value is missing after %.*s=", (int)argument->name.length, argument->name.data);
        return false;
    }
    argument->value = parse_argument_value(parser);
    if (argument->value && !named) argument->span = argument->value->span;
    return argument->value != NULL;
}

/* if(condition, a, b): then and else want their names. */
static void check_positions(struct parser *parser, const struct call *call) {
    size_t unnamed = 0;
    for (size_t i = 0; i < call->count; i++) {
        if (call->arguments[i].name.length || unnamed++ == 0) continue;
        complain_of_extension(parser, call->arguments[i].span, "write then= and else=",
                              "then and else of if() without their names are an extension");
        return;
    }
}

/* Arguments up to and with the ). */
static bool parse_arguments(struct parser *parser, uint32_t opening) {
    if (lexer_take(&parser->lexer, ')')) return true;
    do {
        struct argument argument = {0};
        if (!parse_argument(parser, &argument)) return false;
        if (!list_add(parser, &argument, sizeof argument)) return false;
    } while (lexer_take(&parser->lexer, ','));
    if (lexer_take(&parser->lexer, ')')) return true;
    complain_unclosed(parser, opening, ", or )");
    return false;
}

struct call *parse_call(struct parser *parser, struct text name, uint32_t start) {
    struct call *call = node_new(parser, sizeof *call);
    if (!call) return NULL;
    call->name = name;
    call->name_span = lexer_since(&parser->lexer, start);
    lexer_peek(&parser->lexer);
    uint32_t opening = parser->lexer.at;
    lexer_advance(&parser->lexer, opening + 1);

    size_t list = list_begin(parser);
    bool outer = parser->condition;
    parser->condition = is_condition_call(name);
    bool complete = parser_enter(parser) && parse_arguments(parser, opening);
    parser_leave(parser);
    parser->condition = outer;
    call->arguments = list_end(parser, list, sizeof *call->arguments, &call->count);
    call->span = lexer_since(&parser->lexer, start);
    if (complete && text_is(name, "if")) check_positions(parser, call);
    return complete ? call : NULL;
}

struct call *parse_field_call(struct parser *parser, struct text field) {
    struct lexer *lexer = &parser->lexer;
    bool negated = lexer_take(lexer, '!');
    lexer_peek(lexer);
    uint32_t start = lexer->at, end = lexer_call_end(lexer, start);
    if (end == start || lexer->text[lexer_space_end(lexer, end)] != '(') {
        struct found found = lexer_found(lexer);
        complain(parser, lexer_here(lexer),
                 "field =~ function(...) passes the field; to search a "
                 "regex write field = /regex/",
                 "expected a function after =~, found %s", found.text);
        return NULL;
    }
    struct text name = lexer_text(lexer, start, end);
    lexer_advance(lexer, end);
    struct call *call = parse_call(parser, name, start);
    if (!call) return NULL;
    call->field = field;
    call->negated = negated;
    return call;
}
