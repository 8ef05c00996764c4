/* human.h - numbers and foreign text as a person reads them. */
#ifndef TRAWL_TOOLS_HUMAN_H
#define TRAWL_TOOLS_HUMAN_H

#include <stdint.h>
#include <stdio.h>

/* A formatted number, returned by value: use within the expression, or keep. */
struct human {
    char text[32];
};

struct human human_count(uint64_t count); /* 41,213,004 */
struct human human_bytes(double bytes);   /* 512 B, 1.50 KiB, 61.2 GiB */
struct human human_time(double seconds);  /* 0.42 s, 31.2 s, 4:07 min, 2:04:07 h */
struct human human_ratio(double ratio);   /* 21.1x */
/* 98 %, and over 99 % or under 1 % where it is not quite all or none. */
struct human human_share(uint64_t part, uint64_t whole);
struct human human_instant(int64_t ms); /* 2026-03-07T14:05:00Z, of milliseconds since 1970 */

/* Text that came from elsewhere (paths, names in archives, messages): control characters, marks
 * that turn the direction of writing and bytes that are not UTF-8 are written as \xHH or \uHHHH. So
 * no file name can drive the terminal or break a line. */
void print_foreign(FILE *to, const char *text);

#endif
