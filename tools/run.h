/* run.h - one hunt from settings to exit status. */
#ifndef TRAWL_TOOLS_RUN_H
#define TRAWL_TOOLS_RUN_H

#include "tools/flags.h"

/* What a script may rely on; --help and README say the same. */
enum exit_status {
    EXIT_WHOLE = 0,
    EXIT_FAILED = 2,       /* could not run, or could not write the result */
    EXIT_NOT_WHOLE = 3,    /* done, but some input was not read whole */
    EXIT_INTERRUPTED = 130 /* as a shell reports SIGINT */
};

enum exit_status run_hunt(const struct settings *settings);

#endif
