/* query_text.h - where the text of a query comes from: the command line, a file, the built-in
 * hunts. */
#ifndef TRAWL_TOOLS_QUERY_TEXT_H
#define TRAWL_TOOLS_QUERY_TEXT_H

#include "tools/flags.h"
#include "tools/source.h"

#define TYPED_QUERY "query" /* what a query of the command line is called */

/* A query's text and what it is called. */
struct query_text {
    const char *name; /* of the built-in hunts, or the caller's */
    struct source_text text;
    enum query_kind kind;
};

/* Calls visit for each query that the settings ask for, in their order and each built-in hunt once,
 * or for the default hunt; the text is freed behind it. False: visit gave false, or some query is
 * not there: said why. */
bool query_texts(const struct settings *settings,
                 bool (*visit)(void *context, const struct query_text *query), void *context);

#endif
