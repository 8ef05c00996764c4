/* syntax.c - a query and its steps. */
#include "engine/query/syntax.h"

#include <stdlib.h>

#include "engine/query/syntax_internal.h"

struct syntax {
    struct arena arena;
    struct text source;
    struct pipeline *pipeline;
};

/* ---- steps -------------------------------------------------------------------------------- */

/* A copy that stands behind the name, or the quoted text, that begins here. */
static struct lexer behind_name(const struct parser *parser) {
    struct lexer ahead = parser->lexer;
    struct text ignored;
    if (ahead.text[ahead.at] == '"') {
        lexer_quoted(&ahead, &ignored);
    } else {
        lexer_advance(&ahead, lexer_word_end(&ahead, ahead.at));
    }
    lexer_peek(&ahead);
    return ahead;
}

/* field := expression; the field is taken. */
static bool parse_assignment(struct parser *parser, struct step *step) {
    struct lexer *lexer = &parser->lexer;
    lexer_peek(lexer);
    uint32_t start = lexer->at;
    lexer_advance(lexer, start + 2);
    step->kind = STEP_ASSIGN;
    if (parser_at_step_end(parser)) {
        complain(parser, ((struct span){start, 2}), NULL, "a value is missing after :=");
        return false;
    }
    parser->condition = true;
    step->value = parse_expression(parser);
    parser->condition = false;
    return step->value != NULL;
}

/* `field` := expression */
static bool parse_indirect(struct parser *parser, struct step *step) {
    struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at, end = start + 1;
    while (lexer->text[end] && lexer->text[end] != '\n' && lexer->text[end] != '`') end++;
    if (lexer->text[end] != '`' || end == start + 1) {
        complain(parser, ((struct span){start, 1}), NULL, "expected `field` := ...");
        return false;
    }
    step->indirect = true;
    step->name = lexer_text(lexer, start + 1, end);
    lexer_advance(lexer, end + 1);
    step->name_span = lexer_since(lexer, start);
    if (parser_looking_at(parser, ":=")) return parse_assignment(parser, step);
    complain_expected(parser, ":= behind `field`");
    return false;
}

static bool parse_stats(struct parser *parser, struct step *step) {
    step->kind = STEP_STATS;
    step->value = parse_array(parser);
    return step->value != NULL;
}

/* $name(arguments), $"name"(arguments) */
static bool parse_saved(struct parser *parser, struct step *step) {
    struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at, end;
    lexer_advance(lexer, start + 1);
    step->kind = STEP_SAVED;
    if (lexer_at_quote(lexer)) {
        if (!lexer_quoted(lexer, &step->name)) return false;
    } else {
        end = lexer_word_end(lexer, start + 1);
        step->name = lexer_text(lexer, start + 1, end);
        lexer_advance(lexer, end);
    }
    step->name_span = lexer_since(lexer, start);
    if (step->name.length == 0 || lexer_peek(lexer) != '(') {
        complain_expected(parser, "$name(...) of a saved query");
        return false;
    }
    step->call = parse_call(parser, step->name, start);
    return step->call != NULL;
}

/* ---- case and match ----------------------------------------------------------------------- */

static struct pipeline *parse_pipeline(struct parser *parser, bool clause);

/* Passes to the end of what could not be understood: the next | ; } or the text's end, at the same
 * nesting of braces. */
static void recover(struct parser *parser) {
    for (size_t braces = 0;;) {
        char c = lexer_peek(&parser->lexer);
        if (c == '\0' || (braces == 0 && parser_at_step_end(parser))) return;
        if (c == '{') braces++;
        if (c == '}') braces--;
        lexer_skip_one(&parser->lexer);
    }
}

static struct value *guard_call(struct parser *parser, uint32_t start, uint32_t name_end) {
    struct text name = lexer_text(&parser->lexer, start, name_end);
    lexer_advance(&parser->lexer, name_end);
    struct call *call = parse_call(parser, name, start);
    struct value *value = call ? value_new(parser, VALUE_CALL, start) : NULL;
    if (value) value->call = call;
    return value;
}

static struct value *parse_guard(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    char c = lexer_peek(lexer);
    uint32_t start = lexer->at, end = lexer_call_end(lexer, start);
    if (lexer_at_quote(lexer)) return parse_quoted(parser);
    if (c == '/') return parse_regex(parser);
    if (c == '?') return parse_parameter(parser);
    if (end > start && lexer->text[end] == '(') return guard_call(parser, start, end);
    end = lexer_word_end(lexer, start);
    if (end > start) return parse_word(parser, end);
    complain_expected(parser, "a value to match, and => behind it");
    return NULL;
}

