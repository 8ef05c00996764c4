/* pattern.h - scalars over regular expressions: what a match captured, replaced or split.
 *
 * match.h says fast whether a column matches; this says what. PCRE2 with the limits of match.h: a
 * pattern that exceeds them on a value ends the run (TRAWL_REFUSED). Names of groups may be
 * anything the language takes for a field: (?<user.name>...), (?<@x>...), (?P<a>...). */
#ifndef TRAWL_ENGINE_SCALAR_PATTERN_H
#define TRAWL_ENGINE_SCALAR_PATTERN_H

#include "engine/scalar.h"

/* ---- patterns -------------------------------------------------------------------------------- */

/* A compiled pattern; immutable. Those made of it below keep it as long as they need. */
struct regex;
/* Flags: TRAWL_IGNORE_CASE and so on. NULL: error. Release it with regex_free. */
struct regex *regex_new(const char *regex, unsigned flags, struct trawl_error *error);
void regex_free(struct regex *regex); /* NULL is fine */

/* Its named groups, in the order of the pattern; each name once. */
size_t regex_group_count(const struct regex *regex);
const char *regex_group_name(const struct regex *regex, size_t index);
/* The named group's index; SIZE_MAX: none. */
size_t regex_group_find(const struct regex *regex, const char *name);

/* Appends the pattern with its named groups as plain ones, so that match.h takes it whatever the
 * names; references by name become references by number. False: out of memory. A pattern that is
 * malformed comes out so that it stays malformed. */
bool regex_plain_groups(const char *regex, struct buffer *out);
/* Appends a pattern that matches just this text. */
bool regex_quote(struct text text, struct buffer *out);

/* ---- what they are for; all return NULL and error ----------------------------------------------
 */

/* group: an index of regex_group_name. */
void *capture_new(struct regex *regex, size_t group, struct trawl_error *error);
/* limit: of matches in one text. */
void *matches_new(struct regex *regex, uint64_t limit, struct trawl_error *error);
/* with: $1, $12, ${name}, \1 insert a group, $0 the match; $$ is a dollar, \\ a backslash. */
void *replace_new(struct regex *regex, const char *with, bool all, struct trawl_error *error);
/* index: of the piece, from 0; negative ones from the end: -1 is the last. */
void *split_new(struct regex *regex, int64_t index, struct trawl_error *error);

/* data: capture_new. (text): whether the pattern is found in it. */
extern const struct scalar scalar_regex_found;
/* data: capture_new. (text): the group's text in the first match; missing: no match, or the group
 * took no part in it. */
extern const struct scalar scalar_capture;
/* data: matches_new. (text): a JSON array with an object for each match, of the named groups that
 * took part in it; missing: there is no match. */
extern const struct scalar scalar_matches;
/* data: replace_new. (text): with all matches, or the first, replaced. */
extern const struct scalar scalar_replace;
/* data: split_new. (text): the index-th of the pieces between matches; missing: not so many. A text
 * without a match is one piece; an empty match splits between characters, not at the ends. */
extern const struct scalar scalar_split_piece;
/* data: split_new (index is not used). (text): all pieces, as a JSON array. */
extern const struct scalar scalar_split_array;

#endif
