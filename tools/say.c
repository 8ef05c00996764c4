#include "tools/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "tools/human.h"

void say(const char *format, ...) {
    char message[4096]; /* longer ones are cut */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fputs("trawl: ", stderr);
    print_foreign(stderr, message);
    fputc('\n', stderr);
    fflush(stderr);
}
