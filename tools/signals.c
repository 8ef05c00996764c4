#include "tools/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

/* A handler gets no context: the one place where trawl keeps state of the process. */
static _Atomic(struct trawl_hunt *) watched;

static void set_handler(int number, void (*handler)(int), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* Of those that ask for an end; a lost terminal too, unless whoever started trawl said that it does
 * not matter (nohup). */
static void set_all(void (*handler)(int)) {
    struct sigaction now;
    /* No SA_RESTART: a read that waits for a slow pipe comes back with EINTR. */
    set_handler(SIGINT, handler, 0);
    set_handler(SIGTERM, handler, 0);
    if (sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
        set_handler(SIGHUP, handler, 0);
}

static void interrupted(int number) {
    (void)number;
    struct trawl_hunt *hunt = atomic_load(&watched);
    if (hunt) trawl_hunt_cancel(hunt);
    set_all(SIG_DFL);
}

void signals_watch(struct trawl_hunt *hunt) {
    atomic_store(&watched, hunt);
    set_all(interrupted);
}

void signals_unwatch(void) {
    set_all(SIG_DFL);
    atomic_store(&watched, NULL);
}

void signals_ignore_pipe(void) {
    set_handler(SIGPIPE, SIG_IGN, 0);
}
