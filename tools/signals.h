/* signals.h - an interrupt ends the reading, not the result. */
#ifndef TRAWL_TOOLS_SIGNALS_H
#define TRAWL_TOOLS_SIGNALS_H

#include "engine/trawl.h"

/* From now on the first SIGINT, SIGTERM or SIGHUP cancels the hunt; a second one kills the process,
 * as it would have without this. One hunt at a time. */
void signals_watch(struct trawl_hunt *hunt);
/* Back to the defaults; to be called before the hunt is freed. */
void signals_unwatch(void);
/* A closed pipe becomes an error of write instead of a death. */
void signals_ignore_pipe(void);

#endif
