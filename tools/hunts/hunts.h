/* hunts.h - the built-in hunts: the queries of this folder, built into the program.
 *
 * To add one, put NAME.cql here. Its first lines are comments that --list-hunts shows:
 *   // title: one line
 *   // severity: low, medium or high
 *   // attack: ATT&CK technique
 * and the next ones should say what it finds and what it misses. */
#ifndef TRAWL_TOOLS_HUNTS_H
#define TRAWL_TOOLS_HUNTS_H

#include <stdbool.h>
#include <stddef.h>

#define DEFAULT_HUNT "compromised-cloud-account"
#define HUNTS_MOST 1000

/* A query by its name; text[length] is NUL. */
struct hunt_text {
    const char *name;
    const char *text;
    size_t length;
};
extern const struct hunt_text hunt_texts[]; /* in order of names; ends with a NULL name */

/* What the comments at the top say; "" where they do not. */
struct hunt_about {
    char title[200], severity[20], attack[40];
};

const struct hunt_text *hunt_find(const char *name); /* NULL: there is none */
struct hunt_about hunt_about(const char *text);      /* of any query's text */

#endif
