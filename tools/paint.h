/* paint.h - colours of the ledger, or none. */
#ifndef TRAWL_TOOLS_PAINT_H
#define TRAWL_TOOLS_PAINT_H

#include <stdbool.h>
#include <stdio.h>

struct paper {
    FILE *to;
    bool color;
};

#define PAINT_BOLD "\x1b[1m"
#define PAINT_WARNING "\x1b[33m"
#define PAINT_ERROR "\x1b[1;31m"

/* A line in one colour. */
void paint_line(const struct paper *paper, const char *paint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* For a line made of parts. */
void paint_on(const struct paper *paper, const char *paint);
void paint_off(const struct paper *paper);

#endif
