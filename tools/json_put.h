/* json_put.h - writing JSON for machines and for eyes: indented, keys in the order written.
 *
 * A small state machine: open, members, close. Whatever text goes in, UTF-8 or not, JSON comes
 * out. */
#ifndef TRAWL_TOOLS_JSON_PUT_H
#define TRAWL_TOOLS_JSON_PUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_put {
    FILE *to;
    unsigned depth;
    bool begun; /* the innermost object or array has a member already */
    bool flat;  /* the innermost ones are written on one line: json_put_open_flat */
};

/* key NULL: an element of an array, or the outermost value. */
void json_put_open(struct json_put *json, const char *key, char bracket);      /* '{' or '[' */
void json_put_open_flat(struct json_put *json, const char *key, char bracket); /* on one line */
void json_put_close(struct json_put *json, char bracket);                      /* '}' or ']' */
void json_put_text(struct json_put *json, const char *key, const char *text);  /* NULL: null */
void json_put_count(struct json_put *json, const char *key, uint64_t count);
void json_put_bool(struct json_put *json, const char *key, bool value);
void json_put_real(struct json_put *json, const char *key, double value); /* not finite: null */

#endif
