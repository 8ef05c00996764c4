/* scalar.h - functions of values: given the arguments of one row, the result of that row.
 *
 * A scalar is a constant description; what it needs of the query (a compiled pattern, a format) is
 * `data`, made when the query is compiled, immutable and shared by threads. The executor calls
 * `run` once per selected row, or once per distinct value where one argument is a dictionary column
 * and the others are constants. A scalar is a pure function of its arguments and data.
 *
 * To add one: a function below engine/scalar/, its description in the header of that folder, an
 * entry in the language's table (engine/query/functions.h). */
#ifndef TRAWL_ENGINE_SCALAR_H
#define TRAWL_ENGINE_SCALAR_H

#include "engine/column/datum.h"
#include "engine/trawl.h"

enum value_type {
    TYPE_TEXT,
    TYPE_FLAG,   /* true or false, never missing */
    TYPE_NUMBER, /* a finite double, or missing */
    TYPE_TIME,   /* ns since 1970 UTC as int64_t (time.h), or missing; only to rank and convert */
};

struct scalar_call {
    const void *data;         /* what the compiler prepared; NULL: nothing */
    void *scratch;            /* this thread's, of scratch_new; NULL: none */
    const struct datum *args; /* [count] */
    size_t count;
    struct buffer *out; /* empty; room for a result text. Check out->failed for memory */
};

struct scalar {
    const char *name;     /* as --explain prints it */
    enum value_type type; /* of the result: TYPE_TEXT, TYPE_NUMBER or TYPE_FLAG */
    /* Sets *result (DATUM_MISSING beforehand): a text that lies in an argument, in data, in scratch
     * or in out; a number; for TYPE_FLAG a number, 0 or 1 (missing is false). Not TRAWL_OK only
     * where the run must end (memory; TRAWL_REFUSED: a pattern over its match limit). */
    enum trawl_status (*run)(const struct scalar_call *call, struct datum *result,
                             struct trawl_error *error);
    void (*data_free)(void *data);          /* NULL: data is not owned or NULL */
    void *(*scratch_new)(const void *data); /* NULL: no scratch. Returns NULL: out of memory */
    void (*scratch_free)(void *scratch);
    /* Whether the result is false, or missing, whatever the arguments, as of a table without rows:
     * asked before a run, of data that is complete by then. NULL: it never is. */
    bool (*never)(const void *data);
};

#endif
