/* trawl.c - the command. See flags.c for what it takes, run.c for what it does. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/flags.h"
#include "tools/help.h"
#include "tools/hunts/hunts.h"
#include "tools/query.h"
#include "tools/run.h"
#include "tools/say.h"
#include "tools/show.h"
#include "tools/signals.h"
#include "tools/terminal.h"
#include "tools/tuning.h"

/* Where a standard descriptor is closed, the next file opened would take its number, and messages
 * would go into it. Stands in something that can be neither read nor written. */
static void hold_standard_descriptors(void) {
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
        if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) _exit(EXIT_FAILED);
    }
}

static void list_hunts(void) {
    int name = (int)strlen("NAME");
    for (size_t i = 0; hunt_texts[i].name; i++) {
        int length = (int)strlen(hunt_texts[i].name);
        if (length > name) name = length;
    }
    printf("%-*s  %-8s  %-9s  %s\n", name, "NAME", "SEVERITY", "ATT&CK", "TITLE");
    for (size_t i = 0; hunt_texts[i].name; i++) {
        struct hunt_about about = hunt_about(hunt_texts[i].text);
        printf("%-*s  %-8s  %-9s  %s\n", name, hunt_texts[i].name, about.severity, about.attack,
               about.title);
    }
}

static void version(void) {
    char about[4096];
    trawl_about(about, sizeof about);
    fputs(about, stdout);
}

/* What was printed has arrived, or the reader wants no more. */
static enum exit_status finish_stdout(void) {
    if ((fflush(stdout) == 0 && fclose(stdout) == 0) || errno == EPIPE) return EXIT_WHOLE;
    say("standard output: cannot be written: %s", strerror(errno));
    return EXIT_FAILED;
}

/* Whether what is tuned matters to the mode. */
static bool tunes(const struct settings *settings) {
    return settings->mode == MODE_HUNT || settings->mode == MODE_EXPLAIN ||
           (settings->mode == MODE_CHECK && settings->tune_count);
}

int main(int argc, char **argv) {
    hold_standard_descriptors();
    signals_ignore_pipe();
    struct settings settings;
    char message[1024];
    if (!flags_parse(argc, argv, &settings, message, sizeof message)) {
        say("%s", message);
        return EXIT_FAILED;
    }
    struct tuning tuning = {0};
    if (tunes(&settings)) {
        if (!tuning_load(&settings, &tuning)) return EXIT_FAILED;
        settings.tuning = &tuning;
    }
    static char printed[65536]; /* holds all that is printed here: one write, one error */
    setvbuf(stdout, printed, _IOFBF, sizeof printed);
    bool sound = true;
    enum exit_status status;
    switch (settings.mode) {
        case MODE_HUNT:
            status = run_hunt(&settings);
            tuning_free(&tuning);
            return status;
        case MODE_CHECK:
            sound = query_check(&settings);
            break;
        case MODE_EXPLAIN:
            sound = query_explain(&settings);
            break;
        case MODE_SHOW:
            sound = show_record(&settings);
            break;
        case MODE_QUERY_HELP:
            query_help(stdout, terminal_width(STDOUT_FILENO));
            break;
        case MODE_LIST_HUNTS:
            list_hunts();
            break;
        case MODE_SHORT_HELP:
            help_short(stdout);
            break;
        case MODE_LONG_HELP:
            help_long(stdout, terminal_width(STDOUT_FILENO));
            break;
        case MODE_VERSION:
            version();
            break;
    }
    tuning_free(&tuning);
    status = finish_stdout();
    return sound ? status : EXIT_FAILED;
}
