/* flag_values.h - what stands behind a flag, as a value. */
#ifndef TRAWL_TOOLS_FLAG_VALUES_H
#define TRAWL_TOOLS_FLAG_VALUES_H

#include "tools/flags.h"

/* A whole number in decimal from low to high. */
bool parse_number(const char *text, uint64_t low, uint64_t high, uint64_t *number);
/* The index of value in names (ended by NULL), or -1. */
int choose(const char *value, const char *const *names);
/* NULL, or what the value must be: here and below. */
const char *check_folder(const char *value);
const char *parse_when(const char *value, enum when *when);
/* end: a date means its end. */
const char *parse_time(const char *value, bool end, int64_t *ms);

#endif
