/* walk.h - what a path on the command line stands for. */
#ifndef TRAWL_FORMATS_WALK_H
#define TRAWL_FORMATS_WALK_H

#include "engine/source.h"

/* Appends the files that `path` stands for, as source.list says: a file or "-" is itself; a folder
 * is all regular files below it, in byte order of their whole paths (a folder's name sorts as if it
 * ended in "/"). Links to files are followed. A link to a folder is followed unless its target lies
 * inside the folder being walked (it is read anyway) or contains it (a loop): then a NOTE says so.
 * Sockets, pipes and devices inside folders are passed over with a NOTE; named on the command line
 * they are read. What cannot be opened or listed is an UNREAD fault with the system's reason.
 * Files of folders are listed with INPUT_SIZE_LATER where the folder says what they are. */
enum trawl_status walk(const char *path, struct input_list *list,
                       void (*fault)(void *context, enum trawl_fault_kind kind, const char *path,
                                     const char *message),
                       void *context, struct trawl_error *error);

/* As source.size. */
uint64_t walk_size(const char *path);

#endif
