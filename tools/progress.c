#include "tools/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/human.h"
#include "tools/terminal.h"

#define ERASE "\r\x1b[K"
#define TERMINAL_INTERVAL 200000000L /* ns */
#define LOG_INTERVAL 1000000000L

struct progress {
    const struct trawl_hunt *hunt;
    bool terminal;
    struct timespec start;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool end; /* under lock */
};

static double seconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* Parts in the order of their worth: on a narrow terminal the last ones fall away. */
void progress_line(const struct trawl_progress *now, double seconds, unsigned width, char *line,
                   unsigned size) {
    char parts[5][80] = {{0}};
    size_t count = 0;
    double rate = seconds > 0 ? (double)now->bytes_read / seconds : 0;
    struct human read = human_bytes((double)now->bytes_read), speed = human_bytes(rate);
    if (now->bytes_total) {
        double part = (double)now->bytes_read / (double)now->bytes_total;
        if (part > 1) part = 1; /* a file grew */
        snprintf(parts[count++], sizeof *parts, "%5.1f%%  %s of %s", 100 * part, read.text,
                 human_bytes((double)now->bytes_total).text);
        snprintf(parts[count++], sizeof *parts, "%s/s", speed.text);
        if (rate > 0) {
            double left = ((double)now->bytes_total - (double)now->bytes_read) / rate;
            snprintf(parts[count++], sizeof *parts, "%s left", human_time(left).text);
        }
    } else {
        snprintf(parts[count++], sizeof *parts, "%s", read.text);
        snprintf(parts[count++], sizeof *parts, "%s/s", speed.text);
    }
    snprintf(parts[count++], sizeof *parts, "%s records", human_count(now->records).text);
    if (now->files_total > 1) {
        snprintf(parts[count++], sizeof *parts, "%s of %s files", human_count(now->files_done).text,
                 human_count(now->files_total).text);
    }
    size_t used = 0;
    *line = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t more = strlen(parts[i]) + (i ? 2 : 0);
        if (used + more >= size || (i && width && used + more > width)) break;
        snprintf(line + used, size - used, "%s%s", i ? "  " : "", parts[i]);
        used += more;
    }
    if (width && used > width) line[width] = '\0';
}

static void draw(const struct progress *progress) {
    struct trawl_progress now = {0};
    trawl_hunt_progress(progress->hunt, &now);
    char line[512];
    /* The last column stays free: some terminals wrap when it is written. */
    unsigned width = progress->terminal ? terminal_width(STDERR_FILENO) - 1 : 0;
    progress_line(&now, seconds_since(&progress->start), width, line, sizeof line);
    if (progress->terminal) {
        fprintf(stderr, ERASE "%s", line);
    } else {
        fprintf(stderr, "%s\n", line);
    }
    fflush(stderr);
}

static void add(struct timespec *time, long nanoseconds) {
    time->tv_nsec += nanoseconds;
    if (time->tv_nsec < 1000000000L) return;
    time->tv_nsec -= 1000000000L;
    time->tv_sec++;
}

static void *run(void *context) {
    struct progress *progress = context;
    struct timespec next = progress->start;
    pthread_mutex_lock(&progress->lock);
    while (!progress->end) {
        add(&next, progress->terminal ? TERMINAL_INTERVAL : LOG_INTERVAL);
        while (!progress->end &&
               pthread_cond_timedwait(&progress->ended, &progress->lock, &next) == 0) {
        }
        if (!progress->end) draw(progress);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

/* Signals go to the other threads: a read that waits shall notice. */
static bool start_thread(struct progress *progress) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&progress->thread, NULL, run, progress) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

struct progress *progress_start(const struct trawl_hunt *hunt) {
    struct progress *progress = calloc(1, sizeof *progress);
    if (!progress) return NULL;
    progress->hunt = hunt;
    progress->terminal = terminal_is(STDERR_FILENO);
    clock_gettime(CLOCK_MONOTONIC, &progress->start);
    pthread_mutex_init(&progress->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&progress->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    if (start_thread(progress)) return progress;
    pthread_cond_destroy(&progress->ended);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
    return NULL;
}

void progress_stop(struct progress *progress) {
    if (!progress) return;
    pthread_mutex_lock(&progress->lock);
    progress->end = true;
    pthread_cond_signal(&progress->ended);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    if (progress->terminal) {
        fputs(ERASE, stderr);
        fflush(stderr);
    } else {
        draw(progress);
    }
    pthread_cond_destroy(&progress->ended);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}
