#include "tools/paint.h"

#include <stdarg.h>

void paint_on(const struct paper *paper, const char *paint) {
    if (paper->color) fputs(paint, paper->to);
}

void paint_off(const struct paper *paper) {
    if (paper->color) fputs("\x1b[0m", paper->to);
}

void paint_line(const struct paper *paper, const char *paint, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    paint_on(paper, paint);
    vfprintf(paper->to, format, arguments);
    paint_off(paper);
    fputc('\n', paper->to);
    va_end(arguments);
}
