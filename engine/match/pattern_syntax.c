/* The syntax of a pattern, read just far enough to know whether Hyperscan's answer about many
 * values laid end to end can be trusted for each value alone.
 *
 * A construct is accepted here when a match of the value alone is also a match in the laid-out
 * text, ending in the same place:
 *   - what takes characters (literals, classes, dot, repeats, groups, alternatives) looks at
 *     nothing outside the match;
 *   - ^ $ \b \B look at one character outside, which is the newline between two values. Hyperscan
 *     reads ^ and $ as line anchors, which holds at least where PCRE2's hold, and a newline is no
 *     word character, just as the end of a text is none;
 *   - assertions, atomic groups and possessive repeats only take matches away; Hyperscan's
 *     prefilter mode drops the restriction.
 * Not accepted: \A \z \Z \G (the edge of the text is not the edge of the value), back-references,
 * conditions, recursion, verbs, \p (two versions of Unicode), options inside that switch something
 * off, case-blind characters outside ASCII (the same), and whatever is not listed below. */
#include <stdlib.h>

#include "engine/match/pattern.h"

struct reading {
    const char *at, *end;
    bool common, literal;
    bool ignores_case, beyond_ascii;
    bool empty;      /* nothing yet in this alternative */
    bool repeatable; /* the last thing may be repeated */
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool starts_with(const struct reading *r, const char *word) {
    size_t length = strlen(word);
    return (size_t)(r->end - r->at) >= length && memcmp(r->at, word, length) == 0;
}

static bool skip(struct reading *r, const char *word) {
    if (!starts_with(r, word)) return false;
    r->at += strlen(word);
    return true;
}

/* One character of the pattern standing for itself. */
static void literal(struct reading *r, unsigned character) {
    if (character == '\n') r->literal = false;
    if (character >= 0x80) r->beyond_ascii = true;
}

/* After \x: two hexadecimal digits, or one to six in braces. */
static bool hexadecimal(struct reading *r) {
    char digits[7] = "";
    size_t count = 0;
    bool braces = skip(r, "{");
    while (r->at < r->end && is_hex(*r->at) && count < (braces ? 6u : 2u))
        digits[count++] = *r->at++;
    if (braces ? count == 0 || !skip(r, "}") : count != 2) return false;
    literal(r, (unsigned)strtoul(digits, NULL, 16));
    return true;
}

/* After the backslash: a character by name, code or itself. False: something else. */
static bool escaped_character(struct reading *r) {
    char c = *r->at;
    if (c == 'x') {
        r->at++;
        return hexadecimal(r);
    }
    if (c == 'n') {
        r->literal = false;
    } else if (!strchr("tfrea", c) && ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7F ||
                                       is_letter(c) || is_digit(c))) {
        return false;
    }
    r->at++;
    return true;
}

static bool escaped_class(struct reading *r) {
    if (!strchr("dDwWsShHvV", *r->at)) return false;
    r->literal = false;
    r->at++;
    return true;
}

static bool escape(struct reading *r) {
    if (++r->at == r->end) return false;
    r->repeatable = true;
    if (*r->at == 'b' || *r->at == 'B') {
        r->at++;
        r->literal = false;
        r->repeatable = false;
        return true;
    }
    return escaped_class(r) || escaped_character(r);
}

