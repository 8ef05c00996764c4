#include "tools/diagnostics.h"

#include <string.h>
#include <unistd.h>

#include "tools/human.h"
#include "tools/paint.h"
#include "tools/terminal.h"
#include "tools/utf8.h"

#define LONGEST_LINE 160 /* characters of a line that are shown around the place */

/* The bytes of the first `count` characters. */
static size_t characters(const char *text, size_t count) {
    const char *at = text;
    for (; count && *at; count--) {
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80) at++;
    }
    return (size_t)(at - text);
}

/* The line and under it the caret; of a long line the part around the place. */
static void print_source(const struct paper *paper, const struct trawl_diagnostic *found) {
    size_t before = found->column - 1, start = 0;
    if (before > LONGEST_LINE / 2) start = before - LONGEST_LINE / 2;
    const char *from = found->source + characters(found->source, start);
    size_t bytes = characters(from, LONGEST_LINE);
    char line[4 * LONGEST_LINE + 1];
    if (bytes >= sizeof line) bytes = sizeof line - 1;
    for (size_t i = 0; i < bytes; i++) line[i] = from[i] == '\t' ? ' ' : from[i];
    line[bytes] = '\0';
    fputs("    ", paper->to);
    print_foreign(paper->to, line);
    fprintf(paper->to, "\n    %*s", (int)(before - start), "");
    paint_on(paper, "\x1b[1;31m");
    size_t length = found->length < LONGEST_LINE / 2 ? found->length : LONGEST_LINE / 2;
    for (size_t i = 0; i < length; i++) fputc(i ? '~' : '^', paper->to);
    paint_off(paper);
    fputc('\n', paper->to);
}

void diagnostics_print(FILE *to, const char *name, const struct trawl_diagnostics *diagnostics,
                       bool warnings, enum when color) {
    struct paper paper = {to, terminal_color(STDERR_FILENO, color)};
    size_t count = diagnostics ? trawl_diagnostics_count(diagnostics) : 0;
    for (size_t i = 0; i < count; i++) {
        struct trawl_diagnostic found = trawl_diagnostics_get(diagnostics, i);
        if (found.warning && !warnings) continue;
        print_foreign(to, name);
        fprintf(to, ":%zu:%zu: ", found.line, found.column);
        paint_on(&paper, found.warning ? "\x1b[1;33m" : "\x1b[1;31m");
        fputs(found.warning ? "warning: " : "error: ", to);
        paint_off(&paper);
        print_foreign(to, found.message);
        fputc('\n', to);
        if (!found.warning) print_source(&paper, &found);
        if (!found.hint) continue;
        fputs("    ", to);
        print_foreign(to, found.hint);
        fputc('\n', to);
    }
    fflush(to);
}
