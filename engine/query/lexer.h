/* lexer.h - the pieces that a query is written with. There are no tokens: what a run of characters
 * is depends on where it stands, so the parser asks for what may stand at a place. */
#ifndef TRAWL_ENGINE_QUERY_LEXER_H
#define TRAWL_ENGINE_QUERY_LEXER_H

#include "engine/base/buffer.h"
#include "engine/query/arena.h"
#include "engine/query/diagnose.h"

struct lexer {
    const char *text; /* valid UTF-8 without NUL, ended by one */
    uint32_t length;
    uint32_t at;   /* the next byte */
    uint32_t last; /* the end of what was taken last, before any space */
    struct arena *arena;
    struct trawl_diagnostics *diagnostics;
};

/* Passes over space and comments; the character there, '\0' at the end. */
char lexer_peek(struct lexer *lexer);
/* Takes everything up to `end`. */
void lexer_advance(struct lexer *lexer, uint32_t end);
/* Takes the character, after any space; false: another one stands there. */
bool lexer_take(struct lexer *lexer, char c);
/* From `start` to what was taken last. */
struct span lexer_since(const struct lexer *lexer, uint32_t start);
/* What stands here: a word, else one character; nothing at the end. */
struct span lexer_here(const struct lexer *lexer);
/* The same in words, for "found %s". */
struct found {
    char text[64];
};
struct found lexer_found(struct lexer *lexer);

/* Where things that begin at `at` end; `at` itself: none begins there. */
uint32_t lexer_name_end(const struct lexer *lexer, uint32_t at);  /* a field's: a.b[0].c */
uint32_t lexer_call_end(const struct lexer *lexer, uint32_t at);  /* a function's: array:length */
uint32_t lexer_word_end(const struct lexer *lexer, uint32_t at);  /* a pattern's */
uint32_t lexer_space_end(const struct lexer *lexer, uint32_t at); /* comments are not space */
uint32_t lexer_line_end(const struct lexer *lexer, uint32_t at);

/* Whether the word at `at` is this, in any case. */
bool lexer_is(const struct lexer *lexer, uint32_t at, const char *word);
/* The same for the word after any space; takes it. */
bool lexer_take_word(struct lexer *lexer, const char *word);
struct text lexer_text(const struct lexer *lexer, uint32_t start, uint32_t end);
bool text_is_number(struct text text);            /* [-+] digits [. digits] [e [-+] digits] */
bool text_is(struct text text, const char *word); /* in any case */

/* "quoted", escapes resolved; a typographic or single quote is reported and read as if it were
 * straight. false: not closed, reported, and passed to the end of the line. */
bool lexer_quoted(struct lexer *lexer, struct text *text);
bool lexer_at_quote(const struct lexer *lexer); /* of any of the kinds that lexer_quoted takes */
/* /regex/flags. false: not closed, reported, passed to the end of the line. */
bool lexer_regex(struct lexer *lexer, struct text *text, unsigned *flags);
/* Passes over one string, regex, comment or character: for finding the end of what is broken. */
void lexer_skip_one(struct lexer *lexer);

#endif
