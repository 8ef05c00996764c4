/* progress.h - a line on standard error while a hunt runs. */
#ifndef TRAWL_TOOLS_PROGRESS_H
#define TRAWL_TOOLS_PROGRESS_H

#include "engine/trawl.h"

struct progress;

/* Starts a thread that shows how far the hunt is: on a terminal one line drawn anew five times a
 * second, elsewhere a line every second. NULL: no thread could be made; the hunt goes on without.
 */
struct progress *progress_start(const struct trawl_hunt *hunt);
/* Ends the thread and clears its line. NULL is fine. */
void progress_stop(struct progress *progress);

/* The line, without a line end, cut to `width` columns where that is not 0. */
void progress_line(const struct trawl_progress *now, double seconds, unsigned width, char *line,
                   unsigned size);

#endif
