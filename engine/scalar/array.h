/* array.h - scalars over arrays: JSON texts such as ["a","b"].
 *
 * A text that is no array gives a missing result (a flag: false), and so does a missing one, unless
 * said otherwise. Elements are read as fields' texts: null is missing, an object or array is its
 * JSON text. */
#ifndef TRAWL_ENGINE_SCALAR_ARRAY_H
#define TRAWL_ENGINE_SCALAR_ARRAY_H

#include "engine/scalar.h"

/* Arrays that are made hold strings only. */

/* (value...): an array of them; missing ones are left out. */
extern const struct scalar scalar_array;
/* (array, index): the element, from 0; negative ones count from the end. */
extern const struct scalar scalar_array_get;
/* (array): how many elements. A missing one: missing. */
extern const struct scalar scalar_array_length;
/* (array, value): whether an element equals the value's text. */
extern const struct scalar scalar_array_contains;
/* data: capture_new (pattern.h; its group is not used). (array): whether the pattern is found in an
 * element. */
extern const struct scalar scalar_array_regex;
/* (array, separator[, from[, to]]): elements from to to, both included and counted from 0, joined;
 * missing elements are skipped; the text itself where it is no array. */
extern const struct scalar scalar_array_join;
/* (array): each element once, the first of equals. */
extern const struct scalar scalar_array_dedup;
/* (array, order): sorted as the language sorts: numbers first by value, then texts by bytes, the
 * same both ways; order is asc or desc. */
extern const struct scalar scalar_array_sort;
/* (array): its elements backwards. */
extern const struct scalar scalar_array_reverse;
/* (array, array): what is in one of them, in both, in the first only; each once, in order. A
 * missing array is empty, both missing: missing. */
extern const struct scalar scalar_array_union, scalar_array_intersection, scalar_array_difference;
/* (array, value...): with the values at its end; a missing array is empty. */
extern const struct scalar scalar_array_append;

#endif
