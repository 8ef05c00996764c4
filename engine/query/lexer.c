#include "engine/query/lexer.h"

#include <stdio.h>
#include <strings.h>

#include "engine/query/syntax.h"

#define LONGEST_CLASS 256 /* bytes of [...] in a regex, where an unescaped / may stand */

/* ---- characters --------------------------------------------------------------------------- */

static bool is_letter(char c) {
    return ((unsigned char)c | 0x20u) >= 'a' && ((unsigned char)c | 0x20u) <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Bytes of the space at `at`, also of the kinds that pages and editors leave behind: no-break,
 * narrow and zero-width spaces, the byte order mark. 0: none. */
static uint32_t space_at(const char *at) {
    if (*at == ' ' || (*at >= '\t' && *at <= '\r')) return 1;
    if (strncmp(at, "\xC2\xA0", 2) == 0) return 2;
    if (strncmp(at, "\xE2\x80", 2) == 0) {
        unsigned char last = (unsigned char)at[2];
        return last <= 0x8B || last == 0xAF ? 3 : 0;
    }
    return strncmp(at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* Bytes of the quotation mark at `at`: ' and the typographic ones, which are slips, and ". */
static uint32_t quote_at(const char *at) {
    if (*at == '"' || *at == '\'') return 1;
    if (strncmp(at, "\xE2\x80", 2) != 0) return 0;
    unsigned char last = (unsigned char)at[2];
    return last >= 0x98 && last <= 0x9F ? 3 : 0; /* U+2018 to U+201F */
}

static bool is_foreign(const char *at) {
    return (unsigned char)*at >= 0x80 && !space_at(at) && !quote_at(at);
}

static bool is_field_character(const char *at) {
    if (is_letter(*at) || is_digit(*at) || is_foreign(at)) return true;
    return *at && strchr("_.@#%&\\^", *at);
}

static bool is_word_character(const char *at) {
    if (is_field_character(at)) return true;
    if (*at == ':') return at[1] != '=';
    return *at && strchr("*+-~/$?", *at);
}

/* ---- places ------------------------------------------------------------------------------- */

uint32_t lexer_space_end(const struct lexer *lexer, uint32_t at) {
    for (uint32_t size; (size = space_at(lexer->text + at)); at += size) continue;
    return at;
}

uint32_t lexer_line_end(const struct lexer *lexer, uint32_t at) {
    const char *end = memchr(lexer->text + at, '\n', lexer->length - at);
    return end ? (uint32_t)(end - lexer->text) : lexer->length;
}

/* The end of an index, [12] or [], at `at`; `at`: there is none. */
static uint32_t index_end(const struct lexer *lexer, uint32_t at) {
    if (lexer->text[at] != '[') return at;
    uint32_t end = at + 1;
    while (is_digit(lexer->text[end])) end++;
    return lexer->text[end] == ']' ? end + 1 : at;
}

static uint32_t run_end(const struct lexer *lexer, uint32_t at, bool (*belongs)(const char *)) {
    for (uint32_t end = at;;) {
        uint32_t next = end > at ? index_end(lexer, end) : end;
        if (next == end && belongs(lexer->text + end)) next++;
        if (next == end) return end;
        end = next;
    }
}

uint32_t lexer_name_end(const struct lexer *lexer, uint32_t at) {
    return run_end(lexer, at, is_field_character);
}

uint32_t lexer_word_end(const struct lexer *lexer, uint32_t at) {
    return run_end(lexer, at, is_word_character);
}

uint32_t lexer_call_end(const struct lexer *lexer, uint32_t at) {
    const char *text = lexer->text;
    for (;; at++) {
        bool joins = text[at] == ':' && is_letter(text[at + 1]);
        if (!joins && !is_letter(text[at]) && !is_digit(text[at]) && text[at] != '_') return at;
    }
}

/* ---- taking ------------------------------------------------------------------------------- */

static void skip_block_comment(struct lexer *lexer) {
    const char *end = strstr(lexer->text + lexer->at + 2, "*/");
    if (end) {
        lexer->at = (uint32_t)(end - lexer->text) + 2;
        return;
    }
    diagnose_error(lexer->diagnostics, (struct span){lexer->at, 2}, "end it with */",
                   "a comment is not closed");
    lexer->at = lexer->length;
}

char lexer_peek(struct lexer *lexer) {
    for (;;) {
        lexer->at = lexer_space_end(lexer, lexer->at);
        const char *here = lexer->text + lexer->at;
        if (here[0] == '/' && here[1] == '/') {
            lexer->at = lexer_line_end(lexer, lexer->at);
        } else if (here[0] == '/' && here[1] == '*') {
            skip_block_comment(lexer);
        } else {
            return here[0];
        }
    }
}

void lexer_advance(struct lexer *lexer, uint32_t end) {
    lexer->at = lexer->last = end;
}

bool lexer_take(struct lexer *lexer, char c) {
    if (lexer_peek(lexer) != c) return false;
    lexer_advance(lexer, lexer->at + 1);
    return true;
}

struct span lexer_since(const struct lexer *lexer, uint32_t start) {
    if (lexer->last < start) start = lexer->last; /* nothing but space was passed */
    return (struct span){start, lexer->last - start};
}

static uint32_t character_end(const struct lexer *lexer, uint32_t at) {
    if (at < lexer->length) at++;
    while (((unsigned char)lexer->text[at] & 0xC0) == 0x80) at++;
    return at;
}

struct span lexer_here(const struct lexer *lexer) {
    uint32_t end = lexer_word_end(lexer, lexer->at);
    if (end == lexer->at) end = character_end(lexer, end);
    return (struct span){lexer->at, end - lexer->at};
}

struct found lexer_found(struct lexer *lexer) {
    struct found found = {"the end"};
    if (lexer_peek(lexer) == '\0') return found;
    struct span here = lexer_here(lexer);
    uint32_t end = here.offset, most = 40;
    while (end < here.offset + here.length && end - here.offset < most) {
        end = character_end(lexer, end);
    }
    bool whole = end == here.offset + here.length;
    snprintf(found.text, sizeof found.text, "%.*s%s", (int)(end - here.offset),
             lexer->text + here.offset, whole ? "" : "...");
    return found;
}

/* ---- words -------------------------------------------------------------------------------- */

bool text_is(struct text text, const char *word) {
    return strlen(word) == text.length && strncasecmp(text.data, word, text.length) == 0;
}

struct text lexer_text(const struct lexer *lexer, uint32_t start, uint32_t end) {
    return (struct text){lexer->text + start, end - start};
}

bool lexer_is(const struct lexer *lexer, uint32_t at, const char *word) {
    size_t length = strlen(word);
    return strncasecmp(lexer->text + at, word, length) == 0 &&
           !is_word_character(lexer->text + at + length);
}

bool lexer_take_word(struct lexer *lexer, const char *word) {
    lexer_peek(lexer);
    if (!lexer_is(lexer, lexer->at, word)) return false;
    lexer_advance(lexer, lexer->at + (uint32_t)strlen(word));
    return true;
}

static size_t digits_end(struct text text, size_t at) {
    while (at < text.length && is_digit(text.data[at])) at++;
    return at;
}

static bool is_sign(struct text text, size_t at) {
    return at < text.length && (text.data[at] == '-' || text.data[at] == '+');
}

bool text_is_number(struct text text) {
    size_t start = is_sign(text, 0), at = digits_end(text, start);
    if (at == start) return false;
    if (at + 1 < text.length && text.data[at] == '.' && is_digit(text.data[at + 1])) {
        at = digits_end(text, at + 1);
    }
    if (at < text.length && (text.data[at] | 0x20) == 'e') {
        size_t exponent = at + 1 + is_sign(text, at + 1);
        at = digits_end(text, exponent);
        if (at == exponent) return false;
    }
    return at == text.length;
}

/* ---- quoted texts and regexes ------------------------------------------------------------- */

bool lexer_at_quote(const struct lexer *lexer) {
    return quote_at(lexer->text + lexer->at) > 0;
}

/* The place of the closing quote of the same line; the line's end: there is none. A straight quote
 * closes with its like, a typographic one with any typographic one. */
static uint32_t find_quote(const struct lexer *lexer, uint32_t at, uint32_t size, char quote) {
    const char *text = lexer->text;
    while (text[at] && text[at] != '\n') {
        if (text[at] == quote && quote_at(text + at) == size) break;
        at += text[at] == '\\' && text[at + 1] && text[at + 1] != '\n' ? 2 : 1;
    }
    return at;
}

static char escaped(char c) {
    return c == 'n' ? '\n' : c == 't' ? '\t' : c == '"' || c == '\\' ? c : '\0';
}

/* Resolves \n, \t, \" and \\; another backslash stays what it is: regexes are full of them. */
static struct text unescape(struct lexer *lexer, struct text text) {
    if (!memchr(text.data, '\\', text.length)) return text;
    char *bytes = arena_alloc(lexer->arena, text.length);
    if (!bytes) return text;
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '\\' && i + 1 < text.length && escaped(text.data[i + 1])) {
            c = escaped(text.data[++i]);
        }
        bytes[length++] = c;
    }
    return (struct text){bytes, length};
}

bool lexer_quoted(struct lexer *lexer, struct text *text) {
    uint32_t start = lexer->at, size = quote_at(lexer->text + start);
    char quote = lexer->text[start];
    uint32_t end = find_quote(lexer, start + size, size, quote);
    bool closed = lexer->text[end] == quote;
    struct span opening = {start, size};
    if (!closed) {
        diagnose_error(lexer->diagnostics, opening, "a text is one line between two \"",
                       "a quoted text is not closed on its line");
    } else if (quote != '"') {
        diagnose_error(lexer->diagnostics, opening, "texts are quoted with \"", "%s do not quote",
                       quote == '\'' ? "single quotes" : "typographic quotes");
    }
    *text = unescape(lexer, lexer_text(lexer, start + size, end));
    lexer_advance(lexer, closed ? end + size : end);
    return closed;
}

/* The end of a class, [...], at `at`; `at`: it is not closed on its line, or so far away that the
 * search, which every slash may begin anew, would not be worth it. */
static uint32_t class_end(const char *text, uint32_t at) {
    uint32_t end = at + 1, limit = at + LONGEST_CLASS;
    if (text[end] == '^') end++;
    if (text[end] == ']') end++; /* the first one stands for itself */
    for (; end < limit && text[end] && text[end] != '\n'; end++) {
        if (text[end] == ']') return end + 1;
        if (text[end] == '\\' && text[end + 1] && text[end + 1] != '\n') end++;
    }
    return at;
}

/* The place of the next / that is not escaped, nor, if `classes`, inside of [...]; the line's end:
 * there is none. */
static uint32_t find_slash_by(const char *text, uint32_t at, bool classes) {
    while (text[at] && text[at] != '\n' && text[at] != '/') {
        uint32_t end = classes && text[at] == '[' ? class_end(text, at) : at;
        classes = classes && (text[at] != '[' || end != at); /* one that is open is never closed */
        if (end == at) end += text[at] == '\\' && text[at + 1] && text[at + 1] != '\n' ? 2 : 1;
        at = end;
    }
    return at;
}

/* The place of the closing slash of the same line; the line's end: there is none. A slash in a
 * class need not be escaped: a regex that ended there would be broken. */
static uint32_t find_slash(const struct lexer *lexer, uint32_t at) {
    uint32_t end = find_slash_by(lexer->text, at, true);
    return lexer->text[end] == '/' ? end : find_slash_by(lexer->text, at, false);
}

/* Resolves \/ ; everything else is the regex's own. */
static struct text unescape_slashes(struct lexer *lexer, struct text text) {
    if (!memmem(text.data, text.length, "\\/", 2)) return text;
    char *bytes = arena_alloc(lexer->arena, text.length);
    if (!bytes) return text;
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        bool escape = text.data[i] == '\\' && i + 1 < text.length;
        if (escape && text.data[i + 1] != '/') bytes[length++] = '\\';
        if (escape) i++;
        bytes[length++] = text.data[i];
    }
    return (struct text){bytes, length};
}

