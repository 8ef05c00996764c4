/* escape.h - text made safe for where it goes: JSON, a CSV cell, a terminal. */
#ifndef TRAWL_FORMATS_ESCAPE_H
#define TRAWL_FORMATS_ESCAPE_H

#include "formats/output/output.h"

/* A JSON string with its quotes. Escapes only what JSON must have escaped: the quote, the backslash
 * and bytes below 0x20 (short forms where JSON has them, else \u00xx in lower case); everything
 * else as it is. */
void emit_json_string(struct emitter *out, const char *text, size_t length);

/* A CSV cell: quoted where it holds a comma, quote, line break or outer white space. Where it
 * begins with = + - @ (of full width too), TAB, CR or LF, an apostrophe goes before it:
 * spreadsheets run such cells. */
void emit_csv_cell(struct emitter *out, const char *text, size_t length);
/* A column's name, which is the query's and no log's: without the guard. */
void emit_csv_name(struct emitter *out, const char *text, size_t length);

/* One character as a terminal may show it: `bytes` go to the terminal and take `columns` (0, 1 or
 * 2). Controls come as their pictures (U+2400 on); what a terminal would obey or not show, what
 * turns the direction of writing, and bytes that are not UTF-8 come as U+FFFD. So no text can drive
 * the terminal or pass for another. */
struct glyph {
    char bytes[5]; /* terminated */
    unsigned length, columns;
    size_t taken; /* bytes of the text that it stands for */
};
/* length > 0. Widths are those of the thread's locale: see glyphs_begin. */
struct glyph glyph_next(const char *text, size_t length);
/* Columns of the whole text. */
size_t glyphs_columns(const char *text, size_t length);
/* The text in exactly `columns` columns: cut with an ellipsis, or padded on the side away from its
 * alignment. */
void emit_glyphs(struct emitter *out, const char *text, size_t length, size_t columns,
                 bool align_right);

/* Character widths come from a UTF-8 locale. begin makes the thread use one whatever the process
 * has chosen, end restores; the token is opaque. */
struct glyph_locale {
    void *ours, *before;
};
struct glyph_locale glyphs_begin(void);
void glyphs_end(struct glyph_locale locale);

#endif
