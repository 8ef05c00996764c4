/* datum.h - one value of one row, as operators and scalar functions see it.
 *
 * The query language has texts only; a number is a text that reads as one. The engine keeps what
 * was computed as a number in that form until somebody wants the text. */
#ifndef TRAWL_ENGINE_DATUM_H
#define TRAWL_ENGINE_DATUM_H

#include "engine/base/buffer.h"

enum datum_kind { DATUM_MISSING, DATUM_TEXT, DATUM_NUMBER };

struct datum {
    enum datum_kind kind;
    struct text text; /* DATUM_TEXT; valid as long as its maker says */
    double number;    /* DATUM_NUMBER; finite */
};

static inline struct datum datum_missing(void) {
    return (struct datum){.kind = DATUM_MISSING};
}
static inline struct datum datum_text(struct text text) {
    return (struct datum){.kind = DATUM_TEXT, .text = text};
}
static inline struct datum datum_number(double number) {
    return (struct datum){.kind = DATUM_NUMBER, .number = number};
}

/* Whether the whole text is a number: an optional sign, decimal digits with an optional point, an
 * optional exponent; no white space, no hexadecimal, no infinities. */
bool number_parse(struct text text, double *number);

#define NUMBER_TEXT 32 /* room for any printed number */
/* The shortest text that reads back as the same number; integral values below 2^63 without point or
 * exponent; -0 as 0. Returns the length; not terminated. */
size_t number_print(double number, char text[NUMBER_TEXT]);

/* The datum as a number; false: missing, or a text that is none. */
bool datum_as_number(const struct datum *datum, double *number);
/* The datum as a text; `room` holds a printed number. False: missing. */
bool datum_as_text(const struct datum *datum, char room[NUMBER_TEXT], struct text *text);

#endif
