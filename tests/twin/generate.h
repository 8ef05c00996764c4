/* generate.h - the parts of the hostile generator: numbers, JSON text, records, texts, files. */
#ifndef TRAWL_TESTS_TWIN_GENERATE_H
#define TRAWL_TESTS_TWIN_GENERATE_H

#include <stdint.h>

#include "tests/twin/memory.h"

/* ---- numbers (splitmix64) ----------------------------------------------------------------- */

struct generator {
    uint64_t state;
    bool reference;    /* see hostile_options */
    bool broken_text;  /* invalid UTF-8 may occur */
    bool no_lone;      /* no lone surrogates: the reference cannot print them everywhere */
    unsigned needless; /* percent of characters that are escaped without need */
    unsigned loose;    /* 0: no white space; 1: one space after : and ,; 2: any amount */
    bool shuffled;     /* keys in any order */
};

uint64_t random_bits(struct generator *g);
/* 0 to below - 1. */
unsigned random_below(struct generator *g, unsigned below);
bool chance(struct generator *g, unsigned percent);
#define PICK(g, list) ((list)[random_below(g, sizeof(list) / sizeof *(list))])

/* ---- JSON text ---------------------------------------------------------------------------- */

/* Inside the texts given to put_string: MARK_UNIT and four hex digits are written as \uXXXX,
 * whatever they mean; MARK_BYTE and a byte are that byte, raw. */
#define MARK_UNIT '\xff'
#define MARK_BYTE '\xfe'

void put_string(struct generator *g, struct string *to, const char *text);
/* Some string of a person's or program's name, at times odd. */
void random_name(struct generator *g, struct string *to);
/* A value of a type that nobody expects. */
void put_odd_value(struct generator *g, struct string *to);
/* The text in letters of any case. */
void random_case(struct generator *g, const char *text, char *to, size_t size);

/* An object in the making: members as text, in the order added. */
struct members {
    struct string text; /* all members, one after another */
    size_t ends[512];   /* where each ends */
    size_t count;
};
/* member_begin writes the key; the caller writes the value to ->text; then member_end. */
void member_begin(struct generator *g, struct members *m, const char *key);
void member_end(struct members *m);
void member_string(struct generator *g, struct members *m, const char *key, const char *value);
void member_raw(struct generator *g, struct members *m, const char *key, const char *json);
/* Writes {...} and empties the members. */
void put_object(struct generator *g, struct string *to, struct members *m);
/* Compact JSON as people print it: indented by `indent`, lines ended by `newline`. */
void put_pretty(struct string *to, struct bytes json, unsigned indent, unsigned depth,
                const char *newline);

/* ---- values of fields --------------------------------------------------------------------- */

/* A field's value as text, for JSON and CSV alike. */
enum sort { SORT_ABSENT, SORT_NULL, SORT_TEXT, SORT_JSON };
struct value {
    enum sort sort;
    struct string text; /* SORT_TEXT: as put_string takes it; SORT_JSON: JSON */
};
void value_time(struct generator *g, struct value *value);
void value_result(struct generator *g, struct value *value);
void value_level(struct generator *g, struct value *value);
void value_state(struct generator *g, struct value *value);
void value_events(struct generator *g, struct value *value);
void value_requirement(struct generator *g, struct value *value);
void value_tenant(struct generator *g, struct value *value);
void value_name(struct generator *g, struct value *value);
void value_address(struct generator *g, struct value *value);
void member_value(struct generator *g, struct members *m, const char *key,
                  const struct value *value);

/* ---- records and texts -------------------------------------------------------------------- */

/* One record as compact JSON on one line. */
void put_record(struct generator *g, struct string *to);
/* A CSV file of up to `rows` rows. */
void put_csv(struct generator *g, struct string *to, unsigned rows);
/* A whole text: records in some framing and encoding. */
void put_text(struct generator *g, struct string *to, unsigned records);

/* ---- files -------------------------------------------------------------------------------- */

/* Packs one text as a file's bytes: plain, or compressed in frames or members. */
void pack_text(struct generator *g, struct string *to, struct bytes text);
/* Packs several texts into a zip or tar, maybe compressed as a whole. */
void pack_archive(struct generator *g, struct string *to, const struct bytes *texts, size_t count);

#endif
