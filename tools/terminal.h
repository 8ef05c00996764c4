/* terminal.h - what is at the other end of a descriptor. */
#ifndef TRAWL_TOOLS_TERMINAL_H
#define TRAWL_TOOLS_TERMINAL_H

#include <stdbool.h>

#include "tools/flags.h"

bool terminal_is(int fd);
/* Columns of the terminal on fd: as the terminal says, else COLUMNS, else 80. */
unsigned terminal_width(int fd);
/* auto: on a terminal, unless NO_COLOR is set and not empty, or TERM is unset or dumb. */
bool terminal_color(int fd, enum when when);

#endif
