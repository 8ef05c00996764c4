/* table.h - lookups of a plan and what their columns are called: files of rows here, sub-queries in
 * functions_table.c. */
#ifndef TRAWL_ENGINE_QUERY_TABLE_H
#define TRAWL_ENGINE_QUERY_TABLE_H

#include "engine/query/compile.h"

/* A lookup and what its columns are called. */
struct table {
    struct lookup *lookup;
    struct text *columns;            /* the keys first */
    const struct trawl_plan *source; /* of a sub-query: knows which of them are numbers */
    size_t column_count, key_count;
};

struct table_options {
    enum lookup_mode mode;
    bool ignore_case;
    uint64_t rows; /* of one key */
    enum lookup_pick pick;
};

/* What a table is keyed by, and the columns that it gives. */
struct table_shape {
    const struct text *keys;
    size_t key_count;
    const struct text *wanted; /* NULL: every column that is no key */
    size_t wanted_count;
};

/* Reads a CSV file into a lookup of the plan. False: reported, or the file is not given. */
bool table_load(struct compiler *c, struct text file, struct span span, struct table_shape columns,
                struct table_options options, struct table *table);
/* Is there a folder of such files, and this one in it? */
bool table_is_given(struct compiler *c, struct text file);
/* SIZE_MAX: there is none of that name. */
size_t table_find_column(const struct text *names, size_t count, struct text name);

#endif
