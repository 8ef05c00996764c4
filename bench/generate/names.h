/* names.h - the vocabulary of the invented organisations. Nobody here exists; domains end in
 * .example, addresses come out of the ranges that RFC 2544, 3849 and 5737 reserve. The counts are
 * part of the header so that a draw costs no look-up. */
#ifndef GENERATE_NAMES_H
#define GENERATE_NAMES_H

#include <stdbool.h>

enum { FIRST_NAMES = 48, LAST_NAMES = 64, ORGANISATIONS = 16, PLACES = 28, APPS = 20, AGENTS = 12 };
enum { POLICY_NAMES = 12 };

struct person_name {
    const char *written; /* as displayed, any letter */
    const char *plain;   /* for the mail address */
};

struct place {
    const char *city, *state, *country; /* country: ISO 3166 */
    const char *latitude, *longitude;
    unsigned network; /* autonomous system of the ordinary provider there (RFC 5398: reserved) */
};

struct app {
    const char *name, *id;
    const char *resource, *resource_id;
    unsigned policies; /* of the tenant's list, how many are considered for it: 5 to 12 */
};

/* A program that people sign in with. */
struct agent {
    const char *header; /* User-Agent */
    const char *browser, *system, *client;
};

extern const struct person_name first_names[FIRST_NAMES];
extern const struct person_name last_names[LAST_NAMES];
extern const char *const organisations[ORGANISATIONS];
extern const struct place places[PLACES];
extern const struct app apps[APPS];
extern const struct agent agents[AGENTS];
/* As they stand inside a JSON string: one has an escaped quote, one letters beyond ASCII. */
extern const char *const policy_names[POLICY_NAMES];

#endif
