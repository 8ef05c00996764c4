/* show.h - --show: one record as it stands in the archive. */
#ifndef TRAWL_TOOLS_SHOW_H
#define TRAWL_TOOLS_SHOW_H

#include "tools/flags.h"

/* Prints the record that settings->show names. False: said why not. */
bool show_record(const struct settings *settings);

/* FILE:OFFSET or FILE!MEMBER:OFFSET, in place. The file's own name may have exclamation marks: a
 * file of the whole name is meant, else that of the shortest. *member NULL: none. False: there is
 * no offset. */
bool show_parse(char *text, char **member, uint64_t *offset);

#endif