static bool parse_guarded(struct parser *parser, struct clause *clause) {
    clause->guard = parse_guard(parser);
    if (!clause->guard) return false;
    if (!parser_looking_at(parser, "=>")) {
        complain_expected(parser, "=>");
        return false;
    }
    lexer_advance(&parser->lexer, parser->lexer.at + 2);
    return true;
}

/* One clause, up to its ; or the }. false: memory ran out or parsing was stopped. */
static bool parse_clause(struct parser *parser, bool guarded) {
    struct clause clause = {0};
    uint32_t start = parser->lexer.at;
    if (guarded && !parse_guarded(parser, &clause)) {
        do {
            recover(parser);
        } while (lexer_take(&parser->lexer, '|'));
        return true;
    }
    if (parser_at_step_end(parser) && !parser_looking_at(parser, "|")) {
        complain_expected(parser, "a step");
    }
    clause.pipeline = parse_pipeline(parser, true);
    clause.span = lexer_since(&parser->lexer, start);
    return clause.pipeline && list_add(parser, &clause, sizeof clause);
}

/* { clause; ... } */
static bool parse_clauses(struct parser *parser, struct step *step, bool guarded) {
    struct lexer *lexer = &parser->lexer;
    lexer_peek(lexer);
    uint32_t opening = lexer->at;
    lexer_advance(lexer, opening + 1);
    size_t list = list_begin(parser);
    bool good = parser_enter(parser);
    while (good && lexer_peek(lexer) != '\0' && lexer_peek(lexer) != '}') {
        good = parse_clause(parser, guarded);
        if (!lexer_take(lexer, ';')) break;
    }
    parser_leave(parser);
    step->clauses = list_end(parser, list, sizeof *step->clauses, &step->clause_count);
    if (!good) return false;
    if (lexer_take(lexer, '}')) return true;
    complain_unclosed(parser, opening, "; or }");
    return false;
}

/* ---- which step --------------------------------------------------------------------------- */

/* Whether the step is a call that does not filter, so stands for itself: [field =~] [!] name(. */
static bool is_lone_call(const struct parser *parser) {
    struct lexer ahead = behind_name(parser);
    if (strncmp(ahead.text + ahead.at, "=~", 2) == 0) {
        ahead.at += 2;
    } else {
        ahead = parser->lexer;
        if (!lexer_take(&ahead, '!')) lexer_take_word(&ahead, "not");
    }
    lexer_take(&ahead, '!');
    lexer_peek(&ahead);
    uint32_t start = ahead.at, end = lexer_call_end(&ahead, start);
    struct text name = lexer_text(&ahead, start, end);
    if (end == start || !parser->filters || parser->filters(name)) return false;
    return ahead.text[lexer_space_end(&ahead, end)] == '(' && !lexer_is(&ahead, start, "and") &&
           !lexer_is(&ahead, start, "or") && !lexer_is(&ahead, start, "not");
}

static struct call *parse_lone_call(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    struct lexer ahead = behind_name(parser);
    if (strncmp(ahead.text + ahead.at, "=~", 2) == 0) {
        struct text field;
        struct span span;
        if (!parse_field(parser, &field, &span)) return NULL;
        lexer_peek(lexer);
        lexer_advance(lexer, lexer->at + 2);
        return parse_field_call(parser, field);
    }
    bool negated = lexer_take(lexer, '!') || lexer_take_word(lexer, "not");
    lexer_peek(lexer);
    uint32_t start = lexer->at, end = lexer_call_end(lexer, start);
    struct text name = lexer_text(lexer, start, end);
    lexer_advance(lexer, end);
    struct call *call = parse_call(parser, name, start);
    if (call) call->negated = negated;
    return call;
}

static bool parse_filter_step(struct parser *parser, struct step *step) {
    struct filter *filter = parse_filter(parser);
    if (!filter) return false;
    bool call = filter->kind == FILTER_CALL;
    step->kind = call ? STEP_CALL : STEP_FILTER;
    step->call = call ? filter->call : NULL;
    step->filter = call ? NULL : filter;
    return true;
}

/* A step that begins with a name, by what stands behind it. false in *known: it is a filter. */
static bool parse_named_step(struct parser *parser, struct step *step, bool *known) {
    struct lexer *lexer = &parser->lexer;
    struct lexer ahead = behind_name(parser);
    bool case_step = lexer_is(lexer, lexer->at, "case") && ahead.text[ahead.at] == '{';
    bool assignment = strncmp(ahead.text + ahead.at, ":=", 2) == 0;
    bool match_step = lexer_take_word(&ahead, "match") && lexer_peek(&ahead) == '{';
    *known = ahead.last > lexer->at && (case_step || assignment || match_step);
    if (!*known) return false;
    if (case_step) {
        lexer_advance(lexer, lexer->at + (uint32_t)strlen("case"));
        step->kind = STEP_CASE;
        return parse_clauses(parser, step, false);
    }
    if (!parse_field(parser, &step->name, &step->name_span)) return false;
    if (assignment) return parse_assignment(parser, step);
    lexer_take_word(lexer, "match");
    step->kind = STEP_MATCH;
    return parse_clauses(parser, step, true);
}