static void regex_flags(struct lexer *lexer, uint32_t at, uint32_t end, unsigned *flags) {
    *flags = 0;
    for (; at < end; at++) {
        switch (lexer->text[at]) {
            case 'i':
                *flags |= TRAWL_IGNORE_CASE;
                break;
            case 'm':
                *flags |= TRAWL_MULTILINE;
                break;
            case 'd':
                *flags |= TRAWL_DOTALL;
                break;
            case 'g':
                *flags |= REGEX_GLOBAL;
                break;
            case 'F':
                break; /* asks for another engine: there is one */
            default:
                diagnose_error(lexer->diagnostics, (struct span){at, end - at},
                               "flags are i, m, d, g and F; a / of the regex itself is written \\/",
                               "%.*s is no flag of a regex", (int)(end - at < 20 ? end - at : 20),
                               lexer->text + at);
                return;
        }
    }
}

bool lexer_regex(struct lexer *lexer, struct text *text, unsigned *flags) {
    uint32_t start = lexer->at, end = find_slash(lexer, start + 1);
    bool closed = lexer->text[end] == '/';
    *text = unescape_slashes(lexer, lexer_text(lexer, start + 1, end));
    if (!closed) {
        diagnose_error(lexer->diagnostics, (struct span){start, 1},
                       "a regex is one line between two /, \\/ stands for a / in it",
                       "a regex is not closed on its line");
        lexer_advance(lexer, end);
        return false;
    }
    uint32_t last = end + 1;
    while (is_letter(lexer->text[last]) || is_digit(lexer->text[last])) last++;
    regex_flags(lexer, end + 1, last, flags);
    lexer_advance(lexer, last);
    return true;
}

/* ---- what is broken ----------------------------------------------------------------------- */

static bool regex_may_start(const struct lexer *lexer) {
    return lexer->at > 0 && strchr(" \t\n=(,|[!{", lexer->text[lexer->at - 1]);
}

void lexer_skip_one(struct lexer *lexer) {
    char c = lexer_peek(lexer);
    uint32_t end = character_end(lexer, lexer->at);
    if (c == '"') end = find_quote(lexer, end, 1, c);
    if (c == '/' && regex_may_start(lexer)) end = find_slash(lexer, end);
    if (c == '"' || c == '/') end += lexer->text[end] == c;
    lexer_advance(lexer, end);
}