/* [:alpha:] inside a class. Not [:^alpha:]: see class_body. */
static bool named_class(struct reading *r) {
    static const char *const names[] = {"alpha:]",  "digit:]", "alnum:]", "upper:]", "lower:]",
                                        "space:]",  "punct:]", "print:]", "graph:]", "cntrl:]",
                                        "xdigit:]", "word:]",  "blank:]", "ascii:]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (skip(r, names[i])) return true;
    return false;
}

enum member { MEMBER_UNKNOWN, MEMBER_CHARACTER, MEMBER_SET, MEMBER_NEGATED_SET, MEMBER_NAMED_SET };

static enum member class_member(struct reading *r) {
    if (skip(r, "[:")) return named_class(r) ? MEMBER_NAMED_SET : MEMBER_UNKNOWN;
    if (starts_with(r, "[.") || starts_with(r, "[=")) return MEMBER_UNKNOWN;
    if (skip(r, "\\")) {
        if (r->at == r->end) return MEMBER_UNKNOWN;
        bool negated = *r->at >= 'A' && *r->at <= 'Z';
        if (escaped_class(r)) return negated ? MEMBER_NEGATED_SET : MEMBER_SET;
        return escaped_character(r) ? MEMBER_CHARACTER : MEMBER_UNKNOWN;
    }
    literal(r, (unsigned char)*r->at++);
    /* The rest of a character of several bytes. */
    while (r->at < r->end && ((unsigned char)*r->at & 0xC0) == 0x80) r->at++;
    return MEMBER_CHARACTER;
}

/* A hyphen is accepted as a range between two characters, and first or last as itself. Negated sets
 * beside named ones are not: PCRE2 10.42 takes [^\W[:alpha:]] to hold every character above U+00FF.
 */
static bool class_body(struct reading *r) {
    bool negated = false, named = false;
    r->at++;
    skip(r, "^");
    if (starts_with(r, "]")) return false;
    for (bool first = true; r->at < r->end; first = false) {
        if (skip(r, "]")) return !(negated && named);
        if (!first && starts_with(r, "-") && !starts_with(r, "-]")) return false;
        enum member member = class_member(r);
        if (member == MEMBER_UNKNOWN) return false;
        negated |= member == MEMBER_NEGATED_SET;
        named |= member == MEMBER_NAMED_SET;
        if (!starts_with(r, "-") || starts_with(r, "-]")) continue;
        r->at++;
        if (member != MEMBER_CHARACTER || class_member(r) != MEMBER_CHARACTER) return false;
    }
    return false;
}

/* After "(": what kind of group it is. */
static bool group(struct reading *r) {
    r->at++;
    if (starts_with(r, "*")) return false;
    if (!skip(r, "?") || skip(r, ":")) return true;
    r->literal = false;
    if (skip(r, "=") || skip(r, "!") || skip(r, "<=") || skip(r, "<!") || skip(r, ">")) return true;
    if (skip(r, "P<") || skip(r, "<")) {
        while (r->at < r->end && (is_letter(*r->at) || is_digit(*r->at) || *r->at == '_')) r->at++;
        return skip(r, ">");
    }
    while (r->at < r->end && strchr("ims", *r->at)) {
        if (*r->at++ == 'i') r->ignores_case = true;
    }
    return skip(r, ":");
}

/* ? * + {n} {n,} {n,m}, then perhaps ? or +. */
static bool repeat(struct reading *r) {
    if (!r->repeatable) return false;
    r->literal = false;
    r->repeatable = false;
    if (skip(r, "{")) {
        if (r->at == r->end || !is_digit(*r->at)) return false;
        while (r->at < r->end && is_digit(*r->at)) r->at++;
        if (skip(r, ","))
            while (r->at < r->end && is_digit(*r->at)) r->at++;
        if (!skip(r, "}")) return false;
    } else {
        r->at++;
    }
    if (!skip(r, "+")) skip(r, "?");
    return true;
}

/* Reads one thing. False: something that is not known to mean the same to both libraries. */
static bool read_one(struct reading *r) {
    char c = *r->at;
    switch (c) {
        case '|':
        case ')':
            if (r->empty) r->literal = false;
            r->empty = c == '|';
            r->repeatable = c == ')';
            r->at++;
            return true;
        case '(':
            r->empty = true;
            r->repeatable = false;
            return group(r);
        case '?':
        case '*':
        case '+':
        case '{':
            return repeat(r);
        case '^':
        case '$':
            r->literal = false;
            r->empty = false;
            r->repeatable = false;
            r->at++;
            return true;
        case '[':
            r->literal = false;
            r->empty = false;
            r->repeatable = true;
            return class_body(r);
        case '\\':
            r->empty = false;
            return escape(r);
        case '.':
            r->literal = false;
            r->empty = false;
            r->repeatable = true;
            r->at++;
            return true;
        default:
            literal(r, (unsigned char)c);
            r->empty = false;
            r->repeatable = true;
            r->at++;
            return true;
    }
}

/* (?i) and the like at the start, which are flags. */
static unsigned leading_options(struct reading *r, unsigned flags) {
    for (;;) {
        const char *start = r->at;
        unsigned more = 0;
        if (!skip(r, "(?")) return flags;
        for (; r->at < r->end && strchr("ims", *r->at); r->at++)
            more |= *r->at == 'i'   ? TRAWL_IGNORE_CASE
                    : *r->at == 'm' ? TRAWL_MULTILINE
                                    : TRAWL_DOTALL;
        if (!more || !skip(r, ")")) {
            r->at = start;
            return flags;
        }
        flags |= more;
    }
}

/* A search for .*x.* finds what a search for x finds. Without the tail Hyperscan need not report
 * every byte that follows x. */
static void strip_any(struct reading *r) {
    while (starts_with(r, ".*") && !starts_with(r, ".*+")) {
        r->at += 2;
        skip(r, "?");
    }
    for (;;) {
        const char *end = r->end;
        if (end - r->at >= 3 && end[-1] == '?' && end[-2] == '*') end--;
        if (end - r->at < 2 || end[-1] != '*' || end[-2] != '.') return;
        end -= 2;
        size_t backslashes = 0;
        while (end - backslashes > r->at && end[-1 - (ptrdiff_t)backslashes] == '\\') backslashes++;
        if (backslashes % 2 != 0) return;
        r->end = end;
    }
}

struct pattern_syntax pattern_read(const char *regex, unsigned flags) {
    struct reading r = {.at = regex, .end = regex + strlen(regex), .common = true, .literal = true};
    flags = leading_options(&r, flags);
    strip_any(&r);
    struct text body = {r.at, (size_t)(r.end - r.at)};

    r.ignores_case = flags & TRAWL_IGNORE_CASE;
    r.empty = true;
    while (r.common && r.at < r.end) r.common = read_one(&r);
    if (r.ignores_case && r.beyond_ascii) r.common = false;
    return (struct pattern_syntax){
        .body = body,
        .flags = flags,
        .common = r.common,
        .literal = r.common && r.literal && !r.empty,
    };
}