static bool parse_any_step(struct parser *parser, struct step *step) {
    switch (lexer_peek(&parser->lexer)) {
        case '[':
            return parse_stats(parser, step);
        case '$':
            return parse_saved(parser, step);
        case '`':
            return parse_indirect(parser, step);
        default:
            break;
    }
    bool known;
    bool parsed = parse_named_step(parser, step, &known);
    if (known) return parsed;
    if (!is_lone_call(parser)) return parse_filter_step(parser, step);
    step->kind = STEP_CALL;
    step->call = parse_lone_call(parser);
    return step->call != NULL;
}

/* ---- what follows a step ------------------------------------------------------------------ */

/* Whether what stands here begins a step by its form: name( name = name := name =~ case {. */
static bool looks_like_step(struct parser *parser) {
    struct lexer *lexer = &parser->lexer;
    uint32_t start = lexer->at, end = lexer_call_end(lexer, start);
    if (end > start && lexer->text[end] == '(') return true;
    if (lexer->text[start] != '"' && lexer_word_end(lexer, start) == start) return false;
    struct lexer ahead = behind_name(parser);
    const char *next = ahead.text + ahead.at;
    return *next == '=' || *next == '<' || *next == '>' || strncmp(next, ":=", 2) == 0 ||
           strncmp(next, "!=", 2) == 0 || (*next == '{' && lexer_is(lexer, start, "case"));
}

/* Text of the page that the query was copied from. */
static bool is_prose(struct parser *parser, const struct step *step) {
    const struct lexer *lexer = &parser->lexer;
    return step->kind == STEP_CALL && parser->depth == 0 && parser->filters &&
           !parser->filters(step->call->name) && !looks_like_step(parser) &&
           !memchr(lexer->text + lexer->at, '|', lexer->length - lexer->at);
}

/* Whether the step ends where it was parsed to. */
static bool check_step_end(struct parser *parser, const struct step *step, bool clause) {
    struct lexer *lexer = &parser->lexer;
    parser_skip_foreign_comments(parser);
    if (parser_at_step_end(parser)) return true;
    struct span here = lexer_here(lexer);
    if (is_prose(parser, step)) {
        complain_of_extension(parser, here, "remove it, or put // before it",
                              "the text behind the last step is left out");
        lexer->at = lexer->length;
        return true;
    }
    struct found found = lexer_found(lexer);
    if (looks_like_step(parser)) {
        complain(parser, here,
                 clause ? "steps are joined by |, clauses end with ;" : "steps are joined by |",
                 "a %s is missing before %s", clause ? "| or ;" : "|", found.text);
    } else {
        complain(parser, here, NULL, "expected %s, found %s",
                 clause ? "| or ;" : "| and a step, or the end", found.text);
    }
    return false;
}

static bool parse_step(struct parser *parser, struct step *step, bool clause) {
    lexer_peek(&parser->lexer);
    uint32_t start = parser->lexer.at;
    bool parsed = parse_any_step(parser, step);
    step->span = lexer_since(&parser->lexer, start);
    return parsed && check_step_end(parser, step, clause);
}

/* ---- pipelines ---------------------------------------------------------------------------- */

/* Takes what stands between two steps. false: the pipeline ends here. */
static bool next_step(struct parser *parser, bool clause) {
    struct lexer *lexer = &parser->lexer;
    char c = lexer_peek(lexer);
    if (c == '\0' || (c == ';' && clause) || (c == '}' && parser->depth > 0)) return false;
    uint32_t at = lexer->at;
    lexer_advance(lexer, at + 1);
    if (c == '}') complain(parser, ((struct span){at, 1}), NULL, "this } closes no {");
    char next = lexer_peek(lexer);
    if (c == ';' && next != '\0') {
        complain(parser, ((struct span){at, 1}), "steps are joined by |",
                 "; stands only between the clauses of case and match");
        lexer_take(lexer, '|');
    }
    /* Nothing follows a last | or ; in practice. */
    return next != '\0' && !(next == '}' && parser->depth > 0) && !(next == ';' && clause);
}

