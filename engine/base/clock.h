/* clock.h - the time that a thread has spent computing. */
#ifndef TRAWL_ENGINE_CLOCK_H
#define TRAWL_ENGINE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CPU time of the calling thread in nanoseconds, waiting not counted. A system call. */
static inline uint64_t clock_thread(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
