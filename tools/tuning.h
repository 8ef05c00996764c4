/* tuning.h - the tuning of a run: its files, and which entries are in force for which hunt. */
#ifndef TRAWL_TOOLS_TUNING_H
#define TRAWL_TOOLS_TUNING_H

#include "tools/flags.h"
#include "tools/tune.h"

struct tuning {
    struct tune_file files[TUNE_FILES];
    size_t count;
    bool found;   /* the files are there by themselves: they are not for queries that are typed */
    bool listing; /* the rows are those that were suppressed */
    int64_t day;  /* ms since 1970: entries whose last day ended before are not in force */
};

/* Reads the files that the settings name, else those that are there by themselves. False: said
 * why. */
bool tuning_load(const struct settings *settings, struct tuning *tuning);
void tuning_free(struct tuning *tuning);

enum tuning_state {
    TUNING_IN_FORCE,
    TUNING_EXPIRED,
    TUNING_ELSEWHERE, /* it is of other hunts */
};
/* query: the name of a plan: of a built-in hunt, or the path of a file. */
enum tuning_state tuning_state(const struct tuning *tuning, const struct tune_entry *entry,
                               const char *query);
/* Those in force, in order; freed with free(), and the strings are the tuning's. tuning NULL: none.
 * NULL: out of memory. */
struct trawl_tuning *tuning_select(const struct tuning *tuning, const char *query, size_t *count);
/* The entry of the name, and its file; NULL: there is none. */
const struct tune_entry *tuning_find(const struct tuning *tuning, const char *name,
                                     const struct tune_file **file);

#endif
