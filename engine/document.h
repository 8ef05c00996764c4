/* document.h - structured text inside a value, and files of rows: implemented by formats/, called
 * by scalar functions and the query compiler, which know no format.
 *
 * Paths are written as the language writes fields: a.b, a[0].b, [2].c; a key that itself has a dot
 * is tried before the split. */
#ifndef TRAWL_ENGINE_DOCUMENT_H
#define TRAWL_ENGINE_DOCUMENT_H

#include "engine/base/buffer.h"
#include "engine/trawl.h"

struct document_reader; /* a parser; one thread's */

struct document_reader *document_reader_new(void);
void document_reader_free(struct document_reader *reader);

/* The value at `path` of a JSON text, as a field's text (strings decoded, null is missing, an
 * object or array as its JSON text). The result lies in `json` or in `out`. False: missing, or the
 * text is not JSON so far. */
bool document_get(struct document_reader *reader, struct text json, struct text path,
                  struct buffer *out, struct text *value);
/* Calls visit for every element of a JSON array, in order, with its text as above; for null and for
 * elements that are objects or arrays too (raw JSON). Stops when visit returns false. False: not an
 * array. */
bool document_each(struct document_reader *reader, struct text json,
                   bool (*visit)(void *context, size_t index, struct text value, bool present),
                   void *context);
/* Calls visit for every scalar inside, by its flattened name: a.b, a[0], in document order. */
bool document_flatten(struct document_reader *reader, struct text json,
                      bool (*visit)(void *context, struct text name, struct text value),
                      void *context);
/* Appends a JSON string, quotes included. */
bool document_quote(struct buffer *out, struct text value);

/* Appends the JSON text with line breaks, two spaces a level. False: not JSON, or no memory. */
bool document_pretty(struct text json, struct buffer *out);

/* The text inside an element of an XML text, or of an attribute. Paths: names from the root on,
 * a.b, a[1] for the second of that name, a.@b for an attribute; prefixes of names do not count.
 * Nothing outside the text is loaded. The result lies in `out`. False: not XML, no such part, no
 * memory. */
bool document_xml(struct text xml, struct text path, struct buffer *out, struct text *value);
/* The index-th cell of one line of CSV. The result lies in `out`. False: there are not so many. */
bool document_cell(struct text line, size_t index, struct buffer *out, struct text *value);

/* Encodings of text. */
enum document_charset {
    CHARSET_UTF8,
    CHARSET_UTF16, /* little end first unless a byte order mark says otherwise */
    CHARSET_UTF16LE,
    CHARSET_UTF16BE,
    CHARSET_LATIN1, /* ISO 8859-1 */
};
/* By its name, such as UTF-8, utf-16le, ISO-8859-1, US-ASCII. */
bool document_charset(const char *name, enum document_charset *charset);
/* Appends the bytes as UTF-8; what is not of the charset becomes U+FFFD. False: no memory. */
bool document_decode(enum document_charset charset, struct text bytes, struct buffer *out);

/* A CSV file (RFC 4180; a BOM is skipped) given row by row: header first. visit gets `count` cells.
 * TRAWL_INVALID where visit stopped it. Errors name the file and line. */
enum trawl_status document_csv(const char *path,
                               bool (*visit)(void *context, const struct text *cells, size_t count,
                                             struct trawl_error *error),
                               void *context, struct trawl_error *error);

#endif