static bool pipeline_is_empty(struct parser *parser, bool clause) {
    lexer_take(&parser->lexer, '|');
    char c = lexer_peek(&parser->lexer);
    return c == '\0' || (c == '}' && parser->depth > 0) || (c == ';' && clause);
}

/* Steps up to the end, or, inside braces, the }; of a clause also the ;. Those are not taken. */
static struct pipeline *parse_pipeline(struct parser *parser, bool clause) {
    struct pipeline *pipeline = node_new(parser, sizeof *pipeline);
    if (!pipeline) return NULL;
    size_t list = list_begin(parser);
    lexer_peek(&parser->lexer);
    uint32_t start = parser->lexer.at;
    bool outer = parser->condition;
    parser->condition = false;
    if (!pipeline_is_empty(parser, clause)) {
        do {
            struct step step = {0};
            bool good = parse_step(parser, &step, clause);
            if (!good) recover(parser);
            if (good && !list_add(parser, &step, sizeof step)) break;
        } while (next_step(parser, clause));
    }
    parser->condition = outer;
    pipeline->steps = list_end(parser, list, sizeof *pipeline->steps, &pipeline->count);
    pipeline->span = lexer_since(&parser->lexer, start);
    return pipeline;
}

struct pipeline *parse_braces(struct parser *parser) {
    uint32_t opening = parser->lexer.at;
    lexer_advance(&parser->lexer, opening + 1);
    struct pipeline *pipeline = parser_enter(parser) ? parse_pipeline(parser, false) : NULL;
    parser_leave(parser);
    if (!pipeline || lexer_take(&parser->lexer, '}')) return pipeline;
    complain_unclosed(parser, opening, "}");
    return NULL;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character at `at`; 0: there is none, or it is NUL. The text is terminated. */
static size_t character_size(const unsigned char *at) {
    if (at[0] < 0x80) return at[0] != 0;
    size_t size = at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80) return 0;
    }
    bool overlong = (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xF0 && at[1] < 0x90);
    bool surrogate = at[0] == 0xED && at[1] >= 0xA0;
    return overlong || surrogate || (at[0] == 0xF4 && at[1] >= 0x90) ? 0 : size;
}

static bool check_text(struct text text, struct trawl_diagnostics *diagnostics) {
    if (text.length > SYNTAX_LENGTH) {
        diagnose_error(diagnostics, (struct span){0, 1}, NULL, "the query is longer than %zu MB",
                       SYNTAX_LENGTH >> 20);
        return false;
    }
    for (size_t at = 0, size; at < text.length; at += size) {
        size = character_size((const unsigned char *)text.data + at);
        if (size) continue;
        diagnose_error(diagnostics, (struct span){(uint32_t)at, 1}, NULL,
                       "the query is not text: %s",
                       text.data[at] ? "not UTF-8 here" : "a NUL byte here");
        return false;
    }
    return true;
}

static void parse_text(struct syntax *syntax, struct parser *parser) {
    parser->arena = parser->lexer.arena = &syntax->arena;
    parser->lexer.text = syntax->source.data;
    parser->lexer.length = (uint32_t)syntax->source.length;
    parser->lexer.diagnostics = parser->diagnostics;
    syntax->pipeline = parse_pipeline(parser, false);
}

struct syntax *syntax_parse(const char *text, size_t length, bool strict,
                            bool (*filters)(struct text function),
                            struct trawl_diagnostics *diagnostics) {
    struct syntax *syntax = calloc(1, sizeof *syntax);
    if (!syntax) return NULL;
    struct parser parser = {.filters = filters, .strict = strict, .diagnostics = diagnostics};
    size_t kept = length > SYNTAX_LENGTH ? 0 : length;
    char *source = arena_alloc(&syntax->arena, kept + 1);
    if (source && kept) memcpy(source, text, kept);
    syntax->source = (struct text){source, length};
    bool valid = source && check_text(syntax->source, diagnostics);
    if (!valid) syntax->source.length = kept;
    if (valid) parse_text(syntax, &parser);
    if (source && !syntax->pipeline) {
        syntax->pipeline = arena_alloc(&syntax->arena, sizeof *syntax->pipeline);
    }
    bool failed = syntax->arena.failed || parser.lists.failed;
    buffer_free(&parser.lists);
    if (!failed) return syntax;
    syntax_free(syntax);
    return NULL;
}

void syntax_free(struct syntax *syntax) {
    if (!syntax) return;
    arena_free(&syntax->arena);
    free(syntax);
}

const struct pipeline *syntax_pipeline(const struct syntax *syntax) {
    return syntax->pipeline;
}

struct text syntax_source(const struct syntax *syntax, struct span span) {
    return (struct text){syntax->source.data + span.offset, span.length};
}
