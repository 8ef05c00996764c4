/* sections.h - where the rows of a run's hunts go: into one file, the rows of each hunt behind
 * those of the one before, or each into a file of its own.
 *
 * One file, several hunts: rows of the first hunt are written as they come, those of the others
 * wait until it is done. A table has a heading for each hunt, csv a header for each and a blank
 * line between them, and in all forms but the table each row begins with the column `hunt`. */
#ifndef TRAWL_TOOLS_SECTIONS_H
#define TRAWL_TOOLS_SECTIONS_H

#include "tools/flags.h"
#include "tools/plans.h"

struct sections;

/* Whether `name` is a folder to put files into: it ends with a slash, or is one already. */
bool sections_in_folder(const char *name);
/* The name of the file in the folder that gets the rows of a hunt; the caller frees it. NULL: out
 * of memory. */
char *sections_file(const struct settings *settings, const char *hunt);
/* before_row: called before bytes go to a terminal. NULL: said why. */
struct sections *sections_open(const struct settings *settings, const struct plans *plans,
                               void (*before_row)(void *context), void *context);
/* [plans->count] for trawl_hunt_run. */
const struct trawl_rows *sections_rows(struct sections *sections);
/* Writes what is left, puts the files under their names and frees all. False: said why; of files of
 * their own none is there then that was not before. */
bool sections_finish(struct sections *sections);
/* Leaves nothing behind. */
void sections_discard(struct sections *sections);

#endif
