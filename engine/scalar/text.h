/* text.h - scalars over texts: letters, pieces, printf, codes and digests.
 *
 * Texts are valid UTF-8, and stay so; a character is a code point. A missing argument gives a
 * missing result (a flag: false) unless said otherwise. Numbers given as arguments are read as
 * their printed text. */
#ifndef TRAWL_ENGINE_SCALAR_TEXT_H
#define TRAWL_ENGINE_SCALAR_TEXT_H

#include "engine/document.h"
#include "engine/scalar.h"

/* ---- letters and pieces ---------------------------------------------------------------------- */

/* (text): in capitals, letter by letter (simple mapping). */
extern const struct scalar scalar_upper;
/* (text): its characters in reverse order. */
extern const struct scalar scalar_reverse;
/* (text): without spaces and control characters at both ends. */
extern const struct scalar scalar_trim;
/* (text): how many characters. */
extern const struct scalar scalar_length;
/* (text...): one after the other; missing ones are skipped. All missing: the empty text. */
extern const struct scalar scalar_concat;
/* (text, begin[, end]): characters begin to end - 1, counted from 0; negative ones count from the
 * end of the text; missing or no end: to the end. Beyond the text is cut off; empty where nothing
 * is left. A missing begin is 0; one that is no number gives a missing result. */
extern const struct scalar scalar_substring;

/* (text, part): whether the text holds, begins with, ends with, is the part. Bytes are compared. */
extern const struct scalar scalar_contains;
extern const struct scalar scalar_starts_with;
extern const struct scalar scalar_ends_with;
/* (text, part[, occurrence[, begin]]): where the part stands, in characters from 0; missing: it
 * does not. occurrence: 1 (the default) is the first, -1 the last, and so on; begin: where to
 * start. */
extern const struct scalar scalar_position_of;
/* (text, other): the Levenshtein distance in characters. Missing where a text has more than 1024.
 */
extern const struct scalar scalar_edit_distance;

/* ---- printf ---------------------------------------------------------------------------------- */

struct format;
/* For scalar_format: the language's printf. zone: for dates, NULL is UTC. Format:
 *   %[n$ | <][flags][width][.precision]conversion
 *   conversions s d i f e E g G x X o b c n %, and tX, where X is a letter of time_format_new
 *   flags       - left, 0 zeros, + sign, space, # 0x or 0 in front, "," groups of three, "("
 * negatives NULL: error says what is wrong and where. */
struct format *format_new(const char *format, const char *zone, struct trawl_error *error);
/* The number of arguments it reads. */
size_t format_arguments(const struct format *format);
/* data: format_new. (value...): the text. A missing value of %s or %S prints as null, as do all
 * others; %b of it is false. A value that is no number where one is wanted, or fewer arguments than
 * the format reads: missing. %d and the like cut fractions; %c takes a code point or the first
 * character; dates take milliseconds since 1970. Upper-case conversions print
 * ASCII letters as capitals. */
extern const struct scalar scalar_format;

/* ---- codes and digests ----------------------------------------------------------------------- */

/* For the decoders. NULL: out of memory. */
void *charset_new(enum document_charset charset);

/* data: charset_new, NULL is UTF-8. (text): the decoded text. base64: both alphabets, padding
 * may lack, white space is skipped. hex: pairs of digits, 0x in front and white space skipped.
 * Malformed: missing. Bytes that are not of the charset read as U+FFFD. */
extern const struct scalar scalar_base64_decode;
extern const struct scalar scalar_hex_decode;
/* (text): encoded with padding. */
extern const struct scalar scalar_base64_encode;
/* (text): %xx and + decoded; a % without two hex digits stays as it is. */
extern const struct scalar scalar_url_decode;
/* (text): all but letters, digits and -_.* as %XX, a space as +. */
extern const struct scalar scalar_url_encode;

/* (text...): the digest, in lower-case hex, of the texts one after the other; missing ones count as
 * empty, all missing: missing. */
extern const struct scalar scalar_md5;
extern const struct scalar scalar_sha1;
extern const struct scalar scalar_sha256;
extern const struct scalar scalar_sha512;

/* For scalar_hash. limit: at most 2^53; 0 is 2^32. NULL: out of memory. */
void *hash_new(uint64_t limit, uint64_t seed);
/* data: hash_new. (value...): a number from 0 below the limit (XXH3), the same on every machine. */
extern const struct scalar scalar_hash;
/* (text): Shannon entropy in bits per byte; 0 for the empty text. */
extern const struct scalar scalar_entropy;

#endif
