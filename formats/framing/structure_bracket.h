/* structure_bracket.h - what one bracket outside strings does to the state; shared by the kernels
 * and their twin. */
#ifndef TRAWL_FORMATS_STRUCTURE_BRACKET_H
#define TRAWL_FORMATS_STRUCTURE_BRACKET_H

#include "formats/framing/structure.h"

/* An opening bracket with white space before it: is it the first on its line, and may it be? */
enum structure_event structure_line_start(const struct structure *structure, const char *text,
                                          size_t at);

/* STRUCTURE_MORE: go on. STRUCTURE_END: the bracket at `at` closes the value. Everything else is
 * reported with the bracket not yet taken. */
static inline enum structure_event structure_bracket(struct structure *s, const char *text,
                                                     size_t at) {
    char c = text[at];
    bool array = c == '[' || c == ']';
    if (c == '{' || c == '[') {
        if (!s->told && s->depth > 0) {
            char before = at > 0 ? text[at - 1] : s->before;
            if (structure_blank(before)) {
                enum structure_event event = structure_line_start(s, text, at);
                if (event != STRUCTURE_MORE) return event;
            }
            if (array && s->depth == 1 && s->watch_arrays) return STRUCTURE_ARRAY;
        }
        s->told = false;
        if (s->depth == STRUCTURE_DEPTH) return STRUCTURE_DEEP;
        uint64_t bit = UINT64_C(1) << (s->depth % 64);
        uint64_t *word = &s->arrays[s->depth / 64];
        *word = array ? *word | bit : *word & ~bit;
        s->depth++;
        return STRUCTURE_MORE;
    }
    if (s->depth == 0) return STRUCTURE_MISFIT;
    size_t top = s->depth - 1;
    if ((s->arrays[top / 64] >> (top % 64) & 1) != array) return STRUCTURE_MISFIT;
    s->depth = top;
    return top == 0 ? STRUCTURE_END : STRUCTURE_MORE;
}

#endif
