/* say.h - one-line messages to standard error. */
#ifndef TRAWL_TOOLS_SAY_H
#define TRAWL_TOOLS_SAY_H

/* "trawl: " and the message, made safe for the terminal, and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
