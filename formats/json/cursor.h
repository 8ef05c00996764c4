/* cursor.h - raw JSON text read from front to back, value by value, without an index of its tokens:
 * for what is rare or small. For formats/json and what reads JSON beside it.
 *
 * The text is valid UTF-8. All else is checked as far as it is read: a function that returns false
 * met something that is not JSON. */
#ifndef TRAWL_FORMATS_JSON_CURSOR_H
#define TRAWL_FORMATS_JSON_CURSOR_H

#include "formats/json/internal.h"

struct json_cursor {
    const char *at, *end;
    struct buffer *to; /* of those that write while they read (text.c); else NULL */
    unsigned depth;    /* arrays and objects that are open, at most JSON_DEPTH */
};

static inline struct json_cursor json_cursor_of(struct text text, struct buffer *to) {
    return (struct json_cursor){text.data, text.data + text.length, to, 0};
}

/* The length of the number at the start of text; 0: none is there. */
size_t json_number_length(const char *text, size_t length);

static inline void json_skip_space(struct json_cursor *r) {
    while (r->at < r->end && json_is_space(*r->at)) r->at++;
}
/* Takes the character, after white space; false: another one, or none, is there. */
static inline bool json_take(struct json_cursor *r, char c) {
    json_skip_space(r);
    if (r->at == r->end || *r->at != c) return false;
    r->at++;
    return true;
}
/* Takes a string: *raw is between its quotes, its escapes unread. */
bool json_take_string(struct json_cursor *r, struct text *raw);
/* Takes a number, null, true or false; no white space before it. */
bool json_take_scalar(struct json_cursor *r, enum json_type *type, struct text *raw);
/* Takes any value, after white space, with all that is in it. */
bool json_take_value(struct json_cursor *r, struct json_value *value);
/* Whether only white space is left. */
bool json_at_end(struct json_cursor *r);

/* The members of an object, the elements of an array, one by one. Before the first: json_take of
 * the opening bracket and *first = true. True: a member is next (its key is taken, with the colon),
 * or an element; the caller takes its value. False: the closing bracket was taken, or *good is
 * false. */
bool json_next_member(struct json_cursor *r, bool *first, struct text *key, bool *good);
bool json_next_element(struct json_cursor *r, bool *first, bool *good);

#endif
