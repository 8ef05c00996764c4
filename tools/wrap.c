#include "tools/wrap.h"

#include <string.h>

void wrap(FILE *to, const char *text, int indent, unsigned width) {
    size_t column = 0;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column && (size_t)indent + column + 1 + word > width) {
            fputc('\n', to);
            column = 0;
        }
        if (column) {
            fputc(' ', to);
            column++;
        } else {
            fprintf(to, "%*s", indent, "");
        }
        fwrite(text, 1, word, to);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}
