/* resync.h - finding the way back into a damaged array.
 *
 * Elements of one array are written by one program: they start with the same keys in the same
 * order. The signature of an element is its text from { to the end of its first key, and its second
 * key. One key alone would not do: lists inside records often start with the records' own first key
 * ("id"). */
#ifndef TRAWL_FORMATS_RESYNC_H
#define TRAWL_FORMATS_RESYNC_H

#include "engine/base/buffer.h"

#define SIGNATURE_KEY 64   /* longest key told apart, with what precedes it */
#define SIGNATURE_HEAD 256 /* bytes of an element that are looked at */
#define RESYNC_NONE SIZE_MAX

struct signature {
    size_t first_length, second_length; /* second 0: not known */
    char first[SIGNATURE_KEY], second[SIGNATURE_KEY];
};

/* Reads an element's head. False: it does not start like an object with a key. */
bool signature_read(struct text head, struct signature *signature);
/* The first place in [from, to) where an element of that signature starts, behind a comma, a
 * bracket [ or a line break. text[0..length) may be looked at; `before` is the last byte before it
 * that is not white space (0: none), `newline` whether a line break lies between. */
size_t resync_find(const struct signature *signature, struct text text, size_t from, size_t to,
                   char before, bool newline);
/* The first place in [from, to) where a line starts with { after a line that ends in } (see
 * framing.h); `last` is the byte before text[0]. */
size_t boundary_find(struct text text, size_t from, size_t to, char before, char last);
/* The last such place in text, RESYNC_NONE if there is none. */
size_t boundary_find_last(struct text text);

#endif
