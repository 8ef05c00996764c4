/* calendar.h - times as the logs print them. A tick is 100 ns, as in Azure's seven digits; ticks
 * count from 1970-01-01T00:00:00Z. Everything is UTC. */
#ifndef GENERATE_CALENDAR_H
#define GENERATE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "builder.h"

typedef int64_t ticks;

#define TICKS_MILLISECOND ((ticks)10000)
#define TICKS_SECOND ((ticks)10000000)
#define TICKS_MINUTE (60 * TICKS_SECOND)
#define TICKS_HOUR (60 * TICKS_MINUTE)
#define TICKS_DAY (24 * TICKS_HOUR)

struct date {
    int year;
    unsigned month, day; /* from 1 */
    unsigned hour, minute, second;
};

struct date calendar_date(ticks time);
/* "2026-03-31" to its midnight. False: not a date between 1970 and 9999. */
bool calendar_parse(const char *text, ticks *time);

/* 2026-03-07T14:00:02 and then */
void calendar_put_seconds(struct builder *builder, ticks time); /* nothing */
void calendar_put_millis(struct builder *builder, ticks time);  /* .123 */
void calendar_put_ticks(struct builder *builder, ticks time);   /* .1234567 */
/* .12345, as .NET prints the fraction: no trailing zeros, no point when it is zero */
void calendar_put_trimmed(struct builder *builder, ticks time);

#endif
